"""Runs in which findings may be accepted, for tests: a rule set, orders, and the program as it is typed."""

from pathlib import Path
from typing import Any

import pytest
from program import FAULTY, RULES, UNKNOWN, WARNED, order
from reports import records, validated

from orderproof.cli import run

EXCUSED_RULES = f"""{RULES}
  - id: price.never-huge
    title: {{en: The total is not huge}}
    clause: "3"
    waivable: false
    each: order
    when: order.amounts.total is present
    require: order.amounts.total <= 1000
    message: {{en: "The total is {{order.amounts.total}}."}}
  - id: export.once
    title: {{en: A consignment serves one order}}
    clause: "8"
    each: consignment
    by: consignment.id
    require: count(distinct c.order.id for c in group) <= 1
    message: {{en: "Several orders name the consignment {{consignment.id}}."}}
"""
"""The small rule set with a check that allows no exception, and one across documents."""
PAYMENTS = """  - id: payment.sum
    title: {en: The payments are the total}
    clause: "7"
    each: order
    require: sum(p.received for p in order.payments) == order.amounts.total
    message: {en: "They are not."}
"""
"""A check more, which rests on as many values as an order has payments."""
FILES = {
    "rules.yaml": EXCUSED_RULES,
    "a.json": order("A", FAULTY),
    "b.json": order("B", UNKNOWN),
    "c.json": order("C", WARNED),
    "good.json": order("G"),
    "shared1.json": order("S1", '"consignments": [{"id": "X"}]'),
    "shared2.json": order("S2", '"consignments": [{"id": "X"}]'),
    "huge.json": order("H", '"amounts": {"total": "2000.00", "collection": "2000.00"}'),
    "many.ndjson": order("M0", FAULTY) + order("M1", FAULTY) + order("G2"),
    "cut.json": '{"id"',
}
ALL = ("a.json", "b.json", "c.json", "good.json", "shared1.json", "shared2.json", "huge.json", "many.ndjson")


class Place:
    """A folder with the files, in which the program runs; what a run prints can be read after it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8", newline="")

    def read(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode("utf-8")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code of a command, and what it prints."""
        code = run(arguments)
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def check(
        self, *arguments: str, as_of: str = "2026-04-01T00:00:00Z", jobs: str = "1"
    ) -> tuple[int, dict[str, Any], str]:
        """The exit code of a check, its report, and what it says beside it."""
        options = ("--rules", "rules.yaml", "--as-of", as_of, "--engine", "reference", "--jobs", jobs)
        code, out, err = self.run("check", *arguments, *options, "--format", "json")
        return code, validated(out) if out else {}, err

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        options = ("--rules", "rules.yaml", "--as-of", "2026-04-01T00:00:00Z", "--engine", "reference")
        return records(self.run("check", *arguments, *options, "--format", "ndjson")[1])


def told(report: dict[str, Any]) -> list[tuple[str, str, str, bool, bool]]:
    """The findings of a report: rule, document, verdict, whether waived, whether known."""
    return [
        (each["rule"], each["document"]["id"], each["verdict"], each["waived"], each["known"])
        for each in report["findings"]
    ]


def codes(report: dict[str, Any]) -> list[str]:
    """The codes of a report's diagnostics."""
    return [each["code"] for each in report["diagnostics"]]


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """How many findings are waived, known, fixed, and unseen."""
    summary = report["summary"]
    return summary["waived"], summary["known"], summary["fixed"], summary["unseen"]


def waivers(*entries: str) -> str:
    """A file of waivers; each entry is given as a flow mapping without what all of them need."""
    rest = "reason: agreed, owner: Li Wei"
    return "waivers:\n" + "".join(f"  - {{{entry}, {rest}}}\n" for entry in entries)
