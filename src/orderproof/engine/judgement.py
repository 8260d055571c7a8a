"""What an engine says of a document."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from msgspec import Struct

from orderproof.diagnostic import OrderproofError
from orderproof.facts.record import Facts


class Judgement(Struct, frozen=True):
    """Verdicts and conclusions for one document.

    ``verdicts[check number][subject ordinal]`` is a ``Verdict`` value; ``conclusions[fact number][subject
    ordinal]`` is the number of the entry that concluded the fact, DOES_NOT_HOLD or UNKNOWN_FACT. An entity
    without records has empty tuples.
    """

    verdicts: tuple[tuple[int, ...], ...]
    conclusions: tuple[tuple[int, ...], ...]


class Refusal(Struct, frozen=True):
    """An engine could not judge a document, and says why; another engine must."""

    reason: str


class Contradiction(Struct, frozen=True):
    """An engine proved two outcomes that exclude each other: our bug, never a document's."""

    reason: str


Outcome: TypeAlias = Judgement | Refusal | Contradiction


class EngineUnavailableError(OrderproofError):
    """The engine cannot run here at all; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(())
        self.reason = reason


class Engine(Protocol):
    """Judges documents by one Program, bound when the engine is built."""

    @property
    def name(self) -> str: ...

    def judge(self, documents: Sequence[Facts]) -> list[Outcome]:
        """One outcome for each document, in order. Never raises for what a document holds."""
        ...

    def close(self) -> None:
        """Give back what the engine holds; it judges nothing after."""
        ...
