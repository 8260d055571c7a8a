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
from orderproof.screening.sheet_formula import is_constant, joined_text, makes_text
from orderproof.screening.sheet_shown import constants_of, literal_of, shown_number, shown_text
from orderproof.screening.sheet_sizes import SIZED, Sizes
from orderproof.screening.text import Line, Spot
from orderproof.source import column_letters

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_CODE = re.compile(r'&(?:"[^"]*"|[0-9]{1,3}|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[A-Z])')
_SECTION = re.compile("&[LCR]")
_PICTURE = re.compile(r"\bIMAGE\s*\(", re.IGNORECASE)
REPLACES = "a format shows other digits than a cell holds, under a condition that is not judged"
_MOST_MADE = 20_000
_LEAST = 6
"""Digits of a number, as short as an account is."""
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
        self.sizes = Sizes()
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
        self._in_cell = self._in_cells = self._is_stored = False
        self._made: list[tuple[int, Line, str, bool]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in SIZED:
            self.sizes.start(tag, attributes)
        if tag == "c":
            self._begin_cell(attributes)
        elif self._in_cell and tag == "v":
            self._take, self._is_stored = self._value, True
        elif self._in_cell and tag == "t":
            self._take = self._value if self._phonetic == 0 else None
        elif self._in_cell and tag == "f":
            self._take = self._formula
        elif tag == "sheetData":
            self._in_cells = True
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
        elif tag == "numFmt" and (literal := literal_of(attributes.get("formatCode", ""))):
            self._say(literal, "number format")
            self._gathered.gap("format", REPLACES)
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
        elif tag == "sheetData":
            self._in_cells = False
        elif tag in _HEADERS:
            part = "header" if tag.endswith("Header") else "footer"
            for section in _SECTION.split("".join(self._aside)):
                for line in _CODE.sub("", section.replace("&&", "\0")).replace("\0", "&").split("\n"):
                    self._say(line, part)
        elif tag in _WRITTEN:
            text = "".join(self._aside)
            for line in constants_of(text):
                self._say(line, _WRITTEN[tag])
        if (self._in_cell and tag in ("v", "t", "f")) or tag in _HEADERS or tag in _WRITTEN:
            self._take = None

    def text(self, data: str) -> None:
        if self._take is not None:
            self._take.append(data)
        elif not self._in_cells and sum(map(str.isdigit, data)) >= _LEAST:
            self._say(data, "sheet data")

    def end_all(self) -> None:
        """Tell what the sheet says behind its cells: how far merged ones reach, and what formulas make of others."""
        self._tell_made()
        if self._merged:
            lines = self._gathered.lines
            for at in range(self._first, len(lines)):
                line = lines[at]
                right = self._merged.get((line.row, int(line.left)))
                if right is not None and line.frame == self._frame and line.spot.cell:
                    lines[at] = replace(line, right=float(right + 1))

    def _tell_made(self) -> None:
        """Tell what formulas show that join other cells, where the result that is stored is another, or none."""
        texts = {line.spot.cell: line.text for line in self._gathered.lines if line.spot.cell} if self._made else {}

        def cell(place: str) -> str:
            return texts.get(place if "!" in place else f"{self._name}!{place}", "")

        for at, line, formula, is_stored in reversed(self._made):
            made = joined_text(formula, cell)
            if made is None:
                if not is_stored:
                    self._gathered.gap("format", "a formula in it makes a text whose result is not stored", line.spot)
            elif _digits(made) not in _digits(line.text) and len(_digits(made)) >= _LEAST:
                # A zero in the place of a text is none.
                first = at if is_stored or line.text != "0" else at - 1
                self._gathered.lines[first:at] = [replace(line, text=made)]

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
        self._in_cell, self._is_stored = True, False
        self._cell = attributes
        self._value.clear()
        self._formula.clear()

    def _end_cell(self) -> None:
        self._in_cell = False
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
        if makes_text(formula) and len(self._made) < _MOST_MADE:
            stored = Line(" ".join(texts), spot, hidden, self._frame, self._row, left, left + 1)
            # A program that did not work out a text stored nothing, or the number 0.
            value = "".join(self._value)
            is_stored = self._is_stored and not (value == "0" and "&" in formula)
            is_stored = is_stored and not (value == "" and is_constant(formula))
            self._made.append((len(self._gathered.lines), stored, formula, is_stored))
        if _PICTURE.search(formula):
            self._gathered.picture(spot)

    def _texts(self, value: str, look: CellLook) -> list[str]:
        kind = self._cell.get("t", "n")
        if kind == "s":
            at = _integer(value.strip())
            if at >= len(self._shared.texts):
                return [value]
            self._shared.used[at] = 1
            return shown_text(self._shared.texts[at], look.code)
        if kind in ("str", "inlineStr", "e", "b", "d"):
            return shown_text(unescaped(value), look.code) if kind != "b" else []
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


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _number(letters: str) -> int:
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column
