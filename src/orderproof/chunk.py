"""Some documents judged together: read, judged by all engines that are asked, told in their order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Line, Notice, Provenance, Raw, Reading, Unreadable
from orderproof.engine.compiled import expanded
from orderproof.engine.judgement import Judgement
from orderproof.engine.panel import Fault as Disagreement
from orderproof.engine.panel import Judged, Sitting, in_words
from orderproof.facts.mistyped import MISTYPED
from orderproof.facts.problems import located
from orderproof.facts.record import Facts
from orderproof.finding import DocumentName
from orderproof.outcome import UNREADABLE, VERDICTS, Fault, Outcome, Refused, Said, Told
from orderproof.own_checks import OwnChecks, Waiting
from orderproof.policies import Policies, Policy
from orderproof.reading.inputs import holds_none
from orderproof.report.model import Gap
from orderproof.subject import Naming
from orderproof.tree import Pointer

if TYPE_CHECKING:
    from orderproof.fast import Fast, FastAnswer

CONFIRMED_FIRST = 1000
CONFIRMED_EVERY = 100
"""With the engine ``auto`` a second engine judges too the first documents of a run and then every so-manieth."""
_ID: Pointer = ("id",)

Read: TypeAlias = Callable[[Line], Iterator[Reading]]
"""Makes a document of a line, with what is said of it."""


class Placed(Struct, frozen=True):
    """A reading, and the position of its input in the run, from 0."""

    reading: Raw
    position: int


class Chunk:
    """Some documents that are judged together."""

    def __init__(self, policies: Policies, readings: Sequence[Placed], read: Read | None) -> None:
        self._policies = policies
        self._read_line = read
        self._run = policies.run
        self._readings = readings
        self._result = Outcome()
        self._events: list[list[Told | Said]] = []
        self._at: dict[int, int] = {}
        self._sittings: list[tuple[Policy, list[Waiting], Sitting]] = []

    def begin(self) -> None:
        """Read them and have them judged, which may go on while others are begun."""
        waiting: dict[int, tuple[Policy, list[Waiting]]] = {}
        for found in self._all():
            policy = self._policies.policy(found.document.source)
            waiting.setdefault(id(policy), (policy, []))[1].append(found)
        self._policies.add_up(self._result)
        self._sittings = [
            (policy, documents, policy.panel.begin([d.facts for d in documents], [d.confirm for d in documents]))
            for policy, documents in waiting.values()
        ]

    def outcome(self) -> Outcome:
        """What comes of them, in their order; they were begun."""
        for policy, documents, sitting in self._sittings:
            self._settle(policy, documents, sitting)
        self._result.events = [event for events in self._events for event in events]
        return self._result

    # Reading

    def _all(self) -> Iterator[Waiting]:
        """The documents whose verdicts are still to be found."""
        lines = [placed.reading for placed in self._readings if isinstance(placed.reading, Line)]
        fast = self._policies.fast if lines else None  # what judges lines costs time to build
        answers = iter(fast.judge(lines) if fast is not None else [None] * len(lines))
        for placed in self._readings:
            reading, position = placed.reading, placed.position
            if not isinstance(reading, Line):
                yield from self._one(reading, position)
                continue
            answer = next(answers)
            if fast is not None and answer is not None and not self._confirms(position + reading.index):
                if answer.kind.is_clean:
                    self._clean(fast, reading, answer)
                    continue
                told = self._told_fast(fast, reading, answer)
                if told is not None:
                    yield told
                    continue
            assert self._read_line is not None
            for each in self._read_line(reading):
                for waiting in self._one(each, position):
                    if answer is not None:
                        yield replace(waiting, said=answer.kind.pattern)
                    else:
                        if fast is not None and waiting.document.source is None and not waiting.document.stands_alone:
                            fast.learn(waiting.document.values)
                        yield waiting

    def _told_fast(self, fast: "Fast", line: Line, answer: "FastAnswer") -> Waiting | None:
        """A document with findings, whose other verdicts are only counted; None where it must be read."""
        found = None if answer.record is None else fast.waiting(line, answer.record)
        if found is None:
            return None
        document, facts = found
        fast.meet(answer.kind)
        self._events.append([])
        number = self._enter(DocumentName(line.path, line.index, answer.id or None))
        self._result.ids[number] = answer.id
        if answer.members:
            self._result.members.append((number, answer.members))
        return Waiting(number, document, facts, confirm=False, said=answer.kind.pattern, kind=answer.kind)

    def _confirms(self, position: int) -> bool:
        """Whether a second engine judges a document too, wherever it stands in a batch and whatever is said of it."""
        is_due = position < CONFIRMED_FIRST or position % CONFIRMED_EVERY == 0
        return is_due and self._run.engine == "auto"

    def _clean(self, fast: "Fast", line: Line, answer: "FastAnswer") -> None:
        """A document without a finding of its own: it is counted, and what it brings to groups is put aside."""
        result, kind = self._result, answer.kind
        number = len(result.flags)
        fast.meet(kind)
        result.flags.append(kind.flags)
        result.ids.append(answer.id)
        result.stretch(line.path, line.index)
        if answer.members:
            result.members.append((number, answer.members))
        if self._run.every_document:
            name = DocumentName(line.path, line.index, answer.id or None)
            digest = sha256(line.content).hexdigest()
            self._events.append([Told(number, name, digest, VERDICTS[kind.flags])])

    def _one(self, reading: Reading, position: int) -> Iterator[Waiting]:
        self._events.append([])
        found = self._read(reading, position)
        if found is not None:
            yield found

    def _read(self, reading: Reading, position: int) -> Waiting | None:
        """The facts of a document, or None with what is said of it."""
        match reading:
            case Unreadable(diagnostics=diagnostics) if holds_none(reading):
                self._result.gaps.add(Gap.NO_DOCUMENT)
                self._say(diagnostics)
            case Unreadable(path, index, sha256, diagnostics):
                self._unreadable(DocumentName(path, index, None), sha256, diagnostics)
            case Notice(diagnostic, key):
                self._events[-1].append(Said(diagnostic, key))
            case Document():
                return self._document(reading, position)
            case _:
                raise AssertionError(reading)
        return None

    def _document(self, document: Document, position: int) -> Waiting | None:
        policy = self._policies.policy(document.source)
        facts = policy.facts(document)
        name = Naming(document).name
        if not isinstance(facts, Facts):
            self._unreadable(name, document.sha256, located(facts, document))
            return None
        number = self._enter(name, document.source)
        self._result.ids[number] = name.id or ""
        for problem in policy.speller.mistyped(document.values):
            steps = [step for step in problem.pointer if isinstance(step, str)]
            for each in located((problem,), document):
                warning = replace(each, severity=Severity.WARNING)
                self._events[-1].append(Said(warning, (MISTYPED, *steps, problem.help or "")))
        return Waiting(number, document, facts, self._confirms(position + document.index))

    def _enter(self, name: DocumentName, source: Provenance | None = None) -> int:
        """The number of a document that is new."""
        number = len(self._result.flags)
        self._result.flags.append(0)
        self._result.ids.append("")
        self._result.stretch(name.path, name.index, "" if source is None else source.mapping)
        self._at[number] = len(self._events) - 1
        return number

    def _unreadable(self, name: DocumentName, sha256: str | None, diagnostics: Iterable[Diagnostic]) -> None:
        number = self._enter(name)
        self._result.flags[number] = UNREADABLE
        self._events[-1].append(Told(number, name, sha256, VERDICTS[UNREADABLE]))
        self._say(diagnostics)

    def _say(self, diagnostics: Iterable[Diagnostic]) -> None:
        self._events[-1] += map(Said, diagnostics)

    # Verdicts

    def _settle(self, policy: Policy, documents: list[Waiting], sitting: Sitting) -> None:
        """Tell of the documents while other engines may still be at work, and believe it when all agree."""
        told: dict[int, Judgement] = {}
        for document, outcome in zip(documents, sitting.first or (), strict=False):
            if isinstance(outcome, Judgement):
                told[document.number] = outcome
                OwnChecks(self._result, self._events[self._at[document.number]], policy, document, outcome).tell(
                    self._run
                )
        for document, answer in zip(documents, sitting.settle(), strict=True):
            match answer:
                case Disagreement(reason):
                    if self._result.fault is None:
                        self._result.fault = Fault(Naming(document.document).name, reason)
                case Judged(judgement, by, refusal):
                    if document.said is not None and expanded(document.said) != judgement.verdicts:
                        reason = "its bytes and its facts are judged differently"
                        self._result.fault = self._result.fault or Fault(Naming(document.document).name, reason)
                    if document.number not in told:
                        events = self._events[self._at[document.number]]
                        OwnChecks(self._result, events, policy, document, judgement).tell(self._run)
                    self._believed(document, by, refusal)

    def _believed(self, of: Waiting, by: tuple[str, ...], refusal: str | None) -> None:
        document = of.document
        for name in by:
            if of.kind is not None and name == "compiled":
                # It was counted with its kind.
                self._result.judged[name] = self._result.judged.get(name, 0) - 1
            self._result.judged[name] = self._result.judged.get(name, 0) + 1
            if len(by) > 1:
                self._result.confirmed_by[name] = self._result.confirmed_by.get(name, 0) + 1
        self._result.confirmed += len(by) > 1
        if refusal is not None:
            message = f"{refusal}; this document is judged by {in_words(by)} alone"
            place = Naming(document).span(_ID)
            warning = Diagnostic("engine.refused", message, span=place, severity=Severity.WARNING)
            self._result.refused.append(Refused(warning, by))
