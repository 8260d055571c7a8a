"""From a record that was decoded fast to the facts that engines and explanations read."""

from collections.abc import Callable, Iterable
from datetime import UTC
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
        self._presences: list[int] = []
        self._instants: list[int] = []
        for number, slot in enumerate(plan.slots):
            match _field(item, slot.path), slot.access:
                case Leaf(), Access.PRESENCE:
                    self._presences.append(number)
                case Leaf(kind=Kind.TIMESTAMP), _:
                    self._instants.append(number)
                case Leaf(), _:
                    pass
                case _, Access.PRESENCE:
                    self._converts.append((number, given))
                case _:
                    self._converts.append((number, _listed))
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
        for number in self._presences:
            values[number] = values[number] is not None
        for number in self._instants:
            instant = values[number]
            if instant is not None and instant.tzinfo is not UTC:
                values[number] = instant.astimezone(UTC)
        for number, convert in self._converts:
            values[number] = convert(values[number])
        children = [maker.all_made(get(decoded), (*pointer, *path), counts) for path, get, maker in self._children]
        return Record(self._entity, ordinal, tuple(values), tuple(children), pointer)

    def all_made(self, decoded: Iterable[Any], pointer: Pointer, counts: dict[str, int]) -> tuple[Record, ...]:
        """The records of a list at a place."""
        return tuple([self.made(each, (*pointer, index), counts) for index, each in enumerate(decoded)])


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


def _listed(value: Any) -> SlotValue:
    return None if value is None else tuple(value)
