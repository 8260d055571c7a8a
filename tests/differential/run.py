"""The command: cases by their seeds until the time is over, the first failure made small and printed."""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from orderproof.check import Run
from orderproof.diagnostic import OrderproofError
from orderproof.engine.panel import Panel
from orderproof.language.evaluate import Setting
from orderproof.report.model import Report
from orderproof.ruleset.open import compile_opened, open_rule_set

from . import orders, rule_sets, schemas
from .fast import fast_agrees
from .judging import LawBrokenError, document, judge, reported, same_outcomes, stays_when_filled
from .rule_sets import RuleSetCase
from .shrink import Broken, smaller_case, smaller_documents

RUNS_OF_ORDERS = 12
"""Runs for each instant and set of parameters: starting the engines costs as much as these."""
VALIDATED = 20
"""One JSON report in so many is held against its schema, which costs more than all else."""
_INSTANTS = (
    datetime(2026, 3, 1, tzinfo=UTC),
    datetime(2026, 3, 1, 16, 0, 0, 1, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
)


@dataclass
class Counts:
    """What was judged."""

    validated: int = VALIDATED
    documents: int = 0
    reports: int = 0
    rule_sets: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    strata: Counter[int] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    unexplained: int = 0
    fast: int = 0
    """Lines that the fast engine took."""

    def add(self, report: Report) -> None:
        self.documents += len(report.documents)
        self.reports += 1
        self.unreadable += sum(not each.outcomes and each.verdict == "unreadable" for each in report.documents)
        checks = report.checks
        self.verdicts.update(
            {
                "pass": checks.passed,
                "violation": checks.violation,
                "undetermined": checks.undetermined,
                "not_applicable": checks.not_applicable,
            }
        )

    def lines(self, seconds: float) -> Iterator[str]:
        yield f"documents {self.documents:,} ({self.unreadable:,} unreadable), {self.documents / seconds:,.0f} a second"
        yield "verdicts " + ", ".join(f"{name} {count:,}" for name, count in self.verdicts.items())
        yield f"lines that the fast engine took {self.fast:,}"
        yield f"undetermined findings that name nothing missing {self.unexplained:,}"
        if self.rule_sets:
            strata = ", ".join(f"{number}: {count:,}" for number, count in sorted(self.strata.items()))
            yield f"rule sets {self.rule_sets:,}, by strata {strata}"
            codes = ", ".join(f"{code} {count:,}" for code, count in self.refused.most_common())
            yield f"rule sets refused {sum(self.refused.values()):,}{f': {codes}' if codes else ''}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A law that a case breaks, with what replays it: a rule set (None for the shipped policy) and documents."""

    seed: int
    law: str
    detail: str
    rules: str | None
    schema: str | None
    setting: str
    texts: tuple[str, ...]


class FailedError(Exception):
    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.law)


# Orders over the shipped policy


def orders_case(seed: int, worlds: orders.Worlds, counts: Counts) -> None:
    """One instant and set of parameters, and runs of orders; raises FailedError."""
    random = Random(seed)
    run = worlds.run(random)
    panel = Panel(run.program, run.setting, "all")
    every: list[str] = []
    try:
        for _ in range(RUNS_OF_ORDERS):
            texts = orders.documents(random, worlds)
            every += texts
            broken = _broken(partial(_judge, panel, run, texts, counts))
            if broken is not None:
                small = smaller_documents(
                    texts, lambda some: _broken(lambda: judge(panel, run, some, validate=True)), broken
                )
                said = f"as of {run.setting.as_of.isoformat()}, {run.lang}, parameters {dict(run.program.parameters)}"
                raise FailedError(Failure(seed, *broken, None, None, said, small))
        counts.fast += fast_agrees(run, every)
    finally:
        panel.close()


def _judge(panel: Panel, run: Run, texts: Sequence[str], counts: Counts) -> None:
    judged = judge(panel, run, texts, validate=counts.reports % counts.validated == 0)
    counts.add(judged.report)
    counts.unexplained += judged.unexplained


def _broken(work: Callable[[], object]) -> Broken | None:
    """The law that some work breaks; anything that it raises breaks one."""
    try:
        work()
    except LawBrokenError as error:
        return error.law, error.detail
    except Exception as error:  # noqa: BLE001 - whatever is raised is what we look for
        return f"nothing crashes ({type(error).__name__})", "".join(traceback.format_exception(error)[-4:])
    return None


# Random rule sets


def rules_case(seed: int, folder: Path, counts: Counts) -> None:
    """One random rule set and runs of documents for it; raises FailedError."""
    random = Random(seed)
    case = rule_sets.random_case(random)
    instant = random.choice(_INSTANTS[:2] if random.random() < 0.9 else _INSTANTS)
    broken = _broken(lambda: _judge_case(case, folder, instant, seed, counts))
    if broken is None:
        return

    def again(some: RuleSetCase) -> Broken | None:
        return _broken(lambda: _judge_case(some, folder, instant, seed, Counts(validated=1)))

    small = smaller_case(case, again, broken)
    said = f"as of {instant.isoformat()}"
    schema = json.dumps(case.model.schema, ensure_ascii=False)
    texts = tuple(text for run in small.runs for text in run)
    raise FailedError(Failure(seed, *broken, rule_sets.as_yaml(small.rules), schema, said, texts))


def _judge_case(case: RuleSetCase, folder: Path, instant: datetime, seed: int, counts: Counts) -> None:
    random = Random(seed)
    run = _opened(case, folder, instant, counts, yaml=random.random() < 0.7)
    if run is None:
        return
    counts.rule_sets += 1
    counts.strata[run.program.strata] += 1
    panel = Panel(run.program, run.setting, "all")
    reports: list[Report] = []
    try:
        if panel.unavailable is not None:
            raise LawBrokenError("the rules engine holds every rule set", panel.unavailable)
        for texts in case.runs:
            judged = judge(panel, run, texts, validate=counts.reports % counts.validated == 0)
            counts.add(judged.report)
            counts.unexplained += judged.unexplained
            reports.append(judged.report)
        counts.fast += fast_agrees(run, [text for texts in case.runs for text in texts])
    finally:
        panel.close()
    if case.plain:
        for text in (text for texts in case.runs for text in texts):
            stays_when_filled(run, text, partial(schemas.filled, random, case.model))
    _other_order(case, folder, instant, random, reports)


def _opened(case: RuleSetCase, folder: Path, instant: datetime, counts: Counts, *, yaml: bool) -> Run | None:
    """A run of the rule set; None where it is refused, which says where."""
    path = rule_sets.write(folder, case, yaml=yaml)
    try:
        opened = open_rule_set(str(path))
        program = compile_opened(opened)
    except OrderproofError as error:
        if not error.diagnostics or any(each.span is None for each in error.diagnostics):
            raise LawBrokenError("a refusal says where", str(error)) from error
        counts.refused[error.diagnostics[0].code] += 1
        return None
    setting = Setting(instant, ZoneInfo(program.timezone))
    return Run(program, opened.schema, setting, None, "all", "en", details=True)


def _other_order(case: RuleSetCase, folder: Path, instant: datetime, random: Random, before: Sequence[Report]) -> None:
    """The order of checks and of derived facts in the file changes no verdict."""
    checks = list(case.rules["checks"])
    random.shuffle(checks)
    facts = list(dict.fromkeys(entry["fact"] for entry in case.rules["derive"]))
    random.shuffle(facts)
    derive = [entry for fact in facts for entry in case.rules["derive"] if entry["fact"] == fact]
    other = replace(case, rules={**case.rules, "checks": checks, "derive": derive})
    run = _opened(other, folder, instant, Counts(), yaml=True)
    law = "the order of checks and facts changes nothing"
    if run is None:
        raise LawBrokenError(law, "the rule set is refused in another order")
    panel = Panel(run.program, run.setting, random.choice(("rete", "reference", "compiled")))
    try:
        for texts, report in zip(case.runs, before, strict=True):
            documents = [document(text, number) for number, text in enumerate(texts)]
            same_outcomes(report, reported(panel, run, documents), law, run.program)
    finally:
        panel.close()


# The command


def rounds(seed: int, what: str, counts: Counts, folder: Path, go_on: Callable[[int], bool]) -> None:
    """Cases from a seed on, while ``go_on`` (of how many were done) says so; raises FailedError."""
    worlds = orders.Worlds.of(open_rule_set())
    done = 0
    while go_on(done):
        if what in ("orders", "all"):
            orders_case(seed + done, worlds, counts)
        if what in ("rules", "all"):
            rules_case(seed + done, folder, counts)
        done += 1


def main() -> None:
    """Run cases until the time is over; exit 1 at the first that breaks a law."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed; the next one's is one more")
    parser.add_argument("--time", type=float, default=60.0, help="seconds after which no further case begins")
    parser.add_argument("--cases", type=int, help="how many cases at most; 1 replays the seed alone")
    parser.add_argument("--what", choices=("orders", "rules", "all"), default="all")
    given = parser.parse_args()
    counts = Counts(validated=1 if given.cases == 1 else VALIDATED)
    began = time.monotonic()

    def go_on(done: int) -> bool:
        return time.monotonic() - began < given.time and (given.cases is None or done < given.cases)

    failed = False
    with tempfile.TemporaryDirectory() as folder:
        try:
            rounds(given.seed, given.what, counts, Path(folder), go_on)
        except FailedError as error:
            failed = True
            _tell(error.failure)
    print("\n".join(counts.lines(time.monotonic() - began)))
    sys.exit(1 if failed else 0)


def _tell(failure: Failure) -> None:
    what = "orders" if failure.rules is None else "rules"
    print(f"BROKEN: {failure.law}\n{failure.detail}\n")
    print(f"replay: python -m tests.differential --what {what} --cases 1 --seed {failure.seed}\n{failure.setting}")
    if failure.rules is not None:
        print(f"\nrandom.schema.json\n{failure.schema}\n\nrules.yaml\n{failure.rules}")
    for text in failure.texts:
        print(f"\ndocument\n{text}")
    print()
