"""Payees outside the platform that are named without a number: by a money transfer, at a service, or told elsewhere."""

import re
from collections.abc import Iterator, Sequence

from orderproof.screening.beside import sentence
from orderproof.screening.candidate import Candidate
from orderproof.screening.excerpt import excerpt
from orderproof.screening.explained import outside_brackets
from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell
from orderproof.screening.mention import Mention

_BY_NAME = frozenset({"paypal", "alipay", "wechat", "payment_service", "wallet"})
_ELSEWHERE = "elsewhere"
_BY_HAND = "by_hand"
_OWN_CARD = "own_card"
_AROUND = frozenset({_ELSEWHERE, "off_platform", _BY_HAND, _OWN_CARD})
_TO = re.compile(r"\b(?:to|an|a|al|para|vers|на|до|cho|den)\s+(?!be\b|the platform)[^\W\d_]{2}|[给至到]|إلى|الى")
_TITLE = re.compile(r"(?:\b(?:mr|mrs|ms|miss|dr|sr|sra|herr|frau|mme|bay|bayan|ong|ba)\.?|г-н|г-жа)\s*\Z")
_INITIALS = 3
_WARNED = re.compile(
    r"\bris[ck]|\briesgo|\brisque|риск|\brui ro|مسؤول|خطر|liab|responsib|protect|guarantee|fraud|scam|"
    r"avoid|beware|风险|風險|责任|責任|保障|诈骗|詐騙|警惕|谨防|严禁|嚴禁|切勿|杜绝"
)
_PERSON = re.compile(
    r"(?:\b(?:to|a|al|para|vers|an|на|до|cho)\s+(?:(?:our|the|my|its|unser\w*|nuestr\w+|notre|noss\w)\s+)?(?:the\s+)?"
    r"(?:mr|mrs|ms|miss|agent|boss|manager|sales\w*|owner|representative|director|colleague|sr|sra|senor\w*|agente|herr\w*|frau|"
    r"vertreter\w*|mme|monsieur|agent\w*)\b|(?:给|給|交|付|到|向)[^,，。;；]{0,12}(?:业务员|業務員|先生|女士|小姐|老板|老闆|经理|經理|会计|"
    r"財務|财务|代理|同事|跟单|小[\u4e00-\u9fff])|(?:г-н\w*|господин\w*|менеджер\w*|агент\w*|директор\w*)|السيد|للسيد|المندوب|"
    r"\b(?:bay|bayan|temsilci\w*|ong|ba|anh|chi|nhan vien)\s)"
)
_THINGS = re.compile(
    r"\b(?:documents?|docs|samples?|goods|cargo|parcels?|certificates?|originals?|claims?|notices?|invoices?|copies|documentos|muestras|"
    r"amostras|echantillons|dokumente|muster|waren|belgeler|numuneler|chung tu|hang mau)\b|документы|образцы|товар|单据|單據|文件|样品|樣品|"
    r"提单|提單|发货单|货物|貨物|发票|發票|المستندات|العينات"
)
"""What is handed over and is no money."""
_INTO = re.compile(r"(?:\b(?:to|into|a|an|auf|sur|на)\b|[到入给至給])[^,，。;；]{0,24}\Z")


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
        if is_numbered or any(_refuses(cell, other, hit, hits) for other in hits):
            continue
        if kind in _AROUND and not any(_says_what(other, kind) for other in hits):
            continue
        if kind in _AROUND and (_WARNED.search(cell.view, start, end) or not _is_to_somebody(cell, hit, start, end)):
            continue
        if _is_initials(cell, hit) and not _is_way_to_pay(cell, hit, hits):
            continue
        if hit.label.role == "service" or _is_told_to_pay(cell, hit, hits, end):
            told.add(kind)
            yield _mention(cell, hit, numbers)


def _refuses(cell: Cell, negation: Hit, hit: Hit, hits: list[Hit]) -> bool:
    """Whether words say that nobody is paid there: not those that are in words for a way around the platform."""
    if negation.label.role != "negation" or _is_number_sign(cell, negation):
        return False
    if hit.label.kind not in _AROUND:
        return True
    is_inside = hit.start <= negation.start and negation.end <= hit.end
    return not is_inside and negation in outside_brackets(cell.view, hits)


def _is_to_somebody(cell: Cell, hit: Hit, start: int, end: int) -> bool:
    """Whether a sentence says whom to pay by hand, or to pay to somebody's own card; other ways need not say so."""
    if hit.label.kind == _BY_HAND:
        is_of_things = _THINGS.search(cell.view, start, hit.start) is not None
        return not is_of_things and _PERSON.search(cell.view, start, end) is not None
    return hit.label.kind != _OWN_CARD or _INTO.search(cell.view, start, hit.start) is not None


def _says_what(other: Hit, kind: str) -> bool:
    """Whether words say what is told elsewhere, which is an account, or done around the platform, which is to pay."""
    if kind == _ELSEWHERE:
        return other.label.role in ("account", "announcement")
    return other.label.role in ("payment", "account", "announcement") or other.label.aspect == "instruction"


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


def _mention(cell: Cell, hit: Hit, numbers: Sequence[Candidate]) -> Mention:
    first, last = cell.fold.span(hit.start, hit.end)
    written = cell.fold.source[first:last]
    text, start, end = excerpt(cell, hit.start, hit.end, written, numbers)
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
        excerpt=text,
        start=start,
        end=end,
    )
