"""The accounts that a file mentions: every number in it is judged, then what names a payee without one, and pictures."""

from collections.abc import Sequence

from msgspec.structs import replace

from orderproof.screening.candidate import Candidate
from orderproof.screening.evidence import Judge, Verdict
from orderproof.screening.layout import Cell, Layout
from orderproof.screening.mention import Mention, Own, Screened
from orderproof.screening.payees import payees
from orderproof.screening.pictures import unread_pictures
from orderproof.screening.text import Extract, Gap
from orderproof.screening.vocabulary import Vocabulary

_EXCERPT = 240
_BEFORE = 120
_LABEL = 80
_MOST_MENTIONS = 1000


def detect(extract: Extract, vocabulary: Vocabulary, own: Own) -> Screened:
    """What a file mentions, in reading order, and why it was not read whole, if it was not."""
    layout = Layout(extract.lines, vocabulary.labels)
    judge = Judge(layout, vocabulary, own)
    mentions: list[Mention] = []
    for cell in layout.cells:
        if len(mentions) >= _MOST_MENTIONS and any(mention.cls == "account" for mention in mentions):
            break  # what the file is, is known; the rest would only cost time
        judged = [(number, verdict) for number in cell.numbers if (verdict := judge.verdict(cell, number)) is not None]
        mentions.extend(_mention(cell, number, verdict, judged) for number, verdict in judged)
        mentions.extend(payees(cell, [number for number, _ in judged]))
    mentions = _without_doubt(mentions)
    gaps = [*extract.gaps, *unread_pictures(extract, layout, vocabulary.search, mentions)]
    if not extract.lines and not gaps:
        gaps.append(Gap("empty", "no text is in it"))
    return Screened(extract.format, tuple(mentions), tuple(gaps))


def _without_doubt(mentions: list[Mention]) -> list[Mention]:
    """The mentions; where only accounts under a heading of a bank between banks are found, they are accounts."""
    if any(mention.cls == "account" for mention in mentions):
        return mentions
    return [
        replace(mention, cls="account", reason="label", confidence="weak")
        if mention.cls == "none" and mention.reason == "correspondent" and mention.confidence == "probable"
        else mention
        for mention in mentions
    ]


def _mention(cell: Cell, number: Candidate, verdict: Verdict, judged: Sequence[tuple[Candidate, Verdict]]) -> Mention:
    excerpt, start, end = _excerpt(cell, number, [other for other, _ in judged])
    label = ""
    if verdict.beside is not None:
        beside = verdict.beside
        label = " ".join(beside.cell.fold.original(beside.hit.start, beside.hit.end).split())[:_LABEL]
    return Mention(
        cls=verdict.cls,
        kind=verdict.kind,
        label=label,
        written=number.written,
        masked=number.mask(),
        checksum=number.check,
        confidence=verdict.confidence,
        spot=cell.line.spot,
        reason=verdict.reason,
        hidden=cell.line.hidden,
        excerpt=excerpt,
        start=start,
        end=end,
    )


def _excerpt(cell: Cell, number: Candidate, numbers: Sequence[Candidate]) -> tuple[str, int, int]:
    """The cell's text with its accounts masked, cut to what is near the number; and where the number stands in it."""
    parts: list[str] = []
    reached = length = start = end = 0
    for other in numbers:
        first, last = cell.fold.span(other.start, other.end)
        before, shown = cell.fold.source[reached:first], other.mask()
        parts.extend((before, shown))
        length += len(before) + len(shown)
        if other is number:
            start, end = length - len(shown), length
        reached = last
    text = "".join((*parts, cell.fold.source[reached:]))
    cut = max(0, start - _BEFORE)
    return text[cut : cut + _EXCERPT], start - cut, min(end - cut, _EXCERPT)
