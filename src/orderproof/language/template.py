"""Messages: text with expressions in braces."""

from msgspec import Struct

from orderproof.language.text import ExpressionText


class Hole(Struct, frozen=True):
    """A placeholder: the text of the expression between its braces."""

    text: ExpressionText


def split_message(text: ExpressionText) -> tuple[str | Hole, ...]:
    """The texts and placeholders of a message in order; ``{{`` and ``}}`` are braces themselves."""
    parts: list[str | Hole] = []
    plain: list[str] = []
    value, at = text.value, 0
    while at < len(value):
        character = value[at]
        if value[at : at + 2] in ("{{", "}}"):
            plain.append(character)
            at += 2
        elif character == "{":
            end = _closing(text, at)
            if not value[at + 1 : end].strip():
                text.fail(
                    "message.empty",
                    "this placeholder names nothing",
                    at,
                    end + 1,
                    "name a value between the braces, or write `{{` and `}}` for the braces themselves",
                )
            if plain:
                parts.append("".join(plain))
                plain = []
            parts.append(Hole(text.part(at + 1, end)))
            at = end + 1
        elif character == "}":
            text.fail("message.brace", "a `}` without a `{` before it", at, at + 1, "write `}}` for the brace itself")
        else:
            plain.append(character)
            at += 1
    if plain:
        parts.append("".join(plain))
    return tuple(parts)


def _closing(text: ExpressionText, start: int) -> int:
    """The offset of the brace that closes a placeholder; braces inside quoted texts do not count."""
    quote = ""
    for at in range(start + 1, len(text.value)):
        character = text.value[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "}":
            return at
        elif character == "{":
            break
    text.fail(
        "message.brace",
        "this `{` is never closed",
        start,
        start + 1,
        "close it, and the quotes inside it; or write `{{` for the brace itself",
    )
