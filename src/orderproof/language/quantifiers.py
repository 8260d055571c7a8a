"""Quantifiers: over records and scalars of a document, and over the members of a group."""

from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from orderproof.language import resolve as meant
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.relations import ORDERED, SUMMED, facts_known
from orderproof.language.scope import Binding, MemberName, RecordName, ScalarName, Scope, element_type, subject_scope
from orderproof.language.types import (
    BOOLEAN,
    INTEGER,
    ChildrenType,
    ListType,
    RecordType,
    ScalarType,
    with_article,
)

if TYPE_CHECKING:
    from orderproof.language.typecheck import Checker

MAX_NESTING = 3


def count_list(checker: "Checker", node: s.Apply, source: s.Syntax, scope: Scope) -> t.Expression:
    """``count(list)``: the number of its members."""
    found = checker.resolver.resolve(source, scope)
    at = checker.at(node)
    checker.nesting = max(checker.nesting, 1)
    if isinstance(found, meant.GroupMeant):
        return t.QuantifyGroup(t.Quantifier.COUNT, None, None, False, INTEGER, at)
    return t.Quantify(t.Quantifier.COUNT, _source(checker, source, found), None, None, False, INTEGER, at)


def check_each(checker: "Checker", node: s.Each, scope: Scope) -> t.Expression:
    """The typed form of ``quantifier(element for name in source if filter)``."""
    facts = {name for record in scope.facts for name in checker.vocabulary.entities[record.entity].facts}
    if node.name in scope.names or node.name in ("group", "parameters", "as_of") or node.name in facts:
        checker.text.fail(
            "expression.name-taken",
            f"`{node.name}` already means something here",
            node.name_start,
            node.name_start + len(node.name),
            "choose another name after `for`",
        )
    found = checker.resolver.resolve(node.source, scope)
    if isinstance(found, meant.GroupMeant):
        return _over_group(checker, node, scope, found.entity)
    if scope.depth >= MAX_NESTING:
        checker.fail(
            node,
            "expression.nesting",
            f"quantifiers nest at most {MAX_NESTING} deep",
            "conclude the inner one as a derived fact",
        )
    source = _source(checker, node.source, found)
    binding: Binding
    match source:
        case t.Children():
            binding = RecordName(scope.size, source.entity)
        case t.ListField() | t.ListParameter():
            binding = ScalarName(scope.size, source.type.element)
    checker.nesting = max(checker.nesting, scope.depth + 1)
    inner = scope.binding(node.name, binding, scope.size + 1)
    condition = None if node.filter is None else checker.boolean(node.filter, inner)
    if condition is not None:
        inner = _knowing(inner, condition)
    element, type_ = _element(checker, node, inner)
    at = checker.at(node)
    return t.Quantify(t.Quantifier(node.quantifier), source, element, condition, node.distinct, type_, at)


def _knowing(scope: Scope, condition: t.Expression) -> Scope:
    return scope.knowing(facts_known(condition, True))


def _source(
    checker: "Checker", node: s.Syntax, found: meant.Meant | None
) -> t.Children | t.ListField | t.ListParameter:
    at = checker.at(node)
    layout = checker.vocabulary.layout
    match found:
        case meant.PathMeant(variable, entity, path, ChildrenType(child)):
            return t.Children(variable, layout.child(entity, path), child, path, at)
        case meant.PathMeant(variable, entity, path, ListType() as type_):
            return t.ListField(variable, layout.value(entity, path), path, type_, at)
        case meant.ParameterMeant(name, tuple() as values):
            element = checker.vocabulary.elements.get(name) or element_type(values)
            if element is None:
                checker.empty(node, name)
            return t.ListParameter(name, values, ListType(element), at)
        case _:
            checker.fail(
                node,
                "expression.type",
                f"`{checker.written(node)}` is not a list",
                "range over a list of the document, of the parameters, or over `group`",
            )


def _element(checker: "Checker", node: s.Each, scope: Scope) -> tuple[t.Expression, ScalarType]:
    quantifier = t.Quantifier(node.quantifier)
    if quantifier in (t.Quantifier.ANY, t.Quantifier.ALL):
        return checker.boolean(node.element, scope), BOOLEAN
    if quantifier is t.Quantifier.COUNT:
        return _counted(checker, node, scope), INTEGER
    element = checker.scalar(node.element, scope)
    allowed = SUMMED if quantifier is t.Quantifier.SUM else ORDERED
    if not isinstance(element.type, ScalarType) or element.type.kind not in allowed:
        _wrong_element(checker, node, element)
    return element, element.type


def _wrong_element(checker: "Checker", node: s.Each, element: t.Expression) -> NoReturn:
    checker.fail(
        node.element,
        "expression.type",
        f"`{node.quantifier}` does not apply to {with_article(element.type)}",
        "name a number",
    )


def _counted(checker: "Checker", node: s.Each, scope: Scope) -> t.Expression:
    found = checker.resolver.resolve(node.element, scope)
    at = checker.at(node.element)
    own = isinstance(node.element, s.Name) and node.element.name == node.name
    match found:
        case meant.RecordMeant(variable, entity) | meant.MemberMeant(variable, entity) if own:
            return t.Whole(variable, RecordType(entity), at)
        case meant.ScalarMeant(variable, type_) if own:
            return t.Local(variable, type_, at)
        case _ if node.distinct:
            return checker.scalar(node.element, scope)
        case _:
            checker.fail(
                node.element,
                "expression.count",
                f"`count` counts members: expected `{node.name}` before `for`",
                f"write `count({node.name} for {node.name} in … if condition)`, or `count(distinct value for …)`",
            )


def _over_group(checker: "Checker", node: s.Each, scope: Scope, entity: str) -> t.Expression:
    """Element and filter become parts: expressions in the frame of the member's own subject."""
    own = subject_scope(checker.vocabulary.entities, entity)
    names = {node.name: MemberName(own.size - 1, entity)}
    inner = replace(own, names=names, facts=(), known=scope.known, lenient=scope.lenient, depth=1)
    filter_part = None
    if node.filter is not None:
        condition = checker.boolean(node.filter, inner)
        filter_part = _part(checker, condition)
        inner = _knowing(inner, condition)
    element: t.Expression | None
    element, type_ = _element(checker, node, inner)
    if isinstance(element, t.Whole):
        element = None
    at = checker.at(node)
    part = None if element is None else _part(checker, element)
    return t.QuantifyGroup(t.Quantifier(node.quantifier), part, filter_part, node.distinct, type_, at)


def _part(checker: "Checker", expression: t.Expression) -> int:
    if expression not in checker.parts:
        checker.parts.append(expression)
    return checker.parts.index(expression)
