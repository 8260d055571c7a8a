"""The README is true: its sessions print what it shows, its rule set is the file that it names."""

import re
import shlex
from pathlib import Path

import pytest
import readme

from orderproof.cli import run

PROJECT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


def _output(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    program, *arguments = shlex.split(command)
    assert program == "orderproof"
    run(arguments)
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_sessions_print_what_is_shown(record: bool, capsys: pytest.CaptureFixture[str]) -> None:
    if record:
        text = readme.README.read_text("utf-8")
        for block in readme.blocks("console"):
            commands = [line for line in block.splitlines() if line.startswith("$ ")]
            shown = "".join(f"{line}\n{_output(line.removeprefix('$ '), capsys)}" for line in commands)
            text = text.replace(block, shown)
        readme.README.write_text(text, "utf-8")
    sessions = readme.sessions()
    assert len(sessions) == 6
    assert [(command, _output(command, capsys)) for command, _ in sessions] == sessions


def test_the_rule_set_shown_is_the_one_that_is_shipped() -> None:
    shown = next(block for block in readme.blocks("yaml") if "rule_set: deposits" in block)
    assert shown == Path("fixtures/tutorial/deposits.yaml").read_text("utf-8")


def test_the_set_up_commands_are_run_by_continuous_integration() -> None:
    first, second = readme.set_up_command(1), readme.set_up_command(2)
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert first.endswith("orderproof check fixtures/orders --as-of 2026-03-20T00:00:00Z")
    assert second.endswith("&& .venv/bin/pytest")
    script = Path(".ci/run").read_text("utf-8")
    assert all(f"command_of_readme {number}" in script for number in (1, 2))


def test_the_options_that_are_named_exist() -> None:
    """Options that the README names are the program's, but those of pip, the tests and the random runs."""
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme.README.read_text("utf-8")))
    from orderproof.cli import cli

    known = {
        name
        for command in (*cli.commands.values(), *cli.commands["rules"].commands.values())  # type: ignore[attr-defined]
        for parameter in command.params
        for name in parameter.opts
    }
    assert options - known - {"--quiet", "--record", "--seed", "--time"} == set()
