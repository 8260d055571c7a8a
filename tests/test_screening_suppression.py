"""A payable number beside words that excuse it, accounts of the buyer, and numbers that only share words with accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.data import rules_folder
from orderproof.screening.detect import detect
from orderproof.screening.extract import extract
from orderproof.screening.mention import Mention, Own
from orderproof.screening.vocabulary import FILE_NAME, load_vocabulary

VOCABULARY = load_vocabulary((rules_folder() / "credit-guarantee" / FILE_NAME).read_bytes())
NUMBER = "99665688800200515"
HEAD = """SALES CONTRACT
Contract No.: NW26-0418  Date: 18 April 2026
The Seller: Example Tools Co., Ltd.
The Buyer: Sample Hardware Ltd.
Payment terms: 30% deposit by T/T within 5 working days, balance against copy of Bill of Lading.
8. This contract is made out in two originals, one to be held by each party.
"""
HEAD_ZH = (
    "合同编号：HT-2026-0527\n供方（卖方）：样例金属制品有限公司\n需方（买方）：Sample Trading LLC\n付款方式：电汇\n"
)
FOOT = "\nThe Seller (signature and stamp)      The Buyer (signature)\n"


def mentions(text: str) -> tuple[Mention, ...]:
    return detect(extract("contract.txt", text.encode()), VOCABULARY, Own()).mentions


def gravest(text: str) -> str:
    classes = {mention.cls for mention in mentions(text)}
    return next((cls for cls in ("account", "account_like") if cls in classes), "none")


def judged(text: str) -> tuple[str, str, str]:
    """The gravest class of a text by itself, and of one in a contract in English and in Chinese."""
    return gravest(text), gravest(HEAD + text + FOOT), gravest(HEAD_ZH + text)


PAYABLE = [
    f"Account generated for this order: {NUMBER}",
    f"Virtual account of the order: {NUMBER}",
    f"The account generated for your order is {NUMBER} with Sample Bank",
    f"Compte généré pour cette commande : {NUMBER}",
    f"Account shown on the platform: {NUMBER}",
    f"Pay only to the account on the order page or to {NUMBER}",
    f"Account No.: to be filled: {NUMBER}",
    f"Buyer's account for paying us: {NUMBER}",
    f"Compte de l'acheteur chez nous : paiement au compte n° {NUMBER}",
    f"Customer account no. for your payment: {NUMBER}, Sample Bank",
    f"Kundenkonto für Ihre Zahlung: {NUMBER}",
    f"FedEx / Bank account: {NUMBER}",
    "Test card number 6299990123456789014",
    f"Invoice no. (use as our account number): {NUMBER}",
    f"Payer: please use account no. {NUMBER}",
    f"Account of the Buyer's supplier: {NUMBER}",
    f"Our bank account for USD payments: {NUMBER}",
    f"Refunds: Buyer's account 440011223344\nBeneficiary account number: {NUMBER}",
    f"Refunds: Buyer's account 440011223344.\nRemittance: account number {NUMBER} of the Seller.",
    f"Payments and refunds: Seller's account no. {NUMBER}",
    f"The refund account no. of the Seller: {NUMBER}",
    f"Bank details of the Buyer's supplier: account no. {NUMBER}",
    f"Payment: T/T as agreed in this sales contract\n{NUMBER}\nBank: Sample Bank\nBeneficiary: Example Tools",
    "Order No. 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "FedEx account 99912345, Sample Bank, beneficiary Example Tools",
    f"Supplier account no. {NUMBER}",
    f"The Buyer's account with the Seller is {NUMBER}",
    f"Ref: pay into {NUMBER}, Sample Bank",
    f"Correspondent account of the Seller: {NUMBER}",
    f"收款或退款账号：{NUMBER}",
    f"付款方请用账号{NUMBER}",
    f"Tài khoản được tạo cho đơn hàng này: {NUMBER}",
    f"حساب العميل للدفع: {NUMBER}",
    f"{NUMBER} numaralı hesaba havale",
    f"Bên mua thanh toán vào STK: {NUMBER}",
    "Payment for air conditioners to A/C 12345678",
]


@pytest.mark.parametrize("text", PAYABLE)
def test_words_that_excuse_a_number_do_not_clear_one_to_pay_to(text: str) -> None:
    assert judged(text) == ("account", "account", "account")


LABELS = [
    "Account generated for this order",
    "Virtual account of the order",
    "Buyer's account for paying us",
    "Account of the Buyer's supplier",
    "Customer account for payment",
    "FedEx / bank account",
    "Invoice no. (our account no.)",
    "Payer: please use account no.",
    "Payments and refunds: account no.",
    "Seller's refund account",
]


@pytest.mark.parametrize("label", LABELS)
def test_it_is_one_whether_its_words_stand_before_it_beside_it_or_above_it(label: str) -> None:
    table = f"<html><table><tr><td>{label}</td><td>{NUMBER}</td></tr></table></html>"
    found = detect(extract("contract.html", table.encode()), VOCABULARY, Own()).mentions
    assert [mention.cls for mention in found] == ["account"]
    assert gravest(f"{label}: {NUMBER}") == gravest(f"{label}:\n{NUMBER}") == "account"


@pytest.mark.parametrize("label", ["付款账号", "付款账户", "退款账号", "买方账号"])
def test_an_account_in_the_name_of_the_seller_is_the_seller_s_whatever_it_is_called(label: str) -> None:
    details = f"{label}：{NUMBER}\n户名：{{}}\n开户行：样例银行"
    assert gravest(HEAD_ZH + details.format("样例金属制品有限公司")) == "account"
    assert gravest(HEAD_ZH + details.format("Sample Trading LLC")) == "account_like"


THE_BUYER_S = [
    "Реквизиты Покупателя: ООО «Образец», ИНН 7707083893, р/с 40702810367499771186 в банке Образец",
    "Реквизиты Покупателя\nООО «Образец»\nИНН 7707083893\nр/с 40702810367499771186",
    "Datos bancarios del comprador: cuenta n.º 251026455501",
    "Dados bancários do comprador: conta n.º 251026455501",
    "Coordonnées bancaires de l'acheteur : n° de compte 251026455501",
    "Bankverbindung des Käufers: Kontonummer 2510264555",
    "Alıcının banka bilgileri: hesap no 251026455501",
    "Thông tin ngân hàng bên mua: số tài khoản 251026455501",
    "需方开户行：样例银行\n账号：25102645550",
    f"Payer: Sample Hardware, account no. {NUMBER}",
    f"Refunds are paid to the Buyer's account no. {NUMBER}",
    f"Payment is made from the Buyer's account no. {NUMBER}",
    f"Refunds are paid to the Buyer's account no. {NUMBER}. The Seller ships within 30 days.",
]


@pytest.mark.parametrize("text", THE_BUYER_S)
def test_the_account_of_the_buyer_is_no_violation(text: str) -> None:
    assert judged(text) == ("account_like", "account_like", "account_like")


@pytest.mark.parametrize(
    ("buyer_s", "seller_s"),
    [
        ("Реквизиты Покупателя: р/с 40702810400000771186", "Реквизиты Продавца: р/с 40702810367499771186"),
        ("需方开户行：样例银行\n账号：25102645550", "供方开户行：样例银行\n账号：40702810367499771186"),
        ("Bankverbindung des Käufers: Konto 2510264555", "Bankverbindung des Verkäufers: Konto 40702810367499771186"),
    ],
)
def test_of_both_parties_details_only_the_seller_s_are_a_violation(buyer_s: str, seller_s: str) -> None:
    for text in (f"{buyer_s}\n{seller_s}", f"{seller_s}\n{buyer_s}"):
        accounts = [mention.written for mention in mentions(text) if mention.cls == "account"]
        assert accounts == ["40702810367499771186"]


TABLES = [
    ("Bank details of the Buyer", "account_like"),
    ("Bank details of the Seller", "account"),
    ("Реквизиты Покупателя", "account_like"),
    ("Реквизиты Продавца", "account"),
]


@pytest.mark.parametrize(("head", "cls"), TABLES)
def test_the_head_of_a_table_says_whose_bank_details_it_holds(head: str, cls: str) -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in (("Bank", "Sample"), ("IBAN", "")))
    table = (
        f"<html><table><tr><td colspan=2>{head}</td></tr>{rows}<tr><td>Account no.</td><td>{NUMBER}</td></tr></table>"
    )
    found = detect(extract("contract.html", table.encode()), VOCABULARY, Own()).mentions
    assert [mention.cls for mention in found] == [cls]


INNOCENT = [
    "Contact: Ms. Wu, Sales",
    "MS. WU LI, manager",
    "Statement of account no. 20260430",
    "Relevé de compte n° 20260430",
    "Extracto de cuenta n.º 20260430",
    "A/C No. 12345678 compressor, spare part for the air conditioner",
    "Wallet, leather, model 4400123",
    "Cost account 4711-2026-0099",
    "VAT deferment account no. 1234567",
    "Shop account ID 2208812345678",
    "Invoice account 2026-04: see the list",
    "Google account ID 112233445566778899",
    "FedEx account no. 999999123 for payment of freight",
    "Test card number 4111111111111111",
    "Account opening is not needed for the order: 234999410001028893",
    "Invoice No. (not the account number): 202601050017",
    "Vendor account no.: 4711-20260099",
    "Order no. (account login at the platform): 234999410001028893",
    "Pay to the account generated on the platform for order 234999410001028893",
    "ООО «Образец», ИНН 7707083893, КПП 773601001, ОГРН\n1027700132195\nБанк: Образец, БИК 044525225",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_shares_words_with_accounts_is_none(text: str) -> None:
    assert judged(text) == ("none", "none", "none")


@pytest.mark.parametrize("text", ["Payment by W.U. to Mr Sample", "Payment: T/T or WU to Mr Sample"])
def test_initials_of_a_service_are_one_where_payment_is_spoken_of(text: str) -> None:
    assert gravest(text) == "account_like"


WRITTEN = [
    ("Account No.: 99OO1O1O2O6425O33", "99001010206425033"),
    ("Account No: 4OO12O34O5O6", "400120340506"),
    ("Account No: 9OOO 12OO 3456 78OO", "9000120034567800"),
    ("Account No. 9966(5688)8002(00515)", NUMBER),
    ("Account No. 9966+5688+8002+00515", NUMBER),
    ("Account No. 9966;5688;8002;00515", NUMBER),
    ("Account No. nine nine 66 five six 888 00 two 00515", NUMBER),
    ("Konto: neun neun sechs sechs fünf sechs acht acht acht null", "9966568880"),
    ("Conta: nove nove seis seis cinco seis oito oito oito zero", "9966568880"),
    ("账号：幺九六六五六八八八洞洞二", "196656888002"),
    (f"А/С № {NUMBER}", NUMBER),
    (f"zhanghao: {NUMBER}", NUMBER),
    (f"口座番号：{NUMBER}", NUMBER),
    (f"numero di conto: {NUMBER}", NUMBER),
    (f"계좌번호: {NUMBER}", NUMBER),
    ("Binance Pay ID 123456789", "123456789"),
]


@pytest.mark.parametrize(("text", "number"), WRITTEN)
def test_a_number_is_read_however_its_digits_are_written(text: str, number: str) -> None:
    accounts = [mention for mention in mentions(text) if mention.cls == "account"]
    shown = [mention.masked.replace("*", "") for mention in accounts]
    assert [len(mention.masked) for mention in accounts] == [len(number)]
    assert shown == [number[: len(shown[0]) // 2] + number[len(number) - len(shown[0]) // 2 :]]


@given(
    st.from_regex(r"\A99[0-9]{12,15}\Z"),
    st.sampled_from(
        ["Account generated for this order: {}", "Account of the Buyer's agent: {}", "DHL / bank account: {}"]
    ),
    st.sampled_from(["", "\nBank: Sample Bank", "\nThe order is paid to the account on the order page."]),
)
def test_no_excuse_clears_a_long_number(number: str, form: str, after: str) -> None:
    assert gravest(form.format(number) + after) == "account"
