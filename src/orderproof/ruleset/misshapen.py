"""What is wrong with the form of a rule file, or of another file of its kind: found by its JSON Schema, said in our
own words.
"""

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Table
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.ruleset.shape import DAY, kind_of_node
from orderproof.source import Span
from orderproof.tree import Entry, Mapping, Node, Plain, Pointer, Scalar, Sequence, nearest, plain

_WIDE_COLON = re.compile(r"([A-Za-z_]+)\s*：")
_JOINED = re.compile(r"([A-Za-z_]+):")
_WORD = re.compile(r"[\w -]+\Z")


class FileKind(Struct, frozen=True):
    """A kind of file that people write: its schema, the first part of the codes of its diagnostics, its words.

    ``forms`` say of a key with a pattern what its value is and how it is written, ``owners`` what stands at a key.
    """

    schema: str
    area: str
    name: str
    forms: Table[str, tuple[str, str]]
    owners: Table[str, str]


RULE_FILE = FileKind(
    schema="rule-set.schema.json",
    area="rules",
    name="a rule file",
    forms={
        "rule_set": ("a rule set's name", "use lower-case letters and digits, with `-` between words"),
        "id": (
            "an id",
            "use lower-case letters and digits, with `.` or `-` between words, such as `price.total-adds-up`",
        ),
        "fact": ("a fact's name", "use lower-case letters, digits and `_`, a letter first"),
    },
    owners={
        "checks": "a check",
        "derive": "a derivation",
        "cases": "a case",
        "title": "a title",
        "message": "a message",
        "tests": "a block of tests",
    },
)
STRAY = "move it out of the folder, or name it as the `base` of cases"
"""What to do with a file of a rule set's folder that is no rule file."""
_EXPRESSION = ["string", "boolean", "number"]
_KINDS = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "number": "a number",
    "boolean": "true or false",
}


def explain_shape(tree: Node, refused: Node, *, in_folder: bool, kind: FileKind = RULE_FILE) -> list[Diagnostic]:
    """What is wrong with the form of a file, by its schema, in our own words; ``refused`` is where reading stopped.

    A file that was not named but found in a folder may be there by accident.
    """
    from jsonschema import Draft7Validator  # late: a correct rule file never needs it

    schema = json.loads((schemas_folder() / kind.schema).read_text("utf-8"))
    value = _for_schema(plain(tree))
    found: list[Diagnostic] = []
    known = tuple(schema["properties"])
    if isinstance(tree, Mapping) and tree.entries and not any(tree.get(key) for key in known):
        meant = did_you_mean(tree.entries[0].key, known)
        if in_folder:
            hint = f"{meant or ''} {STRAY if meant is None else f'if not, {STRAY}'}".strip()
        else:
            hint = meant or f"keys of {kind.name}: {', '.join(known)}"
        return [Diagnostic(f"{kind.area}.form", f"this is not {kind.name}", span=tree.entries[0].key_span, help=hint)]
    if in_folder and not isinstance(tree, Mapping):
        return [Diagnostic(f"{kind.area}.form", f"this is not {kind.name}", span=_head(tree), help=STRAY)]
    errors = Draft7Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda error: nearest(tree, tuple(error.absolute_path)).span.start):
        found += _explained(tree, error, kind)
    unique = list(dict.fromkeys([*found, *_bad_days(tree, ())]))
    if not unique:
        return [Diagnostic(f"{kind.area}.form", f"this does not have the form of {kind.name}", span=refused.span)]
    return unique


def _bad_days(node: Node, pointer: Pointer) -> Iterator[Diagnostic]:
    """Days that look like days but are none: the one thing that the schema does not see."""
    match node:
        case Mapping(entries):
            for entry in entries:
                value = entry.value
                written = str(value.value) if isinstance(value, Scalar) else ""
                if entry.key in ("from", "until") and pointer[-1:] == ("effective",) and DAY.match(written):
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


def _explained(tree: Node, error: Any, kind: FileKind) -> Iterator[Diagnostic]:
    area = kind.area
    pointer: Pointer = tuple(error.absolute_path)
    node = nearest(tree, pointer)
    key = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "the file")
    what = f"an element of `{key}`" if pointer and isinstance(pointer[-1], int) else f"`{key}`" if pointer else key
    match error.validator:
        case "additionalProperties" if error.validator_value is False:
            yield from _unknown_keys(node, tuple(error.schema.get("properties", {})), area)
        case "required":
            for name in error.validator_value:
                if isinstance(node, Mapping) and node.get(name) is None and not _is_joined(node, name):
                    yield Diagnostic(
                        f"{area}.missing-key",
                        f"{_what(pointer, kind)} needs `{name}`",
                        span=_head(node),
                        help=f"add `{name}: …`",
                    )
        case "type" if isinstance(node, Scalar) and node.value is None and _WORD.match(key) is None:
            pass  # a value that YAML took apart: the name is explained
        case "type":
            asked = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            kinds = [each for each in asked if each != "null"]
            yield Diagnostic(
                f"{area}.type",
                f"{what} is {kind_of_node(node)}, expected {_expected(kinds)}",
                span=_head(node),
                help=_type_help(node, kinds, key),
            )
        case "enum":
            value = str(plain(node))
            yield Diagnostic(
                f"{area}.choice",
                f"`{value}` is no value of `{key}`",
                span=node.span,
                help=did_you_mean(value, error.validator_value)
                or f"expected one of {', '.join(error.validator_value)}",
            )
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield from _bad_names(node, str(error.instance), area)
        case "pattern" if key in ("from", "until"):
            hint = "write year-month-day, such as `2026-03-01`"
            yield Diagnostic("rules.day", f"`{plain(node)}` is not a day", span=node.span, help=hint)
        case "pattern":
            form, hint = kind.forms.get(key, (f"a value of `{key}`", "use lower-case letters and digits"))
            yield Diagnostic(f"{area}.name", f"`{plain(node)}` cannot be {form}", span=node.span, help=hint)
        case "minItems":
            yield Diagnostic(
                f"{area}.missing-key", f"`{key}` is an empty list", span=node.span, help="fill it, or leave the key out"
            )
        case "minProperties":
            yield Diagnostic(
                f"{area}.missing-key",
                f"`{key}` is empty",
                span=node.span,
                help="give `from`, `until` or both" if key == "effective" else "fill it, or leave the key out",
            )
        case _:
            yield Diagnostic(f"{area}.form", f"`{key}` does not have the form of {kind.name}", span=node.span)


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
        case Sequence() | Mapping() if kinds == ["string"] and (opening := _opening(node)):
            return f"a value that begins with `{opening}` needs quotes"
        case Scalar(str() as text) if kinds == ["object"] and (wide := _WIDE_COLON.match(text)):
            return f"`：` is full-width; write `{wide[1]}: …`"
        case Scalar(str() as text) if kinds == ["object"] and (joined := _JOINED.match(text)):
            return f"leave a blank after the `:`, as in `{joined[1]}: …`"
        case Scalar() if kinds == ["string"]:
            return "put it in quotes"
        case _ if kinds == ["array"]:
            return "write a list: each entry on a line that begins with `- `, or `[a, b]`"
        case _ if kinds == ["object"]:
            return "write `name: value`, one on a line"
        case _:
            return None


def _opening(node: Node) -> str:
    """The bracket that begins a list or mapping; nothing where it stands on lines of its own."""
    character = node.span.source.text[node.span.start : node.span.start + 1]
    return character if character in ("[", "{") else ""


def _what(pointer: Pointer, kind: FileKind) -> str:
    owner = next((str(step) for step in reversed(pointer) if isinstance(step, str)), "")
    return kind.owners.get(owner, f"`{owner}`" if owner else kind.name)


def _head(node: Node) -> Span:
    """The first line of a node: enough to find it."""
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0].key_span
    return node.span


def _unknown_keys(node: Node, known: tuple[str, ...], area: str) -> Iterator[Diagnostic]:
    for entry in node.entries if isinstance(node, Mapping) else ():
        if entry.key not in known:
            yield Diagnostic(
                f"{area}.unknown-key",
                f"`{entry.key}` is no key here",
                span=entry.key_span,
                help=_split_hint(entry) or did_you_mean(entry.key, known) or f"keys: {', '.join(known)}",
            )


def _is_joined(node: Mapping, name: str) -> bool:
    """Whether a name and its value make one key, which is explained by itself."""
    return any(
        found is not None and found[1] == name
        for entry in node.entries
        for found in (_WIDE_COLON.match(entry.key), _JOINED.match(entry.key))
    )


def _split_hint(entry: Entry) -> str | None:
    """A key that YAML made of a value: a full-width colon or none behind the true key, a comma inside `{…}`."""
    if wide := _WIDE_COLON.match(entry.key):
        return f"`：` is full-width; write `{wide[1]}: …`"
    if joined := _JOINED.match(entry.key):
        return f"leave a blank after the `:`, as in `{joined[1]}: …`"
    if isinstance(entry.value, Scalar) and entry.value.value is None:
        return "YAML splits an unquoted value at `,` and `: ` inside `{…}`; put the whole expression in quotes"
    return None


def _bad_names(node: Node, name: str, area: str) -> Iterator[Diagnostic]:
    entry = next((e for e in node.entries if e.key == name), None) if isinstance(node, Mapping) else None
    span = entry.key_span if entry is not None else node.span
    yield Diagnostic(
        f"{area}.name",
        f"`{name}` cannot be a name",
        span=span,
        help=(_split_hint(entry) if entry is not None and _WORD.match(name) is None else None)
        or "use lower-case letters, digits and `_`, a letter first",
    )
