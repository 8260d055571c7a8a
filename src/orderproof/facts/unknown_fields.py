"""Fields that the schema does not know, learned from documents in which they stood."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from msgspec import UNSET, Struct

from orderproof.facts.key_order import KeyOrder
from orderproof.facts.record_classes import FieldOfClass, free_attribute, record_class
from orderproof.tree import Plain

MAX_UNKNOWN = 2000
"""Unknown fields that are learned."""
_ESCAPED = frozenset('"\\')
_SCALAR = str | int | float | bool | None


class Room:
    """How many unknown fields may still be learned."""

    def __init__(self) -> None:
        self._left = MAX_UNKNOWN

    def take(self) -> bool:
        self._left -= 1
        return self._left >= 0


class SeenObjects:
    """The objects of one place, as far as they are seen: unknown fields by key, and the order of all keys."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.order = KeyOrder()
        self._unknown: dict[str, _SeenValues] = {}

    def learn(self, value: dict[str, Plain]) -> bool:
        """Take up an object; whether the class has changed by it."""
        changed = self.order.see(value)
        for key, inner in value.items():
            if key in self._unknown:
                changed |= self._unknown[key].learn(inner)
            elif self.may_learn(key) and self.room.take():
                self._unknown[key] = _SeenValues(self.room)
                self._unknown[key].learn(inner)
                changed = True
        return changed

    def may_learn(self, key: str) -> bool:
        """Whether a field of this name is an unknown one like any other, which a class can have."""
        return not _ESCAPED.intersection(key) and key.isprintable()

    def made(self) -> type[Struct]:
        """The class of such objects."""
        return record_class(self.fields(), self.order, frozen=True)

    def fields(self, taken: Iterable[str] = ()) -> Iterator[FieldOfClass]:
        names = set(taken)
        for number, (key, values) in enumerate(self._unknown.items()):
            yield FieldOfClass(free_attribute(f"unknown_{number}", names), key, values.type(), UNSET)


class _SeenValues:
    """The values of an unknown field, or the items of such a list."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._object: SeenObjects | None = None
        self._items: _SeenValues | None = None

    def learn(self, value: Plain) -> bool:
        changed = False
        if isinstance(value, dict):
            changed = self._object is None
            self._object = self._object or SeenObjects(self._room)
            changed |= self._object.learn(value)
        elif isinstance(value, list):
            changed = self._items is None
            self._items = self._items or _SeenValues(self._room)
            for item in value:
                changed |= self._items.learn(item)
        return changed

    def type(self) -> Any:
        """Any scalar, and the objects and lists that were seen."""
        objects = () if self._object is None else (self._object.made(),)
        lists = () if self._items is None else (list[self._items.type()],)  # type: ignore[misc]  # made at run time
        return reduce(or_, (*objects, *lists), _SCALAR)
