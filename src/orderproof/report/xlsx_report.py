"""The report as a workbook: a summary, and sheets of findings, documents, rules, and what was not checked."""

from collections.abc import Sequence

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.brief import all_reads
from orderproof.report.html.speech import SPEECHES
from orderproof.report.model import Across, CheckedDocument, Ending, Head, Options
from orderproof.report.places import cell_of, input_of, status_of, told_read
from orderproof.report.tally import Tally
from orderproof.report.write import Output
from orderproof.report.xlsx_book import Cell, Rows, write_book
from orderproof.report.xlsx_sheets import (
    OfRun,
    document_list,
    findings_columns,
    list_of,
    message_columns,
    rule_list,
    status_columns,
    summary_sheet,
)
from orderproof.report.xlsx_words import BOOK_WORDS
from orderproof.source import Span
from orderproof.tree import write_pointer

STATUSES = 200_000
"""Verdicts of single checks that the workbook holds: more take minutes to write, and nobody reads them in a sheet."""

_RED, _AMBER, _GREEN, _PURPLE = "#B3261E", "#8A5300", "#1D7044", "#6B3FA0"
_TONES = {"violation": _RED, "undetermined": _AMBER, "not_judged": _AMBER, "pass": _GREEN, "unreadable": _PURPLE}


class XlsxStream:
    """A report as a workbook. Its first sheet says what is known last, so all rows are put aside until then."""

    wants_every_document = True
    wants_details = True

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._speech = SPEECHES[options.lang]
        self._book = BOOK_WORDS[options.lang]
        self._head: Head | None = None
        self._tally: Tally | None = None
        self._findings = Rows()
        self._documents = Rows()
        self._statuses = Rows(STATUSES)
        self._messages = Rows()
        self._changes = Rows()

    def head(self, head: Head) -> None:
        self._head = head
        self._tally = Tally(head)

    def document(self, document: CheckedDocument) -> None:
        name, verdict = document.name, document.verdict.value
        sums = _sums(document.findings)
        self._documents.add(name.path, name.index, name.id, document.type, verdict, *sums, document.sha256)
        self._tell(document)

    def across(self, across: Across) -> None:
        self._changes.add(across.number, across.verdict.value, *_sums(across.findings))
        self._tell(across)

    def _tell(self, of: CheckedDocument | Across) -> None:
        assert self._tally is not None
        self._tally.add(of)
        for finding in of.findings:
            self._findings.add(*self._finding(finding))
        document, verdicts = input_of(of.name), {**self._speech.words.verdicts, "error": self._speech.page.error_status}
        for each in of.outcomes:
            subject, verdict = each.subject, verdicts.get(each.verdict, each.verdict)
            self._statuses.add(document, of.name.id, each.rule, subject.entity, subject.key, verdict, each.reason)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        span = diagnostic.span
        self._messages.add(
            self._speech.words.severities[diagnostic.severity],
            diagnostic.path if span is None else span.source.name,
            *_place(span),
            diagnostic.message,
            diagnostic.help,
            diagnostic.code,
        )

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        assert self._tally is not None
        of_run = OfRun(self._speech, self._head, ending, self._tally)
        lists = (
            list_of(findings_columns(self._speech), self._findings, self._book.findings, self._speech),
            document_list(self._documents, self._changes, self._speech),
            rule_list(of_run),
            list_of(status_columns(self._speech), self._statuses, self._book.statuses, self._speech),
            list_of(message_columns(self._speech), self._messages, self._book.messages, self._speech),
        )
        summary = summary_sheet(of_run, [f"{each.name}: {each.left}" for each in lists if each.left])
        verdicts = self._speech.words.verdicts
        page = self._speech.page
        tones = {verdicts[name]: tone for name, tone in _TONES.items()}
        tones |= dict.fromkeys((page.incomplete, page.interrupted, page.nothing), _RED)
        tones |= {page.partly: _AMBER, page.complete: _GREEN}
        write_book(self._out, (summary, *lists), self._head.as_of, tones)

    def _finding(self, finding: Finding) -> tuple[Cell | tuple[str, ...], ...]:
        words, span, waived = self._speech.words, finding.span, finding.waived
        document, subject = finding.document, finding.subject
        return (
            words.verdicts[finding.verdict],
            words.severities[finding.severity],
            self._book.counts[status_of(finding)],
            finding.rule,
            finding.clause,
            finding.title,
            finding.message,
            document.path,
            document.index,
            document.id,
            write_pointer(finding.pointer),
            *_place(span),
            subject.entity,
            subject.key,
            tuple(map(told_read, all_reads(finding))),
            finding.missing,
            tuple(input_of(each.document) for each in finding.related),
            *((None, None, None) if waived is None else (waived.reason, waived.owner, waived.expires.isoformat())),
            finding.fingerprint,
        )


def _place(span: Span | None) -> tuple[Cell, Cell, Cell]:
    """Line and column, and the cell of a sheet."""
    if span is None:
        return None, None, None
    position = span.position
    return position.line, position.column, cell_of(span)


def _sums(findings: Sequence[Finding]) -> tuple[int, int, int]:
    """How many findings are errors, how many warnings, and how many of them do not count."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return errors, len(findings) - errors, sum(not finding.counts for finding in findings)
