"""Whose fault it is that a reader fails: the file's, which may be made to be read by nobody, or that of our own code."""

import traceback

from orderproof.screening.text import Gap

INTERNAL = "internal"
"""The code of gaps for which the program is to blame, and not the file."""
_OF_DATA = (OSError, EOFError, UnicodeError)
"""What decoders in C raise at bytes that are wrong: no frame of theirs shows, so it seems to come from who calls them."""
_OF_CODE = (ImportError, NameError, SyntaxError)
"""What no bytes of a file can cause, wherever it is raised."""
_PACKAGE = __name__.partition(".")[0]


def own_fault(error: Exception) -> Gap | None:
    """A gap that asks to report a fault of the program; None for what a library raises at the bytes of a file.

    It is the program's where its own code is the last that ran, unless the error is one that a library defines for bad
    bytes. A file at which the program fails may be sound: nobody knows what is in it.
    """
    is_last = _last(error)[0].startswith(f"{_PACKAGE}.")
    is_foreign = type(error).__module__.partition(".")[0] not in ("builtins", _PACKAGE)
    is_of_data = is_foreign or isinstance(error, _OF_DATA)
    return fault_of(error) if isinstance(error, _OF_CODE) or (is_last and not is_of_data) else None


def fault_of(error: Exception) -> Gap:
    """A gap for an error that is known to be the program's."""
    module, line = _last(error)
    return internal(f"its reader has a fault ({type(error).__name__} in {module}, line {line})")


def internal(reason: str) -> Gap:
    """A gap that asks to report a fault of the program."""
    return Gap(INTERNAL, f"{reason}; report this, and have a person read the file")


def _last(error: Exception) -> tuple[str, int]:
    """The module whose code ran last, and its line."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__", "")), line
