"""Lines judged without being read first: what most documents of a batch are, in order and without a finding."""

from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct

from orderproof.document import Document, Line
from orderproof.engine.compiled import Pattern, expanded
from orderproof.engine.fast import FastEngine, Judged
from orderproof.engine.judgement import EngineUnavailableError
from orderproof.facts.record import Facts, RecordPlan
from orderproof.members.packing import Brought, Kinds, brought_by
from orderproof.outcome import PASSED, Outcome
from orderproof.reading.json_places import JsonPlaces
from orderproof.reading.json_values import values_of
from orderproof.reading.whole import tree_of
from orderproof.ruleset.program import Check, Verdict
from orderproof.run import Run
from orderproof.source import Source
from orderproof.tree import Plain

MAX_KINDS = 20_000
"""Patterns of verdicts that are remembered; a run of more unlike documents begins anew."""
_PASS, _DOES_NOT_APPLY = int(Verdict.PASS), int(Verdict.NOT_APPLICABLE)


class Kind(Struct):
    """Documents with the same verdicts: how often each was given, what is known of them all, and their number so far.

    ``found`` are the findings of their own checks, by check and subject; None where it must be told by whom they are
    read from the beginning. ``counts`` has no finding. ``applied`` has the bits of the checks that apply by themselves.
    """

    pattern: Pattern
    counts: tuple[int, int, int, int]
    flags: int
    found: tuple[tuple[int, int, Verdict], ...] | None
    applied: int = 0
    count: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether none of them has a finding of its own."""
        return self.found == ()


class FastAnswer(Struct, frozen=True, gc=False):
    """What is said of a line: the kind of its document, its id, what it brings to groups, and where there are findings
    to be told the record that was judged.
    """

    kind: Kind
    id: str
    members: list[Brought]
    record: Any = None


class Fast:
    """Judges lines by the compiled rules, and knows the kinds of documents that it met.

    A line in which one of ``marks`` stands must be read: its document is judged by more than its own values.
    """

    def __init__(self, engine: FastEngine, checks: Sequence[Check], marks: Sequence[bytes] = ()) -> None:
        self._engine = engine
        self._marks = marks
        self._grouped = frozenset(check.number for check in checks if check.grouping is not None)
        self._kinds_of = {check.number: Kinds.of(check.grouping) for check in checks if check.grouping is not None}
        self._kinds: dict[Pattern, Kind] = {}
        self._met: list[Kind] = []

    def judge(self, lines: Sequence[Line]) -> list[FastAnswer | None]:
        """An answer for each line; None where it must be read."""
        if not self._marks:
            return self._judged(lines)
        alone = [not any(mark in line.content for mark in self._marks) for line in lines]
        answers = iter(self._judged([line for line, is_alone in zip(lines, alone, strict=True) if is_alone]))
        return [next(answers) if is_alone else None for is_alone in alone]

    def _judged(self, lines: Sequence[Line]) -> list[FastAnswer | None]:
        return self._engine.answers([line.content for line in lines], self._answer)

    def _answer(self, judged: Judged, record: Any) -> FastAnswer | None:
        kind = self._kinds.get(judged.pattern) or self._kind(judged.pattern)
        members: list[Brought] = []
        for check, ordinal, key, parts in judged.members:
            member = brought_by(check, self._kinds_of[check], key, ordinal, True, parts)
            if member is None:
                return None
            members.append(member)
        return FastAnswer(kind, judged.id or "", members, record if kind.found else None)

    def _kind(self, pattern: Pattern) -> Kind:
        if len(self._kinds) >= MAX_KINDS:
            self._kinds = {}
        counts = [0, 0, 0, 0]
        found: list[tuple[int, int, Verdict]] = []
        is_told, applied = True, 0
        for number, verdicts in enumerate(expanded(pattern)):
            for ordinal, given in enumerate(verdicts or (_DOES_NOT_APPLY,)):
                if given == _DOES_NOT_APPLY:
                    counts[given] += 1
                elif number in self._grouped:
                    is_told = is_told and given == _PASS
                else:
                    applied |= 1 << number
                    if given == _PASS:
                        counts[given] += 1
                    else:
                        found.append((number, ordinal, Verdict(given)))
        flags = PASSED if counts[Verdict.PASS] else 0
        passed, violation, undetermined, not_applicable = counts
        known = (passed, violation, undetermined, not_applicable)
        kind = Kind(pattern, known, flags, tuple(found) if is_told else None, applied)
        return self._kinds.setdefault(pattern, kind)

    def waiting(self, line: Line, record: Any) -> tuple[Document, Facts] | None:
        """A line that was judged, with what its findings are told from; None where it must be read."""
        content = line.content
        values = values_of(content)
        if values is None:
            return None
        source = Source(line.path, content.decode(), line.number)
        digest = sha256(content).hexdigest()
        tree, place = partial(tree_of, source), JsonPlaces(source).nearest
        document = Document(line.path, line.index, tree, digest, values, line.number, place=place)
        return document, self._engine.facts(record)

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
        documents, applied = 0, 0
        for kind in self._met:
            documents += kind.count
            applied |= kind.applied
            for verdict, count in enumerate(kind.counts):
                outcome.counts[verdict] += count * kind.count
            kind.count = 0
        self._met.clear()
        if documents:
            outcome.apply(applied)
            outcome.judged["compiled"] = outcome.judged.get("compiled", 0) + documents


def fast_of(run: Run) -> Fast | Literal[False]:
    """What judges the lines of a run fast; False where the rules cannot be compiled, or every document has more to it."""
    marks = () if run.attachments is None else tuple(_marks(run.program.plan))
    if b"" in marks:
        return False
    try:
        return Fast(FastEngine(run.program, run.setting, run.schema), run.program.checks, marks)
    except EngineUnavailableError:
        return False


def _marks(plan: RecordPlan, key: str | None = None) -> Iterator[bytes]:
    """The keys of the lists below whose records facts are supplied, as lines that are judged fast spell them; empty
    where these are below the document itself.
    """
    for child in plan.children:
        if child.plan.supplied:
            yield b"" if key is None else f'"{key}"'.encode()
        else:
            yield from _marks(child.plan, child.path[-1])
