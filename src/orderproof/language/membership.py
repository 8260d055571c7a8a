"""Lists and tables: ``x in list``, and ``parameters.table[key]``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orderproof.language import resolve as meant
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.relations import comparable, kind_of, plain_type
from orderproof.language.scope import Scope, element_type
from orderproof.language.types import TEXT, Kind, ListType, ScalarType, TableType, with_article
from orderproof.language.unlike import help_to_find

if TYPE_CHECKING:
    from orderproof.language.typecheck import Checker


def check_membership(checker: "Checker", node: s.Binary, scope: Scope) -> t.Expression:
    """The typed form of ``x in list`` and ``x not in list``."""
    item = checker.scalar(node.left, scope)
    collection, elements = _collection(checker, node.right, scope, plain_type(item))
    for element in elements:
        if not comparable(item.type, element):
            checker.fail(
                node,
                "expression.unlike-types",
                f"{with_article(item.type)} is looked for among values of which one is {with_article(element)}",
                help_to_find(checker.side(node.left, item), element.kind),
            )
    _choices(checker, node.right, item, collection)
    at = checker.at(node)
    member = t.Member(item, collection, at)
    return t.Not(member, at) if node.operator == "not in" else member


def _choices(checker: "Checker", node: s.Syntax, item: t.Expression, collection: t.Collection) -> None:
    choices = item.type.choices if isinstance(item.type, ScalarType) else None
    if choices is None:
        return
    if isinstance(collection, t.ListItems) and isinstance(node, s.ListLiteral):
        for written, element in zip(node.items, collection.items, strict=True):
            checker.check_choices(written, element, choices)
    if isinstance(collection, t.ListParameter):
        for value in collection.values:
            checker.check_choice(node, str(value), choices)


def _collection(
    checker: "Checker", node: s.Syntax, scope: Scope, wanted: ScalarType
) -> tuple[t.Collection, tuple[ScalarType, ...]]:
    at = checker.at(node)
    if isinstance(node, s.ListLiteral):
        items = tuple(checker.scalar(item, scope, wanted) for item in node.items)
        return t.ListItems(items, at), tuple(plain_type(item) for item in items)
    found = checker.resolver.resolve(node, scope)
    match found:
        case meant.ParameterMeant(name, tuple() as values):
            type_ = checker.vocabulary.elements.get(name) or element_type(values) or wanted
            return t.ListParameter(name, values, ListType(type_), at), (type_,)
        case meant.ParameterMeant(name, value) if isinstance(value, Mapping):
            return t.ListParameter(name, tuple(value), TableType(TEXT), at), (TEXT,)
        case meant.PathMeant(variable, entity, path, ListType() as list_type):
            slot = checker.vocabulary.layout.value(entity, path)
            return t.ListField(variable, slot, path, list_type, at), (list_type.element,)
        case _:
            checker.fail(
                node,
                "expression.type",
                f"expected a list after `in`, but `{checker.written(node)}` is none",
                "write `[a, b]`, a list of the parameters, or a list of the document",
            )


def check_lookup(checker: "Checker", node: s.Index, scope: Scope) -> t.Expression:
    """The typed form of ``parameters.table[key]``."""
    found = checker.resolver.resolve(node.of, scope)
    if not isinstance(found, meant.ParameterMeant) or not isinstance(found.value, Mapping):
        checker.fail(
            node.of,
            "expression.type",
            f"`{checker.written(node.of)}` is not a table of the parameters",
            "range over a list with `for x in …`; only tables are looked up by `[key]`",
        )
    key = checker.scalar(node.key, scope, TEXT)
    if kind_of(key) is not Kind.TEXT:
        checker.fail(node.key, "expression.type", f"the keys of a table are texts, this is {with_article(key.type)}")
    values = tuple(found.value.items())
    element = checker.vocabulary.elements.get(found.name) or element_type(found.value)
    if element is None:
        checker.empty(node.of, found.name)
    if values:
        checker.check_choices(node.key, key, tuple(found.value))
    return t.Lookup(found.name, values, key, element, checker.at(node))
