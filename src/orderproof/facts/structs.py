"""Facts as the records that generated code reads: whatever reader made the facts, one function judges them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, defstruct

from orderproof.facts.attributes import NO_LIST, attribute
from orderproof.facts.record import Access, Facts, Record, RecordPlan

Path: TypeAlias = tuple[str, ...]
_Filler: TypeAlias = Callable[[Record], Any]
_HERE = "given_here"
"""A leaf that stands for whatever leaf makes an object present."""


class Structs:
    """Makes records of facts of one plan; ``derived`` has the attributes that an entity's records need besides."""

    def __init__(self, plan: RecordPlan, derived: Mapping[str, tuple[str, ...]]) -> None:
        self._derived = derived
        self._root = self._record(plan)

    def of(self, facts: Facts) -> Any:
        """The record of a document's root."""
        return self._root(facts.root)

    def _record(self, plan: RecordPlan) -> _Filler:
        leaves: dict[Path, _Filler] = {}
        for access in (Access.PRESENCE, Access.VALUE):
            for number, slot in enumerate(plan.slots):
                if slot.access is access:
                    leaves[slot.path] = _presence(number) if access is Access.PRESENCE else _value(number)
        lists = {
            child.path: _children(number, self._record(child.plan), leaves.get(child.path))
            for number, child in enumerate(plan.children)
        }
        return _object(leaves | lists, self._derived.get(plan.entity, ()))


def _object(below: Mapping[Path, _Filler], more: Iterable[str]) -> _Filler:
    """Makes an object of what stands below it, by path."""
    fillers: dict[str, _Filler] = {}
    for name in dict.fromkeys(path[0] for path in below if path):
        inner = {path[1:]: filler for path, filler in below.items() if path[0:1] == (name,)}
        fillers[attribute(name)] = _object(inner, ()) if len(inner) > 1 or () not in inner else inner[()]
    if () in below:
        fillers[_unlike(_HERE, fillers)] = below[()]
    names = tuple(fillers)
    fields = [(name, Any, None) for name in (*names, *more)]
    made = defstruct("Record", fields, namespace={"__read__": names}, gc=False)
    parts = tuple(fillers.values())

    def filled(record: Record) -> Struct:
        return made(*[part(record) for part in parts])

    return filled


def _unlike(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _value(number: int) -> _Filler:
    return lambda record: record.values[number]


def _presence(number: int) -> _Filler:
    return lambda record: record.values[number] or None


def _children(number: int, each: _Filler, present: _Filler | None) -> _Filler:
    def listed(record: Record) -> Any:
        found = record.children[number]
        if not found and present is not None and present(record) is None:
            return NO_LIST
        return [each(child) for child in found]

    return listed
