"""Places in a partner's document, as a mapping names them: ``create_date.timestamp``, ``fund_pay[].pay_step``, ``$``."""

import re
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.ruleset.model import Text
from orderproof.source import Span
from orderproof.tree import Plain, Pointer

Step: TypeAlias = str | None
"""A key, or None for the items of a list."""
ITSELF = "$"
"""The document, or the item of a list, itself."""
_STEP = re.compile(r'(?P<items>\[\])|\.?(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^.\[\]"]+))')


class Misfit(Struct, frozen=True):
    """A value on the way to what a mapping reads that is no object (or, for items, no list)."""

    pointer: Pointer
    expected: str
    value: Plain


Found: TypeAlias = "Plain | Misfit"
"""What stands at a place of a source; None where it is absent."""


def parse_path(text: Text) -> tuple[Step, ...] | Diagnostic:
    """The steps of a path; none for the whole."""
    written = text.value
    if written == ITSELF:
        return ()
    steps: list[Step] = []
    at = 0
    while at < len(written):
        match = _STEP.match(written, at)
        dotted = written.startswith(".", at)
        if match is None or (match["items"] is None and dotted is (at == 0)):
            return _unreadable(text, at)
        if match["items"] is not None:
            steps.append(None)
        else:
            quoted, plain = match["quoted"], match["plain"]
            steps.append(re.sub(r"\\(.)", r"\1", quoted) if plain is None else plain)
        at = match.end()
    return tuple(steps) if steps else _unreadable(text, 0)


def _unreadable(text: Text, at: int) -> Diagnostic:
    inner = text.inner or (text.span.start, text.span.end)
    start = inner[min(at, len(inner) - 1)]
    span = Span(text.span.source, start, start + 1)
    help_ = 'keys stand with a `.` between them, such as `create_date.timestamp`; a key with a `.` in it in `"…"`'
    return Diagnostic("mapping.path", f"`{text.value}` is no path", span=span, help=help_)


def write_path(steps: tuple[Step, ...]) -> str:
    """A path as mappings write it."""
    written = ""
    for step in steps:
        if step is None:
            written += "[]"
        else:
            plain = _STEP.fullmatch(step)
            key = step if plain is not None and plain["plain"] == step else _quoted(step)
            written += f".{key}" if written else key
    return written or ITSELF


def _quoted(key: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", key) + '"'


def stands(value: Plain, steps: tuple[Step, ...]) -> bool:
    """Whether something stands at a path; of a list its first item counts."""
    for step in steps:
        if step is None:
            if not isinstance(value, list) or not value:
                return False
            value = value[0]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return False
    return value is not None


def follow(value: Plain, steps: tuple[str, ...], absent: frozenset[str]) -> Found:
    """The value at a path of keys, None where it is absent; ``absent`` are texts that say nothing."""
    for number, step in enumerate(steps):
        if not isinstance(value, dict):
            if value is None or (isinstance(value, str) and value in absent):
                return None
            return Misfit(steps[:number], "an object", value)
        value = value.get(step)
    return None if isinstance(value, str) and value in absent else value
