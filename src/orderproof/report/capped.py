"""Reports that hold only so much: the gravest findings come first, no document takes the room of all others, and how
many are left out is known.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import IntEnum

from msgspec import Struct

from orderproof.diagnostic import Severity
from orderproof.finding import Finding
from orderproof.report.write import Aside

OF_EACH = 100
"""Findings of a rank of one document that come before those of others; more of it come after all of that rank."""


class Rank(IntEnum):
    """How grave a finding is; one that cannot fail a run comes last."""

    ERROR = 0
    WARNING = 1
    EXCUSED = 2


def rank_of(finding: Finding) -> Rank:
    """The rank of a finding."""
    if not finding.counts:
        return Rank.EXCUSED
    return Rank.ERROR if finding.severity is Severity.ERROR else Rank.WARNING


class Turn(Struct, frozen=True, order=True):
    """When something comes: by its rank, and within that after the first of other documents where its own had enough."""

    rank: Rank
    late: bool = False


def turns(findings: Iterable[Finding], of_each: int = OF_EACH) -> Iterator[tuple[Finding, Turn]]:
    """The findings of a document with their turns."""
    seen: Counter[Rank] = Counter()
    for finding in findings:
        rank = rank_of(finding)
        seen[rank] += 1
        yield finding, Turn(rank, seen[rank] > of_each)


class Capped:
    """Lines put aside by their turns, of which the first so many, and so many bytes, are given back: all of a turn before
    any of the next. ``left`` counts the others by rank once they are known.
    """

    def __init__(self, count: int, size: int) -> None:
        self._count = count
        self._size = size
        self._asides = {Turn(rank, late): Aside() for rank in Rank for late in (False, True)}
        self._added: Counter[Turn] = Counter()
        self._bytes: Counter[Turn] = Counter()
        self.left: Counter[Rank] = Counter()

    def takes(self, turn: Turn) -> bool:
        """Whether one more of a turn may be given back; one that may not is counted as left."""
        full = self._added[turn] >= self._count or self._bytes[turn] >= self._size
        if full:
            self.left[turn.rank] += 1
        return not full

    def add(self, turn: Turn, line: bytes) -> None:
        """Put a line aside, without its line end."""
        self._added[turn] += 1
        self._bytes[turn] += len(line)
        self._asides[turn].write(line + b"\n")

    def lines(self) -> Iterator[bytes]:
        """The lines that there is room for, without their line ends; nothing may be added after."""
        count, size = self._count, self._size
        for turn, aside in self._asides.items():
            for line in aside.lines():
                if count <= 0 or len(line) > size:
                    count = 0  # what comes after is less grave, and shall not take its place
                    self.left[turn.rank] += 1
                else:
                    count -= 1
                    size -= len(line)
                    yield line.removesuffix(b"\n")
            aside.close()


class Few:
    """Texts of which the first so many are given back, in their order; what is late only where there is room."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: dict[bool, list[tuple[int, str]]] = {False: [], True: []}
        self._number = 0

    def takes(self, *, late: bool) -> bool:
        """Whether one more may be given back."""
        return len(self._kept[late]) < self._count

    def add(self, text: str, *, late: bool) -> None:
        self._number += 1
        self._kept[late].append((self._number, text))

    @property
    def texts(self) -> list[str]:
        """The texts that there is room for."""
        kept = [*self._kept[False], *self._kept[True]][: self._count]
        return [text for _, text in sorted(kept)]
