"""Reports on their way out: a file is whole or absent, and a failure is never taken for success."""

import errno
import io
import os
import select
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn, TextIO

from orderproof.diagnostic import Diagnostic, OrderproofError

_HELP = {
    errno.ENOENT: "create the folder first",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EISDIR: "name a file in the folder",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENOSPC: "make room, or write elsewhere",
    errno.EDQUOT: "make room, or write elsewhere",
    errno.EFBIG: "make room, or write elsewhere",
}


def write_whole(path: Path, text: str) -> None:
    """Write a file in UTF-8 so that it is whole or as it was before; raises OrderproofError when it cannot be written.

    A link is followed. A device or a pipe is written to as it is: there is nothing to replace.
    """
    data = _encoded(text)
    try:
        if _is_special(path):
            with path.open("wb", buffering=0) as device:
                _write_all(device, data)
        else:
            _replace(path.resolve(), data)
    except OSError as error:
        _fail(f"`{path}`", error, str(path))


def write_standard(stream: TextIO | None, text: str) -> None:
    """Write to standard output in UTF-8, whatever the console; raises OrderproofError when it is full or closed.

    ``stream`` is None where the program was started without one.
    """
    if stream is None:
        _fail("standard output", OSError(errno.EBADF, "it is closed"), None)
    try:
        stream.flush()
        buffer = getattr(stream, "buffer", None)
        if buffer is None:
            stream.write(text)
        else:
            # past the buffer, so that what failed is not written a second time when the program ends
            _write_all(getattr(buffer, "raw", buffer), _encoded(text))
        stream.flush()
    except OSError as error:
        _fail("standard output", error, None)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return not stat.S_ISREG(mode)


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".orderproof-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0o077)  # can only be read by setting it
    os.umask(mask)
    return mask


def _write_all(file: IO[bytes] | io.RawIOBase, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = file.write(rest)
        if written is None:  # a pipe that does not block, and is full
            select.select([], [file], [])
        else:
            rest = rest[written:]


def _fail(target: str, error: OSError, path: str | None) -> NoReturn:
    if error.errno == errno.EPIPE:
        reason = "its reader closed it before the end"
    else:
        reason = error.strerror[:1].lower() + error.strerror[1:] if error.strerror else "the system refuses it"
    advice = None if error.errno is None else _HELP.get(error.errno)
    raise OrderproofError([Diagnostic("output.failed", f"cannot write {target}: {reason}", path=path, help=advice)])
