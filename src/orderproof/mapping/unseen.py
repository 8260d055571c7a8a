"""Characters that nobody sees in a text by which documents are told from each other: two such texts look alike."""

from collections.abc import Iterator
from unicodedata import category, name

from orderproof.facts.literal import Wrong

_BLANK_MARKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing, although they count as such."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def unseen(text: str) -> Wrong | None:
    """That a text has blanks around it, or characters in it that nobody sees; a plain blank inside it is none."""
    if text.isascii() and text.isprintable() and text == text.strip(" "):
        return None
    found = [at for at, character in enumerate(text) if _is_unseen(character)]
    hidden = [at for at in found if text[at] != " "] or [
        at for at in found if not (text[:at].strip() and text[at:].strip())
    ]
    if not hidden:
        return None
    at = hidden[0]
    where = "begins with" if at == 0 else "ends with" if at == len(text) - 1 else "has"
    message = f"this text {where} {_called(text[at])}, which nobody sees"
    return Wrong("mapping.unseen-character", message, "take it out in the source; what looks alike must be alike")


def seen(text: str) -> str:
    """A text as people see it: without what ``unseen`` tells of."""
    return "".join(_visible(text)).strip(" ")


def _visible(text: str) -> Iterator[str]:
    for character in text:
        if character == " " or not _is_unseen(character):
            yield character


def _is_unseen(character: str) -> bool:
    return category(character) in _UNSEEN or character in _BLANK_MARKS or "\ufe00" <= character <= "\ufe0f"


def _called(character: str) -> str:
    called = name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({called})" if called else "")
