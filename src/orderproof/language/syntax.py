"""The syntax tree of an expression: what was written, by offsets into its text."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct


class Number(Struct, frozen=True):
    value: int | Decimal
    start: int
    end: int


class Text(Struct, frozen=True):
    value: str
    start: int
    end: int


class Truth(Struct, frozen=True):
    value: bool
    start: int
    end: int


class UnknownLiteral(Struct, frozen=True):
    start: int
    end: int


class Name(Struct, frozen=True):
    name: str
    start: int
    end: int


class Attribute(Struct, frozen=True):
    """``of.name``; the name itself starts at ``name_start``."""

    of: "Syntax"
    name: str
    name_start: int
    start: int
    end: int


class Index(Struct, frozen=True):
    of: "Syntax"
    key: "Syntax"
    start: int
    end: int


class Apply(Struct, frozen=True):
    """A call of a function by its name."""

    function: str
    arguments: tuple["Syntax", ...]
    start: int
    end: int


class Each(Struct, frozen=True):
    """``quantifier(distinct element for name in source if filter)``."""

    quantifier: str
    element: "Syntax"
    distinct: bool
    name: str
    name_start: int
    source: "Syntax"
    filter: "Syntax | None"
    start: int
    end: int


class ListLiteral(Struct, frozen=True):
    items: tuple["Syntax", ...]
    start: int
    end: int


class Unary(Struct, frozen=True):
    operator: str
    operand: "Syntax"
    start: int
    end: int


class Binary(Struct, frozen=True):
    """``left operator right``; ``not in`` is one operator."""

    operator: str
    left: "Syntax"
    right: "Syntax"
    start: int
    end: int


class Connect(Struct, frozen=True):
    """``and`` or ``or`` over two or more operands."""

    operator: str
    operands: tuple["Syntax", ...]
    start: int
    end: int


class Present(Struct, frozen=True):
    """``path is present`` or, if ``missing``, ``path is missing``."""

    path: "Syntax"
    missing: bool
    start: int
    end: int


class Conditional(Struct, frozen=True):
    then: "Syntax"
    condition: "Syntax"
    otherwise: "Syntax"
    start: int
    end: int


Syntax: TypeAlias = (
    Number
    | Text
    | Truth
    | UnknownLiteral
    | Name
    | Attribute
    | Index
    | Apply
    | Each
    | ListLiteral
    | Unary
    | Binary
    | Connect
    | Present
    | Conditional
)


def inside(node: Syntax) -> tuple[Syntax, ...]:
    """The parts directly inside a part of an expression, in the order in which they are written."""
    match node:
        case Attribute(of) | Present(of):
            return (of,)
        case Index(of, key):
            return (of, key)
        case Apply(_, arguments):
            return arguments
        case Each(_, element, _, _, _, source, condition):
            return (element, source) if condition is None else (element, source, condition)
        case ListLiteral(items):
            return items
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Connect(_, operands):
            return operands
        case Conditional(then, condition, otherwise):
            return (then, condition, otherwise)
        case Number() | Text() | Truth() | UnknownLiteral() | Name():
            return ()


def all_parts(root: Syntax) -> Iterator[tuple[Syntax, int]]:
    """Every part of an expression with its depth from 1 (a loop, so depth costs no stack)."""
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((part, depth + 1) for part in reversed(inside(node)))
