"""One part of a Word document that holds text, such as its body or a header: its lines with their places."""

import re
from collections.abc import Callable

from msgspec import Struct

from orderproof.screening.gathered import Gathered
from orderproof.screening.ooxml import Attributes, attribute
from orderproof.screening.tcvn import from_tcvn, is_tcvn
from orderproof.screening.text import Line, Spot
from orderproof.screening.word_look import NO_LOOK, Look, Styles, changed
from orderproof.screening.word_names import BOXES, CODES, DELETED, NOTES, SAID, SIGNS, SIGNS_OF_FONTS, TEXTS
from orderproof.screening.word_paragraph import Paragraph
from orderproof.source import column_letters

_PAGES = frozenset({"w:br", "w:lastRenderedPageBreak", "w:pageBreakBefore"})
_SHAPES = frozenset({"v:shape", "v:rect", "v:roundrect", "v:oval", "v:line", "v:image"})
_ELSEWHERE = re.compile(r"\s*(INCLUDEPICTURE|INCLUDETEXT|RD)\b", re.IGNORECASE)
_REFERENCES = {"w:footnoteReference": "w:footnote", "w:endnoteReference": "w:endnote"}
_PLAIN_CODE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|DATE|TIME|TOC|REF|PAGEREF|SEQ|FORM\w+)\b[^\d@]{0,40}\s*\Z")
_BOUND = "data of a content control"
_LEAST = 6
"""Digits of a number, as short as an account is."""
_MOST_LETTERS = 12
"""Letters beside a number that is all that a content control holds."""
_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]{1,9})(pt|in|cm|mm|px)?")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 0.75}


class Layout:
    """Where the next line of a frame stands."""

    def __init__(self, frame: int, table: int = 0) -> None:
        self.frame = frame
        self.table = table
        self.row = 0
        self.column = 0
        self.span = 1

    def line(self, text: str, spot: Spot, hidden: str) -> Line:
        if self.table:
            return Line(text, spot, hidden, self.frame, self.row, self.column, self.column + self.span)
        self.row += 1
        return Line(text, spot, hidden, self.frame, self.row)


class Points(Struct, frozen=True):
    """What a story points to by the id of a relation, and what to do with it.

    ``bound`` tells the texts of the document's data at a path, which a content control shows when it is opened.
    ``notes`` are the words that notes follow, by the kinds and ids of the notes.
    """

    picture: Callable[[str, Spot, float], None]
    file: Callable[[str, Spot], None]
    bound: Callable[[str], tuple[str, ...]]
    notes: dict[str, str]


class _Alternative:
    """One choice between two forms of the same: what the first says is not said again by the second."""

    def __init__(self) -> None:
        self.is_second = False
        self.told: set[str] = set()
        self.mark = 0


class Story:
    """What is told of the elements of a part becomes lines; ``end_all`` tells the last of them."""

    def __init__(self, gathered: Gathered, styles: Styles, part: str, points: Points) -> None:
        self.page = (595.0, 842.0)
        self.pages: list[tuple[int, int]] = [(0, 0)]
        """How many lines and pictures were told before each page, as far as the part says where pages begin."""
        self._gathered = gathered
        self._styles = styles
        self._points = points
        self._parts = [part]
        self._layouts = [Layout(gathered.frame())]
        self._number = 0
        self._tables = 0
        self._open: list[tuple[Paragraph, Look, Look, int]] = []
        self._paragraph = Paragraph()
        self._paragraph_look = NO_LOOK
        self._run = NO_LOOK
        self._in_paragraph_properties = 0
        self._in_run_properties = 0
        self._deleted = 0
        self._texts = 0
        self._codes: list[str] = []
        self._is_code = False
        self._aside: list[tuple[str, str]] = []
        self._after: list[Callable[[], None]] = []
        self._alternatives: list[_Alternative] = []
        self._area = 0.0
        self._fills = [""]
        self._before = ""
        self._title = ""
        self._controls: list[tuple[str, int]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _PAGES and (tag != "w:br" or attribute(attributes, "type") == "page"):
            self._later(self.end_page)
        if tag in TEXTS:
            self._texts += 1
        elif tag == "w:p":
            self._begin_paragraph()
        elif tag == "w:r":
            self._run = self._paragraph_look
        elif self._in_run_properties and not self._in_paragraph_properties:
            self._run_property(tag, attributes)
        elif tag == "w:rPr":
            self._in_run_properties += 1
        elif tag == "w:pPr":
            self._in_paragraph_properties += 1
        elif self._in_paragraph_properties:
            self._paragraph_property(tag, attributes)
        elif tag in SIGNS:
            self._add(SIGNS[tag])
        elif tag in DELETED:
            self._deleted += 1
        elif tag in CODES:
            self._is_code = True
        else:
            self._structure(tag, attributes)

    def end(self, tag: str) -> None:
        if tag in TEXTS:
            self._texts -= 1
        elif tag == "w:p":
            self._end_paragraph()
        elif tag == "w:rPr":
            self._in_run_properties = max(0, self._in_run_properties - 1)
        elif tag == "w:pPr":
            self._in_paragraph_properties = max(0, self._in_paragraph_properties - 1)
        elif tag in DELETED and not self._in_paragraph_properties:
            self._deleted = max(0, self._deleted - 1)
        elif tag in CODES:
            self._is_code = False
        else:
            self._end_structure(tag)

    def text(self, data: str) -> None:
        if self._texts > 0:
            self._add(data)
        elif self._is_code:
            self._codes.append(data)

    def end_all(self) -> None:
        """Tell what stands behind the last whole paragraph, which is something only in a damaged part."""
        self._open.clear()
        self._end_paragraph()

    def end_page(self) -> None:
        """What is told next stands on another page."""
        self.pages.append((len(self._gathered.lines), len(self._gathered.pictures)))

    @property
    def spot(self) -> Spot:
        layout = self._layouts[-1]
        cell = f"table {layout.table}!{column_letters(layout.column + 1)}{layout.row}" if layout.table else ""
        part = next((part for part in reversed(self._parts) if part), "")
        return Spot(part=part, paragraph=self._number or None if self._parts[0] == "" else None, cell=cell)

    def _add(self, text: str) -> None:
        if not text.isascii():
            text = (from_tcvn(text) if is_tcvn(self._run.font) else text).translate(SIGNS_OF_FONTS)
        self._paragraph.add(text, "deleted text" if self._deleted else self._run.reason)

    def _begin_paragraph(self) -> None:
        if len(self._parts) == 1:
            self._number += 1
        self._paragraph_look = self._run = self._filled(self._styles.paragraph(""))

    def _filled(self, look: Look) -> Look:
        return look if look.fill or not self._fills[-1] else Look(None, "", None, self._fills[-1]).over(look)

    def _run_property(self, tag: str, attributes: Attributes) -> None:
        if tag == "w:rStyle":
            self._run = self._styles.run(attribute(attributes, "val")).over(self._run)
        elif tag == "w:rPr":
            self._in_run_properties += 1
        else:
            self._run = changed(self._run, tag, attributes)

    def _paragraph_property(self, tag: str, attributes: Attributes) -> None:
        if tag == "w:pStyle":
            self._paragraph_look = self._run = self._filled(self._styles.paragraph(attribute(attributes, "val")))
        elif tag == "w:shd" and not self._in_run_properties:
            self._paragraph_look = self._run = changed(self._paragraph_look, tag, attributes)
        elif tag == "w:pgSz":
            self._page_size(attributes)

    def _page_size(self, attributes: Attributes) -> None:
        sizes = [attribute(attributes, name) for name in ("w", "h")]
        if all(size.isascii() and size.isdecimal() and len(size) < 7 and int(size) for size in sizes):
            self.page = (int(sizes[0]) / 20, int(sizes[1]) / 20)

    def _structure(self, tag: str, attributes: Attributes) -> None:
        if tag in BOXES:
            self._begin_box(BOXES[tag])
        elif tag in NOTES:
            self._parts.append(NOTES[tag])
            self._layouts.append(Layout(self._gathered.frame()))
            self._before = self._points.notes.get(f"{tag} {attribute(attributes, 'id')}", "")
        elif tag in _REFERENCES:
            self._points.notes[f"{_REFERENCES[tag]} {attribute(attributes, 'id')}"] = self._paragraph.tail()
        elif tag == "w:dataBinding":
            for text in self._points.bound(attribute(attributes, "xpath")):
                self._paragraph.add(text, _BOUND)
        elif tag == "w:bookmarkStart":
            name = attribute(attributes, "name")
            if not name.startswith("_") and sum(map(str.isdigit, name)) >= _LEAST:
                self._aside.append(("bookmark", name.replace("_", " ")))
        elif tag == "w:sdtPr":
            self._title = ""
        elif tag == "w:sdtContent":
            self._controls.append((self._title, len(self._paragraph.pieces)))
        elif tag == "mc:AlternateContent":
            self._alternatives.append(_Alternative())
        elif tag in ("mc:Choice", "mc:Fallback") and self._alternatives:
            self._alternatives[-1].is_second = tag == "mc:Fallback"
            self._alternatives[-1].mark = len(self._paragraph.pieces)
        elif tag == "w:sym":
            self._add(_symbol(attribute(attributes, "char")))
        elif tag == "w:sectPr" or tag.startswith("w:tbl") or tag in ("w:tr", "w:tc", "w:gridSpan", "w:gridBefore"):
            self._table(tag, attributes)
        elif tag == "w:pgSz":
            self._page_size(attributes)
        elif tag == "w:shd":
            self._fills[-1] = changed(NO_LOOK, tag, attributes).fill
        else:
            self._object(tag, attributes)
        if tag == "w:alias":
            self._title = attribute(attributes, "val")
        said = SAID.get(tag)
        if said is not None:
            self._aside += [(said[0], text) for name in said[1] if (text := attribute(attributes, name))]

    def _table(self, tag: str, attributes: Attributes) -> None:
        layout = self._layouts[-1]
        number = attribute(attributes, "val")
        count = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
        if tag == "w:tbl":
            self._tables += 1
            self._layouts.append(Layout(self._gathered.frame(), self._tables))
        elif tag == "w:tr":
            layout.row += 1
            layout.column = 0
        elif tag == "w:tc":
            layout.span = 1
            self._fills.append("")
        elif tag == "w:gridSpan":
            layout.span = max(1, count)
        elif tag == "w:gridBefore":
            layout.column += count

    def _object(self, tag: str, attributes: Attributes) -> None:
        if tag == "wp:extent":
            self._area = _number(attributes.get("cx", "")) * _number(attributes.get("cy", "")) / 12700**2
        elif tag == "v:background":
            self._area = self.page[0] * self.page[1]
        elif tag in _SHAPES:
            self._area = _area(attributes.get("style", ""))
            if text := attributes.get("alt") or attribute(attributes, "title"):
                self._aside.append(("alternative text", text))
        elif tag in ("a:blip", "v:imagedata", "v:fill"):
            relation = attribute(attributes, "embed") or attribute(attributes, "id") or attribute(attributes, "link")
            if relation and self._is_new(f"picture {relation}"):
                self._later(self._points.picture, relation, self.spot, self._area)
                self._area = 0.0  # the first of a group stands for all of it
        elif tag in ("w:altChunk", "OLEObject", "w:control", "w:subDoc", "chart"):
            relation = attribute(attributes, "id")
            if relation and self._is_new(f"file {relation}"):
                self._later(self._points.file, relation, self.spot)

    def _later(self, call: "Callable[..., None]", *what: object) -> None:
        """Do it when the lines of the paragraph that it stands in were told."""
        if self._paragraph.pieces or self._open:
            self._after.append(lambda: call(*what))
        else:
            call(*what)

    def _is_new(self, what: str) -> bool:
        """Whether none of the forms between which there is a choice has told this already."""
        if any(each.is_second and what in each.told for each in self._alternatives):
            return False
        for each in self._alternatives:
            if not each.is_second:
                each.told.add(what)
        return True

    def _begin_box(self, part: str) -> None:
        """Begin what is laid out for itself within a paragraph."""
        self._open.append((self._paragraph, self._paragraph_look, self._run, self._in_run_properties))
        self._in_run_properties = 0
        self._paragraph = Paragraph()
        self._paragraph_look = self._run = NO_LOOK
        self._parts.append(part)
        self._layouts.append(Layout(self._gathered.frame()))

    def _end_structure(self, tag: str) -> None:
        if tag in BOXES and self._open:
            self._end_paragraph()
            self._parts.pop()
            self._layouts.pop()
            self._paragraph, self._paragraph_look, self._run, self._in_run_properties = self._open.pop()
        elif (tag in NOTES and len(self._parts) > 1) or (tag == "w:tbl" and len(self._layouts) > 1):
            if tag in NOTES:
                self._parts.pop()
            self._layouts.pop()
        elif tag == "w:tc":
            self._layouts[-1].column += self._layouts[-1].span
            if len(self._fills) > 1:
                self._fills.pop()
        elif tag == "w:sdtContent" and self._controls:
            self._name_content()
            self._controls.pop()
        elif tag in ("mc:Choice", "mc:Fallback") and self._alternatives:
            self._end_alternative(self._alternatives[-1])
        elif tag == "mc:AlternateContent" and self._alternatives:
            self._alternatives.pop()

    def _name_content(self) -> None:
        """Tell the number in a content control behind its title, which Word shows as its label."""
        title, mark = self._controls[-1] if self._controls else ("", 0)
        text = "".join(piece for piece, _ in self._paragraph.pieces[mark:])
        is_number = sum(map(str.isdigit, text)) >= _LEAST and sum(map(str.isalpha, text)) <= _MOST_LETTERS
        if title and is_number:
            self._aside.append(("content control", f"{title}: {text}"))

    def _end_alternative(self, alternative: _Alternative) -> None:
        """Take the second form's text out of the paragraph where the first form's is the same."""
        pieces = self._paragraph.pieces[alternative.mark :]
        text = "".join(piece for piece, _ in pieces)
        if text and not self._is_new(f"piece {text}"):
            del self._paragraph.pieces[alternative.mark :]

    def _end_paragraph(self) -> None:
        spot = self.spot
        self._paragraph.drop_seen(_BOUND)
        self._name_content()
        for text, hidden in self._paragraph.texts():
            self._tell(f"{self._before} {text}" if self._before else text, spot, hidden)
            self._before = ""
        self._paragraph = Paragraph()
        if code := "".join(self._codes):
            self._codes.clear()
            self._aside.append(("field code", code))
            self._elsewhere(code, spot)
        for part, text in self._aside:
            if part != "field code" or _PLAIN_CODE.match(text) is None:
                self._tell(text, Spot(part=part, paragraph=spot.paragraph, cell=spot.cell), "")
        self._aside.clear()
        if not self._open:
            after, self._after = self._after, []
            for call in after:
                call()

    def _elsewhere(self, code: str, spot: Spot) -> None:
        """Tell of a field that shows what is in another file."""
        found = _ELSEWHERE.match(code)
        if found is None:
            return
        if found.group(1).upper() == "INCLUDEPICTURE":
            self._after.append(lambda: self._gathered.picture(spot))
        else:
            self._gathered.gap("embedded", "a field of it shows the text of another file, which is not in it", spot)

    def _tell(self, text: str, spot: Spot, hidden: str) -> None:
        """Tell a line now, or where it stands in a box, behind the paragraph that the box stands in."""
        if not self._is_new(f"line {text}"):
            return
        line = self._layouts[-1].line(text, spot, hidden)
        if self._open:
            self._after.append(lambda: self._gathered.line(line))
        else:
            self._gathered.line(line)


def _symbol(written: str) -> str:
    """The character of a symbol."""
    if re.fullmatch("[0-9A-Fa-f]{1,4}", written) is None:
        return ""
    code = int(written, 16)
    return SIGNS_OF_FONTS.get(code, chr(code)) if not 0xD800 <= code < 0xE000 else ""


def _number(written: str) -> float:
    return float(written) if written.isascii() and written.isdecimal() and len(written) < 12 else 0.0


def _area(style: str) -> float:
    """The area in square points that the style of a shape gives it; 0 where it does not say."""
    found = {
        name: float(size) * _POINTS[unit]
        for name, size, unit in _SIZE.findall(style)
        if size.count(".") < 2 and size != "."
    }
    return found.get("width", 0.0) * found.get("height", 0.0)
