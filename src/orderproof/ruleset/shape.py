"""The form of a rule file: read straight from its tree, and explained by its JSON Schema when it is wrong."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.language.scope import ParameterValue
from orderproof.language.types import Value
from orderproof.ruleset.model import Text
from orderproof.source import Span
from orderproof.tree import Entry, Mapping, Node, Plain, Pointer, Scalar, Sequence, nearest, plain

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_RULE_SET = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class Malformed(Exception):  # noqa: N818
    """A rule file does not have the form that its schema describes; the schema says where."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A node of a rule file, read as the form asks; anything else is Malformed."""

    node: Node

    def mapping(self) -> Mapping:
        if not isinstance(self.node, Mapping):
            raise Malformed
        return self.node

    def only(self, *keys: str) -> None:
        if any(entry.key not in keys for entry in self.mapping().entries):
            raise Malformed

    def has(self, key: str) -> bool:
        return self.mapping().get(key) is not None

    def member(self, key: str) -> "Shape":
        found = self.mapping().get(key)
        if found is None:
            raise Malformed
        return Shape(found)

    def own_members(self) -> Iterator[tuple[Text, "Shape"]]:
        for entry in self.mapping().entries:
            yield Text(entry.key, entry.key_span), Shape(entry.value)

    def members(self, key: str) -> Iterator[tuple[Text, "Shape"]]:
        """The members of a mapping of names, if it is there."""
        if self.has(key):
            for name, shape in self.member(key).own_members():
                if _NAME.match(name.value) is None:
                    raise Malformed
                yield name, shape

    def is_list(self) -> bool:
        return isinstance(self.node, Sequence)

    def own_items(self) -> tuple["Shape", ...]:
        if not isinstance(self.node, Sequence):
            raise Malformed
        return tuple(Shape(item) for item in self.node.items)

    def items(self, key: str) -> tuple["Shape", ...]:
        return self.member(key).own_items() if self.has(key) else ()

    def as_text(self) -> Text:
        if not isinstance(self.node, Scalar) or not isinstance(self.node.value, str):
            raise Malformed
        return Text(self.node.value, self.node.span, _inner(self.node))

    def text(self, key: str) -> Text:
        found = self.member(key).as_text()
        if key == "rule_set" and _RULE_SET.match(found.value) is None:
            raise Malformed
        return found

    def texts(self, key: str) -> tuple[Text, ...]:
        return tuple(item.as_text() for item in self.member(key).own_items())

    def optional(self, key: str) -> Text | None:
        return self.text(key) if self.has(key) else None

    def name(self, key: str) -> Text:
        return self._formed(key, _NAME)

    def id(self, key: str) -> Text:
        return self._formed(key, _ID)

    def _formed(self, key: str, form: re.Pattern[str]) -> Text:
        found = self.text(key)
        if form.match(found.value) is None:
            raise Malformed
        return found

    def choice(self, key: str, choices: tuple[str, ...]) -> Text | None:
        found = self.optional(key)
        if found is not None and found.value not in choices:
            raise Malformed
        return found

    def day(self, key: str) -> date:
        found = self.text(key)
        try:
            return date.fromisoformat(found.value) if len(found.value) == 10 else _malformed()
        except ValueError:
            raise Malformed from None

    def expression(self) -> Text:
        """An expression; one that YAML reads as a number or a truth is taken as it is written."""
        if not isinstance(self.node, Scalar) or self.node.value is None:
            raise Malformed
        if isinstance(self.node.value, str):
            return self.as_text()
        span = self.node.span
        return Text(span.source.text[span.start : span.end], span)

    def optional_expression(self, key: str) -> Text | None:
        return self.member(key).expression() if self.has(key) else None

    def parameter(self) -> ParameterValue:
        """A parameter's value: a scalar, a list of scalars, or a table of them."""
        match self.node:
            case Scalar():
                return _scalar(plain(self.node))
            case Sequence(items):
                return tuple(_scalar(plain(item)) for item in items)
            case Mapping(entries):
                return {entry.key: _scalar(plain(entry.value)) for entry in entries}


def _malformed() -> date:
    raise Malformed


def _inner(node: Scalar) -> tuple[int, ...]:
    """JSON texts have no places inside; without escapes they can be counted."""
    assert isinstance(node.value, str)
    if node.inner:
        return node.inner
    start, length = node.span.start + 1, len(node.value)
    if node.span.end - node.span.start == length + 2:
        return tuple(range(start, start + length + 1))
    return (*(node.span.start,) * length, node.span.end)


def _scalar(value: Plain) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    raise Malformed


def explain_shape(tree: Node) -> list[Diagnostic]:
    """What is wrong with the form of a rule file, by its schema, in our own words."""
    from jsonschema import Draft7Validator  # late: a correct rule file never needs it

    schema = json.loads((schemas_folder() / "rule-set.schema.json").read_text("utf-8"))
    value = _for_schema(plain(tree))
    found: list[Diagnostic] = []
    for error in sorted(
        Draft7Validator(schema).iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path]
    ):
        found += _explained(tree, error)
    unique = list(dict.fromkeys(found))
    if not unique:
        found_days = list(_bad_days(tree, ()))
        if found_days:
            return found_days
        raise RuntimeError("the form of a rule file was refused, but its schema accepts it")
    return unique


def _bad_days(node: Node, pointer: Pointer) -> Iterator[Diagnostic]:
    """Days that look like days but are none: the one thing that the schema does not see."""
    match node:
        case Mapping(entries):
            for entry in entries:
                value = entry.value
                if entry.key in ("from", "until") and isinstance(value, Scalar) and pointer[-1:] == ("effective",):
                    try:
                        date.fromisoformat(str(value.value))
                    except ValueError:
                        yield Diagnostic("rules.day", f"`{value.value}` is not a day of the calendar", span=value.span)
                yield from _bad_days(value, (*pointer, entry.key))
        case Sequence(items):
            for index, item in enumerate(items):
                yield from _bad_days(item, (*pointer, index))
        case _:
            pass


def _for_schema(value: Plain) -> Any:
    """Decimals as floats: the schema looks at kinds only."""
    match value:
        case Decimal():
            return float(value)
        case list():
            return [_for_schema(item) for item in value]
        case dict():
            return {key: _for_schema(item) for key, item in value.items()}
        case _:
            return value


_KINDS = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "number": "a number",
    "boolean": "true or false",
}


def _explained(tree: Node, error: Any) -> Iterator[Diagnostic]:
    pointer: Pointer = tuple(error.absolute_path)
    node = nearest(tree, pointer)
    key = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "the file")
    match error.validator:
        case "additionalProperties" if error.validator_value is False:
            yield from _unknown_keys(node, tuple(error.schema.get("properties", {})))
        case "required":
            for name in error.validator_value:
                if isinstance(node, Mapping) and node.get(name) is None:
                    yield Diagnostic(
                        "rules.missing-key",
                        f"{_what(pointer)} needs `{name}`",
                        span=_head(node),
                        help=f"add `{name}: …`",
                    )
        case "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            expected = " or ".join(_KINDS[kind] for kind in kinds)
            yield Diagnostic(
                "rules.type",
                f"`{key}` is {_kind(node)}, expected {expected}",
                span=_head(node),
                help="put it in quotes"
                if expected == "text" and isinstance(node, Scalar) and node.value is not None
                else None,
            )
        case "enum":
            value = str(plain(node))
            yield Diagnostic(
                "rules.choice",
                f"`{value}` is no {key}",
                span=node.span,
                help=did_you_mean(value, error.validator_value)
                or f"expected one of {', '.join(error.validator_value)}",
            )
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield from _bad_names(node, str(error.instance))
        case "pattern":
            yield Diagnostic(
                "rules.name",
                f"`{plain(node)}` cannot be a {key.replace('_', ' ')}",
                span=node.span,
                help="write year-month-day, such as 2026-03-01"
                if key in ("from", "until")
                else "use lower-case letters and digits, joined as in the other names",
            )
        case "minProperties":
            yield Diagnostic(
                "rules.missing-key", f"`{key}` is empty", span=node.span, help="give `from`, `until` or both"
            )
        case _:
            yield Diagnostic("rules.form", f"`{key}` does not have the form of a rule file", span=node.span)


def _what(pointer: Pointer) -> str:
    owner = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "")
    return {
        "checks": "a check",
        "derive": "a derivation",
        "cases": "a case",
        "title": "a title",
        "message": "a message",
        "tests": "a block of tests",
    }.get(owner, f"`{owner}`" if owner else "a rule file")


def _head(node: Node) -> Span:
    """The first line of a node: enough to find it."""
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0].key_span
    return node.span


def _kind(node: Node) -> str:
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


def _unknown_keys(node: Node, known: tuple[str, ...]) -> Iterator[Diagnostic]:
    for entry in node.entries if isinstance(node, Mapping) else ():
        if entry.key not in known:
            yield Diagnostic(
                "rules.unknown-key",
                f"`{entry.key}` is no key here",
                span=entry.key_span,
                help=_split_hint(entry) or did_you_mean(entry.key, known) or f"keys: {', '.join(known)}",
            )


def _split_hint(entry: Entry) -> str | None:
    """A value with a comma inside `{…}` that YAML took apart leaves a key without a value."""
    if isinstance(entry.value, Scalar) and entry.value.value is None:
        return "YAML splits an unquoted value at `,` and `: ` inside `{…}`; put the whole expression in quotes"
    return None


def _bad_names(node: Node, name: str) -> Iterator[Diagnostic]:
    entry = next((e for e in node.entries if e.key == name), None) if isinstance(node, Mapping) else None
    span = entry.key_span if entry is not None else node.span
    yield Diagnostic(
        "rules.name",
        f"`{name}` cannot be a name",
        span=span,
        help="use lower-case letters, digits and `_`, a letter first",
    )
