"""Values of unlike types that meet: what to write instead."""

import re
from datetime import date

from msgspec import Struct

from orderproof.language import syntax as s
from orderproof.language.relations import NUMBERS
from orderproof.language.types import Kind

_DAY = r"(?s)([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?\Z"
_SHORT = 48
"""Characters up to which a side is repeated in the help."""


class Side(Struct, frozen=True):
    """One side of an operator, as written and as read."""

    node: s.Syntax
    written: str
    kind: Kind | None

    @property
    def day(self) -> date | None:
        """The day that is meant, if the side is a day in quotes or one without, which reads as a subtraction."""
        found = re.match(_DAY, self.node.value if isinstance(self.node, s.Text) else self.written)
        if found is None or not isinstance(self.node, s.Text | s.Binary):
            return None
        year, month, day = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None


def help_to_compare(operator: str, left: Side, right: Side) -> str | None:
    """What to write instead of a comparison of unlike types."""
    kinds = {left.kind, right.kind}
    if kinds == {Kind.TIMESTAMP, Kind.DATE}:
        return "write `date(…)` around the instant to compare calendar days"
    if kinds & {Kind.TIMESTAMP, Kind.DATE} and kinds & {Kind.TEXT, *NUMBERS}:
        return _with_a_day(operator, left, right)
    if Kind.DURATION in kinds and kinds & {Kind.TEXT, *NUMBERS}:
        other = left if right.kind is Kind.DURATION else right
        number = _short(other.written) if other.kind in NUMBERS else "3"
        return f"a duration is written `days({number})` or `hours({number})`"
    if Kind.TEXT in kinds and kinds & set(NUMBERS):
        return "numbers are written without quotes"
    if Kind.BOOLEAN in kinds and Kind.TEXT in kinds:
        return "write `true` or `false` without quotes"
    return None


def _with_a_day(operator: str, left: Side, right: Side) -> str:
    """The comparison with its day in quotes, and by the calendar where the other side is an instant."""
    if left.day is None and right.day is None:
        kinds = {left.kind, right.kind}
        if kinds == {Kind.DATE, Kind.TEXT}:
            return 'write `date("2026-03-01")` for a day'
        return 'to compare calendar days, write `date(…) >= date("2026-03-01")`'
    return f"write `{_as_day(left)} {operator} {_as_day(right)}`"


def _as_day(side: Side) -> str:
    if side.day is not None and side.kind is not Kind.DATE:
        return f'date("{side.day.isoformat()}")'
    short = _short(side.written)
    return f"date({short})" if side.kind is Kind.TIMESTAMP else short


def _short(written: str) -> str:
    return written if len(written) <= _SHORT and "\n" not in written else "…"


def help_to_find(item: Side, element: Kind) -> str | None:
    """What to write where a value is looked for among values of another type."""
    if item.kind in (Kind.TIMESTAMP, Kind.DATE) and element in (Kind.TEXT, *NUMBERS):
        around = " and `date(…)` around the instant" if item.kind is Kind.TIMESTAMP else ""
        return f'write `date("2026-03-01")` for a day{around}'
    if element in NUMBERS and item.kind is Kind.TEXT:
        return "texts are written in quotes"
    if element is Kind.TEXT and item.kind in NUMBERS:
        return "numbers are written without quotes"
    return None


def help_to_join(left: Kind | None, right: Kind | None) -> str | None:
    """What to write instead of arithmetic with unlike types."""
    kinds = {left, right}
    if Kind.TIMESTAMP in kinds and kinds & {Kind.TEXT, *NUMBERS}:
        return "write `days(…)` or `hours(…)` for a duration"
    if Kind.DATE in kinds:
        return "days of the calendar are only compared; add durations to instants"
    if Kind.TEXT in kinds:
        return "texts are not joined; numbers are written without quotes"
    return None
