"""How far a run is, in one line on a terminal that is written over and over."""

import os
from collections.abc import Callable, Mapping
from typing import TextIO

from orderproof.diagnostic import columns
from orderproof.report.words import LANGUAGES

PATIENCE = 1.0
"""Seconds in which a run may end without a word."""
PAUSE = 0.1
"""Seconds from one line to the next."""

_ERASE = "\r\x1b[2K"
_WIDTH = 80


def wants_progress(stream: TextIO | None, environment: Mapping[str, str], *, quiet: bool = False) -> bool:
    """Whether there is somebody at a terminal who may want to know."""
    if quiet or stream is None or environment.get("CI") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()


class Progress:
    """The line of a run that begins now; ``clock`` gives seconds.

    Whatever else is written to the same terminal must come after ``clear``.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float], lang: str = "en") -> None:
        self._stream = stream
        self._clock = clock
        self._words = LANGUAGES[lang]
        self._begin = clock()
        self._due = self._begin + PATIENCE
        self._shown = False

    def update(self, documents: int, findings: int, done_bytes: int, total_bytes: int | None) -> None:
        """What is done by now; may be called as often as one likes. ``total_bytes`` is None where it is not known."""
        now = self._clock()
        if now < self._due:
            return
        self._due = now + PAUSE
        line = self._line(documents, findings, done_bytes, total_bytes, now - self._begin)
        self._shown = True
        self._write(_ERASE + _cut(line, self._width() - 1))

    def clear(self) -> None:
        """Take the line away; the next update shows it again."""
        if self._shown:
            self._shown = False
            self._write(_ERASE)

    def _line(self, documents: int, findings: int, done: int, total: int | None, seconds: float) -> str:
        words = self._words
        parts = [
            words.progress_documents.format(count=documents),
            words.progress_rate.format(count=round(documents / seconds)),
            words.progress_findings.format(count=findings),
        ]
        if total:
            share = min(1.0, done / total)
            parts.append(words.progress_share.format(share=int(100 * share)))
            if share > 0:
                parts.append(words.progress_left.format(time=_time(seconds / share - seconds)))
        return words.comma.join(parts)

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _WIDTH
        except (OSError, ValueError):  # not a terminal after all, or a window that is gone
            return _WIDTH

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # Nobody is there any more; the run goes on.
            self._due = float("inf")


def _cut(line: str, width: int) -> str:
    while columns(line) > width:
        line = line[:-1]
    return line


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
