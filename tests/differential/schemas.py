"""Random document types of two levels of children, and random documents of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from orderproof.language.types import Kind

Json: TypeAlias = Any

_WORDS = ("deal", "claim", "leg", "box", "stage", "part", "note", "visit", "slip", "crate", "batch", "lot", "ticket")
_NAMES = (
    "amount",
    "sum_paid",
    "size",
    "code",
    "mark",
    "label",
    "flag",
    "done",
    "begun_at",
    "ended_at",
    "day",
    "due_on",
)
_GROUPS = ("terms", "state", "detail")
_FORMS: dict[Kind, Json] = {
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": ["string", "number"], "format": "decimal"},
    Kind.TIMESTAMP: {"type": "string", "format": "date-time"},
    Kind.DATE: {"type": "string", "format": "date"},
}
CHOICES = ("open", "shut", "half", "开")
TEXTS = (
    "",
    "a",
    "A",
    "a-b c",
    "ab c",
    "开",
    "open",
    "USD",
    "JPY",
    "k1",
    "k2",
    "İ",
    "ẞ",
    "😀",
    "e\u0301",
    "\u00e9",
    "\u202e",
)
INTEGERS = ("0", "1", "2", "-1", "7", "10", "99999999999999999999999999999999999999")
DECIMALS = (
    "0", "1", "1.0", "1.00", "2.5", "-2.5", "0.5", "-0.5", "0.1", "2", "10", "0.005", "-0.005", "1e0",
    "12345678901234567890.123456789012345678", "-99999999999999999999999999999999999999",
    "0.00000000000000000000000000000000000001", "86400.000001",
)  # fmt: skip
TIMESTAMPS = (
    "2026-03-01T00:00:00Z", "2026-03-01T08:00:00+08:00", "2026-02-28T16:00:00Z", "2026-03-01T00:00:00.000001Z",
    "2026-02-28T23:59:59.999999Z", "2026-03-02T00:00:00Z", "2024-02-29T12:00:00-05:00", "2026-03-29T02:30:00+01:00",
    "0001-01-01T00:00:00Z", "0001-01-01T10:00:00+09:00", "9999-12-31T23:59:59.999999Z", "9999-12-31T12:00:00-11:59",
)  # fmt: skip
DATES = ("2026-03-01", "2026-02-28", "2026-03-02", "2024-02-29", "0001-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar field of an entity, by its path inside the record."""

    path: tuple[str, ...]
    kind: Kind
    choices: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: its fields, lists of scalars, objects, and lists of children (path and entity's name)."""

    name: str
    parent: str | None
    leaves: tuple[Leaf, ...]
    lists: tuple[Leaf, ...]
    objects: tuple[tuple[str, ...], ...]
    children: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A random document type: entities by name, the root's name, and its JSON Schema."""

    entities: dict[str, Entity]
    root: str
    schema: Json

    def chain(self, entity: str) -> tuple[str, ...]:
        """The names of an entity's ancestors and itself, the root first."""
        found: list[str] = []
        at: str | None = entity
        while at is not None:
            found.insert(0, at)
            at = self.entities[at].parent
        return tuple(found)


def random_model(random: Random) -> Model:
    """A document type: a root, one or two lists of children, mostly one list of grandchildren."""
    words = random.sample(_WORDS, 4)
    maker = _Maker(random, {})
    second = (words[2],) if random.random() < 0.8 else ()
    children = (words[1],) if random.random() < 0.5 else (words[1], words[3])
    if second:
        maker.entity(words[2], words[1], ())
    maker.entity(words[1], words[0], second)
    if len(children) == 2:
        maker.entity(words[3], words[0], ())
    schema = maker.entity(words[0], None, children)
    order = [words[0], *children, *second]
    return Model({name: maker.made[name][0] for name in order}, words[0], schema)


@dataclass
class _Maker:
    random: Random
    made: dict[str, tuple[Entity, Json]]

    def entity(self, name: str, parent: str | None, children: tuple[str, ...]) -> Json:
        random = self.random
        leaves: list[Leaf] = []
        lists: list[Leaf] = []
        places: list[tuple[tuple[str, ...], str]] = []
        objects: list[tuple[str, ...]] = [(group,) for group in random.sample(_GROUPS, random.choice((0, 1, 2)))]
        if objects and random.random() < 0.4:
            objects.append((*objects[0], "inner"))
        homes: list[tuple[str, ...]] = [(), (), *objects]
        root: Json = {"type": "object", "x-entity": name, "properties": {}}
        if random.random() < 0.7:
            leaves.append(self.leaf(root, (), "id", Kind.TEXT))
        for number, kind in enumerate((*Kind, *random.choices(list(Kind), k=3))):
            if kind is not Kind.DURATION:
                home = random.choice(homes)
                leaves.append(self.leaf(root, home, f"{random.choice(_NAMES)}_{number}", kind))
        for number in range(random.choice((0, 1, 2))):
            kind = random.choice((Kind.TEXT, Kind.TEXT, Kind.DECIMAL, Kind.INTEGER, Kind.DATE, Kind.TIMESTAMP))
            lists.append(self.leaf(root, random.choice(homes), f"values_{number}", kind, listed=True))
        for child in children:
            home = random.choice(homes)
            _below(root, home)["properties"][f"{child}_list"] = {"type": "array", "items": self.made[child][1]}
            places.append(((*home, f"{child}_list"), child))
        used = tuple(path for path in objects if any(each.path[: len(path)] == path for each in leaves))
        entity = Entity(name, parent, tuple(leaves), tuple(lists), used, tuple(places))
        self.made[name] = (entity, root)
        return root

    def leaf(self, root: Json, home: tuple[str, ...], name: str, kind: Kind, *, listed: bool = False) -> Leaf:
        form = dict(_FORMS[kind])
        choices = None
        if kind is Kind.TEXT and name != "id" and self.random.random() < 0.4:
            choices = tuple(self.random.sample(CHOICES, 3))
            form["enum"] = list(choices)
        _below(root, home)["properties"][name] = {"type": "array", "items": form} if listed else form
        return Leaf((*home, name), kind, choices)


def _below(schema: Json, path: tuple[str, ...]) -> Json:
    for step in path:
        schema = schema["properties"].setdefault(step, {"type": "object", "properties": {}})
    return schema


# Documents


def random_document(random: Random, model: Model) -> Json:
    """A document of a type with absences, nulls, empty lists and fields that the type does not know."""
    return _record(random, model, model.entities[model.root], random.choice((0.0, 0.1, 0.3, 0.6)))


def _record(random: Random, model: Model, entity: Entity, gaps: float) -> Json:
    record: Json = {}
    for leaf in entity.leaves:
        if random.random() >= gaps:
            _put(record, leaf.path, literal(random, leaf))
        elif random.random() < 0.2:
            _put(record, leaf.path, None)
    for leaf in entity.lists:
        if random.random() >= gaps:
            _put(record, leaf.path, [literal(random, leaf) for _ in range(random.choice((0, 1, 1, 2, 3)))])
    for path, child in entity.children:
        if random.random() >= gaps / 2:
            count = random.choice((0, 1, 1, 2, 2, 3))
            _put(record, path, [_record(random, model, model.entities[child], gaps) for _ in range(count)])
    if random.random() < 0.05:
        record["unknown field"] = {"deep": [None, "x"]}
    return record


def _put(record: Json, path: tuple[str, ...], value: Json) -> None:
    for step in path[:-1]:
        record = record.setdefault(step, {})
    record[path[-1]] = value


def literal(random: Random, leaf: Leaf) -> Json:
    """A value of a field: mostly one of few, so that values meet."""
    if leaf.path[-1] == "id":
        return random.choice(("k1", "k2", "k3", "", "开"))
    match leaf.kind:
        case Kind.BOOLEAN:
            return random.random() < 0.5
        case Kind.TEXT:
            return random.choice(leaf.choices if leaf.choices is not None else TEXTS)
        case Kind.INTEGER:
            return int(random.choice(INTEGERS[:-1] if random.random() < 0.9 else INTEGERS))
        case Kind.DATE:
            return random.choice(DATES[:4] if random.random() < 0.85 else DATES)
        case Kind.TIMESTAMP:
            return random.choice(TIMESTAMPS[:8] if random.random() < 0.85 else TIMESTAMPS)
        case _:
            text = random.choice(DECIMALS[:13] if random.random() < 0.85 else DECIMALS)
            return text if text != "1e0" else 1


def filled(random: Random, model: Model, text: str) -> str:
    """The same document with its absent fields filled in; lists stay as they are."""
    value = json.loads(text, parse_float=str)
    for record, entity in _records(value, model, model.entities[model.root]):
        for leaf in entity.leaves:
            if _at(record, leaf.path) is None and random.random() < 0.7:
                _put(record, leaf.path, literal(random, leaf))
    return json.dumps(value, ensure_ascii=False)


def _records(value: Json, model: Model, entity: Entity) -> Iterator[tuple[Json, Entity]]:
    yield value, entity
    for path, child in entity.children:
        for each in _at(value, path) or ():
            yield from _records(each, model, model.entities[child])


def _at(record: Json, path: tuple[str, ...]) -> Json:
    for step in path:
        if record is None:
            return None
        record = record.get(step)
    return record
