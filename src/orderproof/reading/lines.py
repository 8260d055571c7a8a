"""A document on each line: any number of them, and none is held."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.document import Document, Line, Reading, Unreadable
from orderproof.reading.decode import decode, wide_encoding
from orderproof.reading.json_places import JsonPlaces
from orderproof.reading.json_tree import parse_json
from orderproof.reading.json_values import json_object
from orderproof.reading.unread import unreadable
from orderproof.reading.whole import no_document, reading_of, tree_of
from orderproof.source import Source, Span

MAX_LINE = 8 << 20
BLANKS = b" \t\r\n"
_CHUNK = 1 << 20
_SHOWN = 200


class Begun(Struct, frozen=True):
    """How many lines and documents of a file stand before a part of it."""

    lines: int = 0
    documents: int = 0


_WHOLE = Begun()


def read_lines(
    name: str, stream: BinaryIO, wanted: frozenset[int] | None = None, begun: Begun = _WHOLE
) -> Iterator[Reading]:
    """One document on each line; a broken one costs only itself, and of all but the ``wanted`` nothing is read."""
    for line in raw_lines(name, stream, begun):
        if not isinstance(line, Line):
            yield line
        elif wanted is None or line.index in wanted:
            yield read_line(line)


def raw_lines(
    name: str, stream: BinaryIO, begun: Begun = _WHOLE, wanted: frozenset[int] | None = None
) -> Iterator[Line | Unreadable]:
    r"""The lines that hold something, for ``read_line``, and what cannot be one. A line ends with ``\n`` alone.

    Of ordinary lines only the ``wanted`` ones are handed out, where these are given.
    """
    index = begun.documents
    number = begun.lines
    readline = stream.readline
    while True:
        try:
            line = readline(MAX_LINE + 1)
            if line[:1] == b"{" and line[-1:] == b"\n" and number:
                # What nearly all lines are; the first may be in another encoding.
                number += 1
                if wanted is None or index in wanted:
                    yield Line(name, index, line[:-1], number)
                index += 1
                continue
            too_long = len(line) > MAX_LINE and not line.endswith(b"\n")
            digest = _rest_of_line(line, stream) if too_long else ""
        except OSError as error:
            yield unreadable(name, error, index)
            return
        if not line:
            break
        number += 1
        body = line.removeprefix(BOM_UTF8) if number == 1 else line
        if too_long:
            yield Unreadable(name, index, digest, (_long_line(name, body, number),))
        elif not body.strip(BLANKS):
            continue
        else:
            yield Line(name, index, line.removesuffix(b"\n"), number)
        index += 1
        if number == 1 and wide_encoding(body) is not None:
            # Its bytes 0x0A need not be line ends, so no further line is known.
            return
    if index == 0:
        yield Unreadable(name, 0, None, (no_document(name),))


def _rest_of_line(line: bytes, stream: BinaryIO) -> str:
    """The digest of a line of which this is the beginning, and of which the rest is passed over."""
    digest = hashlib.sha256(line)
    skip_line(stream, digest.update)
    return digest.hexdigest()


def skip_line(stream: BinaryIO, update: Callable[[bytes], object]) -> None:
    while part := stream.readline(_CHUNK):
        update(part.removesuffix(b"\n"))
        if part.endswith(b"\n"):
            return


def read_line(line: Line) -> Document | Unreadable:
    """The document on a line, or why there is none; its digest is that of the line."""
    name, index, number = line.path, line.index, line.number
    content = line.content
    sha256 = hashlib.sha256(content).hexdigest()
    source = decode(name, content, number)
    if isinstance(source, Diagnostic):
        return Unreadable(name, index, sha256, (source,))
    values = json_object(source.text)
    if values is not None:
        place = JsonPlaces(source).nearest
        return Document(name, index, partial(tree_of, source), sha256, values, source.first_line, place=place)
    try:
        return reading_of(name, index, parse_json(source), sha256)
    except OrderproofError as error:
        return Unreadable(name, index, sha256, error.diagnostics)


def _long_line(name: str, line: bytes, number: int) -> Diagnostic:
    source = Source(name, line[:_SHOWN].decode("utf-8", "replace"), number)
    message = f"this line is longer than {MAX_LINE >> 20} MiB, the most that is read of one document"
    help_ = "a line ends with a line feed; look whether the line ends are lost"
    return Diagnostic("input.line-too-long", message, span=Span(source, 0, 1), help=help_)
