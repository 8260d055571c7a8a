"""YAML with places, read from the event stream with a depth limit, typed by YAML 1.2's core schema."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.json_tree import FORBIDDEN, MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_TEXT
from orderproof.number import decimal_or_reason, integer_or_reason
from orderproof.source import Source, Span
from orderproof.tree import Entry, Mapping, Node, Scalar, Sequence
from orderproof.yaml_places import inner_offsets

MAX_ALIASED_NODES = 10_000
"""Values that aliases may stand for in a rule file; documents hold none."""
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TEXT_TAG = "tag:yaml.org,2002:str"
_CORE_TAGS = {"tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", _TEXT_TAG, "!"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(source: Source, *, inner: bool = False, aliases: bool = False) -> Iterator[Node]:
    """The tree of each YAML document of a stream in turn; raises OrderproofError at the first mistake.

    ``inner`` fills the places inside texts (for rule files); ``aliases`` allows them, within a budget.
    """
    builder = _Builder(source, inner=inner, aliases=aliases)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            root = builder.take(event)
            if root is not None:
                yield root
    except yaml.YAMLError as error:
        raise OrderproofError([_explained(source, error)]) from None


def parse_yaml_one(source: Source, *, inner: bool = False, aliases: bool = False) -> Node:
    """The tree of the one YAML document of a file."""
    roots = list(parse_yaml(source, inner=inner, aliases=aliases))
    if len(roots) == 1:
        return roots[0]
    if roots:
        message, span = "a second document begins here; this file holds one", roots[1].span
    else:
        message, span = "the file is empty", Span(source, 0, 1)
    raise OrderproofError([Diagnostic("document.yaml", message, span=span)])


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "entries", "is_mapping", "items", "key", "keys", "start")

    def __init__(self, start: int, is_mapping: bool, anchor: str | None) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.anchor = anchor
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.keys: dict[str, Span] = {}
        self.key: tuple[str, Span] | None = None


class _Builder:
    def __init__(self, source: Source, *, inner: bool, aliases: bool) -> None:
        self.source = source
        self.inner = inner
        self.aliases = aliases
        self.open: list[_Open] = []
        self.nodes = 0
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.aliased = 0

    def span(self, start: Any, end: Any) -> Span:
        return Span(self.source, start.index, max(end.index, start.index + 1))

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        raise OrderproofError([Diagnostic(code, message, span=span, help=help)])

    def take(self, event: yaml.Event) -> Node | None:
        """The whole document, with the event that ends it."""
        marks: Any = event
        match event:
            case yaml.ScalarEvent():
                return self.attach(self.scalar(event), event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                container = self.open.pop()
                end = self.trimmed(container.start, marks.end_mark.index)
                span = Span(self.source, container.start, end)
                node: Node = (
                    Mapping(tuple(container.entries), span)
                    if container.is_mapping
                    else Sequence(tuple(container.items), span)
                )
                return self.attach(node, container.anchor)
            case yaml.AliasEvent():
                return self.attach(self.alias(event), None)
            case yaml.DocumentStartEvent():
                self.anchors.clear()
        return None

    def trimmed(self, start: int, end: int) -> int:
        """A block ends where its last line does, not where the next thing begins."""
        return start + max(1, len(self.source.text[start:end].rstrip()))

    def begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        span = self.span(event.start_mark, event.start_mark)
        self.tag(event.tag, span)
        if event.anchor is not None and not self.aliases:
            self.no_alias(span)
        if len(self.open) >= MAX_DEPTH:
            self.fail("document.too-deep", f"values are nested more than {MAX_DEPTH} deep", span)
        if self.open and self.open[-1].is_mapping and self.open[-1].key is None:
            self.fail(
                "document.yaml",
                "a key is a text, not a list or a mapping",
                span,
                "quote a text that begins with `[` or `{`",
            )
        self.open.append(_Open(span.start, isinstance(event, yaml.MappingStartEvent), event.anchor))

    def tag(self, tag: str | None, span: Span) -> None:
        if tag is not None and tag not in _CORE_TAGS:
            self.fail("document.yaml", f"the tag `{tag}` is not read", span, "leave the tag out")

    def no_alias(self, span: Span) -> NoReturn:
        self.fail(
            "document.alias",
            "a document holds no anchors or aliases",
            span,
            "write the value out, or quote a text that begins with `&` or `*`",
        )

    def alias(self, event: yaml.AliasEvent) -> Node:
        span = self.span(event.start_mark, event.end_mark)
        if not self.aliases:
            self.no_alias(span)
        found = self.anchors.get(event.anchor or "")
        if found is None:
            self.fail("document.alias", f"nothing is called `&{event.anchor}` before this", span)
        node, size = found
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            self.fail("document.alias", f"aliases stand for more than {MAX_ALIASED_NODES:,} values", span)
        return node

    def attach(self, node: Node, anchor: str | None) -> Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail("document.too-large", f"the document holds more than {MAX_NODES:,} values", node.span)
        if anchor is not None:
            self.anchors[anchor] = (node, _size(node))
        if not self.open:
            return node
        container = self.open[-1]
        if not container.is_mapping:
            container.items.append(node)
        elif container.key is None:
            container.key = self.key(container, node)
        else:
            name, span = container.key
            container.entries.append(Entry(name, span, node))
            container.key = None
        return None

    def key(self, container: _Open, node: Node) -> tuple[str, Span]:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            written = self.source.text[node.span.start : node.span.end]
            self.fail("document.yaml", f"a key is a text, `{written}` is none", node.span, "put it in quotes")
        key = node.value
        if key == "<<":
            self.fail("document.alias", "merge keys are not read", node.span, "write the values out")
        if len(key) > MAX_KEY:
            self.fail("document.too-large", f"a key has at most {MAX_KEY:,} characters", node.span)
        first = container.keys.get(key)
        if first is not None:
            place = first.position
            self.fail(
                "document.duplicate-key",
                f"the key `{key}` stands here for the second time",
                node.span,
                f"it stands first in line {place.line}, column {place.column}; keep one of them",
            )
        container.keys[key] = node.span
        return key, node.span

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self.span(event.start_mark, event.end_mark)
        self.tag(event.tag, span)
        if event.anchor is not None and not self.aliases:
            self.no_alias(span)
        text = event.value
        if len(text) > MAX_TEXT:
            self.fail(
                "document.too-large", f"a text has at most {MAX_TEXT:,} characters, this one has {len(text):,}", span
            )
        bad = FORBIDDEN.search(text)
        if bad is not None:
            self.fail(
                "document.character", f"this text holds U+{ord(bad.group()):04X}, which no document may hold", span
            )
        value = self.plain(text, span) if event.style in (None, "") and event.tag is None else text
        offsets = inner_offsets(self.source.text, span, event.style or None, text) if self.inner else ()
        return Scalar(value, span, offsets)

    def plain(self, text: str, span: Span) -> bool | int | Decimal | str | None:
        """The value of an unquoted scalar."""
        if text in _WORDS:
            return _WORDS[text]
        if not text[0].isdigit() and text[0] not in "+-.":
            return text
        value: int | Decimal | str
        if _INTEGER.match(text):
            value = integer_or_reason(text)
        elif _OCTAL.match(text) or _HEXADECIMAL.match(text):
            value = int(text, 0) if len(text) <= 20 else "a number too large to be read"
        elif _FLOAT.match(text):
            value = decimal_or_reason(text)
        elif _SPECIAL.match(text):
            value = "not a finite number"
        else:
            return text
        if isinstance(value, str):
            self.fail("document.number", f"this is {value}", span, "put it in quotes if it is an identifier")
        return value


def _size(node: Node) -> int:
    size, stack = 0, [node]
    while stack:
        found = stack.pop()
        size += 1
        if size > MAX_ALIASED_NODES:
            break
        match found:
            case Sequence():
                stack.extend(found.items)
            case Mapping():
                stack.extend(entry.value for entry in found.entries)
    return size


_PLAIN_WORDS = {
    "mapping values are not allowed in this context": (
        "`: ` may not stand here",
        "quote the whole value, or put it on the lines below a `>`",
    ),
    "could not find expected ':'": ("a `:` is missing after the key that begins above", None),
    "did not find expected ',' or '}'": ("expected `,` or `}`", "quote a value with `,`, `: ` or quotes inside it"),
    "did not find expected ',' or ']'": ("expected `,` or `]`", "quote a value with `,`, `: ` or quotes inside it"),
    "did not find expected key": (
        "expected a key",
        "look at the indentation, and quote a value that goes on after a quote",
    ),
    "did not find expected '-' indicator": ("expected `- ` as in the lines above", "look at the indentation"),
    "found character that cannot start any token": (
        "this character begins nothing",
        "indent by spaces, not tabs; quote a value that begins with `@`, `` ` `` or `%`",
    ),
    "found unexpected end of stream": ("the text ends inside quotes or brackets", "close what is open"),
    "found unknown escape character": ("this escape is not known", "use single quotes, or double the backslash"),
    "did not find expected <document start>": (
        "expected the end of the document",
        "look at the quotes and the indentation",
    ),
    "block sequence entries are not allowed in this context": (
        "a `- ` may not stand here",
        "put the list on the lines below the key",
    ),
    "control characters are not allowed": ("a control character stands in the file", None),
    "found undefined tag handle": ("a `!` begins a tag", "quote a text that begins with `!`"),
}


def _explained(source: Source, error: yaml.YAMLError) -> Diagnostic:
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    start = mark.index if mark is not None else int(getattr(error, "position", None) or 0)
    start = min(start, max(0, len(source.text) - 1))
    for known, (message, help_) in _PLAIN_WORDS.items():
        if known in problem:
            return Diagnostic("document.yaml", message, span=Span(source, start, start + 1), help=help_)
    return Diagnostic("document.yaml", f"this is not YAML: {problem}", span=Span(source, start, start + 1))
