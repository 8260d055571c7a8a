"""What a number is, by all that is known of it: its form, the words beside it, and what stands around it."""

import re

from orderproof.screening.beside import Beside, Labelling
from orderproof.screening.candidate import Candidate
from orderproof.screening.explained import JOINED
from orderproof.screening.fold import folded
from orderproof.screening.forms import CARD_START, form_of
from orderproof.screening.labels import Hit, Label
from orderproof.screening.layout import Cell, Layout
from orderproof.screening.looks import BY_CHANCE, quantities
from orderproof.screening.mention import Own
from orderproof.screening.parties import Sellers, is_followed_by_seller, names_seller
from orderproof.screening.shapes import compact
from orderproof.screening.surroundings import Surroundings
from orderproof.screening.unnamed import Unnamed
from orderproof.screening.verdict import Confidence, Verdict
from orderproof.screening.vocabulary import Vocabulary

_WALLETS = ("wallet_btc", "wallet_eth", "wallet_tron", "wallet_other")
_LINKS = ("paypal_link", "payment_link")
_NAMES = ("email", "upi", "wechat_id", "uuid", "handle")
_SERVICES = frozenset({"paypal", "alipay", "wechat", "payment_service", "pix", "upi", "fps"})
_MAY_BE_NAMED = frozenset({"sort_code", "bsb", "date", "vat", "order_number", "thousands"})
_SEEN_IN_TABLES = frozenset({"date", "phone", "hs_code"})
_DATES = frozenset({"date"})
_PHONES = frozenset({"phone", "mobile"})
_LONG_NUMBER = 12
_NAMED_NUMBER = 16
_LONGEST_BANK_CODE = 12
_VIETNAMESE = re.compile("[\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_COUNT = re.compile(r"[0-9][ .,]?\Z")
_ABROAD = re.compile(
    r"00(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[0578]|9[679])[0-9])"
    r"[ ./\-]"
)
"""How a call abroad begins: with the code of a country by itself."""
_LONGEST_CALL = 15
_DATED = re.compile(r"\W{0,3}(?:от|dated)\b")
_LONGEST_ARTICLE = 13
_AND = re.compile(r"[\s,;/|，；、]{1,4}(?:(?:and|to|und|y|et|e|и|ve)\s+)?")
_FEWEST_BEHIND_CODE = 7
_NEAR_ROWS = 2
_OWNERS = frozenset({"payer", "refund", "correspondent"})
_CARD_DIGITS = range(13, 20)
_FEW_LETTERS = 4
_LONGEST_VENDOR_NUMBER = 14
_OF_PAYMENT = frozenset({"payment", "context", "announcement"})


class Judge:
    """Judges the numbers of one file."""

    def __init__(self, layout: Layout, vocabulary: Vocabulary, own: Own) -> None:
        self._words = vocabulary
        self._labelling = Labelling(layout, vocabulary.search)
        self._around = Surroundings(layout, vocabulary.search)
        self._unnamed = Unnamed(vocabulary, self._around)
        self._sellers = Sellers(layout)
        self._is_vietnamese = any(_VIETNAMESE.search(cell.fold.text) for cell in layout.cells)
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
        if found is not None and found.cls == "account":
            found = self._by_owner(cell, number, found)
        if found is not None and found.reason in _OWNERS and self._is_of_seller(cell, number, beside, found.reason):
            return self._named(number, beside)
        return found

    def _by_form(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if number.shape == "iban":
            return self._iban(cell, number, beside)
        if number.shape in _WALLETS:
            is_token = beside is not None and beside.hit.label.kind == "token"
            is_other = _is_other(beside) and (is_token or number.check != "valid")
            return None if is_other else Verdict("account", "wallet", "wallet", "definite", beside)
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
        is_card = len(number.value) >= 13 or number.value.startswith(CARD_START)
        is_paid = self._around.speaks_of_payment(cell)
        return Verdict("account_like", "masked", "masked", "weak", beside) if is_card or is_paid else None

    def _number(self, cell: Cell, number: Candidate, beside: Beside | None) -> Verdict | None:
        if not number.looks.isdisjoint(self._words.never) and not self._is_named(cell, number, beside):
            return None
        if beside is None:
            return self._unnamed.verdict(cell, number) or self._after_code(cell, number)
        label = beside.hit.label
        match label.role:
            case "account":
                return None if self._is_of_goods(cell, number, beside) else self._labelled(cell, number, beside)
            case "reference" if number.digits in label.digits and number.shape == "digits":
                return self._labelled(cell, number, beside)
            case "reference" if label.digits and self._is_of_bank(cell, number):
                return self._labelled(cell, number, beside)
            case "context" if number.check == "valid" or number.digits > _LONGEST_BANK_CODE:
                return self._unnamed.verdict(cell, number) or self._unnamed.beside_code(number, beside)
            case "correspondent":
                return Verdict("none", "correspondent", "correspondent", "definite", beside)
            case "other" if self._is_payable(cell, number, beside):
                return self._named(number, beside)
            case "other" if number.digits >= self._words.search.block_digits and self._around.names_bank(cell):
                return self._unnamed.verdict(cell, number)  # no courier's or customer's account is with a bank
            case "other" if number.digits >= self._words.search.fewest_digits:
                return Verdict("none", "other", "other", "definite", beside)
            case "payer" if number.digits >= self._words.search.fewest_digits:
                reason = "refund" if label.kind == "refund" else "payer"
                return Verdict("account_like", reason, reason, "definite", beside)
            case "phrase":
                return self._after_phrase(cell, number, beside)
            case _:
                return None

    def _after_code(self, cell: Cell, number: Candidate) -> Verdict | None:
        """A number right behind the code of a bank, as in `sort code 20-00-00, 5` and `routing 021000021, 5`."""
        before = [other for other in cell.numbers if other.end <= number.start]
        named = self._labelling.of(cell, before[-1]) if before else None
        if named is None or named.hit.label.aspect != "code" or number.shape != "digits":
            return None
        is_behind = _AND.fullmatch(cell.view, before[-1].end, number.start) is not None
        is_account = number.digits >= _FEWEST_BEHIND_CODE and number.looks.isdisjoint(self._words.not_alone)
        if not (is_behind and is_account and named.cell is cell and before[-1].digits <= _LONGEST_BANK_CODE):
            return None
        form = form_of(self._words.formats, number, named.hit.label)
        return Verdict("account", form.kind if form is not None else "account", "block", "probable")

    def _is_of_seller(self, cell: Cell, number: Candidate, beside: Beside | None, reason: str) -> bool:
        """Whether the seller is named as the one whose account it is, or as its holder."""
        is_named = beside is not None and names_seller(beside.cell, beside.hit)
        is_followed = is_followed_by_seller(cell, number)
        return is_named or is_followed or self._sellers.hold(cell, near=reason == "correspondent")

    def _named(self, number: Candidate, beside: Beside | None) -> Verdict:
        """An account whatever the words beside it say that it is."""
        form = form_of(self._words.formats, number, Label("account", language="zh"))
        return Verdict("account", form.kind if form is not None else "account", "label", "probable", beside)

    def _is_payable(self, cell: Cell, number: Candidate, beside: Beside) -> bool:
        """Whether a number that is said to be nobody's to pay into is a card's, or said to be for a payment."""
        if beside.hit.label.kind == "test_card":
            return number.digits in _CARD_DIGITS and "test_card" not in number.looks
        if number.digits < self._words.search.lone_digits or not number.looks.isdisjoint(self._words.not_alone):
            return False
        if beside.hit.label.kind == "vendor" and number.digits > _LONGEST_VENDOR_NUMBER:
            return True
        stop = number.start if beside.cell is cell else len(beside.cell.view)
        said = [hit for hit in beside.cell.hits if beside.hit.end <= hit.start < stop]
        return number.check == "valid" or any(hit.label.role == "payment" or _is_either(beside, hit) for hit in said)

    def _is_of_goods(self, cell: Cell, number: Candidate, beside: Beside) -> bool:
        """Whether a short number after few letters is one of goods that are named beside it: A/C of an air conditioner."""
        written = beside.cell.view[beside.hit.start : beside.hit.end]
        return (
            any(hit.label.role == "goods" for hit in cell.hits)
            and not any(hit.label.role in _OF_PAYMENT for hit in cell.hits)
            and sum(map(str.isalpha, written)) <= _FEW_LETTERS
            and number.digits < self._words.search.lone_digits
            and not self._around.is_beside_bank(cell)
            and not self._around.is_under_payee(cell)
        )

    def _after_phrase(self, cell: Cell, number: Candidate, beside: Beside) -> Verdict | None:
        """A long number right after words such as `on account`, which seldom have one."""
        if number.digits < self._words.search.instruction_digits or beside.hit.label.kind == "bank":
            return None
        found = self._unnamed.verdict(cell, number)
        if found is not None or not self._around.speaks_of_payment(cell):
            return found
        if not number.looks.isdisjoint(self._words.not_alone):
            return None
        form = form_of(self._words.formats, number, beside.hit.label)
        return Verdict("account", form.kind if form is not None else "account", "label", "weak", beside)

    def _is_of_bank(self, cell: Cell, number: Candidate) -> bool:
        """Whether words that name an invoice as well as an account stand beside a payee or a bank, and without a date."""
        return (
            number.digits >= self._words.search.block_digits
            and number.looks.isdisjoint(self._words.not_alone)
            and self._around.is_beside_payee(cell)
            and _DATED.match(cell.view, number.end) is None
        )

    def _is_named(self, cell: Cell, number: Candidate, beside: Beside | None) -> bool:
        """Whether a long number is named as an account although it has the form of an amount or a quantity."""
        return (
            beside is not None
            and beside.hit.label.role == "account"
            and (not beside.hit.label.needs_payment or self._around.is_beside_bank(cell))
            and number.digits >= self._words.search.block_digits
            and number.looks.isdisjoint({"placeholder", "test_card"})
            and re.search(r"[.,']", number.written) is None
        )

    def _labelled(self, cell: Cell, number: Candidate, beside: Beside) -> Verdict | None:
        label = beside.hit.label
        if number.digits < self._words.search.fewest_digits:
            return None
        if label.language == "vi" and label.needs_payment and self._is_of_pieces(cell, number, beside):
            return None
        if label.needs_payment and not (
            _has_number_sign(beside) or _is_no_call(cell, number, beside) or self._is_plausible(cell, number, label)
        ):
            return None
        if label.digits and label.role == "account" and number.digits not in label.digits:
            return None
        if beside.way in ("above", "page") and not number.looks.isdisjoint(
            _looks_far_from(cell, number, beside, self._words)
        ):
            return None
        if beside.way == "above" and number.digits <= _LONGEST_ARTICLE and self._is_of_item(cell, beside):
            return None
        form = form_of(self._words.formats, number, label)
        if form is not None and form.is_ == "correspondent":
            return Verdict("none", form.kind, "correspondent", "definite", beside)
        reason = "label" if beside.way in ("line", "left", "after") else "label_above"
        if label.kind in _SERVICES:
            reason = "service"
        kind = label.kind if label.kind and label.kind != "iban" else form.kind if form is not None else "account"
        confidence: Confidence = "probable" if label.needs_payment and number.check != "valid" else "definite"
        return Verdict("account", kind, reason, confidence, beside)

    def _is_of_pieces(self, cell: Cell, number: Candidate, beside: Beside) -> bool:
        """Whether the short word for an account in Vietnamese counts pieces, as it does in German and Turkish."""
        is_counted = _COUNT.search(beside.cell.view, 0, beside.hit.start) is not None
        is_told = self._around.is_beside_bank(cell) or self._around.is_beside_payee(cell)
        is_named = beside.cell is not cell or ":" in cell.view[beside.hit.end : number.start]
        return is_counted or not (self._is_vietnamese or is_told or is_named)

    def _is_of_item(self, cell: Cell, beside: Beside) -> bool:
        """Whether a row of goods stands under a sentence that ends with words for an account."""
        is_sentence = beside.cell.view.rstrip().endswith(".") and beside.hit.start > 0
        return is_sentence and (quantities(cell.view) > 0 or self._around.is_item(cell))

    def _is_plausible(self, cell: Cell, number: Candidate, label: Label) -> bool:
        """Whether words that may mean something else mean an account here."""
        fewest = _NAMED_NUMBER if label.kind and not label.digits else _LONG_NUMBER
        is_long = number.digits >= fewest and number.looks.isdisjoint(self._words.not_alone - BY_CHANCE)
        if number.check == "valid" or is_long:
            return True
        if label.kind == "wallet" and number.shape == "digits":
            return False  # a wallet of leather
        if number.digits >= self._words.search.block_digits and _is_spelt(number):
            return True
        is_round = number.value.endswith("000")
        if is_round and (number.digits < self._words.search.block_digits or "thousands" in number.looks):
            return False  # a quantity
        allowed = _MAY_BE_NAMED | (_PHONES if label.kind in _SERVICES else frozenset())
        return self._around.speaks_of_payment(cell) and number.looks.isdisjoint(self._words.not_alone - allowed)

    def _by_owner(self, cell: Cell, number: Candidate, found: Verdict) -> Verdict:
        """The verdict on an account when it is known whose it is."""
        if found.beside is not None and found.beside.hit.label.role == "other":
            return found
        match self._around.owner(cell, number, found.beside):
            case "payer":
                return Verdict("account_like", "payer", "payer", "probable", found.beside)
            case "refund":
                return Verdict("account_like", "refund", "refund", "probable", found.beside)
            case "correspondent":
                return Verdict("none", found.kind, "correspondent", "probable", found.beside)
            case _:
                return found


def _looks_far_from(cell: Cell, number: Candidate, beside: Beside, words: Vocabulary) -> frozenset[str]:
    """The forms that are no account under words that stand above: the more, the farther they are.

    Right under words that mean nothing else, only a date is one that is written as one.
    """
    if cell.level - beside.cell.level > _NEAR_ROWS:
        return words.not_alone
    if beside.hit.label.needs_payment or any(map(str.isalpha, cell.view[: number.start])):
        return _SEEN_IN_TABLES
    return frozenset() if number.written.isdigit() else _DATES


def _is_either(beside: Beside, hit: Hit) -> bool:
    """Whether words beside others are for an account, and of equal weight: `FedEx / bank account`."""
    is_account = hit.label.role == "account" and not hit.label.needs_payment
    return is_account and JOINED.fullmatch(beside.cell.view, beside.hit.end, hit.start) is not None


def _is_spelt(number: Candidate) -> bool:
    """Whether the digits are written as words, which nobody does with what is no account."""
    return number.shape == "digits" and sum(map(str.isalpha, number.written)) >= number.digits


def _is_no_call(cell: Cell, number: Candidate, beside: Beside) -> bool:
    """Whether a long number right behind words begins with 00 as calls abroad do, and cannot be one."""
    is_behind = beside.cell is cell and not any(map(str.isalnum, cell.view[beside.hit.end : number.start]))
    is_call = number.digits <= _LONGEST_CALL and _ABROAD.match(number.written) is not None
    begins = number.written.startswith("00") and number.looks == {"phone"}
    return is_behind and begins and number.digits >= _LONG_NUMBER and not is_call


def _has_number_sign(beside: Beside) -> bool:
    """Whether `#` after words says that they name a number."""
    return beside.cell.view[beside.hit.end :].lstrip()[:1] == "#"


def _is_other(beside: Beside | None) -> bool:
    """Whether the words right beside a number say that it is something else."""
    return beside is not None and beside.way in ("line", "left") and beside.hit.label.role in ("reference", "other")
