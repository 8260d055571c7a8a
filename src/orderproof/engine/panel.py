"""Who judges: one engine, or several that must agree; and who steps in where an engine refuses."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from orderproof.engine.judgement import Contradiction, Engine, EngineUnavailableError, Judgement, Outcome, Refusal
from orderproof.engine.reference import ReferenceEngine
from orderproof.engine.rete import ReteEngine, Ticket
from orderproof.facts.record import Facts
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import Program, Verdict

Choice: TypeAlias = Literal["auto", "both", "rete", "reference", "compiled", "all"]
CHOICES: tuple[Choice, ...] = ("auto", "both", "rete", "reference", "compiled", "all")
_ASKED: Mapping[Choice, tuple[str, ...]] = {
    "auto": ("rete", "compiled"),
    "both": ("rete", "reference"),
    "rete": ("rete",),
    "reference": ("reference",),
    "compiled": ("compiled",),
    "all": ("rete", "reference", "compiled"),
}
"""The engines of each choice; the reference engine steps in where none of them gives a judgement, and with ``auto``
confirms where rete is not to be had."""
_FINDINGS = frozenset({Verdict.VIOLATION, Verdict.UNDETERMINED})


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
    """The engines of a run. ``unavailable`` says why one that was asked for is not among them; ``confirms_some`` whether
    a second one judges only some documents.

    ``rete`` and ``compiled`` build these engines.
    """

    def __init__(
        self,
        program: Program,
        setting: Setting,
        choice: Choice,
        rete: Callable[..., ReteEngine] = ReteEngine,
        compiled: Callable[[Program, Setting], Engine] = _compiled,
    ) -> None:
        self._program = program
        self._reference = ReferenceEngine(program, setting)
        self._engines: dict[str, Engine] = {}
        self._rete: ReteEngine | None = None
        self.confirms_some = choice == "auto"
        self.unavailable: str | None = None
        for name in _ASKED[choice]:
            try:
                match name:
                    case "rete":
                        if choice == "auto":
                            # It loads the rules while the others are made and documents are read.
                            self._rete = rete(program, setting, late=True)
                            self._rete.start()
                        else:
                            self._rete = rete(program, setting)
                    case "compiled":
                        self._engines[name] = compiled(program, setting)
                    case _:
                        self._engines[name] = self._reference
            except EngineUnavailableError as error:
                self.unavailable = self.unavailable or error.reason
        if not self._engines and self._rete is None:
            self._engines[self._reference.name] = self._reference

    @property
    def names(self) -> tuple[str, ...]:
        """The engines that judge every document."""
        rete = () if self._rete is None or self.confirms_some else (self._rete.name,)
        return (*rete, *self._engines)

    def judge(self, documents: Sequence[Facts]) -> list[Judged | Fault]:
        """One answer for each document, in order, in which all engines that were asked for agree."""
        return self.begin(documents, [True] * len(documents)).settle()

    def begin(self, documents: Sequence[Facts], confirm: Sequence[bool]) -> "Sitting":
        """Have documents judged; with ``auto`` another engine judges too those to ``confirm``, and all with findings."""
        given = {name: dict(enumerate(engine.judge(documents))) for name, engine in self._engines.items()}
        asked: Sequence[int] = range(len(documents))
        if self.confirms_some and given:
            first = next(iter(given.values()))
            asked = [n for n in asked if confirm[n] or _has_finding(first[n])]
            if self._rete is None:
                self._confirm(documents, asked, given)
        ticket = None if self._rete is None or not asked else self._rete.submit([documents[n] for n in asked])

        def settle() -> list[Judged | Fault]:
            if ticket is not None:
                said = self._collected(ticket)
                if said is None:
                    self._confirm(documents, asked, given)
                else:
                    given[ReteEngine.name] = dict(zip(asked, said, strict=True))
            return self._settled(documents, given)

        first_given = next(iter(given.values()), None)
        return Sitting(None if first_given is None else list(first_given.values()), settle)

    def _collected(self, ticket: Ticket) -> list[Outcome] | None:
        """What rete says of documents that it was handed; None where it is not to be had, by now."""
        if self._rete is None:
            return None
        said = self._rete.collect(ticket)
        if self._rete.unavailable is None:
            return said
        self.unavailable = self._rete.unavailable
        self._rete = None
        return None

    def _confirm(self, documents: Sequence[Facts], asked: Sequence[int], given: dict[str, dict[int, Outcome]]) -> None:
        """Without rete the reference engine judges what it would have judged."""
        if self._reference.name not in given:
            said = self._reference.judge([documents[number] for number in asked])
            given[self._reference.name] = dict(zip(asked, said, strict=True))

    def _settled(self, documents: Sequence[Facts], given: Mapping[str, Mapping[int, Outcome]]) -> list[Judged | Fault]:
        """What the engines say of each document together; the reference engine steps in where none of them judged."""
        answers: list[Judged | Fault] = []
        for number, facts in enumerate(documents):
            said = {name: outcomes[number] for name, outcomes in given.items() if number in outcomes}
            if all(isinstance(outcome, Refusal) for outcome in said.values()) and self._reference.name not in said:
                (said[self._reference.name],) = self._reference.judge([facts])
            answers.append(self._agreed(said))
        return answers

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
        for engine in (*self._engines.values(), self._reference, *(() if self._rete is None else (self._rete,))):
            engine.close()


class Sitting(Struct, frozen=True):
    """Documents that are being judged: what the first engine said of them at once, if one did, and what comes of all."""

    first: Sequence[Outcome] | None
    settle: Callable[[], list[Judged | Fault]]


def _has_finding(outcome: Outcome) -> bool:
    """Whether a judgement holds a finding, or there is none."""
    return not isinstance(outcome, Judgement) or any(not _FINDINGS.isdisjoint(row) for row in outcome.verdicts)


def in_words(engines: Sequence[str]) -> str:
    """Engines as a sentence names them: "the reference engine", "the rete and reference engines"."""
    return f"the {' and '.join(engines)} engine{'s' if len(engines) > 1 else ''}"
