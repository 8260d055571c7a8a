"""Which words say what a number is: those before it in its line, left of it, after it, above it, or on the page before."""

import re
from typing import Literal

from msgspec import Struct

from orderproof.screening.blank import is_left_open
from orderproof.screening.candidate import Candidate
from orderproof.screening.explained import JOINED, account_before, account_in_brackets, decides, outside_brackets
from orderproof.screening.heading import heading
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, Layout, leads
from orderproof.screening.looks import BY_CHANCE
from orderproof.screening.parties import NOT_HIS, is_also_payment, is_of_another, is_to_payee, is_with_seller
from orderproof.screening.sentences import ends_between
from orderproof.screening.vocabulary import Search

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[。；;!?！？]|(?<![^\W\d_])(?:[^\W\d_]{5,})\.\s+(?=[^\W\d_])|\)\.\s|[0-9]\.\s+(?=[a-z])")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_SIGNS = re.compile(r"(?<![^\W_])(?:no|nr|num|number|usd|eur|rmb|cny|hkd|gbp|is|our)(?![^\W_])")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_WIDE = re.compile(r"[\u2e80-\u9fff]")
_CLAUSE = re.compile(r"[,:;，：；。0-9]|[.!?] ")
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{2,40}[)\]]\s*")
_CALL = re.compile(r"[,;，；].*[^\W\d_]{3}")
_PROSE = 30
_WRAPPED = 12
_ENDED_LINE = re.compile(r"[.。;；_]")
_SENTENCE_WORD = 5
_ENDED = re.compile(r"[^\W\d_]{5}\.\s+[^\W\d_]{3}")
_OTHERWISE = re.compile(r"(?:\b(?:or|oder|ou|veya|или|hoac)|[或])(?:\s+[^\W\d_]+)?\s*\Z")
_STOP = re.compile(r"[;!?；。！？]")
_PHONES = frozenset({"phone", "mobile"})
_SHORT = 25
_LEFT_CELLS = 6
_SPANNED_ROWS = 3
_MARK_REACH = 25
_REFERENCE_REACH = 40
_IS_OUR = re.compile(
    r"[\s=\-(\[:]*(?:(?:is|are|ist|es|est|e|la|是|为|為|это|هو)\s*)?(?:(?:our|the|my|unser|unsere|nuestra|notre|nossa|наш|我司|我们的|我們的)\s*)?"
)
_CONTINUES = re.compile(
    r"[\s/,;:&+()\[\]\-、，；和及与]*(?:(?:or|and|usd|eur|rmb|cny|hkd|gbp|[美欧港]元|美金|港币|人民币|u|ou|oder|und|или|и|y|e|ve|hoac|va)[\s:/()]*)*"
)


_OR = re.compile(
    r"\s*(?:(?:or|and|oder|und|o|y|ou|et|e|или|и|veya|ve|hoac|va|او|و)\b|[或和及])[\s:]*(?:(?:to|no|backup|the)\b[\s.:]*){0,2}"
)
_OPENED = re.compile(r"\s*[(（\[]\s*")
_SHUT = re.compile(r"[^()（）\[\]]{0,20}[)）\]]")
_BY_PHONE = frozenset({"alipay", "wechat", "paypal", "payment_service", "pix", "fps", "upi"})
_FEW_WORDS = 4


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
                self._in_brackets(cell, number)
                or self._in_line(cell, number)
                or self._continued(cell, number)
                or self._left(cell, number)
                or self._after(cell, number)
                or self._wrapped(cell, number)
                or self._bracketed_below(cell, number)
                or self._over(cell, number)
                or self._spanned(cell, number)
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
            return self._begun_before(cell, hit) or Beside(hit, cell, "line")
        if not numbers:
            return None
        earlier = [hit for hit in cell.beside if hit.end <= numbers[-1].start]
        between = cell.view[start : number.start]
        is_call = not number.looks.isdisjoint(_PHONES)
        if earlier and not (hits or is_call):
            named = account_before(cell, earlier[-1], earlier, number.start)
            if named is not None:
                return Beside(named, cell, "line")
        is_phone = not number.looks.isdisjoint(_PHONES - numbers[-1].looks)
        is_date = "date" in number.looks and not number.written.isdigit()
        is_list = (
            not (hits or is_phone or is_date) and len(between) <= _SHORT and _CONTINUES.fullmatch(between) is not None
        )
        if not (is_list or (not hits and self._is_another(cell, numbers[-1], number))):
            return None
        found = self.of(cell, numbers[-1])
        # What names the code of a bank names one number; the next one is that of an account.
        is_code = found is not None and found.hit.label.aspect == "code"
        return found if (is_list and not is_code) or (found is not None and found.hit.label.role == "account") else None

    def _is_another(self, cell: Cell, before: Candidate, number: Candidate) -> bool:
        """Whether a long number follows another with a few words between, as in `account no. 5 and, for euros, 6`."""
        between = cell.view[before.end : number.start]
        is_long = number.digits >= self._search.instruction_digits and not number.looks - BY_CHANCE
        few = len(_WORD.findall(between)) + len(_WIDE.findall(between)) // 2 <= _FEW_WORDS
        return is_long and few and not ends_between(cell, before.end, number.start)

    def _in_brackets(self, cell: Cell, number: Candidate) -> Beside | None:
        """The service that brackets right behind a phone number or an address name: `+86 138… (Alipay)`."""
        if number.shape != "email" and number.looks.isdisjoint(_PHONES):
            return None
        for hit in cell.beside:
            is_behind = hit.start >= number.end and _OPENED.fullmatch(cell.view, number.end, hit.start) is not None
            if is_behind and hit.label.kind in _BY_PHONE and _SHUT.match(cell.view, hit.end):
                return Beside(hit, cell, "after")
        return None

    def _continued(self, cell: Cell, number: Candidate) -> Beside | None:
        """The words for the account that ends the line before, where `or` begins this one."""
        before = self._layout.line_before(cell)
        if before is None or not before.numbers or _OR.fullmatch(cell.view, 0, number.start) is None:
            return None
        last = before.numbers[-1]
        found = self.of(before, last) if not before.view[last.end :].strip(" .,;，；") else None
        return found if found is not None and found.hit.label.role == "account" else None

    def _begun_before(self, cell: Cell, hit: Hit) -> Beside | None:
        """The words at the end of a line of prose that `account no.` at the beginning of the next goes on with."""
        before = self._layout.line_before(cell)
        if before is None or hit.label.role != "account" or cell.view[: hit.start].strip() or not before.beside:
            return None
        last = before.beside[-1]
        is_last = not before.view[last.end :].strip() and len(before.view) >= _PROSE and ":" not in before.view
        return Beside(last, before, "line") if is_last and last.label.role == "other" else None

    def _nearest(self, cell: Cell, hits: list[Hit], number: Candidate) -> Hit | None:
        if number.digits >= self._search.lone_digits and not number.looks - BY_CHANCE:
            named = account_in_brackets(cell, hits, number.start)
            if named is not None:
                return named
        outside = outside_brackets(cell.view[: number.start], hits)
        for hit in reversed(outside if any(decides(hit) for hit in outside) else hits):
            if decides(hit) and self._reaches(cell, hit, number):
                named = None if number.looks & _PHONES else account_before(cell, hit, hits, number.start)
                return self._marked(cell, named or hit, hits, number)
            if hit.label.role == "payer" and self._is_paid_to(cell, hit, number):
                return Hit(hit.start, hit.end, NOT_HIS)
        return None

    def _is_paid_to(self, cell: Cell, payer: Hit, number: Candidate) -> bool:
        """Whether words for the payer are followed by others that say that the number is not theirs."""
        if number.looks - BY_CHANCE or number.digits < self._search.instruction_digits:
            return False
        if payer.label.kind == "refund":
            return is_also_payment(cell, payer)
        return number.start - payer.end <= self._search.near and not self._reaches(cell, payer, number)

    def _reaches(self, cell: Cell, hit: Hit, number: Candidate) -> bool:
        between = cell.view[hit.end : number.start]
        is_ended = (
            _SENTENCE.search(between) is not None
            or _ENDED.match(cell.view, hit.end - _SENTENCE_WORD) is not None
            or ends_between(cell, hit.end, number.start)
        )
        if number.looks and (is_ended or (number.written[:1] == "+" and _CALL.search(between))):
            return False
        if is_left_open(between, fits=not number.looks):
            return False
        if hit.label.role == "account" and "date" in number.looks and not _names_value(between):
            return False
        words = len(_WORD.findall(between))
        match hit.label.role:
            case "payer" if is_to_payee(cell, hit.end, number.start):
                return False
            case "payer" if is_of_another(cell, hit) or is_with_seller(cell, hit, number.start):
                return False
            case "payer" if hit.label.kind == "refund" and is_also_payment(cell, hit):
                return False
            case "reference" if _is_told_right_before(cell, hit, number):
                return False
            case "reference" if _OTHERWISE.search(between):
                return False
            case "reference" | "phrase" | "context":
                most = _REFERENCE_REACH if hit.label.role == "reference" else 6
                words += len(_WIDE.findall(between)) // 3
                return len(between) <= (hit.label.reach or most) and words <= 3
            case _ if hit.label.needs_payment and _STOP.search(between):
                return False
            case _:
                is_phrase = between.rstrip().endswith((":", "：")) and _CLAUSE.search(between.rstrip()[:-1]) is None
                return len(between) <= (hit.label.reach if hit.label.reach and not is_phrase else self._search.near)

    def _marked(self, cell: Cell, hit: Hit, hits: list[Hit], number: Candidate) -> Hit:
        """The words, or those beside them that say that nobody pays into this account."""
        if hit.label.role != "account":
            return hit
        for other in hits:
            if other.label.role != "other":
                continue
            first, last = (other, hit) if other.start < hit.start else (hit, other)
            between = cell.view[first.end : last.start]
            is_either = number.digits >= self._search.lone_digits and JOINED.fullmatch(between) is not None
            if len(between) <= _MARK_REACH and _CLAUSE.search(between) is None and last.end <= number.start:
                return hit if is_either and not hit.label.needs_payment else other
        return hit

    def _left(self, cell: Cell, number: Candidate) -> Beside | None:
        if not leads(cell, number) and cell.beside:
            return None
        for passed, left in enumerate(self._layout.left_of(cell)):
            if passed >= _LEFT_CELLS:
                return None
            hit = heading(left)
            if hit is not None:
                return Beside(hit, left, "left")
            if left.numbers and not left.is_value:
                return None
        return None

    def _after(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words that follow it, as in `6222… (account no.)`, and as lines from right to left are sometimes read."""
        stop = min((other.start for other in cell.numbers if other.start >= number.end), default=len(cell.view))
        for hit in cell.beside:
            if number.end <= hit.start and hit.end <= stop and decides(hit):
                is_own = _IS_OUR.fullmatch(cell.view, number.end, hit.start) is not None
                return Beside(hit, cell, "after") if is_own and _closes(cell, hit, stop) else None
        if _ARABIC.search(cell.view) or leads(cell, number):
            right = self._layout.right_of(cell)
            found = heading(right) if right is not None and not right.numbers else None
            if (
                right is not None
                and found is not None
                and (_ARABIC.search(right.view) or self._is_label_after(cell, right, found))
            ):
                return Beside(found, right, "after")
        return None

    def _is_label_after(self, cell: Cell, right: Cell, hit: Hit) -> bool:
        """Whether the second of two cells in a row names the number in the first, and none under itself."""
        if not cell.is_value or hit.label.role != "account" or hit.label.needs_payment:
            return False
        if next(self._layout.left_of(cell), None) is not None or self._layout.right_of(right) is not None:
            return False
        under = (other for other in self._layout.row(right.level + 1) if other.line.frame == right.line.frame)
        return not any(other.numbers and other.is_value and other.right > right.left for other in under)

    def _bracketed_below(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words for an account in brackets under a number, as forms have them."""
        below = self._layout.under(cell) if cell.is_value and leads(cell, number) else None
        if below is None or _IN_BRACKETS.fullmatch(below.view) is None:
            return None
        hits = [hit for hit in below.beside if hit.label.role == "account" and not hit.label.needs_payment]
        return Beside(hits[-1], below, "after") if hits and not below.numbers else None

    def _wrapped(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words for an account at the end of a line of prose, where the number begins the next."""
        before = self._layout.line_before(cell)
        if before is None or cell.view[: number.start].strip() or len(before.view) < _PROSE:
            return None
        hits = [hit for hit in before.beside if decides(hit)]
        if not hits or hits[-1].label.role != "account" or _ENDED_LINE.search(before.view, hits[-1].end):
            return None
        is_near = len(before.view.rstrip()) - hits[-1].end <= _WRAPPED
        return Beside(hits[-1], before, "above") if is_near and not before.numbers[-1:] else None

    def _over(self, cell: Cell, number: Candidate) -> Beside | None:
        if not leads(cell, number):
            return None
        found = self._from_above(cell) if cell.is_value else self._heading_above(cell)
        is_other = found is not None and found.hit.label.role == "reference"
        return None if is_other and self._is_beside_bank(cell) else found

    def _is_beside_bank(self, cell: Cell) -> bool:
        """Whether the cell to the left names a bank: the head of a table above has nothing to do with this row."""
        left = next(self._layout.left_of(cell), None)
        return left is not None and not left.numbers and any(hit.label.aspect == "bank" for hit in left.beside)

    def _from_above(self, cell: Cell) -> Beside | None:
        """What stands above a cell that only holds a value; known once for a column of them."""
        if cell.order in self._above:
            return self._above[cell.order]
        found: Beside | None = None
        is_next = True
        for over in self._layout.above(cell):
            hit = heading(over)
            if hit is not None:
                found = Beside(hit, over, "above") if is_next or hit.label.role == "account" else None
                break
            if over.order in self._above:
                known = self._above[over.order]
                found = known if is_next or (known is not None and known.hit.label.role == "account") else None
                break
            if over.numbers and not over.is_value:
                break
            is_next = is_next and over.is_value
        self._above[cell.order] = found
        return found

    def _heading_above(self, cell: Cell) -> Beside | None:
        is_next = True
        for over in self._layout.above(cell):
            hit = heading(over)
            if hit is not None:
                return Beside(hit, over, "above") if is_next or hit.label.role == "account" else None
            if over.numbers:
                return None
            is_next = False
        return None

    def _spanned(self, cell: Cell, number: Candidate) -> Beside | None:
        """Words for an account that stand in a row above, beside the number's column, where nothing stands beside it."""
        is_alone = len(self._layout.row(cell.level)) == 1 and cell.left > 0
        if not is_alone or not cell.is_value or not leads(cell, number) or number.looks - BY_CHANCE:
            return None
        for back in range(1, _SPANNED_ROWS + 1):
            row = self._layout.row(cell.level - back)
            if not row or row[0].line.frame != cell.line.frame or any(other.left > cell.left for other in row):
                return None
            over = [other for other in row if other.right > cell.left]
            if any(heading(other) is not None for other in over):
                return None
            if len(over) < len(row):
                hit = heading(row[0]) if len(row) == len(over) + 1 and over else None
                return Beside(hit, row[0], "above") if hit is not None and hit.label.role == "account" else None
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


def _names_value(between: str) -> bool:
    """Whether what stands between words for an account and a date leaves it their number: no other words do."""
    rest = _BRACKETED.sub(" ", between)
    if rest.rstrip().endswith((":", "：")) or _IS_OUR.fullmatch(rest) or _CONTINUES.fullmatch(rest):
        return True
    return _TWO_LETTERS.search(_SIGNS.sub(" ", rest)) is None


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


def _is_told_right_before(cell: Cell, reference: Hit, number: Candidate) -> bool:
    """Whether words to pay there stand between those for a reference and the number, right before it."""
    told = [
        hit
        for hit in cell.beside
        if reference.end <= hit.start and hit.end <= number.start and hit.label.aspect == "instruction"
    ]
    return bool(told) and not cell.view[told[-1].end : number.start].strip()


def _closes(cell: Cell, hit: Hit, stop: int) -> bool:
    """Whether the words after a number are not the label of the next one."""
    after = cell.view[hit.end : stop].strip()
    return (stop == len(cell.view) and not after.startswith((":", "："))) or after[:1] in (")", "]")
