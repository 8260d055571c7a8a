"""Records of a document, and the plan by which they are made."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from orderproof.schema import Value
from orderproof.tree import Pointer

SlotValue: TypeAlias = Value | tuple[Value, ...] | None
"""What a slot holds: a leaf's value, a list of scalars, a presence (bool), or None for absent."""


class Access(StrEnum):
    """What a slot is read for."""

    VALUE = "value"
    PRESENCE = "presence"


class Slot(Struct, frozen=True):
    """One thing that rules read of a record: a path inside it, for its value or its presence."""

    path: tuple[str, ...]
    access: Access


class ChildPlan(Struct, frozen=True):
    """A list of child records that rules read: where it lies inside the parent, and the child's plan."""

    path: tuple[str, ...]
    plan: "RecordPlan"


class RecordPlan(Struct, frozen=True):
    """What rules read of the records of one entity.

    ``supplied`` entities are never read from a document: a fact source adds them.
    """

    entity: str
    slots: tuple[Slot, ...]
    children: tuple[ChildPlan, ...]
    supplied: bool = False


class Record(Struct, frozen=True):
    """A record: ``values`` and ``children`` in the order of its plan, its number among the records of its
    entity in the document (from 0), and the place in the document it was read from.

    ``told`` is what a supplied record is in words, for no document shows it.
    """

    entity: str
    ordinal: int
    values: tuple[SlotValue, ...]
    children: tuple[tuple["Record", ...], ...]
    pointer: Pointer
    told: str = ""


Subject: TypeAlias = tuple[Record, ...]
"""A record behind its ancestors, the document's root first: the frame that its rules start with."""


class Facts(Struct, frozen=True):
    """All that rules read of one document: for each planned entity its subjects, by ordinal.

    ``supplied``: a source of facts was asked for what documents do not hold, so that what is empty is so.
    """

    subjects: Mapping[str, tuple[Subject, ...]]
    supplied: bool = False

    @property
    def root(self) -> Record:
        return next(iter(self.subjects.values()))[0][0]


def facts_of(plan: RecordPlan, root: Record, *, supplied: bool = False) -> Facts:
    """The facts of a document: every record below its root behind its ancestors, by its entity."""
    subjects: dict[str, list[Subject]] = {}
    _announce(plan, subjects)
    _enlist(root, (), subjects)
    return Facts({entity: tuple(found) for entity, found in subjects.items()}, supplied)


def _announce(plan: RecordPlan, subjects: dict[str, list[Subject]]) -> None:
    """Every planned entity is known, also one without records; ancestors come first."""
    subjects[plan.entity] = []
    for child in plan.children:
        _announce(child.plan, subjects)


def _enlist(record: Record, ancestors: Subject, subjects: dict[str, list[Subject]]) -> None:
    subject = (*ancestors, record)
    subjects[record.entity].append(subject)
    for records in record.children:
        for child in records:
            _enlist(child, subject, subjects)
