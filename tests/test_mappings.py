"""Partners' files and the orders that the mappings make of them: each folder of fixtures/mappings, to the letter."""

import json
from pathlib import Path

import pytest
from mapping_workbooks import WORKBOOKS

from orderproof.cli import run

FOLDER = Path(__file__).parent.parent / "fixtures" / "mappings"
CASES = sorted({folder.name for folder in FOLDER.iterdir()} | WORKBOOKS.keys())
OUTPUTS = ("options.txt", "mapping.yaml", "converted.ndjson", "said.txt", "findings.json")


def test_there_are_cases() -> None:
    assert len([case for case in CASES if case.startswith("api-")]) >= 12
    assert len([case for case in CASES if case.startswith("xlsx-")]) >= 8


@pytest.mark.parametrize("case", WORKBOOKS)
def test_a_workbook_is_the_one_that_is_described(case: str, record: bool) -> None:
    file = FOLDER / case / "orders.xlsx"
    if record:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(WORKBOOKS[case])
    assert file.read_bytes() == WORKBOOKS[case]


@pytest.mark.parametrize("case", CASES)
def test_mapping(case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], record: bool) -> None:
    folder = FOLDER / case
    monkeypatch.chdir(folder)
    inputs, options = inputs_of(folder)
    code = run(["convert", *inputs, *options])
    printed = capsys.readouterr()
    said = f"{printed.err}exit code {code}\n"
    if record:
        (folder / "converted.ndjson").write_text(printed.out, "utf-8", newline="\n")
        (folder / "said.txt").write_text(said, "utf-8", newline="\n")
    assert printed.out == (folder / "converted.ndjson").read_text("utf-8")
    assert said == (folder / "said.txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_findings(case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], record: bool) -> None:
    """What is found in the orders points into the partner's file."""
    folder = FOLDER / case
    monkeypatch.chdir(folder)
    inputs, options = inputs_of(folder)
    run(["check", *inputs, *options, "--as-of", "2026-04-10T00:00:00Z", "--format", "json", "--engine", "reference"])
    report = json.loads(capsys.readouterr().out)
    kept = ("rule", "verdict", "message", "document", "location", "subject", "evidence")
    findings = [{key: finding[key] for key in kept} for finding in report["findings"]]
    documents = [f"{d['path']}#{d['index']} {d['id']}: {d['verdict']}" for d in report["documents"]]
    found = json.dumps({"documents": documents, "findings": findings}, ensure_ascii=False, indent=2) + "\n"
    if record:
        (folder / "findings.json").write_text(found, "utf-8", newline="\n")
    assert found == (folder / "findings.json").read_text("utf-8")


def inputs_of(folder: Path) -> tuple[list[str], list[str]]:
    """The names of a case's inputs, and the options that they are read with."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.name not in OUTPUTS)
    file = folder / "options.txt"
    return names, file.read_text("utf-8").split("\n")[:-1] if file.exists() else []
