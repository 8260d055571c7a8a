"""Lines of ours with a partner's keys in them, each harmless alone: together they are a partner's document."""

import json
from pathlib import Path

import pytest

from orderproof.cli import run

OURS = {"drafted_at": "2026-03-01T00:00:00Z", "currency": "USD"}


@pytest.mark.parametrize("engine", ["compiled", "auto"])
def test_what_was_learned_of_some_lines_is_no_leave_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = [{"trade_id": "x"}, {"create_date": "y"}]
    lines = [{"id": f"a{number}", **OURS, **keys[number % 2]} for number in range(200)]
    lines += [{"id": f"b{number}", **OURS, **keys[0], **keys[1]} for number in range(100)]
    Path("x.ndjson").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines), "utf-8")
    run(["check", "x.ndjson", "--as-of", "2026-04-10T00:00:00Z", "--format", "json", "--engine", engine])
    report = json.loads(capsys.readouterr().out)
    unreadable = [document["index"] for document in report["documents"] if document["verdict"] == "unreadable"]
    assert unreadable == list(range(200, 300))
