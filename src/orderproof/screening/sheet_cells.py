"""The cells of one sheet as lines: texts as they are shown, and as they are stored where that is not the same."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.reading.xlsx.dates import written
from orderproof.reading.xlsx.number import decimal_of
from orderproof.reading.xlsx.package import unescaped
from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.ooxml import Attributes, attribute
from orderproof.screening.sheet_book import NO_LOOK, CellLook
from orderproof.screening.sheet_shown import constants_of, shown_number
from orderproof.screening.text import Line, Spot
from orderproof.source import column_letters

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_CODE = re.compile(r'&(?:"[^"]*"|[0-9]{1,3}|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[A-Z])')
_SECTION = re.compile("&[LCR]")
_SAID = {
    "dataValidation": ("data validation", ("promptTitle", "prompt", "errorTitle", "error")),
    "hyperlink": ("hyperlink", ("display", "tooltip", "location")),
    "inputCells": ("scenario", ("val",)),
    "scenario": ("scenario", ("name", "comment")),
}
_WRITTEN = {"formula1": "data validation", "formula2": "data validation", "formula": "conditional format"}


class Shared(Struct, frozen=True):
    """What the sheets of a workbook share."""

    texts: Sequence[str]
    used: bytearray
    """Of which of the texts a cell was met, a byte each."""
    looks: Sequence[CellLook]
    from_1904: bool


class CellReader:
    """What is told of the elements of a sheet becomes lines; ``end_all`` sets right which columns they cover."""

    def __init__(self, gathered: Gathered, budget: Budget, shared: Shared, name: str, hidden: str) -> None:
        self._gathered = gathered
        self._budget = budget
        self._shared = shared
        self._name = name
        self._hidden = hidden
        self._frame = gathered.frame()
        self._first = len(gathered.lines)
        self._row = self._column = 0
        self._row_hidden = ""
        self._hides_rows = False
        self._columns: list[tuple[int, int]] = []
        self._merged: dict[tuple[int, int], int] = {}
        self._cell: Attributes = {}
        self._value: list[str] = []
        self._formula: list[str] = []
        self._take: list[str] | None = None
        self._phonetic = 0
        self._aside: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v":
            self._take = self._value
        elif tag == "t":
            self._take = self._value if self._phonetic == 0 else None
        elif tag == "f":
            self._take = self._formula
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "col":
            if attributes.get("hidden") in ("1", "true"):
                self._columns.append((_integer(attributes.get("min")), _integer(attributes.get("max"))))
        elif tag == "sheetFormatPr":
            self._hides_rows = attributes.get("zeroHeight") in ("1", "true")
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag in _HEADERS or tag in _WRITTEN:
            self._aside.clear()
            self._take = self._aside
        said = _SAID.get(tag)
        if said is not None:
            where = attribute(attributes, "sqref") or attribute(attributes, "ref") or attribute(attributes, "r")
            for key in said[1]:
                self._say(attribute(attributes, key), said[0], where)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "rPh":
            self._phonetic = max(0, self._phonetic - 1)
        elif tag in _HEADERS:
            part = "header" if tag.endswith("Header") else "footer"
            for section in _SECTION.split("".join(self._aside)):
                for line in _CODE.sub("", section.replace("&&", "\0")).replace("\0", "&").split("\n"):
                    self._say(line, part)
        elif tag in _WRITTEN:
            text = "".join(self._aside)
            for line in constants_of(text):
                self._say(line, _WRITTEN[tag])
        if tag in ("v", "t", "f") or tag in _HEADERS or tag in _WRITTEN:
            self._take = None

    def text(self, data: str) -> None:
        if self._take is not None:
            self._take.append(data)

    def end_all(self) -> None:
        """Tell how far merged cells reach, which a sheet says behind its cells."""
        if self._merged:
            lines = self._gathered.lines
            for at in range(self._first, len(lines)):
                line = lines[at]
                right = self._merged.get((line.row, int(line.left)))
                if right is not None and line.frame == self._frame and line.spot.cell:
                    lines[at] = replace(line, right=float(right + 1))

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = _integer(attributes.get("r")) or self._row + 1
        self._column = 0
        is_hidden = attributes.get("hidden")
        is_flat = re.fullmatch(r"0+(?:\.0+)?", attributes.get("ht", "")) is not None
        hides = is_hidden in ("1", "true") or is_flat or (self._hides_rows and is_hidden is None)
        self._row_hidden = "hidden row" if hides else ""

    def _begin_cell(self, attributes: Attributes) -> None:
        self._budget.cells(1)
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column += 1
        if place is not None:
            self._column, self._row = _number(place.group(1)), int(place.group(2))
        self._cell = attributes
        self._value.clear()
        self._formula.clear()

    def _end_cell(self) -> None:
        if not self._value and not self._formula:
            return
        style = _integer(self._cell.get("s"))
        look = self._shared.looks[style] if style < len(self._shared.looks) else NO_LOOK
        texts = self._texts("".join(self._value), look)
        formula = "".join(self._formula)
        digits = re.sub(r"\W", "", "".join(texts))
        texts += [text for text in constants_of(formula) if re.sub(r"\W", "", text) not in digits]
        hidden = self._hidden or self._row_hidden or look.hidden
        if not hidden and any(first <= self._column <= last for first, last in self._columns):
            hidden = "hidden column"
        spot = Spot(cell=f"{self._name}!{column_letters(self._column)}{self._row}")
        left = float(self._column)
        for text in texts:
            for line in text.split("\n"):
                self._gathered.line(Line(line, spot, hidden, self._frame, self._row, left, left + 1))

    def _texts(self, value: str, look: CellLook) -> list[str]:
        kind = self._cell.get("t", "n")
        if kind == "s":
            at = _integer(value)
            if at >= len(self._shared.texts):
                return [value]
            self._shared.used[at] = 1
            return [self._shared.texts[at]]
        if kind in ("str", "inlineStr", "e", "b", "d"):
            return [unescaped(value)] if kind != "b" else []
        number = decimal_of(value.strip())
        if number is None:
            return [value]
        if look.shown is not None:
            date = written(number, look.shown, from_1904=self._shared.from_1904)
            if date is not None:
                return [date.replace("T", " ")]
        return shown_number(number, look.code)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if begin is not None and end is not None:
            self._merged[int(begin.group(2)), _number(begin.group(1))] = _number(end.group(1))

    def _say(self, text: str, part: str, where: str = "") -> None:
        """Tell what stands beside the cells, with the cell that it belongs to."""
        place = where.split(" ", maxsplit=1)[0].partition(":")[0]
        cell = f"{self._name}!{place}" if place else ""
        self._gathered.line(Line(unescaped(text), Spot(part=part, cell=cell), self._hidden, self._gathered.frame()))


def _integer(written_: str | None) -> int:
    return int(written_) if written_ and written_.isascii() and written_.isdecimal() and len(written_) < 9 else 0


def _number(letters: str) -> int:
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column
