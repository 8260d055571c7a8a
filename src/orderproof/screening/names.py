"""Names of payees at a payment service that are neither number nor e-mail address, such as the id of a purse."""

import re
from collections.abc import Sequence

from orderproof.screening.candidate import Candidate, found_at
from orderproof.screening.fold import Folded
from orderproof.screening.labels import Hit

_SERVICES = frozenset({"alipay", "payment_service", "wechat"})
_NAME = re.compile(
    r"(?:\s?(?:id|ID|号|號))?\s*[:：]\s*(?P<name>[A-Za-z][A-Za-z0-9_\-]{5,29}(?:\.[A-Za-z0-9_\-]{2,20}){0,2})(?![\w@.\-])"
)
_SPELT = re.compile(r"[0-9_]")
_ALIAS = "alias"


def with_names(fold: Folded, found: tuple[Candidate, ...], hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    """The candidates, and the names right behind words for a payment service and a colon."""
    more: list[Candidate] = []
    for hit in hits:
        if hit.label.role != "account" or hit.label.kind not in _SERVICES:
            continue
        named = _NAME.match(fold.text, hit.end)
        if named is None or not _is_name(fold.text[hit.start : hit.end], named.group("name")):
            continue
        start, end = named.span("name")
        over = [other for other in (*found, *more) if other.start < end and start < other.end]
        if all(other.shape == "alnum" and start <= other.start and other.end <= end for other in over):
            found = tuple(other for other in found if other not in over)
            more.append(found_at(fold, (start, end), named.group("name"), "handle"))
    return tuple(sorted((*found, *more), key=lambda candidate: candidate.start)) if more else found


def _is_name(label: str, name: str) -> bool:
    """Whether a word is somebody's name at a service rather than a word of the sentence."""
    if "." in name:
        return _ALIAS in label.lower()
    return _SPELT.search(name) is not None or (not label.isascii() and name.islower())
