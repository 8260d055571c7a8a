"""Records of a CSV text: fields with a mark between them, in quotes where the mark or a line end belongs to one."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.reading.csv_lines import Line
from orderproof.reading.lines import MAX_LINE
from orderproof.source import Source, Span

Bounds = tuple[tuple[int, int], ...]


class Record(Struct, frozen=True):
    """A record: its text without the line end, the number of its first line, and its fields.

    ``quoted`` are the places of the fields where one of them has quotes, which a plain record does not need.
    """

    number: int
    text: str
    fields: list[str]
    quoted: Bounds | None

    @property
    def bounds(self) -> Bounds:
        """Where each field starts and ends in the text, with its quotes."""
        if self.quoted is not None:
            return self.quoted
        starts = [0, *accumulate(len(field) + 1 for field in self.fields)]
        return tuple((start, start + len(field)) for start, field in zip(starts, self.fields, strict=False))


class Stop(Struct, frozen=True):
    """Why neither a record nor those behind it can be told."""

    number: int
    diagnostic: Diagnostic


def csv_records(name: str, lines: Iterable[Line], delimiter: str) -> Iterator[Record | Stop]:
    """The records of lines, without empty lines; a wrong quote ends them, as nobody knows what it was to hold."""
    counted = enumerate(lines, start=1)
    for number, line in counted:
        if isinstance(line, Diagnostic):
            yield Stop(number, line)
            return
        text = _without_end(line)
        if '"' not in text and "\r" not in text:
            if text:
                yield Record(number, text, text.split(delimiter), None)
            continue
        found = _Quoted(name, number, delimiter).record(line, (following for _, following in counted))
        yield found
        if isinstance(found, Stop):
            return


class _Wrong(Exception):  # noqa: N818
    """A mistake at an offset of a record."""

    def __init__(self, at: int, code: str, message: str, help: str) -> None:
        self.at = at
        self.code = code
        self.message = message
        self.help = help
        super().__init__(message)


class _Quoted:
    """A record with quotes, which may go on over several lines."""

    def __init__(self, name: str, number: int, delimiter: str) -> None:
        self._name = name
        self._number = number
        self._delimiter = delimiter
        self._fields: list[str] = []
        self._bounds: list[tuple[int, int]] = []
        self._parts: list[str] = []
        self._base = 0

    def record(self, line: str, following: Iterator[Line]) -> Record | Stop:
        chunk = line
        try:
            while (opened := self._scan(_without_end(chunk))) is not None:
                # What is behind the opening quote is looked at again with the lines that belong to it.
                self._parts.append(chunk[:opened])
                self._base += opened
                chunk = chunk[opened:]
                chunk = self._to_closing_quote(chunk, following)
        except _Wrong as wrong:
            source = Source(self._name, "".join(self._parts) + _without_end(chunk), self._number)
            start = self._base + wrong.at
            span = Span(source, start, start + 1)
            return Stop(self._number, Diagnostic(wrong.code, wrong.message, span=span, help=wrong.help))
        text = "".join(self._parts) + _without_end(chunk)
        return Record(self._number, text, self._fields, tuple(self._bounds))

    def _to_closing_quote(self, chunk: str, following: Iterator[Line]) -> str:
        """A field that is open, with the lines up to the one that closes it."""
        lines = [chunk]
        size = self._base + len(chunk)
        for line in following:
            if isinstance(line, Diagnostic):
                raise _Wrong(0, line.code, f"in the field that this quote opens: {line.message}", line.help or "")
            lines.append(line)
            size += len(line)
            # A quote inside a field is written twice, and no such pair stands on two lines.
            if '"' in line.replace('""', ""):
                return "".join(lines)
            if size > MAX_LINE:
                break
        reach = "to the end of the text" if size <= MAX_LINE else f"for more than {MAX_LINE >> 20} MiB"
        message = f"no quote closes the field that this one opens, {reach}"
        help_ = 'close the field with `"`; a quote inside a field is written twice, `""`'
        raise _Wrong(0, "table.quote", message, help_)

    def _scan(self, text: str) -> int | None:
        """Take the fields of a text; where one is open at its end, its offset."""
        delimiter = self._delimiter
        at = 0
        while True:
            if text.startswith('"', at):
                end = _closing(text, at)
                if end is None:
                    return at
                if end < len(text) and text[end] != delimiter:
                    raise _stray(text, at, end, delimiter)
                field = text[at + 1 : end - 1].replace('""', '"')
            else:
                end = text.find(delimiter, at)
                end = len(text) if end < 0 else end
                field = text[at:end]
                _check_plain(field, at)
            self._fields.append(field)
            self._bounds.append((self._base + at, self._base + end))
            if end == len(text):
                return None
            at = end + 1


def _stray(text: str, at: int, end: int, delimiter: str) -> _Wrong:
    """What stands behind a closing quote; where that is on another line than the opening one, this is the wrong one."""
    help_ = 'a quote inside a field is written twice, `""`'
    lines = text.count("\n", at, end)
    if lines:
        below = "1 line" if lines == 1 else f"{lines:,} lines"
        message = f"the field that this quote opens is closed {below} below, in front of `{text[end]}`"
        return _Wrong(at, "table.quote", message, f"close it where it ends; {help_}")
    message = f"expected `{_shown(delimiter)}` or the line's end behind the quote, found `{text[end]}`"
    return _Wrong(end, "table.quote", message, help_)


def _closing(text: str, at: int) -> int | None:
    """The offset behind the quote that closes the field which opens here; a pair of quotes is one in the field."""
    at += 1
    while True:
        at = text.find('"', at)
        if at < 0:
            return None
        if not text.startswith('""', at):
            return at + 1
        at += 2


def _check_plain(field: str, at: int) -> None:
    """A field without quotes around it may hold quotes, but none that only blanks keep from opening it."""
    bare = field.lstrip(" \t")
    if bare.startswith('"'):
        message = "a blank stands before the quote that seems to open this field"
        raise _Wrong(at, "table.quote", message, "take the blank out, then the quotes enclose the field")
    if "\r" in field:
        message = "a carriage return stands here without a line feed"
        help_ = "save the file with line ends that are line feeds, or with both"
        raise _Wrong(at + field.index("\r"), "table.line-end", message, help_)


def _without_end(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _shown(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter
