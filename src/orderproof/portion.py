"""The parts of a run's inputs that are read and judged one by one, each whole and by one worker."""

import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from typing import TypeAlias

from msgspec import Struct

from orderproof.document import Notice, Unreadable
from orderproof.reading.decode import wide_encoding
from orderproof.reading.inputs import Found, Input
from orderproof.reading.lines import MAX_LINE

LINES = 1 << 20
"""Bytes of documents on lines that are one portion."""
FILES = 64
"""Files that are one portion, at most; together of about as many bytes."""
_HEAD = 256
_BLANKS = b" \t\r"
_BLANK_LINE = re.compile(rb"\n[ \t\r]*(?=\n)")


class Identity(Struct, frozen=True):
    """What tells whether a file is still the one that it was: its place in the system, its size, its last change."""

    device: int
    inode: int
    size: int
    changed: int


class Lines(Struct, frozen=True, tag="lines"):
    """Some lines of a file with a document on each: where they begin, how many bytes, line number and index of the first."""

    name: str
    identity: Identity
    offset: int
    length: int
    line: int
    index: int
    position: int


class Whole(Struct, frozen=True, tag="whole"):
    """Inputs that are read from beginning to end; ``position`` is that of the first in the run."""

    inputs: tuple[Input, ...]
    position: int


class Known(Struct, frozen=True):
    """What is known without reading: an input that is not there, or something to be said."""

    reading: Unreadable | Notice


Portion: TypeAlias = Lines | Whole | Known


def identity_of(descriptor: int) -> Identity:
    """The identity of an open file."""
    return _identity(os.fstat(descriptor))


def identity_at(name: str) -> Identity | None:
    """The identity of the file that has a name now; None where there is none."""
    try:
        return _identity(os.stat(name))  # noqa: PTH116  # a Path of no name is the current folder
    except (OSError, ValueError):
        return None


def _identity(status: os.stat_result) -> Identity:
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def portions(inputs: Iterable[Found], is_plain: Callable[[Input], bool]) -> Iterator[Portion]:
    """The portions of inputs, in their order; a file with documents on lines is cut where ``is_plain`` says so.

    Every input has its position in the run, from 0.
    """
    gathered: list[Input] = []
    size = 0
    position = 0
    for found in inputs:
        alone = not isinstance(found, Input) or is_plain(found)
        if gathered and (alone or len(gathered) >= FILES or size >= LINES):
            yield Whole(tuple(gathered), position - len(gathered))
            gathered, size = [], 0
        if not isinstance(found, Input):
            yield Known(found)
        elif alone:
            yield from _lines(found, position)
        else:
            gathered.append(found)
            size += size_of_input(found)
        position += 1
    if gathered:
        yield Whole(tuple(gathered), position - len(gathered))


def size_of(portion: Portion) -> int:
    """The bytes that a portion has in the system, as far as they are known."""
    match portion:
        case Lines(length=length):
            return length
        case Whole(inputs=inputs):
            return sum(map(size_of_input, inputs))
        case _:
            return 0


def size_of_input(found: Input) -> int:
    """The bytes that an input has in the system; 0 where that is not known."""
    try:
        return os.stat(found.name).st_size  # noqa: PTH116  # a Path of no name is the current folder
    except (OSError, ValueError):
        return 0


def _lines(found: Input, position: int) -> Iterator[Portion]:
    whole = Whole((found,), position)
    try:
        stream = open(found.name, "rb")  # noqa: PTH123, SIM115  # as above
    except OSError:
        # Whoever reads it says what is wrong with it.
        yield whole
        return
    with stream:
        if wide_encoding(stream.peek(_HEAD)[:_HEAD]) is not None:
            yield whole
            return
        is_empty = True
        for part in _cut(found.name, stream, position):
            is_empty = False
            yield part
    if is_empty:
        yield whole


def _cut(name: str, stream: BufferedReader, position: int) -> Iterator[Lines]:
    """The parts of a file, those without any document left out."""
    identity = identity_of(stream.fileno())
    offset, line, index = 0, 1, 0
    while (part := _counted(stream, first=offset == 0)).length:
        if part.documents:
            yield Lines(name, identity, offset, part.length, line, index, position)
        offset += part.length
        line += part.lines
        index += part.documents


class _Part(Struct, frozen=True):
    """Some bytes of a file, up to the end of a line: how many, the line ends and the documents in them."""

    length: int
    lines: int
    documents: int


def _counted(stream: BufferedReader, *, first: bool) -> _Part:
    """The next part; its last line may be longer than memory."""
    block = stream.read(LINES)
    if block and not block.endswith(b"\n"):
        block += stream.readline(LINES)
    body = block.removeprefix(BOM_UTF8) if first else block
    blank = sum(1 for _ in _BLANK_LINE.finditer(body)) + (body.lstrip(_BLANKS)[:1] == b"\n")
    lines = block.count(b"\n")
    documents = lines - blank
    beyond = 0
    if block and not block.endswith(b"\n"):
        begun = body[body.rfind(b"\n") + 1 :]
        beyond, says, ends = _past_line(stream)
        # A line that is too long is refused, whatever stands on it.
        documents += bool(begun.strip(_BLANKS)) or says or len(begun) + beyond > MAX_LINE
        lines += ends
    return _Part(len(block) + beyond, lines, documents)


def _past_line(stream: BufferedReader) -> tuple[int, bool, bool]:
    """The bytes of the rest of a line, whether anything but blanks is in it, and whether it has an end."""
    length, says, ends = 0, False, False
    while not ends and (part := stream.readline(LINES)):
        length += len(part)
        ends = part.endswith(b"\n")
        says = says or bool(part.strip(_BLANKS + b"\n"))
    return length, says, ends
