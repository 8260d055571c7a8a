"""The fast engine over the documents of a run: whatever it takes, it judges as the plain evaluator does."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from orderproof.check import Run
from orderproof.engine.fast import FastEngine, GroupMember
from orderproof.engine.reference import settled, verdict
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Evaluator
from orderproof.language.typed import UNKNOWN
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.program import Verdict
from orderproof.source import Source
from orderproof.tree import Mapping, Plain, plain

_SMALL = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d(?:\.\d+)?)z")
WAITING = 64
"""Documents for which the engine waits at most before it takes what it learned."""


class NotAlikeError(Exception):
    """The fast engine says something else of a line, or takes one that is in no order."""


def compact(text: str) -> bytes:
    """A document as programs write it: on one line, without blanks, with capital letters in instants."""
    written = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return _SMALL.sub(r"\1T\2Z", written).encode()


def fast_agrees(run: Run, texts: Sequence[str]) -> int:
    """How many of some documents the fast engine takes; raises NotAlikeError where it is wrong."""
    engine = FastEngine(run.program, run.setting, run.schema)
    lines = [line for text in texts for line in (text.encode(), compact(text))]
    read = [_read(run, line) for line in lines]
    known = [values for values, facts in read if facts is not None]
    for values in known + known[-1:] * WAITING:
        engine.learn(values)
    taken = 0
    for line, (values, facts), answer in zip(lines, read, engine.judge_lines(lines), strict=True):
        if answer is None:
            continue
        taken += 1
        if facts is None:
            raise NotAlikeError(f"taken, though it is refused: {line.decode()}")
        evaluator, _ = settled(run.program, run.setting, facts)
        said = tuple(
            tuple(int(verdict(check, evaluator, subject)) for subject in facts.subjects[check.entity])
            for check in run.program.checks
        )
        if engine.expand(answer.pattern) != said:
            raise NotAlikeError(f"{engine.expand(answer.pattern)} != {said}: {line.decode()}")
        members = list(_members(run, facts, evaluator))
        if sorted(answer.members, key=_place) != sorted(members, key=_place):
            raise NotAlikeError(f"{answer.members} != {members}: {line.decode()}")
        own = values.get("id")
        if answer.id != (own if isinstance(own, str) and own else None):
            raise NotAlikeError(f"the id is {own!r}, not {answer.id!r}")
    return taken


def _place(member: GroupMember) -> tuple[int, int]:
    return member[0], member[1]


def _read(run: Run, line: bytes) -> tuple[dict[str, Plain], Facts | None]:
    root = parse_json(Source("line", line.decode()))
    assert isinstance(root, Mapping)
    values = plain(root)
    assert isinstance(values, dict)
    facts = FactReader(run.schema, run.program.plan, None).read(values)
    return values, facts if isinstance(facts, Facts) else None


def _members(run: Run, facts: Facts, evaluator: Evaluator) -> Iterator[GroupMember]:
    """The members of groups, their keys and parts by the plain evaluator; None is unknown."""

    def known(value: Any) -> Any:
        return None if value is UNKNOWN else value

    for check in run.program.checks:
        if check.grouping is None:
            continue
        for subject in facts.subjects[check.entity]:
            if verdict(check, evaluator, subject) is not Verdict.PASS:
                continue
            key = tuple(known(evaluator.value(each, subject)) for each in check.grouping.keys)
            parts = tuple(known(evaluator.value(each, subject)) for each in check.grouping.parts)
            yield check.number, subject[-1].ordinal, None if None in key else key, parts
