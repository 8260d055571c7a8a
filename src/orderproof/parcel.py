"""What a worker process sends: an outcome, the end of a portion, or why there is none, as bytes."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct, convert, msgpack, to_builtins

from orderproof.diagnostic import Diagnostic
from orderproof.outcome import Outcome
from orderproof.source import Source, packed_source, unpacked_source

_ESCAPED = b"\xc1"
"""What stands before a parcel with escaped texts; no other one begins so."""


class Parcel(Struct, frozen=True):
    """A message of a worker. Without anything else it says that its portion is done.

    ``done`` are the readings of the portion that are told with this outcome and those before; ``wrong`` is what keeps
    the run from going on, ``bug`` a mistake of ours.
    """

    outcome: Outcome | None = None
    done: int = 0
    wrong: tuple[Diagnostic, ...] | None = None
    is_incomplete: bool = False
    bug: str | None = None


class _Packing:
    """The sources of one parcel on their way out: each goes once, and by its number where it stands again."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, Source):
            raise NotImplementedError(type(value))
        number = self._numbers.get(id(value))
        if number is not None:
            return number
        self._numbers[id(value)] = len(self._numbers)
        return packed_source(value)


class _Unpacking:
    """The same on their way in, which is in the same order."""

    def __init__(self) -> None:
        self._sources: list[Source] = []

    def __call__(self, kind: type, value: Any) -> Any:
        if not issubclass(kind, Source):
            raise NotImplementedError(kind)
        if isinstance(value, int):
            if not 0 <= value < len(self._sources):
                raise ValueError("no source")
            return self._sources[value]
        self._sources.append(unpacked_source(value))
        return self._sources[-1]


def wrapped(parcel: Parcel) -> bytes:
    """A parcel as bytes."""
    try:
        return msgpack.encode(parcel, enc_hook=_Packing())
    except UnicodeEncodeError:
        # Half of a character stands in it, from an escape in a document or a name of a file.
        plain = to_builtins(parcel, builtin_types=(bytes, bytearray), enc_hook=_Packing())
        return _ESCAPED + msgpack.encode(_texts(plain, _escaped))


def opened(message: bytes) -> Parcel:
    """The parcel that bytes are; raises MsgspecError or ValueError where they are none."""
    if not message.startswith(_ESCAPED):
        return msgpack.decode(message, type=Parcel, dec_hook=_Unpacking())
    plain = _texts(msgpack.decode(message[len(_ESCAPED) :]), _unescaped)
    return convert(plain, Parcel, builtin_types=(bytes, bytearray), dec_hook=_Unpacking())


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data in which all texts are changed."""
    match value:
        case str():
            return change(value)
        case dict():
            return {_texts(key, change): _texts(item, change) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_texts(item, change) for item in value]
        case _:
            return value


def _escaped(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def _unescaped(text: str) -> str:
    return text.encode("ascii").decode("unicode_escape")
