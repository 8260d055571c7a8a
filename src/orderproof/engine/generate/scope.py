"""What names stand for in generated code: records with the locals that were read of them, and derived facts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.engine.generate.attributes import Attributes
from orderproof.engine.generate.conditions import TRUE, WIDTH, All, Atom, Test, Truth, of_name, two_valued
from orderproof.engine.generate.lines import Block, Page, when
from orderproof.engine.generate.names import Constants, Names, literal
from orderproof.engine.generate.reads import Read
from orderproof.facts.attributes import attribute
from orderproof.facts.literal import MAX_DIGITS, MAX_EXPONENT
from orderproof.facts.record import Access
from orderproof.language import typed as t
from orderproof.language.types import Kind, Value

MAX_DEPTH = 20
"""Blocks in one another beyond which nothing is skipped any more: Python reads no more than 100."""
_THERE = " is not None"
DOCUMENT_PLACES = MAX_DIGITS + MAX_EXPONENT
"""Decimal places before and behind the point that a document's number has at most."""


class Operand(Struct, frozen=True):
    """A value as the code names it: ``unknown`` if it may be None, ``decimal`` if it surely is a Decimal else.

    ``places``: so many decimal places before the point and behind it are enough for the number; 0 if that is not known.
    """

    text: str
    unknown: bool = False
    decimal: bool = False
    places: int = 0


NOTHING = Operand("None", unknown=True)


class FactNames(Struct, frozen=True):
    """The locals of a derived fact; those of a child's fact are attributes of its record.

    ``entry`` is None where nobody asks which entry concluded it. ``sure``: its state is never unknown.
    """

    entity: str
    state: str
    entry: str | None
    values: tuple[str, ...]
    sure: bool


class RecordInScope(Struct):
    """A record that a local stands for, with what was read of it."""

    name: str
    entity: str
    root: bool
    operands: dict[Read, Operand] = {}
    truths: dict[Read, Truth] = {}
    objects: dict[tuple[str, ...], str] = {}


InScope: TypeAlias = RecordInScope | Operand
"""What a variable of a frame stands for: a record, or a scalar of a list."""


class Scope:
    """The page that code is written on, the names it uses, and what the variables of the frame stand for.

    ``bounded``: numbers of records are as documents hold them, so their sums and products have an exact result.
    """

    def __init__(self, names: Names, constants: Constants, attributes: Attributes, *, bounded: bool = True) -> None:
        self.page = Page()
        self.names = names
        self.constants = constants
        self.attributes = attributes
        self.document_places = DOCUMENT_PLACES if bounded else 0
        self.frame: list[InScope] = []
        self.facts: dict[int, FactNames] = {}
        self._there: frozenset[str] = frozenset()

    def record(self, variable: int) -> RecordInScope:
        found = self.frame[variable]
        assert isinstance(found, RecordInScope)
        return found

    @contextmanager
    def inside(self, *variables: InScope) -> Iterator[None]:
        """More variables, whose locals are free again behind it."""
        before = self.frame
        self.frame = [*before, *variables]
        with self.names.scope():
            yield
        self.frame = before

    @contextmanager
    def assuming(self, test: Test) -> Iterator[None]:
        """What is written inside runs only where the test holds: values that it asks for are there."""
        before = self._there
        # So deep, code runs whatever the test says.
        parts = () if self.page.depth > MAX_DEPTH else test.parts if isinstance(test, All) else (test,)
        self._there = before | {name for part in parts if (name := _present(part)) is not None}
        yield
        self._there = before

    def operand(self, node: Read) -> Operand:
        """What was read, where it is surely there as a known value."""
        operand = self.record(node.variable).operands[node]
        return replace(operand, unknown=False) if operand.text in self._there else operand

    def truth(self, node: Read) -> Truth:
        """The truth of what was read; what is surely there is present, and true or false."""
        truth = self.record(node.variable).truths[node]
        if isinstance(node, t.Presence):
            return TRUE if _present(truth.true) in self._there else truth
        operand = self.operand(node)
        return truth if operand.unknown else of_name(operand.text, sure=True)

    def number(self, value: Value, wished: str | None = None) -> Operand:
        """A number as a decimal constant."""
        text = f'Decimal("{value}")'
        short = str(value).replace("-", "minus_")
        name = self.constants.named(wished or f"NUMBER_{short}", text)
        return Operand(name, decimal=True, places=places_of(value))

    def read(self, record: RecordInScope, reads: tuple[Read, ...]) -> None:
        """Read what is read of a record into locals."""
        self._objects(record, reads)
        names: dict[tuple[str, ...], str] = {}
        for read in reads:
            if isinstance(read, t.Field | t.ListField) and read.path not in names:
                name = self.names.local(*_wished(record, read.path))
                names[read.path] = name
                self.page.write(f"{name} = {self.path(record, read.path)}")
                if isinstance(read, t.Field) and read.type.kind is Kind.TIMESTAMP:
                    self._in_utc(name)
        for read in reads:
            match read:
                case t.Field():
                    self._field(record, read, names[read.path])
                case t.Presence():
                    self._presence(record, read, names)
                case t.ListField():
                    self._list(record, read, names[read.path])
                case t.Children(path=path):
                    record.operands[read] = Operand(self.path(record, path))
                case t.FactHolds() | t.FactValue():
                    self._fact(record, read)

    def path(self, record: RecordInScope, path: tuple[str, ...]) -> str:
        """What names a field of a record: an object that is in a local, and the rest of the way."""
        for length in range(len(path) - 1, 0, -1):
            known = record.objects.get(path[:length])
            if known is not None:
                return ".".join((known, *map(attribute, path[length:])))
        return ".".join((record.name, *map(attribute, path)))

    def _in_utc(self, name: str) -> None:
        """Instants of one zone are compared at once, those of several slowly."""
        there = Atom(f"{name}{_THERE}", f"{name} is None")
        elsewhere = Atom(f"{name}.tzinfo is not UTC", f"{name}.tzinfo is UTC")
        lines = [f"zone = {name}.tzinfo", f"{name} = EPOCH + ({name} - EPOCH_IN[zone])"]
        self.page.write(when(All((there, elsewhere)), lines))

    def _objects(self, record: RecordInScope, reads: tuple[Read, ...]) -> None:
        """Objects of a record that are read more than once, in locals."""
        paths = {read.path for read in reads if not isinstance(read, t.FactHolds | t.FactValue)}
        objects = {path[:length] for path in paths for length in range(1, len(path))}
        used = Counter(path[:-1] for path in paths | objects if len(path) > 1)
        for path in sorted(objects):
            if used[path] > 1 and path not in record.objects:
                name = self.names.local(*_wished(record, path))
                self.page.write(f"{name} = {self.path(record, path)}")
                record.objects[path] = name

    def _field(self, record: RecordInScope, read: t.Field, name: str) -> None:
        decimal = read.type.kind is Kind.DECIMAL
        places = self.document_places if read.type.kind in (Kind.DECIMAL, Kind.INTEGER) else 0
        boolean = read.type.kind is Kind.BOOLEAN
        if read.default is None:
            record.operands[read] = Operand(name, unknown=True, decimal=decimal, places=places)
            record.truths[read] = of_name(name, sure=False)
            return
        filled = self.names.local(f"{name}_or_default")
        constant = self.number(read.default) if decimal else None
        default = literal(read.default) if constant is None else constant.text
        line = f"{filled} = {default} if {name} is None else {name}"
        longer = (f"{filled} = {name}", Block(f"if {name} is None:", [f"{filled} = {default}"]))
        self.page.write(*((line,) if len(line) <= WIDTH else longer))
        both = 0 if constant is None or not places or not constant.places else max(places, constant.places)
        record.operands[read] = Operand(filled, decimal=decimal, places=both)
        if boolean:
            record.truths[read] = of_name(filled, sure=True)

    def _presence(self, record: RecordInScope, read: t.Presence, names: Mapping[tuple[str, ...], str]) -> None:
        """A value is there or None; a list is there or stands for an absent one; of an object it must be looked for."""
        plan = self.attributes.plans.get(record.entity)
        slots = () if plan is None else plan.slots
        children = () if plan is None else plan.children
        text = names.get(read.path) or self.path(record, read.path)
        if any(slot.path == read.path and slot.access is Access.VALUE for slot in slots):
            there = Atom(f"{text} is not None", f"{text} is None")
        elif any(child.path == read.path for child in children):
            there = Atom(f"{text} is not NO_LIST", f"{text} is NO_LIST")
        else:
            name = self.names.local(*(f"{each}_given" for each in _wished(record, read.path)))
            self.page.write(f"{name} = given({text})")
            there = Atom(name, f"not {name}")
        record.truths[read] = two_valued(there)

    def _list(self, record: RecordInScope, read: t.ListField, name: str) -> None:
        filled = self.names.local(f"{name}_listed")
        self.page.write(f"{filled} = {name} or ()")
        record.operands[read] = Operand(filled)

    def _fact(self, record: RecordInScope, read: t.FactHolds | t.FactValue) -> None:
        fact = self.facts[read.fact]
        held, sure = (fact.state, fact.sure) if isinstance(read, t.FactHolds) else (fact.values[read.value], False)
        name = held
        if not record.root:
            name = self.names.local(f"{record.name}_{held}", f"{record.name}_{held}_here")
            self.page.write(f"{name} = {record.name}.{held}")
        record.operands[read] = Operand(name, unknown=not sure)
        record.truths[read] = of_name(name, sure=sure)


def _present(test: Test) -> str | None:
    """What a test says is there, if it says no more."""
    says = isinstance(test, Atom) and test.text.endswith(_THERE)
    return test.text.removesuffix(_THERE) if isinstance(test, Atom) and says else None


def _wished(record: RecordInScope, path: tuple[str, ...]) -> tuple[str, ...]:
    name = "_".join(path)
    long = f"{record.name}_{name}"
    return (name, long) if record.root else (long, f"{long}_field")


def places_of(number: Value) -> int:
    """Decimal places before and behind the point that are enough for a number."""
    _, digits, exponent = Decimal(str(number)).as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits) + exponent, -exponent, 1)
