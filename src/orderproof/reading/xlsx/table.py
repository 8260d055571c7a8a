"""A sheet of a workbook as a table: what the worker tells is checked, and becomes rows."""

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import IO

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Notice, Reading, Unreadable
from orderproof.reading.table import BrokenRow, Cell, Row, RowReading, Table, Value, headers_of, no_row
from orderproof.reading.xlsx.message import (
    BROKEN,
    MAX_COLUMN,
    NUMBER,
    TRUTH,
    End,
    Message,
    Opening,
    Place,
    Refusal,
    Remark,
    SheetRow,
)
from orderproof.reading.xlsx.process import FailedError, Worker, messages_of, own_worker, unheard_of, worker_output
from orderproof.source import SheetSource, Span, column_letters

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?\Z")
_KINDS = re.compile("[snbx]*\\Z")


def read_xlsx(name: str, content: bytes, sheet: str | None, worker: Worker | None = None) -> Iterator[Reading]:
    """The table that one sheet of a workbook is, with what is to be told of it before; or why there is none."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        output = worker_output(worker or own_worker(), content, sheet)
    except FailedError as error:
        yield Unreadable(name, 0, sha256, (_failed(name, error),))
        return
    is_read = False
    try:
        for reading in _readings(name, sha256, output):
            # A table is at its end, and closes what it reads from, when its rows are.
            is_read = isinstance(reading, Table)
            yield reading
    except FailedError as error:
        yield Unreadable(name, 0, sha256, (_failed(name, error),))
    finally:
        if not is_read:
            output.close()


def _readings(name: str, sha256: str, output: IO[bytes]) -> Iterator[Reading]:
    messages = messages_of(output)
    opening = next(messages, None)
    if isinstance(opening, Refusal):
        yield _refused(name, sha256, opening)
        return
    if not isinstance(opening, Opening):
        raise unheard_of()
    message = next(messages, None)
    while isinstance(message, Remark):
        yield Notice(_remark(name, opening.sheet, message))
        message = next(messages, None)
    match message:
        case Refusal():
            yield _refused(name, sha256, message)
        case SheetRow():
            yield _table(_Sheet(name, opening.sheet), sha256, message, messages, output)
        case End(0):
            refusal = Refusal("document.none", "no cell of this sheet holds a value", None, opening.sheet)
            yield _refused(name, sha256, refusal)
        case _:
            raise unheard_of()


def _failed(name: str, error: FailedError) -> Diagnostic:
    help_ = "save the sheet as .csv in UTF-8"
    return Diagnostic("table.reader-failed", str(error), path=name, help=help_)


def _refused(name: str, sha256: str, refusal: Refusal) -> Unreadable:
    path = _path(name, refusal.sheet, refusal.place)
    return Unreadable(name, 0, sha256, (Diagnostic(refusal.code, refusal.message, path=path, help=refusal.help),))


def _remark(name: str, sheet: str, remark: Remark) -> Diagnostic:
    path = _path(name, sheet, remark.place)
    return Diagnostic(remark.code, remark.message, path=path, help=remark.help, severity=Severity.WARNING)


def _path(name: str, sheet: str | None, place: Place | None) -> str:
    """The name of a workbook, a sheet of it, or a cell."""
    if sheet is None:
        return name
    return f"{name}!{sheet}" if place is None else f"{name}!{sheet}!{column_letters(place[1])}{place[0]}"


class _Sheet(Struct, frozen=True):
    name: str
    sheet: str

    def source(self, number: int, columns: tuple[int, ...], texts: tuple[str, ...]) -> SheetSource:
        return SheetSource(self.name, self.sheet, number, columns, texts)


def _table(
    sheet: _Sheet, sha256: str, first: SheetRow, messages: Iterator[Message], output: IO[bytes]
) -> Table | Unreadable:
    """The table of which this is the first row."""
    _check(first, 0)
    columns = tuple(range(first.columns[0], first.columns[-1] + 1))
    written = dict(zip(first.columns, first.texts, strict=True))
    source = sheet.source(first.number, columns, tuple(written.get(column, "") for column in columns))
    spans = source.spans()
    if first.faults:
        faults = tuple(
            Diagnostic(fault.code, fault.message, span=spans[fault.column - columns[0]], help=fault.help)
            for fault in first.faults
        )
        return Unreadable(sheet.name, 0, sha256, faults)
    headers = headers_of([Cell(written.get(column), span) for column, span in zip(columns, spans, strict=True)])
    if isinstance(headers, Diagnostic):
        return Unreadable(sheet.name, 0, sha256, (headers,))
    if not headers:
        message = "the first row with values holds no header"
        diagnostic = Diagnostic("table.header", message, span=spans[0], help="the first row names the columns")
        return Unreadable(sheet.name, 0, sha256, (diagnostic,))
    rows = _Rows(sheet, columns[: len(headers)], headers)
    return Table(sheet.name, sheet.sheet, sha256, headers, _read_rows(rows, first.number, messages, output))


def _check(row: SheetRow, before: int) -> None:
    """What the worker tells must fit together, whatever became of it."""
    columns = row.columns
    fits = (
        row.number > before
        and len(columns) == len(row.kinds) == len(row.texts) > 0
        and columns[0] >= 1
        and columns[-1] <= MAX_COLUMN
        and all(one < two for one, two in pairwise(columns))
        and _KINDS.match(row.kinds) is not None
        and {fault.column for fault in row.faults}
        == {c for c, k in zip(columns, row.kinds, strict=True) if k == BROKEN}
    )
    if not fits:
        raise unheard_of()


class _Rows(Struct, frozen=True):
    """What messages become rows by."""

    sheet: _Sheet
    columns: tuple[int, ...]
    headers: tuple[Cell, ...]

    def row(self, told: SheetRow) -> Row | BrokenRow:
        values = {
            column: _value(kind, text)
            for column, kind, text in zip(told.columns, told.kinds, told.texts, strict=True)
            if kind != BROKEN
        }
        is_inside = self.columns[0] <= told.columns[0] and told.columns[-1] <= self.columns[-1]
        if told.faults or not is_inside:
            return self.broken(told, values)
        return Row(told.number, tuple(map(values.get, self.columns)), partial(self.places, told))

    def broken(self, told: SheetRow, values: dict[int, Value]) -> BrokenRow:
        """A row with cells that cannot be read, or that stand under no header; the others are known."""
        shown = {
            **dict.fromkeys(self.columns, ""),
            **dict(zip(told.columns, map(_shown, told.kinds, told.texts), strict=True)),
        }
        columns = tuple(sorted(shown))
        source = self.sheet.source(told.number, columns, tuple(shown[column] for column in columns))
        spans = dict(zip(columns, source.spans(), strict=True))
        wrong = [
            (fault.column, Diagnostic(fault.code, fault.message, span=spans[fault.column], help=fault.help))
            for fault in told.faults
        ]
        help_ = "give the column a header, or take the value out"
        message = "a value stands in a column without a header"
        wrong += (
            (column, Diagnostic("table.no-header", message, span=spans[column], help=help_))
            for column in values
            if column not in self.columns
        )
        known = {
            index: Cell(values.get(column), spans[column])
            for index, column in enumerate(self.columns)
            if all(column != broken for broken, _ in wrong)
        }
        return BrokenRow(told.number, tuple(diagnostic for _, diagnostic in sorted(wrong, key=_column)), known)

    def places(self, told: SheetRow) -> tuple[Span, ...]:
        written = dict(zip(told.columns, map(_shown, told.kinds, told.texts), strict=True))
        texts = tuple(written.get(column, "") for column in self.columns)
        return self.sheet.source(told.number, self.columns, texts).spans()


def _column(wrong: tuple[int, Diagnostic]) -> int:
    return wrong[0]


def _value(kind: str, text: str) -> Value:
    if kind == NUMBER:
        if _NUMBER.match(text) is None:
            raise unheard_of()
        return Decimal(text) if "." in text else int(text)
    return text == "1" if kind == TRUTH else text


def _shown(kind: str, text: str) -> str:
    return ("FALSE", "TRUE")[text == "1"] if kind == TRUTH else text


def _read_rows(rows: _Rows, number: int, messages: Iterator[Message], output: IO[bytes]) -> Iterator[RowReading]:
    """The rows in turn; what ends them before their end is told last."""
    name, sheet = rows.sheet.name, rows.sheet.sheet
    count = 1
    try:
        for message in messages:
            match message:
                case SheetRow():
                    _check(message, number)
                    number = message.number
                    count += 1
                    yield rows.row(message)
                case Remark():
                    yield _remark(name, sheet, message)
                case Refusal():
                    yield BrokenRow(number, _refused(name, "", message).diagnostics, last=True)
                    return
                case End(told) if told == count:
                    if count == 1:
                        yield no_row(name, rows.headers)
                    return
                case _:
                    break
        raise unheard_of()
    except FailedError as error:
        yield BrokenRow(number, (_failed(name, error),), last=True)
    finally:
        output.close()
