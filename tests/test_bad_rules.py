"""Mistakes in rule files: each folder of fixtures/bad-rules holds one, and what is said about it, to the letter."""

from pathlib import Path

import pytest

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, render
from orderproof.ruleset.lint import lint
from orderproof.ruleset.open import open_rule_set

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
