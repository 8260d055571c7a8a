"""Numbers that look real and are not: accounts that begin 99, textbook values, ids with right check digits."""

import random
from collections.abc import Callable

TEXTBOOK = {
    "iban.de": "DE89370400440532013000",
    "iban.gb": "GB29NWBK60161331926819",
    "iban.fr": "FR1420041010050500013M02606",
    "iban.sa": "SA0380000000608010167519",
    "iban.ae": "AE070331234567890123456",
    "iban.tr": "TR330006100519786457841326",
    "iban.br": "BR1800360305000010009795493C1",
    "aba": "021000021",
    "clabe": "002010077777777771",
    "uscc.textbook": "91110000600037341L",
    "btc": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "container": "CSQU3054383",
    "lei": "5493001KJTIIGC8Y1R12",
    "testcard": "4111111111111111",
    "citizen": "11010519491231002X",
    "imei": "490154203237518",
    "gtin": "4006381333931",
    "ciq": "8517130000999",
    "eth": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "tron": "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
}
"""Published examples; nobody is paid at any of them."""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def luhn_digit(body: str) -> str:
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def iban(country: str, bban: str) -> str:
    digits = "".join(str(int(letter, 36)) for letter in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


def _uscc(rng: random.Random) -> str:
    body = "91990000MA" + "".join(rng.choice(_USCC) for _ in range(7))
    total = sum(_USCC.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + _USCC[-total % 31]


def digits(rng: random.Random, count: int, head: str = "") -> str:
    return head + "".join(rng.choice("0123456789") for _ in range(count - len(head)))


def _card(rng: random.Random, count: int) -> str:
    body = digits(rng, count - 1, "6299")
    return body + luhn_digit(body)


def _iccid(rng: random.Random) -> str:
    body = digits(rng, 18, "898600")
    return body + luhn_digit(body)


MADE: dict[str, Callable[[random.Random], str]] = {
    "iban.gbx": lambda rng: iban("GB", "XXXX999999" + digits(rng, 8, "99")),
    "iban.nlx": lambda rng: iban("NL", "XXXX" + digits(rng, 10, "99")),
    "iban.dex": lambda rng: iban("DE", "99999999" + digits(rng, 10, "99")),
    "iban.trx": lambda rng: iban("TR", "99999" + "0" + digits(rng, 16, "99")),
    "iban.sax": lambda rng: iban("SA", "99" + digits(rng, 18, "99")),
    "card16": lambda rng: _card(rng, 16),
    "card19": lambda rng: _card(rng, 19),
    "ru": lambda rng: "40702840" + digits(rng, 12, "9"),
    "ru.corr": lambda rng: "30101810" + digits(rng, 12, "9"),
    "hk": lambda rng: digits(rng, 12, "99"),
    "uscc": _uscc,
    "iccid": _iccid,
    "date": lambda rng: f"2026{rng.randint(1, 9):02d}{rng.randint(1, 28):02d}",
    "trade": lambda rng: digits(rng, 18, "2349"),
    "customs": lambda rng: digits(rng, 18, "99012026"),
    "hs10": lambda rng: rng.choice(("8518220000", "9401530000", "8302410000", "7323930000")),
    "partner": lambda rng: digits(rng, 16, "2088"),
    "phone": lambda rng: f"+86 755 {digits(rng, 4)} {digits(rng, 4)}",
}


def made(kind: str, rng: random.Random) -> str:
    """A number of a kind: a textbook value, one of ``MADE``, or ``n17``, any 17 digits from 99, ``d9``, from 0 to 9."""
    if kind in TEXTBOOK:
        return TEXTBOOK[kind]
    if kind in MADE:
        return MADE[kind](rng)
    count = int(kind[1:])
    return digits(rng, count, "99" if kind[0] == "n" else "")


_CHINESE = dict(zip("0123456789", "零壹贰叁肆伍陆柒捌玖", strict=True))
_ENGLISH = dict(zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True))
_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


def _grouped(number: str, size: int, between: str) -> str:
    return between.join(number[at : at + size] for at in range(0, len(number), size))


WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": lambda number: number,
    "groups": lambda number: _grouped(number, 4, " "),
    "threes": lambda number: _grouped(number, 3, " "),
    "dots": lambda number: _grouped(number, 4, "."),
    "dashes": lambda number: _grouped(number, 4, "-"),
    "nbsp": lambda number: _grouped(number, 4, "\u00a0"),
    "hk": lambda number: f"{number[:3]}-{number[3:9]}-{number[9:]}",
    "wide": lambda number: "".join(_WIDE.get(letter, letter) for letter in number),
    "zero-width": lambda number: _grouped(number, 3, "\u200b"),
    "soft": lambda number: _grouped(number, 3, "\u00ad"),
    "letters": lambda number: number.replace("0", "O").replace("1", "l"),
    "hanzi": lambda number: "".join(_CHINESE[digit] for digit in number),
    "words": lambda number: " ".join(_ENGLISH[digit] for digit in number),
    "arabic": lambda number: number.translate({48 + at: 0x660 + at for at in range(10)}),
    "persian": lambda number: number.translate({48 + at: 0x6F0 + at for at in range(10)}),
    "masked": lambda number: f"{number[:4]}****{number[-4:]}",
    "stars": lambda number: f"{number[:4]} **** **** {number[-4:]}",
    "dash1": lambda number: f"{number[:-1]}-{number[-1]}",
}
"""Ways to write a number down."""
