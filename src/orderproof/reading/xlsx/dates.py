"""Dates in sheets: numbers of days, which a cell's format shows as a date."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum


class Shown(StrEnum):
    """As what a number format shows a number that stands for a time."""

    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    ELAPSED = "elapsed"


_BUILT_IN: Mapping[int, Shown] = {
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), Shown.DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47, 55, 56), Shown.TIME),
    22: Shown.DATETIME,
    46: Shown.ELAPSED,
}
"""Formats that no workbook declares, by their numbers; from 27 on as Chinese, Japanese and Korean programs mean them."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_BRACKET = re.compile(r"\[[^\]]*\]")
_HALF_DAY = re.compile(r"am/pm|a/p|上午/下午")
_EXPONENT = re.compile(r"e[+-]")

_MILLISECONDS = 86_400_000
_LAST_DAY = 2_958_465
"""9999-12-31."""
_NOT_A_DAY = 60
"""29 February 1900, which spreadsheets know and no calendar does."""


def shown_as(number: int, declared: Mapping[int, str]) -> Shown | None:
    """As what a format shows a number: declared by its code, or built in; None for ordinary numbers."""
    code = declared.get(number)
    return _BUILT_IN.get(number) if code is None else _shown_by(code)


def _shown_by(code: str) -> Shown | None:
    bare = _LITERAL.sub("", code).lower().partition(";")[0]
    if _ELAPSED.search(bare):
        return Shown.ELAPSED
    bare, half_days = _HALF_DAY.subn("", _EXPONENT.sub("", _BRACKET.sub("", bare).replace("general", "")))
    has_time = half_days > 0 or "h" in bare or "s" in bare
    has_date = any(letter in bare for letter in "ydeg") or ("m" in bare and not has_time)
    if has_date:
        return Shown.DATETIME if has_time else Shown.DATE
    return Shown.TIME if has_time else None


def written(serial: Decimal, shown: Shown, *, from_1904: bool) -> str | None:
    """A number of days as a local date, date and time, or time of day, exact to the millisecond; None for no such one.

    What a format hides is not lost: a day with a time is written with it, also where only the day is shown.
    """
    milliseconds = int((serial * _MILLISECONDS).to_integral_value(ROUND_HALF_EVEN))
    days, rest = divmod(milliseconds, _MILLISECONDS)
    if days < 0 or days > _LAST_DAY - (1462 if from_1904 else 0):
        return None
    if shown is Shown.TIME and days == 0:
        return _iso(datetime(1900, 1, 1) + timedelta(milliseconds=rest)).partition("T")[2]  # noqa: DTZ001  # local
    if not from_1904 and days in (0, _NOT_A_DAY):
        return None
    first = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if days < _NOT_A_DAY else 30)  # noqa: DTZ001  # local
    text = _iso(first + timedelta(days=days, milliseconds=rest))
    return text.partition("T")[0] if shown is Shown.DATE and rest == 0 else text


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
