"""What people do to tables before we see them, and to folders: nothing of it may pass in silence."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.cli import run
from orderproof.data import schemas_folder
from orderproof.document import Document, Reading, Unreadable
from orderproof.mapping.catalogue import Catalogue
from orderproof.mapping.stream import mapped
from orderproof.reading.content import FileContent
from orderproof.reading.csv_table import read_csv
from orderproof.reading.formats import Format
from orderproof.reading.table import TableOptions, is_shortened, is_total
from orderproof.ruleset.open import open_rule_set
from orderproof.table import Table

FIXTURES = Path(__file__).parent.parent / "fixtures"
OPENED = open_rule_set(None, {}, cases=False)
CATALOGUE = Catalogue(OPENED.path, OPENED.schema)
AS_OF = ("--as-of", "2026-04-10T00:00:00Z")
TEXTS = ("id", "remark", "seller.id", "buyer.account", "items.sku", "items.hs_code", "payments.id")


def table(content: bytes, encoding: str | None = None) -> Table | Unreadable:
    (reading,) = read_csv("a.csv", FileContent(io.BytesIO(content)), Format.CSV, TableOptions(encoding=encoding))
    assert isinstance(reading, Table | Unreadable)
    return reading


def orders(content: str) -> list[Reading]:
    return list(mapped([table(content.encode())], CATALOGUE))


# Titles above the headers


@pytest.mark.parametrize("row", ["id,amounts.total\rcurrency", f"id,{'x' * 200_000},currency"], ids=["return", "long"])
def test_a_row_below_a_title_that_cannot_be_told_apart_is_no_header(row: str) -> None:
    (made,) = orders(f"Orders of May\n{row}\n1,2\n")
    assert isinstance(made, Unreadable)
    assert [each.code for each in made.diagnostics] == ["mapping.unknown-table"]


# Numbers that a spreadsheet shortened


@given(st.integers(10**11, 10**30), st.integers(0, 8), st.sampled_from(["E", "e"]), st.sampled_from(TEXTS))
def test_no_text_of_an_order_is_a_shortened_number(number: int, places: int, sign: str, column: str) -> None:
    written = f"{number:.{places}E}".replace("E", sign)
    values = {"id": "PO-1", "drafted_at": "2026-03-01T08:00:00Z", "currency": "USD"} | {column: written}
    (made,) = orders(f"{','.join(values)}\n{','.join(values.values())}\n")
    assert isinstance(made, Unreadable)
    (wrong,) = made.diagnostics
    assert wrong.code == "table.lost-digits"
    assert wrong.span is not None
    assert wrong.span.source.text[wrong.span.start : wrong.span.end] == written


@given(st.text(st.sampled_from("0123456789.E+e-A "), max_size=12))
def test_only_numbers_are_taken_for_shortened_ones(text: str) -> None:
    if is_shortened(text):
        float(text)
        assert "+" in text


def test_rows_of_two_orders_are_not_joined_by_a_shortened_number() -> None:
    row = "1.02938E+17,2026-03-01T08:00:00Z,USD\n"
    made = orders(f"id,drafted_at,currency\n{row}{row}PO-1,2026-03-01T08:00:00Z,USD\n")
    assert [isinstance(each, Document) for each in made] == [False, False, True]


# Encodings


@given(st.text(st.characters(min_codepoint=0x20, exclude_characters='",', exclude_categories=["Cs", "Cc"]), min_size=1))
def test_no_other_encoding_is_believed_of_utf_8(text: str) -> None:
    content = f"id,{text}x\n1,{text}\n".encode()
    for encoding in ("gb18030", "latin-1", "cp1252", "big5", "utf-16-le", "utf-16-be", "utf-16"):
        found = table(content, encoding)
        if not text.isascii():
            assert isinstance(found, Unreadable)
            assert [wrong.code for wrong in found.diagnostics] == ["document.encoding"]


def test_other_encodings_are_read_where_they_are_declared() -> None:
    for encoding in ("gb18030", "gbk", "utf-16-le", "utf-16", "utf-16-be"):
        text = "id,买家\n1,宁波市北仑区\n"
        found = table(("\ufeff" * (encoding == "utf-16-le") + text).encode(encoding), encoding)
        if encoding == "utf-16" or isinstance(found, Table):
            assert isinstance(found, Table)
            assert [header.value for header in found.headers] == ["id", "买家"]
        else:
            pytest.fail(f"{encoding}: {found.diagnostics}")


# Rows of sums


@pytest.mark.parametrize(
    "text", ["Total", "TOTAL:", " grand  total ", "Subtotal", "合计", "总计：", "合 計", "小计", "合计（USD）"]
)
def test_what_stands_before_sums(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", ["", "Total Energies", "total-1", "PO-1", "合计机", "Summer", None, 5])
def test_what_does_not(text: Any) -> None:
    assert not is_total(text)


# Places of sheets


def reported(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    run([*arguments, *AS_OF])
    return capsys.readouterr().out


def test_diagnostics_of_sheets_name_the_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FIXTURES / "mappings" / "xlsx-error-cells")
    check = ("check", "orders.xlsx", "--engine", "reference", "--format")
    report = json.loads(reported([*check, "json"], capsys))
    records = [json.loads(line) for line in reported([*check, "ndjson"], capsys).splitlines()]
    told = [record for record in records if record["record"] == "diagnostic"]
    assert [(each["line"], each["column"], each["cell"]) for each in report["diagnostics"]] == [(3, 10, "Sheet1!J3")]
    assert [each["cell"] for each in told] == ["Sheet1!J3"]
    for value, name in ((report, "report"), *((record, "report-ndjson") for record in records)):
        jsonschema.validate(value, json.loads((schemas_folder() / f"{name}.schema.json").read_text("utf-8")))


def test_diagnostics_of_texts_name_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(FIXTURES / "mappings" / "plain-csv-shortened-numbers")
    report = json.loads(reported(["check", "orders.csv", "--engine", "reference", "--format", "json"], capsys))
    assert len(report["diagnostics"]) == 4
    assert not any("cell" in each for each in report["diagnostics"])


def test_an_explanation_names_cells(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(FIXTURES / "mappings" / "xlsx-plain-findings")
    (name,) = (file.name for file in Path().glob("*.xlsx"))
    report = json.loads(reported(["check", name, "--engine", "reference", "--format", "json"], capsys))
    finding = next(each for each in report["findings"] if each["location"].get("cell"))
    said = reported(["explain", name, finding["rule"]], capsys)
    assert f"({finding['location']['cell']})" in said
    assert "(2:1)" not in said


# Reports of our own


@pytest.mark.parametrize(("format", "count"), [("json", 1), ("ndjson", 8)])
def test_a_report_among_the_orders(
    format: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FIXTURES / "orders")
    report = reported(["check", "faulty", "--engine", "reference", "--format", format], capsys)
    if format == "ndjson":
        report = "".join(f"{line}\n" for line in report.splitlines()[: count - 1] + report.splitlines()[-1:])
    monkeypatch.chdir(tmp_path)
    Path(f"report.{format}").write_text(report, "utf-8")
    assert run(["check", ".", "--engine", "reference", "--format", "json", *AS_OF]) == 3
    told = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [each["message"] for each in told] == ["this is a report of orderproof, not an order"] * count
