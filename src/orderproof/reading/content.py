"""The bytes of an input, which are read from their beginning as often as a reader needs."""

import hashlib
import io
import os
import stat
import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, TypeAlias, cast

from orderproof.document import Unreadable
from orderproof.reading.unread import DamagedError, irregular

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 18
_BUFFER = 1 << 16
"""Bytes of a file that are asked for at once: some ten lines."""
MAX_SEEKABLE = 512 << 20
"""Bytes of standard input beyond which nobody waits for its end before reading it."""
_HELD = 8 << 20
"""Bytes of standard input that are held in memory; more go to a temporary file."""


Tell: TypeAlias = Callable[[bytes], object]
"""What is told the bytes that are read, such as a digest's ``update``."""


class Content(Protocol):
    """Where the bytes of an input come from. Reading them may raise OSError."""

    @property
    def packed(self) -> bool:
        """Whether they are stored in another form than they are read in."""

    def stream(self, tell: Tell | None = None) -> BinaryIO:
        """The bytes from their beginning; ``tell`` is told those that are read, as they are stored.

        Earlier streams are not read any more.
        """

    def sha256(self) -> str:
        """The digest of the bytes as they are stored, which reads them all."""

    def close(self) -> None:
        """Say that the bytes are not needed any more."""


class FileContent:
    """A file that is open for reading, or what acts as one; ``packed`` where gzip compressed it.

    It is closed when everybody who shares it has closed it; with ``stays_open``, by whoever opened it.
    """

    def __init__(self, file: BinaryIO, *, packed: bool = False, stays_open: bool = False) -> None:
        self.packed = packed
        self.file = file
        self._users = 1
        self._stays_open = stays_open

    def stream(self, tell: Tell | None = None) -> BinaryIO:
        self.file.seek(0)
        stored = self.file if tell is None else told(self.file, tell)
        if not self.packed:
            return stored
        from orderproof.reading.unpacked import Unpacked  # late: few files are packed

        return io.BufferedReader(Unpacked(stored), CHUNK)

    def sha256(self) -> str:
        self.file.seek(0)
        return digest_of(self.file)

    def share(self) -> None:
        self._users += 1

    def close(self) -> None:
        self._users -= 1
        if self._users == 0 and not self._stays_open:
            self.file.close()


def digest_of(stream: BinaryIO) -> str:
    """The digest of all that a stream still gives."""
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def told(stream: BinaryIO, tell: Tell) -> BinaryIO:
    """A stream that tells what is read of it."""
    return io.BufferedReader(_Told(stream, tell), CHUNK)


class _Told(io.RawIOBase):
    def __init__(self, stream: BinaryIO, tell: Tell) -> None:
        self._stream = stream
        self._tell = tell
        self._size = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def readinto(self, buffer: "WriteableBuffer") -> int:
        content = self._stream.read(len(memoryview(buffer)))
        self._tell(content)
        self._size += len(content)
        return _put(content, buffer)


def opened(name: str) -> BinaryIO | Unreadable:
    """The file, open for reading, if what was opened is one; a pipe is never waited for."""
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    descriptor = os.open(name, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(descriptor, "rb", _BUFFER)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return irregular(name, mode)


def _put(content: bytes, buffer: "WriteableBuffer") -> int:
    memoryview(buffer)[: len(content)] = content
    return len(content)


# Standard input


class Kept(io.RawIOBase):
    """Standard input as a file that can be read again: what was read is kept, on disk from some size on."""

    def __init__(self, stream: BinaryIO) -> None:
        import tempfile  # late: only for standard input

        # A pipe gives what there is at once by `read1`, which lets a line be told when it comes.
        self._more = cast("Callable[[int], bytes]", getattr(stream, "read1", stream.read))
        self._kept: IO[bytes] = tempfile.SpooledTemporaryFile(_HELD)  # noqa: SIM115  # closed with this
        self._size = 0
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            self._read_all()
            offset += self._size
        self._at = min(offset, self._size)
        return self._at

    def _read_all(self) -> None:
        self._at = self._size
        while self.read(CHUNK):
            if self._size > MAX_SEEKABLE:
                message = f"an archive of more than {MAX_SEEKABLE >> 20} MiB is not read from standard input"
                raise DamagedError("input.too-large", message, "save it as a file, and name that")

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        size = len(memoryview(buffer))
        self._kept.seek(self._at)
        if self._at < self._size:
            content = self._kept.read(min(size, self._size - self._at))
        else:
            content = self._more(size)
            self._kept.write(content)
            self._size += len(content)
        self._at += len(content)
        return _put(content, buffer)

    def close(self) -> None:
        self._kept.close()
        super().close()


def standard_file(standard_input: BinaryIO | None = None) -> BinaryIO | None:
    """Standard input, or what stands in for it, as a file that can be read again; None where there is none."""
    stream = standard_input or (None if sys.stdin is None else sys.stdin.buffer)
    return None if stream is None else io.BufferedReader(Kept(stream), CHUNK)
