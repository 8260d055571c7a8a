"""Numbers that no words name: what stands around them may make accounts of them all the same."""

import re

from orderproof.screening.beside import Beside, sentence
from orderproof.screening.candidate import Candidate
from orderproof.screening.forms import CARD_START, form_of
from orderproof.screening.labels import Label
from orderproof.screening.layout import Cell
from orderproof.screening.looks import BY_CHANCE
from orderproof.screening.sentences import ends_between
from orderproof.screening.surroundings import Surroundings
from orderproof.screening.verdict import Verdict
from orderproof.screening.vocabulary import Vocabulary

_OTHER_NUMBER = re.compile(
    r"(?:[^\W\d_]{4,}\W{1,2}(?:no|nr|number|num|#)|[\u4e00-\u9fff](?:号码?|编[号码]|代?码|號碼?|編號|代?碼))\W{0,3}\Z"
)
_CODE = re.compile(r"(?:(?<=[a-z] )code|(?<=[а-я] )код|代[码碼]|[编編條条][码碼])\W{0,3}\Z")
_SAID = 40
_LONGEST_ARTICLE = 13
"""The digits of an article's number: those of its bar code, or of the code of its kind with what the customs add."""
_NOUN = re.compile(r"(?<![^\W_])(?!(?:with|into|under|from|here|below|number|half|numero|sous)\b)[a-z]{4,} +\Z")
_TO = re.compile(r"(?:\b(?:to|into|at|на|a|an|auf|sur|para|vao|cho)\s+|[给至到打入]\s*|الي\s+)\Z")
_NAMED_BY = re.compile(r"\s*[:：]\s*\Z")
_TELLS = ("instruction", "payee", "holder")
_NO_LABEL = Label("context")


class Unnamed:
    """Judges the numbers of a file that no words name."""

    def __init__(self, vocabulary: Vocabulary, around: Surroundings) -> None:
        self._words = vocabulary
        self._around = around

    def verdict(self, cell: Cell, number: Candidate) -> Verdict | None:
        """A number without words that name it."""
        search = self._words.search
        if cell.fold.text[number.end : number.end + 1] == "+":  # a phone number, read from right to left
            return None
        told = self._told(cell, number)
        if not number.looks.isdisjoint(self._words.not_alone - (BY_CHANCE if told else frozenset())):
            return None
        if number.shape not in ("digits", "rib"):
            return None
        form = form_of(self._words.formats, number, _NO_LABEL)
        kind = form.kind if form is not None else "account"
        if form is not None and form.is_ == "correspondent":
            return Verdict("none", kind, "correspondent", "definite")
        if number.digits <= _LONGEST_ARTICLE and self._around.is_item(cell):
            return None
        is_long = number.digits >= search.lone_digits
        is_other = _is_said(cell, number, _OTHER_NUMBER) or _is_said(cell, number, _NOUN, cell.fold.text)
        if _is_said(cell, number, _CODE) or (not is_long and (is_other or self._around.is_row_of_goods(cell))):
            return None
        if number.digits >= search.block_digits and self._around.is_block(cell):
            return Verdict("account", kind, "block", "probable")
        if is_long and self._around.is_beside_bank(cell) and not is_other:
            return Verdict("account", kind, "block", "weak")
        if is_long and (_is_paid_to(cell, number) or (cell.is_value and self._around.is_under_payee(cell))):
            return Verdict("account", kind, "instruction", "weak")
        if told and number.digits >= search.instruction_digits:
            return Verdict("account", kind, "instruction", "probable")
        is_card = number.value.startswith(CARD_START) and "luhn" in number.checks and number.digits in range(16, 20)
        if is_card and self._around.speaks_of_payment(cell):
            return Verdict("account_like", "card", "card_alone", "weak")
        return None

    def _told(self, cell: Cell, number: Candidate) -> bool:
        """Whether words before a number tell whom to pay, or that somebody is to be paid."""
        told = [hit for hit in cell.beside if hit.end <= number.start and hit.label.aspect in _TELLS]
        is_near = bool(told) and number.start - told[-1].end <= self._words.search.near
        return is_near and not ends_between(cell, told[-1].end, number.start)

    def beside_code(self, number: Candidate, beside: Beside) -> Verdict | None:
        """A number beside words for the code of a bank that is longer than any such code."""
        if number.shape != "digits" or not number.looks.isdisjoint(self._words.not_alone):
            return None
        form = form_of(self._words.formats, number, beside.hit.label)
        return Verdict("account", form.kind if form is not None else "account", "block", "weak", beside)


def _is_said(cell: Cell, number: Candidate, pattern: re.Pattern[str], text: str = "") -> bool:
    """Whether words that say nothing of accounts stand right before the number, as in `guarantee no.` and `draft`."""
    other = pattern.search(text or cell.view, max(0, number.start - _SAID), number.start)
    return other is not None and not any(
        hit.start < other.end() and other.start() < hit.end for hit in cell.hits if hit.label.role != "negation"
    )


def _is_paid_to(cell: Cell, number: Candidate) -> bool:
    """Whether a sentence of payment says `to` right before a number, or has it after a colon."""
    start, _ = sentence(cell, number.start)
    paid = [hit for hit in cell.hits if hit.label.role == "payment" and start <= hit.start and hit.end <= number.start]
    return bool(paid) and (
        _TO.search(cell.view, max(start, number.start - 12), number.start) is not None
        or _NAMED_BY.fullmatch(cell.view, paid[-1].end, number.start) is not None
    )
