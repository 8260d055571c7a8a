"""A rule described: what it asks, what it rests on down to the document's fields, and the cases that show it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orderproof.diagnostic import OrderproofError, Severity
from orderproof.language import typed as t
from orderproof.language.scope import ParameterValue
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.load import SCHEMA_SUFFIX
from orderproof.ruleset.lower import children
from orderproof.ruleset.model import Case, Cases, CheckDefinition, Effective, RuleSet
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.program import Check, DerivedFact, Program
from orderproof.ruleset.vocabulary import entity_places
from orderproof.source import Source
from orderproof.tree import Plain, plain
from orderproof.why.steps import Branch, Form
from orderproof.why.wording import Wording, always, composed, one_line, operands

_SHORT = 60
"""Characters up to which a choice is read at once, and stays on its line."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A condition as written, its "and", "or", "not" and long choices opened."""

    form: Form | Branch
    text: str
    below: "tuple[Outline, ...]" = ()


@dataclass(frozen=True, slots=True)
class EntryText:
    """One way to conclude a fact; ``when`` is None where it always does."""

    when: Outline | None
    values: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class FactText:
    """A derived fact with its entries, in the order in which they are tried."""

    name: str
    entity: str
    entries: tuple[EntryText, ...]


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field of the document, or of what a source supplies, with what the schema says of it."""

    path: str
    description: str


@dataclass(frozen=True, slots=True)
class CaseText:
    """A case: its expected verdict, or the one (``never``) that there cannot be with the reason as ``boundary``."""

    expect: str | None
    never: str | None
    changes: tuple[tuple[tuple[str, Plain], ...], ...]
    subject: str | None
    as_of: datetime | None
    parameters: Mapping[str, ParameterValue]
    boundary: str | None


@dataclass(frozen=True, slots=True)
class RuleText:
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
    parameters: tuple[tuple[str, ParameterValue], ...]
    as_of: bool
    facts: tuple[FactText, ...]
    fields: tuple[FieldText, ...]
    cases: tuple[CaseText, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
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


def describe_rule(opened: OpenRuleSet, program: Program, rule: str) -> RuleText:
    """The check of that id, of an opened rule set and its Program."""
    rule_set = opened.rule_set
    check = next(each for each in program.checks if each.id == rule)
    definition = next(each for each in rule_set.checks if each.id.value == rule)
    wording = Wording(rule_set)
    reads = _reads(opened, program, check)
    descriptions = _descriptions(rule_set)
    notes = _notes(rule_set)
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
        parameters=tuple((name, value) for name, value in opened.parameters.items() if name in reads.parameters),
        as_of=reads.as_of,
        facts=tuple(_fact(program.facts[number], wording, notes) for number in sorted(reads.facts)),
        fields=tuple(FieldText(path, descriptions.get(path, "")) for path in reads.fields),
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


# What a rule reads


@dataclass
class _Reads:
    """What expressions read, at any depth; paths from the document's root, ``[]`` behind a list's name."""

    roots: Mapping[str, str]
    chains: Mapping[str, tuple[str, ...]]
    facts: set[int] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    fields: dict[str, None] = field(default_factory=dict)
    as_of: bool = False

    def through(self, program: Program, entity: str, expressions: Iterable[t.Expression]) -> None:
        """Everything below expressions over the subjects of an entity, derived facts opened."""
        for expression in expressions:
            for number in self.walk(expression, self.chains[entity]):
                if number not in self.facts:
                    self.facts.add(number)
                    fact = program.facts[number]
                    inner = [part for entry in fact.entries for part in (entry.when, *entry.values) if part is not None]
                    self.through(program, fact.entity, inner)

    def walk(self, node: t.Expression, frame: tuple[str, ...]) -> Iterator[int]:
        match node:
            case t.Field(variable, _, path) | t.Presence(variable, _, path):
                self.read(frame[variable], path)
            case t.Member(_, t.ListField(variable, _, path)):
                self.read(frame[variable], path)
            case t.Parameter(name) | t.Lookup(name) | t.Member(_, t.ListParameter(name)):
                self.parameters.add(name)
            case t.AsOf():
                self.as_of = True
            case t.Call("date"):
                self.parameters.add("timezone")
            case t.FactHolds(_, fact) | t.FactValue(_, fact):
                yield fact
            case t.Quantify(_, source):
                frame = (*frame, self.source(source, frame))
            case _:
                pass
        for child in children(node):
            yield from self.walk(child, frame)

    def source(self, source: t.Children | t.ListField | t.ListParameter, frame: tuple[str, ...]) -> str:
        """Reads a quantifier's list; the entity of its members, or nothing for scalars."""
        match source:
            case t.Children(variable, _, entity, path):
                self.read(frame[variable], path)
                return entity
            case t.ListField(variable, _, path):
                self.read(frame[variable], path)
            case t.ListParameter(name):
                self.parameters.add(name)
        return ""

    def read(self, entity: str, path: tuple[str, ...]) -> None:
        self.fields[".".join((*((self.roots[entity],) if self.roots[entity] else ()), *path))] = None


def _reads(opened: OpenRuleSet, program: Program, check: Check) -> _Reads:
    roots: dict[str, str] = {}
    chains: dict[str, tuple[str, ...]] = {}
    for name, place in entity_places(opened.schema).items():
        above = "" if place.parent is None or not roots[place.parent] else f"{roots[place.parent]}."
        roots[name] = "" if place.parent is None else f"{above}{'.'.join(place.path)}[]"
        chains[name] = (name,) if place.parent is None else (*chains[place.parent], name)
    reads = _Reads(roots, chains)
    grouping = check.grouping
    if grouping is None:
        reads.through(program, check.entity, (check.when, check.require))
    else:
        reads.through(program, check.entity, (check.when, *grouping.keys, *grouping.parts))
        over = (check.require,) if grouping.having is None else (grouping.having, check.require)
        reads.through(program, check.entity, over)
    return reads


# What the schemas say of fields


def _descriptions(rule_set: RuleSet) -> dict[str, str]:
    """Descriptions by path, those beside the rule files before the shipped ones; none where a schema has none."""
    from orderproof.data import schemas_folder

    folder = Path(rule_set.document.span.source.name).parent
    found: dict[str, str] = {}
    for name in (rule_set.document.value, *(schema.value for schema in rule_set.fact_schemas)):
        for place in (folder, schemas_folder()):
            file = place / f"{name}{SCHEMA_SUFFIX}"
            if file.is_file():
                found |= dict(_described(file))
                break
    return found


def _described(file: Path) -> Iterator[tuple[str, str]]:
    try:
        top = plain(parse_json(Source(file.as_posix(), file.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, OrderproofError):
        return  # what a schema says of fields is a help only; that it can be read was seen when rules were checked
    stack: list[tuple[str, Plain]] = [("", top)]
    while stack:
        path, node = stack.pop()
        if not isinstance(node, dict):
            continue
        description = node.get("description")
        if path and isinstance(description, str):
            yield path.removesuffix("[]"), description
        members, items = node.get("properties"), node.get("items")
        if isinstance(members, dict):
            before = f"{path}." if path else ""
            stack += ((f"{before}{name}", member) for name, member in members.items())
        if isinstance(items, dict):
            stack.append((f"{path}[]", {key: value for key, value in items.items() if key != "description"}))
