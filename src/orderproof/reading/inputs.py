"""Which inputs a run has: files, folders, patterns and standard input, found in a fixed order."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Notice, Reading, Unreadable
from orderproof.reading.folder import Entry, Kind, entries
from orderproof.reading.formats import PACKED_SUFFIX, READ, SUFFIXES, Format, foreign_sheet, format_of
from orderproof.reading.pattern import is_pattern, matches
from orderproof.reading.unread import irregular, linked, not_found, unknown_format, unreadable, wrong

__all__ = ["EMPTY", "MEMBER_MARK", "STANDARD", "SUFFIXES", "Format", "Found", "Input", "find_inputs", "holds_none"]

STANDARD = "-"
"""The name of standard input."""

MEMBER_MARK = "!"
"""What stands between the name of an archive and that of a member."""

EMPTY = frozenset({"input.empty", "input.no-match"})
"""What is said of a folder or a pattern without a document file: nothing to check, not something unread."""

_MAX_NAMED = 5
_CONTRACTS = (".pdf", ".doc", ".docx", ".rtf", ".htm", ".html", ".eml", ".msg")
_HELP_CONTRACT = "name the order that has it as attachment, or look for accounts in it with `orderproof screen`"
_SKIPPED = f"contracts are read where orders name them; {READ}"


class Input(Struct, frozen=True):
    """A file with documents, named as the user did, or standard input, named `-`.

    ``format`` is None where standard input is to be looked at; ``packed`` are bytes that gzip compressed; ``among``
    is the folder or pattern that gave it, empty where the user named the file itself or said how all are written.
    """

    name: str
    format: Format | None
    packed: bool = False
    among: str = ""

    @property
    def is_standard(self) -> bool:
        return self.name == STANDARD


Found: TypeAlias = Input | Unreadable | Notice


def find_inputs(paths: Iterable[str], *, recursive: bool = True, format: Format | None = None) -> Iterator[Found]:
    """The inputs that paths name, each once, in the order of the paths and inside a folder by name.

    A path is a file, a folder, a pattern with ``*``, ``?``, ``[…]`` or ``**``, or ``-`` for standard input.
    Hidden files and folders inside a folder are left out, and files with other endings, which a Notice names,
    as it does the folders in a folder where ``recursive`` is off. What is not there, is no file, or is a link to
    a folder is an Unreadable. A ``format`` is that of every file and of standard input, whatever their names say.
    """
    search = _Search(recursive, format)
    seen: set[str] = set()
    for path in paths:
        name = path.replace(os.sep, "/")
        for found in search.found(name):
            key = _key(found)
            if key not in seen:
                seen.add(key)
                yield _among(found, name) if recursive and format is None else found


def _among(found: Found, name: str) -> Found:
    """What was found, with the folder or pattern that gave it."""
    if not isinstance(found, Input) or found.is_standard or found.name == name:
        return found
    return replace(found, among=name)


def holds_none(reading: Reading) -> bool:
    """Whether a reading stands for no document at all: it says of a folder or a pattern that there is none."""
    return isinstance(reading, Unreadable) and reading.diagnostics[0].code in EMPTY


def _key(found: Found) -> str:
    """What makes two inputs the same: their path. `..` stays, it may lead elsewhere behind a link."""
    if isinstance(found, Input):
        return found.name if found.is_standard else str(Path.cwd() / found.name)
    if isinstance(found, Notice):
        return f"{found.diagnostic.path} {found.diagnostic.message}"
    return f"{found.diagnostics[0].code} {Path.cwd() / found.path}"


class _LeftOut(Struct):
    """What was seen on the way and is not read."""

    files: list[str]
    folders: list[str]


class _Search(Struct, frozen=True):
    """How inputs are looked for."""

    recursive: bool
    format: Format | None

    def found(self, name: str) -> Iterator[Found]:
        if name == STANDARD:
            yield Input(name, self.format)
            return
        try:
            mode = os.stat(name).st_mode  # noqa: PTH116  # a Path of no name is the current folder
        except (FileNotFoundError, NotADirectoryError, ValueError):
            yield from self.matching(name) if is_pattern(name) else (not_found(name),)
        except OSError as error:
            yield unreadable(name, error)
        else:
            if stat.S_ISDIR(mode):
                yield from self.folder(name)
            else:
                yield self.file(name, mode)

    def file(self, name: str, mode: int) -> Input | Unreadable:
        if not stat.S_ISREG(mode):
            return irregular(name, mode)
        known = format_of(name)
        if self.format is not None:
            return Input(name, self.format, packed=name.lower().endswith(PACKED_SUFFIX))
        if known is not None:
            return Input(name, known.format, known.packed)
        if name.lower().endswith(_CONTRACTS):
            return wrong("input.unknown-format", name, "this is no order document by its name", _HELP_CONTRACT)
        return unknown_format(name)

    def is_document(self, name: str) -> bool:
        return self.format is not None or format_of(name) is not None or foreign_sheet(name) is not None

    def folder(self, name: str) -> Iterator[Found]:
        left_out = _LeftOut([], [])
        found = False
        for found_input in self.walk(name, left_out):
            found = True
            yield found_input
        if not found:
            yield wrong("input.empty", name, "this folder holds no document file", READ)
        yield from _notices(name, left_out)

    def walk(self, folder: str, left_out: _LeftOut) -> Iterator[Found]:
        """The document files in a folder and all below it; what stands in a folder is in the order of the names."""
        pending: list[Entry] = [(folder, Kind.FOLDER)]
        while pending:
            name, kind = pending.pop()
            if kind is Kind.FOLDER and not self.recursive and name != folder:
                left_out.folders.append(name)
            elif kind is Kind.FOLDER:
                try:
                    pending.extend(reversed(entries(name, self.is_document)))
                except OSError as error:
                    yield unreadable(name, error)
            else:
                yield from self.entry(name, kind, left_out)

    def entry(self, name: str, kind: Kind, left_out: _LeftOut) -> Iterator[Found]:
        """What an entry of a folder gives that is no folder itself."""
        match kind:
            case Kind.FILE:
                yield self.listed(name)
            case Kind.LINKED_FOLDER:
                yield linked(name)
            case _:
                left_out.files.append(name)

    def listed(self, name: str) -> Input | Unreadable:
        """A file that a folder or a pattern gave."""
        # A file may have the name that stands for standard input.
        name = f"./{name}" if name == STANDARD else name
        try:
            return self.file(name, Path(name).stat().st_mode)
        except FileNotFoundError:
            return not_found(name)
        except OSError as error:
            return unreadable(name, error)

    def matching(self, pattern: str) -> Iterator[Found]:
        """What a pattern matches: document files, and those in the folders that it matches."""
        unread: list[Unreadable] = []
        matched = matches(pattern, self.is_document, unread)
        left_out = _LeftOut([name for name, kind in matched if kind is Kind.OTHER], [])
        found = False
        for name, kind in matched:
            if kind is Kind.OTHER:
                continue
            for found_input in self.walk(name, left_out) if kind is Kind.FOLDER else self.entry(name, kind, left_out):
                found = True
                yield found_input
        yield from unread
        if not found and not unread:
            yield wrong("input.no-match", pattern, "no document file matches this pattern", READ)
        yield from _notices(pattern, left_out)


def _notices(name: str, left_out: _LeftOut) -> Iterator[Notice]:
    """That files with other endings are there, or folders that were not entered: an order there is not checked."""
    if left_out.files:
        count = len(left_out.files)
        files = "1 file with another ending is" if count == 1 else f"{count:,} files with other endings are"
        message = f"{files} not read as documents: {_named(left_out.files)}"
        yield Notice(Diagnostic("input.skipped", message, path=name, help=_SKIPPED, severity=Severity.WARNING))
    if left_out.folders:
        count = len(left_out.folders)
        folders = "1 folder in it is" if count == 1 else f"{count:,} folders in it are"
        message = f"{folders} not looked into: {_named(left_out.folders)}"
        help_ = "--recursive reads what stands in folders too"
        yield Notice(Diagnostic("input.not-entered", message, path=name, help=help_, severity=Severity.WARNING))


def _named(paths: list[str]) -> str:
    """The first of many names, and how many more there are."""
    names = ", ".join(PurePosixPath(path).name for path in paths[:_MAX_NAMED])
    return f"{names} and {len(paths) - _MAX_NAMED:,} more" if len(paths) > _MAX_NAMED else names
