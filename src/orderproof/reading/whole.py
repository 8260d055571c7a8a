"""A whole JSON or YAML text, and the documents in it."""

import hashlib
import re
from collections.abc import Iterator
from functools import partial

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.document import Document, Reading, Unreadable
from orderproof.reading.decode import decode
from orderproof.reading.formats import Format
from orderproof.reading.json_places import JsonPlaces
from orderproof.reading.json_tree import json_documents, parse_json
from orderproof.reading.json_values import json_object
from orderproof.reading.yaml_tree import yaml_documents
from orderproof.source import Source
from orderproof.tree import Mapping, Node, Scalar, Sequence

MAX_FILE = 64 << 20

_COMMENT_LINES = 1000
_NEXT_YAML = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NULL = re.compile(r"null|Null|NULL|~")


def read_whole(name: str, content: bytes, format: Format, sha256: str | None = None) -> Iterator[Reading]:
    """The documents of a whole JSON or YAML text; a mistake ends it, what stood before it is kept.

    ``sha256`` is given where it is not that of these bytes, as they are stored in another form.
    """
    if len(content) > MAX_FILE:
        yield too_large(name, "the text", "write one document on each line of a .ndjson file, which has no such limit")
        return
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    source = decode(name, content)
    if isinstance(source, Diagnostic):
        yield Unreadable(name, 0, sha256, (source,))
        return
    values = json_object(source.text) if format is Format.JSON else None
    if values is not None:
        before = len(source.text) - len(source.text.lstrip())
        line = 1 + source.text.count("\n", 0, before)
        yield Document(name, 0, partial(tree_of, source), sha256, values, line, place=JsonPlaces(source).nearest)
        return
    index = 0
    try:
        for node in _documents(source, format):
            yield reading_of(name, index, node, sha256)
            index += 1
    except OrderproofError as error:
        yield Unreadable(name, index, sha256, (*error.diagnostics, *_rest(source, format, index, error)))
        return
    if index == 0:
        yield Unreadable(name, 0, sha256, (no_document(name),))


def too_large(name: str, what: str, instead: str) -> Unreadable:
    """An input that does not fit into what is read at once."""
    message = f"{what} is larger than {MAX_FILE >> 20} MiB, the most that is read at once"
    return Unreadable(
        name, 0, None, (Diagnostic("input.too-large", message, path=name, help=f"split it, or {instead}"),)
    )


def no_document(name: str) -> Diagnostic:
    help_ = "an input holds at least one document; take it out of the run if it is meant to be empty"
    return Diagnostic("document.none", "no document stands in this input", path=name, help=help_)


def tree_of(source: Source) -> Mapping:
    """The tree of a JSON object that is known to be in order."""
    root = parse_json(source)
    assert isinstance(root, Mapping)
    return root


def reading_of(name: str, index: int, root: Node, sha256: str) -> Document | Unreadable:
    """The document that a value is, if it is an object."""
    help_: str | None = "a document is an object with fields such as `id`; several stand in a list"
    match root:
        case Mapping():
            return Document(name, index, root, sha256)
        case Sequence(items=()):
            diagnostic = Diagnostic("document.none", "this list holds no document", span=root.span)
        case Sequence():
            message = "expected a document, an object, and found a list"
            diagnostic = Diagnostic("document.type", message, span=root.span, help=help_)
        case Scalar(value=None) if not _NULL.match(root.span.source.text, root.span.start):
            message = "nothing stands here between two marks `---`, or after the last"
            help_ = "leave the mark out that no document follows"
            diagnostic = Diagnostic("document.none", message, span=root.span, help=help_)
        case Scalar():
            message = f"expected a document, an object, and found {_kind(root)}"
            if "：" in root.span.source.text[root.span.start : root.span.end]:
                help_ = "the full-width `：` is no part of YAML; write `key: value`, with `: `"
            diagnostic = Diagnostic("document.type", message, span=root.span, help=help_)
    return Unreadable(name, index, sha256, (diagnostic,))


def _kind(scalar: Scalar) -> str:
    match scalar.value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case _:
            return "a number"


def _documents(source: Source, format: Format) -> Iterator[Node]:
    if format is Format.YAML:
        return yaml_documents(source)
    # A text of blanks is no broken value but none at all.
    return json_documents(source) if source.text.strip(" \t\r\n") else iter(())


def _rest(source: Source, format: Format, index: int, error: OrderproofError) -> tuple[Diagnostic, ...]:
    """That more documents may stand behind a mistake, where they do."""
    span = error.diagnostics[0].span
    after = 0 if span is None else span.start
    lines = source.text.split("\n", _COMMENT_LINES)
    first = next((line for line in lines if line.strip() and not line.startswith(("#", "---", "%"))), "").lstrip()
    listed = first.startswith("[" if format is Format.JSON else ("[", "- "))
    if not listed and index == 0 and (format is Format.JSON or _NEXT_YAML.search(source.text, after) is None):
        return ()
    message = "the rest of this input was not read, from the mistake on"
    return (Diagnostic("document.rest", message, path=source.name, help="mend the mistake and run it again"),)
