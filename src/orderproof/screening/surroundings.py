"""What stands around a number: the details of a bank, talk of payment, and whose account is spoken of."""

from collections.abc import Iterator
from typing import Literal

from orderproof.screening.beside import sentence
from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, Layout, is_filled
from orderproof.screening.vocabulary import Search

Owner = Literal["payee", "payer", "refund", "correspondent"]
_HEADING = 60
_NUMBERING = 12
_LETTERS = 4
_BANK_LINES = 4


class Surroundings:
    """The rows of a file with what they speak of."""

    def __init__(self, layout: Layout, search: Search) -> None:
        self._layout = layout
        self._search = search
        self._aspects: dict[int, set[str]] = {}
        self._pays: set[int] = set()
        for cell in layout.cells:
            for hit in cell.hits:
                self._note(cell.level, hit)

    def _note(self, level: int, hit: Hit) -> None:
        match hit.label.role:
            case "context":
                self._aspects.setdefault(level, set()).add(hit.label.aspect)
                self._pays.add(level)
            case "account" if not hit.label.needs_payment:
                self._aspects.setdefault(level, set()).add("account")
                self._pays.add(level)
            case "payment" | "payer" | "correspondent" | "service":
                self._pays.add(level)
            case _:
                pass

    def aspects(self, cell: Cell) -> set[str]:
        """What is named of a bank account around a cell."""
        near = self._search.block_lines
        found: set[str] = set()
        for level in range(cell.level - near, cell.level + near + 1):
            found |= self._aspects.get(level, set())
        return found

    def is_block(self, cell: Cell) -> bool:
        """Whether the cell stands among the details of a bank."""
        aspects = self.aspects(cell)
        return len(aspects) >= self._search.block_aspects and not aspects.isdisjoint({"bank", "account", "code"})

    def is_beside_bank(self, cell: Cell) -> bool:
        """Whether a bank is named in the row of a cell, or in the one before or after it."""
        return any("bank" in self._aspects.get(level, ()) for level in range(cell.level - 1, cell.level + 2))

    def speaks_of_payment(self, cell: Cell) -> bool:
        near = self._search.block_lines
        return any(level in self._pays for level in range(cell.level - near, cell.level + near + 1))

    def owner(self, cell: Cell, number: Candidate) -> Owner | None:
        """Whose account a number is, by the nearest words that say so: in its line, its row, its column, or above."""
        start, _ = sentence(cell, number.start)
        in_line = [hit for hit in cell.hits if start <= hit.start and hit.end <= number.start]
        for hit in reversed(in_line):
            if (found := _owner(hit)) is not None:
                return found
        for left in self._layout.left_of(cell):
            if not left.numbers and (found := _named(left)) is not None:
                return found
        return self._over(cell) or self._above_lines(cell)

    def _over(self, cell: Cell) -> Owner | None:
        """The owner that the head of a column names."""
        if cell.line.frame in self._layout.running and len(self._layout.row(cell.level)) == 1:
            return None
        has_twin = any(other.numbers for other in self._layout.row(cell.level) if other.order != cell.order)
        for over in self._column(cell):
            if any(is_filled(other.view) for other in self._layout.row(over.level)):
                return None  # a line to sign on: what is below belongs to no party
            found = _named(over) if len(over.view) <= _HEADING and not over.numbers else None
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

    def _above_lines(self, cell: Cell) -> Owner | None:
        """The owner that a line above names; a party's heading alone names none: what follows it may be anything."""
        for back in range(1, self._search.owner_lines + 1):
            for other in reversed(self._layout.row(cell.level - back)):
                if other.line.frame != cell.line.frame:
                    return None
                if not _is_beside(other, cell, self._layout):
                    continue
                if (found := _named(other, back)) is not None:
                    return found
                # A clause on payment, or a line to sign on, ends what was said of an account.
                if any(hit.label.role == "payment" for hit in other.hits) or is_filled(other.view):
                    return None
        return None


def _is_beside(other: Cell, cell: Cell, layout: Layout) -> bool:
    """Whether a cell of a row above may speak of the same account: not where it stands in another column."""
    row = layout.row(other.level)
    return len(row) == 1 or other is row[0] or min(other.right, cell.right) - max(other.left, cell.left) > 0


def _named(cell: Cell, back: int = 0) -> Owner | None:
    """The owner that a cell names as a heading does; ``back`` is how many lines above the number it stands."""
    for hit in reversed(cell.hits):
        found = _owner(hit, as_heading=_leads(cell, hit))
        if hit.label.role == "buyer" and back:
            continue
        if found is None:
            continue
        if found in ("payer", "refund") and not (_leads(cell, hit) or cell.view.rstrip()[-1:] in ":："):
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
