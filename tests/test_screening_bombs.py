"""Attacks A12 to A15 by the contents of contracts: each costs its own verdict, little time and little memory."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from measured import checked, is_cheap, outcome, screened, verdicts
from pdf_files import one_page, put_together, stream
from word_files import paragraph, part, run, word_members
from workbooks import Book, Sheet, archive, changed, row, text

LABELLED = "Bank account no.: 9928123456785196"
BODY = paragraph(run("SALES CONTRACT: floor lamps, 400 pieces."))
CLEAN = b"SALES CONTRACT\nFloor lamps, 400 pieces.\n"

pytest.importorskip("resource")

Outcome = tuple[str, list[str]]


# A12 archives that unpack to more than they are


def _flat(name: str) -> Callable[[Mapping[str, bytes]], bytes]:
    return lambda members: archive({**members, name: b"<a>" + bytes([32]) * (40 << 20) + b"</a>"})


def _steep(name: str) -> Callable[[Mapping[str, bytes]], bytes]:
    """Below the ratio at which a member is suspected, and above what is unpacked of one file."""
    piece = b"".join(b"<t a='%d%s'/>" % (at * 7919 % 100003, b" " * 250) for at in range(20_000))
    return lambda members: archive({**members, name: b"<a>" + piece * (52 * (1 << 20) // len(piece)) + b"</a>"})


def _overlap(members: Mapping[str, bytes]) -> bytes:
    content = archive(members)
    size = struct.unpack_from("<L", content, content.index(b"PK\x01\x02") + 20)[0]
    return changed(content, "central", {20: ("L", size + 100)})


def _lie(offset: int, by: int) -> Callable[[Mapping[str, bytes]], bytes]:
    def lied(members: Mapping[str, bytes]) -> bytes:
        # The first member is the one that must be read.
        first = next(name for name in members if name in ("word/document.xml", "xl/worksheets/sheet1.xml"))
        content = archive({first: members[first], **members})
        value = struct.unpack_from("<L", content, content.index(b"PK\x01\x02") + offset)[0]
        return changed(content, "central", {offset: ("L", (value + by) % (1 << 32))})

    return lied


def _many(members: Mapping[str, bytes]) -> bytes:
    return archive({**members, **{f"x/{at}": b"" for at in range(65_000)}}, zipfile.ZIP_STORED)


def _twins(members: Mapping[str, bytes]) -> bytes:
    return archive({**members, "x/one.xml": b"<a/>", "x/two.xml": b"<b/>"}).replace(b"x/two.xml", b"x/one.xml")


def _encrypted(members: Mapping[str, bytes]) -> bytes:
    content = archive(members)
    return changed(changed(content, "central", {8: ("H", 1)}), "local", {6: ("H", 1)})


def _nested(members: Mapping[str, bytes]) -> bytes:
    inner = archive({f"{at}.txt": b"\n" * (1 << 20) for at in range(10)})
    for _ in range(3):
        inner = archive({f"{at}.zip": inner for at in range(10)})
    folder = "word" if "word/document.xml" in members else "xl"
    return archive({**members, f"{folder}/embeddings/inner.zip": inner})


BOMBS: Mapping[str, tuple[Callable[[Mapping[str, bytes]], bytes], list[str]]] = {
    "flat": (_flat("word/header9.xml"), ["limit"]),
    "flat in what is not looked at": (_flat("docProps/thumbnail.bin"), ["limit"]),
    "steep": (_steep("customXml/item9.xml"), ["limit"]),
    "overlap": (_overlap, ["damaged"]),
    "size too small": (_lie(24, -1), ["damaged"]),
    "size too large": (_lie(24, 1), ["damaged"]),
    "size without end": (_lie(24, (1 << 32) - 1), ["damaged"]),
    "another sum": (_lie(16, 1), ["damaged"]),
    "65,000 members": (_many, ["limit"]),
    "two of one name": (_twins, ["damaged"]),
    "encrypted": (_encrypted, ["encrypted"]),
    "archives in archives": (_nested, ["embedded"]),
}


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a12_archives_cost_their_own_verdict(kind: str, tmp_path: Path) -> None:
    members = word_members(BODY) if kind == "docx" else Book([Sheet(row(1, text("A1", "SALES CONTRACT")))]).members()
    files = {f"{name}.{kind}": make(members) for name, (make, _) in BOMBS.items()}
    found = screened(tmp_path, {**files, "clean.txt": CLEAN})
    told = {name: outcome(file) for name, file in found.files.items()}
    assert found.code == 3
    assert told.pop("clean.txt") == ("none", [])
    assert told == {f"{name}.{kind}": ("none", codes) for name, (_, codes) in BOMBS.items()}
    is_cheap(found, 60)


# A13 sheets that are larger than what they hold


def _dimension(reference: str) -> Sheet:
    return Sheet(row(1, text("A1", LABELLED)), before=f'<dimension ref="{reference}"/>')


def test_a13_sheets_cost_what_they_hold(tmp_path: Path) -> None:
    corner = row(1, text("A1", "x")) + row(1_048_576, text("XFD1048576", LABELLED))
    beyond = '<row r="1"><c r="AAAAAA99999999999" t="inlineStr"><is><t>' + LABELLED + "</t></is></c></row>"
    merged = Sheet(corner, after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    columns = Sheet(corner, before='<cols><col min="1" max="16384" hidden="0" width="9"/></cols>')
    sheets = {
        "corner.xlsx": Sheet(corner),
        "beyond.xlsx": Sheet(beyond),
        "more.xlsx": _dimension("A1:XFD1048576"),
        "less.xlsx": _dimension("A1"),
        "none.xlsx": _dimension("AAAAAA0:A-1"),
        "merged.xlsx": merged,
        "columns.xlsx": columns,
    }
    found = screened(tmp_path, {name: Book([sheet]).bytes() for name, sheet in sheets.items()})
    assert found.code == 1
    assert {name: outcome(file) for name, file in found.files.items()} == dict.fromkeys(sheets, ("account", []))
    is_cheap(found, 20)


# A14 document types and entities

DOCTYPES = {
    "internal": '<!DOCTYPE a [<!ENTITY b "c">]>',
    "billion": '<!DOCTYPE a [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    + "]>",
    "external": '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    "entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://files.example/x"> %b;]>',
}


def _typed(kind: str, doctype: str, encoding: str) -> bytes:
    if kind == "docx":
        body = part("document", f"<w:body>{BODY}</w:body>").partition("\n")[2]
        members, name = word_members(BODY), "word/document.xml"
    else:
        members, name = Book([Sheet(row(1, text("A1", "SALES CONTRACT")))]).members(), "xl/worksheets/sheet1.xml"
        body = members[name].decode().partition("\n")[2]
    return archive({**members, name: f"{doctype}{body}".encode(encoding)})


def test_a14_no_document_type_is_read(tmp_path: Path) -> None:
    typed = {
        f"{name}-{encoding}.{kind}": _typed(kind, doctype, encoding)
        for name, doctype in DOCTYPES.items()
        for encoding in ("utf-8", "utf-16")
        for kind in ("docx", "xlsx")
    }
    found = screened(tmp_path, typed)
    assert found.code == 3
    assert {name: outcome(file) for name, file in found.files.items()} == dict.fromkeys(typed, ("none", ["damaged"]))
    is_cheap(found, 20)


def test_a14_a_document_type_in_a_comment_is_none(tmp_path: Path) -> None:
    said = "<!-- <!DOCTYPE a [<!ENTITY b SYSTEM 'file:///x'>]> -->"
    commented = {
        f"{encoding}.{kind}": _typed(kind, said, encoding)
        for encoding in ("utf-8", "utf-16")
        for kind in ("docx", "xlsx")
    }
    found = screened(tmp_path, commented)
    assert found.code == 0
    assert {name: outcome(file) for name, file in found.files.items()} == dict.fromkeys(commented, ("none", []))


# A15 hostile PDF files


def _said(words: str) -> bytes:
    return b"BT /F1 10 Tf 20 20 Td (%s) Tj ET " % words.encode()


def _tree(kids: bytes, count: int, **others: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R >>"
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    more = {int(name[1:]): value for name, value in others.items()}
    return put_together({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: page, 4: stream(_said("x")), **more})


def _packed(times: int, size: int) -> dict[int, bytes]:
    data = bytes(size)
    for _ in range(times):
        data = zlib.compress(data, 9)
    return {4: stream(data, b"/Filter [%s]" % (b"/FlateDecode " * times))}


def _forms() -> bytes:
    draws = b"/Resources << /XObject << /X 10 0 R >> >>"
    forms = {
        at: stream(b"/X Do " * 10, b"/Subtype /Form /BBox [0 0 9 9] " + draws.replace(b"10 0", b"%d 0" % (at + 1)))
        for at in range(10, 25)
    }
    return one_page(b"/X Do", draws, others=forms)


def _previous() -> bytes:
    """A table of places that says that the one before it is itself."""
    content = one_page(_said("x"))
    start = content.rindex(b"xref\n0")
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


PDFS: Mapping[str, tuple[bytes, Outcome]] = {
    "loop of pages": (_tree(b"2 0 R", 1), ("none", ["damaged"])),
    "loop of tables": (_previous(), ("none", [])),
    "count too small": (_tree(b"3 0 R", -5), ("none", [])),
    "count too large": (_tree(b"3 0 R", 10**9), ("none", [])),
    "cut off": (one_page(_said(LABELLED))[:-200], ("none", ["damaged"])),
    "arrays without end": (one_page(b"[" * 500_000), ("none", ["limit"])),
    "dictionaries without end": (one_page(b"<</A" * 500_000), ("none", ["limit"])),
    "bomb": (one_page(b"", others=_packed(1, 500 << 20)), ("none", ["limit"])),
    "bomb in a bomb": (one_page(b"", others=_packed(2, 500 << 20)), ("none", ["limit"])),
    "forms of forms": (_forms(), ("none", ["limit"])),
    "object in itself": (put_together({1: b"1 0 R"}), ("none", ["damaged"])),
    "filters without end": (
        one_page(b"", others={4: stream(b"x", b"/Filter [%s]" % (b"/FlateDecode " * 5000))}),
        ("none", ["limit"]),
    ),
}


def test_a15_hostile_pdf_files_cost_their_own_verdict(tmp_path: Path) -> None:
    found = screened(tmp_path, {f"{name}.pdf": content for name, (content, _) in PDFS.items()})
    assert found.code == 3
    assert {Path(name).stem: outcome(file) for name, file in found.files.items()} == {
        name: told for name, (_, told) in PDFS.items()
    }
    is_cheap(found, 60)


def test_hostile_attachments_are_never_a_pass(tmp_path: Path) -> None:
    members = word_members(BODY)
    files = {f"{number}.docx": make(members) for number, (make, _) in enumerate(BOMBS.values())}
    files |= {f"{number}.pdf": content for number, (content, (_, gaps)) in enumerate(PDFS.values()) if gaps}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = checked(tmp_path, *files)
    assert (found.code, verdicts(found)) == (1, ["undetermined"] * len(files))
    is_cheap(found, 60)
