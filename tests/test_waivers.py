"""Waivers: what they accept and what not, when they end, what is said of them, and how they are written."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from excused import ALL, PAYMENTS, Place, codes, counts, told, waivers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from program import FAULTY, UNKNOWN, order, program

from orderproof.data import schemas_folder
from orderproof.diagnostic import OrderproofError, display
from orderproof.waivers_append import quoted


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


A = "rule: price.equal, document: A, expires: 2026-12-31"


# What a waiver accepts


def test_a_waived_finding_is_shown_and_does_not_fail_the_run(place: Place) -> None:
    place.write("w.yaml", waivers(f"{A}, granted: 2026-01-01"))
    code, report, err = place.check("a.json", "good.json", "--waivers", "w.yaml")
    assert (code, err) == (0, "")
    assert told(report) == [("price.equal", "A", "violation", True, False)]
    assert report["findings"][0]["waiver"] == {
        "reason": "agreed",
        "owner": "Li Wei",
        "granted": "2026-01-01",
        "expires": "2026-12-31",
        "place": "w.yaml:2:6",
    }
    # What the document is does not change: only what comes of it.
    assert [each["verdict"] for each in report["documents"]] == ["violation", "pass"]
    assert report["summary"]["violation"] == 1
    assert counts(report) == (1, 0, 0, 0)
    assert report["waivers"]["path"] == "w.yaml"
    code, report, _ = place.check("a.json", "good.json", "--waivers", "w.yaml", "--no-waivers")
    assert (code, told(report), report["waivers"]) == (1, [("price.equal", "A", "violation", False, False)], None)
    assert place.check("a.json", "good.json")[0] == 1


@pytest.mark.parametrize(
    ("entry", "waived"),
    [
        ("rule: price.equal, document: A", ["A"]),
        ("rule: price.equal, document: a", []),
        ("rule: price.positive, document: A", []),
        ("rule: price.equal, path: a.json", ["A"]),
        ("rule: price.equal, path: ./a.json", ["A"]),
        ("rule: price.equal, path: A", []),
        ("rule: price.equal, path: many.ndjson", ["M0"]),
        ("rule: price.equal, path: many.ndjson, index: 1", ["M1"]),
        ("rule: price.equal, path: many.ndjson, index: 2", []),
        ("rule: price.equal, path: a.json, document: A", ["A"]),
        ("rule: price.equal, path: a.json, document: B", []),
        ("rule: price.equal, fingerprint: '1:631e0f1b498754fb193f4398e7645aa0'", ["A"]),
        ("rule: price.equal, fingerprint: '1:631e0f1b498754fb193f4398e7645aa1'", []),
        ("rule: price.positive, fingerprint: '1:631e0f1b498754fb193f4398e7645aa0'", []),
        ("rule: price.equal, document: A, fingerprint: '1:631e0f1b498754fb193f4398e7645aa0'", ["A"]),
        ("rule: price.equal, document: M0, fingerprint: '1:631e0f1b498754fb193f4398e7645aa0'", []),
        ("rule: price.equal, document: B", []),
        ("rule: price.equal, document: B, verdict: undetermined", ["B"]),
        ("rule: price.equal, document: A, verdict: undetermined", []),
        ("rule: price.positive, document: C", ["C"]),
        ("rule: export.once, document: S1", ["S1"]),
    ],
)
def test_what_is_waived(place: Place, entry: str, waived: list[str]) -> None:
    place.write("w.yaml", waivers(f"{entry}, expires: 2026-12-31"))
    _, report, _ = place.check(*ALL, "--waivers", "w.yaml")
    assert [each["document"]["id"] for each in report["findings"] if each["waived"]] == waived
    assert counts(report) == (len(waived), 0, 0, 0)
    assert len(report["findings"]) == 8


def test_a_path_from_the_root_is_the_same_file(place: Place) -> None:
    place.write(
        "w.yaml", waivers(f"rule: price.equal, path: {json.dumps(str(place.folder / 'a.json'))}, expires: 2026-12-31")
    )
    assert place.check("a.json", "--waivers", "w.yaml")[0] == 0


def test_a_document_cannot_take_the_name_of_a_path(place: Place) -> None:
    place.write("x.json", order("a.json", FAULTY))
    place.write("w.yaml", waivers("rule: price.equal, path: a.json, expires: 2026-12-31"))
    assert told(place.check("x.json", "--waivers", "w.yaml")[1]) == [
        ("price.equal", "a.json", "violation", False, False)
    ]


def test_each_document_of_a_group_is_waived_by_itself(place: Place) -> None:
    both = (
        "rule: export.once, document: S1, expires: 2026-12-31",
        "rule: export.once, document: S2, expires: 2026-12-31",
    )
    place.write("one.yaml", waivers(both[0]))
    place.write("two.yaml", waivers(*both))
    shared = ("shared1.json", "shared2.json")
    code, report, _ = place.check(*shared, "--waivers", "one.yaml")
    assert (code, [each[3] for each in told(report)]) == (1, [True, False])
    code, report, _ = place.check(*shared, "--waivers", "two.yaml")
    assert (code, [each[3] for each in told(report)]) == (0, [True, True])


def test_nothing_that_was_not_judged_is_waived(place: Place) -> None:
    place.write("w.yaml", waivers("rule: price.equal, path: cut.json, expires: 2026-12-31"))
    code, report, _ = place.check("cut.json", "good.json", "--waivers", "w.yaml")
    assert (code, counts(report)) == (3, (0, 0, 0, 0))
    assert codes(report) == ["document.json", "waivers.elsewhere"]


def test_a_waived_warning_does_not_fail_on_warnings(place: Place) -> None:
    place.write("w.yaml", waivers("rule: price.positive, document: C, expires: 2026-12-31"))
    assert place.check("c.json", "--fail-on", "warning")[0] == 1
    assert place.check("c.json", "--fail-on", "warning", "--waivers", "w.yaml")[0] == 0


def test_any_number_of_jobs_gives_the_same_bytes(place: Place) -> None:
    files = [f"{name}.ndjson" for name in "xyz"]
    for name in files:
        place.write(name, "".join(order(f"{name}{n}", FAULTY) for n in range(90)))
    entries = [f"rule: price.equal, document: {name}{n}, expires: 2026-12-31" for name in files for n in (0, 50, 89)]
    place.write("w.yaml", waivers(*entries, "rule: export.once, document: S1, expires: 2026-12-31"))
    names = (*files, "shared1.json", "shared2.json", "--waivers", "w.yaml", "--rules", "rules.yaml")
    options = ("--as-of", "2026-04-01T00:00:00Z", "--engine", "compiled", "--quiet")
    for format_ in ("json", "ndjson"):
        ended = [
            program("check", *names, *options, "--format", format_, "--jobs", jobs, folder=place.folder)
            for jobs in ("1", "2")
        ]
        assert ended[0] == ended[1]
        assert ended[0].out.count('"reason":"agreed"' if format_ == "ndjson" else '"reason": "agreed"') == 10


# Until when


@pytest.mark.parametrize(
    ("as_of", "code", "said"),
    [
        ("2026-03-31T15:59:59Z", 1, ["waivers.not-yet"]),
        ("2026-03-31T16:00:00Z", 0, []),
        ("2026-08-01T15:59:59Z", 0, []),
        ("2026-08-01T16:00:00Z", 0, ["waivers.expires-soon"]),
        ("2026-09-01T15:59:59Z", 0, ["waivers.expires-soon"]),
        ("2026-09-01T16:00:00Z", 1, ["waivers.expired"]),
    ],
)
def test_it_holds_from_its_first_to_its_last_day_where_the_rules_are(
    place: Place, as_of: str, code: int, said: list[str]
) -> None:
    # The rule set's days begin at 16:00 in UTC.
    place.write("w.yaml", waivers("rule: price.equal, document: A, granted: 2026-04-01, expires: 2026-09-01"))
    ended, report, _ = place.check("a.json", "--waivers", "w.yaml", as_of=as_of)
    assert (ended, codes(report)) == (code, said)


def test_what_is_said_of_its_end(place: Place) -> None:
    place.write("w.yaml", waivers("rule: price.equal, document: A, expires: 2026-04-01"))

    def said(as_of: str, *names: str) -> str:
        return place.check(*names, "--waivers", "w.yaml", as_of=as_of)[2].split("\n")[0]

    here = "w.yaml:2:6: warning: this waiver"
    assert (
        said("2026-03-30T00:00:00Z", "a.json")
        == f"{here} expires soon: 2 days are left (2026-04-01) [waivers.expires-soon]"
    )
    assert (
        said("2026-03-31T00:00:00Z", "a.json")
        == f"{here} expires soon: 1 day is left (2026-04-01) [waivers.expires-soon]"
    )
    assert (
        said("2026-04-01T00:00:00Z", "a.json")
        == f"{here} expires soon: today is its last day (2026-04-01) [waivers.expires-soon]"
    )
    assert said("2026-04-02T00:00:00Z", "a.json") == f"{here} expired: its last day was 2026-04-01 [waivers.expired]"
    place.write("w.yaml", waivers("rule: price.equal, document: A, granted: 2026-05-01, expires: 2026-09-01"))
    assert said("2026-04-01T00:00:00Z", "a.json") == f"{here} holds from 2026-05-01 on only [waivers.not-yet]"


def test_of_two_about_the_same_the_one_that_holds_longer_matters(place: Place) -> None:
    old, new = (
        "rule: price.equal, document: A, expires: 2026-03-01",
        "rule: price.equal, document: A, expires: 2026-12-31",
    )
    for entries in ((old, new), (new, old)):
        place.write("w.yaml", waivers(*entries))
        code, report, err = place.check("a.json", "--waivers", "w.yaml")
        assert (code, err, report["findings"][0]["waiver"]["expires"]) == (0, "", "2026-12-31")


# What is said of the others


def test_unused_waivers_are_told(place: Place) -> None:
    place.write(
        "w.yaml",
        waivers(
            "rule: price.equal, document: G, expires: 2026-12-31",
            "rule: price.equal, document: A, verdict: undetermined, expires: 2026-12-31",
            "rule: price.equal, fingerprint: '1:0123456789abcdef0123456789abcdef', expires: 2026-12-31",
            "rule: price.equal, document: Z, expires: 2026-12-31",
            "rule: price.equal, path: gone.json, expires: 2026-12-31",
            "rule: export.once, document: A, expires: 2026-12-31",
            A,
        ),
    )
    _, report, err = place.check("a.json", "good.json", "--waivers", "w.yaml")
    said = [(each["code"], each["line"]) for each in report["diagnostics"]]
    assert said == [
        ("waivers.unused", 2),
        ("waivers.unused", 3),
        ("waivers.unused", 4),
        ("waivers.unused", 7),
        ("waivers.elsewhere", 5),
    ]
    assert {each["severity"] for each in report["diagnostics"]} == {"warning"}
    assert (
        "w.yaml:2:6: warning: this waiver accepts nothing: there is no violation of `price.equal` as it describes it"
        in err
    )
    assert "there is no undetermined verdict of `price.equal`" in err
    assert "this and 1 more waivers are about documents that this run did not judge" in err
    # Of checks that were not run nothing is known.
    _, report, _ = place.check("a.json", "good.json", "--waivers", "w.yaml", "--skip", "price.equal")
    assert [(each["code"], each["line"]) for each in report["diagnostics"]] == [("waivers.unused", 7)]


def test_the_file_is_no_document_where_it_lies_among_them(place: Place) -> None:
    (place.folder / "in").mkdir()
    place.write("in/a.json", order("A", FAULTY))
    place.write("in/waivers.yaml", waivers(A))
    code, report, _ = place.check("in", "--waivers", "in/waivers.yaml")
    assert (code, [each["path"] for each in report["documents"]]) == (0, ["in/a.json"])


# Bounds


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        ('{path: amounts.collection, at_most: "5.01"}', True),
        ('{path: amounts.collection, at_most: "5.009"}', False),
        ("{path: amounts.collection, at_most: 6}", True),
        ("{path: amounts.collection, at_most: 5.01}", True),
        ('{path: amounts.collection, minus: amounts.total, at_most: "0.01"}', True),
        ('{path: amounts.total, minus: amounts.collection, at_most: "0.01"}', True),
        ('{path: amounts.total, minus: amounts.collection, at_most: "0.0099"}', False),
        ("{path: amounts.advance, at_most: 1000000}", False),
        ("{path: amounts.total, minus: amounts.advance, at_most: 1000000}", False),
        ("{path: currency, at_most: 1000000}", False),
    ],
)
def test_a_bound(place: Place, bound: str, holds: bool) -> None:
    place.write("w.yaml", waivers(f"{A}, bound: {bound}"))
    code, report, _ = place.check("a.json", "--waivers", "w.yaml")
    assert (code, codes(report)) == ((0, []) if holds else (1, ["waivers.bound"]))


def test_a_bound_is_of_the_size_of_a_value(place: Place) -> None:
    place.write("x.json", order("A", '"amounts": {"total": "-9.00", "collection": "5.01"}'))
    for at_most, code in (("8.99", 1), ("9", 0)):
        place.write("w.yaml", waivers(f"{A}, bound: {{path: amounts.total, at_most: '{at_most}'}}"))
        assert place.check("x.json", "--waivers", "w.yaml")[0] == code


def test_a_bound_holds_for_each_position_of_a_list(place: Place) -> None:
    place.write("rules.yaml", place.read("rules.yaml") + PAYMENTS)

    def code(payments: str, bound: str) -> int:
        amounts = '"amounts": {"total": "5.00", "collection": "5.00"}'
        place.write("x.json", order("P", f'{amounts}, "payments": [{payments}]'))
        place.write("w.yaml", waivers(f"rule: payment.sum, document: P, expires: 2026-12-31, bound: {bound}"))
        return place.check("x.json", "--only", "payment.sum", "--waivers", "w.yaml")[0]

    two = '{"received": "1.00"}, {"received": "3.00"}'
    assert code(two, "{path: 'payments[].received', at_most: 3}") == 0
    assert code(two, "{path: 'payments[].received', at_most: 2.99}") == 1
    assert code(two, "{path: 'payments[0].received', at_most: 1}") == 0
    assert code(two, "{path: 'payments[].received', minus: amounts.total, at_most: 100}") == 1
    # Evidence names so many values at most: what it leaves out may be beyond the bound.
    assert code(", ".join(['{"received": "1.00"}'] * 60), "{path: 'payments[].received', at_most: 3}") == 1


def test_what_a_bound_says(place: Place) -> None:
    place.write("w.yaml", waivers(f"{A}, bound: {{path: amounts.collection, minus: amounts.total, at_most: 0}}"))
    assert place.check("a.json", "--waivers", "w.yaml")[2].split("\n")[0] == (
        "w.yaml:2:6: warning: the finding is beyond what the waiver accepts: the difference of `amounts.collection` and"
        " `amounts.total` is 0.01, at most 0 is accepted [waivers.bound]"
    )


# Files that cannot be used


BAD = {
    "not-a-day": (
        f"{A.replace('2026-12-31', '2026-02-30')}",
        "`2026-02-30` is not a day of the calendar [waivers.day]",
    ),
    "another-day": (
        f"{A.replace('2026-12-31', '31.12.2026')}",
        "`31.12.2026` cannot be a day [waivers.name]",
    ),
    "no-expires": (
        "rule: price.equal, document: A",
        "a waiver needs `expires` [waivers.missing-key]",
    ),
    "no-target": (
        "rule: price.equal, expires: 2026-12-31",
        "this waiver does not say of which document [waivers.target]",
    ),
    "index-alone": (f"{A}, index: 1", "`index` counts the documents of a `path` [waivers.target]"),
    "unknown-key": (f"{A}, until: 2026-12-31", "`until` is no key here [waivers.unknown-key]"),
    "unknown-check": (
        A.replace("price.equal", "price.equals"),
        "no check is called `price.equals` [waivers.unknown-check]",
    ),
    "not-waivable": (
        A.replace("price.equal", "price.never-huge"),
        "`price.never-huge` cannot be waived: its rule set says `waivable: false` [waivers.not-waivable]",
    ),
    "any-verdict": (f"{A}, verdict: any", "`any` is no value of `verdict` [waivers.choice]"),
    "a-pass": (f"{A}, verdict: pass", "`pass` is no value of `verdict` [waivers.choice]"),
    "backwards": (
        f"{A}, granted: 2027-01-01",
        "`expires` (2026-12-31) lies before `granted` (2027-01-01), so it would never hold [waivers.day]",
    ),
    "bound-negative": (f"{A}, bound: {{path: a, at_most: -1}}", "`-1` cannot be a bound [waivers.name]"),
    "bound-text": (
        f"{A}, bound: {{path: a, at_most: much}}",
        "`much` cannot be a bound [waivers.name]",
    ),
    "bound-empty": (f"{A}, bound: {{}}", "`bound` needs `path` [waivers.missing-key]"),
    "fingerprint": (f"{A}, fingerprint: abc", "`abc` cannot be a fingerprint [waivers.name]"),
    "number": (
        "rule: price.equal, document: 7, expires: 2026-12-31",
        "`document` is a number, expected text [waivers.type]",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_waiver_ends_the_run_before_it_begins(place: Place, name: str) -> None:
    entry, said = BAD[name]
    place.write("w.yaml", waivers(entry))
    code, report, err = place.check("a.json", "--waivers", "w.yaml")
    assert (code, report) == (2, {})
    assert re.sub(r"^w\.yaml:2:[0-9]+: error: ", "", err.split("\n")[0]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "w.yaml:1:1: error: the file is empty [document.yaml]"),
        ("[]\n", "w.yaml:1:1: error: the file is a list, expected a mapping [waivers.type]"),
        ("waivers: 1\n", "w.yaml:1:10: error: `waivers` is a number, expected a list"),
        ("waivers: [1]\n", "w.yaml:1:11: error: "),
        ("waiver: []\n", "w.yaml:1:1: error: this is not a file of waivers [waivers.form]"),
        ("waivers:\nwaivers:\n", "w.yaml:2:1: error: "),
        ("waivers: [\n", "w.yaml:"),
        ("waivers:\n  - &a {rule: x}\n  - *a\n", "w.yaml:"),
        (
            f"waivers:\n  - {{{A}, owner: me, reason: ' '}}\n",
            "w.yaml:2:78: error: this reason says nothing [waivers.blank]",
        ),
        (
            waivers(A, A),
            "w.yaml:3:6: error: this waiver stands here twice, for the same findings and the same days [waivers.duplicate]",
        ),
    ],
)
def test_a_file_of_another_form(place: Place, text: str, said: str) -> None:
    place.write("w.yaml", text)
    code, report, err = place.check("a.json", "--waivers", "w.yaml")
    assert (code, report) == (2, {})
    assert err.startswith(said), err


def test_files_that_cannot_be_read(place: Place) -> None:
    assert place.check("a.json", "--waivers", "none.yaml")[::2] == (
        2,
        "none.yaml: error: no such file or directory [waivers.unreadable]\n",
    )
    (place.folder / "w.yaml").write_bytes(b"waivers:\n# \xff\n")
    assert place.check("a.json", "--waivers", "w.yaml")[2].startswith(
        "w.yaml: error: the file is not UTF-8 (in line 2)"
    )


def test_an_empty_list_accepts_nothing(place: Place) -> None:
    for text in ("waivers:\n", "waivers: []\n", "# none yet\nwaivers:\n"):
        place.write("w.yaml", text)
        assert place.check("a.json", "--waivers", "w.yaml")[::2] == (1, "")


def test_no_report_is_written_over_it(place: Place) -> None:
    place.write("w.json", '{"waivers": []}')
    code, _, err = place.check("a.json", "--waivers", "w.json", "--output", "json:./w.json")
    assert (code, place.read("w.json")) == (2, '{"waivers": []}')
    assert "[output.is-input]" in err


# Writing them


def waive(place: Place, *arguments: str, said: str = "agreed with the buyer") -> tuple[int, str, str]:
    named = ("--reason", said, "--owner", "Li Wei", "--granted", "2026-04-01", "--expires", "2026-12-31")
    return place.run("waive", "report.json", *arguments, *named)


def reported(place: Place, *names: str) -> dict[str, str]:
    """A report of documents is there; the fingerprints of its findings by document and rule."""
    place.check(*names, "--output", "report.json")
    found = json.loads(place.read("report.json"))["findings"]
    return {f"{each['document']['id']} {each['rule']}": each["fingerprint"] for each in found}


def test_a_finding_is_waived_by_its_fingerprint(place: Place) -> None:
    known = reported(place, "a.json", "b.json", "good.json")
    code, out, err = waive(place, known["A price.equal"], known["B price.equal"], "--waivers", "w.yaml")
    assert (code, err) == (0, "")
    assert out == (
        "w.yaml:3:5: price.equal, A: waived until 2026-12-31\n"
        "w.yaml:13:5: price.equal, B, undetermined: waived until 2026-12-31\n"
    )
    assert place.read("w.yaml") == (
        "# Findings that are accepted, each for a reason and until a day.\n"
        "waivers:\n"
        '  - rule: "price.equal"\n'
        '    document: "A"\n'
        f'    fingerprint: "{known["A price.equal"]}"\n'
        '    reason: "agreed with the buyer"\n'
        '    owner: "Li Wei"\n'
        "    granted: 2026-04-01\n"
        "    expires: 2026-12-31\n"
        "    values:\n"
        '      "amounts.collection": "5.01"\n'
        '      "amounts.total": "5.00"\n'
        '  - rule: "price.equal"\n'
        '    document: "B"\n'
        f'    fingerprint: "{known["B price.equal"]}"\n'
        '    reason: "agreed with the buyer"\n'
        '    owner: "Li Wei"\n'
        "    verdict: undetermined\n"
        "    granted: 2026-04-01\n"
        "    expires: 2026-12-31\n"
        "    values:\n"
        '      "amounts.collection": null\n'
        '      "amounts.total": "5.00"\n'
    )
    code, report, err = place.check("a.json", "b.json", "good.json", "--waivers", "w.yaml")
    assert (code, err, counts(report)) == (0, "", (2, 0, 0, 0))


@pytest.mark.parametrize(
    "before",
    [
        "waivers:\n",
        "waivers:   # none yet\n",
        "# ours\n\nwaivers:\n",
        f"waivers:\n- {{{A}, reason: r, owner: o}}\n# the end\n",
        "waivers:\n    -   rule: price.equal   # why\n        document: A\n        reason: r\n        owner: o\n        expires: 2026-12-31",
        "\ufeffwaivers:\r\n  - rule: price.equal\r\n    document: 'A'\r\n    reason: r\r\n    owner: o\r\n    expires: 2026-12-30\r\n",
        f"waivers:\n  - {{{A}, reason: r, owner: o}}\n\n\n",
    ],
)
def test_what_stands_in_the_file_stays_as_it_is(place: Place, before: str) -> None:
    known = reported(place, "many.ndjson")
    place.write("w.yaml", before)
    code, _, err = waive(place, known["M0 price.equal"], known["M1 price.equal"], "--waivers", "w.yaml")
    assert (code, err) == (0, "")
    after = place.read("w.yaml")
    assert after.startswith(before)
    assert ("\r\n" in after) == ("\r\n" in before)
    _, report, _ = place.check("many.ndjson", "--waivers", "w.yaml")
    assert counts(report) == (2, 0, 0, 0)
    assert all(each["waiver"]["reason"] == "agreed with the buyer" for each in report["findings"])


@pytest.mark.parametrize(
    "before",
    [
        "waivers: []\n",
        f"waivers: [{{{A}, reason: r, owner: o}}]\n",
        '{"waivers": null}\n',
        "waivers: null\n...\n",
        "waivers:\n  - {rule: x}\n",
        "other: 1\n",
        "",
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_as_it_is(place: Place, before: str) -> None:
    known = reported(place, "a.json")
    place.write("w.yaml", before)
    code, out, err = waive(place, known["A price.equal"], "--waivers", "w.yaml")
    assert (code, out, place.read("w.yaml")) == (2, "", before)
    assert "error: " in err


def test_the_same_waiver_is_not_written_twice(place: Place) -> None:
    known = reported(place, "a.json")
    assert waive(place, known["A price.equal"])[0] == 0
    before = place.read("waivers.yaml")
    code, _, err = waive(place, known["A price.equal"])
    assert (code, place.read("waivers.yaml")) == (2, before)
    assert "[waivers.duplicate]" in err


def test_what_was_waived_counts_with_other_values(place: Place) -> None:
    known = reported(place, "a.json", "b.json")
    waive(place, *known.values())
    options = ("a.json", "b.json", "--waivers", "waivers.yaml")
    place.write("a.json", "\n" + order("A", FAULTY))
    assert place.check(*options)[::2] == (0, "")
    place.write("a.json", order("A", FAULTY.replace("5.01", "9999999.00")))
    code, report, err = place.check(*options)
    assert (code, counts(report), codes(report)) == (1, (1, 0, 0, 0), ["waivers.values"])
    assert err.split("\n")[0] == (
        "waivers.yaml:3:5: warning: the finding is not the one that the waiver accepts: `amounts.collection` was `5.01`,"
        " is `9999999.00` [waivers.values]"
    )
    # An undecided one is accepted with what was known of it.
    place.write("b.json", order("B", UNKNOWN.replace("5.00", "50.00")))
    assert codes(place.check(*options)[1]) == ["waivers.values", "waivers.values"]
    # Waived anew, the old entry is no cause for a warning.
    waive(place, *reported(place, "a.json", "b.json").values())
    assert place.check(*options)[::2] == (0, "")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ('{amounts.collection: "5.01", amounts.total: "5.00"}', 0),
        ('{amounts.total: "5.00", amounts.collection: "5.01"}', 0),
        ('{amounts.collection: "5.01"}', 1),
        ('{amounts.collection: "5.01", amounts.total: "5.00", amounts.advance: "1"}', 1),
        ('{amounts.collection: "5.01", amounts.total: null}', 1),
        ("{}", 1),
        ("{amounts.collection: 5.01, amounts.total: 5.00}", 2),
        ("{amounts.collection: ['5.01']}", 2),
        ("[]", 2),
        ("", 2),
    ],
)
def test_values_of_a_waiver(place: Place, values: str, code: int) -> None:
    place.write("w.yaml", waivers(f"{A}, values: {values}"))
    ended, _, err = place.check("a.json", "--waivers", "w.yaml")
    assert (ended, "error: " in err, "[waivers.values]" in err) == (code, code == 2, code == 1)
    if code == 2:
        assert "w.yaml:2:" in err


def test_a_finding_whose_values_a_report_does_not_name_all_is_not_waived_by_them(place: Place) -> None:
    place.write("rules.yaml", place.read("rules.yaml") + PAYMENTS)
    payments = ", ".join(['{"received": "1.00"}'] * 60)
    place.write("x.json", order("P", f'"amounts": {{"total": "5.00", "collection": "5.00"}}, "payments": [{payments}]'))
    code, _, err = waive(place, reported(place, "x.json")["P payment.sum"])
    assert (code, "[waive.values]" in err, (place.folder / "waivers.yaml").exists()) == (2, True, False)
    place.write("w.yaml", waivers("rule: payment.sum, document: P, expires: 2026-12-31"))
    assert place.check("x.json", "--only", "payment.sum", "--waivers", "w.yaml")[0] == 0


def test_a_report_of_other_rules(place: Place) -> None:
    fingerprint = reported(place, "a.json")["A price.equal"]
    rules = place.read("rules.yaml")
    place.write("rules.yaml", rules.replace("rule_set: small", "rule_set: large"))
    code, _, err = waive(place, fingerprint, "--rules", "rules.yaml")
    assert (code, (place.folder / "waivers.yaml").exists()) == (2, False)
    assert err.startswith("report.json: error: this report is of `small`, the rule set is `large` [waive.rule-set]")
    place.write("rules.yaml", rules + "# as it was\n")
    code, _, err = waive(place, fingerprint, "--rules", "rules.yaml")
    assert (code, (place.folder / "waivers.yaml").exists()) == (0, True)
    assert err.startswith("report.json: warning: this report is of another state of the rules (version 1)")


def test_a_document_without_an_id_is_waived_by_its_place(place: Place) -> None:
    report = {
        "format": "orderproof.report/1",
        "complete": True,
        "rule_sets": [{"id": "small", "version": "1", "sha256": "ab" * 32}],
        "findings": [
            {
                "rule": "price.equal",
                "verdict": "violation",
                "severity": "error",
                "document": {"path": "in/x.ndjson", "index": 4, "id": None},
                "related": [],
                "fingerprint": "1:" + "ab" * 16,
                "waived": False,
                "evidence": {},
                "because": [],
            }
        ],
    }
    place.write("report.json", json.dumps(report))
    assert waive(place, "1:" + "ab" * 16)[1] == "waivers.yaml:3:5: price.equal, in/x.ndjson: waived until 2026-12-31\n"
    assert yaml.safe_load(place.read("waivers.yaml"))["waivers"][0]["index"] == 4


def test_what_is_wrong_with_a_call(place: Place) -> None:
    known = reported(place, "a.json", "huge.json")
    fingerprint = known["A price.equal"]
    code, _, err = waive(place, fingerprint[:-1] + ("0" if fingerprint[-1] != "0" else "1"))
    assert code == 2
    assert f"help: did you mean `{fingerprint}`?" in err
    code, _, err = waive(place, known["H price.never-huge"], "--rules", "rules.yaml")
    assert (code, "[waivers.not-waivable]" in err) == (2, True)
    base = ("waive", "report.json", fingerprint, "--owner", "me")
    assert place.run(*base, "--reason", " ", "--expires", "2026-12-31")[0] == 2
    assert place.run(*base, "--reason", "r", "--expires", "2026-2-3")[0] == 2
    assert place.run(*base, "--reason", "r", "--expires", "2026-02-01", "--granted", "2026-03-01")[0] == 2
    assert place.run(*base, "--reason", "r")[0] == 2
    place.write("report.json", "{}")
    assert "this is no report of a run [waive.form]" in waive(place, fingerprint)[2]
    assert not (place.folder / "waivers.yaml").exists()


HOSTILE = ('"', "\\", "\\x41", "'", "# no comment", "- x", "a: b", "{", "\n  - rule: x\n", "\t", "\x1b[31m", "\u202e", "\U000e0001",
           "\u0085", "\u2028", "%YAML", "---", "...", "&a", "*a", "!!python/object", "null", "yes", "1.0", "\ufeff", "三月", "")  # fmt: skip


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.lists(st.sampled_from(HOSTILE)).map("".join), st.text(st.characters(codec="utf-8"))))
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    written = quoted(text)
    assert display(written) == written
    assert yaml.safe_load(f"a: {written}\nb: 1\n") == {"a": text, "b": 1}


def test_half_of_a_character_cannot_be_written() -> None:
    with pytest.raises(OrderproofError, match="half of a character"):
        quoted("a\ud800b")


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each.strip()], ids=lambda text: text.encode().hex())
def test_hostile_names_are_written_safely(place: Place, hostile: str) -> None:
    name = f"{hostile.replace('/', '')}.json"
    document = json.loads(order("X", FAULTY))
    for id_ in (hostile, "X"):
        place.write(name, json.dumps({**document, "id": id_}))
        known = list(reported(place, f"./{name}").values())
        if known:  # some can be no document's id
            break
    said = hostile.replace("\x1b", "")  # no file that we read may hold it
    code, out, err = waive(place, *known, "--waivers", "w.yaml", said=said)
    assert (code, err, out.count("\n")) == (0, "", 1)
    written = place.read("w.yaml").replace("\n", "")
    assert display(written) == written
    code, report, err = place.check(f"./{name}", "--waivers", "w.yaml")
    assert (code, err, counts(report)) == (0, "", (1, 0, 0, 0))
    assert report["findings"][0]["waiver"]["reason"] == said


# What is said of the files themselves


def test_the_schema_says_what_is_read(place: Place) -> None:
    schema = json.loads((schemas_folder() / "waivers.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    valid = jsonschema.Draft7Validator(schema).is_valid
    known = reported(place, "a.json", "b.json")
    waive(place, *known.values())
    entry = {"rule": "a.b", "document": "1", "reason": "r", "owner": "o", "expires": "2026-12-31"}
    for good in (
        yaml.safe_load(
            place.read("waivers.yaml")
            .replace(": 2026", ": '2026")
            .replace("-31\n", "-31'\n")
            .replace("-01\n", "-01'\n")
        ),
        {"waivers": None},
        {"waivers": [{**entry, "bound": {"path": "a", "minus": "b", "at_most": "5.00"}}]},
        {
            "waivers": [
                {**entry, "bound": {"path": "a", "at_most": 5.5}, "path": "x", "index": 3, "verdict": "undetermined"}
            ]
        },
    ):
        assert valid(good), good
    for bad in (
        {**entry, "until": 1},
        {**entry, "verdict": "pass"},
        {**entry, "expires": "soon"},
        {**entry, "index": -1},
    ):
        assert not valid({"waivers": [bad]}), bad


def test_a_rule_says_whether_it_can_be_waived(place: Place) -> None:
    rules = place.read("rules.yaml")
    place.write("rules.yaml", rules.replace("waivable: false", "waivable: true"))
    place.write("w.yaml", waivers("rule: price.never-huge, document: H, expires: 2026-12-31"))
    assert place.check("huge.json", "--waivers", "w.yaml")[0] == 0
    place.write("rules.yaml", rules.replace("waivable: false", "waivable: never"))
    code, _, err = place.check("huge.json")
    assert (code, err.split("\n")[0]) == (
        2,
        "rules.yaml:50:15: error: `waivable` is text, expected true or false [rules.type]",
    )


def test_text_says_what_is_waived(place: Place) -> None:
    place.write("w.yaml", waivers(A, "rule: price.equal, document: B, verdict: undetermined, expires: 2026-12-31"))
    options = ("a.json", "b.json", "--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--waivers", "w.yaml")
    code, out, err = place.run("check", *options)
    assert (code, err) == (0, "")
    assert out.startswith(
        "violation: a.json, id A\n"
        "  error (waived), violation: The total is 5.00, collected is 5.01.\n"
        "    rule    price.equal, clause 3: The total is what is collected\n"
        "    waived  agreed (owner: Li Wei; until 2026-12-31)\n"
    )
    assert "  error (waived): cannot tell: amounts.collection is missing\n" in out
    assert "\nWaived findings: 2; they do not fail the run\n" in out
    out = place.run("check", *options, "--lang", "zh")[1]
    assert "  错误（已豁免），违规：总额 5.00，收款 5.01。\n" in out
    assert "    豁免 agreed（负责人：Li Wei；有效期至 2026-12-31）\n" in out
    assert "\n已豁免的发现：2 项，不影响本次运行的结果\n" in out
