"""Why a verdict is what it is: the values that decided, what is missing, and the chain of derived facts.

Reads the typed expressions with the plain evaluator, from the facts that the engine concluded, so an
explanation is the same whichever engine judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from orderproof.engine.judgement import Judgement
from orderproof.engine.reference import Conclusions
from orderproof.facts.record import Facts, Record, RecordPlan, Subject
from orderproof.finding import Because, FactState, Read
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Frame, Setting
from orderproof.language.typed import UNKNOWN, Result
from orderproof.ruleset.lower import children
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, DerivedFact, Program
from orderproof.showing import shown, shown_or_none
from orderproof.subject import Naming
from orderproof.tree import Node, Pointer, Scalar, Sequence, write_pointer

MAX_LISTED = 5
"""Values of a list that are written out where the list is named."""
MAX_READS = 50
"""Values that one explanation names; a document of a thousand payments is not printed twice."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a condition rests on: values read, what is missing for it, and derived facts."""

    evidence: tuple[Read, ...]
    missing: tuple[str, ...]
    because: tuple[Because, ...]
    supplied: frozenset[str] = frozenset()
    """Those of ``missing`` that no document holds, only a source of facts beside it."""


class Explainer:
    """Explains the conditions of a Program over one judged document."""

    def __init__(self, program: Program, setting: Setting, facts: Facts, judgement: Judgement, naming: Naming) -> None:
        self.program = program
        self.setting = setting
        self.facts = facts
        self.naming = naming
        self.conclusions = Conclusions()
        self.evaluator = Evaluator(setting, self.conclusions)
        self.conclusions.settle(program, facts, self.evaluator, judgement.conclusions)
        self.states = judgement.conclusions
        self.supplied = frozenset(_supplied(program.plan))
        self.unsupplied: set[str] = set()

    def explain(self, conditions: tuple[t.Expression, ...], subject: Subject) -> Explanation:
        """What decided these conditions, or keeps them from being decided."""
        told: set[tuple[int, int]] = set()
        walk = _Walk(self, told)
        for condition in conditions:
            walk.through(condition, subject)
        return Explanation(
            walk.evidence(), walk.missing(conditions, subject), tuple(walk.because), frozenset(self.unsupplied)
        )


@dataclass
class _Walk:
    """One walk through expressions along what decided them, gathering what was read on the way."""

    of: Explainer
    told: set[tuple[int, int]]
    reads: dict[Pointer, Read] = field(default_factory=dict)
    absent: dict[str, None] = field(default_factory=dict)
    because: list[Because] = field(default_factory=list)
    said_unknown: bool = False
    defaulted: set[Pointer] = field(default_factory=set)

    def evidence(self) -> tuple[Read, ...]:
        return tuple(self.reads.values())

    def missing(self, conditions: tuple[t.Expression, ...], subject: Subject) -> tuple[str, ...]:
        """Paths whose absence kept the conditions from being decided, the document's own order."""
        undecided = [c for c in conditions if self.of.evaluator.value(c, subject) is UNKNOWN]
        if not undecided:
            return ()
        return tuple(self.blamed())

    def blamed(self) -> dict[str, None]:
        """Paths that are to blame for what is unknown; where a rule says "unknown" of itself, what it asked for in vain."""
        found = dict(self.absent)
        if self.said_unknown:
            asked = (read.pointer for read in self.reads.values() if read.value is None)
            found |= dict.fromkeys(write_pointer(pointer) for pointer in asked if pointer not in self.defaulted)
        return found

    # Reading

    def read(self, record: Record, path: tuple[str, ...], value: str | bool | None) -> None:
        pointer = (*record.pointer, *path)
        if pointer not in self.reads and len(self.reads) < MAX_READS:
            self.reads[pointer] = Read(pointer, value, self.of.naming.span(pointer))

    def value(self, node: t.Expression, frame: Frame) -> Result:
        return self.of.evaluator.value(node, frame)

    # Walking

    def through(self, node: t.Expression, frame: Frame) -> None:
        match node:
            case t.Field():
                self.field(node, frame)
            case t.Presence():
                self.presence(node, frame)
            case t.UnknownValue():
                self.said_unknown = True
            case t.FactHolds(variable, fact):
                self.fact(fact, frame[variable])
            case t.FactValue(variable, fact):
                self.fact(fact, frame[variable])
            case t.And(operands):
                self.junction(operands, frame, decisive=False)
            case t.Or(operands):
                self.junction(operands, frame, decisive=True)
            case t.Choose(condition, then, otherwise):
                self.through(condition, frame)
                chosen = self.value(condition, frame)
                if chosen is not UNKNOWN:
                    self.through(then if chosen else otherwise, frame)
            case t.Lookup():
                self.lookup(node, frame)
            case t.Member(_, t.ListField(variable, _, path)):
                self.list_of(frame[variable], path)
                self.through(node.item, frame)
            case t.Quantify():
                self.quantify(node, frame)
            case _:
                for child in children(node):
                    self.through(child, frame)

    def field(self, node: t.Field, frame: Frame) -> None:
        record: Record = frame[node.variable]
        value = record.values[node.slot]
        pointer = (*record.pointer, *node.path)
        if value is None and node.default is None:
            self.absent[write_pointer(pointer)] = None
        elif value is None:
            self.defaulted.add(pointer)
        assert not isinstance(value, tuple)
        self.read(record, node.path, None if value is None else shown(value, self.of.setting.zone))

    def presence(self, node: t.Presence, frame: Frame) -> None:
        """What is present is shown as it is written."""
        record: Record = frame[node.variable]
        found = self.of.naming.node((*record.pointer, *node.path)) if record.values[node.slot] is True else None
        match found:
            case None:
                self.read(record, node.path, None)
            case Scalar(value):
                self.read(record, node.path, value if isinstance(value, str | bool) else str(value))
            case Sequence(items):
                self.read(record, node.path, _listed(items))
            case _:
                self.read(record, node.path, "present")

    def list_of(self, record: Record, path: tuple[str, ...]) -> None:
        """A list of scalars as a whole; of records only an empty one, since the others are read themselves."""
        found = self.of.naming.node((*record.pointer, *path))
        self.read(record, path, _listed(found.items) if isinstance(found, Sequence) else None)

    def junction(self, operands: tuple[t.Expression, ...], frame: Frame, *, decisive: bool) -> None:
        """Where one operand decided, only those that decide alike; where none could, those that are unknown."""
        truths = [self.value(operand, frame) for operand in operands]
        wanted: Result | None = None
        if decisive in truths:
            wanted = decisive
        elif UNKNOWN in truths:
            wanted = UNKNOWN
        for operand, truth in zip(operands, truths, strict=True):
            if wanted is None or truth is wanted:
                self.through(operand, frame)
        if wanted is UNKNOWN and any(isinstance(operand, t.UnknownValue) for operand in operands):
            # The rule says "unknown" where nothing beside it decides: what stands beside it is what it waited for.
            for operand, truth in zip(operands, truths, strict=True):
                if truth is not UNKNOWN:
                    self.through(operand, frame)

    def lookup(self, node: t.Lookup, frame: Frame) -> None:
        self.through(node.key, frame)
        key = self.value(node.key, frame)
        if key is not UNKNOWN and self.value(node, frame) is UNKNOWN:
            self.absent[f"parameters.{node.name}[{key}]"] = None

    # Quantifiers

    def quantify(self, node: t.Quantify, frame: Frame) -> None:
        members = list(self.members(node, frame))
        if isinstance(node.source, t.ListField) or (isinstance(node.source, t.Children) and not members):
            owner: Record = frame[node.source.variable]
            self.list_of(owner, node.source.path)
            if isinstance(node.source, t.Children) and node.source.entity in self.of.supplied:
                self.of.unsupplied.add(write_pointer((*owner.pointer, *node.source.path)))
        match node.quantifier:
            case t.Quantifier.ANY:
                self.decided(node, frame, members, decisive=True)
            case t.Quantifier.ALL:
                self.decided(node, frame, members, decisive=False)
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

    def decided(self, node: t.Quantify, frame: Frame, members: list[tuple[Frame, Result]], *, decisive: bool) -> None:
        whole = self.value(node, frame)
        for inner, chosen in members:
            truth = self.value(node.element, inner) if node.element is not None and chosen is not False else None
            decides = chosen is True and truth is decisive
            undecided = chosen is UNKNOWN or truth is UNKNOWN
            if (whole is decisive and decides) or (whole is UNKNOWN and undecided) or whole is (not decisive):
                self.member(node, inner, chosen)

    def member(self, node: t.Quantify, inner: Frame, chosen: Result) -> None:
        if node.filter is not None:
            self.through(node.filter, inner)
        if node.element is not None and chosen is not False:
            self.through(node.element, inner)

    # Derived facts

    def fact(self, number: int, record: Record) -> None:
        """A derived fact with what it rests on; one that was told before in this explanation is only named."""
        fact = self.of.program.facts[number]
        first = (number, record.ordinal) not in self.told
        if any(b.fact == fact.name and b.subject == self.of.naming.subject(record) for b in self.because):
            return
        self.told.add((number, record.ordinal))
        walk = _Walk(self.of, self.told)
        state = self.of.states[number][record.ordinal]
        if first:
            walk.entries(fact, state, self.of.facts.subjects[fact.entity][record.ordinal])
        values = {
            name: shown_or_none(self.of.conclusions.value(number, index, record), self.of.setting.zone)
            for index, name in enumerate(fact.value_names)
            if state >= 0
        }
        self.absent |= walk.blamed() if state != DOES_NOT_HOLD else {}
        self.because.append(
            Because(
                fact=fact.name,
                subject=self.of.naming.subject(record),
                state=_STATES.get(state, FactState.HOLDS),
                values=values,
                evidence=walk.evidence(),
                because=tuple(walk.because),
            )
        )

    def entries(self, fact: DerivedFact, state: int, subject: Subject) -> None:
        """The entries that were tried, up to the one that decided, and the values that it gave."""
        for number, entry in enumerate(fact.entries):
            truth = self.value(entry.when, subject)
            if state >= 0 and number != state:
                continue
            self.through(entry.when, subject)
            if number == state:
                for value in entry.values:
                    if value is not None:
                        self.through(value, subject)
                return
            if state == UNKNOWN_FACT and truth is UNKNOWN:
                return


def _listed(items: tuple[Node, ...]) -> str:
    """A list in a line: its values if they are few and plain, else how many they are."""
    values = [str(item.value) for item in items if isinstance(item, Scalar)]
    if len(values) == len(items) and len(items) <= MAX_LISTED:
        return f"[{', '.join(values)}]"
    return f"{len(items)} values"


def _supplied(plan: RecordPlan) -> Iterator[str]:
    if plan.supplied:
        yield plan.entity
    for child in plan.children:
        yield from _supplied(child.plan)


_STATES = {DOES_NOT_HOLD: FactState.DOES_NOT_HOLD, UNKNOWN_FACT: FactState.UNKNOWN}
