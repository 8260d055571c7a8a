"""Ctrl-C, and being asked to end, that do not tear what is being done: they come at once, or when that is done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self


class Interrupts:
    """While this is entered, an interrupt that comes while it is held is raised behind it; a second one at once.

    Outside the main thread, which alone is interrupted, it does nothing.
    """

    def __init__(self) -> None:
        self._held = False
        self._waiting = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
                before = signal.getsignal(number)
                # Where they are ignored they stay so, as with nohup.
                if before is usual or before == usual:
                    self._before[number] = before
                    signal.signal(number, self._come)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def _come(self, _number: int, _frame: FrameType | None) -> None:
        if self._held and not self._waiting:
            self._waiting = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nothing interrupt what is done here; what came meanwhile is raised at its end, unless it fails."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._waiting:
            self._waiting = False
            raise KeyboardInterrupt
