"""The table of formats, and how the command line chooses from it."""

import json
from pathlib import Path

import pytest
from excused import Place, counts, waivers
from hostile_report import write_hostile_documents
from junitparser import Failure, JUnitXml, Skipped
from made_reports import assert_harmless
from program import FAULTY, RULES, order, program
from runner import commands
from sarif_form import validated

from orderproof.diagnostic import display
from orderproof.report.formats import STREAMS, TABLE, TEXT_FORMATS, format_of
from orderproof.report.model import Options
from orderproof.report.stream import Stream
from orderproof.report.write import TextOutput

RUN = ("a.json", "--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "a.json").write_text(order("1", FAULTY), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("format_", TABLE)
def test_every_format_has_a_stream(format_: str) -> None:
    stream: Stream = STREAMS[format_](TextOutput(), Options())
    assert {type(stream.wants_every_document), type(stream.wants_details)} == {bool}
    assert all(callable(getattr(stream, name)) for name in ("head", "document", "diagnostic", "across", "end"))


@pytest.mark.parametrize(
    ("file", "format_"),
    [
        ("report.json", "json"),
        ("report.sarif", "sarif"),
        ("report.sarif.json", "sarif"),
        ("REPORT.SARIF.JSON", "sarif"),
        ("report.xml", "junit"),
        ("report.md", "markdown"),
        ("report.txt", "text"),
        ("report.jsonl", "ndjson"),
        ("report", None),
        ("sarif", None),
        ("report.md.bak", None),
    ],
)
def test_the_ending_of_a_file_names_a_format(file: str, format_: str | None) -> None:
    assert format_of(file) == format_


def test_no_ending_names_two_formats() -> None:
    endings = [ending for each in TABLE.values() for ending in each.endings]
    assert len(set(endings)) == len(endings)


def test_all_formats_at_once_are_what_each_is_alone(folder: Path) -> None:
    outputs = [part for name in TABLE for part in ("--output", f"{name}:all.{name}")]
    ended = program("check", *RUN, *outputs, folder=folder)
    assert (ended.code, ended.err) == (1, "")
    for name in TEXT_FORMATS:
        alone = program("check", *RUN, "--format", name, folder=folder)
        assert alone.code == 1
        assert (folder / f"all.{name}").read_bytes().decode() == alone.out


@pytest.mark.parametrize("format_", sorted(set(TABLE) - set(TEXT_FORMATS)))
def test_a_format_that_is_no_text_goes_to_a_file_only(folder: Path, format_: str) -> None:
    ended = program("check", *RUN, "--format", format_, folder=folder)
    assert (ended.code, ended.out) == (2, "")


def test_an_ending_is_enough(folder: Path) -> None:
    ended = program("check", *RUN, "--output", "a.sarif", "--output", "a.md", "--output", "a.xml", folder=folder)
    assert ended.code == 1
    starts = {path.suffix: path.read_text(encoding="utf-8")[:20] for path in folder.glob("a.[smx]*")}
    assert starts[".sarif"].startswith('{\n"$schema"')
    assert starts[".md"].startswith("## Order checks")
    assert starts[".xml"].startswith("<?xml version")


def test_what_is_waived_or_known_is_so_in_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three documents with a violation one is waived, one is known, and one is neither."""
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, capsys)
    place.write("w.yaml", waivers("rule: price.equal, document: A, expires: 2026-12-31"))
    place.write("known.json", json.dumps(place.check("many.ndjson", "--only", "price.equal")[1]))
    place.write("many.ndjson", order("M0", FAULTY) + order("M2", FAULTY))
    names = ("sarif", "junit", "gitlab", "github", "markdown")
    outputs = [part for name in names for part in ("--output", f"{name}:out.{name}")]
    excuses = ("--waivers", "w.yaml", "--baseline", "known.json", "--only", "price.equal")
    code, report, _ = place.check("a.json", "many.ndjson", *excuses, *outputs)
    assert (code, counts(report)[:2]) == (1, (1, 1))
    (run,) = json.loads(place.read("out.sarif"))["runs"]
    assert [(each["baselineState"], len(each["suppressions"])) for each in run["results"]] == [
        ("new", 0),
        ("new", 1),
        ("unchanged", 0),
    ]
    assert [each["severity"] for each in json.loads(place.read("out.gitlab"))] == ["critical", "info", "info"]
    suites = {
        suite.name: [type(case.result[0]) for case in suite] for suite in list(JUnitXml.fromfile("out.junit"))[1:]
    }
    assert suites == {"a.json": [Skipped], "many.ndjson": [Skipped], "many.ndjson #1": [Failure]}
    assert [each.name for each in commands(place.read("out.github"))] == ["error"]
    assert "Not annotated: errors 0, warnings 0, waived or known 2;" in place.read("out.github")
    assert "| 1 | 0 | 2 |" in place.read("out.markdown")
    assert "waived by `Li Wei` until 2026-12-31: `agreed`" in place.read("out.markdown")


def test_documents_that_attack_leave_reports_whole(folder: Path) -> None:
    """Names of files that are commands, markup, formulas; values of every kind of attack."""
    names = write_hostile_documents(folder)
    outputs = [part for name in ("sarif", "junit", "gitlab", "markdown") for part in ("--output", f"{name}:out.{name}")]
    ended = program("check", *names, *RUN, *outputs, folder=folder)
    assert ended.code == 3, ended.err
    told = {
        name: (folder / f"out.{name}").read_text(encoding="utf-8") for name in ("sarif", "junit", "gitlab", "markdown")
    }
    for text in told.values():
        assert_harmless(text)
    results = validated(json.loads(told["sarif"]))["results"]
    files = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert "%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3Ax.json" in files
    assert "a%0A%3A%3Awarning%3A%3Ab.json" in files
    assert len(JUnitXml.fromstring(told["junit"].encode())) > len(names)
    assert all(display(each["description"]) == each["description"] for each in json.loads(told["gitlab"]))
