"""Records as generated code reads them: objects whose attributes are called as the document type calls its fields."""

import keyword
from typing import Any, Final

from msgspec import UNSET, Struct


class _NoList(tuple[()]):
    """A list without items that is another object than every list without items."""

    __slots__ = ()


NO_LIST: Final = _NoList()
"""Stands for an absent list of records: nothing is in it, and it is not given."""


def attribute(name: str) -> str:
    """The attribute of a field; one that Python could not write, or uses itself, has a `_` more at its end."""
    taken = keyword.iskeyword(name.rstrip("_")) or name.startswith("__")
    return f"{name}_" if taken else name


def given(value: Any) -> bool:
    """Whether a leaf or list is there; an object is where any leaf below it is."""
    return _holds_leaf(value) if isinstance(value, Struct) else value is not None and value is not NO_LIST


def _holds_leaf(value: Any) -> bool:
    if isinstance(value, Struct):
        names: tuple[str, ...] = value.__read__  # type: ignore[attr-defined]  # every class of records has it
        return any(_holds_leaf(getattr(value, name)) for name in names)
    if isinstance(value, list | tuple):
        return any(map(_holds_leaf, value))
    return value is not None and value is not UNSET
