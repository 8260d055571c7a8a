"""What expressions read of the records in their frame, found before code is written for them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from orderproof.language import typed as t

Read: TypeAlias = t.Field | t.ListField | t.Presence | t.FactHolds | t.FactValue | t.Children
"""A node that reads something of the record that its variable stands for."""


def reads_of(variable: int, expressions: Iterable[t.Expression | None]) -> tuple[Read, ...]:
    """Everything that expressions read of one variable, each once, in the order in which it is met."""
    found: dict[Read, None] = {}
    for expression in expressions:
        if expression is not None:
            found |= dict.fromkeys(read for read in _reads(expression) if read.variable == variable)
    return tuple(found)


def facts_of(expressions: Iterable[t.Expression | None]) -> frozenset[int]:
    """The derived facts (by their numbers) that expressions read."""
    found = (read for expression in expressions if expression is not None for read in _reads(expression))
    return frozenset(read.fact for read in found if isinstance(read, t.FactHolds | t.FactValue))


def _reads(expression: t.Expression) -> Iterator[Read]:
    stack: list[t.Expression | t.Collection | t.Children] = [expression]
    while stack:
        node = stack.pop()
        match node:
            case t.Field() | t.ListField() | t.Presence() | t.FactHolds() | t.FactValue() | t.Children():
                yield node
            case _:
                stack += reversed(_below(node))


def _below(node: t.Expression | t.Collection) -> Sequence[t.Expression | t.Collection | t.Children]:
    match node:
        case t.Not(operand) | t.Negate(operand):
            return (operand,)
        case t.And(operands) | t.Or(operands):
            return operands
        case t.Choose(condition, then, otherwise):
            return (condition, then, otherwise)
        case t.Compare(_, left, right) | t.Arithmetic(_, left, right):
            return (left, right)
        case t.Member(item, collection):
            return (item, collection)
        case t.ListItems(items):
            return items
        case t.Lookup(_, _, key):
            return (key,)
        case t.Call(_, arguments):
            return arguments
        case t.Quantify(_, source, element, condition):
            return (source, *(each for each in (condition, element) if each is not None))
        case _:
            return ()
