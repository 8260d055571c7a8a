"""One run of the program for the benchmark, its findings turned into the violations that the workload asks for.

    checker.py IN OUT [OPTIONS OF check …]

The turning is a part of the measured process.
"""

import sys
import tempfile
from pathlib import Path

import msgspec

from orderproof.cli import run


class _Document(msgspec.Struct):
    id: str


class _Record(msgspec.Struct):
    record: str
    rule: str = ""
    verdict: str = ""
    document: _Document | None = None


def main(orders: str, violations: str, *options: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.ndjson"
        code = run(["check", orders, "--format", "ndjson", "--output", f"ndjson:{report}", *options])
        decode = msgspec.json.Decoder(_Record).decode
        encode = msgspec.json.encode
        with report.open("rb") as lines, Path(violations).open("wb") as out:
            for line in lines:
                found = decode(line)
                if found.record == "finding" and found.verdict == "violation" and found.document is not None:
                    out.write(encode({"order": found.document.id, "check": found.rule.upper()}) + b"\n")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
