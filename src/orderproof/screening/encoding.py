"""Which characters the bytes of a text stand for, where nothing says it or what says it may be wrong."""

import codecs
import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_BROWSERS = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    # A mark in the text itself cannot be read in these: a browser takes it for a mistake.
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "utf-7": "utf-8",
}
_LOST = "\N{REPLACEMENT CHARACTER}"
_MOST_LOST = 0.01
"""The share of characters beyond which a text that has some lost is not read."""
_SURELY = 8
_SAMPLE = 1 << 16
_HIGH = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SHIFTED = re.compile(rb"\x1b\$[@AB()*+]|\x1b[(][IJ]|~\{")
_LATIN_LETTERS = {
    # The letters beside A-Z of the languages that are written in a code page; others that it has are not expected.
    "cp1252": "äöüßéèêëàâáãåæçîïíìñóòôõøœùûúÿ",
    "cp1254": "çğıöşüâîûİ",
    "cp1258": "àâăèéêìíòóôơùúưđáýĩũ",
}
_VOWELS = frozenset("aăâeêioôơuưy")


class _Guess(Struct, frozen=True):
    """An encoding that a text may have, and what its letters look like where it has."""

    codec: str
    is_likely: Callable[[str], bool]
    width: int = 1
    """Bytes of one of its letters beyond ASCII."""


def decoded(content: bytes, declared: str = "") -> str | None:
    """The text of bytes, whatever their encoding; None where they are no text, or where it cannot be made out.

    ``declared`` is the name of the encoding that the text itself gives, if any. Without a mark or UTF-8 the most
    plausible one is taken: they differ in letters, never in digits.
    """
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _checked(content[len(mark) :].decode(codec, "replace"))
    if b"\0" in content:
        return _without_nulls(content) or _wide(content)
    if _SHIFTED.search(content):
        return _checked_shifted(content)
    if declared and not _is_utf8(content) and (text := _as_declared(content, declared)) is not None:
        return text
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(content.decode(_guessed(content), "replace"))


def _checked(text: str) -> str | None:
    """The text, unless too much of it is no text at all."""
    lost = text.count(_LOST) + len(_BINARY.findall(text))
    return None if "\0" in text or lost > max(2, _MOST_LOST * len(text)) else text


def _without_nulls(content: bytes) -> str | None:
    """A text of ASCII among whose characters zeros stand, which programs pass over: in all its places, or in some."""
    text = content.replace(b"\0", b"")
    return _checked(text.decode("ascii")) if text.isascii() and not _BINARY.search(text.decode("ascii")) else None


def _is_utf8(content: bytes) -> bool:
    """Whether a text is UTF-8, whatever it says: so many letters of several bytes are none by chance."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(content) - len(text) >= _SURELY


def _checked_shifted(content: bytes) -> str | None:
    """A text in which characters are announced by escapes, such as those that e-mail had; `~{` may be just that."""
    for codec in ("iso2022_jp_2", "iso2022_kr") if b"\x1b" in content else ("hz",):
        try:
            return _checked(content.decode(codec))
        except UnicodeDecodeError:
            continue
    return None if b"\x1b" in content else decoded(content.replace(b"~{", b"~ {"))


def _as_declared(content: bytes, declared: str) -> str | None:
    name = declared.strip().strip("'\"").lower()
    try:
        codec = codecs.lookup(_AS_BROWSERS.get(name, name))
        return _checked(content.decode(codec.name, "replace")) if codec._is_text_encoding else None  # noqa: SLF001
    except (LookupError, UnicodeError, ValueError):
        return None


def _wide(content: bytes) -> str | None:
    """A text of two bytes a character without a mark: the order of bytes in which it is made of known letters."""
    found: list[tuple[float, str]] = []
    for codec in ("utf-16-le", "utf-16-be"):
        text = content.decode(codec, "replace")
        if _checked(text) is not None:
            sample = text[:_SAMPLE]
            odd = sum(
                unicodedata.category(char) in ("Cn", "Co", "Cs", "Cc") and char not in "\r\n\t" for char in sample
            )
            plain = sum(char.isascii() for char in sample)
            found.append(((plain - 10 * odd) / max(1, len(sample)), text))
    if not found:
        return None
    score, text = max(found)
    return text if score > 0 else None


def _guessed(content: bytes) -> str:
    """The encoding in which most letters beyond ASCII stand in words that look like words."""
    sample = b""
    for line in _HIGH.finditer(content):
        sample += line.group()
        if len(sample) > _SAMPLE:
            break
    return max(_GUESSES, key=lambda guess: _likelihood(sample, guess)).codec


def _likelihood(sample: bytes, guess: _Guess) -> float:
    text = sample.decode(guess.codec, "replace")
    score = -3.0 * sum(char == _LOST or unicodedata.category(char) in ("Cc", "Co", "Cn") for char in text if char > "~")
    for match in _WORD.finditer(text):
        word = match.group()
        high = sum(char > "~" for char in word)
        if high:
            score += guess.width * (high if guess.is_likely(word) else -high)
    return score


def _is_cased(word: str) -> bool:
    return word.islower() or word.isupper() or (word[:1].isupper() and (len(word) == 1 or word[1:].islower()))


def _is_cyrillic(word: str) -> bool:
    return _is_cased(word) and all("\u0400" <= char <= "\u045f" for char in word)


def _is_arabic(word: str) -> bool:
    return all("\u0621" <= char <= "\u0652" for char in word)


def _latin(codec: str) -> Callable[[str], bool]:
    letters = frozenset(_LATIN_LETTERS[codec])

    def is_likely(word: str) -> bool:
        high = [char for char in word.lower() if char > "~" and not unicodedata.combining(char)]
        # Letters with accents are few in a word: a word of many is one of another script, misread.
        return _is_cased(word) and set(high) <= letters and 2 * len(high) <= len(word) + 1

    return is_likely


def _is_vietnamese(word: str) -> bool:
    accents = [at for at, char in enumerate(word) if unicodedata.combining(char)]
    placed = all(at and word[at - 1].lower() in _VOWELS for at in accents)
    return (
        placed
        and len(accents) < 2
        and _IN_VIETNAMESE("".join(char for char in word if not unicodedata.combining(char)))
    )


_IN_VIETNAMESE = _latin("cp1258")


def _common(codec: str, first: int, last: int) -> Callable[[str], bool]:
    """Whether characters are among the common ones, which have their places at the beginning of the code."""

    def is_likely(word: str) -> bool:
        high = [char for char in word if char > "~"]
        known = 0
        for char in high:
            code = char.encode(codec, "replace")
            known += len(code) == 2 and first <= code[0] <= last and code[1] > 0x3F
        return known >= 0.8 * len(high)

    return is_likely


_GUESSES = (
    _Guess("gb18030", _common("gb2312", 0xA1, 0xD7), 2),
    _Guess("big5hkscs", _common("big5", 0xA1, 0xC6), 2),
    _Guess("cp1251", _is_cyrillic),
    _Guess("cp1256", _is_arabic),
    _Guess("cp1252", _latin("cp1252")),
    _Guess("cp1254", _latin("cp1254")),
    _Guess("cp1258", _is_vietnamese),
    _Guess("koi8-r", _is_cyrillic),
    _Guess("cp866", _is_cyrillic),
    _Guess("iso8859-6", _is_arabic),
)
"""Among equally plausible ones the first is taken."""
