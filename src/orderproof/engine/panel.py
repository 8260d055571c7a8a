"""Who judges: one engine, or two that must agree; and who steps in where an engine refuses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orderproof.engine.judgement import Contradiction, Engine, Judgement, Outcome, Refusal
from orderproof.engine.reference import ReferenceEngine
from orderproof.engine.rete import EngineUnavailableError, ReteEngine
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import Program

Choice: TypeAlias = Literal["both", "rete", "reference"]
CHOICES: tuple[Choice, ...] = ("both", "rete", "reference")


@dataclass(frozen=True, slots=True)
class Judged:
    """A document's judgement; ``refusal`` says why the rules engine gave none, where another one had to."""

    judgement: Judgement
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The engines do not agree on a document, or one contradicts itself: nothing may be believed."""

    reason: str


class Panel:
    """The engines of a run. ``unavailable`` says why the rules engine is not among them, if it was asked for.

    ``rete`` builds the rules engine.
    """

    def __init__(
        self,
        program: Program,
        setting: Setting,
        choice: Choice,
        rete: Callable[[Program, Setting], Engine] = ReteEngine,
    ) -> None:
        self._program = program
        self._choice = choice
        self._reference = ReferenceEngine(program, setting)
        self._rete: Engine | None = None
        self.unavailable: str | None = None
        if choice != "reference":
            try:
                self._rete = rete(program, setting)
            except EngineUnavailableError as error:
                self.unavailable = error.reason

    def judge(self, documents: Sequence[Facts]) -> Iterator[Judged | Fault]:
        """One answer for each document, in order."""
        if self._rete is None:
            for outcome in self._reference.judge(documents):
                yield _believed(outcome)
            return
        fired = self._rete.judge(documents)
        needed = [n for n, outcome in enumerate(fired) if self._choice == "both" or isinstance(outcome, Refusal)]
        plain = dict(zip(needed, self._reference.judge([documents[n] for n in needed]), strict=True))
        for number, outcome in enumerate(fired):
            yield self._agreed(outcome, plain.get(number))

    def _agreed(self, fired: Outcome, plain: Outcome | None) -> Judged | Fault:
        match fired, plain:
            case Contradiction(reason), _:
                return Fault(reason)
            case Refusal(reason), Judgement():
                return Judged(plain, reason)
            case Judgement(), None:
                return Judged(fired)
            case Judgement(), Judgement():
                return Judged(fired) if fired == plain else Fault(self._difference(fired, plain))
            case _:
                return Fault("no engine judged the document")

    def _difference(self, fired: Judgement, plain: Judgement) -> str:
        """The first thing on which two judgements differ."""
        for fact, one, other in zip(self._program.facts, fired.conclusions, plain.conclusions, strict=True):
            if one != other:
                return f"the fact {fact.name}: rete says {list(one)}, reference says {list(other)}"
        for check, one, other in zip(self._program.checks, fired.verdicts, plain.verdicts, strict=True):
            if one != other:
                return f"the check {check.id}: rete says {list(one)}, reference says {list(other)}"
        return "the judgements have different forms"

    def close(self) -> None:
        self._reference.close()
        if self._rete is not None:
            self._rete.close()


def _believed(outcome: Outcome) -> Judged | Fault:
    match outcome:
        case Judgement():
            return Judged(outcome)
        case Refusal(reason) | Contradiction(reason):
            return Fault(reason)
