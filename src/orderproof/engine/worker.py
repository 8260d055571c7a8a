"""The worker process of the rules engine: facts of documents go to it, judgements come back as JSON.

It is handed documents in lots and may be ahead with several. Whatever it does wrong, it speaks
for no document but the one whose turn it is, and what it says is read as nothing but an outcome.
"""

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from msgspec import MsgspecError, json

from orderproof.diagnostic import OrderproofError
from orderproof.engine.channel import Channel, EndedError, GarbledError, Line, pair
from orderproof.engine.judgement import Contradiction, EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.lot import Lot, Patience, WorkerFailedError
from orderproof.language.evaluate import Setting
from orderproof.lifeline import end_with
from orderproof.ruleset.program import Program

if TYPE_CHECKING:
    from orderproof.engine.loaded import Native
    from orderproof.engine.session import Sessions

Arguments: TypeAlias = tuple[Program, Setting, "Callable[[], Native]"]
"""What a worker is started with."""

_HELD = 0.01
"""Seconds for which an answer may wait to be sent with those behind it."""
_YOUNG = 50_000
"""Objects that the worker makes more than it gives back before it looks for garbage."""
_JUDGED = json.Decoder(tuple[int, Judgement])
_OTHERWISE = json.Decoder(tuple[int, dict[str, str]])


class Worker:
    """The process and the line to it. It is started without waiting for it.

    Raises EngineUnavailableError where it cannot be started, and later, until it is ready.
    """

    def __init__(self, arguments: Arguments, patience: Patience) -> None:
        self._patience = patience
        self._late = False
        self._answered = 0
        self._lots: deque[tuple[Lot, int]] = deque()
        self.ready = False
        self._since = monotonic()
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        try:
            self._line, theirs = pair()
        except OSError as error:
            raise _cannot_start(error) from None
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=work, args=(theirs, self._line if "fork" in methods else None, *arguments), daemon=True
        )
        try:
            self._process.start()
        except OSError as error:
            self._line.close()
            raise _cannot_start(error) from None
        finally:
            theirs.close()

    def hand(self, lot: Lot) -> None:
        """Give it one more lot; nothing is sent before ``go_on``."""
        if self.ready and not self._lots:
            self._since = monotonic()
        lot.answers = []
        self._line.send(lot.message)
        self._lots.append((lot, self._line.put))

    def go_on(self, *, wait: bool) -> int:
        """Send and take what can be, and say how many lots are done; with ``wait`` not before one is.

        Without a lot it waits until the worker is ready. Raises EngineUnavailableError before it is, then
        WorkerFailedError; after either nothing is left but to stop it.
        """
        try:
            done = self._exchange(0)
            while wait and not done and (self._lots or not self.ready):
                done = self._exchange(self._deadline() - monotonic())
        except WorkerFailedError as error:
            if self.ready:
                raise
            raise EngineUnavailableError(f"{error} while the rules were loaded") from None
        return done

    def _deadline(self) -> float:
        return self._since + (self._patience.document if self.ready else self._patience.start)

    def _exchange(self, seconds: float) -> int:
        sent = self._line.sent
        try:
            messages = self._line.exchange(seconds)
        except EndedError:
            raise WorkerFailedError(self._death()) from None
        except GarbledError:
            raise WorkerFailedError(_UNREADABLE) from None
        if messages or (self.ready and self._lots and sent < min(self._line.sent, self._lots[0][1])):
            # It answers, or takes what it has to answer next; what it takes beyond that shows nothing.
            self._since = monotonic()
        elif seconds < 0:
            self._late = True
            self._process.kill()
            raise WorkerFailedError(self._death())
        return sum(map(self._take, messages))

    def _take(self, message: bytes) -> bool:
        """Take a greeting, or an answer, and say whether it completes a lot."""
        if not self.ready:
            self._greeted(message)
            return False
        number, outcome = _read(message)
        # One answer too many or too few would speak for another document.
        if not self._lots or number != self._answered:
            raise WorkerFailedError("the rules engine's worker did not answer in turn")
        self._answered += 1
        lot = self._lots[0][0]
        lot.answers.append(outcome)
        if lot.answered:
            self._lots.popleft()
        return lot.answered

    def _greeted(self, message: bytes) -> None:
        try:
            greeting = json.decode(message)
        except _NO_JSON:
            raise WorkerFailedError(_UNREADABLE) from None
        match greeting:
            case {"ready": True}:
                self.ready = True
            case {"unavailable": str(reason)}:
                raise EngineUnavailableError(reason)
            case _:
                raise EngineUnavailableError("the rules engine's worker did not start")

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
        # Killed before its line closes, or it would go on to its end for nothing.
        self._process.kill()
        # Not for some seconds at most: to wait so, it would load what connects processes.
        self._process.join()
        self._line.close()


_NO_JSON = (MsgspecError, ValueError, RecursionError)
_UNREADABLE = "the rules engine's worker sent what cannot be read"


def _cannot_start(error: OSError) -> EngineUnavailableError:
    return EngineUnavailableError(f"the rules engine's worker cannot be started: {error.strerror}")


def _read(message: bytes) -> tuple[int, Outcome]:
    """The number of the document that an answer is for, and what it says."""
    try:
        return _JUDGED.decode(message)
    except _NO_JSON:
        pass
    try:
        number, answer = _OTHERWISE.decode(message)
    except _NO_JSON:
        raise WorkerFailedError(_UNREADABLE) from None
    match answer:
        case {"refused": reason}:
            return number, Refusal(reason)
        case {"contradicted": reason}:
            return number, Contradiction(reason)
        case _:
            raise WorkerFailedError(_UNREADABLE)


def work(
    channel: Channel, others_end: Line | None, program: Program, setting: Setting, load_module: "Callable[[], Native]"
) -> None:
    """The worker: judges what comes until the channel closes."""
    end_with(os.getppid())
    if others_end is not None:
        # A forked copy of the other end would keep the channel open after the parent is gone.
        others_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        # Late: what only the worker needs is loaded there, while the program goes on.
        from orderproof.engine.loaded import load
        from orderproof.engine.session import Sessions
        from orderproof.engine.target import target_of

        sessions = Sessions(load(load_module(), program, target_of(program), setting))
    except Exception as error:  # noqa: BLE001
        # Whatever keeps the engine from loading, the run goes on without it and says so.
        channel.send_bytes(json.encode({"unavailable": _why_unavailable(error)}))
        return
    # What was there before is never garbage here, and looking for it would copy it from the parent; judging leaves
    # next to none.
    gc.freeze()
    gc.set_threshold(_YOUNG)
    channel.send_bytes(json.encode({"ready": True}))
    # Where the parent is gone there is nobody to tell.
    with suppress(EndedError, OSError):
        _judge(channel, sessions)


def _judge(channel: Channel, sessions: "Sessions") -> None:
    count = 0
    while True:
        said: list[bytes] = []
        due = monotonic() + _HELD
        for facts in pickle.loads(channel.recv_bytes()):  # noqa: S301  from our parent
            said.append(json.encode((count, _said(sessions.judge(facts)))))
            count += 1
            if monotonic() > due:
                channel.send_bytes(*said)
                said = []
                due = monotonic() + _HELD
        channel.send_bytes(*said)


def _why_unavailable(error: Exception) -> str:
    match error:
        case OrderproofError(diagnostics=(first, *_)):
            return str(first.message)
        case _:
            return f"the rules engine cannot be loaded ({type(error).__name__}: {error})"


def _said(outcome: Outcome) -> Judgement | dict[str, str]:
    match outcome:
        case Judgement():
            return outcome
        case Refusal(reason):
            return {"refused": reason}
        case Contradiction(reason):
            return {"contradicted": reason}
