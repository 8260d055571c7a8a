"""Tables: rows of cells under a row of headers, as a CSV file or a sheet of a workbook holds them.

They are no documents yet: a mapping makes documents of them. What is declared about them stands here, too.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.source import Span

Value: TypeAlias = str | int | Decimal | bool | None
"""What a cell holds. In CSV every value is a text, an empty field is ``""``. In a sheet a blank cell is None and
no text is empty; numbers are exact; a date is a text such as ``2026-03-01`` or ``2026-03-01T08:30:00``, without zone."""


class Cell(Struct, frozen=True):
    """One cell: its value, and its place. The value of a header is a text and not empty."""

    value: Value
    span: Span


class Row:
    """A row that could be read: its number in the file or sheet from 1, and as many values as there are headers.

    The places of the values are worked out when they are asked for. No row is without any value.
    """

    __slots__ = ("_places", "number", "values")

    def __init__(self, number: int, values: tuple[Value, ...], places: Callable[[], tuple[Span, ...]]) -> None:
        self.number = number
        self.values = values
        self._places = places

    def span(self, column: int) -> Span:
        """The place of a value; columns count from 0, as ``values`` and the headers do."""
        return self._places()[column]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(map(Cell, self.values, self._places()))


class BrokenRow(Struct, frozen=True):
    """A row that cannot be read whole, and why.

    ``known`` are those of its cells that are certain, by their columns from 0; without any it cannot be told
    which document it belongs to. Where ``last`` holds, the rows that may stand behind it were not read either.
    """

    number: int
    diagnostics: tuple[Diagnostic, ...]
    known: Mapping[int, Cell] = {}
    last: bool = False


RowReading: TypeAlias = Row | BrokenRow | Diagnostic
"""A Diagnostic between rows is a warning about the table that costs no row."""


class Table(Struct, frozen=True, eq=False):
    """A table: its input's name, its sheet, the digest of the input's bytes, its headers, and its rows, read once.

    The headers are texts, none of them twice. The rows come one by one and are not held.
    """

    path: str
    sheet: str | None
    sha256: str
    headers: tuple[Cell, ...]
    rows: Iterator[RowReading]


DELIMITERS: Mapping[str, str] = {",": ",", ";": ";", "tab": "\t", "|": "|"}
"""What may stand between the fields of a row, by the names that a user gives."""


class TableOptions(Struct, frozen=True):
    """What a user or a mapping declares about tables; None leaves it to the file, which is never guessed at.

    ``delimiter`` is a value of DELIMITERS; ``encoding`` one that is read; ``sheet`` the name of a sheet.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
