"""A mapping at work on a table: one document of ours for the rows that belong together, or what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity, did_you_mean
from orderproof.document import Notice, Unreadable
from orderproof.facts.literal import shape
from orderproof.mapping.apply import Maker, Mapped, Named, unreadable
from orderproof.mapping.below import headers_below
from orderproof.mapping.columns import find_columns, folded
from orderproof.mapping.compile import InputMapping
from orderproof.mapping.groups import Group, Grouping
from orderproof.mapping.original import OriginalRows
from orderproof.mapping.plain_table import NAME
from orderproof.mapping.sources import Line
from orderproof.source import Span
from orderproof.table import Row, Table, Value

MAX_NAMED = 10
"""Columns that one message names."""


class _Layout(Struct, frozen=True):
    """Where the columns of a mapping stand in a table, and by which headers."""

    places: Mapping[str, int]
    headers: dict[str, str]
    by_header: Mapping[str, int]


def documents_of_table(maker: Maker, table: Table, index: int) -> Iterator[Mapped]:
    """The documents that a table holds, from ``index`` on, or why it holds none for this mapping."""
    mapping = maker.mapping
    layout = _layout(mapping, table)
    if isinstance(layout, Diagnostic):
        below = headers_below((mapping,), table, None)
        wrong = layout if below is None else replace(layout, help=below)
        yield Unreadable(table.path, index, table.sha256, (wrong,))
        leave(table)
        return
    if mapping.name != NAME:
        yield from _unread(mapping, table)
    yield from _not_there(mapping, table, layout)
    places = tuple(layout.places[name] for name in mapping.group_by)
    has_parts = bool(mapping.reads - mapping.shared)
    for group in Grouping(places, mapping.absent, has_parts=has_parts, first=index).groups(table.rows):
        if isinstance(group, Diagnostic):
            yield Notice(group)
            continue
        named = Named(table.path, index, table.sha256, group.line)
        yield from _document(maker, table, layout, named, group)
        index += 1


def leave(table: Table) -> None:
    """Let go of a table that is not read: what it reads from is closed behind rows that were begun."""
    next(table.rows, None)
    close = getattr(table.rows, "close", None)
    if close is not None:
        close()


def _layout(mapping: InputMapping, table: Table) -> _Layout | Diagnostic:
    texts = [str(header.value) for header in table.headers]
    found, twice = find_columns(mapping.columns, texts)
    if twice is not None:
        two = f"`{texts[twice.first]}` and `{texts[twice.second]}`"
        message = f"two headers mean the column `{twice.column.name}`: {two}"
        span, help_ = table.headers[twice.second].span, "take one of the two columns out"
        return Diagnostic("mapping.column-twice", message, span=span, help=help_)
    needed = {*mapping.group_by, *_needed(mapping, found)}
    missing = [column.header for column in mapping.columns if column.name in needed and column.name not in found]
    if missing:
        message = f"this table lacks what the mapping `{mapping.name}` needs: {_listed(missing)}"
        at = table.headers[0].span if table.headers else None
        help_ = "export the table with these columns, or choose another mapping with --mapping"
        return Diagnostic("mapping.missing-column", message, span=at, path=table.path, help=help_)
    headers = {name: texts[place] for name, place in found.items()}
    return _Layout(found, headers, {text: place for place, text in enumerate(texts)})


def _needed(mapping: InputMapping, found: Mapping[str, int]) -> Iterator[str]:
    """The columns of fields that every document must have and of which the table has none."""
    for _, sources in mapping.required:
        if sources and not any(source in found for source in sources):
            yield from sources


def _listed(headers: Sequence[str]) -> str:
    more = f" and {len(headers) - MAX_NAMED:,} more" if len(headers) > MAX_NAMED else ""
    return ", ".join(f"`{header}`" for header in headers[:MAX_NAMED]) + more


def _not_there(mapping: InputMapping, table: Table, layout: _Layout) -> Iterator[Notice]:
    """That columns are read which the table does not have: what they would say is absent in all its documents."""
    missing = [c.header for c in mapping.columns if c.name in mapping.reads and c.name not in layout.places]
    if missing:
        columns = "a column" if len(missing) == 1 else f"{len(missing):,} columns"
        message = f"this table lacks {columns} that the mapping reads: {_listed(missing)}"
        span = table.headers[0].span
        help_ = "what they would say is absent in all its documents; export it with them where that is not meant"
        yield Notice(Diagnostic("mapping.absent-column", message, span=span, help=help_, severity=Severity.WARNING))


def _unread(mapping: InputMapping, table: Table) -> Iterator[Notice]:
    """That a table has columns which the mapping neither reads nor leaves out on purpose, each once a run."""
    names = {folded(header): header for column in mapping.columns for header in column.headers}
    unread = [header for header in table.headers if folded(str(header.value)) not in names]
    code, of = "mapping.unread-column", f"the mapping `{mapping.name}`"
    for header in unread[:MAX_NAMED]:
        written = str(header.value)
        help_ = did_you_mean(written, names.values()) or "map it, or list it under `ignored` with the reason"
        message = f"{of} does not know the column `{written}`, so nothing reads it"
        warning = Diagnostic(code, message, header.span, help=help_, severity=Severity.WARNING)
        yield Notice(warning, (mapping.name, "column", folded(written)))
    if len(unread) > MAX_NAMED:
        message = f"{of} does not know {len(unread) - MAX_NAMED:,} more columns"
        span = unread[MAX_NAMED].span
        yield Notice(Diagnostic(code, message, span, severity=Severity.WARNING), (mapping.name, "columns"))


def _document(maker: Maker, table: Table, layout: _Layout, named: Named, group: Group) -> Iterator[Mapped]:
    wrong = list(group.broken)
    if group.apart is not None:
        index, begins = group.apart
        message = (
            f"the rows of one document stand too far apart: the one with index {index:,}, from row {begins:,} on, was"
            " judged without this row, and its verdict does not hold"
        )
        help_ = "sort the table by the columns that tell documents from each other"
        span = next(iter(group.rows.values())).span(0) if group.rows else group.broken[0].span
        wrong.append(Diagnostic("mapping.apart", message, span=span, help=help_))
    line = _line(maker.mapping, layout, group, wrong)
    if wrong:
        yield unreadable(named, *sorted(wrong, key=_order))
        return
    original = OriginalRows(table.headers, layout.by_header, group.rows)
    yield from maker.one(line, (line.row,), original, named)


def _order(diagnostic: Diagnostic) -> tuple[int, int]:
    position = None if diagnostic.span is None else diagnostic.span.position
    return (0, 0) if position is None else (position.line, position.column)


def _line(mapping: InputMapping, layout: _Layout, group: Group, wrong: list[Diagnostic]) -> Line:
    """What the rows of a document say together; columns that speak of the whole document must not contradict."""
    lines = [
        Line({name: row.values[place] for name, place in layout.places.items()}, number, layout.headers)
        for number, row in group.rows.items()
    ]
    if len(lines) == 1:
        return Line(lines[0].values, lines[0].row, layout.headers, lines=lines)
    values: dict[str, Value] = {}
    rows: dict[str, int] = {}
    for name in (name for name in layout.places if name in mapping.shared):
        for line in lines:
            value = line.values[name]
            if value is None or (isinstance(value, str) and value in mapping.absent):
                continue
            if name not in values:
                values[name] = value
                rows[name] = line.row
            elif not _same(values[name], value):
                place = layout.places[name]
                wrong.append(_unlike(layout.headers[name], place, group.rows[rows[name]], group.rows[line.row]))
                break
    return Line(values, lines[0].row if lines else 0, layout.headers, rows, lines)


def _same(one: Value, other: Value) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _unlike(header: str, place: int, first: Row, second: Row) -> Diagnostic:
    here, there = shape(second.values[place]), shape(first.values[place])
    message = f"`{header}`: {here} stands here, and {there} in {_where(first.span(place))} of the same document"
    help_ = "what belongs to a whole document is the same in all its rows"
    return Diagnostic("mapping.contradiction", message, span=second.span(place), help=help_)


def _where(span: Span) -> str:
    cell = span.source.cell(span.start)
    return f"line {span.position.line}" if cell is None else f"`{cell}`"
