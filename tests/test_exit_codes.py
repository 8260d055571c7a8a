"""What the program says to the shell: each outcome has its exit code, and nothing that failed looks like a report."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from program import (
    COMMAND,
    FAULTY,
    NOTHING,
    RULES,
    UNKNOWN,
    WARNED,
    Ended,
    injected,
    order,
    program,
    side_by_side,
    started,
)
from reports import records, validated

from orderproof.diagnostic import Severity
from orderproof.exit_code import FAIL_ON, ExitCode, code_of, gravest
from orderproof.report.model import CheckCounts, DocumentVerdict, Ending

GROUPED = """\
  - id: account.unique
    title: {en: An account is of one order}
    clause: "2"
    each: order
    by: order.collection_account.number
    when: order.collection_account.number is present
    require: count(distinct m.order.id for m in group) <= 1
    message: {en: "Several orders share it."}
"""
OLD = "an older report\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of every outcome; no test changes what another one reads."""
    path = tmp_path_factory.mktemp("orders")
    files = {
        "rules.yaml": RULES,
        "broken-rules.yaml": RULES.replace("order.amounts.total >= 0", "order.amounts.totl >= 0"),
        "grouped.yaml": RULES + GROUPED,
        "good.json": order("1"),
        "bad.json": order("2", FAULTY),
        "warned.json": order("3", WARNED),
        "unknown.json": order("4", UNKNOWN),
        "nothing.json": order("5", NOTHING),
        "twin.json": order("1"),
        "bad-twin.json": order("1", FAULTY),
        "broken.json": '{"id": "6"',
        "wrong.json": order("7", '"amounts": {"total": "five"}'),
        "empty.json": "",
        "notes.txt": order("12"),
        "account.json": order("8", '"collection_account": {"number": "A"}'),
        "account-too.json": order("9", '"collection_account": {"number": "A"}'),
        "several.ndjson": order("10") + order("11", FAULTY) + "{\n",
    }
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")
    (path / "nobody").mkdir()
    (path / "nowhere.json").symlink_to("not-there.json")
    os.mkfifo(path / "pipe.json")
    return path


RUN = ("--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--engine", "reference")

OUTCOMES = {
    # All was checked, and nothing is at or above the severity that counts.
    "good": (0, "good.json"),
    "warning": (0, "warned.json"),
    "never-violation": (0, "bad.json --fail-on never"),
    "never-undetermined": (0, "unknown.json --fail-on never"),
    "allowed-nothing-applies": (0, "nothing.json --allow-empty"),
    "allowed-empty-folder": (0, "nobody --allow-empty"),
    "allowed-no-match": (0, "n*.yaml --allow-empty"),
    "allowed-beside-good": (0, "good.json nobody --allow-empty"),
    "only-what-passes": (0, "bad.json --only price.positive"),
    "without-what-fails": (0, "bad.json --skip price.equal"),
    "parameter": (0, "bad.json --parameter allowed=0.01"),
    # Findings.
    "violation": (1, "bad.json"),
    "undetermined": (1, "unknown.json"),
    "warnings-count": (1, "warned.json --fail-on warning"),
    "one-of-two": (1, "good.json bad.json"),
    "allowed-but-violation": (1, "bad.json nobody --allow-empty"),
    "group": (1, "account.json account-too.json --rules grouped.yaml"),
    # Wrong use.
    "no-path": (2, ""),
    "unknown-option": (2, "good.json --fial-on never"),
    "option-without-value": (2, "good.json --format"),
    "fail-on": (2, "good.json --fail-on info"),
    "format": (2, "good.json --format pdf"),
    "color": (2, "good.json --color sometimes"),
    "as-of": (2, "good.json --as-of yesterday"),
    "timezone": (2, "good.json --timezone Asia/Beijing"),
    "no-rule-set": (2, "good.json --rules not-there.yaml"),
    "rule-set-is-a-document": (2, "good.json --rules good.json"),
    "bad-rule-set": (2, "good.json --rules broken-rules.yaml"),
    "skip-unknown": (2, "good.json --skip nothing.*"),
    "skip-all": (2, "good.json --skip *"),
    "parameter-unknown": (2, "good.json --parameter alowed=1"),
    "parameter-without-value": (2, "good.json --parameter allowed"),
    "parameter-twice": (2, "good.json --parameter allowed=1 --parameter allowed=2"),
    "output-no-folder": (2, "good.json --output not-there/report.txt"),
    "output-folder": (2, "good.json --output nobody"),
    "output-under-file": (2, "good.json --output good.json/report.txt"),
    "output-full": (2, "good.json --output text:/dev/full"),
    "output-second-fails": (2, "bad.json --output json:/dev/null --output text:/dev/full"),
    # Not all was checked, or nothing.
    "missing": (3, "not-there.json"),
    "missing-beside-good": (3, "good.json not-there.json"),
    "missing-never": (3, "good.json not-there.json --fail-on never"),
    "missing-allowed": (3, "not-there.json --allow-empty"),
    "link-to-nothing": (3, "nowhere.json"),
    "pipe": (3, "pipe.json"),
    "broken": (3, "broken.json"),
    "broken-never": (3, "broken.json good.json --fail-on never"),
    "wrong-type": (3, "wrong.json"),
    "empty-file": (3, "empty.json"),
    "empty-file-allowed": (3, "empty.json --allow-empty"),
    "empty-folder": (3, "nobody"),
    "empty-folder-beside-good": (3, "good.json nobody"),
    "no-match": (3, "n*.yaml"),
    "nothing-applies": (3, "nothing.json"),
    "nothing-applies-never": (3, "nothing.json --fail-on never"),
    "duplicate-id": (3, "good.json twin.json"),
    "duplicate-id-never": (3, "good.json twin.json --fail-on never"),
    "duplicate-id-allowed": (3, "good.json twin.json --allow-empty"),
    "not-a-format": (3, "notes.txt"),
    # Several at once: the gravest wins.
    "violation-and-broken": (3, "bad.json broken.json"),
    "violation-and-missing": (3, "not-there.json bad.json"),
    "violation-and-duplicate": (3, "good.json bad-twin.json"),
    "some-lines-broken": (3, "several.ndjson"),
    "violation-and-output": (2, "bad.json --output not-there/report.txt"),
    "broken-and-output": (2, "broken.json --output text:/dev/full"),
    "broken-and-bad-rule-set": (2, "broken.json bad.json --rules broken-rules.yaml"),
    "missing-and-unknown-check": (2, "not-there.json --only none"),
}


def test_the_gravest_code_wins() -> None:
    order_of_weight = (70, 130, 2, 3, 1, 0)
    assert sorted(ExitCode) == sorted(order_of_weight)
    for number, code in enumerate(order_of_weight):
        for lesser in order_of_weight[number:]:
            assert gravest([ExitCode(lesser), ExitCode(code), ExitCode(lesser)]) == code


PASSED = Ending(complete=True, documents={DocumentVerdict.PASS: 2}, checks=CheckCounts(3, 0, 0, 1, 0))
FOUND = replace(PASSED, documents={DocumentVerdict.VIOLATION: 1}, findings={(Severity.ERROR, "violation"): 1})
WARNING = replace(PASSED, findings={(Severity.WARNING, "undetermined"): 1})
NOTHING_JUDGED = replace(PASSED, checks=CheckCounts(0, 0, 0, 4, 9))
PARTLY_JUDGED = replace(PASSED, checks=CheckCounts(3, 0, 0, 1, 2))
NO_DOCUMENT = Ending(complete=True)


@pytest.mark.parametrize(
    ("ending", "codes"),
    [
        (PASSED, (0, 0, 0, 0)),
        (FOUND, (1, 1, 0, 1)),
        (replace(FOUND, findings={(Severity.ERROR, "undetermined"): 1}), (1, 1, 0, 1)),
        (replace(FOUND, findings={(Severity.ERROR, "violation"): 0}), (0, 0, 0, 0)),
        (WARNING, (0, 1, 0, 0)),
        (replace(PASSED, mistyped=("shipement",), mistyped_count=1), (0, 1, 0, 0)),
        (replace(FOUND, complete=False), (3, 3, 3, 3)),
        (NOTHING_JUDGED, (3, 3, 3, 0)),
        (PARTLY_JUDGED, (3, 3, 3, 3)),
        (replace(PARTLY_JUDGED, findings={(Severity.ERROR, "violation"): 1}), (3, 3, 3, 3)),
        (NO_DOCUMENT, (3, 3, 3, 0)),
        (replace(NO_DOCUMENT, complete=False), (3, 3, 3, 0)),
        (replace(FOUND, complete=False, interrupted=True), (130, 130, 130, 130)),
        (Ending(interrupted=True), (130, 130, 130, 130)),
    ],
)
def test_the_code_of_a_run_by_its_end(ending: Ending, codes: tuple[int, ...]) -> None:
    """With each --fail-on, then with --allow-empty."""
    found = [code_of(ending, fail_on) for fail_on in FAIL_ON]
    assert (*found, code_of(ending, "error", allow_empty=True, allow_not_judged=ending is NOTHING_JUDGED)) == codes


def test_what_a_source_does_not_carry_is_not_evaluated_unless_that_is_allowed(folder: Path) -> None:
    """An order of the platform's API passes what can be judged, and no more is said than that."""
    place = Path(__file__).parent.parent / "fixtures/mappings/api-bare-object/order.json"
    for options, code in (((), 3), (("--allow-not-judged",), 0)):
        ended = program("check", str(place), "--as-of", "2026-04-10T00:00:00Z", *options, folder=folder)
        assert ended.code == code, ended.err
        assert "pass 0, violation 0, undetermined 1" in ended.out


@pytest.fixture(scope="module")
def endings(folder: Path) -> dict[str, Ended]:
    return side_by_side(lambda name: program("check", *RUN, *OUTCOMES[name][1].split(), folder=folder), OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_outcome(endings: dict[str, Ended], name: str) -> None:
    code, _ = OUTCOMES[name]
    ended = endings[name]
    assert ended.code == code, ended.err
    assert "Traceback" not in ended.err
    if code == 2:
        assert ended.out == ""
    else:
        assert ended.out.split("\n")[-2].startswith("As of 2026-04-01T00:00:00Z; rules: small 1")
    if code in (2, 3) and "nothing-applies" not in name:
        assert ended.err
    incomplete = (
        "Not complete" in ended.out or "nothing was checked" in ended.out.lower() or "Not evaluated" in ended.out
    )
    assert (code != 3) or incomplete


def test_incomplete_says_the_json_report(folder: Path) -> None:
    for arguments in ("good.json broken.json", "good.json twin.json", "nobody", "good.json nobody"):
        ended = program("check", *RUN, *arguments.split(), "--format", "json", folder=folder)
        assert ended.code == 3
        report = validated(ended.out)
        assert (report["complete"], report["cross_run_complete"]) == (False, False)
        assert report["diagnostics"]
        # A folder without a document is no document.
        assert report["summary"]["documents"] == len(set(arguments.split()) - {"nobody"})


@pytest.mark.parametrize("arguments", ["nobody", "n*.yaml", "good.json nobody", "nobody n*.yaml"])
def test_nothing_is_incomplete_where_it_may_be_empty(folder: Path, arguments: str) -> None:
    asked = program("check", *RUN, *arguments.split(), folder=folder)
    assert asked.code == 3
    assert "Incomplete: " in asked.out
    assert "(an input holds no document); where" in asked.out
    assert "unreadable 0)" in asked.out
    allowed = program("check", *RUN, *arguments.split(), "--allow-empty", folder=folder)
    assert allowed.code == 0
    assert "Incomplete" not in allowed.out + allowed.err
    assert "Not evaluated" not in allowed.out
    report = validated(
        program("check", *RUN, *arguments.split(), "--allow-empty", "--format", "json", folder=folder).out
    )
    assert (report["complete"], report["cross_run_complete"]) == (True, True)


def test_a_text_report_in_a_file_says_what_standard_error_says(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    ended = program("check", *RUN, "bad.json", "broken.json", "--output", str(file), folder=folder)
    assert ended.code == 3
    assert "[document." in ended.err
    assert ended.err + "\nDocuments: 2 (" in file.read_text(encoding="utf-8")
    assert ended.err not in ended.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("--version", 0), ("--help", 0), ("check --help", 0), ("", 2), ("chek good.json", 2), ("--verion", 2)],
)
def test_without_a_run(folder: Path, arguments: str, code: int) -> None:
    ended = program(*arguments.split(), folder=folder)
    assert ended.code == code
    assert (ended.out != "", ended.err != "") == (code == 0, code == 2)


def test_the_script_is_the_program(folder: Path) -> None:
    script = str(Path(sys.executable).parent / "orderproof")
    for name, code in (("good.json", 0), ("bad.json", 1), ("empty.json", 3)):
        assert program("check", *RUN, name, folder=folder, command=(script,)).code == code


# Streams that fail


def full(*arguments: str, folder: Path) -> Ended:
    with Path("/dev/full").open("wb") as device:
        return program(*arguments, folder=folder, stdout=device.fileno())


def unread(*arguments: str, folder: Path) -> Ended:
    """The reader of the pipe is gone before the program starts."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return program(*arguments, folder=folder, stdout=writer)
    finally:
        os.close(writer)


def closed(*arguments: str, folder: Path, descriptors: str = ">&-") -> Ended:
    """The program is started without these descriptors."""
    return program(*arguments, folder=folder, command=("sh", "-c", f'exec "$@" {descriptors}', "sh", *COMMAND))


@pytest.mark.parametrize("stream", [full, unread])
@pytest.mark.parametrize("arguments", [("check", *RUN, "good.json"), ("--help",), ("--version",), ("check", "--help")])
def test_standard_output_fails(folder: Path, stream: Callable[..., Ended], arguments: tuple[str, ...]) -> None:
    ended = stream(*arguments, folder=folder)
    reason = "no space left on device" if stream is full else "(its reader closed it before the end|broken pipe)"
    assert ended.code == 2, ended.err
    assert "cannot write standard output: " in ended.err
    assert any(word in ended.err for word in reason.strip("()").split("|"))
    assert "Traceback" not in ended.err
    assert "Exception ignored" not in ended.err


def test_a_large_report_for_a_reader_that_leaves(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "many.ndjson").write_text("".join(order(str(n), FAULTY) for n in range(500)), encoding="utf-8")
    process = started(
        ["check", *RUN, "--rules", str(folder / "rules.yaml"), "--format", "json", "many.ndjson"], tmp_path
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(1) == b"{"
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == b"error: cannot write standard output: its reader closed it before the end [output.failed]\n"


def test_no_standard_output(folder: Path, tmp_path: Path) -> None:
    ended = closed("check", *RUN, "good.json", folder=folder)
    assert (ended.code, ended.err) == (2, "error: cannot write standard output: it is closed [output.failed]\n")
    assert closed("check", *RUN, "bad.json", folder=folder, descriptors=">&- 2>&-").code == 2
    assert closed("check", *RUN, "broken.json", folder=folder, descriptors="<&- >&- 2>&-").code == 2
    report = tmp_path / "report.txt"
    written = closed("check", *RUN, "bad.json", "--output", str(report), folder=folder)
    assert (written.code, written.err) == (2, "error: cannot write standard output: it is closed [output.failed]\n")


def test_no_standard_error(folder: Path) -> None:
    for descriptors in ("2>&-", "2>/dev/full"):
        for arguments, code in ((("good.json",), 0), (("bad.json",), 1), (("broken.json",), 3), (("--nonsense",), 2)):
            ended = closed("check", *RUN, *arguments, folder=folder, descriptors=descriptors)
            assert (ended.code, ended.err) == (code, "")


def test_no_standard_input(folder: Path) -> None:
    ended = closed("check", *RUN, "-", folder=folder, descriptors="<&-")
    assert ended.code == 3
    assert "[input.unreadable]" in ended.err


# Bugs of ours

STAGES = {
    "inputs": "import orderproof.reading.inputs as m; m.find_inputs = fail",
    "reader": "import orderproof.reading.reader as m; m.read_whole = fail",
    "reader-late": "import orderproof.reading.whole as m; m.parse_json = m.json_documents = fail",
    "rule-set": "import orderproof.ruleset.open as m; m.load_rule_set = fail",
    "compile": "import orderproof.ruleset.open as m; m.compile_rule_set = fail",
    "facts": "import orderproof.facts.read as m; m.FactReader.read = fail",
    "engine": "import orderproof.engine.reference as m; m.ReferenceEngine.judge = fail",
    "panel": "import orderproof.engine.panel as m; m.Panel.begin = fail",
    "explain": "import orderproof.explain as m; m.Explainer.explain = fail",
    "groups": "import orderproof.groups as m; m.Groups.judged = fail",
    "finding": "import orderproof.findings as m; m.FindingMaker.of_document = fail",
    "exit-code": "import orderproof.exit_code as m; m.code_of = fail",
    "renderer": "import orderproof.report.formats as m; m.FORMATS = m.STREAMS = {'text': fail, 'json': fail}",
    "writer": "import orderproof.report.write as m; m.encoded = fail",
    "import-of-check": "import sys; sys.modules['orderproof.check'] = None",
    "import-of-exit-code": "import sys; sys.modules['orderproof.exit_code'] = None",
    "import-of-write": "import sys; sys.modules['orderproof.report.write'] = None",
    "import-of-yaml": "import sys; sys.modules['yaml'] = None",
}


def with_bug(folder: Path, stage: str, error: str = "RuntimeError('a bug')") -> dict[str, str]:
    return injected(folder, "sitecustomize", f"def fail(*_, **__):\n    raise {error}\n{STAGES[stage]}\n")


@pytest.fixture(scope="module")
def bugs(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """How runs end in which a stage fails; each would write a report over an older one, and print another."""

    def run(stage: str) -> Ended:
        place = tmp_path_factory.getbasetemp() / f"bug-{stage}"
        place.mkdir()
        report = place / "report.json"
        report.write_text(OLD, encoding="utf-8")
        inputs = ("good.json", "bad.json", "broken.json", "--rules", "grouped.yaml", "--output", f"json:{report}")
        ended = program("check", *RUN, *inputs, folder=folder, environment=with_bug(place, stage))
        assert report.read_text(encoding="utf-8") == OLD
        return ended

    return side_by_side(run, STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_bug(bugs: dict[str, Ended], stage: str) -> None:
    ended = bugs[stage]
    assert ended.code == 70
    # Findings before it may be out, but nothing that looks like a report.
    assert "As of " not in ended.out
    assert "internal error: " in ended.err
    assert "Traceback" not in ended.err


KINDS = (
    "MemoryError()",
    "RecursionError('deep')",
    "EOFError()",
    "BrokenPipeError(32, 'Broken pipe')",
    "OSError(28, 'No space left on device')",
    "SystemExit(0)",
    "SystemExit(1)",
    "GeneratorExit()",
    "AssertionError('\\n::error::x')",
)


def test_all_that_is_shipped_in_one_run_is_no_bug_of_ours() -> None:
    ended = program("check", "fixtures", "--format", "json", folder=Path(__file__).parent.parent)
    assert (ended.code, "internal error" in ended.err) == (3, False)
    assert validated(ended.out)["complete"] is False


def test_a_bug_of_any_kind(folder: Path, tmp_path: Path) -> None:
    def run(kind: str) -> Ended:
        place = tmp_path / str(KINDS.index(kind))
        place.mkdir()
        return program("check", *RUN, "good.json", folder=folder, environment=with_bug(place, "facts", kind))

    for ended in side_by_side(run, KINDS).values():
        assert (ended.code, ended.out) == (70, "")
        assert ended.err.startswith("internal error: ")
        assert not any(line.lstrip().startswith("::") for line in ended.err.split("\n"))


# Interrupts and sudden ends

AT_WORK = """\
import os, signal, time
import orderproof.facts.read as m
read, count = m.FactReader.read, 0
def at_work(self, values):
    global count
    count += 1
    if count == 5:
        {at_work}
    return read(self, values)
m.FactReader.read = at_work
"""


@pytest.fixture
def many(folder: Path, tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "many.ndjson").write_text("".join(order(str(n), FAULTY) for n in range(200)), encoding="utf-8")
    (tmp_path / "report.json").write_text(OLD, encoding="utf-8")
    return tmp_path


def leftovers(folder: Path) -> list[str]:
    """What a run left beside the files that were there."""
    known = {"rules.yaml", "many.ndjson", "report.json", "python-sitecustomize", "ready"}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


LONG = ("check", "many.ndjson", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--format", "json")


def assert_interrupted(out: str, format_: str) -> None:
    """What was finished is told, and that it is not all."""
    if format_ == "json":
        report = validated(out)
        assert (report["complete"], report["interrupted"]) == (False, True)
        assert len(report["findings"]) < 200
    elif format_ == "ndjson":
        *found, end = records(out)
        assert (end["record"], end["complete"], end["interrupted"]) == ("end", False, True)
        assert len(found) < 200
    else:
        assert out.split("\n")[-3].startswith("Interrupted: this report is incomplete.")


@pytest.mark.parametrize("engine", ["both", "reference"])
@pytest.mark.parametrize("output", [(), ("--output", "report.json"), ("--output", "json:new.json")])
def test_interrupt(many: Path, engine: str, output: tuple[str, ...]) -> None:
    environment = injected(many, "sitecustomize", AT_WORK.format(at_work="os.kill(os.getpid(), signal.SIGINT)"))
    for format_ in ("json", "text", "ndjson"):
        arguments = (*LONG, *output, "--engine", engine, "--format", format_)
        ended = program(*arguments, folder=many, environment=environment)
        assert ended.code == 130
        assert_interrupted(ended.out, format_)
        assert (many / "report.json").read_text(encoding="utf-8") == OLD
        assert leftovers(many) == []


def test_interrupt_of_the_whole_group(many: Path) -> None:
    """As a terminal does it: the worker process gets the signal, too."""
    wait = "open('ready', 'x').close(); time.sleep(60)"
    environment = injected(many, "sitecustomize", AT_WORK.format(at_work=wait))
    process = subprocess.Popen(
        [*COMMAND, *LONG],
        cwd=many,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    for _ in until(many / "ready"):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert_interrupted(out.decode("utf-8"), "json")


def until(file: Path) -> Iterator[None]:
    """Turns of waiting for a file."""
    end = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
        yield


STEPS = {
    "named": "import os as m; name = 'link'; before = False",
    "synced": "import os as m; name = 'fsync'; before = False",
    "not-synced": "import os as m; name = 'fsync'; before = True",
    "not-replaced": "import pathlib; m = pathlib.Path; name = 'replace'; before = True",
    "replaced": "import pathlib; m = pathlib.Path; name = 'replace'; before = False",
}
DEATH = """\
import os, signal
{step}
real = getattr(m, name)
def dying(*arguments, **named):
    given = None if before else real(*arguments, **named)
    os.kill(os.getpid(), signal.{signal})
    return real(*arguments, **named) if before else given
setattr(m, name, dying)
"""


@pytest.mark.parametrize("number", ["SIGKILL", "SIGINT"])
@pytest.mark.parametrize("step", STEPS)
def test_the_end_comes_while_a_report_is_written(many: Path, step: str, number: str) -> None:
    environment = injected(many, "sitecustomize", DEATH.format(step=STEPS[step], signal=number))
    ended = program(*LONG, "--output", "report.json", folder=many, environment=environment)
    assert ended.code == (130 if number == "SIGINT" else -getattr(signal, number))
    assert ended.out == ""
    text = (many / "report.json").read_text(encoding="utf-8")
    assert (text == OLD) == (step != "replaced")
    if step == "replaced":
        assert len(validated(text)["findings"]) == 200
    # What is left of an unfinished report is hidden, and no format's name.
    assert all(name.startswith(".orderproof-") and "." not in name[1:] for name in leftovers(many))
    assert step in ("named", "not-replaced") or leftovers(many) == []
    assert number != "SIGINT" or step == "named" or leftovers(many) == []


def test_killed_at_random_points(many: Path) -> None:
    chance = random.Random(7)
    outcomes: set[bool] = set()
    for _ in range(6):
        (many / "report.json").write_text(OLD, encoding="utf-8")
        process = started([*LONG, "--output", "report.json", "--engine", "reference"], many)
        time.sleep(chance.uniform(0.05, 0.45))
        process.kill()
        out, _ = process.communicate(timeout=60)
        text = (many / "report.json").read_text(encoding="utf-8")
        if text != OLD:
            assert len(validated(text)["findings"]) == 200
        # What reached standard output looks whole only where it is, and the file was written before it.
        if out.endswith(b"\n}\n"):
            assert out.decode() == text
        outcomes.add(text == OLD)
    assert True in outcomes


@pytest.mark.parametrize("format_", ["text", "ndjson"])
def test_findings_are_out_while_the_run_goes_on(many: Path, format_: str) -> None:
    """And what is out does not look whole where the run is killed."""
    (many / "many.ndjson").write_text("".join(order(str(n), FAULTY) for n in range(2000)), encoding="utf-8")
    wait = "open('ready', 'x').close(); time.sleep(60)"
    code = AT_WORK.replace("count == 5", "count == 1990").format(at_work=wait)
    with (many / "out").open("wb") as out:
        process = started(
            [*LONG, "--format", format_, "--output", "report.json", "--engine", "reference"],
            many,
            injected(many, "sitecustomize", code),
            stdout=out.fileno(),
        )
    for _ in until(many / "ready"):
        assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    found = (many / "out").read_text(encoding="utf-8")
    assert "The total is 5.00, collected is 5.01." in found
    assert "As of " not in found
    assert '"record":"end"' not in found
    assert (many / "report.json").read_text(encoding="utf-8") == OLD


# The same run gives the same bytes

ORDERS = Path(__file__).parent.parent / "fixtures" / "orders"
POLICY = ("check", "faulty", "healthy", "--as-of", "2026-04-01T00:00:00Z", "--lang", "zh")


def test_the_surroundings_change_nothing(tmp_path: Path) -> None:
    plain = [program(*POLICY, "--format", format_, folder=ORDERS) for format_ in ("text", "json")]
    assert [ended.code for ended in plain] == [1, 1]
    validated(plain[1].out)
    assert "违反" in plain[0].out or not plain[0].out.isascii()
    for environment in (
        {"PYTHONHASHSEED": "0", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONHASHSEED": "random", "PYTHONIOENCODING": "cp1252", "TZ": "America/Los_Angeles"},
        {"PYTHONIOENCODING": "ascii", "COLUMNS": "20", "NO_COLOR": "1"},
    ):
        for format_, before in zip(("text", "json"), plain, strict=True):
            assert program(*POLICY, "--format", format_, folder=ORDERS, environment=environment) == before


def test_the_order_of_options_changes_nothing(folder: Path) -> None:
    first = program("check", "bad.json", "unknown.json", *RUN, "--skip", "payment.*", "--lang", "zh", folder=folder)
    again = program("check", "--lang", "zh", "--skip", "payment.*", *RUN, "bad.json", "unknown.json", folder=folder)
    mixed = program("check", "--lang", "zh", "bad.json", *RUN, "--skip", "payment.*", "unknown.json", folder=folder)
    assert first == again == mixed
    assert first.code == 1


def test_the_working_directory_changes_nothing(folder: Path, tmp_path: Path) -> None:
    documents = [str(folder / name) for name in ("bad.json", "broken.json")]
    arguments = ("check", *documents, *RUN, "--rules", str(folder / "rules.yaml"), "--format", "json")
    first = program(*arguments, folder=folder)
    assert program(*arguments, folder=tmp_path) == first
    assert program(*arguments, folder=Path("/")) == first
    assert first.code == 3


def test_messages_survive_a_console_of_few_letters(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "订单.json").write_text("{", encoding="utf-8")
    for encoding in ("cp1252", "ascii"):
        ended = program(
            "check",
            *RUN,
            "--rules",
            str(folder / "rules.yaml"),
            "订单.json",
            "--lang",
            "zh",
            folder=tmp_path,
            environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"},
        )
        assert ended.code == 3
        assert ended.err.startswith("订单.json:1:")
