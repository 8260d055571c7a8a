"""The process that reads attachments: whatever it or a file does, the next file is read, and no wrong word is told."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderproof.screening.process import Screener, ScreenWorker, own_worker
from orderproof.screening.text import Extract, Gap

# A reader that does not know the file `good`: each begins as the true one, and answers to nothing else as it does.
BEGIN = """
import json, os, socket, sys, time, struct
end = socket.socket(fileno=os.dup(0))
def take(size):
    found = b""
    while len(found) < size:
        part = end.recv(min(size - len(found), 1 << 20))
        if not part: sys.exit(0)
        found += part
    return found
def message(): return take(struct.unpack(">I", take(4))[0])
def say(text):
    text = token + text
    end.sendall(struct.pack(">I", len(text)) + text)
message()
while True:
    token, content = json.loads(message())['token'].encode(), message()
    if content == b"good": say(b'{"format":"text"}'); continue
"""
REPORT = "; report this, and have a person read the file"
DEEDS = {
    "ends": ("    sys.exit(3)", "internal", f"reading it ended the reader: it failed (code 3){REPORT}"),
    "is killed": ("    os.kill(os.getpid(), 9)", "damaged", "reading it ended the reader: it was killed by SIGKILL"),
    "aborts": ("    os.abort()", "damaged", "reading it ended the reader: it was killed by SIGABRT"),
    "hangs": ("    time.sleep(60)", "timeout", "it was not read within 1 seconds"),
    "goes on for ever": ("    while True: pass", "timeout", "it was not read within 1 seconds"),
    "speaks too slowly": (
        "    end.sendall(struct.pack('>I', 99))\n    while True: end.sendall(b' '); time.sleep(0.2)",
        "timeout",
        "it was not read within 1 seconds",
    ),
    "tells too much": (
        "    end.sendall(struct.pack('>I', 1 << 31))\n    time.sleep(60)",
        "damaged",
        "its reader told something that nobody understands",
    ),
    "talks nonsense": ("    say(b'nonsense')", "damaged", "its reader told something that nobody understands"),
    "talks of something else": (
        """    say(b'{"format":7}')""",
        "damaged",
        "its reader told something that nobody understands",
    ),
    "nests without end": (
        """    say(b'[' * 1000000)""",
        "damaged",
        "its reader told something that nobody understands",
    ),
}


@pytest.fixture(scope="module")
def screener() -> Iterator[Screener]:
    screener = Screener(b"")
    yield screener
    screener.close()


@pytest.mark.parametrize("deed", DEEDS)
def test_a_reader_that_fails_costs_one_file(deed: str) -> None:
    code, gap, reason = DEEDS[deed]
    screener = Screener(b"words", ScreenWorker((sys.executable, "-c", BEGIN + code), 1))
    try:
        assert screener.extracted("a", b"good") == Extract("text")
        started = time.monotonic()
        assert screener.extracted("b", b"bad") == Extract("", gaps=(Gap(gap, reason),))
        assert time.monotonic() - started < 3
        assert screener.extracted("c", b"good") == Extract("text")
    finally:
        screener.close()


def test_an_answer_too_many_never_speaks_for_another_file() -> None:
    code = """    say(b'{"format":"pdf"}'); say(b'{"format":"docx"}')"""
    screener = Screener(b"words", ScreenWorker((sys.executable, "-c", BEGIN + code), 5))
    try:
        screener.extracted("b", b"bad")
        time.sleep(0.2)
        told = screener.extracted("c", b"good")
        assert told.format == "text" or [gap.code for gap in told.gaps] == ["damaged"]
    finally:
        screener.close()


def test_a_reader_that_cannot_be_started_reads_nothing(tmp_path: Path) -> None:
    screener = Screener(b"", ScreenWorker((str(tmp_path / "none"),)))
    assert screener.extracted("a", b"text").gaps == (
        Gap("internal", f"the reader of attachments cannot be started: no such file or directory{REPORT}"),
    )


def test_a_file_that_takes_too_much_memory_is_a_gap(screener: Screener) -> None:
    # One character beyond the others makes four bytes of each.
    told = screener.extracted("a.txt", "\N{PEACH}".encode() + b"line " * (12 << 20))
    assert told.gaps == (Gap("limit", "reading it takes more memory than a file may take"),)
    assert screener.extracted("b.txt", b"text").lines[0].text == "text"


def test_a_file_with_too_much_text_is_read_as_far_as_it_goes(screener: Screener) -> None:
    told = screener.extracted("a.txt", b"line\n" * 500_000)
    assert [gap.code for gap in told.gaps] == ["limit"]


def test_many_files_are_read_by_one_process(screener: Screener) -> None:
    screener.extracted("a.txt", b"text")
    started = time.monotonic()
    for number in range(200):
        assert screener.extracted("a.txt", f"text {number}".encode()).lines[0].text == f"text {number}"
    assert time.monotonic() - started < 3


def test_the_worker_imports_nothing_from_the_folder_it_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    screener = Screener(b"", own_worker())
    try:
        assert screener.extracted("a.txt", b"text").lines[0].text == "text"
    finally:
        screener.close()
