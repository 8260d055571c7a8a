"""A first look at a sheet: how large it is, before anything is kept of it, and what a reader does not see."""

from collections.abc import Callable
from typing import BinaryIO

from msgspec import Struct

from orderproof.reading.xlsx.markup import Attributes, Parser
from orderproof.reading.xlsx.message import RefusedError
from orderproof.reading.xlsx.package import is_true
from orderproof.reading.xlsx.places import Places, number_of

MAX_CELLS = 5_000_000
MAX_SPREAD = 50
"""How many places of a sheet's rectangle there may be for each cell with a value."""
MIN_SPREAD = 1_000_000
"""Rectangles of fewer places are never too sparse."""


class Scan(Struct):
    """What a sheet holds, as far as its elements tell without their texts."""

    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]
    merged: list[str]
    cells: int = 0
    last_row: int = 0
    last_column: int = 0


def holds_value(stream: BinaryIO) -> bool:
    """Whether any cell of a sheet has a value; it is read no further than to the first."""
    found: list[bool] = []

    def value(_: Attributes) -> None:
        found.append(True)

    return any(found for _ in Parser({"v": value, "is": value, "f": value}).pieces(stream))


def scan(stream: BinaryIO) -> Scan:
    """Count a sheet's cells; raises RefusedError for one that is too large, too sparse, or not in order."""
    scanner = _Scanner()
    found = scanner.found
    for _ in Parser(scanner.starts()).pieces(stream):
        if found.cells > MAX_CELLS:
            message = f"the sheet has more than {MAX_CELLS:,} cells with a value, the most that is read"
            raise RefusedError("table.too-large", message, "split it, or save it as .csv, which has no such limit")
    area = found.last_row * found.last_column
    if area > max(MIN_SPREAD, MAX_SPREAD * found.cells):
        message = f"the sheet has {found.cells:,} cells with a value in a rectangle of {area:,}"
        help_ = "look for a value far out, and delete the rows and columns around it"
        raise RefusedError("table.too-sparse", message, help_, (found.last_row, found.last_column))
    return found


class _Scanner:
    """The state between the elements of a sheet."""

    def __init__(self) -> None:
        self.found = Scan([], [], [])
        self._places = Places()
        self._is_new = False
        self._hides_rows = False

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "c": self._cell,
            "v": self._value,
            "is": self._value,
            "f": self._value,
            "row": self._row,
            "col": self._column,
            "sheetFormatPr": self._format,
            "mergeCell": self._merged,
        }

    def _cell(self, attributes: Attributes) -> None:
        self._places.to_cell(attributes)
        self._is_new = True

    def _value(self, _: Attributes) -> None:
        """A cell has a value; a formula and its result are one."""
        if self._is_new:
            self._is_new = False
            found = self.found
            found.cells += 1
            found.last_row = self._places.row
            found.last_column = max(found.last_column, self._places.column)

    def _row(self, attributes: Attributes) -> None:
        self._places.to_row(attributes)
        if is_true(attributes.get("hidden")) or (self._hides_rows and "hidden" not in attributes):
            self.found.hidden_rows.append(self._places.row)

    def _column(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            self.found.hidden_columns.append((number_of(first), number_of(last)))

    def _format(self, attributes: Attributes) -> None:
        self._hides_rows = is_true(attributes.get("zeroHeight"))

    def _merged(self, attributes: Attributes) -> None:
        self.found.merged.append(attributes.get("ref", ""))
