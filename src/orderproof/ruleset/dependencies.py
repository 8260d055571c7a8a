"""Which derived fact rests on which, and an order in which all can be compiled."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.language import syntax as s
from orderproof.language.parser import parse
from orderproof.language.text import ExpressionText
from orderproof.ruleset.model import Derivation, Text


class Order(Struct, frozen=True):
    """The names of derived facts, each after those that it rests on; ``cyclic`` are those that rest on themselves."""

    names: tuple[str, ...]
    cyclic: frozenset[str]


def order_derivations(derivations: Sequence[Derivation], diagnostics: list[Diagnostic]) -> Order:
    """An order in which all derived facts can be compiled; a cycle is a diagnostic.

    Expressions that cannot be read count as resting on nothing; they are reported when they are checked.
    """
    names = {derivation.fact.value: derivation for derivation in reversed(derivations)}
    rests_on = {name: frozenset[str]() for name in dict.fromkeys(d.fact.value for d in derivations)}
    for derivation in derivations:
        name = derivation.fact.value
        rests_on[name] |= frozenset(_named(derivation, names)) & frozenset(names)
    ordered: list[str] = []
    cyclic: set[str] = set()
    while len(ordered) < len(rests_on):
        free = [name for name in rests_on if name not in ordered and rests_on[name] <= set(ordered)]
        if not free:
            cycle = _cycle(rests_on, [name for name in rests_on if name not in ordered])
            first = names[cycle[0]]
            diagnostics.append(
                Diagnostic(
                    "rules.cycle",
                    f"the fact `{cycle[0]}` rests on itself: {' → '.join([*cycle, cycle[0]])}",
                    span=first.fact.span,
                    help="a fact is concluded from the document and from facts that do not need it",
                )
            )
            # The cycle is taken out here, so that the rest is still checked.
            cyclic |= set(cycle)
            free = cycle
        ordered += free
    return Order(tuple(ordered), frozenset(cyclic))


def _cycle(rests_on: dict[str, frozenset[str]], open_names: list[str]) -> list[str]:
    path = [open_names[0]]
    while True:
        following = next(name for name in open_names if name in rests_on[path[-1]])
        if following in path:
            return path[path.index(following) :]
        path.append(following)


def _named(derivation: Derivation, facts: Mapping[str, Derivation]) -> Iterator[str]:
    yield derivation.each.value
    texts = [text for _, text in derivation.values]
    if derivation.when is not None:
        texts.append(derivation.when)
    for text in texts:
        yield from _names(text, facts)


def _names(text: Text, facts: Mapping[str, Derivation]) -> Iterator[str]:
    try:
        tree = parse(ExpressionText(text.value, text.span.source, text.inner))
    except OrderproofError:
        return
    parts = [part for part, _ in s.all_parts(tree)]
    valued = {"parameters", *facts} - {part.name for part in parts if isinstance(part, s.Each)}
    for part in parts:
        match part:
            case s.Name(name):
                yield name
            case s.Attribute(s.Name(of), name) if of not in valued:
                # Only a record's own member can be a fact: `c.active`, not `order.amounts.shipping` or `shipping.at`.
                yield name
            case _:
                pass
