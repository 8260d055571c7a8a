"""The forward-chaining engine: durable-rules in a process of its own, so that its crash costs no verdict.

Documents' facts go to the worker, judgements come back as JSON. A worker that dies, is late or
answers anything else refuses its documents; a new one takes the next.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Timer
from typing import Any, TypeAlias, cast

from msgspec import Struct

from orderproof.diagnostic import OrderproofError
from orderproof.engine.judgement import Contradiction, EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.session import Native, Sessions, load
from orderproof.engine.target import Target, target_of
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import UNKNOWN_FACT, Program, Verdict

MAX_ANSWER = 64 << 20
"""Bytes of one answer of the worker."""
PORTION = 64
"""Documents that go to a worker together; where it dies over one of them, all are judged by another engine."""
MAX_DEATHS = 3
"""Workers that may die in a run; after that the engine is given up for the rest of it."""
MAX_REFUSALS = 200
"""Refusals of one worker: each leaves a session behind, and the engine dies of the 1,025th."""


class Patience(Struct, frozen=True):
    """Seconds that a worker has to load the rules, and to judge one document."""

    start: float = 60.0
    document: float = 30.0


PATIENCE = Patience()


def load_native() -> Native:
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

    Raises EngineUnavailableError when the engine cannot be loaded or cannot hold the Program.
    """

    name = "rete"

    def __init__(
        self,
        program: Program,
        setting: Setting,
        load: Callable[[], Native] = load_native,
        patience: Patience = PATIENCE,
    ) -> None:
        self._program = program
        self._setting = setting
        self._load = load
        self._patience = patience
        try:
            self._target = target_of(program)
        except OrderproofError as error:
            raise EngineUnavailableError(error.diagnostics[0].message) from None
        self._deaths = 0
        self._refusals = 0
        self._worker: _Worker | None = self._start()

    def _start(self) -> "_Worker":
        self._refusals = 0
        arguments = (self._program, self._target, self._setting, self._load)
        try:
            return _Worker(arguments, self._patience)
        except OSError as error:
            raise EngineUnavailableError(f"the rules engine's worker cannot be started: {error.strerror}") from None

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for first in range(0, len(documents), PORTION):
            outcomes += self._judge(documents[first : first + PORTION])
        return outcomes

    def _judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        if self._worker is None:
            if self._deaths >= MAX_DEATHS:
                return self._refused(documents, f"the rules engine was given up after {MAX_DEATHS} crashes")
            try:
                self._worker = self._start()
            except EngineUnavailableError as error:
                self._deaths += 1
                return self._refused(documents, error.reason)
        try:
            answers = self._worker.ask(documents)
        except _WorkerFailed as error:
            self._worker.stop()
            self._worker = None
            self._deaths += 1
            return self._refused(documents, str(error))
        outcomes = [self._outcome(answer, facts) for answer, facts in zip(answers, documents, strict=True)]
        self._refusals += sum(not isinstance(outcome, Judgement) for outcome in outcomes)
        if self._refusals >= MAX_REFUSALS:
            self.close()
        return outcomes

    @staticmethod
    def _refused(documents: Sequence[Facts], reason: str) -> list[Outcome]:
        return [Refusal(reason) for _ in documents]

    def _outcome(self, answer: Any, facts: Facts) -> Outcome:
        """An answer is believed only when it has the form that this document's judgement must have."""
        match answer:
            case {"refused": str(reason)}:
                return Refusal(reason)
            case {"contradicted": str(reason)}:
                return Contradiction(reason)
            case {"verdicts": list(verdicts), "conclusions": list(conclusions)}:
                pass
            case _:
                return Refusal("the rules engine's worker gave no judgement")
        checks, derived = self._program.checks, self._program.facts
        well_formed = _has_form(
            verdicts,
            [(len(facts.subjects[check.entity]), _MEMBERSHIPS if check.grouping else _VERDICTS) for check in checks],
        ) and _has_form(
            conclusions,
            [(len(facts.subjects[fact.entity]), range(UNKNOWN_FACT, len(fact.entries))) for fact in derived],
        )
        if not well_formed:
            return Refusal("the rules engine's worker gave a judgement of another form")
        return Judgement(tuple(tuple(row) for row in verdicts), tuple(tuple(row) for row in conclusions))

    def close(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


_VERDICTS = frozenset(map(int, Verdict))
_MEMBERSHIPS = _VERDICTS - {int(Verdict.VIOLATION)}


def _has_form(rows: list[Any], expected: list[tuple[int, Collection[int]]]) -> bool:
    """As many rows as expected, each of its length, with nothing but the whole numbers that may stand in it."""
    return len(rows) == len(expected) and all(
        isinstance(row, list) and len(row) == length and all(type(value) is int and value in possible for value in row)
        for row, (length, possible) in zip(rows, expected, strict=True)
    )


_Arguments: TypeAlias = tuple[Program, Target, Setting, Callable[[], Native]]
"""What a worker is started with."""


class _WorkerFailed(Exception):  # noqa: N818
    """The worker died, was late, or sent what cannot be read."""


class _Worker:
    """The process, and the one channel to it."""

    def __init__(self, arguments: _Arguments, patience: Patience) -> None:
        self._patience = patience
        self._late = False
        self._answered = 0
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        ours, theirs = context.Pipe()
        self._channel: Connection = ours
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(theirs, ours if "fork" in methods else None, *arguments), daemon=True
        )
        try:
            self._process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        try:
            with self._watched(patience.start):
                greeting = self._receive(patience.start)
        except _WorkerFailed as error:
            self.stop()
            raise EngineUnavailableError(f"{error} while the rules were loaded") from None
        match greeting:
            case {"ready": True}:
                pass
            case {"unavailable": str(reason)}:
                self.stop()
                raise EngineUnavailableError(reason)
            case _:
                self.stop()
                raise EngineUnavailableError("the rules engine's worker did not start")

    def ask(self, documents: Sequence[Facts]) -> list[Any]:
        """The worker's answers, one a document, which are anything that JSON can say."""
        with self._watched(self._patience.document * len(documents)):
            try:
                self._channel.send(list(documents))
            except OSError:
                raise _WorkerFailed(self._death()) from None
            return [self._answer() for _ in documents]

    def _answer(self) -> Any:
        """The next answer, if it is for the next document: one too many or too few would speak for another one."""
        match self._receive(self._patience.document):
            case [int(number), answer] if number == self._answered:
                self._answered += 1
                return answer
            case _:
                raise _WorkerFailed("the rules engine's worker did not answer in turn")

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Kill the worker when the time is up: it may block us in the middle of a message, where nothing else ends it."""
        timer = Timer(seconds, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            # No thread may be alive when the next worker is forked.
            timer.cancel()
            timer.join()

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _receive(self, seconds: float) -> Any:
        try:
            if not self._channel.poll(seconds):
                self._late = True
                raise _WorkerFailed(self._death())
            return json.loads(self._channel.recv_bytes(MAX_ANSWER))
        except (EOFError, OSError):
            raise _WorkerFailed(self._death()) from None
        except (ValueError, RecursionError):
            raise _WorkerFailed("the rules engine's worker sent what cannot be read") from None

    def _death(self) -> str:
        if self._late:
            return "the rules engine did not answer in time"
        self._process.join(1)
        code = self._process.exitcode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"the rules engine's worker was killed by {signal.Signals(-code).name}"
        return "the rules engine's worker ended"

    def stop(self) -> None:
        # Killed before its channel closes, or it would complain about that.
        self._process.kill()
        self._process.join(5)
        self._channel.close()


def _work(
    channel: Connection,
    others_end: Connection | None,
    program: Program,
    target: Target,
    setting: Setting,
    load_module: Callable[[], Native],
) -> None:
    """The worker: judges what comes until the channel closes."""
    if others_end is not None:
        # A forked copy of the other end would keep the channel open after the parent is gone.
        others_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        sessions = Sessions(load(load_module(), program, target, setting))
    except Exception as error:  # noqa: BLE001
        # Whatever keeps the engine from loading, the run goes on without it and says so.
        _send(channel, {"unavailable": f"the rules engine cannot be loaded ({type(error).__name__}: {error})"})
        return
    _send(channel, {"ready": True})
    count = 0
    while True:
        try:
            documents: list[Facts] = channel.recv()
        except EOFError:
            return
        for facts in documents:
            _send(channel, [count, _answer(sessions.judge(facts))])
            count += 1


def _answer(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Judgement(verdicts, conclusions):
            return {"verdicts": verdicts, "conclusions": conclusions}
        case Refusal(reason):
            return {"refused": reason}
        case Contradiction(reason):
            return {"contradicted": reason}


def _send(channel: Connection, message: Any) -> None:
    channel.send_bytes(json.dumps(message).encode())
