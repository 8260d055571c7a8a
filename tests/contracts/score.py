"""Scores the screening on a labelled set: ``python -m tests.contracts.score [FOLDER]``, by default fixtures/contracts."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from orderproof.screening.mention import Own, Screened
from orderproof.screening.process import Screener

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "contracts"
VOCABULARY = ROOT / "rules" / "credit-guarantee" / "accounts.yaml"
RECALL, PRECISION = 0.99, 0.98
"""The least that is accepted."""


@dataclass(frozen=True)
class Answer:
    """A labelled file, and what was found in it."""

    truth: dict[str, Any]
    screened: Screened

    @property
    def verdict(self) -> str:
        classes = {mention.cls for mention in self.screened.mentions}
        if "account" in classes:
            return "violation"
        if self.screened.gaps:
            return "undetermined"
        return "warning" if "account_like" in classes else "pass"

    @property
    def is_right(self) -> bool:
        accepted = {self.truth["verdict"], self.truth.get("verdict_with_ocr"), *self.truth["also_accept"]}
        return self.verdict in accepted

    @property
    def has_account(self) -> bool:
        return "violation" in {self.truth["verdict"], self.verdict if self.is_right else None}

    @property
    def missed(self) -> tuple[str, ...]:
        """The labelled accounts of a violation that are not among the mentions."""
        if self.truth["verdict"] != "violation" or self.verdict != "violation":
            return ()
        found = {_bare(mention.written) for mention in self.screened.mentions if mention.cls == "account"}
        return tuple(account["written"] for account in self.truth["accounts"] if not _is_among(account, found))


def _bare(number: str) -> str:
    return re.sub(r"[\W_]", "", number).casefold()


def _is_among(account: dict[str, Any], found: Iterable[str]) -> bool:
    wanted = {_bare(account["written"]), _bare(account["normalised"])}
    return any(one == bare or (len(one) >= 6 and one in bare) for one in wanted for bare in found)


def answers(folder: Path) -> list[Answer]:
    """Every file of a set, screened one after another by one screener."""
    truths = [msgspec.json.decode(line) for line in (folder / "truth.jsonl").read_bytes().splitlines()]
    screener = Screener(VOCABULARY.read_bytes())
    try:
        return [Answer(truth, _screened(screener, folder, truth)) for truth in truths]
    finally:
        screener.close()


def _screened(screener: Screener, folder: Path, truth: dict[str, Any]) -> Screened:
    path = folder / truth["path"]
    order = truth["order"]
    own = Own(order.get("collection_account", {}).get("number", ""), order.get("buyer_account", ""))
    return screener.screen(path.name, path.read_bytes(), own)


def recall(given: Iterable[Answer]) -> float:
    """The share of files with an account that are found to have one; an accepted other verdict counts as found."""
    wanted = [answer for answer in given if answer.truth["verdict"] == "violation"]
    return 1.0 if not wanted else sum(answer.is_right for answer in wanted) / len(wanted)


def precision(given: Iterable[Answer]) -> float:
    """The share of files said to have an account that do have one."""
    said = [answer for answer in given if answer.verdict == "violation"]
    return 1.0 if not said else sum(answer.has_account for answer in said) / len(said)


def number_recall(given: Iterable[Answer]) -> float:
    """The share of labelled account numbers, in files with an account, that are among the accounts found."""
    wanted = [answer for answer in given if answer.truth["verdict"] == "violation" and answer.truth["accounts"]]
    total = sum(len(answer.truth["accounts"]) for answer in wanted)
    missed = sum(
        len(answer.missed) if answer.verdict == "violation" else 0 if answer.is_right else len(answer.truth["accounts"])
        for answer in wanted
    )
    return 1.0 if not total else 1 - missed / total


def passed_unread(given: Iterable[Answer]) -> list[str]:
    """The files that cannot be read, and are said to be without an account."""
    return [a.truth["path"] for a in given if a.truth["cls"] == "unreadable" and a.verdict in {"pass", "warning"}]


def table(given: list[Answer]) -> str:
    """Precision, recall and exact verdicts: overall, and by language, format, kind and case."""
    lines = [f"{'':44}{'files':>6}{'recall':>8}{'prec.':>8}{'exact':>8}", _row("all", given)]
    keys: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
        ("language", lambda truth: truth["language"]),
        ("format", lambda truth: truth["format"]),
        ("kind", lambda truth: truth["kind_of_case"]),
        ("case", lambda truth: f"{truth['kind_of_case']}: {truth['case']}"),
    )
    for head, key in keys:
        lines += ["", f"by {head}"]
        for value in sorted({key(answer.truth) for answer in given}):
            lines.append(_row(value, [answer for answer in given if key(answer.truth) == value]))
    return "\n".join(lines)


def _row(name: str, given: list[Answer]) -> str:
    exact = sum(answer.is_right for answer in given) / len(given)
    return f"{name[:43]:44}{len(given):6}{recall(given):8.3f}{precision(given):8.3f}{exact:8.3f}"


def mistakes(given: Iterable[Answer]) -> list[str]:
    """A paragraph for each file with a wrong verdict or a missed number: what was wanted, and what was found."""
    return [_told(answer) for answer in given if not answer.is_right or answer.missed]


def _told(answer: Answer) -> str:
    truth = answer.truth
    head = f"{truth['path']} [{truth['kind_of_case']}: {truth['case']}; {truth.get('place', '')}]"
    wanted = f"  wanted {truth['verdict']} {[account['written'] for account in truth['accounts']]}"
    found = [
        f"  {m.cls} {m.kind} `{m.label}` {m.written!r} {m.confidence} {m.reason}" for m in answer.screened.mentions
    ]
    gaps = [f"  gap {gap.code}: {gap.reason}" for gap in answer.screened.gaps]
    return "\n".join([head, f"{wanted}, found {answer.verdict}", *found, *gaps])


def is_good(given: list[Answer]) -> bool:
    return recall(given) >= RECALL and precision(given) >= PRECISION and not passed_unread(given)


def main(folder: Path = FOLDER) -> int:
    given = answers(folder)
    print(table(given))
    print(f"\naccount numbers found: {number_recall(given):.3f}")
    for paragraph in mistakes(given):
        print(f"\n{paragraph}")
    for path in passed_unread(given):
        print(f"\n{path} cannot be read, and passes")
    return 0 if is_good(given) else 1


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
