"""Mistakes in rule files: each folder of fixtures/bad-rules holds one, and what is said about it, to the letter."""

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, render
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.lint import lint
from orderproof.ruleset.load import ACCOUNTS, INPUTS, load_rule_set
from orderproof.ruleset.open import compile_opened, open_rule_set
from orderproof.source import Source
from orderproof.tree import Plain, Scalar, find, plain

FOLDER = Path(__file__).parent.parent / "fixtures" / "bad-rules"
CASES = sorted(folder.name for folder in FOLDER.iterdir())


def diagnostics_of(name: str) -> tuple[Diagnostic, ...]:
    try:
        return lint(open_rule_set(name))
    except OrderproofError as error:
        return error.diagnostics


def said() -> str:
    """All errors about the rule set in the working directory; its warnings where it has no error."""
    name = next(name for name in ("rules.yaml", "rules.json", "rules") if Path(name).exists())
    found = diagnostics_of(name)
    errors = [each for each in found if each.severity is Severity.ERROR]
    return "".join(render(each) + "\n" for each in errors or found)


@pytest.mark.parametrize("case", CASES)
def test_bad_rules(case: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(FOLDER / case)
    expected = FOLDER / case / "expected.txt"
    found = said()
    assert found, "nothing is said about this rule set"
    if request.config.getoption("--record"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


# What holds of every rule file


def rule_files() -> list[Path]:
    files = (path for path in rules_folder().rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
    return sorted(path for path in files if INPUTS not in path.parts and path.name != ACCOUNTS)


def schema_of_rule_files() -> Any:
    return json.loads((schemas_folder() / "rule-set.schema.json").read_text("utf-8"))


def as_json(value: Plain) -> Any:
    """A value as a JSON Schema sees it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return {key: as_json(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_the_schema_is_one_that_editors_know() -> None:
    schema = schema_of_rule_files()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


def test_the_schema_accepts_every_shipped_rule_file() -> None:
    validator = Draft7Validator(schema_of_rule_files())
    bases = set()
    trees = {}
    for path in rule_files():
        tree = parse_yaml_one(Source(path.as_posix(), path.read_text("utf-8")), aliases=True)
        trees[path] = tree
        base = find(tree, ("tests", "base"))
        if isinstance(base, Scalar) and isinstance(base.value, str):
            bases.add((path.parent / base.value).resolve())
    assert trees
    for path, tree in trees.items():
        if path.resolve() not in bases:
            assert [error.message for error in validator.iter_errors(as_json(plain(tree)))] == [], path


@pytest.mark.parametrize("folder", sorted(folder.name for folder in rules_folder().iterdir() if folder.is_dir()))
def test_nothing_is_to_be_said_of_a_shipped_rule_set(folder: str) -> None:
    assert [render(each) for each in diagnostics_of(folder)] == []


RIGHT = """\
rule_set: example
version: "1"
document: order
facts: [contract-screening]
effective_on: date(order.drafted_at)
parameters:
  timezone: Asia/Shanghai
  grace: 1
  methods: [air, land]
  auto_confirm_days: {air: 15, land: 30}
derive:
  - fact: shipping
    each: order
    when: order.shipment.shipped_at is present
    values: {at: order.shipment.shipped_at, by: unknown}
  - fact: shipping
    each: order
    when: any(c.customs.released_at is present for c in order.consignments)
    values: {at: max(c.customs.released_at for c in order.consignments), by: order.shipment.method}
checks:
  - id: order.shipped-in-time
    title: {en: "Shipped in time", zh: "按时发货"}
    clause: "8"
    severity: warning
    each: shipping
    when: order.shipment.method in parameters.methods and shipping.by == "air"
    require: >
      shipping.at + days(parameters.auto_confirm_days[order.shipment.method]) <
        as_of + days(parameters.grace)
    where: order.shipment.shipped_at
    message: {en: "Shipped at {shipping.at}.", zh: "发货时间为{shipping.at}。"}
    effective: {from: 2017-12-08}
  - id: order.one-currency
    title: {en: "One currency", zh: "同一币种"}
    clause: "4"
    each: order
    by: [order.seller.id, compact(order.collection_account.number)]
    having: count(group) > 1
    require: count(distinct m.currency for m in group) <= 1
    message: {en: "{count(group)} orders of {order.seller.id}.", zh: "卖家{order.seller.id}有{count(group)}单。"}
"""


def test_a_right_rule_set_has_nothing_but_a_lack_of_cases(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RIGHT, encoding="utf-8")
    assert [each.code for each in diagnostics_of(str(tmp_path / "rules.yaml"))] == ["lint.no-case"]


TOKENS = ["{", "}", "[", "]", ":", ",", "\n", "  ", '"', "'", "- ", "&a ", "*a", "!", "|", ">", "null", "0", "-1", "#"]
WORDS = ["shipping", "order", "group", "parameters", "unknown", "and", "not", "true", "each", "by", "when", "values"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(RIGHT)), st.integers(0, 12), st.sampled_from([*TOKENS, *WORDS, "付", ""])),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_mistyped_ends_in_words(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = RIGHT
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    for each in diagnostics_of(str(path)):
        assert render(each)
        if each.span is not None:
            assert 0 <= each.span.start < each.span.end <= len(text) + 1


def edited(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    tree: dict[str, Any] = as_json(plain(parse_yaml_one(Source("rules.yaml", RIGHT))))
    change(tree)
    return tree


ODD = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "order", "shipping\n", "2026-02-30", "\\"])
VALUES = st.recursive(ODD, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ODD.map(str), inner, max_size=2))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_value_stands_somewhere_ends_in_words(tmp_path: Path, data: st.DataObject) -> None:
    def change(tree: Any) -> None:
        while True:
            keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
            key = data.draw(st.sampled_from(keys))
            if isinstance(tree[key], dict | list) and tree[key] and data.draw(st.booleans()):
                tree = tree[key]
                continue
            tree[key] = data.draw(VALUES)
            return

    path = tmp_path / "rules.json"
    path.write_text(json.dumps(edited(change)), encoding="utf-8")
    for each in diagnostics_of(str(path)):
        assert render(each)


# Options


def rejected(work: Callable[[], object]) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(OrderproofError) as caught:
        work()
    return [(each.code, each.path, each.help) for each in caught.value.diagnostics]


@pytest.fixture
def rules(tmp_path: Path) -> str:
    path = tmp_path / "rules.yaml"
    path.write_text(RIGHT, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ({"grace": "2.50"}, "grace", Decimal("2.50")),
        ({"grace": "-1"}, "grace", Decimal(-1)),
        ({"timezone": "America/Los_Angeles"}, "timezone", "America/Los_Angeles"),
        ({"methods": "sea, air"}, "methods", ("sea", "air")),
        ({"methods": '["sea"]'}, "methods", ("sea",)),
        ({"methods": "[]"}, "methods", ()),
        ({"auto_confirm_days": '{"sea": 45}'}, "auto_confirm_days", {"sea": Decimal(45)}),
        ({"auto_confirm_days": "{}"}, "auto_confirm_days", {}),
        (
            {"auto_confirm_days.sea": "45"},
            "auto_confirm_days",
            {"air": Decimal(15), "land": Decimal(30), "sea": Decimal(45)},
        ),
        (
            {"auto_confirm_days.sea": "45", "auto_confirm_days": '{"air": 1}'},
            "auto_confirm_days",
            {"air": Decimal(1), "sea": Decimal(45)},
        ),
    ],
)
def test_parameters_are_typed_by_their_default(rules: str, written: dict[str, str], name: str, value: object) -> None:
    opened = open_rule_set(rules, written)
    assert opened.parameters[name] == value
    assert set(opened.parameters) == {"timezone", "grace", "methods", "auto_confirm_days"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"grase": "1"}, "parameter.unknown"),
        ({"": "1"}, "parameter.unknown"),
        ({"grace": "one"}, "parameter.type"),
        ({"grace": ""}, "parameter.type"),
        ({"grace": "١"}, "parameter.type"),
        ({"grace": "1e5"}, "parameter.type"),
        ({"grace": "1,5"}, "parameter.type"),
        ({"grace": "9" * 39}, "parameter.type"),
        ({"grace.x": "1"}, "parameter.type"),
        ({"methods": ""}, "parameter.type"),
        ({"methods": "air,,sea"}, "parameter.type"),
        ({"methods": "[1]"}, "parameter.type"),
        ({"methods": '["air", null]'}, "parameter.type"),
        ({"methods": '[["air"]]'}, "parameter.type"),
        ({"methods": '["air"'}, "document.json"),
        ({"auto_confirm_days": "15"}, "parameter.type"),
        ({"auto_confirm_days": '{"air": "15"}'}, "parameter.type"),
        ({"auto_confirm_days.air": "x"}, "parameter.type"),
        ({"timezone": "Asia/Shangai"}, "parameter.timezone"),
        ({"timezone": ""}, "parameter.timezone"),
        ({"timezone": "../etc/passwd"}, "parameter.timezone"),
        ({"timezone": "America"}, "parameter.timezone"),
        ({"timezone": "\udcff"}, "parameter.type"),
    ],
)
def test_a_wrong_parameter_is_refused(rules: str, written: dict[str, str], code: str) -> None:
    assert [found[0] for found in rejected(lambda: open_rule_set(rules, written))] == [code]


def test_a_parameter_has_a_near_name(rules: str) -> None:
    found = rejected(lambda: open_rule_set(rules, {"grase": "1", "timezone": "Asia/Shangai"}))
    assert found == [
        ("parameter.unknown", "--parameter grase", "did you mean `grace`?"),
        ("parameter.timezone", "--parameter timezone", "did you mean `Asia/Shanghai`?"),
    ]


def test_an_emptied_table_keeps_its_type(rules: str) -> None:
    program = compile_opened(open_rule_set(rules, {"auto_confirm_days": "{}", "methods": "[]"}))
    assert len(program.checks) == 2


@pytest.mark.parametrize(
    ("only", "skip", "left"),
    [
        ((), (), ["order.shipped-in-time", "order.one-currency"]),
        (("order.*",), (), ["order.shipped-in-time", "order.one-currency"]),
        (("order.one-currency",), (), ["order.one-currency"]),
        ((), ("*-time",), ["order.one-currency"]),
        (("order.one-currency,order.shipped-*",), (), ["order.shipped-in-time", "order.one-currency"]),
        (("*",), ("order.one-*, *-currency", "*-currency"), ["order.shipped-in-time"]),
        (("order.*",), ("order.one-*",), ["order.shipped-in-time"]),
    ],
)
def test_checks_are_selected(rules: str, only: tuple[str, ...], skip: tuple[str, ...], left: list[str]) -> None:
    assert [check.id for check in compile_opened(open_rule_set(rules), only, skip).checks] == left


@pytest.mark.parametrize(
    ("only", "skip", "found"),
    [
        (
            ("order.one-curency",),
            (),
            [("rules.unknown-check", "--only order.one-curency", "did you mean `order.one-currency`?")],
        ),
        (
            (),
            ("price.*",),
            [
                (
                    "rules.unknown-check",
                    "--skip price.*",
                    "ids are like `order.shipped-in-time`; patterns such as `order.*` are read too",
                )
            ],
        ),
        (("order.*",), ("order.*",), [("rules.nothing-selected", "--skip", None)]),
        (
            ("",),
            ("order.*,",),
            [
                (
                    "rules.unknown-check",
                    "--only",
                    "names and patterns stand with a `,` between them, such as `a.b,c.*`",
                ),
                (
                    "rules.unknown-check",
                    "--skip",
                    "names and patterns stand with a `,` between them, such as `a.b,c.*`",
                ),
            ],
        ),
    ],
)
def test_a_selection_of_nothing_is_refused(
    rules: str, only: tuple[str, ...], skip: tuple[str, ...], found: list[tuple[str, str, str | None]]
) -> None:
    assert rejected(lambda: compile_opened(open_rule_set(rules), only, skip)) == found


@pytest.mark.parametrize("name", ["credit-garantee", "", "no/such/folder", "x" * 5000, "a\0b"])
def test_a_rule_set_that_is_not_there(name: str) -> None:
    assert all(code.startswith("rules.") for code, _, _ in rejected(lambda: open_rule_set(name)))


def test_a_schema_beside_the_rules_comes_first_and_is_no_rule_file(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RIGHT.replace("document: order", "document: note", 1).split("facts:")[0])
    schema = {
        "type": "object",
        "x-entity": "note",
        "properties": {"text": {"type": "string"}},
    }
    (tmp_path / "note.schema.json").write_text(json.dumps(schema))
    (tmp_path / "more.YAML").write_text(
        'checks:\n  - {id: note.text, title: {en: "t"}, clause: "1", each: note, require: note.text is present,'
        ' message: {en: "m"}}\n'
    )
    opened = open_rule_set(str(tmp_path))
    assert opened.schema.entity == "note"
    assert [check.id for check in compile_opened(opened).checks] == ["note.text"]


# Nothing in a rule set's folder is lost in silence


def copied(tmp_path: Path) -> Path:
    """A copy of the tutorial's rule set as a folder of two rule files, a base document and cases."""
    folder = tmp_path / "rules"
    (folder / "tests").mkdir(parents=True)
    head = "rule_set: two\nversion: '1'\ndocument: order\n"
    (folder / "head.yaml").write_text(head + one_check("a.first"), "utf-8")
    (folder / "more.yaml").write_text(one_check("b.second"), "utf-8")
    (folder / "tests" / "base.yaml").write_text("{id: '1', drafted_at: 2026-03-01T00:00:00Z, currency: USD}\n", "utf-8")
    (folder / "tests" / "cases.yaml").write_text("tests:\n  base: base.yaml\n  cases: []\n", "utf-8")
    return folder


def one_check(id_: str) -> str:
    return (
        f"checks:\n  - id: {id_}\n    title: {{en: t}}\n    clause: c\n    each: order\n"
        "    require: order.currency == 'USD'\n    message: {en: m}\n"
    )


def checks_of(folder: Path) -> list[str]:
    return [check.id.value for check in load_rule_set(folder, cases=False).checks]


def test_a_rule_file_that_cases_name_as_their_base_is_not_lost(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "tests" / "cases.yaml").write_text("tests:\n  base: ../more.yaml\n  cases: []\n", "utf-8")
    (folder / "tests" / "base.yaml").unlink()
    assert checks_of(folder) == ["a.first", "b.second"]
    assert [check.id.value for check in load_rule_set(folder).checks] == ["a.first", "b.second"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("third.ymal", "rules.ending"),
        ("third.yaml.txt", "rules.ending"),
        ("third.YAM", "rules.ending"),
        ("third.yaml~", None),
        ("third.yaml.bak", None),
        (".#more.yaml", None),
        ("README.md", None),
        ("picture.png", None),
    ],
)
def test_files_that_look_like_rule_files_are_not_left_out(tmp_path: Path, name: str, code: str | None) -> None:
    folder = copied(tmp_path)
    (folder / name).write_text("checks: []\n", "utf-8")
    if code is None:
        assert checks_of(folder) == ["a.first", "b.second"]
        return
    with pytest.raises(OrderproofError) as caught:
        load_rule_set(folder)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]


def test_what_stands_in_a_rule_folder_and_is_no_file(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(OrderproofError) as caught:
        load_rule_set(folder)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["rules.link"]
    (folder / "linked").unlink()
    os.mkfifo(folder / "pipe.yaml")
    with pytest.raises(OrderproofError) as caught:
        load_rule_set(folder)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["rules.unreadable"]
    (folder / "pipe.yaml").unlink()
    os.mkfifo(folder / "pipe.schema.json")
    (folder / "folder.schema.json").mkdir()
    (folder / ".#order.schema.json").symlink_to("nobody@nowhere.1")
    assert open_rule_set(str(folder)).rule_set.name.value == "two"


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory"])
def test_a_zone_that_is_another_on_every_machine_is_none(zone: str) -> None:
    with pytest.raises(OrderproofError) as caught:
        open_rule_set(None, {"timezone": zone})
    assert f"there is no time zone `{zone}`" in caught.value.diagnostics[0].message
