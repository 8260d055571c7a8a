"""What a sheet shows of a number, and what its formulas say themselves."""

import re
from decimal import ROUND_HALF_UP, Decimal

_CONDITION = re.compile(r"\[[^\]]*\]|_.|\*.")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([0#?])|(.)', re.DOTALL)
_STRING = re.compile(r'"((?:[^"]|"")*)"')
_NUMBER = re.compile(r"(?<![\w.$!])[0-9]{5,40}(?![\w.!])")
_JOINED = re.compile(r"[\s&,+=()\"]|CONCATENATE|CONCAT|TEXT")
_MAX_PLACES = 6


def shown_number(number: Decimal, code: str) -> list[str]:
    """A number as its format shows it, and as it is stored where that has other digits; never with an exponent."""
    stored = _plain(number)
    shown = _shown(number, code)
    if shown is None:
        return [stored]
    return [shown] if _digits(stored) in _digits(shown) else [shown, stored]


def constants_of(formula: str) -> list[str]:
    """The texts and long numbers that stand in a formula, joined where the formula does nothing but join them."""
    texts = [text.replace('""', '"') for text in _STRING.findall(formula)]
    bare = _STRING.sub('""', formula)
    numbers = _NUMBER.findall(bare)
    if len(texts) > 1 and not _JOINED.sub("", bare):
        return ["".join(texts)]
    return [text for text in texts if text.strip()] + numbers


def _plain(number: Decimal) -> str:
    if number == number.to_integral_value():
        return str(int(number))
    text = format(number, "f")
    return text[: text.index(".") + _MAX_PLACES + 12] if len(text) > 60 else text


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _shown(number: Decimal, code: str) -> str | None:
    """A number by a format of places, literal texts and separators; None for the general format and other kinds."""
    section = _CONDITION.sub("", code.split(";", maxsplit=1)[0])
    tokens = [match.groups() for match in _TOKEN.finditer(section)]
    bare = "".join(other or "" for _, _, _, other in tokens)
    if not any(place for _, _, place, _ in tokens) or re.search(r"[A-Za-z@/%]", bare) or abs(number.adjusted()) > 40:
        return None
    pieces = [(place or "", quoted or escaped or other or "") for quoted, escaped, place, other in tokens]
    point = next((at for at, (place, text) in enumerate(pieces) if not place and text == "."), len(pieces))
    after = sum(1 for place, _ in pieces[point:] if place)
    rounded = abs(number).quantize(Decimal(1).scaleb(-after), ROUND_HALF_UP)
    whole, _, rest = format(rounded, "f").partition(".")
    has_groups = any(not place and text == "," for place, text in pieces[:point])
    return ("-" if number < 0 else "") + _whole(pieces[:point], whole, has_groups) + _rest(pieces[point:], rest)


def _whole(pieces: list[tuple[str, str]], digits: str, has_groups: bool) -> str:
    """The places before the point, filled from the right; the first place takes all digits that are left."""
    left = list(digits.lstrip("0"))
    found: list[str] = []
    first = next((at for at, (place, _) in enumerate(pieces) if place), -1)
    count = 0
    for at in range(len(pieces) - 1, -1, -1):
        place, text = pieces[at]
        if not place:
            if text != ",":
                found.append(text)
            continue
        taken = [left.pop()] if left else ["0"] if place == "0" else []
        if at == first:
            taken += reversed(left)
        for digit in taken:
            if has_groups and count and count % 3 == 0:
                found.append(",")
            found.append(digit)
            count += 1
    # Literal texts are kept whole; only their order was turned.
    return "".join(reversed(found))


def _rest(pieces: list[tuple[str, str]], digits: str) -> str:
    left = iter(digits)
    return "".join(next(left, "") if place else text for place, text in pieces)
