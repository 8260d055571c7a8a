"""The lines of a table that is a text, in the encoding that is declared."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.reading.decode import decode, likely_encoding
from orderproof.reading.lines import MAX_LINE
from orderproof.reading.unread import why_unread
from orderproof.source import Source, Span

_WIDE = ("utf-16", "utf-16-le", "utf-16-be")
_SHOWN = 200

Line: TypeAlias = str | Diagnostic
"""A line with its end; a Diagnostic says why neither it nor what follows can be read."""


def csv_lines(name: str, stream: BinaryIO, codec: str | None) -> Iterator[Line]:
    r"""The lines of a text, which end with ``\n`` and nothing else; ``codec`` is None where none is declared: UTF-8."""
    try:
        if codec in _WIDE:
            yield from _wide_lines(name, stream, codec)
        else:
            yield from _byte_lines(name, stream, codec)
    except OSError as error:
        yield why_unread(name, error)


def _byte_lines(name: str, stream: BinaryIO, codec: str | None) -> Iterator[Line]:
    """Lines in an encoding in which the byte of a line feed is never a part of another character."""
    utf_8 = codec in (None, "utf-8")
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            yield _too_long(name, line[:_SHOWN].decode("utf-8", "replace"), number)
            return
        decoded: Line
        if number > 1 and utf_8 and line.isascii():
            decoded = line.decode("ascii")
        elif utf_8:
            decoded = _utf_8(name, line, number, declared=codec is not None)
        else:
            assert codec is not None
            decoded = _declared(name, line, number, codec)
        yield decoded
        if isinstance(decoded, Diagnostic):
            return


def _utf_8(name: str, line: bytes, number: int, *, declared: bool) -> Line:
    source = decode(name, line, number)
    if isinstance(source, Source):
        return source.text
    if source.code != "document.encoding":
        return source
    likely = likely_encoding(line)
    if declared or likely is None:
        return source
    option = "utf-16-le or utf-16-be" if likely == "utf-16" and not _has_mark(line) else likely
    return replace(source, help=f"if it is, say so with --encoding {option}; else save it as UTF-8")


def _has_mark(line: bytes) -> bool:
    return line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _declared(name: str, line: bytes, number: int, codec: str) -> Line:
    try:
        return line.decode(codec)
    except UnicodeDecodeError as error:
        before = line[: error.start].decode(codec)
        shown = Source(name, before + line[error.start :].decode("ascii", "backslashreplace"), number)
        message = f"the byte 0x{line[error.start]:02X} ({error.start + 1:,} in its line) is not {codec}"
        span = Span(shown, len(before), len(before) + 4)
        return Diagnostic("document.encoding", message, span=span, help="declare the encoding that the text has")


def _wide_lines(name: str, stream: BinaryIO, codec: str) -> Iterator[Line]:
    """Lines in UTF-16, in which a character is two bytes or four."""
    if codec == "utf-16":
        mark = stream.read(2)
        if not _has_mark(mark):
            message = "the text has no mark at its beginning that says which UTF-16 it is in"
            help_ = "declare --encoding utf-16-le, as Windows writes it, or utf-16-be"
            yield Diagnostic("document.encoding", message, path=name, help=help_)
            return
        codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    text = io.TextIOWrapper(stream, encoding=codec, errors="strict", newline="\n")
    number = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE and not line.endswith("\n"):
                yield _too_long(name, line[:_SHOWN], number)
                return
            yield line.removeprefix("\ufeff") if number == 1 else line
    except UnicodeDecodeError:
        message = f"the text is not {codec} from somewhere behind line {number:,} on"
        yield Diagnostic("document.encoding", message, path=name, help="declare the encoding that the text has")
    finally:
        # The stream is closed by whoever opened it.
        text.detach()


def _too_long(name: str, start: str, number: int) -> Diagnostic:
    message = f"this line is longer than {MAX_LINE >> 20} MiB, the most that is read of one"
    help_ = "a line ends with a line feed; look whether the line ends are lost"
    return Diagnostic("input.line-too-long", message, span=Span(Source(name, start, number), 0, 1), help=help_)
