"""Pictures that are made of drawing commands (.emf, .wmf, packed .emz, .wmz): the text that they hold as text."""

import struct
import zlib
from collections.abc import Iterator

from orderproof.screening.encoding import decoded
from orderproof.screening.gathered import Gathered
from orderproof.screening.text import Line, Spot

METAFILES = (".emf", ".wmf", ".emz", ".wmz")
_EMF, _EMF_MARK = b"\1\0\0\0", b" EMF"
_PLACEABLE = b"\xd7\xcd\xc6\x9a"
_GZIP = b"\x1f\x8b\x08"
_MOST = 32 << 20
_MOST_TEXTS = 20_000
_WIDE, _NARROW, _SMALL = 84, 83, 108
"""The kinds of commands of an .emf that draw text."""
_TEXT_OUT, _TEXT_OUT_EXTENDED = 0x0521, 0x0A32
"""Those of a .wmf."""
_GLYPHS = 0x10
"""Where this is set the text is not one of characters, but of numbers in a font."""
_SAME_ROW = 200

Text = tuple[int, int, str]
"""From the left, from the top, and what is written there."""


def add_metafile(content: bytes, gathered: Gathered, spot: Spot) -> None:
    """Add the texts of such a picture by rows; nothing where it is another, or damaged. Raises SpentError."""
    texts = sorted(texts_of(content), key=lambda text: (text[1], text[0]))
    if not texts:
        return
    near = max(1, (texts[-1][1] - texts[0][1]) // _SAME_ROW)
    rows: list[list[Text]] = []
    for text in texts:
        if rows and text[1] - rows[-1][0][1] <= near:
            rows[-1].append(text)
        else:
            rows.append([text])
    frame = gathered.frame()
    for number, row in enumerate(rows, start=1):
        for left, _, written in sorted(row):
            gathered.line(Line(written.strip(" \0"), spot, "", frame, number, float(left), float(left + 1)))


def texts_of(content: bytes) -> list[Text]:
    """The texts in a picture, as far as it can be read."""
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, _MOST)
        except zlib.error:
            return []
    is_emf = content.startswith(_EMF) and content[40:44] == _EMF_MARK
    found: list[Text] = []
    try:
        for text in _emf_texts(content) if is_emf else _wmf_texts(content):
            found.append(text)
            if len(found) >= _MOST_TEXTS:
                break
    except (struct.error, ValueError):
        return found  # it breaks off here
    return found


def _emf_texts(content: bytes) -> Iterator[Text]:
    at = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<2L", content, at)
        if size < 8:
            return
        if kind in (_WIDE, _NARROW) and size >= 76:
            x, y, count, offset, options = struct.unpack_from("<2l3L", content, at + 36)
            width = 2 if kind == _WIDE else 1
            written = content[at + offset : min(at + size, at + offset + width * count)]
            if not options & _GLYPHS:
                yield x, y, written.decode("utf-16-le", "replace") if width == 2 else decoded(written) or ""
        elif kind == _SMALL and size >= 36:
            x, y, count, options = struct.unpack_from("<2l2L", content, at + 8)
            start = at + 36 + (0 if options & 0x100 else 16)
            is_narrow = bool(options & 0x200)
            written = content[start : min(at + size, start + count * (1 if is_narrow else 2))]
            if not options & _GLYPHS:
                yield x, y, (decoded(written) or "") if is_narrow else written.decode("utf-16-le", "replace")
        at += size


def _wmf_texts(content: bytes) -> Iterator[Text]:
    start = 22 if content.startswith(_PLACEABLE) else 0
    kind, head = struct.unpack_from("<2H", content, start)
    if kind not in (1, 2) or head != 9:
        return
    at = start + 2 * head
    while at + 6 <= len(content):
        size, command = struct.unpack_from("<LH", content, at)
        if size < 3:
            return
        if command == _TEXT_OUT:
            (count,) = struct.unpack_from("<H", content, at + 6)
            y, x = struct.unpack_from("<2h", content, at + 8 + count + count % 2)
            yield x, y, decoded(content[at + 8 : at + 8 + count]) or ""
        elif command == _TEXT_OUT_EXTENDED:
            y, x, count, options = struct.unpack_from("<2h2H", content, at + 6)
            begin = at + 14 + (8 if options & 0x6 else 0)
            if not options & _GLYPHS:
                yield x, y, decoded(content[begin : begin + count]) or ""
        at += 2 * size
