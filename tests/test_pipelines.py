"""The hooks, the action and the component that run the program in pipelines: their scripts are run, and nothing else."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from program import FAULTY, RULES, UNKNOWN, order, program

from orderproof.cli_config import KEYS, REFUSED
from orderproof.config import understand
from orderproof.config_file import read_config

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SPEC, COMPONENT = yaml.safe_load_all((ROOT / "templates/check.yml").read_text(encoding="utf-8"))
JOB: dict[str, Any] = COMPONENT["orderproof"]

HOSTILE = (
    "$(touch ran)",
    "`touch ran`",
    '"; touch ran; "',
    "'; touch ran; '",
    "| touch ran",
    "x\ntouch ran",
    "${IFS}touch${IFS}ran",
    "--output=json:ran",
    "-h",
    "*",
    "a b",
    "::error::x\n::set-env name=x::y",
    "ORDERPROOF_END",
    "\\",
    "%s%n",
    "äöü 订单",
)
"""Values that a script which does not keep to quoting would run, split, expand or take for options."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    files = {
        "rules/rules.yaml": RULES,
        "orders/good.json": order("1"),
        "faulty/a b.json": order("2", FAULTY),
        "unknown/$(touch ran).json": order("3", UNKNOWN),
        "-x/good.json": order("4"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


PROGRAM = f'exec {shlex.quote(sys.executable)} -m orderproof "$@"'
"""What the installed program does: it is this one."""


def recorder(workspace: Path) -> str:
    """What a program does that only says how it was called."""
    return f"printf '%s\\0' \"$@\" > {shlex.quote(str(workspace.parent / 'called'))}"


def called(workspace: Path) -> list[str]:
    return (workspace.parent / "called").read_text(encoding="utf-8").split("\0")[:-1]


def fake_python(folder: Path, installs: str) -> Path:
    """An interpreter that makes an environment with a program in it, and says what it was asked to install."""
    log = shlex.quote(str(folder / "installed"))
    return script(
        folder / "fake/python3",
        f"""
        set -eu
        [ "$1 $2 $3" = "-I -m venv" ] || exit 9
        target=${{@: -1}}
        mkdir -p "$target/bin"
        printf '%s\\n' '#!/bin/bash' 'printf "%s\\n" "$@" >> '{log} > "$target/bin/python"
        printf '%s\\n' '#!/bin/bash' {shlex.quote(installs)} > "$target/bin/orderproof"
        chmod +x "$target/bin/python" "$target/bin/orderproof"
        """,
    )


# The action


DEFAULT_BRANCH = "${{ github.event.repository.default_branch }}"
"""The one expression beside inputs that the action has."""


@dataclass(frozen=True, slots=True)
class Run:
    """How an action ended."""

    code: int
    outputs: dict[str, str]
    summary: str
    log: str


def outputs_of(file: Path) -> dict[str, str]:
    """Outputs as the runner reads them: name=value, one on a line."""
    return dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())


def run_action(workspace: Path, inputs: Mapping[str, str], installs: str = PROGRAM, **predefined: str) -> Run:
    """The steps of the action, one after the other, as a runner takes them, with variables that are always there."""
    tmp_path = workspace.parent
    unknown = set(inputs) - set(ACTION["inputs"])
    assert not unknown
    values = {name: inputs.get(name, each.get("default", "")) for name, each in ACTION["inputs"].items()}
    values["python"] = str(fake_python(tmp_path, installs))
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    base = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(tmp_path / "runner temp"),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_WORKSPACE": str(workspace),
        **{name: str(file) for name, file in files.items()},
        **predefined,
    }
    code, log = 0, ""
    for step in ACTION["runs"]["steps"]:
        environment = {name: filled(text, values) for name, text in step["env"].items()}
        file = tmp_path / "step.sh"
        file.write_text(step["run"], encoding="utf-8")
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)]
        ended = subprocess.run(
            command, check=False, cwd=workspace, env=base | environment, capture_output=True, timeout=60
        )
        code, log = ended.returncode, log + ended.stdout.decode() + ended.stderr.decode()
        if code:
            break
    return Run(code, outputs_of(files["GITHUB_OUTPUT"]), files["GITHUB_STEP_SUMMARY"].read_text("utf-8"), log)


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """A text with its expressions evaluated."""
    text = text.replace(DEFAULT_BRANCH, "main")
    return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: inputs[found[1]], text)


def test_no_script_of_the_action_holds_an_expression() -> None:
    used: list[str] = []
    for step in ACTION["runs"]["steps"]:
        assert set(step) == {"id", "shell", "env", "run"}  # nothing of others is used
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        for name, text in step["env"].items():
            if text == DEFAULT_BRANCH:
                continue
            found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
            assert found is not None
            assert name == "ORDERPROOF_" + found[1].upper().replace("-", "_")
            used.append(found[1])
    assert sorted(used) == sorted(ACTION["inputs"])
    assert ACTION["runs"]["using"] == "composite"


def test_outputs_of_the_action() -> None:
    for name, each in ACTION["outputs"].items():
        assert each["value"] == f"${{{{ steps.check.outputs.{name} }}}}"


def test_the_action_passes(workspace: Path) -> None:
    run = run_action(workspace, {"rules": "rules"})
    assert (run.code, run.outputs["exit-code"]) == (0, "0"), run.log
    assert (workspace.parent / "installed").read_text().split() == [
        *("-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        str(ROOT),
    ]
    reports = {name: Path(path) for name, path in run.outputs.items() if name != "exit-code"}
    assert set(reports) == set(ACTION["outputs"]) - {"exit-code"}
    assert json.loads(reports["sarif"].read_text("utf-8"))["version"] == "2.1.0"
    assert json.loads(reports["json"].read_text("utf-8"))["summary"]["documents"] == 1
    assert reports["junit"].read_text("utf-8").startswith("<?xml")
    assert reports["html"].read_text("utf-8").lower().startswith("<!doctype html>")
    assert run.summary == reports["markdown"].read_text("utf-8") != ""


def test_the_action_finds(workspace: Path) -> None:
    run = run_action(workspace, {"rules": "rules", "paths": "orders\r\nfaulty/a b.json\n\n"})
    assert (run.code, run.outputs["exit-code"]) == (1, "1")
    assert re.search(r"(?m)^::error file=faulty/a b\.json,line=1,", run.log)
    assert "The total is 5.00, collected is 5.01." in run.summary
    assert Path(run.outputs["sarif"]).is_file()


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"paths": "faulty", "fail-on": "never"}, 0),
        ({"paths": "faulty", "parameters": "allowed=0.01\nmethods=a,b"}, 0),
        ({"paths": "faulty", "skip": "price.equal\nprice.positive"}, 3),
        ({"paths": "faulty", "skip": "price.equal\nprice.positive", "allow-empty": "true"}, 0),
        ({"paths": "-x"}, 0),
        ({"paths": "unknown/$(touch ran).json"}, 1),
        ({"paths": "good.json", "working-directory": "orders", "rules": "../rules"}, 0),
    ],
)
def test_inputs_of_the_action(workspace: Path, inputs: dict[str, str], code: int) -> None:
    run = run_action(workspace, {"rules": "rules", **inputs})
    assert (run.code, run.outputs["exit-code"]) == (code, str(code)), run.log
    assert not list(workspace.rglob("ran"))


@pytest.mark.parametrize(
    "inputs",
    [
        {"paths": ""},
        {"paths": "\n\r\n"},
        {"allow-empty": "yes"},
        {"no-config": "1"},
        {"working-directory": "nowhere"},
        {"rules": "nowhere"},
        {"lang": "xx"},
        {"changed-since": "main"},
        {"waivers": "nowhere.yaml"},
    ],
)
def test_wrong_inputs_of_the_action(workspace: Path, inputs: dict[str, str]) -> None:
    run = run_action(workspace, {"rules": "rules", **inputs})
    assert (run.code, run.outputs) == (2, {"exit-code": "2"}), run.log


LINES = ("paths", "parameters", "only", "skip")
"""Inputs with a value on each line."""
SWITCHES = ("no-config", "allow-empty", "allow-not-judged")


def words(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def test_hostile_inputs_of_the_action_are_words(workspace: Path) -> None:
    """Each value is one word of one option, whatever stands in it."""
    before = sorted(workspace.rglob("*"))
    single = [name for name in ACTION["inputs"] if name not in (*LINES, *SWITCHES, "python", "working-directory")]
    for value in HOSTILE:
        run = run_action(workspace, dict.fromkeys((*single, *LINES), value), recorder(workspace))
        assert (run.code, run.outputs) == (0, {"exit-code": "0"}), run.log
        arguments = called(workspace)
        assert arguments[:2] == ["check", "--format=github"]
        end = len(arguments) - len(words(value))
        assert arguments[end - 1 :] == ["--", *words(value)]
        options = [
            each for each in arguments[2 : end - 1] if not each.startswith("--output=") or "runner temp" not in each
        ]
        expected = [f"--{name}={value}" for name in single]
        expected += [f"--{name}={each}" for name in ("parameter", "only", "skip") for each in words(value)]
        assert sorted(options) == sorted(expected)
        assert sorted(workspace.rglob("*")) == before
        assert run.log == ""


@pytest.mark.parametrize("name", [*SWITCHES, "working-directory"])
def test_hostile_switches_of_the_action(workspace: Path, name: str) -> None:
    before = sorted(workspace.rglob("*"))
    for value in HOSTILE:
        run = run_action(workspace, {name: value}, recorder(workspace))
        assert (run.code, run.outputs) == (2, {"exit-code": "2"}), run.log
        assert sorted(workspace.rglob("*")) == before
        assert re.findall(r"(?m)^::.*", run.log) == [
            line for line in run.log.splitlines() if line.startswith("::error title=")
        ]


@pytest.mark.parametrize("value", ["::error::x\n::set-env name=x::y", "--output=json:ran", "$(touch ran)"])
def test_hostile_inputs_of_the_action_in_the_log(workspace: Path, value: str) -> None:
    before = sorted(workspace.rglob("*"))
    run = run_action(workspace, {"rules": "rules", "paths": value})
    assert run.code == 3
    assert sorted(workspace.rglob("*")) == before
    assert not re.search(r"(?m)^\s*::(?!error title=|error file=|warning )", run.log), run.log


# The component


def run_component(
    workspace: Path, inputs: Mapping[str, str], shell: str, installs: str = PROGRAM, **predefined: str
) -> "subprocess.CompletedProcess[bytes]":
    """The scripts of the job, joined as a runner joins them, with the variables that it sets."""
    tmp_path = workspace.parent
    specs = SPEC["spec"]["inputs"]
    assert set(inputs) <= set(specs)
    inputs = {"package": "orderproof==0.1.0", **inputs}
    values = {name: inputs.get(name, each.get("default")) for name, each in specs.items()}
    environment = {
        "PATH": f"{fake_python(tmp_path, installs).parent}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        **predefined,
    }
    for name, variable in JOB["variables"].items():
        if isinstance(variable, dict):
            assert variable["expand"] is False
            found = re.fullmatch(r"\$\[\[ inputs\.([a-z_]+) \]\]", variable["value"])
            assert found is not None
            environment[name] = values[found[1]]
    lines = "\n".join(("set -e", *JOB["before_script"], *JOB["script"]))
    return subprocess.run(
        [shell, "-c", lines], check=False, cwd=workspace, env=environment, capture_output=True, timeout=60
    )


def test_the_component() -> None:
    # Whose package is installed is never left to a name that anybody could have registered.
    assert [name for name, each in SPEC["spec"]["inputs"].items() if "default" not in each] == ["package"]
    used = set(re.findall(r"\$\[\[ inputs\.([a-z_]+) \]\]", json.dumps(JOB)))
    assert used == set(SPEC["spec"]["inputs"])
    assert "$[[" not in json.dumps([JOB["before_script"], JOB["script"]])
    artifacts = JOB["artifacts"]
    assert artifacts["when"] == "always"
    assert set(artifacts["reports"]) == {"codequality", "junit"}
    assert all(path.startswith(artifacts["paths"][0]) for path in artifacts["reports"].values())


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_component_runs(workspace: Path, shell: str) -> None:
    ended = run_component(workspace, {"rules": "rules", "paths": "orders\nfaulty/a b.json"}, shell)
    assert ended.returncode == 1, ended.stderr
    assert "The total is 5.00, collected is 5.01." in ended.stdout.decode()
    reports = JOB["artifacts"]["reports"]
    quality = json.loads((workspace / reports["codequality"]).read_text("utf-8"))
    assert [each["location"]["path"] for each in quality] == ["faulty/a b.json"]
    assert (workspace / reports["junit"]).read_text("utf-8").startswith("<?xml")
    assert (workspace.parent / "installed").read_text().split()[-2:] == ["--", "orderproof==0.1.0"]
    assert run_component(workspace, {"rules": "rules"}, shell).returncode == 0
    assert run_component(workspace, {"rules": "rules", "paths": ""}, shell).returncode == 2


@pytest.mark.parametrize(
    ("predefined", "is_narrowed"),
    [
        ({}, True),
        ({"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "work"}, True),
        ({"CI_DEFAULT_BRANCH": "main", "CI_MERGE_REQUEST_IID": "1"}, True),
        ({"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "main"}, False),
        ({"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_TAG": "1.0"}, False),
    ],
)
def test_on_the_default_branch_all_documents_are_checked(
    workspace: Path, predefined: dict[str, str], is_narrowed: bool
) -> None:
    inputs = {"changed_since": "origin/main"}
    assert run_component(workspace, inputs, "sh", recorder(workspace), **predefined).returncode == 0
    assert ("--changed-since=origin/main" in called(workspace)) is is_narrowed


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_hostile_inputs_of_the_component_are_words(workspace: Path, shell: str) -> None:
    single = [name for name in SPEC["spec"]["inputs"] if name not in ("stage", "image", "package", "paths")]
    for value in HOSTILE:
        inputs = dict.fromkeys((*single, "package", "paths"), value)
        ended = run_component(workspace, inputs, shell, recorder(workspace))
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
        arguments = called(workspace)
        end = len(arguments) - len(words(value))
        assert arguments[end - 1 :] == ["--", *words(value)]
        options = [each for each in arguments[2 : end - 1] if "orderproof-reports" not in each]
        assert sorted(options) == sorted(f"--{name.replace('_', '-')}={value}" for name in single)
        installed = (workspace.parent / "installed").read_text(encoding="utf-8")
        assert installed.endswith(f"--\n{value}\n")
        assert [path.name for path in workspace.iterdir() if path.name == "ran"] == []


@pytest.mark.parametrize(
    ("predefined", "is_narrowed"),
    [
        ({}, True),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "work"}, True),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "12/merge"}, True),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "main"}, False),
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "work"}, False),
    ],
)
def test_on_the_default_branch_the_action_checks_all_documents(
    workspace: Path, predefined: dict[str, str], is_narrowed: bool
) -> None:
    run = run_action(workspace, {"changed-since": "origin/main"}, recorder(workspace), **predefined)
    assert (run.code, "--changed-since=origin/main" in called(workspace)) == (0, is_narrowed)


# The hooks


def test_hooks() -> None:
    assert [each["id"] for each in HOOKS] == ["orderproof-check", "orderproof-rules-lint", "orderproof-rules-test"]
    for each in HOOKS:
        assert each["language"] == "python"
        assert each["entry"].split()[0] == "orderproof"
        re.compile(each["files"])


def hook(name: str, folder: Path, *files: str, arguments: tuple[str, ...] = ()) -> int:
    """The exit code of a hook as it is called: its entry, its arguments, then the files if it wants them."""
    found = next(each for each in HOOKS if each["id"] == name)
    names = [file for file in files if re.search(found["files"], file)] if found["pass_filenames"] else []
    return program(*found["entry"].split()[1:], *arguments, *names, folder=folder).code


def test_the_hook_for_documents(workspace: Path) -> None:
    (workspace / "orderproof.toml").write_text('rules = "rules"\n', encoding="utf-8")
    (workspace / "orders/deep").mkdir()
    (workspace / "orders/deep/bad.json").write_text(order("9", FAULTY), encoding="utf-8")
    assert hook("orderproof-check", workspace, "README.md", "orders/good.json", "orders/notes.txt") == 0
    assert hook("orderproof-check", workspace, "orders/good.json", "orders/deep/bad.json") == 1
    assert hook("orderproof-check", workspace, "orders/good.json", arguments=("--rules", "nowhere")) == 2
    wanted = HOOKS[0]["files"]
    for name in ("orders/a.json", "orders/b/c.ndjson.gz", "orders/a.xlsx", "orders/a.yml", "orders/a.zip"):
        assert re.search(wanted, name)
        assert re.search(wanted, f"orders/{name[7:].upper()}")
    for name in ("a.json", "x/orders/a.json", "orders/a.pdf", "orders/a.xlsx.gz", "orders.json"):
        assert not re.search(wanted, name)


def test_the_hooks_for_rules(workspace: Path) -> None:
    (workspace / "orderproof.toml").write_text('rules = "rules"\n', encoding="utf-8")
    assert hook("orderproof-rules-lint", workspace) == 0
    assert hook("orderproof-rules-test", workspace) == 3  # it has no case
    (workspace / "rules/rules.yaml").write_text(
        RULES.replace("require: not late", "require: not latte"), encoding="utf-8"
    )
    assert hook("orderproof-rules-lint", workspace) == 2
    assert hook("orderproof-rules-test", workspace) == 2
    assert hook("orderproof-rules-lint", workspace, arguments=("--rules", "credit-guarantee")) == 0


# What is told of them


def blocks(kind: str) -> list[str]:
    text = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```", text)


def test_the_examples(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)
    (example,) = blocks("toml")
    (workspace / "orderproof.toml").write_text(example, encoding="utf-8")
    said = understand(read_config("orderproof.toml"), KEYS, REFUSED)
    assert said.parameters["auto_confirm_days.air"] == "15"
    github, gitlab, hooks = (yaml.safe_load(text) for text in blocks("yaml"))
    assert set(github["jobs"]["orders"]["steps"][1]["with"]) <= set(ACTION["inputs"])
    assert set(gitlab["include"][0]["inputs"]) <= set(SPEC["spec"]["inputs"])
    assert [each["id"] for each in hooks["repos"][0]["hooks"]] == [each["id"] for each in HOOKS]


def test_each_code_is_told() -> None:
    text = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`((?:config|changed)\.[a-z-]+)`", text[text.index("## Messages") :]))
    sources = [
        (ROOT / "src/orderproof" / f"{name}.py").read_text("utf-8") for name in ("config_file", "cli_config", "git")
    ]
    codes = {code for source in sources for code in re.findall(r'Diagnostic\(\s*"([a-z]+\.[a-z-]+)"', source)}
    config = (ROOT / "src/orderproof/config.py").read_text("utf-8")
    codes |= {f"config.{code}" for code in re.findall(r'_WrongError\(\s*"([a-z-]+)"', config)}
    assert codes == told
