"""The cells of a sheet, row by row: what they hold, exactly, and what is wrong with them."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import BinaryIO

from msgspec import Struct

from orderproof.reading.json_tree import FORBIDDEN, MAX_TEXT
from orderproof.reading.xlsx.dates import Shown, written
from orderproof.reading.xlsx.markup import Attributes, Parser
from orderproof.reading.xlsx.message import BROKEN, NUMBER, TEXT, TRUTH, Fault
from orderproof.reading.xlsx.number import MAX_DIGITS, decimal_of, told_number
from orderproof.reading.xlsx.package import Workbook, unescaped
from orderproof.reading.xlsx.places import Places

_NO_TYPE = "?"


class Raw(Struct):
    """A cell as it is written."""

    column: int
    type: str
    style: str
    value: str = ""
    has_value: bool = False
    is_formula: bool = False


class SheetCell(Struct, frozen=True):
    """A cell that is not blank. ``number`` is what the sheet holds where ``text`` is a number or a date."""

    column: int
    kind: str
    text: str
    number: Decimal | None = None
    shown: Shown | None = None
    is_formula: bool = False
    fault: Fault | None = None


class RawRow(Struct):
    number: int
    cells: list[Raw]


def raw_rows(stream: BinaryIO) -> Iterator[RawRow]:
    """The rows of a sheet that hold cells, as they are written."""
    reader = _RowReader()
    for _ in Parser(reader.starts(), reader.ends(), reader.text).pieces(stream):
        rows, reader.rows = reader.rows, []
        yield from rows


class _RowReader:
    """The state between the elements of a sheet."""

    def __init__(self) -> None:
        self.rows: list[RawRow] = []
        self._cells: list[Raw] = []
        self._places = Places()
        self._cell = Raw(0, "", "")
        self._parts: list[str] | None = None
        self._phonetic = 0

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "c": self._begin_cell,
            "v": self._begin_result,
            "t": self._begin_piece,
            "row": self._begin_row,
            "f": self._formula,
            "rPh": self._begin_phonetic,
        }

    def ends(self) -> dict[str, Callable[[], None]]:
        return {"v": self._end_result, "t": self._end_piece, "row": self._end_row, "rPh": self._end_phonetic}

    def text(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def _begin_row(self, attributes: Attributes) -> None:
        self._places.to_row(attributes)
        self._cells = []

    def _end_row(self) -> None:
        if self._cells:
            self.rows.append(RawRow(self._places.row, self._cells))

    def _begin_cell(self, attributes: Attributes) -> None:
        get = attributes.get
        self._cell = Raw(self._places.to_cell(attributes), get("t", "n"), get("s", "0"))
        self._cells.append(self._cell)

    def _formula(self, _: Attributes) -> None:
        self._cell.is_formula = True

    def _begin_result(self, _: Attributes) -> None:
        self._parts = []

    def _end_result(self) -> None:
        """A cell holds one result."""
        cell = self._cell
        if cell.has_value or cell.type == "inlineStr":
            cell.type = _NO_TYPE
        self._take(cell)

    def _begin_piece(self, _: Attributes) -> None:
        # How a text is pronounced does not belong to it.
        self._parts = [] if self._phonetic == 0 else None

    def _end_piece(self) -> None:
        """A text of several formats comes in several pieces."""
        cell = self._cell
        if cell.type != "inlineStr":
            cell.type = _NO_TYPE
        self._take(cell)

    def _take(self, cell: Raw) -> None:
        if self._parts is not None:
            cell.value += "".join(self._parts)
            cell.has_value = True
        self._parts = None

    def _begin_phonetic(self, _: Attributes) -> None:
        self._phonetic += 1

    def _end_phonetic(self) -> None:
        self._phonetic -= 1


class CellReader:
    """What cells hold in a workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._texts = workbook.texts
        self._shown = {str(number): shown for number, shown in enumerate(workbook.shown) if shown is not None}
        self._from_1904 = workbook.from_1904
        self._is_calculated = workbook.is_calculated

    def cell(self, raw: Raw) -> SheetCell | None:
        """What a cell holds; None where it is blank."""
        if raw.is_formula and raw.type != "e":
            fault = self._formula_fault(raw)
            if fault is not None:
                return _broken(raw, raw.value, *fault)
        match raw.type:
            case "s":
                return self._shared(raw)
            case "n":
                return self._number(raw) if raw.value else None
            case "str" | "inlineStr" | "d":
                return _text(raw, unescaped(raw.value))
            case "b" if raw.value in ("0", "1", "false", "true"):
                text = "1" if raw.value in ("1", "true") else "0"
                return SheetCell(raw.column, TRUTH, text, is_formula=raw.is_formula)
            case "e":
                return _broken(raw, raw.value, "table.error-cell", f"this cell holds the error `{raw.value}`", _MEND)
            case "b" if not raw.value:
                return None
            case _:
                message = "this cell is of a kind that no spreadsheet program knows"
                return _broken(raw, raw.value, "table.cell", message, "write its value anew")

    def _formula_fault(self, raw: Raw) -> tuple[str, str, str] | None:
        """Why the result that is stored with a formula is none."""
        help_ = "open the workbook in a spreadsheet program and save it, or write the value instead"
        if not raw.has_value or (raw.type == "n" and not raw.value):
            return "table.formula", "no result is stored with the formula of this cell", help_
        if not self._is_calculated:
            message = "the workbook says that its formulas were not calculated, so the result here may be none"
            return "table.formula", message, help_
        return None

    def _shared(self, raw: Raw) -> SheetCell | None:
        index = raw.value
        if not (index.isascii() and index.isdecimal() and len(index) < 9 and int(index) < len(self._texts)):
            message = "this cell points to a text that the workbook does not hold"
            return _broken(raw, raw.value, "table.cell", message, "write its value anew")
        return _text(raw, self._texts[int(index)])

    def _number(self, raw: Raw) -> SheetCell:
        lexeme = raw.value
        value = decimal_of(lexeme)
        if value is None:
            return _broken(raw, lexeme, "table.number", f"this cell holds no number: `{lexeme[:_SHOWN]}`", _MEND)
        shown = self._shown.get(raw.style)
        if shown is None:
            number = told_number(value, lexeme)
            if number is None:
                return _broken(raw, lexeme, "table.lost-digits", *_lost(lexeme, value))
            return SheetCell(raw.column, NUMBER, number, value, None, raw.is_formula)
        if shown is Shown.ELAPSED:
            message = "this cell holds a length of time, not a date"
            return _broken(raw, lexeme, "table.date", message, "write it as a text or as a number")
        text = written(value, shown, from_1904=self._from_1904)
        if text is None:
            message = f"no date is `{lexeme}`, which this cell shows as one"
            return _broken(raw, lexeme, "table.date", message, "write the date anew, or as a text")
        return SheetCell(raw.column, TEXT, text, value, shown, raw.is_formula)


_MEND = "mend the cell, or write its value as a text"
_SHOWN = 40
_HALF = re.compile("[\ud800-\udfff]")
"""Halves of characters, which cannot be written."""


def _lost(lexeme: str, value: Decimal) -> tuple[str, str]:
    if value.adjusted() >= MAX_DIGITS:
        message = f"this number has more than {MAX_DIGITS} digits, and a sheet keeps no more of a number: `{lexeme}`"
        return message, "write an order number or the like as a text; digits that are lost stand in the original only"
    message = f"this number is not what the cell shows: `{lexeme}` has more than {MAX_DIGITS} digits"
    return message, "round it where it is calculated, as with =ROUND(A1, 2)"


def _text(raw: Raw, text: str) -> SheetCell | None:
    if not text:
        return None
    if len(text) > MAX_TEXT:
        message = f"a text has at most {MAX_TEXT:,} characters, this one has {len(text):,}"
        return _broken(raw, text[:_SHOWN], "document.too-large", message, None)
    bad = FORBIDDEN.search(text)
    if bad is not None:
        message = f"this text holds the character U+{ord(bad.group()):04X}, which no document may hold"
        return _broken(raw, _HALF.sub("\ufffd", text), "document.character", message, "take this character out")
    return SheetCell(raw.column, TEXT, text, is_formula=raw.is_formula)


def _broken(raw: Raw, text: str, code: str, message: str, help: str | None) -> SheetCell:
    fault = Fault(raw.column, code, message, help)
    return SheetCell(raw.column, BROKEN, text, is_formula=raw.is_formula, fault=fault)
