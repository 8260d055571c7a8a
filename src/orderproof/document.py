"""Documents of a run: what a reader makes of an input, one after the other."""

from dataclasses import dataclass
from typing import TypeAlias

from orderproof.diagnostic import Diagnostic
from orderproof.tree import Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """A document that could be read: its input's name, its index in it from 0, and its values with their places.

    ``sha256`` is that of its file's bytes, or of its line's where documents stand one on a line.
    """

    path: str
    index: int
    root: Mapping
    sha256: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document, or a whole input, that could not be read, and why. ``sha256`` is None where no bytes could be had."""

    path: str
    index: int
    sha256: str | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an input that a reader of the report should know, and that costs no document."""

    diagnostic: Diagnostic


Reading: TypeAlias = Document | Unreadable | Notice
