"""A short random differential run of fixed seeds, and what longer ones (``python -m tests.differential``) found."""

import json
import operator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from differential import orders
from differential.judging import document, reported
from differential.run import Counts, FailedError, orders_case, rules_case

from orderproof.check import Run
from orderproof.engine import atoms
from orderproof.engine.generate import logic
from orderproof.engine.panel import Panel
from orderproof.language.evaluate import Setting
from orderproof.language.typed import Comparison
from orderproof.report.model import Report
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.showing import shown

VERDICTS = ("pass", "violation", "undetermined", "not_applicable")


@pytest.fixture(scope="module")
def worlds() -> orders.Worlds:
    return orders.Worlds.of(open_rule_set())


def test_random_orders_are_judged_alike(worlds: orders.Worlds) -> None:
    counts = Counts()
    for seed in range(6):
        orders_case(seed, worlds, counts)
    assert counts.documents >= 150
    assert counts.fast >= 50
    assert all(counts.verdicts[verdict] > 50 for verdict in VERDICTS), counts.verdicts


def test_random_rule_sets_are_judged_alike(tmp_path: Path) -> None:
    counts = Counts()
    for seed in range(40):
        rules_case(seed, tmp_path, counts)
    assert counts.rule_sets + counts.refused.total() == 40
    assert counts.rule_sets >= 30, counts.refused
    assert counts.refused, "some have a slip in them"
    assert max(counts.strata) >= 4
    assert counts.fast >= 50
    assert all(counts.verdicts[verdict] > 50 for verdict in VERDICTS), counts.verdicts


def test_a_wrong_comparison_in_one_engine_is_found(worlds: orders.Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {**atoms._COMPARE, Comparison.LESS_EQUAL: operator.lt}
    monkeypatch.setattr(atoms, "_COMPARE", wrong)
    with pytest.raises(FailedError) as error:
        orders_case(0, worlds, Counts())
    assert error.value.failure.law == "the engines agree"
    assert len(error.value.failure.texts) == 1


def test_a_wrong_opposite_in_the_generated_code_is_found(
    worlds: orders.Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logic, "_OPPOSITES", {**logic._OPPOSITES, ">=": "<="})
    with pytest.raises(FailedError) as error:
        orders_case(0, worlds, Counts())
    assert error.value.failure.law == "the engines agree"
    assert "compiled says" in error.value.failure.detail


# What longer runs found

SCHEMA = {
    "type": "object",
    "x-entity": "deal",
    "properties": {
        "amount": {"type": ["string", "number"], "format": "decimal"},
        "parts": {
            "type": "array",
            "items": {
                "type": "object",
                "x-entity": "part",
                "properties": {
                    "day": {"type": "string", "format": "date"},
                    "size": {"type": ["string", "number"], "format": "decimal"},
                },
            },
        },
    },
}
AS_OF = datetime(2026, 3, 1, tzinfo=UTC)


def report_of(folder: Path, rules: dict[str, Any], *documents: dict[str, Any]) -> Report:
    """What all engines report of documents by a rule set of one check."""
    check = {
        "id": "a.check",
        "title": {"en": "A check"},
        "clause": "1",
        "message": {"en": "look"},
        **rules.pop("check"),
    }
    whole = {"rule_set": "found", "version": "1", "document": "found", "parameters": {"timezone": "UTC"}, **rules}
    (folder / "found.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (folder / "found.json").write_text(json.dumps({**whole, "checks": [check]}), encoding="utf-8")
    opened = open_rule_set(str(folder / "found.json"))
    run = Run(compile_opened(opened), opened.schema, Setting(AS_OF, ZoneInfo("UTC")), None, "all", "en", details=True)
    panel = Panel(run.program, run.setting, "all")
    try:
        return reported(panel, run, [document(json.dumps(each), number) for number, each in enumerate(documents)])
    finally:
        panel.close()


def verdicts(report: Report) -> list[str]:
    return [outcome.verdict for each in report.documents for outcome in each.outcomes]


def test_effective_on_ranges_over_a_list_of_the_root_for_checks_of_its_children(tmp_path: Path) -> None:
    rules = {
        "effective_on": "min(p.day for p in deal.parts)",
        "check": {"each": "part", "require": "part.size > 0", "effective": {"from": "2026-01-02"}},
    }
    early = {"parts": [{"day": "2026-01-01", "size": 0}, {"day": "2026-01-03", "size": 0}]}
    late = {"parts": [{"day": "2026-01-02", "size": 0}, {"day": "2026-01-03", "size": 1}]}
    assert verdicts(report_of(tmp_path, rules, early, late)) == [
        "not_applicable",
        "not_applicable",
        "violation",
        "pass",
    ]


def test_a_negative_default_keeps_all_its_digits(tmp_path: Path) -> None:
    number = "12345678901234567890.123456789012345678"
    check = {"each": "deal", "require": f"default(deal.amount, -{number}) == -{number}"}
    assert verdicts(report_of(tmp_path, {"check": check}, {})) == ["pass"]


def test_a_sum_over_a_group_is_the_same_in_any_order(tmp_path: Path) -> None:
    # days(…) of the first two together is longer than a duration may be, of all three it is not.
    check = {"each": "deal", "by": "1 == 1", "require": "sum(days(m.amount) for m in group) == days(900000000)"}
    amounts = ("900000000", "900000000", "-900000000")
    for order in ((0, 1, 2), (0, 2, 1), (2, 1, 0)):
        report = report_of(tmp_path, {"check": dict(check)}, *({"amount": amounts[at]} for at in order))
        assert verdicts(report) == ["pass"] * 3


def test_an_explanation_walks_through_divisions(tmp_path: Path) -> None:
    check = {"each": "deal", "require": "round(deal.amount / (deal.amount - 1), 2) == 2"}
    report = report_of(tmp_path, {"check": check}, {"amount": 1}, {"amount": 3}, {"amount": 2})
    assert verdicts(report) == ["undetermined", "violation", "pass"]
    violation = report.documents[1].findings[0]
    assert [(read.pointer, read.value) for read in violation.evidence] == [(("amount",), "3")]


def test_an_instant_of_local_mean_time_is_shown_as_rfc_3339() -> None:
    long_ago = datetime(1, 1, 1, tzinfo=UTC)
    assert shown(long_ago, ZoneInfo("Asia/Shanghai")) == "0001-01-01T00:00:00Z"
