"""Documents of a run: what a reader makes of an input, one after the other."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.tree import Mapping, Plain, plain


class Document:
    """A document that could be read: its input's name, its index in it from 0, and its values with their places.

    ``root`` is the tree of its values, or what makes it: places are needed only where something is told
    of a document. ``sha256`` is that of its file's bytes, or of its line's where documents stand one on a line.
    """

    __slots__ = ("_line", "_root", "_values", "index", "path", "sha256")

    def __init__(
        self,
        path: str,
        index: int,
        root: Mapping | Callable[[], Mapping],
        sha256: str,
        values: dict[str, Plain] | None = None,
        line: int | None = None,
    ) -> None:
        self.path = path
        self.index = index
        self.sha256 = sha256
        self._root = root
        self._values = values
        self._line = line

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


class Unreadable(Struct, frozen=True):
    """A document, or a whole input, that could not be read, and why. ``sha256`` is None where no bytes could be had."""

    path: str
    index: int
    sha256: str | None
    diagnostics: tuple[Diagnostic, ...]


class Notice(Struct, frozen=True):
    """Something about an input that a reader of the report should know, and that costs no document."""

    diagnostic: Diagnostic


Reading: TypeAlias = Document | Unreadable | Notice
