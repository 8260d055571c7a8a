"""Reports on their way out, to files and streams."""

import io
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from made_reports import ENGLISH, FULL, document, full_disk
from msgspec.structs import replace

from orderproof.diagnostic import OrderproofError
from orderproof.report.formats import FORMATS, STREAMS, TABLE
from orderproof.report.model import Ending, Options
from orderproof.report.publish import Reports
from orderproof.report.replay import ending_of, head_of, replay
from orderproof.report.write import PORTION, FileOutput, StandardOutput, write_standard, write_whole


def failure(error: pytest.ExceptionInfo[OrderproofError]) -> tuple[str, str, str | None]:
    (diagnostic,) = error.value.diagnostics
    return diagnostic.code, diagnostic.message, diagnostic.help


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def unprivileged() -> Iterator[None]:
    """The rights of an ordinary user, also for the superuser, whom no read-only folder stops."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / ("报告" * 40 + ".json")
    for mask in (0o022, 0o077):
        with umask(mask):
            write_whole(path, f"é\n三\n\ud800{mask}")
        assert path.read_bytes() == f"é\n三\n\\ud800{mask}".encode()
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    write_whole(link, "one")
    write_whole(link, "two")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "two"


def test_the_old_file_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    with full_disk(), pytest.raises(OrderproofError) as error:
        write_whole(path, "x" * 100_000)
    assert failure(error) == (
        "output.failed",
        f"cannot write `{path}`: file too large",
        "make room, or write elsewhere",
    )
    assert error.value.diagnostics[0].path == str(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_to() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(OrderproofError) as error:
            write_whole(folder / "report.json", "x")
        assert list(folder.iterdir()) == []
    assert failure(error) == (
        "output.failed",
        f"cannot write `{folder / 'report.json'}`: permission denied",
        "choose a folder that you may write to",
    )


def test_paths_that_cannot_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    expected = {
        tmp_path / "none" / "report.json": ("no such file or directory", "create the folder first"),
        file / "report.json": ("not a directory", "a part of the path is not a folder"),
        tmp_path: ("is a directory", "name a file in the folder"),
        loop: ("too many levels of symbolic links", None),
    }
    for path, (reason, advice) in expected.items():
        with pytest.raises(OrderproofError) as error:
            write_whole(path, "x")
        assert failure(error) == ("output.failed", f"cannot write `{path}`: {reason}", advice)
    assert file.read_text() == "old"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    write_whole(Path("/dev/null"), "x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(OrderproofError) as error:
        write_whole(Path("/dev/full"), "x")
    assert failure(error) == (
        "output.failed",
        "cannot write `/dev/full`: no space left on device",
        "make room, or write elsewhere",
    )
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, "x" * 200_000)
    reader.join()
    assert read == [b"x" * 200_000]


def test_standard_output_is_utf8_whatever_the_console() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    stream.write("before\n")
    write_standard(stream, "é 三\ud800\n")
    assert raw.getvalue() == "before\r\né 三\\ud800\n".encode()
    text = io.StringIO()
    write_standard(text, "三\n")
    assert text.getvalue() == "三\n"


def test_standard_output_that_is_full_or_closed() -> None:
    with Path("/dev/full").open("w") as full:
        with pytest.raises(OrderproofError) as error:
            write_standard(full, "x")
        full.flush()  # nothing is left that would fail again
    full_help = "make room, or write elsewhere"
    assert failure(error) == ("output.failed", "cannot write standard output: no space left on device", full_help)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as broken:
        with pytest.raises(OrderproofError) as error:
            write_standard(broken, "x")
        broken.flush()
    reason = "its reader closed it before the end"
    assert failure(error) == ("output.failed", f"cannot write standard output: {reason}", None)
    with pytest.raises(OrderproofError) as error:
        write_standard(None, "x")
    assert failure(error) == ("output.failed", "cannot write standard output: it is closed", None)


def test_a_pipe_that_does_not_block_gets_everything() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    read: list[bytes] = []

    def drain() -> None:
        with os.fdopen(reading, "rb") as end:
            read.append(end.read())

    reader = threading.Thread(target=drain)
    with os.fdopen(writing, "w") as stream:
        starter = threading.Timer(0.2, reader.start)
        starter.start()
        write_standard(stream, "三" * 300_000)
        starter.join()
    reader.join()
    assert read == ["三".encode() * 300_000]


# Outputs while a run goes on


class Console(io.RawIOBase):
    """A console whose bytes are kept in the portions in which they came."""

    def __init__(self) -> None:
        self.portions: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.portions.append(bytes(data))
        return len(data)


def test_standard_output_goes_out_in_portions() -> None:
    console = Console()
    now = [0.0]
    out = StandardOutput(io.TextIOWrapper(io.BufferedWriter(console)), clock=lambda: now[0])
    out.write(b"first\n")
    assert console.portions == [b"first\n"]
    out.write(b"soon after\n")
    out.write(b"and again\n")
    assert console.portions == [b"first\n"]
    now[0] = 0.2
    out.write(b"later\n")
    assert console.portions == [b"first\n", b"soon after\nand again\nlater\n"]
    out.write(b"x" * (PORTION - 1))
    assert len(console.portions) == 2
    out.write(b"yz")
    assert console.portions[2:] == [b"x" * (PORTION - 1) + b"y", b"z"]
    out.write(b"rest")
    out.flush()
    out.flush()
    assert console.portions[4:] == [b"rest"]


def test_what_an_interrupt_leaves_goes_out_once() -> None:
    class Interrupted(Console):
        left = 2

        def write(self, data: Any) -> int:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return super().write(data[:3])

    console = Interrupted()
    out = StandardOutput(io.TextIOWrapper(io.BufferedWriter(console)), clock=lambda: 0.0)
    with pytest.raises(KeyboardInterrupt):
        out.write(b"abcdefgh")
    out.flush()
    assert console.portions == [b"abc", b"def", b"gh"]


def test_a_reader_that_leaves_in_the_middle() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        out = StandardOutput(stream)
        out.write(b"first\n")
        assert os.read(reading, 100) == b"first\n"
        os.close(reading)
        with pytest.raises(OrderproofError) as error:
            out.write(b"x" * PORTION)
        out.flush()  # nothing is left that would fail again
    reason = "its reader closed it before the end"
    assert failure(error) == ("output.failed", f"cannot write standard output: {reason}", None)


def test_a_file_is_there_when_it_is_finished(tmp_path: Path) -> None:
    """Until then there is nothing of it that could be left when the program is killed."""
    path = tmp_path / "report.txt"
    path.write_text("old")
    file = FileOutput(path)
    file.write(b"a" * 200_000)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "old"
    file.finish()
    file.discard()
    assert path.read_bytes() == b"a" * 200_000
    assert list(tmp_path.iterdir()) == [path]


def test_where_every_file_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    path = tmp_path / "report.txt"
    path.write_text("old")
    file = FileOutput(path)
    file.write(b"a" * 200_000)
    (aside,) = (each for each in tmp_path.iterdir() if each != path)
    assert aside.name.startswith(".orderproof-")
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    assert aside.stat().st_size > 0  # it goes out as it comes
    assert path.read_text() == "old"
    file.finish()
    file.discard()
    assert path.read_bytes() == b"a" * 200_000
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    for size in (0, 10, 200_000):
        file = FileOutput(path)
        file.write(b"a" * size)
        file.discard()
        file.discard()
        assert list(tmp_path.iterdir()) == []


def write(path: Path, size: int, number: int) -> None:
    file = FileOutput(path)
    for _ in range(number):
        file.write(b"x" * size)
    file.finish()


def test_a_disk_that_fills_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    for size, number in ((200_000, 1), (100, 50)):
        with full_disk(), pytest.raises(OrderproofError) as error:
            write(path, size, number)
        assert failure(error)[1] == f"cannot write `{path}`: file too large"
        assert list(tmp_path.iterdir()) == []


# All reports of a run


def told(reports: Reports, ending: Ending) -> None:
    replay(FULL, Last(reports, ending))


class Last:
    """Tells reports of a run that ends in another way."""

    def __init__(self, reports: Reports, ending: Ending) -> None:
        self.wants_every_document = reports.wants_every_document
        self.wants_details = reports.wants_details
        self.head, self.document = reports.head, reports.document
        self.diagnostic, self.across = reports.diagnostic, reports.across
        self._end = reports.end
        self._ending = ending

    def end(self, ending: Ending) -> None:
        self._end(self._ending)


def files(folder: Path, reports: Reports) -> dict[str, Path]:
    paths = {name: folder / f"report.{name}" for name in STREAMS}
    for name, path in paths.items():
        reports.add_file(name, path)
    return paths


@pytest.mark.parametrize("format_", FORMATS)
def test_reports_of_all_formats_at_once(tmp_path: Path, format_: str) -> None:
    stream = io.StringIO()
    options = Options("zh", colour=True)
    with Reports(format_, options, stream) as reports:
        paths = files(tmp_path, reports)
        assert reports.wants_every_document
        told(reports, ending_of(FULL))
        assert sorted(tmp_path.iterdir()) == sorted(paths.values())
    assert stream.getvalue() == FORMATS[format_](FULL, options)
    for name, path in paths.items():
        if TABLE[name].text:
            assert path.read_bytes().decode() == FORMATS[name](FULL, Options("zh", diagnostics=True))
        else:
            assert path.stat().st_size > 0


def test_reports_want_what_one_of_them_wants(tmp_path: Path) -> None:
    for names, every, wanted in (("text", False, False), ("text json", False, True), ("text ndjson", True, True)):
        with Reports("text", Options(every_document=every), io.StringIO()) as reports:
            for name in names.split():
                reports.add_file(name, tmp_path / name)
            assert reports.wants_every_document is wanted
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_no_file_and_says_so(tmp_path: Path) -> None:
    said = {
        "text": "Interrupted: ",
        "json": '"interrupted": true',
        "ndjson": '"interrupted":true',
        "sarif": '"executionSuccessful": false',
    }
    for format_ in FORMATS:
        stream = io.StringIO()
        with Reports(format_, ENGLISH, stream) as reports:
            files(tmp_path, reports)
            told(reports, Ending(interrupted=True))
        assert list(tmp_path.iterdir()) == []
        assert said.get(format_, "nterrupted") in stream.getvalue()


def test_a_run_that_fails_leaves_no_file(tmp_path: Path) -> None:
    stream = io.StringIO()
    wrong = document(replace(FULL.documents[0].findings[0], message=1))
    with Reports("ndjson", ENGLISH, stream) as reports:
        files(tmp_path, reports)
        reports.head(head_of(FULL))
        with pytest.raises(TypeError):
            reports.document(wrong)
    assert list(tmp_path.iterdir()) == []
    assert '"record":"end"' not in stream.getvalue()


def test_standard_output_says_its_end_last(tmp_path: Path) -> None:
    """And nothing of a finding that a file does not have."""
    stream = io.StringIO()
    with Reports("text", ENGLISH, stream) as reports:
        reports.add_file("json", tmp_path / "report.json")
        reports.add_file("text", Path("/dev/full"))
        with pytest.raises(OrderproofError):
            told(reports, ending_of(FULL))
    assert stream.getvalue() == ""
    assert list(tmp_path.iterdir()) == []
    with Reports("text", ENGLISH, stream) as reports:
        reports.add_file("json", tmp_path / "report.json")
        reports.add_file("text", tmp_path / "report.txt")
        with full_disk(), pytest.raises(OrderproofError):
            told(reports, ending_of(FULL))
    assert stream.getvalue().endswith("at least 2 more\n\n")
    assert list(tmp_path.iterdir()) == []


def test_reports_that_cannot_begin(tmp_path: Path) -> None:
    with pytest.raises(OrderproofError) as error:
        Reports("text", ENGLISH, None)
    assert failure(error) == ("output.failed", "cannot write standard output: it is closed", None)
    with Reports("text", ENGLISH, io.StringIO()) as reports:
        reports.add_file("json", tmp_path / "report.json")
        with pytest.raises(OrderproofError):
            reports.add_file("json", tmp_path / "none" / "report.json")
    assert list(tmp_path.iterdir()) == []


AT_ONCE = ("text", "ndjson", "csv")
"""Formats that tell of findings as they come."""
AT_WORK = """\
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from made_reports import ENGLISH, FULL
from orderproof.report.publish import Reports
from orderproof.report.replay import ending_of, head_of
with Reports(sys.argv[2], ENGLISH, sys.stdout) as reports:
    for name in ("text", "json", "ndjson"):
        reports.add_file(name, Path(f"report.{name}"))
    reports.head(head_of(FULL))
    for number in range(int(sys.argv[3])):
        reports.document(FULL.documents[0])
    if sys.argv[4] == "wait":
        reports.flush()
        print("ready", file=sys.stderr, flush=True)
        sys.stdin.read()
    reports.end(ending_of(FULL))
"""


@pytest.mark.parametrize("format_", FORMATS)
def test_killed_while_reports_are_written(tmp_path: Path, format_: str) -> None:
    for name in STREAMS:
        (tmp_path / f"report.{name}").write_text("old")
    with (tmp_path / "out").open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, "-c", AT_WORK, str(Path(__file__).parent), format_, "3000", "wait"],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.PIPE,
        )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    process.kill()
    process.communicate(timeout=60)
    out = (tmp_path / "out").read_text("utf-8")
    assert (out != "") == (format_ in AT_ONCE)
    assert "As of " not in out
    assert '"record":"end"' not in out
    for name in STREAMS:
        assert (tmp_path / f"report.{name}").read_text() == "old"
        (tmp_path / f"report.{name}").unlink()
    # What is left of unfinished reports is hidden, and no format's name.
    assert all(each.name.startswith(".orderproof-") for each in tmp_path.iterdir() if each.name != "out")


def test_the_same_reports_from_the_same_calls(tmp_path: Path) -> None:
    ends = [
        subprocess.run(
            [sys.executable, "-c", AT_WORK, str(Path(__file__).parent), "ndjson", "30", "go on"],
            cwd=tmp_path,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    assert ends[0].stdout == ends[1].stdout == (tmp_path / "report.ndjson").read_bytes()
