"""What generated code calls: operations that are no single expression of Python's; None is unknown."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from zoneinfo import ZoneInfo

from orderproof.facts.attributes import given
from orderproof.language.typed import MAX_DIGITS, exact_context

__all__ = [
    "calendar_day",
    "duration",
    "exact_sum",
    "given",
    "rounded",
    "sum_of_durations",
    "whole_match",
]

DAY = 86_400_000_000
HOUR = 3_600_000_000
"""In microseconds."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HALF_UP = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
"""For rounding where a result surely has no more digits than it may have; halves go away from zero."""
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = timedelta.max // _MICROSECOND
_CONTEXT = exact_context()


class EpochIn(dict[tzinfo, datetime]):
    """One instant as each zone of a fixed offset writes it: the distance to it is found without asking for the offset."""

    def __missing__(self, zone: tzinfo) -> datetime:
        return self.setdefault(zone, EPOCH.astimezone(zone))


def exact_sum(numbers: Sequence[Decimal | int]) -> Decimal | None:
    """The total of numbers, whatever is reached before the last of them."""
    total = Decimal(0)
    try:
        for number in numbers:
            total = _CONTEXT.add(total, Decimal(number))
    except ArithmeticError:
        return exact_decimal(sum((Fraction(number) for number in numbers), Fraction()))
    return total


def exact_decimal(number: Fraction) -> Decimal | None:
    try:
        return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))
    except ArithmeticError:
        return None


def sum_of_durations(durations: Sequence[timedelta]) -> timedelta | None:
    """The total of durations, whatever is reached before the last of them."""
    total = sum(each // _MICROSECOND for each in durations)
    return in_microseconds(total)


def duration(number: Decimal | int, unit: int) -> timedelta | None:
    """So many units of this many microseconds, where that is a whole number of them."""
    numerator, denominator = number.as_integer_ratio()
    whole, rest = divmod(numerator * unit, denominator)
    return None if rest else in_microseconds(whole)


def in_microseconds(whole: int) -> timedelta | None:
    if not -_LONGEST <= whole <= _LONGEST:
        return None
    try:
        return timedelta(microseconds=whole)
    except OverflowError:
        return None


def rounded(number: Fraction, digits: int) -> Decimal | None:
    """A number with so many digits behind the point, halves away from zero."""
    twice = abs(number) * 2 * 10**digits
    whole = int(twice + 1) // 2
    if whole >= 10**MAX_DIGITS:
        return None
    return Decimal(whole if number > 0 else -whole).scaleb(-digits, _CONTEXT)


def calendar_day(instant: datetime, zone: ZoneInfo) -> date | None:
    """The day of an instant in a zone."""
    try:
        return instant.astimezone(zone).date()
    except OverflowError:
        return None


def whole_match(pattern: str) -> Callable[[str], object]:
    """A function that gives None unless the pattern matches a whole text."""
    import re2  # late: a native library, only for rules with patterns

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    match = re2.compile(pattern, options=options).fullmatch
    # Bytes are matched much faster: nobody asks where in the text.
    return lambda text: match(text.encode())
