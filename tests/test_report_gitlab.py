"""The report for Code Quality: the shape that GitLab documents, whole outputs, and hostile texts in it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, LONG
from hypothesis import given
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FULL,
    MARCH,
    REPORTS,
    UNDETERMINED,
    assert_harmless,
    at,
    document,
    finding,
    report,
)
from program import FAULTY, RULES, order, program

from orderproof.diagnostic import Diagnostic, Severity, display
from orderproof.finding import DocumentName, Waived
from orderproof.report import gitlab
from orderproof.report.formats import FORMATS
from orderproof.report.model import CheckCounts, NotJudged, Options, Report
from orderproof.source import SheetSource, Source, Span

# By the documentation of Code Quality: these are required; a path is relative to the repository, without a `./`.
SHAPE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\.{0,2}/)(?!.*/\.{1,2}(/|$))."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}
WARNING = finding(severity=Severity.WARNING)


def issues(of: Report, options: Options = ENGLISH) -> list[dict[str, Any]]:
    text = FORMATS["gitlab"](of, options)
    assert not text.startswith("\ufeff")
    found: list[dict[str, Any]] = json.loads(text)
    jsonschema.validate(found, SHAPE)
    # GitLab shows issues of one fingerprint as one
    assert len({each["fingerprint"] for each in found}) == len(found)
    return found


def test_a_whole_report() -> None:
    told = issues(report(document(finding()), BROKEN, complete=False))
    for each in told:
        del each["fingerprint"]
    assert told == [
        {
            "description": "violation: The order totals 1000.00 USD but collects 1000.01. [clause 3]",
            "check_name": "price.total-equals-collection",
            "severity": "critical",
            "location": {"path": "orders/march.json", "lines": {"begin": 3, "end": 3}},
        },
        {
            "description": "orders/broken.json#1: the document could not be read, so nothing of it was checked",
            "check_name": "orderproof.unreadable-document",
            "severity": "blocker",
            "location": {"path": "orders/broken.json", "lines": {"begin": 1}},
        },
        {
            "description": "Incomplete: an input could not be checked, or not fully; the messages in this report say why.",
            "check_name": "run.incomplete",
            "severity": "blocker",
            "location": {"path": "orderproof", "lines": {"begin": 1}},
        },
    ]
    assert FORMATS["gitlab"](report(document()), ENGLISH) == "[]\n"


def test_severities() -> None:
    unclear = finding(verdict="undetermined")
    waived = Waived("agreed", "L. Chen", None, date(2026, 5, 1), "waivers.yaml:3:5")
    told = issues(
        report(document(finding(is_new=False), finding(waived=waived), UNDETERMINED, WARNING, unclear, finding()))
    )
    assert [(each["severity"], each["description"].partition(":")[0]) for each in told] == [
        ("major", "undetermined"),
        ("critical", "violation"),
        ("info", "cannot tell"),
        ("minor", "violation"),
        ("info", "known from the baseline; violation"),
        ("info", "waived by L. Chen until 2026-05-01"),
    ]


def test_a_fingerprint_stays_when_lines_move_and_tells_what_is_alike_apart() -> None:
    one = issues(report(document(finding(), finding())))
    moved = Source(MARCH.name, "\n\n" + MARCH.text)
    two = issues(report(document(finding(span=at('"1000.01"', moved)), finding())))
    assert [each["fingerprint"] for each in one] == [each["fingerprint"] for each in two]


def test_a_cell_is_told_in_words() -> None:
    sheet = SheetSource("orders.xlsx", "Orders", 7, (1, 2), ("a", "b"))
    (told,) = issues(report(document(finding(span=Span(sheet, 4, 5), document=DocumentName("orders.xlsx", 0, None)))))
    assert told["description"].endswith("(orders.xlsx!Orders!B7  amounts.collection)")
    assert told["location"] == {"path": "orders.xlsx", "lines": {"begin": 7, "end": 7}}


NOT_JUDGED = NotJudged("api", ("a",), ("buyer",), 2, 3)


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({"interrupted": True}, {}, ("run.interrupted", "blocker")),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {}, ("run.nothing-checked", "blocker")),
        ({"checks": CheckCounts(0, 0, 0, 5)}, {"allow_empty": True}, ("run.nothing-checked", "info")),
        ({"not_judged": (NOT_JUDGED,)}, {}, ("run.not-judged", "blocker")),
        ({"not_judged": (NOT_JUDGED,)}, {"allow_not_judged": True}, ("run.not-judged", "info")),
    ],
)
def test_what_was_not_evaluated_is_an_issue(
    changes: dict[str, Any], options: dict[str, Any], expected: tuple[str, str]
) -> None:
    told = issues(report(document(), **changes), Options(**options))
    assert [(each["check_name"], each["severity"]) for each in told] == [expected]


def test_diagnostics_are_issues() -> None:
    told = [each for each in issues(FULL) if each["check_name"] in ("document.json", "input.unreadable")]
    assert [(each["severity"], each["description"], each["location"]["path"]) for each in told] == [
        ("blocker", "this is not JSON; help: put a comma before it", "orders/march.json"),
        ("minor", "no such file", "orders/none.json"),
    ]


def test_no_more_than_is_taken_and_the_gravest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitlab, "MAX_ISSUES", 4)
    monkeypatch.setattr(gitlab, "MAX_MESSAGES", 1)
    said = (Diagnostic("document.json", "this is not JSON", path="a.json"),) * 3
    told = issues(report(document(*[WARNING] * 9, *[finding()] * 2), diagnostics=said))
    assert [(each["severity"], each["check_name"]) for each in told] == [
        ("critical", "price.total-equals-collection"),
        ("critical", "price.total-equals-collection"),
        ("blocker", "document.json"),
        ("minor", "price.total-equals-collection"),
        ("minor", "report.more-findings"),
        ("blocker", "report.more-messages"),
    ]
    assert told[4]["description"] == (
        "8 more findings are not in this report (errors 0, warnings 8, waived or known 0): it holds at most 4 "
        "and 64 MiB of them"
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_is_harmless(attack: str) -> None:
    text = FORMATS["gitlab"](HOSTILE_REPORTS[attack], ENGLISH)
    assert len(text) < LONG // 10
    assert_harmless(text)
    told = issues(HOSTILE_REPORTS[attack])
    assert [each["severity"] for each in told].count("critical") == 1
    for each in told:
        said = each["description"] + each["check_name"] + each["location"]["path"]
        assert display(said) == said


@ANY_REPORT
@given(REPORTS)
def test_any_report_has_the_shape(of: Report) -> None:
    told = issues(of, Options("zh"))
    assert len(told) >= sum(len(each.findings) for each in of.documents)


def test_a_run_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "a.json").write_text(order("2", FAULTY), encoding="utf-8")
    (folder / "b.json").write_text("{", encoding="utf-8")
    options = ("--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--output", "gitlab:quality.json")
    ended = program("check", str(folder), *options, folder=tmp_path)
    assert ended.code == 3
    told = json.loads((tmp_path / "quality.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, SHAPE)
    assert {each["location"]["path"] for each in told} == {"orders/a.json", "orders/b.json", "orderproof"}
    assert [each["check_name"] for each in told if each["description"].startswith("violation")] == ["price.equal"]
