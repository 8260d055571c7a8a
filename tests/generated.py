"""The compiled form of a single expression, for tests: the generator's code for it, run on a record."""

from collections.abc import Callable
from decimal import localcontext
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from orderproof.engine.compiled import namespace
from orderproof.engine.generate.attributes import Attributes
from orderproof.engine.generate.function import GIVEN, HELPERS
from orderproof.engine.generate.lines import Block, rendered
from orderproof.engine.generate.logic import ExpressionWriter
from orderproof.engine.generate.names import Constants, Names
from orderproof.engine.generate.reads import reads_of
from orderproof.engine.generate.scope import RecordInScope, Scope
from orderproof.facts.record import Record
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.language.typed import exact_context


def text_of(expression: t.Expression, entity: str = "row") -> str:
    """A module whose function ``value`` gives the expression's value for a record."""
    constants = Constants(GIVEN)
    scope = Scope(Names(HELPERS | {"value", "zone"}), constants, Attributes({}, {}, {}), bounded=False)
    root = RecordInScope(scope.names.local(entity), entity, root=True)
    scope.frame = [root]
    scope.read(root, reads_of(0, (expression,)))
    operand = ExpressionWriter(scope).value(expression)
    scope.page.write(f"return {operand.text}")
    return "\n".join([*constants.lines(), *rendered([Block(f"def value({root.name}):", scope.page.lines)])]) + "\n"


def value_of(expression: t.Expression, record: Record, setting: Setting) -> Any:
    """What the generated code says; None is unknown."""
    names = namespace(setting)
    exec(text_of(_by_slot(expression), record.entity), names)
    value: Callable[[Any], Any] = names["value"]
    with localcontext(exact_context()):
        return value(_attributes(record))


def _by_slot(node: Any) -> Any:
    """The same expression with a path of its own for each slot and each list of children."""
    if isinstance(node, tuple):
        return tuple(map(_by_slot, node))
    if not isinstance(node, t.Typed):
        return node
    if isinstance(node, t.Field | t.ListField | t.Presence):
        return replace(node, path=(f"slot{node.slot}",))
    if isinstance(node, t.Children):
        return replace(node, path=(f"children{node.index}",))
    return replace(node, **{name: _by_slot(getattr(node, name)) for name in node.__struct_fields__})


def _attributes(record: Record) -> SimpleNamespace:
    """A record with an attribute for each slot and each list of children; a presence that is not so is None."""
    slots = {f"slot{number}": value for number, value in enumerate(record.values)}
    last = f"slot{len(record.values) - 1}"
    children = {f"children{n}": tuple(map(_attributes, below)) for n, below in enumerate(record.children)}
    return SimpleNamespace(**{**slots, last: slots[last] or None}, **children)
