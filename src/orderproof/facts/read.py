"""From a document's values to facts: every known field is checked, and what rules read becomes records."""

from itertools import islice
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.facts.literal import CONVERTERS, Wrong, shape
from orderproof.facts.record import Access, ChildPlan, Facts, Record, RecordPlan, SlotValue, facts_of
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema, Value
from orderproof.tree import Plain, Pointer

MAX_PROBLEMS = 100
"""Problems that are named in one document; beyond them only their number is."""
MORE = "document.more"
"""The code of the problem that counts those that are not named."""
_MAX_NEAR = 1000

_Typed: TypeAlias = "Value | tuple[Value, ...] | dict[str, _Typed] | list[dict[str, _Typed]] | None"


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


class FactReader:
    """Reads documents of one schema for one plan; ``zone`` is that of instants without one.

    Lists that a fact source supplies are empty here: they are never read from a document.
    """

    def __init__(self, schema: Schema, plan: RecordPlan, zone: ZoneInfo | None) -> None:
        self.schema = schema
        self.plan = plan
        self.zone = zone

    def read(self, value: dict[str, Plain]) -> Facts | tuple[Problem, ...]:
        """The facts of a document, or everything that is wrong with it."""
        problems = _Problems()
        typed = self._object(value, self.schema.root, (), problems)
        if problems.found:
            return problems.all()
        root = self._record(self.plan, typed, value, (), {})
        return facts_of(self.plan, root)

    # Checking and converting

    def _object(
        self, value: dict[str, Plain], shape_of: Object, pointer: Pointer, problems: _Problems
    ) -> dict[str, _Typed]:
        typed: dict[str, _Typed] = {}
        for name, field in shape_of.members.items():
            given = value.get(name)
            if given is None:
                if name in shape_of.required:
                    problems.append(_missing(name, value, pointer))
                continue
            typed[name] = self._field(given, field, (*pointer, name), problems)
        return typed

    def _field(self, value: Plain, field: Field, pointer: Pointer, problems: _Problems) -> _Typed:
        match field:
            case Leaf():
                return self._leaf(value, field, pointer, problems)
            case Object():
                if isinstance(value, dict):
                    return self._object(value, field, pointer, problems)
                hint = "write its fields in `{…}`, or indented below it in YAML"
                problems.append(Problem(pointer, "document.type", f"expected an object, found {shape(value)}", hint))
                return None
            case RecordList(supplied=True):
                return None
            case ScalarList() | RecordList():
                if isinstance(value, list):
                    return self._list(value, field, pointer, problems)
                hint = "write a list, `[…]`, also of one"
                problems.append(Problem(pointer, "document.type", f"expected a list, found {shape(value)}", hint))
                return None

    def _leaf(self, value: Plain, leaf: Leaf, pointer: Pointer, problems: _Problems) -> Value | None:
        found = CONVERTERS[leaf.kind](value, leaf, self.zone)
        if isinstance(found, Wrong):
            problems.append(Problem(pointer, found.code, found.message, found.help))
            return None
        return found

    def _list(
        self, value: list[Plain], field: ScalarList | RecordList, pointer: Pointer, problems: _Problems
    ) -> _Typed:
        length = len(value)
        if field.min_items is not None and length < field.min_items:
            problems.append(Problem(pointer, "document.length", f"expected at least {field.min_items} items"))
        if field.max_items is not None and length > field.max_items:
            problems.append(
                Problem(pointer, "document.length", f"expected at most {field.max_items} items, found {length:,}")
            )
        if isinstance(field, ScalarList):
            scalars: list[Value] = []
            for index, item in enumerate(value):
                found = self._leaf(item, field.element, (*pointer, index), problems)
                if found is not None:
                    scalars.append(found)
            return tuple(scalars)
        records: list[dict[str, _Typed]] = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                records.append(self._object(item, field.item, (*pointer, index), problems))
            else:
                message = f"expected an object ({field.entity}), found {shape(item)}"
                hint = "take it out of the list" if item is None else "write an object, `{…}`, with its fields"
                problems.append(Problem((*pointer, index), "document.type", message, hint))
        return records

    # Making records

    def _record(
        self,
        plan: RecordPlan,
        typed: dict[str, _Typed],
        raw: dict[str, Plain],
        pointer: Pointer,
        counts: dict[str, int],
    ) -> Record:
        ordinal = counts.get(plan.entity, 0)
        counts[plan.entity] = ordinal + 1
        values = tuple(
            _value(typed, slot.path) if slot.access is Access.VALUE else _present(raw, slot.path) for slot in plan.slots
        )
        children = tuple(self._children(child, typed, raw, pointer, counts) for child in plan.children)
        return Record(plan.entity, ordinal, values, children, pointer)

    def _children(
        self,
        child: ChildPlan,
        typed: dict[str, _Typed],
        raw: dict[str, Plain],
        pointer: Pointer,
        counts: dict[str, int],
    ) -> tuple[Record, ...]:
        found = _typed_at(typed, child.path)
        raw_items = _raw_at(raw, child.path)
        if child.plan.supplied or not isinstance(found, list) or not isinstance(raw_items, list):
            return ()
        made: list[Record] = []
        for index, (item, raw_item) in enumerate(zip(found, raw_items, strict=True)):
            # A list whose items are not all objects never gets here: it is a problem of the document.
            assert isinstance(raw_item, dict)
            made.append(self._record(child.plan, item, raw_item, (*pointer, *child.path, index), counts))
        return tuple(made)


def _typed_at(typed: dict[str, _Typed], path: tuple[str, ...]) -> _Typed:
    found: _Typed = typed
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def _value(typed: dict[str, _Typed], path: tuple[str, ...]) -> SlotValue:
    found = _typed_at(typed, path)
    return None if isinstance(found, dict | list) else found


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
