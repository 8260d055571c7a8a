"""The text around a mention as reports show it: every long number in it is masked, whatever it is."""

import re
from collections.abc import Iterator, Sequence

from orderproof.screening.candidate import Candidate, masked
from orderproof.screening.layout import Cell

_WIDTH = 240
_BEFORE = 120
_LONG = 8
_RUN = re.compile(rf"\d{{{_LONG},}}")
_PLAIN = frozenset({"date", "time", "month", "amount", "quantity", "size", "range", "url"})
"""The forms of numbers in groups that are shown: no account has them unless words name it."""


def excerpt(cell: Cell, start: int, end: int, shown: str, judged: Sequence[Candidate]) -> tuple[str, int, int]:
    """The cell's text near a mention, cut to a length, with ``shown`` in its place; and where that stands.

    ``judged`` are the numbers of the cell that are told, which are masked however short they are.
    """
    parts: list[str] = []
    reached = 0
    at = (0, 0)
    for first, last, value in _told(cell, start, end, shown, judged):
        parts.append(_RUN.sub(_stars, cell.fold.source[reached:first]))
        length = sum(map(len, parts))
        if value is shown:
            at = (length, length + len(value))
        parts.append(value)
        reached = last
    text = "".join((*parts, _RUN.sub(_stars, cell.fold.source[reached:])))
    cut = max(0, at[0] - _BEFORE)
    return text[cut : cut + _WIDTH], at[0] - cut, min(at[1] - cut, _WIDTH)


def _told(cell: Cell, start: int, end: int, shown: str, judged: Sequence[Candidate]) -> Iterator[tuple[int, int, str]]:
    """What is shown instead of parts of the file's text, in its order."""
    spans = [
        (number.start, number.end, number.mask()) for number in judged if number.end <= start or number.start >= end
    ]
    spans.append((start, end, shown))
    for number in cell.numbers:
        is_long = number.digits >= _LONG and number.looks.isdisjoint(_PLAIN)
        if is_long and all(number.end <= first or number.start >= last for first, last, _ in spans):
            spans.append((number.start, number.end, number.mask()))
    for first, last, value in sorted(spans, key=lambda span: span[:2]):
        yield (*cell.fold.span(first, last), value)


def _stars(run: re.Match[str]) -> str:
    return masked(run.group())
