"""Headers that stand below a title: looked for where the first row of a table holds none that anybody knows."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from orderproof.mapping.columns import find_columns, folded
from orderproof.mapping.compile import InputMapping
from orderproof.mapping.plain_table import ID
from orderproof.reading.table import DELIMITERS
from orderproof.schema import Schema
from orderproof.source import SheetSource
from orderproof.table import BrokenRow, Row, RowReading, Table

_ROWS = 5
"""How far below the first row headers are looked for; there are seldom more than a title and when it was made."""


def headers_below(mappings: Sequence[InputMapping], table: Table, schema: Schema | None) -> str | None:
    """What to do about the rows above those that look like the headers of a mapping, or of documents of a schema.

    It takes rows of the table, which is not read afterwards.
    """
    for row in islice(table.rows, _ROWS):
        for texts in _written(row):
            name = _owner(mappings, texts, schema)
            if name is not None:
                number = row.number if isinstance(row, Row | BrokenRow) else 0
                return f"row {number:,} looks like the headers of {name}; delete the rows above"
    return None


def _written(row: RowReading) -> Iterator[tuple[str, ...]]:
    """What the cells of a row may be. Of a broken row of a text only the text is known, so each delimiter is tried."""
    match row:
        case Row(values=values):
            yield tuple("" if value is None else str(value) for value in values)
        case BrokenRow(diagnostics=diagnostics) if diagnostics and diagnostics[0].span is not None:
            source = diagnostics[0].span.source
            if isinstance(source, SheetSource):
                yield tuple(source.texts)
                return
            for delimiter in DELIMITERS.values():
                # What cannot be told apart is no row of headers.
                with suppress(csv.Error):
                    yield tuple(field for fields in csv.reader([source.text], delimiter=delimiter) for field in fields)
        case _:
            pass


def _owner(mappings: Sequence[InputMapping], texts: Sequence[str], schema: Schema | None) -> str | None:
    """What reads a table of these headers."""
    there = {folded(text) for text in texts}
    if schema is not None and all(name in there for name in (*schema.root.required, ID)):
        return f"a table of documents of type `{schema.name}`"
    for mapping in mappings:
        columns, _ = find_columns(mapping.columns, texts)
        if mapping.is_table and any(all(name in columns for (name,) in each) for each in mapping.recognised_by):
            return f"`{mapping.name}`"
    return None
