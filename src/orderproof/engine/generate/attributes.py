"""What the attributes of records are called that hold derived facts: names that no field which rules read has."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from orderproof.facts.attributes import attribute
from orderproof.facts.record import ChildPlan, RecordPlan
from orderproof.ruleset.program import DerivedFact, Program


class FactAttributes(Struct, frozen=True):
    """The attributes of a child's derived fact: its state (True, False, None for unknown), and its values."""

    state: str
    values: tuple[str, ...]


class Attributes(Struct, frozen=True):
    """How the records of a Program are read: the plan of each entity, and where it stands in its parent.

    ``facts`` has the attributes of the derived facts (by number) of all entities but the root, whose facts are locals.
    """

    plans: Mapping[str, RecordPlan]
    paths: Mapping[str, tuple[str, ...]]
    facts: Mapping[int, FactAttributes]


def attributes_of(program: Program) -> Attributes:
    children = dict(_below(program.plan))
    plans = {program.plan.entity: program.plan} | {entity: child.plan for entity, child in children.items()}
    taken = {entity: _read(plan) for entity, plan in plans.items()}
    facts = {fact.number: _attributes(fact, taken[fact.entity]) for fact in program.facts if fact.entity in children}
    return Attributes(plans, {entity: child.path for entity, child in children.items()}, facts)


def derived_attributes(program: Program) -> Mapping[str, tuple[str, ...]]:
    """The attributes that the records of each entity need for its derived facts."""
    facts = attributes_of(program).facts
    found: dict[str, tuple[str, ...]] = {}
    for fact in program.facts:
        if fact.number in facts:
            names = facts[fact.number]
            found[fact.entity] = (*found.get(fact.entity, ()), names.state, *names.values)
    return found


def _below(plan: RecordPlan) -> Iterator[tuple[str, ChildPlan]]:
    for child in plan.children:
        yield child.plan.entity, child
        yield from _below(child.plan)


def _read(plan: RecordPlan) -> set[str]:
    """The attributes of a record that hold what rules read of the document."""
    return {
        attribute(path[0]) for path in (*(slot.path for slot in plan.slots), *(child.path for child in plan.children))
    }


def _attributes(fact: DerivedFact, taken: set[str]) -> FactAttributes:
    state = _free(fact.name, taken)
    return FactAttributes(state, tuple(_free(f"{fact.name}_{value}", taken) for value in fact.value_names))


def _free(wished: str, taken: set[str]) -> str:
    name, number = attribute(wished), 2
    while name in taken:
        name, number = f"{wished}_{number}", number + 1
    taken.add(name)
    return name
