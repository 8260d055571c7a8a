"""The forward-chaining engine: durable-rules in a process of its own, so that its crash costs no verdict.

A worker that dies, is late or answers anything else refuses the documents that it was at; a new one
takes the next. What it says is believed only in the form that a document's judgement must have.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from orderproof.engine.judgement import EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.lot import Lot, Patience, WorkerFailedError
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import UNKNOWN_FACT, Program, Verdict

if TYPE_CHECKING:
    from orderproof.engine.loaded import Native
    from orderproof.engine.worker import Worker

LOT = 64
"""Documents that go to a worker together; where it dies over one of them, all are judged by another engine."""
MAX_AHEAD = 256
"""Documents that may be on their way at once."""
MAX_BYTES_AHEAD = 32 << 20
"""Bytes of facts that may be on their way at once, if it is more than one lot."""
MAX_DEATHS = 3
"""Workers that may die in a run; after that the engine is given up for the rest of it."""
MAX_REFUSALS = 200
"""Refusals of one worker: each leaves a session behind, and the engine dies of the 1,025th.

Those of the documents that are on their way may come on top.
"""
PATIENCE = Patience()

Ticket: TypeAlias = tuple[Lot, ...]
"""Documents that were submitted: what ``collect`` gives their outcomes for."""


def load_native() -> "Native":
    """The engine's extension module; raises ImportError where it is not installed or cannot be loaded.

    From Python 3.13 on it asks for a symbol that is gone but never used: lazy binding lets it load.
    """
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None:
        sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine  # late: only the worker process loads it
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)
    return cast("Native", durable_rules_engine)


class ReteEngine:
    """Judges in a worker process. ``load`` gives the engine's module inside the worker.

    Raises EngineUnavailableError when the engine cannot be loaded or cannot hold the Program; not so with ``late``,
    where the worker is started when it is first needed: then ``unavailable`` says why from the first ``collect`` on.
    """

    name = "rete"

    def __init__(
        self,
        program: Program,
        setting: Setting,
        load: "Callable[[], Native]" = load_native,
        patience: Patience = PATIENCE,
        *,
        late: bool = False,
    ) -> None:
        self._arguments = (program, setting, load)
        self._patience = patience
        self._form = _Form(program)
        self._waiting: deque[Lot] = deque()
        self._worker: Worker | None = None
        self._was_ready = False
        self._deaths = 0
        self._refusals = 0
        self._over: str | None = None
        if not late:
            self._go_on(wait=True)
            if self.unavailable is not None:
                raise EngineUnavailableError(self.unavailable)

    @property
    def unavailable(self) -> str | None:
        """Why the engine cannot be used at all, once that is known: then it refuses all documents."""
        return None if self._was_ready else self._over

    def start(self) -> None:
        """Start the worker if none is at work, without waiting for it: it loads while its documents are read."""
        self._go_on(wait=False)

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        return self.collect(self.submit(documents))

    def submit(self, documents: Sequence[Facts]) -> Ticket:
        """Hand documents over, to be judged while the caller goes on; it waits only where too many are on their way."""
        ticket: list[Lot] = []
        for first in range(0, len(documents), LOT):
            lot = Lot(documents[first : first + LOT])
            while self._is_too_much(lot):
                self._go_on(wait=True)
            ticket.append(lot)
            self._waiting.append(lot)
            if self._worker is not None:
                self._worker.hand(lot)
            self._go_on(wait=False)
        return tuple(ticket)

    def _is_too_much(self, more: Lot) -> bool:
        """Whether too many would be on their way with one lot more; one alone never is."""
        if not self._waiting:
            return False
        ahead = (*self._waiting, more)
        return (
            sum(len(lot.documents) for lot in ahead) > MAX_AHEAD
            or sum(len(lot.message) for lot in ahead) > MAX_BYTES_AHEAD
        )

    def collect(self, ticket: Ticket) -> list[Outcome]:
        """One outcome for each document that was submitted, in order; it waits until the last of them is there."""
        outcomes: list[Outcome] = []
        for lot in ticket:
            while lot.outcomes is None:
                self._go_on(wait=True)
            outcomes += lot.outcomes
        return outcomes

    def _go_on(self, *, wait: bool) -> None:
        """Let the worker go on; what it cannot do is refused. With ``wait`` something is done of what is waiting."""
        if self._over is not None:
            self._refuse_all(self._over)
            return
        try:
            worker = self._worker or self._started()
            done = worker.go_on(wait=wait)
        except EngineUnavailableError as error:
            self._lost(error.reason)
        except WorkerFailedError as error:
            self._lost(str(error))
        else:
            self._was_ready = self._was_ready or worker.ready
            for _ in range(done):
                self._judged(self._waiting.popleft())

    def _started(self) -> "Worker":
        """A new worker, which is handed all that is waiting."""
        from orderproof.engine.worker import Worker  # late: processes cost start-up time

        self._refusals = 0
        self._worker = Worker(self._arguments, self._patience)
        for lot in self._waiting:
            self._worker.hand(lot)
        return self._worker

    def _lost(self, reason: str) -> None:
        """The worker is lost over the first lot that is waiting; the others are the next one's, if there is one."""
        self._was_ready = self._was_ready or (self._worker is not None and self._worker.ready)
        self._stop()
        if not self._was_ready:
            self._over = reason
            self._refuse_all(reason)
            return
        self._deaths += 1
        if self._waiting:
            self._waiting.popleft().refuse(reason)
        if self._deaths >= MAX_DEATHS:
            self._over = f"the rules engine was given up after {MAX_DEATHS} crashes"

    def _judged(self, lot: Lot) -> None:
        outcomes = [
            answer if not isinstance(answer, Judgement) or self._form.fits(answer, facts) else Refusal(_ANOTHER_FORM)
            for answer, facts in zip(lot.answers, lot.documents, strict=True)
        ]
        lot.settle(outcomes)
        self._refusals += sum(not isinstance(outcome, Judgement) for outcome in outcomes)
        if self._refusals >= MAX_REFUSALS:
            self._stop()

    def _refuse_all(self, reason: str) -> None:
        while self._waiting:
            self._waiting.popleft().refuse(reason)

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def close(self) -> None:
        self._stop()
        self._refuse_all("the rules engine was closed")


_ANOTHER_FORM = "the rules engine's worker gave a judgement of another form"
_VERDICTS = frozenset(map(int, Verdict))
_MEMBERSHIPS = _VERDICTS - {int(Verdict.VIOLATION)}


class _Form:
    """The form of a judgement: rows of which entities, and the whole numbers that may stand in each."""

    def __init__(self, program: Program) -> None:
        self._checks = len(program.checks)
        self._entities = [*(check.entity for check in program.checks), *(fact.entity for fact in program.facts)]
        self._possible = [
            *(_MEMBERSHIPS if check.grouping else _VERDICTS for check in program.checks),
            *(frozenset(range(UNKNOWN_FACT, len(fact.entries))) for fact in program.facts),
        ]

    def fits(self, judgement: Judgement, facts: Facts) -> bool:
        """Whether it says something of each subject of a document and of no other, and only what can be said."""
        rows = (*judgement.verdicts, *judgement.conclusions)
        counts = {entity: len(subjects) for entity, subjects in facts.subjects.items()}
        return (
            len(judgement.verdicts) == self._checks
            and list(map(len, rows)) == [counts[entity] for entity in self._entities]
            and all(map(frozenset.issuperset, self._possible, rows))
        )
