"""Glyphs that are set one by one in no row: down a column, round a stamp, up and down, each turned a little."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

from orderproof.screening.pdf.canvas import Run

_NEAR = 3.0
"""So many sizes apart the next glyph belongs to the same text."""
_SAME_ROW = 0.4
_GLYPHS_OF_A_ROW = 3
_BLANK, _WITH_BLANK = 1.5, 2.8
"""Steps from one glyph to the next where a blank is between them, at least and at most."""
_LEAST = 6
"""Digits of a number, as short as an account is."""
_WIDTH = 0.6


def with_scattered(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs in the order of drawing; glyphs with the digits of a number that make no row are one run, in that order.

    It stands in the row of its first glyph, which may go up and down, behind the label there.
    """
    chain: list[Run] = []
    for run in runs:
        if chain and not (len(run.glyphs) == 1 and _follows(chain, run)):
            yield from _told(chain)
            chain = []
        if len(run.glyphs) == 1:
            chain.append(run)
        else:
            yield run
    yield from _told(chain)


def _follows(chain: Sequence[Run], run: Run) -> bool:
    """Whether a glyph goes on with a text: near its last one, or one blank away where its glyphs stand wide apart."""
    before = chain[-1]
    step = _distance(chain[-2], before) if len(chain) > 1 else 0.0
    reach = max(_NEAR * max(before.size, run.size), _WITH_BLANK * step)
    return before.hidden == run.hidden and _distance(before, run) <= reach


def _distance(before: Run, run: Run) -> float:
    return hypot(run.x - before.x, run.y - before.y)


def _told(chain: Sequence[Run]) -> Sequence[Run]:
    digits = sum(1 for run in chain if run.glyphs[0].isdigit())
    if digits < _LEAST or _is_row(chain):
        return chain
    first = chain[0]
    glyphs = list(first.glyphs)
    step = 0.0
    for before, run in pairwise(chain):
        distance = _distance(before, run)
        if step and distance > _BLANK * step:
            glyphs.append(" ")
        step = distance
        glyphs += run.glyphs
    size, height = max(run.size for run in chain), _height(chain)
    start = first.x - first.size * _WIDTH / 2
    end = start + len(glyphs) * size * _WIDTH
    return [Run(tuple(glyphs), 0, start, end, height, size, first.x, height, first.order, first.hidden)]


def _height(chain: Sequence[Run]) -> float:
    """Where the row of a text stands: between its first two glyphs, which may go up and down, if side by side."""
    first, second = chain[:2]
    is_beside = abs(second.x - first.x) > abs(second.y - first.y) / 2
    return (first.y + second.y) / 2 if is_beside else first.y


def _is_row(chain: Sequence[Run]) -> bool:
    """Whether glyphs stand in rows, of any direction, so that reading them row by row gives what was meant."""
    rows = 1 + sum(1 for before, run in pairwise(chain) if not _is_beside(before, run))
    return len(chain) >= _GLYPHS_OF_A_ROW * rows


def _is_beside(before: Run, run: Run) -> bool:
    size = min(before.size, run.size)
    return before.angle == run.angle and abs(before.across - run.across) <= _SAME_ROW * size
