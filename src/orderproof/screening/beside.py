"""Which words say what a number is: those before it in its line, left of it, after it, above it, or on the page before."""

import re
from typing import Literal

from msgspec import Struct

from orderproof.screening.blank import is_blank
from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, Layout, is_filled, leads
from orderproof.screening.vocabulary import Search

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[。；;!?！？]|(?<![^\W\d_])(?:[^\W\d_]{5,})\.\s+(?=[^\W\d_])|\)\.\s|[0-9]\.\s+(?=[a-z])")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_WIDE = re.compile(r"[\u2e80-\u9fff]")
_SHORT = 25
_HEADING = 36
_LEFT_CELLS = 6
_MARK_REACH = 25
_REFERENCE_REACH = 40
_IS_OUR = re.compile(
    r"[\s=\-(\[:]*(?:(?:is|are|ist|es|est|e|la|是|为|為|это|هو)\s*)?(?:(?:our|the|my|unser|unsere|nuestra|notre|nossa|наш|我司|我们的|我們的)\s*)?"
)
_CONTINUES = re.compile(
    r"[\s/,;:&+()\[\]\-、，；和及与]*(?:(?:or|and|usd|eur|rmb|cny|hkd|gbp|u|ou|oder|und|или|и|y|e|ve|hoac|va)[\s:/]*)*"
)


class Beside(Struct, frozen=True):
    """The words that say what a number is, the cell they stand in, and which way it lies from the number."""

    hit: Hit
    cell: Cell
    way: Literal["line", "left", "after", "above", "page"]


class Labelling:
    """The search for the words beside the numbers of a file."""

    def __init__(self, layout: Layout, search: Search) -> None:
        self._layout = layout
        self._search = search
        self._above: dict[int, Beside | None] = {}
        self._known: dict[tuple[int, int], Beside | None] = {}

    def of(self, cell: Cell, number: Candidate) -> Beside | None:
        """What decides what a number is; None where no words do."""
        key = (cell.order, number.start)
        if key not in self._known:
            self._known[key] = (
                self._in_line(cell, number)
                or self._left(cell, number)
                or self._after(cell, number)
                or self._over(cell, number)
                or self._page_before(cell, number)
            )
        return self._known[key]

    def _in_line(self, cell: Cell, number: Candidate) -> Beside | None:
        """The nearest words before it in its line that reach it, or those of the number that it continues."""
        numbers = [other for other in cell.numbers if other.end <= number.start and other.shape != "bic"]
        start = numbers[-1].end if numbers else 0
        hits = [hit for hit in cell.beside if start <= hit.start and hit.end <= number.start]
        hit = self._nearest(cell, hits, number)
        if hit is not None:
            return Beside(hit, cell, "line")
        if not numbers:
            return None
        between = cell.view[start : number.start]
        is_list = not hits and len(between) <= _SHORT and _CONTINUES.fullmatch(between) is not None
        return self.of(cell, numbers[-1]) if is_list else None

    def _nearest(self, cell: Cell, hits: list[Hit], number: Candidate) -> Hit | None:
        outside = _outside_brackets(cell.view[: number.start], hits)
        for hit in reversed(outside if any(_decides(hit) for hit in outside) else hits):
            if _decides(hit) and self._reaches(cell, hit, number):
                return self._marked(cell, hit, hits, number)
        return None

    def _reaches(self, cell: Cell, hit: Hit, number: Candidate) -> bool:
        between = cell.view[hit.end : number.start]
        if is_filled(between):
            return False
        words = len(_WORD.findall(between))
        match hit.label.role:
            case "reference" | "phrase" | "context":
                most = _REFERENCE_REACH if hit.label.role == "reference" else 6
                words += len(_WIDE.findall(between)) // 3
                return len(between) <= (hit.label.reach or most) and words <= 3
            case _:
                return len(between) <= (hit.label.reach or self._search.near)

    def _marked(self, cell: Cell, hit: Hit, hits: list[Hit], number: Candidate) -> Hit:
        """The words, or those beside them that say that nobody pays into this account."""
        if hit.label.role != "account":
            return hit
        for other in hits:
            if other.label.role != "other":
                continue
            first, last = (other, hit) if other.start < hit.start else (hit, other)
            between = cell.view[first.end : last.start]
            if len(between) <= _MARK_REACH and not re.search(r"[,:;，：；。]", between) and last.end <= number.start:
                return other
        return hit

    def _left(self, cell: Cell, number: Candidate) -> Beside | None:
        if not leads(cell, number) and cell.beside:
            return None
        for passed, left in enumerate(self._layout.left_of(cell)):
            if passed >= _LEFT_CELLS:
                return None
            hit = _heading(left)
            if hit is not None:
                return Beside(hit, left, "left")
            if left.numbers and not left.is_value:
                return None
        return None

    def _after(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words that follow it, as in `6222… (account no.)`, and as lines from right to left are sometimes read."""
        stop = min((other.start for other in cell.numbers if other.start >= number.end), default=len(cell.view))
        for hit in cell.beside:
            if number.end <= hit.start and hit.end <= stop and _decides(hit):
                is_own = _IS_OUR.fullmatch(cell.view, number.end, hit.start) is not None
                return Beside(hit, cell, "after") if is_own and _closes(cell, hit, stop) else None
        if _ARABIC.search(cell.view) or leads(cell, number):
            right = self._layout.right_of(cell)
            found = _heading(right) if right is not None and not right.numbers else None
            if right is not None and found is not None and _ARABIC.search(right.view):
                return Beside(found, right, "after")
        return None

    def _over(self, cell: Cell, number: Candidate) -> Beside | None:
        if not leads(cell, number):
            return None
        if cell.is_value:
            return self._from_above(cell)
        return self._heading_above(cell)

    def _from_above(self, cell: Cell) -> Beside | None:
        """What stands above a cell that only holds a value; known once for a column of them."""
        if cell.order in self._above:
            return self._above[cell.order]
        found: Beside | None = None
        is_next = True
        for over in self._layout.above(cell):
            hit = _heading(over)
            if hit is not None:
                found = Beside(hit, over, "above") if is_next or hit.label.role == "account" else None
                break
            if over.order in self._above:
                found = self._above[over.order]
                break
            if over.numbers and not over.is_value:
                break
            is_next = is_next and over.is_value
        self._above[cell.order] = found
        return found

    def _heading_above(self, cell: Cell) -> Beside | None:
        is_next = True
        for over in self._layout.above(cell):
            hit = _heading(over)
            if hit is not None:
                return Beside(hit, over, "above") if is_next or hit.label.role == "account" else None
            if over.numbers:
                return None
            is_next = False
        return None

    def _page_before(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words that end a page or a frame, where the number begins the next."""
        if not leads(cell, number):
            return None
        for before in self._layout.before(cell, self._search.page_lines):
            if before.line.frame == cell.line.frame:
                if before.numbers and before.beside:
                    return None
                continue
            hits = [hit for hit in before.beside if hit.label.role == "account"]
            if hits and before.ends_with(hits[-1]):
                return Beside(hits[-1], before, "page")
        return None


def sentence(cell: Cell, at: int) -> tuple[int, int]:
    """From where to where the sentence of a cell goes that holds a place."""
    start, end = 0, len(cell.view)
    for mark in _SENTENCE.finditer(cell.view):
        if mark.end() <= at:
            start = mark.end()
        elif mark.start() >= at:
            end = mark.end()
            break
    return start, end


def _decides(hit: Hit) -> bool:
    label = hit.label
    return label.role != "context" or label.aspect == "code"


def _heading(cell: Cell) -> Hit | None:
    """The last words of a cell that decides what stands beside or under it; None where it does not."""
    hits = [hit for hit in cell.beside if _decides(hit) and hit.label.role != "phrase"]
    if not hits:
        return None
    outside = _outside_brackets(cell.view, hits) or hits
    hit = outside[-1]
    text = cell.view.rstrip()
    most = 40 if hit.label.role == "reference" else 80
    is_heading = cell.ends_with(hit) and (len(text) <= most or text[-1:] in ":：") and text[-1:] not in "。！"
    is_short = len(text) <= _HEADING and not cell.numbers and not hit.label.kind and not text.endswith(("。", "."))
    rest = text[hit.end :].strip(" .:：#()[]")
    if not (is_heading or is_short) or (rest and (is_filled(rest) or is_blank(rest))):
        return None
    marks = [other for other in hits if other.label.role == "other"]
    return marks[-1] if marks and hit.label.role == "account" and len(cell.view) <= 60 else hit


def _closes(cell: Cell, hit: Hit, stop: int) -> bool:
    """Whether the words after a number are not the label of the next one."""
    after = cell.view[hit.end : stop].strip()
    return (stop == len(cell.view) and not after.startswith((":", "："))) or after[:1] in (")", "]")


def _outside_brackets(text: str, hits: list[Hit]) -> list[Hit]:
    inside = [match.span() for match in _BRACKETS.finditer(text)]
    return [hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in inside)]
