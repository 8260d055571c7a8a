"""The report as a table of text: read back by another reader, and no cell that a spreadsheet would act on."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, write_hostile_documents
from hypothesis import example, given
from hypothesis import strategies as st
from made_reports import ANY_REPORT, BROKEN, ENGLISH, FULL, REPORTS, UNDETERMINED, document, finding, report
from program import FAULTY, RULES, UNKNOWN, order, program

from orderproof.diagnostic import display
from orderproof.finding import Waived
from orderproof.report.csv_report import COLUMNS, LENGTH, guarded
from orderproof.report.formats import FORMATS
from orderproof.report.model import CheckCounts, NotJudged, Options, Report

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"


def table(of: Report, options: Options = ENGLISH) -> list[dict[str, str]]:
    return read(FORMATS["csv"](of, options))


def read(text: str) -> list[dict[str, str]]:
    """The lines of a table by the names of their columns."""
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    assert tuple(rows[0]) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]


def test_a_finding_is_a_line() -> None:
    rows = table(FULL)
    assert [row["verdict"] for row in rows] == [
        "violation",
        "undetermined",
        "unreadable",
        "message",
        "message",
        "incomplete",
    ]
    assert rows[0] == {
        **dict.fromkeys(COLUMNS, ""),
        "verdict": "violation",
        "severity": "error",
        "status": "new",
        "rule": "price.total-equals-collection",
        "clause": "3",
        "title": "The total is what is collected",
        "message": "The order totals 1000.00 USD but collects 1000.01.",
        "document": "orders/march.json",
        "index": "0",
        "id": "180000000000000123",
        "path": "amounts.collection",
        "line": "3",
        "column": "67",
        "entity": "order",
        "subject": "180000000000000123",
        "evidence": "amounts.total = 1000.00; amounts.collection = 1000.01",
        "fingerprint": "1:0123456789abcdef0123456789abcdef",
    }
    assert rows[1]["missing"] == "seller.quota_limit; seller.id"
    # Its own values, then those that its facts rest on.
    own = "seller.quota_limit = –; seller.paused = false; buyer.email = –"
    assert rows[1]["evidence"] == f'{own}; shipment.method = "sea"; shipment.shipped_at = 2026-03-01T00:00:00Z'
    assert rows[1]["related"].startswith("orders/四月.json (2); orders/may.ndjson #3; ")
    assert rows[2]["document"] == "orders/broken.json"
    assert rows[3] == {
        **dict.fromkeys(COLUMNS, ""),
        "verdict": "message",
        "severity": "error",
        "rule": "document.json",
        "message": "this is not JSON; help: put a comma before it",
        "document": "orders/march.json",
        "line": "4",
        "column": "26",
    }
    assert (rows[4]["severity"], rows[4]["document"]) == ("warning", "orders/none.json")
    assert rows[5]["message"].startswith("Incomplete: ")


def test_a_table_that_lacks_something_says_so_in_its_last_lines() -> None:
    assert table(report(document())) == []
    none = report(checks=CheckCounts(0, 0, 0, 4))
    assert [row["verdict"] for row in table(none)] == ["nothing_checked"]
    assert [row["verdict"] for row in table(report(BROKEN, complete=False))] == [
        "unreadable",
        "incomplete",
    ]
    assert [row["verdict"] for row in table(report(document(), interrupted=True))] == ["interrupted"]
    left = report(document(), not_judged=(NotJudged("erp", ("a", "b"), ("payments",), 2, 3),))
    assert [row["verdict"] for row in table(left)] == ["not_judged"]
    assert "erp" in table(left)[0]["message"]
    allowed = table(left, Options(allow_not_judged=True)) + table(none, Options(allow_empty=True))
    assert [(row["verdict"], row["severity"]) for row in allowed] == [
        ("not_judged", "warning"),
        ("nothing_checked", "warning"),
    ]
    assert table(none, Options("zh"))[0]["message"] == "未检查任何内容：没有读取到单据。"


def test_the_program_writes_it_for_excel(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders.ndjson").write_text(order("1", FAULTY) + order("2", UNKNOWN), encoding="utf-8")
    inputs = ("orders.ndjson", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--lang", "zh")
    ended = program("check", *inputs, "--format", "csv", "--output", "report.csv", folder=tmp_path)
    assert ended.code == 1
    rows = read(ended.out)
    assert [(row["verdict"], row["id"], row["message"]) for row in rows] == [
        ("violation", "1", "总额 5.00，收款 5.01。"),
        ("undetermined", "2", "无法判定：缺少 amounts.collection"),
    ]
    assert (tmp_path / "report.csv").read_bytes() == ended.out.encode()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("  =1", "'  =1"),
        ("\u3000=1", "'\u3000=1"),
        ("\t=1", "\\x09=1"),
        ("\r=1", "\\x0d=1"),
        ("\n=1", "\\x0a=1"),
        ("\ufeff=1", "\\ufeff=1"),
        ("a;=1", "a;'=1"),
        ('a"; "=1', 'a";\' "=1'),
        ("a, -1; b", "a, -1; b"),
        ("1-2=3", "1-2=3"),
        ("", ""),
        ("a" * LENGTH, "a" * LENGTH),
        ("a" * (LENGTH + 1), "a" * LENGTH + "… (+1)"),
    ],
)
def test_no_cell_is_taken_for_a_formula(text: str, cell: str) -> None:
    assert guarded(text) == cell


@given(st.text())
@example("=")
def test_a_guarded_text_says_the_same(text: str) -> None:
    cell = guarded(text)
    assert not cell.lstrip().startswith(tuple(SIGNS))
    assert all(not part.lstrip(' "').startswith(tuple(SIGNS)) for part in cell.split(";"))
    assert cell.replace("'", "") == display(text).replace("'", "").replace("##[", "#\\x23[") or "##" in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_hostile_report_acts(attack: str) -> None:
    text = FORMATS["csv"](HOSTILE_REPORTS[attack], ENGLISH)
    harmless(text)
    assert [row["verdict"] for row in read(text)][-2:] == ["incomplete", "not_judged"]


@ANY_REPORT
@given(REPORTS)
def test_any_report_is_a_table(of: Report) -> None:
    harmless(FORMATS["csv"](of, ENGLISH))
    found = [row for row in table(of) if row["status"]]
    assert [row["fingerprint"] for row in found] == [each.fingerprint for d in of.documents for each in d.findings]


def harmless(text: str) -> None:
    """No cell is a formula, also for who parts it at semicolons; nothing in it speaks to a terminal or a CI system."""
    rows = read(text)
    for held in (held for row in rows for held in row.values()):
        assert held == display(held)
        assert len(held) <= 32_767
        assert not held.lstrip().startswith(tuple(SIGNS))
        assert not any(part.lstrip(' "').startswith(tuple(SIGNS)) for part in held.split(";"))
        assert "##[" not in held
    assert all(
        line.startswith(("verdict", "violation", "un", "not", "in", "message"))
        for line in text[1:].split("\r\n")
        if line
    )


def test_hostile_documents_make_a_table_that_does_not_act(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders").mkdir()
    write_hostile_documents(tmp_path / "orders")
    arguments = ("check", "orders", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--format", "csv")
    ended = program(*arguments, folder=tmp_path)
    harmless(ended.out)
    assert {"=1+1 %20#a?b[c].json"} <= {row["document"].removeprefix("orders/") for row in read(ended.out)}


def test_a_waived_finding_is_a_line_with_its_waiver() -> None:
    waived = Waived("agreed with the partner", "li.wei", None, date(2026, 6, 30), "waivers.yaml:2:5")
    rows = table(report(document(finding(waived=waived), finding(is_new=False), UNDETERMINED)))
    assert [row["status"] for row in rows] == ["waived", "known", "new"]
    assert [rows[0][name] for name in COLUMNS[-3:]] == ["agreed with the partner", "li.wei", "2026-06-30"]
