"""Typed expressions of any shape drawn at random, with records for them to read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from orderproof.facts.record import Record
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.language.text import ExpressionText, Written
from orderproof.language.typed import Comparison, Operator, Quantifier
from orderproof.language.types import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    TEXT,
    TIMESTAMP,
    ListType,
    ScalarType,
)
from orderproof.source import Source

Variables: TypeAlias = tuple[ScalarType | None, ...]
"""What the variables of a frame are: the type of a scalar, None for a record."""
_Option = TypeVar("_Option")

SPAN = Written(ExpressionText("", Source("", "")), 0, 0)
SHANGHAI = Setting(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
LONG = Decimal(10) ** 500
WIDEST = Decimal((0, (9,) * t.MAX_DIGITS, 0))
LOWEST = WIDEST.copy_negate()
"""The largest and the smallest whole number that a result may be; a minus sign before one would round it."""

VALUES: dict[ScalarType, tuple[Any, ...]] = {
    BOOLEAN: (True, False),
    TEXT: ("", "a", "A", "a-b c", "USD", "JPY", "开", "İ", "e\u0301"),
    INTEGER: (0, 1, -1, 2, 7, 10**38),
    DECIMAL: (*map(Decimal, ("0", "1", "1.0", "-1.5", "2.5", "0.1", "0.005", "-0.005", "1E-38")), LONG, WIDEST, LOWEST),
    TIMESTAMP: (
        SHANGHAI.as_of,
        FIRST,
        LAST,
        datetime(2026, 2, 28, 16, tzinfo=UTC),
        datetime(2026, 2, 28, 15, 59, tzinfo=UTC),
    ),
    DATE: (date(2026, 3, 1), date(2026, 2, 28), date.min, date.max),
    DURATION: (timedelta(), timedelta(days=1), timedelta(microseconds=-1), timedelta.max, timedelta.min),
}
KINDS = tuple(VALUES)
LISTS = (TEXT, DECIMAL, TIMESTAMP, BOOLEAN)
"""What the lists of a record hold; they stand behind its fields."""


def constant(value: Any, type_: ScalarType = DECIMAL) -> t.Constant:
    return t.Constant(Decimal(value) if type_ is DECIMAL else value, type_, SPAN)


def call(function: str, *arguments: t.Expression, type_: ScalarType = DECIMAL) -> t.Call:
    return t.Call(function, arguments, type_, SPAN)


def arithmetic(
    left: t.Expression, operator: Operator, right: t.Expression, type_: ScalarType = DECIMAL
) -> t.Arithmetic:
    return t.Arithmetic(operator, left, right, type_, SPAN)


def rounded(of: t.Expression, digits: int) -> t.Call:
    return call("round", of, t.Constant(digits, INTEGER, SPAN))


def row(values: Sequence[Any], children: Sequence[Record] = (), ordinal: int = 0) -> Record:
    return Record("row", ordinal, tuple(values), (tuple(children),), ())


PRESENCE = len(KINDS) + len(LISTS)
"""The last slot of a record says whether something of it is present."""
EMPTY = row((*(None,) * PRESENCE, False))


def record(draw: st.DrawFn, depth: int) -> Record:
    fields = [draw(st.none() | st.sampled_from(VALUES[type_])) for type_ in KINDS]
    lists = [draw(st.none() | st.lists(st.sampled_from(VALUES[type_]), max_size=3).map(tuple)) for type_ in LISTS]
    children: list[Record] = []
    if depth:
        children = [record(draw, depth - 1) for _ in range(draw(st.integers(0, 2)))]
    return row((*fields, *lists, draw(st.booleans())), children)


def renumbered(root: Record) -> Record:
    """The same record with an ordinal of its own for each one below it."""
    count = [0]

    def walk(each: Record) -> Record:
        count[0] += 1
        number = count[0]
        return Record("row", number, each.values, (tuple(walk(child) for child in each.children[0]),), ())

    return walk(root)


class Drawn:
    """Draws expressions of a type; ``frame`` has a scalar's type for each variable, None for a record."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, options: Sequence[_Option]) -> _Option:
        return self.draw(st.sampled_from(options))

    def of(self, type_: ScalarType, depth: int, frame: Variables = (None,)) -> t.Expression:
        if depth == 0 or self.draw(st.integers(0, 5)) == 0:
            return self.leaf(type_, frame)
        match self.draw(st.integers(0, 4)):
            case 0:
                condition = self.of(BOOLEAN, depth - 1, frame)
                return t.Choose(
                    condition, self.of(type_, depth - 1, frame), self.of(type_, depth - 1, frame), type_, SPAN
                )
            case 1 if type_ in (DECIMAL, TIMESTAMP, DATE, DURATION):
                return self.each(self.one((Quantifier.MIN, Quantifier.MAX)), type_, type_, depth, frame)
            case _:
                return self.own(type_, depth, frame)

    def leaf(self, type_: ScalarType, frame: Variables) -> t.Expression:
        local = [number for number, each in enumerate(frame) if each == type_]
        if local and self.draw(st.integers(0, 1)) == 1:
            return t.Local(self.one(local), type_, SPAN)
        match self.draw(st.integers(0, 4)):
            case 0:
                return t.UnknownValue(type_, SPAN)
            case 1:
                return t.Constant(self.one(VALUES[type_]), type_, SPAN)
            case 2 if type_ == TIMESTAMP:
                return t.AsOf(SPAN)
            case 3 if type_ == BOOLEAN:
                return t.Presence(self.at(frame), PRESENCE, ("a",), SPAN)
            case _:
                default = self.one((None, self.one(VALUES[type_])))
                return t.Field(self.at(frame), KINDS.index(type_), ("a",), type_, SPAN, default)

    def at(self, frame: Variables) -> int:
        found: int = self.one([number for number, each in enumerate(frame) if each is None])
        return found

    def own(self, type_: ScalarType, depth: int, frame: Variables) -> t.Expression:
        def inner(of: ScalarType) -> t.Expression:
            return self.of(of, depth - 1, frame)

        plus_minus = (Operator.ADD, Operator.SUBTRACT)
        match type_:
            case _ if type_ == BOOLEAN:
                return self.condition(depth, frame)
            case _ if type_ in (DECIMAL, INTEGER):
                return self.number(type_, depth, frame)
            case _ if type_ == TEXT:
                function = self.one(("lower", "compact", ""))
                if function:
                    return call(function, inner(TEXT), type_=TEXT)
                return t.Lookup("table", (("a", "b"), ("", "x")), inner(TEXT), TEXT, SPAN)
            case _ if type_ == TIMESTAMP:
                return arithmetic(inner(TIMESTAMP), self.one(plus_minus), inner(DURATION), TIMESTAMP)
            case _ if type_ == DATE:
                return call("date", inner(TIMESTAMP), type_=DATE)
            case _:
                match self.draw(st.integers(0, 3)):
                    case 0:
                        return call(self.one(("days", "hours")), inner(self.one((DECIMAL, INTEGER))), type_=DURATION)
                    case 1:
                        return arithmetic(inner(TIMESTAMP), Operator.SUBTRACT, inner(TIMESTAMP), DURATION)
                    case 2:
                        return self.each(Quantifier.SUM, DURATION, DURATION, depth, frame)
                    case _:
                        return arithmetic(inner(DURATION), self.one(plus_minus), inner(DURATION), DURATION)

    def number(self, type_: ScalarType, depth: int, frame: Variables) -> t.Expression:
        def inner(of: ScalarType) -> t.Expression:
            return self.of(of, depth - 1, frame)

        if type_ == INTEGER:
            if self.draw(st.booleans()):
                return call("length", inner(TEXT), type_=INTEGER)
            return self.each(Quantifier.COUNT, self.one(KINDS), INTEGER, depth, frame)
        match self.draw(st.integers(0, 5)):
            case 0:
                return t.Negate(inner(DECIMAL), DECIMAL, SPAN)
            case 1:
                return call("abs", inner(self.one((DECIMAL, INTEGER))))
            case 2:
                return rounded(self.ratio(depth, frame), self.draw(st.sampled_from((0, 1, 2, 12))))
            case 3:
                return call("minor_unit", inner(TEXT))
            case 4:
                return self.each(Quantifier.SUM, DECIMAL, DECIMAL, depth, frame)
            case _:
                operator = self.one((Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY))
                return arithmetic(inner(self.one((DECIMAL, INTEGER))), operator, inner(DECIMAL))

    def ratio(self, depth: int, frame: Variables) -> t.Expression:
        if depth <= 1 or self.draw(st.integers(0, 3)) == 0:
            return self.of(DECIMAL, max(0, depth - 1), frame)
        return arithmetic(self.ratio(depth - 1, frame), self.one(tuple(Operator)), self.ratio(depth - 1, frame))

    def condition(self, depth: int, frame: Variables) -> t.Expression:
        def inner(of: ScalarType) -> t.Expression:
            return self.of(of, depth - 1, frame)

        match self.draw(st.integers(0, 6)):
            case 0:
                return t.Not(inner(BOOLEAN), SPAN)
            case 1:
                return t.And((inner(BOOLEAN), inner(BOOLEAN), inner(BOOLEAN)), SPAN)
            case 2:
                return t.Or((inner(BOOLEAN), inner(BOOLEAN)), SPAN)
            case 3:
                return call("matches", inner(TEXT), constant("(?i)a.*", TEXT), type_=BOOLEAN)
            case 4:
                return self.member(depth, frame)
            case 5:
                return self.each(self.one((Quantifier.ANY, Quantifier.ALL)), BOOLEAN, BOOLEAN, depth, frame)
            case _:
                of = self.one(KINDS)
                ordered = of not in (BOOLEAN, TEXT)
                operator = self.one(tuple(Comparison) if ordered else (Comparison.EQUAL, Comparison.UNEQUAL))
                return t.Compare(operator, inner(of), inner(of), SPAN)

    def member(self, depth: int, frame: Variables) -> t.Expression:
        of = self.one(LISTS)
        items = tuple(self.of(of, depth - 1, frame) for _ in range(self.draw(st.integers(0, 3))))
        collections: tuple[t.Collection, ...] = (
            t.ListItems(items, SPAN),
            t.ListField(self.at(frame), len(KINDS) + LISTS.index(of), ("b",), ListType(of), SPAN),
            t.ListParameter("c", VALUES[of][:2], ListType(of), SPAN),
        )
        collection = self.one(collections)
        return t.Member(self.of(of, depth - 1, frame), collection, SPAN)

    def each(
        self,
        quantifier: Quantifier,
        element: ScalarType,
        type_: ScalarType,
        depth: int,
        frame: Variables,
    ) -> t.Expression:
        of = self.one((None, None, *LISTS))
        source: t.Children | t.ListField = t.Children(self.at(frame), 0, "row", ("rows",), SPAN)
        if of is not None:
            source = t.ListField(self.at(frame), len(KINDS) + LISTS.index(of), ("b",), ListType(of), SPAN)
        inner = (*frame, of)
        chosen = self.of(BOOLEAN, depth - 1, inner) if self.draw(st.booleans()) else None
        distinct = quantifier is Quantifier.COUNT and self.draw(st.booleans())
        return t.Quantify(quantifier, source, self.of(element, depth - 1, inner), chosen, distinct, type_, SPAN)


@st.composite
def cases(draw: st.DrawFn) -> tuple[t.Expression, Record]:
    """An expression of any type, and a record with records below it."""
    return Drawn(draw).of(draw(st.sampled_from(KINDS)), draw(st.integers(1, 4))), renumbered(record(draw, 2))
