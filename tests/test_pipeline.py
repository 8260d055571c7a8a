"""The pipeline on documents that are known only in part: what is told of each, and what is never told."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orderproof.cli import run
from orderproof.intake import Intake

AS_OF = ("--as-of", "2026-04-01T00:00:00Z")
HELD = ("--only", "guarantee.within-quota-limit")

Order = dict[str, Any]


def order(id_: str, **changes: Any) -> Order:
    return {"id": id_, "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD", **changes}


def holding(id_: str, occupied: str, *, mode: str | None = "before_shipment", limit: str | None = "100") -> Order:
    seller = {"id": "S"} if limit is None else {"id": "S", "quota_limit": limit}
    guarantee: Order = {"quota": {"occupied": occupied}}
    if mode is not None:
        guarantee["mode"] = mode
    return order(id_, submitted_at="2026-03-01T01:00:00Z", seller=seller, guarantee=guarantee)


class Checked:
    """A report, and what of it tests ask for."""

    def __init__(self, code: int, report: Any) -> None:
        self.code = code
        self.report = report

    @property
    def told(self) -> list[tuple[str | None, str, str]]:
        """Document, verdict and message of every finding."""
        return [(f["document"]["id"], f["verdict"], f["message"]) for f in self.report["findings"]]

    @property
    def verdicts(self) -> list[str]:
        return [document["verdict"] for document in self.report["documents"]]

    @property
    def codes(self) -> list[str]:
        return [diagnostic["code"] for diagnostic in self.report["diagnostics"]]


class Checker:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, orders: list[Order], *options: str) -> Checked:
        path = self.folder / "orders.json"
        path.write_text(json.dumps(orders), "utf-8")
        code = run(["check", str(path), "--format", "json", *AS_OF, *options])
        return Checked(code, json.loads(self.capsys.readouterr().out))


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Checker:
    return Checker(tmp_path, capsys)


VIOLATED = "Bring the orders of seller S within its quota: they hold 300 USD (orders: 2), the limit is 100 USD."


def test_a_member_that_may_not_be_one_does_not_hide_a_violation(check: Checker) -> None:
    """The sum is above the limit with and without it; whether its own document is concerned is not known."""
    checked = check([holding("A", "150"), holding("B", "150"), holding("C", "1", mode=None)], *HELD)
    assert checked.told == [
        ("A", "violation", VIOLATED),
        ("B", "violation", VIOLATED),
        ("C", "undetermined", "cannot tell: guarantee.mode is missing"),
    ]
    assert checked.code == 1


def test_a_member_that_may_not_be_one_does_not_hide_a_pass(check: Checker) -> None:
    checked = check([holding("A", "15"), holding("C", "1", mode=None)], *HELD)
    assert checked.told == []
    assert checked.verdicts == ["pass", "pass"]


def test_a_member_that_decides_leaves_its_group_undetermined(check: Checker) -> None:
    orders = [holding("A", "60"), holding("B", "40"), holding("C", "0.01", mode=None)]
    checked = check(orders, *HELD)
    assert [(id_, verdict) for id_, verdict, _ in checked.told] == [(id_, "undetermined") for id_ in "ABC"]
    orders[2] = holding("C", "0", mode=None)
    assert check(orders, *HELD).told == []


def test_a_group_that_may_have_no_member_is_undetermined(check: Checker) -> None:
    assert check([holding("C", "1", mode=None)], *HELD).told == [
        ("C", "undetermined", "cannot tell: guarantee.mode is missing")
    ]


@pytest.mark.parametrize("unsure", [1, 8, 9, 40])
def test_any_number_of_unsure_members_without_a_limit_is_not_applicable(check: Checker, unsure: int) -> None:
    orders = [holding(f"U{n}", "1", mode=None, limit=None) for n in range(unsure)] + [holding("A", "1", limit=None)]
    checked = check(orders, *HELD, "--allow-empty")
    assert checked.told == []
    assert set(checked.verdicts) == {"not_applicable"}


def test_more_unsure_members_than_are_tried_are_undetermined_where_they_decide(check: Checker) -> None:
    orders = [holding(f"U{n}", "9", mode=None) for n in range(12)] + [holding("A", "1")]
    checked = check(orders, *HELD)
    assert {verdict for _, verdict, _ in checked.told} == {"undetermined"}
    assert len(checked.told) == 13


def test_what_the_rule_leaves_open_is_told(check: Checker) -> None:
    orders = [holding("A", "1"), holding("B", "1") | {"currency": "EUR"}]
    messages = {message for _, _, message in check(orders, *HELD).told}
    assert len(messages) == 1
    assert "count(distinct m.currency for m in group) = 2" in messages.pop()
    between = [holding("A", "50", limit="60"), holding("B", "50", limit="200")]
    messages = {message for _, _, message in check(between, *HELD).told}
    assert "sum(m.quota_hold.amount for m in group) = 100" in messages.pop()


def test_a_payment_in_another_currency_is_what_is_told(check: Checker) -> None:
    payments = [
        {"step": "full", "received": "10", "currency": "EUR", "received_at": "2026-03-02T00:00:00Z"},
        {"step": "full", "received": "10", "received_at": "2026-03-02T00:00:00Z"},
    ]
    shipped = order("A", amounts={"total": "20"}, payments=payments, shipment={"shipped_at": "2026-03-03T00:00:00Z"})
    assert check([shipped], "--only", "shipment.after-payment").told == [
        (
            "A",
            "undetermined",
            "cannot tell: the rule leaves it open where payments[0].currency = EUR and currency = USD",
        )
    ]


def test_a_document_of_which_nothing_passed_is_no_pass(check: Checker) -> None:
    """A warning alone does not make an order a violation, but it does not make it a pass either."""
    items = [{"amount": "5", "quantity": "1"}]
    checked = check([order("A", items=items, amounts={"product": "5"})], "--only", "price.items-add-up")
    assert checked.verdicts == ["undetermined"]
    assert checked.report["summary"]["pass"] == 0


def test_a_second_document_with_an_id_is_judged_alone_and_counted(check: Checker) -> None:
    orders = [holding("A", "60"), holding("A", "60"), holding("B", "30")]
    checked = check(orders, *HELD)
    assert checked.code == 3
    assert checked.codes == ["document.duplicate-id"]
    assert checked.report["complete"] is False
    assert checked.report["cross_run_complete"] is False
    assert checked.verdicts == ["pass", "undetermined", "pass"]
    assert [(f["document"]["index"], f["message"]) for f in checked.report["findings"]] == [
        (
            1,
            "cannot tell: a document before this one has the same id, so this one is compared with no other",
        )
    ]
    summary = checked.report["summary"]
    assert (summary["pass"], summary["undetermined"], summary["not_applicable"]) == (2, 1, 0)


def test_the_place_is_the_value_that_decided(check: Checker) -> None:
    seller = {"service_activated_at": "2026-01-01T00:00:00Z", "service_paused": True}
    (finding,) = check([order("A", seller=seller)], "--only", "service.opened-before-drafting").report["findings"]
    assert finding["location"]["pointer"] == "/seller/service_paused"
    seller = {"service_activated_at": "2026-03-02T00:00:00Z", "service_paused": False}
    (finding,) = check([order("A", seller=seller)], "--only", "service.opened-before-drafting").report["findings"]
    assert finding["location"]["pointer"] == "/seller/service_activated_at"


def test_facts_of_records_with_like_names_are_all_told(check: Checker) -> None:
    consignments = [{"id": "1", "status": "cancelled"}, {"status": "returned"}]
    shipped = order("A", consignments=consignments, shipment={"shipped_at": "2026-03-03T00:00:00Z"})
    (finding,) = check([shipped], "--only", "export.at-least-one-consignment").report["findings"]
    active = [because for because in finding["because"] if because["fact"] == "active"]
    assert [because["evidence"] for because in active] == [
        {"consignments[0].status": "cancelled"},
        {"consignments[1].status": "returned"},
    ]


SHIPPED_ONCE = """\
rule_set: small
version: "1"
document: order
derive:
  - {fact: shipping, each: order, when: order.shipment.shipped_at is present}
checks:
  - id: shipment.once
    title: {en: A consignment stands once}
    clause: "1"
    each: consignment
    by: consignment.id
    when: shipping
    require: count(group) <= 1
    message: {en: "It stands {count(group)} times."}
"""


def test_a_fact_that_several_members_of_a_group_rest_on_is_told_once(check: Checker) -> None:
    (check.folder / "rules.yaml").write_text(SHIPPED_ONCE, "utf-8")
    shipped = order("A", consignments=[{"id": "1"}] * 2, shipment={"shipped_at": "2026-03-03T00:00:00Z"})
    (finding,) = check([shipped], "--rules", str(check.folder / "rules.yaml")).report["findings"]
    assert finding["message"] == "It stands 2 times."
    assert [(because["fact"], because["evidence"]) for because in finding["because"]] == [
        ("shipping", {"shipment.shipped_at": "2026-03-03T00:00:00Z"})
    ]


def test_what_a_document_says_of_its_own_screening_is_not_read(check: Checker) -> None:
    forged = {"path": "c.pdf", "role": "contract", "texts": [{"read": True}], "mentions": []}
    (finding,) = check([order("A", attachments=[forged])], "--only", "contract.no-collection-account").report[
        "findings"
    ]
    assert finding["verdict"] == "undetermined"
    assert finding["message"] == "cannot tell: c.pdf could not be read: there is no such file"
    assert finding["evidence"] == {
        "attachments[0].role": "contract",
        "attachments[0].texts[0]": "c.pdf could not be read: there is no such file",
    }


def test_likely_mistyped_fields_are_warned_of_once(check: Checker) -> None:
    orders = [order(id_, shipement={"shipped_at": "x"}, partner={"total": 1}) for id_ in "AB"]
    checked = check(orders, "--allow-empty")
    assert checked.codes == ["document.mistyped"]
    assert checked.report["diagnostics"][0]["help"] == "did you mean `shipment`?"
    assert check([order("A", shipement={}, shipment={})], "--allow-empty").codes == []
    seller = {"service_activated_at": "2026-01-01T00:00:00Z"}
    mistyped = [order("A", seller=seller, shipement={})]
    assert check(mistyped, "--only", "service.opened-before-drafting").code == 0
    assert check(mistyped, "--only", "service.opened-before-drafting", "--fail-on", "warning").code == 1


def test_a_linked_folder_is_not_taken_for_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.json").write_text(json.dumps(holding("A", "1")), "utf-8")
    (tmp_path / "orders" / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere").mkdir()
    assert run(["check", str(tmp_path / "orders"), *HELD, *AS_OF]) == 3
    assert "a link to a folder is not followed [input.link]" in capsys.readouterr().err


def test_a_repeated_id_is_shown_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line at which it stood first; one document of a file has no number."""
    first, second = tmp_path / "a.ndjson", tmp_path / "b.json"
    first.write_text(f"{json.dumps(order('B'))}\n{json.dumps(order('A'))}\n", "utf-8")
    second.write_text(json.dumps(order("A"), indent=2), "utf-8")
    assert run(["check", str(first), str(second), *HELD, *AS_OF]) == 3
    printed = capsys.readouterr()
    assert printed.err.startswith(
        f"{second}:2:9: error: the id `A` stands already in {first}:2 [document.duplicate-id]\n"
        '  2 |   "id": "A",\n'
        "    |         ^^^\n"
    )
    assert "(an id stands in more than one document); where" in printed.out


def test_a_missing_key_is_why_checks_across_documents_are_not_complete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    keyless = holding("A", "1")
    del keyless["seller"]["id"]
    path.write_text(json.dumps(keyless), "utf-8")
    assert run(["check", str(path), *HELD, *AS_OF]) == 1
    out = capsys.readouterr().out
    assert "Not evaluated: parts of the checks across documents (a value by which to compare is missing); where" in out
    assert "Incomplete" not in out


def test_what_has_no_key_has_a_fingerprint_of_its_own(check: Checker) -> None:
    """Whatever stands before it, and beside a group whose key is an empty text."""
    keyless: dict[str, Any] = {"status": "active"}
    empty = keyless | {"id": ""}

    def fingerprints(*consignments: Mapping[str, Any]) -> dict[str, str]:
        orders = [order("A", consignments=list(consignments)), order("B", consignments=[empty])]
        found = check(orders, "--only", "export.consignment-serves-one-order").report["findings"]
        return {f"{f['document']['id']}{f['location']['pointer']}": f["fingerprint"] for f in found}

    both = fingerprints(keyless, empty, keyless)
    assert len(both) == len(set(both.values())) == 4
    alone = fingerprints(empty, empty, keyless)
    assert alone["A/consignments/2/id"] == both["A/consignments/2/id"]


def test_errors_come_before_warnings(check: Checker) -> None:
    """Of each severity in the order of the rule set, in which price.items-add-up stands before price.steps-add-up."""
    amounts = {"product": "5", "total": "5", "collection": "6", "advance": "1", "balance": "1"}
    findings = check([order("A", items=[{"amount": "6"}], amounts=amounts)], "--only", "price.*").report["findings"]
    assert [(f["severity"], f["rule"]) for f in findings] == [
        ("error", "price.total-equals-collection"),
        ("error", "price.steps-add-up"),
        ("warning", "price.items-add-up"),
    ]


def test_the_place_in_a_list_is_the_first_value_that_decided(check: Checker) -> None:
    """A line that is wrong by itself, or the first of those that do not add up; the list where none decided."""
    right = {"amount": "2", "quantity": "2", "unit_price": "1"}
    wrong = right | {"unit_price": "7"}
    cases = {
        ("4", "/items/1/amount"): [right, wrong],
        ("5", "/items/0/amount"): [right, right],
    }
    for (product, place), items in cases.items():
        faulty = order("A", items=items, amounts={"product": product})
        (finding,) = check([faulty], "--only", "price.items-add-up").report["findings"]
        assert (finding["verdict"], finding["location"]["pointer"]) == ("violation", place)
    shipped = order("A", consignments=[], shipment={"shipped_at": "2026-03-03T00:00:00Z"})
    (finding,) = check([shipped], "--only", "export.at-least-one-consignment").report["findings"]
    assert finding["location"]["pointer"] == "/consignments"


def test_the_line_is_shown_only_where_it_says_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not the first line of the document for what it does not have at all."""
    path = tmp_path / "a.json"
    rule = ("--only", "service.opened-before-drafting", *AS_OF)
    absent = {"id": "A", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"}
    for seller, shown in ((None, False), ({"id": "S"}, True)):
        path.write_text(json.dumps(absent if seller is None else absent | {"seller": seller}, indent=1), "utf-8")
        assert run(["check", str(path), *rule]) == 1
        out = capsys.readouterr().out
        assert f"    at      {path}:{5 if shown else 1}:" in out
        assert "  seller.service_activated_at\n" in out
        assert (" | " in out) == shown


def test_fields_likely_mistyped_are_named_in_the_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(order("A", shipement={}, payments=[{"amont": "1"}])), "utf-8")
    run(["check", str(path), *AS_OF, "--allow-empty"])
    assert (
        "\nLikely mistyped fields: 2 (shipement, payments[0].amont); no check reads them\n" in capsys.readouterr().out
    )


def test_documents_of_a_group_are_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From every kind of input, also standard input, the same is told of a group."""
    orders = [holding(id_, "60") for id_ in "AB"] + [holding("C", "1", mode="none")]
    forms = {
        "o.json": json.dumps(orders),
        "o.ndjson": "".join(f"{json.dumps(each)}\n\n" for each in orders),
        "o.yaml": "".join(f"---\n{json.dumps(each)}\n" for each in orders),
    }
    told: list[Any] = []
    for name, text in forms.items():
        (tmp_path / name).write_text(text, "utf-8")
        run(["check", str(tmp_path / name), *HELD, *AS_OF, "--format", "json"])
        told.append(_without_places(json.loads(capsys.readouterr().out)))
    for number, order_ in enumerate(orders):
        (tmp_path / "each").mkdir(exist_ok=True)
        (tmp_path / "each" / f"{number}.json").write_text(json.dumps(order_), "utf-8")
    run(["check", str(tmp_path / "each"), *HELD, *AS_OF, "--format", "json"])
    told.append(_without_places(json.loads(capsys.readouterr().out)))
    assert len(told[0]) == 2
    assert all(each == told[0] for each in told)


def _without_places(report: Any) -> list[tuple[object, ...]]:
    return [
        (f["document"]["id"], f["message"], f["location"]["pointer"], f["evidence"], len(f["related"]))
        for f in report["findings"]
    ]


def test_an_input_that_changes_during_the_run_is_not_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.ndjson"
    path.write_text("".join(f"{json.dumps(holding(id_, '60'))}\n" for id_ in "AB"), "utf-8")
    again = Intake.again

    def changed(intake: Intake, wanted: Any) -> Any:
        path.write_text("".join(f"{json.dumps(holding(id_, '6'))}\n" for id_ in "AB"), "utf-8")
        return again(intake, wanted)

    monkeypatch.setattr(Intake, "again", changed)
    assert run(["check", str(path), *HELD, *AS_OF]) == 3
    printed = capsys.readouterr()
    assert "As of" not in printed.out
    assert "this input changed while it was checked [input.changed]" in printed.err
