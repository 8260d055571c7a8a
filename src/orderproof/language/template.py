"""Messages: text with expressions in braces."""

import re

from msgspec import Struct

from orderproof.language.text import ExpressionText


class Hole(Struct, frozen=True):
    """A placeholder: the text of the expression between its braces."""

    text: ExpressionText


_BRACE = re.compile(r"\{\{|\}\}|[{}]")
_SIGN = re.compile(r"[\"'{}]")


def split_message(text: ExpressionText) -> tuple[str | Hole, ...]:
    """The texts and placeholders of a message in order; ``{{`` and ``}}`` are braces themselves."""
    parts: list[str | Hole] = []
    plain = ""
    value, at = text.value, 0
    while (found := _BRACE.search(value, at)) is not None:
        start, end = found.span()
        plain += value[at:start]
        if end - start == 2:
            plain += value[start]
        elif value[start] == "{":
            end = _closing(text, start) + 1
            if not value[start + 1 : end - 1].strip():
                text.fail(
                    "message.empty",
                    "this placeholder names nothing",
                    start,
                    end,
                    "name a value between the braces, or write `{{` and `}}` for the braces themselves",
                )
            if plain:
                parts.append(plain)
                plain = ""
            parts.append(Hole(text.part(start + 1, end - 1)))
        else:
            text.fail("message.brace", "a `}` without a `{` before it", start, end, "write `}}` for the brace itself")
        at = end
    plain += value[at:]
    if plain:
        parts.append(plain)
    return tuple(parts)


def _closing(text: ExpressionText, start: int) -> int:
    """The offset of the brace that closes a placeholder; braces inside quoted texts do not count."""
    quote = ""
    for found in _SIGN.finditer(text.value, start + 1):
        sign = found.group()
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "}":
            return found.start()
        else:
            break
    text.fail(
        "message.brace",
        "this `{` is never closed",
        start,
        start + 1,
        "close it, and the quotes inside it; or write `{{` for the brace itself",
    )
