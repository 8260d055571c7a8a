"""Tables whose headers are paths of the document type: a mapping made of the headers, so that there is one way to read."""

from collections.abc import Iterator

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity, did_you_mean
from orderproof.document import Notice, Provenance
from orderproof.mapping.columns import folded
from orderproof.mapping.compile import InputMapping, compile_mapping
from orderproof.mapping.model import ROWS, Entry, MappingFile
from orderproof.mapping.sources import Path
from orderproof.mapping.targets import leaves
from orderproof.ruleset.model import Text
from orderproof.schema import Kind, Leaf, Object, RecordList, ScalarList, Schema
from orderproof.source import Source, Span
from orderproof.table import Cell, Table
from orderproof.tree import Scalar

NAME = "columns-of-the-document-type"
"""The mapping's name in messages."""
SEPARATOR = ";"
"""What stands between the values of a list in one cell."""
ID = "id"
"""The column whose values are alike in all rows of one document."""
_MAX_NAMED = 10


def plain_headers(schema: Schema) -> dict[str, tuple[Path, Path]]:
    """The headers that a table may have, as ``folded``: each with the list that it stands in, and the path inside it."""
    known: dict[str, tuple[Path, Path]] = {}
    for path, _ in leaves(schema.root):
        found = _split(schema.root, path)
        if found is not None:
            known[folded(".".join(path))] = found
    return known


def _split(root: Object, path: Path) -> tuple[Path, Path] | None:
    """The list that a field of a record stands in, and the field's path there; None inside a list in a list."""
    owner: Object = root
    lists: list[Path] = []
    start = 0
    for number, name in enumerate(path):
        match owner.members[name]:
            case Object() as inner:
                owner = inner
            case RecordList(item=inner):
                lists.append(path[start : number + 1])
                owner, start = inner, number + 1
            case _:
                break
    if len(lists) > 1:
        return None
    return (lists[0] if lists else ()), path[start:]


def lacking(schema: Schema, headers: tuple[Cell, ...]) -> tuple[str, ...]:
    """The headers that a table needs to be read so and does not have."""
    there = {folded(str(header.value)) for header in headers}
    return tuple(name for name in sorted(schema.root.required | {ID}) if name not in there)


def plain_table(schema: Schema, table: Table) -> InputMapping | Diagnostic:
    """The mapping of a table whose headers are paths of the document type; it has those that it needs.

    What no column says is absent, as in any document of ours that does not say it.
    """
    known = plain_headers(schema)
    seen: dict[str, Cell] = {}
    columns: list[tuple[Text, tuple[Text, ...]]] = []
    entries: list[Entry] = []
    records: dict[Path, list[Entry]] = {}
    for header in table.headers:
        written = str(header.value)
        place = known.get(folded(written))
        if place is None:
            continue
        first = seen.setdefault(folded(written), header)
        if first is not header:
            message = f"two headers mean the same field: `{first.value}` and `{written}`"
            return Diagnostic("mapping.column-twice", message, header.span, help="take one of the two columns out")
        list_, path = place
        name = Text(".".join((*list_, *path)), header.span)
        columns.append((name, (Text(written, header.span),)))
        target = Text(".".join(path), header.span)
        entry = _entry(target, name, _field(schema.root, (*list_, *path)))
        (records.setdefault(list_, []) if list_ else entries).append(entry)
    for list_, fields in records.items():
        span = fields[0].target.span
        rows = (Text(ROWS, span),)
        entries.append(Entry(Text(".".join(list_), span), {}, sources=rows, fields=tuple(fields)))
    mapping = compile_mapping(_file(schema, table, columns, entries), schema)
    return replace(mapping, provenance=Provenance(NAME, "1"))


def _field(owner: Object, path: Path) -> Leaf | ScalarList:
    return next(field for each, field in leaves(owner) if each == path)


def _entry(target: Text, column: Text, field: Leaf | ScalarList) -> Entry:
    if isinstance(field, ScalarList):
        return Entry(target, {}, sources=(column,), separator=Text(SEPARATOR, column.span))
    if field.kind is not Kind.BOOLEAN:
        return Entry(target, {}, sources=(column,))
    truths = tuple((Text(word, column.span), Scalar(word == "true", column.span)) for word in ("true", "false"))
    return Entry(target, {}, sources=(column,), values=truths, ignore_case=True)


def _file(
    schema: Schema, table: Table, columns: list[tuple[Text, tuple[Text, ...]]], entries: list[Entry]
) -> MappingFile:
    span = table.headers[0].span if table.headers else Span(Source(table.path, ""), 0, 1)

    def text(value: str) -> Text:
        return Text(value, span)

    return MappingFile(
        name=text(NAME),
        version=text("1"),
        document=text(schema.name),
        source=text("table"),
        fields=tuple(entries),
        span=span,
        columns=tuple(columns),
        group_by=(text(ID),),
        absent=("",),
        keys={"fields": span},
        is_written=False,
    )


def unread_headers(schema: Schema, table: Table) -> Iterator[Notice]:
    """That a table has columns which are no paths of the document type, so that nothing reads them."""
    known = plain_headers(schema)
    unread = [header for header in table.headers if folded(str(header.value)) not in known]
    if not unread:
        return
    paths = [".".join((*list_, *path)) for list_, path in known.values()]
    for header in unread[:_MAX_NAMED]:
        written = str(header.value)
        message = f"the column `{written}` is no field of the document type, so nothing reads it"
        help_ = did_you_mean(written, paths)
        warning = Diagnostic("mapping.unread-column", message, header.span, help=help_, severity=Severity.WARNING)
        yield Notice(warning)
    if len(unread) > _MAX_NAMED:
        message = f"{len(unread) - _MAX_NAMED:,} more columns are no fields of the document type"
        span = unread[_MAX_NAMED].span
        yield Notice(Diagnostic("mapping.unread-column", message, span, severity=Severity.WARNING))
