"""Code for quantifiers: one loop each, left as soon as its result is known."""

from abc import ABC
from collections.abc import Iterator
from contextlib import contextmanager

from orderproof.engine.generate.arithmetic import MAX_PLACES
from orderproof.engine.generate.conditions import ALWAYS, TRUE, Truth, all_of, of_name, opposite
from orderproof.engine.generate.lines import Block, Line, first_of
from orderproof.engine.generate.names import constant
from orderproof.engine.generate.reads import reads_of
from orderproof.engine.generate.scope import NOTHING, InScope, Operand, RecordInScope
from orderproof.engine.generate.values import ValueWriter
from orderproof.language import typed as t
from orderproof.language.types import Kind

COUNT_PLACES = 12
"""Decimal places of the number of anything that one document may hold."""
_HINTS = {
    t.Quantifier.ANY: "any",
    t.Quantifier.ALL: "every",
    t.Quantifier.COUNT: "number_of",
    t.Quantifier.SUM: "sum_of",
    t.Quantifier.MIN: "least_of",
    t.Quantifier.MAX: "greatest_of",
}


class QuantifierWriter(ValueWriter, ABC):
    """Writes loops over records and scalars of lists."""

    def quantified(self, node: t.Quantify) -> Operand:
        if node.quantifier in (t.Quantifier.ANY, t.Quantifier.ALL):
            name, sure = self._ranged(node)
            return Operand(name, unknown=not sure)
        return self._gathered(node)

    def range_truth(self, node: t.Quantify) -> Truth:
        """The truth of "any" or "all"; its loop is written on the page."""
        name, sure = self._ranged(node)
        return of_name(name, sure=sure)

    # The list and its members

    def list_text(self, source: t.Children | t.ListField | t.ListParameter) -> str:
        """What names a list."""
        match source:
            case t.Children() | t.ListField():
                return self.scope.record(source.variable).operands[source].text
            case t.ListParameter(name, values):
                return self.scope.constants.named(name, f"({''.join(f'{constant(each)}, ' for each in values)})")

    def _member(self, source: t.Children | t.ListField | t.ListParameter) -> InScope:
        match source:
            case t.Children(_, _, entity):
                return RecordInScope(self.local(entity, f"each_{entity}"), entity, root=False)
            case t.ListField(_, _, path):
                kind, name = source.type.element.kind, path[-1]
            case t.ListParameter(name):
                kind = source.type.element.kind
        places = 0 if isinstance(source, t.ListParameter) else self.scope.document_places
        number = kind in (Kind.DECIMAL, Kind.INTEGER)
        return Operand(self.local(f"one_of_{name}"), decimal=kind is Kind.DECIMAL, places=places if number else 0)

    @contextmanager
    def _each(self, node: t.Quantify) -> Iterator[Block]:
        """The loop over the list: what is written inside is its body, where the member is in scope."""
        listed = self.list_text(node.source)
        variable = len(self.scope.frame)
        with self.scope.names.scope():
            member = self._member(node.source)
            named = member.name if isinstance(member, RecordInScope) else member.text
            with self.page.aside() as body, self.scope.inside(member):
                if isinstance(member, RecordInScope):
                    self.scope.read(member, reads_of(variable, (node.filter, node.element)))
                yield Block(f"for {named} in {listed}:", body)
                if not body:
                    body.append("pass")

    def _chosen(self, node: t.Quantify) -> Truth:
        return TRUE if node.filter is None else self.truth(node.filter)

    def _result(self, node: t.Quantify) -> str:
        last = node.source.name if isinstance(node.source, t.ListParameter) else node.source.path[-1]
        return self.local(f"{_HINTS[node.quantifier]}_{last}")

    # any, all

    def _ranged(self, node: t.Quantify) -> tuple[str, bool]:
        """The local that holds the result, and whether that is never unknown."""
        decisive = node.quantifier is t.Quantifier.ANY
        name = self._result(node)
        with self._each(node) as loop:
            chosen = self._chosen(node)
            assert node.element is not None
            with self.page.aside() as needed, self.scope.assuming(chosen.true if chosen.sure else ALWAYS):
                element = self.truth(node.element)
            hit, miss = (element.true, element.false) if decisive else (element.false, element.true)
            sure = element.sure and chosen.sure
            decides = all_of((() if chosen.sure else (chosen.true,)) + (hit,))
            steps = first_of(decides, [f"{name} = {decisive}", "break"])
            if not sure:
                steps = first_of(opposite(miss), [f"{name} = None"], after=steps)
            possible = chosen.true if chosen.sure else opposite(chosen.false)
            if sure and not needed:
                self.page.write(*first_of(all_of((possible, decides)), [f"{name} = {decisive}", "break"]))
            elif steps:
                self.page.write(*first_of(possible, [*needed, *steps]))
        self.page.write(f"{name} = {not decisive}", loop)
        return name, sure

    # count, sum, min, max

    def _gathered(self, node: t.Quantify) -> Operand:
        counts = node.quantifier is t.Quantifier.COUNT and (
            not node.distinct or node.element is None or isinstance(node.element, t.Whole)
        )
        if counts and node.filter is None and isinstance(node.element, t.Whole | t.Local | None):
            return Operand(f"len({self.list_text(node.source)})", places=COUNT_PLACES)
        name = self._result(node)
        with self._each(node) as loop:
            chosen = self._chosen(node)
            with self.page.aside() as steps, self.scope.assuming(chosen.true):
                element = Operand("1") if node.element is None else self.value(node.element)
                sums = node.quantifier is t.Quantifier.SUM and 0 < element.places <= MAX_PLACES - COUNT_PLACES
                values = name if counts or sums else self.local(f"{name}_values")
                give_up: list[Line] = [f"{name} = None", "break"] if counts or sums else ["break"]
                self.page.write(
                    *self._taken(element, _addition(node, values, element, counts=counts, sums=sums), give_up)
                )
            unknown: list[Line] = [] if chosen.sure else give_up
            self.page.write(*first_of(opposite(chosen.false), unknown, after=first_of(chosen.true, steps)))
        can_fail = element.unknown or not chosen.sure
        if counts or sums:
            self.page.write(f"{name} = {0 if counts else self.scope.number(0).text}", loop)
            places = COUNT_PLACES if counts else element.places + COUNT_PLACES
            return Operand(name, unknown=can_fail, decimal=sums, places=places)
        begun = f"{values} = {'set()' if node.quantifier is t.Quantifier.COUNT else '[]'}"
        self.page.write(*([f"{name} = None"] if can_fail else []), begun, loop)
        reduced = f"{name} = {_reduction(node, values)}"
        self.page.write(Block("else:", [reduced]) if can_fail else reduced)
        if node.quantifier is t.Quantifier.COUNT:
            return Operand(name, unknown=can_fail, places=COUNT_PLACES)
        decimal = element.decimal or (node.quantifier is t.Quantifier.SUM and node.type.kind is not Kind.DURATION)
        places = 0 if node.quantifier is t.Quantifier.SUM else element.places
        return Operand(name, unknown=True, decimal=decimal, places=places)

    @staticmethod
    def _taken(element: Operand, added: str, give_up: list[Line]) -> list[Line]:
        """What a member that is chosen adds; one whose value is unknown ends it."""
        if element == NOTHING:
            return give_up
        return [Block(f"if {element.text} is None:", give_up), added] if element.unknown else [added]


def _addition(node: t.Quantify, name: str, element: Operand, *, counts: bool, sums: bool) -> str:
    """The line that adds a member's value to a number, or to the values that are reduced behind the loop."""
    if counts or sums:
        return f"{name} += {'1' if counts else element.text}"
    return f"{name}.{'add' if node.quantifier is t.Quantifier.COUNT else 'append'}({element.text})"


def _reduction(node: t.Quantify, values: str) -> str:
    match node.quantifier:
        case t.Quantifier.COUNT:
            return f"len({values})"
        case t.Quantifier.SUM:
            return f"sum_of_durations({values})" if node.type.kind is Kind.DURATION else f"exact_sum({values})"
        case _:
            return f"{node.quantifier.value}({values}, default=None)"
