"""IBAN and BIC: the forms that countries have given them, with letters that only look like digits put right."""

import re
from collections.abc import Iterator

from orderproof.screening.candidate import Candidate, found_at
from orderproof.screening.check_digits import iban_structure, is_iban
from orderproof.screening.fold import Folded

_IBAN_START = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=[iI][bB][aA][nN]))[A-Za-z] ?[A-Za-z][ ]?[0-9OoIlSB][ ]?[0-9OoIlSB](?=[ \-./·_]?[0-9A-Za-z])"
)
_COUNTRIES = (  # between spaces
    " "
    "AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG "
    "CH CI CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FO FR GA GB GD GE GF GG "
    "GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM "
    "KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MQ MR MS MT MU MV MW "
    "MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB "
    "SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY "
    "UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW "
)
# Words of contracts in capitals that have the form of a BIC.
_WORDS = (  # between spaces
    " "
    "SHIPMENT DELIVERY SHANGHAI DOCUMENT SUPPLIER BENEFICIARY DESTINATION TRANSACTION ARBITRATION BUSINESS "
    "CUSTOMER SHANDONG FEBRUARY QUANTITY CONTRACT DISCHARGE PACKAGES MATERIAL STANDARD WARRANTY SHENZHEN "
    "HANGZHOU INSURANCE PURCHASE REQUIRED SHIPPING CONTAINER PRODUCTS MACHINES ORIGINAL COMMERCIAL TOTALLED "
    "PAYMENTS SPECIFICATION INSPECTION DISCREPANCY "
)
_TO_DIGIT = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}
_GROUP_MARKS = " -./·_"
_BIC = re.compile(r"(?<![0-9A-Za-z])[A-Z]{4} ?[A-Z]{2} ?[A-Z0-9]{2}(?: ?[A-Z0-9]{3})?(?![0-9A-Za-z])")


def ibans(fold: Folded) -> Iterator[Candidate]:
    """Every IBAN of the right length and form for its country, whether its sum holds or not."""
    text = fold.text
    for match in _IBAN_START.finditer(text):
        country = match.group().replace(" ", "")[:2].upper()
        structure = iban_structure(country) if f" {country} " in _COUNTRIES else ""
        if structure:
            found = _iban_at(text, match.start(), structure)
            if found is not None:
                (value, end), place = found, match.start()
                is_valid = is_iban(value)
                checks = ("iban",) if is_valid else ()
                if is_valid or not (match.group()[1] == " " or _is_number_sign(text, place)):
                    yield found_at(fold, (place, end), value, "iban", is_valid=is_valid, checks=checks)


def _is_number_sign(text: str, start: int) -> bool:
    """Whether the letters are short for number, as in `No 2026010500017`, and not Norway's."""
    return text[start : start + 2].lower() == "no" and text[max(0, start - 12) : start].lower().find("iban") < 0


def _iban_at(text: str, start: int, structure: str) -> tuple[str, int] | None:
    """The IBAN that begins here with look-alikes put right, and its end, if what follows has the form of its country."""
    wanted = "aann" + structure
    letters: list[str] = []
    place = start
    while place < len(text) and len(letters) < len(wanted):
        character = text[place]
        if character.isascii() and character.isalnum():
            letters.append(_fitting(character.upper(), wanted[len(letters)]))
            if not letters[-1]:
                return None
        elif character not in _GROUP_MARKS or not text[place - 1].isalnum():
            return None
        place += 1
    if len(letters) < len(wanted) or (place < len(text) and text[place].isascii() and text[place].isalnum()):
        return None
    value = "".join(letters)
    return (value, place) if sum(c.isdigit() for c in value) >= 8 else None


def _fitting(letter: str, kind: str) -> str:
    """The letter or digit as this place of an IBAN has it; empty if it cannot stand there."""
    if kind == "n":
        return letter if letter.isdigit() else _TO_DIGIT.get(letter, "")
    if kind == "a":
        return letter if letter.isalpha() else ""
    return letter


def bics(fold: Folded) -> Iterator[Candidate]:
    """Codes of banks; `word` where the same letters are a word of contracts."""
    for match in _BIC.finditer(fold.text):
        value = match.group().replace(" ", "")
        if f" {value[4:6]} " in _COUNTRIES and (" " not in match.group() or any(letter.isdigit() for letter in value)):
            looks = ("word",) if f" {value} " in _WORDS else ()
            yield found_at(fold, match.span(), value, "bic", looks=looks)
