"""Workbooks (.xlsx, .xlsm): all text of all their sheets, also of hidden ones, with its cells."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.office_rest import rest
from orderproof.screening.ooxml import XML_ENDINGS, Handler, Parts, Relation, limited
from orderproof.screening.picture_size import stands_alone
from orderproof.screening.sheet_beside import CommentReader, DrawingReader
from orderproof.screening.sheet_book import BookReader, CellLooks, SharedTexts, SheetPart, sheets_of
from orderproof.screening.sheet_cells import REPLACES, CellReader, Shared
from orderproof.screening.text import Extract, Line, Picture, Spot

_PLACE = re.compile(r"(?:'[^']*'|[\w.]+)!\$?[A-Z]{0,3}\$?\d*(?::\$?[A-Z]{0,3}\$?\d*)?(?:,|\Z)|#REF!")
"""A defined name that only points to cells, as print areas do."""
_ROW = re.compile(r"![A-Z]+([0-9]{1,7})\Z")


def read_xlsx(content: bytes, budget: Budget) -> Extract:
    """All text of a workbook, its pictures, and what of it could not be read; it raises nothing."""
    gathered = Gathered(budget)
    limited(gathered, lambda: _read(Parts(content, budget, gathered), budget, gathered))
    if not gathered.gaps and not any(line.hidden == "" for line in gathered.lines):
        gathered.pictures = [replace(picture, alone=True) for picture in gathered.pictures]
    return gathered.extract("xlsx")


class _Cells(Struct, frozen=True):
    """The lines of the cells of a sheet: the number of the first, their rows in order, and how many letters they show."""

    first: int
    rows: tuple[int, ...]
    letters: int


class _Open(Struct, frozen=True):
    """What is read now, and what it is gathered in."""

    parts: Parts
    budget: Budget
    gathered: Gathered


def _read(parts: Parts, budget: Budget, gathered: Gathered) -> None:
    found = [relation.target for relation in parts.related("").values() if relation.kind == "officeDocument"]
    main = found[0] if found else "xl/workbook.xml"
    book, texts, looks = BookReader(), SharedTexts(), CellLooks()
    _parse(parts, main, book)
    handlers: dict[str, Handler] = {"sharedStrings": texts, "styles": looks}
    for relation in parts.related(main).values():
        handler = handlers.get(relation.kind)
        if handler is not None and parts.has(relation.target):
            _parse(parts, relation.target, handler)
    shared = Shared(texts.texts, bytearray(len(texts.texts)), looks.looks(), book.from_1904)
    for sheet in sheets_of(parts, main, book):
        _sheet(_Open(parts, budget, gathered), sheet, shared)
    frame = gathered.frame()
    for row, (name, value) in enumerate(book.names, start=1):
        if _PLACE.sub("", value):
            gathered.line(Line(f"{name}: {value}", Spot(part="defined name"), frame=frame, row=row))
    frame = gathered.frame()
    shown = {line.text for line in gathered.lines}
    for row, literal in enumerate(looks.literals, start=1):
        if literal not in shown:
            gathered.line(Line(literal, Spot(part="number format"), "hidden text", frame, row))
    if looks.replaces:
        gathered.gap("format", REPLACES)
    unused = (text for text, is_used in zip(shared.texts, shared.used, strict=True) if not is_used)
    frame = gathered.frame()
    for row, text in enumerate(unused, start=1):
        gathered.line(Line(text, Spot(part="text of no cell"), "hidden text", frame, row))
    rest(parts, gathered)


def _parse(parts: Parts, name: str, handler: Handler) -> None:
    with parts.reading(name):
        parts.parse(name, handler)


def _sheet(open_: _Open, sheet: SheetPart, shared: Shared) -> None:
    parts, gathered = open_.parts, open_.gathered
    hidden = "hidden sheet" if sheet.is_hidden else ""
    gathered.line(Line(sheet.name, Spot(part="sheet name"), hidden, gathered.frame()))
    reader = CellReader(gathered, open_.budget, shared, sheet.name, hidden)
    first = len(gathered.lines)
    with parts.reading(sheet.part):
        parts.parse(sheet.part, reader)
    reader.end_all()
    cells = _cells(gathered.lines[first:], first, hidden)
    for relation in parts.related(sheet.part).values():
        if relation.is_external or relation.target not in parts.unread:
            continue
        if relation.kind in ("comments", "threadedComment"):
            _parse(parts, relation.target, CommentReader(gathered, sheet.name, hidden))
        elif relation.kind in ("drawing", "vmlDrawing"):
            drawing = DrawingReader(gathered, sheet.name, hidden, reader.sizes)
            _parse(parts, relation.target, drawing)
            _pictures(open_, relation.target, drawing, cells)
        elif relation.kind == "image":
            _picture(open_, relation, (Spot(part="background", cell=sheet.name), 1.0), cells)


def _cells(lines: Sequence[Line], first: int, hidden: str) -> _Cells:
    letters = sum(sum(map(str.isalnum, line.text)) for line in lines if line.hidden in ("", hidden))
    return _Cells(first, tuple(sorted(line.row for line in lines)), letters)


def _pictures(open_: _Open, part: str, drawing: DrawingReader, cells: _Cells) -> None:
    """Tell the pictures of a drawing, or read them where that can be done."""
    for relation_id, spot, share in drawing.pictures:
        relation = open_.parts.related(part).get(relation_id)
        if relation is not None:
            _picture(open_, relation, (spot, share), cells)


def _picture(open_: _Open, relation: Relation, place: tuple[Spot, float], cells: _Cells) -> None:
    """Tell what a picture over the cells of a sheet says; where it is not read, behind the row where it begins."""
    parts, gathered, ocr = open_.parts, open_.gathered, open_.budget.ocr
    spot, share = place
    lines: tuple[Line, ...] = ()
    is_drawn = relation.target.lower().endswith(XML_ENDINGS)  # its text is told with the rest
    if ocr is not None and not (relation.is_external or is_drawn) and parts.has(relation.target):
        with parts.reading(relation.target):
            lines = ocr(parts.content(relation.target))
    if not lines:
        row = _ROW.search(spot.cell)
        before = bisect_right(cells.rows, int(row.group(1))) if row is not None else 0
        gathered.pictures.append(Picture(spot, cells.first + before, share, stands_alone(cells.letters, share)))
    frame = gathered.frame()
    for line in lines:
        gathered.line(replace(line, spot=replace(spot, part="picture"), frame=frame))
