"""From inputs to documents and tables: a stream, one at a time, in the order of the inputs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, TypeAlias

from msgspec import Struct

from orderproof.document import Line, Notice, Raw, Reading, Unreadable
from orderproof.reading.content import Content, FileContent, opened, standard_file
from orderproof.reading.formats import Format
from orderproof.reading.inputs import Found, Input
from orderproof.reading.lines import raw_lines, read_line
from orderproof.reading.sniff import sniffed
from orderproof.reading.unread import unreadable, wrong
from orderproof.reading.whole import MAX_FILE, read_whole, too_large
from orderproof.table import TableOptions

Wanted: TypeAlias = Mapping[str, frozenset[int] | None]
"""By the names of files and of archives' members the indexes of the documents that are asked for; None is all."""

_UNDECLARED = TableOptions()


def read_documents(
    inputs: Iterable[Found], standard_input: BinaryIO | None = None, options: TableOptions = _UNDECLARED
) -> Iterator[Reading]:
    """Every document and table of the inputs in turn, and what could not be read; nothing is left out in silence.

    A file is opened once and read into bounded bytes; one with a document or a row on each line is read line
    by line and never held. ``standard_input`` stands in for the process's own.
    """
    for found in inputs:
        if isinstance(found, Unreadable | Notice):
            yield found
        elif found.is_standard:
            yield from read_standard(found, standard_file(standard_input), options)
        else:
            yield from read_file(found, options)


def read_file(found: Input, options: TableOptions = _UNDECLARED, wanted: Wanted | None = None) -> Iterator[Reading]:
    """The documents or the table of a file; of members and lines only the wanted ones are looked at."""
    return _looked_at(read_file_raw(found, options, wanted), wanted)


def read_standard(
    found: Input, file: BinaryIO | None, options: TableOptions = _UNDECLARED, wanted: Wanted | None = None
) -> Iterator[Reading]:
    """The same of standard input, which is read from its beginning; without a format it is looked at."""
    return _looked_at(read_standard_raw(found, file, options, wanted), wanted)


def _looked_at(readings: Iterable[Raw], wanted: Wanted | None) -> Iterator[Reading]:
    """Lines become documents, those of the wanted indexes."""
    for reading in readings:
        if not isinstance(reading, Line):
            yield reading
            continue
        indexes = None if wanted is None else wanted.get(reading.path)
        if indexes is None or reading.index in indexes:
            yield read_line(reading)


def read_file_raw(found: Input, options: TableOptions = _UNDECLARED, wanted: Wanted | None = None) -> Iterator[Raw]:
    """The readings of a file in which no line was looked at, of all members or the wanted ones."""
    assert found.format is not None
    try:
        file = opened(found.name)
    except OSError as error:
        yield unreadable(found.name, error)
        return
    if isinstance(file, Unreadable):
        yield file
        return
    source = _Named(found.name, FileContent(file, packed=found.packed), options, wanted)
    yield from _read(source, found.format)


def read_standard_raw(
    found: Input, file: BinaryIO | None, options: TableOptions = _UNDECLARED, wanted: Wanted | None = None
) -> Iterator[Raw]:
    """The same of standard input."""
    if file is None:
        yield wrong("input.unreadable", found.name, "there is no standard input")
        return
    try:
        packed, known = sniffed(file, found.format)
    except OSError as error:
        yield unreadable(found.name, error)
        return
    content = FileContent(file, packed=packed, stays_open=True)
    yield from _read(_Named(found.name, content, options, wanted), known)


class _Named(Struct, frozen=True):
    """An input's bytes with its name, and what is known of it."""

    name: str
    content: Content
    options: TableOptions
    wanted: Wanted | None


def _read(source: _Named, format: Format) -> Iterator[Raw]:
    """The readings of bytes in a format; they are closed behind the last, by a table behind its last row."""
    if format in (Format.CSV, Format.TSV):
        from orderproof.reading.csv_table import read_csv  # late: only for tables

        yield from read_csv(source.name, source.content, format, source.options)
        return
    try:
        match format:
            case Format.NDJSON:
                wanted = None if source.wanted is None else source.wanted.get(source.name)
                yield from raw_lines(source.name, source.content.stream(), wanted=wanted)
            case Format.ZIP:
                yield from _archive(source)
            case _:
                yield from _whole(source, format)
    finally:
        source.content.close()


def _whole(source: _Named, format: Format) -> Iterator[Reading]:
    try:
        content = source.content.stream().read(MAX_FILE + 1)
        sha256 = source.content.sha256() if source.content.packed and len(content) <= MAX_FILE else None
    except OSError as error:
        yield unreadable(source.name, error)
        return
    if format is not Format.XLSX:
        yield from read_whole(source.name, content, format, sha256)
    elif len(content) > MAX_FILE:
        yield too_large(source.name, "the workbook", "save the sheet as a .csv file, which has no such limit")
    else:
        from orderproof.reading.xlsx.table import read_xlsx  # late: only for workbooks

        yield from read_xlsx(source.name, content, source.options.sheet)


def _archive(source: _Named) -> Iterator[Raw]:
    """The readings of an archive's members, by name; one that is broken costs only itself."""
    from orderproof.reading.archive import document_members  # late: only for archives

    assert isinstance(source.content, FileContent)
    for member in document_members(source.name, source.content):
        if isinstance(member, Unreadable | Notice):
            yield member
        elif source.wanted is None or member.name in source.wanted:
            named = _Named(member.name, member.content, source.options, source.wanted)
            yield from _read(named, member.format)
        else:
            member.content.close()
