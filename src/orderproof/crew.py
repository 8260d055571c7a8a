"""Worker processes that judge the portions of a run, and the order in which it hears of them.

What comes back is plain data of a known form, each message with its length before it. A worker that dies over a
document costs that document its verdict: what it had not told yet is judged again, document by document.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from ctypes import c_longlong
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any

from msgspec import MsgspecError, Struct, msgpack
from msgspec.structs import replace

from orderproof.labour import Mark, Task, Work
from orderproof.outcome import Outcome
from orderproof.portion import Portion
from orderproof.source import Source, packed_source, unpacked_source

MAX_MESSAGE = 256 << 20
"""Bytes of one message of a worker."""
AHEAD = 4
"""Portions for each worker that may be begun before the first of them is told."""
HELD = 64 << 20
"""Bytes of outcomes that wait for their turn; beyond, only the portion whose turn it is goes on."""
PATIENCE = 120.0
"""Seconds for which a worker may be at one document."""


class _Part(Struct, frozen=True):
    """A message of a worker: an outcome, that its portion is done, or a bug that ended it."""

    outcome: Outcome | None = None
    bug: str | None = None


class CrewError(Exception):
    """A bug of ours in a worker: nothing of the run may be believed."""


def _pack(value: Any) -> Any:
    if isinstance(value, Source):
        return packed_source(value)
    raise NotImplementedError(type(value))


def _unpack(kind: type, value: Any) -> Any:
    if issubclass(kind, Source):
        return unpacked_source(value)
    raise NotImplementedError(kind)


encode = msgpack.Encoder(enc_hook=_pack).encode
decode = msgpack.Decoder(_Part, dec_hook=_unpack).decode


class _Worker:
    """A process, the channel to it, and what it is at."""

    def __init__(self, start: Callable[[], Work], others: Iterable[Connection]) -> None:
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self.channel: Connection
        self.channel, theirs = context.Pipe()
        self.mark = Mark(context.RawArray(c_longlong, 1))
        inherited = (self.channel, *others) if "fork" in methods else ()
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, inherited, start, self.mark), daemon=False
        )
        self.process.start()
        theirs.close()
        self.at: _Turn | None = None
        self.since = (monotonic(), -1)

    def give(self, turn: "_Turn") -> bool:
        """Whether the worker could be given a portion."""
        self.at = turn
        self.mark.at(turn.task.done)
        self.since = (monotonic(), -1)
        try:
            self.channel.send(turn.task)
        except OSError:
            return False
        return True

    def is_late(self) -> bool:
        """Whether it has been at one document for too long."""
        at, number = self.since
        if number != self.mark.number:
            self.since = (monotonic(), self.mark.number)
            return False
        return monotonic() - at > PATIENCE

    def stop(self) -> None:
        self.process.kill()
        self.process.join(5)
        self.channel.close()


class _Turn:
    """A portion on its way, and what came of it so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.outcomes: deque[Outcome] = deque()
        self.bytes = 0
        self.is_done = False


class Crew:
    """Some workers; ``start`` is called in each of them."""

    def __init__(self, jobs: int, start: Callable[[], Work]) -> None:
        self._start = start
        self._workers: list[_Worker] = []
        for _ in range(jobs):
            self._workers.append(_Worker(start, self._channels()))
        self._turns: deque[_Turn] = deque()
        self._waiting: deque[_Turn] = deque()

    def _channels(self) -> list[Connection]:
        return [worker.channel for worker in self._workers]

    def outcomes(self, portions: Iterable[Portion]) -> Iterator[Outcome]:
        """What comes of portions, in their order."""
        coming = iter(portions)
        more = True
        while more or self._turns:
            while more and len(self._turns) < AHEAD * len(self._workers):
                portion = next(coming, None)
                if portion is None:
                    more = False
                else:
                    turn = _Turn(Task(portion))
                    self._turns.append(turn)
                    self._waiting.append(turn)
            self._employ()
            while self._turns and (self._turns[0].outcomes or self._turns[0].is_done):
                first = self._turns[0]
                while first.outcomes:
                    yield first.outcomes.popleft()
                first.bytes = 0
                if not first.is_done:
                    break
                self._turns.popleft()
            if self._turns and not self._turns[0].is_done:
                self._hear()

    def _employ(self) -> None:
        """Give portions to workers that have none."""
        for place, worker in enumerate(self._workers):
            if worker.at is None and self._waiting:
                turn = self._waiting.popleft()
                if not worker.give(turn):
                    self._died(place)

    def _hear(self) -> None:
        """Take in what workers say; of those ahead only as much as may wait."""
        full = sum(turn.bytes for turn in self._turns) > HELD
        heard = {
            worker.channel: place
            for place, worker in enumerate(self._workers)
            if worker.at is not None and (not full or worker.at is self._turns[0])
        }
        for channel in wait(list(heard), timeout=1.0):
            self._take(heard[channel])  # type: ignore[index]
        for place, worker in enumerate(self._workers):
            if worker.at is not None and worker.is_late():
                self._died(place)

    def _take(self, place: int) -> None:
        worker = self._workers[place]
        turn = worker.at
        assert turn is not None
        try:
            message = worker.channel.recv_bytes(MAX_MESSAGE)
            part = decode(message)
        except (EOFError, OSError, MsgspecError):
            self._died(place)
            return
        if part.bug is not None:
            raise CrewError(part.bug)
        if part.outcome is None:
            turn.is_done = True
            worker.at = None
            return
        turn.outcomes.append(part.outcome)
        turn.bytes += len(message)
        turn.task = _further(turn.task, len(part.outcome.flags))

    def _died(self, place: int) -> None:
        """Go on without what a worker died of; the first time it is only looked for."""
        worker = self._workers[place]
        worker.stop()
        del self._workers[place]
        self._workers.insert(place, _Worker(self._start, self._channels()))
        turn = worker.at
        assert turn is not None
        turn.task = _without(turn.task, worker.mark.number)
        self._waiting.appendleft(turn)

    def close(self) -> None:
        """End all workers, whatever they are at."""
        for worker in self._workers:
            worker.stop()


def _further(task: Task, documents: int) -> Task:
    return replace(task, done=task.done + documents)


def _without(task: Task, number: int) -> Task:
    """What is still to be done of a portion over which a worker died at a document."""
    if not task.careful:
        return replace(task, careful=True)
    if number not in task.lost:
        return replace(task, lost=task.lost | {number})
    return replace(task, ended=task.ended | {number})


def _serve(channel: Connection, inherited: Iterable[Connection], start: Callable[[], Work], mark: Mark) -> None:
    """The worker: judges what comes until the channel closes."""
    for other in inherited:
        # A forked copy of the parent's end would keep the channel open after the parent is gone.
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work = start()
        while True:
            task: Task = channel.recv()
            for outcome in work(task, mark):
                channel.send_bytes(encode(_Part(outcome)))
            channel.send_bytes(encode(_Part()))
    except (EOFError, OSError):
        return
    except Exception as error:  # noqa: BLE001
        # A bug of ours: the run ends with it, and the parent says so.
        channel.send_bytes(encode(_Part(bug=f"{type(error).__name__}: {error}")))
