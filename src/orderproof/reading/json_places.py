"""Where the values of a JSON text stand, found along the way to each: most of the text is only skipped.

The text is known to be one object in good order. The places are those of ``json_tree``, which makes all of them.
"""

import re
from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Raw
from msgspec.json import Decoder

from orderproof.source import Source, Span
from orderproof.tree import Pointer

_BLANK = " \t\r\n"
_KEY = re.compile(r'[ \t\r\n]*[{,][ \t\r\n]*"[^"\\]*(?:\\.[^"\\]*)*"[ \t\r\n]*:[ \t\r\n]*')
_COMMA = re.compile(r"[ \t\r\n]*[\[,][ \t\r\n]*")
"""What stands before the value of a member, and before an item."""
_members = Decoder(dict[str, Raw]).decode
_items = Decoder(list[Raw]).decode

_Place: TypeAlias = tuple[int, int]
"""Where a value begins and ends."""


class JsonPlaces:
    """The places in one text; a container is looked into once, when something inside it is asked for."""

    __slots__ = ("_inside", "_root", "_source")

    def __init__(self, source: Source) -> None:
        text = source.text
        self._source = source
        self._root: _Place = (len(text) - len(text.lstrip(_BLANK)), len(text.rstrip(_BLANK)))
        self._inside: dict[_Place, dict[str | int, _Place]] = {}

    def nearest(self, pointer: Pointer) -> Span:
        """The span of the value at a pointer, or of the nearest one above it that stands there."""
        place = self._root
        for step in pointer:
            inside = self._inside.get(place)
            if inside is None:
                inside = self._inside.setdefault(place, self._looked_into(*place))
            found = inside.get(step)
            if found is None:
                break
            place = found
        return Span(self._source, *place)

    def _looked_into(self, start: int, end: int) -> dict[str | int, _Place]:
        """The members of a container and their places; nothing where another value stands.

        The decoder tells how long each of them is; it only skips them. Before each stands a comma or the opening, and
        before a member its key in quotes and a colon. Where all that fills the container, nothing else can be in it.
        """
        text = self._source.text
        is_ascii = text.isascii()
        values: Iterable[tuple[str | int, Raw]]
        match text[start]:
            case "{":
                values, before = _members(text[start:end].encode()).items(), _KEY
            case "[":
                values, before = enumerate(_items(text[start:end].encode())), _COMMA
            case _:
                return {}
        inside: dict[str | int, _Place] = {}
        at = start
        for key, raw in values:
            first = at + (len(key) + 4 if isinstance(key, str) else 1)
            at = first + (len(raw) if is_ascii else len(str(raw, "utf-8")))
            inside[key] = first, at
        if at + 1 == end:
            return inside
        # There are blanks, or escapes in keys.
        at = start
        for key, (first, last) in inside.items():
            found = before.match(text, at)
            assert found is not None
            at = found.end() + last - first
            inside[key] = found.end(), at
        return inside
