"""A baseline: which findings are known, which are new, which are no more; and what is no baseline."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from excused import ALL, PAYMENTS, Place, codes, counts, told, waivers
from hypothesis import given
from hypothesis import strategies as st
from program import FAULTY, UNKNOWN, WARNED, order, program

from orderproof.baseline import Baseline, BaselineBook
from orderproof.diagnostic import Severity
from orderproof.earlier import EarlierFinding
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.report.model import FileName


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


def based(place: Place, *names: str) -> dict[str, Any]:
    """A report of documents is there as the baseline."""
    _, report, _ = place.check(*names, "--output", "base.json")
    return report


# What is known


def test_known_findings_are_shown_and_do_not_fail_the_run(place: Place) -> None:
    names = [name for name in ALL if name != "huge.json"]
    found = based(place, *names)["findings"]
    code, report, err = place.check(*names, "--baseline", "base.json")
    assert (code, err) == (0, "")
    assert report["findings"] == [{**each, "known": True} for each in found]
    assert counts(report) == (0, 7, 0, 0)
    assert report["baseline"]["path"] == "base.json"
    assert [each["verdict"] for each in report["documents"]][:4] == ["violation", "undetermined", "pass", "pass"]
    assert place.check(*names, "--baseline", "base.json", "--fail-on", "warning")[0] == 0


def test_lines_that_move_change_nothing(place: Place) -> None:
    based(place, "a.json")
    place.write("a.json", "\n\n" + order("A", FAULTY).replace(", ", ",\n   "))
    assert told(place.check("a.json", "--baseline", "base.json")[1]) == [("price.equal", "A", "violation", False, True)]
    place.write("moved.json", place.read("a.json"))
    assert place.check("moved.json", "--baseline", "base.json")[0] == 0


def test_a_new_finding_fails_the_run(place: Place) -> None:
    based(place, "a.json", "good.json")
    place.write("good.json", order("G", FAULTY))
    code, report, _ = place.check("a.json", "good.json", "--baseline", "base.json")
    assert code == 1
    assert [each[4] for each in told(report)] == [True, False]
    assert counts(report) == (0, 1, 0, 0)


def test_one_finding_of_the_baseline_is_one_finding(place: Place) -> None:
    place.write("twin.json", order("A", FAULTY))
    based(place, "a.json")
    _, report, _ = place.check("a.json", "twin.json", "--baseline", "base.json")
    assert [(each[0], each[4]) for each in told(report)] == [("price.equal", True), ("price.equal", False)]
    based(place, "a.json", "twin.json")
    assert counts(place.check("a.json", "twin.json", "--baseline", "base.json")[1]) == (0, 2, 0, 0)
    assert counts(place.check("a.json", "--baseline", "base.json")[1]) == (0, 1, 1, 0)


def test_a_known_finding_with_worse_values_counts(place: Place) -> None:
    based(place, "a.json", "many.ndjson")
    worse = FAULTY.replace("5.01", "9999999.00")
    assert worse != FAULTY
    place.write("a.json", order("A", worse))
    code, report, err = place.check("a.json", "many.ndjson", "--baseline", "base.json")
    assert (code, [each[4] for each in told(report)]) == (1, [False, True, True])
    # It is not fixed either.
    assert (counts(report), codes(report)) == ((0, 2, 0, 0), ["baseline.values"])
    assert err.split("\n")[0] == (
        "base.json: warning: `price.equal` of A is not the finding of this report: `amounts.collection` was `5.01`, is"
        " `9999999.00` [baseline.values]"
    )
    place.write("many.ndjson", order("M0", worse) + order("M1", worse) + order("G2"))
    code, report, err = place.check("a.json", "many.ndjson", "--baseline", "base.json")
    assert (code, counts(report), codes(report)) == (1, (0, 0, 0, 0), ["baseline.values"])
    assert "is `9999999.00`; nor are 2 more [baseline.values]" in err


def test_what_a_contract_says_is_known_in_every_language(place: Place) -> None:
    folder = Path(__file__).parents[1] / "fixtures/orders/contracts/buyers-account"
    shutil.copytree(folder, place.folder / "in")
    options = ("check", "in/order.json", "--rules", "credit-guarantee", "--as-of", "2026-03-20T00:00:00Z", "--quiet")
    counting = ("--fail-on", "warning", "--baseline", "base.json", "--only", "contract.no-account-like-text")
    place.run(*options, "--lang", "zh", "--output", "base.json")
    assert place.run(*options, *counting)[0] == 0
    text = place.read("in/contract.txt")
    place.write("in/contract.txt", text.replace("9912345678901", "6212345678901"))
    assert place.read("in/contract.txt") != text
    code, _, err = place.run(*options, *counting)
    assert (code, "[baseline.values]" in err) == (1, True)


def test_a_finding_whose_values_a_report_does_not_name_all_is_not_known(place: Place) -> None:
    place.write("rules.yaml", place.read("rules.yaml") + PAYMENTS)
    for count, code in ((48, 0), (50, 1)):
        payments = ", ".join(['{"received": "1.00"}'] * count)
        place.write(
            "x.json", order("P", f'"amounts": {{"total": "5.00", "collection": "5.00"}}, "payments": [{payments}]')
        )
        based(place, "x.json")
        ended, report, err = place.check("x.json", "--baseline", "base.json")
        assert (ended, codes(report)) == (code, ["baseline.values"] if code else [])
        assert ("it rests on more than 49 values, of which a report does not name all" in err) is bool(code)


@pytest.mark.parametrize(("before", "after"), [(FAULTY, UNKNOWN), (UNKNOWN, FAULTY)])
def test_another_verdict_is_new(place: Place, before: str, after: str) -> None:
    place.write("x.json", order("X", before))
    based(place, "x.json")
    place.write("x.json", order("X", after))
    code, report, _ = place.check("x.json", "--baseline", "base.json")
    assert (code, told(report)[0][4]) == (1, False)
    # It is not fixed either: it is there with another verdict.
    assert counts(report) == (0, 0, 0, 0)


def test_a_graver_finding_is_new(place: Place) -> None:
    based(place, "c.json")
    rules = place.read("rules.yaml")
    place.write("rules.yaml", rules.replace("    severity: warning\n", ""))
    code, report, err = place.check("c.json", "--baseline", "base.json")
    assert (code, told(report)[0][4], counts(report)) == (1, False, (0, 0, 0, 0))
    assert codes(report) == ["baseline.rules-changed"]
    assert err.startswith("base.json: warning: this report is of another state of the rules (version 1)")
    based(place, "c.json")
    place.write("rules.yaml", rules)
    assert place.check("c.json", "--baseline", "base.json", "--fail-on", "warning")[0] == 0


def test_findings_across_documents(place: Place) -> None:
    based(place, "shared1.json", "shared2.json")
    code, report, _ = place.check("shared1.json", "shared2.json", "--baseline", "base.json")
    assert (code, counts(report)) == (0, (0, 2, 0, 0))
    place.write("shared3.json", order("S3", '"consignments": [{"id": "X"}]'))
    code, report, _ = place.check("shared1.json", "shared2.json", "shared3.json", "--baseline", "base.json")
    assert (code, [each[4] for each in told(report)]) == (1, [True, True, False])
    place.write("shared2.json", order("S2", '"consignments": [{"id": "Y"}]'))
    assert counts(place.check("shared1.json", "shared2.json", "--baseline", "base.json")[1]) == (0, 0, 2, 0)
    # One of two alone says nothing of what they share.
    assert counts(place.check("shared1.json", "--baseline", "base.json")[1]) == (0, 0, 0, 2)


def test_records_say_the_same(place: Place) -> None:
    based(place, "a.json")
    found = place.records("a.json", "many.ndjson", "--baseline", "base.json")
    assert [each["known"] for each in found if each["record"] == "finding"] == [True, False, False]
    assert found[0]["baseline"]["path"] == "base.json"
    assert found[-1]["summary"]["known"] == 1


def test_text_says_what_is_known(place: Place) -> None:
    based(place, "a.json", "c.json", "good.json")
    place.write("good.json", order("G", FAULTY))
    options = ("--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--baseline", "base.json")
    english = place.run("check", "a.json", "good.json", *options)[1].split("\n")
    assert "  error (known), violation: The total is 5.00, collected is 5.01." in english
    assert "  error, violation: The total is 5.00, collected is 5.01." in english
    assert (
        "Known findings: 1, in the baseline already; they do not fail the run. Fixed since: 0; not to be told of: 1,"
        " on documents or by checks that this run did not judge"
    ) in english
    chinese = place.run("check", "a.json", "good.json", *options, "--lang", "zh")[1].split("\n")
    assert "  错误（已知），违规：总额 5.00，收款 5.01。" in chinese
    assert (
        "已知的发现：1 项，基线中已有，不影响本次运行的结果；此后已消除：0 项；无从得知：1 项，本次运行未判定相关单据或检查"
        in chinese
    )


# What is no more


def test_what_is_fixed_and_what_cannot_be_told(place: Place) -> None:
    based(place, *ALL)
    place.write("a.json", order("A"))
    assert counts(place.check("a.json", "--baseline", "base.json")[1]) == (0, 0, 1, 6)
    assert counts(place.check(*ALL, "--baseline", "base.json")[1]) == (0, 6, 1, 0)
    assert counts(place.check(*ALL, "--baseline", "base.json", "--skip", "price.equal")[1]) == (0, 3, 0, 4)
    place.write("a.json", "{")
    assert counts(place.check(*ALL, "--baseline", "base.json")[1]) == (0, 6, 0, 1)


def test_what_was_waived_is_not_known(place: Place) -> None:
    place.write("w.yaml", waivers("rule: price.equal, document: A, expires: 2026-04-30"))
    based(place, "a.json", "--waivers", "w.yaml")
    # When the waiver ends, the finding counts again.
    options = ("--waivers", "w.yaml", "--baseline", "base.json")
    assert place.check("a.json", *options)[0] == 0
    code, report, _ = place.check("a.json", *options, as_of="2026-06-01T00:00:00Z")
    assert (code, told(report), counts(report)) == (
        1,
        [("price.equal", "A", "violation", False, False)],
        (0, 0, 0, 0),
    )


def test_what_is_waived_and_known_counts_as_waived(place: Place) -> None:
    based(place, "a.json", "many.ndjson")
    place.write("w.yaml", waivers("rule: price.equal, document: A, expires: 2026-12-31"))
    code, report, _ = place.check("a.json", "many.ndjson", "--baseline", "base.json", "--waivers", "w.yaml")
    assert (code, [each[3:] for each in told(report)]) == (0, [(True, True), (False, True), (False, True)])
    assert counts(report) == (1, 2, 0, 0)


def test_any_number_of_jobs_gives_the_same_bytes(place: Place) -> None:
    big = [order(f"N{n}", FAULTY if n % 3 == 0 else WARNED if n % 3 == 1 else UNKNOWN) for n in range(300)]
    files = [f"{name}.ndjson" for name in "xyz"]
    names = (*files, "shared1.json", "shared2.json", "--rules", "rules.yaml")
    options = ("--as-of", "2026-04-01T00:00:00Z", "--engine", "compiled", "--quiet", "--format", "json")

    def written(first: int, last: int) -> None:
        for number, name in enumerate(files):
            place.write(name, "".join(big[first:last][number::3]))

    written(0, 200)
    program("check", *names, *options, "--output", "base.json", folder=place.folder)
    written(20, 300)
    ended = [
        program("check", *names, *options, "--baseline", "base.json", "--jobs", jobs, folder=place.folder)
        for jobs in ("1", "2")
    ]
    assert ended[0] == ended[1]
    report = json.loads(ended[0].out)
    assert counts(report) == (0, 182, 0, 20)
    known = [each["document"]["id"] for each in report["findings"] if each["known"]]
    assert Counter(known) == Counter([*(f"N{n}" for n in range(20, 200)), "S1", "S2"])


# What is no baseline


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"interrupted": True}, "base.json: error: the run of this report was interrupted"),
        (
            {"rule_sets": [{"id": "large", "version": "1", "sha256": "ab" * 32}]},
            "base.json: error: this report is of `large`",
        ),
        ({"rule_sets": []}, "base.json: error: this report is of no rule set, the run is of `small`"),
        ({"format": "orderproof.report/2"}, "base.json: error: this is no report of a run [baseline.form]"),
        ({"findings": None}, "base.json: error: this is no report of a run [baseline.form]"),
        ({"findings": [{}]}, "base.json: error: this is no report of a run [baseline.form]"),
        ({"complete": "yes"}, "base.json: error: this is no report of a run [baseline.form]"),
    ],
)
def test_what_cannot_be_a_baseline(place: Place, change: dict[str, Any], said: str) -> None:
    report = based(place, "a.json")
    place.write("base.json", json.dumps({**report, **change}))
    code, report, err = place.check("a.json", "--baseline", "base.json")
    assert (code, report) == (2, {})
    assert err.startswith(said), err


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b'{"format"', b"\xff", b'"\\ud800"', b"[" * 100_000, b"a: 1\n"]
)
def test_what_is_no_report(place: Place, content: bytes) -> None:
    (place.folder / "base.json").write_bytes(content)
    code, _, err = place.check("a.json", "--baseline", "base.json")
    assert (code, err.split("\n")[0]) == (2, "base.json: error: this is no report of a run [baseline.form]")


def test_a_baseline_that_is_not_there(place: Place) -> None:
    assert place.check("a.json", "--baseline", "none.json")[::2] == (
        2,
        "none.json: error: no such file or directory [baseline.unreadable]\n",
    )


def test_an_incomplete_baseline_is_told(place: Place) -> None:
    based(place, "a.json", "cut.json")
    code, report, err = place.check("a.json", "--baseline", "base.json")
    assert (code, codes(report)) == (0, ["baseline.incomplete"])
    assert err.startswith("base.json: warning: this report is incomplete: what its run could not read")


def test_half_of_a_character_in_a_report_is_no_mistake(place: Place) -> None:
    report = based(place, "a.json")
    report["findings"][0]["message"] = "half \ud800"
    place.write("base.json", json.dumps(report))
    assert place.check("a.json", "--baseline", "base.json")[0] == 0


def test_no_report_is_written_over_it(place: Place) -> None:
    based(place, "a.json")
    before = place.read("base.json")
    place.write("many.ndjson", order("N", FAULTY))
    code, _, err = place.check("many.ndjson", "--baseline", "base.json", "--output", "./base.json")
    assert (code, place.read("base.json"), "[output.is-input]" in err) == (2, before, True)


# A law: as many as both have are known

NAMES = st.sampled_from([DocumentName("a", 0, "A"), DocumentName("b", 1, None)])
KEYS = st.tuples(
    st.sampled_from(["one", "two"]),
    st.sampled_from(["violation", "undetermined"]),
    st.sampled_from(Severity),
    NAMES,
    st.sampled_from(["1:a", "1:b"]),
)
Key = tuple[str, str, Severity, DocumentName, str]


def earlier(key: Key) -> EarlierFinding:
    rule, verdict, severity, name, fingerprint = key
    return EarlierFinding(rule, verdict, severity, name, (), fingerprint, waived=False, evidence={}, because=())  # type: ignore[arg-type]


def found(key: Key) -> Finding:
    rule, verdict, severity, name, fingerprint = key
    subject = SubjectName("order", "1")
    return Finding(rule, verdict, severity, "", "", "", name, (), None, subject, (), (), (), (), fingerprint)


@given(before=st.lists(KEYS, max_size=8), after=st.lists(KEYS, max_size=8))
def test_as_many_are_known_as_both_have(before: list[Key], after: list[Key]) -> None:
    baseline = Baseline(FileName("base.json", "ab" * 32), tuple(map(earlier, before)), ())
    book = BaselineBook(baseline, ["one", "two"])
    book.meet("a", 0, "A")
    book.meet("b", 1, "")
    known = [key for key in after if book.knows(found(key))]
    had, has = Counter((k[0], k[1], k[4]) for k in before), Counter((k[0], k[1], k[4]) for k in known)
    assert has <= had
    # Without regard to severity nothing is left on both sides that would fit.
    for key in after:
        if key not in known:
            assert Counter(before)[key] <= Counter(known)[key] + len(
                [k for k in known if k[:2] == key[:2] and k[4] == key[4]]
            )
    fixed, unseen = book.fixed([], interrupted=False)
    left = Counter((k[0], k[4]) for k in before) - Counter((k[0], k[4]) for k in after)
    assert (fixed, unseen) == (left.total(), 0)
    assert book.fixed([], interrupted=True) == (0, left.total())
    ones = sum(count for (rule, _), count in left.items() if rule == "one")
    assert book.fixed(["one"], interrupted=False) == (left.total() - ones, ones)
