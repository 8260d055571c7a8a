"""The end of the report for people: how many of each verdict, who gave them, and what was not evaluated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from orderproof.report.instant import write_instant
from orderproof.report.model import NAMED, DocumentVerdict, Ending, EngineCount, Head, NotJudged
from orderproof.report.quoting import shown
from orderproof.report.words import Words

_VERDICTS = ("pass", "violation", "undetermined", "not_applicable")


def summary_lines(head: Head, ending: Ending, words: Words, *, told_above: bool = False) -> Iterator[str]:
    """The lines of the summary; whatever was not evaluated has a line of its own.

    ``told_above`` says where the diagnostics are: above these lines, not on standard error.
    """
    of_documents = [(name, ending.documents.get(DocumentVerdict(name), 0)) for name in (*_VERDICTS, "unreadable")]
    checks = ending.checks
    counts = (checks.passed, checks.violation, checks.undetermined, checks.not_applicable)
    of_checks = list(zip(_VERDICTS, counts, strict=True))
    if checks.not_judged:
        of_checks.append(("not_judged", checks.not_judged))
    after = {"pass": words.with_warnings.format(count=ending.warned)} if ending.warned else {}
    yield words.documents.format(count=_sum(of_documents), parts=_parts(words, of_documents, after))
    yield words.checks.format(count=_sum(of_checks), parts=_parts(words, of_checks, {}))
    yield from _excused(head, ending, words)
    yield from _judged_by(ending.engines, words)
    yield from _not_evaluated(ending, words)
    if left_out := head.left_out:
        yield words.left_out.format(count=len(left_out), names=_names(words, left_out, len(left_out)))
    if ending.interrupted:
        yield words.interrupted
    elif not ending.complete:
        yield words.incomplete_above if told_above else words.incomplete
    rule_sets = words.comma.join(f"{shown(r.id)} {shown(r.version)}" for r in head.rule_sets)
    yield words.run.format(as_of=write_instant(head.as_of), rule_sets=rule_sets)


def _sum(counts: Iterable[tuple[str, int]]) -> int:
    return sum(count for _, count in counts)


def _parts(words: Words, counts: Iterable[tuple[str, int]], after: Mapping[str, str]) -> str:
    """Verdicts with their counts, each with what is said after it."""
    return words.comma.join(
        words.count.format(name=words.verdicts[name], count=count) + after.get(name, "") for name, count in counts
    )


def _excused(head: Head, ending: Ending, words: Words) -> Iterator[str]:
    """How many findings do not count, and what has become of those of a baseline."""
    excused = ending.excused
    if excused.waived:
        yield words.count_waived.format(count=excused.waived)
    if head.baseline is not None:
        unseen = words.unseen.format(count=excused.unseen) if excused.unseen else ""
        yield words.baseline.format(known=excused.known, fixed=excused.fixed) + unseen


def _judged_by(engines: Sequence[EngineCount], words: Words) -> Iterator[str]:
    """The engine that judged most, and what the others did: confirm it, or judge what it did not."""
    first = max(engines, key=lambda engine: engine.judged, default=None)
    if first is None or not first.judged:
        return
    line = words.engines.format(name=shown(first.name))
    for engine in engines:
        alone = engine.judged - engine.confirmed
        if engine is not first and engine.confirmed:
            line += words.confirmed.format(name=shown(engine.name), count=engine.confirmed)
        if engine is not first and alone > 0:
            line += words.alone.format(name=shown(engine.name), count=alone)
    yield line


def _not_evaluated(ending: Ending, words: Words) -> Iterator[str]:
    checks = ending.checks
    unreadable = ending.documents.get(DocumentVerdict.UNREADABLE, 0)
    if unreadable == sum(ending.documents.values()):
        yield words.nothing_read
    elif not checks.passed + checks.violation + checks.undetermined:
        yield words.nothing_applied
    if unreadable:
        names = [name.path + (f" #{name.index}" if name.index else "") for name in ending.unreadable]
        yield words.unreadable.format(count=unreadable, names=_names(words, names, unreadable))
    if checks.undetermined:
        yield words.undetermined.format(count=checks.undetermined)
    yield from (_not_judged(each, words) for each in ending.not_judged)
    if ending.gaps:
        yield words.cross_run.format(reasons=words.comma.join(words.gaps[gap] for gap in ending.gaps))
    never = ending.never_applicable
    if never and checks.passed + checks.violation + checks.undetermined:
        yield words.never_applicable.format(count=len(never), names=_names(words, never, len(never)))
    if ending.mistyped_count:
        names = list(ending.mistyped)
        yield words.mistyped.format(count=ending.mistyped_count, names=_names(words, names, ending.mistyped_count))


def _not_judged(of: NotJudged, words: Words) -> str:
    return words.not_judged.format(
        count=of.count,
        source=shown(of.source),
        fields=_names(words, of.fields, len(of.fields)),
        documents=of.documents,
        rules=_names(words, of.rules, len(of.rules)),
    )


def _names(words: Words, names: Sequence[str], count: int) -> str:
    """The first names of so many."""
    first = [shown(name) for name in names[:NAMED]]
    more = [words.more.format(count=count - len(first))] if count > len(first) else []
    return words.comma.join(first + more)
