"""One page: what it draws and what its annotations draw, as lines, pictures and what cannot be read of it."""

import io
import zlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from msgspec.structs import replace
from pypdf import PageObject
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.pdf.annotations import Annotation, annotations_of
from orderproof.screening.pdf.attempt import attempt
from orderproof.screening.pdf.canvas import Canvas, Drawn
from orderproof.screening.pdf.drawing import draw, draw_form
from orderproof.screening.pdf.fonts import Font
from orderproof.screening.pdf.layers import Layers
from orderproof.screening.pdf.matrix import IDENTITY, Box, Matrix, area, moved_box, shared
from orderproof.screening.pdf.pictures import STRIP, pictures_of
from orderproof.screening.pdf.rows import Cell, cells_of, is_untold
from orderproof.screening.pdf.state import State
from orderproof.screening.pdf.values import array_at, box_of, dictionary_at, number_in_file, number_of, value_of
from orderproof.screening.pdf.walk import Walk
from orderproof.screening.picture_size import LITTLE_TEXT
from orderproof.screening.text import Line, Picture, Spot

_PAPER: Box = (0.0, 0.0, 612.0, 792.0)
_ANYWHERE: Box = (-1e7, -1e7, 1e7, 1e7)
_APART = "drawn on no page"
_OUTLINES = 300
_MOST_PIXELS = 40_000_000
_HELVETICA = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    }
)


class PageReader:
    """Reads the pages of one file; fonts are read once for all of them."""

    def __init__(self, gathered: Gathered, budget: Budget, layers: Layers) -> None:
        self._gathered, self._budget, self._layers = gathered, budget, layers
        self._fonts: dict[int, tuple[DictionaryObject, Font]] = {}
        self.drawn = set[int]()
        """The numbers of the pages and forms that were drawn."""

    def read(self, page: PageObject, number: int) -> None:
        """Add the lines and pictures of a page; raises what pypdf raises, TooMuchError and SpentError."""
        self._budget.page()
        self.drawn.add(number_in_file(page))
        box, matrix = _laid(page)
        canvas = Canvas(box)
        walk = Walk(canvas, self._font, self._layers)
        contents = value_of(page, "/Contents")
        if contents is not None:
            if any(_is_cut(stream) for stream in _streams(contents)):
                self._gathered.gap("damaged", f"the text of page {number} is cut off", Spot(page=number))
            self._attempt(number, lambda: draw(walk, contents, dictionary_at(page, "/Resources"), matrix))
        annotations = annotations_of(page)
        for annotation in annotations:
            self._attempt(number, partial(_draw_annotation, walk, annotation, matrix))
        self.drawn.update(map(number_in_file, walk.drawn))
        self._add(canvas, walk, annotations, number)

    def read_apart(self, source: DictionaryObject) -> None:
        """Add the text of a form, a pattern or a page that no page draws; raises what pypdf raises, and SpentError."""
        walk = Walk(Canvas(_ANYWHERE), self._font, self._layers)
        if isinstance(source, StreamObject):
            draw_form(walk, source, IDENTITY, _APART)
        else:
            draw(walk, value_of(source, "/Contents"), dictionary_at(source, "/Resources"), IDENTITY)
        frame = self._gathered.frame()
        for cell in cells_of(walk.runs()):
            spot = Spot(part=_APART)
            self._gathered.line(Line(cell.text, spot, _APART, frame, cell.row, cell.left, cell.right))

    def _attempt(self, number: int, add: Callable[[], None]) -> None:
        attempt(self._gathered, f"page {number}", add, Spot(page=number))

    def _font(self, source: Any) -> Font:
        """A font of a page; a plain one where the page names none that there is."""
        if not isinstance(source, DictionaryObject):
            source = _HELVETICA
        known = self._fonts.get(id(source))
        if known is None:
            known = self._fonts[id(source)] = (source, Font(source))
        return known[1]

    def _add(self, canvas: Canvas, walk: Walk, annotations: Iterable[Annotation], number: int) -> None:
        cells = cells_of(walk.runs())
        if is_untold(cells):
            self._gathered.gap("damaged", f"text of page {number} cannot be decoded", Spot(page=number))
        letters = sum(map(str.isalnum, "".join(cell.text for cell in cells if not cell.hidden)))
        pictures = pictures_of(canvas, number, letters)
        frame = self._gathered.frame()
        lines = _add_in_order(self._gathered, cells, [] if self._budget.ocr else pictures, number, frame)
        self._add_told(walk.told, annotations, cells, number, lines)
        if self._budget.ocr is not None:
            self._add_read(pictures, self._budget.ocr, number)
        covered = sum(picture.share for _, picture in pictures)
        is_drawn = letters < LITTLE_TEXT and covered < STRIP and canvas.curves >= _OUTLINES
        if is_drawn or canvas.outlines.is_text(canvas.box):
            what = f"page {number} is" if is_drawn else f"letters of page {number} are"
            self._gathered.gap("picture", f"{what} drawn in lines, and cannot be read", Spot(page=number))

    def _add_told(
        self, told: Iterable[str], annotations: Iterable[Annotation], cells: Iterable[Cell], number: int, lines: int
    ) -> None:
        """Texts that stand for what is drawn and those of annotations, unless the page shows them anyway."""
        shown = _compact(" ".join(cell.text for cell in cells))
        texts = [("alternative text", text, "") for text in told]
        texts += [(part, text, note.hidden) for note in annotations for part, text in note.texts]
        frame = self._gathered.frame()
        for part, text, hidden in texts:
            if _compact(text) and _compact(text) not in shown:
                lines += 1
                spot = Spot(part=part, page=number)
                self._gathered.line(Line(text.replace("\r", "\n"), spot, hidden, frame=frame, row=lines))

    def _add_read(
        self, pictures: Iterable[tuple[Drawn, Picture]], ocr: Callable[[bytes], tuple[Line, ...]], number: int
    ) -> None:
        """The lines that are read in pictures; a picture that cannot be read stays one."""
        for drawn, picture in pictures:
            content = _points(drawn.source)
            lines = ocr(content) if content is not None else ()
            if not lines:
                _add_picture(self._gathered, picture)
            frame = self._gathered.frame()
            for line in lines:
                spot = Spot(part="picture", page=number, line=line.spot.line)
                self._gathered.line(Line(line.text, spot, "", frame, line.row, line.left, line.right))


def _add_in_order(
    gathered: Gathered, cells: Iterable[Cell], pictures: Iterable[tuple[Drawn, Picture]], number: int, frame: int
) -> int:
    """Add the cells of a page, and each picture behind what stands above its middle; returns the number of rows."""
    waiting = sorted(pictures, key=lambda pair: -(pair[0].box[1] + pair[0].box[3]))
    row = 0
    for cell in cells:
        row = cell.row
        while waiting and (waiting[0][0].box[1] + waiting[0][0].box[3]) / 2 > cell.top:
            _add_picture(gathered, waiting.pop(0)[1])
        spot = Spot(page=number, line=cell.row)
        gathered.line(Line(cell.text, spot, cell.hidden, frame, cell.row, cell.left, cell.right))
    for _, picture in waiting:
        _add_picture(gathered, picture)
    return row


def _add_picture(gathered: Gathered, picture: Picture) -> None:
    gathered.pictures.append(replace(picture, after=len(gathered.lines)))


def _draw_annotation(walk: Walk, annotation: Annotation, matrix: Matrix) -> None:
    if annotation.is_film and annotation.box is not None:
        walk.canvas.picture(moved_box(annotation.box, matrix), None, is_opaque=False)
    if annotation.look is not None:
        draw_form(walk, annotation.look, annotation.placed(matrix), annotation.hidden)
    else:
        walk.shown(annotation.runs(matrix), State(matrix, walk.canvas.box), "")


def _points(source: Any) -> bytes | None:
    """A picture in a format that others read; None where it cannot be had."""
    if not isinstance(source, StreamObject):
        return None
    width, height = number_of(value_of(source, "/Width")) or 0, number_of(value_of(source, "/Height")) or 0
    if width * height > _MOST_PIXELS:
        return None
    content = io.BytesIO()
    try:
        source.decode_as_image().convert("RGB").save(content, "png")
    except Exception:  # noqa: BLE001
        return None  # pypdf and the library of pictures fail in any way at a broken one; it stays unread
    return content.getvalue()


def _laid(page: PageObject) -> tuple[Box, Matrix]:
    """The visible part of a page as it is turned, from 0, and the matrix that lays the page so."""
    media = box_of(array_at(page, "/MediaBox")) or _PAPER
    crop = box_of(array_at(page, "/CropBox")) or media
    left, bottom, right, top = shared(media, crop) if area(shared(media, crop)) > 0 else media
    width, height = right - left, top - bottom
    turn = int(number_of(value_of(page, "/Rotate")) or 0) % 360
    if turn == 90:
        return (0.0, 0.0, height, width), (0.0, -1.0, 1.0, 0.0, -bottom, right)
    if turn == 180:
        return (0.0, 0.0, width, height), (-1.0, 0.0, 0.0, -1.0, right, top)
    if turn == 270:
        return (0.0, 0.0, height, width), (0.0, 1.0, -1.0, 0.0, top, -left)
    return (0.0, 0.0, width, height), (1.0, 0.0, 0.0, 1.0, -left, -bottom)


def _streams(contents: Any) -> list[StreamObject]:
    if not isinstance(contents, (StreamObject, ArrayObject)):
        raise PdfReadError("what a page draws is no stream")
    streams = [contents] if isinstance(contents, StreamObject) else [part.get_object() for part in contents]
    return [stream for stream in streams if isinstance(stream, StreamObject)]


def _is_cut(stream: StreamObject) -> bool:
    """Whether compressed text ends before its end; pypdf gives the part that there is and says nothing."""
    names = value_of(stream, "/Filter")
    names = [names] if isinstance(names, str) else list(names) if isinstance(names, ArrayObject) else []
    if names != ["/FlateDecode"]:
        return False
    unpack = zlib.decompressobj()
    try:
        packed = stream._data  # noqa: SLF001 there is no other way to what is packed
        while packed and not unpack.eof:
            unpack.decompress(packed, 1 << 20)
            packed = unpack.unconsumed_tail
    except zlib.error:
        return True
    return not unpack.eof


def _compact(text: str) -> str:
    return "".join(text.split())
