"""Checks across documents of any shape, drawn at random, and members that bring values of every kind."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from typed_expressions import KINDS, LISTS, SHANGHAI, SPAN, VALUES, Drawn, Variables

from orderproof.language import typed as t
from orderproof.language.typed import UNKNOWN, Quantifier, Result, Truth
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
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.ruleset.program import Check, Grouping, Message, Program

PARTS = (*KINDS, BOOLEAN)
"""What members bring: a value of every kind, and one more truth."""
KEYS: dict[ScalarType, tuple[Any, ...]] = {
    BOOLEAN: (True, False),
    TEXT: ("a", "A", "", "1:a", "\0", "\ud800", "开"),
    INTEGER: (0, 1, 10**30, Decimal("1.0")),
    DECIMAL: (0, 1, *map(Decimal, ("1", "1.0", "-0", "0.00", "10", "1E1", "-10.0", "1E-38", "0.1"))),
    TIMESTAMP: (
        datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 8, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 3, 1, tzinfo=UTC),
    ),
    DATE: VALUES[DATE],
    DURATION: VALUES[DURATION],
}


class Joining(Struct, frozen=True):
    """A member before it is put into its group."""

    key: tuple[Result, ...]
    document: int
    ordinal: int
    belongs: Truth
    parts: tuple[Result, ...]


class _DrawnOfGroup(Drawn):
    """Draws expressions over a group."""

    def leaf(self, type_: ScalarType, frame: Variables) -> t.Expression:
        match self.draw(st.integers(0, 3)):
            case 0:
                return t.UnknownValue(type_, SPAN)
            case 1 if type_ != TEXT:
                return self.over_group(type_)
            case 2 if type_ == TIMESTAMP:
                return t.AsOf(SPAN)
            case _:
                return t.Constant(self.one(VALUES[type_]), type_, SPAN)

    def over_group(self, type_: ScalarType) -> t.Expression:
        if type_ == BOOLEAN:
            return self._group(self.one((Quantifier.ANY, Quantifier.ALL)), BOOLEAN, type_)
        if type_ == INTEGER:
            return self._group(Quantifier.COUNT, self.one((*KINDS, None)), type_)
        extremes = [Quantifier.MIN, Quantifier.MAX]
        return self._group(
            self.one([*extremes, *([Quantifier.SUM] if type_ in (DECIMAL, DURATION) else [])]), type_, type_
        )

    def _group(self, quantifier: Quantifier, element: ScalarType | None, type_: ScalarType) -> t.Expression:
        chosen = self.one((None, None, PARTS.index(BOOLEAN), len(PARTS) - 1))
        distinct = quantifier is Quantifier.COUNT and self.draw(st.booleans())
        part = None if element is None else PARTS.index(element)
        return t.QuantifyGroup(quantifier, part, chosen, distinct, type_, SPAN)

    def each(
        self, quantifier: Quantifier, element: ScalarType, type_: ScalarType, depth: int, frame: Variables
    ) -> t.Expression:
        return self._group(quantifier, element, type_)

    def member(self, depth: int, frame: Variables) -> t.Expression:
        of = self.one(LISTS)
        items = tuple(self.of(of, depth - 1, frame) for _ in range(self.draw(st.integers(0, 3))))
        listed = t.ListParameter("c", VALUES[of][:2], ListType(of), SPAN)
        collections: tuple[t.Collection, ...] = (t.ListItems(items, SPAN), listed)
        collection = self.one(collections)
        return t.Member(self.of(of, depth - 1, frame), collection, SPAN)


@cache
def policy() -> Program:
    return compile_opened(open_rule_set())


def field(number: int, type_: ScalarType) -> t.Field:
    return t.Field(0, number, ("a",), type_, SPAN)


def check_of(keys: Sequence[ScalarType], require: t.Expression, having: t.Expression | None = None) -> Check:
    """A check across documents whose members bring ``PARTS``."""
    given = next(check for check in policy().checks if check.grouping is not None)
    parts = tuple(field(number, type_) for number, type_ in enumerate(PARTS))
    grouping = Grouping(tuple(field(number, type_) for number, type_ in enumerate(keys)), parts, having)
    return replace(given, require=require, grouping=grouping, messages={"en": Message(("wrong",))})


def program_of(check: Check) -> Program:
    return replace(policy(), checks=(check,))


@st.composite
def checks(draw: st.DrawFn) -> Check:
    """A check with any conditions, by one or two values of any kind."""
    drawn = _DrawnOfGroup(draw)
    keys = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
    having = drawn.of(BOOLEAN, 2, ()) if draw(st.booleans()) else None
    return check_of(keys, drawn.of(BOOLEAN, draw(st.integers(1, 3)), ()), having)


_FEW: dict[ScalarType, tuple[Any, ...]] = {type_: values[:3] for type_, values in VALUES.items()}
_FEW[DECIMAL] = tuple(map(Decimal, ("1.0", "1.00", "0.5")))
_CHOSEN = (None, PARTS.index(BOOLEAN), len(PARTS) - 1)


def quantities() -> Iterator[t.QuantifyGroup]:
    """Everything that a condition can ask of a group, of every kind of value."""
    for chosen in _CHOSEN:
        for quantifier in (Quantifier.ANY, Quantifier.ALL):
            yield t.QuantifyGroup(quantifier, PARTS.index(BOOLEAN), chosen, False, BOOLEAN, SPAN)
        for element, distinct in [(None, False), *((PARTS.index(type_), True) for type_ in KINDS)]:
            yield t.QuantifyGroup(Quantifier.COUNT, element, chosen, distinct, INTEGER, SPAN)
        for type_ in (INTEGER, DECIMAL, TIMESTAMP, DATE, DURATION):
            for quantifier in (Quantifier.MIN, Quantifier.MAX):
                yield t.QuantifyGroup(quantifier, PARTS.index(type_), chosen, False, type_, SPAN)
        for type_ in (INTEGER, DECIMAL, DURATION):
            yield t.QuantifyGroup(Quantifier.SUM, PARTS.index(type_), chosen, False, type_, SPAN)


def conditions(node: t.QuantifyGroup) -> Iterator[t.Expression]:
    """The quantity itself where it is a truth, else compared with values that it may have."""
    if node.type == BOOLEAN:
        yield node
        return
    for value in (0, 1, 2, 3) if node.type == INTEGER else _FEW[node.type]:
        for comparison in (t.Comparison.EQUAL, t.Comparison.LESS):
            yield t.Compare(comparison, node, t.Constant(value, node.type, SPAN), SPAN)


def small_groups(random: Random, count: int) -> list[Joining]:
    """Groups of up to four members, with few values, some of them unknown."""
    members: list[Joining] = []
    for number in range(count):
        for _ in range(random.randint(1, 4)):
            parts = tuple(random.choice(_FEW[type_]) if random.random() < 0.93 else UNKNOWN for type_ in PARTS)
            belongs: Truth = True if random.random() < 0.85 else UNKNOWN
            members.append(Joining((f"K{number}",), len(members), 0, belongs, parts))
    return members


@st.composite
def gatherings(draw: st.DrawFn) -> tuple[Check, list[Joining]]:
    """A check and members for it, in the order of documents."""
    check = draw(checks())
    assert check.grouping is not None
    key = st.tuples(*(st.sampled_from(KEYS[key.type]) for key in check.grouping.keys))  # type: ignore[index]
    parts = st.tuples(*(st.just(UNKNOWN) | st.sampled_from(VALUES[type_]) for type_ in PARTS))
    known = st.tuples(*(st.sampled_from(VALUES[type_]) for type_ in PARTS))
    places = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), unique=True, max_size=8))
    return check, [
        Joining(draw(key), *place, draw(st.sampled_from((True, True, UNKNOWN))), draw(known | parts))
        for place in sorted(places)
    ]


__all__ = [
    "KEYS",
    "PARTS",
    "SHANGHAI",
    "Joining",
    "check_of",
    "checks",
    "conditions",
    "field",
    "gatherings",
    "policy",
    "program_of",
    "quantities",
    "small_groups",
]
