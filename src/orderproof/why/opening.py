"""Opens conditions into steps, over a judged document or over a group; the values are the plain evaluator's."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msgspec import Struct

from orderproof.explain import Explainer
from orderproof.facts.record import Record, Subject
from orderproof.finding import DocumentName
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Frame, conjunction
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.language.types import BOOLEAN
from orderproof.ruleset.lower import children
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, DerivedFact
from orderproof.showing import Shown, shown_or_none
from orderproof.source import Span
from orderproof.tree import write_pointer
from orderproof.undecided import writes_unknown
from orderproof.why.leaves import list_parameter, read_field, read_list, read_presence, read_scalars
from orderproof.why.steps import (
    Branch,
    Choice,
    Computed,
    Condition,
    Entry,
    Fact,
    Form,
    Member,
    More,
    Named,
    NotCarried,
    Step,
    distinct,
)
from orderproof.why.wording import Wording, always, composed, operands

MAX_MEMBERS = 10
"""Members that one quantifier shows; those that decide come before others."""
FEW_MEMBERS = 3
"""Members that are shown where one of them is enough."""

_PLAIN = (t.Constant, t.UnknownValue, t.Parameter, t.AsOf, t.Field, t.Presence, t.FactValue, t.Whole, t.Lookup)


class GroupMember(Struct, frozen=True):
    """A member of a group while its document is at hand: whether it belongs (true or unknown), and what it brings.

    ``parts`` are expressions over its subject with their results.
    """

    document: DocumentName
    name: str
    span: Span
    opener: "Opener"
    subject: Subject
    belongs: Truth
    parts: tuple[tuple[t.Expression, Result], ...]


@dataclass
class Opener:
    """Opens conditions one after the other; a derived fact is opened the first time, and only named after it.

    What does not decide is ``folded``: it has its truth and the values of its own comparisons, but derived facts,
    choices and members of lists below it are not opened.
    """

    explainer: Explainer
    wording: Wording
    evaluator: Evaluator
    group: tuple[GroupMember, ...] = ()
    told: set[tuple[int, int]] = field(default_factory=set)
    folded: bool = False

    def value(self, node: t.Expression, frame: Frame) -> Result:
        return self.evaluator.value(node, frame)

    def truth(self, node: t.Expression, frame: Frame) -> bool | None:
        found = self.value(node, frame)
        return bool(found) if found is not UNKNOWN else None

    def shown(self, value: Result) -> Shown | None:
        return shown_or_none(value, self.explainer.setting.zone)

    def aside(self) -> "Opener":
        """The same for what does not decide."""
        return replace(self, folded=True)

    # Conditions

    def condition(self, node: t.Expression, frame: Frame) -> Step:
        """A condition with its truth."""
        match node:
            case t.And() | t.Or():
                return self.junction(node, frame)
            case t.Not(operand) if composed(operand):
                text = "" if isinstance(operand, t.And | t.Or | t.Choose) else self.wording.of(node)
                return Condition(Form.NOT, text, self.truth(node, frame), (self.condition(operand, frame),))
            case t.Choose() if node.type.kind is BOOLEAN.kind:
                branches = () if self.folded else self.branches(node, frame)
                return Choice(self.wording.of(node), self.truth(node, frame), branches)
            case t.FactHolds(variable, fact):
                return self.fact(fact, frame[variable])
            case t.Quantify(t.Quantifier.ANY | t.Quantifier.ALL) | t.QuantifyGroup(t.Quantifier.ANY | t.Quantifier.ALL):
                below = self.members(node, frame)
                return Condition(Form.EACH, self.wording.of(node), self.truth(node, frame), below)
            case _:
                below = distinct(self.sides(node, frame))
                return Condition(Form.PLAIN, self.wording.of(node), self.truth(node, frame), below)

    def junction(self, node: t.And | t.Or, frame: Frame) -> Step:
        """All parts of a conjunction or disjunction; those of another truth than the whole do not decide it.

        One that is true is enough for a disjunction, so the first one stands for the others. Where the rule says
        "unknown" of itself, what stands beside it is what it waited for.
        """
        truth = self.truth(node, frame)
        enough = isinstance(node, t.Or) and truth is True
        waited = truth is None and any(map(writes_unknown, node.operands))
        below: list[Step] = []
        decided = False
        for part in operands(node):
            if (self.truth(part, frame) is truth or waited) and not decided:
                below.append(self.condition(part, frame))
                decided = enough
            elif not self.folded:
                below.append(self.aside().condition(part, frame))
        if len(below) == 1 and self.folded:
            return below[0]
        return Condition(Form.ALL_OF if isinstance(node, t.And) else Form.ANY_OF, "", truth, tuple(below))

    def branches(self, node: t.Choose, frame: Frame) -> tuple[tuple[Branch, Step], ...]:
        first = (Branch.IF, self.condition(node.condition, frame))
        chosen = self.truth(node.condition, frame)
        if chosen is None:
            return (first,)
        branch = Branch.THEN if chosen else Branch.ELSE
        return (first, (branch, self.condition(node.then if chosen else node.otherwise, frame)))

    def sides(self, node: t.Expression, frame: Frame) -> list[Step]:
        """What a condition of one piece compares."""
        match node:
            case t.Not(operand):
                return self.sides(operand, frame)
            case t.Compare(_, left, right):
                return [*self.side(left, frame), *self.side(right, frame)]
            case t.Member(item, collection):
                return [*self.side(item, frame), *self.collection(collection, frame)]
            case _:
                return self.values(node, frame)

    def side(self, node: t.Expression, frame: Frame, name: str | None = None) -> list[Step]:
        """The values under an expression, below what it makes of them where it does more than read one."""
        if isinstance(node, _PLAIN) or (isinstance(node, t.Quantify | t.QuantifyGroup) and name is None):
            return self.values(node, frame)
        if isinstance(node, t.Quantify | t.QuantifyGroup):
            below = self.members(node, frame)
        else:
            below = distinct(self.values(node, frame))
        text = self.wording.of(node)
        text = f"({text})" if isinstance(node, t.Choose) else text
        return [Computed(name, text, self.shown(self.value(node, frame)), below)]

    def collection(self, of: t.Collection, frame: Frame) -> list[Step]:
        match of:
            case t.ListItems(items):
                return [step for item in items for step in self.side(item, frame)]
            case t.ListParameter(name, values):
                return [list_parameter(self.explainer, name, values)]
            case t.ListField():
                return [read_scalars(self.explainer, of, frame)]

    # Values

    def values(self, node: t.Expression, frame: Frame) -> list[Step]:
        """Everything that was read for a value, in the order in which it stands in the rule."""
        match node:
            case t.UnknownValue(path=path) if path is not None:
                return [NotCarried(path)]
            case t.Field():
                return [read_field(self.explainer, node, frame)]
            case t.Presence():
                return [read_presence(self.explainer, node, frame)]
            case t.Parameter(name):
                return [Named(f"parameters.{name}", self.shown(node.value))]
            case t.AsOf():
                return [Named("as_of", self.shown(self.explainer.setting.as_of))]
            case t.FactHolds(variable, fact) | t.FactValue(variable, fact):
                return [self.fact(fact, frame[variable])]
            case t.Lookup():
                key = self.shown(self.value(node.key, frame))
                name = f"parameters.{node.name}[{'?' if key is None else key}]"
                return [*self.values(node.key, frame), Named(name, self.shown(self.value(node, frame)))]
            case t.Choose(condition, then, otherwise):
                chosen = self.truth(condition, frame)
                first = self.condition(condition, frame)
                return [first] if chosen is None else [first, *self.values(then if chosen else otherwise, frame)]
            case t.Quantify() | t.QuantifyGroup():
                value = self.shown(self.value(node, frame))
                return [Computed(None, self.wording.of(node), value, self.members(node, frame))]
            case t.And() | t.Or() | t.Not() | t.Compare() | t.Member():
                return [self.condition(node, frame)]
            case _:
                return [step for child in children(node) for step in self.values(child, frame)]

    # Quantifiers

    def members(self, node: t.Quantify | t.QuantifyGroup, frame: Frame) -> tuple[Step, ...]:
        """The members of a list or group: those that decide, then others, up to MAX_MEMBERS."""
        if self.folded:
            return ()
        if isinstance(node, t.QuantifyGroup):
            return self.shown_members(node, frame, [self.of_group(node, member) for member in self.group])
        source = node.source
        supplied = False
        match source:
            case t.Children():
                items: Sequence[object] = frame[source.variable].children[source.index]
                supplied = source.entity in self.explainer.supplied and not self.explainer.facts.supplied
            case t.ListField():
                items = frame[source.variable].values[source.slot] or ()
            case t.ListParameter(name, values):
                if node.element is None:
                    return (list_parameter(self.explainer, name, values),)
                items = values
        if not isinstance(source, t.ListParameter) and (not items or node.element is None):
            return (read_list(self.explainer, frame[source.variable], source.path, len(items), supplied=supplied),)
        return self.shown_members(node, frame, [self.of_list(node, (*frame, item)) for item in items])

    def of_list(self, node: t.Quantify, inner: Frame) -> "_Reached":
        item = inner[-1]
        counts = True if node.filter is None else self.truth(node.filter, inner)
        needed = node.element is not None and counts is not False
        found = self.value(node.element, inner) if needed and node.element is not None else UNKNOWN
        if isinstance(item, Record):
            name, span = write_pointer(item.pointer), self.explainer.naming.span(item.pointer)
            return _Reached(self, inner, name, None, span, node.filter, node.element, counts, found)
        return _Reached(self, inner, f"{self.shown(item)}", None, None, node.filter, node.element, counts, found)

    def of_group(self, node: t.QuantifyGroup, member: GroupMember) -> "_Reached":
        filter_, chosen = (None, True) if node.filter is None else member.parts[node.filter]
        element, found = (None, UNKNOWN) if node.element is None else member.parts[node.element]
        assert chosen is UNKNOWN or isinstance(chosen, bool)
        truth = conjunction((member.belongs, chosen))
        counts = None if truth is UNKNOWN else truth
        name, document, span = member.name, member.document, member.span
        return _Reached(member.opener, member.subject, name, document, span, filter_, element, counts, found)

    def shown_members(
        self, node: t.Quantify | t.QuantifyGroup, frame: Frame, reached: "Sequence[_Reached]"
    ) -> tuple[Step, ...]:
        deciding = [number for number, each in enumerate(reached) if self.decides(node, each)]
        others = [number for number in range(len(reached)) if number not in set(deciding)]
        # One member for which it is true is enough.
        enough = node.quantifier is t.Quantifier.ANY and self.value(node, frame) is True
        kept = sorted((*deciding, *others)[: FEW_MEMBERS if enough else MAX_MEMBERS])
        opened = set(deciding[:1] if enough else deciding)
        steps: list[Step] = [self.member(node, reached[number], deep=number in opened) for number in kept]
        if len(reached) > len(kept):
            steps.append(More(len(reached) - len(kept)))
        return tuple(steps)

    def member(self, node: t.Quantify | t.QuantifyGroup, of: "_Reached", *, deep: bool) -> Step:
        opener = of.opener if deep else of.opener.aside()
        below: list[Step] = [] if of.filter is None else [opener.condition(of.filter, of.frame)]
        if of.element is not None and of.counts is not False:
            below += opener.element(node, of.element, of.frame)
        return Member(of.name, of.document, of.span, of.counts, distinct(below))

    def element(self, node: t.Quantify | t.QuantifyGroup, element: t.Expression, frame: Frame) -> list[Step]:
        if node.quantifier in (t.Quantifier.ANY, t.Quantifier.ALL):
            return [self.condition(element, frame)]
        return self.side(element, frame)

    def decides(self, node: t.Quantify | t.QuantifyGroup, of: "_Reached") -> bool:
        """Whether a member is one of those for which the quantifier has its value."""
        match node.quantifier:
            case t.Quantifier.ANY:
                return of.counts is not False and of.found is not False
            case t.Quantifier.ALL:
                return of.counts is not False and of.found is not True
            case _:
                return of.counts is not False

    # Derived facts

    def fact(self, number: int, record: Record) -> Step:
        fact = self.explainer.program.facts[number]
        state = self.explainer.states[number][record.ordinal]
        repeated = (number, record.ordinal) in self.told
        if not self.folded:
            self.told.add((number, record.ordinal))
        conclusions = self.explainer.conclusions
        values = {
            name: self.shown(conclusions.value(number, index, record))
            for index, name in enumerate(fact.value_names)
            if state >= 0
        }
        subject = self.explainer.facts.subjects[fact.entity][record.ordinal]
        return Fact(
            name=fact.name,
            subject=self.explainer.naming.subject(record),
            truth=None if state == UNKNOWN_FACT else state != DOES_NOT_HOLD,
            values=values,
            entries=() if repeated or self.folded else self.entries(fact, state, subject),
            count=len(fact.entries),
            repeated=repeated,
        )

    def entries(self, fact: DerivedFact, state: int, subject: Subject) -> tuple[Entry, ...]:
        """The entries that were tried: up to the one that concluded the fact, or that is unknown."""
        tried: list[Entry] = []
        for number, entry in enumerate(fact.entries):
            truth = self.truth(entry.when, subject)
            passed_over = truth is False and state >= 0
            when = (
                None if always(entry.when) else (self.aside() if passed_over else self).condition(entry.when, subject)
            )
            values: list[Step] = []
            if number == state:
                for name, value in zip(fact.value_names, entry.values, strict=True):
                    if value is not None:
                        values += self.side(value, subject, name)
            known = () if not isinstance(when, Condition) else when.below
            tried.append(Entry(number + 1, when, tuple(step for step in distinct(values) if step not in known)))
            if truth is not False:
                break
        return tuple(tried)


class _Reached(Struct, frozen=True):
    """A member that a quantifier goes over, with what its filter and its element are there."""

    opener: Opener
    frame: Frame
    name: str
    document: DocumentName | None
    span: Span | None
    filter: t.Expression | None
    element: t.Expression | None
    counts: bool | None
    found: Result
