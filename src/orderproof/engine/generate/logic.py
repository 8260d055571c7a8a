"""Code for conditions, three-valued: known truths are joined in tests, the others computed where they still matter."""

from collections.abc import Sequence

from orderproof.engine.generate.arithmetic import known
from orderproof.engine.generate.conditions import (
    FALSE,
    TRUE,
    UNSURE,
    Atom,
    Truth,
    all_of,
    any_of,
    choice,
    conjunction,
    disjunction,
    negation,
    of_name,
    opposite,
    two_valued,
)
from orderproof.engine.generate.lines import Line, first_of, when
from orderproof.engine.generate.names import constant
from orderproof.engine.generate.quantifiers import QuantifierWriter
from orderproof.engine.generate.scope import MAX_DEPTH, NOTHING, Operand
from orderproof.language import typed as t
from orderproof.language.types import BOOLEAN, Value

_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_SHORT = 8
"""Elements up to which a list is searched one by one."""


class ExpressionWriter(QuantifierWriter):
    """Writes the code for any expression."""

    def truth(self, node: t.Expression) -> Truth:
        match node:
            case t.Constant(value) | t.Parameter(_, value):
                return TRUE if value is True else FALSE
            case t.UnknownValue():
                return UNSURE
            case t.Field() | t.Presence() | t.FactHolds() | t.FactValue():
                return self.scope.truth(node)
            case t.Not(operand):
                return negation(self.truth(operand))
            case t.And(operands):
                return self._joined(operands, decisive=False)
            case t.Or(operands):
                return self._joined(operands, decisive=True)
            case t.Choose():
                return self._chosen_truth(node)
            case t.Compare():
                return self._compared(node.operator, node.left, node.right)
            case t.Member(item, collection):
                return self._member_of(item, collection)
            case t.Quantify():
                return self.range_truth(node)
            case _:
                found = self.value(node)
                return UNSURE if found == NOTHING else of_name(found.text, sure=not found.unknown)

    def bounded(self, truth: Truth) -> Truth:
        """A truth that may be written several times: a large one is in a local."""
        return self.named(truth, self.local("condition")) if truth.large else truth

    def _joined(self, operands: Sequence[t.Expression], *, decisive: bool) -> Truth:
        """The "or", where true decides, or the "and", where false does.

        What needs code of its own is computed last, and only while nothing has decided.
        """
        join = disjunction if decisive else conjunction
        plain: list[Truth] = []
        needing: list[tuple[list[Line], Truth]] = []
        for operand in operands:
            with self.page.aside() as lines:
                truth = self.truth(operand)
            if lines:
                needing.append((lines, truth))
            else:
                plain.append(truth)
        current = join(plain)
        name = ""
        for lines, truth in needing:
            if current == join(()):
                self.page.write(*lines)
                current = truth
                continue
            if not name:
                name = self.local("condition")
                self.named(current, name)
            self._narrowed(name, lines, truth, decisive=decisive, sure=current.sure)
            current = of_name(name, sure=current.sure and truth.sure)
        return self.bounded(current)

    def _narrowed(self, name: str, lines: list[Line], truth: Truth, *, decisive: bool, sure: bool) -> None:
        """Join one more truth to what a local holds, unless that is decided."""
        decides, stays = (truth.true, truth.false) if decisive else (truth.false, truth.true)
        steps = first_of(decides, [f"{name} = {decisive}"])
        if not truth.sure:
            steps = first_of(opposite(stays), [f"{name} = None"], after=steps)
        if sure:
            undecided = Atom(f"not {name}", name) if decisive else Atom(name, f"not {name}")
        else:
            undecided = Atom(f"{name} is not {decisive}", f"{name} is {decisive}")
        if steps and self.page.depth < MAX_DEPTH:
            self.page.write(when(undecided, [*lines, *steps]))
        elif steps:
            self.page.write(*lines, when(undecided, steps))

    def _chosen_truth(self, node: t.Choose) -> Truth:
        condition = self.truth(node.condition)
        with self.page.aside() as before_then, self.scope.assuming(condition.true):
            then = self.truth(node.then)
        with self.page.aside() as before_otherwise, self.scope.assuming(condition.false):
            otherwise = self.truth(node.otherwise)
        if not before_then and not before_otherwise:
            return self.bounded(choice(condition, then, otherwise))
        name = self.local("choice")
        sure = condition.sure and then.sure and otherwise.sure
        self.page.write(f"{name} = None")
        self.branch(
            condition, before_then, before_otherwise, self.set_truth(name, then), self.set_truth(name, otherwise)
        )
        return of_name(name, sure=sure)

    # Comparisons

    def _compared(self, comparison: t.Comparison, left: t.Expression, right: t.Expression) -> Truth:
        return self._comparison(comparison.value, (left, self.value(left)), (right, self.value(right)))

    def _comparison(
        self, operator: str, left: tuple[t.Expression, Operand], right: tuple[t.Expression, Operand]
    ) -> Truth:
        """A comparison of nodes whose values are at hand; a number that is written out is a decimal beside one."""
        (left_node, one), (right_node, other) = left, right
        if one.decimal and _is_constant(right_node):
            other = self.number(right_node)
        elif other.decimal and _is_constant(left_node):
            one = self.number(left_node)
        if left_node.type == BOOLEAN and NOTHING not in (one, other):
            for node, operand in ((right_node, one), (left_node, other)):
                if isinstance(node, t.Constant | t.Parameter):
                    return _is(operand, (node.value is True) is (operator == "=="))
        return _comparison(operator, one, other)

    def _member_of(self, node: t.Expression, collection: t.Collection) -> Truth:
        item = self.value(node)
        match collection:
            case t.ListParameter(name, values):
                return _among(item, self._fixed(name, values)) if values else FALSE
            case t.ListField():
                listed = self.list_text(collection)
                inside = Atom(f"{item.text} in {listed}", f"{item.text} not in {listed}")
                if not item.unknown:
                    return two_valued(inside)
                outside = all_of((*known((item,)), Atom(inside.opposite, inside.text)))
                return Truth(inside, any_of((Atom(f"not {listed}", listed), outside)), sure=False)
            case t.ListItems(items):
                constants = [each.value for each in items if isinstance(each, t.Constant | t.Parameter)]
                if not items:
                    return FALSE
                if len(constants) == len(items):
                    return _among(item, self._fixed("choices", constants))
                others = [(each, self.value(each)) for each in items]
                return self.bounded(disjunction([self._comparison("==", (node, item), other) for other in others]))

    def _fixed(self, name: str, values: Sequence[Value]) -> str:
        """What names a list that never changes: a short one of texts is written out."""
        text = f"({', '.join(map(constant, values))}{',' if len(values) == 1 else ''})"
        if len(values) <= _SHORT and name == "choices" and all(isinstance(value, str) for value in values):
            return text
        return self.scope.constants.named(name, f"frozenset({text})" if len(values) > _SHORT else text)


def _is_constant(node: t.Expression) -> bool:
    return isinstance(node, t.Constant | t.Parameter)


def _is(operand: Operand, value: bool) -> Truth:
    """Whether a truth is this one; unknown where it is."""
    if not operand.unknown:
        holds = of_name(operand.text, sure=True)
        return holds if value else negation(holds)
    tests = [Atom(f"{operand.text} is {each}", f"{operand.text} is not {each}") for each in (value, not value)]
    return Truth(tests[0], tests[1], sure=False)


def _comparison(operator: str, left: Operand, right: Operand) -> Truth:
    """A comparison of two values; unknown where one is."""
    if NOTHING in (left, right):
        return UNSURE
    needed = known((left, right))
    holds = Atom(f"{left.text} {operator} {right.text}", f"{left.text} {_OPPOSITES[operator]} {right.text}")
    fails = Atom(holds.opposite, holds.text)
    if not needed:
        return two_valued(holds)
    # None equals nothing that is known, so for a true equality one side is enough.
    fewer = needed[: len(needed) - 1]
    true = all_of((*(fewer if operator == "==" else needed), holds))
    false = all_of((*(fewer if operator == "!=" else needed), fails))
    return Truth(true, false, sure=False)


def _among(item: Operand, listed: str) -> Truth:
    """Membership in a list that is not empty and holds nothing unknown."""
    if item == NOTHING:
        return UNSURE
    inside = Atom(f"{item.text} in {listed}", f"{item.text} not in {listed}")
    if not item.unknown:
        return two_valued(inside)
    return Truth(inside, all_of((*known((item,)), Atom(inside.opposite, inside.text))), sure=False)
