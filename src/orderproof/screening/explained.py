"""Words for an account that go before other words nearer to a number, which only explain what the account is for."""

import re

from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FOR = re.compile(r"\W+(?:for|of|fur|von|zu|pour|du|para|del|do|для|к)\s+(?:(?:this|the|our|diesen?|ce|este|esta)\s+)?")
_COLON = re.compile(r"[\s.#]*[0-9a-z/\-]*\s*[:：]\s*")
_CLAUSE = re.compile(r"[,:;，：；。0-9]|[.!?] ")
_THIS = re.compile(
    r"\b(?:this|the|your|our|each|diesen?|dieser|die|den|ihren?|cet?|cette|votre|la|este|esta|el|su|tu|seu|sua|o|a|данного|этого|вашего|bu|cho|هذا|هذه)\s+\Z"
)
_IS = re.compile(r"(?:\s+nay)?\s*[:：=]\s*|\s+(?:is|ist|est|es|e)\s+|\s*(?:是|为|為)\s*")
_LAST_BRACKETS = re.compile(r"[(\[][^()\[\]]{4,80}[)\]]\W{0,4}\Z")
_SUPPRESSING = frozenset({"reference", "other"})
_ENDS = " .:：#"
JOINED = re.compile(r"[\s.]*(?:[/、&及和]|\s(?:and|und|et|e|y|и|ve)(?=\s))\s*")
"""What stands between words that mean the same number, or one number each."""


def account_before(cell: Cell, hit: Hit, hits: list[Hit], end: int) -> Hit | None:
    """The words for an account that `Account no. / phone:` or `Account no. for this contract:` begin with.

    ``end`` is where the number is, or the end of a cell that has none.
    """
    if hit.label.role != "reference":
        return None
    named = [other for other in hits if other.label.role == "account" and other.end <= hit.start]
    if not named:
        return None
    between, after = cell.view[named[-1].end : hit.start], cell.view[hit.end : end]
    if end == len(cell.view):
        after = f"{after.rstrip(_ENDS)}:"
    if _is_denied(cell, named[-1].end, hit.start):
        return None
    if _THIS.search(between) and _CLAUSE.search(between) is None and _IS.fullmatch(after):
        return named[-1]  # `account generated for this order: 5` tells no number of an order
    if named[-1].label.needs_payment:
        return None
    is_for = _FOR.fullmatch(between) is not None and _COLON.fullmatch(after) is not None
    return named[-1] if is_for or JOINED.fullmatch(between) is not None else None


def account_in_brackets(cell: Cell, hits: list[Hit], end: int) -> Hit | None:
    """The words for an account that right before a number explain a reference: `Invoice no. (our account number): 5`."""
    brackets = _LAST_BRACKETS.search(cell.view, 0, end)
    if brackets is None or any(map(str.isdigit, brackets.group())):
        return None
    inside = [hit for hit in hits if brackets.start() <= hit.start]
    before = [hit for hit in hits if hit.end <= brackets.start() and decides(hit)]
    is_refused = _is_denied(cell, brackets.start(), end)
    is_named = bool(inside) and inside[-1].label.role == "account" and not inside[-1].label.needs_payment
    is_other = bool(before) and before[-1].label.role in _SUPPRESSING
    return inside[-1] if is_named and is_other and not is_refused else None


def _is_denied(cell: Cell, start: int, end: int) -> bool:
    """Whether `not` is said in a part of a cell; the `no` of `account no.` and words for the platform do not say so."""
    said = [hit for hit in cell.hits if start <= hit.start < end]
    named = [hit for hit in cell.beside if start <= hit.start < end]
    return any(
        hit.label.role == "negation"
        and not hit.label.kind
        and not any(other.start <= hit.start < other.end for other in named)
        for hit in said
    )


def outside_brackets(text: str, hits: list[Hit]) -> list[Hit]:
    """The hits that stand in no brackets."""
    inside = [match.span() for match in _BRACKETS.finditer(text)]
    return [hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in inside)]


def decides(hit: Hit) -> bool:
    """Whether words decide what the number beside them is; others only support."""
    label = hit.label
    return label.role != "context" or label.aspect == "code"
