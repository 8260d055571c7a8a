"""The process that reads attachments, from the outside: started, given a file at a time, and not trusted."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from secrets import token_hex
from time import monotonic
from typing import TypeVar

import msgspec
from msgspec import Struct

from orderproof.engine.channel import EndedError, GarbledError, Line, pair
from orderproof.screening.faults import internal
from orderproof.screening.mention import Own, Screened
from orderproof.screening.request import MAX_ANSWER, Request
from orderproof.screening.text import Extract, Gap

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from orderproof.screening.worker import main; main()"
_MOST_FILES = 500
"""Files after which the process is started anew: libraries do not give back all that they took."""

_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}
"""Large pieces of memory go back to the system as soon as they are free, where the C library hears of it."""

_Told = TypeVar("_Told", Extract, Screened)


class ScreenWorker(Struct, frozen=True):
    """How the process is started, and how many seconds it may take for one file."""

    command: tuple[str, ...]
    seconds: float = 30


def own_worker() -> ScreenWorker:
    """The worker that is a part of the program, in a Python like this one, which finds the same modules.

    With `-P` nothing is imported from the folder where the program stands, which may be the partner's.
    """
    return ScreenWorker((sys.executable, "-P", "-c", _START, json.dumps(sys.path)))


class Screener:
    """Reads files one by one in a process of their own, which is started with the first and anew when it fails.

    ``vocabulary`` is the content of the file that says what accounts are called. A file that ends the process, or
    is not read in time, is one with a gap; the next one is read as if nothing had been.
    """

    def __init__(self, vocabulary: bytes, worker: ScreenWorker | None = None) -> None:
        self._vocabulary = vocabulary
        self._worker = own_worker() if worker is None else worker
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Line | None = None
        self._read = 0

    def screen(self, name: str, content: bytes, own: Own) -> Screened:
        """What a file mentions; never raises for what is in it."""
        told = self._asked(Request(token_hex(), name, own), content, Screened)
        return Screened("", (), (told,)) if isinstance(told, Gap) else told

    def extracted(self, name: str, content: bytes) -> Extract:
        """What is written in a file; never raises for what is in it."""
        told = self._asked(Request(token_hex(), name), content, Extract)
        return Extract("", gaps=(told,)) if isinstance(told, Gap) else told

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None

    def _asked(self, request: Request, content: bytes, kind: type[_Told]) -> _Told | Gap:
        if self._read >= _MOST_FILES:
            self.close()
        try:
            line = self._line or self._started()
            line.send(msgspec.json.encode(request))
            line.send(content)
            message = self._answer(line, monotonic() + self._worker.seconds)
        except OSError as error:
            self.close()
            return internal(f"the reader of attachments cannot be started: {(error.strerror or 'it fails').lower()}")
        except EndedError:
            return self._ended()
        except GarbledError:
            message = b""
        if message is None:
            self.close()
            return Gap("timeout", f"it was not read within {self._worker.seconds:g} seconds")
        self._read += 1
        try:
            if message.startswith(request.token.encode()):
                return msgspec.json.decode(message[len(request.token) :], type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass
        self.close()
        return Gap("damaged", "its reader told something that nobody understands")

    def _started(self) -> Line:
        ours, theirs = pair(MAX_ANSWER)
        self._line, self._read = ours, 0
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own program
                self._worker.command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_MEMORY},
            )
        finally:
            theirs.close()
        ours.send(self._vocabulary)
        return ours

    def _answer(self, line: Line, deadline: float) -> bytes | None:
        """The one message that answers; None where it does not come in time."""
        while (left := deadline - monotonic()) > 0:
            messages = line.exchange(left)
            if messages:
                return messages[0] if len(messages) == 1 else b""
        return None

    def _ended(self) -> Gap:
        """How the process ended, which is over now in any case: by a signal at hostile bytes, else by its own fault."""
        process = self._process
        code = None
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(1)
        self.close()
        if code is not None and code < 0:
            with suppress(ValueError):
                return Gap("damaged", f"reading it ended the reader: it was killed by {signal.Signals(-code).name}")
        how = "it closed its channel" if code is None else f"it failed (code {code})"
        return internal(f"reading it ended the reader: {how}")
