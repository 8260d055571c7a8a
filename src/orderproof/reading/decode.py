"""From bytes to text: UTF-8 and nothing else, and what else it was where it is not."""

import codecs
import re
from collections.abc import Mapping
from typing import BinaryIO

from orderproof.diagnostic import Diagnostic
from orderproof.source import Source, Span

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_CONVERT = "save it as UTF-8, in an editor by `save with encoding`"
_HIGH = re.compile(rb"[\x80-\xff]+")
_HEAD = 256
_CHUNK = 1 << 18


def decode(name: str, content: bytes, first_line: int = 1) -> Source | Diagnostic:
    """The text of bytes in UTF-8, with or without a byte order mark, or why there is none."""
    wide = wide_encoding(content)
    if wide is not None:
        return Diagnostic("document.encoding", f"the text is {wide}, not UTF-8", path=name, help=_CONVERT)
    # A mark stands at the beginning of a file; on a later line it is a character like others, and refused as such.
    body = content.removeprefix(codecs.BOM_UTF8) if first_line == 1 else content
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(name, body, first_line, error)
    source = Source(name, text, first_line)
    nul = text.find("\0")
    if nul < 0:
        return source
    help_ = "take it out; the file may be damaged, or no text at all"
    return Diagnostic("document.character", "a NUL character stands here", span=Span(source, nul, nul + 1), help=help_)


def wide_encoding(content: bytes) -> str | None:
    """The name of an encoding of two or four bytes a character that bytes seem to be in."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    # Every second byte of Latin text in UTF-16 is NUL; UTF-8 text holds none.
    return "UTF-16 or UTF-32" if len(head) >= 4 and head.count(0) * 3 >= len(head) else None


def claims_utf_8(stream: BinaryIO) -> bool:
    """Whether bytes are UTF-8 beyond doubt: they say so at their beginning, or are valid with other than ASCII in them.

    A text in another encoding, of more than a few characters, is no valid UTF-8; one of two bytes a character has NULs.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = stream.read(_CHUNK)
    if chunk.startswith(codecs.BOM_UTF8):
        return True
    is_ascii = True
    try:
        while chunk:
            if b"\0" in chunk:
                return False
            is_ascii = is_ascii and chunk.isascii()
            decoder.decode(chunk)
            chunk = stream.read(_CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not is_ascii


def _not_utf8(name: str, body: bytes, first_line: int, error: UnicodeDecodeError) -> Diagnostic:
    """The place of the first byte that is not UTF-8, shown in its line."""
    at = error.start
    start = body.rfind(b"\n", 0, at) + 1
    end = body.find(b"\n", at)
    line = body[start : len(body) if end < 0 else end]
    before = line[: at - start].decode("utf-8")
    shown = Source(name, before + line[at - start :].decode("utf-8", "backslashreplace"), first_line + _lines(body, at))
    span = Span(shown, len(before), len(before) + 4)
    if error.reason == "unexpected end of data":
        message, help_ = "the text ends inside a character", "the file was cut off; get it whole"
    else:
        message = f"the byte 0x{body[at]:02X} ({at - start + 1:,} in its line) is not UTF-8; {_LOOKS[_likely(line)]}"
        help_ = _CONVERT
    return Diagnostic("document.encoding", message, span=span, help=help_)


def _lines(body: bytes, at: int) -> int:
    return body.count(b"\n", 0, at)


_LOOKS: Mapping[str | None, str] = {
    None: "it is half a character, as a wrong conversion leaves it",
    "gb18030": "the text looks like GB18030 (GBK)",
    "cp1252": "the text looks like Latin-1 (Windows-1252)",
}


def likely_encoding(content: bytes) -> str | None:
    """The name of the encoding in which a text most likely is that is not in UTF-8, where one is likely."""
    if wide_encoding(content) is not None:
        return "utf-16"
    return next((_likely(line) for line in content.split(b"\n") if _HIGH.search(line)), None)


def _likely(line: bytes) -> str | None:
    """What a line most likely is in: Chinese characters are pairs of high bytes, Latin letters single ones."""
    if b"\xed" in line and _is_surrogate(line):
        return None
    pairs = all(len(run) % 2 == 0 for run in _HIGH.findall(line))
    if pairs:
        try:
            line.decode("gb18030")
        except UnicodeDecodeError:
            pairs = False
    return "gb18030" if pairs else "cp1252"


def _is_surrogate(line: bytes) -> bool:
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
