"""The accounts that a file mentions: every number in it is judged, then what names a payee without one, and pictures."""

from collections.abc import Sequence

from msgspec.structs import replace

from orderproof.screening.candidate import Candidate
from orderproof.screening.evidence import Judge
from orderproof.screening.excerpt import excerpt
from orderproof.screening.layout import Cell, Layout
from orderproof.screening.mention import Mention, Own, Screened
from orderproof.screening.payees import payees
from orderproof.screening.pictures import unread_pictures
from orderproof.screening.text import Extract, Gap
from orderproof.screening.verdict import Verdict
from orderproof.screening.vocabulary import Vocabulary
from orderproof.screening.wrapped import whole_of

_LABEL = 80
_MOST_MENTIONS = 1000
_COLUMN_DIGITS = 12
_NO_TEXT = frozenset({"sheet name", "document property"})
"""The parts that a program writes into a file in which nobody wrote anything."""
# What parts make is a number where it is named as one, or its check digits say so.
_NAMED = frozenset({"label", "label_above", "service", "checksum", "wallet", "own", "payer", "refund"})


def detect(extract: Extract, vocabulary: Vocabulary, own: Own) -> Screened:
    """What a file mentions, in reading order, and why it was not read whole, if it was not."""
    layout = Layout(extract.lines, vocabulary.labels)
    judge = Judge(layout, vocabulary, own)
    mentions: list[Mention] = []
    swallowed: set[int] = set()
    tried: set[int] = set()
    for cell in layout.cells:
        if len(mentions) >= _MOST_MENTIONS and any(mention.cls == "account" for mention in mentions):
            break  # what the file is, is known; the rest would only cost time
        judged = [] if cell.order in swallowed else _judged(layout, judge, cell, swallowed, tried)
        mentions.extend(_mention(cell, number, verdict, judged) for number, verdict in judged)
        mentions.extend(payees(cell, [number for number, _ in judged]))
    mentions = _without_doubt(mentions)
    gaps = [*extract.gaps, *unread_pictures(extract, layout, vocabulary.search, mentions)]
    if not gaps and all(line.spot.part in _NO_TEXT for line in extract.lines):
        gaps.append(Gap("empty", "no text is in it"))
    return Screened(extract.format, tuple(mentions), tuple(gaps))


def _judged(
    layout: Layout, judge: Judge, cell: Cell, swallowed: set[int], tried: set[int]
) -> list[tuple[Candidate, Verdict]]:
    """The numbers of a cell that are something; one that goes on in other cells, which are swallowed, as a whole.

    What goes on in a cell that was ``tried`` begins before it.
    """
    numbers = list(cell.numbers)
    whole = whole_of(layout, cell) if cell.order not in tried else None
    if whole is not None:
        tried.update(whole.orders)
        verdict = judge.verdict(cell, whole.number)
        if verdict is not None and verdict.reason in _NAMED and not _is_column(verdict, whole.number):
            swallowed.update(whole.orders)
            numbers = [number for number in numbers if number.end <= whole.number.start] + [whole.number]
    return [(number, verdict) for number in numbers if (verdict := judge.verdict(cell, number)) is not None]


def _is_column(verdict: Verdict, number: Candidate) -> bool:
    """Whether parts under words that may mean something else may as well be numbers of a column."""
    beside = verdict.beside
    is_doubtful = beside is not None and beside.way == "above" and beside.hit.label.needs_payment
    return is_doubtful and number.digits < _COLUMN_DIGITS


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
    text, start, end = excerpt(cell, number.start, number.end, number.mask(), [other for other, _ in judged])
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
        excerpt=text,
        start=start,
        end=end,
    )
