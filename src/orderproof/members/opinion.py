"""The first opinion on a group: one generated Python function for a check, over what the members brought.

It shares with the evaluator the typed expressions, nothing of their meaning. None is unknown.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, TypeAlias

from msgspec.structs import replace

from orderproof.engine.compiled import namespace
from orderproof.engine.generate.attributes import Attributes
from orderproof.engine.generate.conditions import TRUE
from orderproof.engine.generate.function import GIVEN, HELPERS
from orderproof.engine.generate.lines import Block, rendered
from orderproof.engine.generate.logic import ExpressionWriter
from orderproof.engine.generate.names import Constants, Names
from orderproof.engine.generate.scope import Operand, Scope
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.language.relations import plain_type
from orderproof.language.types import Kind
from orderproof.members.packing import UNPACK, Brought
from orderproof.ruleset.lower import children
from orderproof.ruleset.program import Check, Verdict

Judge: TypeAlias = Callable[[Sequence[Brought]], int]
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_NO_RECORDS = Attributes({}, {}, {})
"""Expressions over a group read what its members brought, never a document's records."""


def group_function(check: Check) -> str:
    """The text of a Python module whose function ``judge`` gives the verdict that is proved of some members."""
    assert check.grouping is not None
    constants = Constants(GIVEN | _HELPERS.keys())
    scope = Scope(Names(HELPERS | _HELPERS.keys() | {"judge", "members", "each", "values"}), constants, _NO_RECORDS)
    writer = _GroupWriter(scope, check)
    page = scope.page
    having = TRUE if check.grouping.having is None else writer.truth(check.grouping.having)
    applies, required = scope.names.local("applies"), scope.names.local("required")
    surely = writer.named(having, applies).sure
    page.write(f"if {f'not {applies}' if surely else f'{applies} is False'}:", "    return NOT_APPLICABLE")
    certain = writer.named(writer.truth(check.require), required).sure
    for name, sure in ((applies, surely), (required, certain)):
        if not sure:
            page.write(f"if {name} is None:", "    return UNDETERMINED")
    page.write(f"return PASS if {required} else VIOLATION")
    lines = [*constants.lines(), "", "", *rendered([Block("def judge(members):", page.lines)])]
    return "\n".join(lines).lstrip("\n") + "\n"


def judge_of(check: Check, setting: Setting) -> Judge | None:
    """The function itself; None where Python cannot compile it, so that there is no first opinion."""
    try:
        code = compile(group_function(check), f"<generated from {check.id}>", "exec")
        names = {**namespace(setting), **_HELPERS}
        exec(code, names)  # noqa: S102 - the text is ours; what rules write stands in it as literals only
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return None
    judge: Judge = names["judge"]
    return judge


def verdict_of(judge: Judge, members: Sequence[Brought], most: int) -> int:
    """The verdict on a group; some of its members may be none, of which up to ``most`` are tried both ways."""
    unsure = [member for member in members if not member.sure]
    verdict = judge(members)
    if not unsure or verdict == Verdict.NOT_APPLICABLE:
        return verdict
    if verdict != Verdict.UNDETERMINED and len(unsure) < len(members):
        return verdict
    if len(unsure) > most:
        return Verdict.UNDETERMINED
    sure = [member for member in members if member.sure]
    taken = [replace(member, sure=True) for member in unsure]
    verdicts: set[int] = set()
    for ways in product((True, False), repeat=len(taken)):
        some = sure + [member for member, chosen in zip(taken, ways, strict=True) if chosen]
        verdicts.add(judge(some) if some else Verdict.NOT_APPLICABLE)
        if len(verdicts) > 1:
            return Verdict.UNDETERMINED
    return verdicts.pop()


class _GroupWriter(ExpressionWriter):
    """Writes expressions over a group; what they ask of all members stands in locals before anything else."""

    def __init__(self, scope: Scope, check: Check) -> None:
        super().__init__(scope)
        assert check.grouping is not None
        self._kinds = tuple(plain_type(part).kind for part in check.grouping.parts)
        self._quantities: dict[t.QuantifyGroup, Operand] = {}
        self._gathered_in: dict[str, str] = {}
        conditions = (check.require,) if check.grouping.having is None else (check.grouping.having, check.require)
        for node in _quantities(conditions):
            if node not in self._quantities:
                self._quantities[node] = self._quantity(node)

    def value(self, node: t.Expression) -> Operand:
        return self._quantities[node] if isinstance(node, t.QuantifyGroup) else super().value(node)

    def _quantity(self, node: t.QuantifyGroup) -> Operand:
        chosen, element = node.filter, node.element
        kind = None if element is None else self._kinds[element]
        match node.quantifier:
            case t.Quantifier.ANY | t.Quantifier.ALL:
                helper = "any_member" if node.quantifier is t.Quantifier.ANY else "every_member"
                name = self.local(helper.replace("_member", "_of_group"))
                self.page.write(f"{name} = {helper}(members, {chosen}, {element})")
            case t.Quantifier.COUNT:
                name = self.local("number_of_members")
                # Packed values are alike where values are, but for numbers, of which 1.0 and 1.00 are one.
                found = self._brought(chosen, element, kind if kind in _NUMBERS else None)
                counted = f"len(set({found}))" if node.distinct and element is not None else f"len({found})"
                self.page.write(f"{name} = None if {found} is None else {counted}")
            case t.Quantifier.SUM:
                name = self.local("sum_of_members")
                found = self._brought(chosen, element, kind)
                helper = "sum_of_durations" if node.type.kind is Kind.DURATION else "exact_sum"
                self.page.write(f"{name} = None if {found} is None else {helper}({found})")
            case t.Quantifier.MIN | t.Quantifier.MAX:
                name = self.local("least_of_members" if node.quantifier is t.Quantifier.MIN else "greatest_of_members")
                found = self._brought(chosen, element, kind)
                self.page.write(f"{name} = {node.quantifier.value}({found}) if {found} else None")
        decimal = node.quantifier is t.Quantifier.SUM and node.type.kind in _NUMBERS
        return Operand(name, unknown=True, decimal=decimal)

    def _brought(self, chosen: int | None, element: int | None, kind: Kind | None) -> str:
        """A local with the values that chosen members bring, None where one is unknown."""
        unpacked = "None" if kind is None or kind in (Kind.TEXT, Kind.BOOLEAN) else f"UNPACK_{kind.name}"
        call = f"gathered(members, {chosen}, {element}, {unpacked})"
        if call not in self._gathered_in:
            name = self._gathered_in.setdefault(call, self.local("brought"))
            self.page.write(f"{name} = {call}")
        return self._gathered_in[call]


def _quantities(conditions: Sequence[t.Expression]) -> Iterator[t.QuantifyGroup]:
    stack = list(reversed(conditions))
    while stack:
        node = stack.pop()
        stack += reversed(children(node))
        if isinstance(node, t.QuantifyGroup):
            yield node


# What generated code calls


def _gathered(
    members: Sequence[Brought], chosen: int | None, element: int | None, unpacked: Callable[[Any], Any] | None
) -> list[Any] | None:
    found: list[Any] = []
    for member in members:
        if chosen is not None:
            selected = member.parts[chosen]
            if selected is False:
                continue
            if selected is None:
                return None
        if not member.sure:
            return None
        # A member that is only counted stands for itself.
        value: Any = member if element is None else member.parts[element]
        if value is None:
            return None
        found.append(value if unpacked is None else unpacked(value))
    return found


def _any_member(members: Sequence[Brought], chosen: int | None, element: int) -> bool | None:
    result: bool | None = False
    for member in members:
        selected = True if chosen is None else member.parts[chosen]
        if selected is False or member.parts[element] is False:
            continue
        if selected and member.parts[element] and member.sure:
            return True
        result = None
    return result


def _every_member(members: Sequence[Brought], chosen: int | None, element: int) -> bool | None:
    result: bool | None = True
    for member in members:
        selected = True if chosen is None else member.parts[chosen]
        if selected is False or member.parts[element]:
            continue
        if selected and member.parts[element] is False and member.sure:
            return False
        result = None
    return result


_HELPERS: dict[str, Any] = {
    "gathered": _gathered,
    "any_member": _any_member,
    "every_member": _every_member,
    **{f"UNPACK_{kind.name}": unpacked for kind, unpacked in UNPACK.items()},
}
