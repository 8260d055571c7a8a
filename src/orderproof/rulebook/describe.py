"""Rules described: what they ask, what they rest on down to the document's fields, and the cases that show them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, did_you_mean
from orderproof.language import typed as t
from orderproof.language.scope import ParameterValue
from orderproof.rulebook.reads import Reads, descriptions, reads_of_check, reads_of_fact
from orderproof.ruleset.model import Case, Cases, CheckDefinition, Effective, RuleSet
from orderproof.ruleset.open import OpenRuleSet, nameless, patterns_of
from orderproof.ruleset.program import Check, DerivedFact, Program
from orderproof.tree import Plain
from orderproof.why.steps import Branch, Form
from orderproof.why.wording import Wording, always, composed, one_line, operands

_SHORT = 60
"""Characters up to which a choice is read at once, and stays on its line."""


class Outline(Struct, frozen=True):
    """A condition as written, its "and", "or", "not" and long choices opened."""

    form: Form | Branch
    text: str
    below: "tuple[Outline, ...]" = ()


class EntryText(Struct, frozen=True):
    """One way to conclude a fact; ``when`` is None where it always does."""

    when: Outline | None
    values: tuple[tuple[str, str], ...]
    note: str


class FactText(Struct, frozen=True):
    """A derived fact with its entries, in the order in which they are tried."""

    name: str
    entity: str
    entries: tuple[EntryText, ...]


class FieldText(Struct, frozen=True):
    """A field of the document, or of what a source supplies, with what the schema says of it."""

    path: str
    description: str


class Basis(Struct, frozen=True):
    """What a check or a fact rests on, at any depth."""

    parameters: tuple[tuple[str, ParameterValue], ...]
    as_of: bool
    facts: tuple[FactText, ...]
    fields: tuple[FieldText, ...]


class CaseText(Struct, frozen=True):
    """A case: its expected verdict, or the one (``never``) that there cannot be with the reason as ``boundary``."""

    expect: str | None
    never: str | None
    changes: tuple[tuple[tuple[str, Plain], ...], ...]
    subject: str | None
    as_of: datetime | None
    parameters: Mapping[str, ParameterValue]
    boundary: str | None


class RuleText(Struct, frozen=True):
    """Everything that a rule set says of one check, in the reader's language where it has it."""

    id: str
    titles: Mapping[str, str]
    messages: Mapping[str, str]
    clause: str
    severity: Severity
    entity: str
    when: Outline | None
    by: tuple[str, ...]
    having: Outline | None
    require: Outline
    where: str
    note: str
    effective: Effective | None
    basis: Basis
    cases: tuple[CaseText, ...]


class FactDescription(Struct, frozen=True):
    """A derived fact, what it rests on, and the checks that rest on it, be it through other facts."""

    fact: FactText
    basis: Basis
    checks: tuple[str, ...]


class FactLine(Struct, frozen=True):
    """A derived fact in a list of all."""

    name: str
    entity: str
    values: tuple[str, ...]


class RuleLine(Struct, frozen=True):
    """A check in a list of all."""

    id: str
    severity: Severity
    clause: str
    titles: Mapping[str, str]


def list_rules(rule_set: RuleSet) -> tuple[RuleLine, ...]:
    """All checks in the order of their files."""
    return tuple(
        RuleLine(
            check.id.value,
            Severity.ERROR if check.severity is None else Severity(check.severity.value),
            check.clause.value,
            {language.value: text.value for language, text in check.title},
        )
        for check in rule_set.checks
    )


def list_facts(program: Program) -> tuple[FactLine, ...]:
    """All derived facts in the order in which they were first written."""
    return tuple(FactLine(fact.name, fact.entity, tuple(fact.value_names)) for fact in program.facts)


def describe(opened: OpenRuleSet, program: Program, patterns: Iterable[str]) -> tuple[RuleText | FactDescription, ...]:
    """The checks and derived facts of these names or patterns, in the order in which they are asked for.

    Raises OrderproofError for every pattern that names nothing.
    """
    checks = [check.id for check in program.checks]
    facts = {fact.name: fact for fact in program.facts}
    found: dict[str, None] = {}
    unknown: list[Diagnostic] = []
    for pattern in patterns_of(patterns):
        named = [name for name in (*checks, *facts) if fnmatchcase(name, pattern)]
        found |= dict.fromkeys(named)
        if not named:
            unknown.append(_unknown(pattern, [*checks, *facts], opened.parameters))
    if unknown:
        raise OrderproofError(unknown)
    return tuple(
        describe_fact(opened, program, facts[name]) if name in facts else describe_rule(opened, program, name)
        for name in found
    )


def _unknown(pattern: str, known: list[str], parameters: Iterable[str]) -> Diagnostic:
    if not pattern:
        return nameless(None)
    hint = did_you_mean(pattern, known) or "`orderproof rules list` names all checks, derived facts and parameters"
    if pattern.removeprefix("parameters.") in parameters:
        hint = "this is a parameter: `orderproof rules list` has its value"
    message = f"no check and no derived fact is called `{pattern}`"
    return Diagnostic("rules.unknown-check", message, path=pattern, help=hint)


def describe_fact(opened: OpenRuleSet, program: Program, fact: DerivedFact) -> FactDescription:
    """A derived fact of a Program."""
    return FactDescription(
        _fact(fact, Wording(opened.rule_set), _notes(opened.rule_set)),
        _basis(opened, program, reads_of_fact(program, opened.schema, fact)),
        tuple(
            check.id for check in program.checks if fact.number in reads_of_check(program, opened.schema, check).facts
        ),
    )


def _basis(opened: OpenRuleSet, program: Program, reads: Reads) -> Basis:
    wording, notes, known = Wording(opened.rule_set), _notes(opened.rule_set), descriptions(opened.rule_set)
    return Basis(
        parameters=tuple((name, value) for name, value in opened.parameters.items() if name in reads.parameters),
        as_of=reads.as_of,
        facts=tuple(_fact(program.facts[number], wording, notes) for number in sorted(reads.facts)),
        fields=tuple(FieldText(path, known.get(path, "")) for path in reads.fields),
    )


def describe_rule(opened: OpenRuleSet, program: Program, rule: str) -> RuleText:
    """The check of that id, of an opened rule set and its Program."""
    rule_set = opened.rule_set
    check = next(each for each in program.checks if each.id == rule)
    definition = next(each for each in rule_set.checks if each.id.value == rule)
    wording = Wording(rule_set)
    having = None if check.grouping is None else check.grouping.having
    return RuleText(
        id=check.id,
        titles=check.titles,
        messages={language.value: one_line(text.value) for language, text in definition.message},
        clause=check.clause,
        severity=check.severity,
        entity=check.entity,
        when=None if always(check.when) else _outline(check.when, wording),
        by=tuple(one_line(text.value) for text in definition.by),
        having=None if having is None else _outline(having, wording),
        require=_outline(check.require, wording),
        where=_where(definition, check),
        note=" ".join(check.note.split()),
        effective=definition.effective,
        basis=_basis(opened, program, reads_of_check(program, opened.schema, check)),
        cases=tuple(_case(case) for _, case in cases_of(rule_set, (rule,))),
    )


def cases_of(rule_set: RuleSet, rules: Iterable[str]) -> Iterator[tuple[Cases, Case]]:
    """The cases of some checks, in the order of their files."""
    wanted = frozenset(rules)
    for tests in rule_set.tests:
        for case in tests.cases:
            if case.check.value in wanted:
                yield tests, case


def _where(definition: CheckDefinition, check: Check) -> str:
    return check.entity if definition.where is None else one_line(definition.where.value)


def _outline(node: t.Expression, wording: Wording) -> Outline:
    match node:
        case t.And() | t.Or():
            form = Form.ALL_OF if isinstance(node, t.And) else Form.ANY_OF
            return Outline(form, "", tuple(_outline(part, wording) for part in operands(node)))
        case t.Not(operand) if isinstance(operand, t.And | t.Or | t.Not) and composed(operand):
            return Outline(Form.NOT, "", (_outline(operand, wording),))
        case t.Choose(condition, then, otherwise) if len(wording.of(node)) > _SHORT:
            parts = ((Branch.IF, condition), (Branch.THEN, then), (Branch.ELSE, otherwise))
            below = tuple(Outline(branch, "", (_outline(part, wording),)) for branch, part in parts)
            return Outline(Form.CHOICE, "", below)
        case _:
            return Outline(Form.PLAIN, wording.of(node))


def _notes(rule_set: RuleSet) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for derivation in rule_set.derivations:
        note = "" if derivation.note is None else " ".join(derivation.note.value.split())
        notes.setdefault(derivation.fact.value, []).append(note)
    return notes


def _fact(fact: DerivedFact, wording: Wording, notes: Mapping[str, list[str]]) -> FactText:
    entries = tuple(
        EntryText(
            when=None if always(entry.when) else _outline(entry.when, wording),
            values=tuple(
                (name, wording.of(value))
                for name, value in zip(fact.value_names, entry.values, strict=True)
                if value is not None
            ),
            note=note,
        )
        for entry, note in zip(fact.entries, notes[fact.name], strict=True)
    )
    return FactText(fact.name, fact.entity, entries)


def _case(case: Case) -> CaseText:
    verdict, _, reason = (case.never or "").partition(": ")
    changes = (case.change, *case.others)
    return CaseText(
        expect=case.expect,
        never=verdict or None,
        changes=tuple(tuple((path.value, value) for path, value in change) for change in changes),
        subject=case.subject,
        as_of=case.as_of,
        parameters=case.parameters,
        boundary=reason if case.never else case.boundary,
    )
