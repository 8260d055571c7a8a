"""The report as JUnit XML: read back by junitparser, whole outputs, and hostile texts in it."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, LONG
from hypothesis import given
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FULL,
    ORDER,
    REPORTS,
    UNDETERMINED,
    assert_harmless,
    document,
    finding,
    report,
)
from msgspec.structs import replace
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, order, program

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, SubjectName, Waived
from orderproof.report import junit
from orderproof.report.formats import FORMATS, STREAMS
from orderproof.report.model import Across, CheckCounts, CheckOutcome, DocumentVerdict, NotJudged, Options, Report
from orderproof.report.replay import ending_of, head_of
from orderproof.report.write import TextOutput

Told = tuple[str, str, str | None, str | None]
"""A case: its name, the element in it, and of that the type and the message."""


def read(text: str) -> dict[str, TestSuite]:
    """The suites by name, each with the counts that it says."""
    xml = JUnitXml.fromstring(text.encode())
    suites = list(xml)
    totals: list[int] = [0, 0, 0, 0]
    for suite in suites:
        counts = [suite.tests, suite.failures, suite.errors, suite.skipped]
        found = [case.result[0] if case.result else None for case in suite]
        kinds = (Failure, Error, Skipped)
        assert counts == [len(found), *(sum(isinstance(each, kind) for each in found) for kind in kinds)]
        assert len({case.name for case in suite}) == len(found)
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
    assert [xml.tests, xml.failures, xml.errors, xml.skipped] == totals
    return {suite.name: suite for suite in suites}


def cases(suite: TestSuite) -> list[Told]:
    return [case_of(case) for case in suite]


def case_of(case: TestCase) -> Told:
    if not case.result:
        return case.name, "", None, None
    (result,) = case.result
    return case.name, type(result).__name__, result.type, result.message


def suites(of: Report, options: Options = ENGLISH) -> dict[str, TestSuite]:
    return read(FORMATS["junit"](of, options))


# What it says


def test_a_whole_report() -> None:
    outcomes = (
        CheckOutcome("payment.in-time", ORDER, "pass"),
        CheckOutcome("price.total-equals-collection", ORDER, "violation"),
        CheckOutcome("receipt.taken", SubjectName("receipt", "0"), "not_applicable", "`receipt` is absent"),
    )
    text = FORMATS["junit"](report(document(finding(), outcomes=outcomes), document_type="order"), ENGLISH)
    assert text == (
        f"""\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="orderproof" tests="4" failures="1" errors="0" skipped="1">
<testsuite name="orderproof" tests="1" failures="0" errors="0" skipped="0">
<properties>
<property name="version" value="{__version__}"/>
<property name="as_of" value="2026-04-01T00:00:00Z"/>
<property name="document_type" value="order"/>
<property name="rule_set.1" value="credit-guarantee 1.0.0 sha256:{"ab" * 32}"/>
<property name="verdict" value="complete"/>
</properties>
<testcase classname="orderproof" name="run.whole"/>
</testsuite>
<testsuite name="orders/march.json" tests="3" failures="1" errors="0" skipped="1">
<properties>
<property name="id" value="180000000000000123"/>
<property name="sha256" value="{"cd" * 32}"/>
<property name="type" value="order"/>
<property name="verdict" value="violation"/>
</properties>
<testcase classname="orders/march.json" name="payment.in-time"/>
<testcase classname="orders/march.json" name="price.total-equals-collection" file="orders/march.json" line="3"><failure message="The order totals 1000.00 USD but collects 1000.01." type="violation.error">error, violation: The order totals 1000.00 USD but collects 1000.01.
rule    price.total-equals-collection, clause 3: The total is what is collected
at      orders/march.json:3:67  amounts.collection
read    amounts.total = 1000.00
read    amounts.collection = 1000.01</failure></testcase>
<testcase classname="orders/march.json" name="receipt.taken (receipt 0)"><skipped message="`receipt` is absent"/></testcase>
</testsuite>
</testsuites>
"""
    )
    assert list(read(text)) == ["orderproof", "orders/march.json"]


def test_an_undetermined_verdict_is_an_error_and_a_warning_is_a_failure() -> None:
    warned = finding(rule="w", severity=Severity.WARNING)
    found = suites(report(document(UNDETERMINED, warned)))["orders/march.json"]
    assert cases(found) == [
        (
            "guarantee.within-quota-limit (consignment seller 1)",
            "Error",
            "undetermined.warning",
            "cannot tell: seller.quota_limit is missing",
        ),
        ("w", "Failure", "violation.warning", "The order totals 1000.00 USD but collects 1000.01."),
    ]


@pytest.mark.parametrize(
    ("verdict", "element"),
    [
        ("pass", ""),
        ("violation", "Failure"),
        ("undetermined", "Error"),
        ("error", "Error"),
        ("not_applicable", "Skipped"),
        ("not_judged", "Skipped"),
        ("something new", "Error"),
    ],
)
def test_every_outcome_is_a_case(verdict: str, element: str) -> None:
    outcome = CheckOutcome("a", ORDER, verdict, "why it is so")
    (told,) = cases(suites(report(document(outcomes=(outcome,))))["orders/march.json"])
    kind = verdict if element in ("Failure", "Error") else None
    assert told == ("a", element, kind, "why it is so" if element else None)


def test_no_finding_is_lost_whatever_the_outcomes_are() -> None:
    """Two of one subject have one outcome each; one without an outcome has a case all the same."""
    outcome = CheckOutcome("price.total-equals-collection", ORDER, "violation")
    told = document(finding(message="first"), finding(message="second"), outcomes=(outcome,))
    assert cases(suites(report(told))["orders/march.json"]) == [
        ("price.total-equals-collection", "Failure", "violation.error", "first"),
        ("price.total-equals-collection #2", "Failure", "violation.error", "second"),
    ]


def test_a_document_that_could_not_be_read_is_an_error() -> None:
    found = suites(report(BROKEN, complete=False))
    said = "the document could not be read, so nothing of it was checked"
    assert cases(found["orders/broken.json #1"]) == [("document", "Error", "unreadable", said)]
    assert [case.result[0].type for case in found["orderproof"]] == ["run"]


@pytest.mark.parametrize(
    ("verdict", "element"),
    [
        (DocumentVerdict.PASS, ""),
        (DocumentVerdict.NOT_APPLICABLE, "Skipped"),
        (DocumentVerdict.VIOLATION, "Failure"),
        (DocumentVerdict.UNDETERMINED, "Error"),
    ],
)
def test_a_document_of_which_nothing_else_is_told(verdict: DocumentVerdict, element: str) -> None:
    ((name, kind, _, _),) = cases(suites(report(document(verdict=verdict)))["orders/march.json"])
    assert (name, kind) == ("document", element)


def test_what_is_waived_or_known_is_skipped_and_says_so() -> None:
    waived = Waived("agreed", "L. Chen", None, date(2026, 5, 1), "waivers.yaml:3:5")
    findings = (finding(waived=waived), finding(rule="other", is_new=False))
    assert [(told[1], told[3]) for told in cases(suites(report(document(*findings)))["orders/march.json"])] == [
        ("Skipped", "waived by L. Chen until 2026-05-01: agreed; The order totals 1000.00 USD but collects 1000.01."),
        ("Skipped", "known from the baseline; The order totals 1000.00 USD but collects 1000.01."),
    ]


@pytest.mark.parametrize(
    ("changes", "options", "names"),
    [
        ({}, {}, [("run.whole", "")]),
        ({"complete": False}, {}, [("run.incomplete", "Error")]),
        ({"interrupted": True}, {}, [("run.interrupted", "Error")]),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {}, [("run.nothing-checked", "Error")]),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {"allow_empty": True}, [("run.nothing-checked", "Skipped")]),
        ({"not_judged": (NotJudged("api", ("a",), ("buyer",), 2, 3),)}, {}, [("run.not-judged", "Error")]),
        (
            {"not_judged": (NotJudged("api", ("a",), ("buyer",), 2, 3),)},
            {"allow_not_judged": True},
            [("run.not-judged", "Skipped")],
        ),
        ({"gaps": FULL.gaps}, {}, [("run.whole", ""), ("run.gaps", "Skipped")]),
    ],
)
def test_the_run_has_a_suite(changes: dict[str, Any], options: dict[str, Any], names: list[tuple[str, str]]) -> None:
    found = suites(report(document(), **changes), Options(**options))["orderproof"]
    assert [told[:2] for told in cases(found)] == names


def test_messages_are_the_output_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MAX_MESSAGES", 3)
    said = tuple(Diagnostic("document.json", f"number {number}", path="a.json") for number in range(5))
    told = ET.fromstring(FORMATS["junit"](report(document(), diagnostics=said), ENGLISH))
    assert told.findtext("testsuite/system-err") == (
        "a.json: error: number 0 [document.json]\n"
        "a.json: error: number 1 [document.json]\n"
        "a.json: error: number 2 [document.json]\n"
        "2 more messages are not in this report\n"
    )
    assert "system-err" not in FORMATS["junit"](report(document()), ENGLISH)


def test_what_is_found_across_documents_is_in_their_suites() -> None:
    out = TextOutput()
    stream = STREAMS["junit"](out, ENGLISH)
    names = [DocumentName(f"{number}.json", 0, str(number)) for number in range(4)]
    stream.head(head_of(FULL))
    for name in names:
        stream.document(document(name=name, verdict=DocumentVerdict.PASS))
    for number in (1, 3):
        found = replace(finding(rule="account.unique"), document=names[number])
        stream.across(
            Across(names[number], number, DocumentVerdict.VIOLATION, DocumentVerdict.PASS, (found,)),
        )
    stream.end(ending_of(FULL))
    told = {name: cases(suite) for name, suite in read(out.text).items()}
    assert [(name, *(case[:2] for case in of)) for name, of in list(told.items())[1:]] == [
        ("0.json", ("document", "")),
        ("1.json", ("account.unique (order 180000000000000123)", "Failure")),
        ("2.json", ("document", "")),
        ("3.json", ("account.unique (order 180000000000000123)", "Failure")),
    ]
    verdicts = [each.get("value") for each in ET.fromstring(out.text).iterfind(".//property[@name='verdict']")]
    assert verdicts[1:] == ["pass", "violation", "pass", "violation"]


def test_a_run_of_the_program(tmp_path: Path) -> None:
    """Every verdict of every check is a case."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    lines = order("1"), order("2", FAULTY), order("3", UNKNOWN), order("4", WARNED), order("5", NOTHING)
    (tmp_path / "orders.ndjson").write_text("".join(lines), encoding="utf-8")
    outputs = ("--output", "report.xml", "--output", "report.json")
    for jobs in ("1", "2"):
        arguments = ("orders.ndjson", "--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--jobs", jobs)
        ended = program("check", *arguments, *outputs, folder=tmp_path)
        assert ended.code == 1, ended.err
        found = read((tmp_path / "report.xml").read_text(encoding="utf-8"))
        told = {name: [case[:2] for case in cases(suite)] for name, suite in found.items()}
        assert told["orderproof"] == [("run.whole", "")]
        assert ("price.equal", "Failure") in told["orders.ndjson #1"]
        assert ("price.positive", "") in told["orders.ndjson #1"]
        assert ("price.equal", "Error") in told["orders.ndjson #2"]
        assert ("price.positive", "Failure") in told["orders.ndjson #3"]
        assert set(told["orders.ndjson #4"]) >= {("price.equal", "Skipped"), ("price.positive", "Skipped")}
        reasons = [case.result[0].message for case in found["orders.ndjson #4"] if case.result]
        assert all(reasons)


# What it must not say


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_is_harmless(attack: str) -> None:
    text = FORMATS["junit"](HOSTILE_REPORTS[attack], ENGLISH)
    assert len(text) < LONG
    assert_harmless(text)
    found = read(text)
    assert len(found) == 4
    tags = {element.tag for element in ET.fromstring(text).iter()}
    assert tags == {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error", "skipped", "system-err"),
    }
    assert not re.search(r"<!|<\?(?!xml version)", text)


@ANY_REPORT
@given(REPORTS)
def test_any_report_can_be_read(of: Report) -> None:
    text = FORMATS["junit"](of, Options("zh"))
    xml = ET.fromstring(text)
    assert len(xml) == len(of.documents) + 1
    told = sum(1 for _ in xml.iter("testcase"))
    assert told >= sum(len(each.findings) for each in of.documents)
