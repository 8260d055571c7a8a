"""Documents of a run: what a reader makes of an input, one after the other."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.source import Span
from orderproof.table import Table
from orderproof.tree import Mapping, Plain, Pointer, nearest, plain


class Provenance(Struct, frozen=True):
    """The mapping by which a document was made of a partner's own, and what such a source can never say.

    ``not_carried`` are paths of the document type, without list positions, each of a leaf, an object or a list:
    what stands at them and below them is unknown in every document of this source, not absent.
    """

    mapping: str
    version: str
    not_carried: frozenset[tuple[str, ...]] = frozenset()

    def carries(self, path: tuple[str, ...]) -> bool:
        """Whether the source may say something at a path of the document type."""
        return not any(path[:length] in self.not_carried for length in range(1, len(path) + 1))


class Document:
    """A document that could be read: its input's name, its index in it from 0, and its values with their places.

    ``root`` is the tree of its values, or what makes it: places are needed only where something is told
    of a document. ``place`` finds one without the tree. ``sha256`` is that of its file's bytes, or of its line's where documents stand one on a line.
    One that ``stands_alone`` is no example for others of its form: what is added to it may make another thing of them.
    One that was made of a partner's own document has a ``source``; its places are those of the partner's file.
    """

    __slots__ = ("_line", "_origin", "_place", "_root", "_values", "index", "path", "sha256", "source", "stands_alone")

    def __init__(  # noqa: PLR0913, PLR0917  # readers make it, each with what it knows
        self,
        path: str,
        index: int,
        root: Mapping | Callable[[], Mapping],
        sha256: str,
        values: dict[str, Plain] | None = None,
        line: int | None = None,
        source: Provenance | None = None,
        origin: Callable[[Pointer], Pointer] | None = None,
        place: Callable[[Pointer], Span] | None = None,
        *,
        stands_alone: bool = False,
    ) -> None:
        self.path = path
        self.index = index
        self.sha256 = sha256
        self._root = root
        self._values = values
        self._line = line
        self.source = source
        self._origin = origin
        self._place = place
        self.stands_alone = stands_alone

    def numbered(self, index: int, *, stands_alone: bool = False) -> "Document":
        """The same document under another index, or as one that stands alone."""
        if index == self.index and stands_alone is self.stands_alone:
            return self
        known = (self.sha256, self._values, self._line, self.source, self._origin, self._place)
        return Document(self.path, index, self._root, *known, stands_alone=stands_alone)

    def original(self, pointer: Pointer) -> Pointer:
        """Where a value stands in the partner's own document; of an absent one, the nearest place above it."""
        return pointer if self._origin is None else self._origin(pointer)

    def span(self, pointer: Pointer) -> Span:
        """Where a value stands; of an absent one, the nearest place above it."""
        return nearest(self.root, pointer).span if self._place is None else self._place(pointer)

    @property
    def root(self) -> Mapping:
        if not isinstance(self._root, Mapping):
            self._root = self._root()
        return self._root

    @property
    def line(self) -> int:
        """The line on which it begins, from 1."""
        return self.root.span.position.line if self._line is None else self._line

    @property
    def values(self) -> dict[str, Plain]:
        if self._values is None:
            values = plain(self.root)
            assert isinstance(values, dict)
            self._values = values
        return self._values


class Line(Struct, frozen=True, gc=False):
    """A line with a document on it that nobody has looked at: its input's name, its index and its number from 1."""

    path: str
    index: int
    content: bytes
    number: int


class Unreadable(Struct, frozen=True):
    """A document, or a whole input, that could not be read, and why. ``sha256`` is None where no bytes could be had."""

    path: str
    index: int
    sha256: str | None
    diagnostics: tuple[Diagnostic, ...]


class Notice(Struct, frozen=True):
    """Something about an input that a reader of the report should know, and that costs no document.

    Notices of the same ``key`` say the same, of which one is enough for a run.
    """

    diagnostic: Diagnostic
    key: tuple[str, ...] | None = None


Reading: TypeAlias = Document | Unreadable | Notice | Table
Raw: TypeAlias = Reading | Line
