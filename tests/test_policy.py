"""The shipped policy: its checks are those of the policy, each shown by cases on both engines."""

from collections import defaultdict

import pytest
from msgspec.structs import replace

from orderproof.diagnostic import render
from orderproof.engine.panel import CHOICES, Choice
from orderproof.rulebook.cases import run_cases
from orderproof.ruleset.lint import lint
from orderproof.ruleset.open import OpenRuleSet, open_rule_set

VERDICTS = {"pass", "violation", "undetermined", "not_applicable"}
CHECKS = """
service.opened-before-drafting service.free-member-authenticated draft.contract-attached draft.buyer-email-given
draft.buyer-matched contract.no-collection-account contract.no-account-like-text account.generated-after-submission
account.unique-per-order price.total-equals-collection price.total-adds-up price.items-add-up price.steps-add-up
guarantee.known-mode guarantee.clauses-accepted guarantee.none-occupies-no-quota guarantee.occupies-quota
guarantee.within-quota-limit guarantee.not-released-early guarantee.released-when-due submission.complete
submission.yidatong-acknowledged confirmation.by-contract-account confirmation.after-submission
confirmation.before-payment payment.allowed-method payment.e-checking-us-bank payment.to-order-account
shipment.after-confirmation shipment.after-payment shipment.by-agreed-time shipment.overdue export.through-yidatong
export.consignment-through-yidatong export.consignment-linked-after-drafting export.consignment-names-this-order
export.at-least-one-consignment export.consignment-serves-one-order export.clearance-not-before-drafting
receipt.not-auto-confirmed-early receipt.auto-confirmed-when-due receipt.after-shipment receipt.review-after-receipt
""".split()
WARNINGS = {
    "contract.no-account-like-text",
    "price.items-add-up",
    "guarantee.released-when-due",
    "confirmation.before-payment",
    "shipment.overdue",
    "receipt.auto-confirmed-when-due",
    "receipt.review-after-receipt",
}
FACTS = {
    "cancelled",
    "disputed",
    "submitted",
    "made",
    "active",
    "clearance",
    "shipping",
    "advance_received",
    "balance_received",
    "full_received",
    "payment_received",
    "receipt_deadline",
    "receipt_taken",
    "guarantee_ended",
    "quota_hold",
}


@pytest.fixture(scope="module")
def policy() -> OpenRuleSet:
    return open_rule_set("credit-guarantee")


def test_the_policy_has_its_checks_and_facts(policy: OpenRuleSet) -> None:
    checks = {check.id.value: check for check in policy.rule_set.checks}
    assert len(CHECKS) == 43
    assert sorted(checks) == sorted(CHECKS)
    assert {id_ for id_, check in checks.items() if check.severity and check.severity.value == "warning"} == WARNINGS
    assert {derivation.fact.value for derivation in policy.rule_set.derivations} == FACTS
    for check in checks.values():
        assert {language.value for language, _ in check.title} == {"en", "zh"}
        assert {language.value for language, _ in check.message} == {"en", "zh"}


def test_the_policy_is_clean(policy: OpenRuleSet) -> None:
    assert [render(diagnostic) for diagnostic in lint(policy)] == []


def test_every_case_comes_out_as_expected_on_every_engine(policy: OpenRuleSet) -> None:
    """One engine that says something else is a failure."""
    tested = run_cases(policy, "all")
    assert tested.unavailable is None
    assert [render(outcome.failure) for outcome in tested.outcomes if outcome.failure] == []
    assert len(tested.outcomes) > 400


@pytest.mark.parametrize("engine", CHOICES)
def test_cases_come_out_as_expected_whichever_engines_are_chosen(policy: OpenRuleSet, engine: Choice) -> None:
    """Those of one file, also of several documents; that all engines say the same of all cases is shown above."""
    first = next(tests for tests in policy.rule_set.tests if any(case.others for case in tests.cases))
    tested = run_cases(replace(policy, rule_set=replace(policy.rule_set, tests=(first,))), engine)
    assert tested.unavailable is None
    assert [render(outcome.failure) for outcome in tested.outcomes if outcome.failure] == []
    assert len(tested.outcomes) > 20


def test_every_check_is_shown_in_every_verdict_and_at_its_boundary(policy: OpenRuleSet) -> None:
    shown: dict[str, set[str]] = defaultdict(set)
    never: dict[str, set[str]] = defaultdict(set)
    boundaries: set[str] = set()
    for tests in policy.rule_set.tests:
        for case in tests.cases:
            if case.expect is not None:
                shown[case.check.value].add(case.expect)
            if case.never is not None:
                never[case.check.value].add(case.never.partition(":")[0])
            if case.boundary is not None:
                boundaries.add(case.check.value)
    lacking = {check: VERDICTS - shown[check] - never[check] for check in CHECKS}
    assert {check: verdicts for check, verdicts in lacking.items() if verdicts} == {}
    assert {check: shown[check] & never[check] for check in CHECKS if shown[check] & never[check]} == {}
    assert sorted(boundaries) == sorted(CHECKS)
