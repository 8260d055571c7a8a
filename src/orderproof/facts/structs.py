"""Facts as the records that generated code reads: whatever reader made the facts, one function judges them."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, TypeAlias

from msgspec import Struct, defstruct

from orderproof.facts.attributes import NO_LIST, attribute
from orderproof.facts.record import Access, Facts, Record, RecordPlan

Path: TypeAlias = tuple[str, ...]
_Filler: TypeAlias = Callable[[Record], Any]
_Part: TypeAlias = int | _Filler
"""What a part of an object is: the value of so many a slot, as it is, or what a function makes of the record."""
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
        leaves: dict[Path, _Part] = {}
        for access in (Access.PRESENCE, Access.VALUE):
            for number, slot in enumerate(plan.slots):
                if slot.access is access:
                    leaves[slot.path] = _presence(number) if access is Access.PRESENCE else number
        lists: dict[Path, _Part] = {
            child.path: _children(number, self._record(child.plan), leaves.get(child.path))
            for number, child in enumerate(plan.children)
        }
        return _object(leaves | lists, self._derived.get(plan.entity, ()))


def _object(below: Mapping[Path, _Part], more: Iterable[str]) -> _Filler:
    """Makes an object of what stands below it, by path."""
    parts: dict[str, _Part] = {}
    for name in dict.fromkeys(path[0] for path in below if path):
        inner = {path[1:]: part for path, part in below.items() if path[0:1] == (name,)}
        parts[attribute(name)] = _object(inner, ()) if len(inner) > 1 or () not in inner else inner[()]
    if () in below:
        parts[_unlike(_HERE, parts)] = below[()]
    # Values that are taken as they are come first: all of them are had at once.
    numbers = {name: part for name, part in parts.items() if isinstance(part, int)}
    fillers = {name: part for name, part in parts.items() if not isinstance(part, int)}
    fields = [(name, Any, None) for name in (*numbers, *fillers, *more)]
    made = defstruct("Record", fields, namespace={"__read__": tuple(parts)}, gc=False)
    values, functions = _values(tuple(numbers.values())), tuple(fillers.values())

    def filled(record: Record) -> Struct:
        return made(*values(record.values), *[function(record) for function in functions])

    return filled


def _unlike(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _values(numbers: tuple[int, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Takes the values with these numbers."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda values: tuple([values[number] for number in numbers])


def _presence(number: int) -> _Filler:
    return lambda record: record.values[number] or None


def _children(number: int, each: _Filler, present: _Part | None) -> _Filler:
    def listed(record: Record) -> Any:
        found = record.children[number]
        if not found and present is not None and _is_absent(present, record):
            return NO_LIST
        return [each(child) for child in found]

    return listed


def _is_absent(part: _Part, record: Record) -> bool:
    return (record.values[part] if isinstance(part, int) else part(record)) is None
