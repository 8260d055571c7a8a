"""What a worker process is handed, how long it may take, and how it fails."""

from collections.abc import Sequence

from msgspec import Struct

from orderproof.engine.judgement import Outcome, Refusal
from orderproof.facts.record import Facts


class Patience(Struct, frozen=True):
    """Seconds that a worker has to load the rules, and to judge one document."""

    start: float = 60.0
    document: float = 30.0


class WorkerFailedError(Exception):
    """The worker died, was late, or sent what cannot be read."""


class Lot:
    """Documents that go to a worker together, its answers, and the outcomes when it is done with all of them."""

    __slots__ = ("answers", "documents", "message", "outcomes")

    def __init__(self, documents: Sequence[Facts]) -> None:
        import pickle  # late: only a worker process needs it

        self.documents = tuple(documents)
        self.message = pickle.dumps(self.documents, pickle.HIGHEST_PROTOCOL)
        self.answers: list[Outcome] = []
        self.outcomes: tuple[Outcome, ...] | None = None

    @property
    def answered(self) -> bool:
        return len(self.answers) == len(self.documents)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Keep the outcomes, one a document, and nothing else."""
        self.outcomes = tuple(outcomes)
        self.documents, self.message, self.answers = (), b"", []

    def refuse(self, reason: str) -> None:
        """Refuse all its documents, whatever was answered for some of them."""
        self.settle([Refusal(reason)] * len(self.documents))
