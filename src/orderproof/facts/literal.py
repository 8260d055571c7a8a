"""From a document's scalar to an exact typed value, or the reason why it is none."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unicodedata import normalize
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.schema import Kind, Leaf, Value
from orderproof.tree import Plain

MAX_DIGITS = 38
MAX_EXPONENT = 64
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?\Z"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Wrong(Struct, frozen=True):
    """Why a value is not of its type: a clause after "expected", and what to do."""

    code: str
    message: str
    help: str | None = None


Converter = Callable[[Plain, Leaf, ZoneInfo | None], Value | Wrong]


def shape(value: Plain) -> str:
    """A value as messages name it."""
    match value:
        case None:
            return "null"
        case bool():
            return f"`{'true' if value else 'false'}`"
        case int() | Decimal():
            return f"the number `{_short(str(value))}`"
        case "":
            return "an empty text"
        case str():
            return f"the text `{_short(value)}`"
        case list():
            return "a list"
        case _:
            return "an object"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _text(value: Plain, leaf: Leaf, _: ZoneInfo | None) -> Value | Wrong:
    if not isinstance(value, str):
        hint = "put it in quotes" if isinstance(value, int | Decimal) else "write one text, in quotes"
        if value is None:
            hint = "take it out of the list"
        return Wrong("document.type", f"expected text, found {shape(value)}", hint)
    if leaf.choices is not None and value not in leaf.choices:
        return Wrong(
            "document.choice", f"expected one of {', '.join(leaf.choices)}, found {shape(value)}", _nearest(value, leaf)
        )
    if leaf.pattern is not None and not _search(leaf.pattern, value):
        message = f"expected text of the form `{leaf.pattern}`, found {shape(value)}"
        return Wrong("document.pattern", message, _pattern_hint(leaf.pattern, value))
    if leaf.min_length is not None and len(value) < leaf.min_length:
        return Wrong(
            "document.length", f"expected {_characters(leaf.min_length, 'least')}, found {shape(value)}", "fill it in"
        )
    if leaf.max_length is not None and len(value) > leaf.max_length:
        return Wrong("document.length", f"expected {_characters(leaf.max_length, 'most')}, found {len(value):,}")
    return value


def _characters(count: int, bound: str) -> str:
    return f"at {bound} {count} character{'' if count == 1 else 's'}"


def _ascii_hint(value: str) -> str | None:
    """What to do about blanks around a text, and about characters that look like ASCII ones and are others."""
    foreign = next((character for character in value if not character.isascii() or not character.isprintable()), None)
    if foreign is None:
        return "take the blanks away" if value != value.strip() else None
    # Words in another script are no mistaken digits or signs.
    if foreign.isalpha() and foreign not in _LETTERS and not normalize("NFKC", foreign).isascii():
        return None
    return f"`{foreign}` is the character U+{ord(foreign):04X}; write plain ASCII letters and digits"


def _pattern_hint(pattern: str, value: str) -> str | None:
    """What to do about a text that has not its field's form."""
    hint = _ascii_hint(value)
    if hint is not None:
        return hint
    if _search(pattern, value.upper()):
        return f"did you mean `{value.upper()}`?"
    capitals = _CAPITALS.match(pattern)
    return None if capitals is None else f"write a code of exactly {capitals.group(1)} capital letters"


def _nearest(value: str, leaf: Leaf) -> str | None:
    from orderproof.diagnostic import did_you_mean  # late: only mistakes need it

    return did_you_mean(value, leaf.choices or ()) or _ascii_hint(value)


_CAPITALS = re.compile(r"\^\[A-Z\]\{([0-9]+)\}\$\Z")
_LETTERS = frozenset("АВЕКМНОРСТУХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
"""Cyrillic and Greek capitals that look like Latin ones."""
_patterns: dict[str, Callable[[str], object]] = {}


def _search(pattern: str, value: str) -> bool:
    found = _patterns.get(pattern)
    if found is None:
        import re2  # late: a native library, only for schemas with patterns

        options = re2.Options()
        options.log_errors = False
        # JSON Schema's `$` is the very end of the text, as RE2's is without its multi-line flag.
        found = _patterns.setdefault(pattern, re2.compile(pattern, options=options).search)
    return found(value) is not None


def _boolean(value: Plain, _: Leaf, __: ZoneInfo | None) -> Value | Wrong:
    if isinstance(value, bool):
        return value
    hint = "write `true` or `false`, without quotes"
    return Wrong("document.type", f"expected true or false, found {shape(value)}", hint)


def _unquoted(value: Plain) -> str:
    return "write it without quotes" if isinstance(value, str) else "write digits without a point"


def _integer(value: Plain, leaf: Leaf, _: ZoneInfo | None) -> Value | Wrong:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return Wrong("document.type", f"expected a whole number, found {shape(value)}", _unquoted(value))
    return _limited(value, Decimal(value), leaf)


_SHORTER = "round it, and look whether digits stand there twice"
_NUMBER_HINT = "write digits with at most one point, no thousands separator and no unit, such as `1250.50`"


def _decimal(value: Plain, leaf: Leaf, _: ZoneInfo | None) -> Value | Wrong:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return Wrong("document.type", f"expected a number, found {shape(value)}", _NUMBER_HINT)
    if isinstance(value, str) and _DECIMAL.match(value) is None:
        return Wrong(
            "document.number",
            f"expected a plain decimal number, found {shape(value)}",
            "leave the field out where there is no value"
            if value in ("", "null")
            else _ascii_hint(value) or _NUMBER_HINT,
        )
    number = Decimal(value)
    if isinstance(value, str) and len(value) <= MAX_DIGITS:
        return _limited(number, number, leaf)
    parts = number.as_tuple()
    if not isinstance(parts.exponent, int) or len(parts.digits) > MAX_DIGITS:
        return Wrong(
            "document.number", f"expected a number of at most {MAX_DIGITS} digits, found {shape(value)}", _SHORTER
        )
    if abs(parts.exponent) > MAX_EXPONENT:
        message = f"expected a number of at most {MAX_EXPONENT} decimal places, found {shape(value)}"
        return Wrong("document.number", message, _SHORTER)
    return _limited(number, number, leaf)


def _limited(value: Value, number: Decimal, leaf: Leaf) -> Value | Wrong:
    if leaf.minimum is not None and number < leaf.minimum:
        return Wrong("document.limit", f"expected at least {leaf.minimum}, found `{number}`")
    if leaf.maximum is not None and number > leaf.maximum:
        return Wrong("document.limit", f"expected at most {leaf.maximum}, found `{number}`")
    return value


def _date(value: Plain, _: Leaf, __: ZoneInfo | None) -> Value | Wrong:
    if isinstance(value, str) and _DATE.match(value) is not None:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return Wrong("document.date", f"{shape(value)} is no day of the calendar", "look at the month and the day")
    hint = "write year-month-day, such as `2026-03-01`"
    if isinstance(value, str):
        hint = _ascii_hint(value) or hint
    return Wrong("document.date", f"expected a day, found {shape(value)}", hint)


def _timestamp(value: Plain, _: Leaf, zone: ZoneInfo | None) -> Value | Wrong:
    hint = "write it as RFC 3339, such as `2026-03-01T08:30:00+08:00`"
    if not isinstance(value, str):
        return Wrong("document.timestamp", f"expected an instant, found {shape(value)}", hint)
    match = _TIMESTAMP.match(value)
    if match is None:
        return Wrong("document.timestamp", f"expected an instant, found {shape(value)}", _ascii_hint(value) or hint)
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    if fraction is not None and fraction[6:].strip("0"):
        return Wrong("document.timestamp", f"{shape(value)} is finer than a microsecond", "round it to six digits")
    micro = 0 if fraction is None else int(fraction[:6].ljust(6, "0"))
    zoned = None if offset is None else UTC
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micro, zoned)
    except ValueError:
        return _no_time(value, second)
    if offset is None:
        return _in_zone(local, value, zone)
    if offset in "Zz":
        return local
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 23 or minutes > 59:
        return Wrong("document.timestamp", f"the zone of {shape(value)} does not exist", "zones go up to `±23:59`")
    shift = timedelta(hours=hours, minutes=minutes)
    try:
        return local - shift if offset[0] == "+" else local + shift
    except OverflowError:
        return Wrong("document.timestamp", f"{shape(value)} lies outside the years 1 to 9999")


def _no_time(value: str, second: str) -> Wrong:
    """Why a date and time that have the right form do not exist."""
    if second == "60":
        message = f"{shape(value)} has a second 60: leap seconds are not read"
        return Wrong("document.timestamp", message, "write the second before it or after it")
    help_ = "hours go from 00 to 23, minutes and seconds to 59; look at the month and the day too"
    return Wrong("document.timestamp", f"{shape(value)} is not a time that exists", help_)


def _in_zone(local: datetime, value: Plain, zone: ZoneInfo | None) -> Value | Wrong:
    if zone is None:
        return Wrong(
            "document.no-zone",
            f"{shape(value)} has no time zone",
            "write the zone at its end, such as `+08:00`, or give the zone of such times with --timezone",
        )
    try:
        first = local.replace(tzinfo=zone).astimezone(UTC)
        second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
        back = first.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return Wrong("document.timestamp", f"{shape(value)} lies outside the years 1 to 9999")
    if back != local:
        return Wrong(
            "document.timestamp",
            f"{shape(value)} does not exist in {zone.key}: the clocks go forward there",
            "write its zone, such as `-07:00`",
        )
    if first != second:
        return Wrong(
            "document.timestamp",
            f"{shape(value)} comes twice in {zone.key}: the clocks go back there",
            "write its zone, such as `-07:00`",
        )
    return first


CONVERTERS: Mapping[Kind, Converter] = {
    Kind.TEXT: _text,
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.TIMESTAMP: _timestamp,
}
