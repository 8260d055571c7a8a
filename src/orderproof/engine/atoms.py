"""Atoms for the rules engine: typed expressions turned into closures over a frame; None is unknown.

Written from the text in ``language/typed.py`` apart from the plain evaluator, so that the two can
find each other's mistakes.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias, assert_never

from orderproof.engine.arithmetic import CONTEXT, day_in, duration, gathering, negated, operation
from orderproof.language import typed as t
from orderproof.language.currency import MINOR_UNITS
from orderproof.language.evaluate import Setting

Frame: TypeAlias = tuple[Any, ...]
Concluded: TypeAlias = list[list[bool | None]]
"""By fact and subject: whether the fact holds, None where that is unknown."""
FactValues: TypeAlias = list[list[tuple[Any, ...] | None]]
"""By fact and subject: the fact's values where it holds."""


class Settled:
    """The derived facts that are settled so far."""

    __slots__ = ("holds", "values")

    def __init__(self, facts: int) -> None:
        self.holds: Concluded = [[] for _ in range(facts)]
        self.values: FactValues = [[] for _ in range(facts)]


Closure: TypeAlias = Callable[[Frame, Settled], Any]

_NOTHING = Settled(0)

_MICROSECONDS = {"days": 86_400_000_000, "hours": 3_600_000_000}
_COMPARE: Mapping[t.Comparison, Callable[[Any, Any], bool]] = {
    t.Comparison.EQUAL: operator.eq,
    t.Comparison.UNEQUAL: operator.ne,
    t.Comparison.LESS: operator.lt,
    t.Comparison.LESS_EQUAL: operator.le,
    t.Comparison.GREATER: operator.gt,
    t.Comparison.GREATER_EQUAL: operator.ge,
}


def closure(node: t.Expression, setting: Setting) -> Closure:
    """A function from a frame and the settled facts to the expression's value, None where it is unknown."""
    made = _closure(node, setting)
    return _always(made((), _NOTHING)) if _is_fixed(node) else made


def _is_fixed(node: t.Expression) -> bool:
    """Whether an expression has the same value for every subject of a run."""
    match node:
        case t.Constant() | t.Parameter() | t.UnknownValue() | t.AsOf():
            return True
        case t.Arithmetic(_, left, right):
            return _is_fixed(left) and _is_fixed(right)
        case t.Negate(operand):
            return _is_fixed(operand)
        case t.Call(_, arguments):
            return all(map(_is_fixed, arguments))
        case _:
            return False


def _closure(node: t.Expression, setting: Setting) -> Closure:
    def made(inner: t.Expression) -> Closure:
        return closure(inner, setting)

    match node:
        case t.Constant() | t.Parameter():
            return _always(node.value)
        case t.UnknownValue():
            return _always(None)
        case t.AsOf():
            return _always(setting.as_of)
        case t.Field():
            return _field(node)
        case t.Presence(variable, slot):
            return lambda frame, _: frame[variable].values[slot] is True
        case t.Local(variable) | t.Whole(variable):
            return lambda frame, _: frame[variable]
        case t.FactHolds(variable, fact):
            return lambda frame, settled: settled.holds[fact][frame[variable].ordinal]
        case t.FactValue(variable, fact, value):
            return _fact_value(variable, fact, value)
        case t.Not(operand):
            return _not(made(operand))
        case t.And(operands):
            return _kleene([made(operand) for operand in operands], decisive=False)
        case t.Or(operands):
            return _kleene([made(operand) for operand in operands], decisive=True)
        case t.Choose(condition, then, otherwise):
            return _choose(made(condition), made(then), made(otherwise))
        case t.Compare(comparison, left, right):
            return _compared(_COMPARE[comparison], left, right, setting)
        case t.Member(item, collection):
            return _member(made(item), _elements(collection, setting))
        case t.Lookup(_, table, key):
            return _lookup(dict(table), made(key))
        case t.Arithmetic():
            return _joined(operation(node), made(node.left), made(node.right))
        case t.Negate(operand):
            return _applied(negated, made(operand))
        case t.Call("round", arguments):
            return _round(arguments[0], arguments[1], setting)
        case t.Call(function, arguments):
            return _call(function, [made(argument) for argument in arguments], node, setting)
        case t.Quantify():
            return _quantify(node, setting)
        case t.QuantifyGroup():
            raise ValueError("a group is judged after the documents, not in an engine")
        case _:
            assert_never(node)


def _always(value: Any) -> Closure:
    return lambda _frame, _settled: value


def _field(node: t.Field) -> Closure:
    variable, slot, default = node.variable, node.slot, node.default
    if default is None:
        return lambda frame, _: frame[variable].values[slot]

    def read(frame: Frame, _: Settled) -> Any:
        found = frame[variable].values[slot]
        return default if found is None else found

    return read


def _fact_value(variable: int, fact: int, value: int) -> Closure:
    def read(frame: Frame, settled: Settled) -> Any:
        values = settled.values[fact][frame[variable].ordinal]
        return None if values is None else values[value]

    return read


def _not(operand: Closure) -> Closure:
    def negated(frame: Frame, settled: Settled) -> bool | None:
        truth = operand(frame, settled)
        return None if truth is None else truth is False

    return negated


def _kleene(operands: list[Closure], decisive: bool) -> Closure:
    """The logical "or" where true decides, "and" where false does."""

    def joined(frame: Frame, settled: Settled) -> bool | None:
        unknown = False
        for operand in operands:
            truth: bool | None = operand(frame, settled)
            if truth is decisive:
                return decisive
            if truth is None:
                unknown = True
        return None if unknown else not decisive

    return joined


def _choose(condition: Closure, then: Closure, otherwise: Closure) -> Closure:
    def chosen(frame: Frame, settled: Settled) -> Any:
        truth = condition(frame, settled)
        if truth is None:
            return None
        return then(frame, settled) if truth else otherwise(frame, settled)

    return chosen


def _joined(operation: Callable[[Any, Any], Any], left: Closure, right: Closure) -> Closure:
    """An operation of two known values; unknown where one is not."""

    def result(frame: Frame, settled: Settled) -> Any:
        one = left(frame, settled)
        if one is None:
            return None
        other = right(frame, settled)
        return None if other is None else operation(one, other)

    return result


def _compared(
    compare: Callable[[Any, Any], bool], left: t.Expression, right: t.Expression, setting: Setting
) -> Closure:
    """A comparison of two known values; most are of a field with what is fixed, and need no call for either."""
    if not _is_fixed(right):
        return _joined(compare, closure(left, setting), closure(right, setting))
    fixed = closure(right, setting)((), _NOTHING)
    if fixed is None:
        return _always(None)
    if not isinstance(left, t.Field) or left.default is not None:
        return _applied(lambda value: compare(value, fixed), closure(left, setting))
    variable, slot = left.variable, left.slot

    def result(frame: Frame, _: Settled) -> bool | None:
        value = frame[variable].values[slot]
        return None if value is None else compare(value, fixed)

    return result


def _applied(operation: Callable[[Any], Any], operand: Closure) -> Closure:
    def result(frame: Frame, settled: Settled) -> Any:
        value = operand(frame, settled)
        return None if value is None else operation(value)

    return result


def _elements(collection: t.Collection, setting: Setting) -> Callable[[Frame, Settled], list[Any]]:
    match collection:
        case t.ListItems(items):
            made = [closure(item, setting) for item in items]
            if all(map(_is_fixed, items)):
                return _always([item((), _NOTHING) for item in made])
            return lambda frame, settled: [item(frame, settled) for item in made]
        case t.ListParameter(_, values):
            return _always(list(values))
        case t.ListField(variable, slot):
            return lambda frame, _: list(frame[variable].values[slot] or ())
        case _:
            assert_never(collection)


def _member(item: Closure, elements: Callable[[Frame, Settled], list[Any]]) -> Closure:
    def among(frame: Frame, settled: Settled) -> bool | None:
        found = elements(frame, settled)
        sought = item(frame, settled)
        if not found:
            return False
        if sought is None:
            return None
        if sought in found:
            return True
        return None if None in found else False

    return among


def _lookup(table: dict[str, Any], key: Closure) -> Closure:
    return _applied(table.get, key)


# Functions


def _ratio(node: t.Expression, setting: Setting) -> Callable[[Frame, Settled], tuple[int, int] | None]:
    """The exact value of what is rounded, as numerator and positive denominator."""
    if not isinstance(node, t.Arithmetic):
        value = closure(node, setting)

        def leaf(frame: Frame, settled: Settled) -> tuple[int, int] | None:
            found = value(frame, settled)
            return None if found is None else Decimal(found).as_integer_ratio()

        return leaf
    left, right, symbol = _ratio(node.left, setting), _ratio(node.right, setting), node.operator

    def combined(frame: Frame, settled: Settled) -> tuple[int, int] | None:
        one, other = left(frame, settled), right(frame, settled)
        if one is None or other is None:
            return None
        (a, b), (c, d) = one, other
        match symbol:
            case t.Operator.ADD:
                return a * d + c * b, b * d
            case t.Operator.SUBTRACT:
                return a * d - c * b, b * d
            case t.Operator.MULTIPLY:
                return a * c, b * d
            case t.Operator.DIVIDE:
                if c == 0:
                    return None
                return (a * d, b * c) if c > 0 else (-a * d, -b * c)

    return combined


def _round(node: t.Expression, digits: t.Expression, setting: Setting) -> Closure:
    assert isinstance(digits, t.Constant)
    assert isinstance(digits.value, int)
    places, ratio = digits.value, _ratio(node, setting)

    def rounded(frame: Frame, settled: Settled) -> Decimal | None:
        found = ratio(frame, settled)
        if found is None:
            return None
        numerator, denominator = found
        whole, rest = divmod(abs(numerator) * 10**places, denominator)
        if 2 * rest >= denominator:
            whole += 1
        if whole >= 10**t.MAX_DIGITS:
            return None
        return Decimal(whole if numerator >= 0 else -whole).scaleb(-places, CONTEXT)

    return rounded


def _call(function: str, arguments: list[Closure], node: t.Call, setting: Setting) -> Closure:
    first = arguments[0]
    match function:
        case "days" | "hours":
            return _applied(duration(_MICROSECONDS[function]), first)
        case "date":
            return _applied(day_in(setting.zone), first)
        case "lower":
            return _applied(str.lower, first)
        case "compact":
            return _applied(lambda text: text.replace(" ", "").replace("-", ""), first)
        case "matches":
            pattern = node.arguments[1]
            assert isinstance(pattern, t.Constant)
            return _applied(_whole_match(str(pattern.value)), first)
        case "length":
            return _applied(len, first)
        case "abs":
            return _applied(lambda number: Decimal(number).copy_abs(), first)
        case "minor_unit":
            return _applied(MINOR_UNITS.get, first)
        case _:
            raise ValueError(f"the function {function} has no meaning here")


def _whole_match(pattern: str) -> Callable[[str], bool]:
    import re2  # late: a native library, only for rules with patterns

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    match_whole = re2.compile(pattern, options=options).fullmatch
    # Encoded here, or every match would be told in characters at some cost.
    return lambda text: match_whole(text.encode()) is not None


# Quantifiers


def _quantify(node: t.Quantify, setting: Setting) -> Closure:
    items = _items(node.source)
    chosen = None if node.filter is None else closure(node.filter, setting)
    element = None if node.element is None else closure(node.element, setting)
    match node.quantifier:
        case t.Quantifier.ANY:
            return _range(items, chosen, element, decisive=True)
        case t.Quantifier.ALL:
            return _range(items, chosen, element, decisive=False)
        case _:
            return _gathered(items, chosen, element, gathering(node))


def _items(source: t.Children | t.ListField | t.ListParameter) -> Callable[[Frame], tuple[Any, ...]]:
    match source:
        case t.Children(variable, index):
            return lambda frame: frame[variable].children[index]
        case t.ListField(variable, slot):
            return lambda frame: frame[variable].values[slot] or ()
        case t.ListParameter():
            fixed = source.values
            return lambda _: fixed
        case _:
            assert_never(source)


def _range(
    items: Callable[[Frame], tuple[Any, ...]], chosen: Closure | None, element: Closure | None, decisive: bool
) -> Closure:
    """The quantifier "any" where a true element decides, "all" where a false one does; only chosen members count."""

    def result(frame: Frame, settled: Settled) -> bool | None:
        unknown = False
        for item in items(frame):
            inner = (*frame, item)
            selected: bool | None = True if chosen is None else chosen(inner, settled)
            if selected is False:
                continue
            truth: bool | None = True if element is None else element(inner, settled)
            if truth is decisive and selected:
                return decisive
            if truth is None or truth is decisive:
                unknown = True
        return None if unknown else not decisive

    return result


def _gathered(
    items: Callable[[Frame], tuple[Any, ...]],
    chosen: Closure | None,
    element: Closure | None,
    gather: Callable[[list[Any]], Any],
) -> Closure:
    def result(frame: Frame, settled: Settled) -> Any:
        values: list[Any] = []
        for item in items(frame):
            inner = (*frame, item)
            selected = True if chosen is None else chosen(inner, settled)
            if selected is None:
                return None
            if selected:
                value = True if element is None else element(inner, settled)
                if value is None:
                    return None
                values.append(value)
        return gather(values)

    return result
