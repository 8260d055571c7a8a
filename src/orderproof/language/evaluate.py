"""The plain evaluator: walks a typed expression and gives its value, or UNKNOWN.

It is written from the text in ``typed.py``, nothing else; explanations rest on it too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from functools import reduce
from typing import Any, ClassVar, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.language import typed as t
from orderproof.language.currency import MINOR_UNITS
from orderproof.language.typed import MAX_DIGITS, UNKNOWN, Result, Truth
from orderproof.language.types import Kind, Value

SlotValue: TypeAlias = Value | tuple[Value, ...] | None


_CONTEXT = t.exact_context()
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = timedelta.max // _MICROSECOND


GroupMember: TypeAlias = tuple[Truth, Sequence[Result]]
"""What a group's member is to its expressions: whether it belongs (true or unknown), and the parts that it brings."""


class Row(Protocol):
    """A record: its slots, and its lists of records."""

    @property
    def values(self) -> tuple[Any, ...]: ...
    @property
    def children(self) -> tuple[tuple["Row", ...], ...]: ...


Frame: TypeAlias = tuple[Any, ...]
"""What the variables of an expression stand for: rows, and scalars of quantifiers over scalars."""


class FactStates(Protocol):
    """What is known of the derived facts of a document."""

    def holds(self, fact: int, row: Any) -> Truth: ...
    def value(self, fact: int, value: int, row: Any) -> Result: ...


class Setting(Struct, frozen=True):
    """What is the same for all documents of a run: its instant, and where calendar days begin."""

    as_of: datetime
    zone: ZoneInfo


class Evaluator:
    """Evaluates expressions over one document's facts, or over a group whose members bring ``parts``."""

    __slots__ = ("_facts", "_members", "_setting")

    def __init__(self, setting: Setting, facts: FactStates, members: "Sequence[GroupMember]" = ()) -> None:
        self._setting = setting
        self._facts = facts
        self._members = members

    def value(self, expression: t.Expression, frame: Frame) -> Result:
        """The value of an expression in a frame."""
        return self._NODES[type(expression)](self, expression, frame)

    def truth(self, expression: t.Expression, frame: Frame) -> Truth:
        """The truth of a condition."""
        found = self.value(expression, frame)
        assert found is UNKNOWN or isinstance(found, bool)
        return found

    # Leaves

    def _constant(self, node: t.Constant | t.Parameter, _: Frame) -> Result:
        return node.value

    def _unknown(self, _: t.UnknownValue, __: Frame) -> Result:
        return UNKNOWN

    def _as_of(self, _: t.AsOf, __: Frame) -> Result:
        return self._setting.as_of

    def _field(self, node: t.Field, frame: Frame) -> Result:
        found: Value | None = frame[node.variable].values[node.slot]
        if found is None:
            found = node.default
        return UNKNOWN if found is None else found

    def _presence(self, node: t.Presence, frame: Frame) -> Result:
        return bool(frame[node.variable].values[node.slot])

    def _local(self, node: t.Local, frame: Frame) -> Result:
        found: Value = frame[node.variable]
        return found

    def _whole(self, node: t.Whole, frame: Frame) -> Result:
        return id(frame[node.variable])

    def _fact_holds(self, node: t.FactHolds, frame: Frame) -> Result:
        return self._facts.holds(node.fact, frame[node.variable])

    def _fact_value(self, node: t.FactValue, frame: Frame) -> Result:
        return self._facts.value(node.fact, node.value, frame[node.variable])

    # Logic

    def _not(self, node: t.Not, frame: Frame) -> Result:
        operand = self.truth(node.operand, frame)
        return UNKNOWN if operand is UNKNOWN else not operand

    def _and(self, node: t.And, frame: Frame) -> Result:
        return conjunction(self.truth(operand, frame) for operand in node.operands)

    def _or(self, node: t.Or, frame: Frame) -> Result:
        return disjunction(self.truth(operand, frame) for operand in node.operands)

    def _choose(self, node: t.Choose, frame: Frame) -> Result:
        condition = self.truth(node.condition, frame)
        if condition is UNKNOWN:
            return UNKNOWN
        return self.value(node.then if condition else node.otherwise, frame)

    def _compare(self, node: t.Compare, frame: Frame) -> Result:
        left = self.value(node.left, frame)
        right = self.value(node.right, frame)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return _RELATIONS[node.operator](left, right)

    def _member(self, node: t.Member, frame: Frame) -> Result:
        item = self.value(node.item, frame)
        elements = self._elements(node.collection, frame)
        return disjunction(UNKNOWN if item is UNKNOWN or e is UNKNOWN else item == e for e in elements)

    def _elements(self, collection: t.Collection, frame: Frame) -> Iterator[Result]:
        match collection:
            case t.ListItems(items):
                return (self.value(item, frame) for item in items)
            case t.ListParameter():
                return iter(collection.values)
            case t.ListField():
                return iter(frame[collection.variable].values[collection.slot] or ())

    def _lookup(self, node: t.Lookup, frame: Frame) -> Result:
        key = self.value(node.key, frame)
        return next((value for name, value in node.table if name == key), UNKNOWN)

    # Numbers, instants, durations

    def _arithmetic(self, node: t.Arithmetic, frame: Frame) -> Result:
        left = self.value(node.left, frame)
        right = self.value(node.right, frame)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return self._combine(node.operator, left, right)

    def _combine(self, operator: t.Operator, left: Any, right: Any) -> Result:
        result: Result
        try:
            if isinstance(left, int | Decimal):
                result = _OPERATIONS[operator](_CONTEXT)(Decimal(left), Decimal(right))
            else:
                result = left + right if operator is t.Operator.ADD else left - right
        except (DecimalException, OverflowError):
            result = UNKNOWN
        return result

    def _negate(self, node: t.Negate, frame: Frame) -> Result:
        operand: Any = self.value(node.operand, frame)
        return UNKNOWN if operand is UNKNOWN else Decimal(operand).copy_negate()

    def _call(self, node: t.Call, frame: Frame) -> Result:
        if node.function == "round":
            return self._round(node, frame)
        arguments = [self.value(argument, frame) for argument in node.arguments]
        if UNKNOWN in arguments:
            return UNKNOWN
        return _FUNCTIONS[node.function](self._setting, *arguments)

    def _round(self, node: t.Call, frame: Frame) -> Result:
        exact = self._fraction(node.arguments[0], frame)
        digits = node.arguments[1]
        assert isinstance(digits, t.Constant)
        assert isinstance(digits.value, int)
        if exact is None:
            return UNKNOWN
        scaled = abs(exact) * 10**digits.value
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        if whole >= 10**MAX_DIGITS:
            return UNKNOWN
        return Decimal(-whole if exact < 0 else whole).scaleb(-digits.value, _CONTEXT)

    def _fraction(self, node: t.Expression, frame: Frame) -> Fraction | None:
        """The exact value of what is rounded; None is unknown."""
        if not isinstance(node, t.Arithmetic):
            found: Any = self.value(node, frame)
            return None if found is UNKNOWN else Fraction(found)
        left = self._fraction(node.left, frame)
        right = self._fraction(node.right, frame)
        if left is None or right is None:
            return None
        match node.operator:
            case t.Operator.ADD:
                return left + right
            case t.Operator.SUBTRACT:
                return left - right
            case t.Operator.MULTIPLY:
                return left * right
            case t.Operator.DIVIDE:
                return left / right if right else None

    # Quantifiers

    def _quantify(self, node: t.Quantify, frame: Frame) -> Result:
        pairs: list[tuple[Truth, Result]] = []
        for item in self._items(node.source, frame):
            inner = (*frame, item)
            chosen = True if node.filter is None else self.truth(node.filter, inner)
            # A filter that is false decides alone; the element beside it may have no meaning.
            needed = node.element is not None and chosen is not False
            pairs.append((chosen, self.value(node.element, inner) if needed and node.element is not None else True))
        return self._reduced(node, pairs)

    def _items(self, source: t.Children | t.ListField | t.ListParameter, frame: Frame) -> Sequence[Any]:
        match source:
            case t.Children():
                rows: tuple[Row, ...] = frame[source.variable].children[source.index]
                return rows
            case t.ListField():
                return frame[source.variable].values[source.slot] or ()
            case t.ListParameter():
                return source.values

    def _quantify_group(self, node: t.QuantifyGroup, _: Frame) -> Result:
        pairs: list[tuple[Truth, Result]] = []
        for number, (belongs, parts) in enumerate(self._members):
            selected = True if node.filter is None else parts[node.filter]
            chosen = conjunction((belongs, _as_truth(selected)))
            pairs.append((chosen, number if node.element is None else parts[node.element]))
        return self._reduced(node, pairs)

    def _reduced(self, node: t.Quantify | t.QuantifyGroup, pairs: list[tuple[Truth, Result]]) -> Result:
        match node.quantifier:
            case t.Quantifier.ANY:
                return disjunction(conjunction((chosen, _as_truth(element))) for chosen, element in pairs)
            case t.Quantifier.ALL:
                return conjunction(disjunction((_negated(chosen), _as_truth(element))) for chosen, element in pairs)
            case _:
                pass
        elements = [element for chosen, element in pairs if chosen is not False]
        if UNKNOWN in elements or any(chosen is UNKNOWN for chosen, _ in pairs):
            return UNKNOWN
        values: list[Any] = list(elements)
        match node.quantifier:
            case t.Quantifier.COUNT:
                return len(set(values)) if node.distinct else len(values)
            case t.Quantifier.SUM:
                return self._sum(node, values)
            case t.Quantifier.MIN:
                return min(values, default=UNKNOWN)
            case t.Quantifier.MAX:
                return max(values, default=UNKNOWN)

    def _sum(self, node: t.Quantify | t.QuantifyGroup, values: list[Any]) -> Result:
        """The exact total, whatever the order: only the whole must be in range, not what is added up before it."""
        try:
            if node.type.kind is Kind.DURATION:
                return timedelta(microseconds=sum(value // _MICROSECOND for value in values))
            return self._sum_of_numbers([Decimal(value) for value in values])
        except (DecimalException, OverflowError):
            return UNKNOWN

    def _sum_of_numbers(self, numbers: list[Decimal]) -> Decimal:
        try:
            return reduce(_CONTEXT.add, numbers, Decimal(0))
        except DecimalException:
            exact = sum(map(Fraction, numbers), Fraction())
            return _CONTEXT.divide(Decimal(exact.numerator), Decimal(exact.denominator))

    _NODES: ClassVar[Mapping[type, Callable[..., Result]]] = {
        t.Constant: _constant,
        t.Parameter: _constant,
        t.UnknownValue: _unknown,
        t.AsOf: _as_of,
        t.Field: _field,
        t.Presence: _presence,
        t.Local: _local,
        t.Whole: _whole,
        t.FactHolds: _fact_holds,
        t.FactValue: _fact_value,
        t.Not: _not,
        t.And: _and,
        t.Or: _or,
        t.Choose: _choose,
        t.Compare: _compare,
        t.Member: _member,
        t.Lookup: _lookup,
        t.Arithmetic: _arithmetic,
        t.Negate: _negate,
        t.Call: _call,
        t.Quantify: _quantify,
        t.QuantifyGroup: _quantify_group,
    }


def conjunction(truths: "Iterator[Truth] | tuple[Truth, ...]") -> Truth:
    """Kleene's "and": false if any is false, else unknown if any is unknown, else true."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def disjunction(truths: "Iterator[Truth] | tuple[Truth, ...]") -> Truth:
    """Kleene's "or": true if any is true, else unknown if any is unknown, else false."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def _negated(truth: Truth) -> Truth:
    return UNKNOWN if truth is UNKNOWN else not truth


def _as_truth(element: Result) -> Truth:
    assert element is UNKNOWN or isinstance(element, bool)
    return element


_RELATIONS: Mapping[t.Comparison, Callable[[Any, Any], bool]] = {
    t.Comparison.EQUAL: lambda left, right: left == right,
    t.Comparison.UNEQUAL: lambda left, right: left != right,
    t.Comparison.LESS: lambda left, right: left < right,
    t.Comparison.LESS_EQUAL: lambda left, right: left <= right,
    t.Comparison.GREATER: lambda left, right: left > right,
    t.Comparison.GREATER_EQUAL: lambda left, right: left >= right,
}

_OPERATIONS: Mapping[t.Operator, Callable[[Context], Callable[[Decimal, Decimal], Decimal]]] = {
    t.Operator.ADD: lambda context: context.add,
    t.Operator.SUBTRACT: lambda context: context.subtract,
    t.Operator.MULTIPLY: lambda context: context.multiply,
}


def _duration(number: Any, unit: int) -> Result:
    """So many units of whole seconds; unknown where that is no whole number of microseconds or out of range."""
    numerator, denominator = number.as_integer_ratio()
    microseconds, rest = divmod(numerator * unit * 1_000_000, denominator)
    if rest or abs(microseconds) > _LONGEST:
        return UNKNOWN
    try:
        return timedelta(microseconds=microseconds)
    except OverflowError:
        return UNKNOWN


def _date(setting: Setting, instant: Any) -> Result:
    try:
        day: Value = instant.astimezone(setting.zone).date()
    except OverflowError:
        return UNKNOWN
    return day


_patterns: dict[str, Callable[[str], object]] = {}


def _matches(_: Setting, text: Any, pattern: Any) -> Result:
    found = _patterns.get(pattern)
    if found is None:
        import re2  # late: a native library, only for rules with patterns

        options = re2.Options()
        options.log_errors = False
        found = _patterns.setdefault(pattern, re2.compile(pattern, options=options).fullmatch)
    return found(text) is not None


_FUNCTIONS: Mapping[str, Callable[..., Result]] = {
    "days": lambda _, number: _duration(number, 86_400),
    "hours": lambda _, number: _duration(number, 3_600),
    "date": _date,
    "lower": lambda _, text: text.lower(),
    "compact": lambda _, text: text.replace(" ", "").replace("-", ""),
    "matches": _matches,
    "length": lambda _, text: len(text),
    "abs": lambda _, number: Decimal(number).copy_abs(),
    "minor_unit": lambda _, code: MINOR_UNITS.get(code, UNKNOWN),
}
