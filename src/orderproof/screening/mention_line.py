"""The line of a mention as people read it, with a mark under the number."""

import re
from collections.abc import Iterable, Sequence

from orderproof.diagnostic import snippet
from orderproof.screening.mention import Mention
from orderproof.screening.text import Spot
from orderproof.source import Source, Span

_ROW = re.compile(r"[A-Z]+([0-9]+)")
"""A cell after the name of its sheet."""


def marked(mention: Mention, mentions: Sequence[Mention], *, reveal: bool = False) -> Iterable[str]:
    """The line of a mention, with a mark under it; to reveal it, those of ``mentions`` in its line are shown as well."""
    text, start, end = mention.excerpt, mention.start, mention.end
    if not text:
        return ()
    if reveal and start < end:
        beside = [other for other in mentions if other.spot == mention.spot]
        at = next(number for number, other in enumerate(beside) if other is mention)
        before, after = _revealed_before(text[:start], beside[:at]), _revealed_after(text[end:], beside[at + 1 :])
        start, end = len(before), len(before) + len(mention.written)
        text = f"{before}{mention.written}{after}"
    return snippet(Span(Source("", text.replace("\n", " "), _number(mention.spot)), start, end))


def _number(spot: Spot) -> int:
    """The number of the line, of a cell that of its row."""
    row = _ROW.fullmatch(spot.cell.rpartition("!")[2])
    return int(row.group(1)) if row is not None else spot.line or spot.paragraph or 1


def _revealed_before(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the last of the mentions shown in full, from its end backwards."""
    end = len(text)
    for mention in reversed(mentions):
        at = text.rfind(mention.masked, 0, end)
        if at >= 0:
            text, end = f"{text[:at]}{mention.written}{text[at + len(mention.masked) :]}", at
    return text


def _revealed_after(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the first of the mentions shown in full, from its start on."""
    start = 0
    for mention in mentions:
        at = text.find(mention.masked, start)
        if at >= 0:
            text = f"{text[:at]}{mention.written}{text[at + len(mention.masked) :]}"
            start = at + len(mention.written)
    return text
