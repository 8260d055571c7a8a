"""Words for an account that are cut by a hyphen at the end of a line, as `Account num-` and `ber: 99501234567890`."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from orderproof.screening.fold import folded, viewed
from orderproof.screening.labels import BESIDE, LabelSearch
from orderproof.screening.text import Line

_CUT = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]\s*\Z")
_NEAR = 60
"""Letters on each side of a cut, as far as words of the vocabulary may reach."""
_LONGEST = 500
_REST = re.compile(r"\s*[^\W\d_A-Z]")


def with_whole_labels(lines: Iterable[Line], search: LabelSearch) -> Iterator[Line]:
    """The lines; two under one another are one where words of the vocabulary go on from the first to the second."""
    before: Line | None = None
    for line in lines:
        if before is not None and _is_next(before, line) and (text := _joined(before.text, line.text, search)):
            before = replace(before, text=text)
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _is_next(before: Line, line: Line) -> bool:
    is_under = line.row > before.row and line.left == before.left
    is_same = (before.frame, before.hidden) == (line.frame, line.hidden)
    return is_under and is_same and _CUT.search(before.text) is not None


def _joined(first: str, second: str, search: LabelSearch) -> str:
    """Both lines as one; empty where no words of the vocabulary are cut between them."""
    if _REST.match(second) is None or len(first) > _LONGEST:
        return ""
    start, rest = first.rstrip()[:-1], second.lstrip()
    cut = len(folded(start[-_NEAR:]).text)
    hits = search.find(viewed(folded(start[-_NEAR:] + rest[:_NEAR]).text))
    return start + rest if any(hit.label.role in BESIDE and hit.start < cut < hit.end for hit in hits) else ""
