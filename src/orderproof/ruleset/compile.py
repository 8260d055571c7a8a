"""From a rule set as written to a Program: names bound, types checked, strata found, conditions lowered."""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.language import typed as t
from orderproof.language.parser import parse
from orderproof.language.relations import facts_known
from orderproof.language.resolve import PathMeant, RecordMeant, Resolver
from orderproof.language.scope import ParameterValue, Scope, group_scope, subject_scope
from orderproof.language.syntax import Name, all_parts
from orderproof.language.template import Hole, split_message
from orderproof.language.text import written_at
from orderproof.language.typecheck import check_value
from orderproof.language.types import DATE, with_article
from orderproof.ruleset.compilation import Compilation
from orderproof.ruleset.derived import compile_facts
from orderproof.ruleset.lower import all_of, check_proofs, stratum_of
from orderproof.ruleset.model import CheckDefinition, RuleSet, Text
from orderproof.ruleset.program import (
    Check,
    DerivedFact,
    Grouping,
    Message,
    Place,
    Placeholder,
    Program,
)
from orderproof.schema import Schema

MAX_CHAIN = 100
"""Derived facts that may rest on each other in a row: whoever explains the last one tells them all."""


def compile_rule_set(
    rule_set: RuleSet, schema: Schema, parameters: Mapping[str, ParameterValue], selected: frozenset[str] | None = None
) -> Program:
    """The Program of a rule set with these parameters, of the selected checks (all, if None).

    Raises OrderproofError with every mistake of every rule, in the order of the files.
    """
    # Every check is compiled, so that a mistake in one that is not selected does not hide.
    program = _program(Compilation(rule_set, schema, parameters), rule_set.checks)
    if selected is None:
        return program
    chosen = tuple(check for check in rule_set.checks if check.id.value in selected)
    left_out = tuple(check.id.value for check in rule_set.checks if check.id.value not in selected)
    return replace(_program(Compilation(rule_set, schema, parameters), chosen), left_out=left_out)


def _program(compilation: Compilation, definitions: tuple[CheckDefinition, ...]) -> Program:
    facts = compile_facts(compilation)
    compiler = _CheckCompiler(compilation)
    checks = [check for definition in definitions if (check := compiler.check(definition)) is not None]
    rule_set, places = compilation.rule_set, compilation.places
    deep = next((fact for fact in facts if fact.stratum >= MAX_CHAIN), None)
    if deep is not None:
        compilation.report(
            "rules.too-deep",
            f"the fact `{deep.name}` stands on a chain of more than {MAX_CHAIN} derived facts",
            deep.span,
            "conclude some of them together",
        )
    if compilation.diagnostics:
        raise OrderproofError(sorted(compilation.diagnostics, key=partial(_file_order, rule_set)))
    numbered = tuple(replace(check, number=number) for number, check in enumerate(checks))
    items: tuple[DerivedFact | Check, ...] = (*facts, *numbered)
    for item in items:
        compilation.layout.subject(item.entity)
    return Program(
        id=rule_set.name.value,
        version=rule_set.version.value,
        sha256=rule_set.sha256,
        document_type=rule_set.document.value,
        parameters=compilation.vocabulary.parameters,
        timezone=compilation.timezone or "UTC",
        plan=compilation.layout.plan(compilation.schema.entity),
        parents={name: place.parent for name, place in places.items()},
        atoms=compilation.atoms.table(),
        facts=facts,
        checks=numbered,
        strata=1 + max((item.stratum for item in items), default=0),
        nesting=compilation.nesting,
    )


def _file_order(rule_set: RuleSet, diagnostic: Diagnostic) -> tuple[int, int]:
    span = diagnostic.span
    if span is None:
        return (-1, 0)
    names = [source.name for source in rule_set.sources]
    return (names.index(span.source.name) if span.source.name in names else len(names), span.start)


class _CheckCompiler:
    """Compiles checks over the facts that are declared already."""

    def __init__(self, compilation: Compilation) -> None:
        self.compilation = compilation
        self.effective_day = compilation.attempt(lambda: self.day(compilation.schema.entity))

    def check(self, definition: CheckDefinition) -> Check | None:
        problems = len(self.compilation.diagnostics)
        try:
            entity, condition = self.compilation.subject(definition.each)
            scope = subject_scope(self.compilation.vocabulary.entities, entity)
            when = self.compilation.joined(
                condition, self.compilation.condition(definition.when, scope, condition), definition.id.span
            )
            when = self.effective(definition, entity, when)
        except OrderproofError as error:
            self.compilation.diagnostics += error.diagnostics
            return None
        known = facts_known(when, True)
        parts: list[t.Expression] = []
        require_scope = scope.knowing(known)
        if definition.by:
            require_scope = group_scope(entity).knowing(known)
        keys = tuple(
            self.compilation.attempt(partial(self.compilation.value, text, scope.knowing(known)))
            for text in definition.by
        )
        having = self.compilation.attempt(
            lambda: self.compilation.optional_condition(definition.having, require_scope, parts)
        )
        require = self.compilation.attempt(lambda: self.compilation.required(definition.require, require_scope, parts))
        where = self.compilation.attempt(lambda: self.place(definition.where, scope))
        messages = self.messages(definition, scope, parts)
        if definition.having is not None and not definition.by:
            self.compilation.report(
                "rules.having-without-by",
                "`having` is a condition on a group, but this check has no `by`",
                definition.having.span,
                "write the condition in `when`",
            )
        if len(self.compilation.diagnostics) > problems or require is None or where is None:
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
        atoms = self.compilation.atoms
        if grouping is None:
            proofs = check_proofs(atoms, entity, when, require)
            read: tuple[t.Expression, ...] = (when, require)
        else:
            proofs = check_proofs(atoms, entity, when, None)
            read = (when, *grouping.keys, *grouping.parts)
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
            stratum=max(stratum_of(expression, atoms.fact_strata) for expression in read),
            proofs=proofs,
            span=definition.id.span,
        )

    def effective(self, definition: CheckDefinition, entity: str, when: t.Expression) -> t.Expression:
        effective = definition.effective
        if effective is None:
            return when
        if self.compilation.rule_set.effective_on is None:
            self.compilation.report(
                "rules.no-effective-day",
                "this rule set does not say which day `effective` compares with",
                effective.span,
                "add `effective_on: date(…)` to its head",
            )
        day = None if self.effective_day is None else self.day(entity)
        if day is None:
            return when
        at = written_at(effective.span)
        bounds: list[t.Expression] = []
        for bound, operator in (
            (effective.from_, t.Comparison.GREATER_EQUAL),
            (effective.until, t.Comparison.LESS_EQUAL),
        ):
            if bound is not None:
                bounds.append(t.Compare(operator, day, t.Constant(bound, DATE, at), at))
        return all_of([*bounds, when])

    def day(self, entity: str) -> t.Expression | None:
        """The day that ``effective`` compares with, if the rule set names one, in the frame of an entity's rules.

        It names the root alone, but a quantifier in it comes after all that the frame begins with.
        """
        text = self.compilation.rule_set.effective_on
        if text is None:
            return None
        entities = self.compilation.vocabulary.entities
        scope = replace(
            subject_scope(entities, self.compilation.schema.entity), size=subject_scope(entities, entity).size
        )
        day = self.compilation.value(text, scope, DATE)
        if day.type != DATE:
            self.compilation.fail(
                "rules.no-effective-day",
                f"`effective_on` is {with_article(day.type)}, expected a day",
                text.span,
                "write `date(…)` around an instant",
            )
        return day

    def messages(self, definition: CheckDefinition, scope: Scope, parts: list[t.Expression]) -> dict[str, Message]:
        known: dict[str, t.Expression] = {}

        def placeholder(hole: Hole) -> t.Expression:
            """The same words mean the same in the message of every language."""
            words = hole.text.value
            if words not in known:
                known[words] = self.placeholder(hole, definition, scope, parts)
            return known[words]

        return {language.value: self.message(text, placeholder) for language, text in definition.message}

    def message(self, text: Text, placeholder: Callable[[Hole], t.Expression]) -> Message:
        made: list[str | Placeholder] = []
        try:
            pieces = split_message(self.compilation.expression_text(text))
        except OrderproofError as error:
            self.compilation.diagnostics += error.diagnostics
            return Message(())
        for piece in pieces:
            if isinstance(piece, str):
                made.append(piece)
                continue
            expression = self.compilation.attempt(partial(placeholder, piece))
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
        expression, nesting = check_value(hole.text, self.compilation.vocabulary, scope, parts)
        self.compilation.nesting = max(self.compilation.nesting, nesting)
        return expression

    def place(self, where: Text | None, scope: Scope) -> Place:
        subject = scope.facts[0].variable
        if where is None:
            return Place(subject, ())
        text = self.compilation.expression_text(where)
        meant = Resolver(text, self.compilation.vocabulary).resolve(parse(text), scope)
        match meant:
            case PathMeant(variable, _, path):
                return Place(variable, path)
            case RecordMeant(variable):
                return Place(variable, ())
            case _:
                self.compilation.fail(
                    "rules.where",
                    f"`{where.value.strip()}` is not a place in the document",
                    where.span,
                    "name a path, such as `order.amounts.total`; facts, parameters and computed values have no place",
                )
