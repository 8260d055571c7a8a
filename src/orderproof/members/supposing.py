"""What is known of a subject where it may be a member: its key and parts are those that it has if it is one."""

from orderproof.explain import Known
from orderproof.facts.record import Record, Subject
from orderproof.language.evaluate import Evaluator
from orderproof.language.relations import facts_known
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.ruleset.program import Check


def supposing(check: Check, subject: Subject, known: Known) -> Evaluator:
    """An evaluator for a subject of unknown membership that takes it for a member: what `when` asks of facts holds."""
    facts = frozenset((fact, subject[variable].ordinal) for variable, fact in facts_known(check.when, True))
    return Evaluator(known.setting, _Supposed(known, facts))


class _Supposed:
    """The facts of a document, with some that are unknown taken for holding."""

    def __init__(self, known: Known, facts: frozenset[tuple[int, int]]) -> None:
        self._known = known
        self._facts = facts

    def holds(self, fact: int, row: Record) -> Truth:
        state = self._known.conclusions.holds(fact, row)
        return True if state is UNKNOWN and (fact, row.ordinal) in self._facts else state

    def value(self, fact: int, value: int, row: Record) -> Result:
        conclusions = self._known.conclusions
        if conclusions.holds(fact, row) is not UNKNOWN or (fact, row.ordinal) not in self._facts:
            return conclusions.value(fact, value, row)
        derived = self._known.program.facts[fact]
        subject = self._known.facts.subjects[derived.entity][row.ordinal]
        # Whichever entry would conclude it: the value is known if all that may do so give the same.
        evaluator = Evaluator(self._known.setting, self)
        possible = [e for e in derived.entries if evaluator.truth(e.when, subject) is not False]
        values = {
            UNKNOWN if (given := entry.values[value]) is None else evaluator.value(given, subject) for entry in possible
        }
        return values.pop() if len(values) == 1 else UNKNOWN
