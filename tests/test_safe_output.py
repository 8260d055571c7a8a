"""What the program prints for people, while every text from outside attacks whoever reads it: one case an attack and output.

Formats have tests of their own; here are terminals and logs.
"""

import json
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import FAULTY, HEAD, RULES, injected, order, program
from runner import commands
from workbooks import Book, Sheet, rows_of

from orderproof.cli import run
from orderproof.diagnostic import display

AS_OF = ("--as-of", "2026-03-20T00:00:00Z")
MARK = "injected"
"""What would stand at the beginning of a line where an attack succeeded."""
ATTACKS = {
    "escapes": f"\x1b[2J\x1b[31m\x1b]0;t\x07\x1b]8;;https://evil.example/\x1b\\x\x1b]8;;\x1b\\\x9b1m\x08\x7f\r{MARK}",
    "lines": f"a\r\n{MARK}\r{MARK}\n{MARK}\u2028{MARK}\u2029{MARK}\x0b{MARK}\x0c{MARK}\x85{MARK}",
    "commands": "::error file=a,line=1::x\n::stop-commands::y\r\n  ::set-env name=P::1\n##[error]z ##vso[task.complete]",
    "bidi": "\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u202a\u202b\u202c\u202d gpj.exe",
    "invisible": "p\u200ba\u200cy\u200d \u2060t\u00ado\ufeff\u180e\U000e0041\U000e007f\u3164\u115f\uffa0\u034f\ufe0f\U000e0100",
    "markup": "[/x] [link=https://evil.example]x[/link] [bold]y[/] :smile: \x1b[0m {0} %s ${HOME} `id` $(id)",
}
"""Texts as partners could write them: what terminals, log readers, and who only looks would take for something else."""


def visible(text: str) -> str:
    """The parts of an attack that a file's name may have."""
    return text.replace("/", "\N{FULLWIDTH SOLIDUS}")[:60]


def loaded(value: str) -> str:
    """A text inside JSON, as it stands: its escapes are nobody's."""
    return json.dumps(value, ensure_ascii=False)


def written(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return name


def hostile_order(attack: str) -> str:
    values = json.dumps(attack)
    return f'{{"id": {values}, {HEAD}, {FAULTY}, {values}: {values}, "payments": [{{"id": {values}, "method": {values}}}]}}\n'


def hostile_rules(attack: str) -> str:
    """Rules of an author who attacks; a rule set is data, and may be anybody's."""
    text = json.dumps(attack)
    return (
        RULES.replace("{en: The total is what is collected,", f"{{en: {text},")
        .replace('clause: "3"', f"clause: {text}\n    note: {text}")
        .replace('{en: "The total is {order.amounts.total}."}', f"{{en: {text}}}")
        .replace("methods: [tt, e_checking]", f"methods: [tt, {text}]")
    )


Output = Callable[[Path, str], list[str]]
OUTPUTS: dict[str, Output] = {}


def output(make: Output) -> Output:
    """What writes the files of an attack into a folder, and gives the arguments of the call that reads them."""
    OUTPUTS[make.__name__.strip("_").replace("_", " ")] = make
    return make


@output
def _check(folder: Path, attack: str) -> list[str]:
    written(folder, f"in/{visible(attack)}.json", hostile_order(attack))
    return ["check", "in", "--rules", "rules.yaml", *AS_OF, "--engine", "reference"]


@output
def _check_in_chinese(folder: Path, attack: str) -> list[str]:
    return [*_check(folder, attack), "--lang", "zh", "--color", "never"]


@output
def _check_broken_documents(folder: Path, attack: str) -> list[str]:
    for number, text in enumerate((attack, f"{{{loaded(attack)}: 1,}}", hostile_order(attack).replace("5.01", attack))):
        written(folder, f"in/{number}{visible(attack)}.json", text)
        written(folder, f"in/{number}{visible(attack)}.yaml", text)
    written(folder, f"in/{visible(attack)}.txt", "")
    return ["check", "in", f"gone{visible(attack)}", "--rules", "rules.yaml", *AS_OF, "--engine", "reference"]


@output
def _check_archive(folder: Path, attack: str) -> list[str]:
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        for name in (f"{attack}.json", f"../{attack}.json", f"{attack}.txt", f".{attack}.json", f"{attack}.zip"):
            archive.writestr(name.replace("\0", ""), hostile_order(attack))
    return ["check", "x.zip", "--rules", "rules.yaml", *AS_OF, "--engine", "reference"]


@output
def _check_tables(folder: Path, attack: str) -> list[str]:
    quoted = '"' + attack.replace('"', '""') + '"'
    written(folder, "in/x.csv", f"{quoted},id\n{quoted},{quoted}\n")
    cells = "".join(each for each in attack if each >= " " and each not in "\ufffe\uffff") + "_x001B_[2J_x000A_" + MARK
    sheet = Sheet(rows_of([[cells, "id"], [cells, cells]]), name=cells)
    written(folder, "in/x.xlsx", Book([sheet, Sheet(rows_of([[cells]]), name=cells[::-1])]).bytes())
    return ["check", "in", "--rules", "rules.yaml", *AS_OF, "--engine", "reference"]


@output
def _explain(folder: Path, attack: str) -> list[str]:
    name = written(folder, f"{visible(attack)}.json", hostile_order(attack))
    return ["explain", name, "payment.method", "--rules", "rules.yaml", *AS_OF]


@output
def _explain_hostile_rules(folder: Path, attack: str) -> list[str]:
    written(folder, "rules.yaml", hostile_rules(attack))
    return ["explain", "good.json", "price.equal", "--rules", "rules.yaml", *AS_OF]


@output
def _rules_list(folder: Path, attack: str) -> list[str]:
    written(folder, "rules.yaml", hostile_rules(attack))
    return ["rules", "list", "--rules", "rules.yaml"]


@output
def _rules_show(folder: Path, attack: str) -> list[str]:
    written(folder, "rules.yaml", hostile_rules(attack))
    return ["rules", "show", "price.*", "payment.*", "--rules", "rules.yaml"]


@output
def _rules_show_compiled(folder: Path, attack: str) -> list[str]:
    written(folder, "rules.yaml", hostile_rules(attack))
    return ["rules", "show", "--compiled", "--rules", "rules.yaml"]


@output
def _rules_lint(folder: Path, attack: str) -> list[str]:
    written(folder, f"{visible(attack)}.yaml", hostile_rules(attack))
    return ["rules", "lint", "--rules", f"{visible(attack)}.yaml"]


@output
def _rules_that_are_broken(folder: Path, attack: str) -> list[str]:
    text = json.dumps(attack)
    checks = f"checks:\n  - id: {text}\n    {text}: {text}\n    require: {text}\n    each: {text}\n"
    written(
        folder, f"{visible(attack)}.yaml", f"rule_set: {text}\nversion: {text}\ndocument: {text}\n{checks}# {attack}\n"
    )
    return ["rules", "lint", "--rules", f"{visible(attack)}.yaml"]


@output
def _rules_test(folder: Path, attack: str) -> list[str]:
    cases = f"  cases:\n    - {{check: price.equal, name: {json.dumps(attack)}, change: {{id: {json.dumps(attack)}}}, expect: violation}}\n"
    written(folder, "rules.yaml", hostile_rules(attack) + f"tests:\n  base: base.json\n{cases}")
    written(folder, "base.json", order("base"))
    return ["rules", "test", "--rules", "rules.yaml", "--engine", "reference"]


@output
def _convert(folder: Path, attack: str) -> list[str]:
    written(folder, f"in/{visible(attack)}.json", f'{{"id": {json.dumps(attack)}, {HEAD}}}')
    written(folder, "in/y.json", json.dumps({attack: attack}))
    return ["convert", "in"]


@output
def _convert_as_yaml(folder: Path, attack: str) -> list[str]:
    return [*_convert(folder, attack), "--format", "yaml"]


@output
def _screen(folder: Path, attack: str) -> list[str]:
    text = f"SALES CONTRACT {attack}\nBank account no.: 9928123456785196 {attack}\n"
    return ["screen", written(folder, f"{visible(attack)}.txt", text), f"gone{visible(attack)}"]


@output
def _screen_as_json(folder: Path, attack: str) -> list[str]:
    return [*_screen(folder, attack), "--format", "json"]


def _reported(folder: Path, attack: str) -> dict[str, object]:
    """A report as somebody could have made it up."""
    name = {"path": attack, "index": 0, "id": attack}
    finding = {
        "rule": attack,
        "verdict": "violation",
        "severity": "error",
        "document": name,
        "related": [],
        "fingerprint": "1:" + "a" * 32,
        "waived": False,
    }
    sets = [{"id": "small", "version": attack, "sha256": attack}]
    return {"format": "orderproof.report/1", "complete": False, "rule_sets": sets, "findings": [finding]}


@output
def _waive(folder: Path, attack: str) -> list[str]:
    report = written(folder, f"{visible(attack)}.json", json.dumps(_reported(folder, attack)))
    said = ("--reason", attack, "--owner", attack, "--expires", "2099-01-01", "--granted", "2026-01-01")
    return ["waive", report, "1:" + "a" * 32, *said, "--waivers", f"{visible(attack)}.yaml"]


@output
def _waive_what_is_not_there(folder: Path, attack: str) -> list[str]:
    report = written(folder, f"{visible(attack)}.json", json.dumps(_reported(folder, attack)))
    return ["waive", report, attack, "--reason", "r", "--owner", "o", "--expires", "2099-01-01"]


@output
def _waivers(folder: Path, attack: str) -> list[str]:
    text = json.dumps(attack)
    entry = f"rule: price.equal, document: {text}, reason: {text}, owner: {text}"
    written(folder, "w.yaml", f"waivers:\n  - {{{entry}, expires: 2026-03-01}}\n  - {{{entry}, expires: 2026-12-31}}\n")
    return [*_check(folder, attack), "--waivers", "w.yaml"]


@output
def _broken_waivers(folder: Path, attack: str) -> list[str]:
    text = json.dumps(attack)
    written(folder, "w.yaml", f"waivers:\n  - {{rule: {text}, {text}: {text}, expires: {text}}}\n")
    return [*_check(folder, attack), "--waivers", "w.yaml"]


@output
def _baseline(folder: Path, attack: str) -> list[str]:
    written(folder, "b.json", json.dumps(_reported(folder, attack)))
    return [*_check(folder, attack), "--baseline", "b.json"]


@output
def _baseline_of_other_rules(folder: Path, attack: str) -> list[str]:
    written(
        folder,
        "b.json",
        json.dumps({**_reported(folder, attack), "rule_sets": [{"id": attack, "version": attack, "sha256": ""}]}),
    )
    return [*_check(folder, attack), "--baseline", "b.json"]


@output
def _verify(folder: Path, attack: str) -> list[str]:
    written(folder, "in/a.json", order("a"))
    call = [
        "check",
        "in",
        "--rules",
        "rules.yaml",
        *AS_OF,
        "--engine",
        "reference",
        "--attest",
        f"{visible(attack)}.json",
    ]
    assert run(call) == 0
    written(folder, f"in/{visible(attack)}.json", order("b"))
    path = folder / f"{visible(attack)}.json"
    receipt = json.loads(path.read_bytes())
    receipt["subject"][0]["name"] = f"x{attack}".replace("..", "")
    receipt["predicate"]["orderproof.receipt/1"]["tool"]["version"] = attack
    receipt["predicate"]["orderproof.receipt/1"]["as_of"] = attack
    receipt["predicate"]["orderproof.receipt/1"]["limits"][attack] = 1
    receipt["predicate"]["orderproof.receipt/1"]["rules"].update(id=attack, version=attack)
    path.write_text(json.dumps(receipt), encoding="utf-8")
    return ["verify", path.name]


@output
def _verify_what_is_no_receipt(folder: Path, attack: str) -> list[str]:
    return ["verify", written(folder, f"{visible(attack)}.json", json.dumps({attack: attack, "subject": {attack: 1}}))]


@output
def _configuration(folder: Path, attack: str) -> list[str]:
    text = json.dumps(attack.replace("\x7f", ""))
    written(
        folder,
        "orderproof.toml",
        f"waivers = {text}\nonly = [{text}]\nskip = [{text}]\n[parameters]\nallowed = {text}\n",
    )
    return [*_check(folder, attack), "--verbose"]


@output
def _broken_configuration(folder: Path, attack: str) -> list[str]:
    written(folder, "orderproof.toml", f"{attack} = {attack}\n")
    return _check(folder, attack)


@output
def _options(_: Path, attack: str) -> list[str]:
    return ["check", f"--{attack}={attack}"]


@output
def _values_of_options(_: Path, attack: str) -> list[str]:
    return ["check", "good.json", "--rules", "rules.yaml", "--parameter", attack]


@output
def _names_of_rules(_: Path, attack: str) -> list[str]:
    return ["check", "good.json", "--rules", "rules.yaml", "--only", attack, "--skip", f"x{attack}"]


@output
def _name_of_a_rule_set(_: Path, attack: str) -> list[str]:
    return ["check", "good.json", "--rules", visible(attack)]


def assert_safe(text: str) -> None:
    """Nothing in it is a command, or taken for something else; nothing from outside begins a line."""
    assert {each for each in text if each != "\n" and display(each) != each} == set()
    assert list(commands(text)) == []
    assert "##vso[" not in text
    assert [line for line in text.split("\n") if line.startswith(MARK)] == []


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", OUTPUTS)
def test_what_is_printed(
    name: str, attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "rules.yaml", RULES)
    written(tmp_path, "good.json", order("good"))
    arguments = OUTPUTS[name](tmp_path, ATTACKS[attack])
    capsys.readouterr()
    code = run(arguments)
    said = capsys.readouterr()
    assert code in (0, 1, 2, 3), said
    assert said.out + said.err
    assert_safe(said.out)
    assert_safe(said.err)


# The one function


HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def test_of_all_characters_those_are_shown_that_can_be_seen() -> None:
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        told = display(character)
        if told != character:
            assert told.isascii()
            assert told.isprintable()
            assert told.startswith("\\")
        else:
            assert unicodedata.category(character) not in HIDDEN
            assert character not in "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
            assert not 0xFE00 <= number <= 0xFE0F
            assert not 0xE0000 <= number <= 0xE0FFF


@given(st.text(st.characters(), max_size=50), st.text(st.characters(), max_size=50))
def test_texts_are_shown_character_by_character(one: str, other: str) -> None:
    assert display(one + other) == display(one) + display(other)
    assert display(display(one)) == display(one)


# Consoles that cannot show everything


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"LC_ALL": "C"},
        {"PYTHONIOENCODING": "gbk"},
    ],
    ids=["cp1252", "ascii", "C", "gbk"],
)
@pytest.mark.parametrize(
    "arguments", [("check", "in", "--lang", "zh"), ("explain", "in", "payment.method"), ("rules", "list")]
)
def test_every_console_gets_the_same_bytes(
    tmp_path: Path, environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    written(tmp_path, "rules.yaml", RULES)
    written(tmp_path, "in/三月.json", hostile_order("三月 ✓ \U0001f600 ö"))
    options = ("--rules", "rules.yaml", *(() if arguments[0] == "rules" else AS_OF))
    plain = program(*arguments, *options, folder=tmp_path, environment={"PYTHONIOENCODING": "utf-8"})
    ended = program(*arguments, *options, folder=tmp_path, environment=environment)
    assert (ended.code, ended.out, ended.err) == (plain.code, plain.out, plain.err)


# What reports say of the machine


def test_no_report_says_where_on_the_machine_it_was_made(tmp_path: Path) -> None:
    """Nor who made it, nor when: only the instant that the run was given."""
    folder = tmp_path / "secret-user-name"
    written(folder, "rules.yaml", RULES)
    written(folder, "in/a.json", hostile_order("a"))
    written(folder, "in/b.json", "{")
    formats = ("text", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html", "xlsx")
    outputs = [part for each in formats for part in ("--output", f"{each}:{each}.out")]
    environment = {"USER": "secret-user-name", "LOGNAME": "secret-user-name", "HOME": str(folder)}
    options = ("--rules", "rules.yaml", *AS_OF, "--attest", "receipt.out")
    ended = program("check", "in", *options, *outputs, folder=folder, environment=environment)
    assert ended.code == 3
    assert "secret-user-name" not in ended.out + ended.err
    for name in (*formats, "receipt"):
        path = folder / f"{name}.out"
        content = path.read_bytes()
        if path.name == "xlsx.out":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"secret-user-name" not in content, path.name
        assert path.stat().st_mode & 0o111 == 0


def test_a_bug_of_ours_is_told_safely(tmp_path: Path) -> None:
    """Also where its text holds what a document does."""
    code = "import orderproof.check as m\ndef wrong(*_, **__):\n    raise KeyError('\\x1b[2J\\n::error::x\\u202e')\nm.conduct = wrong\n"
    written(tmp_path, "rules.yaml", RULES)
    written(tmp_path, "a.json", order("a"))
    environment = injected(tmp_path, "sitecustomize", code)
    ended = program("check", "a.json", "--rules", "rules.yaml", folder=tmp_path, environment=environment)
    assert ended.code == 70
    assert_safe(ended.out)
    assert_safe(ended.err)
