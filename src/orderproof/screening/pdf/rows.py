"""Runs of glyphs become rows of a page, and rows cells: what stands side by side, and what stands apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.pdf.canvas import Run
from orderproof.screening.pdf.fonts import UNKNOWN
from orderproof.screening.pdf.rtl import Reading
from orderproof.screening.pdf.scattered import with_scattered

_SAME_ROW = 0.4
_WORDS_APART = 0.15
_CELLS_APART, _JUSTIFIED = 1.0, 2.5
_MOST_LANES = 32
_OVERLAP = 0.35
_SAME_PLACE = 0.15
_LINES, _LINE = frozenset("_.\u2026-\u2013\u2014 "), 4
"""What lines to write on are made of, and how many make one."""
_UNTOLD = 6
"""So many glyphs that nobody can read are text, not ornaments."""
_GROUP = 3
"""Of fewer in a row they may be ornaments."""


class Cell(Struct, frozen=True):
    """A piece of a row that stands by itself; ``top`` is the height of its base line on the page."""

    text: str
    row: int
    left: float
    right: float
    top: float
    hidden: str
    untold: int


def cells_of(runs: Sequence[Run]) -> list[Cell]:
    """The cells of a page in reading order: upright rows downwards, then those in other directions."""
    runs = list(with_scattered(runs))
    pieces: list[tuple[int, list[Run], str]] = []
    row = 0
    for angle in sorted({run.angle for run in runs}):
        for members in _rows([run for run in runs if run.angle == angle]):
            row += 1
            pieces += [(row, chain, chain[0].hidden) for chain in _chains(members)]
    told = [_glyphs(chain) for _, chain, _ in pieces]
    texts = ["".join(glyphs) for glyphs in told]
    reading = Reading(texts)
    return [
        Cell(
            reading.read(glyphs),
            number,
            chain[0].along,
            max(run.end for run in chain),
            max(run.y for run in chain),
            hidden,
            text.count(UNKNOWN),
        )
        for (number, chain, hidden), glyphs, text in zip(pieces, told, texts, strict=True)
    ]


def is_untold(cells: Sequence[Cell]) -> bool:
    """Whether a page holds text that nobody can read, in one row or in several short ones."""
    counts = Counter[int]()
    for cell in cells:
        counts[cell.row] += cell.untold
    return sum(count for count in counts.values() if count >= _GROUP) >= _UNTOLD


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs of one direction by their base lines, from the top."""
    rows: list[list[Run]] = []
    base, size = 0.0, 0.0
    for run in sorted(runs, key=lambda run: (-run.across, run.along)):
        if rows and base - run.across <= _SAME_ROW * min(size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
        base, size = run.across, run.size
    return rows


def _chains(row: Iterable[Run]) -> list[list[Run]]:
    """The runs of a row that belong together, from left to right; what is hidden stays by itself."""
    row = list(_without_lines(list(row)))
    lanes: list[list[Run]] = []
    for run in sorted(row, key=lambda run: (run.along, run.order)):
        lane = next((lane for lane in lanes[-_MOST_LANES:] if _continues(lane[-1], run)), None)
        if lane is None:
            lanes.append([run])
        elif not _is_twin(lane[-1], run):
            lane.append(run)
    chains = [chain for lane in lanes for chain in _split(lane)]
    return sorted(chains, key=lambda chain: (chain[0].along, chain[0].order))


def _without_lines(row: Sequence[Run]) -> Iterator[Run]:
    """Runs without the lines of underscores or dots at their ends on which other runs are written."""
    for run in row:
        text = len(run.glyphs)
        while text and run.glyphs[text - 1] in _LINES:
            text -= 1
        width = (run.end - run.along) / len(run.glyphs)
        line = run.along + width * text
        if len(run.glyphs) - text < _LINE or not any(
            other is not run and other.along < run.end - width and other.end > line + width for other in row
        ):
            yield run
        elif text:
            end = min((other.along for other in row if other is not run and other.along > run.along), default=line)
            yield replace(run, glyphs=run.glyphs[:text], end=max(run.along, min(end, line)))


def _continues(before: Run, run: Run) -> bool:
    """Whether a run may follow another: it does not lie on it, unless it is the same drawn twice."""
    if before.hidden != run.hidden:
        return False
    return run.along >= before.end - _OVERLAP * min(before.size, run.size) or _is_twin(before, run)


def _is_twin(before: Run, run: Run) -> bool:
    """Whether a run is the same as the one before, drawn again to look bold or to cast a shadow."""
    return before.glyphs == run.glyphs and abs(before.along - run.along) < _SAME_PLACE * run.size


def _split(lane: list[Run]) -> list[list[Run]]:
    """A lane where it has wide gaps; not in justified text, whose gaps are wide but all alike."""
    gaps = [
        max(0.0, after.along - before.end) / (min(before.size, after.size) or 1.0) for before, after in pairwise(lane)
    ]
    words = [gap for gap in gaps if gap > _WORDS_APART]
    is_justified = len(words) > 3 and max(words) < min(_JUSTIFIED, 1.5 * min(words))
    wide = _JUSTIFIED if is_justified else _CELLS_APART
    chains = [[lane[0]]]
    for gap, run in zip(gaps, lane[1:], strict=True):
        if gap > wide:
            chains.append([run])
        else:
            chains[-1].append(run)
    return chains


def _glyphs(chain: list[Run]) -> list[str]:
    """The glyphs of a chain, with a blank where runs stand apart."""
    glyphs = list(chain[0].glyphs)
    for before, run in pairwise(chain):
        if run.along - before.end > _WORDS_APART * min(before.size, run.size):
            glyphs.append(" ")
        glyphs += run.glyphs
    return glyphs
