"""The end of the report for people: how many of each verdict, and what was not evaluated."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orderproof.diagnostic import Diagnostic
from orderproof.facts.mistyped import MISTYPED
from orderproof.report.instant import write_instant
from orderproof.report.model import DocumentVerdict, Report
from orderproof.report.quoting import shown
from orderproof.report.words import Words

_NAMES = 5


def summary_lines(report: Report, words: Words, *, told_above: bool = False) -> Iterator[str]:
    """The lines of the summary; whatever was not evaluated has a line of its own.

    ``told_above`` says where the diagnostics are: above these lines, not on standard error.
    """
    by_verdict = Counter(document.verdict for document in report.documents)
    order = ("pass", "violation", "undetermined", "not_applicable")
    of_documents = [(verdict, by_verdict[DocumentVerdict(verdict)]) for verdict in (*order, "unreadable")]
    checks = report.checks
    verdicts = (checks.passed, checks.violation, checks.undetermined, checks.not_applicable)
    warned = sum(d.verdict is DocumentVerdict.PASS and bool(d.findings) for d in report.documents)
    after = {"pass": words.with_warnings.format(count=warned)} if warned else {}
    yield words.documents.format(count=len(report.documents), parts=_parts(words, of_documents, after))
    yield words.checks.format(count=sum(verdicts), parts=_parts(words, zip(order, verdicts, strict=True), {}))
    yield from _not_evaluated(report, words)
    if not report.complete:
        yield words.incomplete_above if told_above else words.incomplete
    rule_sets = words.comma.join(f"{shown(r.id)} {shown(r.version)}" for r in report.rule_sets)
    yield words.run.format(as_of=write_instant(report.as_of), rule_sets=rule_sets)


def _parts(words: Words, counts: Iterable[tuple[str, int]], after: Mapping[str, str]) -> str:
    """Verdicts with their counts, each with what is said after it."""
    return words.comma.join(
        words.count.format(name=words.verdicts[name], count=count) + after.get(name, "") for name, count in counts
    )


def _not_evaluated(report: Report, words: Words) -> Iterator[str]:
    unreadable = [d.name for d in report.documents if d.verdict is DocumentVerdict.UNREADABLE]
    checks = report.checks
    if len(unreadable) == len(report.documents):
        yield words.nothing_read
    elif not checks.passed + checks.violation + checks.undetermined:
        yield words.nothing_applied
    if unreadable:
        names = [name.path + (f" #{name.index}" if name.index else "") for name in unreadable]
        yield words.unreadable.format(count=len(unreadable), names=_names(words, names))
    if checks.undetermined:
        yield words.undetermined.format(count=checks.undetermined)
    if report.gaps:
        yield words.cross_run.format(reasons=words.comma.join(words.gaps[gap] for gap in report.gaps))
    mistyped = [_field(diagnostic) for diagnostic in report.diagnostics if diagnostic.code == MISTYPED]
    if mistyped:
        yield words.mistyped.format(count=len(mistyped), names=_names(words, mistyped))


def _field(diagnostic: Diagnostic) -> str:
    """The path that a diagnostic of a document begins with, in backticks."""
    path, sign, _ = diagnostic.message.removeprefix("`").rpartition("`: ")
    return path if sign else diagnostic.message


def _names(words: Words, names: Sequence[str]) -> str:
    first = [shown(name) for name in names[:_NAMES]]
    more = [words.more.format(count=len(names) - _NAMES)] if len(names) > _NAMES else []
    return words.comma.join(first + more)
