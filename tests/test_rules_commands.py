"""The commands about rules, and ``explain``: whole outputs, and that failing cases are noticed."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from program import injected, program

from orderproof import cli
from orderproof.diagnostic import OrderproofError
from orderproof.rulebook.cases import run_cases
from orderproof.ruleset.model import Case
from orderproof.ruleset.open import OpenRuleSet, open_rule_set

FOLDER = Path(__file__).parent.parent / "fixtures" / "commands"
NAMES = sorted(folder.name for folder in (FOLDER / "cases").iterdir())


def test_there_are_cases() -> None:
    assert len(NAMES) >= 35


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a call prints and returns, as a fixture holds it."""
    code = cli.run(arguments)
    printed = capsys.readouterr()
    errors = f"--- standard error\n{printed.err}" if printed.err else ""
    return f"{printed.out}{errors}--- exit code {code}\n"


@pytest.mark.parametrize("name", NAMES)
def test_command(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], record: bool) -> None:
    monkeypatch.chdir(FOLDER)
    arguments = shlex.split((FOLDER / "cases" / name / "command.txt").read_text(encoding="utf-8"))
    output = told(arguments, capsys)
    expected = FOLDER / "cases" / name / "expected.txt"
    if record:
        expected.write_text(output, encoding="utf-8", newline="\n")
    assert output == expected.read_text(encoding="utf-8")


def test_the_program_says_the_same_as_a_process_of_its_own() -> None:
    ended = program("rules", "list", "--rules", "shop", "--lang", "zh", folder=FOLDER)
    expected = (FOLDER / "cases" / "list-zh" / "expected.txt").read_text(encoding="utf-8")
    assert (ended.out + "--- exit code 0\n", ended.err, ended.code) == (expected, "", 0)


# An engine that cannot run


@pytest.mark.parametrize(("engine", "code"), [("both", 3), ("rete", 3), ("reference", 0)])
def test_cases_without_the_rules_engine_do_not_show_that_both_agree(engine: str, code: int, tmp_path: Path) -> None:
    ended = program(
        *("rules", "test", "--rules", "shop", "--engine", engine),
        folder=FOLDER,
        environment=injected(tmp_path, "durable_rules_engine", "raise ImportError('it was built for another Python')"),
    )
    assert ended.code == code
    assert ("Engine: reference alone, because " in ended.out) is (code == 3)
    assert "Cases: 6 (as expected 6, failed 0)" in ended.out


def test_an_explanation_says_that_one_engine_alone_judged(tmp_path: Path) -> None:
    ended = program(
        *("explain", "late.yaml", "pay.method", "--rules", "shop"),
        folder=FOLDER,
        environment=injected(tmp_path, "durable_rules_engine", "raise ImportError('it was built for another Python')"),
    )
    assert ended.code == 0
    assert "every document is judged by the reference engine alone [engine.unavailable]" in ended.err
    assert "violation: payment P-1" in ended.out


# What run_cases notices


def with_case(change: Callable[[Case], Case]) -> OpenRuleSet:
    """The small rule set with its first case alone, changed."""
    opened = open_rule_set((FOLDER / "shop").as_posix())
    (tests,) = opened.rule_set.tests
    tests = replace(tests, cases=(change(tests.cases[0]),))
    return replace(opened, rule_set=replace(opened.rule_set, tests=(tests,)))


def test_a_refuted_reason(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A reason why a verdict cannot be is believed only while no case has that verdict."""
    monkeypatch.chdir(FOLDER)
    output = told(["rules", "test", "--rules", "wrong", "--engine", "reference"], capsys)
    assert "Reasons why a verdict cannot be: 1 (refuted by a case 1)" in output
    assert "`amounts.limit` is never violation, says this case, but another one shows that it can be" in output


def failures(opened: OpenRuleSet) -> list[str]:
    tested = run_cases(opened, "reference")
    return [outcome.failure.message for outcome in tested.outcomes if outcome.failure is not None]


def test_a_case_that_comes_out_as_expected() -> None:
    assert failures(with_case(lambda case: case)) == []


@pytest.mark.parametrize("verdict", ["violation", "undetermined", "not_applicable"])
def test_a_wrong_expectation(verdict: str) -> None:
    opened = with_case(lambda case: replace(case, expect=verdict))
    assert failures(opened) == [f"`ship.in-time`: expected {verdict}, found pass"]


def test_a_wrong_subject() -> None:
    opened = with_case(lambda case: replace(case, subject="2"))
    assert failures(opened) == ["`ship.in-time`: there is no subject `2`; subjects: 1"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("payments[5].method", "`payments[5].method` leads nowhere in the base document"),
        ("status.name", "`status.name` leads nowhere in the base document"),
        ("payments.", "`payments.` is not a path"),
        ("a b", "`a b` is not a path"),
    ],
)
def test_a_bad_path(path: str, message: str) -> None:
    def change(case: Case) -> Case:
        return replace(case, change=((replace(case.check, value=path), "x"),))

    with pytest.raises(OrderproofError) as raised:
        run_cases(with_case(change), "reference")
    assert [diagnostic.message for diagnostic in raised.value.diagnostics] == [message]


def test_a_change_that_makes_the_document_unreadable() -> None:
    def change(case: Case) -> Case:
        return replace(case, change=((replace(case.check, value="currency"), "usd"),))

    (failure,) = failures(with_case(change))
    assert failure.startswith("`ship.in-time`: the changed document cannot be read: ")
