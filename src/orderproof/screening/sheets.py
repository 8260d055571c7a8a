"""Workbooks (.xlsx, .xlsm): all text of all their sheets, also of hidden ones, with its cells."""

import re

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.office_rest import rest
from orderproof.screening.ooxml import Handler, Parts, limited
from orderproof.screening.sheet_beside import CommentReader, DrawingReader
from orderproof.screening.sheet_book import BookReader, CellLooks, SharedTexts, SheetPart, sheets_of
from orderproof.screening.sheet_cells import CellReader, Shared
from orderproof.screening.text import Extract, Line, Spot

_PLACE = re.compile(r"(?:'[^']*'|[\w.]+)!\$?[A-Z]{0,3}\$?\d*(?::\$?[A-Z]{0,3}\$?\d*)?(?:,|\Z)|#REF!")
"""A defined name that only points to cells, as print areas do."""


def read_xlsx(content: bytes, budget: Budget) -> Extract:
    """All text of a workbook, its pictures, and what of it could not be read; it raises nothing."""
    gathered = Gathered(budget)
    limited(gathered, lambda: _read(Parts(content, budget, gathered), budget, gathered))
    if not gathered.gaps and not any(line.hidden == "" for line in gathered.lines):
        gathered.pictures = [replace(picture, alone=True) for picture in gathered.pictures]
    return gathered.extract("xlsx")


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
    with parts.reading(sheet.part):
        parts.parse(sheet.part, reader)
    reader.end_all()
    for relation in parts.related(sheet.part).values():
        if relation.is_external or relation.target not in parts.unread:
            continue
        if relation.kind in ("comments", "threadedComment"):
            _parse(parts, relation.target, CommentReader(gathered, sheet.name, hidden))
        elif relation.kind in ("drawing", "vmlDrawing"):
            drawing = DrawingReader(gathered, sheet.name, hidden)
            _parse(parts, relation.target, drawing)
            _pictures(open_, relation.target, drawing)


def _pictures(open_: _Open, part: str, drawing: DrawingReader) -> None:
    """Tell the pictures of a drawing, or read them where that can be done."""
    parts, gathered, ocr = open_.parts, open_.gathered, open_.budget.ocr
    for relation_id, spot, share in drawing.pictures:
        relation = parts.related(part).get(relation_id)
        if relation is None:
            continue
        lines: tuple[Line, ...] = ()
        if ocr is not None and not relation.is_external and parts.has(relation.target):
            with parts.reading(relation.target):
                lines = ocr(parts.content(relation.target))
        if not lines:
            gathered.picture(spot, share)
            continue
        frame = gathered.frame()
        for line in lines:
            gathered.line(replace(line, spot=replace(spot, part="picture"), frame=frame))
