"""What standard input holds, where nobody says it: it has no name that would."""

from codecs import BOM_UTF8
from typing import BinaryIO

from orderproof.reading.content import FileContent
from orderproof.reading.formats import Format
from orderproof.reading.lines import BLANKS, MAX_LINE

WORKBOOK = "xl/workbook.xml"
"""The member that makes an archive a workbook."""

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b\x08"


def sniffed(file: BinaryIO, format: Format | None) -> tuple[bool, Format]:
    """Whether bytes are compressed by gzip, and their format, which they tell themselves where none is given.

    They are JSON, YAML, documents on lines, a workbook or an archive; a table of fields is never guessed.
    """
    file.seek(0)
    head = file.read(len(_ZIP))
    packed = head.startswith(_GZIP) and format not in (Format.XLSX, Format.ZIP)
    if format is not None:
        return packed, format
    if head == _ZIP:
        from orderproof.reading.zip_members import members_of  # late: only for archives

        is_workbook = any(member.name == WORKBOOK for member in members_of(file))
        return False, Format.XLSX if is_workbook else Format.ZIP
    return packed, _text_format(FileContent(file, packed=packed).stream())


def _text_format(stream: BinaryIO) -> Format:
    """The format of a text; ``}`` and then a line with ``{`` is never inside one JSON value."""
    first = stream.readline(MAX_LINE + 1).removeprefix(BOM_UTF8).lstrip(BLANKS)
    while not first:
        line = stream.readline(MAX_LINE + 1)
        if not line:
            return Format.YAML
        first = line.lstrip(BLANKS)
    if first[:1] not in (b"{", b"["):
        return Format.YAML
    if first.rstrip(BLANKS)[-1:] not in (b"}", b"]"):
        return Format.JSON
    while following := stream.readline(MAX_LINE + 1):
        if following.strip(BLANKS):
            return Format.NDJSON if following.lstrip(BLANKS)[:1] in (b"{", b"[") else Format.JSON
    return Format.JSON
