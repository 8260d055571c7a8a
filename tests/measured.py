"""The program with what it costs: its outcome, its seconds, and the most memory that any of its processes held."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from program import COMMAND

MOST_MEMORY = 400 << 20
ONLY = ("--only", "contract.no-collection-account", "--as-of", "2026-03-20T00:00:00Z")
# The system counts for a process also what the one held that started it: so a small one of its own starts it.
_MEASURE = """
import json, resource, subprocess, sys, time
started = time.monotonic()
ended = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([ended.returncode, ended.stdout, ended.stderr, time.monotonic() - started, peak]))
"""


@dataclass(frozen=True)
class Measured:
    """How a run of the program ended, and what it cost."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """What `screen --format json` said of each file."""
        return {Path(file["path"]).name: file for file in json.loads(self.out)["files"]}


def measured(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Measured:
    """Run the program to its end."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURE, *COMMAND, *arguments],
        cwd=folder,
        env={**inherited, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return Measured(*json.loads(ended.stdout))


def screened(folder: Path, contents: Mapping[str, bytes]) -> Measured:
    """Screen files of these contents in one run."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return measured(folder, "screen", "--format", "json", *contents)


def outcome(file: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    """The class of a file, and the codes of its gaps, each once and in order."""
    return file["class"], sorted({gap["code"] for gap in file["gaps"]})


def order(*paths: str) -> str:
    known = {"id": "A", "status": "to_be_audited", "drafted_at": "2026-03-16T09:10:00+08:00", "currency": "USD"}
    return json.dumps({**known, "attachments": [{"path": path} for path in paths]})


def checked(folder: Path, *paths: str, environment: Mapping[str, str] | None = None) -> Measured:
    """Check an order with these attachments."""
    (folder / "a.json").write_text(order(*paths), "utf-8")
    return measured(folder, "check", "a.json", *ONLY, "--format", "json", environment=environment)


def verdicts(found: Measured) -> list[str]:
    return [finding["verdict"] for finding in json.loads(found.out)["findings"]]


def is_cheap(found: Measured, seconds: float) -> None:
    assert found.seconds < seconds
    assert found.peak < MOST_MEMORY
