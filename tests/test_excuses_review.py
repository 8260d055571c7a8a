"""What must not keep a finding from counting: findings that look alike, names that look alike, what a baseline cannot know."""

import json
from pathlib import Path
from typing import Any

import pytest
from excused import Place, codes, told, waivers
from program import FAULTY, order, program

CHILDREN = """\
rule_set: small
version: "1"
document: order
parameters: {most: 100, timezone: Asia/Shanghai}
checks:
  - id: payment.small
    title: {en: A payment is small}
    clause: "3"
    each: payment
    require: payment.amount <= parameters.most
    message: {en: "The payment is {payment.amount}."}
  - id: parties.once
    title: {en: Two parties have one order}
    clause: "4"
    each: order
    by: [order.seller.id, order.buyer.email]
    when: order.seller.id is present
    require: count(distinct m.order.id for m in group) <= 1
    message: {en: "Several orders."}
  - id: consignment.once
    title: {en: A consignment serves one order}
    clause: "5"
    each: consignment
    by: consignment.id
    require: count(distinct m.order.id for m in group) <= 1
    message: {en: "Several orders."}
"""
KEY = "1:0123456789abcdef0123456789abcdef"
REST: dict[str, Any] = {"fingerprint": KEY, "waived": False, "related": [], "evidence": {}, "because": []}


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


def known_again(place: Place, before: dict[str, str], after: dict[str, str]) -> tuple[int, list[bool]]:
    """The exit code of a run over documents whose baseline is of others, and which findings are known."""
    for files, options in ((before, ("--output", "base.json")), (after, ("--baseline", "base.json"))):
        for name, text in files.items():
            place.write(name, text)
        code, report, _ = place.check(*files, *options)
    return code, [each[4] for each in told(report)]


# Fingerprints


def test_an_id_of_digits_is_not_an_index(place: Place) -> None:
    place.write("rules.yaml", CHILDREN)

    def paid(nameless: str, own: str, id_: str = "1") -> dict[str, str]:
        rest = f'{{"id": "x", "amount": "1"}}, {{"amount": "{nameless}"}}, {{"id": "{id_}", "amount": "{own}"}}'
        return {"a.json": order("A", f'"payments": [{rest}]')}

    assert known_again(place, paid("900", "1"), paid("1", "900")) == (1, [False])
    assert known_again(place, paid("1", "900"), paid("900", "900")) == (1, [False, True])
    assert known_again(place, paid("1", "900"), paid("1", "900", "\\\\.1")) == (1, [False])
    # An id is the same wherever it stands.
    moved = {"a.json": order("A", '"payments": [{"amount": "1"}, {"id": "1", "amount": "900"}]')}
    assert known_again(place, paid("1", "900"), moved) == (0, [True])


def test_groups_are_known_by_each_value_of_their_key(place: Place) -> None:
    place.write("rules.yaml", CHILDREN)

    def shared(seller: str, buyer: str) -> dict[str, str]:
        parties = f'"seller": {{"id": "{seller}"}}, "buyer": {{"email": "{buyer}"}}'
        return {"a.json": order("A", parties), "b.json": order("B", parties)}

    assert known_again(place, shared("a b", "c"), shared("a b", "c")) == (0, [True, True])
    assert known_again(place, shared("a b", "c"), shared("a", "b c")) == (1, [False, False])


# Baselines


def test_what_allows_no_exception_is_not_known_either(place: Place) -> None:
    place.check("a.json", "huge.json", "--output", "base.json")
    code, report, err = place.check("a.json", "huge.json", "--baseline", "base.json")
    assert (code, told(report)) == (
        1,
        [("price.equal", "A", "violation", False, True), ("price.never-huge", "H", "violation", False, False)],
    )
    assert err == (
        "base.json: warning: 1 finding of this report counts all the same: its check says `waivable: false`"
        " [baseline.not-waivable]\n  help: mend the documents; the rule set allows no exception\n"
    )


def test_a_baseline_of_other_parameters_is_told(place: Place) -> None:
    place.check("a.json", "--output", "base.json", "--parameter", "allowed=0.001")
    code, report, err = place.check("a.json", "--baseline", "base.json")
    assert (code, codes(report)) == (0, ["baseline.parameters"])
    assert err.startswith("base.json: warning: this report is of other values of parameters: `allowed` [")
    other = ("--parameter", 'methods=["tt"]')
    place.check("a.json", "--output", "base.json", *other)
    assert place.check("a.json", "--baseline", "base.json", *other)[2] == ""


# Paths of waivers


def test_the_path_of_a_waiver_begins_at_its_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("w.yaml", waivers("rule: price.equal, path: a.json, expires: 2026-12-31"))
    for name in ("sub", "link"):
        (place.folder / name).mkdir() if name == "sub" else (place.folder / name).symlink_to("sub/deep")
    (place.folder / "sub/deep").mkdir()
    place.write("sub/a.json", order("A2", FAULTY))
    rules = place.read("rules.yaml")
    place.write("sub/rules.yaml", rules)
    # `..` behind a link leads elsewhere.
    assert place.check("link/../a.json", "--waivers", "w.yaml")[0] == 1
    assert place.check("sub/../a.json", "--waivers", "w.yaml")[0] == 0
    monkeypatch.chdir(place.folder / "sub")
    assert place.check("a.json", "--waivers", "../w.yaml")[0] == 1
    assert place.check("../a.json", "--waivers", "../w.yaml")[0] == 0
    place.write("sub/w.yaml", waivers("rule: price.equal, path: ../a.json, expires: 2026-12-31"))
    assert place.check("../a.json", "--waivers", "w.yaml")[0] == 0


def test_what_comes_on_standard_input_has_no_path(place: Place) -> None:
    place.write("w.yaml", waivers("rule: price.equal, path: '-', expires: 2026-12-31"))
    run = ("check", "-", "--input-format", "json", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z")
    ended = program(*run, "--waivers", "w.yaml", folder=place.folder, stdin=order("A", FAULTY).encode())
    assert ended.code == 1
    of = {"path": "-", "index": 0, "id": None}
    found = {"rule": "price.equal", "verdict": "violation", "severity": "error", "document": of}
    report: dict[str, Any] = {"format": "orderproof.report/1", "complete": True, "rule_sets": []}
    place.write("report.json", json.dumps({**report, "findings": [{**found, **REST}]}))
    waive = ("waive", "report.json", KEY, "--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    code, out, err = place.run(*waive)
    assert (code, out, "[waive.standard-input]" in err) == (2, "", True)
    assert not (place.folder / "waivers.yaml").exists()


def test_a_waiver_is_written_for_its_file(place: Place) -> None:
    (place.folder / "kept").mkdir()
    of = {"path": "./in/../a.json", "index": 0, "id": None}
    (place.folder / "in").mkdir()
    found = {"rule": "price.equal", "verdict": "violation", "severity": "error", "document": of}
    report: dict[str, Any] = {"format": "orderproof.report/1", "complete": True, "rule_sets": []}
    place.write("report.json", json.dumps({**report, "findings": [{**found, **REST}]}))
    waive = ("waive", "report.json", KEY, "--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    assert place.run(*waive, "--waivers", "kept/w.yaml")[0] == 0
    assert '    path: "../a.json"\n' in place.read("kept/w.yaml")


# Checks that are left out


@pytest.mark.parametrize("format_", ["text", "markdown", "github", "sarif", "junit"])
def test_a_report_says_which_checks_were_left_out(place: Place, format_: str) -> None:
    run = ("check", "shared1.json", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--format", format_)
    code, out, _ = place.run(*run, "--skip", "price.*")
    assert code == 0
    said = "Checks that --only or --skip left out: 3 (price.equal, price.positive, price.never-huge)"
    assert said in out
    assert said not in place.run(*run)[1]
    place.write("orderproof.toml", 'only = ["price.*"]\n')
    out = place.run(*run, "--config", "orderproof.toml", "--allow-empty")[1]
    assert "left out: 3 (payment.method, shipment.by-agreed-time, export.once)" in out


def test_reports_for_machines_say_it_too(place: Place) -> None:
    left_out = ["price.equal", "price.positive", "price.never-huge"]
    assert place.check("shared1.json", "--skip", "price.*")[1]["left_out"] == left_out
    assert place.check("shared1.json")[1]["left_out"] == []
    assert place.records("shared1.json", "--skip", "price.*")[0]["left_out"] == left_out
