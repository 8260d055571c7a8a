"""Instants as reports write them."""

from datetime import UTC, datetime


def write_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with ``Z``; a fraction of a second only where there is one."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
