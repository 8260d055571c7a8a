"""The cases of a vocabulary of accounts run with those of its rule set."""

import shutil
from pathlib import Path

import pytest

from orderproof.cli import run
from orderproof.data import rules_folder
from orderproof.screening.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[1]
ACCOUNTS = rules_folder() / "credit-guarantee" / "accounts.yaml"
CASES = len(load_vocabulary(ACCOUNTS.read_bytes()).cases)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name in ("deposits.yaml", "deposit-order.yaml"):
        shutil.copy(ROOT / "fixtures" / "tutorial" / name, tmp_path)
    shutil.copy(ACCOUNTS, tmp_path)
    return tmp_path


def test_they_run_with_the_cases_of_the_checks(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "--rules", str(rules), "--engine", "reference"]) == 0
    out = capfd.readouterr().out
    assert f"Cases of accounts in contracts: {CASES} (as expected {CASES}, failed 0)\n" in out


def test_one_that_comes_out_otherwise_is_told_in_its_place(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    accounts = rules / "accounts.yaml"
    text = accounts.read_text(encoding="utf-8")
    accounts.write_text(text + '  - {text: "Order No. 12", expect: account}\n', encoding="utf-8")
    line = text.count("\n") + 1
    assert run(["rules", "test", "--rules", str(rules), "--engine", "reference", "--lang", "zh"]) == 1
    out = capfd.readouterr().out
    assert f"{accounts}:{line}:36: error: this text is said to be `account`, but it comes out as `none`" in out
    assert f"合同账号用例：{CASES + 1} 个（符合预期 {CASES}，失败 1）\n" in out


def test_they_do_not_run_where_some_checks_are_chosen(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "--rules", str(rules), "--engine", "reference", "--only", "deposit.*"]) == 0
    assert "accounts" not in capfd.readouterr().out
