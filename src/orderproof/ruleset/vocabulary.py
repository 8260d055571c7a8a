"""From a document's schema to the words of the language: entities, their members and their facts."""

from collections.abc import Mapping

from msgspec import Struct

from orderproof.language.types import (
    ChildrenType,
    EntityType,
    FactType,
    Kind,
    ListType,
    MemberType,
    ObjectType,
    ScalarType,
)
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema, record_lists


class EntityPlace(Struct, frozen=True):
    """Where an entity's records lie: the parent entity and the path inside it; None and () for the document's root."""

    parent: str | None
    path: tuple[str, ...]
    supplied: bool


def entity_places(schema: Schema) -> dict[str, EntityPlace]:
    """All entities of a schema, parents before children."""
    root = schema.entity
    places = {root: EntityPlace(None, (), supplied=False)}
    queue: list[tuple[str, Object]] = [(root, schema.root)]
    while queue:
        parent, item = queue.pop(0)
        for path, records in record_lists(item):
            places[records.entity] = EntityPlace(parent, path, records.supplied)
            queue.append((records.entity, records.item))
    return places


def entity_types(schema: Schema, facts: Mapping[str, FactType]) -> dict[str, EntityType]:
    """The entities as the language sees them, with the derived facts concluded of each."""
    places = entity_places(schema)
    items: dict[str, Object] = {schema.entity: schema.root}
    for name, place in places.items():
        if place.parent is not None:
            items[name] = dict(record_lists(items[place.parent]))[place.path].item
    return {
        name: EntityType(
            name,
            {member: _member(field) for member, field in items[name].members.items()},
            {fact.name: fact for fact in facts.values() if fact.entity == name},
            place.parent,
        )
        for name, place in places.items()
    }


def _member(field: Field) -> MemberType:
    match field:
        case Leaf():
            return ScalarType(Kind(field.kind.value), field.choices)
        case ScalarList(element):
            return ListType(ScalarType(Kind(element.kind.value), element.choices))
        case Object(members):
            return ObjectType({name: _member(member) for name, member in members.items()})
        case RecordList(entity):
            return ChildrenType(entity)
