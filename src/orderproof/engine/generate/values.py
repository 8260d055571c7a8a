"""Code for values: numbers, texts, instants, days and durations."""

from abc import ABC, abstractmethod
from typing import assert_never

from msgspec.structs import replace

from orderproof.engine.generate.arithmetic import NUMBERS, ArithmeticWriter, Sum, known
from orderproof.engine.generate.conditions import (
    WIDTH,
    Truth,
    all_of,
    is_proper,
    of_name,
    statement,
    written,
)
from orderproof.engine.generate.lines import Line, branches, when
from orderproof.engine.generate.names import constant, literal
from orderproof.engine.generate.operations import DAY, HOUR, duration
from orderproof.engine.generate.scope import MAX_DEPTH, NOTHING, Operand, places_of
from orderproof.language import typed as t
from orderproof.language.types import BOOLEAN, INTEGER, Kind, ScalarType

_UNITS = {"days": DAY, "hours": HOUR}


class ValueWriter(ArithmeticWriter, ABC):
    """Writes the code that an expression needs, and gives what stands for its value then."""

    @abstractmethod
    def truth(self, node: t.Expression) -> Truth:
        """A condition; what it needs is written on the page."""

    @abstractmethod
    def quantified(self, node: t.Quantify) -> Operand:
        """A quantifier; its loop is written on the page."""

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
                return self.arithmetic(node)
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
        if node.type.kind in NUMBERS:
            if node.type == INTEGER and isinstance(node.value, int):
                return Operand(literal(node.value))
            return self.scope.number(node.value, node.name if isinstance(node, t.Parameter) else None)
        if node.type.kind in (Kind.TEXT, Kind.BOOLEAN):
            return Operand(literal(node.value))
        return Operand(self.scope.constants.named(f"{node.type.kind.value}_{node.value}", literal(node.value)))

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
        numbers = node.type.kind in NUMBERS
        items = [f"{literal(key)}: {constant(value)}" for key, value in node.table]
        table = self.scope.constants.named(node.name, _table(items))
        places = max((places_of(value) for _, value in node.table), default=0) if numbers else 0
        return replace(self._found(table, node), decimal=numbers, places=places)

    def _found(self, table: str, node: t.Lookup) -> Operand:
        """What stands in a table at a key; unknown where nothing does."""
        key = self.value(node.key)
        name = self.local(f"{node.name}_found")
        self.page.write(f"{name} = {table}.get({key.text})")
        return Operand(name, unknown=True)

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
                return self.rounded(node)
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
        if isinstance(argument, t.Lookup):
            return self._duration_of_table(argument, function, unit)
        found = self._applied(argument, f"duration({{}}, {unit:_})", function)
        return found if found == NOTHING else Operand(found.text, unknown=True)

    def _duration_of_table(self, node: t.Lookup, function: str, unit: int) -> Operand:
        """The durations of a table's numbers, computed once."""
        durations = {key: duration(value, unit) for key, value in node.table}  # type: ignore[arg-type]
        items = [f"{literal(key)}: {literal(each)}" for key, each in durations.items() if each is not None]
        table = self.scope.constants.named(f"{node.name}_{function}", _table(items))
        return self._found(table, node)

    def _date(self, argument: t.Expression, type_: ScalarType) -> Operand:
        if isinstance(argument, t.AsOf):
            return Operand(self.scope.constants.named("AS_OF_DAY", "calendar_day(AS_OF, ZONE)"), unknown=True)
        operand = self.value(argument)
        text = f"{operand.text}.astimezone(ZONE).date()"
        return self.computed(Sum(text, known((operand,))), f"{_named(operand)}_day", type_)


def _table(items: list[str]) -> str:
    """A dictionary, on several lines where it is long."""
    line = f"{{{', '.join(items)}}}"
    return line if len(line) <= WIDTH else "".join(("{", *(f"\n    {item}," for item in items), "\n}"))


def _named(operand: Operand) -> str:
    """What a local that is made of an operand is called after."""
    return operand.text if operand.text.isidentifier() else "text"
