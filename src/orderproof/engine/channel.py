"""Whole messages between the program and its worker process, over a pair of sockets.

A message is its length, four bytes, the greatest first, and its bytes.
"""

import socket
from collections import deque
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from struct import Struct

MAX_MESSAGE = 64 << 20
"""Bytes of one message that the worker may send."""
_READ_AT_ONCE = 1 << 18
_BUFFERED = 1 << 20
"""Bytes that the system is asked to hold in each direction, for a worker that goes on while nobody looks."""
_LENGTH = Struct(">I")


class EndedError(Exception):
    """Nobody is at the other end any more."""


class GarbledError(Exception):
    """What came is no message."""


def pair(most: int = MAX_MESSAGE) -> tuple["Line", "Channel"]:
    """Our end, and the one that is the worker's; raises OSError where the system gives none.

    ``most`` is how many bytes one message of the worker may have.
    """
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFERED)
    return Line(ours, most), Channel(theirs)


class Channel:
    """The worker's end; it waits until a message is sent, and until one comes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        return self._end.fileno()

    def send_bytes(self, *messages: bytes) -> None:
        self._end.sendall(b"".join([part for message in messages for part in (_LENGTH.pack(len(message)), message)]))

    def recv_bytes(self) -> bytes:
        """The next message; raises EndedError when there will be none."""
        return self._received(_LENGTH.unpack(self._received(_LENGTH.size))[0])

    def _received(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            part = self._end.recv(min(size - len(found), _READ_AT_ONCE))
            if not part:
                raise EndedError
            found += part
        return bytes(found)

    def close(self) -> None:
        self._end.close()


class Line:
    """Our end; it never waits longer than it is told to, neither to send nor to receive.

    ``put`` and ``sent`` count bytes: those that are to be sent, and those that went out.
    """

    def __init__(self, end: socket.socket, most: int = MAX_MESSAGE) -> None:
        self._end = end
        self._most = most
        self._end.setblocking(False)
        self._selector = DefaultSelector()
        self._selector.register(self._end, EVENT_READ)
        self._going: deque[memoryview] = deque()
        self._come = bytearray()
        self.put = 0
        self.sent = 0

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, message: bytes) -> None:
        """Lay a message ready; it goes out as the other end takes it, in ``exchange``."""
        length = _LENGTH.pack(len(message))
        self._going += (memoryview(length), memoryview(message))
        self.put += len(length) + len(message)

    def exchange(self, seconds: float) -> list[bytes]:
        """Send what can be sent and take what has come; where nothing can be done, wait for it, but not longer.

        Raises EndedError and GarbledError.
        """
        sent = self.sent
        messages = self._messages()
        self._write()
        if messages or self.sent > sent or seconds <= 0:
            return messages
        self._selector.modify(self._end, EVENT_READ | EVENT_WRITE if self._going else EVENT_READ)
        self._selector.select(seconds)
        messages = self._messages()
        self._write()
        return messages

    def _messages(self) -> list[bytes]:
        """The messages that have come whole, after as much was read as completes one, if it is there."""
        while not (messages := self._cut()):
            try:
                part = self._end.recv(_READ_AT_ONCE)
            except BlockingIOError:
                break
            except OSError:
                raise EndedError from None
            if not part:
                raise EndedError
            self._come += part
        return messages

    def _cut(self) -> list[bytes]:
        messages: list[bytes] = []
        at, size = 0, _LENGTH.size
        while len(self._come) >= at + size:
            (length,) = _LENGTH.unpack_from(self._come, at)
            if length > self._most:
                if messages:
                    break  # what came before it is heard first
                raise GarbledError
            if len(self._come) < at + size + length:
                break
            messages.append(bytes(self._come[at + size : at + size + length]))
            at += size + length
        del self._come[:at]
        return messages

    def _write(self) -> None:
        while self._going:
            try:
                count = self._end.send(self._going[0])
            except BlockingIOError:
                return
            except OSError:
                # Who reads no more may still have said something: the end is told when all of it has been taken.
                self._going.clear()
                return
            self.sent += count
            if count == len(self._going[0]):
                self._going.popleft()
            else:
                self._going[0] = self._going[0][count:]

    def close(self) -> None:
        self._selector.close()
        self._end.close()
