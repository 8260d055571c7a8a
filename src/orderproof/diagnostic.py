"""Diagnostics: what is wrong with our input, with a place; and the one way to show a place."""

import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from orderproof.source import Span


class Severity(StrEnum):
    """How grave a finding or a diagnostic is."""

    ERROR = "error"
    WARNING = "warning"


class Diagnostic(Struct, frozen=True):
    """One thing that is wrong with an input: a document, a rule file, an option.

    ``message`` is one sentence in lower case with the user's own text in backticks; ``help`` says
    what to do about it. ``path`` names the input where there is no span.
    """

    code: str
    message: str
    span: Span | None = None
    path: str | None = None
    help: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str | None:
        """The name of the input, with line and column, or sheet and cell, where they are known."""
        if self.span is None:
            return self.path
        cell = self.span.source.cell(self.span.start)
        if cell is not None:
            return f"{self.span.source.name}!{cell}"
        position = self.span.position
        return f"{self.span.source.name}:{position.line}:{position.column}"


class OrderproofError(Exception):
    """What a caller cannot continue from; it carries the diagnostics that say why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


class IncompleteError(OrderproofError):
    """An input went wrong in the middle of a run, so that nothing of the run can be told."""


_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
"""Letters and marks that are drawn as nothing, or only change how others are drawn: Unicode's Default_Ignorable_Code_Point
without what is of an unsafe category."""


def display(text: str) -> str:
    r"""Text from outside, made safe to print: control, format, unassigned and unseen characters become visible escapes.

    Nothing that a terminal acts on and nothing that reorders or hides text survives: ESC becomes
    ``\x1b``, U+202E becomes ``\u202e``.
    """
    if text.isprintable() and (text.isascii() or UNSEEN.search(text) is None):
        return text
    from unicodedata import category  # late: most texts are plain

    return "".join(
        _visible(each) if category(each) in _UNSAFE_CATEGORIES or UNSEEN.match(each) else each for each in text
    )


def _visible(character: str) -> str:
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def near(word: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped word most likely means, or None."""
    from difflib import get_close_matches  # late: only for mistakes

    candidates = list(known)
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The help line for a mistyped word, or None when nothing known is near."""
    candidate = near(word, known)
    return None if candidate is None else f"did you mean `{candidate}`?"


_WIDTH = 96


def snippet(span: Span) -> tuple[str, ...]:
    """The line at which a span starts and a line of carets under it, both safe to print.

    A long line is cut around the span; a span of several lines is marked up to the end of its first.
    """
    position = span.position
    line = span.source.line(position.line)
    first = span.source.before(span.start)
    last = max(first + 1, min(len(line), first + (span.end - span.start)))
    left = 0 if last <= _WIDTH else max(0, first - _WIDTH // 3)
    right = min(len(line), left + _WIDTH)
    head, body, tail = line[left:first], line[first : min(last, right)], line[last:right]
    before = display(("…" if left else "") + head)
    marked = display(body)
    after = display(tail) + ("…" if right < len(line) else "")
    number = str(position.line)
    gutter = " " * len(number)
    return (
        f"{number} | {before}{marked}{after}",
        f"{gutter} | {' ' * columns(before)}{'^' * max(1, columns(marked))}",
    )


def columns(text: str) -> int:
    """Terminal columns of a text: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # late: most texts are plain

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def render(diagnostic: Diagnostic) -> str:
    """A diagnostic as people read it: place, message, the line with carets, help."""
    place = diagnostic.place
    head = f"{display(place)}: " if place else ""
    lines = [f"{head}{diagnostic.severity}: {display(diagnostic.message)} [{diagnostic.code}]"]
    if diagnostic.span is not None:
        lines += (f"  {line}" for line in snippet(diagnostic.span))
    if diagnostic.help:
        lines.append(f"  help: {display(diagnostic.help)}")
    return "\n".join(lines)
