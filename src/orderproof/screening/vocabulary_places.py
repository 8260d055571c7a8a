"""The values of a vocabulary of accounts with their places, once its form is known to be right."""

from collections.abc import Iterator

from msgspec import Struct

from orderproof.source import Span
from orderproof.tree import Mapping, Node, Plain, Pointer, Scalar, Sequence, find, nearest, plain


class Said(Struct, frozen=True):
    """A text, where it stands, and the list that it stands in."""

    text: str
    span: Span
    pointer: Pointer


def elements(root: Node, *pointer: str | int) -> tuple[Node, ...]:
    """The elements of a list; none where there is no list."""
    node = find(root, pointer)
    return node.items if isinstance(node, Sequence) else ()


def keys(root: Node, *pointer: str | int) -> Iterator[tuple[str, Span]]:
    """The keys of a mapping; none where there is none."""
    node = find(root, pointer)
    if isinstance(node, Mapping):
        yield from ((entry.key, entry.key_span) for entry in node.entries)


def value(root: Node, *pointer: str | int) -> Plain:
    """The ordinary value at a pointer; None where there is none."""
    node = find(root, pointer)
    return None if node is None else plain(node)


def text(root: Node, *pointer: str | int) -> str:
    """The text at a pointer; empty where there is none."""
    found = value(root, *pointer)
    return found if isinstance(found, str) else ""


def texts(root: Node, *pointer: str | int) -> Iterator[Said]:
    """The texts of a list."""
    for number, node in enumerate(elements(root, *pointer)):
        if isinstance(node, Scalar) and isinstance(node.value, str):
            yield Said(node.value, node.span, (*pointer, number))


def place(root: Node, *pointer: str | int) -> Span:
    """Where a value stands, or what it is missing in: of a mapping its first key."""
    node = nearest(root, pointer)
    return node.entries[0].key_span if isinstance(node, Mapping) and node.entries else node.span
