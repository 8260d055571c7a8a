"""Fonts: the letters and widths of the codes that a page draws."""

import re
from typing import Any

from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font as PdfFont

from orderproof.screening.pdf.values import array_at, box_of, matrix_of, value_of

UNKNOWN = "\ufffd"
"""What stands for a glyph of which nobody knows the letter."""

_UNI = re.compile(r"/?(?:uni([0-9A-F]{4})|u([0-9A-F]{4,6}))$")
_SURROGATES = range(0xD800, 0xE000)


class Font:
    """A font of a page: ``glyphs`` tells what a drawn string is, ``scale`` how high its letters are for its size.

    ``is_one_byte`` where each byte is a code of its own, ``is_vertical`` where lines go down.
    """

    def __init__(self, source: DictionaryObject) -> None:
        self._font = PdfFont.from_font_resource(source)
        encoding = value_of(source, "/Encoding")
        is_composite = value_of(source, "/Subtype") == "/Type0"
        self.is_vertical = isinstance(encoding, str) and encoding.endswith("-V")
        self._encoding: Any = self._font.encoding
        if is_composite and isinstance(self._encoding, dict):
            self._encoding = "utf-16-be"  # a table of codes of its own: they have two bytes as good as always
        self.is_one_byte = not isinstance(self._encoding, str)
        says_letters = not isinstance(value_of(source, "/ToUnicode"), (str, type(None)))
        codes_are_letters = isinstance(encoding, str) and not encoding.startswith("/Identity")
        self._is_told = not is_composite or says_letters or codes_are_letters
        self._only_told = is_composite and not codes_are_letters
        self._unit, self.scale = 0.001, 1.0
        if value_of(source, "/Subtype") == "/Type3":
            self._is_told = self._font.interpretable
            self._unit, self.scale = _type3(source)
        self._known: dict[str | int, tuple[str, float]] = {}

    def glyphs(self, drawn: bytes) -> list[tuple[str, float]]:
        """The letters of a drawn string, and how wide each is in parts of the size."""
        known = self._known
        codes: Any = drawn
        if isinstance(self._encoding, str):
            codes = drawn.decode(self._encoding, "surrogatepass" if self._encoding == "utf-16-be" else "replace")
        found = []
        for code in codes:
            glyph = known.get(code)
            if glyph is None:
                glyph = known[code] = self._glyph(code)
            found.append(glyph)
        return found

    def _glyph(self, code: str | int) -> tuple[str, float]:
        """The letters and width of one code: a byte, or the character that stands for a code of several bytes."""
        raw = chr(code) if isinstance(code, int) else code
        letter = self._encoding.get(code, raw) if isinstance(code, int) else raw
        width = self._font.get_text_width(raw) * self._unit
        told = self._font.character_map.get(letter)
        if told is None:
            told = UNKNOWN if self._only_told else _named(letter)
        if not self._is_told or not told or any(_is_no_letter(character) for character in told):
            told = told if told in ("", "\t", "\n", "\r") and self._is_told else UNKNOWN
        return told.replace("\n", " ").replace("\r", " ").replace("\t", " "), width


def _is_no_letter(character: str) -> bool:
    at = ord(character)
    return at < 32 or 0x7F <= at < 0xA0 or 0xE000 <= at < 0xF900 or at in _SURROGATES or at >= 0xF0000


def _named(letter: str) -> str:
    """What the name of a glyph says, such as `/one.tnum`; a letter stays what it is."""
    if len(letter) < 2 or not letter.startswith("/"):
        return letter
    found = ""
    for name in letter[1:].partition(".")[0].split("_"):
        told = adobe_glyphs.get(f"/{name}")
        match = _UNI.match(name)
        if told is None and match is not None:
            at = int(match[1] or match[2], 16)
            told = chr(at) if at <= 0x10FFFF else None
        if told is None:
            return UNKNOWN
        found += told
    return found or UNKNOWN


def _type3(source: DictionaryObject) -> tuple[float, float]:
    """The unit of widths of a font whose glyphs are drawings, and the height of its letters for its size."""
    matrix = matrix_of(array_at(source, "/FontMatrix"))
    box = box_of(array_at(source, "/FontBBox"))
    height = (box[3] - box[1]) * abs(matrix[3]) if box else 0.0
    return abs(matrix[0]), height if 0.01 < height < 100 else 1.0
