"""From conditions to formulas: what must be proved of atoms for a condition to be true, or false."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from orderproof.language import typed as t
from orderproof.language.types import BOOLEAN
from orderproof.ruleset.program import DOES_NOT_HOLD, Atom, Formula, Literal, Proof, Verdict

MAX_CONJUNCTIONS = 24
MAX_LITERALS = 28
"""Beyond these a condition becomes one atom: an engine pattern holds at most 32 expressions, its kind and names among them."""

_Clause = frozenset[tuple[int, bool]]
_Clauses = tuple[_Clause, ...]
_ALWAYS: _Clauses = (frozenset(),)
_NEVER: _Clauses = ()


class Atoms(Struct):
    """The atoms of a program, each once for its entity; ``fact_strata`` says when each fact is settled."""

    fact_strata: dict[int, int]
    numbers: dict[tuple[str, t.Expression], int] = {}

    def number(self, entity: str, expression: t.Expression) -> int:
        return self.numbers.setdefault((entity, expression), len(self.numbers))

    def table(self) -> tuple[Atom, ...]:
        return tuple(
            Atom(entity, expression, stratum_of(expression, self.fact_strata)) for entity, expression in self.numbers
        )


def stratum_of(expression: t.Expression, fact_strata: dict[int, int]) -> int:
    """The first stratum at which all facts that an expression reads are settled."""
    return max((fact_strata[fact] + 1 for fact in facts_read(expression)), default=0)


def proof(atoms: Atoms, entity: str, expression: t.Expression) -> Formula:
    """The formula that proves a condition true of a subject."""
    clauses = _clauses(atoms, entity, expression, True)
    return tuple(tuple(Literal(atom, truth) for atom, truth in sorted(clause)) for clause in clauses)


def all_of(conditions: Sequence[t.Expression]) -> t.Expression:
    return conditions[0] if len(conditions) == 1 else t.And(tuple(conditions), conditions[0].written)


def fact_proofs(atoms: Atoms, entity: str, conditions: Sequence[t.Expression]) -> tuple[Proof, ...]:
    """When a derived fact is concluded by each of its entries, given by their conditions, and when by none."""
    proofs: list[Proof] = []
    before: list[t.Expression] = []
    for number, condition in enumerate(conditions):
        proofs.append(Proof(number, proof(atoms, entity, all_of([*before, condition]))))
        before.append(t.Not(condition, condition.written))
    if before:
        proofs.append(Proof(DOES_NOT_HOLD, proof(atoms, entity, all_of(before))))
    return tuple(proofs)


def check_proofs(atoms: Atoms, entity: str, when: t.Expression, require: t.Expression | None) -> tuple[Proof, ...]:
    """When each verdict of a check is proved; without ``require`` who is surely a member, and who is none."""
    if require is None:
        proofs = [Proof(Verdict.PASS, proof(atoms, entity, when))]
    else:
        fails = t.Not(require, require.written)
        proofs = [
            Proof(Verdict.PASS, proof(atoms, entity, all_of([when, require]))),
            Proof(Verdict.VIOLATION, proof(atoms, entity, all_of([when, fails]))),
        ]
    return (*proofs, Proof(Verdict.NOT_APPLICABLE, proof(atoms, entity, t.Not(when, when.written))))


def _clauses(atoms: Atoms, entity: str, expression: t.Expression, truth: bool) -> _Clauses:
    match expression:
        case t.Constant(bool() as value):
            return _ALWAYS if value is truth else _NEVER
        case t.UnknownValue():
            return _NEVER
        case t.Not(operand):
            return _clauses(atoms, entity, operand, not truth)
        case t.And(operands) | t.Or(operands):
            parts = [_clauses(atoms, entity, operand, truth) for operand in operands]
            result = _conjunction(parts) if isinstance(expression, t.And) is truth else _disjunction(parts)
        case t.Choose(condition, then, otherwise) if expression.type == BOOLEAN:
            chosen = [_clauses(atoms, entity, condition, True), _clauses(atoms, entity, then, truth)]
            other = [_clauses(atoms, entity, condition, False), _clauses(atoms, entity, otherwise, truth)]
            first, second = _conjunction(chosen), _conjunction(other)
            result = None if first is None or second is None else _disjunction([first, second])
        case _:
            result = None
    if result is None or len(result) > MAX_CONJUNCTIONS or any(len(clause) > MAX_LITERALS for clause in result):
        return (frozenset({(atoms.number(entity, expression), truth)}),)
    return result


def _conjunction(parts: list[_Clauses]) -> _Clauses | None:
    """All of the parts: every choice of one clause from each; None when there are too many."""
    result: _Clauses = _ALWAYS
    for part in parts:
        joined = [one | other for one in result for other in part]
        result = _minimal([clause for clause in joined if not _contradictory(clause)])
        if len(result) > MAX_CONJUNCTIONS * 4:
            return None
    return result


def _disjunction(parts: list[_Clauses]) -> _Clauses:
    return _minimal([clause for part in parts for clause in part])


def _contradictory(clause: _Clause) -> bool:
    """An atom is never true and false at once, so such a clause is never proved."""
    return any((atom, not truth) in clause for atom, truth in clause)


def _minimal(clauses: list[_Clause]) -> _Clauses:
    """Without clauses that ask for more than another one does."""
    kept: list[_Clause] = []
    for clause in clauses:
        if any(other <= clause for other in kept):
            continue
        kept = [other for other in kept if not clause <= other]
        kept.append(clause)
    return tuple(kept)


def facts_read(expression: t.Expression) -> frozenset[int]:
    """The numbers of all derived facts that an expression reads, at any depth."""
    found: set[int] = set()
    stack: list[t.Expression] = [expression]
    while stack:
        node = stack.pop()
        match node:
            case t.FactHolds() | t.FactValue():
                found.add(node.fact)
            case _:
                stack.extend(children(node))
    return frozenset(found)


def children(node: t.Expression) -> tuple[t.Expression, ...]:
    """The expressions directly inside an expression."""
    find = _CHILDREN.get(type(node))
    return () if find is None else find(node)


_CHILDREN: Mapping[type, Callable[[Any], tuple[t.Expression, ...]]] = {
    t.Not: lambda node: (node.operand,),
    t.Negate: lambda node: (node.operand,),
    t.And: lambda node: node.operands,
    t.Or: lambda node: node.operands,
    t.Choose: lambda node: (node.condition, node.then, node.otherwise),
    t.Compare: lambda node: (node.left, node.right),
    t.Arithmetic: lambda node: (node.left, node.right),
    t.Member: lambda node: (node.item, *(node.collection.items if isinstance(node.collection, t.ListItems) else ())),
    t.Lookup: lambda node: (node.key,),
    t.Call: lambda node: node.arguments,
    t.Quantify: lambda node: tuple(part for part in (node.element, node.filter) if part is not None),
}
"""What stands directly inside an expression of a kind; nothing does in one that is not here."""


def reads_group(expression: t.Expression) -> bool:
    """Whether an expression speaks of the members of a group."""
    stack: list[t.Expression] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, t.QuantifyGroup):
            return True
        stack.extend(children(node))
    return False


def fields_asked(expression: t.Expression, variables: int) -> frozenset[tuple[int, tuple[str, ...]]]:
    """The fields (variable and path) of the first variables of the frame that an expression reads itself."""
    found: set[tuple[int, tuple[str, ...]]] = set()
    stack: list[t.Expression] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, t.Field | t.Presence) and node.variable < variables:
            found.add((node.variable, node.path))
        stack.extend(children(node))
    return frozenset(found)
