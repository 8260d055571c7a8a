"""How wide the columns and how high the rows of a sheet are, and so what lies over them, in points."""

import re
from bisect import bisect_left

from orderproof.screening.ooxml import Attributes

_COLUMN, _ROW = 48.0, 15.0
"""Points that a column and a row measure where nothing else is said."""
_LETTER, _MARGIN = 5.25, 3.75
"""Points of a letter in a column's width, and of what is beside them."""
_MOST_ROWS, _MOST_COLUMNS = 20_000, 200
_SIZE = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,17})?")
SIZED = frozenset({"sheetFormatPr", "col", "row"})
"""The elements that say a size."""


class Sizes:
    """The sizes of a sheet, as its elements come; columns and rows are counted from 0."""

    def __init__(self) -> None:
        self._column, self._row = _COLUMN, _ROW
        self._columns: list[tuple[int, int, float]] = []
        self._rows: list[int] = [-1]
        self._more: list[float] = [0.0]

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element that may say a size."""
        if tag == "sheetFormatPr":
            self._column = _width(attributes.get("defaultColWidth"), _COLUMN)
            self._row = _number(attributes.get("defaultRowHeight")) or _ROW
        elif tag == "col" and len(self._columns) < _MOST_COLUMNS:
            first, last = (int(_number(attributes.get(name))) for name in ("min", "max"))
            self._columns.append((first - 1, last, _width(attributes.get("width"), self._column)))
        elif tag == "row" and "ht" in attributes and len(self._rows) < _MOST_ROWS:
            row = int(_number(attributes.get("r"))) - 1
            if row > self._rows[-1]:
                self._more.append(self._more[-1] + _number(attributes.get("ht")) - self._row)
                self._rows.append(row)

    def width(self, left: int, right: int) -> float:
        """Of the columns from one to before another."""
        total = max(0, right - left) * self._column
        for first, last, width in self._columns:
            total += max(0, min(right, last) - max(left, first)) * (width - self._column)
        return total

    def height(self, top: int, bottom: int) -> float:
        """Of the rows from one to before another."""
        return max(0, bottom - top) * self._row + max(0.0, self._above(bottom) - self._above(top))

    def _above(self, row: int) -> float:
        """By how much the rows before a row are higher than others, together."""
        return self._more[bisect_left(self._rows, row) - 1]


def _width(letters: str | None, otherwise: float) -> float:
    number = _number(letters)
    return number * _LETTER + _MARGIN if letters is not None else otherwise


def _number(written: str | None) -> float:
    return float(written) if written is not None and _SIZE.fullmatch(written) else 0.0
