"""What the screening says of a file: the accounts that it mentions, and whether it was read whole."""

from typing import Literal

from msgspec import Struct

from orderproof.screening.text import Gap, Spot


class Own(Struct, frozen=True):
    """What the order document itself says, by which a number in its contract is known: texts as written, or empty."""

    collection_account: str = ""
    buyer_account: str = ""


class Mention(Struct, frozen=True, omit_defaults=True, rename={"cls": "class"}):
    """An account that a file mentions, or what looks like one.

    ``kind`` is what it is, such as ``iban``, ``cn_account``, ``card``, ``wallet``, ``paypal``, ``own``, ``masked``.
    ``label`` is the words beside it, as written. ``written`` is the number as it stands there, ``masked`` what reports
    show of it. ``excerpt`` is its line with every number of an account masked, ``start`` and ``end`` where it stands in
    it. ``reason`` is the id of the sentence in the vocabulary that says why it is of this class.
    """

    cls: Literal["account", "account_like", "none"]
    kind: str
    label: str
    written: str
    masked: str
    checksum: Literal["valid", "invalid", "none"]
    confidence: Literal["definite", "probable", "weak"]
    spot: Spot
    reason: str
    hidden: str = ""
    excerpt: str = ""
    start: int = 0
    end: int = 0


class Screened(Struct, frozen=True, omit_defaults=True):
    """What is known of a file: its mentions, in reading order, and why it was not read whole, if it was not."""

    format: str
    mentions: tuple[Mention, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether what was not found in it is not there."""
        return not self.gaps
