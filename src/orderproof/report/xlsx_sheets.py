"""The sheets of the workbook: what columns they have, and what those that sum up say."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from orderproof import __version__
from orderproof.report.html.overview import title_of
from orderproof.report.html.speech import Speech, counted
from orderproof.report.html.standing import standing
from orderproof.report.instant import write_instant
from orderproof.report.model import DocumentVerdict, Ending, Head
from orderproof.report.summary import summary_lines
from orderproof.report.tally import Tally
from orderproof.report.xlsx_book import Cell, Column, Rows, Sheet, fitting
from orderproof.report.xlsx_words import BOOK_WORDS, BookWords

_MANY = 20
_CHECKED = ("violation", "undetermined", "pass", "not_applicable")
_VERDICT_OF_DOCUMENT = 4
"""The column of a document's row that holds its verdict; the sums of its findings follow."""


class OfRun(Struct, frozen=True):
    """What sheets that sum up are made of."""

    speech: Speech
    head: Head
    ending: Ending
    tally: Tally


def list_of(columns: tuple[Column, ...], rows: Rows, name: str, speech: Speech) -> Sheet:
    """A sheet of rows as they were put aside."""
    return Sheet(name, columns, rows.read(), _left(rows.more, speech), pages=1 if len(columns) < _MANY else 2)


def _left(more: int, speech: Speech) -> str:
    return BOOK_WORDS[speech.lang].left.format(count=counted(more)) if more else ""


def findings_columns(speech: Speech) -> tuple[Column, ...]:
    page, book = speech.page, BOOK_WORDS[speech.lang]
    return (
        Column(page.verdict, 14),
        Column(page.severity, 9),
        Column(page.state, 9),
        Column(page.rule, 34),
        Column(page.clause, 8),
        Column(book.title, 36, wrap=True),
        Column(book.message, 64, wrap=True),
        Column(page.document, 40),
        Column(book.index, 9),
        Column(book.id, 22),
        Column(book.path, 28),
        Column(book.line, 7),
        Column(book.column, 8),
        Column(book.cell, 12),
        Column(book.entity, 14),
        Column(book.key, 22),
        Column(page.read, 48, wrap=True),
        Column(page.missing, 30, wrap=True),
        Column(page.related, 36, wrap=True),
        Column(page.waiver, 30, wrap=True),
        Column(book.waived_by, 18),
        Column(book.until, 12),
        Column(page.fingerprint, 38),
    )


def status_columns(speech: Speech) -> tuple[Column, ...]:
    page, book = speech.page, BOOK_WORDS[speech.lang]
    return (
        Column(page.document, 40),
        Column(book.id, 22),
        Column(page.rule, 34),
        Column(book.entity, 14),
        Column(book.key, 22),
        Column(page.verdict, 14),
        Column(page.reason, 64, wrap=True),
    )


def message_columns(speech: Speech) -> tuple[Column, ...]:
    page, book = speech.page, BOOK_WORDS[speech.lang]
    return (
        Column(page.severity, 9),
        Column(page.document, 40),
        Column(book.line, 7),
        Column(book.column, 8),
        Column(book.cell, 12),
        Column(book.message, 70, wrap=True),
        Column(page.help, 50, wrap=True),
        Column(book.code, 26),
    )


def document_list(rows: Rows, changes: Rows, speech: Speech) -> Sheet:
    """Documents with their final verdicts, and how many findings each has."""
    page, book = speech.page, BOOK_WORDS[speech.lang]
    columns = (
        Column(page.document, 50),
        Column(book.index, 9),
        Column(book.id, 22),
        Column(book.kind, 12),
        Column(page.verdict, 14),
        Column(page.errors, 9),
        Column(page.warnings, 10),
        Column(f"{page.waived}, {page.known}", 14),
        Column(book.digest, 66),
    )
    return Sheet(book.documents, columns, _documents(rows, changes, speech), _left(rows.more, speech))


def _documents(rows: Rows, changes: Rows, speech: Speech) -> Iterator[list[Cell]]:
    """The rows of documents, after what checks across documents found, which is in the same order."""
    found = changes.read()
    change = next(found, None)
    for number, row in enumerate(rows.read()):
        if change is not None and change[0] == number:
            _, verdict, *sums = change
            row[_VERDICT_OF_DOCUMENT] = verdict
            for place, more in enumerate(sums, _VERDICT_OF_DOCUMENT + 1):
                was = row[place]
                assert isinstance(was, int)
                assert isinstance(more, int)
                row[place] = was + more
            change = next(found, None)
        row[_VERDICT_OF_DOCUMENT] = speech.words.verdicts[str(row[_VERDICT_OF_DOCUMENT])]
        yield row


def rule_list(of: OfRun) -> Sheet:
    """The rules of the run with their counts, also those that found nothing or never applied."""
    page, words, book = of.speech.page, of.speech.words, BOOK_WORDS[of.speech.lang]
    columns = (
        Column(page.rule, 36),
        Column(book.title, 44, wrap=True),
        Column(page.clause, 8),
        Column(page.severity, 9),
        Column(book.applied, 11),
        *(Column(words.verdicts[verdict], 13) for verdict in _CHECKED),
        Column(words.verdicts["not_judged"], 13),
        Column(page.waived, 9),
        Column(page.known, 9),
        Column(page.note, 70, wrap=True),
    )
    return Sheet(book.rules, columns, _rules(of, book))


def _rules(of: OfRun, book: BookWords) -> Iterator[list[Cell]]:
    tally = of.tally
    never = {*of.ending.never_applicable}
    for rule, counts, excused in zip(tally.rules, tally.counts, tally.excused, strict=True):
        applied = any(counts[verdict] for verdict in counts if verdict != "not_applicable")
        known = tally.detailed or applied
        yield [
            fitting(rule.id),
            fitting(title_of(rule, of.speech.lang)),
            fitting(rule.clause),
            of.speech.words.severities[rule.severity],
            book.applied_never if rule.id in never else book.applied_some if applied else book.applied_unknown,
            *(counts[verdict] if known or verdict in _CHECKED[:2] else None for verdict in _CHECKED),
            counts["not_judged"] if known else None,
            excused["waived"],
            excused["known"],
            fitting(rule.note),
        ]


def summary_sheet(of: OfRun, left: Sequence[str]) -> Sheet:
    """What run it was, whether it is complete, and what it came to. ``left`` says what other sheets could not hold."""
    columns = (Column("", 30), Column("", 110, wrap=True))
    rows = [[fitting(label), fitting(held) if isinstance(held, str) else held] for label, held in _summary(of, left)]
    return Sheet(BOOK_WORDS[of.speech.lang].summary, columns, iter(rows), heading=False)


def _summary(of: OfRun, left: Sequence[str]) -> Iterator[tuple[str, str | int]]:
    speech, head, ending = of.speech, of.head, of.ending
    page, book = speech.page, BOOK_WORDS[speech.lang]
    state, said = standing(ending)
    yield page.title, getattr(page, state)
    for line in (*(say(speech) for say in said), *left):
        yield "", line
    yield book.as_of, write_instant(head.as_of)
    yield book.document_type, head.document_type
    for each in head.rule_sets:
        yield book.rule_set, f"{each.id} {each.version}"
        yield book.digest, each.sha256
    yield "", ""
    yield from _counts(of)
    yield "", ""
    for number, line in enumerate(summary_lines(head, ending, speech.words, told_above=True)):
        yield page.in_words if not number else "", line
    yield "", ""
    yield "", page.made_by.format(version=__version__)


def _counts(of: OfRun) -> Iterator[tuple[str, str | int]]:
    page, words, ending = of.speech.page, of.speech.words, of.ending
    yield page.documents, sum(ending.documents.values())
    for verdict in ("violation", "undetermined", "unreadable", "pass", "not_applicable"):
        yield f"  {words.verdicts[verdict]}", ending.documents.get(DocumentVerdict(verdict), 0)
    yield page.findings, sum(ending.findings.values())
    for severity in ("error", "warning"):
        count = sum(count for (each, _), count in ending.findings.items() if each == severity)
        yield f"  {words.severities[severity]}", count
    yield f"  {page.undecided}", sum(n for (_, verdict), n in ending.findings.items() if verdict == "undetermined")
    yield f"  {page.waived}", ending.excused.waived
    yield f"  {page.known}", ending.excused.known
    yield page.never, len(ending.never_applicable)
    for rule in ending.never_applicable:
        yield "", rule
