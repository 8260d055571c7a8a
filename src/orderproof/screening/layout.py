"""The layout of a file as the search for labels sees it: cells, what stands left of one, above it, and before it."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from orderproof.screening.blank import is_blank
from orderproof.screening.candidate import Candidate
from orderproof.screening.fold import Folded, folded, viewed
from orderproof.screening.hyphens import with_whole_labels
from orderproof.screening.labels import BESIDE, Hit, LabelSearch
from orderproof.screening.names import with_names
from orderproof.screening.numbers import candidates, with_named
from orderproof.screening.text import Line
from orderproof.screening.upright import upright

_APART = re.compile(r"(?<![0-9]) {3,}|(?<=[0-9]) {3,}(?![0-9])|\t+|\u3000{2,}| ?[|│] ?")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
POINTS = (
    r"(?<![a-z])(?:page|sheet|tab|annex|blatt|seite|feuille|hoja|folha|pagina|лист|стр|страниц[аеу]|sayfa|trang)"
    r" ?(?:no\.? ?)?"
)
"""The words before the number of a page or a sheet."""
_EMPTY = re.compile(
    r"(?:[\W_]|(?<![a-z])(?:usd|us|eur|rmb|cny|hkd|gbp|aud|no|nr|num|number|cont|continued|our|the|is|as|follows|below|and|of|see next page|overleaf|see|next|page|sheet|tab|annex|on|in|to)"
    r"(?![a-z])|"
    rf"{POINTS}[0-9]{{1,2}}(?![0-9])"
    r"|(?<![a-z])(?:siehe|voir|ver|см|bkz|xem)(?![a-z])|第[0-9一二三四五六七八九十]{1,2}[页頁]|见|見|接下页|见下页|见附页|见另页|见附表|见另表|见下表|下一页|工作表|如下|为|是|见下页|号码|下列|以下)*"
)
_CLAUSE = re.compile(r"\s*[0-9]{1,2}[.)、]\s*[^\W\d_]{5}")
_JOINED_TO_DIGITS = re.compile(r"-[0-9]")
_SIGN = re.compile(r"(?:\s*(?:no|nr|n|num|nº|#))?[\s.:：#º°]*")
_FILLED = re.compile(r"_{3,}|\.{6,}|…{2,}")
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_ROWS_ABOVE = 3
_TAB = 8
_LONG = 60
_MOST_BESIDE = 32
_WIDEST_ROW = 512
_LONGEST = 2000
_INITIALS = 3
_WORDS = re.compile(r"[^\W\d_]+")
_FEW_WORDS = 3
_SHORT = 4


class Cell(Struct, frozen=True):
    """A part of a line that stands by itself; ``offset`` is where it begins in the line's text.

    ``order`` counts cells in reading order, ``level`` rows of the whole file. ``left`` and ``right`` are its edges, in
    columns of text where the file says none. ``beside`` are the words that say what a number beside them is.
    ``is_value`` says that it only holds a value: a number, or nothing.
    """

    order: int
    level: int
    line: Line
    fold: Folded
    view: str
    hits: tuple[Hit, ...]
    beside: tuple[Hit, ...]
    numbers: tuple[Candidate, ...]
    is_value: bool
    offset: int
    left: float
    right: float

    def ends_with(self, hit: Hit) -> bool:
        """Whether nothing follows these words but what may stand between a label and its number."""
        rest = list(self.view)
        for other in self.hits:
            if other.label.role in BESIDE:
                rest[max(other.start, hit.end) : other.end] = " " * (other.end - max(other.start, hit.end))
        after = _BRACKETS.sub(" ", "".join(rest[hit.end :]))
        return _FILLED.search(after) is None and _EMPTY.fullmatch(after) is not None


class Layout:
    """The cells of a file, in reading order."""

    def __init__(self, lines: Sequence[Line], search: LabelSearch) -> None:
        self.running = _running_frames(lines)
        cells: list[Cell] = []
        self._rows: dict[int, list[Cell]] = {}
        self._first: dict[int, int] = {}
        row, first, next_level = (-1, -1), 0, 0
        for line in with_whole_labels(upright(lines), search):
            if (line.frame, line.row) != row:
                row, first = (line.frame, line.row), next_level
            level = first
            for offset, text in _pieces(line.text, is_running=line.frame in self.running):
                if text is _BREAK:
                    level += 1
                    continue
                cell = _cell(len(cells), level, line, offset, text, line.frame in self.running, search)
                cells.append(cell)
                row_cells = self._rows.setdefault(level, [])
                if len(row_cells) < _WIDEST_ROW:  # a wider one is no table that a person reads
                    row_cells.append(cell)
                self._first[level] = first
            next_level = max(next_level, level + 1)
        self.cells = tuple(cells)

    def row(self, level: int) -> list[Cell]:
        """The cells of a row of the file, in the order of the text."""
        return self._rows.get(level, [])

    def left_of(self, cell: Cell) -> Iterator[Cell]:
        """The cells to the left in the row of a cell, the nearest first; of one with several lines, the one beside."""
        beside: dict[float, Cell] = {}
        first = self._first[cell.level]
        for order in range(cell.order - 1, max(-1, cell.order - _MOST_BESIDE), -1):
            other = self.cells[order]
            if other.level < first:
                break
            if other.level <= cell.level and other.left < cell.left:
                beside.setdefault(other.left, other)
        return iter([beside[left] for left in sorted(beside, reverse=True)])

    def right_of(self, cell: Cell) -> Cell | None:
        """The nearest cell to the right in the row of a cell."""
        row = self.cells[cell.order + 1 : cell.order + _MOST_BESIDE]
        right = (other for other in row if other.level == cell.level and other.left > cell.left)
        return min(right, key=lambda other: other.left, default=None)

    def under(self, cell: Cell) -> Cell | None:
        """The cell in which a text goes on: that of its next line, or one under it that stands alone in its row."""
        following = self.cells[cell.order + 1] if cell.order + 1 < len(self.cells) else None
        if following is not None and _is_one_cell(cell, following):
            return following
        row = self._rows.get(cell.level + 1, [])
        if len(row) != 1 or row[0].line.frame != cell.line.frame:
            return None
        is_under = min(row[0].right, cell.right) - max(row[0].left, cell.left) > 0
        return row[0] if is_under or (self._is_alone(cell) and self._is_alone(row[0])) else None

    def line_before(self, cell: Cell) -> Cell | None:
        """The line before a line, where both stand alone in their rows, and begin at the same place."""
        row = self._rows.get(cell.level - 1, [])
        if len(row) != 1 or len(self._rows[cell.level]) != 1 or row[0].line.frame != cell.line.frame:
            return None
        return row[0] if row[0].line.left == cell.line.left else None

    def above(self, cell: Cell) -> Iterator[Cell]:
        """The cells above a cell in its column, the nearest first, as far as they may say what it is.

        Through cells that only hold values it goes as far as the table does; past other cells, three rows.
        """
        rows, level, at = _ROWS_ABOVE, cell.level - 1, cell
        while rows and level >= 0:
            row = self._rows.get(level, [])
            if row and row[0].line.frame != cell.line.frame:
                return
            over = self._over(row, at)
            if over is None:
                rows -= not row or len(row) == 1
            else:
                yield over
                rows = rows if over.is_value else rows - 1
                at = over if len(over.view) <= _LONG and not self._is_alone(over) else at
            level -= 1

    def _over(self, row: list[Cell], cell: Cell) -> Cell | None:
        """The cell of a row that stands over a cell; in running text, a line that is not divided does."""
        if len(row) == 1 and self._is_alone(row[0]):
            return row[0]
        own = self._rows[cell.level]
        if len(row) == len(own) > 1 and _is_tabbed(row) and _is_tabbed(own):
            return next((over for over, other in zip(row, own, strict=True) if other.order == cell.order), None)
        over = [other for other in row if min(other.right, cell.right) - max(other.left, cell.left) > 0]
        return min(over, key=lambda other: abs(other.left - cell.left)) if over else None

    def _is_alone(self, cell: Cell) -> bool:
        return cell.line.frame in self.running and len(self._rows[cell.level]) == 1

    def before(self, cell: Cell, most: int) -> Iterator[Cell]:
        """The cells before a cell in reading order, the nearest first, blank ones left out."""
        order = cell.order - 1
        while order >= 0 and most > 0:
            if self.cells[order].view.strip():
                yield self.cells[order]
                most -= 1
            order -= 1


def _is_one_cell(cell: Cell, following: Cell) -> bool:
    """Whether two pieces are lines of one cell of a table, or of one line of text."""
    if cell.line is following.line:
        return following.level > cell.level
    first, second = cell.line, following.line
    place = (first.frame, first.row, first.left, first.right)
    return place == (second.frame, second.row, second.left, second.right)


def leads(cell: Cell, number: Candidate) -> bool:
    """Whether a cell begins with a number, or with little that could say what it is."""
    before = cell.view[: number.start]
    if _CLAUSE.match(before):
        return False
    return len(before.strip()) <= 25 and not any(hit.end <= number.start for hit in cell.beside)


def is_filled(text: str) -> bool:
    """Whether blanks to be filled stand in a text."""
    return _FILLED.search(text) is not None or (any(letter.isalpha() for letter in text) and is_blank(text))


def _is_tabbed(row: Sequence[Cell]) -> bool:
    """Whether tabs part the cells of a row of text: its columns are counted, not measured."""
    return all(cell.line.left % _TAB == 0 for cell in row)


_BREAK = "\n"


def _pieces(text: str, *, is_running: bool) -> Iterator[tuple[int, str]]:
    """The parts of a line that stand by themselves, with where each begins; a line break as such."""
    offset = 0
    for number, line in enumerate(text.split("\n")):
        if number:
            yield offset, _BREAK
        reached = 0
        if is_running:
            for gap in _APART.finditer(line):
                if line[reached : gap.start()].strip():
                    yield offset + reached, line[reached : gap.start()]
                    reached = gap.end()
        while len(line) - reached > _LONGEST:  # a line without end is cut, so that work stays in proportion
            cut = max(line.rfind(" ", reached + 1, reached + _LONGEST), reached + _LONGEST // 2)
            yield offset + reached, line[reached:cut]
            yield offset + cut, _BREAK
            reached = cut
        if line[reached:].strip():
            yield offset + reached, line[reached:]
        offset += len(line) + 1


def _cell(order: int, level: int, line: Line, offset: int, text: str, is_running: bool, search: LabelSearch) -> Cell:
    fold = folded(text)
    view = viewed(fold.text)
    left, right = line.left, line.right
    if is_running:
        lead = len(text) - len(text.lstrip())
        left = _columns(line.text[: offset + lead])
        right = left + _columns(text.strip())
    found = search.find(view)
    hits = tuple(hit for hit in found if not (_is_name(fold.text, hit) or _is_of_reference(view, hit, found)))
    named = [hit.end for hit in hits if hit.label.role == "account" and not hit.label.needs_payment]
    numbers = with_names(fold, with_named(fold, candidates(fold), named), hits)
    beside = tuple(hit for hit in hits if hit.label.role in BESIDE)
    letters = sum(map(str.isalpha, view))
    is_value = not beside and (letters <= 4 or (bool(numbers) and letters <= 20))
    return Cell(order, level, line, fold, view, hits, beside, numbers, is_value, offset, left, right)


def _is_name(text: str, hit: Hit) -> bool:
    """Whether what would be the initials of a service is a name, such as that of Ms. Wu: not in capitals or with points."""
    written = text[hit.start : hit.end]
    is_short = hit.label.role == "service" and written.isascii() and sum(map(str.isalpha, written)) <= _INITIALS
    return is_short and not written.isupper() and "." not in written


def _is_of_reference(view: str, hit: Hit, hits: tuple[Hit, ...]) -> bool:
    """Whether short words for an account are the letters of a reference, as in `Contract No. AC-99123456`."""
    words = _WORDS.findall(view[hit.start : hit.end])
    if hit.label.role != "account" or len(words) > _FEW_WORDS or max(map(len, words), default=0) > _SHORT:
        return False
    if _JOINED_TO_DIGITS.match(view, hit.end) is None:
        return False
    return any(
        other.label.role == "reference" and _SIGN.fullmatch(view, other.end, hit.start) is not None for other in hits
    )


def _columns(text: str) -> float:
    """The width of a text on a screen of fixed columns."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def _running_frames(lines: Sequence[Line]) -> frozenset[int]:
    """The frames that hold running text: lines under one another, which tell no columns."""
    told: dict[int, bool] = {}
    for line in lines:
        told[line.frame] = told.get(line.frame, True) and line.left == 0.0 and line.right == 1.0
    rows: set[tuple[int, int]] = set()
    for line in lines:
        if (line.frame, line.row) in rows:
            told[line.frame] = False
        rows.add((line.frame, line.row))
    return frozenset(frame for frame, is_running in told.items() if is_running)
