"""What a source does not carry: the same Program in which all that reads it is unknown."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.facts.record import RecordPlan
from orderproof.language import typed as t
from orderproof.language.types import BOOLEAN
from orderproof.ruleset.lower import Atoms, check_proofs, fact_proofs
from orderproof.ruleset.program import Check, DerivedFact, Grouping, Message, Placeholder, Program

_Path: TypeAlias = tuple[str, ...]
_Frame: TypeAlias = tuple[_Path, ...]
"""Where the records that the variables of a frame stand for lie in the document type."""
_SCALAR: _Path = ()
"""The place of a variable that stands for a scalar: nothing is read of it but itself."""


def without(program: Program, not_carried: frozenset[tuple[str, ...]]) -> Program:
    """The Program for documents of a source that never says anything at these paths of the document type, or below them.

    Checks, facts and what is read of a document keep their numbers. A fact that is read there is unknown, be it by
    ``default``, ``is present`` or a quantifier, so that no verdict depends on it. Of subjects that stand below such a
    path nobody knows how many there are: the verdicts of the checks in ``unseen`` mean nothing.
    """
    if not not_carried:
        return program
    places = dict(_places(program.plan, ()))
    uncarried = _Uncarried(not_carried, frozenset(places.values()))
    frames = {entity: _frame(entity, program.parents, places) for entity in places}
    # Fewer facts are read than before, never others, so every stratum is late enough.
    atoms = Atoms({fact.number: fact.stratum for fact in program.facts})
    facts = tuple(_fact(fact, uncarried, frames[fact.entity], atoms) for fact in program.facts)
    checks = tuple(_check(check, uncarried, frames[check.entity], atoms) for check in program.checks)
    unseen = frozenset(check.number for check in checks if uncarried.covers(places[check.entity]))
    return replace(
        program,
        facts=facts,
        checks=checks,
        atoms=atoms.table(),
        uncarried=program.uncarried | not_carried,
        unseen=program.unseen | unseen,
    )


def _places(plan: RecordPlan, path: _Path) -> Iterator[tuple[str, _Path]]:
    """Every planned entity with the place of its records in the document type."""
    yield plan.entity, path
    for child in plan.children:
        yield from _places(child.plan, (*path, *child.path))


def _frame(entity: str, parents: Mapping[str, str | None], places: Mapping[str, _Path]) -> _Frame:
    """The places of an entity's ancestors and of itself, the root first."""
    parent = parents[entity]
    above = () if parent is None else _frame(parent, parents, places)
    return (*above, places[entity])


def _fact(fact: DerivedFact, uncarried: "_Uncarried", frame: _Frame, atoms: Atoms) -> DerivedFact:
    entries = tuple(
        replace(
            entry,
            when=uncarried.expression(entry.when, frame),
            values=tuple(None if value is None else uncarried.expression(value, frame) for value in entry.values),
        )
        for entry in fact.entries
    )
    return replace(fact, entries=entries, proofs=fact_proofs(atoms, fact.entity, [entry.when for entry in entries]))


def _check(check: Check, uncarried: "_Uncarried", frame: _Frame, atoms: Atoms) -> Check:
    when, require = uncarried.expression(check.when, frame), uncarried.expression(check.require, frame)
    grouping = check.grouping
    if grouping is not None:
        # What is asked of the group reads parts only, by their numbers.
        grouping = Grouping(
            tuple(uncarried.expression(key, frame) for key in grouping.keys),
            tuple(uncarried.expression(part, frame) for part in grouping.parts),
            grouping.having,
        )
    return replace(
        check,
        when=when,
        require=require,
        grouping=grouping,
        messages={lang: _message(message, uncarried, frame) for lang, message in check.messages.items()},
        proofs=check_proofs(atoms, check.entity, when, require if grouping is None else None),
    )


def _message(message: Message, uncarried: "_Uncarried", frame: _Frame) -> Message:
    return Message(
        tuple(
            replace(part, expression=uncarried.expression(part.expression, frame))
            if isinstance(part, Placeholder)
            else part
            for part in message.parts
        )
    )


class _Uncarried(Struct, frozen=True):
    """Rewrites expressions for a source that does not carry some ``paths``; ``records`` are the places of records."""

    paths: frozenset[_Path]
    records: frozenset[_Path]

    def covers(self, path: _Path) -> bool:
        """Whether nothing is ever said at a path of the document type."""
        return any(path[:length] in self.paths for length in range(1, len(path) + 1))

    def expression(self, node: t.Expression, frame: _Frame) -> t.Expression:
        """The expression with what it reads there unknown, its type and place as they are."""
        match node:
            case t.Field(variable):
                path = (*frame[variable], *node.path)
                return t.UnknownValue(node.type, node.written, path) if self.covers(path) else node
            case t.Presence():
                return self.presence(node, (*frame[node.variable], *node.path))
            case t.Member(item, t.ListField(variable) as source):
                path = (*frame[variable], *source.path)
                if self.covers(path):
                    return t.UnknownValue(BOOLEAN, node.written, path)
                return t.Member(self.expression(item, frame), source, node.written)
            case t.Quantify():
                return self.quantify(node, frame)
            case _:
                return self.operation(node, frame)

    def presence(self, node: t.Presence, path: _Path) -> t.Expression:
        """An object of which a part is carried is present where some of that is there, else that is unknown."""
        if self.covers(path):
            return t.UnknownValue(BOOLEAN, node.written, path)
        below = sorted(each for each in self.paths if each[: len(path)] == path)
        if not below or path in self.records:
            # A list is there when it is given, whatever its records hold.
            return node
        return t.Or((node, *(t.UnknownValue(BOOLEAN, node.written, each) for each in below)), node.written)

    def quantify(self, node: t.Quantify, frame: _Frame) -> t.Expression:
        member = _SCALAR
        if isinstance(node.source, t.Children | t.ListField):
            path = (*frame[node.source.variable], *node.source.path)
            if self.covers(path):
                return t.UnknownValue(node.type, node.written, path)
            member = path if isinstance(node.source, t.Children) else _SCALAR
        inner = (*frame, member)
        element = None if node.element is None else self.expression(node.element, inner)
        chosen = None if node.filter is None else self.expression(node.filter, inner)
        return t.Quantify(node.quantifier, node.source, element, chosen, node.distinct, node.type, node.written)

    def operation(self, node: t.Expression, frame: _Frame) -> t.Expression:
        """An expression that reads no more than its operands do."""

        def made(inner: t.Expression) -> t.Expression:
            return self.expression(inner, frame)

        match node:
            case t.Not(operand):
                return t.Not(made(operand), node.written)
            case t.And(operands):
                return t.And(tuple(map(made, operands)), node.written)
            case t.Or(operands):
                return t.Or(tuple(map(made, operands)), node.written)
            case t.Choose(condition, then, otherwise):
                return t.Choose(made(condition), made(then), made(otherwise), node.type, node.written)
            case t.Compare(operator, left, right):
                return t.Compare(operator, made(left), made(right), node.written)
            case t.Member(item, t.ListItems(items) as source):
                return t.Member(made(item), t.ListItems(tuple(map(made, items)), source.written), node.written)
            case t.Member(item, source):
                return t.Member(made(item), source, node.written)
            case t.Lookup(name, table, key):
                return t.Lookup(name, table, made(key), node.type, node.written)
            case t.Arithmetic(symbol, left, right):
                return t.Arithmetic(symbol, made(left), made(right), node.type, node.written)
            case t.Negate(operand):
                return t.Negate(made(operand), node.type, node.written)
            case t.Call(function, arguments):
                return t.Call(function, tuple(map(made, arguments)), node.type, node.written)
            case _:
                return node
