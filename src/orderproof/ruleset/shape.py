"""The form of a rule file: read straight from its tree; what does not have it is Malformed."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NoReturn

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.language.scope import ParameterValue, scalar_type
from orderproof.language.types import Value
from orderproof.ruleset.model import Text
from orderproof.source import Offsets
from orderproof.tree import Mapping, Node, Scalar, Sequence, plain

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_RULE_SET = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Malformed(Exception):  # noqa: N818
    """A rule file does not have the form that its schema describes; the schema says where, else ``node`` does."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__()


class Shape(Struct, frozen=True):
    """A node of a rule file, read as the form asks; anything else is Malformed."""

    node: Node

    def mapping(self) -> Mapping:
        if not isinstance(self.node, Mapping):
            raise Malformed(self.node)
        return self.node

    def only(self, *keys: str) -> None:
        for entry in self.mapping().entries:
            if entry.key not in keys:
                raise Malformed(self.node)

    def has(self, key: str) -> bool:
        return self.find(key) is not None

    def find(self, key: str) -> "Shape | None":
        for entry in self.mapping().entries:
            if entry.key == key:
                return Shape(entry.value)
        return None

    def member(self, key: str) -> "Shape":
        found = self.find(key)
        if found is None:
            raise Malformed(self.node)
        return found

    def own_members(self) -> Iterator[tuple[Text, "Shape"]]:
        for entry in self.mapping().entries:
            yield Text(entry.key, entry.key_span), Shape(entry.value)

    def members(self, key: str) -> Iterator[tuple[Text, "Shape"]]:
        """The members of a mapping of names, if it is there."""
        found = self.find(key)
        for name, shape in () if found is None else found.own_members():
            if _NAME.match(name.value) is None:
                raise Malformed(self.node)
            yield name, shape

    def is_list(self) -> bool:
        return isinstance(self.node, Sequence)

    def own_items(self) -> tuple["Shape", ...]:
        if not isinstance(self.node, Sequence):
            raise Malformed(self.node)
        return tuple(Shape(item) for item in self.node.items)

    def items(self, key: str) -> tuple["Shape", ...]:
        found = self.find(key)
        return () if found is None else found.own_items()

    def as_text(self) -> Text:
        if not isinstance(self.node, Scalar) or not isinstance(self.node.value, str):
            raise Malformed(self.node)
        return Text(self.node.value, self.node.span, _inner(self.node))

    def text(self, key: str) -> Text:
        return self._as_text(key, self.member(key))

    def _as_text(self, key: str, member: "Shape") -> Text:
        found = member.as_text()
        if key == "rule_set" and _RULE_SET.match(found.value) is None:
            raise Malformed(self.node)
        return found

    def texts(self, key: str) -> tuple[Text, ...]:
        """The texts of a list that is not empty."""
        found = tuple(item.as_text() for item in self.member(key).own_items())
        if not found:
            raise Malformed(self.member(key).node)
        return found

    def optional(self, key: str) -> Text | None:
        found = self.find(key)
        return None if found is None else self._as_text(key, found)

    def name(self, key: str) -> Text:
        return self._formed(key, _NAME)

    def id(self, key: str) -> Text:
        return self._formed(key, _ID)

    def _formed(self, key: str, form: re.Pattern[str]) -> Text:
        found = self.text(key)
        if form.match(found.value) is None:
            raise Malformed(self.node)
        return found

    def choice(self, key: str, choices: tuple[str, ...]) -> Text | None:
        found = self.optional(key)
        if found is not None and found.value not in choices:
            raise Malformed(self.node)
        return found

    def flag(self, key: str, *, otherwise: bool) -> bool:
        found = self.find(key)
        if found is None:
            return otherwise
        if not isinstance(found.node, Scalar) or not isinstance(found.node.value, bool):
            raise Malformed(found.node)
        return found.node.value

    def day(self, key: str) -> date:
        found = self.text(key)
        try:
            return date.fromisoformat(found.value) if DAY.match(found.value) else _malformed(self.member(key).node)
        except ValueError:
            raise Malformed(self.member(key).node) from None

    def expression(self) -> Text:
        """An expression; one that YAML reads as a number or a truth is taken as it is written."""
        if not isinstance(self.node, Scalar) or self.node.value is None:
            raise Malformed(self.node)
        if isinstance(self.node.value, str):
            return self.as_text()
        span = self.node.span
        return Text(span.source.text[span.start : span.end], span, range(span.start, span.end + 1))

    def optional_expression(self, key: str) -> Text | None:
        found = self.find(key)
        return None if found is None else found.expression()

    def parameter(self) -> ParameterValue:
        """A parameter's value: a scalar, a list of scalars, or a table of them."""
        match self.node:
            case Scalar():
                return _scalar(self.node)
            case Sequence(items):
                return tuple(_alike(items))
            case Mapping(entries):
                values = _alike([entry.value for entry in entries])
                return dict(zip((entry.key for entry in entries), values, strict=True))


def _malformed(node: Node) -> NoReturn:
    raise Malformed(node)


def _alike(items: Iterable[Node]) -> list[Value]:
    """The elements of a list or table of parameters, which are of one type."""
    values = [(_scalar(item), item) for item in items]
    types = [scalar_type(value) for value, _ in values]
    if types:
        # The type of most of them; where there are as many of two, that of the first.
        usual = max(types, key=types.count)
        for type_, (_, item) in zip(types, values, strict=True):
            if type_ != usual:
                other = values[types.index(usual)][1]
                raise OrderproofError([_unlike(item, other, among=types.count(usual))])
    return [value for value, _ in values]


_SEVERAL = {"text": "texts", "a number": "numbers", "true or false": "true or false"}


def _unlike(item: Node, other: Node, among: int) -> Diagnostic:
    kind = kind_of_node(other)
    others = f"the first one is {kind}" if among == 1 else f"{among} others are {_SEVERAL[kind]}"
    message = f"this value is {kind_of_node(item)}, {others}"
    return Diagnostic("rules.parameter-type", message, span=item.span, help=_one_type(item, other))


def _one_type(item: Node, other: Node) -> str:
    one_type = "the values of one list or table are of one type"
    match item, other:
        case Scalar(), Scalar(str()):
            return f"{one_type}; put it in quotes if it is a text"
        case Scalar(str(text)), Scalar(int() | Decimal()) if text.replace(".", "", 1).isdecimal():
            return f"{one_type}; numbers are written without quotes"
        case _:
            return one_type


def _inner(node: Scalar) -> Offsets:
    """JSON texts have no places inside yet; each character is written as itself or as an escape."""
    assert isinstance(node.value, str)
    if node.inner:
        return node.inner
    text, at = node.span.source.text, node.span.start + 1
    offsets: list[int] = []
    for character in node.value:
        offsets.append(at)
        if text[at] == "\\":
            at += 2 if text[at + 1] != "u" else 12 if ord(character) > 0xFFFF else 6
        else:
            at += 1
    return (*offsets, at)


def _scalar(node: Node) -> Value:
    value = plain(node)
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    raise Malformed(node)


def kind_of_node(node: Node) -> str:
    """A node as messages name it."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(None):
            return "empty"
        case Scalar(bool()):
            return "true or false"
        case Scalar(str()):
            return "text"
        case _:
            return "a number"
