"""What the compilation of a rule set shares: its vocabulary, its mistakes, and how a text becomes an expression."""

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.language import typed as t
from orderproof.language.relations import facts_known
from orderproof.language.scope import ParameterValue, Scope, Vocabulary, element_type, subject_scope
from orderproof.language.text import ExpressionText, written_at
from orderproof.language.typecheck import check_condition, check_value
from orderproof.language.types import BOOLEAN, FactType, ScalarType
from orderproof.ruleset.layout import RecordLayout
from orderproof.ruleset.lower import Atoms, all_of
from orderproof.ruleset.model import RuleSet, Text
from orderproof.ruleset.parameters import wrong_zone
from orderproof.ruleset.program import EntryOfFact
from orderproof.ruleset.vocabulary import entity_places, entity_types
from orderproof.schema import Schema
from orderproof.source import Span

_Made = TypeVar("_Made")


class GatheredFact(Struct):
    """What is gathered of one derived fact before it is complete."""

    type: FactType
    entries: list[EntryOfFact] = []


class Compilation:
    """One rule set on its way to a Program: mistakes are gathered and the rest goes on."""

    def __init__(self, rule_set: RuleSet, schema: Schema, parameters: Mapping[str, ParameterValue]) -> None:
        self.rule_set = rule_set
        self.schema = schema
        self.diagnostics: list[Diagnostic] = []
        self.places = entity_places(schema)
        self.layout = RecordLayout(self.places)
        self.timezone = self.zone(parameters)
        elements = {**_elements(parameters), **_elements({each.name.value: each.value for each in rule_set.parameters})}
        self.vocabulary = Vocabulary(entity_types(schema, {}), parameters, self.timezone, self.layout, elements)
        self.facts: dict[str, GatheredFact] = {}
        self.nesting = 0
        self.atoms = Atoms({})

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

    def report(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span=span, help=help))

    @staticmethod
    def fail(code: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        raise OrderproofError([Diagnostic(code, message, span=span, help=help)])

    def attempt(self, work: Callable[[], _Made]) -> _Made | None:
        """What the work makes; None with its diagnostics gathered, when it cannot."""
        try:
            return work()
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return None

    def declare(self, fact: FactType) -> None:
        self.facts[fact.name] = GatheredFact(fact)
        known = self.vocabulary.entities
        entity = known[fact.entity]
        entity = replace(entity, facts={**entity.facts, fact.name: fact})
        self.vocabulary = replace(self.vocabulary, entities={**known, fact.entity: entity})

    def break_facts(self, names: frozenset[str]) -> None:
        """A mistake of these facts is reported, so rules that read them are not blamed."""
        self.vocabulary = replace(self.vocabulary, broken=self.vocabulary.broken | names)

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
        return entity, t.FactHolds(variable, fact.type.number, each.value, written_at(each.span))

    def condition(self, when: Text | None, scope: Scope, condition: t.Expression | None) -> t.Expression | None:
        if when is None:
            return None
        if condition is not None:
            scope = scope.knowing(facts_known(condition, True))
        return self.required(when, scope, [])

    def joined(self, condition: t.Expression | None, when: t.Expression | None, span: Span) -> t.Expression:
        given = [expression for expression in (condition, when) if expression is not None]
        return all_of(given) if given else t.Constant(True, BOOLEAN, written_at(span))

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


def _elements(parameters: Mapping[str, ParameterValue]) -> dict[str, ScalarType]:
    """What the lists and tables of the parameters hold, where that is known."""
    held = {name: element_type(value) for name, value in parameters.items() if isinstance(value, tuple | Mapping)}
    return {name: type_ for name, type_ in held.items() if type_ is not None}
