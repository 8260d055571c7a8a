"""Layouts and wordings that nobody had thought of: labels over, under and right of numbers, references, links, payees."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.data import rules_folder
from orderproof.screening.detect import detect
from orderproof.screening.extract import extract
from orderproof.screening.mention import Own
from orderproof.screening.text import Extract, Line, Picture, Spot
from orderproof.screening.vocabulary import FILE_NAME, load_vocabulary

VOCABULARY = load_vocabulary((rules_folder() / "credit-guarantee" / FILE_NAME).read_bytes())
HEAD = """SALES CONTRACT
Contract No.: NB-SC-26-0417  Date: 17 April 2026
The Seller: Example Homeware Co., Ltd., Tel: 0086-574-88120016
The Buyer: Sample Trading Pty
3. Terms of payment: T/T, 30% deposit, balance against copy of B/L.
4. Inspection: the certificate of quality of the manufacturer is the basis of delivery.
"""
SHAPED_OTHERWISE = [
    "0071 0012 3456 7",
    "0011 2233 4455 6",
    "990-123-4567",
    "00861380013800",
    "86-25-4729178",
    "0574-88120016",
    "13800138000",
    "20260417",
]


def accounts(text: str) -> list[str]:
    """The numbers of the accounts that a contract with this text mentions."""
    found = detect(extract("contract.txt", (HEAD + text).encode()), VOCABULARY, Own())
    return [mention.written for mention in found.mentions if mention.cls == "account"]


def gravest(text: str, head: str = HEAD) -> str:
    found = detect(extract("contract.txt", (head + text).encode()), VOCABULARY, Own())
    classes = {mention.cls for mention in found.mentions}
    return next((cls for cls in ("account", "account_like") if cls in classes), "none")


def table(*rows: tuple[str, ...]) -> str:
    """The gravest class of one table, cell by cell."""
    lines = [
        Line(text, Spot(paragraph=row), frame=1, row=row, left=column, right=column + 1)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]
    classes = {mention.cls for mention in detect(Extract("docx", tuple(lines)), VOCABULARY, Own()).mentions}
    return next((cls for cls in ("account", "account_like") if cls in classes), "none")


@pytest.mark.parametrize("number", SHAPED_OTHERWISE)
def test_a_number_under_a_label_is_an_account_whatever_its_form(number: str) -> None:
    under = table(("Beneficiary", "Account No.", "SWIFT"), ("EXAMPLE", number, "BEZJCNBN"))
    assert (accounts(f"Account No.:\n{number}"), under) == ([number], "account")


@pytest.mark.parametrize("number", SHAPED_OTHERWISE)
def test_a_nearer_label_still_says_what_a_number_is(number: str) -> None:
    beside = table(("Account No.", "to be advised"), ("Tel", number))
    assert (gravest(f"Account No.: ________\nTel: {number}"), beside) == ("none", "none")


def test_words_before_a_date_in_its_line_are_nearer_than_those_above() -> None:
    assert gravest("Account No.:\nDate: 20260417") == "none"


@pytest.mark.parametrize(
    "text",
    [
        "Contrato n.º CC-2026-077",
        "Contract No. AC-99123456",
        "PI No. ACC-20260417",
        "Order CC-2026-0771",
        "Pedido CTA-20260417",
        "Proforma C/C-2026-0771 de 18.04",
        "Auftrag KTO-20260417",
        "Réf. RIB-20260417",
        "Ürün STK-20260417",
        "Model AC-99123456",
        "Factura N.º CTA-20260417",
        "Quotation A/C-20260417",
    ],
)
def test_letters_joined_to_digits_after_a_reference_are_the_reference(text: str) -> None:
    assert gravest(text) == "none"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Account No. 9933 6950-59971", "9933 6950-59971"),
        ("收款账号：９９３３ ６９５０-５９９７１", "９９３３ ６９５０-５９９７１"),
        ("Account No. 9933-6950 59971", "9933-6950 59971"),
        ("Account No.: 9933 6950-59971 (2026-04-17)", "9933 6950-59971"),
        ("Account No. first part: 99614672 second part: 81796618", "99614672 81796618"),
        ("Acct No. 997714-589602\t50102", "997714-589602 50102"),
    ],
)
def test_a_number_is_told_whole(text: str, number: str) -> None:
    assert accounts(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Pay online: https://pay.example/t?iban=DE89370400440532013000&amt=6760",
        "Pay online: https://pay.example/DE89370400440532013000/6760",
        "Pay: https://pay.example/t?account=99145224662082881",
        "Pay: https://pay.example/account/99145224662082881?lang=en",
    ],
)
def test_an_account_in_an_address_is_one(text: str) -> None:
    assert gravest(text) == "account"


def test_an_account_in_the_address_of_a_picture_is_one() -> None:
    page = b'<p>Pay here:</p><img src="/qr?account=99123456789012345">'
    found = detect(extract("contract.html", page), VOCABULARY, Own())
    assert [mention.cls for mention in found.mentions] == ["account"]


def test_other_addresses_name_no_account() -> None:
    assert gravest("See https://shop.example/item/99145224662082881?order=20260417003899&phone=13800138000") == "none"


def test_words_right_of_a_number_name_it_in_a_table() -> None:
    rows = (("99123456789012345", "Account No."), ("Eastern Sample Bank", "Bank"), ("BEZJCNBN", "SWIFT"))
    assert (table(*rows), table(rows[0])) == ("account", "account")


def test_a_heading_with_its_own_number_below_does_not_name_the_one_beside_it() -> None:
    rows = [("260417003899", 0.0), ("Account No.", 1.0)], [("99123456789012345", 1.0)]
    lines = [Line(text, Spot(), "", 1, row, at, at + 1) for row, cells in enumerate(rows) for text, at in cells]
    found = detect(Extract("docx", tuple(lines)), VOCABULARY, Own())
    assert [mention.written for mention in found.mentions] == ["99123456789012345"]


@pytest.mark.parametrize(
    "text",
    [
        "99123456789012345\n(Account No.)",
        "99123456789012345\n（收款账号）",
        "Acc-\nount No. 99123456789012345",
        "Account num-\nber: 99123456789012345",
    ],
)
def test_words_for_an_account_may_stand_below_and_go_over_a_line(text: str) -> None:
    assert gravest(text) == "account"


def test_a_label_may_point_to_the_next_sheet() -> None:
    lines = (
        Line("Account No. see next sheet", Spot(cell="A60"), frame=1, row=60, left=1.0, right=2.0),
        Line("Z", Spot(part="sheet name"), frame=2, row=0),
        Line("99123456789012345", Spot(cell="C5"), frame=3, row=5, left=3.0, right=4.0),
    )
    found = detect(Extract("xlsx", lines), VOCABULARY, Own())
    assert [mention.cls for mention in found.mentions] == ["account"]


@pytest.mark.parametrize(
    "text",
    [
        "Menge: 12.000 Stk 4006381333931",
        "500 Stk 4006381333931 Scharnier",
        "Stk 1203344556 Scharnier",
        "STK 1203344556 kumaş",
    ],
)
def test_pieces_are_no_account(text: str) -> None:
    assert gravest(text) == "none"


def test_the_short_word_of_vietnamese_still_names_an_account() -> None:
    texts = ("STK 1203344556 Ngân hàng Mẫu", "STK: 1203344556789", "Beneficiary: Example\nSTK 1203344556789")
    assert [gravest(text) for text in texts] == ["account", "account", "account"]


@pytest.mark.parametrize(
    "text",
    [
        "微信收款：qinglan_pay2026",
        "定金请用微信转账，微信收款：qinglan_pay2026",
        "WeChat Pay ID: qinglan_pay2026",
        "收款码：qinglan",
        "账hao：99123456789012345",
        "数字人民币钱包编号：0021234567890123",
        "Alias CBU: brightkiln.pagos",
        "ᴀᴄᴄᴏᴜɴᴛ ɴᴏ. 99123456789012345",
        "Account No. 99I234S678B0I2345",
    ],
)
def test_names_and_disguises_of_accounts(text: str) -> None:
    assert gravest(text) == "account"


def test_a_way_to_pay_names_no_account() -> None:
    assert [gravest(text) for text in ("WeChat Pay: accepted", "支付方式：微信支付 / 信保", "微信号：qinglan2026")] == [
        "none"
    ] * 3


@pytest.mark.parametrize(
    "text",
    [
        "扫描下方二维码付款：",
        "Scan the QR code below to pay:",
        "Please pay with this QR code:",
        "Escanee el código QR para pagar:",
        "Scannez le code QR pour payer :",
        "Escaneie o QR code para pagamento:",
        "Оплата по QR-коду:",
        "QR-Code scannen und bezahlen:",
        "Ödeme için karekodu okutun:",
        "Quét mã QR để thanh toán:",
        "امسح رمز QR للدفع:",
    ],
)
def test_a_picture_to_pay_by_is_not_passed(text: str) -> None:
    lines = tuple(Line(line, Spot(line=row), row=row) for row, line in enumerate([*HEAD.split("\n"), text]))
    picture = Picture(Spot(line=len(lines)), len(lines), 0.07)
    assert [gap.code for gap in detect(Extract("docx", lines, (picture,)), VOCABULARY, Own()).gaps] == ["picture"]


@pytest.mark.parametrize(
    "text",
    [
        "定金请直接微信转账给业务员小林，无需经过平台。",
        "Please remit the balance by T/T directly to our agent Example Ltd. outside the platform; details by e-mail.",
        "Please pay our agent Example Ltd. directly, not through the platform.",
        "货款请打到我司老板娘个人银行卡，卡号另发微信。",
        "Pay cash to Mr. Lin at the fair.",
        "Balance to be paid in cash to Mr. Lin at the fair, outside Alibaba.",
        "余款现金交给业务员",
        "余款请直接转给林先生，不走平台。",
        "El saldo se paga en efectivo al agente en la feria, fuera de la plataforma",
        "Le solde sera payé en espèces à M. Lin, hors plateforme",
        "O saldo será pago em dinheiro ao Sr. Lin, fora da plataforma",
        "Остаток оплатить наличными менеджеру Лин, минуя платформу",
        "Restzahlung bar an Herrn Lin, außerhalb der Plattform",
        "Bakiye nakit olarak Bay Lin'e ödenir, platform dışında",
        "Thanh toán tiền mặt cho anh Lin, không qua nền tảng",
        "الدفع نقدا للسيد لين خارج المنصة",
        "Account ending 2345",
        "账号尾号 2345",
        "Konto des Käufers: 0532013000",
    ],
)
def test_a_payee_outside_the_platform_is_told(text: str) -> None:
    assert gravest(text) == "account_like"


@pytest.mark.parametrize(
    "text",
    [
        "Payment outside the platform is not accepted.",
        "Any payment outside the platform is at the Buyer's own risk.",
        "The Seller never asks for payment in cash to its sales staff.",
        "平台外付款无效，风险由买方承担。",
        "请勿向业务员支付现金。",
        "Cash against documents to the bank of the Buyer.",
        "Never pay our agent directly; all payments go through the platform.",
        "Shipping documents shall be sent directly to our agent within 3 days after payment.",
        "公司财务不会要求客户付款到个人账户",
        "Cualquier pago fuera de la plataforma no será reconocido.",
        "Zahlungen außerhalb der Plattform werden nicht anerkannt.",
        "Оплата вне платформы не допускается.",
        "Tout paiement hors plateforme est interdit.",
        "Pagamentos fora da plataforma não serão aceitos.",
        "Platform dışında ödeme kabul edilmez.",
        "Không thanh toán ngoài nền tảng.",
        "لا يقبل الدفع خارج المنصة.",
    ],
)
def test_a_warning_of_payees_outside_the_platform_names_none(text: str) -> None:
    assert gravest(text) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "Balance of account as of 20260417: USD 17,160.00",
        "As per account of 17.04.2026 total 17160.00",
        "Account code 400120 (revenue), cost centre 1234567",
        "Zahlung auf Rechnung 20260417003899 binnen 30 Tagen",
        "current account of works: stage 1, 20260417",
    ],
)
def test_other_accounts_than_those_of_a_bank(text: str) -> None:
    assert gravest(text) == "none"


def test_the_title_of_a_content_control_names_the_number_in_it() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    number = "<w:p><w:r><w:t>99276145224662082</w:t></w:r></w:p>"
    told = [_controlled(space, title, number) for title in ("Account No.", "Contract No.", "x")]
    assert told == [["99276145224662082"], [], []]


def _controlled(space: str, title: str, content: str) -> list[str]:
    """The accounts of a document with one content control."""
    control = f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
    head = "<w:p><w:r><w:t>SALES CONTRACT, payment by T/T</w:t></w:r></w:p>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        parts.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r" Target="word/document.xml" Type='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        )
        parts.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{head}{control}</w:body></w:document>'
        )
    found = detect(extract("contract.docx", file.getvalue()), VOCABULARY, Own())
    return [mention.written for mention in found.mentions if mention.cls == "account"]


@pytest.mark.parametrize(
    "text",
    ["Account No. ①②③④⑤⑥⑦⑧⑨①②③④⑤⑥⑦", "Account No. 𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕"],
)
def test_digits_in_another_dress_are_told_as_plain_ones(text: str) -> None:
    assert accounts(text) == ["1234567891234567"]


@pytest.mark.parametrize("shape", ["{a} {b}-{c}", "{a}-{b} {c}", "{a} {b} {c}", "{a}-{b}-{c}"])
@given(st.tuples(*[st.integers(10**3, 10**5 - 1).map(str)] * 3))
def test_marks_between_groups_never_lose_one(shape: str, groups: tuple[str, str, str]) -> None:
    first, second, third = groups
    written = shape.format(a=f"9{first}", b=f"9{second}", c=f"9{third}")
    is_placeholder = len({*first, *second, *third, "9"}) == 1
    if len(set(map(len, groups))) == 1 and not is_placeholder:
        assert accounts(f"Account No. {written}") == [written]
