"""What the screening says of a file, in one word for a test: the numbers that it finds, or what it cannot read."""

import re
from functools import cache
from pathlib import Path

from orderproof.screening.detect import detect
from orderproof.screening.extract import extract
from orderproof.screening.mention import Own, Screened
from orderproof.screening.vocabulary import Vocabulary, load_vocabulary

NUMBER = "80123456789012345"
_VOCABULARY = Path(__file__).parents[1] / "rules" / "credit-guarantee" / "accounts.yaml"


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary(_VOCABULARY.read_bytes())


def screened(name: str, content: bytes) -> Screened:
    return detect(extract(name, content), _vocabulary(), Own())


def verdict(name: str, content: bytes) -> str:
    """The accounts that are found, else the codes of what is not read, else `pass`."""
    found = screened(name, content)
    accounts = {re.sub(r"[\W_]", "", mention.written) for mention in found.mentions if mention.cls == "account"}
    return " ".join(sorted(accounts)) or " ".join(sorted({gap.code for gap in found.gaps})) or "pass"
