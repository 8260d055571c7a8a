"""The bytes of an attachment, opened so that no name leads out of its folder and none makes the system wait.

A name is looked at as text before the system is asked anything of it: only to ask for some names does harm.
"""

import hashlib
import os
import re
import stat
from typing import BinaryIO

from msgspec import Struct

from orderproof.screening.text import Gap

MAX_ATTACHMENT = 64 << 20
"""Bytes of an attachment that are read."""
_TOO_LARGE = Gap("limit", f"it is larger than {MAX_ATTACHMENT >> 20} MiB")
_PIECE = 1 << 20
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]+:")
_DRIVE = re.compile(r"[A-Za-z]:")
_PORTS = (f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")
_RESERVED = frozenset(("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", *_PORTS))
"""Names of devices on Windows, also with an ending behind them."""
_BY_FOLDER = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd
"""Whether a name can be looked up in an open folder, so that nobody can put another one in its place."""


class Attached(Struct, frozen=True):
    """An attachment as it was read, once; ``sha256`` is that of these bytes."""

    content: bytes
    sha256: str


def open_attachment(folder: str | None, name: str) -> Attached | Gap:
    """The bytes of a file by its path in a folder; None where it is not known in which."""
    parts = parts_of(name)
    if isinstance(parts, Gap):
        return parts
    if folder is None:
        return Gap("missing", "the document lies in no folder; give --attachments-root")
    try:
        descriptor = _opened_below(folder or ".", parts) if _BY_FOLDER else _opened_at(folder or ".", parts)
        if isinstance(descriptor, Gap):
            return descriptor
        try:
            return content_of(descriptor)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return Gap("missing", "there is no such file")
    except NotADirectoryError:
        return Gap("missing", "a part of its path is not a folder")
    except (OSError, ValueError) as error:
        reason = (error.strerror or "") if isinstance(error, OSError) else "no file can have this name"
        return Gap("missing", f"it cannot be opened: {reason.lower() or 'the system gives no reason'}")


def parts_of(name: str) -> tuple[str, ...] | Gap:
    """The folders and the file that a path names, or why it is refused; nothing is asked of the system."""
    path = name.replace("\\", "/")
    reason = _refusal(name, path)
    if reason is not None:
        return Gap("refused", reason)
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if not parts:
        return Gap("missing", "the path names no file")
    return next((Gap("refused", why) for part in parts if (why := _refusal_of_part(part)) is not None), parts)


def _refusal(name: str, path: str) -> str | None:
    """Why a path is refused as a whole."""
    if "\0" in name:
        return "a NUL character stands in its path"
    if path.startswith("//"):
        return "its path leads to another computer or to a device"
    if path.startswith("/"):
        return "its path is absolute; write it relative to the document"
    if _SCHEME.match(path):
        return "its path is an address, not a file beside the document"
    if _DRIVE.match(path):
        return "its path begins with a drive; write it relative to the document"
    return "a `:` stands in its path" if ":" in path else None


def _refusal_of_part(part: str) -> str | None:
    if part == "..":
        return "`..` stands in its path; write it without"
    if part[-1] in ". ":
        return "a part of its path ends in a point or a blank"
    stem = part.partition(".")[0].rstrip(" ").upper()
    return f"`{stem}` is the name of a device" if stem in _RESERVED else None


def _opened_below(folder: str, parts: tuple[str, ...]) -> int | Gap:
    """The descriptor of the file, found from folder to folder, each of them held open while the next is looked up."""
    at = os.open(folder, os.O_RDONLY | _flags("O_DIRECTORY", "O_CLOEXEC"))
    try:
        for part in parts[:-1]:
            if (gap := _irregular(os.stat(part, dir_fd=at, follow_symlinks=False).st_mode, is_last=False)) is not None:
                return gap
            flags = os.O_RDONLY | _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC")
            inner = os.open(part, flags, dir_fd=at)
            os.close(at)
            at = inner
        gap = _irregular(os.stat(parts[-1], dir_fd=at, follow_symlinks=False).st_mode, is_last=True)
        return os.open(parts[-1], _reading(), dir_fd=at) if gap is None else gap
    finally:
        os.close(at)


def _opened_at(folder: str, parts: tuple[str, ...]) -> int | Gap:
    """The same where the system knows names only from the beginning."""
    path = folder
    for number, part in enumerate(parts, 1):
        path = os.path.join(path, part)  # noqa: PTH118  # a Path would change the name
        if (gap := _irregular(os.lstat(path).st_mode, is_last=number == len(parts))) is not None:
            return gap
    return os.open(path, _reading())


def _reading() -> int:
    return os.O_RDONLY | _flags("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")


def _flags(*names: str) -> int:
    """Those of these flags that the system has."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


def _irregular(mode: int, *, is_last: bool) -> Gap | None:
    """Why something on the way is not what it must be: a folder, or at the end a file."""
    if stat.S_ISLNK(mode):
        return Gap("refused", "a link stands in its path; put the file itself there")
    if is_last and not stat.S_ISREG(mode):
        return Gap("refused", "it is a folder, not a file" if stat.S_ISDIR(mode) else "it is a pipe or a device")
    return None


def content_of(descriptor: int) -> Attached | Gap:
    """What an open file holds; what was opened may be another thing than what was looked at."""
    status = os.fstat(descriptor)
    if (gap := _irregular(status.st_mode, is_last=True)) is not None:
        return gap
    if status.st_size > MAX_ATTACHMENT:
        return _TOO_LARGE
    found = bytearray()
    while piece := os.read(descriptor, _PIECE):
        found += piece
        if len(found) > MAX_ATTACHMENT:
            return _TOO_LARGE
    return Attached(bytes(found), hashlib.sha256(found).hexdigest())


def content_in(stream: BinaryIO | None) -> Attached | Gap:
    """What a stream still holds, such as standard input; None where there is none."""
    if stream is None:
        return Gap("missing", "standard input is closed")
    found = stream.read(MAX_ATTACHMENT + 1)
    return _TOO_LARGE if len(found) > MAX_ATTACHMENT else Attached(found, hashlib.sha256(found).hexdigest())
