"""JSON without places, fast: the values of a document that is in order, or nothing.

It takes only what ``json_tree`` takes and gives the same values; whatever is wrong or merely unusual
it leaves to that one, which explains.
"""

import re
from decimal import Decimal
from json import JSONDecoder
from typing import Any

from msgspec import MsgspecError
from msgspec.json import Decoder

from orderproof.reading.json_tree import MAX_DEPTH, MAX_KEY, MAX_TEXT
from orderproof.reading.number import decimal_or_reason, integer_or_reason
from orderproof.tree import Plain

_UNUSUAL = re.compile(r'\\u(?:00[01]|[dD][89a-fA-F])|\\[bf"]|"[^"]{' + str(MAX_KEY) + "}")
"""Escapes that may stand for characters which no document holds, and texts that may be longer than a key may be
(with a quote inside, their length is not seen so easily)."""
_BLANK = " \t\r\n"


class _Unusual(Exception):  # noqa: N818
    """Something that the other reader must look at."""


def _integer(lexeme: str) -> int:
    value = integer_or_reason(lexeme)
    if isinstance(value, str):
        raise _Unusual
    return value


def _decimal(lexeme: str) -> Decimal:
    value = decimal_or_reason(lexeme)
    if isinstance(value, str):
        raise _Unusual
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Unusual
    return value


def _constant(_: str) -> Any:
    raise _Unusual


_DECODER = JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant, strict=True
)


_decode = Decoder(dict[str, Any], float_hook=Decimal).decode


def json_object(text: str) -> dict[str, Plain] | None:
    """The values of a text that is one JSON object in good order; None where it is anything else."""
    if len(text) > MAX_TEXT or _UNUSUAL.search(text) is not None:
        return None
    try:
        value = _DECODER.decode(text.strip(_BLANK))
    except (ValueError, RecursionError, _Unusual):
        return None
    if not isinstance(value, dict) or _is_deep(value):
        return None
    return value


def values_of(line: bytes) -> dict[str, Plain] | None:
    """The values of a line that is known to be one JSON object in good order; None where they cannot be had fast."""
    try:
        return _decode(line)
    except MsgspecError:
        return None


def _is_deep(root: dict[str, Plain]) -> bool:
    """Whether values are nested deeper than documents may be."""
    level: list[Any] = [root]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for container in level
            for inner in (container.values() if isinstance(container, dict) else container)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
