"""Days as partners write them: alone, or behind an instant whose day is meant."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.facts.literal import CONVERTERS, Wrong, shape
from orderproof.mapping.times import UTC_ZONE, Local, Times, formed, read_instant
from orderproof.schema import Kind, Leaf
from orderproof.tree import Plain

WRITTEN = "written"
"""In place of a zone: the day of an instant is the one that is written there."""
_TIMESTAMP = Leaf(Kind.TIMESTAMP)
_DATE = Leaf(Kind.DATE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MIDNIGHT = datetime.min.time()


class DayOf(Struct, frozen=True):
    """Which day an instant is: that in a zone, or without one that which is written."""

    zone: ZoneInfo | None


def read_day(value: Plain, times: Times, day_of: DayOf | None) -> str | Wrong:
    """A day as year-month-day. An instant is none unless ``day_of`` says which; a sheet's midnight is no time."""
    if isinstance(value, str):
        found = CONVERTERS[Kind.DATE](value, _DATE, None)
        if isinstance(found, date):
            return value
        if _DAY.match(value) is not None and isinstance(found, Wrong):
            return found
        written = _written(value, times)
        if isinstance(written, Wrong):
            return written
        if written is not None:
            return _day(value, written, times, day_of)
    elif day_of is not None and day_of.zone is not None and times.epoch:
        return _day_in(value, times, day_of.zone)
    return Wrong("document.date", f"expected a day, found {shape(value)}", _expected(times))


def _written(value: str, times: Times) -> Local | Wrong | None:
    """The date and time that a text says, as it stands there; without an hour where it is a day."""
    local = formed(value, times, days=True)
    if local is None and isinstance(CONVERTERS[Kind.TIMESTAMP](value, _TIMESTAMP, UTC_ZONE), datetime):
        return Local(datetime.fromisoformat(value[:19].upper()), None)
    return local


def _day(value: str, written: Local, times: Times, day_of: DayOf | None) -> str | Wrong:
    if any(not form.has_time and form.pattern.match(value) for form in times.forms):
        return written.time.date().isoformat()
    if day_of is not None and day_of.zone is not None:
        return _day_in(value, times, day_of.zone)
    if day_of is not None or written.time.time() == _MIDNIGHT:
        return written.time.date().isoformat()
    help_ = "the mapping may say with `day_in` which day is meant: the one that is `written`, or that in a time zone"
    return Wrong("document.date", f"expected a day, found a day with a time, {shape(value)}", help_)


def _day_in(value: Plain, times: Times, zone: ZoneInfo) -> str | Wrong:
    """The day in a zone on which an instant falls."""
    text = read_instant(value, times)
    if isinstance(text, Wrong):
        return text
    instant = CONVERTERS[Kind.TIMESTAMP](text, _TIMESTAMP, None)
    if isinstance(instant, Wrong):
        return instant
    assert isinstance(instant, datetime)
    try:
        return instant.astimezone(zone).date().isoformat()
    except OverflowError:
        return Wrong("document.date", f"{shape(value)} lies outside the years 1 to 9999")


def _expected(times: Times) -> str:
    forms = [f"`{form.written}`" for form in times.forms if not form.has_time]
    return f"this source writes {' or '.join([*forms, 'year-month-day, such as `2026-03-01`'])}"
