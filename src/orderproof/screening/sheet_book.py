"""What holds for all sheets of a workbook: which there are, their shared texts, and how their cells look."""

import re
from collections.abc import Mapping

from msgspec import Struct

from orderproof.reading.xlsx.dates import Shown, shown_as
from orderproof.reading.xlsx.package import unescaped
from orderproof.screening.ooxml import Attributes, Parts, attribute
from orderproof.screening.sheet_shown import literal_of
from orderproof.screening.word_look import colour

_TINY = 2.0
_LEAST = 6
"""Digits of a number, as short as an account is."""


class SheetPart(Struct, frozen=True):
    """A sheet: its name, the part that it is, and whether a person sees it."""

    name: str
    part: str
    is_hidden: bool


class CellLook(Struct, frozen=True):
    """How a style shows a cell: why it is not seen, as which time it shows a number, and by which code."""

    hidden: str = ""
    shown: Shown | None = None
    code: str = ""


NO_LOOK = CellLook()


class BookReader:
    """What is told of the part of the workbook itself."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.names: list[tuple[str, str]] = []
        self.from_1904 = False
        self._name = ""
        self._texts: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attribute(attributes, "id"), is_hidden))
        elif tag == "definedName":
            self._name = attributes.get("name", "")
            self._texts = [attributes.get("comment", "")]
        elif tag == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, tag: str) -> None:
        if tag == "definedName" and self._texts is not None:
            self.names.append((self._name, " ".join(filter(None, self._texts))))
            self._texts = None

    def text(self, data: str) -> None:
        if self._texts is not None:
            self._texts.append(data)


class SharedTexts:
    """What is told of the part of the texts that cells share."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._is_open = False
        self._phonetic = 0

    def start(self, tag: str, _: Attributes) -> None:
        if tag == "rPh":
            self._phonetic += 1
        elif tag == "t":
            self._is_open = True

    def end(self, tag: str) -> None:
        if tag == "si":
            self.texts.append(unescaped("".join(self._pieces)))
            self._pieces.clear()
        elif tag == "rPh":
            self._phonetic -= 1
        elif tag == "t":
            self._is_open = False

    def text(self, data: str) -> None:
        # How a text is pronounced does not belong to it, unless it is no sound.
        if self._is_open and (self._phonetic == 0 or sum(map(str.isdigit, data)) >= _LEAST):
            self._pieces.append(data)


class CellLooks:
    """What is told of the part of the styles."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._fonts: list[tuple[str, float]] = []
        self._fills: list[str] = []
        self._styles: list[tuple[int, int, int]] = []
        self._within: list[str] = []
        self.literals: list[str] = []
        """The texts that formats write themselves, where they have the digits of a number."""
        self.replaces = False
        """Whether one of them is shown under a condition, in the place of what a cell holds."""

    def start(self, tag: str, attributes: Attributes) -> None:
        within = self._within[-1] if self._within else ""
        if tag == "numFmt":
            self._format(attributes.get("formatCode", ""), attributes, within)
        elif tag in ("fonts", "fills", "cellXfs", "dxfs", "cellStyleXfs"):
            self._within.append(tag)
        elif within == "fonts":
            self._font(tag, attributes)
        elif within == "fills":
            self._fill(tag, attributes)
        elif within == "cellXfs" and tag == "xf":
            ids = (_integer(attributes.get(name)) for name in ("fontId", "fillId", "numFmtId"))
            font, fill, number = ids
            self._styles.append((font, fill, number))

    def _format(self, code: str, attributes: Attributes, within: str) -> None:
        if literal := literal_of(code):
            self.literals.append(literal)
            self.replaces = self.replaces or within == "dxfs"
        if within != "dxfs":
            self._codes[_integer(attributes.get("numFmtId"))] = code

    def _font(self, tag: str, attributes: Attributes) -> None:
        if tag == "font":
            self._fonts.append(("", 11.0))
        elif self._fonts and tag == "color":
            self._fonts[-1] = (_color(attributes), self._fonts[-1][1])
        elif self._fonts and tag == "sz":
            size = attributes.get("val", "")
            if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,6})?", size):
                self._fonts[-1] = (self._fonts[-1][0], float(size))

    def _fill(self, tag: str, attributes: Attributes) -> None:
        if tag == "fill":
            self._fills.append("")
        elif self._fills and tag == "fgColor":
            self._fills[-1] = _color(attributes)
        elif self._fills and tag == "gradientFill":
            self._fills[-1] = "gradient"

    def end(self, tag: str) -> None:
        if self._within and tag == self._within[-1]:
            self._within.pop()

    def text(self, data: str) -> None:
        """No text stands in styles."""

    def looks(self) -> tuple[CellLook, ...]:
        """How cells look, by the numbers of their styles."""
        return tuple(self._look(*style) for style in self._styles)

    def _look(self, font: int, fill: int, number: int) -> CellLook:
        color, size = self._fonts[font] if font < len(self._fonts) else ("", 11.0)
        ground = (self._fills[fill] if fill < len(self._fills) else "") or "FFFFFF"
        code = self._codes.get(number, "")
        hidden = ""
        if code.count(";") >= 2 and not code.strip('; "'):
            hidden = "hidden text"
        elif size <= _TINY:
            hidden = "tiny text"
        elif color and color == ground:
            hidden = "white text" if color == "FFFFFF" else "text in the colour of its background"
        return CellLook(hidden, shown_as(number, self._codes), code)


def sheets_of(parts: Parts, main: str, book: BookReader) -> tuple[SheetPart, ...]:
    """The sheets of a workbook in its order, and those that it has besides: nobody sees them, and a program may."""
    related = parts.related(main)
    found = [
        SheetPart(name, related[relation].target, is_hidden)
        for name, relation, is_hidden in book.sheets
        if relation in related
    ]
    known = {sheet.part for sheet in found}
    found += [
        SheetPart(relation.target.rpartition("/")[2], relation.target, is_hidden=True)
        for relation in related.values()
        if relation.kind == "worksheet" and relation.target not in known
    ]
    return tuple(found)


def _color(attributes: Mapping[str, str]) -> str:
    rgb, theme = attributes.get("rgb", ""), attributes.get("theme", "")
    if theme == "0" and not attributes.get("tint", "").startswith("-"):
        return "FFFFFF"
    if attributes.get("indexed") in ("1", "9"):
        return "FFFFFF"
    return colour(rgb[-6:], "")


def _integer(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 7 else 0
