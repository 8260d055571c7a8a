"""Judging documents one after the other: facts, verdicts, findings. What it gives is plain data; it keeps no document."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Line, Notice, Provenance, Raw, Reading, Unreadable
from orderproof.engine.compiled import Pattern, expanded
from orderproof.engine.judgement import Judgement
from orderproof.engine.panel import Fault as Disagreement
from orderproof.engine.panel import Judged, Panel, Sitting, in_words
from orderproof.engine.reference import settled
from orderproof.explain import Explainer, Known
from orderproof.facts.mistyped import MISTYPED, Speller
from orderproof.facts.problems import located
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, RecordPlan, Subject
from orderproof.fast import Fast, FastAnswer, Kind, fast_of
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.findings import FindingMaker, place_in
from orderproof.groups import Told as ToldMember
from orderproof.groups import asked_of, brought
from orderproof.language.typed import UNKNOWN
from orderproof.members.packing import Brought
from orderproof.outcome import PASSED, UNREADABLE, VERDICTS, Fault, Outcome, Refused, Said, Told, Unjudged, flags_of
from orderproof.reading.inputs import holds_none
from orderproof.report.model import CheckOutcome, Gap
from orderproof.ruleset.program import Check, Program, Verdict
from orderproof.ruleset.uncarried import without
from orderproof.run import Run
from orderproof.subject import Naming
from orderproof.tree import Pointer, write_pointer

CHUNK = 256
"""Documents that are judged together; the first of a run are fewer, so that their findings come at once."""
_FIRST_CHUNK = 16
_CHUNKS_KEPT = 16
"""Chunks after which cycles of values are looked for: what runs makes few, and Python would look far more often."""
CONFIRMED_FIRST = 1000
CONFIRMED_EVERY = 100
"""With the engine ``auto`` a second engine judges too the first documents of a run and then every so-manieth."""
_ID: Pointer = ("id",)

Read: TypeAlias = Callable[[Line], Iterator[Reading]]
"""Makes a document of a line, with what is said of it."""


class EngineFaultError(Exception):
    """The engines contradict each other: a bug of ours, so nothing of the run may be believed.

    ``document`` is the one over which they do, None where it is a group of several.
    """

    def __init__(self, document: DocumentName | None, reason: str) -> None:
        self.document = document
        self.reason = reason
        super().__init__(reason if document is None else f"{document.path}#{document.index}: {reason}")


class Placed(Struct, frozen=True):
    """A reading, and the position of its input in the run, from 0."""

    reading: Raw
    position: int


class Judge:
    """Judges the documents of a run, by one Program for each kind of source. ``panel`` serves where it is given."""

    def __init__(self, run: Run, panel: Panel | None = None) -> None:
        self._run = run
        self._policies: dict[frozenset[tuple[str, ...]], _Policy] = {}
        self._fast: Fast | Literal[False] | None = None
        self._chunks = 0
        if panel is not None:
            self._policies[frozenset()] = _Policy(run, run.program, panel, frozenset())

    def judged(
        self, readings: Iterable[Placed], read: Read | None = None, *, one_by_one: bool = False
    ) -> Iterator[Outcome]:
        """The outcomes of readings, in order, of some documents each; ``read`` makes documents of lines."""
        waiting = iter(readings)
        size = 1 if one_by_one else _FIRST_CHUNK
        while batch := list(islice(waiting, size)):
            size = size if one_by_one else min(2 * size, CHUNK)
            outcome = _Chunk(self, batch, read).outcome()
            self._chunks += 1
            if self._chunks % _CHUNKS_KEPT == 0:
                gc.collect()
            outcome.events[:0] = self._unavailable()
            yield outcome

    def _unavailable(self) -> Iterator[Said]:
        """That an engine is not to be had, for which others judge alone."""
        for policy in self._policies.values():
            panel = policy.ready
            reason = None if panel is None else panel.unavailable
            if panel is not None and reason is not None:
                message = f"{reason}; every document is judged by {in_words(panel.names)} alone"
                warning = Diagnostic("engine.unavailable", message, severity=Severity.WARNING)
                yield Said(warning, (warning.code, reason))

    def policy(self, source: Provenance | None) -> "_Policy":
        """What documents of a source are judged by: what it does not carry is unknown in all of them."""
        uncarried = frozenset() if source is None else source.not_carried
        found = self._policies.get(uncarried)
        if found is None:
            program = without(self._run.program, uncarried)
            found = self._policies.setdefault(uncarried, _Policy(self._run, program, None, uncarried))
        return found

    def known_again(self, document: Document) -> Known | None:
        """What is known of a document that was judged before and is read once more; None where it is another now."""
        policy = self.policy(document.source)
        facts = policy.reader.read(document.values)
        if not isinstance(facts, Facts):
            return None
        _, conclusions = settled(policy.program, self._run.setting, facts)
        return Known(policy.program, self._run.setting, facts, Judgement((), conclusions.states()))

    @property
    def run(self) -> Run:
        return self._run

    def close(self) -> None:
        for policy in self._policies.values():
            if policy.ready is not None:
                policy.ready.close()

    def add_up(self, result: Outcome) -> None:
        """Count the documents that were only met since the last time."""
        if self._fast:
            self._fast.add_up(result)

    @property
    def fast(self) -> "Fast | None":
        """What judges lines without reading them first, where the compiled engine judges and nothing more is asked."""
        if self._fast is None and self._run.engine in ("auto", "compiled") and not self._run.details:
            self._fast = fast_of(self._run)
        return self._fast or None


class _Policy:
    """A Program made ready, and what reads the facts it asks for."""

    def __init__(self, run: Run, program: Program, panel: Panel | None, uncarried: frozenset[tuple[str, ...]]) -> None:
        self.program = program
        self.ready = panel
        self._run = run
        self.uncarried = uncarried
        self.reader = FactReader(run.schema, program.plan, run.document_zone)
        self.speller = Speller(run.schema)
        self.places = dict(_places(program.plan, ()))

    @property
    def panel(self) -> Panel:
        """The engines, built when the first document is to be judged."""
        if self.ready is None:
            self.ready = Panel(self.program, self._run.setting, self._run.engine)
        return self.ready


class _Waiting(Struct, frozen=True):
    """A document whose facts are read and wait for their verdicts."""

    number: int
    document: Document
    facts: Facts
    confirm: bool
    said: Pattern | None = None
    kind: Kind | None = None


class _Chunk:
    """Some documents that are judged together."""

    def __init__(self, judge: Judge, readings: Sequence[Placed], read: Read | None) -> None:
        self._judge = judge
        self._read_line = read
        self._run = judge.run
        self._readings = readings
        self._result = Outcome()
        self._events: list[list[Told | Said]] = []
        self._at: dict[int, int] = {}

    def outcome(self) -> Outcome:
        """What comes of them, in their order."""
        waiting: dict[int, tuple[_Policy, list[_Waiting]]] = {}
        for found in self._all():
            policy = self._judge.policy(found.document.source)
            waiting.setdefault(id(policy), (policy, []))[1].append(found)
        sittings = [
            (policy, documents, policy.panel.begin([d.facts for d in documents], [d.confirm for d in documents]))
            for policy, documents in waiting.values()
        ]
        for policy, documents, sitting in sittings:
            self._settle(policy, documents, sitting)
        self._result.events = [event for events in self._events for event in events]
        self._judge.add_up(self._result)
        return self._result

    # Reading

    def _all(self) -> Iterator[_Waiting]:
        """The documents whose verdicts are still to be found."""
        lines = [placed.reading for placed in self._readings if isinstance(placed.reading, Line)]
        fast = self._judge.fast if lines else None  # what judges lines costs time to build
        answers = iter(fast.judge(lines) if fast is not None else [None] * len(lines))
        for placed in self._readings:
            reading, position = placed.reading, placed.position
            if not isinstance(reading, Line):
                yield from self._one(reading, position)
                continue
            answer = next(answers)
            if (
                fast is not None
                and answer is not None
                and answer.kind.is_clean
                and not self._confirms(position + reading.index)
            ):
                self._clean(fast, reading, answer)
                continue
            if fast is not None and answer is not None and not self._confirms(position + reading.index):
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

    def _told_fast(self, fast: Fast, line: Line, answer: FastAnswer) -> _Waiting | None:
        """A document with findings, whose other verdicts are only counted; None where it must be read."""
        found = None if answer.kind.found is None else fast.waiting(line)
        if found is None:
            return None
        document, facts = found
        fast.meet(answer.kind)
        self._events.append([])
        number = self._enter(DocumentName(line.path, line.index, answer.id or None))
        self._result.ids[number] = answer.id
        if answer.members:
            self._result.members.append((number, answer.members))
        return _Waiting(number, document, facts, confirm=False, said=answer.kind.pattern, kind=answer.kind)

    def _confirms(self, position: int) -> bool:
        """Whether a second engine judges a document too, wherever it stands in a batch and whatever is said of it."""
        is_due = position < CONFIRMED_FIRST or position % CONFIRMED_EVERY == 0
        return is_due and self._run.engine == "auto"

    def _clean(self, fast: Fast, line: Line, answer: FastAnswer) -> None:
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

    def _one(self, reading: Reading, position: int) -> Iterator[_Waiting]:
        self._events.append([])
        found = self._read(reading, position)
        if found is not None:
            yield found

    def _read(self, reading: Reading, position: int) -> _Waiting | None:
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

    def _document(self, document: Document, position: int) -> _Waiting | None:
        policy = self._judge.policy(document.source)
        facts = policy.reader.read(document.values)
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
        return _Waiting(number, document, facts, self._confirms(position + document.index))

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

    def _settle(self, policy: _Policy, documents: list[_Waiting], sitting: Sitting) -> None:
        """Tell of the documents while other engines may still be at work, and believe it when all agree."""
        told: dict[int, Judgement] = {}
        for document, outcome in zip(documents, sitting.first or (), strict=False):
            if isinstance(outcome, Judgement):
                told[document.number] = outcome
                _Verdicts(self._result, self._events[self._at[document.number]], policy, document, outcome).tell(
                    self._judge
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
                        _Verdicts(self._result, events, policy, document, judgement).tell(self._judge)
                    self._believed(document, by, refusal)

    def _believed(self, of: _Waiting, by: tuple[str, ...], refusal: str | None) -> None:
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


class _Verdicts:
    """What the checks say of one document."""

    def __init__(
        self, result: Outcome, events: list[Told | Said], policy: _Policy, of: _Waiting, judgement: Judgement
    ) -> None:
        self._result = result
        self._events = events
        self._policy = policy
        self._of = of
        self._judgement = judgement
        self._naming = Naming(of.document)
        self._known: Known | None = None
        self._explainer: Explainer | None = None
        self._passed = False
        self._is_unjudged = False
        self._lacks_a_verdict = False
        self._findings: list[tuple[Check, Finding]] = []
        self._outcomes: list[CheckOutcome] = []
        self._members: list[Brought] = []

    def tell(self, judge: Judge) -> None:
        """Count the verdicts; put the findings, and the document where something is to be told of it, in order."""
        run = judge.run
        maker = FindingMaker(run.lang, run.setting.zone)
        if self._of.kind is None:
            self._all(run, maker)
        else:
            self._found(self._of.kind, run, maker)
        self._told(run)

    def _found(self, kind: Kind, run: Run, maker: FindingMaker) -> None:
        """Only what is a finding; all else is counted with other documents of the kind."""
        self._passed = bool(kind.flags & PASSED)
        for number, ordinal, verdict in kind.found or ():
            checked = self._policy.program.checks[number]
            self._verdict(checked, verdict, self._of.facts.subjects[checked.entity][ordinal], run, maker)

    def _all(self, run: Run, maker: FindingMaker) -> None:
        program = self._policy.program
        for checked in program.checks:
            if checked.number in program.unseen:
                self._unseen(checked, run)
                continue
            verdicts = self._judgement.verdicts[checked.number]
            if not verdicts:
                self._count(checked, Verdict.NOT_APPLICABLE, SubjectName(checked.entity, ""), run)
            for subject, given in zip(self._of.facts.subjects[checked.entity], verdicts, strict=True):
                self._verdict(checked, Verdict(given), subject, run, maker)

    def _told(self, run: Run) -> None:
        findings = tuple(finding for _, finding in sorted(self._findings, key=_gravest_first))
        if self._members:
            self._result.members.append((self._of.number, self._members))
        flags = flags_of(findings, passed=self._passed, unjudged=self._lacks_a_verdict)
        self._result.flags[self._of.number] = flags
        if findings or run.every_document or self._outcomes:
            document, outcomes = self._of.document, tuple(self._outcomes)
            name, sha256 = self._naming.name, document.sha256
            self._events.append(Told(self._of.number, name, sha256, VERDICTS[flags], findings, outcomes))

    def _verdict(self, checked: Check, verdict: Verdict, subject: Subject, run: Run, maker: FindingMaker) -> None:
        if verdict is Verdict.NOT_APPLICABLE or (verdict is Verdict.PASS and checked.grouping is None):
            self._count(checked, verdict, self._naming.subject(subject[-1]) if run.details else None, run)
            return
        known = self._known = self._known or Known(self._policy.program, run.setting, self._of.facts, self._judgement)
        if checked.grouping is not None and self._joins(checked, verdict, subject, known):
            return
        explainer = self._explainer = self._explainer or Explainer(known, self._naming)
        place = place_in(checked, subject, self._of.number, self._naming)
        if checked.grouping is None:
            explanation = explainer.explain(maker.asked(checked, subject, explainer), subject)
        else:
            self._result.gaps.add(Gap.NO_KEY)
            verdict = Verdict.UNDETERMINED
            explanation = explainer.explain(asked_of(checked, None), subject)
        if verdict is Verdict.UNDETERMINED and explanation.only_uncarried:
            self._unjudged(checked, explanation.uncarried, self._naming.subject(subject[-1]), run)
            return
        if checked.grouping is None:
            finding = maker.of_document(checked, verdict, subject, place, explainer, explanation)
        else:
            told = ToldMember(self._naming.subject(subject[-1]), place, explanation)
            finding = maker.of_keyless(checked, told)
        self._count(checked, verdict, finding.subject, run)
        self._findings.append((checked, finding))

    def _unseen(self, checked: Check, run: Run) -> None:
        """A check of subjects that the source never tells of: there may be some."""
        self._unjudged(
            checked, (write_pointer(self._policy.places[checked.entity]),), SubjectName(checked.entity, ""), run
        )
        if checked.grouping is not None:
            self._result.gaps.add(Gap.NOT_CARRIED)

    def _unjudged(self, checked: Check, fields: Iterable[str], subject: SubjectName, run: Run) -> None:
        """What is undetermined only for what the source does not carry is counted, and no finding."""
        assert self._of.document.source is not None
        unjudged = self._result.unjudged.setdefault(self._of.document.source.mapping, Unjudged())
        unjudged.rules[checked.id] = unjudged.rules.get(checked.id, 0) + 1
        unjudged.fields |= dict.fromkeys(fields)
        if not self._is_unjudged:
            self._is_unjudged = True
            unjudged.documents += 1
        self._lacks_a_verdict = self._lacks_a_verdict or checked.severity is Severity.ERROR
        if run.details:
            self._outcomes.append(CheckOutcome(checked.id, subject, "not_judged"))

    def _joins(self, checked: Check, verdict: Verdict, subject: Subject, known: Known) -> bool:
        """Whether a subject is a member of a group, or may be; it is put aside for it."""
        member = brought(checked, True if verdict is Verdict.PASS else UNKNOWN, subject, known)
        if member is not None:
            self._members.append(member)
        return member is not None

    def _count(self, checked: Check, verdict: Verdict, subject: SubjectName | None, run: Run) -> None:
        self._result.counts[verdict] += 1
        self._passed = self._passed or verdict is Verdict.PASS
        if subject is not None and run.details:
            self._outcomes.append(CheckOutcome(checked.id, subject, verdict.name.lower()))


def _places(plan: RecordPlan, path: Pointer) -> Iterator[tuple[str, Pointer]]:
    """Where the records of each entity lie in the document type."""
    yield plan.entity, path
    for child in plan.children:
        yield from _places(child.plan, (*path, *child.path))


def _gravest_first(found: tuple[Check, Finding]) -> tuple[bool, int]:
    """Errors, then warnings; of each those of the rule set's first checks first."""
    check, finding = found
    return finding.severity is not Severity.ERROR, check.number
