"""One document in the rules engine: atoms in, rules fire stratum by stratum, conclusions out."""

import json
from collections.abc import Iterator
from typing import Any, Protocol

from msgspec import Struct

from orderproof.engine.atoms import Closure, Settled, closure
from orderproof.engine.judgement import Contradiction, Judgement, Outcome, Refusal
from orderproof.engine.target import Kind, Target
from orderproof.facts.record import Facts, Subject
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, Program, Verdict

_TRUTHS = {True: "true", False: "false"}


class Native(Protocol):
    """The engine's calls that are used; see durable_rules_engine."""

    def create_ruleset(self, name: str, rules: str) -> int: ...
    def assert_facts(self, handle: int, facts: str) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int) -> str | None: ...
    def delete_state(self, handle: int, session: str) -> None: ...


class _Refused(Exception):  # noqa: N818
    """The engine did not do what was asked of it."""


class _Contradicted(Exception):  # noqa: N818
    """Two outcomes that exclude each other were proved, or one that does not follow."""


class Loaded(Struct, frozen=True):
    """A Program in the engine: its rules behind a handle, its atoms and the values of its facts as closures."""

    native: Native
    handle: int
    program: Program
    target: Target
    atoms: tuple[Closure, ...]
    values: tuple[tuple[tuple[Closure | None, ...], ...], ...]


def load(native: Native, program: Program, target: Target, setting: Setting) -> Loaded:
    """Load a Program's rules; once a process, since the engine never gives their memory back."""
    return Loaded(
        native=native,
        handle=native.create_ruleset("orderproof", target.rules),
        program=program,
        target=target,
        atoms=tuple(closure(atom.expression, setting) for atom in program.atoms),
        values=tuple(
            tuple(
                tuple(None if value is None else closure(value, setting) for value in entry.values)
                for entry in fact.entries
            )
            for fact in program.facts
        ),
    )


class Sessions:
    """Judges documents, one session each, under one recycled name.

    A session that did not come to its end leaves its name for good: the engine forgets nothing by itself,
    and deleting a session in an unknown state can crash it.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._abandoned = 0

    def judge(self, facts: Facts) -> Outcome:
        """The judgement of a document; a Refusal where the engine failed in any way."""
        session = _Session(self._loaded, facts, f"d{self._abandoned}")
        self._abandoned += 1
        try:
            judgement = session.run()
        except _Contradicted as error:
            return Contradiction(str(error))
        except _Refused as error:
            return Refusal(str(error))
        except Exception as error:  # noqa: BLE001
            # The engine raises its own kinds of errors; whatever it is, this document was not judged.
            return Refusal(f"the rules engine failed ({type(error).__name__}: {error})")
        self._abandoned -= 1
        return judgement


class _Session:
    """The work on one document."""

    def __init__(self, loaded: Loaded, facts: Facts, name: str) -> None:
        self._of = loaded
        self._facts = facts
        self._name = name
        program = loaded.program
        self._program = program
        self._settled = Settled(len(program.facts))
        self._verdicts = [[int(Verdict.UNDETERMINED)] * len(facts.subjects[check.entity]) for check in program.checks]
        self._concluded = [[UNKNOWN_FACT] * len(facts.subjects[fact.entity]) for fact in program.facts]
        self._subjects: list[Subject] = []
        self._kinds: list[str] = []
        self._truths: list[dict[int, bool]] = []
        self._unseen: set[int] = set()
        self._stratum = 0
        self._first = 0

    def run(self) -> Judgement:
        native, handle = self._of.native, self._of.handle
        state = self._assert_stratum()
        started = native.start_action_for_state(handle, state)
        action = None if started is None else started[1]
        while action is not None:
            rule, fact = _fired(action)
            if rule == f"receipt-{self._stratum}" and fact == len(self._subjects) - 1:
                self._settle()
                self._stratum += 1
                if self._stratum < len(self._of.target.strata):
                    self._assert_stratum()
            else:
                self._conclude(rule, fact)
            action = native.complete_and_start_action(handle, state)
        if self._stratum < len(self._of.target.strata):
            raise _Refused(f"the rules engine gave no receipt for step {self._stratum + 1}")
        native.delete_state(handle, self._name)
        return Judgement(
            tuple(tuple(verdicts) for verdicts in self._verdicts),
            tuple(tuple(states) for states in self._concluded),
        )

    def _assert_stratum(self) -> int:
        facts: list[str] = []
        self._first = len(self._subjects)
        for kind in self._of.target.strata[self._stratum]:
            for subject in self._facts.subjects[kind.entity]:
                number = len(self._subjects)
                self._subjects.append(subject)
                self._kinds.append(kind.name)
                self._unseen.add(number)
                facts.append(self._fact(number, kind, subject))
        receipt = len(self._subjects)
        self._subjects.append(())
        self._kinds.append("")
        self._truths.append({})
        facts.append(f'{{"id":"{receipt}","sid":"{self._name}","kind":"receipt{self._stratum}"}}')
        code, state = self._of.native.assert_facts(self._of.handle, f"[{','.join(facts)}]")
        if code != 0:
            raise _Refused(f"the rules engine refused facts with code {code}")
        return state

    def _fact(self, number: int, kind: Kind, subject: Subject) -> str:
        """A subject as the engine reads it; an atom that is unknown is left out."""
        truths: dict[int, bool] = {}
        for atom in kind.atoms:
            truth = self._of.atoms[atom](subject, self._settled)
            if truth is not None:
                truths[atom] = truth
        self._truths.append(truths)
        known = "".join([f',"a{atom}":{_TRUTHS[truth]}' for atom, truth in truths.items()])
        return f'{{"id":"{number}","sid":"{self._name}","kind":"{kind.name}"{known}}}'

    def _conclude(self, rule: str, fact: int) -> None:
        """Take what a rule says of a fact of this stratum; nothing is proved by a rule that the fact does not fulfil."""
        kind = self._kinds[fact] if self._first <= fact < len(self._kinds) else ""
        if kind and rule == f"seen-{kind}":
            self._unseen.discard(fact)
            return
        pattern = self._of.target.patterns.get(rule)
        if pattern is None or pattern.kind != kind:
            raise _Refused(f"the rules engine fired `{rule}` out of turn")
        truths = self._truths[fact]
        for literal in pattern.literals:
            if truths.get(literal.atom) is not literal.truth:
                raise _Contradicted(f"rule {rule} fired for a subject that does not fulfil it")
        conclusion = self._of.target.conclusions[rule]
        ordinal = self._subjects[fact][-1].ordinal
        unknown = int(Verdict.UNDETERMINED) if conclusion.of_check else UNKNOWN_FACT
        known = (self._verdicts if conclusion.of_check else self._concluded)[conclusion.number]
        if known[ordinal] not in (unknown, conclusion.outcome):
            raise _Contradicted(f"rule {rule} concludes {conclusion.outcome} where {known[ordinal]} was proved")
        known[ordinal] = conclusion.outcome

    def _settle(self) -> None:
        """The stratum's facts are concluded: the next one may read them."""
        if self._unseen:
            raise _Refused(f"the rules engine lost {len(self._unseen)} of the facts of step {self._stratum + 1}")
        for fact in self._program.facts:
            if fact.stratum != self._stratum:
                continue
            for ordinal, subject in enumerate(self._facts.subjects[fact.entity]):
                entry = self._concluded[fact.number][ordinal]
                self._settled.holds[fact.number].append(None if entry == UNKNOWN_FACT else entry != DOES_NOT_HOLD)
                values = None if entry < 0 else tuple(self._entry_values(fact.number, entry, subject))
                self._settled.values[fact.number].append(values)

    def _entry_values(self, fact: int, entry: int, subject: Subject) -> Iterator[Any]:
        for value in self._of.values[fact][entry]:
            yield None if value is None else value(subject, self._settled)


def _fired(action: str) -> tuple[str, int]:
    """The name of the rule that fired, and the number of its fact."""
    ((rule, matched),) = json.loads(action).items()
    return rule, int(matched["m"]["id"])
