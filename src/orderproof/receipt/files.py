"""The files that a receipt names: by names that lead nowhere but below a folder, and read where no link leads away."""

import hashlib
import os
import stat
from typing import NamedTuple

from msgspec import Struct

_LINK = "a link stands in its path; a receipt names files where they lie"
_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
_BY_FOLDER = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd
"""Whether a name can be looked up in an open folder, so that nobody can put another one in its place."""


class Stamp(NamedTuple):
    """What tells whether a file is still the one that it was; the last cannot be set by whoever writes it."""

    device: int
    inode: int
    size: int
    changed: int
    touched: int


class Read(Struct, frozen=True):
    """A file as it was read once, to its end."""

    sha256: str
    stamp: Stamp


class Unread(Struct, frozen=True):
    """Why a file was not read: it is not there, its name leads elsewhere, or the system does not let us."""

    kind: str
    reason: str


def parts_of(name: str) -> tuple[str, ...] | str:
    """The folders and the file that a name means below another folder, or why it can mean none."""
    parts = folder_parts(name)
    return parts or "it names no file"


def folder_parts(name: str) -> tuple[str, ...] | str:
    """The same of a folder, which may be the one where names begin; or of a pattern."""
    path = name.replace("\\", "/") if os.name == "nt" else name
    if "\0" in path:
        return "a NUL character stands in it"
    if path.startswith("/") or (os.name == "nt" and ":" in path):
        return "it does not begin in the folder of the run"
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    return "it leads out of a folder by `..`" if ".." in parts else parts


def name_below(path: str, root: str) -> str | None:
    """The name of a path below a folder, `.` for that itself; None where it leads out of it."""
    path = path.replace(os.sep, "/")
    if os.path.isabs(path):  # noqa: PTH117  # paths here are texts
        try:
            path = os.path.relpath(path, root).replace(os.sep, "/")
        except ValueError:
            return None
    parts = folder_parts(path)
    return None if isinstance(parts, str) else "/".join(parts) or "."


def stamp_at(name: str) -> Stamp | None:
    """The stamp of the file that has a name now; None where none can be had."""
    try:
        return _stamp(os.stat(name))  # noqa: PTH116  # a Path of no name is the current folder
    except (OSError, ValueError):
        return None


def link_in(name: str) -> bool:
    """Whether a link stands in a name below the current folder."""
    path = ""
    for part in folder_parts(name):
        path = f"{path}/{part}" if path else part
        if os.path.islink(path):  # noqa: PTH114  # as above
            return True
    return False


def read_below(root: str, name: str) -> Read | Unread:
    """The digest of a file below a folder. No link is followed, and nothing is read that is no file."""
    parts = parts_of(name)
    if isinstance(parts, str):
        return Unread("refused", parts)
    try:
        descriptor = _opened_below(root, parts) if _BY_FOLDER else _opened_at(root, parts)
        if isinstance(descriptor, Unread):
            return descriptor
        with os.fdopen(descriptor, "rb") as stream:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                return Unread("refused", "it is no file")
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            if _stamp(os.fstat(descriptor)) != _stamp(before):
                return Unread("unreadable", "it changes while it is read")
            return Read(sha256, _stamp(before))
    except FileNotFoundError:
        return Unread("missing", "there is no such file")
    except NotADirectoryError:
        return Unread("missing", "a part of its path is not a folder")
    except OSError as error:
        return Unread("unreadable", (error.strerror or "the system gives no reason").lower())
    except ValueError:
        return Unread("missing", "no file can have this name")


def _opened_below(root: str, parts: tuple[str, ...]) -> int | Unread:
    """The descriptor of the file, found from folder to folder, each of them held open while the next is looked up."""
    at = os.open(root, os.O_RDONLY | _flags("O_DIRECTORY", "O_CLOEXEC"))
    try:
        for part in parts[:-1]:
            if stat.S_ISLNK(os.stat(part, dir_fd=at, follow_symlinks=False).st_mode):
                return Unread("refused", _LINK)
            inner = os.open(part, os.O_RDONLY | _flags("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC"), dir_fd=at)
            os.close(at)
            at = inner
        refused = _refusal(os.stat(parts[-1], dir_fd=at, follow_symlinks=False).st_mode)
        return refused or os.open(parts[-1], os.O_RDONLY | _flags(*_FLAGS), dir_fd=at)
    finally:
        os.close(at)


def _opened_at(root: str, parts: tuple[str, ...]) -> int | Unread:
    """The same where the system knows names only from the beginning."""
    path = root
    for part in parts:
        path = os.path.join(path, part)  # noqa: PTH118  # a Path would change the name
        if stat.S_ISLNK(os.lstat(path).st_mode):
            return Unread("refused", _LINK)
    refused = _refusal(os.lstat(path).st_mode)
    return refused or os.open(path, os.O_RDONLY | _flags(*_FLAGS))


def _refusal(mode: int) -> Unread | None:
    """Why what has the name of a file is not opened."""
    if stat.S_ISLNK(mode):
        return Unread("refused", _LINK)
    return None if stat.S_ISREG(mode) else Unread("refused", "it is a folder, a pipe or a device, not a file")


def _flags(*names: str) -> int:
    """Those of these flags that the system has."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
