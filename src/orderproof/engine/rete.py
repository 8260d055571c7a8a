"""The forward-chaining engine: durable-rules in a process of its own, so that its crash costs no verdict.

Documents' facts go to the worker, judgements come back as JSON. A worker that dies, is late or
answers anything else refuses its documents; a new one takes the next.
"""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, cast

from orderproof.diagnostic import OrderproofError
from orderproof.engine.judgement import Contradiction, Judgement, Outcome, Refusal
from orderproof.engine.session import Native, Sessions, load
from orderproof.engine.target import Target, target_of
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import DOES_NOT_HOLD, UNKNOWN_FACT, Program, Verdict

MAX_ANSWER = 64 << 20
"""Bytes of one answer of the worker."""
SECONDS_TO_START = 60.0
SECONDS_A_DOCUMENT = 30.0
MAX_DEATHS = 3
"""Workers that may die in a run; after that the engine is given up for the rest of it."""


class EngineUnavailableError(OrderproofError):
    """The engine cannot run here at all; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(())
        self.reason = reason


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

    def __init__(self, program: Program, setting: Setting, load: Callable[[], Native] = load_native) -> None:
        self._program = program
        self._setting = setting
        self._load = load
        try:
            self._target = target_of(program)
        except OrderproofError as error:
            raise EngineUnavailableError(error.diagnostics[0].message) from None
        self._deaths = 0
        self._worker: _Worker | None = self._start()

    def _start(self) -> "_Worker":
        return _Worker(self._program, self._target, self._setting, self._load)

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        if not documents:
            return []
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
        return [self._outcome(answer, facts) for answer, facts in zip(answers, documents, strict=True)]

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
            verdicts, [(len(facts.subjects[check.entity]), 0, max(Verdict)) for check in checks]
        ) and _has_form(
            conclusions, [(len(facts.subjects[fact.entity]), UNKNOWN_FACT, len(fact.entries) - 1) for fact in derived]
        )
        if not well_formed:
            return Refusal("the rules engine's worker gave a judgement of another form")
        return Judgement(tuple(tuple(row) for row in verdicts), tuple(tuple(row) for row in conclusions))

    def close(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


def _has_form(rows: list[Any], expected: list[tuple[int, int, int]]) -> bool:
    """As many rows as expected, each of its length, with whole numbers within its bounds."""
    return len(rows) == len(expected) and all(
        isinstance(row, list)
        and len(row) == length
        and all(type(value) is int and low <= value <= max(high, DOES_NOT_HOLD) for value in row)
        for row, (length, low, high) in zip(rows, expected, strict=True)
    )


class _WorkerFailed(Exception):  # noqa: N818
    """The worker died, was late, or sent what cannot be read."""


class _Worker:
    """The process, and the one channel to it."""

    def __init__(self, program: Program, target: Target, setting: Setting, load: Callable[[], Native]) -> None:
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        ours, theirs = context.Pipe()
        self._channel: Connection = ours
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_work,
            args=(theirs, ours if "fork" in methods else None, program, target, setting, load),
            daemon=True,
        )
        self._process.start()
        theirs.close()
        try:
            greeting = self._receive(SECONDS_TO_START)
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
        try:
            self._channel.send(list(documents))
        except OSError:
            raise _WorkerFailed(self._death()) from None
        answers = self._receive(SECONDS_A_DOCUMENT * len(documents))
        if not isinstance(answers, list) or len(answers) != len(documents):
            raise _WorkerFailed("the rules engine's worker did not answer for each document")
        return answers

    def _receive(self, seconds: float) -> Any:
        try:
            if not self._channel.poll(seconds):
                raise _WorkerFailed(f"the rules engine did not answer within {seconds:g} seconds")
            return json.loads(self._channel.recv_bytes(MAX_ANSWER))
        except (EOFError, OSError):
            raise _WorkerFailed(self._death()) from None
        except ValueError:
            raise _WorkerFailed("the rules engine's worker sent what cannot be read") from None

    def _death(self) -> str:
        self._process.join(1)
        code = self._process.exitcode
        if code is not None and code < 0:
            with suppress(ValueError):
                return f"the rules engine's worker was killed by {signal.Signals(-code).name}"
        return "the rules engine's worker ended"

    def stop(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.join(5)


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
    while True:
        try:
            documents: list[Facts] = channel.recv()
        except EOFError:
            return
        _send(channel, [_answer(sessions.judge(facts)) for facts in documents])


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
