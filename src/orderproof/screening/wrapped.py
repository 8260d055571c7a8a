"""Numbers that go on in the next line or cell: wrapped in prose, in a narrow cell, or a group of digits to a cell."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.candidate import Candidate
from orderproof.screening.check_digits import iban_structure
from orderproof.screening.fold import folded
from orderproof.screening.layout import POINTS, Cell, Layout
from orderproof.screening.numbers import candidates
from orderproof.screening.shapes import compact

_TAIL = re.compile(
    r"(?<![0-9A-Za-z.,/\-])(?:[A-Z]{2}[0-9]{2}(?:[ \-]?[0-9A-Z]{1,30}){0,8}|[0-9]+(?:[ \-./][0-9]+){0,8}) ?-?\s*\Z"
)
_HEAD = re.compile(r"\s*(?P<number>[0-9A-Z]+(?:[ \-./][0-9]+){0,8})(?![0-9A-Za-z]|[.)] ?[^\W\d]|[.,:/][0-9]|%)")
_POINTS = re.compile(rf"{POINTS}\Z")
_WALLET = re.compile(r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{4,39}|(?:[13T]|bc1)[0-9A-Za-z]{5,60})\s*\Z")
_WORD = re.compile(r"\s*[0-9A-Za-z]{2,40}(?![0-9A-Za-z])")
_SHORTEST_WALLET = 26
_WALLET_WIDTH = 64
_BETWEEN_GROUPS = re.compile(r"[ \-./]")
_PIECE = re.compile(r"[0-9A-Z]{1,6}")
_MOST_PARTS = 40
_MOST = 34
_FEWEST_GROUPS = 3
_LONG = 12
"""Digits from which a part is an account by itself, rather than a part of one."""
_LEAST_IN_PROSE = 8
_TAIL_WIDTH = 48


class Whole(Struct, frozen=True):
    """A number that goes on in other cells, as it stands in the first of them; ``orders`` are those of the others."""

    number: Candidate
    orders: tuple[int, ...]


def whole_of(layout: Layout, cell: Cell) -> Whole | None:
    """The number that begins at the end of a cell and goes on in others, if there is one."""
    tail = _TAIL.search(cell.view.upper() if cell.is_value else cell.fold.text, max(0, len(cell.view) - _TAIL_WIDTH))
    if tail is None:
        return _wallet_of(layout, cell)
    if _POINTS.search(cell.view, 0, tail.start()) is not None:
        return None
    parts = [(tail.group().strip(), cell)]
    parts.extend(_beside(layout, cell, tail.group().strip()) if cell.is_value or cell.beside else ())
    if len(parts) == 1:
        parts.extend(_below(layout, cell, tail.group().strip()))
    if tail.group()[:1].isalpha():
        parts = _of_length(parts, 4 + len(iban_structure(tail.group()[:2])))
    return _joined(cell, tail.start(), parts) if len(parts) > 1 else None


def _wallet_of(layout: Layout, cell: Cell) -> Whole | None:
    """The address of a wallet that breaks off at the end of a cell, if its sum or its form holds with what follows."""
    tail = _WALLET.search(cell.fold.text, max(0, len(cell.view) - _WALLET_WIDTH))
    under = None if tail is None else layout.under(cell)
    rest = None if under is None else _WORD.match(under.fold.text)
    if tail is None or under is None or rest is None:
        return None
    value = tail.group().strip() + rest.group().strip()
    if not _SHORTEST_WALLET <= len(value) <= _WALLET_WIDTH:
        return None
    found = candidates(folded(value))
    if len(found) != 1 or found[0].value != value or not found[0].shape.startswith("wallet"):
        return None
    if found[0].check != "valid" and found[0].shape != "wallet_eth":
        return None
    number = replace(found[0], start=tail.start(), end=len(cell.fold.text), written=value)
    return Whole(number, (under.order,) if under.is_value else ())


def _of_length(parts: list[tuple[str, Cell]], length: int) -> list[tuple[str, Cell]]:
    """The first of the parts, as many as have so many letters and digits; none where no number of them has."""
    total = 0
    for count, (text, _) in enumerate(parts, 1):
        total += len(compact(text))
        if total >= length:
            return parts[:count] if total == length else []
    return []


def _beside(layout: Layout, cell: Cell, tail: str) -> Iterator[tuple[str, Cell]]:
    """The groups in the cells to the right, where each cell of the row has one, and all but the last are as long."""
    groups = _BETWEEN_GROUPS.split(tail)
    if not all(map(_PIECE.fullmatch, groups)) or (cell.order and _is_amid(layout.cells[cell.order - 1], cell)):
        return
    found = [(part.group(), other) for other in _row_after(layout, cell) if (part := _group(other)) is not None]
    if len(groups) + len(found) < _FEWEST_GROUPS or not found:
        return
    size = len(groups[-1])
    for at, (group, other) in enumerate(found):
        if len(group) > size or (len(group) < size and at + 1 < len(found)):
            return
        yield group, other


def _row_after(layout: Layout, cell: Cell) -> Iterator[Cell]:
    at = cell
    for _ in range(_MOST):
        right = layout.right_of(at)
        if right is None or not right.is_value or _group(right) is None:
            return
        yield right
        at = right


def _is_amid(before: Cell, cell: Cell) -> bool:
    """Whether a cell is not the first of the groups of its row."""
    return (
        before.level == cell.level and before.is_value and any(map(str.isdigit, before.view)) and bool(_group(before))
    )


def _group(cell: Cell) -> re.Match[str] | None:
    return _PIECE.fullmatch(cell.view.strip().upper())


def _below(layout: Layout, cell: Cell, tail: str) -> Iterator[tuple[str, Cell]]:
    """How the number goes on in the cells under a cell; in prose, at the beginning of the next line."""
    total, at = sum(map(str.isdigit, tail)), cell
    for _ in range(_MOST_PARTS):
        under = layout.under(at)
        head = None if under is None else _HEAD.match(under.fold.text)
        if under is None or head is None:
            return
        digits = sum(map(str.isdigit, head.group("number")))
        is_own = under.line is not cell.line and min(total, digits) >= _LONG
        is_whole = not under.fold.text[head.end() :].strip()
        if is_own or not digits or total + digits > _MOST or not (is_whole or _goes_on(tail, total, digits)):
            return
        yield head.group("number"), under
        total, at = total + digits, under
        if not is_whole:
            return


def _goes_on(tail: str, total: int, digits: int) -> bool:
    """Whether a number at the end of a line may go on before the words of the next; of an IBAN its sum will say so."""
    return (
        tail[:1].isalpha() or tail.endswith("-") or (total >= 4 and digits >= 3 and total + digits >= _LEAST_IN_PROSE)
    )


def _joined(cell: Cell, start: int, parts: list[tuple[str, Cell]]) -> Whole | None:
    """The number that the parts make, if it is one."""
    value = "".join(compact(text) for text, _ in parts)
    found = candidates(folded(value)) if len(value) <= _MOST else ()
    if len(found) != 1 or compact(found[0].value) != value or found[0].shape not in ("digits", "iban", "rib"):
        return None
    written = " ".join(text for text, _ in parts)
    number = replace(found[0], start=start, end=len(cell.fold.text), written=written)
    return Whole(number, tuple(other.order for _, other in parts[1:]))
