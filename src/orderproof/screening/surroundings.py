"""What stands around a number: the details of a bank, talk of payment, and whose account is spoken of."""

import re
from collections.abc import Iterator
from typing import Literal

from orderproof.screening.beside import Beside, sentence
from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, Layout, is_filled
from orderproof.screening.looks import quantities
from orderproof.screening.parties import (
    is_also_payment,
    is_followed_by_seller,
    is_of_another,
    is_paid_there,
    is_to_payee,
    is_whose,
    is_with_seller,
    names_seller,
)
from orderproof.screening.sentences import sentence_around
from orderproof.screening.vocabulary import Search

Owner = Literal["payee", "payer", "refund", "correspondent"]
_HEADING = 60
_NUMBERING = 12
_LETTERS = 4
_BANK_LINES = 4
_COLUMNS = 3
_AMOUNT = re.compile(r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})[.,][0-9]{2,4}(?![0-9.,])")
_COUNT = re.compile(r"[0-9]{1,3}(?:,?[0-9]{3}){0,2}")
_HOLDER = frozenset({"holder"})
_DETAILS = frozenset({"bank", "code", "holder"})
_PLATFORM = "platform"
_OWNER_REACH = 160  # in a line without end, such as a page that was read as one
_ROWS_OF_VALUE = 2
_UK_DIGITS = 8
_CODE_REACH = 20


class Surroundings:
    """The rows of a file with what they speak of."""

    def __init__(self, layout: Layout, search: Search) -> None:
        self._layout = layout
        self._search = search
        self._aspects: dict[int, set[str]] = {}
        self._pays: set[int] = set()
        self._codes: set[int] = set()
        for cell in layout.cells:
            for hit in cell.hits:
                if not _is_redirected(cell, hit):
                    self._note(cell.level, hit)
            if _has_bank_code(cell):
                self._codes.add(cell.level)
                self._aspects.setdefault(cell.level, set()).add("code")
                self._pays.add(cell.level)

    def _note(self, level: int, hit: Hit) -> None:
        match hit.label.role:
            case "context":
                self._aspects.setdefault(level, set()).add(hit.label.aspect)
                self._pays.add(level)
            case "account" if not hit.label.needs_payment:
                self._aspects.setdefault(level, set()).add("account")
                self._pays.add(level)
            case "announcement":
                self._aspects.setdefault(level, set()).add("announcement")
            case "payment" | "payer" | "correspondent" | "service":
                self._pays.add(level)
            case _:
                pass

    def aspects(self, cell: Cell) -> set[str]:
        """What is named of a bank account around a cell."""
        found: set[str] = set()
        for level in self._near(cell, self._search.block_lines):
            found |= self._aspects.get(level, set())
        return found

    def _near(self, cell: Cell, lines: int) -> Iterator[int]:
        """The rows around a cell; of a table of several columns, such as that of the goods, only its own."""
        frame = cell.line.frame
        is_table = frame not in self._layout.running and len(self._layout.row(cell.level)) >= _COLUMNS
        for level in range(cell.level - lines, cell.level + lines + 1):
            row = self._layout.row(level)
            if row and (not is_table or row[0].line.frame == frame):
                yield level

    def is_block(self, cell: Cell) -> bool:
        """Whether the cell stands among the details of a bank."""
        aspects = self.aspects(cell)
        return len(aspects) >= self._search.block_aspects and not aspects.isdisjoint({"bank", "account", "code"})

    def is_beside_bank(self, cell: Cell) -> bool:
        """Whether a bank is named in the row of a cell, or in one before or after it, or its code in the row."""
        lines = _ROWS_OF_VALUE if cell.is_value else 1
        near = self._near(cell, lines)
        return cell.level in self._codes or any("bank" in self._aspects.get(level, ()) for level in near)

    def is_row_of_goods(self, cell: Cell) -> bool:
        """Whether an amount stands in the row of a cell, and nothing of a bank or a payee."""
        row = self._layout.row(cell.level)
        return self._aspects.get(cell.level, set()) <= _HOLDER and any(_amounts(other) for other in row)

    def is_item(self, cell: Cell) -> bool:
        """Whether a cell stands in a row of goods with how many they are and what they cost."""
        row = self._layout.row(cell.level)
        if self.is_row_of_goods(cell) and sum(_amounts(other) for other in row) > 1:
            return True
        below = [self._layout.row(cell.level + on) for on in (1, 2)]
        if not cell.is_value or any(len(other) != 1 or not other[0].is_value for other in (row, *below)):
            return False  # in a table that was read cell by cell, how many and what they cost follow
        count, price = below[0][0], below[1][0]
        return quantities(count.view) > 0 or (_COUNT.fullmatch(count.view.strip()) is not None and _amounts(price) > 0)

    def names_bank(self, cell: Cell) -> bool:
        """Whether a bank is named in the row of a cell."""
        return "bank" in self._aspects.get(cell.level, ())

    def is_under_payee(self, cell: Cell) -> bool:
        """Whether a payee, the holder of an account or the details of a bank are named in the rows right over a cell."""
        over = (self._aspects.get(cell.level - back, set()) for back in range(1, _ROWS_OF_VALUE + 1))
        return any(not aspects.isdisjoint({"payee", "holder", "announcement"}) for aspects in over)

    def is_beside_payee(self, cell: Cell) -> bool:
        """Whether a payee or a bank is named in the row of a cell, or in the one before or after it."""
        near = (self._aspects.get(level, set()) for level in self._near(cell, 1))
        return any(not aspects.isdisjoint({"bank", "code", "holder", "payee"}) for aspects in near)

    def speaks_of_payment(self, cell: Cell) -> bool:
        near = self._search.block_lines
        return any(level in self._pays for level in range(cell.level - near, cell.level + near + 1))

    def owner(self, cell: Cell, number: Candidate, beside: Beside | None = None) -> Owner | None:
        """Whose account a number is, by the nearest words that say so: in its line, its row, its column, or above."""
        if is_followed_by_seller(cell, number) or (beside is not None and names_seller(beside.cell, beside.hit)):
            return "payee"
        start = max(sentence(cell, number.start)[0], number.start - _OWNER_REACH)
        in_line = [hit for hit in cell.hits if start <= hit.start and hit.end <= number.start]
        for hit in reversed(in_line):
            found = _owner(hit, as_heading=_is_genitive(cell, hit, number) or is_whose(cell, hit))
            if found is not None and not _is_refuted(cell, hit, beside):
                return found
        for left in self._layout.left_of(cell):
            if left.line.hidden == cell.line.hidden and not _has_number(left) and (found := _named(left)) is not None:
                return found
        is_paid = any(hit.label.role == "payment" for hit in in_line)
        if (over := self._over(cell)) is not None or any(hit.label.role == "announcement" for hit in in_line):
            return over  # what begins with bank details of its own has nothing to do with the lines above
        return self._above_lines(cell, is_paid=is_paid)

    def _over(self, cell: Cell) -> Owner | None:
        """The owner that the head of a column names."""
        if cell.line.frame in self._layout.running and len(self._layout.row(cell.level)) == 1:
            return None
        has_twin = any(_has_number(other) for other in self._layout.row(cell.level) if other.order != cell.order)
        for over in self._column(cell):
            if any(is_filled(other.view) for other in self._layout.row(over.level)):
                return None  # a line to sign on: what is below belongs to no party
            found = _named(over) if len(over.view) <= _HEADING and not _has_number(over) else None
            if found is None or not self._is_head(over, found):
                continue
            is_party = any(hit.label.role in ("buyer", "seller") for hit in over.hits)
            return found if has_twin or not is_party else None
        return None

    def _is_head(self, cell: Cell, owner: Owner) -> bool:
        """Whether a cell heads a column: another one of its row names somebody else."""
        others = (_named(other) for other in self._layout.row(cell.level) if other.order != cell.order)
        return any(other is not None and other != owner for other in others)

    def _column(self, cell: Cell) -> Iterator[Cell]:
        """The cells over a cell in its column, the nearest first, without limit of what is between."""
        for level in range(cell.level - 1, max(-1, cell.level - 2 * self._search.owner_lines), -1):
            row = self._layout.row(level)
            if row and row[0].line.frame != cell.line.frame:
                return
            for other in row:
                if len(row) > 1 and min(other.right, cell.right) - max(other.left, cell.left) > 0:
                    yield other

    def _above_lines(self, cell: Cell, *, is_paid: bool) -> Owner | None:
        """The owner that a line above names; a party's heading alone names none: what follows it may be anything.

        Where the number's own line speaks of payment, ``is_paid``, a line above with a number of its own says nothing of it.
        """
        for back in range(1, self._search.owner_lines + 1):
            for other in reversed(self._layout.row(cell.level - back)):
                if other.line.frame != cell.line.frame:
                    return None
                if not _is_beside(other, cell, self._layout) or other.line.hidden != cell.line.hidden:
                    continue
                if (found := _named(other, back)) is not None:
                    return None if is_paid and _has_number(other) else found
                # A clause on payment, or a line to sign on, ends what was said of an account.
                if any(hit.label.role == "payment" for hit in other.hits) or is_filled(other.view):
                    return None
        return None


def _is_redirected(cell: Cell, hit: Hit) -> bool:
    """Whether words stand in a sentence that speaks of the platform, and of no bank or number that they could be about."""
    if all(other.label.kind != _PLATFORM for other in cell.hits) or _leads(cell, hit):
        return False
    start, end = sentence_around(cell, hit.start)
    said = [other.label for other in cell.hits if start <= other.start < end]
    is_about_platform = any(label.role == "negation" and label.kind == _PLATFORM for label in said)
    is_about_bank = any(label.role == "announcement" or label.aspect in _DETAILS for label in said)
    return (is_about_platform and not is_about_bank) and not any(
        start <= number.start < end and number.digits >= _UK_DIGITS and not number.looks for number in cell.numbers
    )


def _amounts(cell: Cell) -> int:
    """How many amounts and quantities stand in a cell."""
    return len(_AMOUNT.findall(cell.view)) + quantities(cell.view)


def _has_bank_code(cell: Cell) -> bool:
    """Whether a code that only banks have stands in a cell: an IFSC, a sort code before an account, a BIC that is no word."""
    for number in cell.numbers:
        if number.shape == "ifsc":
            return True
        if number.shape == "bic" and (number.digits or number.value.endswith("XXX")):
            return True
    pairs = zip(cell.numbers, cell.numbers[1:], strict=False)
    return any(
        "sort_code" in code.looks and number.digits == _UK_DIGITS and number.start - code.end <= _CODE_REACH
        for code, number in pairs
    )


def _is_genitive(cell: Cell, hit: Hit, number: Candidate) -> bool:
    """Whether a party is named between words for an account and the number, as in `счет покупателя 4070…`."""
    if hit.label.role not in ("buyer", "seller") or cell.view[hit.end : number.start].strip(" .:№#"):
        return False
    return any(
        other.label.role == "account" and other.end < hit.start and not cell.view[other.end : hit.start].strip()
        for other in cell.hits
    )


def _is_refuted(cell: Cell, hit: Hit, beside: Beside | None) -> bool:
    """Whether what follows words for an owner says that the account is not theirs, or is paid into as well."""
    match hit.label.role:
        case "payer" if hit.label.kind == "refund":
            return is_also_payment(cell, hit)
        case "payer" | "buyer":
            account = beside.hit if beside is not None and beside.cell is cell else None
            # Words that name the number, and are an account's now, were found to be no payer's.
            is_label = account is not None and account.start <= hit.start < account.end
            return is_label or is_of_another(cell, hit) or (account is not None and is_paid_there(cell, hit, account))
        case _:
            return False


def _is_paid_by_him(cell: Cell, payer: Hit) -> bool:
    """Whether a heading goes on with whom its payer is to pay."""
    end = len(cell.view)
    return not _has_number(cell) and (is_to_payee(cell, payer.end, end) or is_with_seller(cell, payer, end))


def _has_number(cell: Cell) -> bool:
    return any(number.digits for number in cell.numbers)


def _is_beside(other: Cell, cell: Cell, layout: Layout) -> bool:
    """Whether a cell of a row above may speak of the same account: not where it stands in another column."""
    row = layout.row(other.level)
    return len(row) == 1 or other is row[0] or min(other.right, cell.right) - max(other.left, cell.left) > 0


def _named(cell: Cell, back: int = 0) -> Owner | None:
    """The owner that a cell names as a heading does; ``back`` is how many lines above the number it stands."""
    for hit in reversed(cell.hits):
        is_details = is_whose(cell, hit)
        found = _owner(hit, as_heading=_leads(cell, hit) or is_details)
        if hit.label.role == "buyer" and back and not is_details:
            continue
        if found is None or _is_refuted(cell, hit, None) or (found == "payer" and _is_paid_by_him(cell, hit)):
            continue
        if found in ("payer", "refund") and not (is_details or _leads(cell, hit) or cell.view.rstrip()[-1:] in ":："):
            continue
        if found == "correspondent" and (back > _BANK_LINES or not _leads(cell, hit)):
            continue
        return found
    return None


def _leads(cell: Cell, hit: Hit) -> bool:
    """Whether words stand as a heading: at the start, and alone or before a colon."""
    before = cell.view[: hit.start].strip() if hit.start <= _HEADING else cell.view[:_HEADING]
    if len(before) > _NUMBERING or sum(map(str.isalpha, before)) > _LETTERS:
        return False
    after = cell.view[hit.end : hit.end + _HEADING].lstrip()
    is_alone = len(cell.view.strip()) <= 2 * (hit.end - hit.start) + 12
    return is_alone or after[:1] in (":", "：", "(", "/", "'", "-")


def _owner(hit: Hit, *, as_heading: bool = False) -> Owner | None:
    label = hit.label
    match label.role:
        case "payer":
            return "refund" if label.kind == "refund" else "payer"
        case "correspondent":
            return "correspondent"
        case "context" if label.aspect in ("payee", "instruction"):
            return "payee"
        case "buyer" if as_heading:
            return "payer"
        case "seller" if as_heading:
            return "payee"
        case _:
            return None
