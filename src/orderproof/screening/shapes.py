"""Accounts that have a form of their own: IBAN, wallets, names at payment services, masked numbers."""

import re
from collections.abc import Iterator

from orderproof.screening.bank_codes import bics, ibans
from orderproof.screening.candidate import Candidate, Shape, found_at
from orderproof.screening.check_digits import letter_checks, number_checks
from orderproof.screening.fold import Folded
from orderproof.screening.wallets import wallets

_EMAIL_CHARACTERS = r"[A-Za-z0-9._%+\-]"
_EMAIL = re.compile(
    rf"(?<!{_EMAIL_CHARACTERS}){_EMAIL_CHARACTERS}{{1,64}}+ ?@ ?[A-Za-z0-9\-]{{1,63}}+(?:\.[A-Za-z0-9\-]{{1,63}}+){{0,6}}"
)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:paypal\.me|paypal\.com/paypalme|(?P<other>revolut\.me|wise\.com/pay|venmo\.com|cash\.app|"
    r"buy\.stripe\.com|link\.alipay\.com|qr\.alipay\.com|u\.wechat\.com|wa\.me/pay|payoneer\.com/pay))/[^\s,;'\"<>()]{1,200}",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)[^\s,;'\"<>()]{1,2000}", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"(?<![A-Za-z])(?:account|acct|acc|iban|card|konto|kto|cuenta|cta|compte|conta|rib|clabe|cbu|hesap|stk)[_.\-]?(?:no|nr|num|number|id)?"
    r"(?:(?:=|%3D)[0-9][0-9\-]{6,38}[0-9]|/[0-9]{12,34})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
"""An account in the query of an address, or a long one in its path."""
_ENDING = re.compile(
    r"(?:\b(?:ending|ends)(?: (?:in|with|on))?|\blast (?:four|4) digits(?: are)?:?|\bterminad[ao] en|\bterminad[ao] em|\bendet auf|尾号|尾號|末四位|末4位|后四位|後四位)"
    r"[ :：为為是]{0,3}(?P<shown>[0-9]{4,6})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_UUID = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
_WECHAT = re.compile(r"(?<![0-9A-Za-z])wxid_[0-9A-Za-z_\-]{4,40}")
_HANDLE = re.compile(r"(?<![\w.@$%+\-])[@$][A-Za-z][A-Za-z0-9_\-]{2,30}(?![\w@.])")
_NIB = re.compile(r"(?<![0-9A-Za-z])[0-9]{4}[ .\-][0-9]{4}[ .\-][0-9]{11}[ .\-][0-9]{2}(?![0-9A-Za-z])")
_IFSC = re.compile(r"(?<![0-9A-Za-z])[A-Z]{4}0[0-9]{6}(?![0-9A-Za-z])")
_RIB = re.compile(r"(?<![0-9A-Za-z])[0-9]{5}[ -]?[0-9]{5}[ -]?[0-9A-Z]{11}[ -]?[0-9]{2}(?![0-9A-Za-z])")
_MASK = "*●•×✱xX#█■▇∗"
_MASKED = re.compile(
    rf"(?<![0-9A-Za-z*•●×✱█■▇∗])(?:[A-Z]{{2}}[0-9]{{2}}[ -]?)?(?:[0-9]{{1,12}}[ -]?){{0,4}}+(?:[{_MASK}][ -]?){{2,40}}+"
    rf"(?:[ -]?[0-9]{{1,12}}){{0,4}}+(?![0-9A-Za-z])|(?<![0-9A-Za-z.])[0-9]{{3,8}} ?\.{{3,6}} ?[0-9]{{2,6}}(?![0-9A-Za-z.])"
)
_RUN = re.compile("[0-9]+")


def shaped(fold: Folded) -> Iterator[Candidate]:
    """Everything in the text that has a form of its own; what overlaps, the first is the surest."""
    text = fold.text
    if "@" in text:
        yield from _emails(fold)
    if "/" in text or "." in text:
        for match in _LINK.finditer(text):
            shape: Shape = "payment_link" if match.group("other") else "paypal_link"
            yield found_at(fold, match.span(), match.group(), shape)
        yield from _addresses(fold)
    if _RUN.search(text):
        yield from ibans(fold)
        yield from wallets(fold)
    for match in _UUID.finditer(text):
        yield found_at(fold, match.span(), match.group().lower(), "uuid")
    for match in _RIB.finditer(text):
        value = compact(match.group())
        if "rib" in letter_checks(value) and (not value.isdigit() or not match.group().isalnum()):
            yield found_at(fold, match.span(), value, "rib", is_valid=True, checks=("rib",))
    for match in _NIB.finditer(text):
        value = compact(match.group())
        if "nib" in number_checks(value):
            yield found_at(fold, match.span(), value, "digits", is_valid=True, checks=("nib",))
    yield from _masked(fold)
    if "_" in text:
        for match in _WECHAT.finditer(text):
            yield found_at(fold, match.span(), match.group(), "wechat_id")
    if "@" in text or "$" in text:
        for match in _HANDLE.finditer(text):
            yield found_at(fold, match.span(), match.group(), "handle")
    for match in _IFSC.finditer(text):
        yield found_at(fold, match.span(), match.group(), "ifsc")
    yield from bics(fold)


def compact(text: str) -> str:
    """The letters and digits of a text, in upper case."""
    return "".join(letter for letter in text if letter.isalnum()).upper()


def _emails(fold: Folded) -> Iterator[Candidate]:
    for match in _EMAIL.finditer(fold.text):
        value = match.group().replace(" ", "").rstrip(".-").lower()
        end = match.end() - (len(match.group()) - len(match.group().rstrip(".-")))
        host = value.partition("@")[2]
        is_address = "." in host and not host.rpartition(".")[2].isdigit()
        if is_address or ("." not in host and host.isalpha() and " " not in match.group()):
            yield found_at(fold, (match.start(), end), value, "email" if is_address else "upi")


def _addresses(fold: Folded) -> Iterator[Candidate]:
    """The addresses of pages, without the accounts that stand in them: those are judged like others."""
    addresses = list(_URL.finditer(fold.text))
    accounts = [found for found in ibans(fold) if found.check == "valid"] if addresses else []
    for address in addresses:
        named = [match.span() for match in _IN_ADDRESS.finditer(fold.text, *address.span())]
        spans = sorted([*named, *((found.start, found.end) for found in accounts)])
        start = address.start()
        for first, last in spans:
            if start < first and last <= address.end():
                yield found_at(fold, (start, first), fold.text[start:first], "alnum", looks=("url",))
                start = last
        if start < address.end():
            yield found_at(fold, (start, address.end()), fold.text[start : address.end()], "alnum", looks=("url",))


def _masked(fold: Folded) -> Iterator[Candidate]:
    for match in _ENDING.finditer(fold.text):
        yield found_at(fold, match.span(), f"****{match.group('shown')}", "masked")
    for match in _MASKED.finditer(fold.text):
        written = match.group().strip(" -")
        value = "".join("*" if letter in _MASK + "." else letter for letter in written if letter not in " -")
        shown = sum(1 for letter in value if letter.isdigit())
        if shown >= 3 and len(value) - shown >= 2 and len(value) >= 6 and not _shows_all(value):
            start = match.start() + len(match.group()) - len(match.group().lstrip(" -"))
            yield found_at(fold, (start, start + len(written)), value, "masked")


def _shows_all(value: str) -> bool:
    """Whether the stars stand round a whole number, as for emphasis, and hide nothing of it."""
    longest = max(len(run) for run in _RUN.findall(value))
    return longest >= 9 + 4 * value.endswith("*") or (value.startswith("*") and longest >= 7)
