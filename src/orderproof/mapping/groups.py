"""Rows of a table gathered into documents: those whose values of some columns are alike, wherever they stand nearby."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from orderproof.diagnostic import Diagnostic
from orderproof.facts.literal import Wrong
from orderproof.mapping.conversions import LOST_DIGITS
from orderproof.mapping.unseen import seen, unseen
from orderproof.reading.table import SHORTENED, SHORTENED_HELP, TOTAL_HELP, is_shortened, is_total
from orderproof.table import BrokenRow, Row, RowReading, Value

MAX_HELD = 10_000
"""Rows that are held at a time; rows of one document may stand apart by so many."""
_LINE_BITS = 32
Key: TypeAlias = tuple[Value, ...]


@dataclass
class Group:
    """The rows of one document with their numbers in the table from 0, and what is wrong with others of its rows.

    ``doubts`` are the lines of rows that may be its own. ``apart`` is there where its document was given before: that
    one's index and its first line.
    """

    line: int
    rows: dict[int, Row] = field(default_factory=dict)
    broken: list[Diagnostic] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)
    apart: tuple[int, int] | None = None


class Seen:
    """Which keys were there, in a few bytes for each: their hashes, in a table that is never more than half full.

    With each stands the index of its document, and the document's first line.
    """

    __slots__ = ("_count", "_mask", "_places", "_slots")

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * 1024))
        self._places = array("q", bytes(8 * 1024))
        self._mask = 1023
        self._count = 0

    def add(self, key: Key, index: int, line: int) -> None:
        if 2 * self._count > self._mask:
            old, places = self._slots, self._places
            self._mask = 2 * self._mask + 1
            self._slots = array("q", bytes(8 * (self._mask + 1)))
            self._places = array("q", bytes(8 * (self._mask + 1)))
            for found, at in zip(old, places, strict=True):
                if found:
                    slot = self._slot(found)
                    self._slots[slot], self._places[slot] = found, at
        number = hash(key) or 1
        slot = self._slot(number)
        if not self._slots[slot]:
            self._slots[slot], self._places[slot] = number, index << _LINE_BITS | line
            self._count += 1

    def get(self, key: Key) -> tuple[int, int] | None:
        """The index and the line that a key was added with; None where it was not."""
        slot = self._slot(hash(key) or 1)
        if not self._slots[slot]:
            return None
        at = self._places[slot]
        return at >> _LINE_BITS, at & ((1 << _LINE_BITS) - 1)

    def _slot(self, number: int) -> int:
        """The slot of a hash, or the free one that it would take."""
        slot = (number ^ (number >> 32)) & self._mask
        while self._slots[slot] and self._slots[slot] != number:
            slot = (slot + 1) & self._mask
        return slot


class Grouping:
    """Gathers rows by the values of some columns (by their places); without columns each row is a document.

    With ``has_parts`` every row brings something of its own to its document. Then a row that nobody can assign may be
    missing in a document beside it: one whose cell is blank in the document before it, as merged cells leave it; one
    of which nothing is certain in both, where the rows of this table go together in several.
    """

    def __init__(self, columns: tuple[int, ...], absent: frozenset[str], *, has_parts: bool, first: int = 0) -> None:
        self._columns = columns
        self._absent = absent
        self._has_parts = has_parts and bool(columns)
        self._open: OrderedDict[object, Group] = OrderedDict()
        self._held = 0
        self._seen = Seen()
        self._index = first
        """The index of the document that is given next."""
        self._number = -1
        self._last: Group | None = None
        self._lost = 0
        """The number of the row before, where nothing of it is certain; else 0."""
        self._several = False

    def groups(self, rows: Iterable[RowReading]) -> Iterator[Group | Diagnostic]:
        """The documents' rows in the order of their first ones; a Diagnostic is a warning about the table."""
        for row in rows:
            if isinstance(row, Diagnostic):
                yield row
                continue
            self._number += 1
            if isinstance(row, BrokenRow):
                self._broken(row)
            else:
                self._row(row)
            while self._held > MAX_HELD or (not self._columns and self._open):
                yield self._released()
        while self._open:
            yield self._released()

    def _released(self) -> Group:
        key, group = self._open.popitem(last=False)
        self._held -= len(group.rows)
        if isinstance(key, tuple):
            self._seen.add(key, self._index, group.line)
        self._index += 1
        if group.doubts and self._several:
            self._doubt(group, group.doubts[0])
        return group

    def _row(self, row: Row) -> None:
        key = tuple(row.values[column] for column in self._columns)
        total = self._total(row)
        if total is not None:
            message = "this row is no document: it begins as the sums below a table do"
            wrong = Diagnostic("mapping.total-row", message, span=row.span(total), help=TOTAL_HELP)
            self._open[self._number] = Group(row.number, {}, [wrong])
        elif not key:
            self._open[self._number] = Group(row.number, {self._number: row})
        elif self._says_nothing(key):
            place = next(c for c in self._columns if self._says_nothing((row.values[c],)))
            message = "this row does not say which document it belongs to"
            help_ = "fill the cell in; merged cells are filled only in their first row"
            if any(map(is_total, row.values)):
                help_ = TOTAL_HELP
            wrong = Diagnostic("mapping.no-key", message, span=row.span(place), help=help_)
            self._blank(row.number, (wrong,))
        elif (hidden := next(_unseen(self._columns, key), None)) is not None:
            self._hidden(row, key, *hidden)
        elif any(map(is_shortened, key)):
            # Rows of several documents say the same by now, so none of them can be told from another.
            place = next(c for c in self._columns if is_shortened(row.values[c]))
            wrong = Diagnostic(LOST_DIGITS, SHORTENED, span=row.span(place), help=SHORTENED_HELP)
            self._blank(row.number, (wrong,))
        else:
            group = self._group(key, row.number)
            group.rows[self._number] = row
            self._held += 1
            self._several = self._several or len(group.rows) > 1
            self._beside(group)

    def _hidden(self, row: Row, key: Key, place: int, wrong: Wrong) -> None:
        """A row whose key looks like another one costs the document whose rows it seems to be one of."""
        diagnostic = Diagnostic(wrong.code, wrong.message, span=row.span(place), help=wrong.help)
        seems = _as_seen(key)
        if self._says_nothing(seems) or "" in seems:
            self._blank(row.number, (diagnostic,))
        else:
            group = self._group(seems, row.number)
            group.broken.append(diagnostic)
            self._beside(group)

    def _total(self, row: Row) -> int | None:
        """The column that says that a row holds sums: of those that tell documents from each other, else the first."""
        columns = self._columns
        if not columns:
            columns = tuple(c for c in range(len(row.values)) if not self._says_nothing((row.values[c],)))[:1]
        return next((column for column in columns if is_total(row.values[column])), None)

    def _broken(self, row: BrokenRow) -> None:
        """A row that cannot be read costs the document that it belongs to, as far as that can be told."""
        known = [row.known.get(column) for column in self._columns]
        key = _as_seen(cell.value for cell in known if cell is not None)
        if key and (self._says_nothing(key) or "" in key or any(map(is_shortened, key))):
            self._blank(row.number, row.diagnostics)
        elif key and len(key) == len(known):
            group = self._group(key, row.number)
            group.broken += row.diagnostics
            self._beside(group)
        else:
            self._open[self._number] = Group(row.number, {}, list(row.diagnostics))
            if self._has_parts and not row.known:
                self._lost = row.number
                if self._last is not None:
                    self._last.doubts.append(row.number)

    def _says_nothing(self, key: Key) -> bool:
        return any(value is None or (isinstance(value, str) and value in self._absent) for value in key)

    def _blank(self, line: int, wrong: Sequence[Diagnostic]) -> None:
        self._open[self._number] = Group(line, {}, list(wrong))
        if self._has_parts and self._last is not None:
            self._doubt(self._last, line)

    def _beside(self, group: Group) -> None:
        """Go on from a row of a document."""
        if self._lost:
            group.doubts.append(self._lost)
        self._lost = 0
        self._last = group

    def _doubt(self, group: Group, line: int) -> None:
        if not group.broken and group.rows:
            message = f"nobody can tell which document row {line:,} belongs to; it may be one of this one's"
            span = next(iter(group.rows.values())).span(self._columns[0])
            help_ = "mend that row; without it this document may not be whole"
            group.broken.append(Diagnostic("mapping.doubtful", message, span=span, help=help_))

    def _group(self, key: Key, line: int) -> Group:
        group = self._open.get(key)
        if group is not None:
            return group
        before = self._seen.get(key)
        return self._open.setdefault(key if before is None else ("apart", *key), Group(line, apart=before))


def _unseen(columns: Sequence[int], key: Key) -> Iterator[tuple[int, Wrong]]:
    """The columns of a key in which somebody could not see all characters."""
    for column, value in zip(columns, key, strict=True):
        wrong = unseen(value) if isinstance(value, str) else None
        if wrong is not None:
            yield column, wrong


def _as_seen(key: Iterable[Value]) -> Key:
    """A key without what nobody sees in it."""
    return tuple(seen(value) if isinstance(value, str) else value for value in key)
