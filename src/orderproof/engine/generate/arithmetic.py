"""Code for arithmetic: exact numbers, instants and durations; what has no exact result is unknown."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from textwrap import wrap

from msgspec import Struct

from orderproof.engine.generate.conditions import WIDTH, Atom, Test, all_of, written
from orderproof.engine.generate.lines import Line, Page, when
from orderproof.engine.generate.scope import NOTHING, Operand, Scope
from orderproof.language import typed as t
from orderproof.language.typed import MAX_DIGITS
from orderproof.language.types import Kind, ScalarType

NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
MAX_PLACES = MAX_DIGITS // 2
"""Decimal places before and behind the point up to which a number surely has no more digits than a result may have."""
_MAX_BRACKETS = 8


class Sum(Struct, frozen=True):
    """An arithmetic expression: its text, what must be known for it, and how its operators bind (3: not at all).

    ``places`` as those of an operand.
    """

    text: str
    needed: tuple[Test, ...]
    rank: int = 3
    brackets: int = 0
    places: int = 0


_RANKS = {t.Operator.ADD: 1, t.Operator.SUBTRACT: 1, t.Operator.MULTIPLY: 2, t.Operator.DIVIDE: 2}


def known(operands: Iterable[Operand]) -> tuple[Test, ...]:
    """Tests that these operands are not unknown."""
    return tuple(
        Atom(f"{operand.text} is not None", f"{operand.text} is None") for operand in operands if operand.unknown
    )


(_NEVER_KNOWN,) = known((NOTHING,))
NEVER = Sum(NOTHING.text, (_NEVER_KNOWN,))


class ArithmeticWriter(ABC):
    """Writes the code of calculations."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @property
    def page(self) -> Page:
        return self.scope.page

    @abstractmethod
    def value(self, node: t.Expression) -> Operand:
        """A value; what it needs is written on the page."""

    def local(self, *wished: str) -> str:
        return self.scope.names.local(*wished)

    def decimal(self, operand: Operand) -> str:
        """The text of a number for exact arithmetic."""
        return operand.text if operand.decimal else f"Decimal({operand.text})"

    def number(self, node: t.Expression) -> Operand:
        """A number's value, a whole number that is written out as a decimal too."""
        if isinstance(node, t.Constant | t.Parameter):
            return self.scope.number(node.value, node.name if isinstance(node, t.Parameter) else None)
        return self.value(node)

    def arithmetic(self, node: t.Arithmetic) -> Operand:
        if node.type.kind in NUMBERS:
            return self.computed(self.exact(node, fractions=False), _hint(node), node.type)
        left, right = self.value(node.left), self.value(node.right)
        text = f"{left.text} {node.operator.value} {right.text}"
        return self.computed(Sum(text, known((left, right))), _hint(node), node.type)

    def exact(self, node: t.Expression, *, fractions: bool) -> Sum:
        if not isinstance(node, t.Arithmetic):
            operand = self.number(node)
            text = f"Fraction({operand.text})" if fractions else self.decimal(operand)
            return Sum(text, known((operand,)), places=operand.places)
        rank = _RANKS[node.operator]
        left, right = self.exact(node.left, fractions=fractions), self.exact(node.right, fractions=fractions)
        # What is added first matters where a partial result has too many digits.
        one = left.text if left.rank >= rank else f"({left.text})"
        other = right.text if right.rank > rank else f"({right.text})"
        brackets = max(left.brackets + (left.rank < rank), right.brackets + (right.rank <= rank))
        places = _places(node.operator, left.places, right.places)
        found = Sum(f"{one} {node.operator.value} {other}", (*left.needed, *right.needed), rank, brackets, places)
        if brackets <= _MAX_BRACKETS:
            return found
        part = self.computed(found, "part", node.type)
        return Sum(part.text, known((part,)), places=part.places)

    def computed(self, found: Sum, hint: str, type_: ScalarType) -> Operand:
        """What may have no exact result, in a local."""
        if _NEVER_KNOWN in found.needed:
            return NOTHING
        name = self.local(hint)
        if 0 < found.places <= MAX_PLACES:
            self.page.write(*_where_known(name, found))
            return Operand(name, bool(found.needed), decimal=True, places=found.places)
        with self.page.aside() as lines:
            with self.page.block("try:"):
                self.page.write(_assignment(name, found.text))
            with self.page.block("except ArithmeticError:"):
                self.page.write(f"{name} = None")
        if found.needed:
            self.page.write(f"{name} = None", when(all_of(found.needed), lines))
        else:
            self.page.write(*lines)
        return Operand(name, unknown=True, decimal=type_.kind in NUMBERS)

    def rounded(self, node: t.Call) -> Operand:
        argument, digits = node.arguments
        assert isinstance(digits, t.Constant)
        assert isinstance(digits.value, int)
        with self.page.aside() as lines:
            exact = NEVER if _divides(argument) else self.exact(argument, fractions=False)
        places = max(exact.places + 1, abs(digits.value))
        if exact.places and places <= MAX_PLACES:
            unit = self.scope.constants.named(f"PLACES_{digits.value}", f'Decimal("1E{-digits.value}")')
            text = f"({exact.text}).quantize({unit}, None, HALF_UP)"
            self.page.write(*lines)
            return self.computed(Sum(text, exact.needed, places=places), "rounded_number", node.type)
        exact = self.exact(argument, fractions=True)
        return self.computed(Sum(f"rounded({exact.text}, {digits.value})", exact.needed), "rounded_number", node.type)


def _divides(node: t.Expression) -> bool:
    return isinstance(node, t.Arithmetic) and (
        node.operator is t.Operator.DIVIDE or _divides(node.left) or _divides(node.right)
    )


def _where_known(name: str, found: Sum) -> list[Line]:
    """A local set to what surely has a result where all that it needs is known."""
    if not found.needed:
        return [_assignment(name, found.text)]
    line = f"{name} = {found.text} if {written(all_of(found.needed))} else None"
    if len(line) <= WIDTH:
        return [line]
    return [f"{name} = None", when(all_of(found.needed), [_assignment(name, found.text)])]


def _places(operator: t.Operator, left: int, right: int) -> int:
    """The places of a result; 0 where those of an operand are not known."""
    if not left or not right or operator is t.Operator.DIVIDE:
        return 0
    return left + right if operator is t.Operator.MULTIPLY else max(left, right) + 1


def _assignment(name: str, text: str) -> str:
    """A line that sets a local, broken where its expression is long."""
    line = f"{name} = {text}"
    if len(line) <= WIDTH:
        return line
    broken = "\n    ".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))
    return f"{name} = (\n    {broken}\n)"


def _hint(node: t.Arithmetic) -> str:
    if node.type.kind is Kind.TIMESTAMP:
        return "instant"
    if node.type.kind is Kind.DURATION:
        return "duration_between"
    return {"+": "total", "-": "difference", "*": "product"}[node.operator.value]
