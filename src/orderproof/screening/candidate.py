"""What may be the number of an account: where it stands, what it is by form, and what its check digits say."""

from typing import Literal

from msgspec import Struct

from orderproof.screening.fold import Folded

Shape = Literal[
    "digits", "iban", "bic", "rib", "ifsc", "wallet_btc", "wallet_eth", "wallet_tron", "wallet_other", "email",
    "masked", "alnum", "paypal_link", "payment_link", "upi", "uuid", "wechat_id", "handle",
]  # fmt: skip


class Candidate(Struct, frozen=True):
    """A number, address or link that may name an account; ``start`` and ``end`` count in the folded text.

    ``value`` is compared: in upper case where case says nothing, without what separates its groups. ``written`` is what
    the file has. ``digits`` counts the digits of the value. ``check`` is what the check digits of its own shape say,
    ``checks`` names every sum that it satisfies. ``looks`` names what else it would be by its form and what touches it;
    a label of an account weighs more.
    """

    start: int
    end: int
    value: str
    written: str
    shape: Shape
    digits: int
    check: Literal["valid", "invalid", "none"] = "none"
    checks: tuple[str, ...] = ()
    looks: frozenset[str] = frozenset()

    def mask(self) -> str:
        """The value as reports show it: at most its first and last four characters, and never more than half."""
        if self.shape in ("email", "upi"):
            name, _, host = self.value.partition("@")
            return f"{name[:1]}***@{host}"
        if self.shape in ("paypal_link", "payment_link"):
            host, slash, name = self.value.rpartition("/")
            return f"{host}{slash}{name[:1]}***"
        return masked(self.value)


def masked(value: str) -> str:
    """A text with its first and last characters, at most four each and half of it together, and stars between."""
    shown = min(4, len(value) // 4)
    hidden = "*" * (len(value) - 2 * shown)
    return value[:shown] + hidden + value[len(value) - shown :]


def found_at(
    fold: Folded,
    span: tuple[int, int],
    value: str,
    shape: Shape,
    *,
    is_valid: bool | None = None,
    checks: tuple[str, ...] = (),
    looks: tuple[str, ...] = (),
) -> Candidate:
    """A candidate; ``is_valid`` is what its check digits say, None where it has none."""
    digits = sum(1 for letter in value if letter.isdigit())
    check: Literal["valid", "invalid", "none"] = "none" if is_valid is None else "valid" if is_valid else "invalid"
    return Candidate(*span, value, fold.original(*span), shape, digits, check, checks, frozenset(looks))
