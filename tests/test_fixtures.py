"""The fixtures: healthy orders at every stage have no finding, faulty ones exactly those that are recorded."""

import json
import re
from pathlib import Path

import pytest

from orderproof.cli import run

FIXTURES = Path("fixtures")
HEALTHY = FIXTURES / "orders" / "healthy"
FAULTY = FIXTURES / "orders" / "faulty"
STAGES = ("draft", "submitted", "confirmed", "paid", "shipped", "received", "closed")
MODES = ("none", "before_shipment", "after_receipt")
AS_OF = ("--as-of", "2026-03-20T00:00:00Z")
ENGINES = ("both", "rete", "reference", "compiled", "all")


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in reports are as they are given, so the tests stand at the project's top."""
    monkeypatch.chdir(Path(__file__).parent.parent)


def test_there_is_a_healthy_order_of_every_stage_and_mode() -> None:
    assert sorted(file.stem for file in HEALTHY.iterdir()) == sorted(f"{s}-{m}" for s in STAGES for m in MODES)
    modes = {file.stem: json.loads(file.read_text("utf-8"))["guarantee"]["mode"] for file in HEALTHY.glob("*.json")}
    assert all(stem.endswith(f"-{mode}") for stem, mode in modes.items())


@pytest.mark.parametrize("engine", ENGINES)
def test_healthy_orders_have_no_finding(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(HEALTHY), *AS_OF, "--format", "json", "--engine", engine, "--fail-on", "warning"]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert printed.err == ""
    assert report["findings"] == []
    assert {document["verdict"] for document in report["documents"]} == {"pass"}
    assert len(report["documents"]) == len(STAGES) * len(MODES)
    assert report["complete"] is True
    assert report["cross_run_complete"] is True


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("faulty.en.txt", ("--lang", "en")),
        ("faulty.zh.txt", ("--lang", "zh")),
        ("faulty.json", ("--format", "json")),
    ],
)
def test_faulty_orders_have_their_findings(
    engine: str, name: str, options: tuple[str, ...], record: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(FAULTY), *AS_OF, "--engine", engine, *options]) == 1
    file = FIXTURES / "reports" / name
    found = capsys.readouterr().out
    if record and engine == ENGINES[0]:
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, "utf-8")
    expected = file.read_text("utf-8")
    if engine == ENGINES[0]:
        assert found == expected
    # Who judged is all that may differ.
    assert without_engines(found) == without_engines(expected)


def without_engines(report: str) -> str:
    """A report in any format but for the names of the engines that judged."""
    report = re.sub(r"^(Judged by |判定引擎：).*\n", "", report, flags=re.MULTILINE)
    return re.sub(r'"engines": \[.*?\n  \],', '"engines": [],', report, flags=re.DOTALL)


def test_faulty_orders_show_every_severity_and_kind_of_finding() -> None:
    findings = json.loads((FIXTURES / "reports" / "faulty.json").read_text("utf-8"))["findings"]
    assert {(finding["severity"], finding["verdict"]) for finding in findings} == {
        (severity, verdict) for severity in ("error", "warning") for verdict in ("violation", "undetermined")
    }
    assert any(finding["related"] for finding in findings)
    assert any(finding["because"] for finding in findings)
