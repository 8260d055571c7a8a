"""What a source does not carry: documents without it, ways to fill it in, and the law that no verdict is invented."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from orderproof.engine.compiled import CompiledEngine
from orderproof.engine.judgement import Judgement
from orderproof.engine.reference import Conclusions, ReferenceEngine, settled, verdict
from orderproof.engine.rete import ReteEngine
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, Subject
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.typed import UNKNOWN
from orderproof.language.types import Kind
from orderproof.ruleset.program import UNKNOWN_FACT, Check, Placeholder, Program, Verdict
from orderproof.ruleset.uncarried import without
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema
from orderproof.undecided import DECIDED, Blame, Concluded, blame_of

from . import schemas

Json: TypeAlias = Any
Path: TypeAlias = tuple[str, ...]
Fill: TypeAlias = Callable[[Field, str], Json]
"""A random value for a field of this name."""


class InventedError(Exception):
    """A verdict, a state or a value that what is not carried would change."""


# Documents


def places(of: Object, path: Path = ()) -> Iterator[Path]:
    """Every path of a document type below which a source may carry nothing: not of what is required."""
    for name, field in of.members.items():
        if name not in of.required:
            yield (*path, name)
        match field:
            case Object():
                yield from places(field, (*path, name))
            case RecordList(_, item):
                yield from places(item, (*path, name))
            case _:
                pass


def some_places(random: Random, of: Object) -> frozenset[Path]:
    known = list(places(of))
    return frozenset(random.sample(known, min(len(known), random.choice((1, 1, 2, 3, 5, 8)))))


def bare(value: Json, of: Object, paths: frozenset[Path]) -> Json:
    """A document as the source gives it: nothing stands at these paths."""
    return _changed(value, of, (), paths, None)


def completed(value: Json, of: Object, paths: frozenset[Path], fill: Fill, random: Random) -> Json:
    """A document with anything at these paths, also nothing."""
    return _changed(value, of, (), paths, lambda field, name: None if random.random() < 0.3 else fill(field, name))


def _changed(value: Json, of: Object, path: Path, paths: frozenset[Path], fill: Fill | None) -> Json:
    made = dict(value)
    for name, field in of.members.items():
        here, found = (*path, name), made.get(name)
        if here in paths:
            made.pop(name, None)
            if fill is not None:
                made[name] = fill(field, name)
        elif isinstance(field, Object):
            below = fill is not None and found is None and any(each[: len(here)] == here for each in paths)
            if isinstance(found, dict) or below:
                made[name] = _changed(found or {}, field, here, paths, fill)
        elif isinstance(field, RecordList) and isinstance(found, list):
            made[name] = [_changed(each, field.item, here, paths, fill) for each in found]
    return made


def random_fill(random: Random) -> Fill:
    """Random values of any field of a random document type."""

    def fill(field: Field, name: str) -> Json:
        match field:
            case Leaf(kind, choices):
                return schemas.literal(random, schemas.Leaf((name,), Kind(kind.value), choices))
            case ScalarList(element):
                return [fill(element, name) for _ in range(random.choice((0, 1, 2, 3)))]
            case Object(members):
                return {each: fill(member, each) for each, member in members.items() if random.random() < 0.5}
            case RecordList(_, item):
                return [fill(item, name) for _ in range(random.choice((0, 1, 2, 4)))]

    return fill


# The law


class Judged:
    """A document judged by the plain evaluator."""

    def __init__(self, program: Program, setting: Setting, facts: Facts) -> None:
        self.program = program
        self.facts = facts
        self.evaluator: Evaluator
        self.conclusions: Conclusions
        self.evaluator, self.conclusions = settled(program, setting, facts)

    def verdict(self, check: Check, subject: Subject) -> Verdict:
        return verdict(check, self.evaluator, subject)

    def blame(self, check: Check, subject: Subject) -> Blame:
        """What keeps a verdict from being decided."""
        applies = self.evaluator.value(check.when, subject)
        asked = (check.when, check.require) if applies is True and check.grouping is None else (check.when,)
        concluded = Concluded(self.program, self.facts, self.conclusions.states(), self.evaluator)
        unknown = [each for each in asked if self.evaluator.value(each, subject) is UNKNOWN]
        return blame_of(concluded, unknown, subject)


def read(schema: Schema, program: Program, value: Json) -> Facts | None:
    facts = FactReader(schema, program.plan, None).read(value)
    return facts if isinstance(facts, Facts) else None


def never_invents(
    schema: Schema, program: Program, setting: Setting, paths: frozenset[Path], value: Json, others: Sequence[Json]
) -> Mapping[Verdict, int]:
    """What is said of a document without what is not carried is said of every completion, and by every engine.

    Gives how often each verdict was given; raises InventedError.
    """
    partial = without(program, paths)
    facts = read(schema, partial, value)
    counts = dict.fromkeys(Verdict, 0)
    if facts is None:
        return counts
    judged = Judged(partial, setting, facts)
    _engines_agree(judged, setting)
    for check in partial.checks:
        for subject in () if check.number in partial.unseen else facts.subjects[check.entity]:
            counts[judged.verdict(check, subject)] += 1
    for other in others:
        complete = read(schema, program, other)
        if complete is not None:
            _same(judged, Judged(program, setting, complete))
    return counts


def _engines_agree(judged: Judged, setting: Setting) -> None:
    said: dict[str, Any] = {}
    for build in (ReferenceEngine, CompiledEngine, ReteEngine):
        engine = build(judged.program, setting)
        try:
            (said[engine.name],) = engine.judge([judged.facts])
        finally:
            engine.close()
    if any(not isinstance(each, Judgement) or each != said["reference"] for each in said.values()):
        raise InventedError(f"the engines do not agree: {said}")


def _same(judged: Judged, whole: Judged) -> None:
    for check, full in zip(judged.program.checks, whole.program.checks, strict=True):
        if check.number in judged.program.unseen:
            continue
        pairs = zip(judged.facts.subjects[check.entity], whole.facts.subjects[check.entity], strict=True)
        for subject, other in pairs:
            said, meant = judged.verdict(check, subject), whole.verdict(full, other)
            if said not in (Verdict.UNDETERMINED, meant):
                raise InventedError(f"{check.id}: {said.name}, of a completion {meant.name}")
            blame = judged.blame(check, subject)
            if (said is Verdict.UNDETERMINED) is not (blame != DECIDED):
                raise InventedError(f"{check.id}: {said.name}, for {blame}")
            if blame.other and not blame.uncarried and meant is not Verdict.UNDETERMINED:
                raise InventedError(f"{check.id}: nothing that is not carried is wanting, of a completion {meant.name}")
            for one, all_of_it in zip(_values(check), _values(full), strict=True):
                _same_value(judged, subject, one, whole, other, all_of_it)
    for fact in judged.program.facts:
        subjects = judged.facts.subjects[fact.entity]
        if len(subjects) != len(whole.facts.subjects[fact.entity]):
            continue  # they stand in a list that is not carried
        states = zip(judged.conclusions.states()[fact.number], whole.conclusions.states()[fact.number], strict=True)
        if any(one not in (UNKNOWN_FACT, other) for one, other in states):
            raise InventedError(f"the fact {fact.name}")


def _values(check: Check) -> list[t.Expression]:
    """What a check reads beside its conditions: keys and parts, placeholders that speak of one subject."""
    grouping = check.grouping
    if grouping is not None:
        return [*grouping.keys, *grouping.parts]
    parts = (part for message in check.messages.values() for part in message.parts)
    return [part.expression for part in parts if isinstance(part, Placeholder)]


def _same_value(
    judged: Judged, subject: Subject, one: t.Expression, whole: Judged, other: Subject, all_of_it: t.Expression
) -> None:
    if isinstance(one, t.Whole):
        return
    said, meant = judged.evaluator.value(one, subject), whole.evaluator.value(all_of_it, other)
    if said is not UNKNOWN and said != meant:
        raise InventedError(f"the value {said!r}, of a completion {meant!r}")
