"""The plain engine: walks the typed expressions of a Program for one subject after the other."""

from collections.abc import Sequence

from orderproof.engine.judgement import Judgement, Outcome
from orderproof.facts.record import Facts, Record, Subject
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, Check, DerivedFact, Program, Verdict


class Conclusions:
    """The derived facts of one document, settled one after the other in the order of their numbers."""

    __slots__ = ("_states", "_values")

    def __init__(self) -> None:
        self._states: list[Sequence[int]] = []
        self._values: list[list[tuple[Result, ...]]] = []

    def settle(self, program: Program, facts: Facts, evaluator: Evaluator) -> None:
        """Conclude every fact for every subject."""
        for fact in program.facts:
            states: list[int] = []
            values: list[tuple[Result, ...]] = []
            for subject in facts.subjects[fact.entity]:
                state = _concluding_entry(fact, evaluator, subject)
                states.append(state)
                values.append(_entry_values(fact, state, evaluator, subject))
            self._states.append(states)
            self._values.append(values)

    def holds(self, fact: int, row: Record) -> Truth:
        return _truth(self._states[fact][row.ordinal])

    def value(self, fact: int, value: int, row: Record) -> Result:
        return self._values[fact][row.ordinal][value]

    def states(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(states) for states in self._states)


class Stated:
    """The derived facts of one document as an engine concluded them; their values are found when they are read."""

    __slots__ = ("_facts", "_program", "_setting", "_states", "_values")

    def __init__(self, program: Program, setting: Setting, facts: Facts, states: tuple[tuple[int, ...], ...]) -> None:
        self._program = program
        self._setting = setting
        self._facts = facts
        self._states = states
        self._values: dict[tuple[int, int], tuple[Result, ...]] = {}

    def holds(self, fact: int, row: Record) -> Truth:
        return _truth(self._states[fact][row.ordinal])

    def value(self, fact: int, value: int, row: Record) -> Result:
        found = self._values.get((fact, row.ordinal))
        if found is None:
            derived = self._program.facts[fact]
            subject = self._facts.subjects[derived.entity][row.ordinal]
            # One for this alone: an evaluator that were kept here would keep the document, for it keeps what is here.
            evaluator = Evaluator(self._setting, self)
            found = _entry_values(derived, self._states[fact][row.ordinal], evaluator, subject)
            self._values[fact, row.ordinal] = found
        return found[value]


def _truth(state: int) -> Truth:
    return UNKNOWN if state == UNKNOWN_FACT else state != DOES_NOT_HOLD


def _concluding_entry(fact: DerivedFact, evaluator: Evaluator, subject: Subject) -> int:
    for number, entry in enumerate(fact.entries):
        truth = evaluator.truth(entry.when, subject)
        if truth is UNKNOWN:
            return UNKNOWN_FACT
        if truth:
            return number
    return DOES_NOT_HOLD


def _entry_values(fact: DerivedFact, state: int, evaluator: Evaluator, subject: Subject) -> tuple[Result, ...]:
    if state < 0:
        return (UNKNOWN,) * len(fact.value_names)
    expressions = fact.entries[state].values
    return tuple(UNKNOWN if value is None else evaluator.value(value, subject) for value in expressions)


def settled(program: Program, setting: Setting, facts: Facts) -> tuple[Evaluator, Conclusions]:
    """An evaluator over the facts of a document with all derived facts concluded."""
    conclusions = Conclusions()
    evaluator = Evaluator(setting, conclusions)
    conclusions.settle(program, facts, evaluator)
    return evaluator, conclusions


def verdict(check: Check, evaluator: Evaluator, subject: Subject) -> Verdict:
    """What a check says of a subject; of a grouped check, whether the subject is a member."""
    applies = evaluator.truth(check.when, subject)
    if applies is False:
        return Verdict.NOT_APPLICABLE
    if applies is UNKNOWN:
        return Verdict.UNDETERMINED
    if check.grouping is not None:
        return Verdict.PASS
    required = evaluator.truth(check.require, subject)
    if required is UNKNOWN:
        return Verdict.UNDETERMINED
    return Verdict.PASS if required else Verdict.VIOLATION


class ReferenceEngine:
    """Judges in this process, by the plain evaluator."""

    name = "reference"

    def __init__(self, program: Program, setting: Setting) -> None:
        self._program = program
        self._setting = setting

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        return [self._judge(facts) for facts in documents]

    def _judge(self, facts: Facts) -> Judgement:
        evaluator, conclusions = settled(self._program, self._setting, facts)
        verdicts = tuple(
            tuple(int(verdict(check, evaluator, subject)) for subject in facts.subjects[check.entity])
            for check in self._program.checks
        )
        return Judgement(verdicts, conclusions.states())

    def close(self) -> None:
        """Nothing is held."""
