"""The line that says how far a run is."""

import io
import os
import pty
import re

import pytest

from orderproof.diagnostic import columns
from orderproof.report.progress import Progress, wants_progress

ERASE = "\r\x1b[2K"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_who_wants_it() -> None:
    plain = {"TERM": "xterm"}
    assert wants_progress(Terminal(), plain)
    assert wants_progress(Terminal(), {"CI": ""})
    assert not wants_progress(Terminal(), plain, quiet=True)
    assert not wants_progress(Terminal(), {"TERM": "dumb"})
    assert not wants_progress(Terminal(), {**plain, "CI": "true"})
    assert not wants_progress(io.StringIO(), plain)
    assert not wants_progress(None, plain)


def test_a_line_after_a_second_and_ten_times_a_second() -> None:
    now = [0.0]
    stream = Terminal()
    progress = Progress(stream, lambda: now[0])
    lines: list[str] = []
    for step in range(2000):
        now[0] = step / 1000
        progress.update(step, 0, 0, None)
        if stream.getvalue():
            lines.append(stream.getvalue())
            stream.seek(0)
            stream.truncate()
    assert lines[:2] == [f"{ERASE}documents 1,000, 1,000/s, findings 0", f"{ERASE}documents 1,100, 1,000/s, findings 0"]
    assert len(lines) == 10


def test_what_it_says() -> None:
    now = [0.0]
    for lang, expected in {
        "en": "documents 1,234,567, 61,728/s, findings 8,900, 25 % read, 1:00 left",
        "zh": "单据 1,234,567 份，61,728/秒，发现 8,900 项，已读取 25%，剩余 1:00",
    }.items():
        now[0] = 0
        stream = Terminal()
        progress = Progress(stream, lambda: now[0], lang)
        now[0] = 20
        progress.update(1_234_567, 8900, 250, 1000)
        assert stream.getvalue() == ERASE + expected
        now[0] = 21
        progress.clear()
        progress.clear()
        assert stream.getvalue() == ERASE + expected + ERASE


@pytest.mark.parametrize(
    ("done", "total", "end"),
    [
        (0, 1000, ", 0 % read"),
        (1, 3600, ", 0 % read, 9:59:50 left"),
        (2000, 1000, ", 100 % read, 0:00 left"),
        (5, None, ", findings 1"),
        (0, 0, ", findings 1"),
    ],
)
def test_the_time_that_is_left(done: int, total: int | None, end: str) -> None:
    now = [0.0]
    stream = Terminal()
    progress = Progress(stream, lambda: now[0])
    now[0] = 10
    progress.update(1, 1, done, total)
    assert stream.getvalue().endswith(end)


def test_nothing_is_cleared_where_nothing_was_shown() -> None:
    stream = Terminal()
    progress = Progress(stream, lambda: 0.0)
    progress.update(1, 1, 1, 1)
    progress.clear()
    assert stream.getvalue() == ""


def test_it_fits_the_terminal() -> None:
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    now = [0.0]
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        for width in (10, 31, 300):
            fcntl.ioctl(stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
            for lang in ("en", "zh"):
                now[0] = 0
                progress = Progress(stream, lambda: now[0], lang)
                now[0] = 5
                progress.update(1_000_000, 1, 1, 2)
                line = re.sub(r"\r\x1b\[2K", "", os.read(ours, 1000).decode())
                assert width - 3 < columns(line) < width or (width == 300 and "5" in line)
    os.close(ours)


def test_a_terminal_that_is_gone_does_not_end_the_run() -> None:
    class Gone(Terminal):
        tries = 0

        def write(self, text: str) -> int:
            self.tries += 1
            raise OSError(5, "Input/output error")

    stream = Gone()
    now = [0.0]
    progress = Progress(stream, lambda: now[0])
    for second in range(2, 5):
        now[0] = second
        progress.update(second, 0, 0, None)
    progress.clear()
    assert stream.tries == 2
