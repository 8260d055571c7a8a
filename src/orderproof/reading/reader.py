"""From inputs to documents: a stream, one document at a time, in the order of the inputs."""

import hashlib
import io
import os
import re
import stat
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO, TypeAlias

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.reading.decode import decode, wide_encoding
from orderproof.reading.inputs import Format, Found, Input, irregular, unreadable
from orderproof.reading.json_tree import json_documents, parse_json
from orderproof.reading.json_values import json_object
from orderproof.reading.yaml_tree import yaml_documents
from orderproof.source import Source, Span
from orderproof.tree import Mapping, Node, Scalar, Sequence

MAX_FILE = 64 << 20
MAX_LINE = 8 << 20
_CHUNK = 1 << 20

_BLANKS = b" \t\r\n"
_SHOWN = 200
_COMMENT_LINES = 1000
_NEXT_YAML = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NULL = re.compile(r"null|Null|NULL|~")


Wanted: TypeAlias = "frozenset[int] | None"
"""The indexes of the documents of an input that are asked for; None is all."""


def read_documents(inputs: Iterable[Found], standard_input: BinaryIO | None = None) -> Iterator[Reading]:
    """Every document of the inputs in turn, and what could not be read; nothing is left out in silence.

    A file is opened once and read once into bounded bytes; one with a document on each line is read line
    by line and never held. ``standard_input`` stands in for the process's own.
    """
    for found in inputs:
        if isinstance(found, Unreadable | Notice):
            yield found
        else:
            yield from read_input(found, standard_input)


def read_input(found: Input, standard_input: BinaryIO | None = None, wanted: Wanted = None) -> Iterator[Reading]:
    """The documents of one input; of those on lines only the wanted ones are looked at."""
    if found.format is None:
        yield from _standard(found.name, standard_input, wanted)
    else:
        yield from _file(found.name, found.format, wanted)


def _file(name: str, format: Format, wanted: Wanted) -> Iterator[Reading]:
    try:
        stream = _opened(name)
    except OSError as error:
        yield unreadable(name, error)
        return
    if isinstance(stream, Unreadable):
        yield stream
        return
    with stream:
        if format is Format.NDJSON:
            yield from _lines(name, stream, wanted=wanted)
            return
        try:
            content = stream.read(MAX_FILE + 1)
        except OSError as error:
            yield unreadable(name, error)
            return
    yield from _whole(name, content, format)


def _opened(name: str) -> BinaryIO | Unreadable:
    """The file, open for reading, if what was opened is one; a pipe is never waited for."""
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    descriptor = os.open(name, flags)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return irregular(name, mode)


def _standard(name: str, standard_input: BinaryIO | None, wanted: Wanted) -> Iterator[Reading]:
    stream = standard_input or (None if sys.stdin is None else sys.stdin.buffer)
    if stream is None:
        yield _wrong(name, 0, None, Diagnostic("input.unreadable", "there is no standard input", path=name))
        return
    try:
        content = stream.read(MAX_FILE + 1)
    except OSError as error:
        yield unreadable(name, error)
        return
    sniffed = _sniffed(content)
    if sniffed is Format.NDJSON and len(content) <= MAX_FILE:
        yield from _lines(name, io.BytesIO(content), hashlib.sha256(content).hexdigest(), wanted=wanted)
    else:
        yield from _whole(name, content, sniffed)


def _sniffed(content: bytes) -> Format:
    """The format of bytes without a file name; ``}`` and then a line with ``{`` is never inside one JSON value."""
    body = content.removeprefix(BOM_UTF8).lstrip(_BLANKS)
    if body[:1] not in (b"{", b"["):
        return Format.YAML
    first, _, rest = body.partition(b"\n")
    closed = first.rstrip(_BLANKS)[-1:] in (b"}", b"]")
    return Format.NDJSON if closed and rest.lstrip(_BLANKS)[:1] in (b"{", b"[") else Format.JSON


def _whole(name: str, content: bytes, format: Format) -> Iterator[Reading]:
    """The documents of a whole JSON or YAML text; a mistake ends it, what stood before it is kept."""
    if len(content) > MAX_FILE:
        message = f"the text is larger than {MAX_FILE >> 20} MiB, the most that is read at once"
        help_ = "split it, or write one document on each line of a .ndjson file, which has no such limit"
        yield _wrong(name, 0, None, Diagnostic("input.too-large", message, path=name, help=help_))
        return
    sha256 = hashlib.sha256(content).hexdigest()
    source = decode(name, content)
    if isinstance(source, Diagnostic):
        yield _wrong(name, 0, sha256, source)
        return
    values = json_object(source.text) if format is Format.JSON else None
    if values is not None:
        before = len(source.text) - len(source.text.lstrip())
        yield Document(name, 0, partial(_tree, source), sha256, values, 1 + source.text.count("\n", 0, before))
        return
    index = 0
    try:
        for node in _documents(source, format):
            yield _reading(name, index, node, sha256)
            index += 1
    except OrderproofError as error:
        yield Unreadable(name, index, sha256, (*error.diagnostics, *_rest(source, format, index, error)))
        return
    if index == 0:
        yield _wrong(name, 0, sha256, _none(name))


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
    help_ = "mend the mistake and run it again"
    return (
        Diagnostic(
            "document.rest", "the rest of this input was not read, from the mistake on", path=source.name, help=help_
        ),
    )


def _lines(name: str, stream: BinaryIO, sha256: str | None = None, *, wanted: Wanted = None) -> Iterator[Reading]:
    """One document on each line; a broken one costs only itself. ``sha256`` is given where it is the input's."""
    index = 0
    number = 0
    while True:
        try:
            line = stream.readline(MAX_LINE + 1)
            digest = hashlib.sha256(line.removesuffix(b"\n"))
            too_long = len(line) > MAX_LINE and not line.endswith(b"\n")
            if too_long:
                _skip_line(stream, digest.update)
        except OSError as error:
            yield unreadable(name, error, index)
            return
        if not line:
            break
        number += 1
        body = line.removeprefix(BOM_UTF8) if number == 1 else line
        if too_long:
            yield _wrong(name, index, sha256 or digest.hexdigest(), _long_line(name, body, number))
        elif wanted is not None and index not in wanted and body.strip(_BLANKS):
            pass
        elif body.strip(_BLANKS):
            yield _line(name, index, line, number, sha256 or digest.hexdigest())
        else:
            continue
        index += 1
        if number == 1 and wide_encoding(body) is not None:
            # Its bytes 0x0A need not be line ends, so no further line is known.
            return
    if index == 0:
        yield _wrong(name, 0, sha256, _none(name))


def _skip_line(stream: BinaryIO, update: Callable[[bytes], object]) -> None:
    while part := stream.readline(_CHUNK):
        update(part.removesuffix(b"\n"))
        if part.endswith(b"\n"):
            return


def _line(name: str, index: int, line: bytes, number: int, sha256: str) -> Reading:
    source = decode(name, line.removesuffix(b"\n"), number)
    if isinstance(source, Diagnostic):
        return _wrong(name, index, sha256, source)
    values = json_object(source.text)
    if values is not None:
        return Document(name, index, partial(_tree, source), sha256, values, source.first_line)
    try:
        return _reading(name, index, parse_json(source), sha256)
    except OrderproofError as error:
        return Unreadable(name, index, sha256, error.diagnostics)


def _tree(source: Source) -> Mapping:
    """The tree of a JSON object that is known to be in order."""
    root = parse_json(source)
    assert isinstance(root, Mapping)
    return root


def _long_line(name: str, line: bytes, number: int) -> Diagnostic:
    source = Source(name, line[:_SHOWN].decode("utf-8", "replace"), number)
    message = f"this line is longer than {MAX_LINE >> 20} MiB, the most that is read of one document"
    help_ = "a line ends with a line feed; look whether the line ends are lost"
    return Diagnostic("input.line-too-long", message, span=Span(source, 0, 1), help=help_)


def _reading(name: str, index: int, root: Node, sha256: str) -> Reading:
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
    return _wrong(name, index, sha256, diagnostic)


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


def _none(name: str) -> Diagnostic:
    help_ = "an input holds at least one document; take it out of the run if it is meant to be empty"
    return Diagnostic("document.none", "no document stands in this input", path=name, help=help_)


def _wrong(name: str, index: int, sha256: str | None, diagnostic: Diagnostic) -> Unreadable:
    return Unreadable(name, index, sha256, (diagnostic,))
