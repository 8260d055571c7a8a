"""The process that reads one workbook: bytes on standard input, messages on standard output."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from orderproof.diagnostic import did_you_mean
from orderproof.lifeline import end_with
from orderproof.reading.xlsx.cells import CellReader, RawRow, SheetCell, raw_rows
from orderproof.reading.xlsx.message import (
    BROKEN,
    End,
    Fault,
    Message,
    Opening,
    Refusal,
    RefusedError,
    SheetRow,
)
from orderproof.reading.xlsx.package import Package, SheetPart, Workbook, workbook_of
from orderproof.reading.xlsx.process import MAX_OUTPUT
from orderproof.reading.xlsx.remarks import Seen, hidden_sheets, shown_otherwise
from orderproof.reading.xlsx.scan import Scan, holds_value, scan
from orderproof.reading.xlsx.second import Values, doubt, second_rows

MAX_MEMORY = 3 << 30
MAX_SECONDS = 120


def main() -> None:
    """Read the workbook on standard input; the only argument names the sheet that is wanted, if any."""
    end_with(os.getppid())
    _limit()
    content = sys.stdin.buffer.read()
    encode = msgspec.json.Encoder().encode
    write = sys.stdout.buffer.write
    for message in messages(content, sys.argv[-1] or None):
        write(encode(message) + b"\n")
    sys.stdout.buffer.flush()


def _limit() -> None:
    """Keep a hostile workbook from taking the machine; where the system has no such limits, only time is limited."""
    try:
        import resource
    except ImportError:
        return
    limits = (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        # A system may have a lower limit already, or none that can be set.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def messages(content: bytes, wanted: str | None) -> Iterator[Message]:
    """All that is told of a workbook."""
    sheet: SheetPart | None = None
    try:
        package = Package(content)
        workbook = workbook_of(package)
        sheet, others = _chosen(package, workbook, wanted)
        yield Opening(sheet.name)
        yield from hidden_sheets(others)
        found = scan(package.part(sheet.part))
        yield from shown_otherwise(found)
        raw = raw_rows(package.part(sheet.part))
        yield from _rows(raw, CellReader(workbook).cell, second_rows(content, sheet.name), found)
    except RefusedError as error:
        name = None if sheet is None else sheet.name
        yield Refusal(error.code, error.message, error.help, name, error.place)


def _chosen(package: Package, workbook: Workbook, wanted: str | None) -> tuple[SheetPart, list[SheetPart]]:
    """The sheet that is read, and the hidden ones that are not although they hold values."""
    if wanted is not None:
        return _named(workbook, wanted), []
    filled = [sheet for sheet in workbook.sheets if holds_value(package.part(sheet.part))]
    visible = [sheet for sheet in filled if sheet.is_visible]
    hidden = [sheet for sheet in filled if not sheet.is_visible]
    if len(visible) == 1:
        return visible[0], hidden
    names = ", ".join(f"`{sheet.name}`" for sheet in filled)
    if len(visible) > 1:
        message = f"{len(visible):,} sheets of this workbook hold values: {names}"
        raise RefusedError("table.sheet", message, "say with --sheet which of them is meant")
    if hidden:
        message = f"only hidden sheets of this workbook hold values: {names}"
        raise RefusedError("table.sheet", message, "say with --sheet which of them is meant")
    help_ = "an input holds at least one document; take it out of the run if it is meant to be empty"
    raise RefusedError("document.none", "no sheet of this workbook holds a value", help_)


def _named(workbook: Workbook, wanted: str) -> SheetPart:
    found = [sheet for sheet in workbook.sheets if sheet.name == wanted]
    if len(found) == 1:
        return found[0]
    names = [sheet.name for sheet in workbook.sheets]
    help_ = did_you_mean(wanted, names) or f"sheets: {', '.join(f'`{name}`' for name in names)}"
    raise RefusedError("table.sheet", f"this workbook has no sheet `{wanted}`", help_)


def _rows(
    raws: Iterator[RawRow],
    read: "Callable[..., SheetCell | None]",
    others: Iterator[tuple[int, Values]],
    found: Scan,
) -> Iterator[Message]:
    """The rows as both readers know them, and what was seen on the way."""
    seen = Seen({}, [])
    hidden = set(found.hidden_rows)
    count = 0
    other = next(others, None)
    for raw in raws:
        while other is not None and other[0] < raw.number:
            yield _row(other[0], {}, other[1])
            count += 1
            other = next(others, None)
        values: Values = {}
        if other is not None and other[0] == raw.number:
            values = other[1]
            other = next(others, None)
        cells = {cell.column: cell for cell in map(read, raw.cells) if cell is not None}
        if not cells and not values:
            continue
        if raw.number in hidden:
            seen.hidden.append(raw.number)
        for cell in cells.values():
            if cell.is_formula and cell.fault is None:
                seen.formula((raw.number, cell.column))
        yield _row(raw.number, cells, values)
        count += 1
    if other is not None:
        message = "another reader of workbooks finds rows in this sheet that ours does not"
        raise RefusedError("table.doubt", message, "save it anew, or as .csv", (other[0], 1))
    yield from seen.remarks()
    yield End(count)


def _row(number: int, cells: dict[int, SheetCell], values: Values) -> SheetRow:
    columns = sorted(cells.keys() | values.keys())
    kinds: list[str] = []
    texts: list[str] = []
    faults: list[Fault] = []
    for column in columns:
        cell = cells.get(column)
        fault = doubt(cell, values.get(column), column) if cell is None or cell.fault is None else cell.fault
        if fault is not None:
            faults.append(fault)
        kinds.append(BROKEN if fault is not None or cell is None else cell.kind)
        texts.append("" if cell is None else cell.text)
    return SheetRow(number, columns, "".join(kinds), texts, faults)
