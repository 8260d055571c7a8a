"""Where in a sheet its elements stand: they are in order, and no place is there twice."""

import re

from orderproof.reading.xlsx.markup import Attributes, damaged
from orderproof.reading.xlsx.message import MAX_COLUMN, MAX_ROW
from orderproof.source import column_letters

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_LETTERS = tuple(map(column_letters, range(MAX_COLUMN + 2)))


class Places:
    """The row and the column that were reached, from 1; raises RefusedError at what stands nowhere or out of order."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0
        self._row_text = "0"

    def to_row(self, attributes: Attributes) -> None:
        """Go to a row, the next one where it does not say its number."""
        written = attributes.get("r")
        row = self.row + 1 if written is None else number_of(written)
        if not self.row < row <= MAX_ROW:
            raise damaged("the rows of the sheet are not in order")
        self.row = row
        self.column = 0
        self._row_text = str(row)

    def to_cell(self, attributes: Attributes) -> int:
        """Go to a cell, the next one where it does not say its place, and give the number of its column."""
        written = attributes.get("r")
        following = self.column + 1
        if written is None or written == _LETTERS[following] + self._row_text:
            column = following
        else:
            row, column = place_of(written)
            if row != self.row:
                raise damaged("a cell of the sheet stands in a row that it does not belong to")
        if not self.column < column <= MAX_COLUMN:
            raise damaged("the cells of a row of the sheet are not in order")
        self.column = column
        return column


def place_of(reference: str) -> tuple[int, int]:
    """The row and column of a cell's reference, such as B7."""
    match = _REFERENCE.match(reference)
    if match is None:
        raise damaged("a cell of the sheet does not say rightly where it stands")
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(match.group(2))
    if column > MAX_COLUMN or row > MAX_ROW:
        raise damaged("a cell of the sheet stands where no sheet has cells")
    return row, column


def number_of(written: str) -> int:
    """The number of a row or a column."""
    if not (written.isascii() and written.isdecimal() and len(written) < 9):
        raise damaged("a row or a column of the sheet does not say rightly which it is")
    return int(written)
