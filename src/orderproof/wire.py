"""Values as bytes, to travel or to wait, also where half of a character stands in a text."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import convert, msgpack, to_builtins

T = TypeVar("T")

_ESCAPED = b"\xc1"
"""What stands before bytes with escaped texts; no others begin so."""
_BYTES = (bytes, bytearray)


def _no_hook() -> Any:
    """No part needs anything."""
    return None


class Wire(Generic[T]):
    """How values of a type become bytes and come back.

    ``packing`` and ``unpacking`` make, for each of them anew, what sees to the parts that msgspec does not know.
    """

    def __init__(
        self,
        kind: type[T],
        packing: Callable[[], Callable[[Any], Any]] = _no_hook,
        unpacking: Callable[[], Callable[[type, Any], Any]] = _no_hook,
    ) -> None:
        self._kind = kind
        self._packing = packing
        self._unpacking = unpacking

    def packed(self, value: T) -> bytes:
        """A value as bytes."""
        try:
            return msgpack.encode(value, enc_hook=self._packing())
        except UnicodeEncodeError:
            # Half of a character stands in it, from an escape in a document or a name of a file.
            plain = to_builtins(value, builtin_types=_BYTES, enc_hook=self._packing())
            return _ESCAPED + msgpack.encode(_texts(plain, _escaped))

    def unpacked(self, data: bytes) -> T:
        """The value that bytes are; raises MsgspecError or ValueError where they are none."""
        if not data.startswith(_ESCAPED):
            return msgpack.decode(data, type=self._kind, dec_hook=self._unpacking())
        plain = _texts(msgpack.decode(data[len(_ESCAPED) :]), _unescaped)
        return convert(plain, self._kind, builtin_types=_BYTES, dec_hook=self._unpacking())


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
