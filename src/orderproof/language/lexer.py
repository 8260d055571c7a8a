"""Words of an expression: numbers, texts, names and signs, each with its offsets."""

import re
from enum import StrEnum
from typing import NoReturn

from msgspec import Struct

from orderproof.language.instead import SIGNS
from orderproof.language.text import ExpressionText

MAX_LENGTH = 4096
"""Characters that an expression may have."""


class Word(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end of the expression"


class Token(Struct, frozen=True, gc=False):
    """A word: for a text ``value`` is what it says, else how it is written."""

    word: Word
    value: str
    start: int
    end: int


_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"([0-9]+(?:\.[0-9]+)?)"
    r"|([A-Za-z_][A-Za-z0-9_]*)"
    r"|(==|!=|<=|>=|[<>+\-*/()\[\],.])"
    r"""|("(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')"""
    r"|(\Z)"
    r"|(.))",
    re.DOTALL,
)
_WORDS = (Word.NUMBER, Word.NAME, Word.SIGN, Word.TEXT, Word.END, None)
"""The word that each group of the pattern is; the last group is a character that begins none."""
_DAY = r"(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}T|[0-9]{4}年)\Z"
_DAY_HELP = 'to compare calendar days, write `date(…) >= date("2026-03-01")`'
_NUMBER_HELP = "write plain digits with at most one point, such as `1000.50`"
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t"}


def tokens(text: ExpressionText) -> tuple[Token, ...]:
    """All words of an expression, the last one END; a character that begins none is a diagnostic."""
    value = text.value
    if len(value) > MAX_LENGTH:
        text.fail(
            "expression.too-long",
            f"this expression has {len(value):,} characters; at most {MAX_LENGTH:,} are allowed",
            0,
            1,
            "conclude parts of it as derived facts",
        )
    found: list[Token] = []
    for match in _TOKEN.finditer(value):
        group = match.lastindex
        assert group is not None
        start, at = match.span(group)
        word = _WORDS[group - 1]
        written = value[start:at]
        if word is Word.NAME or word is Word.SIGN:
            found.append(Token(word, written, start, at))
            continue
        if word is None:
            _fail_character(text, start)
        if word is Word.NUMBER and at < len(value) and (value[at].isalnum() or value[at] == "_"):
            text.fail(
                "expression.number",
                f"`{value[start : at + 1]}` is not a number",
                start,
                at + 1,
                _DAY_HELP if re.search(_DAY, value[max(0, start - 8) : at + 1]) else _NUMBER_HELP,
            )
        found.append(Token(word, _unquote(written) if word is Word.TEXT else written, start, at))
        if word is Word.END:
            break  # blanks before the end would let it match twice
    return tuple(found)


def _fail_character(text: ExpressionText, at: int) -> NoReturn:
    """Stop: no word begins here."""
    import unicodedata  # late: only for mistakes

    character = text.value[at]
    if character in "\"'":
        close = f"close it with `{character}` on the same line"
        text.fail("expression.open-text", "this text is never closed", at, at + 1, close)
    hint = SIGNS.get(character)
    narrow = unicodedata.normalize("NFKC", character)
    if hint is None and narrow != character and narrow.isascii() and narrow.isprintable():
        hint = f"write it half-width: `{narrow}`"
    elif hint is None and character.isalpha():
        hint = "names are written in a to z, digits and `_`; put text in quotes"
    text.fail("expression.character", f"`{character}` does not belong here", at, at + 1, hint)


def unknown_escape(written: str) -> int | None:
    """The offset of the first backslash in a quoted text that begins no escape; patterns have escapes of their own."""
    at = written.find("\\", 1)
    while 0 < at < len(written) - 1:
        if written[at + 1] not in _ESCAPES:
            return at
        at = written.find("\\", at + 2)
    return None


def _unquote(written: str) -> str:
    body = written[1:-1]
    if "\\" not in body:
        return body
    out: list[str] = []
    at = 0
    while at < len(body):
        character = body[at]
        if character == "\\":
            escape = body[at + 1]
            if escape not in _ESCAPES:
                # Patterns are the usual place for backslashes; there they pass through unchanged.
                out.append("\\")
                out.append(escape)
            else:
                out.append(_ESCAPES[escape])
            at += 2
            continue
        out.append(character)
        at += 1
    return "".join(out)
