"""What names stand for in generated code: records with the locals that were read of them, and derived facts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from textwrap import fill
from typing import TypeAlias

from msgspec import Struct

from orderproof.engine.generate.conditions import WIDTH, Truth, of_name
from orderproof.engine.generate.lines import Block, Page
from orderproof.engine.generate.names import Constants, Names, literal
from orderproof.engine.generate.reads import Read
from orderproof.language import typed as t
from orderproof.language.types import Kind, Value

_FEW = 2
_SPARSE = 3
"""Of every how many slots one must be read before all are taken at once."""


class Operand(Struct, frozen=True):
    """A value as the code names it: ``unknown`` if it may be None, ``decimal`` if it surely is a Decimal else."""

    text: str
    unknown: bool = False
    decimal: bool = False


NOTHING = Operand("None", unknown=True)


class FactNames(Struct, frozen=True):
    """The locals of a derived fact; those of a child's fact are lists by the ordinals of its records.

    ``sure``: its state is never unknown.
    """

    entity: str
    state: str
    entry: str
    values: tuple[str, ...]
    sure: bool


@dataclass
class RecordInScope:
    """A record that a local stands for, with what was read of it."""

    name: str
    entity: str
    root: bool
    operands: dict[Read, Operand] = field(default_factory=dict)
    truths: dict[Read, Truth] = field(default_factory=dict)


InScope: TypeAlias = RecordInScope | Operand
"""What a variable of a frame stands for: a record, or a scalar of a list."""


class Scope:
    """The page that code is written on, the names it uses, and what the variables of the frame stand for.

    ``widths`` has the number of slots of each entity's records.
    """

    def __init__(self, names: Names, constants: Constants, widths: Mapping[str, int]) -> None:
        self.page = Page()
        self.names = names
        self.constants = constants
        self.widths = widths
        self.frame: list[InScope] = []
        self.facts: dict[int, FactNames] = {}

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

    def number(self, value: Value, wished: str | None = None) -> Operand:
        """A number as a decimal constant."""
        text = f'Decimal("{value}")'
        short = str(value).replace("-", "minus_")
        return Operand(self.constants.named(wished or f"NUMBER_{short}", text), decimal=True)

    def read(self, record: RecordInScope, reads: tuple[Read, ...]) -> None:
        """Read what is read of a record into locals."""
        slots: dict[int, str] = {}
        for read in reads:
            if isinstance(read, t.Field | t.ListField | t.Presence) and read.slot not in slots:
                slots[read.slot] = self.names.local(*_wished(record, read))
        self._slots(record, slots)
        for read in reads:
            match read:
                case t.Field():
                    self._field(record, read, slots[read.slot])
                case t.Presence():
                    record.truths[read] = of_name(slots[read.slot], sure=True)
                case t.ListField():
                    self._list(record, read, slots[read.slot])
                case t.Children(_, index, _, path):
                    self._children(record, read, index, path)
                case t.FactHolds() | t.FactValue():
                    self._fact(record, read)

    def _slots(self, record: RecordInScope, slots: Mapping[int, str]) -> None:
        width = self.widths.get(record.entity, 0)
        if len(slots) <= _FEW or len(slots) * _SPARSE <= width or max(slots) >= width:
            for slot, name in sorted(slots.items()):
                self.page.write(f"{name} = {record.name}.values[{slot}]")
            return
        names = [slots.get(slot, "_") for slot in range(width)]
        line = f"{', '.join(names)} = {record.name}.values"
        if len(line) > WIDTH:
            inner = fill(", ".join(names) + ",", WIDTH, initial_indent="    ", subsequent_indent="    ")
            line = f"(\n{inner}\n) = {record.name}.values"
        self.page.write(line)

    def _field(self, record: RecordInScope, read: t.Field, name: str) -> None:
        decimal = read.type.kind is Kind.DECIMAL
        boolean = read.type.kind is Kind.BOOLEAN
        if read.default is None:
            record.operands[read] = Operand(name, unknown=True, decimal=decimal)
            record.truths[read] = of_name(name, sure=False)
            return
        filled = self.names.local(f"{name}_or_default")
        default = self.number(read.default).text if decimal else literal(read.default)
        line = f"{filled} = {default} if {name} is None else {name}"
        longer = (f"{filled} = {name}", Block(f"if {name} is None:", [f"{filled} = {default}"]))
        self.page.write(*((line,) if len(line) <= WIDTH else longer))
        record.operands[read] = Operand(filled, decimal=decimal)
        if boolean:
            record.truths[read] = of_name(filled, sure=True)

    def _list(self, record: RecordInScope, read: t.ListField, name: str) -> None:
        self.page.write(f"{name} = {name} or ()")
        record.operands[read] = Operand(name)

    def _children(self, record: RecordInScope, read: Read, index: int, path: tuple[str, ...]) -> None:
        name = self.names.local("_".join((record.name, *path)))
        self.page.write(f"{name} = {record.name}.children[{index}]")
        record.operands[read] = Operand(name)

    def _fact(self, record: RecordInScope, read: t.FactHolds | t.FactValue) -> None:
        fact = self.facts[read.fact]
        held, sure = (fact.state, fact.sure) if isinstance(read, t.FactHolds) else (fact.values[read.value], False)
        name = held
        if not record.root:
            name = self.names.local(f"{record.name}_{held}", f"{record.name}_{held}_here")
            self.page.write(f"{name} = {held}[{record.name}.ordinal]")
        record.operands[read] = Operand(name, unknown=not sure)
        record.truths[read] = of_name(name, sure=sure)


def _wished(record: RecordInScope, read: t.Field | t.ListField | t.Presence) -> tuple[str, ...]:
    name = "_".join(read.path)
    long = f"{record.name}_{name}"
    if isinstance(read, t.Presence):
        name, long = f"{name}_given", f"{long}_given"
    return (name, long) if record.root else (long, f"{long}_field")
