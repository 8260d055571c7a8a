"""Judging a portion of a run's inputs: its documents are read in turn, and those that were told before passed over."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias

from msgspec import Struct

from orderproof.chunk import Placed
from orderproof.diagnostic import Diagnostic
from orderproof.document import Document, Line, Raw, Reading, Unreadable
from orderproof.judge import Judge
from orderproof.outcome import Outcome
from orderproof.portion import Portion

_DIED = "the process that checked this document ended over it"
_HELP = (
    "take it out of the run, and report it with the document: this is a bug of orderproof or of a library that it uses"
)


class Task(Struct, frozen=True):
    """A portion for a worker. Of its readings the first ``done`` were told before, those of ``lost`` are given up,
    and where one of ``ended`` would come, all that its input still holds.

    With ``careful`` each document is judged by itself, so that it is known over which one a worker dies.
    """

    portion: Portion
    done: int = 0
    careful: bool = False
    lost: frozenset[int] = frozenset()
    ended: frozenset[int] = frozenset()


class Mark:
    """How far a worker is in its portion: the reading that is read or judged, from 0, which another process can see,
    and in ``passed`` how many were given on to be judged or passed over.
    """

    __slots__ = ("_shared", "passed")

    def __init__(self, shared: "list[int] | memoryview") -> None:
        self._shared = shared
        self.passed = 0

    def at(self, number: int) -> None:
        """The worker is at this reading now."""
        self._shared[0] = number

    @property
    def number(self) -> int:
        return int(self._shared[0])


Work: TypeAlias = Callable[[Task, Mark], Iterable[Outcome]]
"""Judges a portion: outcomes of its documents in order, of each once."""


class Intake(Protocol):
    """Reads the documents of a portion, each input's in turn."""

    def inputs(self, portion: Portion) -> Iterator[tuple[str, int, Iterator[Raw]]]:
        """The inputs of a portion: the name of each, its position in the run, and its readings."""
        ...

    def read(self, line: Line) -> Iterator[Reading]:
        """The document on a line that nobody has looked at."""
        ...


class Labour:
    """Does the tasks of a run, in this process."""

    def __init__(self, judge: Judge, intake: Intake) -> None:
        self._judge = judge
        self._intake = intake

    def __call__(self, task: Task, mark: Mark) -> Iterator[Outcome]:
        readings = _Readings(task, mark).all(self._intake.inputs(task.portion))
        yield from self._judge.judged(readings, self._intake.read, one_by_one=task.careful)

    def all(
        self, portions: Iterable[Portion], finished: Callable[[Portion], None], *, ahead: bool
    ) -> Iterator[Outcome]:
        """The outcomes of portions, one after the other; ``finished`` is told each that was read."""

        def readings() -> Iterator[Placed]:
            mark = Mark([0])
            for portion in portions:
                yield from _Readings(Task(portion), mark).all(self._intake.inputs(portion))
                finished(portion)

        yield from self._judge.judged(readings(), self._intake.read, ahead=ahead)

    def close(self) -> None:
        self._judge.close()


class _Readings:
    """The readings of a task that are still to be judged, and what stands in for those that are given up."""

    def __init__(self, task: Task, mark: Mark) -> None:
        self._task = task
        self._mark = mark
        self._mark.passed = 0

    def all(self, inputs: Iterable[tuple[str, int, Iterator[Raw]]]) -> Iterator[Placed]:
        for name, position, readings in inputs:
            for reading in self._of(name, readings):
                self._mark.passed += 1
                if self._mark.passed > self._task.done:
                    yield Placed(reading, position)

    def _of(self, name: str, readings: Iterator[Raw]) -> Iterator[Raw]:
        index = 0
        while True:
            number = self._mark.passed
            self._mark.at(number)
            if number in self._task.ended:
                yield _died(name, index)
                return
            reading = next(readings, None)
            if reading is None:
                return
            if isinstance(reading, Line | Document | Unreadable):
                index = reading.index + 1
                if number in self._task.lost:
                    reading = _died(name, reading.index)
            yield reading


def _died(name: str, index: int) -> Unreadable:
    diagnostic = Diagnostic("document.fatal", _DIED, path=name, help=_HELP)
    return Unreadable(name, index, None, (diagnostic,))
