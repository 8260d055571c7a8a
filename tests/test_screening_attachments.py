"""Attachments of orders: what is refused before the system hears of it, what is read, and what becomes of it in a run."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof import attachments
from orderproof.cli import run
from orderproof.screening.attachment import MAX_ATTACHMENT, Attached, open_attachment, parts_of
from orderproof.screening.text import Gap

CASES = Path(__file__).parent.parent / "fixtures" / "orders" / "contracts"
NAMES = sorted(folder.name for folder in CASES.iterdir())
CONTRACT = b"SALES CONTRACT\nBank account no.: 9928123456785196\n"
ONLY = ("--only", "contract.no-collection-account", "--as-of", "2026-03-20T00:00:00Z")
REFUSED = (
    "/etc/passwd",
    "//files.example/share/contract.pdf",
    "\\\\files.example\\share\\contract.pdf",
    "/\\files.example\\share",
    "\\\\?\\C:\\contract.pdf",
    "\\\\.\\PhysicalDrive0",
    "\\??\\C:\\contract.pdf",
    "\\contract.pdf",
    "C:\\contract.pdf",
    "C:contract.pdf",
    "c:/contract.pdf",
    "file:///contract.pdf",
    "FILE://files.example/contract.pdf",
    "http://files.example/contract.pdf",
    "smb://files.example/contract.pdf",
    "data:text/plain,x",
    "..",
    "../contract.pdf",
    "..\\contract.pdf",
    "papers/../../contract.pdf",
    "papers\\..\\..\\contract.pdf",
    "papers/..",
    "contract.pdf\0.txt",
    "contract.pdf:hidden",
    "contract.pdf::$DATA",
    "papers/a:b/contract.pdf",
    "contract.pdf.",
    "contract.pdf ",
    "papers /contract.pdf",
    ".../contract.pdf",
    "CON",
    "nul",
    "nul.pdf",
    "papers/aux.docx",
    "Com1.txt",
    "lpt9",
    "LPT¹.txt",
    "prn .pdf",
    "conin$",
)


# Names


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    found = open_attachment(".", name)
    assert isinstance(found, Gap)
    assert (found.code, bool(found.reason)) == ("refused", True)


def test_nothing_is_asked_of_the_system_for_a_refused_name() -> None:
    """A process of its own, for what listens cannot be taken away again."""
    program = """
import json, sys
from orderproof.screening.attachment import open_attachment
names, heard, on = json.loads(sys.stdin.read()), [], False
def hear(event, arguments):
    if on and event.split(".")[0] in ("open", "os", "socket", "subprocess", "glob", "shutil", "pathlib"):
        heard.append((event, str(arguments)))
sys.addaudithook(hear)
import os
for at in ("stat", "lstat", "open", "scandir", "listdir", "readlink"):
    def spy(*arguments, _real=getattr(os, at), _at=at, **named):
        if on:
            heard.append((_at, str(arguments)))
        return _real(*arguments, **named)
    setattr(os, at, spy)
on = True
for name in names:
    open_attachment("folder", name)
on = False
print(json.dumps(heard))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(REFUSED), capture_output=True, text=True, check=True
    )
    assert json.loads(ended.stdout) == []


@given(st.text(alphabet=st.sampled_from("ab./\\:~ \0CONul1é?*$"), max_size=12))
def test_what_is_not_refused_stays_in_the_folder_on_every_system(name: str) -> None:
    parts = parts_of(name)
    if isinstance(parts, Gap):
        return
    assert parts
    assert all(part not in ("", ".", "..") and "/" not in part and "\\" not in part for part in parts)
    windows = PureWindowsPath(*parts)
    assert (windows.drive, windows.root, windows.is_absolute()) == ("", "", False)
    assert windows.parts == parts


# Files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    papers = tmp_path / "orders" / "papers"
    papers.mkdir(parents=True)
    (papers / "contract.txt").write_bytes(CONTRACT)
    (tmp_path / "secret.txt").write_bytes(CONTRACT)
    return tmp_path / "orders"


@pytest.mark.parametrize(
    "name", ["papers/contract.txt", "papers\\contract.txt", "./papers//contract.txt", "papers/./contract.txt"]
)
def test_a_file_below_the_folder_is_read(name: str, folder: Path) -> None:
    assert open_attachment(str(folder), name) == Attached(CONTRACT, hashlib.sha256(CONTRACT).hexdigest())


def _link(folder: Path) -> str:
    (folder / "link.txt").symlink_to("../secret.txt")
    return "link.txt"


def _link_inside(folder: Path) -> str:
    (folder / "link.txt").symlink_to("papers/contract.txt")
    return "link.txt"


def _linked_folder(folder: Path) -> str:
    (folder / "more").symlink_to("..", target_is_directory=True)
    return "more/secret.txt"


def _pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.txt")
    return "pipe.txt"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_link, "a link stands in its path; put the file itself there"),
        (_link_inside, "a link stands in its path; put the file itself there"),
        (_linked_folder, "a link stands in its path; put the file itself there"),
        (_pipe, "it is a pipe or a device"),
        (lambda _: "papers", "it is a folder, not a file"),
    ],
)
def test_what_is_no_file_of_the_folder_is_refused_at_once(
    make: Callable[[Path], str], reason: str, folder: Path
) -> None:
    assert open_attachment(str(folder), make(folder)) == Gap("refused", reason)


def test_a_device_is_refused() -> None:
    assert open_attachment("/dev", "null") == Gap("refused", "it is a pipe or a device")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing"),
        (".", "missing"),
        ("none.txt", "missing"),
        ("papers/contract.txt/x", "missing"),
        ("x" * 5000, "missing"),
        ("\ud800.txt", "missing"),
    ],
)
def test_what_is_not_there_is_missing(name: str, code: str, folder: Path) -> None:
    found = open_attachment(str(folder), name)
    assert isinstance(found, Gap)
    assert found.code == code


def test_a_file_at_the_limit_is_read_and_one_beyond_it_is_not(folder: Path) -> None:
    for size in (MAX_ATTACHMENT, MAX_ATTACHMENT + 1):
        with (folder / f"{size}.txt").open("wb") as file:
            file.truncate(size)
    assert isinstance(open_attachment(str(folder), f"{MAX_ATTACHMENT}.txt"), Attached)
    assert open_attachment(str(folder), f"{MAX_ATTACHMENT + 1}.txt") == Gap("limit", "it is larger than 64 MiB")


def test_a_folder_that_becomes_a_link_between_two_looks_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = os.stat

    def and_swap(*arguments: Any, **named: Any) -> os.stat_result:
        status = look(*arguments, **named)
        if arguments[0] == "papers" and not (folder / "papers").is_symlink():
            (folder / "papers").rename(folder / "aside")
            (folder / "papers").symlink_to("..", target_is_directory=True)
        return status

    monkeypatch.setattr(os, "stat", and_swap)
    assert isinstance(open_attachment(str(folder), "papers/secret.txt"), Gap)


# Orders


def without_engines(report: str) -> str:
    """A report but for the names of the engines that judged, and the digest of the rules."""
    return re.sub(r"^Judged by .*\n", "", report, flags=re.MULTILINE)


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(CASES / request.param)
    return Path.cwd()


def test_an_order_with_its_contracts(case: Path, record: bool, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["check", "order.json", "--only", "contract.*", *ONLY[2:], "--engine", "all"])
    printed = capsys.readouterr()
    found = f"{without_engines(printed.out)}{printed.err}--- exit code {code}\n"
    if record:
        (case / "expected.txt").write_text(found, "utf-8", newline="\n")
    assert found == (case / "expected.txt").read_text("utf-8")


def test_both_checks_have_every_verdict() -> None:
    """So that no verdict of them goes without a real file; what is not applicable has no finding."""
    told = "\n".join((CASES / name / "expected.txt").read_text("utf-8") for name in NAMES)
    for rule in ("contract.no-collection-account", "contract.no-account-like-text"):
        named = rf"(?:\n    rule    | \[){re.escape(rule)}"
        heads = re.findall(rf"^  \w+(, violation|: cannot tell).*{named}", told, re.MULTILINE)
        assert set(heads) == {", violation", ": cannot tell"}
    assert "(pass 4, violation 0, undetermined 0, not applicable 0)" in told
    assert "(pass 0, violation 0, undetermined 0, not applicable 2)" in told


def report_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    run(["check", *arguments, *ONLY, "--format", "json"])
    report: dict[str, object] = json.loads(capsys.readouterr().out)
    return report


def messages(report: dict[str, object]) -> list[str]:
    findings = report["findings"]
    assert isinstance(findings, list)
    return [finding["message"] for finding in findings]


def order(id_: str, *paths: str) -> str:
    known = {"id": id_, "status": "to_be_audited", "drafted_at": "2026-03-16T09:10:00+08:00", "currency": "USD"}
    return json.dumps({**known, "attachments": [{"path": path} for path in paths]})


@pytest.mark.parametrize("engine", ["auto", "compiled", "rete", "reference", "both", "all"])
def test_lines_with_attachments_are_judged_with_what_stands_in_these(
    engine: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [order(str(number)) for number in range(40)]
    lines[30:30] = [order("A", "papers/contract.txt"), order("B", "clean.txt"), order("C", "none.txt")]
    (folder / "clean.txt").write_text("SALES CONTRACT\nFloor lamps.\n", "utf-8")
    (folder / "orders.ndjson").write_text("\n".join(lines), "utf-8")
    report = report_of([str(folder / "orders.ndjson"), "--engine", engine], capsys)
    assert [(finding["document"]["id"], finding["verdict"]) for finding in report["findings"]] == [  # type: ignore[attr-defined]
        ("A", "violation"),
        ("C", "undetermined"),
    ]


def test_several_processes_say_what_one_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(130):
        (folder / f"{number:03}.json").write_text(order(str(number), "papers/contract.txt"), "utf-8")
    alone = report_of([str(folder), "--jobs", "1"], capsys)
    together = report_of([str(folder), "--jobs", "2"], capsys)
    assert alone == together
    assert len(messages(alone)) == 130


def test_a_document_without_a_folder_needs_a_root(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "orders.zip", "w") as archive:
        archive.writestr("a.json", order("A", "papers/contract.txt"))
    said = (
        "cannot tell: papers/contract.txt could not be read: "
        "contracts beside an order in an archive are not read; unpack the archive, or give --attachments-root"
    )
    assert messages(report_of([str(folder / "orders.zip")], capsys)) == [said]
    (found,) = messages(report_of([str(folder / "orders.zip"), "--attachments-root", str(folder)], capsys))
    assert found.startswith("Take the collection account out of papers/contract.txt")


def test_of_one_document_fifty_attachments_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.json").write_text(order("A", *["clean.txt"] * 51), "utf-8")
    (folder / "clean.txt").write_text("SALES CONTRACT\nFloor lamps.\n", "utf-8")
    said = "cannot tell: clean.txt could not be read: of one document 50 attachments are read"
    assert messages(report_of([str(folder / "a.json")], capsys)) == [said]


def test_attachments_that_take_too_long_together_are_not_passed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_SECONDS", 0.0)
    (folder / "a.json").write_text(order("A", "clean.txt"), "utf-8")
    (folder / "clean.txt").write_text("SALES CONTRACT\nFloor lamps.\n", "utf-8")
    said = "cannot tell: clean.txt could not be read: the attachments of one document may take 0 seconds together"
    assert messages(report_of([str(folder / "a.json")], capsys)) == [said]


def test_of_too_many_mentions_the_gravest_are_judged(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_MENTIONS", 1)
    like = "Beneficiary account no.: 9922****8888\n"
    (folder / "a.json").write_text(order("A", "both.txt"), "utf-8")
    (folder / "both.txt").write_text(f"{like}{CONTRACT.decode()}{like}", "utf-8")
    (found,) = messages(report_of([str(folder / "a.json")], capsys))
    assert found.startswith("Take the collection account out of both.txt")


def test_no_report_holds_a_whole_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.json").write_text(order("A", "papers/contract.txt"), "utf-8")
    for arguments in (
        ["check", str(folder / "a.json"), *ONLY],
        ["check", str(folder / "a.json"), *ONLY, "--format", "json"],
        ["check", str(folder / "a.json"), *ONLY, "--format", "ndjson", "--lang", "zh"],
        ["explain", str(folder / "a.json"), "contract.no-collection-account"],
    ):
        run(arguments)
        printed = capsys.readouterr()
        assert "9928********5196" in printed.out
        assert "9928123456785196" not in printed.out + printed.err


def test_an_account_is_shown_in_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.json").write_text(order("A", "papers/contract.txt"), "utf-8")
    run(["check", str(folder / "a.json"), *ONLY])
    printed = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(printed) if "mentions[0]: " in line)
    assert [line.strip() for line in printed[at + 1 : at + 3]] == [
        "2 | Bank account no.: 9928********5196",
        "|                   ^^^^^^^^^^^^^^^^",
    ]


def test_two_checks_tell_once_why_a_contract_could_not_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.json").write_text(order("A", "none.txt"), "utf-8")
    run(["check", str(folder / "a.json"), "--only", "contract.*", *ONLY[2:]])
    printed = capsys.readouterr().out
    assert printed.count("texts[0]: ") == 1
    assert printed.count("cannot tell: none.txt could not be read") == 2


def test_a_contract_is_no_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "papers" / "contract.pdf").write_bytes(CONTRACT)
    assert run(["check", str(folder / "papers" / "contract.pdf")]) == 3
    assert "look for accounts in it with `orderproof screen`" in capsys.readouterr().err


def test_whole_numbers_are_for_terminals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.json").write_text(order("A", "papers/contract.txt"), "utf-8")
    assert run(["check", str(folder / "a.json"), *ONLY, "--reveal"]) == 2
    assert "--reveal is for an officer at a terminal" in capsys.readouterr().err


# The vocabulary


def rule_set(tmp_path: Path, accounts: str | None) -> str:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yaml").write_text(
        "rule_set: shop\nversion: 1.0.0\ndocument: order\nfacts: [contract-screening]\nchecks:\n"
        "  - id: papers.clean\n    title: {en: No account}\n    clause: '1'\n    each: attachment\n"
        '    require: not any(m.class == "account" for m in attachment.mentions)\n'
        "    message: {en: an account}\n",
        "utf-8",
    )
    if accounts is not None:
        (rules / "accounts.yaml").write_text(accounts, "utf-8")
    return str(rules)


def test_a_broken_vocabulary_is_told_by_lint_and_ends_a_run_that_needs_it(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = rule_set(tmp_path, "accounts: shop\n")
    assert run(["rules", "lint", "--rules", rules]) == 2
    assert "accounts.yaml" in capsys.readouterr().out
    (folder / "a.json").write_text(order("A"), "utf-8")
    assert run(["check", str(folder / "a.json"), "--rules", rules, "--allow-empty"]) == 0
    (folder / "a.json").write_text(order("A", "papers/contract.txt"), "utf-8")
    assert run(["check", str(folder / "a.json"), "--rules", rules]) == 2


def test_rules_are_not_lost_under_the_name_of_the_vocabulary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = rule_set(tmp_path, "checks:\n  - id: a.b\n")
    assert run(["rules", "list", "--rules", rules]) == 2
    assert "[rules.misplaced]" in capsys.readouterr().err


def test_the_vocabulary_is_a_part_of_the_rule_set(tmp_path: Path) -> None:
    from orderproof.ruleset.load import load_rule_set

    rules = Path(rule_set(tmp_path, "accounts: shop\n"))
    first = load_rule_set(rules).sha256
    (rules / "accounts.yaml").write_text("accounts: shop # of last year\n", "utf-8")
    assert load_rule_set(rules).sha256 != first
