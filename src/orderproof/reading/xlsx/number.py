"""Numbers in sheets: kept in binary with 15 digits that can be relied on, written with up to 17."""

import re
from decimal import Context, Decimal

MAX_DIGITS = 15

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_LONGEST = 40
_LEAST = -30
"""The smallest power of ten that is read; what is smaller is the rest of a calculation."""
_ROUND = Context(prec=MAX_DIGITS)


def decimal_of(lexeme: str) -> Decimal | None:
    """The number that a cell's text is, exactly; None where it is none, or none of bounded size."""
    if len(lexeme) > _LONGEST or _NUMBER.match(lexeme) is None:
        return None
    value = Decimal(lexeme)
    return value if value == 0 or abs(value.adjusted()) < 300 else None


def told_number(value: Decimal, lexeme: str) -> str | None:
    """A number as it was entered, in plain digits; None where digits of it were lost, or were never entered.

    Programs write 5.1 as 5.0999999999999996: the shortest number of 15 digits that is kept in the same binary form
    is the one that was entered. Where there is none, what the cell shows and what it holds are not the same.
    """
    if value.adjusted() >= MAX_DIGITS:
        return None
    if value == 0:
        return "0"
    if _digits(value) > MAX_DIGITS:
        rounded = _ROUND.plus(value)
        if float(rounded) != float(lexeme):
            return None
        value = rounded
    elif _PLAIN.match(lexeme) is not None:
        return lexeme
    if value.adjusted() < _LEAST:
        return None
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(_ROUND), "f")


def _digits(value: Decimal) -> int:
    """How many digits there are from the first that is not zero to the last."""
    digits = "".join(map(str, value.as_tuple().digits)).strip("0")
    return len(digits)
