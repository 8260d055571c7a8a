"""What names mean where an expression stands."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.language.types import BOOLEAN, DECIMAL, TEXT, EntityType, ScalarType, Value

ParameterValue: TypeAlias = Value | tuple[Value, ...] | Mapping[str, Value]


class Layout(Protocol):
    """Hands out the slots in which records hold what expressions read."""

    def value(self, entity: str, path: tuple[str, ...]) -> int: ...
    def presence(self, entity: str, path: tuple[str, ...]) -> int: ...
    def child(self, entity: str, path: tuple[str, ...]) -> int: ...


class RecordName(Struct, frozen=True):
    """A name for the record in a place of the frame."""

    variable: int
    entity: str


class ScalarName(Struct, frozen=True):
    """A name for the scalar that a quantifier is at."""

    variable: int
    type: ScalarType


class MemberName(Struct, frozen=True):
    """A name for the member of a group that a quantifier is at: it stands for its subject's own frame."""

    variable: int
    entity: str


Binding: TypeAlias = RecordName | ScalarName | MemberName


class Vocabulary(Struct, frozen=True):
    """What does not change within a rule set: entities with their facts, parameters, and where fields go.

    ``elements`` has the type of what each list or table of the parameters holds, where that is known;
    ``broken`` the derived facts of which a mistake is already reported. Without a zone ``timezone`` is empty.
    """

    entities: Mapping[str, EntityType]
    parameters: Mapping[str, ParameterValue]
    timezone: str
    layout: Layout
    elements: Mapping[str, ScalarType] = MappingProxyType({})
    broken: frozenset[str] = frozenset()


class Scope(Struct, frozen=True):
    """The names at one place. ``facts`` are the variables whose derived facts can be named alone, the subject
    first; ``known`` the facts (variable, number) that hold there; ``size`` the frame's length.
    """

    names: Mapping[str, Binding]
    facts: tuple[RecordName, ...]
    size: int
    known: frozenset[tuple[int, int]] = frozenset()
    group: str | None = None
    lenient: bool = False
    depth: int = 0

    def knowing(self, facts: frozenset[tuple[int, int]]) -> "Scope":
        return replace(self, known=self.known | facts) if facts - self.known else self

    def binding(self, name: str, binding: Binding, size: int, **changes: object) -> "Scope":
        return replace(self, names={**self.names, name: binding}, size=size, depth=self.depth + 1, **changes)


def subject_scope(entities: Mapping[str, EntityType], entity: str) -> Scope:
    """The scope of an entity's rules: the subject and its ancestors by name."""
    chain: list[str] = []
    at: str | None = entity
    while at is not None:
        chain.insert(0, at)
        at = entities[at].parent
    records = tuple(RecordName(number, name) for number, name in enumerate(chain))
    return Scope({record.entity: record for record in records}, tuple(reversed(records)), len(records))


def group_scope(entity: str) -> Scope:
    """The scope of what is said of a group: only ``group`` itself."""
    return Scope({}, (), 0, group=entity)


def element_type(values: tuple[Value, ...] | Mapping[str, Value]) -> ScalarType | None:
    """The type of what a list or table of the parameters holds; None where it is empty."""
    held = tuple(values.values()) if isinstance(values, Mapping) else values
    return scalar_type(held[0]) if held else None


def scalar_type(value: Value) -> ScalarType:
    """The type of a parameter's value: every number is a decimal, so that it may become one."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | Decimal):
        return DECIMAL
    return TEXT
