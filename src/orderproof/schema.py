"""Document types: a JSON Schema read into the fields, types and entities that rules can name."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Node, Scalar, Sequence, plain

Value: TypeAlias = bool | str | int | Decimal | datetime | date
"""A leaf's value: numbers exact, instants in UTC with microseconds, calendar days."""


class Kind(StrEnum):
    """What a leaf is."""

    BOOLEAN = "boolean"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"


class Leaf(Struct, frozen=True):
    """A scalar field; the limits are those of JSON Schema, None where there is none."""

    kind: Kind
    choices: tuple[str, ...] | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class ScalarList(Struct, frozen=True):
    """A list of scalars."""

    element: Leaf
    min_items: int | None = None
    max_items: int | None = None


class Object(Struct, frozen=True):
    """An object with known members; others are allowed and kept."""

    members: "Mapping[str, Field]"
    required: frozenset[str] = frozenset()


class RecordList(Struct, frozen=True):
    """A list of records of an entity; ``supplied`` ones come from a fact source, never from a document."""

    entity: str
    item: Object
    supplied: bool = False
    min_items: int | None = None
    max_items: int | None = None


Field: TypeAlias = Leaf | ScalarList | Object | RecordList


class Schema(Struct, frozen=True):
    """A document type: its name, the entity of its root, and the root's fields."""

    name: str
    entity: str
    root: Object


_ANNOTATIONS = ("title", "description", "examples", "default", "$comment", "$schema", "$id", "$defs")
_KEYWORDS = {
    "object": ("type", "properties", "required", "additionalProperties", "x-entity"),
    "array": ("type", "items", "minItems", "maxItems", "x-supplied"),
    Kind.TEXT: ("type", "enum", "pattern", "minLength", "maxLength"),
    Kind.BOOLEAN: ("type",),
    Kind.INTEGER: ("type", "minimum", "maximum"),
    Kind.DECIMAL: ("type", "format", "minimum", "maximum"),
    Kind.TIMESTAMP: ("type", "format"),
    Kind.DATE: ("type", "format"),
}
"""The keywords that each shape may carry beside annotations. Any other one is refused: what we
would not check must not look checked."""

_LEAVES: Mapping[tuple[object, object], Kind] = {
    ("string", None): Kind.TEXT,
    ("boolean", None): Kind.BOOLEAN,
    ("integer", None): Kind.INTEGER,
    (("string", "number"), "decimal"): Kind.DECIMAL,
    ("string", "date-time"): Kind.TIMESTAMP,
    ("string", "date"): Kind.DATE,
}


def load_schema(node: Node, name: str) -> Schema:
    """The document type of a JSON Schema; raises OrderproofError with all that cannot be read."""
    loader = _Loader(node)
    schema = loader.schema(name)
    if loader.diagnostics:
        raise OrderproofError(loader.diagnostics)
    return schema


def overlay(schema: Schema, facts: Schema) -> Schema:
    """A document type with the supplied lists of a fact schema added at the same paths."""
    return replace(schema, root=_merged(schema.root, facts.root))


def _merged(one: Object, other: Object) -> Object:
    members = dict(one.members)
    for name, added in other.members.items():
        known = members.get(name)
        match known, added:
            case Object(), Object():
                members[name] = _merged(known, added)
            case RecordList(), RecordList() if not added.supplied:
                members[name] = replace(known, item=_merged(known.item, added.item))
            case _, RecordList() if added.supplied:
                members[name] = added
            case _:
                pass
    return replace(one, members=members)


class _Loader:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.diagnostics: list[Diagnostic] = []
        self.entities: set[str] = set()

    def fail(self, node: Node, message: str, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic("schema.unusable", message, span=node.span, help=help))

    def schema(self, name: str) -> Schema:
        root = self.field(self.root, ())
        if not isinstance(root, Object):
            self.fail(self.root, "a document type describes an object")
            return Schema(name, name, Object({}))
        assert isinstance(self.root, MappingNode)
        entity = self.text(self.root, "x-entity") or name
        return Schema(name, entity, root)

    def text(self, node: MappingNode, key: str) -> str | None:
        found = node.get(key)
        return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None

    def resolved(self, node: Node, seen: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
        """The node that a ``$ref`` leads to, or the node itself; a ``$ref`` stands alone but for annotations."""
        while isinstance(node, MappingNode) and (ref := node.get("$ref")) is not None:
            target = ref.value if isinstance(ref, Scalar) else None
            if not isinstance(target, str) or not target.startswith("#/$defs/"):
                self.fail(ref, "a `$ref` leads into this file", "write `#/$defs/name`")
                return node, seen
            for entry in node.entries:
                if entry.key not in ("$ref", *_ANNOTATIONS):
                    self.fail(entry.value, f"`{entry.key}` beside a `$ref` is not read")
            definitions = self.root.get("$defs") if isinstance(self.root, MappingNode) else None
            name = target.removeprefix("#/$defs/")
            known = [entry.key for entry in definitions.entries] if isinstance(definitions, MappingNode) else []
            found = definitions.get(name) if isinstance(definitions, MappingNode) else None
            if found is None or name in seen:
                why = "nowhere" if found is None else "to itself"
                self.fail(ref, f"`{target}` leads {why}", did_you_mean(name, known))
                return node, seen
            node, seen = found, (*seen, name)
        return node, seen

    def field(self, node: Node, seen: tuple[str, ...]) -> Field | None:
        node, seen = self.resolved(node, seen)
        if not isinstance(node, MappingNode):
            self.fail(node, "a field is described by an object")
            return None
        type_ = node.get("type")
        written = plain(type_) if type_ is not None else None
        if written == "object":
            self.keywords(node, "object")
            return self.object(node, seen)
        if written == "array":
            self.keywords(node, "array")
            return self.array(node, seen)
        key = tuple(str(each) for each in written) if isinstance(written, list) else str(written)
        kind = _LEAVES.get((key, self.text(node, "format")))
        if kind is None:
            if type_ is None or node.get("$ref") is None:
                self.fail(
                    type_ or node,
                    "this is not a type that orderproof knows",
                    "use object, array, string, boolean, integer, string with format date-time or date, or"
                    " [string, number] with format decimal",
                )
            return None
        self.keywords(node, kind)
        return self.leaf(node, kind)

    def keywords(self, node: MappingNode, shape: str) -> None:
        known = (*_KEYWORDS[shape], *_ANNOTATIONS)
        for entry in node.entries:
            if entry.key not in known and not (entry.key == "x-entity" and shape == "object"):
                self.diagnostics.append(
                    Diagnostic(
                        "schema.keyword",
                        f"`{entry.key}` is not checked here, so it may not stand here",
                        span=entry.key_span,
                        help=did_you_mean(entry.key, known) or "say it as a check of a rule set",
                    )
                )

    def object(self, node: MappingNode, seen: tuple[str, ...]) -> Object:
        properties = node.get("properties")
        members: dict[str, Field] = {}
        for entry in properties.entries if isinstance(properties, MappingNode) else ():
            if not entry.key.isidentifier() or not entry.key.isascii():
                self.fail(entry.value, f"`{entry.key}` cannot be named in a rule", "use letters, digits and `_`")
                continue
            found = self.field(entry.value, seen)
            if found is not None:
                members[entry.key] = found
        required = node.get("required")
        names = plain(required) if required is not None else []
        wanted = frozenset(str(name) for name in names) if isinstance(names, list) else frozenset[str]()
        for name in sorted(wanted - set(members)):
            self.fail(required or node, f"`{name}` is required but not described", did_you_mean(name, members))
        extra = node.get("additionalProperties")
        if extra is not None and plain(extra) is not True:
            self.fail(extra, "unknown fields are always allowed and kept", "leave `additionalProperties` out")
        return Object(members, wanted)

    def array(self, node: MappingNode, seen: tuple[str, ...]) -> Field | None:
        items = node.get("items")
        if items is None:
            self.fail(node, "a list needs `items`")
            return None
        target, _ = self.resolved(items, seen)
        element = self.field(items, seen)
        limits = {"min_items": self.count(node, "minItems"), "max_items": self.count(node, "maxItems")}
        match element:
            case Leaf():
                return ScalarList(element, **limits)
            case Object():
                assert isinstance(target, MappingNode)
                entity = self.text(target, "x-entity")
                if entity is None:
                    self.fail(items, "a list of objects needs an entity", "add `x-entity: name` to its items")
                    return None
                if entity in self.entities:
                    self.fail(items, f"the entity `{entity}` is described twice")
                self.entities.add(entity)
                supplied = node.get("x-supplied")
                return RecordList(entity, element, supplied is not None and plain(supplied) is True, **limits)
            case None:
                return None
            case _:
                self.fail(items, "a list holds scalars or objects, not lists")
                return None

    def count(self, node: MappingNode, key: str) -> int | None:
        found = node.get(key)
        value = found.value if isinstance(found, Scalar) else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def limit(self, node: MappingNode, key: str) -> Decimal | None:
        found = node.get(key)
        value = found.value if isinstance(found, Scalar) else None
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

    def leaf(self, node: MappingNode, kind: Kind) -> Leaf:
        choices = node.get("enum")
        texts: tuple[str, ...] | None = None
        if isinstance(choices, Sequence):
            texts = tuple(str(plain(item)) for item in choices.items)
        pattern = self.text(node, "pattern")
        if pattern is not None:
            self.check_pattern(node, pattern)
        return Leaf(
            kind,
            texts,
            pattern,
            self.count(node, "minLength"),
            self.count(node, "maxLength"),
            self.limit(node, "minimum"),
            self.limit(node, "maximum"),
        )

    def check_pattern(self, node: MappingNode, pattern: str) -> None:
        import re2  # late: only schemas with patterns need it

        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(pattern, options=options)
        except re2.error:
            self.fail(node.get("pattern") or node, f"`{pattern}` is not a pattern of linear time (RE2)")


def record_lists(item: Object, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], RecordList]]:
    """The lists of records inside an object, with their paths in it; not those inside these records."""
    for name, field in item.members.items():
        if isinstance(field, RecordList):
            yield (*prefix, name), field
        elif isinstance(field, Object):
            yield from record_lists(field, (*prefix, name))
