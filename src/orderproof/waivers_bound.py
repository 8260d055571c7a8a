"""The bound of a waiver: how far a finding may go to be accepted."""

import re
from collections.abc import Sequence
from decimal import Decimal, localcontext

from msgspec import Struct

from orderproof.explain import MAX_READS
from orderproof.finding import Because, Finding
from orderproof.tree import write_pointer

_INDEX = re.compile(r"\[[0-9]+\]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


class Bound(Struct, frozen=True):
    """What a waiver accepts at most: a value that the finding rests on, or how far it is from another one.

    A path is written as in evidence; ``[]`` in it is any position of a list, and then each value is within the bound.
    """

    path: str
    minus: str | None
    at_most: Decimal


def excess(bound: Bound, finding: Finding) -> str | None:
    """Why a finding is not within a bound; None where it is."""
    values = _values(finding)
    found = _at(bound.path, values)
    if not found:
        return f"the waiver's bound cannot be told: the finding rests on no number `{bound.path}`"
    if bound.minus is not None:
        others = _at(bound.minus, values)
        if len(found) != 1 or len(others) != 1:
            return f"the waiver's bound cannot be told: `{bound.path}` and `{bound.minus}` are not one number each"
        with localcontext(prec=100):
            found = [found[0] - others[0]]
    worst = max(map(abs, found))
    if worst <= bound.at_most:
        return None
    of = f"`{bound.path}`" if bound.minus is None else f"the difference of `{bound.path}` and `{bound.minus}`"
    return f"the finding is beyond what the waiver accepts: {of} is {worst:f}, at most {bound.at_most:f} is accepted"


def _at(path: str, values: Sequence[tuple[str, str]]) -> list[Decimal]:
    """The numbers at a path; none where one of the values is no number."""
    anywhere = "[]" in path
    found = [value for name, value in values if (_INDEX.sub("[]", name) if anywhere else name) == path]
    return [Decimal(value) for value in found] if all(map(_NUMBER.match, found)) else []


def _values(finding: Finding) -> list[tuple[str, str]]:
    """The values that a finding rests on by their paths, those of derived facts by fact and name.

    Where evidence was left out for its length, none: what is not told may be beyond any bound.
    """
    values: dict[tuple[str, str], None] = {}
    read = [finding.evidence]
    facts: list[Because] = list(finding.because)
    while facts:
        fact = facts.pop()
        facts += fact.because
        read.append(fact.evidence)
        values |= {(f"{fact.fact}.{name}", str(value)): None for name, value in fact.values.items()}
    for reads in read:
        if len(reads) >= MAX_READS:
            return []
        told = (each for each in reads if each.value is not None and not each.told)
        values |= {(write_pointer(each.pointer), str(each.value)): None for each in told}
    return list(values)
