"""What a cell says of the numbers beside it and under it: the words that it ends with."""

import re

from orderproof.screening.blank import is_blank
from orderproof.screening.explained import account_before, account_in_brackets, decides, outside_brackets
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, is_filled
from orderproof.screening.parties import NOT_HIS, is_also_payment, is_of_another, is_to_payee, is_with_seller

_WORD = re.compile(r"[^\W\d_]+")
_ACCOUNT_FOR = re.compile(r"\s+(?:for|fur|pour|para|для)\s")
_GOES_ON = re.compile(r" ?[^\W\d_]{2}")
_HEADING = 36
_LONGEST = 60
_WORDS_OF_HEADING = 3


def heading(cell: Cell) -> Hit | None:
    """The last words of a cell that decides what stands beside or under it; None where it does not."""
    hits = [hit for hit in cell.beside if decides(hit) and hit.label.role != "phrase"]
    hits = [hit for hit in hits if hit.label.role != "reference" or not hit.label.reach]
    if not hits:
        return None
    outside = outside_brackets(cell.view, hits) or hits
    hit = outside[-1]
    text = cell.view.rstrip()
    if (
        hits[0].label.role == "account"
        and text[-1:] in ":："
        and _ACCOUNT_FOR.search(text, hits[0].start, hits[0].end + 6)
    ):
        return hits[0]
    most = 40 if hit.label.role == "reference" else 80
    # The last of details in a row, such as `ИНН 7707083893, ОГРН`, has its number in the next line.
    is_listed = bool(cell.numbers) and text[: hit.start].rstrip()[-1:] in (",", "，", ";", "/")
    if hit.label.role == "reference" and not is_listed and len(_WORD.findall(text[: hit.start])) > _WORDS_OF_HEADING:
        if any(other.label.role == "payment" for other in cell.hits):
            return None  # the `contract` at the end of a sentence on payment heads nothing
        most = 0
    is_heading = (
        cell.ends_with(hit) and (len(text) <= most or is_listed or text[-1:] in ":：") and text[-1:] not in "。！"
    )
    is_short = len(text) <= _HEADING and not cell.numbers and not hit.label.kind and not text.endswith(("。", "."))
    if hit.label.role == "reference" and _GOES_ON.match(text, hit.end):
        is_short = False  # a phone holder is no phone
    rest = text[hit.end :].strip(" .:：#()[]")
    account = _account(cell, hit, hits) if len(text) <= _LONGEST else None
    if not (is_heading or is_short or account) or (rest and (is_filled(rest) or is_blank(rest))):
        return None
    if account is not None:
        return account
    marks = [other for other in hits if other.label.role == "other"]
    return marks[-1] if marks and hit.label.role == "account" and len(cell.view) <= _LONGEST else hit


def _account(cell: Cell, hit: Hit, hits: list[Hit]) -> Hit | None:
    """The words for an account where those that end a cell only explain it, or say that it is not the payer's."""
    end = len(cell.view)
    if hit.label.role != "payer":
        return account_in_brackets(cell, hits, end) or account_before(cell, hit, hits, end)
    if hit.label.kind == "refund":
        return Hit(hit.start, hit.end, NOT_HIS) if is_also_payment(cell, hit) else None
    is_not_his = is_of_another(cell, hit) or is_to_payee(cell, hit.end, end) or is_with_seller(cell, hit, end)
    return Hit(hit.start, hit.end, NOT_HIS) if is_not_his else None
