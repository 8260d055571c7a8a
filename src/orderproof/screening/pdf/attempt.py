"""Attempts at parts of a file: whatever pypdf raises at one of them is a gap, and the others go on."""

import re
from collections.abc import Callable

from pypdf.errors import LimitReachedError

from orderproof.screening.budget import SpentError
from orderproof.screening.gathered import Gathered
from orderproof.screening.text import Spot

DEEP = re.compile(rb"(?:<<[^<>]*){100}")
"""Dictionaries that never end: pypdf takes time in the square of their depth. No real file is so deep."""


class TooMuchError(Exception):
    """A page draws more than a page may."""


def attempt(gathered: Gathered, what: str, add: Callable[[], None], spot: Spot | None = None) -> None:
    """Add a part of the file; what cannot be read of it is a gap. Raises SpentError."""
    try:
        add()
    except SpentError:
        raise
    except (LimitReachedError, TooMuchError, MemoryError, RecursionError):
        gathered.gap("limit", f"reading {what} takes more than a file may take", spot)
    except Exception as error:  # noqa: BLE001 pypdf raises anything
        gathered.failed(error, f"{what} is damaged, and cannot be read whole", spot)
