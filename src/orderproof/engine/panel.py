"""Who judges: one engine, or several that must agree; and who steps in where an engine refuses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from orderproof.engine.judgement import Contradiction, Engine, EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.reference import ReferenceEngine
from orderproof.engine.rete import ReteEngine
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import Program

Choice: TypeAlias = Literal["both", "rete", "reference", "compiled", "all"]
CHOICES: tuple[Choice, ...] = ("both", "rete", "reference", "compiled", "all")
_ASKED: Mapping[Choice, tuple[str, ...]] = {
    "both": ("rete", "reference"),
    "rete": ("rete",),
    "reference": ("reference",),
    "compiled": ("compiled",),
    "all": ("rete", "reference", "compiled"),
}
"""The engines of each choice; the reference engine steps in where none of them gives a judgement."""


class Judged(Struct, frozen=True):
    """A document's judgement, and the engines that gave it; ``refusal`` says why another one gave none."""

    judgement: Judgement
    by: tuple[str, ...]
    refusal: str | None = None


class Fault(Struct, frozen=True):
    """The engines do not agree on a document, or one contradicts itself: nothing may be believed."""

    reason: str


def _compiled(program: Program, setting: Setting) -> Engine:
    from orderproof.engine.compiled import CompiledEngine  # late: the generator costs start-up time

    return CompiledEngine(program, setting)


class Panel:
    """The engines of a run. ``unavailable`` says why one that was asked for is not among them.

    ``rete`` and ``compiled`` build these engines.
    """

    def __init__(
        self,
        program: Program,
        setting: Setting,
        choice: Choice,
        rete: Callable[[Program, Setting], Engine] = ReteEngine,
        compiled: Callable[[Program, Setting], Engine] = _compiled,
    ) -> None:
        self._program = program
        self._reference = ReferenceEngine(program, setting)
        self._engines: list[Engine] = []
        self.unavailable: str | None = None
        builders = {"rete": rete, "compiled": compiled, "reference": lambda *_: self._reference}
        for name in _ASKED[choice]:
            try:
                self._engines.append(builders[name](program, setting))
            except EngineUnavailableError as error:
                self.unavailable = self.unavailable or error.reason
        if not self._engines:
            self._engines.append(self._reference)

    @property
    def names(self) -> tuple[str, ...]:
        """The engines that judge every document."""
        return tuple(engine.name for engine in self._engines)

    def judge(self, documents: Sequence[Facts]) -> Iterator[Judged | Fault]:
        """One answer for each document, in order."""
        outcomes = {engine.name: engine.judge(documents) for engine in self._engines}
        if self._reference.name not in outcomes:
            refused = [
                number
                for number, given in enumerate(zip(*outcomes.values(), strict=True))
                if all(isinstance(outcome, Refusal) for outcome in given)
            ]
            stepping_in = dict(zip(refused, self._reference.judge([documents[n] for n in refused]), strict=True))
        else:
            stepping_in = {}
        for number in range(len(documents)):
            given = {name: said[number] for name, said in outcomes.items()}
            if number in stepping_in:
                given[self._reference.name] = stepping_in[number]
            yield self._agreed(given)

    def _agreed(self, outcomes: Mapping[str, Outcome]) -> Judged | Fault:
        """What the engines say of a document, if all that judge it say the same."""
        refusal: str | None = None
        believed: tuple[str, Judgement] | None = None
        by: list[str] = []
        for name, outcome in outcomes.items():
            match outcome:
                case Contradiction(reason):
                    return Fault(reason)
                case Refusal(reason):
                    refusal = refusal or reason
                case Judgement():
                    believed = believed or (name, outcome)
                    if outcome != believed[1]:
                        return Fault(self._difference(*believed, name, outcome))
                    by.append(name)
        if believed is None:
            return Fault(refusal or "no engine judged the document")
        return Judged(believed[1], tuple(by), refusal)

    def _difference(self, name: str, judgement: Judgement, other_name: str, other: Judgement) -> str:
        """The first thing on which two judgements differ."""
        for fact, one, two in zip(self._program.facts, judgement.conclusions, other.conclusions, strict=False):
            if one != two:
                return f"the fact {fact.name}: {name} says {list(one)}, {other_name} says {list(two)}"
        for check, one, two in zip(self._program.checks, judgement.verdicts, other.verdicts, strict=False):
            if one != two:
                return f"the check {check.id}: {name} says {list(one)}, {other_name} says {list(two)}"
        return "the judgements have different forms"

    def close(self) -> None:
        for engine in {id(engine): engine for engine in (*self._engines, self._reference)}.values():
            engine.close()


def in_words(engines: Sequence[str]) -> str:
    """Engines as a sentence names them: "the reference engine", "the rete and reference engines"."""
    return f"the {' and '.join(engines)} engine{'s' if len(engines) > 1 else ''}"
