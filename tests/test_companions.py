"""Attachments that stand among orders: told as what they are, while no order hides as one."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from workbooks import Book, Sheet, rows_of

from orderproof.cli import run

ONLY = ("--only", "contract.no-collection-account", "--as-of", "2026-03-20T00:00:00Z")
CONTRACT = Sheet(rows_of([["SALES CONTRACT"], ["Floor lamps", "400"]]))


def order(id_: str, *paths: str) -> str:
    known = {"id": id_, "status": "to_be_audited", "drafted_at": "2026-03-16T09:10:00+08:00", "currency": "USD"}
    return json.dumps({**known, "attachments": [{"path": path} for path in paths]})


def report_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    run(["check", *arguments, *ONLY, "--format", "json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.fixture
def among(tmp_path: Path) -> Path:
    """A folder in which an order that comes late names tables and an archive."""
    folder = tmp_path / "orders"
    (folder / "papers").mkdir(parents=True)
    (folder / "合同.xlsx").write_bytes(Book([CONTRACT]).bytes())
    (folder / "annex.xlsx").write_bytes(Book([CONTRACT, Sheet(CONTRACT.rows, "Sheet2")]).bytes())
    (folder / "papers" / "prices.csv").write_text("Article,Goods\nA,lamps\n", "utf-8")
    with zipfile.ZipFile(folder / "papers.zip", "w") as archive:
        archive.writestr("contract.txt", "SALES CONTRACT\nFloor lamps.\n")
    (folder / "a.json").write_text(order("A"), "utf-8")
    (folder / "z.json").write_text(order("Z", "合同.xlsx", "./annex.xlsx", "papers\\prices.csv", "papers.zip"), "utf-8")
    return folder


def codes(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(Path(each["path"]).name, each["code"]) for each in report["diagnostics"]]


NAMED = [(name, "input.attachment") for name in ("annex.xlsx", "papers.zip", "prices.csv", "合同.xlsx")]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("pattern", ["", "*", "**/*"])
def test_an_attachment_among_orders_is_told_and_costs_nothing(
    jobs: str, pattern: str, among: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = str(among / pattern)
    assert run(["check", name, *ONLY, "--jobs", jobs, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (sorted(codes(report)), report["complete"]) == (NAMED, True)


def test_a_table_that_no_order_of_the_run_names_is_not_let_off(among: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (among / "z.json").rename(among.parent / "z.json")
    found = report_of([str(among), str(among.parent / "z.json")], capsys)
    assert {code for _, code in codes(found)} == {
        "mapping.unknown-table",
        "table.sheet",
        "document.none",
        "input.skipped",
    }
    assert found["complete"] is False
    assert run(["check", str(among / "annex.xlsx"), *ONLY]) == 3


def test_a_table_that_the_user_names_is_not_let_off(among: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = report_of([str(among / "annex.xlsx"), str(among)], capsys)
    assert codes(found)[0] == ("annex.xlsx", "table.sheet")
    assert found["complete"] is False


def test_no_order_hides_behind_the_name_of_an_attachment(among: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can be read as orders is checked, and what is wrong with an order is told, whoever names the file."""
    (among / "b.json").write_text(order("B", "none.txt"), "utf-8")
    (among / "c.json").write_text("{", "utf-8")
    (among / "rows.csv").write_text("id,currency\nR,USD\n,\n", "utf-8")
    (among / "a.json").write_text(order("A", "b.json", "c.json", "rows.csv"), "utf-8")
    found = report_of([str(among)], capsys)
    names = {Path(finding["document"]["path"]).name for finding in found["findings"]}
    assert names == {"b.json"}
    assert found["complete"] is False
    assert "c.json" in {name for name, _ in codes(found)}


def test_with_a_root_the_paths_begin_there(among: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ("--attachments-root", str(among / "papers"))
    (among / "a.json").write_text(order("A", "prices.csv"), "utf-8")
    found = codes(report_of([str(among), *root], capsys))
    assert ("prices.csv", "input.attachment") in found
    assert ("annex.xlsx", "table.sheet") in found


@pytest.mark.parametrize(
    "lines", [f"{order('A')}\n{order('Z', 'papers/prices.csv')}\n", f"{order('Z', 'papers/./prices.csv')}\n"]
)
def test_a_line_names_attachments_too(lines: str, among: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (among / "z.json").unlink()
    (among / "z.ndjson").write_text(lines, "utf-8")
    found = codes(report_of([str(among)], capsys))
    assert ("prices.csv", "input.attachment") in found
    assert ("合同.xlsx", "mapping.unknown-table") in found
