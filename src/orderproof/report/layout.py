"""Lines of text by the columns they take on a terminal, where a Chinese character takes two."""

import re
from collections.abc import Iterator

from orderproof.diagnostic import columns

WIDTH = 110
"""Columns after which long texts go on in the next line."""

_PIECE = re.compile(r"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
_NEVER_FIRST = frozenset("，。、；：）”》！？」』】")


def padded(text: str, width: int) -> str:
    """A text with blanks after it up to so many columns."""
    return text + " " * max(0, width - columns(text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text, broken at blanks and between wide characters; a longer word stays whole."""
    line = ""
    for match in _PIECE.finditer(text):
        piece = match.group()
        if columns(line.rstrip()) + columns(piece.rstrip()) > width and line.strip() and piece not in _NEVER_FIRST:
            if piece.isspace():
                continue
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()
