"""What people do not see in a sheet, or see otherwise than it is stored: told, and read all the same."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from orderproof.reading.xlsx.message import Place, RefusedError, Remark
from orderproof.reading.xlsx.package import SheetPart
from orderproof.reading.xlsx.places import place_of
from orderproof.reading.xlsx.scan import Scan
from orderproof.source import column_letters

_MAX_NAMED = 5


def hidden_sheets(sheets: Sequence[SheetPart]) -> Iterator[Remark]:
    """That sheets which hold values were not looked at, as nobody sees them."""
    if sheets:
        names = _named([f"`{sheet.name}`" for sheet in sheets])
        what = (
            "the hidden sheet {} holds values and is"
            if len(sheets) == 1
            else "the hidden sheets {} hold values and are"
        )
        yield Remark("table.hidden", f"{what.format(names)} not read", "name a sheet with --sheet to read it", None)


def shown_otherwise(scan: Scan) -> Iterator[Remark]:
    """Hidden columns and merged cells, as far as there are values around them."""
    columns = [
        column_letters(column)
        for first, last in scan.hidden_columns
        for column in range(first, min(last, scan.last_column) + 1)
    ]
    if columns:
        what = "column {} is" if len(columns) == 1 else "the columns {} are"
        yield Remark("table.hidden", f"{what.format(_named(columns))} hidden, and read like the others", None, None)
    merged = [reference for reference in scan.merged if _is_within(reference, scan)]
    if merged:
        message = f"cells are merged, of which only the first holds the value, the others nothing: {_named(merged)}"
        help_ = "undo the merge and write the value into each cell that it is meant for"
        yield Remark("table.merged", message, help_, None)


def _is_within(reference: str, scan: Scan) -> bool:
    try:
        row, column = place_of(reference.partition(":")[0])
    except RefusedError:
        return False
    return row <= scan.last_row and column <= scan.last_column


class Formulas(Struct):
    """How many formulas a column has, and where the first stands."""

    count: int
    first: Place


class Seen(Struct):
    """What is met on the way through the rows."""

    formulas: dict[int, Formulas]
    hidden: list[int]

    def formula(self, place: Place) -> None:
        found = self.formulas.setdefault(place[1], Formulas(0, place))
        found.count += 1

    def remarks(self) -> Iterator[Remark]:
        if self.hidden:
            what = "row {} is" if len(self.hidden) == 1 else "the rows {} are"
            rows = _named([f"{row:,}" for row in self.hidden])
            yield Remark("table.hidden", f"{what.format(rows)} hidden, and read like the others", None, None)
        for column, found in sorted(self.formulas.items()):
            message = (
                f"{found.count:,} cells of column {column_letters(column)} hold formulas; their stored results are read"
            )
            if found.count == 1:
                message = "this cell holds a formula; its stored result is read"
            yield Remark("table.formula", message, "see that the workbook was saved after its last change", found.first)


def _named(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    shown = ", ".join(names[:_MAX_NAMED])
    return f"{shown} and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else shown
