"""What cannot be read of a contract is always told: a part that is damaged, locked or a program, and a picture."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from pdf_files import one_page, put_together, stream
from screened import screened
from word_files import paragraph, run, word_members
from workbooks import Book, Sheet, number, row

from orderproof.screening.budget import Budget
from orderproof.screening.image import read_image
from orderproof.screening.text import Extract, Gap, Line, Spot

HEADER = '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p/></w:hdr>'


def spoilt(members: Mapping[str, bytes], name: str) -> bytes:
    """An archive of which the bytes of a member are others than their sum says."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as packed:
        for each, data in members.items():
            packed.writestr(each, data)
    return content.getvalue().replace(members[name], members[name][:-1] + b"?")


def word(kind: str, name: str, content: bytes) -> dict[str, bytes]:
    return word_members(paragraph(run("SALES CONTRACT")), {"rId1": (kind, name)}, {f"word/{name}": content})


def packed(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def locked() -> bytes:
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R >>",
        4: stream(b"BT ET"),
        5: b"<< /Filter /Other /V 9 >>",
    }
    return put_together(objects, extra=b"/Encrypt 5 0 R /ID [<00> <00>]")


def replacing() -> bytes:
    """A sheet that shows other digits by a format of its own."""
    format_ = '<numFmt numFmtId="170" formatCode="[=1]&quot;9928123456785196&quot;;0"/>'
    return Book([Sheet(row(1, number("A1", "1")), after=f"<extLst><ext><dxf>{format_}</dxf></ext></extLst>")]).bytes()


UNREAD: dict[str, tuple[bytes, str, str]] = {
    "program.docm": (
        packed(word("vbaProject", "vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
        "embedded",
        "it holds a program (macros), which is not read",
    ),
    "header.docx": (
        spoilt(word("header", "header1.xml", HEADER.encode()), "word/header1.xml"),
        "damaged",
        "its part `word/header1.xml` cannot be read: ",
    ),
    "archive.zip": (spoilt({"a.txt": b"SALES CONTRACT", "b.txt": b"Floor lamps"}, "b.txt"), "damaged", ""),
    "cut.pdf": (one_page(b"BT ET") + b"10 0 obj\n<< >>\n" * 200, "damaged", "its end is missing: it is cut off"),
    "locked.pdf": (locked(), "encrypted", "it is encrypted in a way that cannot be read"),
    "formats.xlsx": (replacing(), "format", "a format shows other digits than a cell holds"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_told(name: str) -> None:
    content, code, reason = UNREAD[name]
    found = screened(name, content)
    assert [gap.code for gap in found.gaps if gap.reason.startswith(reason)] == [code], found.gaps
    assert not found.is_read


@pytest.mark.parametrize("lines", [(), (Line("SALES CONTRACT", Spot(line=1)),)])
def test_a_picture_that_says_nothing_to_its_reader_is_not_read(lines: tuple[Line, ...]) -> None:
    found = read_image(b"", Budget(lambda *_: Extract(""), lambda _: lines))
    assert found.lines == lines
    assert found.gaps == (() if lines else (Gap("picture", "it is a picture in which no text was found"),))
