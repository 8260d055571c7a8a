"""What a reading of a table says, as text: for fixtures and for short assertions."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from orderproof.diagnostic import Diagnostic, render
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.table import BrokenRow, Row, Table, Value


def told(readings: Iterable[Reading]) -> str:
    """Every table with its rows, and every diagnostic, in their order."""
    return "".join(f"{line}\n" for reading in readings for line in _told(reading))


def _told(reading: Reading) -> Iterator[str]:
    match reading:
        case Unreadable():
            yield f"unreadable: {reading.path}"
            yield from map(render, reading.diagnostics)
        case Notice(diagnostic):
            yield render(diagnostic)
        case Document():
            yield f"document: {reading.path}#{reading.index}"
        case Table():
            sheet = "" if reading.sheet is None else f"!{reading.sheet}"
            yield f"table: {reading.path}{sheet}: {', '.join(repr(cell.value) for cell in reading.headers)}"
            for row in reading.rows:
                yield from _row(row)


def _row(row: Row | BrokenRow | Diagnostic) -> Iterator[str]:
    match row:
        case Row():
            yield f"{row.number}: {', '.join(map(shown, row.values))}"
        case BrokenRow():
            known = ", ".join(f"{column}={shown(cell.value)}" for column, cell in sorted(row.known.items()))
            yield f"{row.number}: broken{', the last' if row.last else ''}; known: {known or 'nothing'}"
            yield from map(render, row.diagnostics)
        case Diagnostic():
            yield render(row)


def shown(value: Value) -> str:
    """A value as it is told from another of the same digits: a number from a text, a decimal from an integer."""
    return f"decimal {value}" if isinstance(value, Decimal) else repr(value)


def only_table(readings: Iterable[Reading]) -> Table:
    """The one table that there is, and nothing else."""
    (table,) = readings
    assert isinstance(table, Table), told([table])
    return table


def values_of(table: Table) -> list[tuple[Value, ...]]:
    """The values of a table's rows, all of which can be read."""
    rows = [row for row in table.rows if not isinstance(row, Diagnostic)]
    assert all(isinstance(row, Row) for row in rows), told([table])
    return [row.values for row in rows if isinstance(row, Row)]
