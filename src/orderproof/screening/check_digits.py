"""What the check digits of a number satisfy, by the sums that the libraries know, for texts of ASCII letters and digits."""

import hashlib
import re
from collections.abc import Callable
from functools import cache

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_PLACES = {letter: place for place, letter in enumerate(_BASE58)}
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_SUMS = (1, 0x2BC830A3)  # of the first form, and of the second that versions from 1 use
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_STRUCTURE = re.compile(r"([1-9][0-9]*)!([nac])")
# The Federal Reserve gives out only these first two digits; without them one number in ten would pass.
_ABA_PREFIXES = frozenset(range(13)) | frozenset(range(21, 33)) | frozenset(range(61, 73)) | {80}
_RIB_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def number_checks(digits: str) -> tuple[str, ...]:
    """The sums that a number of digits alone satisfies, each tried only on the length that it is for."""
    if not (digits.isascii() and digits.isdigit()) or len(set(digits)) == 1:
        return ()
    return tuple(name for name, check in _BY_LENGTH.get(len(digits), ()) if check(digits))


def letter_checks(value: str) -> tuple[str, ...]:
    """The sums that a text of capital letters and digits satisfies."""
    if not value.isascii():
        return ()
    return tuple(name for name, length, check in _WITH_LETTERS if length == len(value) and check(value))


def is_iban(value: str) -> bool:
    """Whether the sum over the whole holds; the form is `iban_structure`'s."""
    return value.isascii() and value.isalnum() and _mod_97(value[4:] + value[:4]) == 1


@cache
def iban_structure(country: str) -> str:
    """What stands after the check digits in the IBAN of a country, one of n, a, c a character; empty if it has none."""
    # stdnum is loaded where a text has what looks like an IBAN, for it takes as long as to read a page.
    from stdnum import numdb

    parts = numdb.get("iban").info(country + "00")[0][1].get("bban", "")
    return "".join(kind * int(count) for count, kind in _STRUCTURE.findall(parts))


def is_base58_address(text: str, versions: frozenset[int]) -> bool:
    """Whether the text is an address of 25 bytes with its sum, of one of these kinds."""
    if len(text) > 40 or any(letter not in _BASE58_PLACES for letter in text):
        return False
    number = 0
    for letter in text:
        number = number * 58 + _BASE58_PLACES[letter]
    if number.bit_length() > 200:
        return False
    content = number.to_bytes(25, "big")
    total = hashlib.sha256(hashlib.sha256(content[:-4]).digest()).digest()
    return content[0] in versions and total[:4] == content[-4:]


def is_bech32_address(text: str) -> bool:
    """Whether the sum of an address that begins with ``bc1`` holds, in the older or the newer form."""
    data = text.lower()[3:]
    if any(letter not in _BECH32 for letter in data):
        return False
    values = [*(ord(letter) >> 5 for letter in "bc"), 0, *(ord(letter) & 31 for letter in "bc")]
    values.extend(_BECH32.index(letter) for letter in data)
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_BECH32_GENERATOR):
            total ^= term if top >> bit & 1 else 0
    return total in _BECH32_SUMS


def _mod_97(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _clabe(digits: str) -> bool:
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def _aba(digits: str) -> bool:
    return int(digits[:2]) in _ABA_PREFIXES and _weighted(digits, (3, 7, 1) * 3) % 10 == 0


def _rib(value: str) -> bool:
    digits = value.translate(_RIB_LETTERS)
    return digits.isdigit() and int(digits) % 97 == 0


def _nib(digits: str) -> bool:
    return int(digits) % 97 == 1


def _by_stdnum(name: str) -> Callable[[str], bool]:
    """The check of a module of stdnum, loaded at the first number of its length."""

    def checked(value: str) -> bool:
        try:
            return _stdnum_check(name)(value)
        except LookupError:
            # Some of its tables of places have entries without what it looks up in them.
            return False

    return checked


@cache
def _stdnum_check(name: str) -> Callable[[str], bool]:
    from importlib import import_module

    check: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid
    return check


_LUHN = ("luhn", _by_stdnum("luhn"))
_GTIN = ("gtin", _by_stdnum("ean"))
_BY_LENGTH: dict[int, tuple[tuple[str, Callable[[str], bool]], ...]] = {
    8: (_GTIN,),
    9: (("aba", _aba),),
    10: (("inn", _by_stdnum("ru.inn")),),
    11: (("no", _by_stdnum("no.kontonr")), ("cpf", _by_stdnum("br.cpf"))),
    12: (_GTIN, ("inn", _by_stdnum("ru.inn"))),
    13: (_LUHN, _GTIN),
    14: (_LUHN, ("gtin", _by_stdnum("ean")), ("cnpj", _by_stdnum("br.cnpj"))),
    15: (_LUHN, ("nz", _by_stdnum("nz.bankaccount"))),
    16: (_LUHN, ("nz", _by_stdnum("nz.bankaccount"))),
    17: (_LUHN,),
    18: (_LUHN, ("clabe", _clabe), ("cn_id", _by_stdnum("cn.ric")), ("uscc", _by_stdnum("cn.uscc"))),
    19: (_LUHN,),
    20: (("ccc", _by_stdnum("es.ccc")),),
    21: (("nib", _nib),),
    22: (("cbu", _by_stdnum("ar.cbu")),),
    23: (("rib", _rib),),
}
_WITH_LETTERS: tuple[tuple[str, int, Callable[[str], bool]], ...] = (
    ("uscc", 18, _by_stdnum("cn.uscc")),
    ("cn_id", 18, _by_stdnum("cn.ric")),
    ("iso6346", 11, _by_stdnum("iso6346")),
    ("lei", 20, _by_stdnum("lei")),
    ("rib", 23, _rib),
    ("gstin", 15, _by_stdnum("in_.gstin")),
)
