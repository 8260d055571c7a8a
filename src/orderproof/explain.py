"""Why a verdict is what it is: the values that decided, what is missing, and the chain of derived facts.

Reads the typed expressions with the plain evaluator, from the facts that the engine concluded, so an
explanation is the same whichever engine judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from msgspec import Struct

from orderproof.engine.judgement import Judgement
from orderproof.engine.reference import Stated
from orderproof.facts.record import Facts, Record, RecordPlan, Subject
from orderproof.finding import Because, FactState, Read
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Frame, Setting
from orderproof.language.typed import UNKNOWN, Result
from orderproof.ruleset.lower import children
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, DerivedFact, Program
from orderproof.showing import shown, shown_or_none
from orderproof.subject import Naming
from orderproof.tree import Plain, Pointer, write_pointer
from orderproof.undecided import DECIDED, Blame, Concluded, blame_of, writes_unknown

MAX_LISTED = 5
"""Values of a list that are written out where the list is named."""
MAX_READS = 50
"""Values that one explanation names; a document of a thousand payments is not printed twice."""


class Explanation(Struct, frozen=True):
    """What a condition rests on: values read, what is missing for it, and derived facts."""

    evidence: tuple[Read, ...]
    missing: tuple[str, ...]
    because: tuple[Because, ...]
    supplied: frozenset[str] = frozenset()
    """Those of ``missing`` that no document holds, only a source of facts beside it."""
    open: tuple[str, ...] = ()
    """What is known where the rule says that it cannot be told, such as ``payments[0].currency = EUR``."""
    told: tuple[str, ...] = ()
    """The same of what a source of facts supplied, in its words."""
    decisive: tuple[Pointer, ...] = ()
    """The places that the last condition read."""
    blame: Blame = DECIDED
    """What keeps it from being decided, the fields apart that the source does not carry."""

    @property
    def uncarried(self) -> tuple[str, ...]:
        """Those of ``missing`` that the source does not carry: paths of the document type."""
        return self.blame.uncarried

    @property
    def only_uncarried(self) -> bool:
        """Whether it is undecided for nothing but what the source does not carry."""
        return self.blame.only_uncarried


class Known:
    """What is known of a judged document: its facts, the derived ones with the values that they have."""

    def __init__(self, program: Program, setting: Setting, facts: Facts, judgement: Judgement) -> None:
        self.program = program
        self.setting = setting
        self.facts = facts
        self.states = judgement.conclusions
        self.conclusions = Stated(program, setting, facts, self.states)
        self.evaluator = Evaluator(setting, self.conclusions)


class Explainer:
    """Explains the conditions of a Program over one judged document."""

    def __init__(self, known: Known, naming: Naming) -> None:
        self.known = known
        self.naming = naming
        self.program = known.program
        self.setting = known.setting
        self.facts = known.facts
        self.conclusions = known.conclusions
        self.evaluator = known.evaluator
        self.states = known.states
        self.concluded = Concluded(known.program, known.facts, known.states, known.evaluator)

    @cached_property
    def supplied(self) -> frozenset[str]:
        """The entities that no document holds, only a source of facts beside it."""
        return frozenset(_supplied(self.program.plan))

    @cached_property
    def unsupplied(self) -> frozenset[str]:
        """The lists of this document that only a source of facts would fill, where none was asked."""
        if self.facts.supplied or not self.supplied:
            return frozenset()
        return frozenset(map(write_pointer, _supplied_lists(self.program.plan, self.facts.root)))

    def blame(self, conditions: Sequence[t.Expression], subject: Subject) -> Blame:
        """What keeps these conditions from being decided, found without what they rest on."""
        return self._blame(conditions, [self.evaluator.value(condition, subject) for condition in conditions], subject)

    def _blame(self, conditions: Sequence[t.Expression], values: Sequence[Result], subject: Subject) -> Blame:
        unknown = [condition for condition, value in zip(conditions, values, strict=True) if value is UNKNOWN]
        return blame_of(self.concluded, unknown, subject)

    def explain(self, conditions: tuple[t.Expression, ...], subject: Subject) -> Explanation:
        """What decided these conditions, or keeps them from being decided."""
        values = [self.evaluator.value(condition, subject) for condition in conditions]
        blame = self._blame(conditions, values, subject)
        walk = _Walk(self, blame != DECIDED, set(), _Heard())
        for condition, value in zip(conditions, values, strict=True):
            walk.places = {}
            walk.through(condition, subject, value)
        missing = tuple(walk.absent | dict.fromkeys(blame.uncarried))
        return Explanation(
            evidence=tuple(walk.reads.values()),
            missing=missing,
            because=tuple(walk.because),
            supplied=self.unsupplied.intersection(missing) if missing else frozenset(),
            open=tuple(walk.open),
            told=tuple(walk.told_open),
            decisive=tuple(walk.places),
            blame=blame,
        )


class _Heard(Struct):
    """What a part of a walk came upon, each once: what it asked for in vain, and what is known, in words."""

    absent: dict[str, None] = {}
    open: dict[str, None] = {}
    told: dict[str, None] = {}


class _Walk(Struct):
    """One walk through expressions along what decided them, gathering what was read on the way.

    What is ``absent`` or left ``open`` is looked for only where something is ``undecided``; ``heard`` is for that.
    """

    of: Explainer
    undecided: bool
    told: set[tuple[int, int]]
    heard: _Heard
    reads: dict[Pointer, Read] = {}
    because: list[Because] = []
    named: set[tuple[int, int]] = set()
    places: dict[Pointer, None] = {}
    absent: dict[str, None] = {}
    open: dict[str, None] = {}
    told_open: dict[str, None] = {}

    def blame(self, heard: _Heard) -> None:
        """Where the rule itself says "unknown": what it asked for in vain is missing, the rest it leaves open."""
        self.absent |= heard.absent
        self.leave_open(heard)

    def leave_open(self, heard: _Heard) -> None:
        self.open |= heard.open
        self.told_open |= heard.told

    def apart(self) -> _Heard:
        """Hear what comes next by itself; what was heard until now is for ``joined``."""
        before, self.heard = self.heard, _Heard()
        return before

    def joined(self, before: _Heard) -> _Heard:
        """What was heard apart, which is heard by what it is a part of as well."""
        part, self.heard = self.heard, before
        before.absent |= part.absent
        before.open |= part.open
        before.told |= part.told
        return part

    # Reading

    def read(self, record: Record, path: tuple[str, ...], value: str | bool | None, *, defaulted: bool = False) -> None:
        if record.told:
            self.read_told(record)
            return
        pointer = record.pointer + path
        self.places[pointer] = None
        if pointer not in self.reads and len(self.reads) < MAX_READS:
            self.reads[pointer] = Read(pointer, value, self.of.naming.span(pointer))
        if self.undecided and value is not None:
            told = value if isinstance(value, str) else ("true" if value else "false")
            self.heard.open[f"{write_pointer(pointer)} = {told}"] = None
        elif self.undecided and not defaulted:
            self.heard.absent[write_pointer(pointer)] = None

    def read_told(self, record: Record) -> None:
        """What no document shows is read as a whole, in words."""
        self.places[record.pointer] = None
        if record.pointer not in self.reads and len(self.reads) < MAX_READS:
            self.reads[record.pointer] = Read(record.pointer, record.told, None, told=True)
        if self.undecided:
            # In a sentence stands its first line: what is below it shows a place.
            self.heard.told[record.told.partition("\n")[0]] = None

    def value(self, node: t.Expression, frame: Frame) -> Result:
        return self.of.evaluator.value(node, frame)

    # Walking

    def through(self, node: t.Expression, frame: Frame, known: Result | None = None) -> None:
        """Along an expression; ``known`` is its value where that was found before."""
        self._NODES[type(node)](self, node, frame, known)

    def nothing(self, node: t.Expression, frame: Frame, known: Result | None) -> None:
        """What reads nothing of the document."""

    def operands(self, node: t.Expression, frame: Frame, _: Result | None) -> None:
        for child in children(node):
            self.through(child, frame)

    def operation(self, node: t.Call | t.Arithmetic | t.Negate, frame: Frame, _: Result | None) -> None:
        """What may have no result though all that it needs is known: then what it read is left open."""
        before = self.apart()
        operands = _operands(node)
        for operand in operands:
            self.through(operand, frame)
        heard = self.joined(before)
        if self.undecided and self.without_result(node, operands, frame):
            self.leave_open(heard)

    def without_result(self, node: t.Expression, operands: Sequence[t.Expression], frame: Frame) -> bool:
        """Whether all that an operation needs is known and it has no result all the same."""
        if self.value(node, frame) is not UNKNOWN:
            return False
        return all(self.value(operand, frame) is not UNKNOWN for operand in operands)

    def negation(self, node: t.Not, frame: Frame, known: Result | None) -> None:
        self.through(node.operand, frame, (not known) if isinstance(known, bool) else known)

    def choose(self, node: t.Choose, frame: Frame, known: Result | None) -> None:
        before = self.apart()
        chosen = self.value(node.condition, frame)
        self.through(node.condition, frame, chosen)
        heard = self.joined(before)
        if chosen is UNKNOWN:
            return
        side = node.then if chosen else node.otherwise
        if writes_unknown(side):
            self.blame(heard)
        self.through(side, frame, known)

    def field(self, node: t.Field, frame: Frame, _: Result | None) -> None:
        record: Record = frame[node.variable]
        value = record.values[node.slot]
        assert not isinstance(value, tuple)
        if value is None and self.undecided and node.default is None and not record.told:
            self.absent[write_pointer(record.pointer + node.path)] = None
        told = None if value is None else shown(value, self.of.setting.zone)
        self.read(record, node.path, told, defaulted=node.default is not None)

    def presence(self, node: t.Presence, frame: Frame, _: Result | None) -> None:
        """What is present is shown as it is written."""
        record: Record = frame[node.variable]
        found = self.of.naming.value(record.pointer + node.path) if record.values[node.slot] is True else None
        match found:
            case None:
                self.read(record, node.path, None)
            case list():
                self.read(record, node.path, _listed(found))
            case dict():
                self.read(record, node.path, "present")
            case _:
                self.read(record, node.path, found if isinstance(found, str | bool) else str(found))

    def list_of(self, record: Record, path: tuple[str, ...], *, supplied: bool = False) -> None:
        """A list of scalars as a whole; of records only an empty one, since the others are read themselves.

        What a document says in the place of a supplied list is not read, so it is not shown either.
        """
        found = None if supplied else self.of.naming.value(record.pointer + path)
        self.read(record, path, _listed(found) if isinstance(found, list) else None)

    def junction(self, node: t.And | t.Or, frame: Frame, known: Result | None) -> None:
        """Where one operand decided, only those that decide alike; where none could, those that are unknown."""
        decisive = isinstance(node, t.Or)
        if known is (not decisive):
            # Then so is every operand.
            for operand in node.operands:
                self.through(operand, frame, known)
            return
        truths = [self.value(operand, frame) for operand in node.operands]
        wanted = decisive if decisive in truths else UNKNOWN if UNKNOWN in truths else not decisive
        for operand, truth in zip(node.operands, truths, strict=True):
            if truth is wanted:
                self.through(operand, frame, truth)
        if wanted is UNKNOWN and any(map(writes_unknown, node.operands)):
            # The rule says "unknown" where nothing beside it decides: what stands beside it is what it waited for.
            before = self.apart()
            for operand, truth in zip(node.operands, truths, strict=True):
                if truth is not UNKNOWN:
                    self.through(operand, frame, truth)
            self.blame(self.joined(before))

    def lookup(self, node: t.Lookup, frame: Frame, _: Result | None) -> None:
        self.through(node.key, frame)
        if self.undecided:
            key = self.value(node.key, frame)
            if key is not UNKNOWN and self.value(node, frame) is UNKNOWN:
                self.absent[f"parameters.{node.name}[{key}]"] = None

    def listed(self, node: t.Member, frame: Frame, known: Result | None) -> None:
        """Whether something stands in a list: one that the document holds is read first."""
        if isinstance(node.collection, t.ListField):
            self.list_of(frame[node.collection.variable], node.collection.path)
        self.operands(node, frame, known)

    # Quantifiers

    def quantify(self, node: t.Quantify, frame: Frame, known: Result | None) -> None:
        members = list(self.members(node, frame))
        if isinstance(node.source, t.ListField) or (isinstance(node.source, t.Children) and not members):
            owner: Record = frame[node.source.variable]
            supplied = isinstance(node.source, t.Children) and node.source.entity in self.of.supplied
            self.list_of(owner, node.source.path, supplied=supplied)
        match node.quantifier:
            case t.Quantifier.ANY:
                self.decided(node, members, self.value(node, frame) if known is None else known, decisive=True)
            case t.Quantifier.ALL:
                self.decided(node, members, self.value(node, frame) if known is None else known, decisive=False)
            case _:
                for inner, chosen in members:
                    self.member(node, inner, chosen)

    def members(self, node: t.Quantify, frame: Frame) -> Iterator[tuple[Frame, Result]]:
        source = node.source
        match source:
            case t.Children():
                items = frame[source.variable].children[source.index]
            case t.ListField():
                items = frame[source.variable].values[source.slot] or ()
            case t.ListParameter():
                items = source.values
        for item in items:
            inner = (*frame, item)
            yield inner, True if node.filter is None else self.value(node.filter, inner)

    def decided(self, node: t.Quantify, members: list[tuple[Frame, Result]], whole: Result, *, decisive: bool) -> None:
        for inner, chosen in members:
            truth = self.value(node.element, inner) if node.element is not None and chosen is not False else None
            decides = chosen is True and truth is decisive
            undecided = chosen is UNKNOWN or truth is UNKNOWN
            if (whole is decisive and decides) or (whole is UNKNOWN and undecided) or whole is (not decisive):
                self.member(node, inner, chosen, truth)

    def member(self, node: t.Quantify, inner: Frame, chosen: Result, known: Result | None = None) -> None:
        if node.filter is not None:
            self.through(node.filter, inner, chosen)
        if node.element is not None and chosen is not False:
            self.through(node.element, inner, known)

    # Derived facts

    def fact(self, node: t.FactHolds | t.FactValue, frame: Frame, _: Result | None) -> None:
        """A derived fact with what it rests on; one that was told before in this explanation is only named."""
        number, record = node.fact, frame[node.variable]
        fact = self.of.program.facts[number]
        state = self.of.states[number][record.ordinal]
        if self.undecided and state != UNKNOWN_FACT:
            self.heard.open[fact.name if state != DOES_NOT_HOLD else f"not {fact.name}"] = None
        key = (number, record.ordinal)
        if key in self.named:
            return
        self.named.add(key)
        walk = _Walk(self.of, self.undecided, self.told, _Heard())
        if key not in self.told:
            self.told.add(key)
            walk.entries(fact, state, self.of.facts.subjects[fact.entity][record.ordinal])
        values = {
            name: shown_or_none(self.of.conclusions.value(number, index, record), self.of.setting.zone)
            for index, name in enumerate(fact.value_names)
            if state >= 0
        }
        if state != DOES_NOT_HOLD:
            self.absent |= walk.absent
            self.open |= walk.open
            self.told_open |= walk.told_open
        self.because.append(
            Because(
                fact=fact.name,
                subject=self.of.naming.subject(record),
                state=_STATES.get(state, FactState.HOLDS),
                values=values,
                evidence=tuple(walk.reads.values()),
                because=tuple(walk.because),
            )
        )

    def entries(self, fact: DerivedFact, state: int, subject: Subject) -> None:
        """The entries that were tried, up to the one that decided, and the values that it gave."""
        if state >= 0:
            entry = fact.entries[state]
            self.through(entry.when, subject, True)
            for value in entry.values:
                if value is not None:
                    self.through(value, subject)
            return
        for entry in fact.entries:
            truth = False if state == DOES_NOT_HOLD else self.value(entry.when, subject)
            self.through(entry.when, subject, truth)
            if truth is UNKNOWN:
                return

    _NODES: ClassVar[Mapping[type, Callable[..., None]]] = {
        t.Constant: nothing,
        t.Parameter: nothing,
        t.UnknownValue: nothing,
        t.AsOf: nothing,
        t.Field: field,
        t.Presence: presence,
        t.Local: nothing,
        t.Whole: nothing,
        t.FactHolds: fact,
        t.FactValue: fact,
        t.Not: negation,
        t.And: junction,
        t.Or: junction,
        t.Choose: choose,
        t.Compare: operands,
        t.Member: listed,
        t.Lookup: lookup,
        t.Arithmetic: operation,
        t.Negate: operation,
        t.Call: operation,
        t.Quantify: quantify,
        t.QuantifyGroup: nothing,
    }


def _operands(node: t.Call | t.Arithmetic | t.Negate) -> tuple[t.Expression, ...]:
    """What an operation reads; of a rounding what its arithmetic joins, for a division has no value by itself."""
    if isinstance(node, t.Call) and node.function == "round":
        return tuple(_joined(node.arguments[0]))
    return children(node)


def _joined(node: t.Expression) -> Iterator[t.Expression]:
    if isinstance(node, t.Arithmetic):
        yield from _joined(node.left)
        yield from _joined(node.right)
    else:
        yield node


def _listed(items: list[Plain]) -> str:
    """A list in a line: its values if they are few and plain, else how many they are."""
    values = [str(item) for item in items if not isinstance(item, list | dict)]
    if len(values) == len(items) and len(items) <= MAX_LISTED:
        return f"[{', '.join(values)}]"
    return f"{len(items)} values"


def _supplied(plan: RecordPlan) -> Iterator[str]:
    if plan.supplied:
        yield plan.entity
    for child in plan.children:
        yield from _supplied(child.plan)


def _supplied_lists(plan: RecordPlan, record: Record) -> Iterator[Pointer]:
    for child, records in zip(plan.children, record.children, strict=True):
        if child.plan.supplied:
            yield record.pointer + child.path
        for each in records:
            yield from _supplied_lists(child.plan, each)


_STATES = {DOES_NOT_HOLD: FactState.DOES_NOT_HOLD, UNKNOWN_FACT: FactState.UNKNOWN}
