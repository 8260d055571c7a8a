"""Texts that we read, and places in them."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, TypeAlias

from msgspec import Struct

Offsets: TypeAlias = tuple[int, ...] | range
"""Where each character of a value stands in a text, and its end: one after the other, unless they are written otherwise."""


class Source:
    r"""A text under the name that its reader knows it by; it turns offsets into lines and columns.

    Offsets count code points from 0; lines and columns count from 1, columns in code points.
    Lines end at ``\n`` only; a ``\r`` before it does not belong to the line. ``first_line`` is the
    number of the text's first line where it is a part of a file.
    """

    __slots__ = ("_starts", "first_line", "name", "text")

    def __init__(self, name: str, text: str, first_line: int = 1) -> None:
        self.name = name
        self.text = text
        self.first_line = first_line
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> "Position":
        """Line and column of an offset; an offset past the end is the end."""
        offset = max(0, min(offset, len(self.text)))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return Position(line + self.first_line - 1, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (from ``first_line``), without its line end."""
        starts = self._line_starts()
        number -= self.first_line - 1
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].removesuffix("\r")

    @property
    def is_line(self) -> bool:
        """Whether the text is one line, as ``line`` gives it."""
        return len(self._line_starts()) == 1 and not self.text.endswith("\r")

    def before(self, offset: int) -> int:
        """How many characters stand before an offset in its line, as ``line`` gives it."""
        return self.position(offset).column - 1

    def cell(self, offset: int) -> str | None:  # noqa: ARG002  # a row of a sheet needs it
        """The cell of a sheet in which an offset is, such as ``Sheet1!B7``; None where the text is no row of a sheet."""
        return None


class SheetSource(Source):
    """A row of a sheet as a text: its cells one after the other, with a mark between them.

    Its positions are those of a sheet: the number of the row, and the number of the column from 1.
    ``columns`` are the numbers of the sheet's columns, from 1, that stand in the row.
    """

    __slots__ = ("_cells", "columns", "sheet", "texts")

    MARK = " | "

    def __init__(self, name: str, sheet: str, row: int, columns: Sequence[int], texts: Sequence[str]) -> None:
        super().__init__(name, self.MARK.join(texts), row)
        self.sheet = sheet
        self.texts = texts
        self.columns = columns
        ends = accumulate(len(text) + len(self.MARK) for text in texts)
        self._cells = [0, *ends][: len(texts)]

    def position(self, offset: int) -> "Position":
        return Position(self.first_line, self.columns[self._index(offset)])

    def line(self, number: int) -> str:  # noqa: ARG002  # a row is one line, also where a cell holds several
        return self.text

    def before(self, offset: int) -> int:
        return max(0, min(offset, len(self.text)))

    def cell(self, offset: int) -> str:
        return f"{self.sheet}!{column_letters(self.columns[self._index(offset)])}{self.first_line}"

    def spans(self) -> "tuple[Span, ...]":
        """The places of the cells, in the order of the columns."""
        ends = [start - len(self.MARK) for start in self._cells[1:]]
        return tuple(Span(self, *place) for place in zip(self._cells, [*ends, len(self.text)], strict=True))

    def _index(self, offset: int) -> int:
        return max(0, bisect_right(self._cells, offset) - 1)


def column_letters(number: int) -> str:
    """The letters of a sheet's column: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


class Position(Struct, frozen=True):
    """A place for people: line and column, both from 1; in a sheet row and column."""

    line: int
    column: int


class Span(Struct, frozen=True):
    """The part of a source from ``start`` up to but not including ``end``."""

    source: Source
    start: int
    end: int

    @property
    def position(self) -> Position:
        return self.source.position(self.start)

    def on_its_line(self) -> "Span":
        """The same place in a source of its first line alone, which keeps the rest of a text from living on."""
        source = self.source
        if isinstance(source, SheetSource) or (source.is_line and self.start < self.end <= len(source.text)):
            return self
        position = source.position(self.start)
        line = source.line(position.line)
        start = position.column - 1
        end = max(start + 1, min(start + self.end - self.start, len(line)))
        return Span(Source(source.name, line, position.line), start, end)


def packed_source(source: Source) -> list[object]:
    """A source as plain data, which ``unpacked_source`` makes it of again."""
    if isinstance(source, SheetSource):
        return [source.name, source.first_line, source.sheet, list(source.columns), list(source.texts)]
    return [source.name, source.first_line, source.text]


def unpacked_source(packed: Any) -> Source:
    """The source that was packed."""
    match packed:
        case [str(name), int(line), str(text)]:
            return Source(name, text, line)
        case [str(name), int(line), str(sheet), list(columns), list(texts)]:
            return SheetSource(name, sheet, line, columns, texts)
    raise ValueError("no source")
