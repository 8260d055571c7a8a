"""What a mapping does for one field: it takes a value from the source and puts it into the document.

A step is made once and used for every document. What is wrong is told to the Work, and the field is left out.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from orderproof.facts.literal import Wrong, shape
from orderproof.mapping.conversions import AnyConvert, Convert, Manner, Unlisted, said_of
from orderproof.mapping.paths import Misfit
from orderproof.mapping.sources import (
    KIND_NAMES,
    MISSING,
    InObject,
    Line,
    Path,
    Sources,
    Work,
    blame_misfits,
    reads,
    unfit,
)
from orderproof.tree import Plain, Pointer

Out: TypeAlias = dict[str, Plain]
MANY = 1000
"""Problems of a document behind which its lists are not looked at any more."""
CURRENCY = "currency"
"""The field of a document that says which currency its money is in."""
Step: TypeAlias = Callable[[object, Pointer, Out, Pointer, Work], None]
"""Takes a source and its place, and puts what it says into an object of the document and its place."""


def put(out: Out, path: Path, value: Plain) -> None:
    """Put a value at a path of an object, making what lies on the way."""
    for key in path[:-1]:
        inner = out.setdefault(key, {})
        assert isinstance(inner, dict)
        out = inner
    out[path[-1]] = value


def constant_step(path: Path, value: Plain) -> Step:
    """Puts a value that the mapping itself says."""

    def step(_: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        put(out, path, value)
        work.trail.append(((*place, *path), base))

    return step


def currency_step(step: Step) -> Step:
    """Does what a step of the document's currency does, and lets all that follow know the currency."""

    def known(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        step(source, base, out, place, work)
        said = out.get(CURRENCY)
        work.currency = said if isinstance(said, str) else None

    return known


def leaf_step(path: Path, sources: Sources) -> Step:
    """Puts one value."""
    take = sources.take

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        taken = take(source, base, work)
        if taken is not None:
            put(out, path, taken.value)
            work.trail.append(((*place, *path), taken.pointer))

    return step


def money_step(path: Path, sources: Sources, manner: Manner) -> Step:
    """Puts an amount of money, which must be in the document's currency."""
    take, member = sources.take, manner.money.currency

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        taken = take(source, base, work)
        if taken is None:
            return
        said = said_of(taken.raw, member, manner.absent)
        if said is not None and work.currency is not None and said != work.currency:
            message = f"expected money in the document's currency {work.currency}, found {shape(said)}"
            work.blame((*taken.pointer[:-1], member), Wrong("mapping.currency", message))
            return
        put(out, path, taken.value)
        work.trail.append(((*place, *path), taken.pointer))

    return step


def routed_money_step(fields: Sequence[tuple[Path, Sources]], route: Path, check: Convert, manner: Manner) -> Step:
    """Puts all money of a record that may be in another currency than the document's, and that currency."""
    member = manner.money.currency

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        first: tuple[Plain, Pointer] | None = None
        for path, sources in fields:
            taken = sources.take(source, base, work)
            if taken is None:
                continue
            put(out, path, taken.value)
            work.trail.append(((*place, *path), taken.pointer))
            said = said_of(taken.raw, member, manner.absent)
            at = taken.pointer if said is None else (*taken.pointer[:-1], member)
            currency = work.currency if said is None else said
            if first is None:
                first = (currency, at)
            elif currency != first[0]:
                message = f"expected money in one currency, found {shape(currency)} beside {shape(first[0])}"
                work.blame(at, Wrong("mapping.currency", message))
        if first is not None and first[0] is not None and first[0] != work.currency:
            found = check(first[0])
            if isinstance(found, Wrong):
                work.blame(first[1], found)
            else:
                put(out, route, found)
                work.trail.append(((*place, *route), first[1]))

    return step


class Records(Struct, frozen=True):
    """What makes a record: the steps of its fields, constants, and the fields that it must have.

    ``required`` has with each name what gives it. With ``scalars`` an item that is no object may say something.
    """

    steps: tuple[Step, ...]
    constants: tuple[Step, ...]
    required: tuple[tuple[str, str], ...]
    scalars: bool = False

    def record(self, source: object, base: Pointer, place: Pointer, work: Work, *, or_none: bool = False) -> Out:
        """One record; what it lacks is a problem. With ``or_none`` it is empty where the source says nothing of it."""
        out: Out = {}
        before = work.count
        for step in self.steps:
            step(source, base, out, place, work)
        if or_none and not out:
            return out
        for step in self.constants:
            step(source, base, out, place, work)
        if work.count == before:
            for name, given_by in self.required:
                if name not in out:
                    help_ = "look whether this document is whole"
                    work.blame(base, Wrong(MISSING, f"`{name}` is required, and {given_by} says nothing here", help_))
        return out


def records_step(path: Path, origins: Sequence[InObject], records: Records) -> Step:
    """Puts a list of records, one for each item of a list of the source."""

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        found = _list_of(origins, source, base, work)
        if found is None:
            return
        items, at = found
        target = (*place, *path)
        work.trail.append((target, at))
        made: list[Plain] = []
        for index, item in enumerate(items):
            if work.count >= MANY:
                # Nobody mends so many one by one, and explaining each takes time.
                work.count += len(items) - index
                break
            pointer = (*at, index)
            if not isinstance(item, dict) and (item is None or isinstance(item, list) or not records.scalars):
                work.blame(pointer, unfit("an object", item))
                continue
            before = work.count
            record = records.record(item, pointer, (*target, len(made)), work)
            if not record and not isinstance(item, dict) and work.count == before:
                # What says nothing inside a list would vanish from it.
                work.blame(pointer, unfit("an object", item))
                continue
            work.trail.append(((*target, len(made)), pointer))
            made.append(record)
        put(out, path, made)

    return step


def _list_of(
    origins: Sequence[InObject], source: object, base: Pointer, work: Work
) -> tuple[list[Plain], Pointer] | None:
    """The list at the first of several places, and where it stands; a second one is a contradiction."""
    found: list[tuple[list[Plain], Pointer]] = []
    help_ = reads([f"{origin.name}[]" for origin in origins])
    misfits: list[tuple[Pointer, Wrong]] = []
    for origin in origins:
        raw = origin.read(source)
        pointer = origin.pointer(source, base)
        if isinstance(raw, Misfit):
            misfits.append(((*base, *raw.pointer), unfit(raw.expected, raw.value, help_)))
        elif isinstance(raw, list):
            found.append((raw, pointer))
        elif raw is not None:
            misfits.append((pointer, unfit("a list", raw, help_)))
    blame_misfits(misfits, [pointer for _, pointer in found], work)
    for _, pointer in found[1:]:
        message = "a second list stands here beside the first"
        work.blame(pointer, Wrong("mapping.contradiction", message, "one of them is wrong; mend it in the source"))
    return found[0] if found else None


def rows_step(path: Path, records: Records) -> Step:
    """Puts a list of records, one for each row of a table that says anything of one."""

    def step(source: object, _: Pointer, out: Out, place: Pointer, work: Work) -> None:
        assert isinstance(source, Line)
        made: list[Plain] = []
        target = (*place, *path)
        for line in source.lines:
            at = (line.row,)
            record = records.record(line, at, (*target, len(made)), work, or_none=True)
            if record:
                work.trail.append(((*target, len(made)), at))
                made.append(record)
        if made:
            put(out, path, made)
            work.trail.append((target, (source.row,)))

    return step


def scalars_step(path: Path, origins: Sequence[InObject], sources: Sources) -> Step:
    """Puts a list of scalars, one for each item of a list of the source."""

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        found = _list_of(origins, source, base, work)
        if found is None:
            return
        items, at = found
        work.trail.append(((*place, *path), at))
        made: list[Plain] = []
        for index, item in enumerate(items):
            before = work.count
            taken = sources.take(item, (*at, index), work)
            if taken is None and work.count == before:
                # What says nothing inside a list would vanish from it.
                work.blame((*at, index), unfit(KIND_NAMES[sources.kind], item))
            elif taken is not None:
                work.trail.append(((*place, *path, len(made)), taken.pointer))
                made.append(taken.value)
        put(out, path, made)

    return step


def split_step(path: Path, sources: Sources, separator: str | None, convert: AnyConvert) -> Step:
    """Puts a list of scalars that stand in one text of the source; without a separator it is the only one."""

    def step(source: object, base: Pointer, out: Out, place: Pointer, work: Work) -> None:
        taken = sources.take(source, base, work)
        if taken is None or not isinstance(taken.value, str):
            return
        made: list[Plain] = []
        for part in [taken.value] if separator is None else taken.value.split(separator):
            value = convert(part if separator is None else part.strip())
            if isinstance(value, Wrong):
                work.blame(taken.pointer, value)
                return
            if isinstance(value, Unlisted):
                work.unlisted.append((sources.name, value.value, taken.pointer))
                value = value.value
            made.append(value)
        put(out, path, made)
        work.trail.append(((*place, *path), taken.pointer))

    return step
