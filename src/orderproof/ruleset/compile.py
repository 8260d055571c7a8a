"""From a rule set as written to a Program: names bound, types checked, strata found, conditions lowered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn, TypeVar

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, did_you_mean
from orderproof.language import typed as t
from orderproof.language.calls import FUNCTIONS
from orderproof.language.parser import KEYWORDS, QUANTIFIERS, parse
from orderproof.language.relations import facts_known, plain_type
from orderproof.language.resolve import PathMeant, RecordMeant, Resolver
from orderproof.language.scope import ParameterValue, Scope, Vocabulary, element_type, group_scope, subject_scope
from orderproof.language.syntax import Name, all_parts
from orderproof.language.template import Hole, split_message
from orderproof.language.text import ExpressionText
from orderproof.language.typecheck import check_condition, check_value
from orderproof.language.types import BOOLEAN, DATE, FactType, Kind, ScalarType, with_article
from orderproof.ruleset.dependencies import order_derivations
from orderproof.ruleset.layout import RecordLayout
from orderproof.ruleset.lower import Atoms, facts_read, proof, stratum_of
from orderproof.ruleset.model import CheckDefinition, Derivation, RuleSet, Text
from orderproof.ruleset.parameters import wrong_zone
from orderproof.ruleset.program import (
    DOES_NOT_HOLD,
    Check,
    DerivedFact,
    EntryOfFact,
    Formula,
    Grouping,
    Message,
    Place,
    Placeholder,
    Program,
    Proof,
    Verdict,
)
from orderproof.ruleset.vocabulary import entity_places, entity_types
from orderproof.schema import Schema
from orderproof.source import Span

_Made = TypeVar("_Made")
_WORDS = frozenset({"parameters", "as_of", "group", *KEYWORDS, *QUANTIFIERS, *FUNCTIONS})


def _elements(parameters: Mapping[str, ParameterValue]) -> dict[str, ScalarType]:
    """What the lists and tables of the parameters hold, where that is known."""
    held = {name: element_type(value) for name, value in parameters.items() if isinstance(value, tuple | Mapping)}
    return {name: type_ for name, type_ in held.items() if type_ is not None}


def compile_rule_set(
    rule_set: RuleSet, schema: Schema, parameters: Mapping[str, ParameterValue], selected: frozenset[str] | None = None
) -> Program:
    """The Program of a rule set with these parameters, of the selected checks (all, if None).

    Raises OrderproofError with every mistake of every rule, in the order of the files.
    """
    return _Compiler(rule_set, schema, parameters).program(selected)


@dataclass
class _Fact:
    """What is gathered of one derived fact before it is complete."""

    type: FactType
    entries: list[EntryOfFact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a derived fact, checked by itself."""

    derivation: Derivation
    entity: str
    when: t.Expression
    values: dict[str, t.Expression]
    span: Span


def _typed_as(value: t.Expression | None, type_: ScalarType) -> t.Expression | None:
    return replace(value, type=type_) if isinstance(value, t.UnknownValue) else value


class _Compiler:
    """Compiles one rule set; mistakes are gathered and the rest goes on."""

    def __init__(self, rule_set: RuleSet, schema: Schema, parameters: Mapping[str, ParameterValue]) -> None:
        self.rule_set = rule_set
        self.schema = schema
        self.diagnostics: list[Diagnostic] = []
        self.places = entity_places(schema)
        self.layout = RecordLayout(self.places)
        self.timezone = self.zone(parameters)
        elements = {**_elements(parameters), **_elements({each.name.value: each.value for each in rule_set.parameters})}
        self.vocabulary = Vocabulary(entity_types(schema, {}), parameters, self.timezone, self.layout, elements)
        self.facts: dict[str, _Fact] = {}
        self.nesting = 0
        self.effective_day: t.Expression | None = None
        self.atoms = Atoms({})

    def program(self, selected: frozenset[str] | None) -> Program:
        self.check_names()
        self.derive()
        facts = self.finish_facts()
        self.effective_day = self.attempt(self.day)
        # Every check is compiled, so that a mistake in one that is not selected does not hide.
        checks = [check for definition in self.rule_set.checks if (check := self.check(definition)) is not None]
        if self.diagnostics:
            raise OrderproofError(sorted(self.diagnostics, key=self.file_order))
        chosen = [check for check in checks if selected is None or check.id in selected]
        numbered = tuple(replace(check, number=number) for number, check in enumerate(chosen))
        items: tuple[DerivedFact | Check, ...] = (*facts, *numbered)
        strata = 1 + max((item.stratum for item in items), default=0)
        for item in items:
            self.layout.subject(item.entity)
        return Program(
            id=self.rule_set.name.value,
            version=self.rule_set.version.value,
            sha256=self.rule_set.sha256,
            document_type=self.rule_set.document.value,
            parameters=self.vocabulary.parameters,
            timezone=self.timezone or "UTC",
            plan=self.layout.plan(self.schema.entity),
            parents={name: place.parent for name, place in self.places.items()},
            atoms=self.atoms.table(),
            facts=facts,
            checks=numbered,
            strata=strata,
            nesting=self.nesting,
        )

    def file_order(self, diagnostic: Diagnostic) -> tuple[int, int]:
        span = diagnostic.span
        if span is None:
            return (-1, 0)
        names = [source.name for source in self.rule_set.sources]
        return (names.index(span.source.name) if span.source.name in names else len(names), span.start)

    def report(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span=span, help=help))

    def zone(self, parameters: Mapping[str, ParameterValue]) -> str:
        """The name of the zone in which calendar days begin; empty if there is none."""
        zone = parameters.get("timezone")
        if zone is None:
            return ""
        wrong = wrong_zone(zone)
        if wrong is not None:
            spans = [each.span for each in self.rule_set.parameters if each.name.value == "timezone"]
            span = spans[0] if spans else self.rule_set.name.span
            self.report("rules.timezone", wrong.message, span, wrong.help)
            return "UTC"
        return str(zone)

    def check_names(self) -> None:
        for derivation in self.rule_set.derivations:
            name = derivation.fact.value
            if name in self.places or name in _WORDS:
                self.report(
                    "rules.name-taken",
                    f"`{name}` already has a meaning",
                    derivation.fact.span,
                    "choose another name for the fact",
                )
            elif any(name in entity.members for entity in self.vocabulary.entities.values()):
                owner = next(e.name for e in self.vocabulary.entities.values() if name in e.members)
                self.report(
                    "rules.name-taken",
                    f"`{name}` is a field of {owner}",
                    derivation.fact.span,
                    "choose another name for the fact",
                )

    # Derived facts

    def derive(self) -> None:
        order = order_derivations(self.rule_set.derivations, self.diagnostics)
        self.break_facts(order.cyclic)
        for name in order.names:
            if name not in order.cyclic:
                self.fact([entry for entry in self.rule_set.derivations if entry.fact.value == name])

    def break_facts(self, names: frozenset[str]) -> None:
        """A mistake of these facts is reported, so rules that read them are not blamed."""
        self.vocabulary = replace(self.vocabulary, broken=self.vocabulary.broken | names)

    def fact(self, derivations: list[Derivation]) -> None:
        """All entries of one fact; it is declared when they are known, for none of them may read it."""
        name = derivations[0].fact.value
        kinds: dict[str, ScalarType] = {}
        entries: list[_Entry] = []
        for derivation in derivations:
            entry = self.attempt(partial(self.entry, derivation, kinds))
            if entry is not None:
                entries.append(entry)
                for value, expression in entry.values.items():
                    if not isinstance(expression, t.UnknownValue):
                        kinds.setdefault(value, self.widened(plain_type(expression)))
        if len(entries) < len(derivations):
            self.break_facts(frozenset({name}))
        if not entries:
            return
        first = entries[0]
        types = {value: kinds.get(value, BOOLEAN) for value in first.values}
        for entry in entries[1:]:
            self.compare_entries(entry, first, types)
        self.declare(FactType(name, len(self.facts), first.entity, types))
        self.facts[name].entries += [
            EntryOfFact(
                entry.when, tuple(_typed_as(entry.values.get(value), types[value]) for value in types), entry.span
            )
            for entry in entries
        ]

    def entry(self, derivation: Derivation, kinds: dict[str, ScalarType]) -> "_Entry":
        entity, condition = self.subject(derivation.each)
        scope = subject_scope(self.vocabulary.entities, entity)
        when = self.joined(condition, self.condition(derivation.when, scope, condition), derivation.fact.span)
        scope = scope.knowing(facts_known(when, True))
        values = {name.value: self.value(text, scope, kinds.get(name.value)) for name, text in derivation.values}
        return _Entry(derivation, entity, when, values, derivation.fact.span)

    def compare_entries(self, entry: "_Entry", first: "_Entry", types: dict[str, ScalarType]) -> None:
        name = entry.derivation.fact.value
        if entry.entity != first.entity:
            self.report(
                "rules.unlike-entries",
                f"the fact `{name}` is concluded of each {first.entity} above and of each {entry.entity} here",
                entry.derivation.each.span,
                "give it the same `each` as above, or another name",
            )
        spans = {value.value: (value.span, text.span) for value, text in entry.derivation.values}
        for value, expression in entry.values.items():
            known, given = types.get(value), self.widened(plain_type(expression))
            if known is None:
                self.report(
                    "rules.unlike-entries",
                    f"the first entry of `{name}` gives no value `{value}`",
                    spans[value][0],
                    did_you_mean(value, types) or "every entry of a fact gives the same values",
                )
            elif known.kind is not given.kind and not isinstance(expression, t.UnknownValue):
                self.report(
                    "rules.unlike-entries",
                    f"the value `{value}` of `{name}` is {with_article(known)} above and {with_article(given)} here",
                    spans[value][1],
                    "every entry of a fact gives values of the same types",
                )
        missing = [value for value in types if value not in entry.values]
        if missing:
            self.report(
                "rules.unlike-entries",
                f"this entry of `{name}` does not give `{missing[0]}`",
                entry.span,
                "every entry of a fact gives the same values; write `unknown` where there is none",
            )

    @staticmethod
    def widened(type_: ScalarType) -> ScalarType:
        """Entries may give whole and broken numbers alike; closed lists may differ."""
        return ScalarType(Kind.DECIMAL if type_.kind is Kind.INTEGER else type_.kind)

    def declare(self, fact: FactType) -> None:
        self.facts[fact.name] = _Fact(fact)
        types = entity_types(self.schema, {name: known.type for name, known in self.facts.items()})
        self.vocabulary = replace(self.vocabulary, entities=types)

    def finish_facts(self) -> tuple[DerivedFact, ...]:
        facts: list[DerivedFact] = []
        for name, gathered in self.facts.items():
            read: set[int] = set()
            for entry in gathered.entries:
                for expression in (entry.when, *(value for value in entry.values if value is not None)):
                    read |= facts_read(expression)
            stratum = max((self.atoms.fact_strata[number] + 1 for number in read), default=0)
            self.atoms.fact_strata[gathered.type.number] = stratum
            facts.append(
                DerivedFact(
                    name=name,
                    number=gathered.type.number,
                    entity=gathered.type.entity,
                    value_names=tuple(gathered.type.values),
                    value_types=tuple(gathered.type.values.values()),
                    entries=tuple(gathered.entries),
                    stratum=stratum,
                    proofs=self.fact_proofs(gathered),
                    span=gathered.entries[0].span if gathered.entries else self.rule_set.name.span,
                )
            )
        return tuple(facts)

    def fact_proofs(self, fact: _Fact) -> tuple[Proof, ...]:
        proofs: list[Proof] = []
        before: list[t.Expression] = []
        for number, entry in enumerate(fact.entries):
            proofs.append(Proof(number, self.prove(fact.type.entity, [*before, entry.when])))
            before.append(t.Not(entry.when, entry.span))
        if before:
            proofs.append(Proof(DOES_NOT_HOLD, self.prove(fact.type.entity, before)))
        return tuple(proofs)

    def prove(self, entity: str, conditions: list[t.Expression]) -> Formula:
        return proof(self.atoms, entity, self.all_of(conditions))

    @staticmethod
    def all_of(conditions: list[t.Expression]) -> t.Expression:
        return conditions[0] if len(conditions) == 1 else t.And(tuple(conditions), conditions[0].span)

    # Checks

    def check(self, definition: CheckDefinition) -> Check | None:
        problems = len(self.diagnostics)
        try:
            entity, condition = self.subject(definition.each)
            scope = subject_scope(self.vocabulary.entities, entity)
            when = self.joined(condition, self.condition(definition.when, scope, condition), definition.id.span)
            when = self.effective(definition, when)
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return None
        known = facts_known(when, True)
        parts: list[t.Expression] = []
        require_scope = scope.knowing(known)
        if definition.by:
            require_scope = group_scope(entity).knowing(known)
        keys = tuple(self.attempt(partial(self.value, text, scope.knowing(known))) for text in definition.by)
        having = self.attempt(lambda: self.optional_condition(definition.having, require_scope, parts))
        require = self.attempt(lambda: self.required(definition.require, require_scope, parts))
        where = self.attempt(lambda: self.place(definition.where, scope))
        messages = self.messages(definition, scope, parts)
        if definition.having is not None and not definition.by:
            self.report(
                "rules.having-without-by",
                "`having` is a condition on a group, but this check has no `by`",
                definition.having.span,
                "write the condition in `when`",
            )
        if len(self.diagnostics) > problems or require is None or where is None:
            return None
        grouping = (
            Grouping(tuple(key for key in keys if key is not None), tuple(parts), having) if definition.by else None
        )
        return self.finished(definition, entity, when, require, where, messages, grouping)

    def finished(
        self,
        definition: CheckDefinition,
        entity: str,
        when: t.Expression,
        require: t.Expression,
        where: Place,
        messages: dict[str, Message],
        grouping: Grouping | None,
    ) -> Check:
        if grouping is None:
            proofs: tuple[Proof, ...] = (
                Proof(Verdict.PASS, self.prove(entity, [when, require])),
                Proof(Verdict.VIOLATION, self.prove(entity, [when, t.Not(require, require.span)])),
            )
            read: tuple[t.Expression, ...] = (when, require)
        else:
            proofs = (Proof(Verdict.PASS, self.prove(entity, [when])),)
            read = (when, *grouping.keys, *grouping.parts)
        excluded = Proof(Verdict.NOT_APPLICABLE, self.prove(entity, [t.Not(when, when.span)]))
        return Check(
            id=definition.id.value,
            number=0,
            entity=entity,
            severity=Severity(definition.severity.value if definition.severity else "error"),
            clause=definition.clause.value,
            titles={language.value: text.value for language, text in definition.title},
            messages=messages,
            note=definition.note.value if definition.note else "",
            when=when,
            require=require,
            where=where,
            grouping=grouping,
            stratum=max(stratum_of(expression, self.atoms.fact_strata) for expression in read),
            proofs=(*proofs, excluded),
            span=definition.id.span,
        )

    def effective(self, definition: CheckDefinition, when: t.Expression) -> t.Expression:
        effective = definition.effective
        if effective is None:
            return when
        if self.rule_set.effective_on is None:
            self.report(
                "rules.no-effective-day",
                "this rule set does not say which day `effective` compares with",
                effective.span,
                "add `effective_on: date(…)` to its head",
            )
        day = self.effective_day
        if day is None:
            return when
        bounds: list[t.Expression] = []
        for bound, operator in (
            (effective.from_, t.Comparison.GREATER_EQUAL),
            (effective.until, t.Comparison.LESS_EQUAL),
        ):
            if bound is not None:
                bounds.append(t.Compare(operator, day, t.Constant(bound, DATE, effective.span), effective.span))
        return self.all_of([*bounds, when])

    def day(self) -> t.Expression | None:
        """The day that ``effective`` compares with, if the rule set names one."""
        text = self.rule_set.effective_on
        if text is None:
            return None
        day = self.value(text, subject_scope(self.vocabulary.entities, self.schema.entity), DATE)
        if day.type != DATE:
            self.fail(
                "rules.no-effective-day",
                f"`effective_on` is {with_article(day.type)}, expected a day",
                text.span,
                "write `date(…)` around an instant",
            )
        return day

    def messages(self, definition: CheckDefinition, scope: Scope, parts: list[t.Expression]) -> dict[str, Message]:
        return {language.value: self.message(text, definition, scope, parts) for language, text in definition.message}

    def message(self, text: Text, definition: CheckDefinition, scope: Scope, parts: list[t.Expression]) -> Message:
        made: list[str | Placeholder] = []
        try:
            pieces = split_message(self.expression_text(text))
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return Message(())
        for piece in pieces:
            if isinstance(piece, str):
                made.append(piece)
                continue
            expression = self.attempt(partial(self.placeholder, piece, definition, scope, parts))
            if expression is not None:
                made.append(Placeholder(expression, piece.text.value.strip()))
        return Message(tuple(made))

    def placeholder(
        self, hole: Hole, definition: CheckDefinition, scope: Scope, parts: list[t.Expression]
    ) -> t.Expression:
        """In a grouped check a placeholder speaks of the group alone if it names it, else of the subject."""
        tree = parse(hole.text)
        if definition.by and any(isinstance(part, Name) and part.name == "group" for part, _ in all_parts(tree)):
            scope = group_scope(scope.facts[0].entity)
        scope = replace(scope, lenient=True)
        expression, nesting = check_value(hole.text, self.vocabulary, scope, parts)
        self.nesting = max(self.nesting, nesting)
        return expression

    def place(self, where: Text | None, scope: Scope) -> Place:
        subject = scope.facts[0].variable
        if where is None:
            return Place(subject, ())
        text = self.expression_text(where)
        meant = Resolver(text, self.vocabulary).resolve(parse(text), scope)
        match meant:
            case PathMeant(variable, _, path):
                return Place(variable, path)
            case RecordMeant(variable):
                return Place(variable, ())
            case _:
                self.fail(
                    "rules.where",
                    f"`{where.value.strip()}` is not a place in the document",
                    where.span,
                    "name a path, such as `order.amounts.total`; facts, parameters and computed values have no place",
                )

    # What all rules share

    def subject(self, each: Text) -> tuple[str, t.Expression | None]:
        """The entity of a rule's subjects, and the condition that `each: <fact>` asks of them."""
        if each.value in self.places:
            return each.value, None
        fact = self.facts.get(each.value)
        if fact is None and each.value in self.vocabulary.broken:
            raise OrderproofError(())
        if fact is None:
            known = [*self.places, *self.facts]
            self.fail(
                "rules.unknown-subject",
                f"`{each.value}` is neither an entity nor a derived fact",
                each.span,
                did_you_mean(each.value, known) or f"entities: {', '.join(self.places)}",
            )
        entity = fact.type.entity
        variable = subject_scope(self.vocabulary.entities, entity).facts[0].variable
        return entity, t.FactHolds(variable, fact.type.number, each.value, each.span)

    def condition(self, when: Text | None, scope: Scope, condition: t.Expression | None) -> t.Expression | None:
        if when is None:
            return None
        if condition is not None:
            scope = scope.knowing(facts_known(condition, True))
        return self.required(when, scope, [])

    def joined(self, condition: t.Expression | None, when: t.Expression | None, span: Span) -> t.Expression:
        given = [expression for expression in (condition, when) if expression is not None]
        return self.all_of(given) if given else t.Constant(True, BOOLEAN, span)

    def required(self, text: Text, scope: Scope, parts: list[t.Expression]) -> t.Expression:
        expression, nesting = check_condition(self.expression_text(text), self.vocabulary, scope, parts)
        self.nesting = max(self.nesting, nesting)
        return expression

    def optional_condition(self, text: Text | None, scope: Scope, parts: list[t.Expression]) -> t.Expression | None:
        return None if text is None else self.required(text, scope, parts)

    def value(self, text: Text, scope: Scope, wanted: ScalarType | None = None) -> t.Expression:
        expression, nesting = check_value(self.expression_text(text), self.vocabulary, scope, wanted=wanted)
        self.nesting = max(self.nesting, nesting)
        return expression

    @staticmethod
    def expression_text(text: Text) -> ExpressionText:
        return ExpressionText(text.value, text.span.source, text.inner)

    def attempt(self, work: Callable[[], _Made]) -> _Made | None:
        """What the work makes; None with its diagnostics gathered, when it cannot."""
        try:
            return work()
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return None

    @staticmethod
    def fail(code: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        raise OrderproofError([Diagnostic(code, message, span=span, help=help)])
