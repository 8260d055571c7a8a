"""The report as annotations: read as the runner reads a log, and no other command in it."""

import re
from pathlib import Path
from typing import Any

import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS, LONG, write_hostile_documents
from hypothesis import given
from hypothesis import strategies as st
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FULL,
    REPORTS,
    TEXTS,
    UNDETERMINED,
    assert_harmless,
    document,
    finding,
    report,
)
from program import RULES, program
from runner import Command, command_in, commands

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName
from orderproof.report.formats import FORMATS
from orderproof.report.github import ANNOTATIONS
from orderproof.report.model import CheckCounts, Options, Report
from orderproof.source import SheetSource, Source, Span

WARNING = finding(severity=Severity.WARNING)


def lines(of: Report, options: Options = ENGLISH) -> list[str]:
    text = FORMATS["github"](of, options)
    assert text.endswith("\n")
    return text[:-1].split("\n")


def annotations(of: Report, options: Options = ENGLISH) -> list[Command]:
    return [found for line in lines(of, options) if (found := command_in(line)) is not None]


# What it says


def test_a_finding_is_an_annotation() -> None:
    assert lines(report(document(finding()))) == [
        (
            "::error file=orders/march.json,line=3,endLine=3,col=67,endColumn=75,"
            "title=violation%3A price.total-equals-collection (clause 3)"
            "::The order totals 1000.00 USD but collects 1000.01."
            "%0Arule    price.total-equals-collection, clause 3: The total is what is collected"
            "%0Aat      orders/march.json:3:67  amounts.collection"
            "%0Aread    amounts.total = 1000.00%0Aread    amounts.collection = 1000.01"
        ),
        "Documents: 1 (pass 0, violation 1, undetermined 0, not applicable 0, unreadable 0)",
        "Verdicts of checks: 51 (pass 38, violation 1, undetermined 0, not applicable 12)",
        "As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0",
    ]
    (told,) = annotations(report(document(finding())))
    assert told.properties["title"] == "violation: price.total-equals-collection (clause 3)"
    assert told.data.split("\n")[0] == "The order totals 1000.00 USD but collects 1000.01."


def test_levels_are_the_severities() -> None:
    told = annotations(report(document(WARNING, UNDETERMINED, finding())))
    assert [each.name for each in told] == ["error", "warning", "warning"]
    assert annotations(report(document(finding())), Options("zh"))[0].properties["title"] == (
        "违规：price.total-equals-collection（条款 3）"
    )


def test_a_place_that_is_not_in_the_file_itself_has_no_line() -> None:
    sheet = SheetSource("orders.xlsx", "Orders", 7, (1, 2), ("a", "b"))
    cell = finding(span=Span(sheet, 4, 5), document=DocumentName("orders.xlsx", 0, None))
    name = "box.zip!b.json"
    member = finding(span=Span(Source(name, "x"), 0, 1), document=DocumentName(name, 0, None))
    several = finding(span=Span(Source("a.json", "x\ny"), 0, 3), document=DocumentName("a.json", 0, None))
    told = annotations(report(document(cell, member, several)))
    assert [{name: each.properties.get(name) for name in ("file", "line", "endline", "col")} for each in told] == [
        {"file": "orders.xlsx", "line": None, "endline": None, "col": None},
        {"file": "box.zip", "line": None, "endline": None, "col": None},
        {"file": "a.json", "line": "1", "endline": "2", "col": None},
    ]
    assert "orders.xlsx!Orders!B7" in told[0].data


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({}, {}, []),
        ({"complete": False}, {}, ["run.incomplete"]),
        ({"interrupted": True}, {}, ["run.interrupted"]),
        ({"checks": CheckCounts(0, 0, 0, 0)}, {}, ["run.nothing-checked"]),
        ({"checks": CheckCounts(0, 0, 0, 0)}, {"allow_empty": True}, []),
    ],
)
def test_what_was_not_evaluated_comes_first(
    changes: dict[str, Any], options: dict[str, Any], expected: list[str]
) -> None:
    told = annotations(report(document(*[finding()] * 12), **changes), Options(**options))
    assert len(told) == ANNOTATIONS
    assert [each.properties["title"] for each in told if each.properties["title"].startswith("run.")] == expected
    assert [each.properties["title"] for each in told[: len(expected)]] == expected


def test_why_an_input_was_not_read_comes_before_findings() -> None:
    said = tuple(Diagnostic("document.json", f"number {number}", path="a.json", help="mend it") for number in range(9))
    told = annotations(report(document(*[finding()] * 12), BROKEN, diagnostics=said, complete=False))
    assert [each.properties["title"] for each in told][:5] == [
        "run.incomplete",
        *["document.json"] * 3,
        "violation: price.total-equals-collection (clause 3)",
    ]
    assert told[1] == Command("error", {"file": "a.json", "title": "document.json"}, "number 0\na.json\nhelp: mend it")


def test_the_others_are_counted() -> None:
    of = report(document(*[finding()] * 14, *[WARNING] * 12, finding(is_new=False)))
    assert [each.name for each in annotations(of)] == ["error"] * 10 + ["warning"] * 10
    assert lines(of)[20] == (
        "Not annotated: errors 4, warnings 2, waived or known 1; a report in another format has them all"
    )
    told = lines(report(document(*[finding()] * 10, *[WARNING] * 10)))
    assert not any(line.startswith("Not annotated") for line in told)
    of = report(document(*[finding()] * 9), complete=False, interrupted=True, diagnostics=FULL.diagnostics)
    assert "Not annotated: errors 1, warnings 0, waived or known 0; a report in another format has them all" in lines(
        of
    )


def test_the_runner_reads_what_is_said(tmp_path: Path) -> None:
    """Of documents whose names and values are commands themselves."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    names = write_hostile_documents(tmp_path)
    ended = program(
        "check",
        *names,
        *("--rules", "rules.yaml", "--as-of", "2026-03-20T00:00:00Z", "--format", "github"),
        folder=tmp_path,
    )
    assert ended.code == 3, ended.err
    told = list(commands(ended.out))
    assert {each.name for each in told} <= {"error", "warning"}
    assert told[0].properties == {"title": "run.incomplete"}
    assert told[1].properties["title"].startswith("document.")
    assert list(commands(ended.err)) == []
    assert len(told) == len([line for line in ended.out.split("\n") if line.startswith("::")])


# What it must not say


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_is_harmless(attack: str) -> None:
    text = FORMATS["github"](HOSTILE_REPORTS[attack], ENGLISH)
    assert len(text) < LONG // 10
    assert_harmless(re.sub(r"^::", "", text, flags=re.MULTILINE))
    told = list(commands(text))
    assert [each.name for each in told] == ["error"] * 5 + ["warning"] * 2
    assert len(told) == sum(line.startswith("::") for line in text.split("\n"))
    for each in told:
        assert set(each.properties) <= {"file", "line", "endline", "col", "endcolumn", "title"}
        assert all(re.fullmatch(r"\d+", each.properties.get(name, "1")) for name in ("line", "endline", "col"))


@ANY_REPORT
@given(REPORTS, st.sampled_from(("en", "zh")))
def test_any_report_has_only_our_commands(of: Report, lang: str) -> None:
    text = FORMATS["github"](of, Options(lang))
    told = list(commands(text))
    assert {each.name for each in told} <= {"error", "warning"}
    assert len(told) == sum(line.startswith("::") for line in text.split("\n"))
    assert all(sum(each.name == level for each in told) <= ANNOTATIONS for level in ("error", "warning"))


@given(TEXTS)
def test_the_runner_reads_a_message_as_it_was(text: str) -> None:
    (told,) = annotations(report(document(finding(message=f"a{text}b", evidence=(), title=text))))
    message = told.data.split("\n")[0]
    assert message.startswith("a")
    assert message.endswith("b")
    if text.isascii() and text.isprintable() and "##" not in text:
        assert message == f"a{text}b"
