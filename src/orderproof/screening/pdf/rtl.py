"""Texts that are written from right to left: from the order in which they are seen to that in which they are read."""

import re
import unicodedata
from collections.abc import Sequence

_RIGHT = re.compile(r"[\u0590-\u05ff\u0600-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_FORMS = re.compile(r"[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]")
_WORD = re.compile(r"[\u0590-\u065f\u066e-\u06ef\u06fa-\u08ff]{2,}")
_LAST = "ةىךםןףץ"
"""Letters that only end a word, in Arabic and in Hebrew."""
_STARTS, _ENDS = ("ال", "وال", "بال", "لل"), ("لا", "لاو", "لاب", "لل")
_TURNED = re.compile(r"[0-9][0-9 ]*\+|\.[A-Za-z].*", re.DOTALL)
"""What is written from left to right, and stands in a line that is read from right to left."""
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_INSIDE = ".,:/-–"
_BESIDE = "%$€£¥#*"


class Reading:
    """How the texts of one page are read, told from all of them together."""

    def __init__(self, texts: Sequence[str]) -> None:
        seen = read = rights = lefts = 0
        for text in texts:
            for word in _WORD.findall(plain_letters(text)):
                rights += len(word)
                read += word.startswith(_STARTS) + (word[-1] in _LAST)
                seen += word.endswith(_ENDS) + (word[0] in _LAST)
            lefts += sum(map(str.isalpha, text))
        self._turns = rights > 0 and seen >= read
        is_right_page = self._turns and 3 * rights > lefts
        self._turns_all = is_right_page and any(_TURNED.fullmatch(text) for text in texts)

    def read(self, glyphs: Sequence[str]) -> str:
        """A text from its glyphs from left to right; digits and Latin words keep their order."""
        rights = sum(1 for glyph in glyphs if _is_right(glyph))
        if not self._turns or not (rights or self._turns_all):
            return plain_letters("".join(glyphs))
        lefts = sum(1 for glyph in glyphs if _is_latin(glyph))
        if rights and lefts > 2 * rights:
            return _left_line(glyphs)
        return _with_brackets(_right_line(glyphs)) if rights else _right_line(glyphs)


def plain_letters(text: str) -> str:
    """A text without ligatures, and without the forms that Arabic letters take beside one another."""
    return _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _left_line(glyphs: Sequence[str]) -> str:
    """A line from left to right with words from right to left in it."""
    read: list[str] = []
    at = 0
    while at < len(glyphs):
        if not _is_right(glyphs[at]):
            read.append(plain_letters(glyphs[at]))
            at += 1
            continue
        end = last = at
        while end < len(glyphs) and not _is_latin(glyphs[end]):
            last = end if _is_right(glyphs[end]) else last
            end += 1
        read.append(_right_line(glyphs[at : last + 1]))
        at = last + 1
    return "".join(read)


def _right_line(glyphs: Sequence[str]) -> str:
    """A line from right to left: from its end, but for what is written from left to right in it."""
    read: list[str] = []
    at = len(glyphs)
    while at > 0:
        start = _left_start(glyphs, at) if _is_latin(glyphs[at - 1]) or _is_digit(glyphs[at - 1]) else at - 1
        read += map(plain_letters, glyphs[start:at])
        at = start
    return "".join(read)


def _left_start(glyphs: Sequence[str], end: int) -> int:
    """Where what is written from left to right begins that ends at a place: Latin words in a row, or one number."""
    first = at = end
    while at > 0 and not _is_right(glyphs[at - 1]):
        first = at - 1 if _is_latin(glyphs[at - 1]) else first
        at -= 1
    if first == end:
        return _number_start(glyphs, end)
    # What touches the first Latin letter belongs to it; numbers further left are read after it.
    while first > 0 and _is_of_number(glyphs, first - 1):
        first -= 1
    return first


def _number_start(glyphs: Sequence[str], end: int) -> int:
    """Where a number begins; a blank ends it, since groups of digits stand in the order of the line."""
    at = end
    while at > 0 and (_is_of_number(glyphs, at - 1) or glyphs[at - 1] in _BESIDE):
        at -= 1
    return at


def _is_of_number(glyphs: Sequence[str], at: int) -> bool:
    return _is_digit(glyphs[at]) or (at > 0 and glyphs[at] in _INSIDE and _is_digit(glyphs[at - 1]))


def _with_brackets(text: str) -> str:
    """A line whose brackets open before they close: some writers turn them round, and some do not."""
    turned = text.translate(_MIRRORED)
    return turned if _unopened(turned) < _unopened(text) else text


def _unopened(text: str) -> int:
    depth = unopened = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            depth, unopened = 0, unopened + 1
    return unopened


def _is_right(glyph: str) -> bool:
    return _RIGHT.search(glyph) is not None


def _is_latin(glyph: str) -> bool:
    return glyph[:1].isalpha() and not _is_right(glyph)


def _is_digit(glyph: str) -> bool:
    return glyph[:1].isdigit()
