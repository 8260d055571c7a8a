"""The signs that a source seems to have between the digits of a number, as a mapping would declare them."""

import re

_NUMBER = re.compile(
    r"-?(?:[0-9]{1,3}(?P<thousands>[,. '])[0-9]{3}(?:(?P=thousands)[0-9]{3})*|[0-9]+)(?:(?P<point>[.,])[0-9]+)?\Z"
)


def signs_help(written: str) -> str | None:
    """The declaration under which a text would be a number; None where none of the signs that are read would help."""
    match = _NUMBER.match(written)
    if match is None:
        return None
    thousands, point = match["thousands"], match["point"]
    if thousands == point or (thousands is None and point == "."):
        return None
    if thousands == "," and point is None:
        return f"say in the mapping what this `,` is: {_numbers(',', None)}, or {_numbers(None, ',')} between thousands"
    if thousands == "." and point is None:
        point = ","
    return f"if this source writes numbers so, say it in the mapping: {_numbers(point, thousands)}"


def _numbers(point: str | None, thousands: str | None) -> str:
    """The option of a mapping; a point that is `.` need not be said."""
    said = [f'point: "{point}"'] if point == "," else []
    said += [] if thousands is None else [f'thousands: "{thousands}"']
    return f"`numbers: {{{', '.join(said)}}}`"
