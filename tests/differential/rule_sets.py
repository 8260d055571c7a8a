"""Random rule sets: facts in several strata and checks of every form over a random document type, as files."""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from orderproof.language.types import Kind

from .expressions import VALUE_KINDS, Fact, Scope, Writer
from .schemas import Model, random_document, random_model

Json: TypeAlias = Any

_ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu")
_GROUP_TESTS = ("<= 1", "> 1", "== 2", "!= 0", "<= parameters.grace")


@dataclass(frozen=True, slots=True)
class RuleSetCase:
    """A rule set as its file's content, its document type, and runs of documents.

    ``plain``: nothing in it asks whether a value is there, so filling one in changes no verdict that is known.
    """

    rules: Json
    model: Model
    runs: tuple[tuple[str, ...], ...]
    plain: bool


def random_case(random: Random) -> RuleSetCase:
    """A rule set and runs of documents for it."""
    model = random_model(random)
    maker = _Maker(random, Writer(random, model, plain=random.random() < 0.3))
    rules = maker.rule_set()
    if random.random() < 0.2:
        _spoil(random, rules)
    runs = tuple(tuple(_document(random, model, n) for n in range(random.choice((1, 1, 2, 3, 5)))) for _ in range(5))
    return RuleSetCase(rules, model, runs, maker.writer.plain)


_EXPRESSIONS = ("when", "require", "having", "where", "each")
_WORDS = (
    "not",
    "and",
    "is present",
    "unknown",
    "group",
    "m",
    "(",
    ")",
    "[",
    "]",
    '"',
    ",",
    ".",
    "-",
    "/",
    "1.",
    "=",
    "if",
    "else",
    "，",
    "v0",
)


def _spoil(random: Random, rules: Json) -> None:
    """A slip in one text of a rule set: mostly it is refused then, now and then it means something else."""
    items = [item for item in (*rules["derive"], *rules["checks"]) if any(name in item for name in _EXPRESSIONS)]
    item = random.choice(items)
    home, name = item, random.choice([name for name in (*_EXPRESSIONS, "message", "values") if name in item])
    if name in ("message", "values"):
        home, name = item[name], random.choice(list(item[name]))
    text = home[name]
    at = random.randrange(len(text) + 1)
    words = text.split(" ")
    match random.randrange(4):
        case 0:
            home[name] = text[:at] + text[at + 1 :]
        case 1:
            home[name] = f"{text[:at]} {random.choice(_WORDS)} {text[at:]}"
        case 2:
            random.shuffle(words)
            home[name] = " ".join(words)
        case _:
            del words[random.randrange(len(words))]
            home[name] = " ".join(words)


def _document(random: Random, model: Model, number: int) -> str:
    document = random_document(random, model)
    if "id" in document and random.random() < 0.9:
        document["id"] = f"d{number}"  # ids that are shared keep a document out of every group
    if random.random() < 0.02:
        document[random.choice(list(document) or ["id"])] = {"wrong": 1}
    return json.dumps(document, ensure_ascii=random.random() < 0.3)


def write(folder: Path, case: RuleSetCase, *, yaml: bool = True) -> Path:
    """Write a rule set with its schema beside it; the path of the rule file."""
    (folder / "random.schema.json").write_text(json.dumps(case.model.schema, ensure_ascii=False), encoding="utf-8")
    path = folder / ("rules.yaml" if yaml else "rules.json")
    text = as_yaml(case.rules) if yaml else json.dumps(case.rules, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    return path


def as_yaml(rules: Json) -> str:
    """A rule set in YAML: its lists as blocks, every text in double quotes."""
    lines: list[str] = []
    for key, value in rules.items():
        if isinstance(value, list) and value:
            lines.append(f"{key}:")
            for item in value:
                lines += [
                    f"{'  - ' if at == 0 else '    '}{name}: {_flow(each)}"
                    for at, (name, each) in enumerate(item.items())
                ]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Json) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_flow(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class _Maker:
    """Makes one rule set."""

    random: Random
    writer: Writer

    def rule_set(self) -> Json:
        derive = self.facts()
        checks = [self.check(number) for number in range(self.random.randint(2, 7))]
        rules: Json = {
            "rule_set": "random",
            "version": "1",
            "document": "random",
            "parameters": self.parameters(),
            "derive": derive,
            "checks": checks,
        }
        root = self.writer.model.root
        if any("effective" in check for check in checks):
            rules["effective_on"] = self.writer.date(Scope(((root, root),), alone=()), 3)
        return rules

    def parameters(self) -> Json:
        choose = self.random.choice
        return {
            "timezone": choose(_ZONES),
            "grace": choose((1, 0, 2)),
            "share": choose((0.5, 1, 3)),
            "word": choose(("a", "", "开")),
            "strict": choose((True, False)),
            "steps": choose(([1, 2, 3], [0], [1, 1.0, 0.5])),
            "words": choose((["a", "b"], ["", "开", "a"])),
            "rates": choose(({"a": 1, "k1": 0.5, "": 3}, {"USD": 1})),
            "renamed": choose(({"a": "b", "": "a"}, {"k1": "k2", "k2": "k1"})),
        }

    def scope(self, entity: str) -> Scope:
        chain = self.writer.model.chain(entity)
        return Scope(tuple((name, name) for name in chain), alone=chain)

    def budget(self) -> int:
        return self.random.choice((1, 2, 4, 6, 10, 16, 24))

    # Derived facts

    def facts(self) -> list[Json]:
        """Facts that rest on those before them; in the file they stand in any order, the entries of one in theirs."""
        made = [self.fact(f"fact_{number}") for number in range(self.random.choice((0, 1, 2, 3, 4, 6)))]
        self.random.shuffle(made)
        return [entry for entries in made for entry in entries]

    def fact(self, name: str) -> list[Json]:
        entity = self.random.choice(list(self.writer.model.entities))
        values = {f"v{n}": self.random.choice(VALUE_KINDS) for n in range(self.random.choice((0, 1, 1, 2)))}
        entries: list[Json] = []
        for number in range(self.random.choice((1, 1, 2, 3))):
            each, scope = self.subject(entity)
            entry: Json = {"fact": name, "each": each}
            if self.random.random() < 0.9:
                entry["when"], known = self.writer.condition(scope, self.budget())
                scope = scope.knowing(known)
            if values:
                entry["values"] = {
                    value: "unknown"
                    if number and self.random.random() < 0.2
                    else self.writer.value(kind, scope, self.budget())
                    for value, kind in values.items()
                }
            entries.append(entry)
        self.writer.facts.append(Fact(name, entity, values))
        return entries

    def subject(self, entity: str) -> tuple[str, Scope]:
        """What stands after ``each``: the entity, or a fact of it, which then holds."""
        scope = self.scope(entity)
        facts = [fact.name for fact in self.writer.facts if fact.entity == entity]
        if facts and self.random.random() < 0.35:
            name = self.random.choice(facts)
            return name, scope.knowing(frozenset({name}))
        return entity, scope

    # Checks

    def check(self, number: int) -> Json:
        random, writer = self.random, self.writer
        entity = random.choice(list(writer.model.entities))
        each, scope = self.subject(entity)
        check: Json = {
            "id": f"check.number-{number}",
            "title": {"en": f"Check {number}", "zh": f"检查 {number}"},
            "clause": str(number),
            "severity": random.choice(("error", "warning")),
            "each": each,
        }
        if random.random() < 0.7:
            check["when"], known = writer.condition(scope, self.budget())
            scope = scope.knowing(known)
        if random.random() < 0.3:
            check |= self.grouped(entity, scope)
        else:
            check["require"] = writer.boolean(scope, self.budget())
        if random.random() < 0.6:
            check["where"] = self.where(scope)
        check["message"] = {lang: self.message(entity, scope, "by" in check) for lang in ("en", "zh")}
        if random.random() < 0.15:
            check["effective"] = random.choice(
                ({"from": "2026-03-01"}, {"until": "2026-03-01"}, {"from": "0001-01-01", "until": "2026-02-28"})
            )
        return check

    def where(self, scope: Scope) -> str:
        name, entity = self.random.choice(scope.records)
        places = [leaf.path for leaf in self.writer.model.entities[entity].leaves]
        return ".".join((name, *self.random.choice(places))) if places else name

    def message(self, entity: str, scope: Scope, grouped: bool) -> str:
        parts = ["Look: {{braces}} 看"]
        for _ in range(self.random.choice((0, 1, 2, 3))):
            kind = self.random.choice(VALUE_KINDS)
            if grouped and self.random.random() < 0.5:
                written = self.group_number(self.member(entity, scope), 4)
            else:
                written = self.writer.value(kind, scope, 3)
            parts.append(f"{{{written}}}")
        return " ".join(parts)

    # Checks across documents

    def grouped(self, entity: str, scope: Scope) -> Json:
        keys = [self.key(scope) for _ in range(self.random.choice((1, 1, 1, 2)))]
        member = self.member(entity, scope)
        check: Json = {"by": keys[0] if len(keys) == 1 and self.random.random() < 0.5 else keys}
        if self.random.random() < 0.5:
            check["having"] = self.group_condition(member, 6)
        check["require"] = self.group_condition(member, self.budget())
        return check

    def key(self, scope: Scope) -> str:
        kind = self.random.choice((Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.DATE, Kind.BOOLEAN, Kind.DECIMAL))
        return self.writer.path(scope, (kind,)) or self.writer.value(kind, scope, 2)

    def member(self, entity: str, scope: Scope) -> Scope:
        """The scope inside a quantifier over a group: one member, its ancestors, and what is known of its facts."""
        *above, own = self.writer.model.chain(entity)
        records = (("m", own), *((f"m.{name}", name) for name in above))
        known = frozenset(f"m.{name}" for name in scope.known)
        return Scope(records, known=known, depth=1, member=entity)

    def group_condition(self, member: Scope, budget: int) -> str:
        random, writer = self.random, self.writer
        match random.randrange(5 if budget > 2 else 3):
            case 0:
                return f"({self.group_number(member, budget)} {random.choice(_GROUP_TESTS)})"
            case 1:
                quantifier = random.choice(("any", "all"))
                return self.over_group(
                    quantifier, member, lambda scope: writer.boolean(scope, max(1, budget // 2)), budget
                )
            case 2:
                return f"({self.group_number(member, budget)} <= {self.group_number(member, budget)})"
            case 3:
                operator = random.choice(("and", "or"))
                one, other = (self.group_condition(member, budget // 2) for _ in range(2))
                return f"({one} {operator} {other})"
            case _:
                one, other = (self.group_condition(member, budget // 3) for _ in range(2))
                return f"({one} if {other} else {random.choice(('unknown', 'true', 'parameters.strict'))})"

    def group_number(self, member: Scope, budget: int) -> str:
        random, writer = self.random, self.writer
        match random.randrange(4):
            case 0:
                return "count(group)"
            case 1:
                return self.over_group("count", member, lambda _: f"{random.choice(('', 'distinct '))}m", budget)
            case 2:
                kind = random.choice(VALUE_KINDS)
                return self.over_group(
                    "count", member, lambda scope: f"distinct {writer.value(kind, scope, 2)}", budget
                )
            case _:
                quantifier = random.choice(("sum", "min", "max"))
                return self.over_group(
                    quantifier, member, lambda scope: writer.number(scope, max(1, budget // 2)), budget
                )

    def over_group(self, quantifier: str, member: Scope, element: Any, budget: int) -> str:
        condition, known = (
            self.writer.condition(member, max(1, budget // 3)) if self.random.random() < 0.5 else ("", frozenset())
        )
        written = element(member.knowing(known))
        return f"{quantifier}({written} for m in group{f' if {condition}' if condition else ''})"
