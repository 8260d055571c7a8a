"""A process of ours that begins as a copy of this one, so that it shares what was read so far.

``multiprocessing`` makes one, too, but takes longer to load than the copy to be made; it serves where there are no copies.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, NoReturn, Protocol

CAN_COPY = hasattr(os, "fork")
_LOOK = 0.001
"""Seconds between looks at a process that is waited for, but not for ever."""


class Child(Protocol):
    """A process that was started; ``exitcode`` is known when it was joined: below 0 it is the signal that ended it."""

    @property
    def exitcode(self) -> int | None: ...

    def kill(self) -> None: ...

    def join(self, timeout: float | None = None) -> None: ...


def begin(work: Callable[..., None], *arguments: Any) -> Child:
    """Have a process do some work, and end with it; raises OSError where the system gives none."""
    if CAN_COPY:
        return _Copy(work, arguments)
    from multiprocessing import get_context  # late: see above

    process = get_context("spawn").Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


class _Copy:
    def __init__(self, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        # What waits in them would go out twice.
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, ValueError):
                stream.flush()
        self.exitcode: int | None = None
        self._number = os.fork()
        if self._number == 0:
            _work(work, arguments)

    def kill(self) -> None:
        # Until it is joined its number is no other's.
        if self.exitcode is None:
            os.kill(self._number, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        until = None if timeout is None else monotonic() + timeout
        while self.exitcode is None:
            number, status = os.waitpid(self._number, 0 if until is None else os.WNOHANG)
            if number:
                self.exitcode = os.waitstatus_to_exitcode(status)
            elif until is not None and monotonic() > until:
                return
            else:
                sleep(_LOOK)


def _work(work: Callable[..., None], arguments: tuple[Any, ...]) -> NoReturn:
    """Do the work and nothing more: what the parent is at, and does at its end, is not this process's to do."""
    code = 1
    try:
        work(*arguments)
        code = 0
    except Exception:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        os._exit(code)
