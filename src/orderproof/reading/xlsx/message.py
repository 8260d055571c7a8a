"""What the worker that reads a workbook tells, one message on a line, the last of them an End or a Refusal."""

from typing import TypeAlias

from msgspec import Struct

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

TEXT, NUMBER, TRUTH, BROKEN = "snbx"
"""The kinds of cells, a letter each."""

Place: TypeAlias = tuple[int, int]
"""The numbers of a row and a column from 1."""


class Refusal(Struct, frozen=True, tag="refusal"):
    """Why no row of the workbook is read; ``place`` in ``sheet`` where that is known."""

    code: str
    message: str
    help: str | None
    sheet: str | None = None
    place: Place | None = None


class Opening(Struct, frozen=True, tag="opening"):
    """The sheet that is read."""

    sheet: str


class Fault(Struct, frozen=True):
    """What is wrong with the cell in a column."""

    column: int
    code: str
    message: str
    help: str | None


class SheetRow(Struct, frozen=True, tag="row"):
    """The cells of a row that are not blank: numbers of their columns, a letter for their kinds, their texts.

    The text of a number is written with decimal digits and a point; that of a truth is 1 or 0.
    """

    number: int
    columns: list[int]
    kinds: str
    texts: list[str]
    faults: list[Fault] = []


class Remark(Struct, frozen=True, tag="remark"):
    """What a reader of the report should know of the sheet, and that costs no row."""

    code: str
    message: str
    help: str | None
    place: Place | None


class End(Struct, frozen=True, tag="end"):
    """That all rows were told, and how many."""

    rows: int


Message: TypeAlias = Refusal | Opening | SheetRow | Remark | End


class RefusedError(Exception):
    """What the worker meets that it must not read on from."""

    def __init__(self, code: str, message: str, help: str | None, place: Place | None = None) -> None:
        self.code = code
        self.message = message
        self.help = help
        self.place = place
        super().__init__(message)
