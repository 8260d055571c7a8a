"""One document in the rules engine: atoms in, rules fire stratum by stratum, conclusions out."""

from collections.abc import Callable
from functools import partial

from orderproof.engine.atoms import Settled
from orderproof.engine.judgement import Contradiction, Judgement, Outcome, Refusal
from orderproof.engine.loaded import SEEN, Given, Loaded
from orderproof.facts.record import Facts
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT

_BETWEEN = '":{"m":'
"""What stands in a firing between the name of the rule and the fact."""
_NOT_GIVEN: Given = ({}, 0, 0)


class _Refused(Exception):  # noqa: N818
    """The engine did not do what was asked of it."""


class _Contradicted(Exception):  # noqa: N818
    """Two outcomes that exclude each other were proved, or one that does not follow."""


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
        self._subjects = facts.subjects
        self._name = name
        self._settled = Settled(len(loaded.rows) - loaded.checks)
        counts = {entity: len(subjects) for entity, subjects in facts.subjects.items()}
        self._rows = [[unknown] * counts[entity] for entity, unknown in loaded.rows]
        self._given: dict[str, Given] = {}
        self._unseen: set[str] = set()
        self._asserted = 0
        self._stratum = 0

    def run(self) -> Judgement:
        native, handle = self._of.native, self._of.handle
        state = self._assert_stratum()
        started = native.start_action_for_state(handle, state)
        if started is not None:
            self._conclude(started[1], partial(native.complete_and_start_action, handle, state))
        if self._stratum < len(self._of.strata):
            raise _Refused(f"the rules engine gave no receipt for step {self._stratum + 1}")
        native.delete_state(handle, self._name)
        rows = tuple(map(tuple, self._rows))
        return Judgement(rows[: self._of.checks], rows[self._of.checks :])

    def _assert_stratum(self) -> int:
        stratum = self._of.strata[self._stratum]
        self._given = given = {}
        facts: list[str] = []
        number = self._asserted
        for kind in stratum.kinds:
            head = f'","sid":"{self._name}","kind":"{kind.name}"'
            for ordinal, subject in enumerate(self._subjects[kind.entity]):
                known, atoms = kind.told(subject, self._settled)
                fact = f'{{"id":"{number}{head}{atoms}}}'
                number += 1
                facts.append(fact)
                given[fact + "}}"] = (kind.firings, known, ordinal)
        self._unseen = set(given)
        receipt = f'{{"id":"{number}","sid":"{self._name}","kind":"{stratum.receipt}"}}'
        facts.append(receipt)
        given[receipt + "}}"] = (stratum.received, 0, 0)
        self._asserted = number + 1
        code, state = self._of.native.assert_facts(self._of.handle, f"[{','.join(facts)}]")
        if code != 0:
            raise _Refused(f"the rules engine refused facts with code {code}")
        return state

    def _conclude(self, action: str | None, next_action: Callable[[], str | None]) -> None:
        """Take what rules say of the facts of their stratum; nothing is proved by a rule that a fact does not fulfil.

        A firing holds the whole fact: one that is not, letter for letter, a fact of this stratum says nothing.
        """
        rows = self._rows
        while action is not None:
            rule, _, echo = action.partition(_BETWEEN)
            firings, known, ordinal = self._given.get(echo, _NOT_GIVEN)
            firing = firings.get(rule)
            if firing is None:
                raise _Refused(f"the rules engine fired `{rule[2:]}` out of turn")
            needed, row, outcome = firing
            if needed & known != needed:
                raise _Contradicted(f"rule {rule[2:]} fired for a subject that does not fulfil it")
            if row >= 0:
                proved = rows[row]
                if proved[ordinal] != outcome:
                    if proved[ordinal] != self._of.rows[row][1]:
                        raise _Contradicted(f"rule {rule[2:]} concludes {outcome} where {proved[ordinal]} was proved")
                    proved[ordinal] = outcome
            elif row == SEEN:
                self._unseen.discard(echo)
            else:
                self._settle()
            action = next_action()

    def _settle(self) -> None:
        """The stratum's facts are concluded: the next one may read them."""
        if self._unseen:
            raise _Refused(f"the rules engine lost {len(self._unseen)} of the facts of step {self._stratum + 1}")
        for fact in self._of.strata[self._stratum].facts:
            entries = self._rows[fact.row]
            self._settled.holds[fact.number] = [
                None if entry == UNKNOWN_FACT else entry != DOES_NOT_HOLD for entry in entries
            ]
            self._settled.values[fact.number] = [
                None
                if entry < 0
                else tuple([None if value is None else value(subject, self._settled) for value in fact.values[entry]])
                for entry, subject in zip(entries, self._subjects[fact.entity], strict=True)
            ]
        self._given = {}
        self._stratum += 1
        if self._stratum < len(self._of.strata):
            self._assert_stratum()
