"""From rules to a Program: formulas prove exactly what conditions mean, strata settle what is read before it is read."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderproof.cli import run
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.text import ExpressionText, Written
from orderproof.language.types import BOOLEAN, TIMESTAMP
from orderproof.ruleset.compile import MAX_CHAIN
from orderproof.ruleset.lower import MAX_CONJUNCTIONS, MAX_LITERALS, Atoms, facts_read, proof
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.ruleset.program import Formula, Program
from orderproof.source import Source

SPAN = Written(ExpressionText("x", Source("rule", "x")), 0, 1)
SETTING = Setting(datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("UTC"))
TRUTHS = (True, False, t.UNKNOWN)


class States:
    """Facts of which each is true, false or unknown as a test says."""

    def __init__(self, truths: tuple[t.Truth, ...]) -> None:
        self.truths = truths

    def holds(self, fact: int, _: Any) -> t.Truth:
        return self.truths[fact]

    def value(self, fact: int, value: int, row: Any) -> t.Result:
        raise AssertionError((fact, value, row))


def conditions(facts: int) -> st.SearchStrategy[t.Expression]:
    leaves: st.SearchStrategy[t.Expression] = st.integers(0, facts - 1).map(
        lambda number: t.FactHolds(0, number, f"f{number}", SPAN)
    ) | st.sampled_from(
        [t.Constant(True, BOOLEAN, SPAN), t.Constant(False, BOOLEAN, SPAN), t.UnknownValue(BOOLEAN, SPAN)]
    )

    def larger(inner: st.SearchStrategy[t.Expression]) -> st.SearchStrategy[t.Expression]:
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        return (
            inner.map(lambda operand: t.Not(operand, SPAN))
            | several.map(lambda operands: t.And(operands, SPAN))
            | several.map(lambda operands: t.Or(operands, SPAN))
            | st.tuples(inner, inner, inner).map(lambda part: t.Choose(part[0], part[1], part[2], BOOLEAN, SPAN))
        )

    return st.recursive(leaves, larger, max_leaves=30)


def proved(formula: Formula, atoms: Atoms, evaluator: Evaluator) -> bool:
    """Whether a formula is proved: each of a conjunction's atoms is known to have the truth it asks for."""
    table = [expression for _, expression in atoms.numbers]
    return any(
        all(evaluator.truth(table[literal.atom], (None,)) is literal.truth for literal in conjunction)
        for conjunction in formula
    )


@settings(max_examples=400, deadline=None)
@given(conditions(6), st.tuples(*[st.sampled_from(TRUTHS)] * 6))
def test_a_formula_is_proved_exactly_where_its_condition_is_true(
    condition: t.Expression, truths: tuple[t.Truth, ...]
) -> None:
    atoms = Atoms(dict.fromkeys(range(6), 0))
    evaluator = Evaluator(SETTING, States(truths))
    meant = evaluator.truth(condition, (None,))
    right, wrong = proof(atoms, "order", condition), proof(atoms, "order", t.Not(condition, SPAN))
    assert proved(right, atoms, evaluator) is (meant is True)
    assert proved(wrong, atoms, evaluator) is (meant is False)
    for formula in (right, wrong):
        assert len(formula) <= MAX_CONJUNCTIONS
        assert all(len(conjunction) <= MAX_LITERALS for conjunction in formula)


def test_a_condition_that_grows_too_large_becomes_one_atom() -> None:
    pairs = [
        t.Or((t.FactHolds(0, 2 * n, f"f{2 * n}", SPAN), t.FactHolds(0, 2 * n + 1, f"f{2 * n + 1}", SPAN)), SPAN)
        for n in range(10)
    ]
    condition = t.And(tuple(pairs), SPAN)
    atoms = Atoms(dict.fromkeys(range(20), 0))
    ((literal,),) = proof(atoms, "order", condition)
    assert [expression for _, expression in atoms.numbers][literal.atom] == condition
    assert literal.truth


# Programs of rule files


HEAD = """\
rule_set: example
version: "1"
document: order
parameters:
  timezone: Asia/Shanghai
  days: {air: 1}
  grace: 1
derive:
"""
CHECK = """\
checks:
  - id: order.example
    title: {en: "t"}
    clause: "1"
    each: order
    require: REQUIRE
    message: {en: "m"}
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    def make(derive: str, require: str = "order.id is present", only: tuple[str, ...] = (), more: str = "") -> Program:
        path = tmp_path / "rules.yaml"
        path.write_text(HEAD + derive + CHECK.replace("REQUIRE", require) + more, encoding="utf-8")
        return compile_opened(open_rule_set(str(path)), only)

    return make


SHIPPING = """\
  - {fact: shipping, each: order, when: order.shipment.shipped_at is present, values: {at: order.shipment.shipped_at}}
"""


@pytest.mark.parametrize(
    "reader",
    [
        "when: shipping",
        "when: not shipping",
        'values: {x: "order.id if shipping else order.remark"}',
        "each: shipping",
        'when: "shipping in [true, false]"',
        'when: "order.buyer.matched in [shipping]"',
        "when: parameters.days[order.currency if shipping else order.id] > 0",
        "when: any(shipping for p in order.payments)",
        "when: count(p for p in order.payments if shipping) > 0",
        "when: shipping and shipping.at < as_of",
        "when: abs(1 if shipping else 2) == 1",
        'when: "-(1 if shipping else 2) == 1"',
        "when: round((1 if shipping else 2) / 3, 2) > 0",
        'when: "(order.submitted_at if shipping else as_of) + days(1) > as_of"',
        "when: order.buyer.matched if shipping else order.seller.service_paused",
    ],
)
def test_what_reads_a_fact_waits_for_it(program: Callable[..., Program], reader: str) -> None:
    each = "" if reader.startswith("each") else "    each: order\n"
    # The reader stands first: the order of the entries in a file means nothing.
    derive = f"  - fact: later\n{each}    {reader}\n" + SHIPPING
    facts = {fact.name: fact for fact in program(derive).facts}
    assert (facts["shipping"].stratum, facts["later"].stratum) == (0, 1)


def test_a_value_that_rests_on_a_fact_settles_after_it(program: Callable[..., Program]) -> None:
    derive = """\
  - {fact: deadline, each: shipping, values: {at: shipping.at + days(1)}}
  - {fact: over, each: deadline, when: deadline.at < as_of}
"""
    made = program(derive + SHIPPING, "not over")
    assert {fact.name: fact.stratum for fact in made.facts} == {"shipping": 0, "deadline": 1, "over": 2}
    assert (made.checks[0].stratum, made.strata) == (3, 4)
    for atom in made.atoms:
        settled = [made.facts[number].stratum for number in facts_read(atom.expression)]
        assert all(stratum < atom.stratum for stratum in settled)


def test_a_grouped_check_waits_for_what_its_members_bring(program: Callable[..., Program]) -> None:
    more = """\
  - id: order.grouped
    title: {en: "t"}
    clause: "1"
    each: order
    by: order.seller.id
    require: all(m.shipping for m in group)
    message: {en: "m"}
"""
    made = program(SHIPPING, more=more)
    assert [(check.id, check.stratum) for check in made.checks] == [("order.example", 0), ("order.grouped", 1)]


def test_entries_may_leave_a_value_unknown_before_another_gives_it(program: Callable[..., Program]) -> None:
    derive = """\
  - {fact: sent, each: order, when: order.status == "x", values: {at: unknown}}
  - {fact: sent, each: order, when: order.shipment.shipped_at is present, values: {at: order.shipment.shipped_at}}
"""
    (fact,) = program(derive, "not sent or sent.at < as_of").facts
    assert fact.value_types == (TIMESTAMP,)
    assert [entry.values[0].type for entry in fact.entries if entry.values[0] is not None] == [TIMESTAMP, TIMESTAMP]


def test_a_selection_plans_no_field_of_what_is_left_out(program: Callable[..., Program]) -> None:
    more = """\
  - id: order.other
    title: {en: "t"}
    clause: "1"
    each: payment
    require: payment.amount > 0
    message: {en: "m"}
"""
    whole, part = program(SHIPPING, more=more), program(SHIPPING, only=("order.example",), more=more)
    assert [child.plan.entity for child in whole.plan.children] == ["payment"]
    assert part.plan.children == ()
    assert [atom for atom in part.atoms if atom.entity == "payment"] == []


def test_a_field_of_a_parameter_or_a_fact_is_no_cycle(program: Callable[..., Program]) -> None:
    derive = """\
  - {fact: at, each: grace, when: grace.at < as_of}
  - {fact: grace, each: order, when: parameters.grace > 0, values: {at: order.drafted_at}}
"""
    assert [fact.name for fact in program(derive, "at").facts] == ["grace", "at"]


@pytest.mark.parametrize(("length", "allowed"), [(MAX_CHAIN, True), (MAX_CHAIN + 1, False)])
def test_the_limit_of_a_chain_of_facts(tmp_path: Path, length: int, allowed: bool) -> None:
    """A chain at the limit is judged and explained; one more is refused."""
    facts = ["{fact: f0, each: order, when: order.remark is present}"]
    facts += (f"{{fact: f{n}, each: order, when: f{n - 1}}}" for n in range(1, length))
    lines = "\n".join(f"  - {fact}" for fact in facts)
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        f"rule_set: chain\nversion: '1'\ndocument: order\nderive:\n{lines}\nchecks:\n"
        f"  - {{id: last, title: {{en: t}}, clause: c, each: order, require: not f{length - 1}, message: {{en: m}}}}\n",
        "utf-8",
    )
    document = tmp_path / "order.json"
    document.write_text('{"id": "1", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD", "remark": "r"}', "utf-8")
    assert run(["check", str(document), "--rules", str(rules)]) == (1 if allowed else 2)
    assert run(["check", str(document), "--rules", str(rules), "--format", "json"]) == (1 if allowed else 2)
    assert run(["explain", str(document), "last", "--rules", str(rules)]) == (0 if allowed else 2)
