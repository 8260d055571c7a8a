"""Accounts that are written to be overlooked or laid out unluckily, and innocent numbers that look like accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.data import rules_folder
from orderproof.report.contracts import ScreenedFile, render_file
from orderproof.screening.detect import detect
from orderproof.screening.extract import extract
from orderproof.screening.mention import Mention, Own
from orderproof.screening.text import Extract, Gap, Line, Spot
from orderproof.screening.vocabulary import FILE_NAME, load_vocabulary
from orderproof.screening.wording import told_gap, told_mention

VOCABULARY = load_vocabulary((rules_folder() / "credit-guarantee" / FILE_NAME).read_bytes())


def mentions(text: str) -> tuple[Mention, ...]:
    """What a file of plain text, or of HTML where it begins with a tag, is found to mention."""
    name = "contract.html" if text.startswith("<html>") else "contract.txt"
    return detect(extract(name, text.encode()), VOCABULARY, Own()).mentions


def accounts(text: str) -> list[str]:
    return ["".join(one.written.split()) for one in mentions(text) if one.cls == "account"]


# A number that goes on in the next line, cell or column is one.
PARTED = [
    ("IBAN: DE89 3704 0044\n      0532 0130 00\nBIC: COBADEFFXXX", "DE89370400440532013000"),
    ("Bankverbindung: Musterbank, IBAN DE89 3704 0044 0532 0130\n00, BIC COBADEFFXXX", "DE89370400440532013000"),
    ("Account number: 7559-1234-\n5678-9012", "7559-1234-5678-9012"),
    ("to the Seller's account number 7559123456\n789012 held with Sample Bank", "7559123456789012"),
    ("conta corrente 98765-\n4 do Banco Exemplo", "98765-4"),
    ("Konto 532 013\n000 bei der Musterbank", "532013000"),
    ("Account:\n75\n59\n12\n34\n56\n78", "755912345678"),
    ("Account No.\n3\n9\n0\n1\n1\n2\n0\n0", "39011200"),
    ("账\n号\n3\n9\n0\n1\n1\n2\n0\n0", "账号39011200"),
    ("USDT: TJRabPrwbZy45sbavfcj\ninPJC18kjpRTv8, Tron", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    ("ETH 0x52908400098527886E0F\n7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7"),
    ("| IBAN | DE89 3704 |\n|      | 0044 0532 |\n|      | 0130 00   |", "DE89370400440532013000"),
    ("<html><table><tr><td>A/C No.</td><td>7559<br>1234<br>5678</td></tr></table></html>", "755912345678"),
    ("<html><table><tr><td>账<br>号</td><td>39011200092<br>000012345</td></tr></table></html>", "39011200092000012345"),
    ("<html><table><tr><td>A/C No.</td><td>7559</td><td>1234</td><td>56</td></tr></table></html>", "7559123456"),
    (
        "<html><table><tr><td>IBAN<td>DE89<td>3704<td>0044<td>0532<td>0130<td>00</table></html>",
        "DE89370400440532013000",
    ),
]


@pytest.mark.parametrize(("text", "number"), PARTED)
def test_a_number_in_several_lines_or_cells_is_one(text: str, number: str) -> None:
    found = accounts(text)
    assert found == [number.removeprefix("账号")]


@given(st.from_regex(r"\A[1-9][0-9]{11,17}\Z"), st.integers(1, 11), st.sampled_from(["\n", "-\n", " \n  "]))
def test_a_labelled_number_is_found_wherever_its_line_is_broken(number: str, at: int, gap: str) -> None:
    text = f"Account number: {number[:at]}{gap}{number[at:]}\nBank: Sample Bank"
    assert number in ["".join(filter(str.isdigit, one)) for one in accounts(text)]


ACCOUNTS = [
    # A note in brackets, or a line to write on, between the label and the number.
    ("账号（人民币）39011200092000012345；（美元）39014200092000012345", 2),
    ("Banka hesabı (USD) 1234567890123456", 1),
    ("رقم الحساب (دولار) 123456789012", 1),
    ("Account Number ................ 7559123456789012", 1),
    ("Account number ______7559123456789012______", 1),
    # Groups that are not equal, or change what stands between.
    ("Beneficiary: Sample Co\nA/c 99 123 456\nSwift SAMPCNBJ", 1),
    ("Account: 7 5 5 9 - 1 2 3 4 - 5 6 7 8", 1),
    ("Bank account 7559*1234*5678*9012", 1),
    ("NIB: 0002 0123 12345678901 54", 1),
    # Words of another sentence say nothing of it.
    ("FedEx samples freight collect. Balance to account 7559123456789012, Sample Bank.", 1),
    ("Courier: DHL. Bank account: 7559123456789012", 1),
    ("Bank charges are for the buyer. Account no. 7559123456789012, Sample Bank", 1),
    # What only a bank has, beside it.
    ("Sort: 20-00-00 Acc: 55779911 Ref: PI2026-009", 1),
    ("UK payments: 20-00-00 / 55779911 (Sample Trading Ltd)\nBank: Sample Bank plc", 1),
    ("wire 30% to Sample Bank, routing 021000021, checking 4839201187", 1),
    ("Sample Bank No.7559123456789012", 1),
    ("Code banque Code guichet N° de compte Clé RIB\n20041 01005 0500013M026 06", 1),
    ("Code banque\tCode guichet\tN° de compte\tClé\n30004\t00823\t00010123456\t55", 1),
    # Words that name an invoice as well, beside a payee or a bank.
    ("Получатель: Sample Co., Ltd\nСч. № 7559123456789012\nБанк: Sample Bank", 1),
    ("59: Бенефициар: Sample Co Ltd, счет 7559123456789012", 1),
    # Two forms of the same characters.
    ("银行戶口：012-345-6-789012，样例银行", 1),
    ("中行：6217001210024455667，李四", 1),
    # Names at payment services.
    ("Send by WeChat Pay to 13800138000", 1),
    ("Wise: finance@example.com", 1),
    ("Venmo @sampleshop", 1),
    ("cash app: $sampleshop", 1),
    ("Orange Money : +225 07 01 02 03 04", 1),
    ("Payment: 7559123456789012", 1),
    ("remit USD 20880 to 39014200092000", 1),
    # A reference that the words for an account go on with, or that is given beside them.
    ("Account no. for this contract: 39014200092000", 1),
    ("Account no. for contract 20260105001: 39014200092000", 1),
    ("Account no. and tel: 39014200092000, 0574-87654321", 1),
    ("银行账号/电话：39014200092000", 1),
    ("账号：见订单页面，或39014200092000", 1),
    ("Account number to be used: 39014200092000", 1),
    # Anything but letters between the digits, right after words for an account.
    ("Account No.: 3901 (4200) 0920", 1),
    ("Account No.: 3901#4200#0920", 1),
    ("Account No.: CN3901-4200", 1),
    ("Account No.: 3901|4200|0920", 1),
    ("Acc0unt N0. 39O142OOO92OOO12345", 1),
    ("Αccount Νο. 39014200092", 1),
    ("D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0", 1),
    # The details of a bank without a word for the number.
    ("Bank details:\n- Sample Co\n- Sample Bank\n- 39014200092000", 1),
    ("BENEFICIARY'S DETAILS\nNINGBO SAMPLE\n39014200092000", 1),
    ("样例银行\n王五\n6228 4803 2212 3456 712", 1),
    ("SAMPCNBJ92A / 39014200092000012345", 1),
    ("Account holder: Ningbo Sample. 39014200092000012345.", 1),
    # Nobody has a courier's or a customer's account with a bank.
    ("For samples by DHL pay to account 39014200092000 at Sample Bank", 1),
    ("Vendor account 39014200092000, Sample Bank, SWIFT SAMPCNBJ", 1),
    # Prose that is wrapped between the words and what they name.
    ("Small amounts may also be paid by PayPal to\naccounts.sample@example.com", 1),
    ("Bank account for the balance of this order:\n39014200092000", 1),
    # Words that say that the buyer pays, and to whom.
    ("Payer: Buyer Ltd pays to account 39014200092000 at Sample Bank", 1),
    ("付款人付款至账号39014200092000", 1),
    ("No refund.\nAccount: 39014200092000\nBank: Sample Bank", 1),
    ("Kapora iade edilmez, hesap no 1234567890", 1),
    ("7. Payment: T/T in advance, 390142-00092000, Sample Bank, fav. Ningbo Sample", 1),
    ("客户编号 123 银行账号 39014200092000", 1),
    # Words of other languages.
    ("Nomor rekening 1234567890 Bank Contoh", 1),
    ("계좌번호 123-456789-01-012", 1),
]


@pytest.mark.parametrize(("text", "count"), ACCOUNTS)
def test_an_account_is_found(text: str, count: int) -> None:
    assert len(accounts(text)) == count


INNOCENT = [
    "Account No.: ____________          20260105",
    "Account No. [to be filled in] 20260105001",
    "Bank of Sample guarantees; guarantee no. 1234567890123",
    "счет-проформа № 2026010500017",
    "Счет № 2026010500017 от 05.01.2026, банк получателя Пример",
    "Deposit 37 500 000 by T/T to the bank of the beneficiary",
    "A/C units 12 000 000 BTU, payment by T/T",
    "Size 1200*600*750 mm, beneficiary: Sample Co, bank: Sample Bank",
    "Menge Stk\n144\n480\n1000\nZahlung per Überweisung",
    "<html><table><tr><th>Art<th>Stk.<tr><td>a<td>144<tr><td>b<td>480</table>Zahlung per Überweisung</html>",
    "<html><table><tr><th>EAN<th>HS<th>Carton<tr><td>6901234567892<td>9403609990<td>123456789012</table><p>Bank: by order. Payee: x</html>",
    "1\n2\n3\n4\n5\n6\n7\nPayment by T/T to the bank",
    "Beneficiary: Sample Co\n0574 8765 4321\nBank: Sample Bank",
    "银行资料：由平台生成\n账号：见订单页面\n备案号 330200123456\n报检号 3302012345",
    "Datos bancarios: los genera la plataforma\nCuenta: ver pedido\nFracción arancelaria 70109099",
    "Seller's account 100% liable; 123456789 km, payment by T/T",
    "Sample Bank draft 12345678901234",
    "色卡号 12345678，付款方式电汇",
    "Tel/Account: 0574-87654321",
    "Freight of the samples is collected by FedEx\naccount no. 999999123",
    "For tests of the payment page use the published\ncard number 4111 1111 1111 1111",
    "Beneficiary code 3302960123; bank Sample Bank",
    "受益人：宁波样例，商检号：3302600123，银行：样例银行",
    "Item 1   44001200   12000   6240.00\nBeneficiary: Sample Co\nBank: Sample Bank",
    "If you receive an e-mail with a new bank account, call +86 574 87654321 at once.",
    "Account No.: .\n8. INSURANCE 123456",
    "р/с покупателя 40702840900000012345",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_no_account_is_seen_where_none_is(text: str) -> None:
    assert accounts(text) == []


def test_your_account_is_the_buyers() -> None:
    assert [one.cls for one in mentions("Your account number with us: 100234567")] == ["account_like"]


def test_all_numbers_of_a_line_are_revealed_to_an_officer_and_none_to_others() -> None:
    text = "USD account 99501234567890, EUR account 99501234567891, GBP account 99501234567892"
    screened = detect(extract("contract.txt", text.encode()), VOCABULARY, Own())
    file = ScreenedFile("contract.txt", "", screened)
    told = render_file(file, VOCABULARY.spoken, "en", reveal=True)
    assert told.count(text) == 3
    assert "9950123456789" not in render_file(file, VOCABULARY.spoken, "en")


GAPS = [
    ("encrypted", "it is encrypted, and needs a password", "文件已加密（需要密码）"),
    ("limit", "it holds more than 500 pages", "超出读取上限（超过 500 页）"),
    (
        "limit",
        "reading the text of page 3 takes more than a file may take",
        "超出读取上限（读取 第 3 页 所需时间或内存过多）",
    ),
    (
        "embedded",
        "it holds the object `a.bin`, which cannot be read",
        "内嵌文件未能读取（文件含有未能读取的对象 `a.bin`）",
    ),
    ("damaged", "something new is wrong with it", "文件已损坏（something new is wrong with it）"),
]


def test_where_a_hidden_account_stands_is_told_in_chinese() -> None:
    line = Line("Account No. 99501234567890", Spot(part="embedded file `a.txt`", line=3), hidden="white text")
    (mention,) = detect(Extract("docx", (line,)), VOCABULARY, Own()).mentions
    told = told_mention(mention, VOCABULARY.spoken, "zh")
    assert "内嵌文件 `a.txt` 第 3 行，白色文字，确定" in told


@pytest.mark.parametrize(("code", "reason", "told"), GAPS)
def test_why_a_file_was_not_read_is_told_in_chinese(code: str, reason: str, told: str) -> None:
    assert told_gap(Gap(code, reason), "zh") == told


def in_contract(line: str) -> list[str]:
    return accounts(f"SALES CONTRACT\nThe Seller sells 100 pcs of lamps.\n{line}\nPort: Ningbo\n")


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("STK: 0071 0045 66182", "0071004566182"),
        ("A/C 0086 5770 44172 3391", "00865770441723391"),
        ("A/C: 0086 577 8801 1234", ""),
        ("A/C hotline: 0086 577 8801 1234", ""),
        ("Tel / A/C 0086 577 8801 1234", ""),
    ],
)
def test_a_number_that_begins_as_a_call_abroad_is_one_only_where_it_can_be(line: str, number: str) -> None:
    assert in_contract(line) == ([number] if number else [])


@pytest.mark.parametrize("label", ["Accт No.", "Accт.", "Aссount nuмber", "Кaртa"])
def test_a_label_is_read_with_letters_of_another_alphabet(label: str) -> None:
    assert in_contract(f"{label}: 62220200900123456") == ["62220200900123456"]


@pytest.mark.parametrize("label", ["Compte rendu n°", "Cuenta de gastos n.º", "Hesap kodu:"])
def test_words_that_only_hold_a_word_for_an_account_name_none(label: str) -> None:
    assert in_contract(f"Payment by T/T. {label} 202604187722") == []


def test_the_number_of_the_page_that_a_label_points_to_is_no_part_of_the_account() -> None:
    assert in_contract("Beneficiary account no.: see page 2\n\f80123456789012345") == ["80123456789012345"]
