"""Tables as readers make them: what is declared about them, and the rules that all of them follow."""

import codecs
from collections.abc import Mapping, Sequence

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.table import BrokenRow, Cell, Row, RowReading, Table, Value

__all__ = [
    "DELIMITERS",
    "BrokenRow",
    "Cell",
    "Row",
    "RowReading",
    "Table",
    "TableOptions",
    "Value",
    "codec_of",
    "headers_of",
    "help_with_encoding",
    "no_row",
]

MAX_COLUMNS = 16_384

DELIMITERS: Mapping[str, str] = {",": ",", ";": ";", "tab": "\t", "|": "|"}
"""What may stand between the fields of a row, by the names that a user gives."""

_CODECS: Mapping[str, str] = {
    codecs.lookup(name).name: name
    for name in (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "shift_jis", "cp932"),
        *("euc_jp", "euc_kr", "cp949", "latin-1", "iso8859-2", "iso8859-5", "iso8859-9", "iso8859-15"),
        *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    )
}
"""Encodings of tables that are read: those of texts, in which a line feed is always one."""


class TableOptions(Struct, frozen=True):
    """What a user or a mapping declares about tables; None leaves it to the file, which is never guessed at.

    ``delimiter`` is a value of DELIMITERS; ``encoding`` a name that ``codec_of`` knows; ``sheet`` the name of a sheet.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


def codec_of(encoding: str) -> str | None:
    """The one name of an encoding that has several, such as utf8 and UTF-8; None for one that is not read."""
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return None
    # With a mark or without one it is the same encoding.
    name = name.removesuffix("-sig")
    return name if name in _CODECS else None


def help_with_encoding(encoding: str) -> str:
    """What to say of an encoding that is not read."""
    return did_you_mean(encoding, _CODECS.values()) or f"known encodings: {', '.join(_CODECS.values())}"


def headers_of(cells: Sequence[Cell]) -> tuple[Cell, ...] | Diagnostic:
    """The headers that a row of cells is, without the empty ones behind the last; or what is wrong with them.

    Blanks around a header do not belong to it.
    """
    headers = [Cell(str(cell.value or "").strip(), cell.span) for cell in cells]
    while headers and not headers[-1].value:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        message = f"this table has {len(headers):,} columns; at most {MAX_COLUMNS:,} are read"
        return Diagnostic("table.too-wide", message, span=headers[-1].span)
    seen: dict[str, Cell] = {}
    for number, header in enumerate(headers, start=1):
        name = str(header.value)
        if not name:
            help_ = "name what stands below, or take the column out"
            return Diagnostic("table.header", f"column {number} has no header", span=header.span, help=help_)
        first = seen.setdefault(name, header)
        if first is not header:
            place = Diagnostic("", "", span=first.span).place
            message = f"the header `{name}` stands here once more"
            return Diagnostic("table.duplicate-header", message, span=header.span, help=f"it stands first at {place}")
    return tuple(headers)


def no_row(path: str, headers: Sequence[Cell]) -> BrokenRow:
    """A table of nothing but headers holds no document, which somebody must be told."""
    span = headers[-1].span
    help_ = "an input holds at least one document; take it out of the run if it is meant to be empty"
    message = "no row stands below the headers"
    return BrokenRow(span.position.line, (Diagnostic("document.none", message, span=span, path=path, help=help_),))
