"""What lies over the cells of a sheet: comments, text boxes and pictures."""

import re

from orderproof.reading.xlsx.package import unescaped
from orderproof.screening.gathered import Gathered
from orderproof.screening.ooxml import Attributes, attribute
from orderproof.screening.sheet_sizes import Sizes
from orderproof.screening.text import Line, Spot
from orderproof.source import column_letters

_PAGE = 600.0 * 800.0
_ENTRIES = frozenset({"comment", "threadedComment"})
_TEXTS = frozenset({"a:t", "v:textbox"})
_BOXES = frozenset({"a:p", "div", "v:textbox"})
_ANCHORS = frozenset({"xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor"})
_PLACES = frozenset({"xdr:col", "xdr:colOff", "xdr:row", "xdr:rowOff"})
_UNITS = 12_700
"""Of a point, in which drawings are measured."""
_SIZE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*([0-9]{1,5}(?:\.[0-9]{1,6})?)pt")


class CommentReader:
    """What is told of a part of comments becomes lines, each comment a frame."""

    def __init__(self, gathered: Gathered, sheet: str, hidden: str) -> None:
        self._gathered = gathered
        self._sheet = sheet
        self._hidden = hidden
        self._spot = Spot(part="comment")
        self._texts: list[str] = []
        self._is_open = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _ENTRIES:
            self._spot = Spot(part="comment", cell=f"{self._sheet}!{attributes.get('ref', '')}")
            self._texts.clear()
        elif tag in ("t", "text"):
            self._is_open = True

    def end(self, tag: str) -> None:
        if tag in ("t", "text"):
            self._is_open = False
        elif tag in _ENTRIES:
            frame = self._gathered.frame()
            for row, text in enumerate(unescaped("".join(self._texts)).splitlines(), start=1):
                self._gathered.line(Line(text, self._spot, self._hidden, frame, row))

    def text(self, data: str) -> None:
        if self._is_open:
            self._texts.append(data)


class DrawingReader:
    """What is told of a drawing becomes lines; ``pictures`` are the ids of relations with places and shares."""

    def __init__(self, gathered: Gathered, sheet: str, hidden: str, sizes: Sizes) -> None:
        self.pictures: list[tuple[str, Spot, float]] = []
        self._gathered = gathered
        self._sheet = sheet
        self._hidden = hidden
        self._frame = gathered.frame()
        self._row = self._open = 0
        self._texts: list[str] = []
        self._sizes = sizes
        self._places: dict[str, list[int]] = {}
        self._area = 0.0
        self._number: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _ANCHORS:
            self._places.clear()
            self._area = 0.0
            self._frame = self._gathered.frame()
        elif tag in _TEXTS:
            self._open += 1
        elif tag in _PLACES:
            self._number = []
        elif tag == "xdr:ext":
            self._area = _integer(attributes.get("cx")) * _integer(attributes.get("cy")) / _UNITS**2
        elif tag == "v:shape":
            sizes = [float(size) for size in _SIZE.findall(attributes.get("style", ""))]
            self._area = sizes[0] * sizes[1] if len(sizes) == 2 else 0.0
        elif tag in ("a:blip", "v:imagedata"):
            relation = attribute(attributes, "embed") or attribute(attributes, "relid") or attribute(attributes, "id")
            self.pictures.append((relation, self._spot("picture"), min(1.0, self._covered() / _PAGE)))
        for name in ("descr", "title", "alt", "string"):
            if text := attributes.get(name, ""):
                self._tell(text, "alternative text")

    def end(self, tag: str) -> None:
        if tag in _PLACES and self._number is not None:
            self._places.setdefault(tag, []).append(_integer("".join(self._number).strip()))
            self._number = None
        elif tag in _BOXES:
            self._tell("".join(self._texts), "text box")
            self._texts.clear()
        if tag in _TEXTS:
            self._open = max(0, self._open - 1)

    def text(self, data: str) -> None:
        if self._number is not None:
            self._number.append(data)
        elif self._open:
            self._texts.append(data)

    def _covered(self) -> float:
        """The area in square points, by the cells that the drawing reaches over where it says no size."""
        (left, right), (top, bottom) = self._ends("xdr:col"), self._ends("xdr:row")
        if self._area or right is None or bottom is None or left is None or top is None:
            return self._area
        (before, after), (above, below) = self._ends("xdr:colOff"), self._ends("xdr:rowOff")
        width = self._sizes.width(left, right) + ((after or 0) - (before or 0)) / _UNITS
        height = self._sizes.height(top, bottom) + ((below or 0) - (above or 0)) / _UNITS
        return max(0.0, width) * max(0.0, height)

    def _ends(self, name: str) -> tuple[int | None, int | None]:
        """What the two ends of an anchor say, as far as they do."""
        told: list[int | None] = [*self._places.get(name, []), None, None]
        return told[0], told[1]

    def _spot(self, part: str) -> Spot:
        column, row = self._ends("xdr:col")[0], self._ends("xdr:row")[0]
        is_placed = column is not None and row is not None
        place = f"{column_letters(min(column or 0, 16_383) + 1)}{(row or 0) + 1}" if is_placed else ""
        return Spot(part=part, cell=f"{self._sheet}!{place}" if place else "")

    def _tell(self, text: str, part: str) -> None:
        for line in text.splitlines():
            self._row += 1
            self._gathered.line(Line(line.strip(), self._spot(part), self._hidden, self._frame, self._row))


def _integer(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 10 else 0
