"""The packed form of members: texts, numbers and truths, exact, which can wait as bytes or come from another process.

What a value is follows from the static type of its expression, so nothing of that is written down.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Struct

from orderproof.language import typed as t
from orderproof.language.relations import plain_type
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.language.types import Kind, Value
from orderproof.ruleset.program import Grouping

Packed: TypeAlias = bool | int | str | None
"""A packed value; None is unknown."""
Ready: TypeAlias = Value | None
"""A value as generated code gives it: None is unknown."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


class Brought(Struct, frozen=True, array_like=True, gc=False):
    """What a subject brings to a group: the check's number, the key in its normal form, the subject's ordinal in its
    document, whether it is surely a member (else it may be one), and packed parts.

    Behind the parts stand the numbers of the key as they are written: equal ones may have unlike digits.
    """

    check: int
    key: str
    ordinal: int
    sure: bool
    parts: tuple[Packed, ...]


class Kinds(Struct, frozen=True):
    """What the values are that members of a check bring: the key's, the parts', and those written behind the parts."""

    key: tuple[Kind, ...]
    parts: tuple[Kind, ...]
    written: tuple[Kind, ...]
    are_texts: bool = False
    """Whether the key is one text and all parts are texts."""

    @classmethod
    def of(cls, grouping: Grouping) -> "Kinds":
        key = tuple(map(_kind, grouping.keys))
        parts = tuple(map(_kind, grouping.parts))
        are_texts = key == (Kind.TEXT,) and all(kind is Kind.TEXT for kind in parts)
        return cls(key, parts, tuple(kind for kind in key if kind in _NUMBERS), are_texts)


def _kind(expression: t.Expression) -> Kind:
    return plain_type(expression).kind


def brought_by(
    check: int, kinds: Kinds, key: tuple[Ready, ...] | None, ordinal: int, belongs: Truth, parts: tuple[Ready, ...]
) -> Brought | None:
    """What a subject brings; None where a part of its key is unknown, so that it belongs to no group."""
    if key is None or None in key:
        return None
    if kinds.are_texts:
        # What most members are: an id, and what stands with it.
        texts: Any = parts
        own: Any = key
        return Brought(check, own[0], ordinal, belongs is True, texts)
    packed = list(map(pack, parts, kinds.parts))
    if kinds.written:
        packed += [pack(value, kind) for value, kind in zip(key, kinds.key, strict=True) if kind in _NUMBERS]
    return Brought(check, _key_text(key, kinds.key), ordinal, belongs is True, tuple(packed))


def ready(values: Iterable[Result | None]) -> tuple[Ready, ...]:
    """Values of the evaluator as generated code gives them."""
    return tuple([None if value is UNKNOWN else value for value in values])


# Keys


def _key_text(values: Sequence[Any], kinds: Sequence[Kind]) -> str:
    """One text for the values of a key, the same for equal ones and for no others."""
    if len(kinds) == 1 and kinds[0] is Kind.TEXT:
        own: str = values[0]
        return own
    texts = [_normal(value, kind) for value, kind in zip(values, kinds, strict=True)]
    return "".join(f"{len(text)}:{text}" for text in texts)


def _normal(value: Any, kind: Kind) -> str:
    if kind not in _NUMBERS:
        return str(pack(value, kind))
    # Numbers compare by value: 1, 1.0 and 1E0 are one key, and so are 0 and -0.
    sign, digits, exponent = Decimal(value).as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits))
    short = written.strip("0")
    if not short:
        return "0"
    exponent += len(written) - len(written.rstrip("0"))
    return f"{'-' if sign else ''}{short}E{exponent}"


def key_values(key: str, kinds: Kinds, parts: Sequence[Packed]) -> tuple[Value, ...]:
    """The values of a key, its numbers as the member with these packed parts writes them."""
    if len(kinds.key) == 1 and kinds.key[0] is Kind.TEXT:
        return (key,)
    written = iter(parts[len(kinds.parts) :])
    values: list[Value] = []
    at = 0
    for kind in kinds.key:
        colon = key.index(":", at)
        start, at = colon + 1, colon + 1 + int(key[at:colon])
        value = unpack(next(written) if kind in _NUMBERS else _plain(key[start:at], kind), kind)
        assert value is not UNKNOWN
        values.append(value)
    return tuple(values)


def _plain(text: str, kind: Kind) -> Packed:
    """The packed value that a key's text was made of."""
    match kind:
        case Kind.TEXT:
            return text
        case Kind.BOOLEAN:
            return text == "True"
        case _:
            return text if text.startswith("x") else int(text)


def part_values(parts: Sequence[Packed], kinds: Kinds) -> tuple[Result, ...]:
    """The values of a member's parts."""
    return tuple(map(unpack, parts[: len(kinds.parts)], kinds.parts))


# Values


def pack(value: Ready, kind: Kind) -> Packed:
    """The packed form of a value of a kind."""
    return None if value is None else _PACK[kind](value)


def unpack(packed: Packed, kind: Kind) -> Result:
    """The value of a kind that was packed."""
    return UNKNOWN if packed is None else UNPACK[kind](packed)


def _pack_whole(value: int) -> int | str:
    """A whole number; one of more than 64 bits as a text."""
    return value if _SMALLEST <= value <= _LARGEST else f"x{value:x}"


def _pack_number(value: Any) -> int | str:
    return _pack_whole(value) if isinstance(value, int) else str(value)


def _unpack_number(packed: Any) -> int | Decimal:
    if isinstance(packed, int):
        return packed
    return int(packed[1:], 16) if packed[0] == "x" else Decimal(packed)


def _microseconds(packed: Any) -> timedelta:
    return timedelta(microseconds=packed if isinstance(packed, int) else int(packed[1:], 16))


_PACK: Mapping[Kind, Callable[[Any], Packed]] = {
    Kind.BOOLEAN: bool,
    Kind.TEXT: str,
    Kind.INTEGER: _pack_number,
    Kind.DECIMAL: _pack_number,
    Kind.TIMESTAMP: lambda value: (value - _EPOCH) // _MICROSECOND,
    Kind.DATE: date.toordinal,
    Kind.DURATION: lambda value: _pack_whole(value // _MICROSECOND),
}
UNPACK: Mapping[Kind, Callable[[Any], Value]] = {
    Kind.BOOLEAN: bool,
    Kind.TEXT: str,
    Kind.INTEGER: _unpack_number,
    Kind.DECIMAL: _unpack_number,
    Kind.TIMESTAMP: lambda packed: _EPOCH + timedelta(microseconds=packed),
    Kind.DATE: date.fromordinal,
    Kind.DURATION: _microseconds,
}
"""What gives the value of a kind that was packed and is known."""
