"""Where a mapping takes a value from: the places of a source that say it, which must not contradict each other."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias

from msgspec import Struct

from orderproof.facts.literal import Wrong, shape
from orderproof.facts.read import MAX_PROBLEMS, Problem
from orderproof.mapping.conversions import AnyConvert, Unlisted, said_of
from orderproof.mapping.paths import Found, Misfit, follow, write_path
from orderproof.mapping.times import same_instant
from orderproof.schema import Kind
from orderproof.table import Value
from orderproof.tree import Plain, Pointer

Path: TypeAlias = tuple[str, ...]
MISSING = "document.required"
"""The code of a problem that is no value but the lack of one."""
EMPTY_HELP = 'where an empty text says nothing, add `absent: [""]` to the mapping'


class Line:
    """What a table says of one record: values by column, the number of its row from 0, and the headers by column.

    The line of a whole document has the ``lines`` of its rows, and of each column the value that those rows say
    which say one; ``rows`` has the row of such a value where it is not the first.
    """

    __slots__ = ("headers", "lines", "row", "rows", "values")

    def __init__(
        self,
        values: dict[str, Value],
        row: int,
        headers: dict[str, str],
        rows: dict[str, int] | None = None,
        lines: "Sequence[Line]" = (),
    ) -> None:
        self.values = values
        self.row = row
        self.headers = headers
        self.rows = rows or {}
        self.lines = lines


class Work:
    """What mapping one document has found: problems, values that no list knows, and where everything came from.

    ``count`` is the number of the problems, of which only the first are kept.
    """

    __slots__ = ("_blamed", "count", "currency", "problems", "trail", "unlisted")

    def __init__(self) -> None:
        self.currency: str | None = None
        self.problems: list[Problem] = []
        self.count = 0
        self.unlisted: list[tuple[str, str, Pointer]] = []
        self.trail: list[tuple[Pointer, Pointer]] = []
        self._blamed: set[Pointer] = set()

    def blame(self, pointer: Pointer, wrong: Wrong) -> None:
        """Note what is wrong at a place of the source, once for each place; several things may be missing at one."""
        if wrong.code != MISSING:
            if pointer in self._blamed:
                return
            self._blamed.add(pointer)
        self.count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(pointer, wrong.code, wrong.message, wrong.help))


class Taken(Struct, frozen=True):
    """A value that was taken from the source: as it stands there, as the document has it, its place, and its name.

    Of an object that holds the value, ``raw`` is that object, and the place is the value's own.
    """

    raw: Plain
    value: Plain
    pointer: Pointer
    name: str


class Origin(Protocol):
    """Where a value may stand in a source, by the ``name`` that the mapping has for it."""

    @property
    def name(self) -> str: ...

    def read(self, source: object, /) -> Found: ...

    def pointer(self, source: object, base: Pointer, /) -> Pointer: ...


class InObject:
    """A path of keys inside an object; without keys the item of a list itself, where that is no object.

    What an object holds under the keys ``elsewhere`` is read by other paths.
    """

    __slots__ = ("absent", "elsewhere", "name", "path")

    def __init__(self, path: Path, absent: frozenset[str], elsewhere: frozenset[str] = frozenset()) -> None:
        self.path = path
        self.absent = absent
        self.elsewhere = elsewhere
        self.name = write_path(path)

    def read(self, source: object) -> Found:
        value: Plain = source  # type: ignore[assignment]  # the source of a path is a document's value
        if self.path:
            found = follow(value, self.path, self.absent) if isinstance(value, dict) else None
            return None if isinstance(found, dict) and self._is_empty(found) else found
        return None if isinstance(value, dict) or (isinstance(value, str) and value in self.absent) else value

    def _is_empty(self, value: dict[str, Plain]) -> bool:
        """Whether an object says nothing but what is read elsewhere."""
        return all(
            inner is None or key in self.elsewhere or (isinstance(inner, str) and inner in self.absent)
            for key, inner in value.items()
        )

    def pointer(self, _: object, base: Pointer) -> Pointer:
        return (*base, *self.path)


class InColumn:
    """A column of a table."""

    __slots__ = ("absent", "column", "name")

    def __init__(self, column: str, absent: frozenset[str]) -> None:
        self.column = column
        self.absent = absent
        self.name = column

    def read(self, source: object) -> Found:
        assert isinstance(source, Line)
        value = source.values.get(self.column)
        return None if isinstance(value, str) and value in self.absent else value

    def pointer(self, source: object, _: Pointer) -> Pointer:
        assert isinstance(source, Line)
        return (source.rows.get(self.column, source.row), source.headers[self.column])


class InMoney:
    """The currency of the money that stands somewhere; a plain amount says none."""

    __slots__ = ("absent", "member", "name", "where")

    def __init__(self, where: Origin, member: str, absent: frozenset[str]) -> None:
        self.where = where
        self.member = member
        self.absent = absent
        self.name = f"{where.name}.{member}"

    def read(self, source: object) -> Found:
        found = self.where.read(source)
        if isinstance(found, list | bool):
            return Misfit(self.where.pointer(source, ()), "an amount of money", found)
        return found if isinstance(found, Misfit) else said_of(found, self.member, self.absent)

    def pointer(self, source: object, base: Pointer) -> Pointer:
        return (*self.where.pointer(source, base), self.member)


class Sources(Struct, frozen=True):
    """The places that a field's value may come from, how it is converted, and what ``several`` of them mean."""

    name: str
    kind: Kind
    origins: tuple[Origin, ...]
    convert: AnyConvert
    member: str | None = None
    """The member of an object that has the value, where the value may stand in an object."""
    first: bool = False

    def take(self, source: object, base: Pointer, work: Work) -> Taken | None:
        """The value of the first place where one stands; another one must say the same."""
        if len(self.origins) == 1:
            # Nearly all values have one place and nothing wrong with them: no list is made for these.
            origin = self.origins[0]
            found = origin.read(source)
            if found is None:
                return None
            if not isinstance(found, Misfit | dict | list):
                value = self.convert(found)
                if not isinstance(value, Wrong | Unlisted):
                    return None if value is None else Taken(found, value, origin.pointer(source, base), origin.name)
        return self._take(source, base, work)

    def _take(self, source: object, base: Pointer, work: Work) -> Taken | None:
        taken: list[Taken] = []
        misfits: list[tuple[Pointer, Wrong]] = []
        failed = False
        for origin in self.origins:
            raw = origin.read(source)
            if raw is None:
                continue
            if isinstance(raw, Misfit):
                misfits.append(((*base, *raw.pointer), unfit(raw.expected, raw.value, self.help)))
                continue
            pointer = origin.pointer(source, base)
            if isinstance(raw, dict) and self.member is not None:
                pointer = (*pointer, self.member) if self.member in raw else pointer
            elif isinstance(raw, dict | list):
                misfits.append((pointer, unfit(KIND_NAMES[self.kind], raw, self.help)))
                continue
            converted = self.convert(raw)
            if isinstance(converted, Wrong):
                work.blame(pointer, Wrong(converted.code, converted.message, EMPTY_HELP) if raw == "" else converted)
                failed = True
                continue
            if isinstance(converted, Unlisted):
                work.unlisted.append((self.name, converted.value, pointer))
                converted = converted.value
            if converted is not None:
                taken.append(Taken(raw, converted, pointer, origin.name))
                if self.first:
                    break
        if misfits:
            blame_misfits(misfits, [each.pointer for each in taken], work)
        for other in taken[1:]:
            if not _agree(taken[0].value, other.value, self.kind):
                work.blame(other.pointer, _contradiction(taken[0], other))
        return None if failed or not taken else taken[0]

    @property
    def help(self) -> str | None:
        """What to say of a value that fits none of several places."""
        return reads([origin.name for origin in self.origins])


KIND_NAMES = {
    Kind.TEXT: "text",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.TIMESTAMP: "an instant",
    Kind.DATE: "a day",
}


def unfit(expected: str, value: Plain, help: str | None = None) -> Wrong:
    """That a value is not what is expected at its place."""
    return Wrong("document.type", f"expected {expected}, found {shape(value)}", help)


def reads(names: Sequence[str]) -> str | None:
    """What a mapping reads, where it reads one of several places."""
    if len(names) < 2:
        return None
    more = f" or {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return f"the mapping reads {' or '.join(f'`{name}`' for name in names[:_MAX_NAMED])}{more}"


_MAX_NAMED = 3


def blame_misfits(misfits: list[tuple[Pointer, Wrong]], found: list[Pointer], work: Work) -> None:
    """A value of another shape is wrong, unless what was taken stands inside it: then it is an alternative. Of two such
    values in each other the inner one is.
    """
    known = [*found, *(pointer for pointer, _ in misfits)]
    for pointer, wrong in misfits:
        if not any(each[: len(pointer)] == pointer and (each in found or each != pointer) for each in known):
            work.blame(pointer, wrong)


def _agree(one: Plain, other: Plain, kind: Kind) -> bool:
    if one == other:
        return True
    if kind is Kind.TIMESTAMP and isinstance(one, str) and isinstance(other, str):
        return same_instant(one, other)
    if kind in (Kind.DECIMAL, Kind.INTEGER):
        return _number(one) == _number(other)
    return False


def _number(value: Plain) -> Decimal | None:
    return Decimal(value) if isinstance(value, str | int | Decimal) else None


def _contradiction(first: Taken, other: Taken) -> Wrong:
    message = f"{_said(other)} contradicts {_said(first)} of `{first.name}`"
    return Wrong("mapping.contradiction", message, "one of them is wrong; mend it in the source")


def _said(taken: Taken) -> str:
    """A value as it stands, and what was read from it where that is something else."""
    raw = shape(taken.raw)
    return raw if taken.raw == taken.value or not isinstance(taken.value, str) else f"{raw} ({taken.value})"
