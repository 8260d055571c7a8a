"""Payees outside the platform that are named without a number: by a money transfer, or at a payment service."""

import re
from collections.abc import Iterator, Sequence

from orderproof.screening.beside import sentence
from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell
from orderproof.screening.mention import Mention

_BY_NAME = frozenset({"paypal", "alipay", "wechat", "payment_service", "wallet"})
_TO = re.compile(r"\b(?:to|an|a|al|para|vers|на|до|cho|den)\s+(?!be\b|the platform)[^\W\d_]{2}|[给至到]|إلى|الى")
_TITLE = re.compile(r"(?:\b(?:mr|mrs|ms|miss|dr|sr|sra|herr|frau|mme|bay|bayan|ong|ba)\.?|г-н|г-жа)\s*\Z")
_INITIALS = 3
_EXCERPT = 200


def payees(cell: Cell, numbers: Sequence[Candidate]) -> Iterator[Mention]:
    """The payees that a line names without a number."""
    told: set[str] = set()
    for hit in cell.hits:
        kind = hit.label.kind
        if kind in told or not (hit.label.role == "service" or (hit.label.role == "account" and kind in _BY_NAME)):
            continue
        start, end = sentence(cell, hit.start)
        hits = [other for other in cell.hits if start <= other.start and other.end <= end]
        is_numbered = any(start <= number.start <= end for number in numbers)
        if is_numbered or any(other.label.role == "negation" and not _is_number_sign(cell, other) for other in hits):
            continue
        if _is_initials(cell, hit) and not _is_way_to_pay(cell, hit, hits):
            continue
        if hit.label.role == "service" or _is_told_to_pay(cell, hit, hits, end):
            told.add(kind)
            yield _mention(cell, hit)


def _is_told_to_pay(cell: Cell, hit: Hit, hits: Sequence[Hit], end: int) -> bool:
    """Whether a sentence says to pay somebody at a service."""
    pays = any(other.label.role == "payment" or other.label.aspect == "instruction" for other in hits)
    to = _TO.search(cell.view, hit.end, end)
    return pays and to is not None and not hit.label.needs_payment


def _is_initials(cell: Cell, hit: Hit) -> bool:
    """Whether a service is only named by capitals, which may as well be somebody's name."""
    written = cell.fold.text[hit.start : hit.end]
    return hit.label.role == "service" and written.isascii() and written.isalpha() and len(written) <= _INITIALS


def _is_way_to_pay(cell: Cell, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether initials stand in a sentence on payment, and not after a title such as `Ms.`."""
    return any(other.label.role == "payment" for other in hits) and _TITLE.search(cell.view, 0, hit.start) is None


def _is_number_sign(cell: Cell, hit: Hit) -> bool:
    """Whether `no` is short for number."""
    return cell.view[hit.start : hit.end] == "no" and cell.view[hit.end : hit.end + 1] in (".", ":", "")


def _mention(cell: Cell, hit: Hit) -> Mention:
    first, last = cell.fold.span(hit.start, hit.end)
    written = cell.fold.source[first:last]
    cut = max(0, first - _EXCERPT // 2)
    return Mention(
        cls="account_like",
        kind=hit.label.kind,
        label=written,
        written=written,
        masked=written,
        checksum="none",
        confidence="probable",
        spot=cell.line.spot,
        reason="payee",
        hidden=cell.line.hidden,
        excerpt=cell.fold.source[cut : cut + _EXCERPT],
        start=first - cut,
        end=last - cut,
    )
