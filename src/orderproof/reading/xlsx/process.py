"""The process that reads a workbook, from the outside: started, given its bytes, and not trusted."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

import msgspec
from msgspec import Struct

from orderproof.reading.xlsx.message import Message

MAX_OUTPUT = 1 << 30
"""Bytes of all that is told of a workbook."""
_MAX_LINE = 64 << 20
"""Bytes of one message: a row of all columns may be long."""
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from orderproof.reading.xlsx.worker import main; main()"
)
_DECODE = msgspec.json.Decoder(Message).decode


class Worker(Struct, frozen=True):
    """How the process is started, and how many seconds it may take."""

    command: tuple[str, ...]
    seconds: float = 150


def own_worker() -> Worker:
    """The worker that is a part of the program, in a Python like this one, which finds the same modules.

    With `-P` nothing is imported from the folder where the program stands, which may be the partner's.
    """
    return Worker((sys.executable, "-P", "-c", _START, json.dumps(sys.path)))


class FailedError(Exception):
    """The worker died, was late, or sent what is no message."""


def worker_output(worker: Worker, content: bytes, sheet: str | None) -> IO[bytes]:
    """All that the worker tells of a workbook, as a file; raises FailedError when it does not come to its end."""
    import tempfile  # late: only for workbooks

    output = tempfile.TemporaryFile()  # noqa: SIM115  # closed behind the last row
    failure: str | None = None
    try:
        failure = _run(worker, content, sheet, output)
        if failure is None and output.seek(0, os.SEEK_END) > MAX_OUTPUT:
            failure = "the reader of workbooks told more than is taken from it"
        output.seek(0)
    except BaseException:
        output.close()
        raise
    if failure is not None:
        output.close()
        raise FailedError(failure)
    return output


def _run(worker: Worker, content: bytes, sheet: str | None, output: IO[bytes]) -> str | None:
    """Run the worker to its end; what went wrong, if anything."""
    import subprocess  # late: only for workbooks

    try:
        ended = subprocess.run(  # noqa: S603  # our own program
            [*worker.command, sheet or ""],
            input=content,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=worker.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"the reader of workbooks was not ready after {worker.seconds:,g} seconds"
    except OSError as error:
        return f"the reader of workbooks cannot be started: {(error.strerror or 'it fails').lower()}"
    return _death(ended.returncode)


def _death(code: int) -> str | None:
    """What the exit code of the worker says; None where all is well."""
    import signal  # late: only for workbooks

    if code == 0:
        return None
    if code < 0:
        with suppress(ValueError):
            return f"the reader of workbooks was killed by {signal.Signals(-code).name}"
    return f"the reader of workbooks failed (code {code})"


def messages_of(output: IO[bytes]) -> Iterator[Message]:
    """The messages of a worker one by one; raises FailedError for what is none."""
    while line := output.readline(_MAX_LINE):
        try:
            yield _DECODE(line)
        except (msgspec.DecodeError, RecursionError):
            raise unheard_of() from None


def unheard_of() -> FailedError:
    return FailedError("the reader of workbooks told something that nobody understands")
