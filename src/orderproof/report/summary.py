"""The end of the report for people: how many of each verdict, and what was not evaluated."""

from collections import Counter
from collections.abc import Iterable, Iterator

from orderproof.finding import DocumentName
from orderproof.report.instant import write_instant
from orderproof.report.model import DocumentVerdict, Report
from orderproof.report.quoting import shown
from orderproof.report.words import Words

_NAMES = 5


def summary_lines(report: Report, words: Words) -> Iterator[str]:
    """The lines of the summary; whatever was not evaluated has a line of its own."""
    by_verdict = Counter(document.verdict for document in report.documents)
    order = ("pass", "violation", "undetermined", "not_applicable")
    of_documents = [(verdict, by_verdict[DocumentVerdict(verdict)]) for verdict in (*order, "unreadable")]
    checks = report.checks
    verdicts = (checks.passed, checks.violation, checks.undetermined, checks.not_applicable)
    yield words.documents.format(count=len(report.documents), parts=_parts(words, of_documents))
    yield words.checks.format(count=sum(verdicts), parts=_parts(words, zip(order, verdicts, strict=True)))
    yield from _not_evaluated(report, words)
    rule_sets = words.comma.join(f"{shown(r.id)} {shown(r.version)}" for r in report.rule_sets)
    yield words.run.format(as_of=write_instant(report.as_of), rule_sets=rule_sets)


def _parts(words: Words, counts: Iterable[tuple[str, int]]) -> str:
    return words.comma.join(words.count.format(name=words.verdicts[name], count=count) for name, count in counts)


def _not_evaluated(report: Report, words: Words) -> Iterator[str]:
    unreadable = [d.name for d in report.documents if d.verdict is DocumentVerdict.UNREADABLE]
    checks = report.checks
    if len(unreadable) == len(report.documents):
        yield words.nothing_read
    elif not checks.passed + checks.violation + checks.undetermined:
        yield words.nothing_applied
    if unreadable:
        yield words.unreadable.format(count=len(unreadable), names=_names(words, unreadable))
    if checks.undetermined:
        yield words.undetermined.format(count=checks.undetermined)
    if not report.cross_run_complete:
        yield words.cross_run
    if not report.complete:
        yield words.incomplete


def _names(words: Words, names: list[DocumentName]) -> str:
    first = [shown(name.path) + (f" #{name.index}" if name.index else "") for name in names[:_NAMES]]
    more = [words.more.format(count=len(names) - _NAMES)] if len(names) > _NAMES else []
    return words.comma.join(first + more)
