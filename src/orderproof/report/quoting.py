"""Text from outside inside a report for people: visible, cut, and unable to speak for us."""

import re

from orderproof.diagnostic import display

_BARE = re.compile(
    r"-?[0-9]+(\.[0-9]+)?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2}))?"
)
_VALUE_LENGTH = 80
_COMMAND = re.compile(r"##(?=\w*\[)")


def shown(text: str, limit: int = 300) -> str:
    """A text safe to print, at most ``limit`` of its characters; ``… (+n)`` says how many more there are."""
    if len(text) <= limit:
        return display(text)
    return f"{display(text[:limit])}… (+{len(text) - limit:,})"


def value(of: str | bool) -> str:
    """A value of a document: numbers, days and instants bare, other text in quotes so that its end can be seen."""
    if isinstance(of, bool):
        return "true" if of else "false"
    if len(of) <= _VALUE_LENGTH and _BARE.fullmatch(of):
        return of
    quoted = display(of[:_VALUE_LENGTH]).replace('"', '\\"')
    more = len(of) - _VALUE_LENGTH
    return f'"{quoted}"' if more <= 0 else f'"{quoted}…" (+{more:,})'


def inert(line: str) -> str:
    """A printed line in which no CI system sees a command.

    GitHub acts on ``::`` after leading blanks; GitHub on ``##[`` and Azure on ``##vso[`` anywhere in a line.
    """
    line = tame(line)
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\x3a{bare[1:]}" if bare.startswith("::") else line


def tame(text: str) -> str:
    """A text in which no CI system sees a command after ``##``."""
    return _COMMAND.sub(r"#\\x23", text)
