"""Time zones by the names that people give them."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo, available_timezones

from orderproof.diagnostic import did_you_mean

_CHINA = (
    *("beijing", "peking", "china", "china standard time", "shanghai", "shenzhen", "guangzhou", "hangzhou", "yiwu"),
    *("北京", "北京时间", "中国", "上海", "深圳", "广州", "杭州", "义乌", "utc+8", "gmt+8", "utc+08:00", "gmt+08:00"),
    *("+8", "+08", "+0800", "+08:00"),
)
_PACIFIC = ("pacific", "pacific standard time", "pst", "pdt", "pt", "us pacific", "california", "san francisco")
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(_CHINA, "Asia/Shanghai"),
    **dict.fromkeys(_PACIFIC, "America/Los_Angeles"),
}
"""Zones that IANA calls by another name, and offsets, which are no zones."""


_OF_THE_MACHINE = ("localtime", "posixrules", "Factory")
"""Names that stand in the zone database and mean another zone on every machine, or none."""


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name; None where there is none, or one that is another on every machine."""
    if name in _OF_THE_MACHINE:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of zones
        return None


def help_with_zone(name: str) -> str:
    """What to write instead of a name that no time zone has."""
    folded = re.sub(r"[\s_]+", " ", name.strip().casefold().rpartition("/")[2])
    known = sorted(available_timezones())
    meant = _MEANT.get(folded) or next((zone for zone in known if _city(zone) == folded), None)
    if meant is not None:
        return f"did you mean `{meant}`?"
    return did_you_mean(name, known) or "write an IANA name, such as `Asia/Shanghai`"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].casefold().replace("_", " ")
