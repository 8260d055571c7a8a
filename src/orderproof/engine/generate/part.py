"""A part of a Program: some of its checks and derived facts, with the facts that they rest on."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from orderproof.engine.generate.reads import facts_of
from orderproof.language import typed as t
from orderproof.ruleset.program import Check, Program


def part_of(program: Program, names: Collection[str]) -> Program:
    """The checks and facts of these names, and every fact that they rest on."""
    checks = tuple(check for check in program.checks if check.id in names)
    needed = {fact.number for fact in program.facts if fact.name in names}
    needed |= _named(asked_of(check) for check in checks)
    # A fact rests on facts before it, so going backwards finds them all.
    for fact in reversed(program.facts):
        if fact.number in needed:
            needed |= _named((entry.when, *entry.values) for entry in fact.entries)
    return replace(program, checks=checks, facts=tuple(fact for fact in program.facts if fact.number in needed))


def asked_of(check: Check) -> tuple[t.Expression, ...]:
    """What a check asks of a subject alone."""
    if check.grouping is None:
        return (check.when, check.require)
    return (check.when, *check.grouping.keys, *check.grouping.parts)


def _named(expressions: Iterable[Iterable[t.Expression | None]]) -> set[int]:
    return {number for each in expressions for number in facts_of(each)}
