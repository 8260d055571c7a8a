"""From a record that was decoded fast to the facts that engines and explanations read."""

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, TypeAlias

from orderproof.facts.attributes import attribute, given
from orderproof.facts.record import Access, Facts, Record, RecordPlan, SlotValue, facts_of
from orderproof.schema import Field, Kind, Leaf, Object, RecordList, Schema
from orderproof.tree import Pointer

_Convert: TypeAlias = Callable[[Any], SlotValue]


class FactsOfRecords:
    """Makes the facts of documents of their decoded records: those that the reader with places would read."""

    def __init__(self, schema: Schema, plan: RecordPlan) -> None:
        self._plan = plan
        self._root = _Maker(schema.root, plan)

    def of(self, record: Any) -> Facts:
        return facts_of(self._plan, self._root.made(record, (), {}))


class _Maker:
    """Makes the facts of one entity's records, and of those below them."""

    def __init__(self, item: Object, plan: RecordPlan) -> None:
        self._entity = plan.entity
        paths = [_attributes(slot.path) for slot in plan.slots]
        self._get: Callable[[Any], tuple[Any, ...]] = attrgetter(*paths) if len(paths) > 1 else _few(paths)
        self._converts: list[tuple[int, _Convert]] = []
        for number, slot in enumerate(plan.slots):
            convert = given if slot.access is Access.PRESENCE else _conversion(_field(item, slot.path))
            if convert is not None:
                self._converts.append((number, convert))
        self._children: list[tuple[Pointer, Callable[[Any], Any], _Maker]] = []
        for child in plan.children:
            of = _field(item, child.path)
            assert isinstance(of, RecordList)
            get = (lambda _: ()) if child.plan.supplied else attrgetter(_attributes(child.path))
            self._children.append((child.path, get, _Maker(of.item, child.plan)))

    def made(self, decoded: Any, pointer: Pointer, counts: dict[str, int]) -> Record:
        """The record of a decoded one at a place; ``counts`` are how many of each entity there were before."""
        ordinal = counts.get(self._entity, 0)
        counts[self._entity] = ordinal + 1
        values = list(self._get(decoded))
        for number, convert in self._converts:
            values[number] = convert(values[number])
        children = tuple(
            tuple(maker.made(each, (*pointer, *path, index), counts) for index, each in enumerate(get(decoded)))
            for path, get, maker in self._children
        )
        return Record(self._entity, ordinal, tuple(values), children, pointer)


def _attributes(path: tuple[str, ...]) -> str:
    return ".".join(map(attribute, path))


def _few(paths: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A getter of one attribute or of none gives a tuple, too."""
    if not paths:
        return lambda _: ()
    get = attrgetter(paths[0])
    return lambda decoded: (get(decoded),)


def _field(item: Object, path: tuple[str, ...]) -> Field:
    field: Field = item
    for step in path:
        assert isinstance(field, Object)
        field = field.members[step]
    return field


def _conversion(field: Field) -> _Convert | None:
    """How a decoded value becomes that of a slot, where it is not the same."""
    match field:
        case Leaf(kind=Kind.TIMESTAMP):
            return _in_utc
        case Leaf():
            return None
        case _:
            return _listed


def _in_utc(value: datetime | None) -> SlotValue:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _listed(value: Any) -> SlotValue:
    return None if value is None else tuple(value)
