"""What gzip compressed, as it is read."""

import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO

from orderproof.reading.unread import MAX_RATIO, MIN_SUSPECT, DamagedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Unpacked(io.RawIOBase):
    """What gzip compressed; damage and a bomb are a DamagedError where they are met."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._inner = gzip.GzipFile(fileobj=packed, mode="rb")
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            content = self._inner.read1(len(memoryview(buffer)))
        except (gzip.BadGzipFile, zlib.error):
            raise _damaged("the gzip data are damaged") from None
        except EOFError:
            raise _damaged("the gzip data are cut off") from None
        self._size += len(content)
        if self._size > MIN_SUSPECT and self._size > MAX_RATIO * max(1, self._packed.tell()):
            message = f"unpacked, this is more than {MAX_RATIO} times as large as packed"
            raise DamagedError("input.ratio", message, "unpack it first, if it is meant to be so")
        memoryview(buffer)[: len(content)] = content
        return len(content)


def _damaged(message: str) -> DamagedError:
    return DamagedError("input.damaged", f"{message}; nothing was read from there on", "get the file whole")
