"""The compiled form of a single expression, for tests: the generator's code for it, run on a record."""

from collections.abc import Callable
from decimal import localcontext
from typing import Any

from orderproof.engine.compiled import namespace
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


def text_of(expression: t.Expression, entity: str = "row", width: int = 0) -> str:
    """A module whose function ``value`` gives the expression's value for a record of so many slots."""
    constants = Constants(GIVEN)
    scope = Scope(Names(HELPERS | {"value"}), constants, {entity: width})
    root = RecordInScope(scope.names.local(entity), entity, root=True)
    scope.frame = [root]
    scope.read(root, reads_of(0, (expression,)))
    operand = ExpressionWriter(scope).value(expression)
    scope.page.write(f"return {operand.text}")
    return "\n".join([*constants.lines(), *rendered([Block(f"def value({root.name}):", scope.page.lines)])]) + "\n"


def value_of(expression: t.Expression, record: Record, setting: Setting) -> Any:
    """What the generated code says; None is unknown."""
    names = namespace(setting)
    exec(text_of(expression, record.entity, len(record.values)), names)
    value: Callable[[Record], Any] = names["value"]
    with localcontext(exact_context()):
        return value(record)
