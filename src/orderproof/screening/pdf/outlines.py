"""Letters that a page draws as lines and areas: nobody can read them, but they stand in rows as letters do."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

from orderproof.screening.pdf.matrix import Box

_LETTER = 24.0
"""Points that a letter is high and wide at most."""
_SMALLEST = 2.0
_MOST_SHAPES = 20_000
_MOST_PARTS = 200
"""The holes of so many letters are told from letters; those of more are so many letters all the same."""
_SAME_ROW = 0.6
_APART = 2.5
_FEWEST, _KINDS = 5, 3
"""So many shapes in a row, of so many kinds, are letters and no pattern."""
_WORD = 12
"""So many letters may be a label and a number, and are more than a sign."""
_TEXT = 60
"""So many are more than the name of a company in a logo."""
_DIGITS, _EVEN = 8, 6
"""Of so many digits of a number, so many distances from one to the next are the same."""
_LIKE, _SAME_STEP, _SAME_STEP_OF_HEAD = 0.08, 0.07, 0.04
HEAD = 0.2
"""The share of a page, from its top, where a logo stands: capital letters of a name may stand almost as even as digits."""
_WIDEST = 0.95


class _Shape(Struct, frozen=True):
    """What one letter may be: its box, and how many parts it has."""

    box: Box
    parts: int

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def kind(self) -> tuple[float, float, int]:
        return round(self.width, 1), round(self.height, 1), self.parts


class Outlines:
    """The shapes of a page that are as small as letters."""

    def __init__(self) -> None:
        self._shapes: list[_Shape] = []
        self._passed = 0

    def add(self, boxes: Sequence[Box]) -> None:
        """A path was drawn that has these parts: a letter, or where it is too big for one, several."""
        whole = _around(boxes)
        if _is_letter(whole):
            self._keep(_Shape(whole, len(boxes)))
        elif 1 < len(boxes) <= _MOST_SHAPES - len(self._shapes) - self._passed:
            letters = [box for box in boxes if _is_letter(box)]
            self._passed += len(boxes) - len(letters)
            for box in _outer(letters) if len(letters) <= _MOST_PARTS else letters:
                self._keep(_Shape(box, 1))

    def picture(self, box: Box, source: object) -> None:
        """A picture was drawn; one as small as a letter may be one, and the same is drawn again for the same letter."""
        if _is_letter(box):
            self._keep(_Shape(box, id(source)))

    def _keep(self, shape: _Shape) -> None:
        if len(self._shapes) < _MOST_SHAPES:
            self._shapes.append(shape)

    def blocks(self) -> list[Box]:
        """Where rows of letters stand, those under one another as one, if they have as many as words have."""
        blocks: list[list[_Shape]] = []
        bottom = 0.0
        for row in _rows(self._shapes):
            if blocks and bottom - row[0].box[3] <= _LETTER:
                blocks[-1] += row
            else:
                blocks.append(list(row))
            bottom = row[0].box[1]
        return [_around([shape.box for shape in block]) for block in blocks if len(block) >= _WORD]

    def is_text(self, page: Box) -> bool:
        """Whether the letters are as many as a text has, or some of them are the digits of a number."""
        rows = _rows(self._shapes)
        head = page[3] - HEAD * (page[3] - page[1])
        return sum(map(len, rows)) >= _TEXT or any(
            _has_number(row, _SAME_STEP_OF_HEAD if row[0].box[1] > head else _SAME_STEP) for row in rows
        )


def _is_letter(box: Box) -> bool:
    return _SMALLEST <= max(box[2] - box[0], box[3] - box[1]) <= _LETTER


def _around(boxes: Iterable[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _outer(boxes: Sequence[Box]) -> list[Box]:
    """The boxes that lie in no other: the holes of letters belong to them."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box[0] - box[2]) * (box[3] - box[1])):
        if not any(big[0] <= box[0] and big[1] <= box[1] and big[2] >= box[2] and big[3] >= box[3] for big in kept):
            kept.append(box)
    return kept


def _rows(shapes: Sequence[_Shape]) -> list[list[_Shape]]:
    """The shapes that stand side by side as the letters of a line do, line by line from the top."""
    rows: list[list[_Shape]] = []
    for shape in sorted(shapes, key=lambda shape: -(shape.box[1] + shape.box[3])):
        first = rows[-1][0] if rows else shape
        down = (first.box[1] + first.box[3] - shape.box[1] - shape.box[3]) / 2
        if rows and down <= _SAME_ROW * max(first.height, shape.height):
            rows[-1].append(shape)
        else:
            rows.append([shape])
    lines = [line for row in rows for line in _lines(row)]
    return [line for line in lines if len(line) >= _FEWEST and len({shape.kind for shape in line}) >= _KINDS]


def _lines(row: Sequence[_Shape]) -> list[list[_Shape]]:
    """The shapes of a row, in lines where it has wide gaps."""
    lines: list[list[_Shape]] = []
    high = max(shape.height for shape in row)
    for shape in sorted(row, key=lambda shape: shape.box[0]):
        if lines and shape.box[0] - lines[-1][-1].box[2] <= _APART * high:
            lines[-1].append(shape)
        else:
            lines.append([shape])
    return lines


def _has_number(row: Sequence[_Shape], same: float) -> bool:
    """Whether letters of a row are digits: of one height, narrow, and at one distance, as no other letters are."""
    high = median(shape.height for shape in row)
    tall = [shape for shape in row if shape.height > high / 2]  # without hyphens and dots
    return any(_is_number(tall[at : at + _DIGITS], same) for at in range(len(tall) - _DIGITS + 1))


def _is_number(shapes: Sequence[_Shape], same: float) -> bool:
    high = median(shape.height for shape in shapes)
    if any(abs(shape.height - high) > _LIKE * high or shape.width > _WIDEST * high for shape in shapes):
        return False
    if any(abs(shape.box[1] - shapes[0].box[1]) > _LIKE * high for shape in shapes):
        return False
    steps = [after.middle - before.middle for before, after in pairwise(shapes)]
    step = median(steps)
    even = sum(1 for each in steps if abs(each - step) <= same * step)
    return even >= _EVEN and len({shape.kind for shape in shapes}) >= _KINDS
