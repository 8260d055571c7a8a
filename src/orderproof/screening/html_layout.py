"""Where the pieces of a page of HTML come to stand: in running text, or in the cells of its tables."""

import re
from collections.abc import Mapping

from orderproof.screening.gathered import Gathered
from orderproof.screening.plain import cells
from orderproof.screening.text import Line, Spot

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MOST_SPAN = 1000


class _Table:
    """A table that is being read: which columns of the next rows are taken by cells that reach down to them."""

    def __init__(self, frame: int) -> None:
        self.frame = frame
        self.row = 0
        self.left = 0
        self.right = 1
        self._taken: dict[int, int] = {}

    def begin_row(self) -> None:
        self.row += 1
        self.left = self.right = 0

    def begin_cell(self, attributes: Mapping[str, str]) -> None:
        left = self.right
        while self._taken.get(left, -1) >= self.row:
            left += 1
        self.left, self.right = left, left + _span(attributes.get("colspan", ""))
        down = _span(attributes.get("rowspan", "")) - 1
        if down:
            self._taken.update(dict.fromkeys(range(self.left, self.right), self.row + down))


class Layout:
    """The line that is being written, and where it stands; aside texts stand behind it, in its row."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._frame = gathered.frame()
        self._row = 0
        self._tables: list[_Table] = []
        self._pieces: list[tuple[str, str]] = []
        self._asides: list[tuple[str, str, str]] = []
        self._pictures: list[float] = []
        self._line = self._first = 1

    def at(self, line: int) -> None:
        """What follows stands in this line of the file."""
        self._line = line

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element of a table begins."""
        if tag == "table":
            self._tables.append(_Table(self._gathered.frame()))
        elif self._tables and tag == "tr":
            self._tables[-1].begin_row()
        elif self._tables and tag in ("td", "th"):
            self._tables[-1].begin_cell(attributes)

    def closed(self, tag: str) -> None:
        """An element of a table ends."""
        if tag == "table" and self._tables:
            self._tables.pop()

    def text(self, text: str, hidden: str) -> None:
        """Text in which blanks and ends of lines are one blank."""
        if not self._pieces:
            start = len(text) - len(text.lstrip(" \t\r\n\f"))
            self._first = self._line + text.count("\n", 0, start)
        self._pieces.append((text, hidden))

    def written(self, text: str, hidden: str) -> None:
        """Text whose blanks and lines are as they are written."""
        self.new_block()
        for number, line in enumerate(text.split("\n")):
            frame, row, *sides = self._place()
            for cell, *columns in cells(line):
                left, right = sides if self._tables else columns
                spot = Spot(line=self._line + number)
                self._gathered.line(Line(cell, spot, hidden, frame, row, left, right))

    def aside(self, text: str, part: str, hidden: str) -> None:
        """Text that is no part of the line, such as an attribute, a comment, a title."""
        for line in text.splitlines():
            if line.strip():
                self._asides.append((line.strip(), part, hidden))

    def picture(self, share: float) -> None:
        """A picture, in the line that is being written."""
        self._gathered.picture(Spot(line=self._line), share)

    def new_line(self) -> None:
        """The line ends here."""
        self._flush()

    def new_block(self) -> None:
        """The block ends here, and with it its line and what stands aside of it."""
        self._flush()
        asides, self._asides = self._asides, []
        for text, part, hidden in asides:
            frame, row, left, right = self._place()
            self._gathered.line(Line(text, Spot(part=part, line=self._line), hidden, frame, row, left, right))

    def _place(self) -> tuple[int, int, float, float]:
        if self._tables:
            table = self._tables[-1]
            return table.frame, table.row, float(table.left), float(table.right)
        self._row += 1
        return self._frame, self._row, 0.0, 1.0

    def _flush(self) -> None:
        """Write the line. What of it is hidden is a line of its own only where the seen text has none of it."""
        pieces, self._pieces = self._pieces, []
        whole = _joined(pieces)
        if not whole:
            return
        reasons = {hidden for text, hidden in pieces if text.strip()}
        frame, row, left, right = self._place()
        spot = Spot(line=self._first)
        if len(reasons) == 1:
            self._gathered.line(Line(whole, spot, reasons.pop(), frame, row, left, right))
            return
        # A person reads the line without what is hidden in it; a parser reads it with it.
        seen = _joined([piece for piece in pieces if not piece[1]])
        self._gathered.line(Line(seen, spot, "", frame, row, left, right))
        unseen = next(hidden for text, hidden in pieces if hidden and text.strip())
        self._gathered.line(Line(whole, spot, unseen, frame, row, left, right))


def _joined(pieces: list[tuple[str, str]]) -> str:
    return _BLANKS.sub(" ", "".join(text for text, _ in pieces)).strip()


def _span(text: str) -> int:
    return min(int(text), _MOST_SPAN) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) else 1
