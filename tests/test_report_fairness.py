"""What holds of all reports for pipelines: no document crowds out others, and all our own words are in the run's language."""

import json
import re
from datetime import date
from typing import Any

import pytest
from made_reports import BROKEN, FULL, document, finding, report
from msgspec.structs import asdict, replace
from runner import command_in

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Finding, Waived
from orderproof.report import gitlab, junit, sarif
from orderproof.report.capped import Capped, Rank, Turn
from orderproof.report.formats import FORMATS
from orderproof.report.model import CheckedDocument, DocumentVerdict, NotJudged, Options
from orderproof.report.pipeline_words import LANGUAGES

MANY = 300


def others(count: int, **changes: Any) -> tuple[CheckedDocument, ...]:
    names = (DocumentName(f"orders/other{number}.json", 0, None) for number in range(count))
    return tuple(document(finding(document=name, span=None, **changes), name=name) for name in names)


def crowded(others: tuple[CheckedDocument, ...]) -> Any:
    return report(document(*[finding()] * MANY), *others)


def files(format_: str, text: str) -> list[str]:
    """The files of the findings in a report, in its order."""
    match format_:
        case "sarif":
            places = [each["locations"][0]["physicalLocation"] for each in json.loads(text)["runs"][0]["results"]]
            return [each["artifactLocation"]["uri"] for each in places]
        case "gitlab":
            issues = [each for each in json.loads(text) if each["check_name"] != "report.more-findings"]
            return [each["location"]["path"] for each in issues]
        case "github":
            commands = [found for line in text.split("\n") if (found := command_in(line)) is not None]
            return [each.properties["file"] for each in commands]
        case _:
            return re.findall(r"^  `price\.\S+ Clause `3` `(orders/\w+\.json)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("format_", "room", "first", "count"),
    [("sarif", 105, 100, 5), ("gitlab", 105, 100, 5), ("github", 10, 2, 8), ("markdown", 50, 5, 45)],
)
def test_a_document_of_many_findings_leaves_room_for_others(
    format_: str, room: int, first: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 105)
    monkeypatch.setattr(gitlab, "MAX_ISSUES", 105)
    told = files(format_, FORMATS[format_](crowded(others(count)), Options()))
    assert told == ["orders/march.json"] * first + [f"orders/other{number}.json" for number in range(count)]
    alone = files(format_, FORMATS[format_](crowded(()), Options()))
    assert alone == ["orders/march.json"] * room, "where there is room, it has all of it"
    warned = others(3, severity=Severity.WARNING)
    if format_ != "github":  # warnings have room of their own there
        assert files(format_, FORMATS[format_](crowded(warned), Options())) == ["orders/march.json"] * room, (
            "what is less grave takes no room"
        )


def test_what_is_less_grave_takes_no_room_of_what_is_too_long() -> None:
    capped = Capped(10, 50)
    for rank, length in ((Rank.ERROR, 30), (Rank.WARNING, 5), (Rank.ERROR, 30)):
        assert capped.takes(Turn(rank))
        capped.add(Turn(rank), b"x" * length)
    assert [len(line) for line in capped.lines()] == [30]
    assert capped.left == {Rank.ERROR: 1, Rank.WARNING: 1}


ENGLISH = LANGUAGES["en"]


def said(words: str) -> str:
    """The longest run of a text's own words between what is filled in."""
    return max(re.split(r"\{[^}]*\}", words), key=len).strip(" :;,.")


def chinese(of: Finding) -> Finding:
    return replace(of, title="标题", message="说明")


@pytest.mark.parametrize("format_", ["sarif", "gitlab", "junit", "github", "markdown"])
def test_our_own_words_are_in_the_language_of_the_run(format_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((sarif, "MAX_RESULTS"), (gitlab, "MAX_ISSUES")):
        monkeypatch.setattr(module, name, 3)
    for module, name in ((sarif, "MAX_NOTIFICATIONS"), (gitlab, "MAX_MESSAGES"), (junit, "MAX_MESSAGES")):
        monkeypatch.setattr(module, name, 1)
    waived = Waived("理由", "李", None, date(2026, 5, 1), "waivers.yaml:3:5")
    findings = (chinese(finding()), chinese(finding(waived=waived)), chinese(finding(is_new=False)))
    diagnostics = (Diagnostic("document.json", "错", path="a.json", help="改"),) * 3
    quiet = document(name=DocumentName("orders/quiet.json", 0, None), verdict=DocumentVerdict.PASS)
    for documents in ((document(*findings), BROKEN, quiet), (document(*findings * 9),)):
        of = report(
            *documents,
            complete=False,
            gaps=FULL.gaps,
            diagnostics=diagnostics,
            not_judged=(NotJudged("来源", ("规则",), ("字段",), 1, 1),),
        )
        text = FORMATS[format_](of, Options("zh"))
        for name, words in asdict(ENGLISH).items():
            english = said(words)
            # of a word that stands for a member of a format, too, only that it is not the whole of a text
            found = english in text if " " in english else f": {english}" in text or f">{english}<" in text
            assert not (english and found), (name, english)
        assert any("\u4e00" <= character <= "\u9fff" for character in text)


def test_all_that_is_said_in_english_is_said_in_chinese() -> None:
    assert [name for name, words in asdict(LANGUAGES["zh"]).items() if words.isascii()] == []
    places = re.compile(r"\{(\w+)")
    for name, words in asdict(ENGLISH).items():
        assert set(places.findall(words)) == set(places.findall(getattr(LANGUAGES["zh"], name))), name
