"""JSON with places: a strict scanner that makes a tree, or says where the text is wrong."""

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import NoReturn

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.number import decimal_or_reason, integer_or_reason
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
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Characters that no text of a document may hold: controls but for tab and line ends, and lone surrogates."""


def parse_json(source: Source, start: int = 0, end: int | None = None) -> Node:
    """The tree of the one JSON value in a part of a source; raises OrderproofError with the first mistake."""
    return _Scanner(source, start, len(source.text) if end is None else end).document()


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

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.text = source.text
        self.at = start
        self.end = end
        self.nodes = 0
        self.open: list[_Open] = []

    def fail(self, code: str, message: str, start: int, end: int | None = None, help: str | None = None) -> NoReturn:
        span = Span(self.source, start, max(start + 1, end or 0))
        raise OrderproofError([Diagnostic(code, message, span=span, help=help)])

    def skip(self) -> str:
        match = _BLANK.match(self.text, self.at, self.end)
        if match is not None:
            self.at = match.end()
        return self.text[self.at] if self.at < self.end else ""

    def document(self) -> Node:
        node = self.values()
        if self.skip():
            self.fail(
                "document.json",
                f"the document ends before this {self.found()}",
                self.at,
                help="several documents stand in a list `[…]`, or one on each line of a .ndjson file",
            )
        return node

    def found(self) -> str:
        return f"`{self.text[self.at]}`" if self.at < self.end else "the end of the text"

    def values(self) -> Node:
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
            self.fail("document.too-deep", f"values are nested more than {MAX_DEPTH} deep", self.at)
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
        closing = "}" if container.is_object else "]"
        character = self.skip()
        if character == closing:
            return self.close()
        if character != ",":
            self.fail(
                "document.json", f"expected `,` or `{closing}`, found {self.found()}", self.at, help=self.quote_hint()
            )
        self.at += 1
        if self.skip() == closing:
            self.fail(
                "document.json",
                f"expected a value after `,`, found `{closing}`",
                self.at,
                help="leave the last `,` out",
            )
        if container.is_object:
            self.key(container)
        return None

    def quote_hint(self) -> str | None:
        return "comments are no part of JSON" if self.text[self.at : self.at + 1] in ("/", "#") else None

    def key(self, container: _Open) -> None:
        start = self.at
        if self.skip() != '"':
            hint = "write keys in double quotes"
            self.fail("document.json", f"expected a key in quotes, found {self.found()}", self.at, help=hint)
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
                f"the key `{key}` stands here for the second time",
                start,
                self.at,
                f"it stands first in line {place.line}, column {place.column}; keep one of them",
            )
        container.keys[key] = span
        container.key, container.key_span = key, span
        if self.skip() != ":":
            self.fail("document.json", f"expected `:` after the key `{key}`, found {self.found()}", self.at)
        self.at += 1

    def leaf(self, character: str) -> Scalar:
        self.count()
        start = self.at
        if character == '"':
            return Scalar(self.string(), Span(self.source, start, self.at))
        if character == "-" or (character.isascii() and character.isdigit()):
            return self.number()
        word = _WORD.match(self.text, self.at, self.end)
        if word is not None and word.group() in _WORDS:
            self.at = word.end()
            return Scalar(_WORDS[word.group()], Span(self.source, start, self.at))
        if word is not None:
            hint = (
                "NaN and Infinity are no numbers of JSON"
                if word.group() in ("NaN", "Infinity")
                else "write text in double quotes"
            )
            self.fail("document.json", f"`{word.group()}` is no value of JSON", start, word.end(), hint)
        remark = "write text in double quotes" if character == "'" else self.quote_hint()
        self.fail("document.json", f"expected a value, found {self.found()}", start, help=remark)

    def string(self) -> str:
        start = self.at
        try:
            scanned: tuple[str, int] = scanstring(self.text, start + 1, True)
        except JSONDecodeError as error:
            message = (
                "this text is never closed"
                if error.msg.startswith("Unterminated")
                else "this text holds a character or escape that JSON does not allow"
            )
            self.fail(
                "document.json",
                message,
                min(error.pos, max(start, self.end - 1)) if not error.msg.startswith("Unterminated") else start,
            )
        text, self.at = scanned
        if self.at > self.end:
            self.fail("document.json", "this text is never closed", start)
        if len(text) > MAX_TEXT:
            self.fail(
                "document.too-large", f"a text has at most {MAX_TEXT:,} characters, this one has {len(text):,}", start
            )
        bad = FORBIDDEN.search(text)
        if bad is not None:
            self.fail(
                "document.character",
                f"this text holds U+{ord(bad.group()):04X}, which no document may hold",
                start,
                self.at,
            )
        return text

    def number(self) -> Scalar:
        start = self.at
        match = _NUMBER.match(self.text, start, self.end)
        if match is None:
            self.fail("document.number", "this is no number of JSON", start)
        after = self.text[match.end() : match.end() + 1] if match.end() < self.end else ""
        if after and (after.isalnum() or after in "._+-"):
            self.fail(
                "document.number",
                f"`{self.text[start : match.end() + 1]}` is no number of JSON",
                start,
                match.end() + 1,
                "digits with at most one point, no leading zeros; or write it as text",
            )
        lexeme = match.group()
        value = (
            integer_or_reason(lexeme)
            if match.group(2) is None and match.group(3) is None
            else decimal_or_reason(lexeme)
        )
        if isinstance(value, str):
            self.fail(
                "document.number", f"this is {value}", start, match.end(), "write it as text if it is an identifier"
            )
        self.at = match.end()
        return Scalar(value, Span(self.source, start, self.at))
