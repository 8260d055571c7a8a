"""What a chain of names means: a record, a field, a derived fact, a parameter."""

from collections.abc import Mapping
from typing import NoReturn, TypeAlias

from msgspec import Struct

from orderproof.diagnostic import OrderproofError, did_you_mean
from orderproof.language.instead import NAMES
from orderproof.language.scope import MemberName, ParameterValue, RecordName, ScalarName, Scope, Vocabulary
from orderproof.language.syntax import Attribute, Name, Syntax
from orderproof.language.text import ExpressionText
from orderproof.language.types import EntityType, FactType, MemberType, ObjectType, ScalarType


class RecordMeant(Struct, frozen=True):
    variable: int
    entity: str


class PathMeant(Struct, frozen=True):
    variable: int
    entity: str
    path: tuple[str, ...]
    type: MemberType


class FactMeant(Struct, frozen=True):
    variable: int
    fact: FactType


class FactValueMeant(Struct, frozen=True):
    variable: int
    fact: FactType
    value: str


class ScalarMeant(Struct, frozen=True):
    variable: int
    type: ScalarType


class MemberMeant(Struct, frozen=True):
    variable: int
    entity: str


class ParametersMeant(Struct, frozen=True):
    """The word ``parameters`` itself."""


class ParameterMeant(Struct, frozen=True):
    name: str
    value: ParameterValue


class AsOfMeant(Struct, frozen=True):
    """The instant of the run."""


class GroupMeant(Struct, frozen=True):
    """The members of a group."""

    entity: str


Meant: TypeAlias = (
    RecordMeant
    | PathMeant
    | FactMeant
    | FactValueMeant
    | ScalarMeant
    | MemberMeant
    | ParametersMeant
    | ParameterMeant
    | AsOfMeant
    | GroupMeant
)


class Resolver:
    """Resolves names in one text, in the words of one vocabulary."""

    def __init__(self, text: ExpressionText, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary

    def resolve(self, node: Syntax, scope: Scope) -> Meant | None:
        """What a name or a chain of names means; None for any other expression."""
        match node:
            case Name():
                return self.name(node, scope)
            case Attribute():
                of = self.resolve(node.of, scope)
                return None if of is None else self.attribute(of, node)
            case _:
                return None

    def name(self, node: Name, scope: Scope) -> Meant:
        match scope.names.get(node.name):
            case RecordName(variable, entity):
                return RecordMeant(variable, entity)
            case ScalarName(variable, type_):
                return ScalarMeant(variable, type_)
            case MemberName(variable, entity):
                return MemberMeant(variable, entity)
            case None:
                pass
        if node.name == "parameters":
            return ParametersMeant()
        if node.name == "as_of":
            return AsOfMeant()
        if node.name == "group" and scope.group is not None:
            return GroupMeant(scope.group)
        for record in scope.facts:
            fact = self.vocabulary.entities[record.entity].facts.get(node.name)
            if fact is not None:
                return FactMeant(record.variable, fact)
        self.unknown_name(node, scope)

    def unknown_name(self, node: Name, scope: Scope) -> NoReturn:
        self.absorb(node.name)
        known = [*scope.names, "parameters", "as_of", *(["group"] if scope.group else [])]
        for record in scope.facts:
            known += self.vocabulary.entities[record.entity].facts
        owners = [
            name
            for name, binding in scope.names.items()
            if not isinstance(binding, ScalarName) and node.name in self.vocabulary.entities[binding.entity].members
        ]
        elsewhere = [entity.name for entity in self.vocabulary.entities.values() if node.name in entity.facts]
        hint = did_you_mean(node.name, known)
        member = self.member_with(node.name, scope)
        if node.name in NAMES:
            hint = f"write `{NAMES[node.name]}`"
        elif member is not None:
            hint = f"inside it only the member is read: write `{member}.{node.name}`"
        elif scope.group is not None and (node.name in self.vocabulary.entities or elsewhere):
            hint = f"of a group, ask its members: `any(m.{node.name}… for m in group)`"
        elif node.name == "group":
            hint = "`group` stands in `having`, `require` and messages of a check with `by`, outside other quantifiers"
        elif owners:
            hint = f"write `{owners[-1]}.{node.name}`"
        elif elsewhere:
            hint = f"`{node.name}` is a fact of each {elsewhere[0]}; here it can be read of one, such as `any(x.{node.name} for x in …)`"
        elif node.name in self.vocabulary.entities:
            hint = f"{node.name} is neither the subject of this rule nor above it; range over a list with `for x in …`"
        self.text.fail(
            "expression.unknown-name",
            f"nothing here is called `{node.name}`",
            node.start,
            node.end,
            hint or f"names here: {', '.join(known)}",
        )

    def member_with(self, name: str, scope: Scope) -> str | None:
        """The name of the group's member of which a record is asked by its bare name."""
        for word, binding in scope.names.items():
            at = binding.entity if isinstance(binding, MemberName) else None
            while at is not None:
                if at == name:
                    return word
                at = self.vocabulary.entities[at].parent
        return None

    def absorb(self, name: str) -> None:
        """Stop without a word at a fact whose own mistake is already reported."""
        if name in self.vocabulary.broken:
            raise OrderproofError(())

    def attribute(self, of: Meant, node: Attribute) -> Meant:
        match of:
            case RecordMeant(variable, entity):
                return self.member(self.vocabulary.entities[entity], variable, (), node)
            case MemberMeant(variable, entity):
                return self.group_member(variable, entity, node)
            case PathMeant(variable, entity, path, ObjectType()):
                return self.member(self.vocabulary.entities[entity], variable, path, node)
            case FactMeant(variable, fact):
                self.absorb(fact.name)
                if node.name not in fact.values:
                    given = ", ".join(fact.values) or "none"
                    self.fail(
                        node,
                        "expression.unknown-value",
                        f"the fact `{fact.name}` has no value `{node.name}`",
                        did_you_mean(node.name, fact.values) or f"its values: {given}",
                    )
                return FactValueMeant(variable, fact, node.name)
            case ParametersMeant():
                if node.name not in self.vocabulary.parameters:
                    known = self.vocabulary.parameters
                    self.fail(
                        node,
                        "expression.unknown-parameter",
                        f"there is no parameter `{node.name}`",
                        did_you_mean(node.name, known) or f"parameters: {', '.join(known) or 'none'}",
                    )
                return ParameterMeant(node.name, self.vocabulary.parameters[node.name])
            case ParameterMeant(name, value) if isinstance(value, Mapping):
                self.fail(
                    node,
                    "expression.table-key",
                    f"`parameters.{name}` is a table",
                    f'write `parameters.{name}["{node.name}"]`',
                )
            case _:
                self.fail(
                    node,
                    "expression.no-members",
                    f"`{self.text.value[node.of.start : node.of.end]}` has no fields of its own",
                    "range over a list with `for x in …`" if isinstance(of, PathMeant | GroupMeant) else None,
                )

    def group_member(self, variable: int, entity: str, node: Attribute) -> Meant:
        chain = [entity]
        while (parent := self.vocabulary.entities[chain[-1]].parent) is not None:
            chain.append(parent)
        if node.name in chain:
            return RecordMeant(variable - chain.index(node.name), node.name)
        own = self.vocabulary.entities[entity]
        if node.name not in own.members and node.name not in own.facts:
            for distance, ancestor in enumerate(chain[1:], start=1):
                fact = self.vocabulary.entities[ancestor].facts.get(node.name)
                if fact is not None:
                    return FactMeant(variable - distance, fact)
        return self.member(own, variable, (), node, tuple(chain))

    def member(
        self, entity: EntityType, variable: int, path: tuple[str, ...], node: Attribute, also: tuple[str, ...] = ()
    ) -> Meant:
        members = entity.members
        for step in path:
            inner = members[step]
            assert isinstance(inner, ObjectType)
            members = inner.members
        if node.name in members:
            return PathMeant(variable, entity.name, (*path, node.name), members[node.name])
        if not path and node.name in entity.facts:
            return FactMeant(variable, entity.facts[node.name])
        if not path:
            self.absorb(node.name)
        written = self.text.value[node.of.start : node.of.end]
        known = [*members, *also, *(() if path else entity.facts)]
        self.fail(
            node,
            "expression.unknown-field",
            f"`{written}` has no field `{node.name}`",
            self.elsewhere(node.name) or did_you_mean(node.name, known) or f"fields: {', '.join(known)}",
        )

    def elsewhere(self, name: str) -> str | None:
        """The help where a fact of another entity is asked of a record."""
        owner = next((entity.name for entity in self.vocabulary.entities.values() if name in entity.facts), None)
        return None if owner is None else f"`{name}` is a fact of each {owner}"

    def fail(self, node: Attribute, code: str, message: str, help: str | None) -> NoReturn:
        self.text.fail(code, message, node.name_start, node.end, help)
