"""The rules engine's form of a Program: flat patterns over boolean atoms, the only part of it that is exact.

A fact is one subject in one stratum: its kind, and those atoms that its rules read and that are
known. A rule is one conjunction of a proof. Every kind has one more rule that fires for each of
its facts, and every stratum ends with a receipt, so that a fact which the engine lost is noticed.
"""

import json
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.ruleset.program import Check, DerivedFact, Literal, Program

MAX_RULES = 47
"""Rules of one kind: the engine overflows a stack of 64 where one fact satisfies more siblings than that."""
MAX_ATOMS = 240
"""Atoms of one kind: the engine holds 255 properties a fact."""
MAX_KINDS = 400
"""Kinds of one rule set, those of receipts included: one node of 512 children never ends to load."""


class Kind(Struct, frozen=True):
    """A kind of fact: whose subjects, in which stratum, with which atoms (by number)."""

    name: str
    entity: str
    atoms: tuple[int, ...]

    def property(self, atom: int) -> str:
        """What a fact of this kind calls an atom: short, for every firing holds it again, and none of the engine's names."""
        place = self.atoms.index(atom)
        return ascii_uppercase[place % 26] + (str(place // 26) if place >= 26 else "")


class Conclusion(Struct, frozen=True):
    """What a rule concludes of the subject: an outcome of a check or of a derived fact, by number."""

    of_check: bool
    number: int
    outcome: int


class Pattern(Struct, frozen=True):
    """When a rule may fire: for a fact of this kind of which all literals are so."""

    kind: str
    literals: tuple[Literal, ...]


class Target(Struct, frozen=True):
    """Kinds by stratum, what each rule (by its name) concludes and when, and the rules as the engine reads them."""

    strata: tuple[tuple[Kind, ...], ...]
    conclusions: dict[str, Conclusion]
    patterns: dict[str, Pattern]
    rules: str


class _Rule(Struct, frozen=True):
    literals: tuple[Literal, ...]
    conclusion: Conclusion


def target_of(program: Program) -> Target:
    """The target of a Program; raises OrderproofError where it is larger than the engine can hold."""
    definition: dict[str, Any] = {}
    conclusions: dict[str, Conclusion] = {}
    patterns: dict[str, Pattern] = {}
    strata: list[tuple[Kind, ...]] = []
    count = 0
    for stratum in range(program.strata):
        kinds: list[Kind] = []
        for entity in program.parents:
            for rules in _portions(list(_rules(program, entity, stratum))):
                kind = Kind(f"k{count}", entity, _atoms(rules))
                count += 1
                kinds.append(kind)
                definition[f"seen-{kind.name}"] = _definition([{"kind": kind.name}], priority=1)
                for rule in rules:
                    name = f"r{len(conclusions)}"
                    conclusions[name] = rule.conclusion
                    patterns[name] = Pattern(kind.name, rule.literals)
                    pattern: list[dict[str, Any]] = [
                        {"kind": kind.name},
                        *({kind.property(lit.atom): lit.truth} for lit in rule.literals),
                    ]
                    definition[name] = _definition(pattern, priority=1)
        definition[f"receipt-{stratum}"] = _definition([{"kind": f"receipt{stratum}"}], priority=2)
        strata.append(tuple(kinds))
    count += program.strata
    if count > MAX_KINDS:
        message = f"the rule set needs {count:,} kinds of facts; the rules engine holds {MAX_KINDS}"
        raise OrderproofError([Diagnostic("engine.too-large", message, help="split the rule set")])
    return Target(tuple(strata), conclusions, patterns, json.dumps(definition))


def _definition(pattern: list[dict[str, Any]], priority: int) -> dict[str, Any]:
    """A rule of one pattern; of lower priority numbers the engine fires first, so receipts come last."""
    return {"all": [{"m": {"$and": pattern} if len(pattern) > 1 else pattern[0]}], "count": 1, "pri": priority}


def _rules(program: Program, entity: str, stratum: int) -> Iterator[_Rule]:
    items: tuple[DerivedFact | Check, ...] = (*program.facts, *program.checks)
    for item in items:
        if item.entity == entity and item.stratum == stratum:
            for proof in item.proofs:
                conclusion = Conclusion(isinstance(item, Check), item.number, proof.outcome)
                for literals in proof.formula:
                    yield _Rule(literals, conclusion)


def _portions(rules: list[_Rule]) -> Iterator[list[_Rule]]:
    portion: list[_Rule] = []
    atoms: set[int] = set()
    for rule in rules:
        needed = atoms | {literal.atom for literal in rule.literals}
        if portion and (len(portion) >= MAX_RULES or len(needed) > MAX_ATOMS):
            yield portion
            portion, needed = [], {literal.atom for literal in rule.literals}
        portion.append(rule)
        atoms = needed
    if portion:
        yield portion


def _atoms(rules: list[_Rule]) -> tuple[int, ...]:
    return tuple(sorted({literal.atom for rule in rules for literal in rule.literals}))
