"""The report as SARIF: its form, by what others read of it, and what it must not say."""

import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, LONG
from hypothesis import given
from hypothesis import strategies as st
from made_reports import ANY_REPORT, BROKEN, ENGLISH, FULL, MARCH, REPORTS, UNDETERMINED, at, document, finding, report
from msgspec.structs import replace
from program import FAULTY, RULES, order, program
from sarif.loader import load_sarif_file
from sarif_form import validated

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Waived
from orderproof.report import sarif
from orderproof.report.addresses import address_of, uri_of
from orderproof.report.formats import FORMATS
from orderproof.report.model import CheckCounts, FileName, NotJudged, Options, Report, RuleInfo
from orderproof.report.sarif_places import escaped
from orderproof.source import SheetSource, Source, Span

RULE = RuleInfo(
    "price.total-equals-collection",
    "The total is what is collected",
    "3",
    Severity.ERROR,
    "Collect {order.amounts.total}.",
    "Both are in one currency.",
)
PASSING = RuleInfo("payment.in-time", "Paid in time", "7", Severity.WARNING)


def run(of: Report, options: Options = ENGLISH) -> dict[str, Any]:
    return validated(json.loads(FORMATS["sarif"](of, options)))


def results(of: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(of)["results"]
    return found


def notified(of: dict[str, Any]) -> list[tuple[str, str]]:
    (invocation,) = of["invocations"]
    return [(each["descriptor"]["id"], each["level"]) for each in invocation["toolExecutionNotifications"]]


def place(of: dict[str, Any]) -> tuple[Any, ...]:
    physical = of["physicalLocation"]
    region = physical["region"]
    lines = [region.get(name) for name in ("startLine", "startColumn", "endLine", "endColumn")]
    return physical["artifactLocation"]["uri"], *lines


# What it says


def test_a_finding_is_a_result_of_its_rule() -> None:
    told = run(report(document(finding()), rules=(PASSING, RULE)))
    driver = told["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("orderproof", __version__)
    assert driver["rules"] == [
        {
            "id": "payment.in-time",
            "name": "Paid in time",
            "shortDescription": {"text": "Paid in time"},
            "fullDescription": {"text": "§ 7. Paid in time"},
            "help": {"text": "Paid in time"},
            "defaultConfiguration": {"level": "warning"},
            "properties": {"tags": ["clause 7"], "problem.severity": "warning", "precision": "very-high"},
        },
        {
            "id": "price.total-equals-collection",
            "name": "The total is what is collected",
            "shortDescription": {"text": "The total is what is collected"},
            "fullDescription": {"text": "§ 3. The total is what is collected"},
            "help": {"text": "Collect ‹order.amounts.total›. Both are in one currency."},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["clause 3"], "problem.severity": "error", "precision": "very-high"},
        },
    ]
    (result,) = told["results"]
    related = result.pop("relatedLocations")
    assert result == {
        "ruleId": "price.total-equals-collection",
        "ruleIndex": 1,
        "kind": "fail",
        "level": "error",
        "message": {"text": "The order totals 1000.00 USD but collects 1000.01."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "orders/march.json"},
                    "region": {"startLine": 3, "startColumn": 67, "endLine": 3, "endColumn": 76},
                },
                "logicalLocations": [
                    {
                        "name": "amounts.collection",
                        "fullyQualifiedName": "orders/march.json#amounts.collection",
                        "kind": "value",
                    }
                ],
            }
        ],
        "partialFingerprints": {
            "orderproof/v1": "0123456789abcdef" * 2,
            "primaryLocationLineHash": "0123456789abcdef" * 2 + ":1",
        },
        "properties": {
            "verdict": "violation",
            "clause": "3",
            "documentId": "180000000000000123",
            "documentIndex": 0,
            "entity": "order",
            "subject": "180000000000000123",
            "missing": [],
        },
    }
    assert [(each["message"]["text"], place(each)) for each in related] == [
        ("amounts.total = 1000.00", ("orders/march.json", 3, 42, 3, 51)),
        ("amounts.collection = 1000.01", ("orders/march.json", 3, 67, 3, 76)),
    ]
    assert told["automationDetails"] == {"id": "orderproof/credit-guarantee/"}
    assert told["properties"]["as_of"] == "2026-04-01T00:00:00Z"
    assert told["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_an_undetermined_verdict_is_shown_and_says_what_it_is() -> None:
    (result,) = results(report(document(UNDETERMINED)))
    assert (result["kind"], result["level"]) == ("fail", "warning")
    assert (result["properties"]["verdict"], result["properties"]["missing"]) == (
        "undetermined",
        ["seller.quota_limit", "seller.id"],
    )


def test_what_a_finding_rests_on_are_related_places() -> None:
    (result,) = results(report(document(UNDETERMINED)))
    told = [(each["message"]["text"], place(each)) for each in result["relatedLocations"]]
    assert told[:4] == [
        ("seller.quota_limit = absent", ("orders/march.json", 1, 1, 1, 2)),
        (
            "receipt.confirmed_at = absent (receipt_taken is unknown, by = absent, late = true)",
            ("orders/march.json", 1, 1, 1, 2),
        ),
        (
            'shipment.method = "sea" (receipt_deadline holds, at = 2026-04-15T00:00:00Z)',
            ("orders/march.json", 4, 26, 4, 31),
        ),
        (
            "shipment.shipped_at = 2026-03-01T00:00:00Z (shipping holds, at = 2026-03-01T00:00:00Z)",
            ("orders/march.json", 4, 47, 4, 69),
        ),
    ]
    assert told[4] == ("orders/四月.json:2:1, id 2", ("orders/%E5%9B%9B%E6%9C%88.json", 2, 1, 2, 2))
    assert told[5] == ("orders/may.ndjson #3", ("orders/may.ndjson", 1, None, None, None))
    assert len(told) == 11


def test_a_document_that_could_not_be_read_is_a_result_too() -> None:
    told = run(report(document(), BROKEN, complete=False))
    (result,) = told["results"]
    assert (result["ruleId"], result["level"]) == ("orderproof.unreadable-document", "error")
    assert (
        result["message"]["text"] == "orders/broken.json: the document could not be read, so nothing of it was checked"
    )
    assert notified(told) == [("run.incomplete", "error")]
    again = run(report(BROKEN, document(), BROKEN, complete=False))["results"]
    assert [each["partialFingerprints"]["primaryLocationLineHash"][-2:] for each in again] == [":1", ":2"]
    assert again[0]["partialFingerprints"] == result["partialFingerprints"]


NOT_JUDGED = NotJudged("api", ("a",), ("buyer",), 2, 3)


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({}, {}, []),
        ({"complete": False}, {}, [("run.incomplete", "error")]),
        ({"complete": False, "interrupted": True}, {}, [("run.interrupted", "error")]),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {}, [("run.nothing-checked", "error")]),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {"allow_empty": True}, [("run.nothing-checked", "note")]),
        ({"not_judged": (NOT_JUDGED,)}, {}, [("run.not-judged", "error")]),
        ({"not_judged": (NOT_JUDGED,)}, {"allow_not_judged": True}, [("run.not-judged", "note")]),
    ],
)
def test_a_run_that_did_not_evaluate_everything_was_not_successful(
    changes: dict[str, Any], options: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    told = run(report(document(), **changes), Options(**options))
    assert told["invocations"][0]["executionSuccessful"] is all(level == "note" for _, level in expected)
    assert notified(told) == expected


def test_diagnostics_are_notifications_with_places() -> None:
    told = run(FULL)
    assert notified(told) == [
        ("run.incomplete", "error"),
        ("run.gaps", "warning"),
        ("document.json", "error"),
        ("input.unreadable", "warning"),
    ]
    *_, json_error, unreadable = told["invocations"][0]["toolExecutionNotifications"]
    assert json_error["message"]["text"] == "this is not JSON; help: put a comma before it"
    assert place(json_error["locations"][0]) == ("orders/march.json", 4, 26, 4, 31)
    assert place(unreadable["locations"][0])[0] == "orders/none.json"


def test_rules_that_applied_to_nothing_are_told() -> None:
    told = run(report(document(), never_applicable=("a.b", "c.d")))
    assert notified(told) == [("run.never-applicable", "note")]
    (said,) = told["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"] == "Checks that applied to nothing: 2 (a.b, c.d)"
    assert told["invocations"][0]["executionSuccessful"] is True


def test_waived_and_known_results_say_so() -> None:
    waived = Waived("agreed with the buyer", "L. Chen", date(2026, 3, 1), date(2026, 5, 1), "waivers.yaml:3:5")
    findings = (finding(), finding(waived=waived), finding(is_new=False))
    told = results(report(document(*findings), baseline=FileName("before.json", "ef" * 32)))
    assert [each["baselineState"] for each in told] == ["new", "new", "unchanged"]
    assert [each.get("suppressions") for each in told] == [
        None,
        [{"kind": "external", "status": "accepted", "justification": "agreed with the buyer"}],
        None,
    ]
    assert told[1]["properties"]["waived"] == {
        "owner": "L. Chen",
        "expires": "2026-05-01",
        "place": "waivers.yaml:3:5",
    }
    assert not any("baselineState" in each for each in results(report(document(*findings))))


def test_where_there_are_waivers_every_result_says_whether_it_is_suppressed() -> None:
    """By 3.27.23 of the standard the suppressions of all results of a run are there, or those of none."""
    waivers = FileName("waivers.yaml", "ef" * 32)
    of = report(document(finding()), BROKEN, waivers=waivers, baseline=FileName("before.json", "ef" * 32))
    assert [(each["suppressions"], each["baselineState"]) for each in results(of)] == [([], "new"), ([], "new")]


def test_a_result_is_known_again_when_lines_move() -> None:
    moved = Source(MARCH.name, "\n\n" + MARCH.text)
    one, two = (results(report(document(finding(span=span))))[0] for span in (at('"1000.01"'), at('"1000.01"', moved)))
    assert one["partialFingerprints"] == two["partialFingerprints"]
    assert place(two["locations"][0])[1] == place(one["locations"][0])[1] + 2


# Where it says that it is


def span(source: Source) -> Span:
    return Span(source, 0, 1)


def test_a_cell_and_a_member_are_places_inside_a_file() -> None:
    sheet = SheetSource("orders.xlsx", "Orders", 7, (1, 2), ("a", "b"))
    cell = finding(span=Span(sheet, 4, 5), document=DocumentName("orders.xlsx", 0, None))
    name = "in box/orders.zip!a/b.json"
    member = finding(span=span(Source(name, "x")), document=DocumentName(name, 0, None))
    told = [each["locations"][0] for each in results(report(document(cell, member)))]
    assert [place(each) for each in told] == [
        ("orders.xlsx", 7, None, 7, None),
        ("in%20box/orders.zip", 1, 1, 1, 2),
    ]
    assert [each["logicalLocations"][0]["fullyQualifiedName"] for each in told] == [
        "orders.xlsx#Orders!B7#amounts.collection",
        "in box/orders.zip!a/b.json#amounts.collection",
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("orders/a.json", "orders/a.json"),
        ("./orders//x/../a.json", "orders/a.json"),
        ("/work/shop/orders/a.json", "orders/a.json"),
        ("../shop/orders/a.json", "orders/a.json"),
        ("../other/a.json", "_outside_/other/a.json"),
        ("../../a.json", "_outside_/a.json"),
        ("/work/shop", "_outside_/work/shop"),
        ("/work/shopping/a.json", "_outside_/work/shopping/a.json"),
        ("/data/a.json", "_outside_/data/a.json"),
        ("-", "standard-input"),
        ("-!a.json", "standard-input"),
        ("orders.ZIP!a.json", "orders.ZIP"),
        ("a!b.json", "a!b.json"),
        ("", "_outside_"),
    ],
)
def test_paths_are_from_the_working_folder(name: str, path: str) -> None:
    assert address_of(name, None, "/work/shop").path == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.json", "a%20b.json"),
        ("a#b%c:d[e]?f\\g.json", "a%23b%25c%3Ad%5Be%5D%3Ff%5Cg.json"),
        ("ö/三.json", "%C3%B6/%E4%B8%89.json"),
        ("a\nb\x1b.json", "a%0Ab%1B.json"),
        ("\udcff.json", "%FF.json"),
        ("\ud800.json", "%ED%A0%80.json"),
        ("file:///etc", "file%3A///etc"),
    ],
)
def test_uris_are_encoded(path: str, uri: str) -> None:
    assert uri_of(path) == uri


# What it must not say


def unescaped(text: str) -> str:
    """A message as a reader of the format shows it; it holds neither a placeholder nor a link."""
    pieces = re.split(r"(\{\{|\}\}|\\\[|\\\])", text)
    plain, special = pieces[::2], pieces[1::2]
    assert not re.search(r"[{}]", "".join(plain))
    if "](" in text:
        assert not re.search(r"[\[\]]", "".join(plain))
        assert not any(each.endswith("\\") for each, mark in zip(plain, special, strict=False) if mark[0] == "\\")
    said = (mark[-1] for mark in special)
    return "".join(each + next(said, "") for each in plain)


@given(st.text(st.sampled_from("{}[]()\\1a"), max_size=12))
def test_a_message_holds_no_placeholder_and_no_link(text: str) -> None:
    told = unescaped(escaped(text))
    assert told.replace("\\x5c", "\\") == text


def messages(of: Any) -> Iterable[str]:
    match of:
        case dict():
            for name, value in of.items():
                if name == "message":
                    yield value["text"]
                else:
                    yield from messages(value)
        case list():
            for value in of:
                yield from messages(value)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_is_harmless(attack: str) -> None:
    text = FORMATS["sarif"](HOSTILE_REPORTS[attack], ENGLISH)
    assert len(text) < 10 * LONG
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", text)
    told = validated(json.loads(text))
    assert [each["level"] for each in told["results"]] == ["error", "error", "error", "warning"]
    for each in messages(told):
        unescaped(each)


@ANY_REPORT
@given(REPORTS)
def test_any_report_has_the_form(of: Report) -> None:
    told = run(of)
    unreadable = sum(each.verdict.value == "unreadable" for each in of.documents)
    assert len(told["results"]) == sum(len(each.findings) for each in of.documents) + unreadable


# How much it says


def test_no_more_results_than_are_taken_and_the_gravest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 5)
    warnings = [finding(severity=Severity.WARNING, is_new=number > 0) for number in range(7)]
    told = run(report(document(*warnings, *[finding()] * 3)))
    assert [each["level"] for each in told["results"]] == ["error"] * 3 + ["warning"] * 2
    (more,) = told["invocations"][0]["toolExecutionNotifications"]
    assert (more["descriptor"]["id"], more["level"]) == ("report.more-results", "warning")
    assert more["message"]["text"] == (
        "5 more findings are not in this report (errors 0, warnings 4, waived or known 1): it holds at most 5 and 64 MiB of them"
    )
    told = run(report(document(*[finding()] * 9)))
    assert len(told["results"]) == 5
    assert notified(told) == [("report.more-results", "error")]


def test_no_more_bytes_and_messages_than_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_SIZE", 5_000)
    monkeypatch.setattr(sarif, "MAX_NOTIFICATIONS", 2)
    said = (Diagnostic("document.json", "this is not JSON"),) * 5
    told = run(report(document(*[finding()] * 50), diagnostics=said))
    assert 0 < len(told["results"]) < 10
    assert notified(told) == [
        ("report.more-results", "error"),
        ("report.more-messages", "error"),
        *[("document.json", "error")] * 2,
    ]


# What others read


def test_sarif_tools_reads_it(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders.ndjson").write_text(order("1") + order("2", FAULTY), encoding="utf-8")
    options = ("--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--output", "report.sarif")
    ended = program("check", "orders.ndjson", *options, folder=tmp_path)
    assert ended.code == 1
    path = tmp_path / "report.sarif"
    validated(json.loads(path.read_text(encoding="utf-8")))
    (read,) = load_sarif_file(str(path)).runs
    (record,) = read.get_records()
    assert (record["Tool"], record["Severity"], record["Code"]) == ("orderproof", "error", "price.equal")
    assert (record["Location"], record["Line"]) == ("orders.ndjson", 2)
    assert record["Description"] == "The total is 5.00, collected is 5.01."
    changed = replace(FULL, documents=(document(finding(), UNDETERMINED), BROKEN))
    path.write_text(FORMATS["sarif"](changed, ENGLISH), encoding="utf-8")
    assert load_sarif_file(str(path)).get_result_count() == 3
