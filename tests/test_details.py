"""The status of every check for every subject: the same whoever judges, with a reason; and what never applied."""

import json
from pathlib import Path
from typing import Any

import pytest
from excused import ALL, Place
from program import FAULTY, order, program
from reports import validated

AS_OF = ("--as-of", "2026-04-01T00:00:00Z")
SHIPPED = '"shipment": {"shipped_at": "2026-03-01T17:00:00Z", "agreed_by": "2026-03-01"}'


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


def status(outcomes: list[dict[str, Any]], id_: str | None) -> list[tuple[str, str, str, str]]:
    """What is said of a document: rule, key, verdict, reason."""
    return [
        (each["rule"], each["subject"]["key"], each["verdict"], each["reason"])
        for each in outcomes
        if each["document"]["id"] == id_
    ]


def test_every_check_has_a_status_for_every_subject(place: Place) -> None:
    place.write("x.json", order("X", f'{SHIPPED}, "payments": [{{"method": "tt"}}, {{"method": "cash"}}, {{}}]'))
    _, report, _ = place.check("a.json", "b.json", "x.json", "cut.json", "shared1.json", "shared2.json", "--details")
    outcomes = report["outcomes"]
    assert status(outcomes, "A") == [
        ("price.equal", "A", "violation", "The total is 5.00, collected is 5.01."),
        ("price.positive", "A", "pass", ""),
        ("payment.method", "", "not_applicable", "does not apply: there is no payment in this document"),
        ("shipment.by-agreed-time", "A", "not_applicable", "does not apply: shipping does not hold"),
        ("price.never-huge", "A", "pass", ""),
        ("export.once", "", "not_applicable", "does not apply: there is no consignment in this document"),
    ]
    assert status(outcomes, "B")[0] == (
        *("price.equal", "B", "undetermined"),
        "cannot tell: amounts.collection is missing",
    )
    assert status(outcomes, "X") == [
        ("price.equal", "X", "not_applicable", "does not apply: amounts.total is absent"),
        ("price.positive", "X", "not_applicable", "does not apply: amounts.total is absent"),
        ("payment.method", "0", "pass", ""),
        ("payment.method", "1", "violation", "The method is cash."),
        ("payment.method", "2", "undetermined", "cannot tell: payments[2].method is missing"),
        ("shipment.by-agreed-time", "X", "violation", "Shipped at 2026-03-02T01:00:00+08:00, agreed was 2026-03-01."),
        ("price.never-huge", "X", "not_applicable", "does not apply: amounts.total is absent"),
        ("export.once", "", "not_applicable", "does not apply: there is no consignment in this document"),
    ]
    assert {each[2:] for each in status(outcomes, None)} == {("error", "not judged: the document could not be read")}
    assert len(status(outcomes, None)) == 6
    assert status(outcomes, "S1")[-1] == ("export.once", "X", "violation", "Several orders name the consignment X.")
    missing = [each["missing"] for each in outcomes if each["verdict"] == "undetermined"]
    assert missing == [["amounts.collection"], ["payments[2].method"]]
    # What is counted is what is told.
    for verdict in ("pass", "violation", "undetermined", "not_applicable", "not_judged"):
        assert report["summary"][verdict] == sum(each["verdict"] == verdict for each in outcomes)


def test_without_details_the_report_is_the_same_but_for_them(place: Place) -> None:
    _, full, _ = place.check(*ALL, "cut.json", "--details")
    _, brief, _ = place.check(*ALL, "cut.json")
    outcomes = full.pop("outcomes")
    assert brief == full
    told = place.records(*ALL, "cut.json", "--details")
    assert [
        {name: each[name] for name in each if name != "record"} for each in told if each["record"] == "outcome"
    ] == (outcomes)
    assert [each for each in told if each["record"] != "outcome"] == place.records(*ALL, "cut.json")


def test_details_are_the_same_whoever_judges_and_in_any_number_of_processes(place: Place) -> None:
    rest = ('"amounts": {"total": "5.00", "collection": "5.00"}', FAULTY, '"consignments": [{"id": "X"}]', SHIPPED)
    files = [f"{name}.ndjson" for name in "abc"]
    for name in files:
        place.write(name, "".join(order(f"{name}{n}", rest[n % 4]) for n in range(60)))

    def said(*options: str) -> tuple[list[dict[str, Any]], list[str]]:
        names = ("check", *files, "--rules", "rules.yaml", *AS_OF, "--format", "ndjson", "--quiet")
        found = [json.loads(line) for line in program(*names, *options, folder=place.folder).out.splitlines()]
        return [each for each in found if each["record"] == "outcome"], found[-1]["never_applicable"]

    compiled, never = said("--engine", "compiled", "--jobs", "1", "--details")
    assert len(compiled) == 180 * 6
    assert None not in {each["document"]["id"] for each in compiled}
    assert (compiled, never) == said("--engine", "compiled", "--jobs", "2", "--details")
    assert (compiled, never) == said("--engine", "reference", "--jobs", "2", "--details")
    assert ([], never) == said("--engine", "compiled", "--jobs", "2")
    assert ([], never) == said("--engine", "auto", "--jobs", "1")
    assert never == ["payment.method"]


def test_details_in_chinese(place: Place) -> None:
    _, report, _ = place.check("a.json", "b.json", "cut.json", "--details", "--lang", "zh")
    assert [each[3] for each in status(report["outcomes"], "A")] == [
        "总额 5.00，收款 5.01。",
        "",
        "不适用：该单据中没有 payment",
        "不适用：shipping 不成立",
        "",
        "不适用：该单据中没有 consignment",
    ]
    assert status(report["outcomes"], None)[0][3] == "未判定：无法读取该单据"


def test_a_group_that_is_not_judged_says_so(place: Place) -> None:
    rules = place.read("rules.yaml").replace(
        "    by: consignment.id\n", "    by: consignment.id\n    having: count(group) > 2\n"
    )
    place.write("rules.yaml", rules)
    _, report, _ = place.check("shared1.json", "shared2.json", "--details")
    assert status(report["outcomes"], "S1")[-1] == (
        *("export.once", "X", "not_applicable"),
        "does not apply: the group is none that the rule judges",
    )
    assert "export.once" in report["never_applicable"]


def test_what_a_source_does_not_carry_says_so(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    file = "fixtures/mappings/api-contradictions/orders.ndjson"
    _, out, _ = place.run(
        "check", file, *AS_OF, "--engine", "reference", "--format", "json", "--details", "--jobs", "1"
    )
    report = validated(out)
    unjudged = [each for each in report["outcomes"] if each["verdict"] == "not_judged"]
    assert len(unjudged) == report["summary"]["not_judged"] > 0
    for each in unjudged:
        assert each["missing"]
        assert each["reason"].startswith("not judged: this kind of source does not carry ")
    # What could not be judged may well apply.
    assert not {each["rule"] for each in unjudged} & set(report["never_applicable"])


# What never applied


@pytest.mark.parametrize(
    ("names", "never"),
    [
        (("a.json",), ["payment.method", "shipment.by-agreed-time", "export.once"]),
        (
            ("shared1.json",),
            ["price.equal", "price.positive", "payment.method", "shipment.by-agreed-time", "price.never-huge"],
        ),
        (ALL, ["payment.method", "shipment.by-agreed-time"]),
        (("cut.json",), []),
        (("x.json",), ["payment.method", "export.once"]),
    ],
)
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_what_applied_to_nothing(place: Place, names: tuple[str, ...], never: list[str], engine: str) -> None:
    # That a check may apply is enough: what is unknown is undetermined.
    unknown = (
        f'"amounts": {{"total": "5.00", "collection": "5.00"}}, {SHIPPED.replace("2026-03-01T17", "2026-02-28T17")}'
    )
    place.write("x.json", order("X", unknown))
    code, out, _ = place.run(
        "check", *names, "--rules", "rules.yaml", *AS_OF, "--format", "json", "--engine", engine, "--jobs", "1"
    )
    assert json.loads(out)["never_applicable"] == never
    assert code == (3 if names == ("cut.json",) else code)


def test_a_member_of_unknown_key_applies(place: Place) -> None:
    place.write("x.json", order("X", '"consignments": [{}]'))
    _, report, _ = place.check("x.json", "--only", "export.once")
    assert (report["summary"]["undetermined"], report["never_applicable"]) == (1, [])


def test_the_summary_says_what_applied_to_nothing(place: Place) -> None:
    options = ("--rules", "rules.yaml", *AS_OF, "--engine", "reference")
    line = "Checks that applied to nothing: 3 (payment.method, shipment.by-agreed-time, export.once)"
    assert line in place.run("check", "a.json", *options)[1].split("\n")
    line = "从未适用的检查：3 项（payment.method，shipment.by-agreed-time，export.once）"
    assert line in place.run("check", "a.json", *options, "--lang", "zh")[1].split("\n")
    place.write("x.json", order("X", '"remark": "nothing applies"'))
    said = place.run("check", "x.json", *options)[1]
    assert "no check applies to these documents" in said
    assert "applied to nothing" not in said
