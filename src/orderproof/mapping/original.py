"""Where the values of a mapped document stand in the partner's own file, and the tree that shows them there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from orderproof.document import Document
from orderproof.source import Span
from orderproof.table import Cell, Row
from orderproof.tree import Entry, Node, Plain, Pointer, Scalar, find, nearest, write_pointer
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Sequence as List


class Original(Protocol):
    """The partner's own document: places in it, and how they are named."""

    def span(self, pointer: Pointer) -> Span:
        """Where a value stands, or the nearest thing above it that does."""
        ...

    def key_span(self, pointer: Pointer) -> Span:
        """Where the name of a value stands."""
        ...

    def label(self, pointer: Pointer) -> str:
        """A place as messages name it."""
        ...


class OriginalDocument:
    """An object of a JSON or YAML text."""

    __slots__ = ("_document",)

    def __init__(self, document: Document) -> None:
        self._document = document

    def span(self, pointer: Pointer) -> Span:
        return nearest(self._document.root, pointer).span

    def key_span(self, pointer: Pointer) -> Span:
        owner = find(self._document.root, pointer[:-1]) if pointer else None
        if isinstance(owner, MappingNode):
            for entry in owner.entries:
                if entry.key == pointer[-1]:
                    return entry.key_span
        return self.span(pointer)

    def label(self, pointer: Pointer) -> str:
        return write_pointer(pointer)


class OriginalRows:
    """Rows of a table. A pointer has the number of a row from 0, and a header."""

    __slots__ = ("_columns", "_headers", "_rows")

    def __init__(self, headers: Sequence[Cell], columns: Mapping[str, int], rows: Mapping[int, Row]) -> None:
        self._headers = headers
        self._columns = columns
        self._rows = rows

    def span(self, pointer: Pointer) -> Span:
        row = self._rows[int(pointer[0])] if pointer else next(iter(self._rows.values()))
        return row.span(self._columns[str(pointer[1])] if len(pointer) > 1 else 0)

    def key_span(self, pointer: Pointer) -> Span:
        return self._headers[self._columns[str(pointer[1])]].span if len(pointer) > 1 else self.span(pointer)

    def label(self, pointer: Pointer) -> str:
        return str(pointer[1]) if len(pointer) > 1 else ""


class Trail:
    """From the places of a mapped document to those of the original, for every value, record and list."""

    __slots__ = ("_places",)

    def __init__(self, steps: Iterable[tuple[Pointer, Pointer]], base: Pointer) -> None:
        self._places: dict[Pointer, Pointer] = dict(steps)
        self._places[()] = base

    def original(self, pointer: Pointer) -> Pointer:
        """The place in the original; of what is absent, and of an object that the mapping made of several values, that
        of the record around it.
        """
        for length in range(len(pointer), 0, -1):
            found = self._places.get(pointer[:length])
            if found is not None:
                return found
        return self._places[()]


def tree(values: Plain, trail: Trail, original: Original) -> Node:
    """The tree of a mapped document, whose places are those of the original."""
    return _node(values, (), trail, original)


def _node(value: Plain, pointer: Pointer, trail: Trail, original: Original) -> Node:
    place = trail.original(pointer)
    span = original.span(place)
    match value:
        case dict():
            entries = []
            for key, inner in value.items():
                below = (*pointer, key)
                name = original.key_span(trail.original(below))
                entries.append(Entry(key, name, _node(inner, below, trail, original)))
            return MappingNode(tuple(entries), span)
        case list():
            items = (_node(inner, (*pointer, index), trail, original) for index, inner in enumerate(value))
            return List(tuple(items), span)
        case _:
            return Scalar(value, span)
