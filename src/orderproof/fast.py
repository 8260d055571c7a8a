"""Lines judged without being read first: what most documents of a batch are, in order and without a finding."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from orderproof.document import Line
from orderproof.engine.compiled import Pattern, expanded
from orderproof.engine.fast import FastEngine
from orderproof.engine.judgement import EngineUnavailableError
from orderproof.members.packing import Brought, Kinds, brought_by
from orderproof.outcome import PASSED, Outcome
from orderproof.ruleset.program import Check, Verdict
from orderproof.run import Run
from orderproof.tree import Plain

MAX_KINDS = 20_000
"""Patterns of verdicts that are remembered; a run of more unlike documents begins anew."""


class Kind(Struct):
    """Documents with the same verdicts: how often each was given, what is known of them all, and their number so far.

    ``is_clean``: none of them has a finding of its own.
    """

    pattern: Pattern
    counts: tuple[int, int, int, int]
    flags: int
    is_clean: bool
    count: int = 0


class FastAnswer(Struct, frozen=True, gc=False):
    """What is said of a line: the kind of its document, its id, and what it brings to groups."""

    kind: Kind
    id: str
    members: list[Brought]


class Fast:
    """Judges lines by the compiled rules, and knows the kinds of documents that it met."""

    def __init__(self, engine: FastEngine, checks: Sequence[Check]) -> None:
        self._engine = engine
        self._grouped = frozenset(check.number for check in checks if check.grouping is not None)
        self._kinds_of = {check.number: Kinds.of(check.grouping) for check in checks if check.grouping is not None}
        self._kinds: dict[Pattern, Kind] = {}
        self._met: list[Kind] = []

    def judge(self, lines: Sequence[Line]) -> list[FastAnswer | None]:
        """An answer for each line; None where it must be read."""
        answers: list[FastAnswer | None] = []
        for judged in self._engine.judge_lines([line.content for line in lines]):
            if judged is None:
                answers.append(None)
                continue
            kind = self._kinds.get(judged.pattern) or self._kind(judged.pattern)
            members: list[Brought] = []
            for check, ordinal, key, parts in judged.members:
                member = brought_by(check, self._kinds_of[check], key, ordinal, True, parts)
                if member is None:
                    break
                members.append(member)
            else:
                answers.append(FastAnswer(kind, judged.id or "", members))
                continue
            answers.append(None)
        return answers

    def _kind(self, pattern: Pattern) -> Kind:
        if len(self._kinds) >= MAX_KINDS:
            self._kinds = {}
        counts = [0, 0, 0, 0]
        is_clean = True
        for number, verdicts in enumerate(expanded(pattern)):
            for verdict in verdicts or (Verdict.NOT_APPLICABLE,):
                if number not in self._grouped or verdict == Verdict.NOT_APPLICABLE:
                    counts[verdict] += 1
                    is_clean = is_clean and verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)
                else:
                    is_clean = is_clean and verdict == Verdict.PASS
        flags = PASSED if counts[Verdict.PASS] else 0
        passed, violation, undetermined, not_applicable = counts
        kind = Kind(pattern, (passed, violation, undetermined, not_applicable), flags, is_clean)
        return self._kinds.setdefault(pattern, kind)

    def meet(self, kind: Kind) -> None:
        """Count one more document of a kind."""
        if not kind.count:
            self._met.append(kind)
        kind.count += 1

    def learn(self, values: dict[str, Plain]) -> None:
        """Know documents like this one from now on."""
        self._engine.learn(values)

    def add_up(self, outcome: Outcome) -> None:
        """Count the documents that were clean since the last time."""
        documents = 0
        for kind in self._met:
            documents += kind.count
            for verdict, count in enumerate(kind.counts):
                outcome.counts[verdict] += count * kind.count
            kind.count = 0
        self._met.clear()
        if documents:
            outcome.judged["compiled"] = outcome.judged.get("compiled", 0) + documents


def fast_of(run: Run) -> Fast | Literal[False]:
    """What judges the lines of a run fast; False where the rules cannot be compiled."""
    try:
        return Fast(FastEngine(run.program, run.setting, run.schema), run.program.checks)
    except EngineUnavailableError:
        return False
