"""Accounts in PDF files where a reader sees them and a parser may not, or where only a parser finds them."""

import pytest
from pdf_files import drawn, one_page, stream
from reportlab.pdfgen.canvas import Canvas
from screened import NUMBER, verdict

WRITTEN = NUMBER.encode()
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
FONTS = b"/Resources << /Font << /F1 11 0 R >> >>"


def said(text: str, x: int = 20, y: int = 200) -> bytes:
    return b"BT /F1 10 Tf %d %d Td (%s) Tj ET\n" % (x, y, text.encode())


TITLE = said("SALES CONTRACT between Hangzhou Example Trading and the buyer of 500 kettles", y=270)
LABEL = said("Account No.:")
TOLD = said(f"Account No.: {NUMBER}", 2, 2)


def form(drawing: bytes, entries: bytes = b"") -> bytes:
    return stream(drawing, b"/Type /XObject /Subtype /Form /BBox [0 0 300 20] %s %s" % (FONTS, entries))


def pdf(drawing: bytes = b"", page: bytes = b"", root: bytes = b"", **others: bytes) -> bytes:
    found = {int(name[1:]): value for name, value in others.items()}
    return one_page(TITLE + drawing, page, root, {11: FONT, **found})


def test_what_stands_on_no_page_is_told() -> None:
    look = b"/Annots [<< /Subtype /Widget /FT /Btn /AP << %s >> /Rect [100 197 300 217] >>]"
    places = {
        "a look that is not chosen": pdf(page=look % b"/N << /On 10 0 R /Off 12 0 R >>", _10=form(TOLD), _12=form(b"")),
        "a look under the pointer": pdf(page=look % b"/N 12 0 R /R 10 0 R", _10=form(TOLD), _12=form(b"")),
        "a pattern": pdf(_10=stream(TOLD, b"/PatternType 1 /PaintType 1 /BBox [0 0 300 20] " + FONTS)),
        "a page of no tree": pdf(_10=b"<< /Type /Page /Contents 12 0 R %s >>" % FONTS, _12=stream(TOLD)),
        "a template": pdf(_10=b"<< /Type /Template /Contents 12 0 R %s >>" % FONTS, _12=stream(TOLD)),
        "a field without a place": pdf(
            root=b"/AcroForm << /Fields [<< /FT /Tx /T (Account No) /V (%s) >>] >>" % WRITTEN
        ),
        "a reason of a signature": pdf(
            root=b"/AcroForm << /Fields [<< /FT /Sig /V << /Type /Sig /Reason (Account No.: %s) >> >>] >>" % WRITTEN
        ),
        "the name of a layer": pdf(
            root=b"/OCProperties << /OCGs [10 0 R] /D << >> >>", _10=b"<< /Name (Account No.: %s) >>" % WRITTEN
        ),
        "the number of a page": pdf(root=b"/PageLabels << /Nums [0 << /P (Account No.: %s) >>] >>" % WRITTEN),
        "a thread": pdf(root=b"/Threads [<< /I << /Title (Account No.: %s) >> >>]" % WRITTEN),
        "private data": pdf(page=b"/PieceInfo << /X << /Private (Account No.: %s) >> >>" % WRITTEN),
        "a script": pdf(root=b"/OpenAction << /S /JavaScript /JS (app.alert\\('Account No.: %s'\\)) >>" % WRITTEN),
        "metadata of a page": pdf(
            page=b"/Metadata 10 0 R", _10=stream(b"<x><d>Account No.: %s</d></x>" % WRITTEN, b"/Type /Metadata")
        ),
        "metadata in attributes": pdf(
            root=b"/Metadata 10 0 R", _10=stream(b"<x k='Account No.: %s'/>" % WRITTEN, b"/Type /Metadata")
        ),
    }
    assert {place: verdict("a.pdf", content) for place, content in places.items()} == dict.fromkeys(places, NUMBER)


def test_attached_files_are_read_whatever_refers_to_them() -> None:
    text = b"Account No.: %s" % WRITTEN
    names = b"/Names << /EmbeddedFiles << /Names [(a) << /F (a.txt) /EF << /DOS 10 0 R >> %s >>] >> >>"
    found = (
        verdict("a.pdf", pdf(root=names % b"", _10=stream(text))),
        verdict("a.pdf", pdf(_10=stream(text, b"/Type /EmbeddedFile"))),
        verdict("a.pdf", pdf(root=names % (b"/Desc (%s)" % text), _10=stream(b"see the order page"))),
    )
    assert found == (NUMBER,) * 3


def test_a_script_that_fills_in_a_field_is_a_gap() -> None:
    script = b'/OpenAction << /S /JavaScript /JS (this.getField\\("x"\\).value = "%s") >>' % WRITTEN
    assert verdict("a.pdf", pdf(LABEL, root=script)) == "embedded"


def test_what_fields_and_notes_show_is_told() -> None:
    field = b"/Annots [<< /Subtype /Widget /FT %s /Rect [90 197 250 217] >>]"
    note = b"/Annots [<< /Subtype %s /Rect [20 180 300 190] >>]"
    shown = {
        "a value without a look, beside its label": pdf(
            LABEL + said("Bank: Example Bank", y=150), field % (b"/Tx /V (%s)" % WRITTEN)
        ),
        "the words for a choice": pdf(page=field % (b"/Ch /V (b) /Opt [[(a) (x)] [(b) (Account No.: %s)]]" % WRITTEN)),
        "the words on a button": pdf(LABEL, field % (b"/Btn /MK << /CA (%s) >>" % WRITTEN)),
        "rich text of a field": pdf(LABEL, field % (b"/Tx /RV (<p>%s</p>)" % WRITTEN)),
        "rich text of a note": pdf(
            page=note % (b"/FreeText /Contents (x) /RC (<p>Account No.: &#56;%s</p>)" % WRITTEN[1:])
        ),
        "what stands over what is blacked out": pdf(page=note % (b"/Redact /OverlayText (Account No.: %s)" % WRITTEN)),
    }
    assert {place: verdict("a.pdf", content) for place, content in shown.items()} == dict.fromkeys(shown, NUMBER)


def test_forms_in_xml_have_names_attributes_and_characters_by_number() -> None:
    spelled = b"".join(b"&#%d;" % digit for digit in WRITTEN)
    forms = (
        b"<d><x:Account_No>%s</x:Account_No></d>" % spelled,
        b"<t><field value='Account No.: %s'/></t>" % WRITTEN,
    )
    root = b"/AcroForm << /XFA [(datasets) 10 0 R] >>"
    assert [verdict("a.pdf", pdf(root=root, _10=stream(each))) for each in forms] == [NUMBER] * 2


# Fonts.


def named(font: bytes, text: bytes, **others: bytes) -> bytes:
    fonts = b"/F9 11 0 R /F1 " + font
    found = {int(name[1:]): value for name, value in others.items()}
    drawing = TITLE.replace(b"/F1", b"/F9") + LABEL.replace(b"/F1", b"/F9") + text
    return one_page(drawing, others={11: FONT, **found}, fonts=fonts)


def table(pairs: dict[int, int], size: int = 1) -> bytes:
    lines = b" ".join(b"<%0*x> <%04x>" % (2 * size, code, letter) for code, letter in pairs.items())
    span = b"<%0*x> <%s>" % (2 * size, 0, b"ff" * size)
    return stream(
        b"begincmap 1 begincodespacerange %s endcodespacerange %d beginbfchar %s endbfchar endcmap"
        % (span, len(pairs), lines)
    )


@pytest.mark.parametrize("letters", ["abcdefghij", " " * 10, "\u200b" * 10, "1234567890"])
def test_a_font_that_calls_its_digits_something_else_is_read_as_it_is_drawn(letters: str) -> None:
    told = table({48 + digit: ord(letter) for digit, letter in enumerate(letters)})
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 10 0 R >>"
    assert verdict("a.pdf", named(font, said(NUMBER, 100), _10=told)) == NUMBER


def test_a_font_whose_letters_are_all_blanks_is_a_gap() -> None:
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [12 0 R] /ToUnicode 10 0 R >>"
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 600 >>"
    codes = b"".join(b"%04x" % (digit + 17) for digit in WRITTEN)
    drawing = b"BT /F1 10 Tf 100 200 Td <%s> Tj ET\n" % codes
    told = table({digit + 17: 32 for digit in set(WRITTEN)}, 2)
    assert verdict("a.pdf", named(font, drawing, _10=told, _12=below)) == "damaged"


COMPOSITE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /%s /DescendantFonts [<< /Type /Font /BaseFont /X"
    b" /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (%s) /Supplement 2 >> >>] >>"
)


@pytest.mark.parametrize(
    ("encoding", "letters", "codec"),
    [
        ("KSCms-UHC-H", "Korea1", "cp949"),
        ("KSC-EUC-H", "Korea1", "euc_kr"),
        ("90pv-RKSJ-H", "Japan1", "cp932"),
        ("GBK-EUC-H", "GB1", "gbk"),
        ("GBpc-EUC-H", "GB1", "gbk"),
        ("HKscs-B5-H", "CNS1", "big5hkscs"),
        ("UniGB-UTF8-H", "GB1", "utf-8"),
        ("UniGB-UTF16-H", "GB1", "utf-16-be"),
        ("UniKS-UTF32-H", "Korea1", "utf-32-be"),
    ],
)
def test_encodings_with_a_name_are_read(encoding: str, letters: str, codec: str) -> None:
    drawing = b"BT /F1 10 Tf 100 200 Td <%s> Tj ET\n" % NUMBER.encode(codec).hex().encode()
    assert verdict("a.pdf", named(COMPOSITE % (encoding.encode(), letters.encode()), drawing)) == NUMBER


def test_an_encoding_that_nobody_knows_is_a_gap() -> None:
    assert verdict("a.pdf", named(COMPOSITE % (b"My-Own-H", b"X"), said(NUMBER, 100))) == "damaged"


def test_letters_that_no_table_tells_are_a_gap_even_one_to_a_cell() -> None:
    cells = [b"BT /F1 10 Tf %d 200 Td <00%02x> Tj ET\n" % (100 + 16 * at, digit) for at, digit in enumerate(WRITTEN)]
    assert verdict("a.pdf", named(COMPOSITE % (b"Identity-H", b"Identity"), b"".join(cells))) == "damaged"


def test_glyphs_that_are_texts_of_another_font_are_a_gap() -> None:
    names = [b"A", b"B", b"C", b"D", b"E", b"F", b"G", b"H", b"I", b"J"]
    glyphs = {f"_{20 + at}": stream(b"600 0 d0 BT /F9 1000 Tf (%d) Tj ET" % at) for at in range(10)}
    font = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 800] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 65"
    font += b" /LastChar 74 /Widths [%s] /Encoding << /Differences [65 %s] >> /CharProcs << %s >> >>" % (
        b"600 " * 10,
        b" ".join(b"/" + name for name in names),
        b" ".join(b"/%s %d 0 R" % (name, 20 + at) for at, name in enumerate(names)),
    )
    drawing = said("".join(chr(65 + digit - 48) for digit in WRITTEN), 100)
    assert verdict("a.pdf", named(font, drawing, **glyphs)) == "damaged"


def test_fonts_of_old_vietnamese_are_read() -> None:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+.VnTime /Encoding /WinAnsiEncoding >>"
    label = b"BT /F1 10 Tf 20 180 Td (S\xe8 t\xb5i kho\xb6n: %s) Tj ET\n" % WRITTEN
    drawing = TITLE.replace(b"/F1", b"/F9") + label
    assert verdict("a.pdf", one_page(drawing, others={11: FONT}, fonts=b"/F9 11 0 R /F1 " + font)) == NUMBER


# Places.


def waving(canvas: Canvas) -> None:
    for at, digit in enumerate(NUMBER):
        canvas.drawString(110 + at * 6, 200 + (5 if at % 2 else -5), digit)


def turning(canvas: Canvas) -> None:
    for at, digit in enumerate(NUMBER):
        canvas.saveState()
        canvas.translate(110 + at * 7, 200)
        canvas.rotate(12 if at % 2 else -12)
        canvas.drawString(0, 0, digit)
        canvas.restoreState()


def falling(canvas: Canvas) -> None:
    for at, digit in enumerate(NUMBER):
        canvas.drawString(110, 200 - at * 11, digit)


def sloping(canvas: Canvas) -> None:
    for at, digit in enumerate(NUMBER):
        canvas.drawString(110 + at * 6, 200 - at * 0.8, digit)


@pytest.mark.parametrize("draw", [waving, turning, falling, sloping])
def test_digits_that_are_set_one_by_one_are_one_number(draw: object) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(30, 280, "Sales contract of the parties named below, made in two originals")
        canvas.drawString(30, 200, "Account No.:")
        draw(canvas)  # type: ignore[operator]

    assert verdict("a.pdf", drawn(page)) == NUMBER


def test_rows_of_single_glyphs_stay_rows() -> None:
    cells = b"".join(
        said(digit, 40 + at * 6, 220 - row * 12) for row in range(4) for at, digit in enumerate(f"{row}{row}50")
    )
    found = verdict("a.pdf", pdf(cells))
    assert found == "pass"


def test_ornaments_that_cannot_be_read_are_no_gap() -> None:
    font = COMPOSITE % (b"Identity-H", b"Identity")
    bullets = b"".join(b"BT /F1 10 Tf 20 %d Td <0077> Tj ET\n" % (180 - 12 * row) for row in range(12))
    plain = TITLE.replace(b"/F1", b"/F9") + bullets
    content = one_page(plain, others={11: FONT}, fonts=b"/F9 11 0 R /F1 " + font)
    assert verdict("a.pdf", content) == "pass"


def test_what_is_written_on_a_line_of_underscores_follows_its_label() -> None:
    lines = ("Account No.: ____________________", "Account No.: ....................")
    assert [verdict("a.pdf", pdf(said(line) + said(NUMBER, 100, 203))) for line in lines] == [NUMBER] * 2
    apart = LABEL + said("____________________", 90) + said(NUMBER, 100, 203)
    assert verdict("a.pdf", pdf(apart)) == NUMBER
    assert verdict("a.pdf", pdf(said(lines[0]) + said("Date: 12 May", 300))) == "pass"


def test_a_font_of_its_own_codes_is_a_gap_where_they_make_no_words() -> None:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+X /FontDescriptor 10 0 R >>"
    own = b"<< /Type /FontDescriptor /FontName /ABCDEF+X /Flags 4 /FontFile2 12 0 R >>"
    codes = b"<%s>" % b"".join(b"%02x" % (digit - 15) for digit in WRITTEN)
    drawing = b"BT /F1 10 Tf 100 200 Td %s Tj ET\n" % codes
    found = [
        verdict("a.pdf", named(font, text, _10=own, _12=stream(b""))) for text in (drawing, said("as ordered", 100))
    ]
    assert found == ["damaged", "pass"]


def test_an_operator_of_text_that_fails_is_a_gap() -> None:
    text = b"BT /F1 10 Tf 20 200 Td (The goods are new.) Tj ET\n"
    wrong = (b"BT /F1 Tf 20 180 Td (x) Tj ET\n", b"BT /F1 10 Tf 5 TJ ET\n")
    assert [verdict("a.pdf", one_page(text + drawing)) for drawing in wrong] == ["damaged"] * 2
    assert verdict("a.pdf", one_page(text + b"BT Tj ET\n")) == "pass"


def test_a_font_that_a_graphics_state_sets_is_drawn_with() -> None:
    resources = b"/Resources << /Font << /F1 11 0 R >> /ExtGState << /G1 << /Font [11 0 R 10] >> >> >>"
    drawing = b"BT /G1 gs 20 200 Td (Account No.: %s) Tj ET\n" % WRITTEN
    look = stream(drawing, b"/Type /XObject /Subtype /Form /BBox [0 0 400 300] " + resources)
    pages = (
        one_page(drawing, resources, b"", {11: FONT}),
        pdf(b"/X1 Do", b"/Resources << /XObject << /X1 10 0 R >> >>", _10=look),
    )
    assert [verdict("a.pdf", page) for page in pages] == [NUMBER] * 2


def test_glyphs_that_nobody_can_read_are_a_gap_also_in_short_rows() -> None:
    drawn_digits = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 48"
        b" /LastChar 57 /Widths [600 600 600 600 600 600 600 600 600 600] /CharProcs << /a 13 0 R >>"
        b" /Encoding << /Differences [48 /g1 /g2 /g3 /g4 /g5 /g6 /g7 /g8 /g9 /g10] >> >>"
    )
    glyph = stream(b"600 0 0 0 750 750 d1 0 0 500 500 re f")
    rows = [NUMBER[at : at + 5] for at in range(0, len(NUMBER), 5)]
    digits = b"".join(said(row, 120, 200 - 14 * at) for at, row in enumerate(rows)).replace(b"/F1", b"/F3")
    page = b"/Resources << /Font << /F1 11 0 R /F3 12 0 R >> >>"
    assert verdict("a.pdf", pdf(LABEL + digits, page, _12=drawn_digits, _13=glyph)) == "damaged"


PICTURE = stream(
    b"\0" * 100, b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceGray"
)


def test_a_picture_in_whose_form_a_page_is_filled_is_one() -> None:
    mask = stream(
        b"400 0 0 300 0 0 cm /X1 Do", b"/Subtype /Form /BBox [0 0 400 300] /Resources << /XObject << /X1 12 0 R >> >>"
    )
    page = b"/Resources << /Font << /F1 11 0 R >> /ExtGState << /G1 << /SMask << /S /Luminosity /G 10 0 R >> >> >> >>"
    drawing = b"/G1 gs 0 0 400 300 re f"
    assert verdict("a.pdf", pdf(drawing, page, _10=mask, _12=PICTURE)) == "picture"
    assert verdict("a.pdf", pdf(drawing, page, _10=stream(b"0 0 9 9 re f", b"/Subtype /Form"), _12=PICTURE)) == "pass"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (b"", "pass"),
        (b"/P /AllOn", "pass"),
        (b"/P /AllOff", "picture"),
        (b"/P /AnyOff", "picture"),
        (b"/VE [/Not 10 0 R]", "picture"),
    ],
)
def test_a_picture_is_shown_as_its_group_of_layers_says(rule: bytes, expected: str) -> None:
    page = b"/Resources << /Font << /F1 11 0 R >> /XObject << /X1 12 0 R >> /Properties << /P1 13 0 R >> >>"
    drawing = b"/OC /P1 BDC q 400 0 0 300 0 0 cm /X1 Do Q EMC"
    root = b"/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >>"
    layers = {"_10": b"<< /Type /OCG /Name (x) >>", "_13": b"<< /Type /OCMD /OCGs [10 0 R] %s >>" % rule}
    assert verdict("a.pdf", pdf(drawing, page, root, _12=PICTURE, **layers)) == expected


def test_an_operator_without_its_operands_draws_nothing_and_ends_nothing() -> None:
    assert verdict("a.pdf", pdf(b"1 2 re f 1 0 cm\n" + said(f"Account No.: {NUMBER}"))) == NUMBER
    assert verdict("a.pdf", pdf(b"1 2 re f 1 0 cm 5 w\n")) == "pass"
