"""What a number is said to be, and why."""

from typing import Literal

from msgspec import Struct

from orderproof.screening.beside import Beside

Class = Literal["account", "account_like", "none"]
Confidence = Literal["definite", "probable", "weak"]


class Verdict(Struct, frozen=True):
    """What a number is, why, and the words that say so."""

    cls: Class
    kind: str
    reason: str
    confidence: Confidence
    beside: Beside | None = None
