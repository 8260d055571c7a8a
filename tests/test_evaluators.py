"""The two evaluators and the generated code, written apart from each other, give the same value to every typed expression."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from generated import value_of
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_expressions import (
    EMPTY,
    FIRST,
    KINDS,
    LAST,
    LONG,
    LOWEST,
    SHANGHAI,
    SPAN,
    WIDEST,
    arithmetic,
    call,
    cases,
    constant,
    rounded,
    row,
)

from orderproof.engine.atoms import Settled, closure
from orderproof.facts.record import Record
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.typed import MAX_DIGITS, UNKNOWN, Operator, Quantifier
from orderproof.language.types import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    TEXT,
    TIMESTAMP,
    ListType,
    RecordType,
    ScalarType,
)


class NoFacts:
    def holds(self, fact: int, row: Any) -> t.Truth:
        raise AssertionError(fact)

    def value(self, fact: int, value: int, row: Any) -> t.Result:
        raise AssertionError(fact)


def ranged(
    quantifier: Quantifier, values: Sequence[Any], of: ScalarType, type_: ScalarType, *, distinct: bool = False
) -> t.Quantify:
    """A quantifier whose elements are the values of a list themselves."""
    source = t.ListParameter("values", tuple(values), ListType(of), SPAN)
    return t.Quantify(quantifier, source, t.Local(1, of, SPAN), None, distinct, type_, SPAN)


def alike(expression: t.Expression, record: Record = EMPTY, setting: Setting = SHANGHAI) -> t.Result:
    """What all three say; it fails where they differ, be it in the form of a number's value."""
    plain = Evaluator(setting, NoFacts()).value(expression, (record,))
    for found in (closure(expression, setting)((record,), Settled(0)), value_of(expression, record, setting)):
        assert (UNKNOWN if found is None else found) == plain
        assert isinstance(found, bool) is isinstance(plain, bool)
    return plain


# Corners, with the values that they must have

HALVES = (
    ("0.5", 0, "1"),
    ("-0.5", 0, "-1"),
    ("2.5", 0, "3"),
    ("-2.5", 0, "-3"),
    ("1.005", 2, "1.01"),
    ("-1.005", 2, "-1.01"),
    ("1.00499999999999999999999999999999999999999", 2, "1.00"),
    ("-0.4", 0, "0"),
)


@pytest.mark.parametrize(("value", "digits", "expected"), HALVES)
def test_halves_round_away_from_zero(value: str, digits: int, expected: str) -> None:
    assert alike(rounded(constant(value), digits)) == Decimal(expected)


def test_a_division_is_exact_until_it_is_rounded() -> None:
    third = arithmetic(constant(1), Operator.DIVIDE, constant(3))
    whole = arithmetic(third, Operator.MULTIPLY, constant(3))
    assert alike(rounded(whole, 12)) == Decimal(1)
    negative = arithmetic(constant(1), Operator.DIVIDE, constant(-8))
    assert alike(rounded(negative, 2)) == Decimal("-0.13")
    assert alike(rounded(arithmetic(third, Operator.SUBTRACT, third), 0)) == Decimal(0)


def test_a_division_by_zero_is_unknown() -> None:
    nothing = arithmetic(constant(1), Operator.SUBTRACT, constant(1))
    assert alike(rounded(arithmetic(constant(0), Operator.DIVIDE, nothing), 2)) is UNKNOWN


def test_a_result_has_at_most_a_thousand_digits() -> None:
    assert alike(arithmetic(constant(WIDEST), Operator.ADD, constant(0))) == WIDEST
    assert alike(arithmetic(constant(WIDEST), Operator.ADD, constant("0.1"))) is UNKNOWN
    assert alike(rounded(constant(10**MAX_DIGITS - 1), 0)) == 10**MAX_DIGITS - 1
    assert alike(rounded(constant(-(10**MAX_DIGITS) + 1), 0)) == -(10**MAX_DIGITS) + 1
    assert alike(rounded(constant(10**MAX_DIGITS), 0)) is UNKNOWN
    assert alike(rounded(constant(10 ** (MAX_DIGITS - 1)), 1)) is UNKNOWN
    assert alike(arithmetic(constant(WIDEST), Operator.MULTIPLY, constant(WIDEST))) is UNKNOWN
    assert alike(rounded(constant(WIDEST), 0)) == WIDEST
    assert alike(rounded(constant(WIDEST), 1)) is UNKNOWN


def test_a_product_inside_round_may_be_longer_than_python_prints() -> None:
    product: t.Expression = constant(WIDEST)
    for _ in range(5):
        product = arithmetic(product, Operator.MULTIPLY, constant(WIDEST))
    assert alike(rounded(product, 2)) is UNKNOWN
    assert alike(rounded(arithmetic(product, Operator.DIVIDE, product), 2)) == Decimal(1)


def test_a_sum_is_exact_as_a_whole() -> None:
    parts = (WIDEST, Decimal(1), LOWEST)
    for values in (parts, parts[::-1], (WIDEST, LOWEST, Decimal(1))):
        assert alike(ranged(Quantifier.SUM, values, DECIMAL, DECIMAL)) == Decimal(1)
    assert alike(ranged(Quantifier.SUM, (WIDEST, Decimal(1), Decimal(1)), DECIMAL, DECIMAL)) is UNKNOWN
    age = timedelta(days=900_000_000)
    long = (age, age, -age)
    assert alike(ranged(Quantifier.SUM, long, DURATION, DURATION)) == age
    assert alike(ranged(Quantifier.SUM, long[:2], DURATION, DURATION)) is UNKNOWN


DURATIONS = (
    ("days", "0.1", timedelta(hours=2, minutes=24)),
    ("days", "-1", timedelta(days=-1)),
    ("hours", "0.5", timedelta(minutes=30)),
    ("days", "0.0000000000001", UNKNOWN),
    ("days", "1000000000", UNKNOWN),
    ("days", LONG, UNKNOWN),
    ("days", "999999999", timedelta(days=999_999_999)),
    ("days", "-999999999", timedelta.min),
    ("hours", "-24000000000", UNKNOWN),
    ("days", "1E+900000", UNKNOWN),
    ("hours", "1" + "0" * 990 + ".5", UNKNOWN),
)


@pytest.mark.parametrize(("function", "number", "expected"), DURATIONS)
def test_a_duration_is_a_whole_number_of_microseconds(function: str, number: str, expected: t.Result) -> None:
    assert alike(call(function, constant(number), type_=DURATION)) == expected


def test_instants_end_with_the_calendar() -> None:
    last, first, day = (
        constant(LAST, TIMESTAMP),
        constant(FIRST, TIMESTAMP),
        call("days", constant(1), type_=DURATION),
    )
    assert alike(arithmetic(last, Operator.ADD, day, TIMESTAMP)) is UNKNOWN
    assert alike(arithmetic(first, Operator.SUBTRACT, day, TIMESTAMP)) is UNKNOWN
    assert alike(arithmetic(last, Operator.SUBTRACT, first, DURATION)) == LAST - FIRST
    assert alike(arithmetic(constant(timedelta.max, DURATION), Operator.ADD, last, TIMESTAMP)) is UNKNOWN
    twice = arithmetic(constant(timedelta.max, DURATION), Operator.ADD, day, DURATION)
    assert alike(twice) is UNKNOWN


def test_a_day_past_the_calendar_is_unknown() -> None:
    west = Setting(SHANGHAI.as_of, ZoneInfo("America/New_York"))
    last, first = (call("date", constant(each, TIMESTAMP), type_=DATE) for each in (LAST, FIRST))
    assert alike(last) is UNKNOWN
    assert alike(first) == date(1, 1, 1)
    assert alike(last, setting=west) == date(9999, 12, 31)
    assert alike(first, setting=west) is UNKNOWN


EMPTIES = (
    (Quantifier.ANY, False),
    (Quantifier.ALL, True),
    (Quantifier.COUNT, 0),
    (Quantifier.SUM, Decimal(0)),
    (Quantifier.MIN, UNKNOWN),
    (Quantifier.MAX, UNKNOWN),
)


@pytest.mark.parametrize(("quantifier", "expected"), EMPTIES)
def test_quantifiers_over_nothing(quantifier: Quantifier, expected: t.Result) -> None:
    element: t.Expression = constant(1)
    if quantifier in (Quantifier.ANY, Quantifier.ALL):
        element = constant(True, BOOLEAN)
    absent = t.ListField(0, len(KINDS), ("list",), ListType(TEXT), SPAN)
    assert alike(t.Quantify(quantifier, absent, element, None, False, DECIMAL, SPAN)) == expected
    none_chosen = t.Quantify(
        quantifier, t.Children(0, 0, "row", ("rows",), SPAN), element, constant(False, BOOLEAN), False, DECIMAL, SPAN
    )
    assert alike(none_chosen, row(EMPTY.values, (EMPTY, EMPTY))) == expected


def test_a_distinct_count_compares_by_value() -> None:
    numbers = (1, Decimal("1.0"), Decimal("1.00"), 2)
    assert alike(ranged(Quantifier.COUNT, numbers, DECIMAL, INTEGER, distinct=True)) == 2
    assert alike(ranged(Quantifier.COUNT, numbers, DECIMAL, INTEGER)) == 4
    children = (row(EMPTY.values, ordinal=0), row(EMPTY.values, ordinal=1))
    whole = t.Whole(1, RecordType("row"), SPAN)
    source = t.Children(0, 0, "row", ("rows",), SPAN)
    counted = t.Quantify(Quantifier.COUNT, source, whole, None, True, INTEGER, SPAN)
    assert alike(counted, row(EMPTY.values, children)) == 2


def test_membership_is_an_or_over_the_elements() -> None:
    unknown, one = t.UnknownValue(DECIMAL, SPAN), constant("1.0")
    for items, item, expected in (
        ((unknown, constant(1)), one, True),
        ((constant(1), unknown), one, True),
        ((constant(2), unknown), one, UNKNOWN),
        ((constant(2),), one, False),
        ((), unknown, False),
        ((constant(1),), unknown, UNKNOWN),
    ):
        assert alike(t.Member(item, t.ListItems(items, SPAN), SPAN)) is expected


def test_an_unknown_filter_matters_only_where_the_element_would() -> None:
    children = (row((True, *EMPTY.values[1:])), row((None, *EMPTY.values[1:]), ordinal=1))
    field = t.Field(1, 0, ("a",), BOOLEAN, SPAN)
    source = t.Children(0, 0, "row", ("rows",), SPAN)

    def of(quantifier: Quantifier, element: t.Expression) -> t.Result:
        return alike(t.Quantify(quantifier, source, element, field, False, BOOLEAN, SPAN), row(EMPTY.values, children))

    assert of(Quantifier.ANY, constant(True, BOOLEAN)) is True
    assert of(Quantifier.ANY, constant(False, BOOLEAN)) is False
    assert of(Quantifier.ALL, constant(True, BOOLEAN)) is True
    assert of(Quantifier.ALL, constant(False, BOOLEAN)) is False
    assert of(Quantifier.COUNT, constant(True, BOOLEAN)) is UNKNOWN


@settings(max_examples=400)
@given(cases(), st.sampled_from(("Asia/Shanghai", "America/New_York", "UTC", "Pacific/Kiritimati")))
def test_all_give_every_expression_the_same_value(case: tuple[t.Expression, Record], zone: str) -> None:
    expression, root = case
    alike(expression, root, Setting(SHANGHAI.as_of, ZoneInfo(zone)))
