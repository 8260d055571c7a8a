"""Names of the generated code: what a person would call things, each for one thing only.

Locals are in lower case and constants have a capital letter, so that neither can hide the other.
"""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

from orderproof.language.types import Value

_LONGEST = 60
_TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins)})


class Names:
    """Locals of a function; those of a scope that is over may be used again by scopes beside it."""

    def __init__(self, reserved: frozenset[str]) -> None:
        self._scopes: list[set[str]] = [set(_TAKEN | reserved)]
        self._below: list[set[str]] = [set()]

    def local(self, *wished: str) -> str:
        """The first wished name that is free, or the last one with a number."""
        candidates = [_identifier(each) for each in wished]
        name = next((each for each in candidates if self._free(each)), None)
        if name is None:
            number = 2
            while not self._free(f"{candidates[-1]}_{number}"):
                number += 1
            name = f"{candidates[-1]}_{number}"
        self._scopes[-1].add(name)
        return name

    def _free(self, name: str) -> bool:
        # Code that was written in a scope below may yet be put between two uses of a name of this one.
        return name not in self._below[-1] and not any(name in scope for scope in self._scopes)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Names that are taken inside are free again in scopes that begin behind it."""
        self._scopes.append(set())
        self._below.append(set())
        try:
            yield
        finally:
            used = self._scopes.pop() | self._below.pop()
            self._below[-1] |= used


def _identifier(wished: str) -> str:
    # Python reads identifiers in this form, so names that differ only before it are one.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", wished).lower())
    if not plain.isidentifier():
        plain = re.sub(r"[^a-z0-9_]", "_", plain)
    plain = plain.strip("_")[:_LONGEST]
    return plain if plain.isidentifier() else f"a_{plain}"


class Constants:
    """Constants of the generated module, each defined once by a text of Python's."""

    def __init__(self, reserved: frozenset[str]) -> None:
        self._reserved = reserved
        self._defined: dict[str, str] = {}

    def named(self, wished: str, text: str) -> str:
        """The name of a constant of this value."""
        base = re.sub(r"[^A-Z0-9]+", "_", wished.upper()).strip("_")[:_LONGEST]
        base = base if base[:1].isalpha() else f"CONSTANT_{base}".rstrip("_")
        name, number = base, 2
        while name in self._reserved or self._defined.setdefault(name, text) != text:
            name, number = f"{base}_{number}", number + 1
        return name

    def lines(self) -> list[str]:
        return [f"{name} = {text}" for name, text in self._defined.items()]


def literal(value: Value) -> str:
    """A value as Python writes it."""
    match value:
        case bool() | int():
            return str(value)
        case str():
            return f'"{"".join(map(_escaped, value))}"'
        case Decimal():
            return f'Decimal("{value}")'
        case datetime():
            parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
            return f"datetime({', '.join(map(str, parts))}, tzinfo=UTC)"
        case date():
            return f"date({value.year}, {value.month}, {value.day})"
        case timedelta():
            return f"timedelta({value.days}, {value.seconds}, {value.microseconds})"


def constant(value: Value) -> str:
    """A value as Python writes it, every number as a decimal."""
    return f'Decimal("{value}")' if isinstance(value, int) and not isinstance(value, bool) else literal(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def comment(text: str) -> str:
    """A text as a comment of one line."""
    line = " ".join(text.split())
    return f"# {line if line.isprintable() else ''.join(each if each.isprintable() else '?' for each in line)}"
