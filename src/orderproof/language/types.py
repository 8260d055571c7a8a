"""The types of expressions, and of what names stand for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

Value: TypeAlias = bool | str | int | Decimal | datetime | date | timedelta
"""A known scalar value: numbers exact, instants in UTC with microseconds, durations, calendar days."""


class Kind(StrEnum):
    """What a scalar value is."""

    BOOLEAN = "boolean"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"
    DURATION = "duration"


class ScalarType(Struct, frozen=True):
    """A scalar's kind; ``choices`` lists the only texts that it may be, where its list is closed."""

    kind: Kind
    choices: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.kind.value


BOOLEAN = ScalarType(Kind.BOOLEAN)
TEXT = ScalarType(Kind.TEXT)
INTEGER = ScalarType(Kind.INTEGER)
DECIMAL = ScalarType(Kind.DECIMAL)
TIMESTAMP = ScalarType(Kind.TIMESTAMP)
DATE = ScalarType(Kind.DATE)
DURATION = ScalarType(Kind.DURATION)


class ListType(Struct, frozen=True):
    """A list of scalars: a field of a document, a parameter, or one written out."""

    element: ScalarType

    def __str__(self) -> str:
        return f"list of {self.element}"


class TableType(Struct, frozen=True):
    """A parameter that maps texts to scalars."""

    element: ScalarType

    def __str__(self) -> str:
        return f"table of {self.element}"


class ObjectType(Struct, frozen=True):
    """An object inside a record: it has members, and is not a value itself."""

    members: Mapping[str, "MemberType"]

    def __str__(self) -> str:
        return "object"


class ChildrenType(Struct, frozen=True):
    """A list of records of one entity."""

    entity: str

    def __str__(self) -> str:
        return f"list of {self.entity}"


class RecordType(Struct, frozen=True):
    """One record of an entity."""

    entity: str

    def __str__(self) -> str:
        return self.entity


Type: TypeAlias = ScalarType | ListType | TableType | RecordType
MemberType: TypeAlias = ScalarType | ListType | ObjectType | ChildrenType


_IN_WORDS = {"integer": "whole number", "decimal": "number", "timestamp": "instant", "date": "day"}


def with_article(type_: object) -> str:
    """A type or kind as it stands in a sentence, in the words of rules/README.md: "a text", "an instant"."""
    word = _IN_WORDS.get(str(type_), str(type_))
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


class FactType(Struct, frozen=True):
    """A derived fact: its name, its number in the rule set, its entity and its values."""

    name: str
    number: int
    entity: str
    values: Mapping[str, ScalarType] = MappingProxyType({})


class EntityType(Struct, frozen=True):
    """An entity: its members, the derived facts concluded of it, and the entity it is a child of."""

    name: str
    members: Mapping[str, MemberType]
    facts: Mapping[str, FactType]
    parent: str | None
