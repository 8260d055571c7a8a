"""The check command as it is typed: inputs, options, and the two formats, on small documents."""

import json
from pathlib import Path
from typing import Any

import pytest
from program import FAULTY, NOTHING, RULES, UNKNOWN, WARNED, Ended, order, program, side_by_side
from reports import validated

from orderproof.report.formats import TABLE

RUN = ("--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--engine", "reference")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli")
    files = {
        "rules.yaml": RULES,
        "good.json": order("1"),
        "bad.json": order("2", FAULTY),
        "in/b.json": order("3", FAULTY),
        "in/a.yaml": "id: '4'\ndrafted_at: 2026-03-01T00:00:00Z\ncurrency: USD\namounts: {total: 5, collection: 5}\n",
        "in/deep/c.ndjson": order("5", UNKNOWN) + "\n" + order("6", WARNED),
        "in/notes.txt": "not read",
        "zoneless.json": '{"id": "7", "drafted_at": "2026-03-01T00:00:00", "currency": "USD"}',
        "shipped.json": order(
            "8",
            '"shipment": {"shipped_at": "2026-03-01T17:00:00Z", "agreed_by": "2026-03-01"}, "payments": [{"method": "cash"}]',
        ),
        "nothing.json": order("9", NOTHING),
    }
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def check(folder: Path, *arguments: str, **surroundings: Any) -> Ended:
    return program("check", *RUN, *arguments, folder=folder, **surroundings)


def report_of(folder: Path, *arguments: str, **surroundings: Any) -> dict[str, Any]:
    ended = check(folder, *arguments, "--format", "json", **surroundings)
    assert ended.out, ended.err
    return validated(ended.out)


def documents(report: dict[str, Any]) -> list[tuple[str, int, str | None, str]]:
    return [(each["path"], each["index"], each["id"], each["verdict"]) for each in report["documents"]]


TEXT = """\
violation: bad.json, id 2
  error, violation: The total is 5.00, collected is 5.01.
    rule    price.equal, clause 3: The total is what is collected
    at      bad.json:1:113  amounts.collection
            1 | …{"total": "5.00", "collection": "5.01"}}
              |                                  ^^^^^^
    read    amounts.total = 5.00 (1:91)
            amounts.collection = 5.01 (1:113)

Documents: 2 (pass 1, violation 1, undetermined 0, not applicable 0, unreadable 0)
Verdicts of checks: 8 (pass 3, violation 1, undetermined 0, not applicable 4)
Judged by reference
Checks that applied to nothing: 2 (payment.method, shipment.by-agreed-time)
As of 2026-04-01T00:00:00Z; rules: small 1
"""


def test_text(folder: Path) -> None:
    ended = check(folder, "good.json", "bad.json")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == TEXT


def test_json(folder: Path) -> None:
    ended = check(folder, "bad.json", "good.json", "--format", "json")
    assert (ended.code, ended.err) == (1, "")
    report = validated(ended.out)
    assert report["as_of"] == "2026-04-01T00:00:00Z"
    assert report["parameters"] == {"allowed": "0", "methods": ["tt", "e_checking"], "timezone": "Asia/Shanghai"}
    assert documents(report) == [("bad.json", 0, "2", "violation"), ("good.json", 0, "1", "pass")]
    assert report["summary"] == {
        "documents": 2,
        "unreadable": 0,
        "pass": 3,
        "violation": 1,
        "undetermined": 0,
        "not_applicable": 4,
        "waived": 0,
        "known": 0,
        "fixed": 0,
        "unseen": 0,
        "not_judged": 0,
    }
    (finding,) = report["findings"]
    assert finding["evidence"] == {"amounts.total": "5.00", "amounts.collection": "5.01"}
    assert finding["message"] == "The total is 5.00, collected is 5.01."
    assert finding["location"]["pointer"] == "/amounts/collection"


@pytest.mark.parametrize("engine", ["both", "rete"])
def test_every_engine_gives_the_same_report(folder: Path, engine: str) -> None:
    arguments = ("bad.json", "shipped.json", "in")
    other, report = report_of(folder, *arguments, "--engine", engine), report_of(folder, *arguments)
    names = ("reference", "rete") if engine == "both" else ("rete",)
    confirmed = 6 if engine == "both" else 0
    assert other.pop("engines") == [{"name": name, "judged": 6, "confirmed": confirmed} for name in names]
    del report["engines"]
    assert other == report


# Inputs


def test_a_folder(folder: Path) -> None:
    assert documents(report_of(folder, "in")) == [
        ("in/a.yaml", 0, "4", "pass"),
        ("in/b.json", 0, "3", "violation"),
        ("in/deep/c.ndjson", 0, "5", "undetermined"),
        ("in/deep/c.ndjson", 1, "6", "pass"),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.json", ["bad.json", "good.json", "nothing.json", "shipped.json", "zoneless.json"]),
        ("in/*", ["in/a.yaml", "in/b.json", "in/deep/c.ndjson", "in/deep/c.ndjson"]),
        ("in/[ab].*", ["in/a.yaml", "in/b.json"]),
        ("**/c.ndjson", ["in/deep/c.ndjson", "in/deep/c.ndjson"]),
        ("g??d.json", ["good.json"]),
    ],
)
def test_a_pattern(folder: Path, pattern: str, expected: list[str]) -> None:
    assert [path for path, _, _, _ in documents(report_of(folder, pattern))] == expected


def test_each_input_once_in_the_order_of_the_arguments_sorted(folder: Path) -> None:
    """In which order they are said changes nothing."""
    for arguments in (("good.json", "bad.json", "g??d.json", "good.json"), ("good.json", "g??d.json", "bad.json")):
        report = report_of(folder, *arguments)
        assert [path for path, _, _, _ in documents(report)] == ["bad.json", "good.json"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (order("1"), [("-", 0, "1", "pass")]),
        (order("1") + order("2", FAULTY), [("-", 0, "1", "pass"), ("-", 1, "2", "violation")]),
        (f"[{order('1')}, {order('2', FAULTY)}]", [("-", 0, "1", "pass"), ("-", 1, "2", "violation")]),
        ("id: '1'\ndrafted_at: 2026-03-01T00:00:00Z\ncurrency: USD\n", [("-", 0, "1", "not_applicable")]),
        ("", [("-", 0, None, "unreadable")]),
    ],
    ids=["json", "lines", "list", "yaml", "nothing"],
)
def test_standard_input(folder: Path, text: str, expected: list[tuple[str, int, str | None, str]]) -> None:
    assert documents(report_of(folder, "-", stdin=text.encode())) == expected


def test_standard_input_among_files(folder: Path) -> None:
    report = report_of(folder, "bad.json", "-", "good.json", stdin=order("77").encode())
    assert [path for path, _, _, _ in documents(report)] == ["bad.json", "good.json", "-"]


def test_a_document_that_is_named_like_a_command(folder: Path, tmp_path: Path) -> None:
    """No CI system takes a message of ours for its own; a control character stands there as an escape."""
    hostile = "::error file=x::y.json"
    (tmp_path / hostile).write_text("{", encoding="utf-8")
    (tmp_path / "##[group]\x1b[2J.json").write_text(order("1", FAULTY), encoding="utf-8")
    rules = ("--rules", str(folder / "rules.yaml"))
    ended = check(tmp_path, hostile, "##[group]\x1b[2J.json", *rules)
    assert ended.code == 3
    assert ended.err.startswith("\\x3a:error file=x::y.json:1:")
    for arguments in (
        ("x.json", "--rules", hostile),
        ("x.json", *rules, "--output", f"{hostile}/report"),
        ("x.json", *rules, "--only", "a\n::error::b"),
        ("x.json", *rules, "--parameter", "\n::error::b"),
        ("x.json", *rules, "--timezone", "\n##[error]b\x1b"),
        ("x.json", *rules, "--engine", "\n::error::b"),
        ("x.json", *rules, "\n::error::b"[1:], "--nonsense"),
    ):
        wrong = check(tmp_path, *arguments)
        assert (wrong.code, wrong.out) == (2, "")
        ended = Ended(0, ended.out + wrong.err, ended.err)
    for line in (ended.out + ended.err).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert "\x1b" not in line


# Options


def rules_applied(report: dict[str, Any]) -> int:
    """How many checks a document of one subject each was held against."""
    return sum(report["summary"][name] for name in ("pass", "violation", "undetermined", "not_applicable"))


@pytest.mark.parametrize(
    ("options", "found", "applied"),
    [
        ((), ["price.equal"], 4),
        (("--only", "price.equal"), ["price.equal"], 1),
        (("--only", "price.*"), ["price.equal"], 2),
        (("--only", "payment.method", "--only", "*.positive"), [], 2),
        (("--skip", "price.equal"), [], 3),
        (("--skip", "p*"), [], 1),
        (("--only", "price.*", "--skip", "*.equal"), [], 1),
    ],
)
def test_selected_checks(folder: Path, options: tuple[str, ...], found: list[str], applied: int) -> None:
    report = report_of(folder, "bad.json", *options)
    assert [finding["rule"] for finding in report["findings"]] == found
    assert rules_applied(report) == applied


WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("--only", "price.eqal"), "help: did you mean `price.equal`?"),
    (("--skip", "price.nothing"), "no check is called `price.nothing` [rules.unknown-check]"),
    (("--parameter", "alowed=1"), "did you mean `allowed`?"),
    (("--parameter", "allowed=much"), "allowed"),
    (("--parameter", "=1"), "'=1' is not of the form name=value"),
    (("--timezone", "Asia/Shangai"), "did you mean `Asia/Shanghai`?"),
    (("--as-of", "2026-02-30T00:00:00Z"), "Invalid value for '--as-of'"),
    (("--as-of", "2026-04-01"), "Invalid value for '--as-of'"),
    (("--as-of", "2026-04-01T00:00:00"), "write it with its zone"),
    (("--as-of", ""), "Invalid value for '--as-of'"),
    (("--output", ""), "cannot write"),
    (("--output", "json:"), "cannot write"),
    (("--output", "text:in"), "cannot write `in`: is a directory"),
    (("--rules", "rules.yml"), "rules.yml"),
)


def test_a_wrong_option(folder: Path) -> None:
    said = {" ".join(options): (options, text) for options, text in WRONG}
    endings = side_by_side(lambda name: check(folder, "bad.json", *said[name][0]), said)
    for name, ended in endings.items():
        assert (ended.code, ended.out) == (2, "")
        assert said[name][1] in ended.err
        assert "Traceback" not in ended.err


def test_parameters(folder: Path) -> None:
    report = report_of(folder, "bad.json", "--parameter", "allowed=0.01", "--parameter", "timezone=UTC")
    assert report["parameters"] == {"allowed": "0.01", "methods": ["tt", "e_checking"], "timezone": "UTC"}
    assert report["findings"] == []


def test_the_zone_of_calendar_days(folder: Path) -> None:
    """17:00 in UTC is the next day in Shanghai, and so too late."""
    late = report_of(folder, "shipped.json", "--only", "shipment.by-agreed-time")
    in_time = report_of(folder, "shipped.json", "--only", "shipment.by-agreed-time", "--parameter", "timezone=UTC")
    assert [documents(late)[0][3], documents(in_time)[0][3]] == ["violation", "pass"]


def test_the_zone_of_documents(folder: Path) -> None:
    without = check(folder, "zoneless.json", "--format", "json")
    assert without.code == 3
    assert documents(validated(without.out)) == [("zoneless.json", 0, "7", "unreadable")]
    with_zone = report_of(folder, "zoneless.json", "--timezone", "Asia/Tokyo")
    assert documents(with_zone) == [("zoneless.json", 0, "7", "not_applicable")]


def test_as_of(folder: Path) -> None:
    assert report_of(folder, "good.json", "--as-of", "2026-04-01T08:00:00+08:00")["as_of"] == "2026-04-01T00:00:00Z"
    ended = program("check", "good.json", "--rules", "rules.yaml", "--engine", "reference", folder=folder)
    assert ended.code == 0
    assert "As of 20" in ended.out


def test_chinese(folder: Path) -> None:
    ended = check(folder, "bad.json", "--lang", "zh")
    assert ended.code == 1
    assert "总额 5.00，收款 5.01。" in ended.out
    assert "总额等于收款" in ended.out
    report = report_of(folder, "bad.json", "--lang", "zh")
    assert report["findings"][0]["message"] == "总额 5.00，收款 5.01。"
    assert report["findings"][0]["rule"] == "price.equal"


# Output


def test_a_file_holds_what_standard_output_says(folder: Path, tmp_path: Path) -> None:
    for name in ("report.txt", "report"):
        ended = check(folder, "bad.json", "--output", str(tmp_path / name))
        assert (ended.code, ended.err) == (1, "")
        assert ended.out == check(folder, "bad.json").out == (tmp_path / name).read_text(encoding="utf-8")


def test_output_of_another_format(folder: Path, tmp_path: Path) -> None:
    for option in (f"json:{tmp_path / 'report'}", str(tmp_path / "report.json"), str(tmp_path / "REPORT.JSON")):
        ended = check(folder, "bad.json", "--output", option)
        assert ended.out == check(folder, "bad.json").out
        validated(Path(option.removeprefix("json:")).read_text(encoding="utf-8"))


def test_several_outputs(folder: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.txt", "two.json", "three.json")]
    options = [
        part
        for form, file in zip(("text", "json", "json"), files, strict=True)
        for part in ("--output", f"{form}:{file}")
    ]
    ended = check(folder, "bad.json", "--format", "json", *options)
    assert ended.code == 1
    text, first, second = (file.read_text(encoding="utf-8") for file in files)
    assert text == check(folder, "bad.json").out
    assert first == second == ended.out
    validated(first)


def test_an_output_that_is_no_file(folder: Path, tmp_path: Path) -> None:
    ended = check(folder, "bad.json", "--output", "xml:report")
    assert (ended.code, ended.out) == (2, "")
    assert (
        f"there is no format 'xml' (formats: {', '.join(TABLE)}; a file of this name is written as ./xml:report)"
        in ended.err
    )
    assert check(folder, "bad.json", "--output", "json:-").code == 2
    assert check(folder, "bad.json", "--output", "./xml:report").code == 1
    assert (folder / "xml:report").exists()


def test_no_report_is_written_over_an_input(folder: Path) -> None:
    before = (folder / "bad.json").read_bytes()
    ended = check(folder, "bad.json", "--output", str(folder / "bad.json"))
    assert (ended.code, ended.out) == (2, "")
    assert "the report would be written over this input [output.is-input]" in ended.err
    assert (folder / "bad.json").read_bytes() == before


def test_output_in_the_format_of_the_run(folder: Path, tmp_path: Path) -> None:
    check(folder, "bad.json", "--format", "json", "--output", str(tmp_path / "with:colon"))
    validated((tmp_path / "with:colon").read_text(encoding="utf-8"))


def test_output_to_a_device(folder: Path) -> None:
    ended = check(folder, "bad.json", "--output", "json:/dev/stdout")
    assert ended.code == 1
    findings, sign, rest = ended.out.partition('{\n  "format"')
    report, _, summary = rest.partition("\n}\n")
    validated(f"{sign}{report}\n}}\n")
    assert findings + summary == check(folder, "bad.json").out


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--format", "json", "--color", "always"), {}, False),
    ],
)
def test_colour(folder: Path, options: tuple[str, ...], environment: dict[str, str], coloured: bool) -> None:
    ended = check(folder, "bad.json", *options, environment=environment)
    assert ("\x1b[" in ended.out) == coloured
    assert "\x1b" not in ended.err


def test_no_colour_in_a_file(folder: Path, tmp_path: Path) -> None:
    check(folder, "bad.json", "--color", "always", "--output", str(tmp_path / "report.txt"))
    assert "\x1b" not in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_a_report_is_one_json_value(folder: Path) -> None:
    ended = check(folder, "in", "bad.json", "nothing.json", "not-there.json", "--format", "json", "--color", "always")
    assert ended.code == 3
    assert ended.out.endswith("}\n")
    assert json.loads(ended.out)["complete"] is False
    errors = [each for each in validated(ended.out)["diagnostics"] if each["severity"] == "error"]
    assert [(each["code"], each["path"]) for each in errors] == [("input.not-found", "not-there.json")]


def test_no_report_is_written_over_a_rule_set_or_another_report(folder: Path, tmp_path: Path) -> None:
    rules = folder / "rules.yaml"
    before = rules.read_bytes()
    ended = check(folder, "good.json", "--output", f"text:{rules}")
    assert (ended.code, ended.out) == (2, "")
    assert "the report would be written over a file of the rule set [output.is-input]" in ended.err
    assert rules.read_bytes() == before
    one = tmp_path / "one"
    ended = check(folder, "good.json", "--output", f"text:{one}", "--output", f"json:{one}")
    assert (ended.code, ended.out) == (2, "")
    assert "two reports would be written to this file [output.twice]" in ended.err
    assert not one.exists()
    assert check(folder, "good.json", "--output", f"JSON:{one}").code == 2
