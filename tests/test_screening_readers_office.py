"""Accounts in Word documents and workbooks where a person sees them and a parser may not, or only a parser finds them."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from screened import NUMBER, screened, verdict
from word_files import paragraph, part, run, word_file
from workbooks import Book, Sheet, archive, row, text

from orderproof.screening.metafile import texts_of

HEAD = paragraph(run("SALES CONTRACT of kettles, between Hangzhou Example Trading and the buyer named below"))
LABEL = run("Account No.: ")


def word(body: str, related: dict[str, tuple[str, str]] | None = None, parts: dict[str, str] | None = None) -> str:
    return verdict("a.docx", word_file(HEAD + body, related, parts))


def field(code: str) -> str:
    marks = (
        '<w:fldChar w:fldCharType="begin"/>',
        f"<w:instrText>{code}</w:instrText>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{mark}</w:r>" for mark in marks)


def test_signs_of_fonts_are_letters_and_digits() -> None:
    high = "".join(chr(0xF000 + ord(digit)) for digit in NUMBER)
    circled = [f'<w:r><w:sym w:font="Wingdings" w:char="F0{0x80 + int(digit):02X}"/></w:r>' for digit in NUMBER]
    dark = "".join(chr(0xF08B + int(digit)) for digit in NUMBER)
    bodies = (paragraph(LABEL, run(high)), paragraph(LABEL, *circled), paragraph(LABEL, run(dark)))
    assert [word(body) for body in bodies] == [NUMBER] * 3


def test_fonts_of_old_vietnamese_are_read() -> None:
    label, number = "S\xe8 t\xb5i kho\xb6n: ", run(NUMBER)
    font = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    style = part("styles", f'<w:style w:type="paragraph" w:styleId="a"><w:rPr>{font}</w:rPr></w:style>')
    assert word(paragraph(run(label, font), number)) == NUMBER
    styled = paragraph(run(label), number, properties='<w:pStyle w:val="a"/>')
    assert word(styled, {"rId9": ("styles", "styles.xml")}, {"word/styles.xml": style}) == NUMBER


def drawn_text(x: int, y: int, text: str) -> bytes:
    """The command of an .emf that draws a text."""
    letters = text.encode("utf-16-le")
    letters += bytes(-len(letters) % 4)
    head = struct.pack("<2L4i3L", 84, 76 + len(letters), 0, 0, -1, -1, 1, 0, 0)
    return head + struct.pack("<2i3L4iL", x, y, len(text), 76, 0, 0, 0, -1, -1, 76) + letters


def metafile(*texts: bytes) -> bytes:
    head = struct.pack("<2L", 1, 88) + bytes(32) + b" EMF" + bytes(44)
    return head + b"".join(texts) + struct.pack("<5L", 14, 20, 0, 0, 20)


def test_text_in_pictures_made_of_commands_is_read() -> None:
    picture = metafile(
        drawn_text(300, 100, NUMBER), drawn_text(10, 101, "Account No."), drawn_text(10, 900, "Terms: FOB")
    )
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(picture) + packer.flush()
    command = struct.pack("<LH4h", 3 + 4 + 9, 0x0A32, 40, 10, 17, 0) + NUMBER.encode() + b" "
    label = struct.pack("<LHH", 3 + 1 + 6 + 2, 0x0521, 11) + b"Account No. " + struct.pack("<2h", 20, 10)
    older = struct.pack("<9H", 1, 9, 0x300, 0, 0, 0, 0, 0, 0) + label + command
    names = {"a.emf": picture, "a.emz": packed, "a.wmf": older}
    blip = '<w:r><w:drawing><wp:inline><a:graphic><a:blip r:embed="rId5"/></a:graphic></wp:inline></w:drawing></w:r>'
    for name, content in names.items():
        file = word_file(HEAD + paragraph(blip), {"rId5": ("image", f"media/{name}")}, {f"word/media/{name}": content})
        assert verdict("a.docx", file) == NUMBER
    rtf = "{\\rtf1 Sales contract of kettles\\par{\\pict\\emfblip\n" + picture.hex() + "}\\par}"
    assert verdict("a.rtf", rtf.encode()) == NUMBER


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x1f\x8b\x08", metafile()[:88], struct.pack("<9H", 1, 9, *[0] * 7)]),
)
def test_no_picture_made_of_commands_is_too_odd(content: bytes, start: bytes) -> None:
    assert all(isinstance(text, str) for _, _, text in texts_of(start + content))


def test_what_a_content_control_shows_when_it_is_opened_is_told() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/x:a[1]/x:n[1]"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>'
    )
    data = {"customXml/item1.xml": f'<a xmlns="urn:x"><n>{NUMBER}</n></a>'}
    related = {"rId9": ("customXml", "../customXml/item1.xml")}
    assert word(paragraph(LABEL, control % run("click here")), related, data) == NUMBER
    assert word(paragraph(LABEL, control % run(NUMBER)), related, data) == NUMBER


def test_notes_names_and_controls_are_told() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = part("footnotes", f'<w:footnote w:id="2">{paragraph(run(NUMBER))}</w:footnote>')
    box = f'<ocx xmlns:ax="urn:x"><ax:ocxPr ax:name="Value" ax:value="Account No.: {NUMBER}"/></ocx>'
    control = paragraph('<w:r><w:object><w:control r:id="rId5"/></w:object></w:r>')
    found = (
        word(paragraph(LABEL, reference), {"rId5": ("footnotes", "footnotes.xml")}, {"word/footnotes.xml": note}),
        word(control, {"rId5": ("control", "activeX/activeX1.xml")}, {"word/activeX/activeX1.xml": box}),
        word(paragraph(f'<w:hyperlink w:anchor="x" w:tooltip="Account No.: {NUMBER}">{run("bank")}</w:hyperlink>')),
        word(paragraph(f'<w:bookmarkStart w:id="0" w:name="Account_No_{NUMBER}"/>', run("x"))),
    )
    assert found == (NUMBER,) * 4


def test_a_list_that_begins_at_an_account_is_told() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="%s"/><w:lvlText w:val="Account No.: %%1"/></w:lvl>'
    numbers = [part("numbering", f"<w:abstractNum>{level % start}</w:abstractNum>") for start in ("801234567", "1")]
    related = {"rId9": ("numbering", "numbering.xml")}
    assert [word("", related, {"word/numbering.xml": each}) for each in numbers] == ["801234567", "pass"]


@pytest.mark.parametrize("kind", ["altChunk", "subDoc"])
def test_a_part_that_lies_elsewhere_is_a_gap(kind: str) -> None:
    assert word(f'<w:{kind} r:id="rId5"/>', {"rId5": ("aFChunk", "https://example.com/a.htm")}) == "embedded"


def test_a_field_that_shows_another_file_is_a_gap() -> None:
    code = ' INCLUDETEXT "https://example.com/pay.docx" '
    picture = field(' INCLUDEPICTURE "https://example.com/bank.png" \\d ')
    assert word(paragraph(LABEL, field(code))) == "embedded"
    assert word(paragraph(run("Bank details:")) + paragraph(picture)) == "picture"


# Workbooks.


def sheet(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> str:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("PI")
    page.write("A1", "PROFORMA INVOICE of Hangzhou Example Trading for the buyer named below, of kettles")
    page.write("A5", "Account No.")
    fill(book, page)
    book.close()
    return verdict("a.xlsx", file.getvalue())


@pytest.mark.parametrize("code", ["#,##0", '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', "[$$-409]#,##0.00", "0.00"])
def test_a_number_in_the_format_of_an_amount_is_told_as_it_is_stored(code: str) -> None:
    assert (
        sheet(lambda book, page: page.write("B5", 801234567890, book.add_format({"num_format": code})))
        == "801234567890"
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1, f'"{NUMBER}"'),
        (1, "".join(f"\\{digit}" for digit in NUMBER)),
        (-1, f'0;"{NUMBER}"'),
        (0, f'0;0;"{NUMBER}"'),
        ("see below", f';;;"{NUMBER}"'),
    ],
)
def test_a_format_that_shows_another_number_is_told(value: object, code: str) -> None:
    assert sheet(lambda book, page: page.write("B5", value, book.add_format({"num_format": code}))) == NUMBER


def test_a_format_adds_words_to_a_text_and_a_sign_to_a_number() -> None:
    label = {"num_format": '"Account No.: "@'}
    assert sheet(lambda book, page: page.write("D9", NUMBER, book.add_format(label))) == NUMBER
    assert sheet(lambda book, page: page.write("B5", -1234.5, book.add_format({"num_format": "0.00;-0.00"}))) == "pass"


def test_a_format_under_a_condition_is_a_gap() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("PI")
    page.write("B5", 1)
    shown = book.add_format({"num_format": f'"{NUMBER}"'})
    page.conditional_format("B5", {"type": "cell", "criteria": ">", "value": 0, "format": shown})
    book.close()
    assert [gap.code for gap in screened("a.xlsx", file.getvalue()).gaps] == ["format"]


def made(formula: str, value: object) -> str:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write("Y40", NUMBER[:8])
        page.write("Z42", NUMBER[8:])
        page.write_formula("B5", formula, None, value)

    return sheet(fill)


@pytest.mark.parametrize(
    ("formula", "value", "expected"),
    [
        ("=Y40&Z42", "", NUMBER),
        ("=Y40&Z42", "as per the order page", NUMBER),
        ("=Y40&Z42", 0, NUMBER),
        ("=CONCATENATE($Y$40,PI!Z42)", "", NUMBER),
        ('=TEXT(Y40,"0")&(""&TRIM(Z42))', "", NUMBER),
        (f"={'&'.join(f'CHAR({ord(digit)})' for digit in NUMBER)}", "", "format"),
        ('=IF(Y40="","",MID(Y40,1,2)&"x")', "", "pass"),
        ("=SUM(Y40:Z42)", 0, "pass"),
    ],
)
def test_what_a_formula_joins_is_told_whatever_is_stored(formula: str, value: object, expected: str) -> None:
    assert made(formula, value) == expected


def test_a_picture_that_a_formula_shows_is_one() -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write("A5", "Bank details:")
        page.write_formula("B6", '=IMAGE("https://example.com/bank.png")', None, "")

    assert sheet(fill) == "picture"


def test_what_stands_behind_the_cells_and_in_other_parts_is_told() -> None:
    rows = row(1, text("A1", "Proforma invoice of kettles, between Hangzhou Example Trading and the buyer"))
    lists = (
        '<extLst><ext><x:dataValidation xmlns:x="urn:x"><x:formula1><m:f xmlns:m="urn:m">"Account No.: '
        f'{NUMBER}"</m:f></x:formula1></x:dataValidation></ext></extLst>'
    )
    other = f'<extLst><ext><x:t xmlns:x="urn:x">Account No.: {NUMBER}</x:t></ext></extLst>'
    behind = [verdict("a.xlsx", Book([Sheet(rows, after=after)]).bytes()) for after in (lists, other)]
    caption = f'<slicers xmlns="urn:x"><slicer caption="Account No.: {NUMBER}"/></slicers>'
    table = f'<t xmlns="urn:x" rowHeaderCaption="Account No.: {NUMBER}"/>'
    members = Book([Sheet(rows)]).members()
    parts = {"xl/slicers/slicer1.xml": caption, "xl/pivotTables/pivotTable1.xml": table}
    found = [verdict("a.xlsx", archive({**members, name: each.encode()})) for name, each in parts.items()]
    assert [*behind, *found] == [NUMBER] * 4
    sounds = f'<si><t>bank</t><rPh sb="0" eb="1"><t>Account No.: {NUMBER}</t></rPh></si>'
    read = row(1, text("A1", "Proforma invoice"), '<c r="B1" t="s"><v>0</v></c>')
    assert verdict("a.xlsx", Book([Sheet(read)], shared=(sounds,)).bytes()) == NUMBER


def test_what_a_document_shows_is_read_whatever_its_part_is_called() -> None:
    space = "http://schemas.openxmlformats.org/drawingml/2006"
    chart = f'<c:chartSpace xmlns:c="{space}/chart" xmlns:a="{space}/main"><a:p><a:t>Account No.: {NUMBER}</a:t></a:p></c:chartSpace>'
    point = f'<w:r><c:chart xmlns:c="{space}/chart" r:id="rId9"/></w:r>'
    for name in ("charts/style1.xml", "theme/chart1.xml", "people.xml"):
        assert word(paragraph(point), {"rId9": ("chart", name)}, {f"word/{name}": chart}) == NUMBER
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><text>Account No.: {NUMBER}</text></svg>'
    shown = '<w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r>'
    assert word(paragraph(shown), {"rId9": ("image", "media/a.svg")}, {"word/media/a.svg": drawing}) == NUMBER
    looks = {"rId9": ("theme", "theme/theme1.xml")}
    assert word("", looks, {"word/theme/theme1.xml": f"<theme><name>{NUMBER}</name></theme>"}) == "pass"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>"


@pytest.mark.parametrize("label", ["Beneficiary account", "Account No.", "银行账号"])
def test_a_label_goes_on_beside_the_rows_under_its_own(label: str) -> None:
    first, name = '<w:vMerge w:val="restart"/>', "Hangzhou Example Trading Co., Ltd"
    head, end = (cell("Goods"), cell("kettles")), (cell("Port"), cell("Ningbo"))
    merged = table(head, (cell(label, first), cell(name)), (cell("", "<w:vMerge/>"), cell(NUMBER)), end)
    empty = table(head, (cell(label), cell(name)), (cell(""), cell("Example Road, Hangzhou")), (cell(""), cell(NUMBER)))
    named = table(head, (cell(label), cell("HS code")), (cell(""), cell("7323930000")), end)
    assert [word(merged), word(empty), word(named)] == [NUMBER, NUMBER, "pass"]
    rows = f"<tr><td rowspan=2>{label}<td>{name}<tr><td>{NUMBER}<tr><td>Port<td>Ningbo"
    assert verdict("a.html", f"<html><body><p>Sales contract</p><table>{rows}</table></body></html>".encode()) == NUMBER


def test_a_label_on_one_sheet_names_the_number_on_the_next() -> None:
    for label in ("Beneficiary bank account: see sheet 2", "收款账号：见第2页", "Konto-Nr.: siehe Blatt 2"):
        book = Book(
            [
                Sheet(row(1, text("A1", "Sales contract")) + row(2, text("A2", label)), "PI"),
                Sheet(row(1, text("A1", NUMBER)), "2"),
            ]
        )
        assert verdict("a.xlsx", book.bytes()) == NUMBER, label


def test_a_formula_that_makes_digits_of_others_without_a_result_is_a_gap() -> None:
    formulas = ('<c r="A3"><f>HEX2DEC("1CA2B3C4D5")</f></c>', '<c r="A3"><f>_xlfn.DECIMAL("1CA2B3C4D5",16)</f></c>')
    head = row(1, text("A1", "Sales contract of kettles")) + row(2, text("A2", "Account No."))
    assert {verdict("a.xlsx", Book([Sheet(head + row(3, formula))]).bytes()) for formula in formulas} == {"format"}


def test_a_picture_in_a_diagram_is_one() -> None:
    point = '<w:r><dgm:relIds xmlns:dgm="diagram" r:dm="rId9"/></w:r>'
    body = "".join(
        paragraph(run("Each party keeps the terms of this contract secret, also after its end.")) for _ in range(9)
    )
    announced = body + paragraph(run("Bank details of the Seller:")) + paragraph(point)
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    shape = '<dsp:drawing xmlns:dsp="d" xmlns:a="{}" xmlns:r="r"><a:blip {}/></dsp:drawing>'
    related = {"rId9": ("diagramDrawing", "diagrams/drawing1.xml")}
    told = [
        word(announced, related, {"word/diagrams/drawing1.xml": shape.format(space, shown)})
        for shown in ('r:embed="rId1"', "")
    ]
    assert told == ["picture", "pass"]
