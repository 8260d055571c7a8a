"""Random expressions, directed by types: nearly all of them are right, and every form of the language comes up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from orderproof.language.types import Kind

from .schemas import CHOICES, DATES, DECIMALS, TEXTS, Entity, Leaf, Model

NUMBER = (Kind.INTEGER, Kind.DECIMAL)
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_PATTERNS = ("a.*", "[a-z0-9]+", "", r"\\d+", "(?i)A", "开?", r"\\w+-\\w+ \\w", "k[12]")
VALUE_KINDS = (Kind.DECIMAL, Kind.TIMESTAMP, Kind.TEXT, Kind.DATE, Kind.DURATION, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived fact that may be read, with the kinds of its values."""

    name: str
    entity: str
    values: dict[str, Kind]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names of parameters by what they hold."""

    numbers: tuple[str, ...] = ("grace", "share")
    texts: tuple[str, ...] = ("word",)
    truths: tuple[str, ...] = ("strict",)
    number_lists: tuple[str, ...] = ("steps",)
    text_lists: tuple[str, ...] = ("words",)
    tables: tuple[str, ...] = ("rates",)
    text_tables: tuple[str, ...] = ("renamed",)


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named: records (name, entity), scalars (name, kind), entities whose facts stand alone, and
    the facts (by what is written before the dot, and name) that are known to hold.
    """

    records: tuple[tuple[str, str], ...]
    scalars: tuple[tuple[str, Kind], ...] = ()
    alone: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    depth: int = 0
    member: str | None = None
    """The entity of a group's member, where that is what is read: its name is ``m``."""

    def knowing(self, facts: frozenset[str]) -> "Scope":
        return replace(self, known=self.known | facts)


@dataclass
class Writer:
    """Writes random expressions over a model. With ``plain`` nothing that asks whether a value is there."""

    random: Random
    model: Model
    plain: bool = False
    facts: list[Fact] = field(default_factory=list)
    parameters: Parameters = field(default_factory=Parameters)

    def one_of(self, makers: Sequence[Callable[[], str | None]], fallback: str) -> str:
        """What one of the makers writes; they are tried in random order."""
        for make in self.random.sample(makers, len(makers)):
            found = make()
            if found is not None:
                return found
        return fallback

    # Names

    def leaf(self, scope: Scope, kinds: Sequence[Kind]) -> tuple[str, Leaf] | None:
        places = [
            (f"{name}.{'.'.join(leaf.path)}", leaf)
            for name, entity in scope.records
            for leaf in self.model.entities[entity].leaves
            if leaf.kind in kinds
        ]
        return self.random.choice(places) if places else None

    def path(self, scope: Scope, kinds: Sequence[Kind]) -> str | None:
        found = self.leaf(scope, kinds)
        return None if found is None else found[0]

    def facts_here(self, scope: Scope) -> list[tuple[str, Fact]]:
        """Facts with what is written to name them."""
        found: list[tuple[str, Fact]] = []
        for fact in self.facts:
            if fact.entity in scope.alone:
                found.append((fact.name, fact))
            found += [
                (f"{name}.{fact.name}", fact)
                for name, entity in scope.records
                if entity == fact.entity and name not in self.model.entities
            ]
            if scope.member is not None and fact.entity in self.model.chain(scope.member)[:-1]:
                found.append((f"m.{fact.name}", fact))
        return found

    def fact_value(self, scope: Scope, kinds: Sequence[Kind], budget: int) -> str | None:
        """A value of a fact: where it is known, or where it is asked first."""
        places = [
            (written, value)
            for written, fact in self.facts_here(scope)
            for value, kind in fact.values.items()
            if kind in kinds
        ]
        if not places:
            return None
        known = [place for place in places if place[0] in scope.known]
        written, value = self.random.choice(known or places)
        if written in scope.known:
            return f"{written}.{value}"
        return f"({written}.{value} if {written} else {self.value(kinds[0], scope, budget // 2)})"

    def local(self, scope: Scope, kinds: Sequence[Kind]) -> str | None:
        found = [name for name, kind in scope.scalars if kind in kinds]
        return self.random.choice(found) if found else None

    # Values

    def value(self, kind: Kind, scope: Scope, budget: int) -> str:
        match kind:
            case Kind.BOOLEAN:
                return self.boolean(scope, budget)
            case Kind.TEXT:
                return self.text(scope, budget)
            case Kind.INTEGER | Kind.DECIMAL:
                return self.number(scope, budget)
            case Kind.TIMESTAMP:
                return self.timestamp(scope, budget)
            case Kind.DATE:
                return self.date(scope, budget)
            case Kind.DURATION:
                return self.duration(scope, budget)

    def shared(self, kind: Kind, scope: Scope, budget: int) -> list[Callable[[], str | None]]:
        """The forms that every kind of value has."""
        kinds = NUMBER if kind in NUMBER else (kind,)
        makers: list[Callable[[], str | None]] = [
            lambda: self.path(scope, kinds),
            lambda: self.path(scope, kinds),
            lambda: self.local(scope, kinds),
            lambda: self.fact_value(scope, kinds, budget),
        ]
        if budget > 1:
            makers.append(lambda: self.choice(kind, scope, budget))
            if kind not in (Kind.TEXT, Kind.BOOLEAN):
                makers.append(lambda: self.extreme(kind, scope, budget))
        return makers

    def choice(self, kind: Kind, scope: Scope, budget: int) -> str:
        condition, known = self.condition(scope, budget // 3)
        then = self.value(kind, scope.knowing(known), budget // 3)
        return f"({then} if {condition} else {self.value(kind, scope, budget // 3)})"

    def extreme(self, kind: Kind, scope: Scope, budget: int) -> str | None:
        return self.each(
            self.random.choice(("min", "max")), scope, budget, lambda inner, left: self.value(kind, inner, left)
        )

    def number(self, scope: Scope, budget: int) -> str:
        makers = self.shared(Kind.DECIMAL, scope, budget)
        makers += [
            lambda: self.random.choice(
                [each for each in DECIMALS if not each.startswith("-") and "e" not in each and len(each) < 40]
            ),
            lambda: str(self.random.choice((0, 1, 2, 3, 100))),
            lambda: f"parameters.{self.random.choice(self.parameters.numbers)}",
        ]
        if not self.plain:
            makers += [
                lambda: self.default(
                    scope, NUMBER, ("0", "1.50", "-1", "parameters.grace", "-12345678901234567890.123456789012345678")
                )
            ]
        if budget > 1:
            makers += [
                lambda: self.joined("+", Kind.DECIMAL, scope, budget),
                lambda: self.joined("-", Kind.DECIMAL, scope, budget),
                lambda: self.joined("*", Kind.DECIMAL, scope, budget),
                lambda: f"(-{self.number(scope, budget - 1)})",
                lambda: f"abs({self.number(scope, budget - 1)})",
                lambda: f"round({self.ratio(scope, budget - 1)}, {self.random.choice((0, 0, 1, 2, 12))})",
                lambda: f"length({self.text(scope, budget - 1)})",
                lambda: f"minor_unit({self.text(scope, budget - 1)})",
                lambda: f"parameters.rates[{self.key(scope, budget - 1)}]",
                lambda: self.count(scope, budget),
                lambda: self.each("sum", scope, budget, self.number),
            ]
        return self.one_of(makers, "1")

    def ratio(self, scope: Scope, budget: int) -> str:
        """What may stand in ``round``: divisions, and what they stand in."""
        if budget <= 1 or self.random.random() < 0.25:
            return self.number(scope, budget)
        operator = self.random.choice(("/", "/", "+", "-", "*"))
        return f"({self.ratio(scope, budget // 2)} {operator} {self.ratio(scope, budget // 2)})"

    def joined(self, operator: str, kind: Kind, scope: Scope, budget: int) -> str:
        return f"({self.value(kind, scope, budget // 2)} {operator} {self.value(kind, scope, budget // 2)})"

    def default(self, scope: Scope, kinds: Sequence[Kind], constants: Sequence[str]) -> str | None:
        found = self.leaf(scope, kinds)
        if found is None:
            return None
        written, leaf = found
        if leaf.choices is not None:
            constants = [*(f'"{each}"' for each in leaf.choices), '""']
        return f"default({written}, {self.random.choice(constants)})"

    def text(self, scope: Scope, budget: int) -> str:
        makers = [
            *self.shared(Kind.TEXT, scope, budget),
            self.quoted,
            lambda: f"parameters.{self.random.choice(self.parameters.texts)}",
        ]
        if not self.plain:
            makers.append(lambda: self.default(scope, (Kind.TEXT,), ('"a"', '""', "parameters.word")))
        if budget > 1:
            makers += [
                lambda: f"lower({self.text(scope, budget - 1)})",
                lambda: f"compact({self.text(scope, budget - 1)})",
                lambda: f"parameters.renamed[{self.key(scope, budget - 1)}]",
            ]
        return self.one_of(makers, '"a"')

    def open_text(self, scope: Scope, budget: int) -> str:
        """A text of which any value may be asked."""
        return f"{self.random.choice(('lower', 'compact'))}({self.text(scope, budget)})"

    def key(self, scope: Scope, budget: int) -> str:
        """A key of a table: any text that is computed, a constant only where it is in all tables."""
        return self.open_text(scope, budget) if self.random.random() < 0.7 else self.path(scope, (Kind.TEXT,)) or '"a"'

    def quoted(self) -> str:
        text = self.random.choice([each for each in (*TEXTS, *CHOICES) if each.isprintable()])
        return f'"{text}"' if self.random.random() < 0.8 else f"'{text}'"

    def timestamp(self, scope: Scope, budget: int) -> str:
        makers = [*self.shared(Kind.TIMESTAMP, scope, budget), lambda: "as_of"]
        if budget > 1:
            makers += [
                lambda: (
                    f"({self.timestamp(scope, budget // 2)} {self.random.choice('+-')} {self.duration(scope, budget // 2)})"
                ),
                lambda: f"({self.duration(scope, budget // 2)} + {self.timestamp(scope, budget // 2)})",
            ]
        return self.one_of(makers, "as_of")

    def date(self, scope: Scope, budget: int) -> str:
        makers = [*self.shared(Kind.DATE, scope, budget), self.day]
        if not self.plain:
            makers.append(lambda: self.default(scope, (Kind.DATE,), [self.day()]))
        if budget > 1:
            makers += [lambda: f"date({self.timestamp(scope, budget - 1)})"] * 2
        return self.one_of(makers, 'date("2026-03-01")')

    def day(self) -> str:
        return f'date("{self.random.choice(DATES)}")'

    def duration(self, scope: Scope, budget: int) -> str:
        if budget <= 1:
            number = self.random.choice(
                ("0", "1", "0.5", "0.1", "0.0000000001", "parameters.grace", "999999999", "(-1)")
            )
            return f"{self.random.choice(('days', 'hours'))}({number})"
        makers = [
            *self.shared(Kind.DURATION, scope, budget),
            lambda: f"days({self.number(scope, budget - 1)})",
            lambda: f"hours({self.number(scope, budget - 1)})",
            lambda: f"({self.timestamp(scope, budget // 2)} - {self.timestamp(scope, budget // 2)})",
            lambda: self.joined(self.random.choice("+-"), Kind.DURATION, scope, budget),
            lambda: self.each("sum", scope, budget, self.duration),
        ]
        return self.one_of(makers, "days(1)")

    # Conditions

    def condition(self, scope: Scope, budget: int) -> tuple[str, frozenset[str]]:
        """A condition, and the facts that hold where it is true."""
        facts = self.facts_here(scope)
        if facts and self.random.random() < 0.3:
            written, _ = self.random.choice(facts)
            if budget > 1 and self.random.random() < 0.5:
                rest = self.boolean(scope.knowing(frozenset({written})), budget - 1)
                return f"({written} and {rest})", frozenset({written})
            return written, frozenset({written})
        return self.boolean(scope, budget), frozenset()

    def boolean(self, scope: Scope, budget: int) -> str:
        if budget <= 1:
            return self.small_condition(scope)
        makers = [
            *self.shared(Kind.BOOLEAN, scope, budget),
            *[lambda: self.comparison(scope, budget)] * 4,
            *[lambda: self.connected(scope, budget)] * 4,
            *[lambda: self.membership(scope, budget)] * 2,
            lambda: f"(not {self.boolean(scope, budget - 1)})",
            lambda: f'matches({self.text(scope, budget - 1)}, "{self.random.choice(_PATTERNS)}")',
            *[lambda: self.each(self.random.choice(("any", "all")), scope, budget, self.boolean)] * 3,
            lambda: self.small_condition(scope),
        ]
        return self.one_of(makers, "true")

    def small_condition(self, scope: Scope) -> str:
        facts = [written for written, _ in self.facts_here(scope)]
        makers: list[Callable[[], str | None]] = [
            lambda: self.path(scope, (Kind.BOOLEAN,)),
            lambda: self.local(scope, (Kind.BOOLEAN,)),
            lambda: self.random.choice(facts) if facts else None,
            lambda: self.random.choice(facts) if facts else None,
            lambda: self.comparison(scope, 1),
            lambda: self.random.choice(("unknown", "true", "false", "parameters.strict")),
        ]
        if not self.plain:
            makers += [
                *[lambda: self.presence(scope)] * 2,
                lambda: self.default(scope, (Kind.BOOLEAN,), ("true", "false", "parameters.strict")),
            ]
        return self.one_of(makers, "unknown")

    def presence(self, scope: Scope) -> str | None:
        places = [
            f"{name}.{'.'.join(path)}" for name, entity in scope.records for path in _paths(self.model.entities[entity])
        ]
        if not places:
            return None
        return f"({self.random.choice(places)} is {self.random.choice(('present', 'missing'))})"

    def comparison(self, scope: Scope, budget: int) -> str:
        half = max(1, budget // 2)
        kind = self.random.choice(
            (Kind.DECIMAL, Kind.DECIMAL, Kind.TEXT, Kind.TIMESTAMP, Kind.DATE, Kind.DURATION, Kind.BOOLEAN)
        )
        if kind is Kind.TEXT:
            return self.text_comparison(scope, half)
        operator = self.random.choice(_COMPARISONS[:2] if kind is Kind.BOOLEAN else _COMPARISONS)
        left = "unknown" if self.random.random() < 0.03 else self.value(kind, scope, half - 1)
        return f"({left} {operator} {self.value(kind, scope, half - 1)})"

    def text_comparison(self, scope: Scope, budget: int) -> str:
        operator = self.random.choice(("==", "!="))
        found = self.leaf(scope, (Kind.TEXT,))
        if found is not None and found[1].choices is not None:
            return f'({found[0]} {operator} "{self.random.choice(found[1].choices)}")'
        return f"({self.open_text(scope, budget)} {operator} {self.text(scope, budget)})"

    def connected(self, scope: Scope, budget: int) -> str:
        operator = self.random.choice(("and", "or"))
        count = self.random.choice((2, 2, 3))
        parts: list[str] = []
        for _ in range(count):
            written, known = self.condition(scope, budget // count)
            # What stands after `not f or …` is asked only where f holds, just as after `f and …`.
            turned = operator == "or" and bool(known) and written in known and self.random.random() < 0.5
            if turned:
                written = f"not {written}"
            if operator == "and" or turned:
                scope = scope.knowing(known)
            parts.append(written)
        return f"({f' {operator} '.join(parts)})"

    def membership(self, scope: Scope, budget: int) -> str | None:
        operator = self.random.choice(("in", "not in"))
        half = max(1, budget // 2)
        match self.random.randrange(5):
            case 0:
                kind = self.random.choice((Kind.DECIMAL, Kind.TIMESTAMP, Kind.DATE, Kind.BOOLEAN))
                items = [self.value(kind, scope, half // 2) for _ in range(self.random.choice((0, 1, 2, 3)))]
                if items and self.random.random() < 0.2:
                    items.append("unknown")
                return f"({self.value(kind, scope, half)} {operator} [{', '.join(items)}])"
            case 1:
                words = [self.text(scope, 1) for _ in range(self.random.choice((1, 2, 3)))]
                return f"({self.open_text(scope, half)} {operator} [{', '.join(words)}])"
            case 2:
                return f"({self.open_text(scope, half)} {operator} parameters.{self.random.choice(('words', 'rates'))})"
            case 3:
                return f"({self.number(scope, half)} {operator} parameters.steps)"
            case _:
                return self.in_list(scope, half, operator)

    def in_list(self, scope: Scope, budget: int, operator: str) -> str | None:
        places = [
            (f"{name}.{'.'.join(leaf.path)}", leaf)
            for name, entity in scope.records
            for leaf in self.model.entities[entity].lists
        ]
        if self.plain or not places:
            return None
        written, leaf = self.random.choice(places)
        item = self.open_text(scope, budget) if leaf.kind is Kind.TEXT else self.value(leaf.kind, scope, budget)
        return f"({item} {operator} {written})"

    # Quantifiers

    def sources(self, scope: Scope) -> list[tuple[str, str | Kind]]:
        """What can be ranged over: what is written, and the entity or kind of its members."""
        found: list[tuple[str, str | Kind]] = [("parameters.steps", Kind.DECIMAL), ("parameters.words", Kind.TEXT)]
        for name, entity in scope.records:
            found += [(f"{name}.{'.'.join(path)}", child) for path, child in self.model.entities[entity].children] * 3
            if not self.plain:
                found += [(f"{name}.{'.'.join(leaf.path)}", leaf.kind) for leaf in self.model.entities[entity].lists]
        return found

    def each(self, quantifier: str, scope: Scope, budget: int, element: Callable[[Scope, int], str]) -> str | None:
        if budget <= 2 or scope.depth >= 3:
            return None
        source, of = self.random.choice(self.sources(scope))
        name = f"v{scope.depth}"
        inner = replace(scope, depth=scope.depth + 1)
        if isinstance(of, Kind):
            inner = replace(inner, scalars=(*scope.scalars, (name, of)))
        else:
            inner = replace(inner, records=(*scope.records, (name, of)))
        condition, known = self.condition(inner, budget // 2) if self.random.random() < 0.5 else ("", frozenset[str]())
        written = element(inner.knowing(known), budget // 2)
        chosen = f" if {condition}" if condition else ""
        return f"{quantifier}({written} for {name} in {source}{chosen})"

    def count(self, scope: Scope, budget: int) -> str | None:
        match self.random.randrange(3):
            case 0:
                return f"count({self.random.choice(self.sources(scope))[0]})"
            case 1:
                distinct = self.random.choice(("", "distinct "))
                return self.each("count", scope, budget, lambda *_: f"{distinct}v{scope.depth}")
            case _:
                kind = self.random.choice(VALUE_KINDS)
                return self.each(
                    "count", scope, budget, lambda inner, left: f"distinct {self.value(kind, inner, left)}"
                )


def _paths(entity: Entity) -> list[tuple[str, ...]]:
    return [
        *(leaf.path for leaf in (*entity.leaves, *entity.lists)),
        *entity.objects,
        *(path for path, _ in entity.children),
    ]
