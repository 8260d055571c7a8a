"""Values as messages, evidence and reports show them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from orderproof.language.typed import UNKNOWN, Result
from orderproof.language.types import Value

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))
Shown: TypeAlias = str | bool
"""A value for people and for reports: numbers, days, instants and durations as text."""


def shown(value: Value, zone: ZoneInfo) -> Shown:
    """A value as text, or a truth: plain digits, RFC 3339 in the rule set's zone, days and hours."""
    match value:
        case bool() | str():
            return value
        case int():
            return str(value)
        case Decimal():
            return format(value or value.copy_abs(), "f")
        case datetime():
            return _instant(value, zone)
        case timedelta():
            return _duration(value)
        case date():
            return value.isoformat()


def shown_or_none(value: Result, zone: ZoneInfo) -> Shown | None:
    """A value as reports show it, None where it is unknown."""
    return None if value is UNKNOWN else shown(value, zone)


def written(value: Value, zone: ZoneInfo) -> str:
    """A value inside a sentence."""
    text = shown(value, zone)
    return text if isinstance(text, str) else ("true" if text else "false")


def _instant(value: datetime, zone: ZoneInfo) -> str:
    try:
        local = value.astimezone(zone)
    except OverflowError:
        local = value.astimezone(UTC)
    text = local.isoformat()
    if text[-6] not in "+-":
        text = value.astimezone(UTC).isoformat()  # a local mean time of long ago: RFC 3339 has no seconds in an offset
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _duration(value: timedelta) -> str:
    sign = "-" if value < timedelta() else ""
    seconds = abs(value)
    parts: list[str] = []
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {unit}")
    if seconds:
        parts.append(f"{Decimal(seconds // timedelta(microseconds=1)).scaleb(-6).normalize():f} s")
    return sign + (" ".join(parts) or "0 s")
