"""What the atoms' operations make of known values: exact, and None where there is no result."""

import operator
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, DecimalException
from functools import reduce
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from orderproof.language import typed as t
from orderproof.language.types import Kind

CONTEXT = t.exact_context()
_LONGEST = len(str(timedelta.max // timedelta(microseconds=1)))
"""Digits of microseconds beyond which there is no duration: longer numbers are slow to convert."""


def operation(node: t.Arithmetic) -> Callable[[Any, Any], Any]:
    """What ``+``, ``-`` or ``*`` makes of two values; division is a matter of rounding."""
    if node.type.kind in (Kind.INTEGER, Kind.DECIMAL):
        exact = {
            t.Operator.ADD: CONTEXT.add,
            t.Operator.SUBTRACT: CONTEXT.subtract,
            t.Operator.MULTIPLY: CONTEXT.multiply,
        }[node.operator]

        def numbers(left: Any, right: Any) -> Decimal | None:
            try:
                return exact(left, right)
            except DecimalException:
                return None

        return numbers
    move = operator.add if node.operator is t.Operator.ADD else operator.sub

    def moments(left: Any, right: Any) -> Any:
        try:
            return move(left, right)
        except OverflowError:
            return None

    return moments


def negated(number: Any) -> Decimal:
    return Decimal(number).copy_negate()


def duration(unit: int) -> Callable[[Any], timedelta | None]:
    """So many units, of so many microseconds each."""

    def made(number: Any) -> timedelta | None:
        try:
            microseconds = CONTEXT.multiply(Decimal(number), Decimal(unit))
            if microseconds.adjusted() > _LONGEST:
                return None
            if microseconds != microseconds.to_integral_value():
                return None
            return timedelta(microseconds=int(microseconds))
        except (DecimalException, OverflowError):
            return None

    return made


def day_in(zone: ZoneInfo) -> Callable[[Any], Any]:
    """The day of an instant."""

    def day(instant: Any) -> Any:
        try:
            return instant.astimezone(zone).date()
        except OverflowError:
            return None

    return day


def gathering(node: t.Quantify) -> Callable[[list[Any]], Any]:
    """What a quantifier makes of the values of its members."""
    match node.quantifier:
        case t.Quantifier.COUNT if node.distinct and isinstance(node.element, t.Whole):
            return lambda records: len({record.ordinal for record in records})
        case t.Quantifier.COUNT if node.distinct:
            return lambda values: len(set(values))
        case t.Quantifier.COUNT:
            return len
        case t.Quantifier.SUM:
            return _total_duration if node.type.kind is Kind.DURATION else _total
        case t.Quantifier.MIN:
            return lambda values: min(values, default=None)
        case t.Quantifier.MAX:
            return lambda values: max(values, default=None)
        case t.Quantifier.ANY | t.Quantifier.ALL:
            raise ValueError("any and all gather nothing")
        case _:
            assert_never(node.quantifier)


def _total(values: list[Any]) -> Decimal | None:
    """The exact total; only its own digits are limited, not those of sums on the way to it."""
    try:
        return reduce(CONTEXT.add, values, Decimal(0))
    except DecimalException:
        pass
    numerator, denominator = 0, 1
    for value in values:
        more, per = Decimal(value).as_integer_ratio()
        numerator, denominator = numerator * per + more * denominator, denominator * per
    try:
        return CONTEXT.divide(Decimal(numerator), Decimal(denominator))
    except DecimalException:
        return None


def _total_duration(values: list[Any]) -> timedelta | None:
    microsecond = timedelta(microseconds=1)
    total: int = sum(value // microsecond for value in values)
    try:
        return total * microsecond
    except OverflowError:
        return None
