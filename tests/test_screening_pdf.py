"""PDF files: what is written in them with its place, what nobody sees, and what cannot be read."""

import io
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_files import drawn, one_page, put_together, stream
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from reportlab.lib.colors import Color, black, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from orderproof.screening.budget import Budget, Limits
from orderproof.screening.extract import extract
from orderproof.screening.pdf import read_pdf
from orderproof.screening.text import Extract, Line

ACCOUNT = "6222 0000 1111 2222"


def read(content: bytes) -> Extract:
    return extract("contract.pdf", content)


def body(found: Extract) -> list[Line]:
    return [line for line in found.lines if not line.spot.part]


def rows(found: Extract) -> list[list[str]]:
    by_row: dict[tuple[int, int], list[str]] = {}
    for line in body(found):
        by_row.setdefault((line.frame, line.row), []).append(line.text)
    return list(by_row.values())


def codes(found: Extract) -> set[str]:
    return {gap.code for gap in found.gaps}


def said(text: str, x: float = 50, y: float = 200, size: float = 10) -> bytes:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("latin-1")


def written(text: str, **how: object) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        canvas.drawString(50, 250, "Sales contract of the parties named below, made in two originals")
        canvas.setFont("Helvetica", float(str(how.get("size", 10))))
        if "colour" in how:
            canvas.setFillColor(how["colour"])
        canvas.drawString(float(str(how.get("x", 50))), 200, text, mode=how.get("mode"))

    return page


# Places.


def test_label_and_value_of_a_table_stand_in_one_row() -> None:
    def page(canvas: Canvas) -> None:
        for x, y, text in (
            (200, 200, ACCOUNT),
            (50, 180, "Bank name"),
            (50, 200, "Account no."),
            (200, 180, "Sample Bank"),
        ):
            canvas.drawString(x, y, text)

    found = read(drawn(page))
    assert rows(found) == [["Account no.", ACCOUNT], ["Bank name", "Sample Bank"]]
    label, value = body(found)[:2]
    assert (label.spot.page, label.spot.line, value.spot.line) == (1, 1, 1)
    assert (label.left, round(value.left)) == (50, 200)
    assert value.right > value.left
    assert found.gaps == ()


def test_each_page_is_a_frame_with_its_own_lines() -> None:
    found = read(drawn(written("Account no.:"), written(ACCOUNT)))
    assert [(line.spot.page, line.spot.line) for line in body(found)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert len({line.frame for line in body(found)}) == 2


def test_what_is_drawn_in_any_order_is_read_as_it_is_seen() -> None:
    digits = "".join(
        f"BT /F1 10 Tf {50 + 7 * at} 200 Td ({digit}) Tj ET\n" for at, digit in reversed(list(enumerate("6222000011")))
    )
    assert rows(read(one_page(digits.encode()))) == [["6222000011"]]


def test_digits_that_are_moved_back_are_read_as_they_are_seen() -> None:
    # Each digit is drawn left of the one before it, by moves between the strings and by a negative space.
    moved = b"BT /F1 10 Tf 100 200 Td [(5) 1112 (4) 1112 (3) 1112 (2) 1112 (1)] TJ ET\n"
    spaced = b"BT /F1 10 Tf -11.12 Tc 100 180 Td (54321) Tj ET\n"
    assert rows(read(one_page(moved + spaced))) == [["12345"], ["12345"]]


def test_moves_between_strings_are_blanks_only_where_they_are_wide() -> None:
    shown = b"BT /F1 10 Tf 50 200 Td [(Acc) 20 (ount) -278 (no.) -3000 (62) -15 (22)] TJ ET"
    assert rows(read(one_page(shown))) == [["Account no.", "6222"]]


def test_what_is_drawn_twice_to_look_bold_is_read_once() -> None:
    assert rows(read(one_page(said("Account 6222") + said("Account 6222", x=50.3)))) == [["Account 6222"]]


def test_justified_words_are_one_line_and_headings_of_columns_are_not() -> None:
    words = b"".join(said(word, x) for word, x in (("all", 50), ("money", 75), ("goes", 117), ("to", 151), ("us", 173)))
    heads = b"".join(said(word, x, 180) for word, x in (("Item", 50), ("Price", 90), ("Account", 200), ("Bank", 300)))
    assert rows(read(one_page(words + heads))) == [["all money goes to us"], ["Item", "Price", "Account", "Bank"]]


def test_a_turned_stamp_is_a_row_of_its_own() -> None:
    stamp = b"BT /F1 10 Tf 0.866 0.5 -0.5 0.866 100 100 Tm (Account ) Tj (6222) Tj ET\n"
    up = b"BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Account 7333) Tj ET\n"
    assert rows(read(one_page(said("Contract") + stamp + up))) == [["Contract"], ["Account 6222"], ["Account 7333"]]


@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90])
def test_a_page_that_is_turned_is_read_as_it_is_seen(turn: int) -> None:
    matrix = {0: "1 0 0 1 50 200", 90: "0 1 -1 0 200 50", 180: "-1 0 0 -1 350 100", 270: "0 -1 1 0 50 250"}[turn % 360]
    below = {0: "1 0 0 1 50 180", 90: "0 1 -1 0 220 50", 180: "-1 0 0 -1 350 120", 270: "0 -1 1 0 30 250"}[turn % 360]
    shown = f"BT /F1 10 Tf {matrix} Tm (first) Tj {below} Tm (second) Tj ET".encode()
    found = read(one_page(shown, b"/Rotate %d" % turn))
    assert rows(found) == [["first"], ["second"]]
    assert {line.hidden for line in body(found)} == {""}


def test_forms_are_read_where_they_are_drawn() -> None:
    form = stream(said("6222", 0, 0), b"/Type /XObject /Subtype /Form /BBox [0 -5 100 20] /Matrix [1 0 0 1 100 0]")
    page = b"/Resources << /Font << /F1 11 0 R >> /XObject << /X 10 0 R >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    shown = said("Account") + b"q 1 0 0 1 100 200 cm /X Do Q"
    assert rows(read(one_page(shown, page, others={10: form, 11: font}))) == [["Account", "6222"]]


@given(st.lists(st.text("0123456789ABCabc", min_size=1, max_size=6), min_size=1, max_size=5), st.randoms())
def test_cells_of_a_row_are_read_in_their_order_however_they_are_drawn(texts: list[str], random: object) -> None:
    cells = [said(text, 20 + 75 * at) for at, text in enumerate(texts)]
    random.shuffle(cells)  # type: ignore[attr-defined]
    assert rows(read(one_page(b"".join(cells)))) == [texts]


# Letters.


def _composite(letters: dict[int, str], told: bool = True) -> dict[int, bytes]:
    pairs = "\n".join(f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in letters.items())
    table = f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange {len(letters)} beginbfchar\n{pairs}\nendbfchar endcmap"
    return {
        10: b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [11 0 R] %s >>"
        % (b"/ToUnicode 12 0 R" if told else b""),
        11: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 600 /CIDSystemInfo << /Ordering (Identity) >> >>",
        12: stream(table.encode()),
    }


def _codes(text: str, letters: dict[int, str]) -> bytes:
    codes_of = {letter: code for code, letter in letters.items()}
    return b"".join(b"%04x" % codes_of[letter] for letter in text)


def _lettered(seen: str) -> bytes:
    letters = dict(enumerate(dict.fromkeys(seen), 1))
    shown = b"BT /F1 10 Tf 50 200 Td <%s> Tj ET" % _codes(seen, letters)
    return one_page(shown, fonts=b"/F1 10 0 R", others=_composite(letters))


@pytest.mark.parametrize(
    "logical",
    ["رقم الحساب البنكي: 6222000011", "اسم المستفيد شركة العينة", "מספר חשבון של החברים: 6222000011"],
)
def test_lines_from_right_to_left_are_read_in_their_order(logical: str) -> None:
    label, _, number = logical.partition(": ")
    seen = (number + " :" if number else "") + label[::-1]
    assert [line.text for line in body(read(_lettered(seen)))] == [logical]
    assert [line.text for line in body(read(_lettered(label)))] == [label]


def test_forms_of_arabic_letters_and_ligatures_are_plain_letters() -> None:
    seen = "ﺏﺎﺴﺤﻟﺍ ﻢﻗﺭ"
    assert [line.text for line in body(read(_lettered(seen)))] == ["رقم الحساب"]
    assert [line.text for line in body(read(_lettered("beneﬁciary")))] == ["beneficiary"]


def test_latin_names_and_numbers_keep_their_order_between_arabic_words() -> None:
    assert [line.text for line in body(read(_lettered("IBAN SA03 8000 0000 : " + "رقم الحساب"[::-1])))] == [
        "رقم الحساب : IBAN SA03 8000 0000"
    ]


def test_letters_that_no_table_tells_are_a_gap() -> None:
    letters = dict(enumerate("Acount6230", 1))
    shown = b"BT /F1 10 Tf 50 200 Td <%s> Tj ET" % _codes("Account6222000", letters)
    found = read(one_page(shown, fonts=b"/F1 10 0 R", others=_composite(letters, told=False)))
    assert codes(found) == {"damaged"}
    assert found.gaps[0].spot.page == 1
    bullet = b"BT /F2 10 Tf 30 200 Td <0001> Tj ET"
    both = b"/F2 10 0 R /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    assert read(one_page(said("Contract") + bullet, fonts=both, others=_composite(letters, told=False))).gaps == ()


def test_names_of_glyphs_are_read() -> None:
    encoding = b"/Encoding << /Differences [1 /A /one.tnum /uni0032 /fi] >>"
    font = b"/F1 << /Type /Font /Subtype /Type1 /BaseFont /X %s >>" % encoding
    assert rows(read(one_page(b"BT /F1 10 Tf 50 200 Td <01020304> Tj ET", fonts=font))) == [["A12fi"]]


# What nobody sees.


def _hidden(content: bytes) -> dict[str, str]:
    return {line.text: line.hidden for line in read(content).lines if ACCOUNT in line.text}


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"mode": 3}, "invisible text"),
        ({"mode": 7}, "invisible text"),
        ({"colour": white}, "white text"),
        ({"size": 1}, "tiny text"),
        ({"x": 900}, "outside the page"),
        ({"colour": Color(0, 0, 0, alpha=0)}, "transparent text"),
        ({"colour": black}, ""),
    ],
    ids=["not painted", "clips only", "white", "tiny", "outside", "transparent", "seen"],
)
def test_text_that_nobody_sees_is_read_and_named(how: dict[str, object], reason: str) -> None:
    assert _hidden(drawn(written(ACCOUNT, **how))) == {ACCOUNT: reason}


def test_white_text_on_a_dark_ground_is_seen() -> None:
    dark = b"0 0 0.4 rg 40 190 300 30 re f 1 1 1 rg " + said(ACCOUNT)
    gray = b"0.5 g 40 190 300 30 re f 0.52 g " + said(ACCOUNT)
    assert _hidden(one_page(dark)) == {ACCOUNT: ""}
    assert _hidden(one_page(gray)) == {ACCOUNT: "text in the colour of its background"}


def test_text_under_what_is_painted_later_is_covered() -> None:
    assert _hidden(one_page(said(ACCOUNT) + b"1 g 40 190 300 30 re f")) == {ACCOUNT: "covered text"}
    assert _hidden(one_page(b"q 0 0 10 10 re W n " + said(ACCOUNT) + b" Q")) == {ACCOUNT: "clipped text"}


def test_text_on_a_layer_that_is_off_is_hidden() -> None:
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    page = b"/Resources << %s /Properties << /L 10 0 R >> >>" % font
    shown = b"/OC /L BDC " + said(ACCOUNT) + b"EMC " + said("seen", y=150)
    root = b"/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>"
    found = read(one_page(shown, page, root, {10: b"<< /Type /OCG /Name (x) >>"}))
    assert {line.text: line.hidden for line in body(found)} == {ACCOUNT: "switched off", "seen": ""}


def test_hidden_text_does_not_mingle_with_what_is_seen() -> None:
    found = read(one_page(said("Pay by the platform only") + b"1 g " + said(ACCOUNT, x=60)))
    assert {(line.text, line.hidden) for line in body(found)} == {
        ("Pay by the platform only", ""),
        (ACCOUNT, "white text"),
    }


# Beside the pages.


def test_annotations_properties_headings_and_alternative_texts_are_read() -> None:
    notes = b"""/Annots [
      << /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (note 6222) >>
      << /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /Contents (box 6223) >>
      << /Type /Annot /Subtype /Widget /FT /Tx /T (account) /V (6224) /Rect [0 0 9 9] >>
      << /Type /Annot /Subtype /Text /F 2 /Rect [0 0 9 9] /Contents (unseen 6225) >>
      << /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.com/pay/6226) >> >> ]"""
    root = (
        b"/Outlines 10 0 R /StructTreeRoot << /K [<< /S /Figure /Alt (picture 6227) >>] >> /AcroForm << /XFA 12 0 R >>"
    )
    others = {
        10: b"<< /First 11 0 R >>",
        11: b"<< /Title (heading 6228) /Next 11 0 R >>",
        12: stream(b"<data><account>6229</account></data>"),
    }
    shown = b"/Span << /ActualText (actual 6230) >> BDC " + said("Contract") + b"EMC"
    found = read(one_page(shown, notes, root, others))
    assert {(line.spot.part, line.text, line.hidden) for line in found.lines} == {
        ("", "Contract", ""),
        ("comment", "note 6222", ""),
        ("", "box 6223", ""),
        ("", "6224", ""),
        ("form field", "account: 6224", ""),
        ("comment", "unseen 6225", "hidden annotation"),
        ("link", "https://example.com/pay/6226", ""),
        ("alternative text", "picture 6227", ""),
        ("outline", "heading 6228", ""),
        ("form data", "account: 6229", ""),
        ("alternative text", "actual 6230", ""),
    }
    assert found.gaps == ()


def test_the_look_of_a_form_field_stands_in_the_row_of_its_label() -> None:
    look = stream(
        said("6222", 2, 3), b"/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 11 0 R >> >>"
    )
    note = b"/Annots [<< /Subtype /Widget /FT /Tx /V (6222) /Rect [150 197 250 217] /AP << /N 10 0 R >> >>]"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    found = read(one_page(said("Account"), note, others={10: look, 11: font}))
    assert rows(found) == [["Account", "6222"]]
    assert len(found.lines) == 2


def test_properties_are_read() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(drawn(written("Contract"))))
    writer.add_metadata(
        {NameObject("/Title"): TextStringObject("pay 6222"), NameObject("/Payee"): TextStringObject("收款账号")}
    )
    writer.xmp_metadata = b"<x:xmpmeta><dc:description>xmp 6223</dc:description></x:xmpmeta>"
    content = io.BytesIO()
    writer.write(content)
    texts = {line.text for line in read(content.getvalue()).lines if line.spot.part == "document property"}
    assert {"Title: pay 6222", "Payee: 收款账号", "xmp 6223"} <= texts


def test_attached_files_are_read() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(drawn(written("Contract"))))
    inner = drawn(written(ACCOUNT))
    writer.add_attachment("bank.pdf", inner)
    writer.add_attachment("data.bin", b"\x00\x01\x02\xff\xfe\x07" * 40)
    content = io.BytesIO()
    writer.write(content)
    found = read(content.getvalue())
    assert [line.spot.part for line in found.lines if line.text == ACCOUNT] == ["embedded file `bank.pdf`"]
    assert ["data.bin" in gap.spot.part for gap in found.gaps] == [True]


def test_files_are_attached_to_places_of_a_page_too() -> None:
    note = b"/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /F (a.txt) /EF << /F 10 0 R >> >> >>]"
    found = read(one_page(said("Contract"), note, others={10: stream(b"account 6222")}))
    assert [(line.text, line.spot.part) for line in found.lines[1:]] == [("account 6222", "embedded file `a.txt`")]


def test_what_stood_in_an_earlier_version_is_read() -> None:
    first = one_page(said("Account 6222"))
    start, place = first.rindex(b"startxref"), len(first)
    appended = first + b"4 0 obj\n" + stream(said("Account as ordered")) + b"\nendobj\n"
    table = len(appended)
    appended += b"xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        place,
        int(first[start:].split()[1]),
        table,
    )
    found = read(appended)
    assert [(line.text, line.hidden, line.spot.part) for line in found.lines] == [
        ("Account as ordered", "", ""),
        ("Account 6222", "deleted text", "earlier version"),
    ]
    assert found.gaps == ()


# Pictures.


def _picture() -> ImageReader:
    from PIL import Image

    return ImageReader(Image.new("RGB", (20, 20), "red"))


def test_pictures_are_told_with_their_share_and_place() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(50, 280, "Our bank details are as follows, and no other account may be used at all:")
        canvas.drawImage(_picture(), 0, 100, 400, 150)
        canvas.drawString(50, 50, "Signed by both")

    found = read(drawn(page))
    assert [(picture.after, round(picture.share, 2), picture.alone) for picture in found.pictures] == [(1, 0.5, False)]


def test_a_page_that_is_a_picture_is_alone_even_with_its_number() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(_picture(), 0, 0, 400, 300)
        canvas.drawString(190, 10, "Page 1 of 3")

    def strips(canvas: Canvas) -> None:
        for at in range(10):
            canvas.drawImage(_picture(), 0, 30 * at, 400, 30)

    found = read(drawn(page, strips))
    assert [(p.spot.page, round(p.share, 2), p.alone) for p in found.pictures] == [(1, 1.0, True), (2, 1.0, True)]


def test_a_page_whose_letters_are_drawn_as_lines_is_a_gap() -> None:
    curves = b"".join(b"%d 100 m %d 110 %d 120 %d 130 c f\n" % (at, at, at, at) for at in range(400))
    found = read(one_page(curves))
    assert [(gap.code, gap.spot.page) for gap in found.gaps] == [("picture", 1)]


def test_pictures_are_read_where_something_reads_them() -> None:
    content = drawn(lambda canvas: canvas.drawImage(_picture(), 0, 0, 400, 300))
    seen: list[bytes] = []

    def ocr(picture: bytes) -> tuple[Line, ...]:
        seen.append(picture)
        return (Line(ACCOUNT, row=1, left=5, right=90, spot=body(read(one_page(said("x"))))[0].spot),)

    found = read_pdf(content, Budget(lambda *_: Extract(""), ocr))
    assert [(line.text, line.spot.part, line.spot.page) for line in found.lines if ACCOUNT in line.text] == [
        (ACCOUNT, "picture", 1)
    ]
    assert found.pictures == ()
    assert seen[0].startswith(b"\x89PNG")


# What cannot be read.


def _encrypted(user: str, owner: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(drawn(written(ACCOUNT))))
    writer.encrypt(user, owner, algorithm=algorithm)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_that_only_the_owner_needs_keeps_nobody_out(algorithm: str) -> None:
    found = read(_encrypted("", "owner", algorithm))
    assert (ACCOUNT in [line.text for line in found.lines], found.gaps) == (True, ())
    assert codes(read(_encrypted("user", "owner", algorithm))) == {"encrypted"}


def test_a_file_that_is_cut_off_anywhere_has_a_gap() -> None:
    content = drawn(written(ACCOUNT), written("second"))
    for end in range(len(content) // 20, len(content) - 6, len(content) // 20):
        assert read(content[:end]).gaps, end


def test_text_that_is_cut_off_or_missing_is_a_gap() -> None:
    packed = zlib.compress(said("Contract") * 50 + said(ACCOUNT))
    cut = one_page(b"", others={4: stream(packed[: len(packed) // 2], b"/Filter /FlateDecode")})
    changed = packed[:40] + bytes(20) + packed[60:]
    broken = one_page(b"", others={4: stream(changed, b"/Filter /FlateDecode")})
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 9 0 R >>",
    }
    for content in (cut, broken, put_together(objects)):
        assert ("damaged", 1) in [(gap.code, gap.spot.page) for gap in read(content).gaps]


def test_a_page_that_cannot_be_read_leaves_the_others() -> None:
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R >>",
        4: stream(b"<< /A (" + said("x")),
        5: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 6 0 R >>",
        6: stream(said(ACCOUNT)),
    }
    found = read(put_together(objects))
    assert [line.text for line in found.lines] == [ACCOUNT]
    assert [gap.spot.page for gap in found.gaps] == [1]


def test_no_pages_are_a_gap() -> None:
    empty = put_together({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})
    assert codes(read(empty)) == {"empty"}


def test_each_limit_is_a_gap_and_what_is_within_it_is_not() -> None:
    content = drawn(*[written("page")] * 3)

    def limited(**limits: int) -> Extract:
        return read_pdf(content, Budget(lambda *_: Extract(""), limits=Limits(**limits)))

    assert limited(pages=3).gaps == ()
    assert [gap.reason for gap in limited(pages=2).gaps] == ["it holds more than 2 pages"]
    assert codes(limited(text=100)) == {"limit"}


# Hostile files: each costs a gap, little time and little memory.


def _tree(kids: bytes, **others: bytes) -> bytes:
    return put_together(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count 1 >>" % kids,
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R >>",
            4: stream(said(ACCOUNT)),
            **{int(key[1:]): value for key, value in others.items()},
        }
    )


def _packed(times: int, size: int) -> bytes:
    data = bytes(size)
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s]" % b" ".join([b"/FlateDecode"] * times))


def _forms() -> dict[int, bytes]:
    return {
        at: stream(
            b"/X Do " * 10, b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (at + 1)
        )
        for at in range(10, 25)
    }


_DRAWS = b"/Resources << /XObject << /X 10 0 R >> >>"

HOSTILE = {
    "loop of pages": _tree(b"2 0 R"),
    "page in itself": _tree(b"5 0 R", n5=b"<< /Type /Pages /Kids [5 0 R 2 0 R] /Count 1 >>"),
    "no end of arrays": one_page(b"[" * 200_000),
    "no end of dictionaries": one_page(b"<< /A " * 100_000),
    "object in itself": put_together({1: b"1 0 R"}),
    "length without end": put_together(
        {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Length 99999999999 >>\nstream\n"}
    ),
    "bomb": one_page(b"", others={4: _packed(1, 200 << 20)}),
    "bomb in a bomb": one_page(b"", others={4: _packed(2, 200 << 20)}),
    "filters without end": one_page(b"", others={4: stream(b"x", b"/Filter [%s]" % (b"/FlateDecode " * 5000))}),
    "form in itself": one_page(b"/X Do", _DRAWS, others={10: stream(b"/X Do", b"/Subtype /Form " + _DRAWS)}),
    "forms of forms": one_page(b"/X Do", _DRAWS, others=_forms()),
    "only a head": b"%PDF-1.7\n",
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_a_gap_and_little_else(name: str) -> None:
    read_pdf(one_page(b""), Budget(lambda *_: Extract("")))  # what is imported is not part of the cost
    tracemalloc.start()
    started = time.process_time()
    found = read(HOSTILE[name])
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.gaps
    assert spent < 5
    assert peak < 300 << 20


@pytest.mark.parametrize("count", [0, -5, 10**9])
def test_pages_are_those_that_there_are_whatever_their_number_is_said_to_be(count: int) -> None:
    content = _tree(b"3 0 R").replace(b"/Count 1 ", b"/Count %d " % count)
    assert [line.text for line in read(content).lines] == [ACCOUNT]
    encrypted = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(written("first"), written(ACCOUNT)))))
    encrypted.encrypt("", "owner", algorithm="RC4-128")
    told = io.BytesIO()
    encrypted.write(told)
    lied = told.getvalue().replace(b"/Count 2", b"/Count 1")
    assert ACCOUNT in [line.text for line in read(lied).lines]


@given(st.data())
def test_no_change_of_bytes_raises_anything(data: st.DataObject) -> None:
    content = bytearray(one_page(said(ACCOUNT) + b"0 0 9 9 re f", b"/Annots [<< /Subtype /Text /Contents (x) >>]"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(read_pdf(bytes(content), Budget(lambda *_: Extract(""))), Extract)


@pytest.mark.parametrize(
    "shown",
    [
        b"BT /F1 10 Tf 5 5 Td (" + b"1 " * 8_000_000 + b") Tj ET",
        b"".join(said(f"a{at}") for at in range(20_000)),
        b"".join(said(f"a{at}", at % 400, at % 290) for at in range(60_000)),
    ],
    ids=["a string without end", "all in one place", "runs without end"],
)
def test_a_page_that_draws_too_much_costs_little(shown: bytes) -> None:
    content = one_page(b"", others={4: stream(zlib.compress(shown), b"/Filter /FlateDecode")})
    started = time.process_time()
    found = read(content)
    assert time.process_time() - started < 15
    assert codes(found) <= {"limit"}
