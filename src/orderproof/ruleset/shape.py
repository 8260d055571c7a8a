"""The form of a rule file: read straight from its tree, and explained by its JSON Schema when it is wrong."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.language.scope import ParameterValue, scalar_type
from orderproof.language.types import Value
from orderproof.ruleset.model import Text
from orderproof.source import Span
from orderproof.tree import Entry, Mapping, Node, Plain, Pointer, Scalar, Sequence, nearest, plain

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_RULE_SET = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_WORD = re.compile(r"[\w -]+\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_FORMS = {
    "rule_set": ("a rule set's name", "use lower-case letters and digits, with `-` between words"),
    "id": (
        "an id",
        "use lower-case letters and digits, with `.` or `-` between words, such as `price.total-adds-up`",
    ),
    "fact": ("a fact's name", "use lower-case letters, digits and `_`, a letter first"),
}


class Malformed(Exception):  # noqa: N818
    """A rule file does not have the form that its schema describes; the schema says where, else ``node`` does."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__()


@dataclass(frozen=True, slots=True)
class Shape:
    """A node of a rule file, read as the form asks; anything else is Malformed."""

    node: Node

    def mapping(self) -> Mapping:
        if not isinstance(self.node, Mapping):
            raise Malformed(self.node)
        return self.node

    def only(self, *keys: str) -> None:
        if any(entry.key not in keys for entry in self.mapping().entries):
            raise Malformed(self.node)

    def has(self, key: str) -> bool:
        return self.mapping().get(key) is not None

    def member(self, key: str) -> "Shape":
        found = self.mapping().get(key)
        if found is None:
            raise Malformed(self.node)
        return Shape(found)

    def own_members(self) -> Iterator[tuple[Text, "Shape"]]:
        for entry in self.mapping().entries:
            yield Text(entry.key, entry.key_span), Shape(entry.value)

    def members(self, key: str) -> Iterator[tuple[Text, "Shape"]]:
        """The members of a mapping of names, if it is there."""
        if self.has(key):
            for name, shape in self.member(key).own_members():
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
        return self.member(key).own_items() if self.has(key) else ()

    def as_text(self) -> Text:
        if not isinstance(self.node, Scalar) or not isinstance(self.node.value, str):
            raise Malformed(self.node)
        return Text(self.node.value, self.node.span, _inner(self.node))

    def text(self, key: str) -> Text:
        found = self.member(key).as_text()
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
        return self.text(key) if self.has(key) else None

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

    def day(self, key: str) -> date:
        found = self.text(key)
        try:
            return date.fromisoformat(found.value) if _DAY.match(found.value) else _malformed(self.member(key).node)
        except ValueError:
            raise Malformed(self.member(key).node) from None

    def expression(self) -> Text:
        """An expression; one that YAML reads as a number or a truth is taken as it is written."""
        if not isinstance(self.node, Scalar) or self.node.value is None:
            raise Malformed(self.node)
        if isinstance(self.node.value, str):
            return self.as_text()
        span = self.node.span
        return Text(span.source.text[span.start : span.end], span, tuple(range(span.start, span.end + 1)))

    def optional_expression(self, key: str) -> Text | None:
        return self.member(key).expression() if self.has(key) else None

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
    for value, item in values[1:]:
        first = values[0][0]
        if scalar_type(value) != scalar_type(first):
            message = f"{_kind(item)} stands among values of which the first is {_kind(values[0][1])}"
            hint = "the values of one list or table are of one type"
            raise OrderproofError([Diagnostic("rules.parameter-type", message, span=item.span, help=hint)])
    return [value for value, _ in values]


def _inner(node: Scalar) -> tuple[int, ...]:
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


def explain_shape(tree: Node, refused: Node) -> list[Diagnostic]:
    """What is wrong with the form of a rule file, by its schema, in our own words; ``refused`` is where reading stopped."""
    from jsonschema import Draft7Validator  # late: a correct rule file never needs it

    schema = json.loads((schemas_folder() / "rule-set.schema.json").read_text("utf-8"))
    value = _for_schema(plain(tree))
    found: list[Diagnostic] = []
    known = tuple(schema["properties"])
    if isinstance(tree, Mapping) and tree.entries and not any(tree.get(key) for key in known):
        hint = did_you_mean(tree.entries[0].key, known) or f"keys of a rule file: {', '.join(known)}"
        return [Diagnostic("rules.form", "this is not a rule file", span=tree.entries[0].key_span, help=hint)]
    errors = Draft7Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda error: nearest(tree, tuple(error.absolute_path)).span.start):
        found += _explained(tree, error)
    unique = list(dict.fromkeys([*found, *_bad_days(tree, ())]))
    if not unique:
        return [Diagnostic("rules.form", "this does not have the form of a rule file", span=refused.span)]
    return unique


def _bad_days(node: Node, pointer: Pointer) -> Iterator[Diagnostic]:
    """Days that look like days but are none: the one thing that the schema does not see."""
    match node:
        case Mapping(entries):
            for entry in entries:
                value = entry.value
                written = str(value.value) if isinstance(value, Scalar) else ""
                if entry.key in ("from", "until") and pointer[-1:] == ("effective",) and _DAY.match(written):
                    try:
                        date.fromisoformat(written)
                    except ValueError:
                        yield Diagnostic("rules.day", f"`{written}` is not a day of the calendar", span=value.span)
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


_EXPRESSION = ["string", "boolean", "number"]
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
    what = f"an element of `{key}`" if pointer and isinstance(pointer[-1], int) else f"`{key}`" if pointer else key
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
        case "type" if isinstance(node, Scalar) and node.value is None and _WORD.match(key) is None:
            pass  # a value that YAML took apart: the name is explained
        case "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            yield Diagnostic(
                "rules.type",
                f"{what} is {_kind(node)}, expected {_expected(kinds)}",
                span=_head(node),
                help=_type_help(node, kinds, key),
            )
        case "enum":
            value = str(plain(node))
            yield Diagnostic(
                "rules.choice",
                f"`{value}` is no value of `{key}`",
                span=node.span,
                help=did_you_mean(value, error.validator_value)
                or f"expected one of {', '.join(error.validator_value)}",
            )
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield from _bad_names(node, str(error.instance))
        case "pattern" if key in ("from", "until"):
            hint = "write year-month-day, such as `2026-03-01`"
            yield Diagnostic("rules.day", f"`{plain(node)}` is not a day", span=node.span, help=hint)
        case "pattern":
            form, hint = _FORMS.get(key, (f"a value of `{key}`", "use lower-case letters and digits"))
            yield Diagnostic("rules.name", f"`{plain(node)}` cannot be {form}", span=node.span, help=hint)
        case "minItems":
            yield Diagnostic(
                "rules.missing-key", f"`{key}` is an empty list", span=node.span, help="fill it, or leave the key out"
            )
        case "minProperties":
            yield Diagnostic(
                "rules.missing-key", f"`{key}` is empty", span=node.span, help="give `from`, `until` or both"
            )
        case _:
            yield Diagnostic("rules.form", f"`{key}` does not have the form of a rule file", span=node.span)


def _expected(kinds: list[str]) -> str:
    if kinds == _EXPRESSION:
        return "an expression"
    names = [_KINDS[kind] for kind in kinds]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _type_help(node: Node, kinds: list[str], key: str) -> str | None:
    match node:
        case Scalar(None):
            return f"give `{key}` a value, or take it out"
        case Sequence() | Mapping() if kinds == _EXPRESSION:
            return "put an expression that begins with `[` or `{` in quotes"
        case Scalar() if kinds == ["string"]:
            return "put it in quotes"
        case _ if kinds == ["array"]:
            return "write a list: each entry on a line that begins with `- `, or `[a, b]`"
        case _ if kinds == ["object"]:
            return "write `name: value`, one on a line"
        case _:
            return None


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
        help=(_split_hint(entry) if entry is not None and _WORD.match(name) is None else None)
        or "use lower-case letters, digits and `_`, a letter first",
    )
