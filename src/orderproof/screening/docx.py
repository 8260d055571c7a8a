"""Word documents (.docx): all text of them, also what a person does not see, with its places."""

import posixpath
import re
from collections.abc import Iterable
from itertools import pairwise

from msgspec.structs import replace

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.office_rest import embedded, rest
from orderproof.screening.ooxml import XML_ENDINGS, Parts, limited
from orderproof.screening.picture_size import stands_alone
from orderproof.screening.text import Extract, Line, Spot
from orderproof.screening.word_data import Data
from orderproof.screening.word_look import Styles
from orderproof.screening.word_story import Points, Story

_STORIES = {
    "header": "header",
    "footer": "footer",
    "footnotes": "footnote",
    "endnotes": "endnote",
    "comments": "comment",
    "glossaryDocument": "building block",
}
"""The parts beside the body that hold paragraphs, by the kinds of the relations that lead to them."""
_DATA = re.compile(r"customxml/item\d*\.xml|docprops/\w+\.xml")
_READ_WITH_THE_REST = frozenset({"chart", "diagramData", "control", "chartEx"})


def read_docx(content: bytes, budget: Budget) -> Extract:
    """All text of a Word document, its pictures, and what of it could not be read; it raises nothing."""
    gathered = Gathered(budget)
    limited(gathered, lambda: _read(Parts(content, budget, gathered), budget, gathered))
    if not gathered.gaps and not any(line.hidden == "" for line in gathered.lines):
        gathered.pictures = [replace(picture, alone=True) for picture in gathered.pictures]
    return gathered.extract("docx")


def _read(parts: Parts, budget: Budget, gathered: Gathered) -> None:
    found = [relation.target for relation in parts.related("").values() if relation.kind == "officeDocument"]
    main = found[0] if found else "word/document.xml"
    reader = _Reader(parts, budget, gathered)
    reader.read_styles(main)
    reader.read_story(main, "")
    for relation in parts.related(main).values():
        if relation.kind in _STORIES and not relation.is_external and relation.target in parts.unread:
            reader.read_story(relation.target, _STORIES[relation.kind])
    reader.measure()
    rest(parts, gathered)


class _Reader:
    """The stories of a document, which share its styles and the size of its pages."""

    def __init__(self, parts: Parts, budget: Budget, gathered: Gathered) -> None:
        self._parts = parts
        self._budget = budget
        self._gathered = gathered
        self._styles = Styles()
        self._areas: dict[int, float] = {}
        self._pages: list[tuple[int, int]] = []
        self._page = (595.0, 842.0)
        self._data: Data | None = None
        self._notes: dict[str, str] = {}

    def _bound(self, path: str) -> tuple[str, ...]:
        """The texts that the data of the document holds where a path leads to, which ends with a name."""
        if self._data is None:
            self._data = Data()
            for name in self._parts.names():
                if _DATA.fullmatch(name.lower()) and name in self._parts.unread:
                    with self._parts.reading(name):
                        self._parts.parse(name, self._data)
                    self._parts.unread[name] = None  # it is told as a whole, too
        return self._data.at(path)

    def read_styles(self, main: str) -> None:
        for relation in self._parts.related(main).values():
            if relation.kind == "styles" and self._parts.has(relation.target):
                with self._parts.reading(relation.target):
                    self._parts.parse(relation.target, self._styles)

    def read_story(self, name: str, part: str) -> None:
        points = Points(
            lambda relation, spot, area: self._picture(name, relation, spot, area),
            lambda relation, spot: self._file(name, relation, spot),
            self._bound,
            self._notes,
        )
        story = Story(self._gathered, self._styles, part, points)
        with self._parts.reading(name):
            self._parts.parse(name, story)
        story.end_all()
        if not part:
            self._page = story.page
            story.end_page()
            self._pages = story.pages

    def measure(self) -> None:
        """Tell what share of a page the pictures cover, and which stand alone on it, now that its size is known."""
        whole = self._page[0] * self._page[1]
        pictures = self._gathered.pictures
        for at, area in self._areas.items():
            pictures[at] = replace(pictures[at], share=min(1.0, area / whole))
        for (line, first), (last_line, last) in pairwise(self._pages):
            shares = sum(picture.share for picture in pictures[first:last])
            if first < last and stands_alone(_letters(self._gathered.lines[line:last_line]), shares):
                pictures[first:last] = [replace(picture, alone=True) for picture in pictures[first:last]]

    def _picture(self, name: str, relation_id: str, spot: Spot, area: float) -> None:
        relation = self._parts.related(name).get(relation_id)
        if relation is None:
            return
        is_drawn = relation.target.lower().endswith(XML_ENDINGS)  # its text is told with the rest
        if self._budget.ocr is not None and not (relation.is_external or is_drawn) and self._parts.has(relation.target):
            lines: tuple[Line, ...] = ()
            with self._parts.reading(relation.target):
                lines = self._budget.ocr(self._parts.content(relation.target))
            if lines:
                frame = self._gathered.frame()
                for line in lines:
                    self._gathered.line(replace(line, spot=replace(spot, part=spot.part or "picture"), frame=frame))
                return
        if not is_drawn:
            self._parts.unread.pop(relation.target, None)
        self._areas[len(self._gathered.pictures)] = area
        self._gathered.picture(spot, is_head=spot.part == "header")

    def _file(self, name: str, relation_id: str, spot: Spot) -> None:
        """Read a file that is embedded at a place; charts and drawings are read with all that is left."""
        relation = self._parts.related(name).get(relation_id)
        if relation is None:
            return
        if relation.is_external:
            short = posixpath.basename(relation.target)
            self._gathered.gap("embedded", f"it shows the file `{short}`, which is not in it", spot)
        elif relation.target in self._parts.unread and relation.kind not in _READ_WITH_THE_REST:
            with self._parts.reading(relation.target):
                embedded(self._parts, relation.target, self._gathered, spot)


def _letters(lines: Iterable[Line]) -> int:
    """The letters and digits that are seen in lines."""
    seen = (line.text for line in lines if not line.hidden and line.spot.part != "alternative text")
    return sum(sum(map(str.isalnum, text)) for text in seen)
