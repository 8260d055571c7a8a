"""What lies over the cells of a sheet: comments, text boxes and pictures."""

import re

from orderproof.reading.xlsx.package import unescaped
from orderproof.screening.gathered import Gathered
from orderproof.screening.ooxml import Attributes, attribute
from orderproof.screening.text import Line, Spot
from orderproof.source import column_letters

_COLUMN, _ROW = 48.0, 15.0
"""Points that a column and a row measure where nothing else is said."""
_PAGE = 600.0 * 800.0
_ENTRIES = frozenset({"comment", "threadedComment"})
_TEXTS = frozenset({"a:t", "v:textbox"})
_BOXES = frozenset({"a:p", "div", "v:textbox"})
_ANCHORS = frozenset({"xdr:twoCellAnchor", "xdr:oneCellAnchor", "xdr:absoluteAnchor"})
_PLACES = frozenset({"xdr:col", "xdr:row"})
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

    def __init__(self, gathered: Gathered, sheet: str, hidden: str) -> None:
        self.pictures: list[tuple[str, Spot, float]] = []
        self._gathered = gathered
        self._sheet = sheet
        self._hidden = hidden
        self._frame = gathered.frame()
        self._row = self._open = 0
        self._texts: list[str] = []
        self._places: list[int] = []
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
            self._area = _integer(attributes.get("cx")) * _integer(attributes.get("cy")) / 12700**2
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
            self._places.append(_integer("".join(self._number).strip()))
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
        if self._area or len(self._places) < 4:
            return self._area
        left, top, right, bottom = self._places[:4]
        return max(0, right - left + 1) * _COLUMN * max(0, bottom - top + 1) * _ROW

    def _spot(self, part: str) -> Spot:
        place = f"{column_letters(min(self._places[0], 16_383) + 1)}{self._places[1] + 1}" if self._places[1:] else ""
        return Spot(part=part, cell=f"{self._sheet}!{place}" if place else "")

    def _tell(self, text: str, part: str) -> None:
        for line in text.splitlines():
            self._row += 1
            self._gathered.line(Line(line.strip(), self._spot(part), self._hidden, self._frame, self._row))


def _integer(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 10 else 0
