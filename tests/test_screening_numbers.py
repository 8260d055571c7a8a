"""What a line holds that may be the number of an account: exact candidates, traps, check digits, and the laws of folding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.screening.blank import is_blank
from orderproof.screening.fold import folded, label_view
from orderproof.screening.numbers import candidates

NUMBERS = [
    ("6222 0212 3456 7890 123", "digits", "6222021234567890123"),
    ("6222\u00a00212\u20093456 7890", "digits", "6222021234567890"),
    ("6222.0212.3456.7890", "digits", "6222021234567890"),
    ("6222 - 0212 - 3456 - 7890", "digits", "6222021234567890"),
    ("6222–0212–3456–7890", "digits", "6222021234567890"),
    ("6222,0212,3456,7890", "digits", "6222021234567890"),
    ("6 2 2 2 0 2 1 2 3 4 5 6", "digits", "622202123456"),
    ("972-197376-838", "digits", "972197376838"),
    ("р/с 4070 2840 5000 0129 4436", "digits", "40702840500001294436"),
    ("р/с40702840500001294436", "digits", "40702840500001294436"),
    ("40702 810 5 0000 0001234", "digits", "40702810500000001234"),
    ("conta 891675-1", "digits", "8916751"),
    ("19-2000145399/0800", "digits", "1920001453990800"),
    ("994\xad866\xad087\xad801\xad411\xad818", "digits", "994866087801411818"),
    ("6\u200b222\u200b0212\u200b3456", "digits", "622202123456"),
    ("6\u03362\u03362\u03360\u03361\u03362\u0336", "digits", "622012"),
    ("６２２２０２１２", "digits", "62220212"),
    ("٦٢٢٢٠٢١٢", "digits", "62220212"),
    ("62220212345678O9", "digits", "6222021234567809"),
    ("6222O2I2345678", "digits", "62220212345678"),
    ("陆贰玖玖零零叁玖壹陆柒贰柒零肆肆", "digits", "6299003916727044"),
    ("six two two two zero two one double eight", "digits", "622202188"),
    ("six-two-two-two-zero-oh", "digits", "622200"),
    ("seis dos dos cero uno tres", "digits", "622013"),
    ("шесть два два ноль один три", "digits", "622013"),
    ("sáu hai hai không một ba", "digits", "622013"),
    ("ستة اثنان اثنان صفر واحد ثلاثة", "digits", "622013"),
    ("账号6222021234567890123美元", "digits", "6222021234567890123"),
    ("ACCOUNT6222021234567890USD", "digits", "6222021234567890"),
    ("A/C6222021234567890", "digits", "6222021234567890"),
    ("**6222021234567890**", "digits", "6222021234567890"),
    ("账号：........6222021234567890", "digits", "6222021234567890"),
    ("9.97346769728317E+14", "digits", "997346769728317"),
    ("997346769728317.00", "digits", "997346769728317"),
    ("DE89 3704 0044 0532 0130 00", "iban", "DE89370400440532013000"),
    ("ibande89370400440532013000", "iban", "DE89370400440532013000"),
    ("DE89 37O4 0044 O532 0l30 00", "iban", "DE89370400440532013000"),
    ("DЕ89 3704 0044 0532 0130 00", "iban", "DE89370400440532013000"),
    ("RIB 20041 01005 0500013M026 06", "rib", "20041010050500013M02606"),
    ("1A1z P1eP 5QGe fi2D MPTf TL5S Lmv7 Divf Na", "wallet_btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("accounts.sample@example.com", "email", "accounts.sample@example.com"),
    ("name@okaxis", "upi", "name@okaxis"),
    ("paypal.me/sample", "paypal_link", "paypal.me/sample"),
    ("Pix 123e4567-e89b-12d3-a456-426614174000", "uuid", "123e4567-e89b-12d3-a456-426614174000"),
    ("HDFC0001234", "ifsc", "HDFC0001234"),
    ("SWIFT HSBCCNSHBJG", "bic", "HSBCCNSHBJG"),
    ("6222****8888", "masked", "6222****8888"),
    ("6222 **** **** 8888", "masked", "6222********8888"),
    ("62220212xxxx8888", "masked", "62220212****8888"),
    ("No.****8888", "masked", "****8888"),
    ("6222●●●●8888", "masked", "6222****8888"),
    ("6222…8888", "masked", "6222***8888"),
]


@pytest.mark.parametrize(("text", "shape", "value"), NUMBERS)
def test_a_number_is_found_however_it_is_written(text: str, shape: str, value: str) -> None:
    assert [(found.shape, found.value) for found in candidates(folded(text))] == [(shape, value)]


SEVERAL = [
    ("20-00-00 55779911", ["200000", "55779911"]),
    ("sort code 200000 55779911", ["200000", "55779911"]),
    ("10000001-10000099", ["10000001", "10000099"]),
    ("1234 5678, 90123456", ["12345678", "90123456"]),
    ("12345678  90123456", ["12345678", "90123456"]),
    ("12345678;90123456", ["12345678", "90123456"]),
    ("6222021234567890\t6222021234567891", ["6222021234567890", "6222021234567891"]),
    ("2026 2027", []),
    ("10-20 pcs, 30%", []),
    ("A/C No.: ____", []),
    ("xxxxxxxx", []),
]


@pytest.mark.parametrize(("text", "values"), SEVERAL)
def test_numbers_beside_one_another_stay_apart(text: str, values: list[str]) -> None:
    assert [found.value for found in candidates(folded(text))] == values


TRAPS = [
    ("2023-05-19", "date"),
    ("20230519", "date"),
    ("2026/11/25", "date"),
    ("USD 12,345.00", "amount"),
    ("1,234,567.00", "amount"),
    ("1.234.567,00", "amount"),
    ("150000 pcs", "quantity"),
    ("+86 579 7979 1609", "phone"),
    ("0086-755-25018888", "phone"),
    ("86-25-4729178", "phone"),
    ("(0755) 2501 8888", "phone"),
    ("13800000000", "mobile"),
    ("HS 940542", "hs_code"),
    ("8517.13.00", "hs_code"),
    ("784-12345675", "awb"),
    ("CSQU3054383", "container"),
    ("1Z999AA10123456784", "ups"),
    ("COSU6123456789", "bl_number"),
    ("91110000600037341L", "uscc"),
    ("5493001KJTIIGC8Y1R12", "lei"),
    ("DE136695976", "vat"),
    ("PI20230519001", "order_number"),
    ("PI-20230519001", "order_number"),
    ("215487BA03", "order_number"),
    ("12.345.678/0001-95", "cnpj"),
    ("12-3456789", "ein"),
    ("356938035643809", "imei"),
    ("4111 1111 1111 1111", "test_card"),
    ("https://example.com/a/6222021234567890", "url"),
    ("a" * 32 + "0123456789abcdef" * 2, "tx_hash"),
    ("20-00-00", "sort_code"),
    ("00000000", "placeholder"),
    ("SHIPMENT", "word"),
]


@pytest.mark.parametrize(("text", "look"), TRAPS)
def test_what_is_no_account_by_its_form_looks_so(text: str, look: str) -> None:
    (found,) = candidates(folded(text))
    assert look in found.looks


CHECKS = [
    ("DE89370400440532013000", "iban", "valid"),
    ("GB29NWBK60161331926819", "iban", "valid"),
    ("FR1420041010050500013M02606", "iban", "valid"),
    ("SA0380000000608010167519", "iban", "valid"),
    ("AE070331234567890123456", "iban", "valid"),
    ("TR330006100519786457841326", "iban", "valid"),
    ("BR1800360305000010009795493C1", "iban", "valid"),
    ("DE89370400440532013001", "", "invalid"),
    ("021000021", "aba", "none"),
    ("111000025", "aba", "none"),
    ("002010077777777771", "clabe", "valid"),
    ("4111111111111111", "luhn", "valid"),
    ("91110000600037341L", "uscc", "none"),
    ("CSQU3054383", "iso6346", "none"),
    ("5493001KJTIIGC8Y1R12", "lei", "none"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc", "valid"),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "", "invalid"),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc", "valid"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "btc", "valid"),
    ("0x52908400098527886E0F7030069857D2E4169EE7", "", "none"),
]


@pytest.mark.parametrize(("text", "name", "check"), CHECKS)
def test_check_digits_are_tried(text: str, name: str, check: str) -> None:
    (found,) = candidates(folded(text))
    assert (name in found.checks if name else found.checks == (), found.check) == (True, check)


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("6222021234567890123", "6222***********0123"),
        ("55779911", "55****11"),
        ("accounts.sample@example.com", "a***@example.com"),
        ("paypal.me/sample", "paypal.me/s***"),
    ],
)
def test_a_report_shows_at_most_half_of_a_number(text: str, mask: str) -> None:
    assert [found.mask() for found in candidates(folded(text))] == [mask]


@pytest.mark.parametrize(
    "text", ["____", "xxxxxxxx", "N/A", "[to be filled]", "", " - ", "待定", "［待填写］", "to be advised"]
)
def test_a_blank_is_a_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["6222021234567890", "[6222021234567890]", "a@example.com", "DE89370400440532013000"])
def test_an_account_is_no_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Número de CUENTA", "numero de cuenta"),
        ("Расчётный счёт", "расчетныи счет"),
        ("Аccоunt №", "account no"),
        ("cчёт", "счет"),
        ("رقم الحسـاب البنکی", "رقم الحساب البنكي"),
        ("số tài khoản Đ", "so tai khoan d"),
        ("帳號：", "帳號:"),
    ],
)
def test_labels_are_seen_without_case_accents_and_false_letters(text: str, view: str) -> None:
    assert label_view(folded(text)) == view


def test_what_was_written_is_kept() -> None:
    text = "账号：６２２２\u200b００００２２２２。"
    (found,) = candidates(folded(text))
    assert (found.value, found.written) == ("622200002222", "６２２２\u200b００００２２２２")


ALPHABET = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("0123456789OIl.-/ *@ДСРо六二零陆\u00ad\u200b\u0301"),
    st.sampled_from(["six ", "two ", "double ", "ноль "]),
)
TEXTS = st.lists(ALPHABET, max_size=40).map("".join)


@given(TEXTS)
def test_places_rise_and_stay_in_the_text(text: str) -> None:
    fold = folded(text)
    assert len(fold.places) == len(fold.text) + 1
    assert list(fold.places) == sorted(fold.places)
    assert fold.places[-1] == len(text)
    assert len(label_view(fold)) == len(fold.text)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text).text
    assert folded(once).text == once


@given(st.text(st.characters(min_codepoint=32, max_codepoint=64)))
def test_plain_text_stays(text: str) -> None:
    assert folded(text).text == text


@given(TEXTS)
def test_candidates_stand_apart_in_the_order_of_the_text(text: str) -> None:
    fold = folded(text)
    found = candidates(fold)
    ends = [place for candidate in found for place in (candidate.start, candidate.end)]
    assert ends == sorted(ends)
    assert all(candidate.written == fold.original(candidate.start, candidate.end) for candidate in found)
    hidden = [candidate for candidate in found if candidate.shape in ("digits", "iban", "alnum")]
    assert all(2 * (len(one.value) - one.mask().count("*")) <= len(one.value) for one in hidden)


@given(st.from_regex(r"\A[1-9][0-9]{11,18}\Z"), st.sampled_from(["", "\u200b", "\u00ad"]), st.integers(3, 5))
def test_groups_and_invisible_characters_hide_no_number(number: str, between: str, size: int) -> None:
    groups = [number[at : at + size] for at in range(0, len(number), size)]
    for mark in (" ", "-", "."):
        if mark == "." and size == 3:
            continue  # thousands with points are an amount
        (found,) = candidates(folded((between + mark).join(groups)))
        assert found.value == number


@pytest.mark.parametrize(
    "part", ["1 ", "1", "*", ".", "1a@", "6222-", "DE89 ", "one ", "一", "(1", "1(.-", "TL5S ", "a@b.c"]
)
def test_a_hostile_line_takes_time_in_proportion(part: str) -> None:
    started = time.process_time()
    candidates(folded(part * (200_000 // len(part)) + "a"))
    assert time.process_time() - started < 3
