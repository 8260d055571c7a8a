"""Mistakes in vocabularies of accounts: each folder of fixtures/bad-accounts holds one, and what is said about it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from orderproof.cli import run
from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import Severity, render
from orderproof.screening.check_digits import letter_checks, number_checks
from orderproof.screening.looks import looks
from orderproof.screening.vocabulary import lint_vocabulary
from orderproof.screening.vocabulary_names import CHECKS, FORMS, LANGUAGES, SEARCH

FOLDER = Path(__file__).parent.parent / "fixtures" / "bad-accounts"
CASES = sorted(folder.name for folder in FOLDER.iterdir())
ACCOUNTS = rules_folder() / "credit-guarantee" / "accounts.yaml"
SHIPPED = ACCOUNTS.read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_bad_accounts(case: str, request: pytest.FixtureRequest) -> None:
    expected = FOLDER / case / "expected.txt"
    told = lint_vocabulary((FOLDER / case / "accounts.yaml").read_bytes(), "accounts.yaml")
    found = "".join(render(each) + "\n" for each in told)
    assert found, "nothing is said about this vocabulary"
    if request.config.getoption("--record"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")
    assert case.startswith("warning-") == all(each.severity is Severity.WARNING for each in told)


def test_nothing_is_to_be_said_of_the_shipped_vocabulary() -> None:
    assert [render(each) for each in lint_vocabulary(SHIPPED.encode(), "accounts.yaml")] == []


RIGHT = (FOLDER / "warning-no-case" / "accounts.yaml").read_text("utf-8")
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "  ",
    '"',
    "- ",
    "*",
    "null",
    "0",
    "-1",
    "1.5",
    "true",
    "role",
    "words",
    "付",
    "",
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(RIGHT)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=4)
)
def test_whatever_is_mistyped_ends_in_words(edits: list[tuple[int, int, str]]) -> None:
    text = RIGHT
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    for each in lint_vocabulary(text.encode()):
        assert render(each)
        assert each.span is None or 0 <= each.span.start < each.span.end <= len(text) + 1


# The program


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rule set, to be spoilt."""
    return Path(shutil.copytree(rules_folder() / "credit-guarantee", tmp_path / "rules"))


@pytest.mark.parametrize(
    ("added", "code", "said"),
    [
        ("  - {role: phrase, words: [收款卡号]}\n", 2, "accounts.word-twice"),
        ("  - {role: payer, kind: refnd, words: [gives back to]}\n", 1, "lint.unread-kind"),
    ],
)
def test_rules_lint_tells_them(
    rules: Path, capfd: pytest.CaptureFixture[str], added: str, code: int, said: str
) -> None:
    text = SHIPPED.replace("\nformats:\n", f"\n{added}formats:\n")
    (rules / "accounts.yaml").write_text(text, "utf-8")
    assert run(["rules", "lint", "--rules", str(rules), "--fail-on", "warning"]) == code
    out = capfd.readouterr().out
    assert f"{rules}/accounts.yaml:" in out
    assert said in out


def test_a_vocabulary_that_is_missing_is_told_by_lint_and_by_check(
    rules: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (rules / "accounts.yaml").unlink()
    order = tmp_path / "order.json"
    order.write_text('{"id": "1", "drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"}', "utf-8")
    message = "no contract can be read for accounts: `accounts.yaml` is missing beside these rules"
    assert run(["rules", "lint", "--rules", str(rules)]) == 2
    assert message in capfd.readouterr().out
    assert run(["check", "--rules", str(rules), str(order)]) == 2
    assert message in capfd.readouterr().err
    assert run(["check", "--rules", str(rules), "--skip", "contract.*", str(order)]) in (0, 1)


# What holds of every name that a vocabulary may use


def schema() -> Any:
    return json.loads((schemas_folder() / "accounts.schema.json").read_text("utf-8"))


def test_the_schema_has_the_names_and_the_bounds_that_the_program_has() -> None:
    found = schema()
    Draft7Validator.check_schema(found)
    assert set(found["definitions"]["form"]["enum"]) == FORMS
    assert set(found["definitions"]["check"]["enum"]) == CHECKS
    numbers = found["properties"]["search"]["properties"]
    assert {name: (each["minimum"], each["maximum"]) for name, each in numbers.items()} == SEARCH


def test_the_manual_names_all_of_them() -> None:
    manual = (rules_folder() / "accounts.md").read_text("utf-8")
    assert [name for name in sorted(FORMS | CHECKS | set(LANGUAGES)) if f"`{name}`" not in manual] == []


DIGITS = st.text("0123456789", min_size=5, max_size=24)
WRITTEN = st.text("0123456789-. /*,'+", min_size=4, max_size=24)
LETTERS = st.text("0123456789ABDEHNRSUXZ", min_size=8, max_size=24)
BESIDE = st.sampled_from(["", "USD ", "HS code ", "海关编码：", " pcs", "%", " %", "元", "个"])


@given(DIGITS | LETTERS, WRITTEN, BESIDE, BESIDE)
def test_a_number_has_no_form_or_check_digits_without_a_name(value: str, written: str, before: str, after: str) -> None:
    checks = {*number_checks(value), *letter_checks(value)}
    assert checks <= CHECKS
    assert looks(value, written, before, after, tuple(sorted(checks))) <= FORMS
