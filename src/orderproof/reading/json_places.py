"""Where the values of a JSON text stand, found along the way to each: most of the text is only skipped.

The text is known to be one object in good order. The places are those of ``json_tree``, which makes all of them.
"""

from collections.abc import Iterator
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # what `json` itself reads texts with
from typing import TypeAlias

from orderproof.source import Source, Span
from orderproof.tree import Pointer

_BLANK = " \t\r\n"
_skip = JSONDecoder().raw_decode

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
            inside = self._looked_into(place).get(step)
            if inside is None:
                break
            place = inside
        return Span(self._source, *place)

    def _looked_into(self, place: _Place) -> dict[str | int, _Place]:
        found = self._inside.get(place)
        if found is None:
            found = self._inside.setdefault(place, dict(self._members(place[0])))
        return found

    def _members(self, start: int) -> Iterator[tuple[str | int, _Place]]:
        """The members of a container and their places; nothing where another value stands."""
        text = self._source.text
        opening = text[start]
        if opening not in "{[":
            return
        at = _past_blanks(text, start + 1)
        number = 0
        while text[at] not in "}]":
            key: str | int = number
            if opening == "{":
                key, at = scanstring(text, at + 1)
                at = _past_blanks(text, _past_blanks(text, at) + 1)
            _, end = _skip(text, at)
            yield key, (at, end)
            number += 1
            at = _past_blanks(text, end)
            if text[at] == ",":
                at = _past_blanks(text, at + 1)


def _past_blanks(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at
