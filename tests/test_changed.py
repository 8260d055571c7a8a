"""Checks of what changed in git alone: what is left out, what is not, and that git runs nothing of a repository's."""

import os
import shutil
import subprocess
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from program import FAULTY, RULES, Ended, order, program
from reports import validated

ATTACHED = '"attachments": [{"path": "contracts/one.txt", "role": "contract"}]'
OWNER = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, **OWNER}
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        environment.pop(name, None)
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "protocol.file.allow=always")
    ended = subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)
    return ended.stdout.decode()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a step")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose branch `main` was left by a branch without a change."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, {"rules/rules.yaml": RULES, ".gitignore": "ignored*\n", "README.md": "orders\n"})
    write(folder, {f"orders/{name}.json": order(name) for name in "abc"})
    write(folder, {"more/d.json": order("d")})
    commit(folder)
    git(folder, "checkout", "--quiet", "-b", "work")
    return folder


def check(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> Ended:
    run = ("--as-of", "2026-04-01T00:00:00Z", "--engine", "reference", "--jobs", "1")
    rules = () if "--rules" in arguments else ("--rules", "rules")
    return program(
        "check", *(arguments or ("orders",)), *run, *rules, folder=folder, environment={**OWNER, **(environment or {})}
    )


def since_main(folder: Path, *arguments: str, **surroundings: Any) -> Ended:
    return check(folder, *(arguments or ("orders",)), "--changed-since", "main", **surroundings)


def checked(ended: Ended) -> list[str]:
    report = validated(ended.out)
    return [each["path"] for each in report["documents"]]


def of(folder: Path, *arguments: str, **surroundings: Any) -> list[str]:
    """The documents that are checked."""
    ended = since_main(folder, *(arguments or ("orders",)), "--format", "json", **surroundings)
    assert ended.code in (0, 1), ended.err
    return checked(ended)


# What changed


def test_nothing_changed(repository: Path) -> None:
    ended = since_main(repository, "orders", "more")
    assert ended.code == 0
    base = git(repository, "rev-parse", "main")[:12]
    said = (
        f"no document changed since main (merge base {base}): all 4 input files are left out, and nothing is checked\n"
    )
    assert ended.err.startswith(f"{said}  HEAD is in main itself: no commit counts as a change")
    write(repository, {"README.md": "more\n"})
    commit(repository)
    assert since_main(repository, "orders", "more").err == said
    assert "Nothing was checked" in ended.out


def test_nothing_to_check_is_something_else(repository: Path) -> None:
    (repository / "empty").mkdir()
    assert since_main(repository, "empty").code == 3
    write(repository, {"orders/a.json": order("a", '"remark": "nothing applies"')})
    assert since_main(repository).code == 3  # a document changed, and no check applied to it


def test_each_way_to_change(repository: Path) -> None:
    write(repository, {"orders/a.json": order("a", FAULTY)})
    assert of(repository) == ["orders/a.json"]  # in the folder
    git(repository, "add", "orders/a.json")
    assert of(repository) == ["orders/a.json"]  # in the index
    write(repository, {"orders/a.json": order("a")})
    assert of(repository) == ["orders/a.json"]  # the index differs from both
    git(repository, "add", "orders/a.json")
    write(repository, {"orders/new.json": order("new"), "orders/ignored.json": order("ignored")})
    assert of(repository) == ["orders/ignored.json", "orders/new.json"]  # not kept by git
    git(repository, "add", "orders/new.json")
    git(repository, "mv", "orders/b.json", "orders/renamed.json")
    (repository / "orders/ignored.json").unlink()
    commit(repository)
    assert of(repository) == ["orders/new.json", "orders/renamed.json"]  # in commits


def test_what_others_changed_since_is_not_ours(repository: Path) -> None:
    write(repository, {"orders/a.json": order("a", FAULTY)})
    commit(repository)
    git(repository, "checkout", "--quiet", "main")
    write(repository, {"orders/b.json": order("b", FAULTY)})
    commit(repository)
    git(repository, "checkout", "--quiet", "work")
    assert of(repository) == ["orders/a.json"]


def test_a_document_that_is_gone(repository: Path) -> None:
    (repository / "orders/a.json").unlink()
    assert of(repository) == []
    commit(repository)
    assert of(repository) == []


def test_only_what_is_asked_for(repository: Path) -> None:
    write(repository, {"orders/a.json": order("a", FAULTY), "more/d.json": order("d", FAULTY)})
    assert of(repository, "more") == ["more/d.json"]
    assert of(repository, "orders/*.json", "more/d.json") == ["more/d.json", "orders/a.json"]
    assert of(repository, "orders/b.json") == []


def test_from_a_folder_below(repository: Path) -> None:
    write(repository, {"orders/a.json": order("a", FAULTY)})
    ended = since_main(repository / "orders", "../orders", "../more", "--rules", "../rules", "--format", "json")
    assert checked(ended) == ["../orders/a.json"]


def test_standard_input_is_always_checked(repository: Path) -> None:
    run = ("--rules", "rules", "--changed-since", "main", "--format", "json", "--engine", "reference")
    ended = program("check", "-", "orders", *run, folder=repository, stdin=order("x").encode(), environment=OWNER)
    assert checked(ended) == ["-"]


def test_names_of_all_kinds(repository: Path) -> None:
    names = ["orders/é ü.json", 'orders/"q".json', "orders/a\tb.json", "orders/two\nlines.json", "orders/-x.json"]
    write(repository, {name: order(str(number)) for number, name in enumerate(names)})
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository) == []
    write(repository, {name: order(str(number), FAULTY) for number, name in enumerate(names)})
    assert sorted(of(repository)) == sorted(names)


# What git does not look at, or cannot prove


def test_files_that_git_was_told_to_pass_over(repository: Path) -> None:
    git(repository, "update-index", "--assume-unchanged", "orders/a.json")
    git(repository, "update-index", "--skip-worktree", "orders/b.json")
    write(repository, {"orders/a.json": order("a", FAULTY), "orders/b.json": order("b", FAULTY)})
    assert of(repository) == ["orders/a.json", "orders/b.json"]


def test_a_change_that_keeps_size_and_time(repository: Path) -> None:
    file = repository / "orders/a.json"
    os.utime(file, (1_000_000_000, 1_000_000_000))
    git(repository, "add", "orders/a.json")
    git(repository, "config", "core.trustctime", "false")
    git(repository, "config", "core.checkStat", "minimal")
    assert of(repository) == []
    sleep(1.1)  # git knows the time of a change of an inode by its second
    with file.open("r+b") as stream:
        stream.write(file.read_bytes().replace(b"USD", b"EUR"))
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert of(repository) == ["orders/a.json"]


def test_links(repository: Path) -> None:
    (repository / "orders/link.json").symlink_to("a.json")
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository) == ["orders/link.json"]


def test_a_submodule(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    write(other, {"one.json": order("one")})
    commit(other)
    git(repository, "submodule", "add", "--quiet", str(other), "orders/other")
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository) == ["orders/other/one.json"]


def test_a_replaced_object_hides_nothing(repository: Path) -> None:
    base = git(repository, "rev-parse", "main").strip()
    write(repository, {"orders/a.json": order("a", FAULTY)})
    commit(repository)
    git(repository, "replace", base, git(repository, "rev-parse", "HEAD").strip())
    assert of(repository) == ["orders/a.json"]


# What verdicts rest on beside documents


@pytest.mark.parametrize(
    "name", ["rules/rules.yaml", "rules/new.md", "rules/inputs/ignored.yaml", "orderproof.toml", "waivers.yaml"]
)
def test_a_change_of_what_judges_means_all(repository: Path, name: str) -> None:
    write(repository, {"orderproof.toml": 'waivers = "waivers.yaml"\n', "waivers.yaml": "waivers: []\n"})
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository) == []
    if name.endswith("new.md") or "ignored" in name:
        write(repository, {name: ""})
    else:
        write(repository, {name: (repository / name).read_text(encoding="utf-8") + "\n"})
    ended = since_main(repository)
    assert (
        ended.err.splitlines()[2] == f"  {name} {'is not kept by git' if 'new' in name or 'ign' in name else 'changed'}"
    )
    assert "all 3 input files are checked" in ended.err
    assert "Not evaluated" not in ended.out


def test_a_rule_that_is_gone_means_all(repository: Path) -> None:
    write(repository, {"rules/more.yaml": RULES.split("derive:")[0].split("parameters:")[0]})
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    (repository / "rules/more.yaml").unlink()
    assert of(repository) == ["orders/a.json", "orders/b.json", "orders/c.json"]


def test_files_beside_a_single_rule_file(repository: Path) -> None:
    assert of(repository, "orders", "--rules", "rules/rules.yaml") == []
    write(repository, {"rules/notes.md": "no rule\n"})
    assert of(repository, "orders", "--rules", "rules/rules.yaml") == []
    write(repository, {"rules/inputs/shop.yaml": ""})
    assert len(checked(since_main(repository, "orders", "--rules", "rules/rules.yaml", "--format", "json"))) == 3


def test_another_repository_with_rules_means_all(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    write(other, {"set/rules.yaml": RULES})
    commit(other)
    git(repository, "submodule", "add", "--quiet", str(other), "module")
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    git(repository, "clone", "--quiet", str(other), "nested")
    for name in ("module", "nested"):
        ended = since_main(repository, "orders", "--rules", f"{name}/set")
        assert "all 3 input files are checked" in ended.err
        assert f"  {name} is another repository\n" in ended.err


def test_a_link_that_leads_elsewhere_means_all(repository: Path) -> None:
    shutil.copytree(repository / "rules", repository / "other/rules")
    shutil.copytree(repository / "rules", repository / "first/rules")
    write(repository, {"others/a.json": order("x", FAULTY), "first/files/a.txt": "", "other/files/a.txt": ""})
    (repository / "set").symlink_to("first")
    (repository / "in").symlink_to("orders")
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository, "in", "--rules", "set/rules") == []
    run = ("orders", "--changed-since", "main", "--format", "json", "--attachments-root", "set/files")
    assert checked(program("check", *run, folder=repository, environment=OWNER)) == []
    (repository / "in").unlink()
    (repository / "in").symlink_to("others")
    assert of(repository, "in", "--rules", "first/rules") == ["in/a.json"]
    (repository / "set").unlink()
    (repository / "set").symlink_to("other")
    ended = since_main(repository, "orders", "--rules", "set/rules")
    assert ("all 3 input files are checked" in ended.err, "  set changed\n" in ended.err) == (True, True)
    assert len(checked(program("check", *run, folder=repository, environment=OWNER))) == 3
    # What is told apart by names is not: `..` behind a link.
    assert len(of(repository, "orders", "--rules", "set/../first/rules")) == 3


@pytest.mark.parametrize(
    ("name", "before", "after", "all_of_them"),
    [
        ("orderproof.toml", "[parameters]\nallowed = 0\n", None, True),
        ("pyproject.toml", "[tool.orderproof.parameters]\nallowed = 0\n", "[tool.other]\n", True),
        ("pyproject.toml", "[tool.orderproof.parameters]\nallowed = 0\n", None, True),
        ("pyproject.toml", "[tool.other]\n", "[tool.another]\n", False),
        ("orders/orderproof.toml", "[parameters]\nallowed = 0\n", None, False),
    ],
)
def test_a_configuration_that_is_gone(
    repository: Path, name: str, before: str, after: str | None, all_of_them: bool
) -> None:
    write(repository, {name: before})
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert of(repository) == []
    (repository / name).unlink()
    if after is not None:
        write(repository, {name: after})
    assert len(of(repository)) == (3 if all_of_them else 0)
    assert of(repository, "orders", "--no-config") == []


def with_attachments(folder: Path, name: str = "orders") -> Ended:
    run = ("--changed-since", "main", "--format", "json", "--as-of", "2026-04-01T00:00:00Z")
    return program("check", name, *run, folder=folder, environment=OWNER)


def test_an_attachment_concerns_the_orders_above_it(repository: Path) -> None:
    write(
        repository,
        {"orders/contracts/one.txt": "no account\n", "more/two.txt": "none\n", "orders/a.json": order("a", ATTACHED)},
    )
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    assert checked(with_attachments(repository)) == []
    write(repository, {"orders/contracts/one.txt": "an account\n"})
    ended = with_attachments(repository)
    assert checked(ended) == ["orders/a.json", "orders/b.json", "orders/c.json"]
    assert "  orders/contracts/one.txt changed, and documents may name it as an attachment" in ended.err
    assert checked(with_attachments(repository, "more")) == []
    # Where no rule reads attachments they concern nothing.
    assert of(repository) == []
    git(repository, "checkout", "--quiet", "orders")
    for name in ("orders/ignored.pdf", "orders/.hidden.json"):  # neither is an input
        write(repository, {name: "x"})
        assert len(checked(with_attachments(repository))) == 3
        (repository / name).unlink()
    assert checked(with_attachments(repository)) == []


def test_a_document_is_no_attachment(repository: Path) -> None:
    write(repository, {"orders/b.json": order("b", FAULTY)})
    (repository / "orders/c.json").unlink()
    assert checked(with_attachments(repository)) == ["orders/b.json"]


def test_a_folder_of_attachments(repository: Path) -> None:
    write(repository, {"files/one.txt": "no account\n"})
    commit(repository)
    git(repository, "branch", "--force", "main", "work")
    run = ("orders", "--changed-since", "main", "--format", "json", "--attachments-root")
    assert checked(program("check", *run, "files", folder=repository, environment=OWNER)) == []
    write(repository, {"files/one.txt": "an account\n"})
    assert len(checked(program("check", *run, "files", folder=repository, environment=OWNER))) == 3
    outside = program("check", *run, "/", folder=repository, environment=OWNER)
    assert len(checked(outside)) == 3
    assert "attachments lie outside of the repository" in outside.err


# What the report says


def test_checks_across_documents_are_not_whole(repository: Path) -> None:
    write(repository, {"orders/a.json": order("a", FAULTY)})
    ended = since_main(repository, "orders", "--format", "json")
    report = validated(ended.out)
    assert (ended.code, report["complete"], report["cross_run_complete"]) == (1, True, False)
    assert ended.err.splitlines()[1] == "  checks across documents compare only what is in these"
    text = since_main(repository).out
    assert "documents that did not change are left out" in text
    assert "未变更的单据未参与检查" in since_main(repository, "orders", "--lang", "zh").out
    write(repository, {name: order(name[7], FAULTY) for name in ("orders/b.json", "orders/c.json")})
    assert validated(since_main(repository, "orders", "--format", "json").out)["cross_run_complete"] is True


def test_the_same_for_any_number_of_processes(repository: Path) -> None:
    write(repository, {f"orders/{name}.json": order(name, FAULTY) for name in "ac"})
    one, two = (since_main(repository, "orders", "--jobs", jobs) for jobs in ("1", "2"))
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)


# Where git cannot tell


def test_a_revision_that_is_none(repository: Path) -> None:
    for revision in ("nothing", "-n", "--output=x", "", "main..work", "main work", "main:orders", "$(touch x)", "a\nb"):
        ended = check(repository, "orders", f"--changed-since={revision}")
        assert (ended.code, ended.out) == (2, ""), revision
        assert "[changed.git]" in ended.err
        assert not (repository / "x").exists()


def test_no_repository(tmp_path: Path) -> None:
    write(tmp_path, {"rules/rules.yaml": RULES, "orders/a.json": order("a")})
    ended = check(tmp_path, "orders", "--changed-since", "main", environment={"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    assert (ended.code, ended.out) == (2, "")
    assert "not a git repository" in ended.err
    ended = check(tmp_path, "orders", "--changed-since", "main", environment={"PATH": str(tmp_path)})
    assert (ended.code, "there is no git here" in ended.err) == (2, True)


def test_no_commit_in_common(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    write(repository, {"orders/a.json": order("a", FAULTY)})
    commit(repository)
    ended = since_main(repository)
    assert (ended.code, "have in common" in ended.err) == (2, True)
    git(repository, "checkout", "--quiet", "--orphan", "empty")
    ended = since_main(repository)
    assert (ended.code, "there is no commit yet" in ended.err) == (2, True)


# Nothing of a repository is run


def test_nothing_of_a_hostile_repository_runs(repository: Path, tmp_path: Path) -> None:
    """What its own configuration names is not started, whatever it is."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho run >> '{tmp_path}/ran'\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    hook = repository / ".git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(trap.read_bytes())
    hook.chmod(0o755)
    settings = ("core.fsmonitor", "diff.external", "diff.x.command", "diff.x.textconv", "core.pager", "core.sshCommand")
    filters = ("filter.x.clean", "filter.x.smudge", "filter.a=b.clean", "filter.x.process")
    for name in (*settings, *filters, "core.askPass", "core.editor", "core.gitProxy", "credential.helper"):
        git(repository, "config", name, str(trap))
    git(repository, "config", "filter.x.required", "true")
    write(
        repository, {".gitattributes": "*.json filter=x diff=x\n", ".git/info/attributes": "*.json filter=x diff=x\n"}
    )
    write(repository, {"orders/a.json": order("a", FAULTY)})
    os.utime(repository / "orders/b.json")
    found = since_main(repository, "orders", "--format", "json")
    assert found.code == 1, found.err
    assert {"orders/a.json"} <= set(checked(found)) <= {"orders/a.json", "orders/b.json"}
    assert not (tmp_path / "ran").exists()


def test_a_program_called_git_in_the_folder_is_not_git(repository: Path, tmp_path: Path) -> None:
    (repository / "git").write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n", encoding="utf-8")
    (repository / "git").chmod(0o755)
    for path in (f".{os.pathsep}{os.environ['PATH']}", f"{os.pathsep}{os.environ['PATH']}"):
        assert since_main(repository, environment={"PATH": path}).code == 0
    assert since_main(repository, environment={"PATH": str(repository)}).code == 2
    assert not (tmp_path / "ran").exists()


def test_a_git_that_cannot_be_told_to_run_nothing(repository: Path, tmp_path: Path) -> None:
    git_path = shutil.which("git")
    (tmp_path / "old").mkdir()
    old = tmp_path / "old/git"
    old.write_text(f'#!/bin/sh\nunset GIT_CONFIG_COUNT\nexec {git_path} "$@"\n', encoding="utf-8")
    old.chmod(0o755)
    ended = since_main(repository, environment={"PATH": str(old.parent)})
    assert (ended.code, "git 2.31 or newer is needed" in ended.err) == (2, True)


def test_variables_of_git_lead_nowhere_else(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    write(repository, {"orders/a.json": order("a", FAULTY)})
    lead = {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": "nothing", "GIT_TRACE": "1"}
    assert of(repository, environment=lead) == ["orders/a.json"]


def test_what_judges_from_outside_of_the_repository_means_all(repository: Path, tmp_path: Path) -> None:
    """git cannot tell whether it changed."""
    outside = tmp_path / "outside"
    shutil.copytree(repository / "rules", outside)
    assert of(repository, "orders", "--rules", "rules") == []
    ended = since_main(repository, "orders", "--rules", str(outside), "--format", "json")
    assert "all 3 input files are checked" in ended.err
    assert f"{outside} lies outside of the repository\n" in ended.err
    assert len(checked(ended)) == 3
