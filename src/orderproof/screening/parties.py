"""Whose account is spoken of where a party is named beside it: whose bank details, whose supplier, in whose name."""

import re
from collections.abc import Iterator

from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Hit, Label
from orderproof.screening.layout import Cell, Layout

# What may stand between bank details and whose they are: `of the`, `del`, `de l'`, `bên`; and after a party: `'s`.
_OF = re.compile(r"['\s(.]*(?:(?:of|the|our|your|del?|da|do|des|der|la|los?|l|bên|ben|cua)['\s]+){0,3}['\s]*")
_ITS = re.compile(r"(?:[.:]?|\W{0,2}no[.:]?)\s*\(?(?:of|del?|da|do|des|du|der|cua)['’\s]+(?:the\s+|la\s+|l')?")
_HIS = re.compile(r"(?:['’]?s?|\s*的)\s*")
_AND = re.compile(
    r"\W*(?:[^\W\d_]+\s*[/&、]|(?:and|or|und|oder|et|ou|y|o|e|и|или|ve|veya|va|hoac)\b|[/&、和及与或])\W*"
)
_TO = re.compile(r"\W*(?:to|into|au|aux|sur|auf|an|a|al|en|na|no|em|para|на|vao)?\W*")
_CLAUSE = re.compile(r"[,:;，：；。0-9]|[.!?] ")
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME_END = re.compile(r"[,，;；(（/]|\s{3}|\b(?:inn|tel|add|vat)\b")
_DETAILS = frozenset({"bank", "code"})
_NAMERS = frozenset({"holder", "payee"})
_SHORTEST_NAME = 4
_SHORTEST_LATIN_NAME = 8
_ROWS = 3
NOT_HIS = Label("account")
"""What words for the payer's account are where others say that it is somebody else's."""


def is_whose(cell: Cell, party: Hit) -> bool:
    """Whether a party is named right beside words for bank details or an account: `Bankverbindung des Käufers`."""
    for other in cell.hits:
        if not _is_of_account(other):
            continue
        if other.end <= party.start and _OF.fullmatch(cell.view, other.end, party.start):
            return True
        if party.end <= other.start and _HIS.fullmatch(cell.view, party.end, other.start):
            return True
    return False


def names_seller(cell: Cell, account: Hit) -> bool:
    """Whether the seller is named in the words for an account, or right beside them: `the Seller's refund account`."""
    return any(
        (account.start <= party.start and party.end <= account.end)
        or (party.end <= account.start and _HIS.fullmatch(cell.view, party.end, account.start))
        or (account.end <= party.start and _ITS.fullmatch(cell.view, account.end, party.start))
        for party in _sellers_in(cell)
    )


def is_followed_by_seller(cell: Cell, number: Candidate) -> bool:
    """Whether the seller follows a number as its owner: `account 5 of the Seller`."""
    return any(
        number.end <= party.start and _ITS.fullmatch(cell.view, number.end, party.start) for party in _sellers_in(cell)
    )


def _sellers_in(cell: Cell) -> Iterator[Hit]:
    return (hit for hit in cell.hits if hit.label.role == "seller" and not is_of_another(cell, hit))


def is_to_payee(cell: Cell, start: int, end: int) -> bool:
    """Whether words for a payee, or to pay somebody, stand in this part of a cell."""
    hits = [hit for hit in cell.beside if start <= hit.start and hit.end <= end]
    return any(hit.label.aspect in ("payee", "instruction") for hit in hits)


def is_with_seller(cell: Cell, payer: Hit, end: int) -> bool:
    """Whether the seller is named between a payer and where the number is: `the Buyer's account with the Seller: 5`."""
    between = [hit for hit in cell.hits if hit.label.role == "seller" and payer.end <= hit.start < end]
    return bool(between) and _CLAUSE.search(cell.view, payer.end, between[-1].start) is None


def is_of_another(cell: Cell, party: Hit) -> bool:
    """Whether what follows a party is another one that belongs to it, as in `the Buyer's supplier`."""
    return any(
        other.label.role in ("seller", "buyer")
        and other.start > party.end
        and _HIS.fullmatch(cell.view, party.end, other.start)
        for other in cell.hits
    )


def is_also_payment(cell: Cell, refund: Hit) -> bool:
    """Whether words for a refund stand beside words for a payment, as in `payments and refunds`."""
    for other in cell.hits:
        if other.label.role != "payment":
            continue
        first, last = (other, refund) if other.start < refund.start else (refund, other)
        if first.end <= last.start and _AND.fullmatch(cell.view, first.end, last.start):
            return True
    return False


def is_paid_there(cell: Cell, payer: Hit, account: Hit) -> bool:
    """Whether words for a payment stand between a payer and an account that they lead to: `payment to account no.`."""
    return any(
        hit.label.role == "payment"
        and payer.end <= hit.start
        and hit.end <= account.start
        and _TO.fullmatch(cell.view, hit.end, account.start) is not None
        for hit in cell.hits
    )


def _is_of_account(hit: Hit) -> bool:
    label = hit.label
    return label.role == "announcement" or (label.role == "context" and label.aspect in _DETAILS)


class Sellers:
    """The names of the sellers of a file, and the accounts that are in them."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names = frozenset(name for cell in layout.cells for name in _names_in(layout, cell))

    def hold(self, cell: Cell, *, near: bool = False) -> bool:
        """Whether the holder who is named with the number of a cell is a seller, whatever the number is called.

        Only one in the same line counts where ``near``.
        """
        if not self._names:
            return False
        return any(self._is_named(holder) for holder in self._holder(cell) if not near or holder is cell)

    def _holder(self, cell: Cell) -> Iterator[Cell]:
        """The nearest cell that names a holder: in the row, above as far as another account, or else below."""
        rows = [self._layout.row(cell.level)]
        rows.extend(self._layout.row(cell.level - back) for back in range(1, _ROWS + 1))
        below = [self._layout.row(cell.level + on) for on in range(1, _ROWS + 1)]
        for part in (rows, below):
            for row in part:
                if any(other.line.frame != cell.line.frame for other in row):
                    break
                yield from (found := [other for other in row if any(hit.label.aspect in _NAMERS for hit in other.hits)])
                if found:
                    return
                if row and row is not rows[0] and any(_has_account(other) for other in row):
                    break

    def _is_named(self, cell: Cell) -> bool:
        hits = [hit for hit in cell.hits if hit.label.aspect in _NAMERS and hit.label.role == "context"]
        texts = [cell.view[hits[-1].end :]] if hits else []
        right = self._layout.right_of(cell)
        texts.extend([right.view] if right is not None else [])
        written = [_letters(text) for text in texts]
        return any(name in text for name in self._names for text in written)


def _names_in(layout: Layout, cell: Cell) -> Iterator[str]:
    """The name of the seller that a cell gives after a colon, or the cell beside it."""
    for hit in cell.hits:
        if hit.label.role != "seller" or len(_LETTERS.findall(cell.view[: hit.start])) > 1:
            continue
        after = cell.view[hit.end :].lstrip(" ()（）.")
        right = layout.right_of(cell)
        if after[:1] in (":", "：") and len(after) > 1:
            name = _letters(_NAME_END.split(after[1:].strip())[0])
        elif not after.strip(" :：") and right is not None and not right.hits:
            name = _letters(_NAME_END.split(right.view.strip())[0])
        else:
            continue
        if len(name) >= (_SHORTEST_LATIN_NAME if name.isascii() else _SHORTEST_NAME):
            yield name


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _has_account(cell: Cell) -> bool:
    return any(number.digits for number in cell.numbers) and any(
        hit.label.role in ("account", "payer") for hit in cell.hits
    )
