"""Addresses of wallets, whole or in groups, and the hashes of transactions that look like them."""

import re
from collections.abc import Iterator

from orderproof.screening.candidate import Candidate, Shape, found_at
from orderproof.screening.check_digits import is_base58_address, is_bech32_address
from orderproof.screening.fold import Folded

_TX_HASH = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_ETH = re.compile(r"(?<![0-9A-Za-z])0[xX](?:[0-9a-fA-F]{40}|[0-9a-fA-F]{4}(?: [0-9a-fA-F]{4}){9})(?![0-9A-Za-z])")
_BECH32 = re.compile(r"(?<![0-9A-Za-z])(?:bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71})(?![0-9A-Za-z])")
_B58 = "1-9A-HJ-NP-Za-km-z"
_BASE58 = re.compile(rf"(?<![0-9A-Za-z])[{_B58}]{{25,44}}(?![0-9A-Za-z])")
_BASE58_GROUPS = re.compile(
    rf"(?<![0-9A-Za-z])[13T][{_B58}]{{3,7}}(?:[ -][{_B58}]{{3,9}}){{3,8}}(?:[ -][{_B58}]{{1,3}})?(?![0-9A-Za-z])"
)


def wallets(fold: Folded) -> Iterator[Candidate]:
    """Addresses to which a currency without a bank can be paid."""
    text = fold.text
    for match in _TX_HASH.finditer(text):
        yield found_at(fold, match.span(), match.group(), "alnum", looks=("tx_hash",))
    for match in _ETH.finditer(text):
        yield found_at(fold, match.span(), match.group().replace(" ", ""), "wallet_eth")
    for match in _BECH32.finditer(text):
        is_valid = is_bech32_address(match.group())
        checks = ("btc",) if is_valid else ()
        yield found_at(fold, match.span(), match.group(), "wallet_btc", is_valid=is_valid, checks=checks)
    for match in _BASE58.finditer(text):
        yield from _base58(fold, match.start(), match.end(), match.group(), is_certain=False)
    for match in _BASE58_GROUPS.finditer(text):
        value = match.group().replace(" ", "").replace("-", "")
        yield from _base58(fold, match.start(), match.end(), value, is_certain=True)


def _base58(fold: Folded, start: int, end: int, value: str, *, is_certain: bool) -> Iterator[Candidate]:
    """A wallet by its letters; in groups only with its sum, for words and numbers make such groups too."""
    for shape, name, versions in _CHAINS:
        if is_base58_address(value, versions):
            yield found_at(fold, (start, end), value, shape, is_valid=True, checks=(name,))
            return
    is_mixed = any(c.islower() for c in value) and any(c.isupper() for c in value) and any(c.isdigit() for c in value)
    if is_certain or not is_mixed:
        return
    if value[0] == "T" and len(value) == 34:
        yield found_at(fold, (start, end), value, "wallet_tron", is_valid=False)
    elif value[0] in "13" and len(value) <= 35:
        yield found_at(fold, (start, end), value, "wallet_btc", is_valid=False)
    elif len(value) >= 32:
        yield found_at(fold, (start, end), value, "wallet_other")


_CHAINS: tuple[tuple[Shape, str, frozenset[int]], ...] = (
    ("wallet_btc", "btc", frozenset({0, 5})),
    ("wallet_tron", "tron", frozenset({0x41})),
    ("wallet_other", "base58", frozenset({30, 48, 50, 22})),
)
