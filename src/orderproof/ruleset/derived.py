"""Derived facts: their entries checked and compared, their strata found, their conditions lowered."""

from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import did_you_mean
from orderproof.language import typed as t
from orderproof.language.calls import FUNCTIONS
from orderproof.language.instead import FOREIGN
from orderproof.language.parser import KEYWORDS, QUANTIFIERS
from orderproof.language.relations import facts_known, plain_type
from orderproof.language.scope import subject_scope
from orderproof.language.types import BOOLEAN, FactType, Kind, ScalarType, with_article
from orderproof.ruleset.compilation import Compilation
from orderproof.ruleset.dependencies import order_derivations
from orderproof.ruleset.lower import fact_proofs, facts_read
from orderproof.ruleset.model import Derivation
from orderproof.ruleset.program import DerivedFact, EntryOfFact
from orderproof.source import Span

_WORDS = frozenset({"parameters", "as_of", "group", *KEYWORDS, *QUANTIFIERS, *FUNCTIONS, *FOREIGN})


def compile_facts(compilation: Compilation) -> tuple[DerivedFact, ...]:
    """All derived facts of a rule set in the order of their numbers, each after those that it rests on."""
    compiler = _FactCompiler(compilation)
    compiler.check_names()
    compiler.derive()
    return compiler.finish_facts()


class _Entry(Struct, frozen=True):
    """An entry of a derived fact, checked by itself."""

    derivation: Derivation
    entity: str
    when: t.Expression
    values: dict[str, t.Expression]
    span: Span


def _typed_as(value: t.Expression | None, type_: ScalarType) -> t.Expression | None:
    return replace(value, type=type_) if isinstance(value, t.UnknownValue) else value


class _FactCompiler(Struct, frozen=True):
    compilation: Compilation

    def check_names(self) -> None:
        for derivation in self.compilation.rule_set.derivations:
            name = derivation.fact.value
            if name in self.compilation.places or name in _WORDS:
                self.compilation.report(
                    "rules.name-taken",
                    f"`{name}` already has a meaning",
                    derivation.fact.span,
                    "choose another name for the fact",
                )
            elif any(name in entity.members for entity in self.compilation.vocabulary.entities.values()):
                owner = next(e.name for e in self.compilation.vocabulary.entities.values() if name in e.members)
                self.compilation.report(
                    "rules.name-taken",
                    f"`{name}` is a field of {owner}",
                    derivation.fact.span,
                    "choose another name for the fact",
                )

    def derive(self) -> None:
        order = order_derivations(self.compilation.rule_set.derivations, self.compilation.diagnostics)
        self.compilation.break_facts(order.cyclic)
        for name in order.names:
            if name not in order.cyclic:
                self.fact([entry for entry in self.compilation.rule_set.derivations if entry.fact.value == name])

    def fact(self, derivations: list[Derivation]) -> None:
        """All entries of one fact; it is declared when they are known, for none of them may read it."""
        name = derivations[0].fact.value
        kinds: dict[str, ScalarType] = {}
        entries: list[_Entry] = []
        for derivation in derivations:
            entry = self.compilation.attempt(partial(self.entry, derivation, kinds))
            if entry is not None:
                entries.append(entry)
                for value, expression in entry.values.items():
                    if not isinstance(expression, t.UnknownValue):
                        kinds.setdefault(value, self.widened(plain_type(expression)))
        if len(entries) < len(derivations):
            self.compilation.break_facts(frozenset({name}))
        if not entries:
            return
        first = entries[0]
        types = {value: kinds.get(value, BOOLEAN) for value in first.values}
        for entry in entries[1:]:
            self.compare_entries(entry, first, types)
        self.compilation.declare(FactType(name, len(self.compilation.facts), first.entity, types))
        self.compilation.facts[name].entries += [
            EntryOfFact(
                entry.when, tuple(_typed_as(entry.values.get(value), types[value]) for value in types), entry.span
            )
            for entry in entries
        ]

    def entry(self, derivation: Derivation, kinds: dict[str, ScalarType]) -> "_Entry":
        entity, condition = self.compilation.subject(derivation.each)
        scope = subject_scope(self.compilation.vocabulary.entities, entity)
        when = self.compilation.joined(
            condition, self.compilation.condition(derivation.when, scope, condition), derivation.fact.span
        )
        scope = scope.knowing(facts_known(when, True))
        values = {
            name.value: self.compilation.value(text, scope, kinds.get(name.value)) for name, text in derivation.values
        }
        return _Entry(derivation, entity, when, values, derivation.fact.span)

    def compare_entries(self, entry: "_Entry", first: "_Entry", types: dict[str, ScalarType]) -> None:
        name = entry.derivation.fact.value
        if entry.entity != first.entity:
            self.compilation.report(
                "rules.unlike-entries",
                f"the fact `{name}` is concluded of each {first.entity} above and of each {entry.entity} here",
                entry.derivation.each.span,
                "give it the same `each` as above, or another name",
            )
        spans = {value.value: (value.span, text.span) for value, text in entry.derivation.values}
        for value, expression in entry.values.items():
            known, given = types.get(value), self.widened(plain_type(expression))
            if known is None:
                self.compilation.report(
                    "rules.unlike-entries",
                    f"the first entry of `{name}` gives no value `{value}`",
                    spans[value][0],
                    did_you_mean(value, types) or "every entry of a fact gives the same values",
                )
            elif known.kind is not given.kind and not isinstance(expression, t.UnknownValue):
                self.compilation.report(
                    "rules.unlike-entries",
                    f"the value `{value}` of `{name}` is {with_article(known)} above and {with_article(given)} here",
                    spans[value][1],
                    "every entry of a fact gives values of the same types",
                )
        missing = [value for value in types if value not in entry.values]
        if missing:
            self.compilation.report(
                "rules.unlike-entries",
                f"this entry of `{name}` does not give `{missing[0]}`",
                entry.span,
                "every entry of a fact gives the same values; write `unknown` where there is none",
            )

    @staticmethod
    def widened(type_: ScalarType) -> ScalarType:
        """Entries may give whole and broken numbers alike; closed lists may differ."""
        return ScalarType(Kind.DECIMAL if type_.kind is Kind.INTEGER else type_.kind)

    def finish_facts(self) -> tuple[DerivedFact, ...]:
        facts: list[DerivedFact] = []
        for name, gathered in self.compilation.facts.items():
            read: set[int] = set()
            for entry in gathered.entries:
                for expression in (entry.when, *(value for value in entry.values if value is not None)):
                    read |= facts_read(expression)
            stratum = max((self.compilation.atoms.fact_strata[number] + 1 for number in read), default=0)
            self.compilation.atoms.fact_strata[gathered.type.number] = stratum
            facts.append(
                DerivedFact(
                    name=name,
                    number=gathered.type.number,
                    entity=gathered.type.entity,
                    value_names=tuple(gathered.type.values),
                    value_types=tuple(gathered.type.values.values()),
                    entries=tuple(gathered.entries),
                    stratum=stratum,
                    proofs=fact_proofs(
                        self.compilation.atoms, gathered.type.entity, [entry.when for entry in gathered.entries]
                    ),
                    span=gathered.entries[0].span if gathered.entries else self.compilation.rule_set.name.span,
                )
            )
        return tuple(facts)
