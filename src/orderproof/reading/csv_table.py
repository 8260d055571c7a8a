"""A CSV text as a table: strict, and never held."""

import hashlib
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.document import Reading, Unreadable
from orderproof.reading.content import Content
from orderproof.reading.csv_lines import csv_lines
from orderproof.reading.csv_records import Record, Stop, csv_records
from orderproof.reading.decode import claims_utf_8
from orderproof.reading.formats import Format
from orderproof.reading.json_tree import FORBIDDEN, MAX_TEXT
from orderproof.reading.table import (
    DELIMITERS,
    TOTAL_HELP,
    BrokenRow,
    Cell,
    Row,
    RowReading,
    Table,
    TableOptions,
    codec_of,
    headers_of,
    help_with_encoding,
    is_total,
    no_row,
)
from orderproof.reading.unread import unreadable
from orderproof.reading.whole import no_document
from orderproof.source import Source, Span

_DECLARATION = re.compile(r"sep=([^\r\n])\Z", re.IGNORECASE)
"""A first line by which spreadsheets say what stands between fields."""
_HIGH_CONTROL = re.compile("[\x7f-\x9f]")


def read_csv(name: str, content: Content, format: Format, options: TableOptions) -> Iterator[Reading]:
    """The one table that a text is, whose rows are read when they are asked for, or why it is none.

    ``content`` is closed behind the last row.
    """
    table = _table(name, content, format, options)
    if isinstance(table, Unreadable):
        content.close()
    yield table


def _table(name: str, content: Content, format: Format, options: TableOptions) -> Table | Unreadable:
    codec = None if options.encoding is None else codec_of(options.encoding)
    if options.encoding is not None and codec is None:
        message = f"there is no encoding `{options.encoding}` that is read"
        help_ = help_with_encoding(options.encoding)
        return Unreadable(name, 0, None, (Diagnostic("table.encoding", message, path=name, help=help_),))
    digest = hashlib.sha256()
    try:
        sha256 = content.sha256()
        if codec not in {None, "utf-8"} and claims_utf_8(content.stream()):
            return Unreadable(name, 0, sha256, (_utf_8_after_all(name, codec),))
        stream = content.stream(digest.update)
    except OSError as error:
        return unreadable(name, error)
    lines = csv_lines(name, stream, codec)
    first = next(lines, None)
    if first is None:
        return Unreadable(name, 0, sha256, (no_document(name),))
    delimiter = options.delimiter or ("\t" if format is Format.TSV else ",")
    declared = None if isinstance(first, Diagnostic) else _DECLARATION.match(first.rstrip("\r\n"))
    if declared is not None:
        wrong = _declared_delimiter(name, declared.group(1), options.delimiter)
        if wrong is not None:
            return Unreadable(name, 0, sha256, (wrong,))
        delimiter = declared.group(1)
    records = csv_records(name, chain(["\n" if declared else first], lines), delimiter)
    headers = _headers(name, records, delimiter, asks=options.delimiter is None and declared is None)
    if isinstance(headers, Diagnostic):
        return Unreadable(name, 0, sha256, (headers,))
    rows = _Rows(name, headers[0], headers[1], codec is not None and not codec.startswith("utf"))
    return Table(name, None, sha256, headers[0], _read_rows(rows, records, content, digest, sha256))


def _utf_8_after_all(name: str, codec: str | None) -> Diagnostic:
    """That another encoding is declared for a text in UTF-8, of which it would make other characters without a word."""
    help_ = "leave --encoding out for this file; where a mapping declares it, say --encoding utf-8"
    return Diagnostic("document.encoding", f"the bytes are UTF-8, not {codec}", path=name, help=help_)


def _declared_delimiter(name: str, declared: str, option: str | None) -> Diagnostic | None:
    """What is wrong with a delimiter that the text itself declares."""
    source = Source(name, f"sep={declared}")
    span = Span(source, 4, 5)
    if declared not in DELIMITERS.values():
        message = f"`{declared}` cannot stand between fields; expected one of {', '.join(DELIMITERS)}"
        return Diagnostic("table.delimiter", message, span=span)
    if option is not None and option != declared:
        message = f"the text says that `{_named(declared)}` stands between fields, the option says `{_named(option)}`"
        return Diagnostic("table.delimiter", message, span=span, help="leave --delimiter out, or take this line out")
    return None


def _named(delimiter: str) -> str:
    return next(name for name, value in DELIMITERS.items() if value == delimiter)


def _headers(
    name: str, records: Iterator[Record | Stop], delimiter: str, *, asks: bool
) -> tuple[tuple[Cell, ...], int] | Diagnostic:
    """The headers, and how many columns without one stand behind them."""
    record = next(records, None)
    if record is None:
        return no_document(name)
    if isinstance(record, Stop):
        return record.diagnostic
    source = Source(name, record.text, record.number)
    spans = _spans(source, record)
    bad = FORBIDDEN.search(record.text)
    if bad is not None:
        return _character(bad, Span(source, bad.start(), bad.end()))
    if asks and len(record.fields) == 1:
        other = next((d for d in (";", "\t", "|", ",") if d != delimiter and d in record.text), None)
        if other is not None:
            message = (
                f"the first line is one header with `{_named(delimiter)}` between fields, but holds `{_named(other)}`"
            )
            at = record.text.index(other)
            option = _named(other) if other == "\t" else f"'{other}'"
            help_ = f"say with --delimiter {option} that this stands between fields"
            return Diagnostic("table.delimiter", message, span=Span(source, at, at + 1), help=help_)
    headers = headers_of([Cell(field, span) for field, span in zip(record.fields, spans, strict=True)])
    if isinstance(headers, Diagnostic):
        return headers
    if not headers:
        message = "the first line holds no header"
        return Diagnostic("table.header", message, span=spans[0], help="the first line names the columns")
    return headers, len(record.fields) - len(headers)


def _spans(source: Source, record: Record) -> tuple[Span, ...]:
    return tuple(Span(source, start, end) for start, end in record.bounds)


def _character(bad: "re.Match[str]", span: Span) -> Diagnostic:
    message = f"this field holds the character U+{ord(bad.group()):04X}, which no document may hold"
    return Diagnostic("document.character", message, span=span, help="take this character out")


class _Rows(Struct, frozen=True):
    """What records become rows by."""

    name: str
    headers: tuple[Cell, ...]
    unnamed: int
    refuses_high: bool
    """Whether the controls above ASCII are signs of a wrong encoding."""

    def row(self, record: Record) -> Row | BrokenRow | None:
        """The row that a record is; None where it is nothing but delimiters."""
        fields = record.fields
        width = len(self.headers)
        if not any(fields):
            return None
        if len(fields) != width + self.unnamed:
            return self.ragged(record)
        clean = FORBIDDEN.search(record.text) is None and len(record.text) <= MAX_TEXT
        if not clean or any(fields[width:]) or (self.refuses_high and _HIGH_CONTROL.search(record.text)):
            return self.broken(record)
        return Row(record.number, tuple(fields[:width]), partial(self.places, record))

    def places(self, record: Record) -> tuple[Span, ...]:
        return _spans(Source(self.name, record.text, record.number), record)[: len(self.headers)]

    def ragged(self, record: Record) -> BrokenRow:
        """A row of another length: which field belongs to which header is not known."""
        source = Source(self.name, record.text, record.number)
        width = len(self.headers) + self.unnamed
        count = len(record.fields)
        fields = "1 field" if count == 1 else f"{count:,} fields"
        message = f"this row has {fields}, but there are {width:,} columns"
        help_ = (
            'a field that holds the delimiter stands in quotes, `"`'
            if count > width
            else "a field without a value is empty, its delimiter stays"
        )
        if is_total(next(filter(None, record.fields), None)):
            help_ = TOTAL_HELP
        start, end = record.bounds[min(count - 1, width)]
        diagnostic = Diagnostic("table.row-length", message, span=Span(source, start, end), help=help_)
        return BrokenRow(record.number, (diagnostic,))

    def broken(self, record: Record) -> Row | BrokenRow:
        """A row of the right length with fields that cannot be read; the others are known."""
        source = Source(self.name, record.text, record.number)
        known: dict[int, Cell] = {}
        wrong: list[Diagnostic] = []
        for column, (field, span) in enumerate(zip(record.fields, _spans(source, record), strict=True)):
            found = self.fault(field, span, column)
            if found is not None:
                wrong.append(found)
            elif column < len(self.headers):
                known[column] = Cell(field, span)
        if wrong:
            return BrokenRow(record.number, tuple(wrong), known)
        return Row(record.number, tuple(record.fields[: len(self.headers)]), partial(self.places, record))

    def fault(self, field: str, span: Span, column: int) -> Diagnostic | None:
        if column >= len(self.headers):
            help_ = "give the column a header, or take the value out"
            message = "a value stands in a column without a header"
            return Diagnostic("table.no-header", message, span=span, help=help_) if field else None
        if len(field) > MAX_TEXT:
            message = f"a field has at most {MAX_TEXT:,} characters, this one has {len(field):,}"
            return Diagnostic("document.too-large", message, span=span)
        bad = FORBIDDEN.search(field)
        if bad is not None:
            return _character(bad, span)
        high = _HIGH_CONTROL.search(field) if self.refuses_high else None
        if high is not None:
            message = f"this field holds the control character U+{ord(high.group()):04X}, as a wrong encoding gives it"
            help_ = "declare the encoding that the text has; Windows writes cp1252 where others write latin-1"
            return Diagnostic("document.character", message, span=span, help=help_)
        return None


def _read_rows(
    rows: _Rows, records: Iterator[Record | Stop], content: Content, digest: "hashlib._Hash", sha256: str
) -> Iterator[RowReading]:
    """The rows of records in turn; what ends them before their end is told last."""
    found = False
    number = rows.headers[-1].span.position.line
    try:
        for record in records:
            number = record.number
            if isinstance(record, Stop):
                yield BrokenRow(number, (record.diagnostic, _rest(rows.name)), last=True)
                return
            row = rows.row(record)
            if row is not None:
                found = True
                yield row
        if digest.hexdigest() != sha256:
            message = "this input changed while it was read"
            changed = Diagnostic("input.changed", message, path=rows.name, help="run it again when nobody writes it")
            yield BrokenRow(number, (changed,), last=True)
        elif not found:
            yield no_row(rows.name, rows.headers)
    finally:
        content.close()


def _rest(name: str) -> Diagnostic:
    message = "the rest of this table was not read, from the mistake on"
    return Diagnostic("document.rest", message, path=name, help="mend the mistake and run it again")
