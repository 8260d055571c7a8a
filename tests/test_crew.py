"""Worker processes that die, hang or lie: one document is lost, never the run, and nobody outlives the program."""

import json
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mapping_workbooks import WORKBOOKS
from msgspec import msgpack
from program import COMMAND, FAULTY, RULES, Ended, injected, order, program, side_by_side, started
from reports import validated

from orderproof.diagnostic import Diagnostic
from orderproof.finding import DocumentName
from orderproof.outcome import Outcome, Said, Told, Unjudged
from orderproof.parcel import Parcel, opened, wrapped
from orderproof.report.model import DocumentVerdict
from orderproof.source import SheetSource, Source, Span

RUN = ("check", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--engine", "compiled", "--jobs", "2")
FILES = ("a.ndjson", "b.ndjson", "c.json", "d.ndjson")

OVER = """\
import ctypes, os, signal, sys, time
import orderproof.crew as crew
import orderproof.intake as intake
import orderproof.judge as judge
parent = os.getpid()
judged = judge.Judge.judged
def at(placed):
    reading = placed.reading
    said = str(getattr(reading, "content", "") or getattr(reading, "values", ""))
    return [id_ for id_ in {ids} if f"id-{{id_}}-" in said]
def watched(readings):
    for placed in readings:
        for id_ in at(placed):
            if os.getpid() != parent:
                {death}
        yield placed
judge.Judge.judged = lambda self, readings, read=None, **more: judged(self, watched(readings), read, **more)
"""
"""A worker meets its end over some documents."""

DEATHS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "terminated": "os.kill(os.getpid(), signal.SIGTERM)",
    "segmentation-fault": "ctypes.string_at(0)",
    "memory": "raise MemoryError",
    "left": "os._exit(0)",
    "left-politely": "sys.exit(0)",
    "late": "time.sleep(60)",
    "hung": "os.kill(os.getpid(), signal.SIGSTOP)",
}
IMPATIENT = "crew.PATIENCE, crew._LOOK = 0.4, 0.1\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("crew")
    (path / "rules.yaml").write_text(RULES, encoding="utf-8")
    number = iter(range(1000))
    for name in FILES:
        count = 1 if name.endswith(".json") else 40
        lines = [
            order(f"id-{n}-", FAULTY) if n % 5 == 0 else order(f"id-{n}-") for n in (next(number) for _ in range(count))
        ]
        (path / name).write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(folder: Path) -> dict[str, Any]:
    """What is found where nothing goes wrong."""
    return report_of(program(*RUN, *FILES, "--format", "json", folder=folder))


def report_of(ended: Ended) -> dict[str, Any]:
    assert "Traceback" not in ended.err
    return validated(ended.out)


def hooked(folder: Path, name: str, code: str) -> dict[str, str]:
    """An environment in which the program does this before all else."""
    place = folder / f"hook-{name}"
    place.mkdir(exist_ok=True)
    return injected(place, "sitecustomize", code)


def assert_lost(ended: Ended, whole: Mapping[str, Any], *lost: str) -> None:
    """All documents have the verdicts that they have by themselves, but those that were lost."""
    assert ended.code == 3, ended.err
    report = report_of(ended)
    expected = [
        {**each, "id": None, "verdict": "unreadable", "sha256": None} if each["id"] in lost else each
        for each in whole["documents"]
    ]
    assert report["documents"] == expected
    places = [(each["path"], each["index"]) for each in whole["documents"] if each["id"] in lost]
    said = [(each["code"], each["path"]) for each in report["diagnostics"]]
    assert said == [("document.fatal", path) for path, _ in places]
    assert report["findings"] == [each for each in whole["findings"] if each["document"]["id"] not in lost]


def test_a_worker_that_ends_over_a_document_costs_that_document(folder: Path, whole: dict[str, Any]) -> None:
    def run(name: str) -> Ended:
        code = OVER.format(ids=["7"], death=DEATHS[name]) + IMPATIENT
        return program(*RUN, *FILES, "--format", "json", folder=folder, environment=hooked(folder, name, code))

    for ended in side_by_side(run, DEATHS).values():
        assert_lost(ended, whole, "id-7-")


@pytest.mark.parametrize("jobs", ["2", "5"])
def test_several_documents_over_which_workers_end(folder: Path, whole: dict[str, Any], jobs: str) -> None:
    ids = ["0", "7", "8", "39", "40", "80", "120"]
    code = OVER.format(ids=ids, death=DEATHS["left"])
    ended = program(
        *RUN, "--jobs", jobs, *FILES, "--format", "json", folder=folder, environment=hooked(folder, f"n{jobs}", code)
    )
    assert_lost(ended, whole, *(f"id-{id_}-" for id_ in ids))


READING = """\
import os
import orderproof.intake as intake
parent, real = os.getpid(), intake.raw_lines
def raw_lines(name, *more):
    for line in real(name, *more):
        if os.getpid() != parent and name == "b.ndjson" and line.index == 5:
            os._exit(1)
        yield line
intake.raw_lines = raw_lines
"""


def test_a_worker_that_ends_while_it_reads(folder: Path, whole: dict[str, Any]) -> None:
    """What stood before is judged; what its input still holds is lost with one word."""
    environment = hooked(folder, "reading", READING)
    ended = program(*RUN, *FILES, "--format", "json", folder=folder, environment=environment)
    assert ended.code == 3
    report = report_of(ended)
    verdicts = {(each["path"], each["index"]): each["verdict"] for each in report["documents"]}
    expected = {
        (each["path"], each["index"]): each["verdict"]
        for each in whole["documents"]
        if each["path"] != "b.ndjson" or each["index"] < 5
    }
    assert verdicts == {**expected, ("b.ndjson", 5): "unreadable"}
    assert [each["code"] for each in report["diagnostics"]] == ["document.fatal"]


LIES = """\
import os
import orderproof.crew as crew
real = crew.wrapped
{more}
def wrapped(parcel):
    if parcel.outcome is not None and "id-7-" in parcel.outcome.ids:
        return {lie}
    return real(parcel)
crew.wrapped = wrapped
"""
LIE = {
    "garbage": (r"b'\xff' * 1000", ""),
    "nothing": ("b''", ""),
    "a-list": (r"b'\x90'", ""),
    "half": ("real(parcel)[:-7]", ""),
    "escaped-garbage": (r"b'\xc1\xff'", ""),
    "too-long": ("bytes(2 << 20)", "crew.MAX_MESSAGE = 1 << 20"),
}


def test_a_worker_that_sends_what_it_should_not(folder: Path, whole: dict[str, Any]) -> None:
    def run(name: str) -> Ended:
        lie, more = LIE[name]
        code = LIES.format(lie=lie, more=more)
        return program(*RUN, *FILES, "--format", "json", folder=folder, environment=hooked(folder, name, code))

    for ended in side_by_side(run, LIE).values():
        assert_lost(ended, whole, "id-7-")


BUGS = {
    "over-a-document": OVER.format(ids=["47"], death="raise ValueError('not foreseen')"),
    "at-the-start": "import orderproof.labour as m\ndef broken(*_): raise ValueError('not foreseen')\n"
    "import os\nparent, init = os.getpid(), m.Labour.__init__\n"
    "m.Labour.__init__ = lambda *a: init(*a) if os.getpid() == parent else broken()\n",
    "never-starts": "import orderproof.labour as m, os\nparent, init = os.getpid(), m.Labour.__init__\n"
    "m.Labour.__init__ = lambda *a: init(*a) if os.getpid() == parent else os._exit(1)\n",
}


@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_a_bug_in_a_worker_ends_the_run(folder: Path, tmp_path: Path, format_: str) -> None:
    def run(name: str) -> Ended:
        output = ("--output", f"{format_}:{tmp_path / name}")
        environment = hooked(folder, f"bug-{name}-{format_}", BUGS[name])
        return program(*RUN, *FILES, *output, "--format", format_, folder=folder, environment=environment)

    for name, ended in side_by_side(run, BUGS).items():
        assert ended.code == 70, ended.err
        assert "Traceback" not in ended.err
        assert ("not foreseen" in ended.err) == (name != "never-starts")
        assert_not_whole(ended.out)
    assert list(tmp_path.iterdir()) == []


FEW = """\
import os
parent, real, count = os.getpid(), os.fork, 0
def fork():
    global count
    count += os.getpid() == parent
    if count > 2 and os.getpid() == parent:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    return real()
os.fork = fork
"""


def test_a_system_that_gives_few_processes(folder: Path, whole: dict[str, Any]) -> None:
    environment = hooked(folder, "few", FEW)
    ended = program(*RUN, "--jobs", "4", *FILES, "--format", "json", folder=folder, environment=environment)
    assert (ended.code, report_of(ended)) == (1, whole)


def assert_not_whole(out: str) -> None:
    assert "As of " not in out
    assert '"record":"end"' not in out
    assert not out.endswith("\n}\n")


# Nobody is left


def members(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] not in "ZX":
                found.append(int(entry.name))
    return found


def assert_nobody_left(session: int) -> None:
    end = time.monotonic() + 5
    while left := members(session):
        assert time.monotonic() < end, left
        time.sleep(0.02)


def begun(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, **more: Any) -> Any:
    """The program in a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stderr=subprocess.PIPE,
        start_new_session=True,
        **({"stdout": subprocess.PIPE} | more),
    )


def until(file: Path) -> Iterator[None]:
    end = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
        yield


linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@linux
@pytest.mark.parametrize("death", ["SIGKILL", "SIGTERM"])
def test_workers_end_with_the_program_whatever_they_are_at(folder: Path, tmp_path: Path, death: str) -> None:
    ready = tmp_path / "ready"
    code = OVER.format(ids=["47"], death=f"open({str(ready)!r}, 'x').close(); time.sleep(60)")
    environment = hooked(folder, f"busy-{death}", code)
    process = begun(folder, *RUN, "--engine", "auto", *FILES, environment=environment)
    for _ in until(ready):
        assert process.poll() is None
    assert len(members(process.pid)) >= 3
    os.kill(process.pid, getattr(signal, death))
    out, _ = process.communicate(timeout=10)
    assert_nobody_left(process.pid)
    if death == "SIGTERM":
        # It is asked to end, as by Ctrl-C: what was finished is told, and that it is not all.
        assert process.returncode == 130
        assert "incomplete" in out.decode().lower()
    else:
        assert_not_whole(out.decode())


BUSY = {
    "rules-engine": "import orderproof.engine.session as m\nplace, name = m.Sessions, 'judge'",
    "workbook-reader": "import orderproof.reading.xlsx.worker as m\nplace, name = m, 'messages'",
}


@linux
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("who", BUSY)
def test_processes_of_workers_end_with_the_program(folder: Path, tmp_path: Path, who: str, jobs: str) -> None:
    ready = tmp_path / "ready"
    code = f"import time\n{BUSY[who]}\nsetattr(place, name, lambda *_: (open({str(ready)!r}, 'a'), time.sleep(60)))\n"
    (tmp_path / "book.xlsx").write_bytes(WORKBOOKS["xlsx-findings"])
    inputs = (*FILES, str(tmp_path / "book.xlsx"))
    process = begun(folder, *RUN, "--engine", "auto", "--jobs", jobs, *inputs, environment=hooked(tmp_path, who, code))
    for _ in until(ready):
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=10)
    assert_nobody_left(process.pid)


@linux
@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_killed_at_random_moments(folder: Path, tmp_path: Path, format_: str) -> None:
    chance = random.Random(format_)
    many = "".join(order(f"{n}", FAULTY) for n in range(2000))
    (tmp_path / "many").mkdir()
    for n in range(5):
        (tmp_path / "many" / f"{n}.ndjson").write_text(many.replace('"id": "', f'"id": "{n}-'), encoding="utf-8")
    reports = tmp_path / "reports"
    reports.mkdir()
    unfinished = 0
    for _ in range(3):
        output = ("--output", f"{format_}:{reports / 'report'}")
        arguments = (*RUN, "--rules", str(folder / "rules.yaml"), "--engine", "auto", "many", *output)
        process = begun(tmp_path, *arguments, "--format", format_)
        time.sleep(chance.uniform(0.2, 1.2))
        process.kill()
        out, _ = process.communicate(timeout=10)
        assert_nobody_left(process.pid)
        if process.returncode == -signal.SIGKILL and list(reports.iterdir()) == []:
            assert_not_whole(out.decode())
            unfinished += 1
        else:
            assert [each.name for each in reports.iterdir()] == ["report"]
            (reports / "report").unlink()
    assert unfinished


@linux
@pytest.mark.parametrize("format_", ["text", "json", "ndjson"])
def test_interrupt_of_all_processes(folder: Path, tmp_path: Path, format_: str) -> None:
    """As a terminal does it, while a worker is at a document of the second file."""
    ready = tmp_path / "ready"
    code = OVER.format(ids=["47"], death=f"open({str(ready)!r}, 'x').close(); time.sleep(60)")
    environment = hooked(folder, f"interrupt-{format_}", code)
    output = ("--output", f"json:{tmp_path / 'report'}")
    process = begun(folder, *RUN, *FILES, *output, "--format", format_, environment=environment)
    for _ in until(ready):
        assert process.poll() is None
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert_nobody_left(process.pid)
    assert err.decode() == "interrupted: the report is incomplete\n"
    assert not (tmp_path / "report").exists()
    if format_ == "text":
        assert "Interrupted: this report is incomplete." in out.decode()
    else:
        end = json.loads(out if format_ == "json" else out.splitlines()[-1])
        assert (end["complete"], end["interrupted"]) == (False, True)
        assert 40 <= end["summary"]["documents"] < 47


TAKING = """\
import os, signal
import orderproof.ledger as m
tell, count = m.Ledger._tell, 0
def torn(self, told):
    global count
    count += 1
    if count == 3:
        os.kill(os.getpid(), signal.SIGINT)
    tell(self, told)
m.Ledger._tell = torn
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_waits_until_an_outcome_is_told(folder: Path, jobs: str) -> None:
    """Of what was taken in all is told: the counts are those of the records."""
    environment = hooked(folder, f"taking-{jobs}", TAKING)
    ended = program(*RUN, "--jobs", jobs, *FILES, "--format", "json", folder=folder, environment=environment)
    assert ended.code == 130
    report = validated(ended.out)
    assert report["interrupted"] is True
    assert len(report["documents"]) == report["summary"]["documents"] == 16
    assert len(report["findings"]) == report["summary"]["violation"] == 4


# Nobody takes the report


@linux
def test_a_full_disk(folder: Path, tmp_path: Path) -> None:
    for format_ in ("text", "json", "ndjson"):
        with Path("/dev/full").open("wb") as full:
            process = begun(folder, *RUN, *FILES, "--format", format_, stdout=full)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert err.decode().startswith("error: cannot write standard output: no space left on device")
        assert len(err.splitlines()) <= 2
        assert_nobody_left(process.pid)


@linux
def test_a_report_file_that_cannot_grow(folder: Path, tmp_path: Path) -> None:
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (2000, 2000))
    for format_ in ("text", "json", "ndjson"):
        path = tmp_path / "report"
        process = begun(folder, *RUN, *FILES, "--output", f"{format_}:{path}", preexec_fn=limit)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert "file too large" in err.decode()
        assert "Traceback" not in err.decode()
        assert_not_whole(out.decode())
        assert list(tmp_path.iterdir()) == []
        assert_nobody_left(process.pid)


@linux
def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    for n in range(4):
        lines = (order(f"{n}-{number}", FAULTY) for number in range(2000))
        (tmp_path / f"{n}.ndjson").write_text("".join(lines), encoding="utf-8")
    for format_ in ("text", "ndjson", "json"):
        process = begun(tmp_path, *RUN, "*.ndjson", "--format", format_)
        assert process.stdout is not None
        assert len(process.stdout.read(100)) == 100
        process.stdout.close()
        assert process.stderr is not None
        with process.stderr:
            err = process.stderr.read().decode()
        assert process.wait(timeout=20) == 2
        assert "its reader closed it before the end" in err
        assert "Traceback" not in err
        assert_nobody_left(process.pid)


def test_a_reader_that_waits_makes_no_worker_late(tmp_path: Path) -> None:
    """Workers that cannot go on because nobody takes what they say are not late."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    for n in range(8):
        lines = (order(f"{n}-{number}", FAULTY) for number in range(600))
        (tmp_path / f"{n}.ndjson").write_text("".join(lines), encoding="utf-8")
    code = "import orderproof.crew as crew\ncrew.PATIENCE, crew._LOOK, crew.HELD = 2.0, 0.1, 1000\n"
    process = started([*RUN, "*.ndjson", "--format", "ndjson"], tmp_path, hooked(tmp_path, "slow", code))
    assert process.stdout is not None
    first = process.stdout.read(100)
    time.sleep(4)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    end = json.loads((first + rest).splitlines()[-1])
    assert (end["summary"]["documents"], end["summary"]["unreadable"]) == (4800, 0)


# What workers send


def test_half_a_character_is_sent_as_any_other() -> None:
    source = Source("\udce9.json", 'a "\ud800" \\ud800 ü \n', 3)
    said = Diagnostic("a.b", "`\ud800\udc00`", Span(source, 0, 2), path="\udce9.json")
    told = Told(0, DocumentName("\udce9.json", 0, "\ud800"), None, DocumentVerdict.UNREADABLE)
    unjudged = {"\ud801": Unjudged(1, {"r": 2}, {"f": None})}
    outcome = Outcome(flags=bytearray(b"\x01\xc1"), events=[told, Said(said, ("\ud800", "x"))], unjudged=unjudged)
    outcome.ids.append("\ud800")
    for parcel in (Parcel(outcome, 3), Parcel(wrong=(said,), is_incomplete=True), Parcel(bug="\ud800"), Parcel()):
        back = opened(wrapped(parcel))
        assert wrapped(back) == wrapped(parcel)
        assert (back.done, back.is_incomplete, back.bug) == (parcel.done, parcel.is_incomplete, parcel.bug)
        if parcel.outcome is not None:
            assert isinstance(back.outcome, Outcome)
            assert (back.outcome.flags, back.outcome.ids) == (outcome.flags, outcome.ids)
            assert back.outcome.events[0] == told
            diagnosed = back.outcome.events[1]
            assert isinstance(diagnosed, Said)
            assert diagnosed.diagnostic.span is not None
            assert diagnosed.diagnostic.span.source.text == source.text


@pytest.mark.parametrize("text", ["a", "\ud800"], ids=["plain", "half"])
def test_a_source_is_sent_once(text: str) -> None:
    first, second = Source("a.json", text * 1000), SheetSource("b.xlsx", "S", 2, [1, 3], [text, "x"])
    spans = [Span(source, 0, end) for source in (first, first, second, first, second) for end in (1, 2)]
    said = tuple(Diagnostic("a.b", "c", span) for span in spans)
    message = wrapped(Parcel(wrong=said))
    assert len(message) < 2 * len(wrapped(Parcel(wrong=said[:1])))
    back = opened(message)
    assert back.wrong is not None
    got = [each.span for each in back.wrong if each.span is not None]
    assert [(span.source.name, span.source.text, span.start, span.end) for span in got] == [
        (span.source.name, span.source.text, span.start, span.end) for span in spans
    ]
    assert len({id(span.source) for span in got}) == 2
    assert [span.source.cell(0) for span in got[3:5]] == [None, "S!A2"]


def test_a_source_that_was_never_sent_is_no_parcel() -> None:
    message = wrapped(Parcel(wrong=(Diagnostic("a.b", "c", Span(Source("d", "e"), 0, 1)),)))
    source = msgpack.encode(["d", 1, "e"])
    assert source in message
    with pytest.raises(ValueError, match="no source"):
        opened(message.replace(source, msgpack.encode(0)))


@pytest.mark.skipif(os.name != "posix", reason="a file's name is any bytes on these systems")
def test_files_whose_names_are_no_texts(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    for n, name in enumerate((b"\xe9.json", b"a.ndjson", b"b\xff.ndjson")):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(order(str(n), FAULTY), encoding="utf-8")
    (tmp_path / os.fsdecode(b"z\xe9.json")).write_text("{", encoding="utf-8")
    one, two = (program(*RUN, "--jobs", jobs, ".", folder=tmp_path) for jobs in ("1", "2"))
    assert one == two
    assert one.code == 3
    assert one.out.count("violation: ") >= 3
