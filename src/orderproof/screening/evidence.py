"""What a number is, by all that is known of it: its form, the words beside it, and what stands around it."""

import re
from typing import Literal

from msgspec import Struct

from orderproof.screening.beside import Beside, Labelling
from orderproof.screening.candidate import Candidate
from orderproof.screening.fold import folded
from orderproof.screening.labels import Label
from orderproof.screening.layout import Cell, Layout
from orderproof.screening.mention import Own
from orderproof.screening.shapes import compact
from orderproof.screening.surroundings import Surroundings
from orderproof.screening.vocabulary import Format, Vocabulary

Class = Literal["account", "account_like", "none"]
Confidence = Literal["definite", "probable", "weak"]
_WALLETS = ("wallet_btc", "wallet_eth", "wallet_tron", "wallet_other")
_LINKS = ("paypal_link", "payment_link")
_NAMES = ("email", "upi", "wechat_id", "uuid")
_SERVICES = frozenset({"paypal", "alipay", "wechat", "payment_service", "pix", "upi", "fps"})
_SEEN_IN_TABLES = frozenset({"date", "phone", "hs_code"})
_PHONES = frozenset({"phone", "mobile"})
_LONG_NUMBER = 12
_NEAR_ROWS = 2
_CARD_START = "62"
_NO_LABEL = Label("context")


class Verdict(Struct, frozen=True):
    """What a number is, why, and the words that say so."""

    cls: Class
    kind: str
    reason: str
    confidence: Confidence
    beside: Beside | None = None


class Judge:
    """Judges the numbers of one file."""

    def __init__(self, layout: Layout, vocabulary: Vocabulary, own: Own) -> None:
        self._words = vocabulary
        self._labelling = Labelling(layout, vocabulary.search)
        self._around = Surroundings(layout, vocabulary.search)
        self._own = compact(folded(own.collection_account).text)
        self._buyer = compact(folded(own.buyer_account).text)

    def verdict(self, cell: Cell, number: Candidate) -> Verdict | None:
        """What a number is; None where it is nothing that an account could be mistaken for."""
        if number.shape in ("bic", "ifsc") or "url" in number.looks or "tx_hash" in number.looks:
            return None
        beside = self._labelling.of(cell, number)
        value = compact(number.value)
        if self._own and value == self._own:
            return Verdict("account_like", "own", "own", "definite", beside)
        if self._buyer and value == self._buyer:
            return Verdict("account_like", "payer", "payer", "definite", beside)
        found = self._by_form(cell, number, beside)
        if found is None or found.cls != "account":
            return found
        return self._by_owner(cell, number, found)

    def _by_form(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if number.shape == "iban":
            return self._iban(cell, number, beside)
        if number.shape in _WALLETS:
            return None if _is_other(beside) else Verdict("account", "wallet", "wallet", "definite", beside)
        if number.shape in _LINKS:
            kind = "paypal" if number.shape == "paypal_link" else "payment_link"
            return Verdict("account", kind, "link", "definite", beside)
        if number.shape in _NAMES:
            return self._name(cell, beside)
        if number.shape == "masked":
            return self._masked(cell, number, beside)
        return self._number(cell, number, beside)

    def _iban(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if number.check == "valid":
            return Verdict("account", "iban", "checksum", "definite", beside)
        if _is_other(beside):
            return None
        is_named = beside is not None or self._around.is_block(cell)
        return Verdict("account", "iban", "iban", "definite" if is_named else "probable", beside)

    def _name(self, cell: Cell, beside: Beside | None) -> Verdict | None:
        """A name at a payment service: an e-mail address and the like, which is no account by itself."""
        label = self._service(cell, beside)
        if label is None:
            return None
        return Verdict("account", label.kind, "service", "definite", beside)

    def _service(self, cell: Cell, beside: Beside | None) -> Label | None:
        if beside is None:
            return None
        label = beside.hit.label
        if label.kind in _SERVICES and label.role == "account":
            return label
        if label.role != "reference" or beside.cell is not cell:
            return None
        # `PayPal (e-mail): …`: the words for an address stand between the service and the name.
        before = [hit for hit in cell.beside if hit.end <= beside.hit.start and hit.label.kind in _SERVICES]
        if before and len(cell.view[before[-1].end : beside.hit.start].strip(" :：(-/,")) <= 12:
            return before[-1].label
        return None

    def _masked(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if _is_other(beside):
            return None
        role = beside.hit.label.role if beside is not None and beside.hit.label.role != "reference" else ""
        if role == "context" and not self._around.is_block(cell):
            return None
        if not role and _PHONES & number.looks:
            return None
        if role or self._around.is_block(cell):
            return Verdict("account_like", "masked", "masked", "definite", beside)
        is_card = len(number.value) >= 13 or number.value.startswith(_CARD_START)
        is_paid = self._around.speaks_of_payment(cell)
        return Verdict("account_like", "masked", "masked", "weak", beside) if is_card or is_paid else None

    def _number(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if not number.looks.isdisjoint(self._words.never) and not self._is_named(cell, number, beside):
            return None
        if beside is None:
            return self._alone(cell, number)
        label = beside.hit.label
        match label.role:
            case "account":
                return self._labelled(cell, number, beside)
            case "reference" if number.digits in label.digits and number.shape == "digits":
                return self._labelled(cell, number, beside)
            case "correspondent":
                return Verdict("none", "correspondent", "correspondent", "definite", beside)
            case "other" if number.digits >= self._words.search.fewest_digits:
                return Verdict("none", "other", "other", "definite", beside)
            case "payer" if number.digits >= self._words.search.fewest_digits:
                reason = "refund" if label.kind == "refund" else "payer"
                return Verdict("account_like", reason, reason, "definite", beside)
            case "phrase":
                return self._after_phrase(cell, number, beside)
            case _:
                return None

    def _after_phrase(self, cell: Cell, number: Candidate, beside: Beside) -> Verdict | None:
        """A long number right after words such as `on account`, which seldom have one."""
        if number.digits < self._words.search.instruction_digits or beside.hit.label.kind == "bank":
            return None
        found = self._alone(cell, number)
        if found is not None or not self._around.speaks_of_payment(cell):
            return found
        if not number.looks.isdisjoint(self._words.not_alone):
            return None
        form = self._form(number, beside.hit.label)
        return Verdict("account", form.kind if form is not None else "account", "label", "weak", beside)

    def _is_named(self, cell: Cell, number: Candidate, beside: Beside | None) -> bool:
        """Whether a long number is named as an account although it has the form of an amount or a quantity."""
        return (
            beside is not None
            and beside.hit.label.role == "account"
            and (not beside.hit.label.needs_payment or self._around.is_beside_bank(cell))
            and number.digits >= self._words.search.block_digits
            and "placeholder" not in number.looks
            and re.search(r"[.,']", number.written) is None
        )

    def _labelled(self, cell: Cell, number: Candidate, beside: Beside) -> Verdict | None:
        label = beside.hit.label
        if number.digits < self._words.search.fewest_digits:
            return None
        if label.needs_payment and not self._is_plausible(cell, number, label):
            return None
        if label.digits and label.role == "account" and number.digits not in label.digits:
            return None
        if beside.way in ("above", "page") and not number.looks.isdisjoint(self._looks_far_from(cell, beside)):
            return None
        form = self._form(number, label)
        if form is not None and form.is_ == "correspondent":
            return Verdict("none", form.kind, "correspondent", "definite", beside)
        reason = "label" if beside.way in ("line", "left", "after") else "label_above"
        if label.kind in _SERVICES:
            reason = "service"
        kind = label.kind if label.kind and label.kind != "iban" else form.kind if form is not None else "account"
        confidence: Confidence = "probable" if label.needs_payment and number.check != "valid" else "definite"
        return Verdict("account", kind, reason, confidence, beside)

    def _looks_far_from(self, cell: Cell, beside: Beside) -> frozenset[str]:
        """The forms that are no account under words that stand above: the more, the farther they are."""
        return _SEEN_IN_TABLES if cell.level - beside.cell.level <= _NEAR_ROWS else self._words.not_alone

    def _is_plausible(self, cell: Cell, number: Candidate, label: Label) -> bool:
        """Whether words that may mean something else mean an account here."""
        is_long = number.digits >= _LONG_NUMBER and number.looks.isdisjoint(self._words.not_alone)
        if number.check == "valid" or (is_long and not label.kind):
            return True
        if number.digits < self._words.search.block_digits and number.value.endswith("000"):
            return False  # a quantity
        return self._around.speaks_of_payment(cell) and number.looks.isdisjoint(
            self._words.not_alone - {"sort_code", "bsb", "date", "vat", "order_number"}
        )

    def _alone(self, cell: Cell, number: Candidate) -> Verdict | None:
        """A number without words that name it."""
        search = self._words.search
        if cell.fold.text[number.end : number.end + 1] == "+":  # a phone number, read from right to left
            return None
        if not number.looks.isdisjoint(self._words.not_alone) or number.shape not in ("digits", "rib"):
            return None
        form = self._form(number, _NO_LABEL)
        kind = form.kind if form is not None else "account"
        if form is not None and form.is_ == "correspondent":
            return Verdict("none", kind, "correspondent", "definite")
        if number.digits >= search.block_digits and self._around.is_block(cell):
            return Verdict("account", kind, "block", "probable")
        if number.digits >= search.lone_digits and self._around.is_beside_bank(cell):
            return Verdict("account", kind, "block", "weak")
        told = [hit for hit in cell.beside if hit.end <= number.start and hit.label.aspect in ("instruction", "payee")]
        if told and number.digits >= search.instruction_digits and number.start - told[-1].end <= search.near:
            return Verdict("account", kind, "instruction", "probable")
        is_card = number.value.startswith(_CARD_START) and "luhn" in number.checks and number.digits in range(16, 20)
        if is_card and self._around.speaks_of_payment(cell):
            return Verdict("account_like", "card", "card_alone", "weak")
        return None

    def _by_owner(self, cell: Cell, number: Candidate, found: Verdict) -> Verdict:
        """The verdict on an account when it is known whose it is."""
        if found.beside is not None and found.beside.hit.label.role == "other":
            return found
        match self._around.owner(cell, number):
            case "payer":
                return Verdict("account_like", "payer", "payer", "probable", found.beside)
            case "refund":
                return Verdict("account_like", "refund", "refund", "probable", found.beside)
            case "correspondent":
                return Verdict("none", found.kind, "correspondent", "probable", found.beside)
            case _:
                return found

    def _form(self, number: Candidate, label: Label) -> Format | None:
        return next((form for form in self._words.formats if _fits(form, number, label)), None)


def _is_other(beside: Beside | None) -> bool:
    """Whether the words right beside a number say that it is something else."""
    return beside is not None and beside.way in ("line", "left") and beside.hit.label.role in ("reference", "other")


def _fits(form: Format, number: Candidate, label: Label) -> bool:
    return (
        (not form.digits or (number.digits in form.digits and number.value.isdigit()))
        and (not form.starts or number.value.startswith(tuple(form.starts)))
        and (not form.checks or not set(form.checks).isdisjoint(number.checks))
        and (form.languages is None or label.language in form.languages)
        and (form.written is None or re.fullmatch(form.written, number.written) is not None)
    )
