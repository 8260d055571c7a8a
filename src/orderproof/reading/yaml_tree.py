"""YAML with places, read from the event stream with a depth limit, typed by YAML 1.2's core schema.

One difference: a number with leading zeros is text. It is an identifier wherever it is met, and readers
of YAML 1.1 and 1.2 do not agree on its value.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.reading.json_tree import MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_TEXT, forbidden_character, shortened
from orderproof.reading.number import decimal_or_reason, integer_or_reason
from orderproof.reading.yaml_mistakes import explain_character, explain_mistake
from orderproof.reading.yaml_places import inner_offsets
from orderproof.source import Source, Span
from orderproof.tree import Entry, Mapping, Node, Scalar, Sequence

MAX_ALIASED_NODES = 10_000
"""Values that aliases may stand for in a rule file; documents hold none."""
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TEXT_TAGS = ("tag:yaml.org,2002:str", "!")
_LIST_TAGS = ("tag:yaml.org,2002:seq", "!")
_MAPPING_TAGS = ("tag:yaml.org,2002:map", "!")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(source: Source, *, inner: bool = False, aliases: bool = False) -> Iterator[Node]:
    """The tree of each YAML document of a stream in turn; raises OrderproofError at the first mistake.

    ``inner`` fills the places inside texts (for rule files); ``aliases`` allows them, within a budget.
    """
    return _roots(_Builder(source, inner=inner, aliases=aliases, items=False))


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


def yaml_documents(source: Source) -> Iterator[Node]:
    """The trees of a source's documents in turn: of each YAML document the items of its list, which counts for
    no depth, or its one value.

    A list without items is given as it is. Raises OrderproofError at the first mistake.
    """
    return _roots(_Builder(source, inner=False, aliases=False, items=True))


def _roots(builder: "_Builder") -> Iterator[Node]:
    source = builder.source
    bad = explain_character(source)
    if bad is not None:
        raise OrderproofError([bad])
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            root = builder.take(event)
            if root is not None:
                builder.nodes = 0
                yield root
    except yaml.YAMLError as error:
        raise OrderproofError([explain_mistake(source, error)]) from None


class _Open:
    """A list or mapping that is being read."""

    __slots__ = ("anchor", "entries", "is_flow", "is_mapping", "items", "key", "keys", "start")

    def __init__(self, start: int, is_mapping: bool, is_flow: bool, anchor: str | None) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.is_flow = is_flow
        self.anchor = anchor
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.keys: dict[str, Span] = {}
        self.key: tuple[str, Span] | None = None


class _List:
    """A list whose items are given one by one, as documents of their own."""

    __slots__ = ("items", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.items = 0


class _Builder:
    """Makes trees of events; ``items`` gives the items of a list at the top instead of the list."""

    def __init__(self, source: Source, *, inner: bool, aliases: bool, items: bool) -> None:
        self.source = source
        self.inner = inner
        self.aliases = aliases
        self.items = items
        self.list: _List | None = None
        self.open: list[_Open] = []
        self.nodes = 0
        self.last = 0
        self.anchors: dict[str, tuple[Node, int, int]] = {}
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
                scalar = self.scalar(event)
                # A block ends where its last text does, not where the next thing begins.
                text = self.source.text[scalar.span.start : marks.end_mark.index]
                self.last = scalar.span.start + len(text.rstrip())
                return self.attach(scalar, event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                return self.finish(marks.end_mark.index)
            case yaml.AliasEvent():
                self.last = marks.end_mark.index
                return self.attach(self.alias(event), None)
            case yaml.DocumentStartEvent():
                self.anchors.clear()
        return None

    def begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        span = self.span(event.start_mark, event.start_mark)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.tag(event.tag, span, _MAPPING_TAGS if is_mapping else _LIST_TAGS)
        if event.anchor is not None and not self.aliases:
            self.no_alias(span)
        if self.items and not is_mapping and not self.open and self.list is None:
            self.list = _List(span.start)
            return
        if len(self.open) >= MAX_DEPTH:
            self.too_deep(span)
        if self.expects_key():
            self.fail(
                "document.yaml",
                "a key is a text, not a list or a mapping",
                span,
                "quote a text that begins with `[` or `{`",
            )
        self.open.append(_Open(span.start, is_mapping, bool(event.flow_style), event.anchor))

    def expects_key(self) -> bool:
        return bool(self.open) and self.open[-1].is_mapping and self.open[-1].key is None

    def finish(self, end: int) -> Node | None:
        """The list or mapping that ends here is a value of the one around it."""
        if not self.open:
            assert self.list is not None
            ended, self.list = self.list, None
            return None if ended.items else Sequence((), Span(self.source, ended.start, end))
        container = self.open.pop()
        if container.is_flow:
            self.last = end
        span = Span(self.source, container.start, max(self.last, container.start + 1))
        if container.is_mapping:
            return self.attach(Mapping(tuple(container.entries), span), container.anchor)
        return self.attach(Sequence(tuple(container.items), span), container.anchor)

    def tag(self, tag: str | None, span: Span, known: tuple[str, ...]) -> None:
        if tag is not None and tag not in known:
            written = shortened(tag.replace("tag:yaml.org,2002:", "!!"))
            self.fail(
                "document.yaml",
                f"the tag `{written}` is not read here",
                span,
                "leave the tag out; quote a text that begins with `!`",
            )

    def too_deep(self, span: Span) -> NoReturn:
        help_ = f"lists and mappings stand in each other at most {MAX_DEPTH} deep"
        self.fail("document.too-deep", f"values are nested more than {MAX_DEPTH} deep", span, help_)

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
        node, size, height = found
        self.aliased += size
        if self.aliased > MAX_ALIASED_NODES:
            self.fail("document.alias", f"aliases stand for more than {MAX_ALIASED_NODES:,} values", span)
        if len(self.open) + height > MAX_DEPTH:
            self.too_deep(span)
        return node

    def attach(self, node: Node, anchor: str | None) -> Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail("document.too-large", f"the document holds more than {MAX_NODES:,} values", node.span)
        if anchor is not None:
            self.anchors[anchor] = (node, *_size(node))
        if not self.open:
            if self.list is not None:
                self.list.items += 1
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
            written = shortened(self.source.text[node.span.start : node.span.end])
            self.fail("document.yaml", f"a key is a text, `{written}` is none", node.span, "put it in quotes")
        key = node.value
        if key == "<<" and node.span.end - node.span.start == len(key):
            # In quotes it is a key like others.
            self.fail("document.alias", "merge keys are not read", node.span, "write the values out")
        if len(key) > MAX_KEY:
            self.fail("document.too-large", f"a key has at most {MAX_KEY:,} characters", node.span)
        first = container.keys.get(key)
        if first is not None:
            place = first.position
            self.fail(
                "document.duplicate-key",
                f"the key `{shortened(key)}` stands here for the second time",
                node.span,
                f"it stands first in line {place.line}, column {place.column}; keep one of them",
            )
        container.keys[key] = node.span
        return key, node.span

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        span = self.span(event.start_mark, event.end_mark)
        self.tag(event.tag, span, _TEXT_TAGS)
        if event.anchor is not None and not self.aliases:
            self.no_alias(span)
        text = event.value
        if len(text) > MAX_TEXT:
            self.fail(
                "document.too-large", f"a text has at most {MAX_TEXT:,} characters, this one has {len(text):,}", span
            )
        bad = forbidden_character(text, span)
        if bad is not None:
            raise OrderproofError([bad])
        value = self.plain(text, span) if event.style in (None, "") and event.tag is None else text
        if not self.inner or self.expects_key():
            return Scalar(value, span)
        return Scalar(value, span, inner_offsets(self.source.text, span, event.style or None, text))

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
            value = "no finite number"
        else:
            return text
        if isinstance(value, str):
            self.fail(
                "document.number", f"this is {value}", span, "round it, or put it in quotes if it is an identifier"
            )
        return value


def _size(node: Node) -> tuple[int, int]:
    """How many values a tree holds, counted up to one more than aliases may stand for, and how deep it is."""
    size, height = 0, 0
    stack = [(node, 0)]
    while stack and size <= MAX_ALIASED_NODES:
        found, depth = stack.pop()
        size += 1
        match found:
            case Scalar():
                continue
            case Sequence():
                below = list(found.items)
            case Mapping():
                below = [entry.value for entry in found.entries]
        height = max(height, depth + 1)
        stack.extend((child, depth + 1) for child in below)
    return size, height
