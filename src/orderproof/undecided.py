"""What keeps a condition from being decided: only fields that its source does not carry, or anything else as well.

Goes from an unknown value to what it is unknown for, by the meaning of each expression, and never past what is known.
Where in doubt it is something else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from orderproof.facts.record import Facts, Record, Subject
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Frame, GroupMember, conjunction
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.ruleset.lower import children
from orderproof.ruleset.program import UNKNOWN_FACT, Check, Program
from orderproof.tree import write_pointer


class Blame(Struct, frozen=True):
    """What keeps conditions from being decided; nothing does where they are decided.

    ``uncarried`` are the fields that the source does not carry, as people write their paths in the document type.
    ``other``: something else keeps it undecided by itself, so that knowing these would not be enough.
    """

    uncarried: tuple[str, ...] = ()
    other: bool = False

    @property
    def only_uncarried(self) -> bool:
        """Whether nothing is wanting but what the source does not carry."""
        return bool(self.uncarried) and not self.other


DECIDED = Blame()


class Concluded(Struct, frozen=True):
    """A judged document: its facts, ``states`` of the derived ones by number and ordinal, and what evaluates over it."""

    program: Program
    facts: Facts
    states: tuple[tuple[int, ...], ...]
    evaluator: Evaluator


def writes_unknown(node: t.Expression) -> bool:
    """Whether the rule itself says `unknown` here."""
    return isinstance(node, t.UnknownValue) and node.path is None


def joined(blames: Iterable[Blame]) -> Blame:
    """What keeps several conditions together from being decided."""
    known = tuple(blames)
    fields = dict.fromkeys(path for blame in known for path in blame.uncarried)
    return Blame(tuple(fields), any(blame.other for blame in known))


def blame_of(document: Concluded, unknown: Sequence[t.Expression], subject: Subject) -> Blame:
    """What keeps conditions over a subject of a document from being decided; given are those that are unknown."""
    if not document.program.uncarried:
        return Blame(other=bool(unknown))
    search = _Search(document.evaluator, document)
    for condition in unknown:
        search.through(condition, subject)
    return search.found()


def blame_of_group(check: Check, evaluator: Evaluator, members: Sequence[tuple[GroupMember, Blame]]) -> Blame:
    """What keeps the verdict of a group that is undetermined from being decided.

    ``evaluator`` is over the same members; beside each stands what keeps that which it brings from being known.
    """
    assert check.grouping is not None
    search = _Search(evaluator, None, members)
    for (belongs, _), blame in members:
        if belongs is UNKNOWN:
            search.add(blame)
    for condition in (check.grouping.having, check.require):
        if condition is not None and evaluator.value(condition, ()) is UNKNOWN:
            search.through(condition, ())
    return search.found()


class _Search(Struct):
    """One search through unknown expressions, over a document or over the members of a group."""

    evaluator: Evaluator
    document: Concluded | None
    members: Sequence[tuple[GroupMember, Blame]] = ()
    uncarried: dict[str, None] = {}
    other: bool = False
    known: set[tuple[int, int, int | None]] = set()

    def found(self) -> Blame:
        return Blame(tuple(self.uncarried), self.other)

    def add(self, blame: Blame) -> None:
        """What a member lacks; one that lacks nothing is no reason that is understood."""
        self.uncarried |= dict.fromkeys(blame.uncarried)
        self.other = self.other or not blame.only_uncarried

    def unknown(self, node: t.Expression, frame: Frame) -> bool:
        return self.evaluator.value(node, frame) is UNKNOWN

    def through(self, node: t.Expression, frame: Frame) -> None:
        """What an expression is unknown for."""
        match node:
            case t.UnknownValue(path=path):
                if path is None:
                    self.other = True
                else:
                    self.uncarried[write_pointer(path)] = None
            case t.FactHolds(variable, fact):
                self.fact(fact, frame[variable])
            case t.FactValue(variable, fact, value):
                self.fact_value(fact, value, frame[variable])
            case t.And(operands) | t.Or(operands):
                # Where the rule leaves it open itself, any other operand could still decide, and is what was waited for.
                wanting = [operand for operand in operands if self.unknown(operand, frame)]
                self.each([operand for operand in wanting if not writes_unknown(operand)] or wanting, frame)
            case t.Choose(condition) if self.unknown(condition, frame):
                self.through(condition, frame)
                if self.unknown(node.then, frame) and self.unknown(node.otherwise, frame):
                    # Whatever the condition is, it stays unknown.
                    self.through(node.then, frame)
                    self.through(node.otherwise, frame)
            case t.Choose(condition, then, otherwise):
                self.through(then if self.evaluator.value(condition, frame) else otherwise, frame)
            case t.Call("round"):
                self.rounded(node, node.arguments[0], frame)
            case t.Quantify():
                self.quantify(node, self.pairs(node, frame))
            case t.QuantifyGroup():
                self.group(node)
            case _:
                self.any_of(children(node), frame)

    def any_of(self, operands: Iterable[t.Expression], frame: Frame) -> None:
        """The unknown ones of what an operation needs."""
        self.each([operand for operand in operands if self.unknown(operand, frame)], frame)

    def each(self, wanting: Sequence[t.Expression], frame: Frame) -> None:
        """What an operation needs and is unknown; without any it has no result, whatever is known."""
        self.other = self.other or not wanting
        for operand in wanting:
            self.through(operand, frame)

    def rounded(self, node: t.Call, part: t.Expression, frame: Frame) -> None:
        """What is rounded is exact until then, so each part of it is looked at as if it were rounded itself."""
        if not isinstance(part, t.Arithmetic):
            self.any_of((part,), frame)
            return
        digits = node.arguments[1]
        sides = [
            side
            for side in (part.left, part.right)
            if self.unknown(t.Call("round", (side, digits), node.type, node.written), frame)
        ]
        self.other = self.other or not sides
        for side in sides:
            self.rounded(node, side, frame)

    # Quantifiers

    def pairs(self, node: t.Quantify, frame: Frame) -> Iterator[tuple[Frame, Result, Result]]:
        """For each member whether it counts, and its element."""
        source = node.source
        match source:
            case t.Children():
                items: Sequence[Any] = frame[source.variable].children[source.index]
            case t.ListField():
                items = frame[source.variable].values[source.slot] or ()
            case t.ListParameter():
                items = source.values
        for item in items:
            inner = (*frame, item)
            counts = True if node.filter is None else self.evaluator.value(node.filter, inner)
            # A member that does not count may have an element without a meaning.
            element = None if counts is False else node.element
            yield inner, counts, True if element is None else self.evaluator.value(element, inner)

    def quantify(self, node: t.Quantify, members: Iterable[tuple[Frame, Result, Result]]) -> None:
        wanting = [member for member in members if _matters(node.quantifier, member[1], member[2])]
        self.other = self.other or not wanting
        for inner, counts, element in wanting:
            if counts is UNKNOWN and node.filter is not None:
                self.through(node.filter, inner)
            if element is UNKNOWN and node.element is not None:
                self.through(node.element, inner)

    def group(self, node: t.QuantifyGroup) -> None:
        wanting: list[Blame] = []
        for (belongs, parts), blame in self.members:
            counts = conjunction((belongs, _truth(True if node.filter is None else parts[node.filter])))
            if _matters(node.quantifier, counts, True if node.element is None else parts[node.element]):
                wanting.append(blame)
        self.other = self.other or not wanting
        for blame in wanting:
            self.add(blame)

    # Derived facts

    def fact(self, number: int, record: Record) -> None:
        """The entry that is unknown where all before it are false."""
        assert self.document is not None
        if (number, record.ordinal, None) in self.known:
            return
        self.known.add((number, record.ordinal, None))
        fact = self.document.program.facts[number]
        subject = self.document.facts.subjects[fact.entity][record.ordinal]
        for entry in fact.entries:
            truth = self.evaluator.value(entry.when, subject)
            if truth is UNKNOWN:
                self.through(entry.when, subject)
                return
            if truth is True:
                break
        self.other = True

    def fact_value(self, number: int, index: int, record: Record) -> None:
        assert self.document is not None
        fact, state = self.document.program.facts[number], self.document.states[number][record.ordinal]
        if state == UNKNOWN_FACT:
            self.fact(number, record)
        elif (number, record.ordinal, index) not in self.known:
            self.known.add((number, record.ordinal, index))
            value = fact.entries[state].values[index] if state >= 0 else None
            if value is None:
                # A fact that does not hold has no values.
                self.other = True
            else:
                self.through(value, self.document.facts.subjects[fact.entity][record.ordinal])


def _matters(quantifier: t.Quantifier, counts: Result, element: Result) -> bool:
    """Whether a member is one for which a quantifier may be unknown."""
    if counts is False or UNKNOWN not in (counts, element):
        return False
    match quantifier:
        case t.Quantifier.ANY:
            return element is not False
        case t.Quantifier.ALL:
            return element is not True
        case _:
            return True


def _truth(value: Result) -> Truth:
    assert value is UNKNOWN or isinstance(value, bool)
    return value
