"""From a document's values to facts: every known field is checked, and what rules read becomes records."""

from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.facts.literal import CONVERTERS, Converter, Wrong, shape
from orderproof.facts.record import Access, Facts, Record, RecordPlan, Slot, facts_of
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema, Value
from orderproof.tree import Plain, Pointer

MAX_PROBLEMS = 100
"""Problems that are named in one document; beyond them only their number is."""
MORE = "document.more"
"""The code of the problem that counts those that are not named."""
_MAX_NEAR = 1000

Path: TypeAlias = tuple[str, ...]
_Typed: TypeAlias = "dict[Path, Value | tuple[Value, ...] | list[_Typed]]"
"""What is known of a record: its values, and its lists of records, by their paths in it."""
_Row: TypeAlias = "tuple[str, bool, Converter | None, Field, Path, tuple[_Row, ...]]"
"""A field of an object: its name, whether it is required, what reads it if it is a leaf, its path in the record, and the
fields of what stands in it.
"""


class Problem(Struct, frozen=True):
    """A value of a document that is not what the schema says."""

    pointer: Pointer
    code: str
    message: str
    help: str | None = None


class _Problems:
    """Gathers what is wrong with a document; what passes the limit is only counted."""

    __slots__ = ("found", "more")

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.more = 0

    def append(self, problem: Problem) -> None:
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(problem)
        else:
            self.more += 1

    def all(self) -> tuple[Problem, ...]:
        if not self.more:
            return tuple(self.found)
        message = f"{self.more:,} more value{' is' if self.more == 1 else 's are'} not what the schema says"
        return (*self.found, Problem((), MORE, message, "mend these first and run it again"))


class _How(Enum):
    """How a slot of a record is found."""

    VALUE = auto()
    LEAF = auto()
    """Whether a leaf or a list of scalars is given."""
    PRESENT = auto()
    """Whether anything stands there, known to the schema or not."""


_VALUE, _LEAF = _How.VALUE, _How.LEAF


class _Kind(Struct, frozen=True):
    """Records of one kind, of which it is known how their slots and lists are found."""

    entity: str
    slots: tuple[tuple[_How, Path], ...]
    children: "tuple[tuple[Path, _Kind | None], ...]"
    """Its lists of records by their paths; None for those of a fact source."""


class FactReader:
    """Reads documents of one schema for one plan; ``zone`` is that of instants without one.

    Lists that a fact source supplies are empty here: they are never read from a document.
    """

    def __init__(self, schema: Schema, plan: RecordPlan, zone: ZoneInfo | None) -> None:
        self.schema = schema
        self.plan = plan
        self.zone = zone
        self._rows = _rows(schema.root, ())
        self._kind = _kind(plan, schema.root)

    def read(self, value: dict[str, Plain]) -> Facts | tuple[Problem, ...]:
        """The facts of a document, or everything that is wrong with it."""
        problems = _Problems()
        typed: _Typed = {}
        self._object(value, self._rows, (), typed, problems)
        if problems.found:
            return problems.all()
        return facts_of(self.plan, _record(self._kind, typed, value, (), {}))

    # Checking and converting

    def _object(
        self, value: dict[str, Plain], rows: tuple[_Row, ...], pointer: Pointer, typed: _Typed, problems: _Problems
    ) -> None:
        zone = self.zone
        for name, required, convert, field, path, below in rows:
            given = value.get(name)
            if given is None:
                if required:
                    problems.append(_missing(name, value, pointer))
            elif convert is not None:
                assert isinstance(field, Leaf)
                found = convert(given, field, zone)
                if isinstance(found, Wrong):
                    problems.append(Problem((*pointer, name), found.code, found.message, found.help))
                else:
                    typed[path] = found
            elif isinstance(field, RecordList) and field.supplied:
                # It is never read from a document, whatever stands there.
                continue
            elif isinstance(field, Object):
                if isinstance(given, dict):
                    self._object(given, below, (*pointer, name), typed, problems)
                else:
                    hint = "write its fields in `{…}`, or indented below it in YAML"
                    message = f"expected an object, found {shape(given)}"
                    problems.append(Problem((*pointer, name), "document.type", message, hint))
            elif isinstance(given, list):
                assert isinstance(field, ScalarList | RecordList)
                typed[path] = self._list(given, field, below, (*pointer, name), problems)
            else:
                hint = "write a list, `[…]`, also of one"
                message = f"expected a list, found {shape(given)}"
                problems.append(Problem((*pointer, name), "document.type", message, hint))

    def _list(
        self,
        value: list[Plain],
        field: ScalarList | RecordList,
        below: tuple[_Row, ...],
        pointer: Pointer,
        problems: _Problems,
    ) -> tuple[Value, ...] | list[_Typed]:
        length = len(value)
        if field.min_items is not None and length < field.min_items:
            problems.append(Problem(pointer, "document.length", f"expected at least {field.min_items} items"))
        if field.max_items is not None and length > field.max_items:
            problems.append(
                Problem(pointer, "document.length", f"expected at most {field.max_items} items, found {length:,}")
            )
        if isinstance(field, ScalarList):
            return tuple(self._scalars(value, field.element, pointer, problems))
        records: list[_Typed] = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                typed: _Typed = {}
                self._object(item, below, (*pointer, index), typed, problems)
                records.append(typed)
            else:
                message = f"expected an object ({field.entity}), found {shape(item)}"
                hint = "take it out of the list" if item is None else "write an object, `{…}`, with its fields"
                problems.append(Problem((*pointer, index), "document.type", message, hint))
        return records

    def _scalars(self, value: list[Plain], leaf: Leaf, pointer: Pointer, problems: _Problems) -> Iterator[Value]:
        convert = CONVERTERS[leaf.kind]
        for index, item in enumerate(value):
            found = convert(item, leaf, self.zone)
            if isinstance(found, Wrong):
                problems.append(Problem((*pointer, index), found.code, found.message, found.help))
            else:
                yield found


# What is known before a document is read


def _rows(of: Object, path: Path) -> tuple[_Row, ...]:
    """The fields of an object that stands at a path of its record."""
    return tuple(
        (name, name in of.required, _converter(field), field, (*path, name), _below(field, (*path, name)))
        for name, field in of.members.items()
    )


def _converter(field: Field) -> Converter | None:
    return CONVERTERS[field.kind] if isinstance(field, Leaf) else None


def _below(field: Field, path: Path) -> tuple[_Row, ...]:
    match field:
        case Object():
            return _rows(field, path)
        case RecordList(item=item):
            return _rows(item, ())
        case _:
            return ()


def _kind(plan: RecordPlan, of: Object) -> _Kind:
    """How the records of a plan are made of what was read by the rows of an object."""
    slots = tuple((_how(slot, _field_at(of, slot.path)), slot.path) for slot in plan.slots)
    children: list[tuple[Path, _Kind | None]] = []
    for child in plan.children:
        field = _field_at(of, child.path)
        assert isinstance(field, RecordList)
        if field.supplied:
            children.append((child.path, None))
        else:
            children.append((child.path, _kind(child.plan, field.item)))
    return _Kind(plan.entity, slots, tuple(children))


def _field_at(of: Object, path: Path) -> Field:
    field: Field = of
    for step in path:
        assert isinstance(field, Object)
        field = field.members[step]
    return field


def _how(slot: Slot, field: Field) -> _How:
    is_plain = isinstance(field, Leaf | ScalarList)
    if slot.access is Access.PRESENCE:
        return _How.LEAF if is_plain else _How.PRESENT
    assert is_plain
    return _How.VALUE


# Making records


def _record(kind: _Kind, typed: _Typed, raw: dict[str, Plain], pointer: Pointer, counts: dict[str, int]) -> Record:
    ordinal = counts.get(kind.entity, 0)
    counts[kind.entity] = ordinal + 1
    values: list[Any] = []
    for how, path in kind.slots:
        if how is _VALUE:
            values.append(typed.get(path))
        elif how is _LEAF:
            values.append(path in typed)
        else:
            values.append(_present(raw, path))
    children = tuple([_children(path, child, typed, raw, pointer, counts) for path, child in kind.children])
    return Record(kind.entity, ordinal, tuple(values), children, pointer)


def _children(
    path: Path, kind: _Kind | None, typed: _Typed, raw: dict[str, Plain], pointer: Pointer, counts: dict[str, int]
) -> tuple[Record, ...]:
    found = typed.get(path)
    if kind is None or found is None:
        return ()
    raw_items = _raw_at(raw, path)
    assert isinstance(found, list)
    assert isinstance(raw_items, list)
    made: list[Record] = []
    for index, (item, raw_item) in enumerate(zip(found, raw_items, strict=True)):
        # A list whose items are not all objects never gets here: it is a problem of the document.
        assert isinstance(raw_item, dict)
        made.append(_record(kind, item, raw_item, (*pointer, *path, index), counts))
    return tuple(made)


def _raw_at(raw: dict[str, Plain], path: tuple[str, ...]) -> Plain:
    found: Plain = raw
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def _present(raw: dict[str, Plain], path: tuple[str, ...]) -> bool:
    """A leaf or list that is given; an object with any leaf below it, also one that the schema does not know."""
    found = _raw_at(raw, path)
    if not isinstance(found, dict):
        return found is not None
    stack: list[Plain] = [found]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
        elif node is not None:
            return True
    return False


def _missing(name: str, value: dict[str, Plain], pointer: Pointer) -> Problem:
    from orderproof.diagnostic import near  # late: only mistakes need it

    similar = near(name, [key for key in islice(value, _MAX_NEAR) if key != name])
    hint = f"`{similar}` stands here; did you mean `{name}`?" if similar else f"add `{name}`"
    if name in value:
        hint = "null counts as absent"
    return Problem(pointer, "document.required", f"`{name}` is required and missing", hint)
