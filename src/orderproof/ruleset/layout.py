"""Where fields go: the record plans that grow while expressions are checked."""

from msgspec import Struct

from orderproof.facts.record import Access, ChildPlan, RecordPlan, Slot
from orderproof.ruleset.vocabulary import EntityPlace


class RecordLayout(Struct):
    """Hands out slots of every entity's records; ``plan`` tells what was handed out."""

    places: dict[str, EntityPlace]
    slots: dict[str, dict[Slot, int]] = {}
    children: dict[str, dict[tuple[str, ...], int]] = {}

    def value(self, entity: str, path: tuple[str, ...]) -> int:
        return self._slot(entity, Slot(path, Access.VALUE))

    def presence(self, entity: str, path: tuple[str, ...]) -> int:
        return self._slot(entity, Slot(path, Access.PRESENCE))

    def _slot(self, entity: str, slot: Slot) -> int:
        slots = self.slots.setdefault(entity, {})
        return slots.setdefault(slot, len(slots))

    def child(self, entity: str, path: tuple[str, ...]) -> int:
        known = self.children.setdefault(entity, {})
        return known.setdefault(path, len(known))

    def subject(self, entity: str) -> None:
        """Rules have this entity's records as subjects, so they must be made."""
        place = self.places[entity]
        if place.parent is not None:
            self.child(place.parent, place.path)
            self.subject(place.parent)

    def plan(self, entity: str) -> RecordPlan:
        """The plan of an entity's records, with all below them."""
        owned = {place.path: name for name, place in self.places.items() if place.parent == entity}
        children = tuple(ChildPlan(path, self.plan(owned[path])) for path in self.children.get(entity, {}))
        return RecordPlan(entity, tuple(self.slots.get(entity, {})), children, self.places[entity].supplied)
