"""Limits of what is read of a contract: as much is read, one more is a gap, and no file takes the machine."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from measured import MOST_MEMORY, outcome, screened
from pdf_files import drawn
from word_files import paragraph, run, word_file
from workbooks import Book, Sheet, archive, row, text

from orderproof.screening.budget import MAX_DEPTH, Budget, Limits
from orderproof.screening.docx import read_docx
from orderproof.screening.extract import extract
from orderproof.screening.html import read_html
from orderproof.screening.html_ends import ended
from orderproof.screening.pdf import read_pdf
from orderproof.screening.plain import read_text
from orderproof.screening.rtf import read_rtf
from orderproof.screening.sheets import read_xlsx
from orderproof.screening.text import Extract, Gap

pytest.importorskip("resource")

Reader = Callable[[bytes, Budget], Extract]

CELLS = Book([Sheet(row(1, text("A1", "a"), text("B1", "b")) + row(2, text("A2", "c")))], shared=()).bytes()
NESTED = word_file(paragraph(run("x")), {}, {f"word/embeddings/{at}.txt": b"in" for at in range(3)})
READERS: Mapping[str, tuple[Reader, bytes, str, int, str]] = {
    "pages": (read_pdf, drawn(*[lambda canvas: canvas.drawString(9, 9, "a")] * 3), "pages", 3, "pages"),
    "cells": (read_xlsx, CELLS, "cells", 3, "cells"),
    "tags": (read_html, b"<html><b>a</b></html>", "tags", 4, "tags"),
    "lines of a text": (read_text, b"a\nb\n\nc", "lines", 3, "lines"),
    "lines of a rich text": (read_rtf, rb"{\rtf1 a\par b\par c}", "lines", 3, "lines"),
    "lines of a document": (read_docx, word_file(paragraph(run("a")) + paragraph(run("b"))), "lines", 2, "lines"),
    "characters": (read_text, b"abc\nde\n", "text", 5, "characters of text"),
    "digits": (read_text, "1a2\n\N{FULLWIDTH DIGIT THREE}\N{ARABIC-INDIC DIGIT FOUR}".encode(), "digits", 4, "digits"),
    "embedded files": (read_docx, NESTED, "files", 3, "embedded files"),
}


def nothing(_: str, __: bytes, ___: Budget) -> Extract:
    return Extract("none")


@pytest.mark.parametrize("what", READERS)
def test_as_much_is_read_and_one_more_is_a_gap(what: str) -> None:
    read, content, limit, most, word = READERS[what]
    assert read(content, Budget(nothing, limits=Limits(**{limit: most}))).gaps == ()
    (gap,) = read(content, Budget(nothing, limits=Limits(**{limit: most - 1}))).gaps
    assert (gap.code, gap.reason) == ("limit", f"it holds more than {most - 1:,} {word}")


def test_what_is_unpacked_has_a_limit() -> None:
    content = word_file(paragraph(run("x")))
    sizes = [
        size
        for size in range(0, 8000, 50)
        if not read_docx(content, Budget(nothing, limits=Limits(unpacked=size))).gaps
    ]
    assert sizes
    (gap,) = read_docx(content, Budget(nothing, limits=Limits(unpacked=sizes[0] - 50))).gaps
    assert (gap.code, gap.reason) == ("limit", f"it holds more than {sizes[0] - 50:,} unpacked bytes")
    assert sizes == list(range(sizes[0], 8000, 50))


def test_files_in_files_are_read_to_a_depth() -> None:
    content = b"A/C 990012345678"
    for depth in range(1, MAX_DEPTH + 2):
        content = archive({f"{depth}.zip" if depth > 1 else "a.txt": content})
        found = extract("a.zip", content)
        assert [gap.code for gap in found.gaps] == ([] if depth <= MAX_DEPTH else ["embedded"])
        assert [line.text for line in found.lines] == (["A/C 990012345678"] if depth <= MAX_DEPTH else [])


def test_what_was_read_before_a_limit_stays() -> None:
    found = read_text(b"A/C 990012345678\n" + b"x\n" * 5, Budget(nothing, limits=Limits(lines=3)))
    assert [line.text for line in found.lines] == ["A/C 990012345678", "x", "x"]
    assert found.gaps == (Gap("limit", "it holds more than 3 lines"),)


@pytest.mark.parametrize(
    ("page", "whole"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<p>a <!-- b", "<p>a <!-- b-->"),
        ("<!-- a --> <![CDATA[ b", "<!-- a --> <![CDATA[ b]]>"),
        ("<p>a <b", "<p>a <b>"),
    ],
)
def test_what_a_page_begins_is_ended(page: str, whole: str) -> None:
    assert ended(page) == whole


@pytest.mark.parametrize("begun", ["<!--a>", "<![CDATA[", "<!x", "<?", "<style>", "</", "<p a='", "<td>"])
def test_what_a_page_begins_again_and_again_takes_time_in_proportion(begun: str, tmp_path: Path) -> None:
    content = ("<html><p>text</p><style></style><table>" + begun * 30_000).encode()
    found = screened(tmp_path, {"a.html": content})
    assert {gap["code"] for gap in found.files["a.html"]["gaps"]} <= {"limit"}
    assert found.seconds < 20
    assert found.peak < MOST_MEMORY


def test_a_table_without_rows_is_read() -> None:
    found = extract("a.html", b"<html><table><td>A/C</td><td>990012345678</td></table></html>")
    assert [line.text for line in found.lines] == ["A/C", "990012345678"]
    assert len({line.row for line in found.lines}) == 1


_DIGITS = bytes(b"0123456789"[value % 10] for value in range(256))


def _digits(number: random.Random, count: int) -> str:
    return number.randbytes(count).translate(_DIGITS).decode()


def _hostile() -> dict[str, bytes]:
    number = random.Random(4)
    dense = "\n".join(" ".join(_digits(number, 12) for _ in range(6)) for _ in range((5 << 20) // 78))
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 50}</row>" for _ in range(2100))
    return {
        "dense.txt": dense.encode(),
        "lines.txt": b"\n" * (60 << 20),
        "nothing.txt": bytes(63 << 20),
        "noise.txt": random.Random(5).randbytes(63 << 20),
        "tags.html": b"<html>" + b"<b><i></i></b>" * (60 << 20 >> 4),
        "rich.rtf": b"{\\rtf1 " + b"\\par a" * (2 << 20) + b"}",
        "cells.xlsx": Book([Sheet(rows)]).bytes(),
    }


def test_no_file_takes_the_machine(tmp_path: Path) -> None:
    files = _hostile()
    found = screened(tmp_path, files)
    assert found.code == 3
    assert {name: outcome(file) for name, file in found.files.items()} == dict.fromkeys(files, ("none", ["limit"]))
    assert found.seconds < 120
    assert found.peak < MOST_MEMORY


def test_an_honest_contract_meets_no_limit(tmp_path: Path) -> None:
    """Three hundred full pages, and a price list of twenty thousand cells."""
    number = random.Random(6)
    sentence = "The Seller shall deliver the goods within thirty days after receipt of the deposit, clause {at}."
    words = "\n".join(sentence.format(at=at) for at in range(300 * 45))
    prices = "".join(
        row(at, text(f"A{at}", f"Floor lamp {at}"), *(text(f"{letter}{at}", _digits(number, 4)) for letter in "BCDE"))
        for at in range(1, 4001)
    )
    found = screened(tmp_path, {"contract.txt": words.encode(), "prices.xlsx": Book([Sheet(prices)]).bytes()})
    assert {name: file["gaps"] for name, file in found.files.items()} == {"contract.txt": [], "prices.xlsx": []}
    assert found.seconds < 60
    assert found.peak < MOST_MEMORY
