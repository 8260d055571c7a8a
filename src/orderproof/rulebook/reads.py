"""What rules read of documents, at any depth, and what the schemas say of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orderproof.diagnostic import OrderproofError
from orderproof.language import typed as t
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.load import SCHEMA_SUFFIX
from orderproof.ruleset.lower import children
from orderproof.ruleset.model import RuleSet
from orderproof.ruleset.program import Check, DerivedFact, Program
from orderproof.ruleset.vocabulary import entity_places
from orderproof.schema import Schema
from orderproof.source import Source
from orderproof.tree import Plain, plain


@dataclass
class Reads:
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
                    self.through(program, fact.entity, fact_parts(fact))

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


def _nothing(schema: Schema) -> Reads:
    """To begin with: how entities stand in each other, and nothing read."""
    roots: dict[str, str] = {}
    chains: dict[str, tuple[str, ...]] = {}
    for name, place in entity_places(schema).items():
        above = "" if place.parent is None or not roots[place.parent] else f"{roots[place.parent]}."
        roots[name] = "" if place.parent is None else f"{above}{'.'.join(place.path)}[]"
        chains[name] = (name,) if place.parent is None else (*chains[place.parent], name)
    return Reads(roots, chains)


def reads_of_check(program: Program, schema: Schema, check: Check) -> Reads:
    """What a check reads; its message aside."""
    reads = _nothing(schema)
    grouping = check.grouping
    if grouping is None:
        reads.through(program, check.entity, (check.when, check.require))
    else:
        reads.through(program, check.entity, (check.when, *grouping.keys, *grouping.parts))
        over = (check.require,) if grouping.having is None else (grouping.having, check.require)
        reads.through(program, check.entity, over)
    return reads


def reads_of_fact(program: Program, schema: Schema, fact: DerivedFact) -> Reads:
    """What the entries of a derived fact read."""
    reads = _nothing(schema)
    reads.through(program, fact.entity, fact_parts(fact))
    return reads


def fact_parts(fact: DerivedFact) -> list[t.Expression]:
    """The conditions and values of all entries."""
    return [part for entry in fact.entries for part in (entry.when, *entry.values) if part is not None]


# What the schemas say of fields


def descriptions(rule_set: RuleSet) -> dict[str, str]:
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
