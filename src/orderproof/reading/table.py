"""Tables as readers make them: the rules that all of them follow."""

import codecs
import re
from collections.abc import Mapping, Sequence
from functools import cache
from unicodedata import normalize

from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.table import DELIMITERS, BrokenRow, Cell, Row, RowReading, Table, TableOptions, Value

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
    "is_shortened",
    "is_total",
    "no_row",
]

MAX_COLUMNS = 16_384

_SHORTENED = re.compile(r"\s*'?[+-]?[0-9]{1,3}(?:[.,][0-9]+)?[Ee]\+[0-9]+\s*\Z")
SHORTENED = "a spreadsheet shortened this number; its digits are lost"
SHORTENED_HELP = "format the column as text and export again, from where the number is still whole"
_TOTAL = re.compile(
    r"(?:合[计計]|[总總][计計]|小[计計]|共[计計]|[总總]和|[汇匯彙][总總]|累[计計]|(?:grand|sub)?-?totals?|sum)(?:[:(/].*)?\Z"
)
TITLE_HELP = "a title is no header: delete the rows above the headers"
TOTAL_HELP = "this looks like a total row; delete it"
_LONGEST_TOTAL = 40

_ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "shift_jis", "cp932"),
    *("euc_jp", "euc_kr", "cp949", "latin-1", "iso8859-2", "iso8859-5", "iso8859-9", "iso8859-15"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
)
"""Encodings of tables that are read: those of texts, in which a line feed is always one."""


@cache
def _codecs() -> Mapping[str, str]:
    """These by the names that Python has for them; looked up when a table is read, since that loads them."""
    return {codecs.lookup(name).name: name for name in _ENCODINGS}


def codec_of(encoding: str) -> str | None:
    """The one name of an encoding that has several, such as utf8 and UTF-8; None for one that is not read."""
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return None
    # With a mark or without one it is the same encoding.
    name = name.removesuffix("-sig")
    return name if name in _codecs() else None


def help_with_encoding(encoding: str) -> str:
    """What to say of an encoding that is not read."""
    return did_you_mean(encoding, _ENCODINGS) or f"known encodings: {', '.join(_ENCODINGS)}"


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
            filled = sum(bool(each.value) for each in headers)
            is_title = filled == 1 or 2 * filled < len(headers)
            help_ = TITLE_HELP if is_title else "name what stands below, or take the column out"
            return Diagnostic("table.header", f"column {number} has no header", span=header.span, help=help_)
        first = seen.setdefault(name, header)
        if first is not header:
            place = Diagnostic("", "", span=first.span).place
            message = f"the header `{name}` stands here once more"
            return Diagnostic("table.duplicate-header", message, span=header.span, help=f"it stands first at {place}")
    return tuple(headers)


def is_shortened(value: Value) -> bool:
    """Whether a text is a number as a spreadsheet shows one that is too wide for it, such as `1.02938E+17`."""
    return isinstance(value, str) and "+" in value and _SHORTENED.match(value) is not None


def is_total(value: Value) -> bool:
    """Whether a text is what stands before the sums below a table, such as `Total` or `合计`."""
    if not isinstance(value, str) or len(value) > _LONGEST_TOTAL or value[:1].isdigit():
        return False
    return _TOTAL.match("".join(normalize("NFKC", value).casefold().split())) is not None


def no_row(path: str, headers: Sequence[Cell]) -> BrokenRow:
    """A table of nothing but headers holds no document, which somebody must be told."""
    span = headers[-1].span
    help_ = "an input holds at least one document; take it out of the run if it is meant to be empty"
    message = "no row stands below the headers"
    return BrokenRow(span.position.line, (Diagnostic("document.none", message, span=span, path=path, help=help_),))
