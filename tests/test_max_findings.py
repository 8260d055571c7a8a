"""Reports that hold everything, with so many findings of each rule: what is left out is said, and all is counted."""

import json
from pathlib import Path
from typing import Any

import pytest
from program import FAULTY, HEAD, RULES, order
from reports import records, validated

from orderproof.cli import run

CHECK = ("check", "in.ndjson", "--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--engine", "reference")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three orders whose totals are wrong, and one with four payments of an unknown method."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    payments = ", ".join(f'{{"id": "{number}", "method": "x"}}' for number in range(4))
    lines = [*(order(str(number), FAULTY) for number in range(3)), f'{{"id": "p", {HEAD}, "payments": [{payments}]}}\n']
    (tmp_path / "in.ndjson").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = run((*CHECK, *options))
    return code, capsys.readouterr().out


@pytest.mark.parametrize(
    ("most", "found", "said"),
    [
        ("4", [3, 4], []),
        ("3", [3, 3], ["1 more finding of `payment.method` is not told"]),
        (
            "1",
            [1, 1],
            ["3 more findings of `payment.method` are not told", "2 more findings of `price.equal` are not told"],
        ),
        (
            "0",
            [0, 0],
            ["4 more findings of `payment.method` are not told", "3 more findings of `price.equal` are not told"],
        ),
    ],
)
def test_so_many(
    folder: Path, capsys: pytest.CaptureFixture[str], most: str, found: list[int], said: list[str]
) -> None:
    code, out = call(capsys, "--format", "json", "--max-findings", most)
    report = validated(out)
    whole = validated(call(capsys, "--format", "json")[1])
    assert code == 1
    rules = [finding["rule"] for finding in report["findings"]]
    assert [rules.count("price.equal"), rules.count("payment.method")] == found
    assert [each["message"] for each in report["diagnostics"]] == said
    assert {**report, "findings": [], "diagnostics": []} == {**whole, "findings": [], "diagnostics": []}
    lines: list[dict[str, Any]] = records(call(capsys, "--format", "ndjson", "--max-findings", most)[1])
    told = [line for line in lines if "fingerprint" in json.dumps(line)]
    assert len(told) == sum(found)


def test_other_reports_are_as_they_were(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for format_ in ("text", "csv", "sarif", "junit", "markdown", "github", "gitlab", "html"):
        few = call(capsys, "--format", format_, "--max-findings", "1")
        assert few == call(capsys, "--format", format_)


def test_a_receipt_and_a_waiver_are_of_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "--attest", "all.json")
    call(capsys, "--attest", "few.json", "--max-findings", "1", "--format", "json")
    assert (folder / "all.json").read_bytes() == (folder / "few.json").read_bytes()
