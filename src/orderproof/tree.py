"""The tree of a JSON or YAML text in which every value and every key knows its place.

Both readers make this one form. Rule files are loaded from it; documents use it for places, and
``plain`` turns it into ordinary values.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from orderproof.source import Offsets, Span

Plain: TypeAlias = "bool | int | Decimal | str | list[Plain] | dict[str, Plain] | None"
"""A value as a document holds it: numbers are exact, an object's keys are text."""

Pointer: TypeAlias = tuple[str | int, ...]
"""The way from the root of a document to a value: keys and list positions from 0."""


class Scalar(Struct, frozen=True):
    """A leaf: its value, and the span of its text with any quotes.

    ``inner`` holds for texts the offset in the source of every character of the value and of its
    end, so that a place inside the value can be shown; it is empty for other values.
    """

    value: bool | int | Decimal | str | None
    span: Span
    inner: Offsets = ()


class Sequence(Struct, frozen=True):
    """A list."""

    items: tuple["Node", ...]
    span: Span


class Entry(Struct, frozen=True):
    """One member of a mapping: the key with its place, and the value."""

    key: str
    key_span: Span
    value: "Node"


class Mapping(Struct, frozen=True):
    """An object; no key stands in it twice."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(root: Node) -> Plain:
    """The ordinary value of a tree, without places (a loop, so depth costs no stack)."""
    result: list[Plain] = []
    stack: list[tuple[Node, list[Plain] | dict[str, Plain], str]] = [(root, result, "")]
    while stack:
        node, into, key = stack.pop()
        value: Plain
        match node:
            case Scalar():
                value = node.value
            case Sequence():
                value = []
                stack.extend((item, value, "") for item in reversed(node.items))
            case Mapping():
                value = {entry.key: None for entry in node.entries}
                stack.extend((entry.value, value, entry.key) for entry in reversed(node.entries))
        if isinstance(into, list):
            into.append(value)
        else:
            into[key] = value
    return result[0]


def find(root: Node, pointer: Pointer) -> Node | None:
    """The node at a pointer, or None where there is none."""
    node: Node | None = root
    for step in pointer:
        match node:
            case Mapping() if isinstance(step, str):
                node = node.get(step)
            case Sequence() if isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            case _:
                return None
    return node


def value_at(value: Plain, pointer: Pointer) -> Plain:
    """The ordinary value at a pointer, or None where there is none."""
    for step in pointer:
        if isinstance(value, dict):
            value = value.get(step) if isinstance(step, str) else None
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def nearest(root: Node, pointer: Pointer) -> Node:
    """The node at a pointer, or the nearest one above it that exists."""
    for length in range(len(pointer), 0, -1):
        node = find(root, pointer[:length])
        if node is not None:
            return node
    return root


def write_pointer(pointer: Pointer) -> str:
    """A pointer as people write it: ``consignments[0].customs.released_at``."""
    return "".join(_steps(pointer)).removeprefix(".")


def _steps(pointer: Pointer) -> Iterator[str]:
    for step in pointer:
        yield f"[{step}]" if isinstance(step, int) else f".{step}"
