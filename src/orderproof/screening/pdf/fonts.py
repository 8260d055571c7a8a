"""Fonts: the letters and widths of the codes that a page draws."""

import re
import unicodedata
from typing import Any

from pypdf._cmap import _parse_encoding
from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf.generic import DictionaryObject, StreamObject
from pypdf.generic._font import Font as PdfFont

from orderproof.screening.pdf.values import array_at, box_of, dictionary_at, matrix_of, number_of, value_of
from orderproof.screening.tcvn import from_tcvn, is_tcvn

UNKNOWN = "\ufffd"
"""What stands for a glyph of which nobody knows the letter."""

_UNI = re.compile(r"/?(?:uni([0-9A-F]{4})|u([0-9A-F]{4,6}))$")
_SURROGATES = range(0xD800, 0xE000)
_CODECS = (
    (re.compile(r"/KSC.*"), "cp949"),
    (re.compile(r"/GB(?:K|pc|Kp|T)?-EUC.*|/GBKp.*"), "gb18030"),
    (re.compile(r"/(?:HK\w+|ETHK|B5pc|ETen\w*)-B5.*|/B5pc.*|/ET\w+-B5.*"), "big5hkscs"),
    (re.compile(r"/\w+-RKSJ.*"), "cp932"),
    (re.compile(r"/EUC-[HV]"), "euc_jp"),
    (re.compile(r"/Uni\w+-UTF8.*"), "utf-8"),
    (re.compile(r"/Uni\w+-UTF32.*"), "utf-32-be"),
    (re.compile(r"/GBK2K.*"), "gb18030"),
    (re.compile(r"/Uni\w+-(?:UCS2|UTF16).*|/Identity-[HV]"), "utf-16-be"),
)
"""What the codes of the encodings are that PDF knows by name; those of any other one nobody can read."""
_SYMBOLIC = 0b100
_SELDOM = frozenset("!\"#$%&'()*+<=>?@[\\]^_`{|}~\u2018\u2019")
"""What is seldom written much of: codes that were given anew in a row begin with them."""
_MOST_BLANKS, _MOST_ALIKE = 8, 3
"""So many kinds of blanks a font may have, and so many codes for one; more are letters that shall not be read."""
_SHOWS_TEXT = re.compile(rb"\bT[jJ]\b")
_MOST_DRAWINGS = 256


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
        is_named = is_composite and isinstance(encoding, str)
        codec = next((codec for names, codec in _CODECS if names.fullmatch(str(encoding))), "") if is_named else "any"
        if is_named and codec:
            self._encoding = codec
        self._is_doubtful = not is_composite and _is_recoded(source)
        self._digits = {} if is_composite else _drawn_digits(source)
        self._blanks: dict[str, set[str | int]] = {}
        self._is_tcvn = is_tcvn(self._font.name)
        says_letters = not isinstance(value_of(source, "/ToUnicode"), (str, type(None)))
        codes_are_letters = isinstance(encoding, str) and not encoding.startswith("/Identity")
        self._is_told = bool(codec) and (not is_composite or says_letters or codes_are_letters)
        self._only_told = is_composite and not codes_are_letters
        self._unit, self.scale = 0.001, 1.0
        if value_of(source, "/Subtype") == "/Type3":
            self._is_told = self._font.interpretable and not _shows_text(source)
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
        told = self._digits.get(code) or self._font.character_map.get(letter)
        if told is None:
            told = UNKNOWN if self._only_told else _named(letter)
        if self._only_told and width > 0 and not any(map(_is_seen, told)):
            self._blanks.setdefault(told, set()).add(code)
            is_one_of_many = len(self._blanks[told]) > _MOST_ALIKE or len(self._blanks) > _MOST_BLANKS
            told = UNKNOWN if is_one_of_many else told
        if self._is_tcvn:
            told = from_tcvn(told)
        if self._is_doubtful and told in _SELDOM:
            told = UNKNOWN
        if not self._is_told or not told or any(_is_no_letter(character) for character in told):
            told = told if told in ("", "\t", "\n", "\r") and self._is_told else UNKNOWN
        return told.replace("\n", " ").replace("\r", " ").replace("\t", " "), width


def _is_recoded(source: DictionaryObject) -> bool:
    """Whether a font of its own codes says nothing of what they are: it may have been given new ones."""
    descriptor = dictionary_at(source, "/FontDescriptor")
    is_own = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    says_letters = "/ToUnicode" in source or "/Encoding" in source
    return is_own and not says_letters and int(number_of(value_of(descriptor, "/Flags")) or 0) & _SYMBOLIC > 0


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC"


def _drawn_digits(source: DictionaryObject) -> dict[str | int, str]:
    """The codes of a font that its encoding says to be drawn as digits, whatever the font calls them for readers."""
    flags = int(number_of(value_of(dictionary_at(source, "/FontDescriptor"), "/Flags")) or 0)
    if "/ToUnicode" not in source or "/Encoding" not in source or flags & _SYMBOLIC:
        return {}
    encoding = _parse_encoding(source)
    if isinstance(encoding, str):
        return {}
    letters = encoding.items() if isinstance(encoding, dict) else enumerate(encoding)
    return {code: told for code, letter in letters if (told := _named(letter)).isascii() and told.isdigit()}


def _shows_text(source: DictionaryObject) -> bool:
    """Whether the drawings that are the glyphs of a font show text of other fonts, which may be any."""
    drawings = dictionary_at(source, "/CharProcs")
    streams = [value_of(drawings, name) for name in list(drawings)[:_MOST_DRAWINGS]]
    return any(isinstance(stream, StreamObject) and _SHOWS_TEXT.search(stream.get_data()) for stream in streams)


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
