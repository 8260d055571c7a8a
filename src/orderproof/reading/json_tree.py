"""JSON with places: a strict scanner that makes a tree, or says where the text is wrong."""

import re
from collections.abc import Iterator
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import NoReturn

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.reading.number import decimal_or_reason, integer_or_reason
from orderproof.source import Source, Span
from orderproof.tree import Entry, Mapping, Node, Scalar, Sequence

MAX_DEPTH = 64
MAX_NODES = 5_000_000
MAX_KEY = 1024
MAX_TEXT = 1 << 20
_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_OTHER_WORDS = {
    **dict.fromkeys(("NaN", "Infinity"), "NaN and Infinity are no numbers of JSON; leave the field out"),
    **dict.fromkeys(("None", "undefined", "NULL", "Null", "nil"), "write `null`, or leave the field out"),
    **dict.fromkeys(("True", "TRUE"), "write `true`"),
    **dict.fromkeys(("False", "FALSE"), "write `false`"),
}
_LOOKALIKES = {"，": ",", "：": ":", "“": '"', "”": '"', "＂": '"', "｛": "{", "｝": "}", "［": "[", "］": "]"}
_NUMBER_HINTS = {"+": "write the number without `+`", ".": "write a digit before the point, such as `0.5`"}
_SEVERAL = "several documents stand in a list `[…]`, or one on each line of a .ndjson file"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Characters that no text of a document may hold: controls but for tab and line ends, and lone surrogates."""


def parse_json(source: Source) -> Node:
    """The tree of the one JSON value of a source; raises OrderproofError with the first mistake."""
    return _Scanner(source).whole()


def json_documents(source: Source) -> Iterator[Node]:
    """The trees of a source's documents in turn: the items of a list, which counts for no depth, or its one value.

    A list without items is given as it is. Raises OrderproofError at the first mistake.
    """
    return _Scanner(source).documents()


def shortened(text: str) -> str:
    """A text short enough to stand in a message."""
    return text if len(text) <= 60 else text[:57] + "…"


def forbidden_character(text: str, span: Span) -> Diagnostic | None:
    """What is wrong with a text's characters, if anything."""
    bad = FORBIDDEN.search(text)
    if bad is None:
        return None
    half = "\ud800" <= bad.group() <= "\udfff"
    help_ = "it is half a character: the text was cut or converted wrongly" if half else "take this character out"
    message = f"this text holds the character U+{ord(bad.group()):04X}, which no document may hold"
    return Diagnostic("document.character", message, span=span, help=help_)


class _Open:
    """A list or object that is being read."""

    __slots__ = ("entries", "is_object", "items", "key", "key_span", "keys", "start")

    def __init__(self, start: int, is_object: bool) -> None:
        self.start = start
        self.is_object = is_object
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.keys: dict[str, Span] = {}
        self.key = ""
        self.key_span: Span | None = None


class _Scanner:
    """A loop over the text with a stack of its own, so depth costs no call stack."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.end = len(source.text)
        self.nodes = 0
        self.open: list[_Open] = []

    def fail(self, code: str, message: str, start: int, end: int | None = None, help: str | None = None) -> NoReturn:
        span = Span(self.source, start, max(start + 1, end or 0))
        raise OrderproofError([Diagnostic(code, message, span=span, help=help)])

    def skip(self) -> str:
        match = _BLANK.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return self.text[self.at] if self.at < self.end else ""

    def whole(self) -> Node:
        node = self.value()
        self.ended("one value stands here, alone")
        return node

    def documents(self) -> Iterator[Node]:
        if self.skip() != "[":
            node = self.value()
            self.ended(_SEVERAL)
            yield node
            return
        start = self.at
        self.at += 1
        empty = self.skip() == "]"
        more = not empty
        while more:
            self.nodes = 0
            yield self.value()
            more = self.separated("]")
        self.at += 1
        self.ended(_SEVERAL)
        if empty:
            yield Sequence((), Span(self.source, start, self.at))

    def ended(self, help_: str) -> None:
        if self.skip():
            self.fail("document.json", f"the value ends before this {self.found()}", self.at, help=help_)

    def found(self) -> str:
        return f"`{self.text[self.at]}`" if self.at < self.end else "the end of the text"

    def hint(self) -> str | None:
        """What to do about the character that stands where it does not belong."""
        character = self.text[self.at : self.at + 1]
        if character in ("/", "#"):
            return "comments are no part of JSON"
        if character in _LOOKALIKES:
            return f"this is not the character that JSON knows; write `{_LOOKALIKES[character]}`"
        if character == "\ufeff":
            return "a second byte order mark stands here; take it out"
        if character in _NUMBER_HINTS:
            return _NUMBER_HINTS[character]
        if character.isdecimal() and not character.isascii():
            return "write numbers with the digits 0 to 9"
        if character == "":
            return "something that is open is not closed; the file may have been cut off"
        return None

    def value(self) -> Node:
        """One value with all below it: each turn reads a leaf, opens a container, or closes one."""
        while True:
            node = self.begin()
            while node is not None:
                if not self.open:
                    return node
                node = self.attach(node)

    def begin(self) -> Node | None:
        """The next leaf, an empty container, or None when a container was opened."""
        character = self.skip()
        if character not in ("{", "["):
            return self.leaf(character)
        if len(self.open) >= MAX_DEPTH:
            help_ = f"lists and objects stand in each other at most {MAX_DEPTH} deep"
            self.fail("document.too-deep", f"values are nested more than {MAX_DEPTH} deep", self.at, help=help_)
        container = _Open(self.at, character == "{")
        self.at += 1
        self.open.append(container)
        if self.skip() == ("}" if container.is_object else "]"):
            return self.close()
        if container.is_object:
            self.key(container)
        return None

    def close(self) -> Node:
        container = self.open.pop()
        self.at += 1
        self.count()
        span = Span(self.source, container.start, self.at)
        if container.is_object:
            return Mapping(tuple(container.entries), span)
        return Sequence(tuple(container.items), span)

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail("document.too-large", f"the document holds more than {MAX_NODES:,} values", self.at)

    def attach(self, node: Node) -> Node | None:
        """Put a value where it belongs; the container itself when that was its last."""
        container = self.open[-1]
        if container.is_object:
            assert container.key_span is not None
            container.entries.append(Entry(container.key, container.key_span, node))
        else:
            container.items.append(node)
        if not self.separated("}" if container.is_object else "]"):
            return self.close()
        if container.is_object:
            self.key(container)
        return None

    def separated(self, closing: str) -> bool:
        """Whether a `,` and a next member follow here, and not the end of the list or object."""
        character = self.skip()
        if character == closing:
            return False
        if character != ",":
            hint = self.hint() or (
                f"the brackets do not match: `{closing}` closes what is open"
                if character in "]}"
                else 'a `,` is missing before it, or a quote inside a text is not written `\\"`'
            )
            self.fail("document.json", f"expected `,` or `{closing}`, found {self.found()}", self.at, help=hint)
        comma = self.at
        self.at += 1
        if self.skip() == closing:
            message = f"expected a value after `,`, found `{closing}`"
            self.fail("document.json", message, comma, help="leave the last `,` out")
        return True

    def key(self, container: _Open) -> None:
        if self.skip() != '"':
            hint = self.hint() or "write keys in double quotes"
            self.fail("document.json", f"expected a key in double quotes, found {self.found()}", self.at, help=hint)
        start = self.at
        key = self.string()
        span = Span(self.source, start, self.at)
        if len(key) > MAX_KEY:
            self.fail("document.too-large", f"a key has at most {MAX_KEY:,} characters", start, self.at)
        first = container.keys.get(key)
        if first is not None:
            place = first.position
            self.fail(
                "document.duplicate-key",
                f"the key `{shortened(key)}` stands here for the second time",
                start,
                self.at,
                f"it stands first in line {place.line}, column {place.column}; keep one of them",
            )
        container.keys[key] = span
        container.key, container.key_span = key, span
        if self.skip() != ":":
            message = f"expected `:` after the key `{shortened(key)}`, found {self.found()}"
            self.fail("document.json", message, self.at, help=self.hint() or 'write `"key": value`')
        self.at += 1

    def leaf(self, character: str) -> Scalar:
        self.count()
        start = self.at
        if character == '"':
            return Scalar(self.string(), Span(self.source, start, self.at))
        if character == "-" or (character.isascii() and character.isdigit()):
            return self.number()
        word = _WORD.match(self.text, self.at)
        if word is None:
            remark = (
                "write text in double quotes" if character == "'" else self.hint() or "a value is missing before it"
            )
            self.fail("document.json", f"expected a value, found {self.found()}", start, help=remark)
        if word.group() not in _WORDS:
            hint = _OTHER_WORDS.get(word.group(), "write text in double quotes")
            self.fail("document.json", f"`{shortened(word.group())}` is no value of JSON", start, word.end(), hint)
        self.at = word.end()
        return Scalar(_WORDS[word.group()], Span(self.source, start, self.at))

    def string(self) -> str:
        start = self.at
        try:
            scanned: tuple[str, int] = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            self.bad_string(start, error)
        text, self.at = scanned
        if len(text) > MAX_TEXT:
            message = f"a text has at most {MAX_TEXT:,} characters, this one has {len(text):,}"
            self.fail("document.too-large", message, start)
        bad = forbidden_character(text, Span(self.source, start, self.at))
        if bad is not None:
            raise OrderproofError([bad])
        return text

    def bad_string(self, start: int, error: JSONDecodeError) -> NoReturn:
        at = min(error.pos, max(start, self.end - 1))
        if "control character" in error.msg:
            character = self.text[at]
            what = "a line end" if character in "\r\n" else f"the control character U+{ord(character):04X}"
            hint = 'close the text with `"` on its line, or write `\\n` for a line end'
            if character not in "\r\n":
                hint = "write it as `\\t`" if character == "\t" else "take it out"
            self.fail("document.json", f"{what} stands inside this text", start, at, hint)
        if "escape" in error.msg:
            backslash = self.text.rfind("\\", start, at + 1)
            hint = 'write a backslash as `\\\\`; JSON knows `\\n`, `\\t`, `\\"`, `\\u4e00` and few more'
            self.fail("document.json", "JSON does not know this escape", max(start, backslash), help=hint)
        hint = 'close it with `"`; a quote inside it is written `\\"`; or the file was cut off'
        self.fail("document.json", "this text is never closed", start, help=hint)

    def number(self) -> Scalar:
        start = self.at
        match = _NUMBER.match(self.text, start)
        if match is None:
            hint = "the digits 0 to 9 follow a `-`; there is no infinite number"
            self.fail("document.number", "this is no number of JSON", start, help=hint)
        after = self.text[match.end() : match.end() + 1]
        if after and (after.isalnum() or after in "._+-"):
            written = shortened(self.text[start : match.end() + 1])
            hint = "write digits with at most one point and without leading zeros, or put it in quotes as text"
            self.fail("document.number", f"`{written}` is no number of JSON", start, match.end() + 1, hint)
        lexeme = match.group()
        is_whole = match.group(2) is None and match.group(3) is None
        value = integer_or_reason(lexeme) if is_whole else decimal_or_reason(lexeme)
        if isinstance(value, str):
            hint = "round it, or put it in quotes if it is an identifier"
            self.fail("document.number", f"this is {value}", start, match.end(), hint)
        self.at = match.end()
        return Scalar(value, Span(self.source, start, self.at))
