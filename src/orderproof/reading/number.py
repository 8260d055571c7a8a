"""Numbers as documents write them: exact, and of bounded size."""

import re
from decimal import Decimal

MAX_INTEGER_DIGITS = 64
MAX_DECIMAL_DIGITS = 38
MAX_EXPONENT = 64
_PARTS = re.compile(r"[-+]?([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?\Z")


def integer_or_reason(lexeme: str) -> int | str:
    """A whole number in decimal digits, or why it is refused."""
    digits = len(lexeme.lstrip("+-"))
    if digits > MAX_INTEGER_DIGITS:
        return f"a whole number of {digits:,} digits; at most {MAX_INTEGER_DIGITS} are read"
    return int(lexeme)


def decimal_or_reason(lexeme: str) -> Decimal | str:
    """A number with a point or an exponent, exact, or why it is refused."""
    match = _PARTS.match(lexeme)
    if match is None:
        return "not a number"
    whole, fraction, exponent = match.groups()
    digits = len((whole + (fraction or "")).lstrip("0"))
    if len(whole) + len(fraction or "") > 2 * MAX_INTEGER_DIGITS or digits > MAX_DECIMAL_DIGITS:
        return f"a number of more than {MAX_DECIMAL_DIGITS} digits"
    # Leading zeros count for Python's own digit limit, so only what stands after them is converted.
    power = (exponent or "").lstrip("+-0")
    if len(power) > 3 or int(power or "0") > MAX_EXPONENT:
        return f"a number with an exponent beyond ±{MAX_EXPONENT}"
    value = Decimal(lexeme)
    written = value.as_tuple().exponent
    if not isinstance(written, int) or abs(written) > MAX_EXPONENT + MAX_DECIMAL_DIGITS:
        return f"a number with an exponent beyond ±{MAX_EXPONENT}"
    return value
