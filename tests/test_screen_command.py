"""The command `screen`: each mention in its line, what is unread, exit codes, and numbers in full at terminals only."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from workbooks import Book, Sheet, rows_of

from orderproof.cli import run
from orderproof.data import schemas_folder

ACCOUNT = "SALES CONTRACT\n\nBank account no.: 9928 1234 5678 5196, see there\n"
LIKE = "SALES CONTRACT\nBeneficiary account no.: 9922****8888\n"
CLEAN = "SALES CONTRACT\nFloor lamps, 400 pieces.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("account.txt", ACCOUNT), ("like.txt", LIKE), ("clean.txt", CLEAN), ("empty.txt", "")):
        Path(name).write_text(text, "utf-8")
    Path("papers/more").mkdir(parents=True)
    Path("papers/.hidden").write_text(ACCOUNT, "utf-8")
    Path("papers/more/account.eml").write_text(f"Subject: offer\n\n{ACCOUNT}", "utf-8")
    Path("papers/a.txt").write_text(CLEAN, "utf-8")
    Path("hollow").mkdir()


def test_each_mention_is_shown_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["screen", "account.txt", "like.txt", "clean.txt"]) == 1
    assert capsys.readouterr().out == (
        "account.txt\n"
        "  account: account (China) 9928********5196, beside “Bank account no”, line 3, definite: "
        "the words beside it name an account\n"
        "    3 | Bank account no.: 9928********5196, see there\n"
        "      |                   ^^^^^^^^^^^^^^^^\n"
        "like.txt\n"
        "  like an account: number with a hidden part 992******888, beside “Beneficiary account no”, line 2, definite: "
        "a part of the number is hidden\n"
        "    2 | Beneficiary account no.: 992******888\n"
        "      |                          ^^^^^^^^^^^^\n"
        "clean.txt\n"
        "  no account is in it\n"
        "\n"
        "Files: 3 (with an account 1, with what is like one 1, not read whole 0)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["clean.txt"], 0),
        (["clean.txt", "like.txt"], 0),
        (["clean.txt", "like.txt", "--fail-on", "warning"], 1),
        (["account.txt", "clean.txt"], 1),
        (["clean.txt", "empty.txt"], 3),
        (["account.txt", "none.txt"], 3),
        (["account.txt", "."], 3),
        (["account.txt", "like.txt", "--fail-on", "never"], 0),
        (["empty.txt", "--fail-on", "never"], 3),
        (["papers"], 1),
        (["papers", "--no-such-option"], 2),
        (["*a*.txt"], 1),
        (["c*.txt"], 0),
        (["none*"], 3),
        (["hollow"], 3),
        (["clean.txt", "--output", "clean.txt"], 2),
        (["clean.txt", "--output", "none/report.json"], 2),
        ([], 2),
        (["clean.txt", "--reveal"], 2),
        (["clean.txt", "--format", "json", "--reveal"], 2),
        (["clean.txt", "--rules", "none"], 2),
        (["clean.txt", "--rules", "."], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert run(["screen", *arguments]) == code


def test_what_could_not_be_read_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    run(["screen", "none.txt", "none*", "hollow"])
    assert capsys.readouterr().out == (
        "none.txt\n  not read whole: there is no such file\n"
        "none*\n  not read whole: no file matches this pattern\n"
        "hollow\n  not read whole: no file is in this folder\n\n"
        "Files: 3 (with an account 0, with what is like one 0, not read whole 3)\n"
    )


def test_a_pattern_and_a_folder_give_each_file_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever its ending, in folders too; what is hidden is left out."""
    run(["screen", "papers/*", "papers", "./clean.txt", "--format", "json"])
    files = json.loads(capsys.readouterr().out)["files"]
    assert [file["path"] for file in files] == ["papers/a.txt", "papers/more/account.eml", "./clean.txt"]


def test_standard_input_is_screened() -> None:
    command = [sys.executable, "-m", "orderproof", "screen", "-"]
    ended = subprocess.run(command, input=ACCOUNT.encode(), capture_output=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout.decode().startswith("-\n  account: ")


@pytest.mark.parametrize(("name", "format_"), [("r.json", "json"), ("r.txt", "text"), ("r", "text")])
def test_a_report_in_a_file_is_what_standard_output_says(
    name: str, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["screen", "account.txt", "none.txt", "--format", format_])
    printed = capsys.readouterr().out
    assert run(["screen", "account.txt", "none.txt", "--output", name]) == 3
    assert Path(name).read_text("utf-8") == printed


def test_a_report_is_not_written_over_a_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["screen", ".", "--output", "papers/a.txt"]) == 2
    assert "the report would be written over this contract" in capsys.readouterr().err
    assert Path("papers/a.txt").read_text("utf-8") == CLEAN


def test_a_cell_has_the_number_of_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of([["SALES CONTRACT"], [], [], ["Bank account no.", "9928123456785196"]])
    Path("contract.xlsx").write_bytes(Book([Sheet(rows)]).bytes())
    assert run(["screen", "contract.xlsx"]) == 1
    assert "Sheet1!B4" in (printed := capsys.readouterr().out)
    assert "    4 | 9928********5196\n" in printed


def test_what_to_do_about_pages_that_are_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    from PIL import Image

    Image.new("RGB", (600, 800), "white").save("scan.pdf")
    assert run(["screen", "scan.pdf"]) == 3
    assert capsys.readouterr().out.splitlines()[:3] == [
        "scan.pdf",
        "  not read whole: page 1 is a picture, and its text cannot be read",
        "  help: ask for it as a file with text, or install the extra `ocr`, which reads pictures",
    ]


def test_reasons_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    run(["screen", "account.txt", "none.txt", "--lang", "zh"])
    printed = capsys.readouterr().out
    assert "账号：" not in printed.splitlines()[0]
    assert "第 3 行" in printed
    assert "未能完整读取：找不到文件" in printed


def test_json_holds_what_is_known_and_no_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["screen", "account.txt", "none.txt", "--format", "json"]) == 3
    printed = capsys.readouterr().out
    assert "5678" not in printed
    report = json.loads(printed)
    assert report["format"] == "orderproof.screen/1"
    first, second = report["files"]
    (mention,) = first["mentions"]
    assert (first["class"], first["read"], first["format"]) == ("account", True, "text")
    assert (mention["class"], mention["masked"], mention["line"]) == ("account", "9928********5196", 3)
    assert second["gaps"] == [
        {
            "code": "missing",
            "reason": "there is no such file",
            "place": "",
            "part": "",
            "cell": "",
            "page": None,
            "line": None,
            "paragraph": None,
        }
    ]


def test_json_is_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    cases = Path(__file__).parents[1] / "fixtures" / "orders" / "contracts"
    contracts = sorted(str(path) for path in cases.glob("*/*") if path.suffix in (".pdf", ".docx", ".txt"))
    assert run(["screen", *contracts, "none.txt", "--format", "json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert {file["class"] for file in report["files"]} == {"account", "account_like", "none"}
    schema = json.loads((schemas_folder() / "screen.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(report)] == []


def test_a_hostile_name_or_label_does_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[31m.txt"
    Path(name).write_text("::error::x\nAccount no.: 9928123456785196 \x1b[2J\n", "utf-8")
    assert run(["screen", name]) == 1
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "\\x1b[31m" in printed


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a system that has terminals as files")
@pytest.mark.parametrize("command", ["screen", "check"])
def test_whole_numbers_are_shown_at_a_terminal(command: str) -> None:
    order = {"id": "A", "drafted_at": "2026-03-16T09:10:00+08:00", "currency": "USD"}
    Path("a.json").write_text(json.dumps({**order, "attachments": [{"path": "account.txt"}]}), "utf-8")
    arguments = ["screen", "account.txt"] if command == "screen" else ["check", "a.json", "--only", "contract.*"]
    ours, theirs = os.openpty()
    subprocess.run([sys.executable, "-m", "orderproof", *arguments, "--reveal"], stdout=theirs, check=False)
    os.close(theirs)
    printed = b""
    with suppress(OSError):  # what a terminal says at its end
        while part := os.read(ours, 1 << 12):
            printed += part
    os.close(ours)
    assert b"9928 1234 5678 5196" in printed
