"""Completion: what a shell asks, and what it is told; bash for real, the others by the way they ask."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import COMMAND, RULES, Ended, program

from orderproof.cli_completion import SHELLS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion")
    (path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (path / "orders").mkdir()
    (path / "configured").mkdir()
    (path / "configured/orderproof.toml").write_text('rules = "../rules.yaml"\n', encoding="utf-8")
    (path / "broken").mkdir()
    (path / "broken/orderproof.toml").write_text("nonsense\n", encoding="utf-8")
    return path


def asked(folder: Path, shell: str, words: list[str], incomplete: str) -> Ended:
    """What the script of a shell asks: the words before the one that is completed, and this one as far as it stands."""
    line = " ".join(["orderproof", *words, incomplete])
    environment = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) + 1)},
        "zsh": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) + 1)},
        "fish": {"COMP_WORDS": line, "COMP_CWORD": incomplete},
        "powershell": {"COMP_WORDS": "\n".join(["orderproof", *words]), "COMP_CWORD": incomplete},
    }[shell]
    return program(folder=folder, environment={**environment, "_ORDERPROOF_COMPLETE": f"{shell}_complete"})


def told(folder: Path, shell: str, words: list[str], incomplete: str) -> list[tuple[str, str]]:
    """The kinds and the texts that a shell is told."""
    ended = asked(folder, shell, words, incomplete)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    if shell == "zsh":
        return list(zip(lines[::3], lines[1::3], strict=True))
    mark = "\t" if shell == "powershell" else ","
    found = (line.split(mark, 1) for line in lines if line)
    return [(kind, text.partition("\t")[0]) for kind, text in found]


def texts(folder: Path, words: list[str], incomplete: str) -> list[str]:
    return [text for kind, text in told(folder, "bash", words, incomplete) if kind == "plain"]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell(folder: Path, shell: str) -> None:
    assert ("plain", "check") in told(folder, shell, [], "c")
    assert ("plain", "--fail-on") in told(folder, shell, ["check"], "--fail")
    assert told(folder, shell, ["check", "--fail-on"], "n") == [("plain", "never")]
    rules = told(folder, shell, ["check", "--rules", "rules.yaml", "--only"], "price.")
    assert rules == [("plain", "price.equal"), ("plain", "price.positive")]
    assert [kind for kind, _ in told(folder, shell, ["check"], "or")] == ["file"]


def test_rules(folder: Path) -> None:
    for words in (["check", "--skip"], ["check", "--only"], ["rules", "show"], ["rules", "test", "--only"]):
        at = (
            [*words[:-1], "--rules", "rules.yaml", words[-1]]
            if words[-1].startswith("--")
            else [*words, "--rules", "rules.yaml"]
        )
        assert texts(folder, at, "pay") == ["payment.method"]
    assert texts(folder, ["check", "--rules", "rules.yaml", "--only"], "price.equal,pay") == [
        "price.equal,payment.method"
    ]
    assert texts(folder, ["explain", "--rules", "rules.yaml", "orders/a.json"], "ship") == ["shipment.by-agreed-time"]
    shipped = texts(folder, ["check", "--only"], "price.")
    assert "price.total-adds-up" in shipped
    assert "price.equal" not in shipped


def test_rules_of_the_configuration(folder: Path) -> None:
    assert texts(folder / "configured", ["check", "--only"], "price.") == ["price.equal", "price.positive"]
    assert "price.total-adds-up" in texts(folder / "configured", ["check", "--no-config", "--only"], "price.")
    assert "price.total-adds-up" in texts(folder / "broken", ["check", "--only"], "price.")


def test_what_is_wrong_is_not_told_while_a_word_is_completed(folder: Path) -> None:
    assert texts(folder, ["check", "--rules", "nowhere", "--only"], "price.") == []
    assert texts(folder, ["check", "--config", "nowhere", "--fail-on"], "n") == ["never"]


def test_formats_and_files(folder: Path) -> None:
    assert told(folder, "bash", ["check", "--output"], "js") == [("file", "js"), ("plain", "json:")]
    assert texts(folder, ["check", "--format"], "sa") == ["sarif"]
    for option in ("--rules", "--mapping", "--config", "--waivers", "--baseline", "--files-from"):
        assert told(folder, "bash", ["check", option], "x") == [("file", "x")]
    assert told(folder, "bash", ["check", "--attachments-root"], "x") == [("dir", "x")]


def test_words_of_powershell_keep_what_is_in_them(folder: Path) -> None:
    words = ["check", "C:\\orders\\a b.json", "--rules", str(folder / "rules.yaml"), "--only"]
    assert told(folder, "powershell", words, "pay") == [("plain", "payment.method")]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts(folder: Path, shell: str) -> None:
    ended = program("completion", shell, folder=folder)
    assert (ended.code, ended.err) == (0, "")
    assert f"{shell}_complete" in ended.out
    assert "orderproof" in ended.out
    assert ended.out == program("completion", shell, folder=folder, environment={"PATH": "/nowhere"}).out


def test_no_such_shell(folder: Path) -> None:
    ended = program("completion", "csh", folder=folder)
    assert (ended.code, ended.out) == (2, "")


def test_bash_for_real(folder: Path, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    wrapper = tmp_path / "orderproof"
    wrapper.write_text(f'#!{bash}\nexec {sys.executable} -m orderproof "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    asks = """
    eval "$(orderproof completion bash)"
    complete -p orderproof
    ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _orderproof_completion orderproof; echo "${COMPREPLY[*]}"; }
    ask orderproof ru
    ask orderproof check --fail-on ''
    ask orderproof check --rules rules.yaml --only pri
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    command = [bash, "--noprofile", "--norc", "-c", asks]
    ended = subprocess.run(command, check=False, cwd=folder, env={"PATH": path}, capture_output=True, timeout=60)
    assert ended.stdout.decode().splitlines() == [
        "complete -o nosort -F _orderproof_completion orderproof",
        "rules",
        "error warning never",
        "price.equal price.positive",
    ], ended.stderr
    assert COMMAND[0] == sys.executable
