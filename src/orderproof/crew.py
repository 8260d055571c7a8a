"""Worker processes that judge the portions of a run, and the order in which it hears of them.

What comes back is plain data of a known form, see ``parcel``. A worker that dies over a document costs that document
its verdict: what it had not told yet is judged again, document by document.
"""

import mmap
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from time import monotonic

from msgspec import MsgspecError
from msgspec.structs import replace

from orderproof.diagnostic import IncompleteError, OrderproofError
from orderproof.engine.channel import Channel, EndedError, GarbledError, Line, pair
from orderproof.labour import Mark, Task, Work
from orderproof.lifeline import end_with, leave_standard_streams
from orderproof.outcome import Outcome
from orderproof.parcel import Parcel, opened, wrapped
from orderproof.portion import Portion

MAX_MESSAGE = 256 << 20
"""Bytes of one message of a worker."""
AHEAD = 4
"""Portions for each worker that may be begun before the first of them is told."""
HELD = 64 << 20
"""Bytes of outcomes that wait for their turn; beyond, only the portion whose turn it is goes on."""
PATIENCE = 600.0
"""Seconds for which a worker may be at one document while it is listened to: longer than any limit on reading one."""
_LOOK = 1.0
"""Seconds after which it is looked how far workers are."""
_FALSE_STARTS = 3
"""Workers that may die one after the other before they are at a document of their portion."""
_NOT_BEGUN = -1

can_work_in_several = hasattr(os, "fork")
"""Whether there can be workers: they share what the run has read so far."""


class CrewError(Exception):
    """A bug of ours in a worker: nothing of the run may be believed."""


class _Turn:
    """A portion on its way, and what came of it so far; ``failure`` ends the run when its turn comes."""

    def __init__(self, portion: Portion) -> None:
        self.task = Task(portion)
        self.outcomes: deque[Outcome] = deque()
        self.bytes = 0
        self.false_starts = 0
        self.is_done = False
        self.failure: Exception | None = None

    def died(self, *, begun: bool) -> None:
        """Know what to do without, after a worker died over what it had not told yet; the first time it is only looked
        for over what.
        """
        if begun:
            self.false_starts = 0
            self.task = _without(self.task)
            return
        self.false_starts += 1
        if self.false_starts >= _FALSE_STARTS:
            self.failure = CrewError(f"{_FALSE_STARTS} worker processes ended before they began")


class _Worker:
    """A process, the line to it, and what it is at."""

    def __init__(self, start: Callable[[], Work], others: Iterable[Line]) -> None:
        self._line, theirs = pair(MAX_MESSAGE)
        self.mark = Mark(memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("q"))
        self.at: _Turn | None = None
        self._idle = 0.0
        self._seen = _NOT_BEGUN
        # No daemon: it has children of its own. It ends with us all the same.
        self._process: BaseProcess = multiprocessing.get_context("fork").Process(
            target=_serve, args=(theirs, (self._line, *others), start, self.mark, os.getpid()), daemon=False
        )
        try:
            self._process.start()
        except BaseException:
            self._line.close()
            raise
        finally:
            theirs.close()

    @property
    def line(self) -> Line:
        return self._line

    def give(self, turn: _Turn) -> None:
        """Give it a portion; where it is not there any more that shows when it is listened to."""
        self.at = turn
        self.mark.at(_NOT_BEGUN)
        self._idle, self._seen = 0.0, _NOT_BEGUN
        self._line.send(pickle.dumps(turn.task))
        self._line.exchange(0)

    def messages(self) -> list[bytes]:
        """What it has said; raises EndedError and GarbledError."""
        messages = self._line.exchange(0)
        if messages:
            self._idle = 0.0
        return messages

    def is_late(self, listened: float) -> bool:
        """Whether it has been at one document for too long, after it was listened to for some seconds more.

        Only these count: it may as well have waited for us.
        """
        number = self.mark.number
        self._idle = self._idle + listened if number == self._seen else 0.0
        self._seen = number
        return self._idle > PATIENCE

    def stop(self) -> None:
        if self._process.pid is not None:
            self._process.kill()
            self._process.join(5)
        self._line.close()


class Crew:
    """Up to so many workers, started when there is something to do; ``start`` is called in each of them.

    ``finished`` is told each portion of which all was handed out.
    """

    def __init__(self, jobs: int, start: Callable[[], Work], finished: Callable[[Portion], None]) -> None:
        self._jobs = jobs
        self._start = start
        self._finished = finished
        self._workers: list[_Worker] = []
        self._turns: deque[_Turn] = deque()
        self._waiting: deque[_Turn] = deque()

    def outcomes(self, portions: Iterable[Portion]) -> Iterator[Outcome]:
        """What comes of portions, in their order; raises what ended a worker's portion when its turn comes."""
        coming = iter(portions)
        more = True
        while more or self._turns:
            while more and len(self._turns) < AHEAD * self._jobs:
                portion = next(coming, None)
                if portion is None:
                    more = False
                else:
                    turn = _Turn(portion)
                    self._turns.append(turn)
                    self._waiting.append(turn)
            self._employ()
            yield from self._told()
            if self._turns and not self._turns[0].is_done:
                self._hear()

    def _told(self) -> Iterator[Outcome]:
        """What may be told by now."""
        while self._turns:
            first = self._turns[0]
            while first.outcomes:
                yield first.outcomes.popleft()
            first.bytes = 0
            if first.failure is not None:
                raise first.failure
            if not first.is_done:
                break
            self._turns.popleft()
            self._finished(first.task.portion)

    def _employ(self) -> None:
        """Give portions to workers that have none, or to new ones."""
        idle = [worker for worker in self._workers if worker.at is None]
        while self._waiting and (idle or len(self._workers) < self._jobs):
            if not idle:
                try:
                    self._workers.append(_Worker(self._start, [other.line for other in self._workers]))
                except OSError:
                    if not self._workers:
                        raise
                    # The system gives no more processes: those that there are do all.
                    self._jobs = len(self._workers)
                    return
                idle.append(self._workers[-1])
            worker, turn = idle.pop(), self._waiting.popleft()
            try:
                worker.give(turn)
            except (EndedError, GarbledError):
                self._died(worker, turn)

    def _hear(self) -> None:
        """Take in what workers say; of those ahead only as much as may wait."""
        full = sum(turn.bytes for turn in self._turns) > HELD
        heard = {
            worker.line.fileno(): (worker, worker.at)
            for worker in self._workers
            if worker.at is not None and (not full or worker.at is self._turns[0])
        }
        since = monotonic()
        ready = wait(heard, timeout=_LOOK)
        # Not for as long as the whole program may have been stopped.
        listened = min(monotonic() - since, 2 * _LOOK)
        for line, (worker, turn) in heard.items():
            self._take(worker, turn)
            if line not in ready and worker.at is turn and worker.is_late(listened):
                self._died(worker, turn)

    def _take(self, worker: _Worker, turn: _Turn) -> None:
        try:
            for message in worker.messages():
                self._open(worker, turn, message)
        except (EndedError, GarbledError, MsgspecError, ValueError, RecursionError):
            self._died(worker, turn)

    def _open(self, worker: _Worker, turn: _Turn, message: bytes) -> None:
        parcel = opened(message)
        if turn.is_done:
            raise GarbledError
        if parcel.bug is not None:
            turn.failure = CrewError(parcel.bug)
        elif parcel.wrong is not None:
            turn.failure = (IncompleteError if parcel.is_incomplete else OrderproofError)(parcel.wrong)
        elif parcel.outcome is None:
            turn.is_done = True
            worker.at = None
        else:
            turn.outcomes.append(parcel.outcome)
            turn.bytes += len(message)
            turn.task = replace(turn.task, done=parcel.done)

    def _died(self, worker: _Worker, turn: _Turn) -> None:
        """Go on without a worker, and without what it died of."""
        self._workers.remove(worker)
        worker.stop()
        if turn.is_done or turn.failure is not None:
            return
        turn.died(begun=worker.mark.number != _NOT_BEGUN)
        if turn.failure is None:
            self._waiting.appendleft(turn)

    def close(self) -> None:
        """End all workers, whatever they are at."""
        while self._workers:
            self._workers.pop().stop()


def _without(task: Task) -> Task:
    """What is still to be done of a portion over which a worker died.

    Where each reading is judged by itself, the first that is not told is the one that it died of, or lied about.
    """
    if not task.careful:
        return replace(task, careful=True)
    if task.done not in task.lost:
        return replace(task, lost=task.lost | {task.done})
    return replace(task, ended=task.ended | {task.done})


def _serve(channel: Channel, inherited: Iterable[Line], start: Callable[[], Work], mark: Mark, parent: int) -> None:
    """The worker: judges what comes until the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
    for line in inherited:
        # A forked copy of the parent's end would keep the channel open after the parent is gone.
        line.close()
    leave_standard_streams()
    # Where the parent is gone there is nobody to tell.
    with suppress(EndedError, BrokenPipeError, ConnectionResetError):
        work: Work | None = None
        while True:
            task: Task = pickle.loads(channel.recv_bytes())  # noqa: S301  # from our parent
            try:
                work = work or start()
                for outcome in work(task, mark):
                    channel.send_bytes(wrapped(Parcel(outcome, mark.passed)))
                last = Parcel()
            except (EndedError, BrokenPipeError, ConnectionResetError):
                raise
            except MemoryError:
                # As if the system had ended it: another worker finds out over which document.
                return
            except OrderproofError as error:
                last = Parcel(wrong=error.diagnostics, is_incomplete=isinstance(error, IncompleteError))
            except Exception as error:  # noqa: BLE001
                # A bug of ours: the run ends with it, and the parent says so.
                last = Parcel(bug=f"{type(error).__name__}: {error}")
            channel.send_bytes(wrapped(last))
