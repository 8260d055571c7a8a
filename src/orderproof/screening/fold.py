"""Text as a search sees it: one width, one kind of digit, nothing invisible; and where each character stood."""

import unicodedata

from msgspec import Struct

from orderproof.screening.lookalikes import with_one_alphabet
from orderproof.screening.spelled import spelled_runs

# What is drawn as nothing, though Unicode does not class it as format: fillers of Hangul, and an empty Braille cell.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d\u02d7\u2e3a\u2e3b"
_KEPT_CONTROLS = "\t\n\r\x0b\x0c"
_VIEW_OF = {
    "ß": "s", "ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "a", "œ": "o", "þ": "t",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ە": "ه", "ٱ": "ا", "ς": "σ",
}  # fmt: skip


_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_FIRST_STYLED = "\U0001d7ce"
"""From here on digits are those of mathematics and of screens, which look like others."""


class Folded(Struct, frozen=True):
    """A text as a search sees it; ``places`` says for each of its characters, and for its end, where it was written."""

    text: str
    places: tuple[int, ...]
    source: str

    def original(self, start: int, end: int) -> str:
        """What was written where this part of the folded text stands, without what is invisible after it.

        Digits in circles and of mathematics are plain ones, so that one can search for the number.
        """
        if start >= end:
            return ""
        first, last = self.span(start, end)
        written = self.source[first:last]
        return written if written.isascii() else "".join(map(_without_style, written))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where this part of the folded text stands in the text as written."""
        first = self.places[start]
        last = max(self.places[end], self.places[end - 1] + 1) if end > start else first
        while last > first + 1 and _FOLD[self.source[last - 1]].strip() == "":
            last -= 1
        return first, last


class _Fold(dict[str, str]):
    """What each character becomes, worked out once for each that occurs."""

    def __missing__(self, character: str) -> str:
        if len(self) > 70_000:  # more than all alphabets and Han together: a hostile text, not a language
            self.clear()
        made = self[character] = _folded_character(character)
        return made


class _View(dict[int, str]):
    """What each character becomes for the search of labels, worked out once for each that occurs."""

    def __missing__(self, code: int) -> str:
        if len(self) > 70_000:
            self.clear()
        made = self[code] = _viewed_character(chr(code))
        return made


def folded(text: str) -> Folded:
    """The text with the width, digits, dashes and spaces of ASCII, without what is invisible, and with digits for words.

    Letters that only look Latin become Latin in a word that mixes alphabets or holds digits; other words stay.
    """
    if text.isascii() and text.isprintable():
        return _with_digits(text, tuple(range(len(text) + 1)), text)
    made, places = _characters(text)
    return _with_digits(with_one_alphabet(made), places, text)


def label_view(fold: Folded) -> str:
    """The folded text in lower case and without accents, character for character as long as it."""
    return viewed(fold.text)


def viewed(text: str) -> str:
    """A text in lower case and without accents, character for character as long as it."""
    return text.lower() if text.isascii() else text.translate(_VIEW)


def _characters(text: str) -> tuple[str, tuple[int, ...]]:
    """The text folded character by character, and where each was written."""
    if unicodedata.is_normalized("NFC", text):
        pieces = [_FOLD[character] for character in text]
        made = "".join(pieces)
        if len(made) == len(text) and "" not in pieces:
            return made, tuple(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if letters and unicodedata.combining(character):
            joined = unicodedata.normalize("NFKC", letters[-1] + character)
            if len(joined) == 1:
                letters[-1] = joined
                continue
        for letter in _FOLD[character]:
            letters.append(letter)
            places.append(place)
    places.append(len(text))
    return "".join(letters), tuple(places)


def _with_digits(text: str, places: tuple[int, ...], source: str) -> Folded:
    """The folded text with digits in the place of runs of words for digits."""
    runs = spelled_runs(text, viewed)
    if not runs:
        return Folded(text, places, source)
    letters: list[str] = []
    kept: list[int] = []
    reached = 0
    for start, end, digits in runs:
        letters.append(text[reached:start])
        kept.extend(places[reached:start])
        for digit, place in digits:
            letters.append(digit)
            kept.append(places[place])
        reached = end
    letters.append(text[reached:])
    kept.extend(places[reached:])
    return Folded("".join(letters), tuple(kept), source)


def _folded_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me") or character in _BLANK_LETTERS or character == "ـ":
        return ""
    if category == "Cc":
        return character if character in _KEPT_CONTROLS else ""
    if character in _DASHES:
        return "-"
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if character in _SMALL_CAPITALS:
        return _SMALL_CAPITALS[character]
    return "".join(_plain(part) for part in unicodedata.normalize("NFKC", character))


def _without_style(character: str) -> str:
    is_styled = character >= _FIRST_STYLED or unicodedata.category(character) == "No"
    digit = unicodedata.digit(character, None) if is_styled else None
    return character if digit is None else str(digit)


def _plain(character: str) -> str:
    """One character of the compatible form: its digit, or a dash or space of ASCII, or itself."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me") or character == "ـ":
        return ""
    if character in _DASHES:
        return "-"
    return " " if category == "Zs" else character


def _viewed_character(character: str) -> str:
    if character in _VIEW_OF:
        return _VIEW_OF[character]
    base = unicodedata.normalize("NFD", character.casefold())
    if "가" <= character <= "힣":  # a syllable of Hangul comes apart into letters, which are no accents
        return character
    first = base[0]
    return _VIEW_OF.get(first, first)


_FOLD = _Fold()
_VIEW = _View()
