"""Texts that we read, and places in them."""

from bisect import bisect_right

from msgspec import Struct


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


class Position(Struct, frozen=True):
    """A place for people: line and column, both from 1."""

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
        position = self.source.position(self.start)
        line = self.source.line(position.line)
        start = position.column - 1
        end = max(start + 1, min(start + self.end - self.start, len(line)))
        return Span(Source(self.source.name, line, position.line), start, end)
