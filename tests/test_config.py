"""Configurations: found, strict, with places; and the program with one."""

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from program import FAULTY, RULES, WARNED, Ended, order, program

from orderproof.cli import cli
from orderproof.cli_config import KEYS, REFUSED, SHARED
from orderproof.config import PARAMETERS, Config, understand
from orderproof.config_file import Number, find_config, read_config
from orderproof.data import schemas_folder
from orderproof.diagnostic import OrderproofError, render
from orderproof.report.formats import TEXT_FORMATS

SCHEMA = json.loads((schemas_folder() / "config.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a rule set, orders, and a folder to work in."""
    files = {
        "rules/rules.yaml": RULES,
        "orders/good.json": order("1"),
        "orders/bad.json": order("2", FAULTY),
        "warned/one.json": order("3", WARNED),
    }
    write(tmp_path, files)
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def said(text: str, name: str = "orderproof.toml") -> Config:
    """What a configuration in the working directory says."""
    Path(name).write_text(text, encoding="utf-8")
    return understand(read_config(name), KEYS, REFUSED)


def refused(text: str, name: str = "orderproof.toml") -> str:
    """What is wrong with one, as people read it."""
    with pytest.raises(OrderproofError) as wrong:
        said(text, name)
    return "\n".join(map(render, wrong.value.diagnostics))


def check(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> Ended:
    run = ("check", *arguments, "--as-of", "2026-04-01T00:00:00Z", "--engine", "reference")
    return program(*run, folder=folder, environment=environment)


def option_of(key: str) -> Any:
    command = cli.commands["check"]
    return next(each for each in command.params if f"--{key}" in each.opts)


# One table, three places


def test_every_option_of_check_is_a_key_or_refused() -> None:
    options = {each.opts[-1].removeprefix("--") for each in cli.commands["check"].params}
    # What `--help` and `--no-…` say is no option of its own.
    assert options - {"help"} <= {*KEYS, *REFUSED}
    assert set(KEYS) <= options
    assert set(KEYS) | {PARAMETERS} == set(SCHEMA["properties"])
    assert set(KEYS) > SHARED


def test_choices_are_those_of_the_options_and_of_the_schema() -> None:
    for name, key in KEYS.items():
        choices = getattr(option_of(name).type, "choices", None)
        if choices is not None:
            assert key.choices == tuple(choices)
            assert SCHEMA["properties"][name]["enum"] == list(choices)
    assert SCHEMA["properties"]["format"]["enum"] == list(TEXT_FORMATS)


VALUES: tuple[Any, ...] = ("x", "", 1, 0, 1.5, True, False, ["x"], ["x", "y"], [], [1], [""], ["x", True], {}, {"a": 1})


@pytest.mark.parametrize("key", [*SCHEMA["properties"], "rule", "fail_on", "as-of"])
def test_the_reader_takes_what_the_schema_takes(project: Path, key: str) -> None:
    (project / "x").mkdir()
    choices = SCHEMA["properties"].get(key, {}).get("enum", [])
    for value in (*VALUES, *choices):
        schema_takes = jsonschema.Draft7Validator(SCHEMA).is_valid({key: value})
        written = "{a = 1}" if value == {"a": 1} else json.dumps(value)
        try:
            said(f"{key} = {written}")
        except OrderproofError:
            taken = False
        else:
            taken = True
        if key == "jobs" and value == 0:
            continue  # the option itself says which numbers it takes
        assert taken == schema_takes, (key, value)


def test_parameters_are_taken_as_the_schema_takes_them(project: Path) -> None:
    for written in (
        "a = 1",
        "a = [1, 'x']",
        "a = {b = 1}",
        "a = [[1]]",
        "a = {b = [1]}",
        "'a b' = 1",
        "a = {'b=c' = 1}",
        "a = []",
    ):
        text = f"[parameters]\n{written}\n"
        takes = jsonschema.Draft7Validator(SCHEMA).is_valid(tomllib.loads(text))
        try:
            said(text)
        except OrderproofError:
            assert not takes, written
        else:
            assert takes, written


# What it says


def test_what_a_configuration_says(project: Path) -> None:
    config = said(
        'rules = "rules"\nfail-on = "warning"\njobs = 2\ndetails = true\nonly = ["price.*"]\nmapping = "shop"\n'
        'output = ["json:out/report.json", "report.txt", "out/a:b.json"]\nwaivers = "../w.yaml"\n'
        "[parameters]\nallowed = 0.10\nmethods = ['tt', 'e\"x', 1.50, true]\nexact = true\n[parameters.days]\nair = 15\nsea = 45\n"
    )
    assert config.values == {
        "rules": "rules",
        "fail-on": "warning",
        "jobs": 2,
        "details": True,
        "only": ("price.*",),
        "mapping": "shop",
        "output": ("json:out/report.json", "report.txt", "./out/a:b.json"),
        "waivers": "../w.yaml",
    }
    assert config.parameters == {
        "allowed": "0.10",
        "methods": '["tt", "e\\"x", 1.50, true]',
        "exact": "true",
        "days.air": "15",
        "days.sea": "45",
    }


def test_paths_begin_at_the_configuration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"orderproof.toml": 'rules = "rules"\nmapping = "maps/shop.yaml"\nattachments-root = "/srv"\n'})
    monkeypatch.chdir(project / "deep/er")
    file = find_config()
    assert file is not None
    assert file.path == "../../orderproof.toml"
    config = understand(file, KEYS, REFUSED)
    assert (config.values["rules"], config.values["mapping"]) == ("../../rules", "../../maps/shop.yaml")
    assert config.values["attachments-root"] == os.path.relpath("/srv")


def test_a_shipped_rule_set_is_not_one_of_the_working_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"orderproof.toml": 'rules = "credit-guarantee"\n', "deep/credit-guarantee/rules.yaml": RULES})
    monkeypatch.chdir(project / "deep")
    file = find_config()
    assert file is not None
    rules = understand(file, KEYS, REFUSED).values["rules"]
    assert (Path(str(rules)) / "rule-set.yaml").is_file()


WRONG = (
    ('fail_on = "error"', "orderproof.toml:1:1", "help: did you mean `fail-on`?", "config.unknown-key"),
    ("\n\nrulez = 1", "orderproof.toml:3:1", "help: did you mean `rules`?", "config.unknown-key"),
    ('jobs = "2"', "orderproof.toml:1:1", "`jobs` is a whole number, not a text", "config.type"),
    ("details = 1", "orderproof.toml:1:1", "`details` is true or false, not a number", "config.type"),
    ('only = "a"', "orderproof.toml:1:1", "`only` is a list of texts, not a text", "config.type"),
    ("only = ['a', 1]", "orderproof.toml:1:1", "`only` is a list of texts, not one of other things", "config.type"),
    ("timezone = 2026-01-01", "orderproof.toml:1:1", "`timezone` is a text, not a day or a time", "config.type"),
    ("lang = 1.5", "orderproof.toml:1:1", "`lang` is a text, not a number with a point", "config.type"),
    ("lang = 'eng'", "orderproof.toml:1:1", "did you mean `en`?", "config.value"),
    ("engine = 'x'", "orderproof.toml:1:1", "known: auto, both, rete, reference, compiled, all", "config.value"),
    ("sheet = ''", "orderproof.toml:1:1", "`sheet` is empty", "config.value"),
    ('sheet = "a\\u001b"', "orderproof.toml:1:1", "a control character stands in `sheet`", "config.value"),
    ("rules = 'credit-guarante'", "orderproof.toml:1:1", "did you mean `credit-guarantee`?", "config.value"),
    ("rules = 'nothing'", "orderproof.toml:1:1", "shipped rule sets: credit-guarantee", "config.value"),
    ("as-of = 'x'", "orderproof.toml:1:1", "it belongs to one run", "config.refused"),
    ("reveal = true", "orderproof.toml:1:1", "it belongs to whoever looks at the run", "config.refused"),
    ("no-waivers = true", "orderproof.toml:1:1", "leave the key `waivers` out", "config.refused"),
    ("parameters = 1", "orderproof.toml:1:1", "`parameters` is a table, not a number", "config.type"),
    ("[parameters]\na = 2026-01-01", "orderproof.toml:2:1", "days and instants are written as texts", "config.type"),
    (
        "[parameters]\nx = 1\n\n[parameters.t]\n'a=b' = 1",
        "orderproof.toml:5:1",
        "`t` has an entry `a=b`",
        "config.value",
    ),
    ("[parameters]\na = [[1]]", "orderproof.toml:2:1", "the parameter `a` holds a list in a list", "config.type"),
    ("output = ['sarf:x']", "orderproof.toml:1:1", "did you mean `sarif`?", "config.value"),
    ("rules = 'rules'\nrules = 'x'", "orderproof.toml:2:", "cannot overwrite a value", "config.toml"),
    ("rules = ", "orderproof.toml:1:", "this is not TOML: invalid value", "config.toml"),
    ("rules", "orderproof.toml:1:", "this is not TOML: expected '=' after a key", "config.toml"),
    ("x = " + "[" * 5000, "orderproof.toml:1:", "it is nested too deep", "config.toml"),
    ("x = 1" + "0" * 5000, "orderproof.toml:1:", "this is not TOML", "config.toml"),
)


@pytest.mark.parametrize(("text", "place", "words", "code"), WRONG, ids=[text[:30] for text, *_ in WRONG])
def test_what_is_wrong_has_a_place(project: Path, text: str, place: str, words: str, code: str) -> None:
    found = refused(text)
    assert found.startswith(place), found
    assert words in found
    assert f"[{code}]" in found


def test_all_that_is_wrong_is_told_at_once(project: Path) -> None:
    found = refused("jobs = 'x'\nlang = 'fr'\nnothing = 1\n")
    assert [line.split(": ", 1)[0] for line in found.split("\n") if "error" in line] == [
        f"orderproof.toml:{line}:1" for line in (1, 2, 3)
    ]


PLACES = (
    "[tool.orderproof]\nfail_on = 1",
    "[build-system]\nfail_on = 1\n[tool.other]\nfail_on = 2\n[tool.orderproof]\n# fail_on\nfail_on = 3",
    "[tool]\norderproof.fail_on = 1",
    '[tool."orderproof"]\n"fail_on" = 1',
    "tool = {orderproof = {fail_on = 1}}",
)


@pytest.mark.parametrize(("text", "line"), tuple(zip(PLACES, (2, 7, 2, 2, 1), strict=True)))
def test_the_line_of_a_key_in_a_project(project: Path, text: str, line: int) -> None:
    assert refused(text, "pyproject.toml").startswith(f"pyproject.toml:{line}:")


def test_a_report_lies_below_the_configuration(project: Path) -> None:
    outside = project / "outside"
    outside.mkdir()
    (project / "inside").mkdir()
    (project / "inside/link").symlink_to(outside)
    os.chdir(project / "inside")
    for name in ("../x", "/tmp/x", "a/../../x", "link/x", "json:../x", ".git/hooks/x", ".", "json:", ".x", "./.x"):
        assert "config.output" in refused(f"output = ['{name}']"), name
    assert "over the configuration" in refused("output = ['text:orderproof.toml']")


# Where it is


def test_the_closest_folder_counts_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        project, {"orderproof.toml": "jobs = 1\nlang = 'zh'\n", "deep/pyproject.toml": "[tool.orderproof]\njobs = 2\n"}
    )
    write(project, {"deep/er/pyproject.toml": "[tool.other]\nname = 'orderproof'\n"})
    for folder, found in ((".", {"jobs": 1, "lang": "zh"}), ("deep", {"jobs": 2}), ("deep/er", {"jobs": 2})):
        monkeypatch.chdir(project / folder)
        file = find_config()
        assert file is not None
        assert dict(understand(file, KEYS, REFUSED).values) == found


def test_the_search_ends_with_a_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"orderproof.toml": "jobs = 1\n", "deep/.git": "gitdir: elsewhere\n"})
    monkeypatch.chdir(project / "deep/er")
    assert find_config() is None
    write(project, {"deep/orderproof.toml": "jobs = 2\n"})
    file = find_config()
    assert file is not None
    assert file.path == "../orderproof.toml"


def test_the_search_ends_before_home(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"orderproof.toml": "jobs = 1\n"})
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("USERPROFILE", str(project))
    monkeypatch.chdir(project / "deep")
    assert find_config() is None


def test_nobody_else_puts_one_into_a_folder_of_all(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"orderproof.toml": "jobs = 1\n"})
    project.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO | stat.S_ISVTX)
    assert find_config() is None
    monkeypatch.chdir(project / "deep")
    assert find_config() is None


def test_two_in_one_folder(project: Path) -> None:
    write(project, {"orderproof.toml": "jobs = 1\n", "pyproject.toml": "[tool.orderproof]\njobs = 2\n"})
    with pytest.raises(OrderproofError) as wrong:
        find_config()
    assert [each.code for each in wrong.value.diagnostics] == ["config.twice"]


UNREADABLE: dict[str, bytes] = {"no text": b"jobs = '\xff'", "too large": b"#" * (1 << 20) + b"\n"}


@pytest.mark.parametrize("name", ["orderproof.toml", "pyproject.toml"])
def test_a_file_that_cannot_be_read(project: Path, name: str) -> None:
    for content in UNREADABLE.values():
        (project / name).write_bytes(content + b"\n[tool.orderproof]\n")
        with pytest.raises(OrderproofError) as wrong:
            find_config()
        assert [each.code for each in wrong.value.diagnostics] == ["config.unreadable"]
    (project / name).unlink()
    os.mkfifo(project / name)
    with pytest.raises(OrderproofError) as wrong:
        find_config()
    assert "it is no file" in wrong.value.diagnostics[0].message
    (project / name).unlink()
    (project / name).symlink_to("nowhere")
    with pytest.raises(OrderproofError) as wrong:
        find_config()
    assert "no such file" in wrong.value.diagnostics[0].message


def test_a_broken_project_of_other_tools_is_passed_over(project: Path) -> None:
    write(project, {"pyproject.toml": "this is = = not TOML\n"})
    assert find_config() is None
    write(project, {"pyproject.toml": "this is = = not TOML\n[tool.orderproof]\n"})
    with pytest.raises(OrderproofError):
        find_config()


def test_a_named_file(project: Path) -> None:
    write(project, {"ci.toml": "jobs = 1\n", "pyproject.toml": "[tool.x]\n"})
    assert read_config("ci.toml").table == {"jobs": 1}
    for name, code in (
        ("pyproject.toml", "config.none"),
        ("none.toml", "config.unreadable"),
        ("\0", "config.unreadable"),
    ):
        with pytest.raises(OrderproofError) as wrong:
            read_config(name)
        assert [each.code for each in wrong.value.diagnostics] == [code]


def test_a_mark_and_line_ends_of_other_systems(project: Path) -> None:
    (project / "orderproof.toml").write_bytes(b"\xef\xbb\xbfjobs = 1\r\nlang = 'fr'\r\n")
    with pytest.raises(OrderproofError) as wrong:
        understand(read_config("orderproof.toml"), KEYS, REFUSED)
    assert render(wrong.value.diagnostics[0]).startswith("orderproof.toml:2:1: ")


def test_a_number_stays_as_it_is_written() -> None:
    assert tomllib.loads("a = 0.10\nb = 1e-7", parse_float=Number) == {"a": "0.10", "b": "1e-7"}


# The program


CONFIG = 'rules = "rules"\nfail-on = "warning"\n[parameters]\nallowed = "0.01"\nmethods = ["cash"]\n'


def test_the_program_uses_it(project: Path) -> None:
    write(project, {"orderproof.toml": CONFIG})
    assert check(project, "orders").code == 0
    assert check(project, "orders").err == "configuration: orderproof.toml\n"
    assert check(project, "orders", "--quiet").err == ""
    assert check(project, "warned").code == 1
    assert check(project / "deep/er", "../../warned").err == "configuration: ../../orderproof.toml\n"


def test_the_command_line_counts_first(project: Path) -> None:
    write(project, {"orderproof.toml": CONFIG + "allow-empty = true\n"})
    assert check(project, "orders", "--parameter", "allowed=0").code == 2  # the table has no such key
    write(project, {"orderproof.toml": f"allow-empty = true\n{CONFIG}"})
    ended = check(project, "orders", "--parameter", "allowed=0", "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["parameters"] == {"allowed": "0", "methods": ["cash"], "timezone": "Asia/Shanghai"}
    assert check(project, "warned", "--fail-on", "error").code == 0
    (project / "empty").mkdir()
    assert check(project, "empty").code == 0
    assert check(project, "empty", "--no-allow-empty").code == 3


def test_without_and_with_another(project: Path) -> None:
    write(project, {"orderproof.toml": "nonsense = 1\n", "ci/mine.toml": 'rules = "../rules"\n'})
    assert check(project, "orders").code == 2
    assert check(project, "orders", "--no-config", "--rules", "rules").code == 1
    ended = check(project, "orders", "--config", "ci/mine.toml")
    assert (ended.code, ended.err) == (1, "")
    both = check(project, "orders", "--config", "ci/mine.toml", "--no-config")
    assert (both.code, "contradict" in both.err) == (2, True)


def test_what_was_used_is_told(project: Path) -> None:
    write(project, {"ci.toml": CONFIG})
    lines = check(project, "orders", "--config", "ci.toml", "--verbose").err.splitlines()
    assert lines[0] == "configuration: ci.toml"
    assert lines[1].startswith("  sha256: ")
    assert lines[2:] == [
        "  rules: rules",
        "  fail-on: warning",
        "  parameter allowed: 0.01",
        '  parameter methods: ["cash"]',
    ]


def test_reports_and_formats_from_it(project: Path) -> None:
    write(project, {"orderproof.toml": 'rules = "rules"\nformat = "json"\noutput = ["text:out.txt"]\njobs = 1\n'})
    ended = check(project / "deep", "../orders")
    assert json.loads(ended.out)["summary"]["violation"] == 1
    assert "violation: ../orders/bad.json" in (project / "out.txt").read_text(encoding="utf-8")


def test_values_that_an_option_refuses(project: Path) -> None:
    write(project, {"orderproof.toml": 'jobs = 1000\ntimezone = "Asia/Shangai"\nattachments-root = "nowhere"\n'})
    ended = check(project, "orders")
    assert (ended.code, ended.out) == (2, "")
    assert "orderproof.toml:1:1: error: `jobs` cannot be this: 1000 is not in the range" in ended.err
    assert "did you mean `Asia/Shanghai`?" in ended.err
    assert "orderproof.toml:3:1: error: `attachments-root` cannot be this" in ended.err


def test_other_commands_take_what_they_share(project: Path) -> None:
    write(project, {"orderproof.toml": f'lang = "zh"\n{CONFIG}'})
    listed = program("rules", "list", folder=project)
    assert (listed.code, listed.err) == (0, "")
    assert "price.equal" in listed.out
    assert "0.01" in listed.out
    linted = program("rules", "lint", folder=project)
    assert linted.code == 0
    explained = program("explain", "orders/bad.json", "price.equal", folder=project)
    assert explained.code == 0
    assert "总额" in explained.out


def test_waivers_are_written_where_the_configuration_says(project: Path) -> None:
    write(
        project,
        {"orderproof.toml": 'rules = "rules"\nwaivers = "kept/waivers.yaml"\n', "kept/waivers.yaml": "waivers:\n"},
    )
    report = check(project, "orders", "--output", "json:report.json")
    assert report.code == 1
    key = json.loads((project / "report.json").read_text("utf-8"))["findings"][0]["fingerprint"]
    said = ("--reason", "agreed", "--owner", "Li Wei", "--granted", "2026-01-01", "--expires", "2026-12-31")
    waived = program("waive", "../../report.json", key, *said, folder=project / "deep/er")
    assert (waived.code, waived.out.startswith("../../kept/waivers.yaml:2:5: price.equal, 2")) == (0, True)
    assert check(project, "orders").code == 0
    rules = RULES.replace('clause: "3"', 'clause: "3"\n    waivable: false', 1)
    write(project, {"rules/rules.yaml": rules, "kept/waivers.yaml": "waivers:\n"})
    waived = program("waive", "report.json", key, *said, folder=project)
    assert (waived.code, "[waivers.not-waivable]" in waived.err) == (2, True)


# Never from the documents' folder


def test_a_configuration_beside_documents_is_not_seen(project: Path) -> None:
    write(project, {"orders/orderproof.toml": 'skip = ["*"]\nfail-on = "never"\n'})
    ended = check(project, "orders", "--rules", "rules")
    assert ended.code == 1
    assert "configuration" not in ended.err


@pytest.mark.parametrize(
    "paths", [(".",), ("bad.json",), ("*.json",), ("../orders",), ("..",), ("./bad.json", "good.json")]
)
def test_where_documents_are_worked_among_it_must_be_named(project: Path, paths: tuple[str, ...]) -> None:
    write(project, {"orders/orderproof.toml": 'fail-on = "never"\n'})
    found = check(project / "orders", *paths, "--rules", "../rules")
    assert (found.code, found.out) == (2, "")
    assert "[config.among-documents]" in found.err
    assert "help: if it is yours, say `--config orderproof.toml`; else `--no-config`" in found.err
    named = check(project / "orders", "bad.json", "--rules", "../rules", "--config", "orderproof.toml")
    assert named.code == 0
    without = check(project / "orders", *paths, "--rules", "../rules", "--no-config")
    assert without.code == (3 if paths == ("..",) else 1)


def test_the_same_of_documents_in_a_list(project: Path) -> None:
    write(project, {"orders/orderproof.toml": 'fail-on = "never"\n', "list": "bad.json\n"})
    write(project, {"orders/deep/worse.json": order("4", FAULTY), "above": "../orders\n", "below": "deep\n"})
    for list_ in ("list", "above"):
        found = check(project / "orders", "--files-from", f"../{list_}", "--rules", "../rules")
        assert (found.code, found.out, "[config.among-documents]" in found.err) == (2, "", True)
    (project / "orders/bad.json").unlink()
    (project / "orders/good.json").unlink()
    found = check(project / "orders", "--files-from", "../above", "--rules", "../rules")
    assert (found.code, "[config.among-documents]" in found.err) == (2, True)
    # As where it is an argument: a configuration in a folder above is one's own.
    assert check(project / "orders", "--files-from", "../below", "--rules", "../rules").code == 0
