"""What a sheet shows of a number, and what its formulas say themselves."""

import re
from decimal import ROUND_HALF_UP, Decimal

_CONDITION = re.compile(r"\[[^\]]*\]|_.|\*.")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([0#?])|(.)', re.DOTALL)
_STRING = re.compile(r'"((?:[^"]|"")*)"')
_NUMBER = re.compile(r"(?<![\w.$!])[0-9]{5,40}(?![\w.!])")
_JOINED = re.compile(r"[\s&,+=()\"]|CONCATENATE|CONCAT|TEXT")
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*(?:;|$)')
_QUOTED = re.compile(r'"[^"]*"|\\.')
_MAX_PLACES = 6
_LONG, _LEAST = 9, 6
"""Digits of an integer that is hardly an amount, and of the shortest account."""


def shown_number(number: Decimal, code: str) -> list[str]:
    """A number as its format shows it, and as it is stored where that has other digits; never with an exponent."""
    stored = _plain(number)
    shown = _shown(number, code)
    if shown is None:
        return [stored]
    # With commas a long number looks like an amount, and may be none.
    is_split = "," in shown and number == number.to_integral_value() and len(_digits(stored)) >= _LONG
    return [shown] if _digits(stored) in _digits(shown) and not is_split else [shown, stored]


def shown_text(text: str, code: str) -> list[str]:
    """A text as its format shows it, and as it is stored where that is not a part of it."""
    parts = sections_of(code)
    section = parts[3] if len(parts) > 3 else next((part for part in parts if "@" in _QUOTED.sub("", part)), "")
    if not _QUOTED.search(section):
        return [text]
    shown = "".join(
        quoted or escaped or (text if other == "@" else other or "")
        for quoted, escaped, _, other in (match.groups() for match in _TOKEN.finditer(_CONDITION.sub("", section)))
    )
    return [shown] if text in shown else [shown, text]


def literal_of(code: str) -> str:
    """The texts that a format writes itself, where they have the digits of a number."""
    found = " ".join(
        "".join(
            quoted or escaped or "" for quoted, escaped, _, _ in (match.groups() for match in _TOKEN.finditer(part))
        )
        for part in sections_of(code)
    ).strip()
    return found if len(_digits(found)) >= _LEAST else ""


def sections_of(code: str) -> list[str]:
    """The parts of a format: for numbers, for those below zero, for zero, for texts."""
    return [match.group() for match in _SECTION.finditer(code)][: code.count(";") + 1]


def constants_of(formula: str) -> list[str]:
    """The texts and long numbers that stand in a formula, joined where the formula does nothing but join them."""
    texts = [text.replace('""', '"') for text in _STRING.findall(formula)]
    bare = _STRING.sub('""', formula)
    numbers = _NUMBER.findall(bare)
    if len(texts) > 1 and not _JOINED.sub("", bare):
        return ["".join(texts)]
    return [text for text in texts if sum(map(str.isalnum, text)) > 1] + numbers


def _plain(number: Decimal) -> str:
    if number == number.to_integral_value():
        return str(int(number))
    text = format(number, "f")
    return text[: text.index(".") + _MAX_PLACES + 12] if len(text) > 60 else text


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _shown(number: Decimal, code: str) -> str | None:
    """A number by a format of places, literal texts and separators; None for the general format and other kinds."""
    section = _CONDITION.sub("", _section(number, code))
    tokens = [match.groups() for match in _TOKEN.finditer(section)]
    bare = "".join(other or "" for _, _, _, other in tokens)
    if re.search(r"[A-Za-z@/%]", bare) or abs(number.adjusted()) > 40:
        return None
    if not any(place for _, _, place, _ in tokens):
        return "".join(quoted or escaped or other or "" for quoted, escaped, _, other in tokens).strip() or None
    pieces = [(place or "", quoted or escaped or other or "") for quoted, escaped, place, other in tokens]
    point = next((at for at, (place, text) in enumerate(pieces) if not place and text == "."), len(pieces))
    after = sum(1 for place, _ in pieces[point:] if place)
    rounded = abs(number).quantize(Decimal(1).scaleb(-after), ROUND_HALF_UP)
    whole, _, rest = format(rounded, "f").partition(".")
    has_groups = any(not place and text == "," for place, text in pieces[:point])
    has_own_sign = len(sections_of(code)) > 1
    return (
        ("-" if number < 0 and not has_own_sign else "")
        + _whole(pieces[:point], whole, has_groups)
        + _rest(pieces[point:], rest)
    )


def _section(number: Decimal, code: str) -> str:
    """The part of a format that shows a number."""
    parts = sections_of(code)
    if number < 0 and len(parts) > 1:
        return parts[1].rstrip(";")
    if number == 0 and len(parts) > 2:
        return parts[2].rstrip(";")
    return parts[0].rstrip(";") if parts else ""


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
