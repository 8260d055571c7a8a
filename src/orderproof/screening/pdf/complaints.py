"""What pypdf only logs where it goes on with a part of what there was."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Complaints(logging.Handler):
    """Counts what was lost since it was cleared."""

    def __init__(self) -> None:
        super().__init__()
        self.losses = 0

    def clear(self) -> None:
        """Nothing was lost so far."""
        self.losses = 0

    def emit(self, record: logging.LogRecord) -> None:
        """A part that could not be unpacked, that is not there, or of which the rest is passed over."""
        message = record.getMessage()
        self.losses += record.name == "pypdf.filters" or "not defined" in message or "Error(" in message


@contextmanager
def complaints() -> Iterator[Complaints]:
    """Hear what pypdf logs, and let none of it come out of the program."""
    logger, heard = logging.getLogger("pypdf"), Complaints()
    propagates = logger.propagate
    logger.propagate = False
    logger.addHandler(heard)
    try:
        yield heard
    finally:
        logger.removeHandler(heard)
        logger.propagate = propagates
