"""Reports on their way out: a file is whole or absent, and a failure is never taken for success."""

import errno
import io
import os
import select
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn, Protocol, TextIO

from orderproof.diagnostic import Diagnostic, OrderproofError

PORTION = 1 << 16
"""Bytes that go out together."""
PAUSE = 0.1
"""Seconds after which something that is written goes out at once, whatever its size."""
_IN_MEMORY = 1 << 20

_NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
"""What systems say that know no files without a name; one that is not there is told when a name is tried."""

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


class Output(Protocol):
    """Where a report goes, in UTF-8; writing raises OrderproofError where it cannot be written."""

    def write(self, data: bytes) -> None: ...


class TextOutput:
    """A report as a text, for who wants it whole."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._parts.append(data)

    @property
    def text(self) -> str:
        return b"".join(self._parts).decode()


class StandardOutput:
    """Standard output, whatever the console: what comes first goes out at once, what comes fast in portions.

    ``stream`` is None where the program was started without one, which is an error before anything is written.
    """

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        if stream is None:
            fail("standard output", OSError(errno.EBADF, "it is closed"))
        self._stream = stream
        # past the buffer, so that what failed is not written a second time when the program ends
        buffer = getattr(stream, "buffer", None)
        self._raw: IO[bytes] | None = getattr(buffer, "raw", buffer)
        self._clock = clock
        self._due = clock()
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= PORTION or self._clock() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Let out what waits. What an interrupt leaves of it goes out the next time, none of it twice."""
        try:
            self._stream.flush()
            while self._waiting:
                if self._raw is None:
                    self._stream.write(self._waiting.decode())
                    self._waiting.clear()
                else:
                    del self._waiting[: _written(self._raw, bytes(self._waiting[:PORTION]))]
            self._stream.flush()
        except OSError as error:
            self._waiting.clear()
            fail("standard output", error)
        self._due = self._clock() + PAUSE


class FileOutput:
    """A file that is written beside its place and put there when it is finished, whole; until then nothing is there
    but what was before. A link is followed. A device or a pipe is written to as it is: there is nothing to replace.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place: Path | None = None
        self._aside: Path | None = None
        self._file: IO[bytes] | None = None
        try:
            if _is_special(path):
                self._file = path.open("wb", buffering=0)
            else:
                self._open_aside(path.resolve())
        except OSError as error:
            fail(f"`{path}`", error, str(path))

    def _open_aside(self, place: Path) -> None:
        self._place = place
        nameless = getattr(os, "O_TMPFILE", None)
        if nameless is not None:
            try:
                self._file = os.fdopen(
                    os.open(place.parent, nameless | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb", PORTION
                )
            except OSError as error:
                if error.errno not in _NO_NAMELESS:
                    raise
            else:
                return
        self._open_named(place)

    def _open_named(self, place: Path) -> None:
        """Where files without a name are not to be had, one with a name, which stays when the program is killed."""
        import tempfile  # late: most runs write no file, and it takes longer to load than a small report to write

        descriptor, name = tempfile.mkstemp(prefix=".orderproof-", dir=place.parent)  # mode 0600
        try:
            self._aside = Path(name)
            self._file = os.fdopen(descriptor, "wb", buffering=PORTION)
        except BaseException:
            self.discard()  # nobody else has it yet
            raise

    def write(self, data: bytes) -> None:
        assert self._file is not None
        try:
            _write_all(self._file, data)
        except OSError as error:
            self._failed(error)

    def finish(self) -> None:
        """Put it in its place, as far as it depends on us so that it is there after a power failure, too."""
        assert self._file is not None
        try:
            if self._place is not None:
                self._file.flush()
                os.fchmod(self._file.fileno(), 0o666 & ~_umask())
                os.fsync(self._file.fileno())
                self._named()
            self._file.close()
            if self._aside is not None and self._place is not None:
                self._aside.replace(self._place)
                self._aside = None
        except OSError as error:
            self._failed(error)
        self._file = None

    def _named(self) -> None:
        """Give the file a name beside its place, unless it has one: what is there is only replaced by what has one."""
        if self._aside is not None:
            return
        assert self._place is not None
        assert self._file is not None
        import secrets  # late: as above

        aside = self._place.parent / f".orderproof-{secrets.token_hex(8)}"
        # A directory that is not used: with one, the link to the open file is followed.
        os.link(f"/proc/self/fd/{self._file.fileno()}", aside, src_dir_fd=0)
        self._aside = aside

    def discard(self) -> None:
        """Leave nothing of it, unless it is finished."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
        if self._aside is not None:
            with suppress(OSError):
                self._aside.unlink()
            self._aside = None

    def _failed(self, error: OSError) -> NoReturn:
        self.discard()
        fail(f"`{self._path}`", error, str(self._path))


class Aside:
    """Text that is put aside until it is needed: in memory while it is short, then in a file that nobody else can
    read and that is gone when the program ends, however it ends.
    """

    def __init__(self) -> None:
        import tempfile  # late: as above

        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed below
        self.empty = True

    def write(self, data: bytes) -> None:
        self.empty = False
        try:
            self._file.write(data)
        except OSError as error:
            fail("a temporary file", error)

    def lines(self) -> Iterator[bytes]:
        """All lines from the first; nothing may be put aside after."""
        try:
            self._file.seek(0)
            yield from self._file
        except OSError as error:
            fail("a temporary file", error)

    def portions(self) -> Iterator[bytes]:
        """The same in large parts, which is faster."""
        try:
            self._file.seek(0)
            while portion := self._file.read(PORTION):
                yield portion
        except OSError as error:
            fail("a temporary file", error)

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()

    def __del__(self) -> None:
        self.close()  # of a report that was given up


def write_whole(path: Path, text: str) -> None:
    """Write a file in UTF-8 so that it is whole or as it was before; raises OrderproofError when it cannot be written."""
    file = FileOutput(path)
    try:
        file.write(encoded(text))
        file.finish()
    finally:
        file.discard()


def write_standard(stream: TextIO | None, text: str) -> None:
    """Write to standard output in UTF-8, whatever the console; raises OrderproofError when it is full or closed.

    ``stream`` is None where the program was started without one.
    """
    out = StandardOutput(stream)
    out.write(encoded(text))
    out.flush()


def encoded(text: str) -> bytes:
    """A text in UTF-8; half of a character, which an escape in a document can make, is written as an escape."""
    return text.encode("utf-8", "backslashreplace")


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return not stat.S_ISREG(mode)


def _umask() -> int:
    mask = os.umask(0o077)  # can only be read by setting it
    os.umask(mask)
    return mask


def _write_all(file: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[_written(file, rest) :]


def _written(file: IO[bytes] | io.RawIOBase, data: bytes | memoryview) -> int:
    """How much of some bytes went out, at least one."""
    while (count := file.write(data)) is None:  # a pipe that does not block, and is full
        select.select([], [file], [])
    return count


def fail(target: str, error: OSError, path: str | None = None) -> NoReturn:
    """Raise what could not be written, and why."""
    if error.errno == errno.EPIPE:
        reason = "its reader closed it before the end"
    else:
        reason = error.strerror[:1].lower() + error.strerror[1:] if error.strerror else "the system refuses it"
    advice = None if error.errno is None else _HELP.get(error.errno)
    raise OrderproofError([Diagnostic("output.failed", f"cannot write {target}: {reason}", path=path, help=advice)])
