"""What the screening makes of a text: the class of each number, its kind, the words beside it, and why."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import OrderproofError
from orderproof.screening.detect import detect
from orderproof.screening.mention import Mention, Own, Screened
from orderproof.screening.text import Extract, Gap, Line, Picture, Spot
from orderproof.screening.vocabulary import FILE_NAME, Case, load_vocabulary

VOCABULARY_FILE = rules_folder() / "credit-guarantee" / FILE_NAME
VOCABULARY = load_vocabulary(VOCABULARY_FILE.read_bytes(), VOCABULARY_FILE.as_posix())


def extract(text: str) -> Extract:
    """Running text, a line a row."""
    lines = (Line(line, Spot(line=number), row=number) for number, line in enumerate(text.split("\n"), start=1))
    return Extract("text", tuple(lines))


def table(*rows: tuple[str, ...]) -> Extract:
    """One table, cell by cell."""
    return Extract(
        "docx",
        tuple(
            Line(text, Spot(paragraph=row), frame=1, row=row, left=column, right=column + 1)
            for row, cells in enumerate(rows)
            for column, text in enumerate(cells)
            if text
        ),
    )


def screened(text: str, own: Own = Own()) -> Screened:  # noqa: B008  # a frozen value
    return detect(extract(text), VOCABULARY, own)


def gravest(told: Screened) -> str:
    classes = {mention.cls for mention in told.mentions}
    return next((cls for cls in ("account", "account_like") if cls in classes), "none")


def told(mentions: tuple[Mention, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(mention.cls, mention.kind, mention.label, mention.masked, mention.reason) for mention in mentions]


@pytest.mark.parametrize("case", VOCABULARY.cases, ids=lambda case: case.text[:40])
def test_the_vocabulary_keeps_its_own_cases(case: Case) -> None:
    assert gravest(screened(case.text)) == case.expect


MENTIONS = [
    # Words before it in its line, in the languages of trade.
    ("Account No.: 99501234567890123", ("account", "cn_account", "Account No", "9950*********0123", "label")),
    ("账号：99501234567890123", ("account", "cn_account", "账号", "9950*********0123", "label")),
    ("戶口號碼: 012-345678-901", ("account", "hk_account", "戶口號碼", "012******901", "label")),
    ("N.º de cuenta 9950123456", ("account", "es_account", "N.º de cuenta", "99******56", "label")),
    ("CLABE 002010077777777771", ("account", "clabe", "CLABE", "0020**********7771", "label")),
    ("Compte n° 00012345678, Banque Exemple", ("account", "fr_account", "Compte n", "00*******78", "label")),
    ("conta corrente 891675-1", ("account", "br_account", "conta corrente", "8*****1", "label")),
    ("р/с 40702840500001294436", ("account", "ru_account", "р/с", "4070************4436", "label")),
    ("رقم الحساب: ٩٩٥٠١٢٣٤٥٦٧٨", ("account", "ar_account", "رقم الحساب", "995******678", "label")),
    ("Kontonummer 6096696416", ("account", "de_account", "Kontonummer", "60******16", "label")),
    ("Hesap No: 6299999123", ("account", "tr_account", "Hesap No", "62******23", "label")),
    ("Số tài khoản: 0071001234567", ("account", "vn_account", "Số tài khoản", "007*******567", "label")),
    ("Chave Pix: vendas@example.com", ("account", "pix", "Chave Pix", "v***@example.com", "service")),
    ("PayPal e-mail: pay@example.com", ("account", "paypal", "PayPal e-mail", "p***@example.com", "service")),
    ("支付宝：13800138000", ("account", "alipay", "支付宝", "13*******00", "service")),
    # Forms that need no words.
    ("DE89 3704 0044 0532 0130 00", ("account", "iban", "", "DE89**************3000", "checksum")),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ("account", "wallet", "", "1A1z**************************vfNa", "wallet")),
    ("paypal.me/samplemoss", ("account", "paypal", "", "paypal.me/s***", "link")),
    # Words above, and the details of a bank around.
    ("Account No.:\n99501234567890123", ("account", "cn_account", "Account No", "9950*********0123", "label_above")),
    ("Sample Bank, SWIFT: SAMPCNBJ\n99501234567890123", ("account", "cn_account", "", "9950*********0123", "block")),
    # Written to be overlooked.
    ("A c c o u n t  N o. 9950 1234 5678", ("account", "account", "A c c o u n t N o", "995******678", "label")),
    ("Benefic1ary Acc0unt N0: 9950123456", ("account", "account", "Acc0unt N0", "99******56", "label")),
    ("Аccount No 995\u200b012\u00ad3456", ("account", "account", "Аccount No", "99******56", "label")),
    # What a person should look at.
    ("Refund account: 99501234567890", ("account_like", "refund", "Refund account", "995********890", "refund")),
    ("付款账号：99501234567890123", ("account_like", "payer", "付款账号", "9950*********0123", "payer")),
    ("Account No.: 6222****8888", ("account_like", "masked", "Account No", "622******888", "masked")),
    ("Pay by MoneyGram to Ms Wang", ("account_like", "moneygram", "MoneyGram", "MoneyGram", "payee")),
    # Mentions that count for nothing.
    ("к/с 30101810400000000225", ("none", "correspondent", "к/с", "3010************0225", "correspondent")),
    ("FedEx account no. 999999123", ("none", "other", "FedEx account no", "99*****23", "other")),
]


@pytest.mark.parametrize(("text", "expected"), MENTIONS, ids=[text[:40] for text, _ in MENTIONS])
def test_a_number_is_what_its_form_and_the_words_around_it_say(
    text: str, expected: tuple[str, str, str, str, str]
) -> None:
    assert told(screened(text).mentions) == [expected]


NOTHING = [
    "Sales contract No. PI20230519001, S/C NO. NEO2001/026, invoice 215487BA03",
    "L/C No. 99501234567890 opened by Sample Bank, advising bank Sample Bank, SWIFT CODE: HSBCCNSHBJG",
    "IRREVOCABLE L/C AT SIGHT WITHIN 21 DAYS AFTER DATE OF B/L AT BENEFICIARY'S ACCOUNT. ANY BANK IN CHINA",
    "Bank charges outside China are for the Beneficiary's account.\nTel 86-25-4729178",
    "Payment through Trade Assurance order 234999410001028894 only; no other account is valid",
    "以信保订单234999410001028894生成的账号为准，其他账号无效",
    "Account No.: ________ Bank: ________",
    "Account No.: xxxxxxxxxxxx\nOrder No. 234999410001028894",
    "A/C unit model 20230519001, capacity 12000 BTU",
    "Power bank 20000 mAh, model PB20230519",
    "CCI publication no. 600, arbitrage CCI 2023123456",
    "NIB 9120012345678 (Nomor Induk Berusaha)",
    "STK 1200000",
    "счёт-фактура № 20230519001 от 19.05.2023",
    "ИНН 7707083893 КПП 770701001 ОГРН 1027700132195",
    "USCC 91110000600037341L, customs registration code 3302960123",
    "IMEI: 356938035643809\n356938035643817",
    "HS code 8517130000, CIQ 8517130000999",
    "Container CSQU3054383, AWB 784-12345675, B/L COSU6123456780",
    "Les frais sont pour le compte de l'Acheteur. Facture n° 2026010500017",
    "Banka masrafları Alıcı hesabınadır. Sipariş no 234999410001028894",
    "المصاريف البنكية على حساب المشتري، رقم العقد 20260105001",
    "Western Union is not accepted.",
    "开户行行号：104100000004",
    "Bank: Sample Bank, 123 Bank Road, 510000 Guangzhou, Tel: 020-81234567, SWIFT: SAMPCNBJ",
    "E-mail: sales@example.com",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_an_account_is_none(text: str) -> None:
    assert told(screened(text).mentions) == []


def test_the_orders_own_account_is_known_by_its_digits_and_another_beside_it_is_an_account() -> None:
    text = "Pay to account 9990-0170-04201 at Sample Bank.\nOr to account 99501234567890123."
    found = screened(text, Own(collection_account="９９９００１７００４２０１")).mentions
    assert [(mention.cls, mention.kind) for mention in found] == [("account_like", "own"), ("account", "cn_account")]


def test_a_table_is_read_by_rows_and_by_columns() -> None:
    by_row = table(("Bank", "Sample Bank"), ("Account No.", "99501234567890"), ("SWIFT", "SAMPCNBJ"))
    by_column = table(("Account No.", "IMEI"), ("99501234567890", "356938035643809"))
    for extracted in (by_row, by_column):
        found = detect(extracted, VOCABULARY, Own()).mentions
        assert [(mention.cls, mention.label) for mention in found] == [("account", "Account No")]


def test_the_column_of_the_payer_is_the_buyers_own_account() -> None:
    extracted = table(("", "Payer (Party A)", "Payee (Party B)"), ("Bank Account", "99111122223333", "99444455556666"))
    found = detect(extracted, VOCABULARY, Own()).mentions
    assert [(mention.cls, mention.kind, mention.written) for mention in found] == [
        ("account_like", "payer", "99111122223333"),
        ("account", "account", "99444455556666"),
    ]


def test_a_label_at_the_end_of_a_page_names_the_number_on_the_next() -> None:
    lines = (
        Line("Account No. 账号:", Spot(page=1, line=40), frame=1, row=40),
        Line("Page 1 of 2", Spot(page=1, line=41), frame=1, row=41),
        Line("99501234567890123", Spot(page=2, line=1), frame=2, row=1),
    )
    found = detect(Extract("pdf", lines), VOCABULARY, Own()).mentions
    assert [(mention.cls, mention.label, mention.spot.page) for mention in found] == [("account", "账号", 2)]


def test_the_account_with_a_bank_between_banks_is_none_only_beside_the_account_that_it_serves() -> None:
    between = "Intermediary bank: Big Bank\nAccount No.: 8900112233"
    whole = between + "\nBeneficiary: Moss Ltd\nAccount No.: 99501234567890"
    assert [mention.cls for mention in screened(whole).mentions] == ["none", "account"]
    assert [mention.cls for mention in screened(between).mentions] == ["account"]


def test_an_excerpt_shows_no_number_in_full_and_says_where_its_own_stands() -> None:
    found = screened("USD account 99501234567890, EUR account 99501234567891").mentions
    for mention in found:
        assert mention.excerpt == "USD account 995********890, EUR account 995********891"
        assert mention.excerpt[mention.start : mention.end] == mention.masked
    assert [mention.masked for mention in found] == ["995********890", "995********891"]


def test_hidden_text_counts_as_any_other_and_is_said_to_be_hidden() -> None:
    line = Line("Account No. 99501234567890", Spot(paragraph=3), hidden="white text")
    (mention,) = detect(Extract("docx", (line,)), VOCABULARY, Own()).mentions
    assert (mention.cls, mention.hidden, mention.spot) == ("account", "white text", Spot(paragraph=3))


def test_a_page_that_is_a_picture_and_a_picture_of_bank_details_leave_it_open() -> None:
    page = Picture(Spot(page=2), after=3, share=0.9, alone=True)
    scanned = Extract("pdf", extract("Contract\nGoods\nPrice").lines, (page,))
    assert detect(scanned, VOCABULARY, Own()).gaps == (
        Gap("picture", "page 2 is a picture, and its text cannot be read", Spot(page=2)),
    )
    seal = Picture(Spot(page=1), after=3, share=0.02)
    announced = extract("Price: as agreed\nBank details below:\nSigned").lines
    assert [gap.code for gap in detect(Extract("pdf", announced, (seal,)), VOCABULARY, Own()).gaps] == ["picture"]
    assert detect(Extract("pdf", extract("Price\nSigned").lines, (seal,)), VOCABULARY, Own()).gaps == ()


def test_a_file_without_text_is_not_read() -> None:
    assert [gap.code for gap in detect(Extract("docx"), VOCABULARY, Own()).gaps] == ["empty"]


@given(st.text(max_size=200))
def test_any_text_is_judged_and_every_excerpt_holds_its_mention(text: str) -> None:
    for mention in screened(text).mentions:
        assert 0 <= mention.start <= mention.end <= len(mention.excerpt)
        assert mention.reason in VOCABULARY.spoken.reasons


@given(st.sampled_from([text for text, (cls, *_) in MENTIONS if cls == "account"]), st.sampled_from(NOTHING))
def test_an_account_is_found_whatever_else_the_file_holds(account: str, other: str) -> None:
    assert gravest(screened(f"{other}\n\n\n\n{account}\n\n\n\n{other}")) == "account"


SMALL = """\
accounts: mine
version: 1.0.0
search: {near: 80, block_lines: 6, block_aspects: 2, owner_lines: 8, page_lines: 6, fewest_digits: 6, block_digits: 8,
  instruction_digits: 10, lone_digits: 12, picture_lines: 3, picture_share: 0.5}
labels:
  - {role: account, language: en, words: [pot]}
formats:
  - {kind: pot_account, digits: [10]}
reasons: REASONS
"""


def small(**changes: str) -> bytes:
    text = SMALL.replace("REASONS", json.dumps({name: {"en": "e", "zh": "z"} for name in VOCABULARY.spoken.reasons}))
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode()


def test_an_analyst_adds_a_word_and_a_format_without_code() -> None:
    vocabulary = load_vocabulary(small())
    assert told(detect(extract("pot 9912345678"), vocabulary, Own()).mentions) == [
        ("account", "pot_account", "pot", "99******78", "label")
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"role: account": "role: acount"}, ["accounts.yaml:6:12: `acount` is no value of `role`"]),
        ({"words: [pot]": "word: [pot]"}, ["accounts.yaml:6:6: a group of labels needs `words`"]),
        ({"near: 80, ": ""}, ["accounts.yaml:3:10: `search` needs `near`"]),
        ({"near: 80": "near: far"}, ["accounts.yaml:3:16: `near` is text, expected"]),
        ({"[pot]": "[p]"}, ["accounts.yaml:6:43: `p` is too short to be searched for"]),
        ({"digits: [10]": "written: '('"}, ["accounts.yaml:8:34: `(` is not a pattern"]),
        ({'"label": {': '"labels": {'}, ["accounts.yaml:9:11: `reasons` needs `label`"]),
    ],
)
def test_a_vocabulary_that_is_wrong_is_refused_with_the_place(change: dict[str, str], expected: list[str]) -> None:
    with pytest.raises(OrderproofError) as refused:
        load_vocabulary(small(**change))
    lines = [f"{diagnostic.place}: {diagnostic.message}" for diagnostic in refused.value.diagnostics]
    for line, start in zip(lines, expected, strict=False):
        assert line.startswith(start)
    assert len(lines) >= len(expected)


def test_the_schema_knows_every_key_of_the_shipped_vocabulary() -> None:
    from jsonschema import Draft7Validator  # late: only this test needs it
    from yaml import safe_load

    schema = json.loads((schemas_folder() / "accounts.schema.json").read_text("utf-8"))
    value = safe_load(Path(VOCABULARY_FILE).read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(value)] == []
