"""Code for values: numbers, texts, instants, days and durations."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from textwrap import wrap
from typing import assert_never

from msgspec import Struct

from orderproof.engine.generate.conditions import (
    WIDTH,
    Atom,
    Test,
    Truth,
    all_of,
    is_proper,
    of_name,
    statement,
    written,
)
from orderproof.engine.generate.lines import Line, Page, branches, when
from orderproof.engine.generate.names import constant, literal
from orderproof.engine.generate.operations import DAY, HOUR, duration
from orderproof.engine.generate.scope import MAX_DEPTH, NOTHING, Operand, Scope, places_of
from orderproof.language import typed as t
from orderproof.language.typed import MAX_DIGITS
from orderproof.language.types import BOOLEAN, INTEGER, Kind, ScalarType

MAX_PLACES = MAX_DIGITS // 2
"""Decimal places before and behind the point up to which a number surely has no more digits than a result may have."""
_MAX_BRACKETS = 8
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_UNITS = {"days": DAY, "hours": HOUR}


class _Sum(Struct, frozen=True):
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


class ValueWriter(ABC):
    """Writes the code that an expression needs, and gives what stands for its value then."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @property
    def page(self) -> Page:
        return self.scope.page

    @abstractmethod
    def truth(self, node: t.Expression) -> Truth:
        """A condition; what it needs is written on the page."""

    @abstractmethod
    def quantified(self, node: t.Quantify) -> Operand:
        """A quantifier; its loop is written on the page."""

    def local(self, *wished: str) -> str:
        return self.scope.names.local(*wished)

    def set_truth(self, name: str, truth: Truth) -> list[Line]:
        """Set a local, which is None so far, to a truth."""
        if truth.sure:
            rest = "" if is_proper(truth.true) else " else False"
            return [statement(f"{name} = {'True if ' if rest else ''}", truth.true, rest)]
        if truth.local is not None:
            return [f"{name} = {truth.local}"]
        return branches(truth, [f"{name} = True"], [f"{name} = False"])

    def named(self, truth: Truth, name: str) -> Truth:
        """A truth in a local."""
        begun = [] if truth.sure or truth.local is not None else [f"{name} = None"]
        self.page.write(*begun, *self.set_truth(name, truth))
        return of_name(name, sure=truth.sure)

    def value(self, node: t.Expression) -> Operand:
        """A value; what it needs is written on the page."""
        match node:
            case t.Constant() | t.Parameter():
                return self._constant(node)
            case t.UnknownValue():
                return NOTHING
            case t.AsOf():
                return Operand("AS_OF")
            case t.Field() | t.FactValue() | t.FactHolds():
                return self.scope.operand(node)
            case t.Local(variable):
                local = self.scope.frame[variable]
                assert isinstance(local, Operand)
                return local
            case t.Whole(variable):
                return Operand(f"id({self.scope.record(variable).name})")
            case t.Presence() | t.Not() | t.And() | t.Or() | t.Compare() | t.Member():
                return self.truth_as_value(node)
            case t.Choose():
                return self.truth_as_value(node) if node.type == BOOLEAN else self._choose(node)
            case t.Lookup():
                return self._lookup(node)
            case t.Arithmetic():
                return self._arithmetic(node)
            case t.Negate():
                return self._applied(node.operand, "{}.copy_negate()", "negated", number=True)
            case t.Call():
                return self._call(node)
            case t.Quantify():
                return self.quantified(node)
            case t.QuantifyGroup():
                raise ValueError("a group is judged after the documents, not in an engine")
            case _:
                assert_never(node)

    def truth_as_value(self, node: t.Expression) -> Operand:
        name = self.local("condition")
        truth = self.named(self.truth(node), name)
        return Operand(name, unknown=not truth.sure)

    def _constant(self, node: t.Constant | t.Parameter) -> Operand:
        if node.type.kind in _NUMBERS:
            if node.type == INTEGER and isinstance(node.value, int):
                return Operand(literal(node.value))
            return self.scope.number(node.value, node.name if isinstance(node, t.Parameter) else None)
        if node.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            return Operand(literal(node.value))
        return Operand(self.scope.constants.named(f"{node.type.kind.value}_{node.value}", literal(node.value)))

    def decimal(self, operand: Operand) -> str:
        """The text of a number for exact arithmetic."""
        return operand.text if operand.decimal else f"Decimal({operand.text})"

    def number(self, node: t.Expression) -> Operand:
        """A number's value, a whole number that is written out as a decimal too."""
        if isinstance(node, t.Constant | t.Parameter):
            return self.scope.number(node.value, node.name if isinstance(node, t.Parameter) else None)
        return self.value(node)

    def _choose(self, node: t.Choose) -> Operand:
        name = self.local("choice")
        condition = self.truth(node.condition)
        with self.page.aside() as before_then, self.scope.assuming(condition.true):
            then = self.value(node.then)
        with self.page.aside() as before_otherwise, self.scope.assuming(condition.false):
            otherwise = self.value(node.otherwise)
        set_then = [] if then == NOTHING else [f"{name} = {then.text}"]
        set_otherwise = [] if otherwise == NOTHING else [f"{name} = {otherwise.text}"]
        line = f"{name} = {then.text} if {written(condition.true)} else {otherwise.text}"
        if condition.sure and not before_then and not before_otherwise and len(line) <= WIDTH:
            self.page.write(line)
        else:
            self.page.write(f"{name} = None")
            self.branch(condition, before_then, before_otherwise, list(set_then), list(set_otherwise))
        unknown = not condition.sure or then.unknown or otherwise.unknown
        places = max(then.places, otherwise.places) if then.places and otherwise.places else 0
        return Operand(name, unknown, then.decimal and otherwise.decimal, places)

    def branch(
        self,
        condition: Truth,
        before_then: list[Line],
        before_otherwise: list[Line],
        then: list[Line],
        other: list[Line],
    ) -> None:
        """Write both sides of a condition; where code stands too deep already, what they need is computed anyway."""
        if self.page.depth < MAX_DEPTH:
            self.page.write(*branches(condition, [*before_then, *then], [*before_otherwise, *other]))
        else:
            self.page.write(*before_then, *before_otherwise, *branches(condition, then, other))

    def _lookup(self, node: t.Lookup) -> Operand:
        numbers = node.type.kind in _NUMBERS
        items = [f"{literal(key)}: {constant(value)}" for key, value in node.table]
        table = self.scope.constants.named(node.name, f"{{{', '.join(items)}}}")
        key = self.value(node.key)
        name = self.local(f"{node.name}_found")
        self.page.write(f"{name} = {table}.get({key.text})")
        places = max((places_of(value) for _, value in node.table), default=0) if numbers else 0
        return Operand(name, unknown=True, decimal=numbers, places=places)

    # Numbers

    def _arithmetic(self, node: t.Arithmetic) -> Operand:
        if node.type.kind in _NUMBERS:
            return self._computed(self._sum(node, fractions=False), _hint(node), node.type)
        left, right = self.value(node.left), self.value(node.right)
        text = f"{left.text} {node.operator.value} {right.text}"
        return self._computed(_Sum(text, known((left, right))), _hint(node), node.type)

    def _sum(self, node: t.Expression, *, fractions: bool) -> _Sum:
        if not isinstance(node, t.Arithmetic):
            operand = self.number(node)
            text = f"Fraction({operand.text})" if fractions else self.decimal(operand)
            return _Sum(text, known((operand,)), places=operand.places)
        rank = _RANKS[node.operator]
        left, right = self._sum(node.left, fractions=fractions), self._sum(node.right, fractions=fractions)
        # What is added first matters where a partial result has too many digits.
        one = left.text if left.rank >= rank else f"({left.text})"
        other = right.text if right.rank > rank else f"({right.text})"
        brackets = max(left.brackets + (left.rank < rank), right.brackets + (right.rank <= rank))
        places = _places(node.operator, left.places, right.places)
        found = _Sum(f"{one} {node.operator.value} {other}", (*left.needed, *right.needed), rank, brackets, places)
        if brackets <= _MAX_BRACKETS:
            return found
        part = self._computed(found, "part", node.type)
        return _Sum(part.text, known((part,)), places=part.places)

    def _computed(self, found: _Sum, hint: str, type_: ScalarType) -> Operand:
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
        return Operand(name, unknown=True, decimal=type_.kind in _NUMBERS)

    def _round(self, node: t.Call) -> Operand:
        digits = node.arguments[1]
        assert isinstance(digits, t.Constant)
        exact = self._sum(node.arguments[0], fractions=True)
        return self._computed(_Sum(f"rounded({exact.text}, {digits.value})", exact.needed), "rounded_number", node.type)

    # Functions

    def _applied(self, argument: t.Expression, text: str, hint: str, *, number: bool = False) -> Operand:
        """A function of one known value, which always has a result."""
        operand = self.value(argument)
        if operand == NOTHING:
            return NOTHING
        name = self.local(f"{_named(operand)}_{hint}", hint)
        result = text.format(self.decimal(operand) if number else operand.text)
        line = f"{name} = {result}{f' if {operand.text} is not None else None' if operand.unknown else ''}"
        if len(line) <= WIDTH or not operand.unknown:
            self.page.write(line)
        else:
            self.page.write(f"{name} = None", when(all_of(known((operand,))), [f"{name} = {result}"]))
        return Operand(name, operand.unknown, decimal=number, places=operand.places if number else 0)

    def _call(self, node: t.Call) -> Operand:
        first = node.arguments[0]
        match node.function:
            case "round":
                return self._round(node)
            case "days" | "hours":
                return self._duration(first, node.function)
            case "date":
                return self._date(first, node.type)
            case "lower":
                return self._applied(first, "{}.lower()", "lower")
            case "compact":
                return self._applied(first, '{}.replace(" ", "").replace("-", "")', "compact")
            case "length":
                return self._applied(first, "len({})", "length")
            case "abs":
                return self._applied(first, "{}.copy_abs()", "size", number=True)
            case "minor_unit":
                found = self._applied(first, "MINOR_UNITS.get({})", "minor_unit")
                return Operand(found.text, unknown=True, decimal=True, places=8) if found != NOTHING else NOTHING
            case "matches":
                pattern = node.arguments[1]
                assert isinstance(pattern, t.Constant)
                name = self.scope.constants.named("PATTERN", f"whole_match({literal(pattern.value)})")
                return self._applied(first, f"{name}({{}}) is not None", "matches")
            case _:
                raise ValueError(f"the function {node.function} has no meaning here")

    def _duration(self, argument: t.Expression, function: str) -> Operand:
        unit = _UNITS[function]
        if isinstance(argument, t.Constant | t.Parameter):
            assert not isinstance(argument.value, str)
            fixed = duration(argument.value, unit)  # type: ignore[arg-type]
            if fixed is None:
                return NOTHING
            wished = argument.name if isinstance(argument, t.Parameter) else f"{function}_{argument.value}"
            return Operand(self.scope.constants.named(wished, literal(fixed)))
        found = self._applied(argument, f"duration({{}}, {unit:_})", function)
        return found if found == NOTHING else Operand(found.text, unknown=True)

    def _date(self, argument: t.Expression, type_: ScalarType) -> Operand:
        if isinstance(argument, t.AsOf):
            return Operand(self.scope.constants.named("AS_OF_DAY", "calendar_day(AS_OF, ZONE)"), unknown=True)
        operand = self.value(argument)
        text = f"{operand.text}.astimezone(ZONE).date()"
        return self._computed(_Sum(text, known((operand,))), f"{_named(operand)}_day", type_)


def _where_known(name: str, found: _Sum) -> list[Line]:
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


def _named(operand: Operand) -> str:
    """What a local that is made of an operand is called after."""
    return operand.text if operand.text.isidentifier() else "text"


def _hint(node: t.Arithmetic) -> str:
    if node.type.kind is Kind.TIMESTAMP:
        return "instant"
    if node.type.kind is Kind.DURATION:
        return "duration_between"
    return {"+": "total", "-": "difference", "*": "product"}[node.operator.value]
