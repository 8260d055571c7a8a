"""Mappings from files: read with places, given their form, nothing checked beyond it."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.mapping.model import Entry, Failure, MappingFile, NumbersBlock, TableDefaults, TimesBlock
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.misshapen import FileKind, explain_shape
from orderproof.ruleset.model import Text
from orderproof.ruleset.shape import Malformed, Shape
from orderproof.source import Source, Span
from orderproof.tree import Node, Scalar

SUFFIXES = (".yaml", ".yml", ".json")
_KIND = FileKind(
    schema="mapping.schema.json",
    area="mapping",
    name="a mapping",
    forms={
        "mapping": ("a mapping's name", "use lower-case letters and digits, with `-` between words"),
    },
    owners={"failure": "an entry of `failure`", "title": "a title"},
)
_KEYS = (
    *("mapping", "version", "document", "title", "note", "source", "table", "columns", "group_by", "absent", "times"),
    *("numbers", "money", "recognise", "failure", "root", "fields", "ignored", "not_carried"),
)
_OPTIONS = (
    *("from", "constant", "as", "values", "ignore_case", "unknown", "from_number", "several", "absent", "currency"),
    *("day_in", "separator", "fields", "note"),
)
_CONVERSIONS = ("text", "decimal", "integer", "money", "currency", "boolean", "instant", "day")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_COLUMN = re.compile(r"[a-z][a-z0-9_]*\Z")
_Part = TypeVar("_Part")


def load_mapping(path: Path) -> MappingFile:
    """The mapping of a file; raises OrderproofError with everything that is wrong with its form."""
    name = path.as_posix()
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise OrderproofError([Diagnostic("mapping.unreadable", reason, path=name)]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8; an editor or Excel may have used another encoding"
        message = f"the file is not UTF-8 (in line {line})"
        raise OrderproofError([Diagnostic("mapping.encoding", message, path=name, help=hint)]) from None
    source = Source(name, text)
    is_json = path.suffix.lower() == ".json"
    tree = parse_json(source) if is_json else parse_yaml_one(source, inner=True, aliases=True)
    try:
        return _mapping(Shape(tree))
    except Malformed as error:
        raise OrderproofError(explain_shape(tree, error.node, in_folder=False, kind=_KIND)) from None


def _mapping(top: Shape) -> MappingFile:
    top.only(*_KEYS)
    entries = top.mapping().entries
    top.optional("note")
    return MappingFile(
        name=_formed(top.member("mapping"), _NAME),
        version=top.text("version"),
        document=top.text("document"),
        source=_choice(top, "source", ("json", "table")) or top.text("source"),
        fields=_fields(top.member("fields")),
        span=entries[0].key_span,
        title=_part(top, "title", _title, ()),
        table=_part(top, "table", _table, TableDefaults()),
        columns=_part(top, "columns", _columns, None),
        group_by=_part(top, "group_by", _names, ()),
        absent=_part(top, "absent", _texts, ()),
        times=_part(top, "times", _times, TimesBlock()),
        numbers=_part(top, "numbers", _numbers, NumbersBlock()),
        money=_part(top, "money", _money, None),
        recognise=_part(top, "recognise", _recognise, ()),
        failures=_part(top, "failure", lambda shape: tuple(_failure(item) for item in _some(shape)), ()),
        root=top.texts("root") if top.has("root") else (),
        ignored=_part(top, "ignored", _ignored, ()),
        not_carried=top.texts("not_carried") if top.has("not_carried") else (),
        keys={entry.key: entry.key_span for entry in entries},
    )


def _part(shape: Shape, key: str, read: Callable[[Shape], _Part], otherwise: _Part) -> _Part:
    return read(shape.member(key)) if shape.has(key) else otherwise


def _formed(shape: Shape, form: re.Pattern[str]) -> Text:
    found = shape.as_text()
    if form.match(found.value) is None:
        raise Malformed(shape.node)
    return found


def _choice(shape: Shape, key: str, choices: tuple[str, ...]) -> Text | None:
    found = shape.optional(key)
    if found is not None and found.value not in choices:
        raise Malformed(shape.member(key).node)
    return found


def _some(shape: Shape) -> tuple[Shape, ...]:
    """The items of a list that is not empty."""
    items = shape.own_items()
    if not items:
        raise Malformed(shape.node)
    return items


def _flag(shape: Shape, key: str) -> bool:
    if not shape.has(key):
        return False
    node = shape.member(key).node
    if not isinstance(node, Scalar) or not isinstance(node.value, bool):
        raise Malformed(node)
    return node.value


def _scalar(shape: Shape, *kinds: type) -> Scalar:
    node = shape.node
    if not isinstance(node, Scalar) or not isinstance(node.value, kinds):
        raise Malformed(node)
    return node


def _texts(shape: Shape) -> tuple[str, ...]:
    return tuple(item.as_text().value for item in _some(shape))


def _names(shape: Shape) -> tuple[Text, ...]:
    """One text, or a list of them."""
    return tuple(item.as_text() for item in _some(shape)) if shape.is_list() else (shape.as_text(),)


def _title(shape: Shape) -> tuple[tuple[Text, Text], ...]:
    shape.only("en", "zh")
    shape.text("en")
    return tuple((name, value.as_text()) for name, value in shape.own_members())


def _table(shape: Shape) -> TableDefaults:
    shape.only("delimiter", "encoding", "sheet")
    _filled(shape)
    return TableDefaults(*(shape.optional(key) for key in ("delimiter", "encoding", "sheet")))


def _filled(shape: Shape) -> None:
    if not shape.mapping().entries:
        raise Malformed(shape.node)


def _columns(shape: Shape) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    if not all(_COLUMN.match(name.value) for name, _ in shape.own_members()):
        raise Malformed(shape.node)
    return tuple((name, _names(value)) for name, value in shape.own_members())


def _times(shape: Shape) -> TimesBlock:
    shape.only("timezone", "zones", "forms", "epoch")
    _filled(shape)
    zones = shape.member("zones").own_members() if shape.has("zones") else ()
    offsets = tuple((name, value.as_text()) for name, value in zones)
    forms = shape.texts("forms") if shape.has("forms") else ()
    return TimesBlock(shape.optional("timezone"), offsets, forms, _flag(shape, "epoch"))


def _numbers(shape: Shape) -> NumbersBlock:
    shape.only("point", "thousands")
    _filled(shape)
    point = _choice(shape, "point", (".", ","))
    thousands = _choice(shape, "thousands", (",", ".", " ", "'"))
    return NumbersBlock(
        "." if point is None else point.value, None if thousands is None else thousands.value, shape.node.span
    )


def _money(shape: Shape) -> tuple[str, str]:
    shape.only("amount", "currency")
    return shape.text("amount").value, shape.text("currency").value


def _recognise(shape: Shape) -> tuple[tuple[Text, ...], ...]:
    return tuple(tuple(path.as_text() for path in _some(item)) for item in _some(shape))


def _failure(shape: Shape) -> Failure:
    shape.only("at", "unless", "says")
    unless = _some(shape.member("unless")) if shape.has("unless") else ()
    values = tuple(_written(_scalar(item, str, int, Decimal)) for item in unless)
    return Failure(shape.text("at"), values, shape.texts("says") if shape.has("says") else ())


def _written(scalar: Scalar) -> str:
    if isinstance(scalar.value, bool):
        return "true" if scalar.value else "false"
    return str(scalar.value)


def _ignored(shape: Shape) -> tuple[Text, ...]:
    for _, reason in shape.own_members():
        reason.as_text()
    return tuple(name for name, _ in shape.own_members())


# Fields


def _fields(shape: Shape) -> tuple[Entry, ...]:
    return tuple(_entry(target, value) for target, value in shape.own_members())


def _entry(target: Text, shape: Shape) -> Entry:
    if isinstance(shape.node, Scalar):
        source = shape.as_text()
        return Entry(target, {"from": source.span}, sources=(source,))
    shape.only(*_OPTIONS)
    shape.optional("note")
    return Entry(
        target=target,
        options=_options(shape.node),
        sources=_part(shape, "from", _names, ()),
        constant=_scalar(shape.member("constant"), str, int, Decimal) if shape.has("constant") else None,
        conversion=_choice(shape, "as", _CONVERSIONS),
        values=_part(shape, "values", _values, None),
        ignore_case=_flag(shape, "ignore_case"),
        unknown=_choice(shape, "unknown", ("keep", "error")),
        from_number=_flag(shape, "from_number"),
        several=_choice(shape, "several", ("agree", "first")),
        absent=_part(shape, "absent", _texts, ()),
        currency=shape.optional("currency"),
        day_in=shape.optional("day_in"),
        separator=shape.optional("separator"),
        fields=_part(shape, "fields", _fields, None),
    )


def _options(node: Node) -> dict[str, Span]:
    return {entry.key: entry.key_span for entry in Shape(node).mapping().entries}


def _values(shape: Shape) -> tuple[tuple[Text, Scalar], ...]:
    if shape.is_list():
        texts = tuple(item.as_text() for item in _some(shape))
        return tuple((text, Scalar(text.value, text.span)) for text in texts)
    _filled(shape)
    return tuple((name, _scalar(value, str, bool)) for name, value in shape.own_members())
