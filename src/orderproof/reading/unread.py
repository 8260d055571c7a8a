"""What is wrong with an input as a whole, before a byte of it is understood."""

import os
import stat
from pathlib import Path

from orderproof.diagnostic import Diagnostic, IncompleteError, near
from orderproof.document import Unreadable
from orderproof.reading.formats import READ, foreign_sheet

MAX_RATIO = 100
"""How many times larger unpacked bytes may be than packed ones; texts reach 30 at most, a bomb 1,000."""
MIN_SUSPECT = 1 << 20
"""Below this size no ratio is looked at."""
_MAX_NEAR = 2000


class DamagedError(OSError):
    """Bytes that cannot be unpacked, as what they come from is read; ``code``, ``reason`` and ``help`` say why."""

    def __init__(self, code: str, reason: str, help: str) -> None:
        self.code = code
        self.reason = reason
        self.help = help
        super().__init__(0, reason)


def wrong(code: str, name: str, message: str, help: str | None = None) -> Unreadable:
    """An input of which nothing is read."""
    return Unreadable(name, 0, None, (Diagnostic(code, message, path=name, help=help),))


def irregular(name: str, mode: int) -> Unreadable:
    """What is not a file but something else that has a name."""
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
    )
    kind = next((word for is_kind, word in kinds if is_kind(mode)), "something else")
    help_ = "give what it holds by standard input, as `-`"
    return wrong("input.not-a-file", name, f"this is {kind}, not a file", help_)


def unreadable(name: str, error: OSError, index: int = 0) -> Unreadable:
    """A file or folder that the system does not let us read, or that cannot be unpacked, from a document of it on."""
    return Unreadable(name, index, None, (why_unread(name, error),))


def why_unread(name: str, error: OSError) -> Diagnostic:
    if isinstance(error, DamagedError):
        return Diagnostic(error.code, error.reason, path=name, help=error.help)
    reason = (error.strerror or "the system gives no reason").lower()
    return Diagnostic("input.unreadable", f"this cannot be read: {reason}", path=name)


def not_found(name: str) -> Unreadable:
    folder, _, last = name.rstrip("/").rpartition("/")
    parent = folder or ("/" if name.startswith("/") else ".")
    if "\0" not in name and os.path.lexists(name):
        return wrong("input.not-found", name, "this link leads to nothing", "mend the link, or take it out")
    try:
        known = sorted(entry.name for entry in Path(parent).iterdir())[:_MAX_NEAR]
    except (OSError, ValueError):
        help_: str | None = f"there is no folder `{parent}` either"
    else:
        similar = near(last, known)
        help_ = None if similar is None else f"did you mean `{name.rstrip('/').removesuffix(last)}{similar}`?"
    return wrong("input.not-found", name, "there is no such file or folder", help_)


def linked(name: str) -> Unreadable:
    """A folder behind a link may lead in circles or out of what was meant, and may hold orders."""
    return wrong("input.link", name, "a link to a folder is not followed", "name the folder itself beside this one")


def unknown_format(name: str) -> Unreadable:
    """A file whose name says of no format that is read."""
    sheet = foreign_sheet(name)
    if sheet is not None:
        return wrong("input.foreign-sheet", name, f"{sheet} is not read", "save it as .xlsx, or as .csv in UTF-8")
    help_ = f"{READ}; rename it, or say with --input-format how it is written"
    return wrong("input.unknown-format", name, "the name of this file does not say how it is written", help_)


def changed_input(name: str) -> IncompleteError:
    """What the run judged is gone: nothing can be shown of it, and nothing said of it now would be true."""
    return IncompleteError([Diagnostic("input.changed", "this input changed while it was checked", path=name)])
