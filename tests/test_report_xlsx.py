"""The report as a workbook: opened again by a reader that did not write it, typed as text, whatever stands in it."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, write_hostile_documents
from hypothesis import given, settings
from made_reports import ANY_REPORT, ENGLISH, FULL, REPORTS, UNDETERMINED, document, finding, full_disk, report
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, order, program
from python_calamine import CalamineWorkbook

from orderproof.diagnostic import OrderproofError, display
from orderproof.finding import Waived
from orderproof.report import xlsx_report
from orderproof.report.formats import STREAMS
from orderproof.report.model import CheckCounts, Excused, Options, Report
from orderproof.report.replay import replay
from orderproof.report.xlsx_book import LENGTH, Rows, fitting

SHEETS = ["Summary", "Findings", "Documents", "Rules", "Every rule", "Not checked"]


class Bytes:
    """Where a workbook goes to."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data


def book(of: Report, options: Options = ENGLISH) -> bytes:
    out = Bytes()
    replay(of, STREAMS["xlsx"](out, options))
    return out.data


def opened(data: bytes) -> Any:
    """A workbook in which every cell is a text or a number, and that refers to nothing."""
    found = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in found:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr"), cell.value
                assert isinstance(cell.value, str | int | None)
                assert cell.hyperlink is None
                assert cell.comment is None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
        for name in names:
            text = package.read(name)
            assert b"<f>" not in text
            assert b"<hyperlink" not in text
            assert b'TargetMode="External"' not in text
    return found


def lines(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a list by the titles of its columns, without what is empty."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [{title: value for title, value in zip(head, row, strict=True) if value is not None} for row in rows]


def said(sheet: Any) -> list[tuple[Any, ...]]:
    return [tuple(value for value in row if value is not None) for row in sheet.iter_rows(values_only=True)]


def test_it_has_a_sheet_for_everything_that_is_asked_of_it() -> None:
    found = opened(book(FULL))
    assert found.sheetnames == SHEETS
    first = lines(found["Findings"])[0]
    assert first == {
        "Verdict": "violation",
        "Severity": "error",
        "Status": "counts",
        "Rule": "price.total-equals-collection",
        "Clause": "3",
        "Title": "The total is what is collected",
        "Message": "The order totals 1000.00 USD but collects 1000.01.",
        "Document": "orders/march.json",
        "No. in file": 0,
        "Id": "180000000000000123",
        "Path": "amounts.collection",
        "Line": 3,
        "Column": 67,
        "Subject": "order",
        "Key": "180000000000000123",
        "Values read": "amounts.total = 1000.00\namounts.collection = 1000.01",
        "Fingerprint": "1:0123456789abcdef0123456789abcdef",
    }
    assert [
        (each["Document"], each["Verdict"], each["Errors"], each["Warnings"]) for each in lines(found["Documents"])
    ] == [
        ("orders/march.json", "violation", 1, 1),
        ("orders/april.json", "pass", 0, 0),
        ("orders/broken.json", "unreadable", 0, 0),
    ]
    assert [(each["Message"], each.get("Help")) for each in lines(found["Not checked"])] == [
        ("this is not JSON", "put a comma before it"),
        ("no such file", None),
    ]


def test_lists_have_filters_widths_and_a_header_that_stays() -> None:
    found = opened(book(FULL))
    for name in SHEETS[1:]:
        sheet = found[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert all(cell.font.b for cell in sheet[1])
        assert sheet.column_dimensions["A"].width > 8
    sheet = found["Findings"]
    message = next(cell for cell in sheet[1] if cell.value == "Message")
    assert sheet[f"{message.column_letter}2"].alignment.wrap_text
    assert sheet.column_dimensions[message.column_letter].width > 60
    assert sheet["A2"].font.color.rgb == "FFB3261E"
    assert found.active.title == "Summary"


def test_the_summary_says_what_run_it_was_and_whether_it_is_complete() -> None:
    rows = said(opened(book(FULL))["Summary"])
    assert rows[0] == ("Order check report", "Incomplete")
    assert ("Documents that could not be read: 1. They are neither passed nor failed.",) in rows
    assert ("As of", "2026-04-01T00:00:00Z") in rows
    assert ("Rule set", "credit-guarantee 1.0.0") in rows
    assert ("  violation", 1) in rows
    assert ("Findings", 2) in rows
    stopped = said(opened(book(report(document(finding()), interrupted=True)))["Summary"])
    assert stopped[0] == ("Order check report", "Interrupted")
    whole = said(opened(book(report(document(finding()))))["Summary"])
    assert whole[0] == ("Order check report", "Complete")
    nothing = said(opened(book(report(checks=CheckCounts(0, 0, 0, 4))))["Summary"])
    assert nothing[0] == ("Order check report", "Nothing was checked")


def test_the_program_writes_a_workbook_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    made = [order("1", FAULTY), order("2", WARNED), order("3", UNKNOWN), order("4"), order("5", NOTHING)]
    (tmp_path / "orders.ndjson").write_text("".join(made), encoding="utf-8")
    inputs = ("orders.ndjson", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--lang", "zh")
    assert program("check", *inputs, "--output", "report.xlsx", folder=tmp_path).code == 1
    found = opened((tmp_path / "report.xlsx").read_bytes())
    assert found.sheetnames == ["概览", "发现", "单据", "规则", "每条规则", "未能检查"]
    assert said(found["概览"])[0] == ("订单检查报告", "部分内容无法判定")
    assert [(each["结论"], each["编号"], each["信息"]) for each in lines(found["发现"])] == [
        ("违规", "1", "总额 5.00，收款 5.01。"),
        ("违规", "2", "The total is -5.00."),
        ("无法判定", "3", "无法判定：缺少 amounts.collection"),
    ]
    assert [each["结论"] for each in lines(found["单据"])] == ["违规", "通过", "无法判定", "通过", "不适用"]
    rules = lines(found["规则"])
    assert [(each["规则"], each["标题"], each["是否适用过"], each["违规"], each["通过"]) for each in rules] == [
        ("price.equal", "总额等于收款", "是", 1, 2),
        ("price.positive", "The total is not negative", "是", 1, 3),
        ("payment.method", "The method is allowed", "从未", 0, 0),
        ("shipment.by-agreed-time", "Shipped in time", "从未", 0, 0),
    ]
    statuses = lines(found["每条规则"])
    assert len(statuses) == 20
    assert all(each["结论"] == "通过" or each["原因"] for each in statuses)


def test_a_workbook_is_for_a_file_only(tmp_path: Path) -> None:
    ended = program("check", "x.json", "--format", "xlsx", folder=tmp_path)
    assert ended.code == 2
    assert "'xlsx' is not one of" in ended.err


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_hostile_report_acts(attack: str) -> None:
    of = HOSTILE_REPORTS[attack]
    found = opened(book(of))
    assert found.sheetnames == SHEETS
    text = ATTACKS[attack]
    first = next(found["Findings"].iter_rows(min_row=2, values_only=True))
    assert (first[6] or "") == fitting(text)
    assert len(fitting(text).encode("utf-16-le")) // 2 <= LENGTH
    for sheet in found:
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, str):
                    assert value == "\n".join(map(display, value.split("\n")))


def test_hostile_documents_make_a_workbook_that_does_not_act(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders").mkdir()
    write_hostile_documents(tmp_path / "orders")
    arguments = (
        "check",
        "orders",
        "--rules",
        "rules.yaml",
        "--as-of",
        "2026-04-01T00:00:00Z",
        "--output",
        "report.xlsx",
    )
    assert program(*arguments, folder=tmp_path).code == 3
    found = opened((tmp_path / "report.xlsx").read_bytes())
    assert "orders/=1+1 %20#a?b[c].json" in [each["Document"] for each in lines(found["Documents"])]


def test_escapes_of_the_format_itself_are_text() -> None:
    data = book(report(document(finding(message="_x0041_ _x001B_ &lt; &#65; ]]>"))))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Findings").to_python()
    assert str(rows[1][6]).replace("_x005F_", "_") == "_x0041_ _x001B_ &lt; &#65; ]]>"


@settings(ANY_REPORT, max_examples=20)
@given(REPORTS)
def test_any_report_makes_a_workbook(of: Report) -> None:
    found = opened(book(of))
    fingerprints = [row[-1] for row in found["Findings"].iter_rows(min_row=2, values_only=True) if row[-1]]
    assert fingerprints == [each.fingerprint for d in of.documents for each in d.findings]


def test_a_text_that_no_cell_holds_is_cut_where_it_is_seen() -> None:
    assert fitting("a" * LENGTH) == "a" * LENGTH
    cut = fitting("a" * (LENGTH + 1))
    assert cut.startswith("aaa")
    assert cut.endswith(f"… (+{LENGTH + 1 - cut.count('a'):,})")
    wide = fitting("\U0001f600" * 20_000)
    assert len(wide.encode("utf-16-le")) // 2 <= LENGTH
    assert wide.endswith(")")
    cell = opened(book(report(document(finding(message="a" * 100_000)))))["Findings"]["G2"].value
    assert cell == fitting("a" * 100_000)


def test_rows_that_no_sheet_holds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_report, "Rows", lambda _=2: Rows(limit=2))
    found = opened(book(report(document(*[finding(message=f"{n}") for n in range(5)]))))
    assert [row[6] for row in found["Findings"].iter_rows(values_only=True)] == ["Message", "0", "1", None]
    left = "… and 3 more rows that this sheet does not hold; the JSON report (with --details) has all of them."
    assert found["Findings"]["A4"].value == left
    assert (f"Findings: {left}",) in said(found["Summary"])
    assert ("Findings", 5) in said(found["Summary"])


def test_waived_and_known_findings_are_shown_as_such() -> None:
    waived = Waived("agreed with the partner", "li.wei", None, date(2026, 6, 30), "waivers.yaml:2:5")
    of = report(document(finding(waived=waived), finding(is_new=False), UNDETERMINED), excused=Excused(1, 1))
    found = opened(book(of))
    rows = lines(found["Findings"])
    assert [row["Status"] for row in rows] == ["waived", "known", "counts"]
    assert (rows[0]["Waiver"], rows[0]["Waived by"], rows[0]["Until"]) == (
        "agreed with the partner",
        "li.wei",
        "2026-06-30",
    )
    assert lines(found["Documents"])[0]["Waived, known"] == 2
    assert [(row["Waived"], row["Known"]) for row in lines(found["Rules"])] == [(1, 1), (0, 0)]
    assert ("  waived", 1) in said(found["Summary"])


def test_the_package_is_dated_the_same_whenever_it_is_written() -> None:
    with zipfile.ZipFile(io.BytesIO(book(FULL))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.read("docProps/core.xml").count(b"2026-04-01T00:00:00Z") == 2
    with zipfile.ZipFile(io.BytesIO(book(report(as_of=datetime(987, 1, 1, tzinfo=UTC))))) as package:
        assert package.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_a_row_is_as_high_as_its_texts() -> None:
    found = opened(
        book(report(document(finding(message="word " * 40), finding(message="三" * 60), finding(message="x"))))
    )
    heights = [found["Findings"].row_dimensions[number].height for number in (2, 3, 4)]
    assert heights == [60, 30, 30]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    many = report(*(document(finding(message="x" * 500)) for _ in range(200)))
    with full_disk(), pytest.raises(OrderproofError) as caught:
        book(many)
    assert "cannot write a temporary file" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_on_its_way_is_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    modes: list[int] = []

    class Looking:
        def write(self, data: bytes) -> None:
            modes.extend(path.stat().st_mode & 0o077 for path in tmp_path.iterdir())

    replay(FULL, STREAMS["xlsx"](Looking(), ENGLISH))
    assert modes
    assert set(modes) == {0}
    assert list(tmp_path.iterdir()) == []
