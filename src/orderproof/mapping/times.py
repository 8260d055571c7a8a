"""Instants and days as partners write them: epochs, RFC 3339, and text in forms that a mapping declares."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.facts.literal import CONVERTERS, Wrong, shape
from orderproof.schema import Kind, Leaf
from orderproof.tree import Plain

SECONDS_BELOW = 10_000_000_000
"""An epoch below it counts seconds (up to the year 2286), from it on milliseconds."""
_FIRST, _LAST = 100_000_000, SECONDS_BELOW * 1000
"""Numbers outside these limits are no epochs: 0 stands for no time, 20260331 for a day, 20260331174940 for both."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"[0-9]{1,20}\Z")
_LONG = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTHS: Mapping[str, int] = {
    **{name.casefold(): number for number, name in enumerate(_LONG, 1)},
    **{name[:3].casefold(): number for number, name in enumerate(_LONG, 1)},
    "sept": 9,
}
_TOKENS: Mapping[str, tuple[str, str]] = {
    "yyyy": ("year", "[0-9]{4}"),
    "MMM": ("month_name", "[A-Za-z]{3,9}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "dd": ("day", "[0-9]{2}"),
    "d": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "hh": ("half_hour", "[0-9]{2}"),
    "h": ("half_hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
    "S": ("fraction", "[0-9]{1,9}"),
    "a": ("half", "[AaPp][Mm]"),
    "z": ("zone", "[A-Z]{2,5}"),
    "XXX": ("offset", "Z|[+-][0-9]{2}:[0-9]{2}"),
}
"""The tokens of a form, each with the part that it reads."""
_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>.)", re.DOTALL)
_TIMESTAMP = Leaf(Kind.TIMESTAMP)


class TimeForm(Struct, frozen=True):
    """A form of dates in text: how it is written, and what reads it. Without an hour it is one of days."""

    written: str
    pattern: re.Pattern[str]
    has_time: bool


class Times(Struct, frozen=True):
    """How a source writes instants and days; ``zone`` is that of those that say none, None where it is not known."""

    zone: ZoneInfo | None = None
    zones: Mapping[str, str] = {}
    forms: tuple[TimeForm, ...] = ()
    epoch: bool = False


class Local(Struct, frozen=True):
    """A date and time as they are written, with what is said of their zone."""

    time: datetime
    offset: str | None


_Read: TypeAlias = Local | Wrong | None


def time_form(written: str) -> TimeForm | tuple[int, str]:
    """The form that a text such as ``MMM. d, yyyy, HH:mm:ss z.`` describes, or where and why it is none."""
    pattern = ""
    parts: list[str] = []
    for match in _TOKEN.finditer(written):
        letters = match["letters"]
        if letters is None:
            pattern += re.escape(match["other"] if match["quoted"] is None else match["quoted"])
            continue
        name, digits = _TOKENS.get("S" if letters[0] == "S" else letters, ("", ""))
        if not name:
            known = ", ".join(_TOKENS)
            return match.start(), f"`{letters}` means nothing in a form; known are {known}, and 'text' in quotes"
        if name in parts:
            return match.start(), f"`{letters}` stands for the {name.replace('_', ' ')}, which the form has already"
        parts.append(name)
        pattern += f"(?P<{name}>{digits})"
    missing = _lacking(set(parts))
    if missing is not None:
        return 0, f"the form lacks {missing}"
    return TimeForm(written, re.compile(pattern + r"\Z"), "hour" in parts or "half_hour" in parts)


def _lacking(parts: set[str]) -> str | None:
    """What a form needs and does not have."""
    if "year" not in parts:
        return "the year, `yyyy`"
    if not parts & {"month", "month_name"}:
        return "the month, `MMM`, `MM` or `M`"
    if "day" not in parts:
        return "the day, `dd` or `d`"
    if parts & {"hour", "half_hour"} and "minute" not in parts:
        return "the minutes, `mm`"
    if parts & {"minute", "second", "fraction", "zone", "offset", "half"} and not parts & {"hour", "half_hour"}:
        return "the hours, `HH` or `hh`"
    if "half_hour" in parts and "half" not in parts:
        return "the half of the day, `a`, without which `hh` and `h` say nothing"
    return None


def read_instant(value: Plain, times: Times) -> str | Wrong:
    """An instant as RFC 3339. One whose zone nobody knows stays without: the run may know it."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _epoch(value, value, times)
    if isinstance(value, str):
        if times.epoch and _DIGITS.match(value) is not None:
            return _epoch(int(value), value, times)
        local = formed(value, times, days=False)
        if local is not None:
            return local if isinstance(local, Wrong) else _zoned(local, value, times)
        found = CONVERTERS[Kind.TIMESTAMP](value, _TIMESTAMP, times.zone)
        if isinstance(found, datetime):
            return value if value[-1] in "Zz" or value[-6] in "+-" else written_instant(found)
        if not isinstance(found, Wrong):
            raise TypeError(found)
        if found.code == "document.no-zone":
            return value
        if not _is_rfc3339(value):
            return Wrong("document.timestamp", f"expected an instant, found {shape(value)}", _expected(times))
        return found
    return Wrong("document.timestamp", f"expected an instant, found {shape(value)}", _expected(times))


def _is_rfc3339(value: str) -> bool:
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", value) is not None


def _expected(times: Times) -> str:
    """The forms in which a source writes instants."""
    forms = [f"`{form.written}`" for form in times.forms if form.has_time]
    if times.epoch:
        forms.insert(0, "milliseconds or seconds since 1970")
    forms.append("RFC 3339, such as `2026-03-01T08:30:00+08:00`")
    return f"this source writes {' or '.join(forms)}"


def _epoch(number: int | Decimal, value: Plain, times: Times) -> str | Wrong:
    if not times.epoch:
        return Wrong("document.timestamp", f"expected an instant, found {shape(value)}", _expected(times))
    if number != int(number) or not _FIRST <= number < _LAST:
        help_ = "leave it out where there is no time; a mapping may list what stands for none under `absent`"
        return Wrong("document.timestamp", f"expected milliseconds or seconds since 1970, found {shape(value)}", help_)
    step = timedelta(seconds=1) if number < SECONDS_BELOW else timedelta(milliseconds=1)
    return written_instant(_EPOCH + step * int(number))


def written_instant(instant: datetime) -> str:
    """An instant of UTC as RFC 3339."""
    return instant.replace(tzinfo=None).isoformat() + "Z"


def formed(value: str, times: Times, *, days: bool) -> _Read:
    """What a text says in one of the declared forms, None where it has none of them."""
    for form in times.forms:
        if days or form.has_time:
            match = form.pattern.match(value)
            if match is not None:
                return _local(match.groupdict(), value, times)
    return None


def _local(parts: dict[str, str], value: str, times: Times) -> Local | Wrong:
    named = parts.get("month_name")
    month = _MONTHS.get(named.casefold()) if named is not None else int(parts["month"])
    if month is None:
        return Wrong(
            "document.timestamp", f"`{named}` in {shape(value)} is no month", "months are English, such as `Mar`"
        )
    hour = int(parts.get("hour") or 0)
    if "half_hour" in parts:
        hour = int(parts["half_hour"])
        if not 1 <= hour <= 12:
            return _no_time(value)
        hour = hour % 12 + (12 if parts["half"].casefold() == "pm" else 0)
    fraction = parts.get("fraction", "0")
    if fraction[6:].strip("0"):
        return Wrong("document.timestamp", f"{shape(value)} is finer than a microsecond", "round it to six digits")
    micro = int(fraction[:6].ljust(6, "0"))
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    try:
        time = datetime(int(parts["year"]), month, int(parts["day"]), hour, minute, second, micro)  # noqa: DTZ001
    except ValueError:
        return _no_time(value)
    offset = parts.get("offset")
    zone = parts.get("zone")
    if zone is not None:
        offset = times.zones.get(zone)
        if offset is None:
            known = ", ".join(times.zones) or "none"
            help_ = f"the mapping knows {known}; add it to `zones` with its offset"
            return Wrong("document.timestamp", f"the zone `{zone}` of {shape(value)} is not known", help_)
    return Local(time, offset)


def _no_time(value: str) -> Wrong:
    help_ = "look at the month, the day, the hours and the minutes"
    return Wrong("document.timestamp", f"{shape(value)} is not a time that exists", help_)


def _zoned(local: Local, value: str, times: Times) -> str | Wrong:
    text = local.time.isoformat() + (local.offset or "")
    found = CONVERTERS[Kind.TIMESTAMP](text, _TIMESTAMP, times.zone)
    if isinstance(found, datetime):
        return written_instant(found)
    if isinstance(found, Wrong) and found.code == "document.no-zone":
        return text
    return Wrong(found.code, found.message.replace(text, value), found.help) if isinstance(found, Wrong) else text


UTC_ZONE = ZoneInfo("UTC")
"""A zone without gaps, in which every time that can be written exists."""


def same_instant(one: str, other: str) -> bool:
    """Whether two texts of RFC 3339 say the same; where one is without fractions of a second, to the second."""
    first, second = (CONVERTERS[Kind.TIMESTAMP](text, _TIMESTAMP, UTC_ZONE) for text in (one, other))
    if not isinstance(first, datetime) or not isinstance(second, datetime):
        return one == other
    if not first.microsecond or not second.microsecond:
        first, second = first.replace(microsecond=0), second.replace(microsecond=0)
    return first == second
