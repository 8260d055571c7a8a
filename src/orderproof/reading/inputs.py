"""Which inputs a run has: files, folders, patterns and standard input, found in a fixed order."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, Severity, near
from orderproof.document import Notice, Reading, Unreadable


class Format(StrEnum):
    """How the documents of an input are written."""

    JSON = "json"
    YAML = "yaml"
    NDJSON = "ndjson"


SUFFIXES: Mapping[str, Format] = {
    ".json": Format.JSON,
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
}
"""The formats of files by the ends of their names, upper case or lower."""

EMPTY = frozenset({"input.empty", "input.no-match"})
"""What is said of a folder or a pattern without a document file: nothing to check, not something unread."""

_READ = f"files whose names end in {', '.join(SUFFIXES)} are read"
_MAX_NEAR = 2000
_MAX_NAMED = 5


class Input(Struct, frozen=True):
    """A file with documents, named as the user did; ``format`` is None for standard input, named `-`."""

    name: str
    format: Format | None


Found: TypeAlias = Input | Unreadable | Notice


class _Kind(StrEnum):
    """What an entry of a folder is to us."""

    FOLDER = "folder"
    LINKED_FOLDER = "linked folder"
    FILE = "document file"
    OTHER = "other file"


_Entry: TypeAlias = tuple[str, _Kind]


def find_inputs(paths: Sequence[str]) -> Iterator[Found]:
    """The inputs that paths name, each once, in the order of the paths and inside a folder by name.

    A path is a file, a folder, a pattern with ``*``, ``?``, ``[…]`` or ``**``, or ``-`` for standard input.
    Hidden files and folders inside a folder are left out, and files with other endings, which a Notice names.
    What is not there, is no file, or is a link to a folder is an Unreadable.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _found(path.replace(os.sep, "/")):
            key = _key(found)
            if key not in seen:
                seen.add(key)
                yield found


def _key(found: Found) -> str:
    """What makes two inputs the same: their path. `..` stays, it may lead elsewhere behind a link."""
    if isinstance(found, Input):
        return "-" if found.format is None else str(Path.cwd() / found.name)
    if isinstance(found, Notice):
        return f"{found.diagnostic.path} {found.diagnostic.message}"
    return f"{found.diagnostics[0].code} {Path.cwd() / found.path}"


def _found(name: str) -> Iterator[Found]:
    if name == "-":
        yield Input(name, None)
        return
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116  # a Path of no name is the current folder
    except (FileNotFoundError, NotADirectoryError, ValueError):
        yield from _matches(name) if _is_pattern(name) else (_not_found(name),)
    except OSError as error:
        yield unreadable(name, error)
    else:
        if stat.S_ISDIR(mode):
            yield from _folder(name)
        else:
            yield _file(name, mode)


def _file(name: str, mode: int) -> Input | Unreadable:
    if not stat.S_ISREG(mode):
        return irregular(name, mode)
    known = _format(name)
    if known is not None:
        return Input(name, known)
    help_ = f"{_READ}; rename it, or give its JSON or YAML by standard input, as `-`"
    return _wrong("input.unknown-format", name, "the name of this file does not say how it is written", help_)


def _format(name: str) -> Format | None:
    return SUFFIXES.get(PurePosixPath(name).suffix.lower())


def _folder(name: str) -> Iterator[Found]:
    skipped: list[str] = []
    found = False
    for found_input in _walk(name, skipped):
        found = True
        yield found_input
    if not found:
        yield _wrong("input.empty", name, "this folder holds no document file", _READ)
    yield from _skipped(name, skipped)


def _skipped(name: str, skipped: list[str]) -> Iterator[Notice]:
    """That files with other endings are there: an order among them would not be checked."""
    if skipped:
        names = ", ".join(PurePosixPath(file).name for file in skipped[:_MAX_NAMED])
        more = f" and {len(skipped) - _MAX_NAMED:,} more" if len(skipped) > _MAX_NAMED else ""
        files = (
            "1 file with another ending is" if len(skipped) == 1 else f"{len(skipped):,} files with other endings are"
        )
        message = f"{files} not read: {names}{more}"
        yield Notice(Diagnostic("input.skipped", message, path=name, help=_READ, severity=Severity.WARNING))


def _walk(folder: str, skipped: list[str]) -> Iterator[Found]:
    """The document files in a folder and all below it; what stands in a folder is in the order of the names."""
    pending = [(folder, _Kind.FOLDER)]
    while pending:
        name, kind = pending.pop()
        match kind:
            case _Kind.FILE:
                yield _listed(name)
            case _Kind.LINKED_FOLDER:
                yield _linked(name)
            case _Kind.OTHER:
                skipped.append(name)
            case _Kind.FOLDER:
                try:
                    pending.extend(reversed(_entries(name)))
                except OSError as error:
                    yield unreadable(name, error)


def _entries(folder: str, *, hidden: bool = False) -> list[_Entry]:
    """What stands in a folder, by name."""
    prefix = folder if folder == "" or folder.endswith("/") else f"{folder}/"
    with os.scandir(folder or ".") as listed:
        return sorted(
            (prefix + entry.name, _kind(entry)) for entry in listed if hidden or not entry.name.startswith(".")
        )


def _kind(entry: "os.DirEntry[str]") -> _Kind:
    if entry.is_symlink():
        if Path(entry.path).is_dir():
            return _Kind.LINKED_FOLDER
    elif entry.is_dir():
        return _Kind.FOLDER
    return _Kind.OTHER if _format(entry.name) is None else _Kind.FILE


def _linked(name: str) -> Unreadable:
    """A folder behind a link may lead in circles or out of what was meant, and may hold orders."""
    return _wrong("input.link", name, "a link to a folder is not followed", "name the folder itself beside this one")


def _listed(name: str) -> Input | Unreadable:
    """A file that a folder or a pattern gave."""
    try:
        return _file(name, Path(name).stat().st_mode)
    except FileNotFoundError:
        return _not_found(name)
    except OSError as error:
        return unreadable(name, error)


# Patterns


def _is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")


def _matches(pattern: str) -> Iterator[Found]:
    """What a pattern matches: document files, and those below the folders that it matches."""
    absolute = pattern.startswith("/")
    parts: list[str] = []
    for part in pattern.split("/"):
        # Two `**` in a row match what one does.
        if part and not (part == "**" and parts[-1:] == ["**"]):
            parts.append(part)
    wrong: list[Unreadable] = []
    matched: set[_Entry] = {("/" if absolute else "", _Kind.FOLDER)}
    for place, part in enumerate(parts):
        matched = set(_step(matched, part, is_last=place == len(parts) - 1, wrong=wrong))
    found = False
    skipped = [name for name, kind in sorted(matched) if kind is _Kind.OTHER]
    for name, kind in sorted(matched):
        match kind:
            case _Kind.FOLDER:
                inputs: Iterable[Found] = _walk(name, skipped)
            case _Kind.FILE:
                inputs = (_listed(name),)
            case _Kind.LINKED_FOLDER:
                inputs = (_linked(name),)
            case _Kind.OTHER:
                inputs = ()
        for found_input in inputs:
            found = True
            yield found_input
    yield from wrong
    if not found and not wrong:
        yield _wrong("input.no-match", pattern, "no document file matches this pattern", _READ)
    yield from _skipped(pattern, skipped)


def _step(folders: Iterable[_Entry], part: str, *, is_last: bool, wrong: list[Unreadable]) -> Iterator[_Entry]:
    """What one part of a pattern matches inside the folders that the parts before it matched."""
    for folder, kind in folders:
        if kind is _Kind.LINKED_FOLDER:
            wrong.append(_linked(folder))
        if kind is not _Kind.FOLDER:
            continue
        if part == "**":
            yield from _below(folder, wrong) if not is_last else ((folder, _Kind.FOLDER),)
        elif not _is_pattern(part):
            name = _joined(folder, part)
            if Path(name).is_dir():
                # A folder that the pattern names letter by letter is meant, also behind a link.
                yield name, _Kind.FOLDER
            elif Path(name).exists():
                yield name, _Kind.OTHER if _format(name) is None else _Kind.FILE
        else:
            try:
                entries = _entries(folder, hidden=part.startswith("."))
            except OSError as error:
                wrong.append(unreadable(folder or ".", error))
                continue
            yield from (entry for entry in entries if fnmatchcase(entry[0].rpartition("/")[2], part))


def _below(folder: str, wrong: list[Unreadable]) -> Iterator[_Entry]:
    """A folder and all folders below it."""
    pending = [folder]
    while pending:
        name = pending.pop()
        yield name, _Kind.FOLDER
        try:
            entries = _entries(name)
        except OSError as error:
            wrong.append(unreadable(name or ".", error))
            continue
        pending.extend(entry for entry, kind in entries if kind is _Kind.FOLDER)
        wrong.extend(_linked(entry) for entry, kind in entries if kind is _Kind.LINKED_FOLDER)


def _joined(folder: str, name: str) -> str:
    return folder + name if folder == "" or folder.endswith("/") else f"{folder}/{name}"


# What is wrong


def holds_none(reading: Reading) -> bool:
    """Whether a reading stands for no document at all: it says of a folder or a pattern that there is none."""
    return isinstance(reading, Unreadable) and reading.diagnostics[0].code in EMPTY


def irregular(name: str, mode: int) -> Unreadable:
    """What is not a file but something else that has a name."""
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
    )
    kind = next((word for is_kind, word in kinds if is_kind(mode)), "something else")
    help_ = "give what it holds by standard input, as `-`"
    return _wrong("input.not-a-file", name, f"this is {kind}, not a file", help_)


def unreadable(name: str, error: OSError, index: int = 0) -> Unreadable:
    """A file or folder that the system does not let us read, from a document of it on."""
    reason = (error.strerror or "the system gives no reason").lower()
    diagnostic = Diagnostic("input.unreadable", f"this cannot be read: {reason}", path=name)
    return Unreadable(name, index, None, (diagnostic,))


def _not_found(name: str) -> Unreadable:
    folder, _, last = name.rstrip("/").rpartition("/")
    parent = folder or ("/" if name.startswith("/") else ".")
    if "\0" not in name and os.path.lexists(name):
        return _wrong("input.not-found", name, "this link leads to nothing", "mend the link, or take it out")
    try:
        known = sorted(entry.name for entry in Path(parent).iterdir())[:_MAX_NEAR]
    except (OSError, ValueError):
        help_: str | None = f"there is no folder `{parent}` either"
    else:
        similar = near(last, known)
        help_ = None if similar is None else f"did you mean `{name.rstrip('/').removesuffix(last)}{similar}`?"
    return _wrong("input.not-found", name, "there is no such file or folder", help_)


def _wrong(code: str, name: str, message: str, help: str | None) -> Unreadable:
    return Unreadable(name, 0, None, (Diagnostic(code, message, path=name, help=help),))
