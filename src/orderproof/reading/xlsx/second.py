"""A second reading of a sheet, by another program; where it differs from ours, nobody knows what the sheet holds."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from orderproof.reading.xlsx.cells import SheetCell
from orderproof.reading.xlsx.message import NUMBER, TEXT, TRUTH, Fault, RefusedError

_EARLY = 61
"""Numbers of days below this are dates that programs count in different ways."""
_CLOSE = timedelta(milliseconds=2)
_SHOWN = 40

Values = dict[int, Any]
"""By the numbers of columns what the other reader found there."""


def second_rows(content: bytes, sheet: str) -> Iterator[tuple[int, Values]]:
    """The rows of a sheet that hold values, by their numbers, as the other reader gives them."""
    import python_calamine  # late: only the worker has it

    try:
        found = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet)
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound) as error:
        message = f"another reader of workbooks cannot read this one: {error}"
        help_ = "open it in a spreadsheet program and save it anew, or as .csv"
        raise RefusedError("table.damaged", message, help_) from None
    # The rows begin with the first of the sheet, but with the first column that holds a value.
    first = 1 if found.start is None else found.start[1] + 1
    for number, values in enumerate(found.iter_rows(), start=1):
        row = {column: value for column, value in enumerate(values, start=first) if value != ""}
        if row:
            yield number, row


def doubt(cell: SheetCell | None, other: Any, column: int) -> Fault | None:
    """What is wrong with a cell that two readers read as different things; its own fault is told elsewhere."""
    if cell is not None and (cell.fault is not None or _agree(cell, other)):
        return None
    ours = "nothing" if cell is None else f"`{cell.text[:_SHOWN]}`"
    theirs = "nothing" if other is None else f"`{str(other)[:_SHOWN]}`"
    message = f"two readers of workbooks do not agree about this cell: {ours} and {theirs}"
    return Fault(column, "table.doubt", message, "write its value anew, as a text or as a plain number")


def _agree(cell: SheetCell, other: Any) -> bool:
    if cell.shown is not None and cell.number is not None:
        return _same_moment(cell, other)
    match cell.kind:
        case _ if other is None:
            # The other one leaves texts of blanks out.
            return cell.kind == TEXT and not cell.text.strip()
        case k if k == TEXT and isinstance(other, date | time):
            return _is_written_as(other, cell.text)
        case k if k == TEXT:
            return isinstance(other, str) and "".join(other.split()) == "".join(cell.text.split())
        case k if k == NUMBER:
            return isinstance(other, int | float) and not isinstance(other, bool) and _is(cell.number, other)
        case k if k == TRUTH:
            return other is (cell.text == "1")
    return False


def _is(number: Decimal | None, other: float) -> bool:
    return number is not None and float(number) == other


def _same_moment(cell: SheetCell, other: Any) -> bool:
    """Whether the same number of days was read, and as the same moment."""
    assert cell.number is not None
    if isinstance(other, int | float):
        # Formats that only some programs know as dates.
        return _is(cell.number, other)
    if cell.number < _EARLY:
        return isinstance(other, date | time | timedelta)
    return isinstance(other, date) and _is_written_as(other, cell.text)


def _is_written_as(other: date | time, text: str) -> bool:
    """Whether a text is the moment that the other reader found, to the millisecond."""
    try:
        if isinstance(other, time):
            return time.fromisoformat(text).replace(microsecond=0) == other.replace(microsecond=0)
        moment = other if isinstance(other, datetime) else datetime.combine(other, time())
        return abs(datetime.fromisoformat(text) - moment) < _CLOSE
    except (ValueError, TypeError):
        return False
