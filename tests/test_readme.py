"""The README is true: its sessions print what it shows, its rule set is the file that it names, its commands run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import readme

from orderproof.cli import run

PROJECT = Path(__file__).parent.parent
ORDER = "fixtures/orders/healthy/draft-none.yaml"


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
    assert len(sessions) == 10
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


def test_the_check_of_the_first_command_finds_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    command = readme.set_up_command(1).rpartition("orderproof ")[2]
    assert run(shlex.split(command)) == 1, capsys.readouterr().err


def test_the_steps_for_continuous_integration_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree("rules/credit-guarantee", tmp_path / "policy")
    (tmp_path / "incoming").mkdir()
    shutil.copy(ORDER, tmp_path / "incoming")
    monkeypatch.chdir(tmp_path)
    block = next(block for block in readme.blocks("yaml") if "- run:" in block)
    commands = re.findall(r"^- run: orderproof (.+)$", block.replace('"$AS_OF"', "2026-03-20T00:00:00Z"), re.MULTILINE)
    assert len(commands) == 2
    assert [run(shlex.split(command)) for command in commands] == [0, 0], capsys.readouterr().err
    assert (tmp_path / "report.json").exists()


def test_commands_that_are_named_in_passing_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    named = re.findall(r"`orderproof ((?:rules )?[a-z]+)", readme.README.read_text("utf-8"))
    assert named
    assert [run([*shlex.split(command), "--help"]) for command in named] == [0] * len(named)


def test_commands_of_the_tests_know_their_options() -> None:
    commands = re.findall(r"^    python (-m tests\..+)$", readme.README.read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        module = command.split()[:2]
        ended = subprocess.run([sys.executable, *module, "--help"], check=True, capture_output=True, text=True)
        assert all(option in ended.stdout for option in re.findall(r"--[a-z-]+", command))


def test_the_options_that_are_named_exist() -> None:
    """Options that the README names are the program's, but those of pip, the tests, the random runs and benchmarks."""
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme.README.read_text("utf-8")))
    from orderproof.cli import cli

    known = {
        name
        for command in (*cli.commands.values(), *cli.commands["rules"].commands.values())  # type: ignore[attr-defined]
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert options - known - {"--record", "--seed", "--time", "--bench", "--growth", "--start-up"} == set()


def test_every_family_of_codes_is_told() -> None:
    """A code of a diagnostic begins with a word of the README's table."""
    families = set(re.findall(r"`([a-z]+)\.\*`", readme.README.read_text("utf-8")))
    sources = (file.read_text("utf-8") for file in Path("src/orderproof").rglob("*.py"))
    kinds = re.compile(r'(?:Diagnostic|DamagedError|RefusedError|wrong)\(\s*"([a-z]+)\.[a-z-]+"')
    codes = {code for source in sources for code in kinds.findall(source)}
    assert {"archive", "document", "rules"} <= codes
    assert codes - families == set()


def test_the_files_that_are_named_exist() -> None:
    text = readme.README.read_text("utf-8")
    named = re.findall(r"`((?:rules|schemas|fixtures|tests)/[\w./-]+)`", text)
    assert [name for name in named if not Path(name).exists()] == []
    parts = re.findall(r"`([a-z/_]+(?:\.py|/))`", text[text.index("## Inside") :])
    package = Path("src/orderproof")
    roots = (Path(), Path("tests"), package, package / "engine", package / "ruleset", package / "language")
    missing = {name for name in parts if not any((root / name).exists() for root in roots)}
    # The folder of the benchmarks is not shipped.
    assert missing == {"generate.py", "measure.py"}
