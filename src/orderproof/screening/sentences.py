"""Where a sentence ends in a line: a point ends none after a word that is cut short, such as `No.` and `Ltd.`."""

import re
from collections.abc import Iterator

from orderproof.screening.layout import Cell

_POINT = re.compile(r"(?P<word>[^\W\d_]{2,})[)\]\"'’”»]{0,2}\.[)\]\"'’”»]?\s+(?=[^\W\d_])")
_STOP = re.compile(r"[。！？]|[!?]\s")
_PART = re.compile(r"[;；]")
_CUT_SHORT = re.compile(
    "nos?|nr|num|nro|numero|acct?|ac|cta|cte|cpte|kto|hes|inc|ltd|co|corp|llc|gmbh|cia|sa|str?|ave|rd|tel|mob|ext|ref|inv|mrs?|ms|dr|sra?|"
    "bldg|fl|rm|dist|prov|banc|bank|suc|ag|sub|approx|incl|excl|max|min|qty|art|расч|сч|ул|обл|тел|корп|стр|ком|гор|руб|долл",
    re.IGNORECASE,
)


def ends_between(cell: Cell, start: int, end: int) -> bool:
    """Whether a sentence ends and another begins in a part of a cell."""
    return any(start < at <= end for at in _ends(cell))


def sentence_around(cell: Cell, at: int) -> tuple[int, int]:
    """From where to where the sentence of a cell goes that holds a place, or its part between semicolons."""
    ends = [*_ends(cell), *(mark.end() for mark in _PART.finditer(cell.view))]
    return max((end for end in ends if end <= at), default=0), min(
        (end for end in ends if end > at), default=len(cell.view)
    )


def _ends(cell: Cell) -> Iterator[int]:
    """Where sentences end; a point only ends one before a capital, as the file has it."""
    text = cell.fold.text
    for point in _POINT.finditer(text):
        following = text[point.end()]
        if _CUT_SHORT.fullmatch(point.group("word")) is None and following == following.upper():
            yield point.end()
    yield from (stop.end() for stop in _STOP.finditer(text))
