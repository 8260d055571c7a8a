"""A workbook of sheets that are lists: typed as text or numbers, with filters, widths, and a header that stays."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

import msgspec
from msgspec import Struct

from orderproof.diagnostic import columns, display
from orderproof.report.write import Aside, Output, fail

Cell: TypeAlias = str | int | None

ROWS = 1_048_576 - 2
"""Rows that a sheet holds beside its header and the line that says how many more there are."""
LENGTH = 32_767
"""UTF-16 units that a cell holds."""

_SHORT = 1000
_SEEN = 3000
"""Characters of a text that are looked at for the height of its row."""
_HEIGHT = 15
_MOST_LINES = 20
_PORTION = 1 << 16
_LARGE = 1 << 31
_FIRST = datetime(1980, 1, 1, tzinfo=UTC)
"""The first instant that a package knows: what every file in it is dated, whenever and wherever it is written."""


class Column(Struct, frozen=True):
    """A column: its title, its width in characters, and whether long texts go on in the next line."""

    title: str
    width: int
    wrap: bool = False


class Rows:
    """The rows of a sheet, put aside; ``more`` counts those that it cannot hold."""

    def __init__(self, limit: int = ROWS) -> None:
        self._limit = limit
        self._items = Aside()
        self.count = 0
        self.more = 0

    def add(self, *row: Cell | tuple[str, ...]) -> None:
        """Add a row; a tuple of texts is a cell of so many lines."""
        if self.count == self._limit:
            self.more += 1
            return
        self.count += 1
        cells = [held if isinstance(held, int | None) else fitting(held) for held in row]
        self._items.write(msgspec.json.encode(cells) + b"\n")

    def read(self) -> Iterator[list[Cell]]:
        """The rows; none may be added after."""
        decode = msgspec.json.Decoder(list[Cell]).decode
        yield from map(decode, self._items.lines())
        self._items.close()


class Sheet(Struct, frozen=True):
    """A sheet with rows and, where it is a list, a header. ``left`` is its last line, where it does not hold all there are;
    ``pages`` is how many its columns take where it is printed.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    left: str = ""
    heading: bool = True
    pages: int = 1


def fitting(text: str | tuple[str, ...]) -> str:
    """A text, or lines of texts, as a cell takes them: visible, and cut where it is too long, which is said."""
    if isinstance(text, str) and len(text) <= _SHORT:
        return display(text)  # a sign becomes at most ten
    lines = (text,) if isinstance(text, str) else text
    visible = "\n".join(display(line[:LENGTH]) for line in lines)
    unseen = sum(max(0, len(line) - LENGTH) for line in lines)
    if not unseen and (len(visible) <= LENGTH // 2 or _units(visible) <= LENGTH):
        return visible
    kept = visible[: LENGTH // 2 - 32]
    return f"{kept}… (+{len(visible) - len(kept) + unseen:,})"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def write_book(out: Output, sheets: Sequence[Sheet], made: datetime, tones: Mapping[str, str]) -> None:
    """Write a workbook. ``tones`` are the colours of cells that hold one of these texts.

    What is on its way lies in a folder that nobody else can read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="orderproof-") as folder:
            path = Path(folder) / "report.xlsx"
            _write(path, sheets, made, tones)
            with path.open("rb") as file:
                _repack(file, out)
    except OSError as error:
        fail("a temporary file", error)


def _write(path: Path, sheets: Sequence[Sheet], made: datetime, tones: Mapping[str, str]) -> None:
    import xlsxwriter  # late: few runs write a workbook
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.use_zip64()
    try:
        # A property of the file: of when the run tells, never when it was made.
        book.set_properties({"created": max(made, _FIRST).astimezone(UTC).replace(tzinfo=None)})
        looks = _Looks(book, tones)
        for sheet in sheets:
            _sheet(book.add_worksheet(sheet.name), sheet, looks)
        book.close()
    except FileCreateError as error:
        cause = error.args[0]
        raise (cause if isinstance(cause, OSError) else OSError(str(cause))) from error
    finally:
        for each in book.worksheets():
            each.row_data_fh.close()  # those of a workbook that was given up


class _Looks:
    """The formats of a workbook's cells."""

    def __init__(self, book: Any, tones: Mapping[str, str]) -> None:
        plain = {"valign": "top"}
        self.header = book.add_format({**plain, "bold": True, "bg_color": "#E9EDF2", "bottom": 1, "text_wrap": True})
        self.label = book.add_format({**plain, "bold": True})
        self.plain = book.add_format(plain)
        self.left = book.add_format({**plain, "align": "left"})
        self.wrap = book.add_format({**plain, "text_wrap": True})
        self.note = book.add_format({**plain, "bold": True, "font_color": "#8A5300"})
        self.tones = {
            text: book.add_format({**plain, "bold": True, "font_color": tone}) for text, tone in tones.items()
        }


def _sheet(made: Any, sheet: Sheet, looks: _Looks) -> None:
    made.set_landscape()
    made.set_paper(9)  # A4
    made.fit_to_pages(sheet.pages, 0)
    for number, column in enumerate(sheet.columns):
        made.set_column(number, number, column.width, looks.plain)
    first = 0
    if sheet.heading:
        for number, column in enumerate(sheet.columns):
            made.write_string(0, number, column.title[:1].upper() + column.title[1:], looks.header)
        made.freeze_panes(1, 0)
        made.repeat_rows(0)
        first = 1
    last = first - 1
    for last, row in enumerate(sheet.rows, first):
        _row(made, last, row, sheet, looks)
    if sheet.heading:
        made.autofilter(0, 0, last, len(sheet.columns) - 1)
    if sheet.left:
        made.write_string(last + 1, 0, sheet.left, looks.note)


def _row(made: Any, number: int, row: Sequence[Cell], sheet: Sheet, looks: _Looks) -> None:
    lines = max(_lines(held, column) for held, column in zip(row, sheet.columns, strict=True))
    if lines > 1:
        # not every program makes a row as high as its texts are
        made.set_row(number, _HEIGHT * min(lines, _MOST_LINES))
    for place, (held, column) in enumerate(zip(row, sheet.columns, strict=True)):
        if isinstance(held, int):
            made.write_number(number, place, held, looks.plain if sheet.heading else looks.left)
        elif held:
            usual = looks.wrap if column.wrap else looks.plain
            look = looks.tones.get(held, usual) if sheet.heading or place else looks.label
            made.write_string(number, place, held, look)


def _lines(held: Cell, column: Column) -> int:
    """The lines that a cell takes, rather one too many than one too few."""
    if not isinstance(held, str) or not column.wrap:
        return 1
    return sum(1 + (columns(line) - 1) * 21 // (column.width * 20) if line else 1 for line in held[:_SEEN].split("\n"))


def _repack(file: IO[bytes], out: Output) -> None:
    """The same files in a package with fixed dates, which goes out as it is written."""
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(cast("IO[bytes]", _Going(out)), "w") as packed:
        for info in made.infolist():
            entry = zipfile.ZipInfo(info.filename, _FIRST.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            with made.open(info) as inner, packed.open(entry, "w", force_zip64=info.file_size >= _LARGE) as written:
                while portion := inner.read(_PORTION):
                    written.write(portion)


class _Going:
    """A file that can only be written to, and not be gone back in."""

    def __init__(self, out: Output) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """The output does that."""
