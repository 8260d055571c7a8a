"""What a source does not carry is unknown: no verdict is invented, and what is undetermined for it alone is told apart."""

import gc
import json
import tempfile
import tracemalloc
import weakref
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from differential import orders, rule_sets
from differential.healthy import healthy
from differential.uncarried import Judged, bare, completed, never_invents, random_fill, some_places
from hypothesis import given, settings
from hypothesis import strategies as st

from orderproof.data import schemas_folder
from orderproof.diagnostic import OrderproofError
from orderproof.document import Document
from orderproof.engine.judgement import Judgement
from orderproof.explain import Explainer, Explanation, Known
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.typed import UNKNOWN
from orderproof.members.supposing import supposing
from orderproof.messages import undetermined
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.open import OpenRuleSet, compile_opened, open_rule_set
from orderproof.ruleset.program import Program, Verdict
from orderproof.ruleset.uncarried import without
from orderproof.schema import Field
from orderproof.source import Source
from orderproof.subject import Naming
from orderproof.tree import Mapping as MappingNode
from orderproof.undecided import Blame, blame_of_group
from orderproof.why.opening import Opener
from orderproof.why.steps import Condition, Form, NotCarried
from orderproof.why.wording import Wording

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
COMPLETIONS = 5
Steps = tuple[str, ...]


# No verdict is invented


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_no_verdict_of_random_rules_is_invented(seed: int) -> None:
    random = Random(seed)
    case = rule_sets.random_case(random)
    with tempfile.TemporaryDirectory() as folder:
        try:
            opened = open_rule_set(str(rule_sets.write(Path(folder), case, yaml=False)))
            program = compile_opened(opened)
        except OrderproofError:
            return
    setting, root = Setting(AS_OF, ZoneInfo(program.timezone)), opened.schema.root
    paths = some_places(random, root)
    for text in (run[0] for run in case.runs[:3]):
        whole = json.loads(text, parse_float=str)
        bared = bare(whole, root, paths)
        others = [completed(bared, root, paths, random_fill(random), random) for _ in range(COMPLETIONS)]
        never_invents(opened.schema, program, setting, paths, bared, [whole, *others])


@pytest.fixture(scope="module")
def worlds() -> orders.Worlds:
    return orders.Worlds.of(open_rule_set())


def _other_of(random: Random, order: Any, field: Field, name: str) -> Any:
    return orders._other(random, field, name, order)


@pytest.mark.parametrize("seed", range(8))
def test_no_verdict_on_random_orders_is_invented(worlds: orders.Worlds, seed: int) -> None:
    random = Random(seed)
    run = worlds.run(random)
    root = run.schema.root
    counts: Counter[Verdict] = Counter()
    for paths in (API, *(some_places(random, root) for _ in range(2))):
        whole = json.loads(orders.documents(random, worlds)[0], parse_float=str)
        bared = bare(whole, root, paths)
        fill = partial(_other_of, random, whole)
        others = [completed(bared, root, paths, fill, random) for _ in range(COMPLETIONS)]
        counts.update(never_invents(run.schema, run.program, run.setting, paths, bared, [whole, *others]))
    assert counts[Verdict.UNDETERMINED] > 0
    assert counts[Verdict.PASS] > 0


# The shipped policy, over what an order API cannot say

API: frozenset[Steps] = frozenset(
    {
        ("consignments",),
        ("buyer", "matched"),
        ("buyer", "matched_at"),
        ("guarantee", "quota"),
        ("acknowledgements",),
        ("collection_account",),
        ("attachments",),
        ("confirmation",),
    }
)
UNSEEN = {
    "export.consignment-through-yidatong",
    "export.consignment-linked-after-drafting",
    "export.consignment-names-this-order",
    "export.consignment-serves-one-order",
    "export.clearance-not-before-drafting",
    "contract.no-collection-account",
    "contract.no-account-like-text",
}
OPENED = open_rule_set()
PROGRAM = compile_opened(OPENED)


def an_order(**changes: Any) -> dict[str, Any]:
    """A healthy order as an order API gives it, with these changes."""
    order = healthy(Random(3), 1)
    order |= {"guarantee": {"mode": "after_receipt", "clauses_accepted": True}, "draft": {"mode": "attachment"}}
    root: dict[str, Any] = bare(order, OPENED.schema.root, API)
    return {**root, **changes}


class Told:
    """What is said of an order of a source that does not carry these paths."""

    def __init__(self, order: Mapping[str, Any], paths: frozenset[Steps] = API, of: OpenRuleSet = OPENED) -> None:
        self.program: Program = without(PROGRAM if of is OPENED else compile_opened(of), paths)
        setting = Setting(AS_OF, ZoneInfo(self.program.timezone))
        facts = FactReader(of.schema, self.program.plan, None).read(json.loads(json.dumps(order), parse_float=str))
        assert isinstance(facts, Facts), facts
        self.judged = Judged(self.program, setting, facts)
        root = parse_json(Source("order.json", json.dumps(order)))
        assert isinstance(root, MappingNode)
        known = Known(self.program, setting, facts, Judgement((), self.judged.conclusions.states()))
        self.explainer = Explainer(known, Naming(Document("order.json", 0, root, "")))

    def of(self, rule: str) -> tuple[Verdict, Explanation]:
        """The verdict of a rule on the first of its subjects, and why."""
        (check,) = (each for each in self.program.checks if each.id == rule)
        subject = self.judged.facts.subjects[check.entity][0]
        applies = self.judged.evaluator.value(check.when, subject)
        asked = (check.when, check.require) if applies is True and check.grouping is None else (check.when,)
        return self.judged.verdict(check, subject), self.explainer.explain(asked, subject)


ONLY = {
    "draft.buyer-matched": ("buyer.matched", "buyer.matched_at"),
    "draft.contract-attached": ("attachments",),
    "submission.yidatong-acknowledged": ("acknowledgements.yidatong_export.checked",),
    "guarantee.occupies-quota": ("guarantee.quota.released_at",),
    "guarantee.not-released-early": ("guarantee.quota.released_at",),
    "account.generated-after-submission": ("collection_account.number",),
    "account.unique-per-order": ("collection_account.number",),
    "confirmation.by-contract-account": ("confirmation.confirmed_at",),
    "shipment.after-confirmation": ("confirmation.confirmed_at",),
    "payment.to-order-account": ("collection_account.number",),
    "export.at-least-one-consignment": ("consignments",),
}


@pytest.mark.parametrize("rule", ONLY)
def test_what_is_undetermined_only_for_what_is_not_carried(rule: str) -> None:
    verdict, explanation = Told(an_order()).of(rule)
    assert verdict is Verdict.UNDETERMINED
    assert set(ONLY[rule]) <= set(explanation.uncarried)
    assert explanation.only_uncarried
    assert explanation.missing == explanation.uncarried


def test_subjects_that_nobody_sees() -> None:
    program = Told(an_order()).program
    assert {program.checks[number].id for number in program.unseen} == UNSEEN
    assert [check.id for check in program.checks] == [check.id for check in PROGRAM.checks]
    assert (program.plan, program.strata, PROGRAM.unseen) == (PROGRAM.plan, PROGRAM.strata, frozenset())
    assert without(PROGRAM, frozenset()) is PROGRAM


def test_the_rest_is_judged_as_ever() -> None:
    told, ever = Told(an_order()), Told(an_order(), frozenset())
    for rule in ("price.total-equals-collection", "service.opened-before-drafting", "receipt.after-shipment"):
        assert told.of(rule)[0] is ever.of(rule)[0] is Verdict.PASS
    order = an_order()
    order["amounts"]["collection"] = "1.00"
    assert Told(order).of("price.total-equals-collection")[0] is Verdict.VIOLATION


def test_a_default_is_not_taken_for_what_is_not_carried() -> None:
    told = Told(an_order(guarantee={"mode": "none"}))
    verdict, explanation = told.of("guarantee.none-occupies-no-quota")
    assert (verdict, explanation.uncarried) == (Verdict.UNDETERMINED, ("guarantee.quota.occupied",))
    assert explanation.only_uncarried
    assert Told(an_order(guarantee={"mode": "none"}), frozenset()).of("guarantee.none-occupies-no-quota")[0] is (
        Verdict.PASS
    )


def test_another_missing_value_makes_it_an_ordinary_finding() -> None:
    order = an_order()
    del order["submitted_at"]
    verdict, explanation = Told(order).of("draft.buyer-matched")
    # Whether it is submitted is left open by the rule itself: its payments are made.
    assert verdict is Verdict.UNDETERMINED
    assert not explanation.only_uncarried
    paths = frozenset({("consignments",)})
    verdict, explanation = Told(an_order(shipment={"method": "sea"}), paths).of("receipt.auto-confirmed-when-due")
    assert (verdict, explanation.missing, explanation.only_uncarried) == (
        Verdict.UNDETERMINED,
        ("consignments",),
        True,
    )
    verdict, explanation = Told(an_order(shipment={}), paths).of("receipt.auto-confirmed-when-due")
    assert "shipment.method" in explanation.missing
    assert (verdict, explanation.uncarried, explanation.only_uncarried) == (
        Verdict.UNDETERMINED,
        ("consignments",),
        False,
    )


# Each way of reading


RULES = """\
rule_set: small
version: "1"
document: order
checks:
  - {id: a.check, title: {en: t}, clause: "1", each: EACH, require: "REQUIRE", message: {en: m}}
"""
QUOTA = frozenset({("guarantee", "quota", "occupied"), ("payments", "account"), ("buyer", "email")})


def verdict_of(folder: Path, require: str, order: Mapping[str, Any], each: str = "order") -> tuple[str, Blame]:
    path = folder / "rules.yaml"
    path.write_text(RULES.replace("REQUIRE", require).replace("EACH", each), "utf-8")
    told = Told(
        {"id": "1", "drafted_at": "2026-01-01T00:00:00Z", "currency": "USD", **order}, QUOTA, open_rule_set(str(path))
    )
    verdict, explanation = told.of("a.check")
    return verdict.name.lower(), explanation.blame


RELEASED = {"guarantee": {"quota": {"released_at": "2026-01-02T00:00:00Z"}}}
PAID = {"payments": [{"id": "P1", "amount": "1.00"}]}


@pytest.mark.parametrize(
    ("require", "order", "verdict", "uncarried"),
    [
        ("order.guarantee.quota is present", RELEASED, "pass", ()),
        ("order.guarantee.quota is present", {}, "undetermined", ("guarantee.quota.occupied",)),
        ("order.guarantee is missing", {}, "undetermined", ("guarantee.quota.occupied",)),
        ("order.guarantee.quota.occupied is missing", RELEASED, "undetermined", ("guarantee.quota.occupied",)),
        ("default(order.guarantee.quota.occupied, 0) == 0", {}, "undetermined", ("guarantee.quota.occupied",)),
        ("order.guarantee.quota.released_at is missing", {}, "pass", ()),
        ("order.payments is missing and count(order.payments) == 0", {}, "pass", ()),
        ("count(p for p in order.payments if p.account is present) == 0", {}, "pass", ()),
        ("any(p.account == 'x' for p in order.payments)", {}, "violation", ()),
        ("any(p.account == 'x' for p in order.payments)", PAID, "undetermined", ("payments.account",)),
        ("any(p.amount > 0 or p.account == 'x' for p in order.payments)", PAID, "pass", ()),
        ("order.buyer.email in ['a', order.remark]", {"remark": "b"}, "undetermined", ("buyer.email",)),
        ("order.seller.id == 'S' if order.buyer.email is present else true", {}, "undetermined", ("buyer.email",)),
        ("order.buyer.email == 'a' and unknown", {}, "undetermined", ("buyer.email",)),
        ("unknown if order.buyer.email is present else true", {}, "undetermined", ("buyer.email",)),
        ("round(order.guarantee.quota.occupied / 3, 2) > 0", {}, "undetermined", ("guarantee.quota.occupied",)),
    ],
)
def test_each_way_of_reading(
    tmp_path: Path, require: str, order: Mapping[str, Any], verdict: str, uncarried: tuple[str, ...]
) -> None:
    assert verdict_of(tmp_path, require, order) == (verdict, Blame(uncarried))


@pytest.mark.parametrize(
    "require",
    [
        "order.buyer.email == order.remark",
        "order.buyer.email == 'a' and order.remark == 'b'",
        "order.remark == 'b' if order.buyer.email is present else order.remark == 'c'",
        "min(p.amount for p in order.payments) > order.guarantee.quota.occupied",
        "round(order.guarantee.quota.occupied + 1 / (count(order.payments) * 1.0), 2) > 0",
    ],
)
def test_what_something_else_keeps_undecided_too(tmp_path: Path, require: str) -> None:
    verdict, blame = verdict_of(tmp_path, require, {})
    assert verdict == "undetermined"
    assert blame.uncarried
    assert blame.other
    assert not blame.only_uncarried


def test_what_is_undecided_without_anything_that_is_not_carried(tmp_path: Path) -> None:
    for require in ("order.remark == 'b'", "unknown if order.remark is missing else order.buyer.email == 'a'"):
        assert verdict_of(tmp_path, require, {}) == ("undetermined", Blame(other=True))


# What a source of facts would supply

SUPPLIED = """\
rule_set: small
version: "1"
document: order
facts: [supplied]
checks:
  - {id: a.check, title: {en: t}, clause: "1", each: attachment, message: {en: m},
     require: (count(attachment.texts) > 0) == order.buyer.matched}
  - {id: b.check, title: {en: t}, clause: "1", each: attachment, message: {en: m},
     require: unknown if attachment.texts is missing else true}
"""


@pytest.mark.parametrize("rules", [("b.check",), ("a.check", "b.check")], ids=["alone", "behind-another"])
def test_what_no_source_supplied_is_told_as_that_whatever_was_explained_before(
    tmp_path: Path, rules: tuple[str, ...]
) -> None:
    schema = schemas_folder() / "contract-screening.schema.json"
    (tmp_path / "supplied.schema.json").write_bytes(schema.read_bytes())
    path = tmp_path / "rules.yaml"
    path.write_text(SUPPLIED, "utf-8")
    order = {"id": "1", "drafted_at": "2026-01-01T00:00:00Z", "currency": "USD", "attachments": [{"path": "a.pdf"}]}
    told = Told(order, frozenset({("buyer", "matched")}), open_rule_set(str(path)))
    explained = [told.of(rule)[1] for rule in rules]
    assert undetermined(explained[-1], "en") == (
        "cannot tell: attachments[0].texts comes from a source beside the document, and none supplied it"
    )


# What is known of a document ends with it


def test_nothing_that_explains_a_document_holds_it_in_a_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        told = Told(an_order(status="paid", receipt={}, shipment={}))
        known = weakref.ref(told.explainer.known)
        for check in told.program.checks:
            for subject in told.judged.facts.subjects[check.entity]:
                told.explainer.explain((check.when, check.require), subject)
                if check.grouping is not None:
                    supposed = supposing(check, subject, told.explainer.known)
                    assert [supposed.value(key, subject) for key in check.grouping.keys]
        del told, supposed
        assert known() is None
    finally:
        gc.enable()


MANY = """\
rule_set: small
version: "1"
document: order
checks:
  - {id: a.check, title: {en: t}, clause: "1", each: order, message: {en: m},
     require: sum(sum(p.amount for p in order.payments) for i in order.items) > order.amounts.total}
"""


def test_what_is_read_many_times_is_remembered_once(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(MANY, "utf-8")
    items = [{"sku": str(number)} for number in range(200)]
    payments = [{"id": str(number), "amount": "1.00"} for number in range(200)]
    order = {"id": "1", "drafted_at": "2026-01-01T00:00:00Z", "currency": "USD", "items": items, "payments": payments}
    told = Told(order, frozenset(), open_rule_set(str(path)))
    tracemalloc.start()
    try:
        _, explanation = told.of("a.check")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert explanation.missing == ("amounts.total",)
    assert peak < 1 << 20


# Opened for a reader


def test_what_is_not_carried_stands_where_it_was_needed() -> None:
    told = Told(an_order())
    (check,) = (each for each in told.program.checks if each.id == "draft.buyer-matched")
    opener = Opener(told.explainer, Wording(OPENED.rule_set), told.judged.evaluator)
    found = opener.condition(check.require, told.judged.facts.subjects["order"][0])
    matched = Condition(Form.PLAIN, "order.buyer.matched", None, (NotCarried(("buyer", "matched")),))
    assert isinstance(found, Condition)
    assert (found.form, found.truth, found.below[0]) == (Form.ALL_OF, None, matched)
    assert isinstance(found.below[1], Condition)
    assert found.below[1].below[0] == NotCarried(("buyer", "matched_at"))


# Groups


def test_a_group_that_only_lacks_what_is_not_carried() -> None:
    (check,) = (each for each in PROGRAM.checks if each.id == "guarantee.within-quota-limit")
    assert check.grouping is not None
    lacking, known = Blame(("guarantee.quota.occupied",)), Blame()
    told = Told(an_order(status="paid", receipt={}, shipment={}))
    (own,) = (each for each in told.program.checks if each.id == check.id)
    assert own.grouping is not None
    subject = told.judged.facts.subjects["order"][0]
    parts = tuple(told.judged.evaluator.value(part, subject) for part in own.grouping.parts)
    assert UNKNOWN in parts
    setting = Setting(AS_OF, ZoneInfo(PROGRAM.timezone))
    evaluator = Evaluator(setting, told.judged.conclusions, [(True, parts), (True, parts)])
    assert evaluator.value(check.require, ()) is UNKNOWN
    both = [((True, parts), lacking), ((True, parts), lacking)]
    assert blame_of_group(check, evaluator, both) == lacking
    assert blame_of_group(check, evaluator, [both[0], ((True, parts), Blame(other=True))]).only_uncarried is False
    assert blame_of_group(check, evaluator, [both[0], ((True, parts), known)]).only_uncarried is False
