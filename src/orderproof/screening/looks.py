"""What a number is by its form and by what touches it, when it is no account: a date, a phone, an amount, a container."""

import re

_CURRENCY = r"(?:USD|US\$|EUR|CNY|RMB|GBP|HKD|HK\$|CHF|JPY|AUD|CAD|BRL|R\$|RUB|TRY|VND|AED|SAR|MXN|[$€£¥₽₫₺]|美元|人民币|人民幣|欧元|руб|Rs)"
# The `rs` at the end of `Käufers: 0532013000` is no currency.
_MONEY_BEFORE = re.compile(rf"(?<![A-Za-zÀ-ɏ]){_CURRENCY}[.:]?[ ]?\Z", re.IGNORECASE)
_MONEY_AFTER = re.compile(rf"[ ]?(?:{_CURRENCY}|元|圆|圓)(?![A-Za-z])", re.IGNORECASE)
_UNIT_AFTER = re.compile(
    r"[ ]?(?:pcs|pieces?|sets?|units?|kgs?|g|mt|tons?|cartons?|ctns?|boxes|rolls|pairs|doz|dozens?|cbm|mm|cm|m2|m3|[vw]|kw|mah|"
    r"uds?|unid|ud|шт|мест|кг|stk|stück|adet|unidades|piezas|pièces|peças|chiếc|cái|個|个|件|台|套|只|箱|米|公斤|千克|吨|قطعة)(?![^\W\d_])",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[, ]?[0-9]{3}){0,3}(?:[.,][0-9]{1,2})?(?![0-9.,])")
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_WRITTEN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("date", rf"{_YEAR}([-./ ]){_MONTH}\1{_DAY}|{_DAY}([-./ ]){_MONTH}\2(?:{_YEAR}|[0-9]{{2}})"),
        ("date", rf"{_MONTH}([-./]){_DAY}\1{_YEAR}"),
        ("date", r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"),
        (
            "time",
            r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9])?",
        ),
        ("month", rf"{_YEAR}[-./]{_MONTH}|{_MONTH}[-./]{_YEAR}"),
        ("sort_code", r"[0-9]{2}[-–][0-9]{2}[-–][0-9]{2}"),
        ("bsb", r"[0-9]{3}-[0-9]{3}"),
        ("phone", r"(?:00)?86[- ][0-9]{2,4}[- ][0-9]{6,8}(?:-[0-9]{1,5})?|0[0-9]{2,3}[- ][0-9]{7,8}(?:-[0-9]{1,5})?"),
        ("phone", r"0[1-9][0-9]{1,2}[- ][0-9]{3,4}[- ][0-9]{4}"),
        ("phone", r"00[1-9][0-9]{0,2}[- ][0-9]+(?:[- ][0-9]+)*|[2-9][0-9]{2}[-. ][0-9]{3}[-. ][0-9]{4}"),
        ("phone", r"400[- ][0-9]{3}[- ][0-9]{4}|(?:86[- ]?)?1[3-9][0-9]([- ]?)[0-9]{4}\1[0-9]{4}"),
        ("mobile", r"(?:86[- ]?)?1[3-9][0-9]([- ]?)[0-9]{4}\1[0-9]{4}"),
        ("hs_code", r"[0-9]{4}\.[0-9]{2}(?:\.?[0-9]{2}){0,3}"),
        ("awb", r"[0-9]{3}-(?:[0-9]{8}|[0-9]{4}[- ][0-9]{4})"),
        ("cpf", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"),
        ("cnpj", r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}"),
        ("ein", r"[0-9]{2}-[0-9]{7}"),
        ("ip", r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"),
        (
            "amount",
            r"[0-9]{1,3}(?:,[0-9]{3}){1,3}(?:\.[0-9]{1,4})?|[0-9]{1,3}(?:[.'][0-9]{3}){2,3}|[0-9]{1,9}[.,][0-9]{1,3}",
        ),
        ("amount", r"[0-9]{1,3}(?:[.'][0-9]{3}){1,3}[,.][0-9]{1,2}|[0-9]{1,3}(?: [0-9]{3}){1,3}[,.][0-9]{1,2}"),
        ("thousands", r"[0-9]{1,2}(?: [0-9]{3}){2,3}|[0-9]{3}(?: [0-9]{3}){0,2} 000"),
        ("size", r"[0-9]{1,5}(?:\*[0-9]{1,5}){1,2}"),
        ("range", r"[0-9]{4}[-~][0-9]{4}|[0-9]{5}[-~][0-9]{5}"),
    )
)
# Codes of carriers, with which the numbers of their bills of lading begin.
_CARRIERS = (
    "ACLU|ANRM|APLU|CMDU|COSU|CULV|EGLV|EISU|ESLC|GSLU|HDMU|HLCU|HLXU|KMTC|KMTU|MAEU|MATS|MEDU|MSCU|NAMS|NSLU|ONEY|OOLU|PABV|PCIU|"
    "PILU|RCLU|SEAU|SITG|SITS|SMLM|SMLU|SNKO|SUDU|SWLD|TSLU|TSYL|UASU|WHLC|WHLU|XPRE|YMJA|YMLU|ZIMU"
)
_CARRIER_BEFORE = re.compile(rf"(?<![0-9A-Za-z])(?:{_CARRIERS})[A-Z]{{1,5}}\Z")
_VALUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("container", r"[A-Z]{3}[UJZ][0-9]{7}"),
        ("ups", r"1Z[0-9A-Z]{16}"),
        ("bl_number", r"[A-Z]{4}[0-9]{8,12}"),
        ("bl_number", rf"(?:{_CARRIERS})[A-Z]{{0,5}}[0-9]{{5,12}}[A-Z]?"),
        ("ems", r"[A-Z]{2}[0-9]{9}[A-Z]{2}"),
        ("uscc", r"[159ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"),
        ("cn_id", r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"),
        ("vat", r"(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)[0-9A-Z]{0,2}[0-9]{7,12}(?:B[0-9]{2}|[A-Z]{1,2})?"),
        ("gstin", r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]"),
        ("rfc", r"[A-ZÑ&]{3,4}[0-9]{6}[0-9A-Z]{3}"),
        ("order_number", r"(?:PI|PO|SC|CI|INV|RFQ|NEO|LC|QT|SO|OR|ORD|CN|TA|HT|XS|CG|BL|PL|REF)[0-9]{5,}[0-9A-Z]*"),
        ("order_number", r"[0-9]{4,}[A-Z]{1,3}[0-9]{1,4}"),
    )
)  # fmt: skip
_TEST_CARDS = frozenset(
    [
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "4000056655665556",
        "5555555555554444",
        "5105105105105100",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
    ]
)
BY_CHANCE = frozenset({"imei", "gtin"})
"""The forms that one number in ten of their length has by chance."""
_LONGEST_PHONE = 17  # with the exit code `00` and a short extension
_LONGEST_BL = 12
_IMEI_STARTS = ("35", "86", "01", "99")


def quantities(text: str) -> int:
    """How many numbers with a unit, such as `1000 pcs`, stand in a text."""
    return sum(1 for number in _PLAIN.finditer(text) if _UNIT_AFTER.match(text, number.end()))


def looks(value: str, written: str, before: str, after: str, checks: tuple[str, ...]) -> frozenset[str]:
    """The other things that a number may be: ``written`` is folded, ``before`` and ``after`` a few characters beside it."""
    found = [name for name, pattern in _WRITTEN if pattern.fullmatch(written)] if written[:1].isdigit() else []
    if value.isdigit():
        found.extend(_of_digits(value, written, before, after, checks))
    else:
        found.extend(name for name, pattern in _VALUES if pattern.fullmatch(value))
        found.extend(name for name in ("lei", "uscc", "cn_id", "gstin") if name in checks)
    if "cn_id" in checks:
        found.append("cn_id")
    if len(value) > _LONGEST_PHONE:
        found = [name for name in found if name != "phone"]
    return frozenset(found)


def _of_digits(value: str, written: str, before: str, after: str, checks: tuple[str, ...]) -> list[str]:
    found = []
    if len(value) <= 11 and (_MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after)):
        found.append("amount")
    if len(value) <= 8 and _UNIT_AFTER.match(after):
        found.append("quantity")
    if after[:1] == "%" or after[:2] == " %":
        found.append("percentage")
    if len(value) == 15 and "luhn" in checks and value.startswith(_IMEI_STARTS):
        found.append("imei")
    if len(value) == 13 and "gtin" in checks and written.isdigit():
        found.append("gtin")
    if len(value) in (19, 20) and value.startswith("89") and "86" in value[:4] + value[2:4]:
        found.append("iccid")
    if len(value) in (6, 8, 10) and re.search(r"(?:\bH\.?S\.?\b|海关|商品编码|编码)[^0-9]{0,12}\Z", before):
        found.append("hs_code")
    if len(value) <= _LONGEST_BL and _CARRIER_BEFORE.search(before):
        found.append("bl_number")
    if value in _TEST_CARDS:
        found.append("test_card")
    if len(set(value)) == 1:
        found.append("placeholder")
    if written.startswith(("+", "(")):
        found.append("phone")
    return found
