"""The form of documents: classes of records with every field that stood in documents so far, typed as the schema says.

A class holds what the reader with places accepts and no more: an unknown field is one that stood in a document which it
accepted, of the same structure. Fields that rules read, and those with limits of their own, are never null; where
nobody looks, null is as good as absence.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct
from msgspec.structs import fields as fields_of

from orderproof.facts.attributes import NO_LIST, attribute
from orderproof.facts.limits import is_limited
from orderproof.facts.mistyped import Speller
from orderproof.facts.record import Access, RecordPlan
from orderproof.facts.record_classes import FieldOfClass, free_attribute, record_class
from orderproof.facts.unknown_fields import Room, SeenObjects
from orderproof.schema import Field, Kind, Leaf, Object, RecordList, ScalarList, Schema
from orderproof.tree import Plain

_DERIVED = "derived: "
_NOTHING = Annotated[int, Meta(gt=0, lt=1)]
"""A type that no JSON value has."""
_NUMBER = str | int | float
"""A decimal that nobody reads: how it is written is looked at elsewhere."""
_TYPES: Mapping[Kind, Any] = {
    Kind.BOOLEAN: bool,
    Kind.INTEGER: int,
    Kind.DECIMAL: Decimal,
    Kind.DATE: date,
    Kind.TIMESTAMP: Annotated[datetime, Meta(tz=True)],
}
Path: TypeAlias = tuple[str, ...]


class Layout:
    """Learns the form of documents of one schema, and makes classes for what rules read of them by a plan.

    ``derived`` has the attributes that the records of an entity need besides.
    """

    def __init__(self, schema: Schema, plan: RecordPlan, derived: Mapping[str, tuple[str, ...]]) -> None:
        own = derived.get(plan.entity, ())
        self._root = _KnownObjects(schema.root, _Reads.of(plan), derived, own, Room(), is_record=True)

    def learn(self, values: dict[str, Plain]) -> bool:
        """Take up what stands in a document that is in order; whether that changes the classes."""
        return self._root.learn(values)

    def record(self) -> type[Struct]:
        """The class of a document's root."""
        return self._root.made()


class _Reads(Struct, frozen=True):
    """What rules read inside an object: paths of values, of presences, and of lists of records with their plans."""

    values: frozenset[Path] = frozenset()
    presences: frozenset[Path] = frozenset()
    lists: Mapping[Path, RecordPlan] = {}

    @classmethod
    def of(cls, plan: RecordPlan) -> "_Reads":
        return cls(
            frozenset(slot.path for slot in plan.slots if slot.access is Access.VALUE),
            frozenset(slot.path for slot in plan.slots if slot.access is Access.PRESENCE),
            {child.path: child.plan for child in plan.children},
        )

    def below(self, name: str) -> "_Reads":
        return _Reads(
            frozenset(path[1:] for path in self.values if path[0] == name),
            frozenset(path[1:] for path in self.presences if path[0] == name and len(path) > 1),
            {path[1:]: plan for path, plan in self.lists.items() if path[0] == name},
        )

    def reads(self, name: str) -> bool:
        return any(path[0] == name for path in (*self.values, *self.presences, *self.lists))


class _KnownObjects(SeenObjects):
    """Objects that the schema describes."""

    def __init__(
        self,
        of: Object,
        reads: _Reads,
        derived: Mapping[str, tuple[str, ...]],
        own: tuple[str, ...],
        room: Room,
        *,
        is_record: bool,
    ) -> None:
        super().__init__(room)
        self._of = of
        self._reads = reads
        self._own = own
        self._is_record = is_record
        self._speller = Speller(Schema("object", "object", of))
        self._below: dict[str, _KnownObjects] = {}
        for name, field in of.members.items():
            if isinstance(field, Object):
                inside = reads.below(name)
                self._below[name] = _KnownObjects(field, inside, derived, (), room, is_record=False)
            elif isinstance(field, RecordList) and not field.supplied:
                inside = _Reads.of(reads.lists[name,]) if (name,) in reads.lists else _Reads()
                kept = derived.get(field.entity, ())
                self._below[name] = _KnownObjects(field.item, inside, derived, kept, room, is_record=True)

    def learn(self, value: dict[str, Plain]) -> bool:
        changed = super().learn(value)
        for name, below in self._below.items():
            inner = value.get(name)
            for each in inner if isinstance(inner, list) else (inner,):
                if isinstance(each, dict):
                    changed |= below.learn(each)
        return changed

    def may_learn(self, key: str) -> bool:
        """Unknown fields, but for one that is likely mistyped: each such document is to be told of."""
        if not super().may_learn(key) or key in self._of.members or key.startswith(_DERIVED):
            return False
        return next(iter(self._speller.mistyped({key: ""})), None) is None

    def made(self) -> type[Struct]:
        hidden = [FieldOfClass(name, f"{_DERIVED}{name}", _NOTHING, None) for name in self._own]
        return record_class(self.fields(self._own), self.order, hidden, frozen=not self._is_record)

    def fields(self, taken: Iterable[str] = ()) -> Iterator[FieldOfClass]:
        names = {*taken, *(attribute(name) for name in self._of.members if self._is_read(name))}
        for name, field in self._of.members.items():
            read, required = self._is_read(name), name in self._of.required
            called = attribute(name) if read else free_attribute(name, names)
            type_ = self._type(name, field)
            if read or required:
                yield FieldOfClass(called, name, type_, _absence(field, type_), required)
            else:
                yield FieldOfClass(called, name, type_ if type_ is _NOTHING else type_ | None, UNSET)
        yield from super().fields(names)

    def _is_read(self, name: str) -> bool:
        return self._reads.reads(name) or is_limited(self._of.members[name])

    def _type(self, name: str, field: Field) -> Any:
        """The type of a field; documents that have one which is not read from them, or not fast, fit none."""
        match field:
            case Leaf(kind=Kind.DECIMAL) if (name,) not in self._reads.values and not is_limited(field):
                return _NUMBER
            case Leaf():
                return _leaf_type(field)
            case ScalarList(Leaf(kind=Kind.DECIMAL | Kind.TIMESTAMP)) | RecordList(supplied=True):
                return _NOTHING
            case ScalarList(element):
                return list[_leaf_type(element)]  # type: ignore[misc]  # made at run time
            case Object():
                return self._below[name].made()
            case RecordList():
                return list[self._below[name].made()]  # type: ignore[misc]  # made at run time


def _leaf_type(leaf: Leaf) -> Any:
    if leaf.kind is Kind.TEXT:
        return str if leaf.choices is None else Literal[leaf.choices]
    return _TYPES[leaf.kind]


def _absence(field: Field, type_: Any) -> Any:
    """What stands for an absent field that is read: an object without anything in it, so that its fields can be named."""
    match field:
        case Object(members):
            inside = (each for each in fields_of(type_) if each.required)
            return type_(**{each.name: _absence(members[each.encode_name], each.type) for each in inside})
        case RecordList():
            return NO_LIST
        case _:
            return None
