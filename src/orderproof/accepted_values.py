"""The values that a finding rests on: one that is accepted or known is so with these, not with worse ones."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from orderproof.explain import MAX_READS
from orderproof.finding import Because, Finding, Read
from orderproof.tree import write_pointer

Shown: TypeAlias = str | bool | None
"""A value as reports show it; None for an absent one."""
Values: TypeAlias = tuple[tuple[str, Shown], ...]
"""Values by their paths, in the order of these."""
TOO_MANY = f"it rests on more than {MAX_READS - 1} values, of which a report does not name all"
_MAX_SAID = 80
_INDEX = re.compile(r"\[([0-9]{1,9})\]")


def joined(evidence: Iterable[Mapping[str, Shown]]) -> Values | None:
    """The values in evidence, that of a finding and of every fact below it, in the order of a report; None where some
    was left out for its length.
    """
    found: dict[str, Shown] = {}
    for each in evidence:
        if len(each) >= MAX_READS:
            return None
        found |= each
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def difference(accepted: Values | None, finding: Finding) -> str | None:
    """The first value of a finding that is not as it was accepted, in words; None where all are.

    An entry of a list may have moved. What is told of attachments is compared without its words, which are of a language.
    """
    reads = [finding.evidence, *_below(finding.because)]
    now = joined({write_pointer(read.pointer): read.value for read in each} for each in reads)
    if accepted is None or now is None:
        return TOO_MANY
    was, is_ = _placeless(accepted), _placeless(now)
    told = {write_pointer(read.pointer) for each in reads for read in each if read.told}
    words = {placeless for (path, _), placeless in zip(now, is_, strict=True) if path in told}
    for path in sorted({*was, *is_}):
        before, after = (_of(values, path, told=path in words) for values in (was, is_))
        if before != after:
            return f"`{path}` was {_said(was, path)}, is {_said(is_, path)}"
    return None


def _of(values: Mapping[str, Shown], path: str, *, told: bool) -> tuple[Shown, ...]:
    """A value, and none where there is none; of a told one what stands below its sentence."""
    if path not in values:
        return ()
    value = values[path]
    return (value.partition("\n")[2] if told and isinstance(value, str) else value,)


def _placeless(values: Values) -> dict[str, Shown]:
    """Values by paths in which entries of lists are counted as far as they are named, in the same order."""
    indexes: defaultdict[str, set[int]] = defaultdict(set)
    for path, _ in values:
        for index in _INDEX.finditer(path):
            indexes[path[: index.start()]].add(int(index[1]))
    ranks = {to: {index: rank for rank, index in enumerate(sorted(found))} for to, found in indexes.items()}

    def counted(index: re.Match[str]) -> str:
        return f"[{ranks[index.string[: index.start()]][int(index[1])]}]"

    return {_INDEX.sub(counted, path): value for path, value in values}


def _said(values: Mapping[str, Shown], path: str) -> str:
    if path not in values:
        return "no part of it"
    value = values[path]
    if not isinstance(value, str):
        return "absent" if value is None else str(value).lower()
    line = value.partition("\n")[0]
    return f"`{line if len(line) <= _MAX_SAID else line[:_MAX_SAID] + '…'}`"


def _below(because: Iterable[Because]) -> Iterator[tuple[Read, ...]]:
    for fact in because:
        yield fact.evidence
        yield from _below(fact.because)
