"""Pictures and letters drawn in lines: those that may hide an account leave it open, those of an honest contract do not."""

import base64
import io
from collections.abc import Callable, Sequence
from math import cos, radians, sin

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pdf_files import one_page, stream
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from screened import NUMBER, screened, verdict
from word_files import paragraph, part, relations, run, word_file

from orderproof.screening.pdf.outlines import Outlines
from orderproof.screening.picture_size import size_of

TITLE = "SALES CONTRACT"
CONTRACT = [
    "SALES CONTRACT between Hangzhou Example Trading, the Seller, and Example Imports, the Buyer",
    "1. Goods: electric kettles, 1.7 litres, 220 volts, stainless steel, as per the confirmed sample",
    "2. Quantity: five thousand pieces in cartons of ten, with a tolerance of two per cent",
    "3. Shipment: by sea from Ningbo to Hamburg within thirty days after the deposit was received",
    "4. Inspection: by the Seller before shipment; the certificate is final as regards quality",
]
PLATFORM = "Payment through Trade Assurance only, to the account that is shown on the order page"
SIGNED = ["The Seller (signature and stamp)", "The Buyer (signature)", "Date"]
ACCOUNT = f"Account No.: {NUMBER}"


def png(width: int = 20, height: int = 20) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(content, "png")
    return content.getvalue()


def gaps(name: str, content: bytes) -> list[str]:
    return [gap.code for gap in screened(name, content).gaps]


def pages(*drawn: Sequence[str | Callable[[Canvas], None]]) -> bytes:
    """A file of A4; of each page the lines from the top, and what else is drawn."""
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=True)
    for page in drawn:
        top = 790
        for each in page:
            if isinstance(each, str):
                canvas.drawString(60, top, each)
                top -= 16
            else:
                each(canvas)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def at(left: float, bottom: float, width: float, height: float) -> Callable[[Canvas], None]:
    """A picture there; each is another one."""
    picture = ImageReader(io.BytesIO(png()))
    return lambda canvas: canvas.drawImage(picture, left, bottom, width, height) and None


WHOLE = at(0, 0, *A4)
SEAL, LOGO, DETAILS = at(400, 60, 110, 110), at(60, 760, 180, 60), at(60, 60, 380, 140)


@pytest.mark.parametrize(
    "page",
    [
        [DETAILS],
        [TITLE, at(60, 100, 475, 400)],
        [WHOLE, *CONTRACT],
        [WHOLE, *(["lorem ipsum dolor sit amet"] * 30)],
        [*(at(0, 84.2 * number, 595, 84.3) for number in range(10)), *CONTRACT],
        [TITLE, at(20, 20, 555, 360), at(20, 400, 555, 360)],
        [*CONTRACT, "Bank information of the Seller:", *SIGNED, DETAILS],
        [*CONTRACT, "Remit to:", *SIGNED, DETAILS],
        [*CONTRACT, "Account No.:", at(140, 706, 100, 12), "Agreed and signed by both"],
    ],
)
def test_a_picture_that_may_be_a_page_or_what_is_announced_leaves_it_open(
    page: list[str | Callable[[Canvas], None]],
) -> None:
    assert gaps("a.pdf", pages(CONTRACT, page)) == ["picture"]


@pytest.mark.parametrize(
    "page",
    [
        [LOGO, *CONTRACT, SEAL],
        [at(0, 760, 595, 80), *CONTRACT],
        [*CONTRACT, "BANK DETAILS OF THE SELLER", "Beneficiary: ________", "Account No.: ________", *SIGNED, SEAL],
        [*CONTRACT, "Bank details:", PLATFORM, *CONTRACT, at(60, 60, 250, 180)],
        [*CONTRACT, *(at(60 + 120 * (number % 4), 60 + 110 * (number // 4), 110, 100) for number in range(20))],
        [*CONTRACT, *(at(20 + 190 * number, 60 + 300 * row, 180, 270) for row in range(2) for number in range(3))],
        [*CONTRACT, "The goods look as shown in the picture below:", at(60, 60, 300, 200)],
        [*CONTRACT, "The Buyer shall make payment to", "the account shown on the order page.", at(60, 60, 300, 200)],
        [LOGO],
        [
            *CONTRACT,
            "The Buyer pays within seven days, and in accordance with the payment instructions",
            *SIGNED,
            DETAILS,
        ],
    ],
)
def test_logos_seals_and_photographs_of_goods_say_nothing(page: list[str | Callable[[Canvas], None]]) -> None:
    assert gaps("a.pdf", pages(CONTRACT, page)) == []


def test_a_picture_leaves_nothing_open_where_an_account_is_found() -> None:
    assert verdict("a.pdf", pages([*CONTRACT, ACCOUNT, "Bank details:", *SIGNED, DETAILS])) == NUMBER


def test_an_area_that_is_filled_with_a_picture_is_one() -> None:
    picture = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    pattern = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 400 300] /XStep 400 /YStep 300"
        b" /Resources << /XObject << /Im 11 0 R >> >>"
    )
    resources = (
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        b" /Pattern << /P 10 0 R >> >>"
    )
    text = b"BT /F1 10 Tf 20 280 Td 12 TL " + b"".join(b"(%s) ' " % line[:70].encode() for line in CONTRACT) + b"ET\n"
    others = {10: stream(b"400 0 0 300 0 0 cm /Im Do", pattern), 11: stream(b"x", picture)}
    for area, expected in ((b"0 0 400 200", ["picture"]), (b"0 0 400 20", [])):
        drawing = text + b"/Pattern cs /P scn " + area + b" re f 0 g 0 0 9 9 re f\n"
        assert gaps("a.pdf", one_page(drawing, resources, others=others)) == expected


# Letters that are drawn in lines.

STROKES: dict[str, tuple[float, list[tuple[float, float]]]] = {
    "0": (0.5, [(0, 0), (0, 1), (0.5, 1), (0.5, 0)]),
    "1": (0.3, [(0, 0.8), (0.3, 1), (0.3, 0)]),
    "2": (0.52, [(0, 1), (0.52, 0.9), (0, 0), (0.5, 0)]),
    "4": (0.56, [(0.56, 0.3), (0, 0.3), (0.4, 1), (0.4, 0)]),
    "7": (0.48, [(0, 1), (0.48, 1), (0.2, 0)]),
    "9": (0.54, [(0.54, 0.6), (0, 0.6), (0.2, 1), (0.54, 1), (0.3, 0)]),
}


def digits(number: str, left: float, bottom: float, size: float, *, in_one: bool) -> Callable[[Canvas], None]:
    """A number drawn stroke by stroke, each digit as a path of its own or all in one."""

    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        for place, digit in enumerate(number):
            width, points = STROKES[digit]
            x = left + (place * 0.65 + 0.3 - width / 2) * size
            path.moveTo(x + points[0][0] * size, bottom + points[0][1] * size)
            for across, up in points[1:]:
                path.lineTo(x + across * size, bottom + up * size)
            if not in_one:
                canvas.drawPath(path)
                path = canvas.beginPath()
        if in_one:
            canvas.drawPath(path)

    return draw


@pytest.mark.parametrize("in_one", [True, False])
@pytest.mark.parametrize("size", [7, 12])
def test_a_number_that_is_drawn_in_lines_leaves_it_open(size: float, *, in_one: bool) -> None:
    number = digits("9012449027194209", 60, 100, size, in_one=in_one)
    assert gaps("a.pdf", pages([*CONTRACT, number])) == ["picture"]


def test_digits_that_are_pictures_leave_it_open() -> None:
    drawn = {digit: ImageReader(io.BytesIO(png(10, 10 + int(digit)))) for digit in "0123456789"}

    def number(canvas: Canvas) -> None:
        for place, digit in enumerate(NUMBER):
            canvas.drawImage(drawn[digit], 60 + 6 * place, 100, 5, 9)

    assert gaps("a.pdf", pages([*CONTRACT, number])) == ["picture"]


def test_ornaments_frames_and_charts_are_no_letters() -> None:
    def ornaments(canvas: Canvas) -> None:
        for place in range(40):
            canvas.circle(60 + 11 * place, 100, 4, fill=1)
            canvas.rect(60 + 11 * place, 140, 9, 12)
            canvas.line(60, 200 + 8 * place, 64, 200 + 8 * place)

    assert gaps("a.pdf", pages([*CONTRACT, "Bank details:", PLATFORM, ornaments])) == []


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 800), st.floats(0, 40), st.floats(0, 40)), max_size=60))
def test_letters_in_lines_stand_where_they_were_drawn(places: list[tuple[float, float, float, float]]) -> None:
    outlines = Outlines()
    for left, bottom, width, height in places:
        outlines.add([(left, bottom, left + width, bottom + height)])
    for block in outlines.blocks():
        assert any(abs(block[0] - left) < 1e-6 for left, *_ in places)
    assert outlines.is_text((0, 0, 600, 800)) in (True, False)


def test_letters_round_a_seal_are_read() -> None:
    def ring(canvas: Canvas) -> None:
        for place, letter in enumerate(f"A/C NO. {NUMBER}"):
            turn = 200 - 13 * place
            canvas.saveState()
            canvas.translate(400 + 60 * cos(radians(turn)), 180 + 60 * sin(radians(turn)))
            canvas.rotate(turn - 90)
            canvas.setFont("Helvetica", 8)
            canvas.drawString(0, 0, letter)
            canvas.restoreState()

    assert verdict("a.pdf", pages([*CONTRACT, ring])) == NUMBER


# Word documents.

PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def inline(width: float, height: float) -> str:
    size = f'<wp:extent cx="{int(width * 12700)}" cy="{int(height * 12700)}"/>'
    return f'<w:r><w:drawing><wp:inline>{size}<a:blip r:embed="rId1"/></wp:inline></w:drawing></w:r>'


def word(*parts: str) -> list[str]:
    content = "".join(each if each.startswith("<") else paragraph(run(each)) for each in parts)
    return gaps("a.docx", word_file(content, {"rId1": ("image", "media/a.png")}, {"word/media/a.png": png()}))


def test_a_picture_in_a_word_document_may_be_a_page() -> None:
    assert word(TITLE, paragraph(inline(520, 730))) == ["picture"]
    assert word(*CONTRACT, PAGE_BREAK, paragraph(inline(520, 730))) == ["picture"]
    assert word(*CONTRACT, PAGE_BREAK, paragraph(inline(380, 140)), PAGE_BREAK, *CONTRACT) == ["picture"]
    assert word(*CONTRACT, paragraph(inline(460, 300)), paragraph(inline(460, 300))) == ["picture"]
    assert word(TITLE, paragraph(inline(300, 200))) == ["picture"]


def test_a_picture_in_a_word_document_may_be_what_is_announced() -> None:
    assert word(*CONTRACT, "Bank account:", *SIGNED, paragraph(inline(380, 140))) == ["picture"]
    assert word(*CONTRACT, paragraph(run("Account No.: "), inline(100, 12)), "Signed by both") == ["picture"]


@pytest.mark.parametrize(
    "words",
    [
        *("Bank account:", "Remit to:", "Payment information:", "Please pay to:", "Our account is below"),
        *(
            "Bank details see attached picture",
            "Account as per stamp below",
            "银行资料：",
            "汇款信息见附图",
            "匯款資料：",
        ),
        *("Thông tin ngân hàng:", "Datos para la transferencia:", "Informations bancaires :", "Dados para pagamento:"),
        *("Платежные реквизиты:", "معلومات الحساب:", "Kontodaten:", "Ödeme bilgileri:"),
    ],
)
def test_bank_details_are_announced_in_many_words(words: str) -> None:
    assert word(*CONTRACT, words, *SIGNED, paragraph(inline(380, 140))) == ["picture"]
    assert word(*CONTRACT, words, *SIGNED) == []


def test_pictures_of_an_honest_word_document_say_nothing() -> None:
    cell = "<w:tc>%s</w:tc>"
    goods = cell % paragraph(run("Kettle")) + cell % paragraph(inline(90, 70)) + cell % paragraph(run("500 pieces"))
    assert word(*CONTRACT, f"<w:tbl>{f'<w:tr>{goods}</w:tr>' * 30}</w:tbl>") == []
    assert word(*CONTRACT, PLATFORM, paragraph(inline(340, 250)), *SIGNED, paragraph(inline(110, 110))) == []
    assert word(paragraph(inline(150, 50)), *CONTRACT, "产品规格见下图：", paragraph(inline(300, 200))) == []


def test_a_letterhead_is_not_what_is_announced() -> None:
    form = "".join(paragraph(run(line)) for line in (*CONTRACT, "Account No.:", "Bank:", *SIGNED))
    letterhead = part("hdr", paragraph(inline(520, 80)))
    related = {"rId7": ("header", "header1.xml")}
    parts: dict[str, str | bytes] = {
        "word/header1.xml": letterhead,
        "word/_rels/header1.xml.rels": relations({"rId1": ("image", "media/a.png")}),
        "word/media/a.png": png(),
    }
    assert gaps("a.docx", word_file(form, related, parts)) == []


# Workbooks.


def book(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.Workbook], None], lines: list[str]) -> list[str]:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    sheet = workbook.add_worksheet("Contract")
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    fill(workbook, sheet)
    workbook.close()
    return gaps("a.xlsx", content.getvalue())


def insert(sheet: xlsxwriter.Workbook, row: int, column: int, width: int, height: int) -> None:
    sheet.insert_image(row, column, f"{row}.png", {"image_data": io.BytesIO(png(width, height))})


def test_a_picture_in_a_workbook_may_be_a_page() -> None:
    assert book(lambda _, sheet: insert(sheet, 2, 0, 900, 1300), []) == ["picture"]
    assert book(lambda _, sheet: insert(sheet, 2, 0, 900, 1300), [TITLE]) == ["picture"]
    assert book(lambda book, _: insert(book.add_worksheet("Annex"), 0, 0, 500, 200), CONTRACT) == ["picture"]
    assert book(lambda _, sheet: sheet.set_background(io.BytesIO(png())), CONTRACT) == ["picture"]
    assert book(lambda *_: None, []) == ["empty"]


def test_a_picture_over_a_few_wide_and_high_cells_may_be_a_page() -> None:
    def fill(_: xlsxwriter.Workbook, sheet: xlsxwriter.Workbook) -> None:
        sheet.set_column(0, 1, 60)
        for number in range(8, 11):
            sheet.set_row(number, 300)
        insert(sheet, 8, 0, 800, 1100)

    def high(_: xlsxwriter.Workbook, sheet: xlsxwriter.Workbook) -> None:
        sheet.set_column(0, 5, 40)
        for number in range(8, 68):
            sheet.set_row(number, 80)
            insert(sheet, number, 4, 120, 90)

    assert book(fill, CONTRACT) == ["picture"]
    assert book(high, CONTRACT) == []


def test_a_picture_in_a_workbook_may_be_what_is_announced() -> None:
    lines = [*CONTRACT, "Bank details (picture)"]
    assert book(lambda _, sheet: insert(sheet, 6, 0, 500, 190), lines) == ["picture"]
    assert book(lambda _, sheet: insert(sheet, 9, 0, 500, 190), [*lines, *SIGNED]) == ["picture"]
    assert book(lambda _, sheet: insert(sheet, 5, 1, 150, 18), [*CONTRACT, "Account No.", "Signed by both"]) == [
        "picture"
    ]


def test_pictures_of_an_honest_workbook_say_nothing() -> None:
    def goods(_: xlsxwriter.Workbook, sheet: xlsxwriter.Workbook) -> None:
        for number in range(60):
            insert(sheet, 8 + 6 * number, 4, 120, 90)

    assert book(goods, [*CONTRACT, PLATFORM]) == []
    assert book(lambda _, sheet: insert(sheet, 0, 4, 300, 100), [*CONTRACT, "Bank details:", PLATFORM]) == []


# Pages of HTML, and RTF.

LINK = f"data:image/png;base64,{base64.b64encode(png(900, 1300)).decode()}"
STROKE = "<path d='M1 1L2 3Z'/>"
TEXT = "".join(f"<p>{line}</p>" for line in CONTRACT)


@pytest.mark.parametrize(
    "page",
    [
        f"<h1>{TITLE}</h1><img src='{LINK}'>",
        f"<h1>{TITLE}</h1><img src='contract-page1.jpg'>",
        f"{TEXT}<img src='https://example.com/page1.jpg' width=900 height=1300>",
        f"{TEXT}<img src='page1.jpg' width='100%'>",
        f"{TEXT}<img src='{LINK}'>",
        f"{TEXT}<p>Account No.: <img src='n.png' width=120 height=14></p><p>Signed</p>",
        f"{TEXT}<p>Payment information:</p><p>Signed</p><svg>{20 * STROKE}</svg>",
    ],
)
def test_a_picture_in_a_page_of_html_may_be_the_contract(page: str) -> None:
    assert gaps("a.html", f"<html><body>{page}</body></html>".encode()) == ["picture"]


@pytest.mark.parametrize(
    "page",
    [
        f"<img src='logo.png'>{TEXT}",
        f"<img src='banner.jpg' width='100%' height=120>{TEXT}",
        f"{TEXT}<img src='kettle.jpg' width=600 height=450>",
        f"{TEXT}<table>{'<tr><td>Kettle<td><img src=a.jpg width=200 height=150></tr>' * 12}</table>",
        f"{TEXT}<svg>{STROKE}</svg>",
    ],
)
def test_pictures_of_an_honest_page_of_html_say_nothing(page: str) -> None:
    assert gaps("a.html", f"<html><body>{page}</body></html>".encode()) == []


@pytest.mark.parametrize(
    "tag",
    [
        f"<input name='account_no' value='{NUMBER}'>",
        f"<input type=hidden name='beneficiaryAccountNo' value='{NUMBER}'>",
        f"<meta name='bank-account-number' content='{NUMBER}'>",
        f"<p data-account-number='{NUMBER}'>x</p>",
        f"<a href='https://pay.example.com/?ref=1&account_no={NUMBER}'>pay</a>",
    ],
)
def test_names_of_attributes_are_labels(tag: str) -> None:
    assert verdict("a.html", f"<html><body>{TEXT}{tag}</body></html>".encode()) == NUMBER


def test_an_iban_in_an_address_is_found() -> None:
    link = "<a href='https://pay.example.com/?iban=DE89370400440532013000'>pay</a>"
    assert verdict("a.html", f"<html><body>{TEXT}{link}</body></html>".encode()) == "DE89370400440532013000"


@pytest.mark.parametrize("name", ["order_no", "trackingNumber", "invoice-no"])
def test_names_of_other_numbers_say_so(name: str) -> None:
    tags = f"<input name='{name}' value='{NUMBER}'><a href='https://example.com/?{name}={NUMBER}'>x</a>"
    assert verdict("a.html", f"<html><body>{TEXT}{tags}</body></html>".encode()) == "pass"


def rtf(*parts: str) -> list[str]:
    return gaps("a.rtf", ("{\\rtf1\\ansi " + "\\par\n".join(parts) + "\\par}").encode())


def pict(width: int, height: int, more: str = "", kind: str = "pngblip") -> str:
    return f"{{\\pict\\{kind}\\picw{width * 2}\\pich{height * 2}\\picwgoal{width * 20}\\pichgoal{height * 20}{more} {png().hex()}}}"


def test_pictures_in_rtf_are_pages_by_the_size_that_they_are_shown_in() -> None:
    assert rtf(TITLE, pict(450, 650)) == ["picture"]
    assert rtf(*CONTRACT, pict(225, 325, "\\picscalex200\\picscaley200")) == ["picture"]
    assert rtf(*CONTRACT, "Bank account:", *SIGNED, pict(380, 140)) == ["picture"]
    assert rtf(pict(150, 50), *CONTRACT, pict(340, 250)) == []
    assert rtf(*CONTRACT, "Account No.:", *SIGNED, f"{{\\header {pict(500, 80)}}}") == []


def test_a_picture_in_two_formats_is_one() -> None:
    twice = f"{{\\*\\shppict{pict(460, 300)}}}{{\\nonshppict{pict(460, 300, kind='wmetafile8')}}}"
    assert rtf(*CONTRACT, twice) == []


# How big pictures are.


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["png", "gif", "jpeg"]))
def test_the_size_of_a_picture_is_told(width: int, height: int, kind: str) -> None:
    content = io.BytesIO()
    Image.new("L", (width, height)).save(content, kind)
    assert size_of(content.getvalue()) == (width, height)


@given(
    st.binary(max_size=60), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"GIF89a"])
)
def test_any_bytes_have_a_size_or_none(content: bytes, start: bytes) -> None:
    found = size_of(start + content)
    assert found is None or min(found) >= 0
