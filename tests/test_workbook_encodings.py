"""Encodings that XML declares: one that nobody knows costs its own file, as an order and as a contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from program import program
from word_files import paragraph, run, word_file
from workbooks import Book, Sheet, row, text

from orderproof.document import Unreadable
from orderproof.reading.xlsx.table import read_xlsx
from orderproof.screening.extract import extract

UNKNOWN = ("none-such", "gbk", "utf-7", "hex", "idna", "undefined", "utf-32", "zlib_codec")
KNOWN = ("utf-8", "UTF-8", "us-ascii", "ISO-8859-1", "windows-1252", "koi8-r")
PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml",
    "docProps/core.xml",
)
ROWS = row(1, text("A1", "id"), text("B1", "amounts.total")) + row(2, text("A2", "A"), text("B2", "5.00"))


def book_with(part: str, encoding: str) -> bytes:
    """A workbook of which one part declares an encoding."""
    members = Book([Sheet(ROWS)], parts={"docProps/core.xml": "<a/>"}).members()
    body = members[part].decode().partition("?>\n")[2] or "<a/>"
    return Book([], parts={**members, part: f'<?xml version="1.0" encoding="{encoding}"?>\n{body}'}).bytes()


def codes(content: bytes) -> Iterator[str]:
    for reading in read_xlsx("a.xlsx", content, None):
        if isinstance(reading, Unreadable):
            yield from (diagnostic.code for diagnostic in reading.diagnostics)


@pytest.mark.parametrize("encoding", ["none-such", "gbk"])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_in_an_unknown_encoding_makes_a_workbook_a_damaged_one(part: str, encoding: str) -> None:
    content = book_with(part, encoding)
    assert list(codes(content)) == ["table.damaged"]
    assert {gap.code for gap in extract("contract.xlsx", content).gaps} == {"damaged"}


@pytest.mark.parametrize("encoding", UNKNOWN)
def test_no_unknown_encoding_is_read_in_a_contract(encoding: str) -> None:
    members = {"word/styles.xml": f'<?xml version="1.0" encoding="{encoding}"?><a/>'}
    found = extract("contract.docx", word_file(paragraph(run("body")), {"rId1": ("styles", "styles.xml")}, members))
    assert ([gap.code for gap in found.gaps], [line.text for line in found.lines]) == (["damaged"], ["body"])
    assert {gap.code for gap in extract("contract.xlsx", book_with("xl/sharedStrings.xml", encoding)).gaps} == {
        "damaged"
    }


@pytest.mark.parametrize("encoding", KNOWN)
def test_encodings_of_one_byte_are_read(encoding: str) -> None:
    found = extract("contract.xlsx", book_with("xl/worksheets/sheet1.xml", encoding))
    assert (found.gaps, [line.text for line in found.lines if line.spot.cell]) == (
        (),
        ["id", "amounts.total", "A", "5.00"],
    )


def test_a_document_type_hides_in_no_encoding() -> None:
    part = '<?xml version="1.0" encoding="gbk"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    content = word_file(paragraph(run("body")), {"rId1": ("header", "header1.xml")}, {"word/header1.xml": part})
    assert {gap.code for gap in extract("contract.docx", content).gaps} == {"damaged"}


def test_the_run_tells_the_order_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(book_with("xl/worksheets/sheet1.xml", "none-such"))
    ended = program("check", "a.xlsx", folder=tmp_path)
    assert (ended.code, "[table.damaged]" in ended.err + ended.out) == (3, True)
    assert "`none-such`" in ended.err + ended.out
