"""The run: documents and a rule set in, a report out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.engine.judgement import Judgement
from orderproof.engine.panel import Choice, Fault, Judged, Panel
from orderproof.explain import Explainer
from orderproof.facts.mistyped import Speller
from orderproof.facts.problems import located
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, Subject
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.findings import FindingMaker, place_of
from orderproof.groups import Groups, Place
from orderproof.language.evaluate import Setting
from orderproof.language.typed import UNKNOWN
from orderproof.report.model import CheckCounts, CheckedDocument, CheckOutcome, DocumentVerdict, Report, RuleSetName
from orderproof.ruleset.program import Check, Program, Verdict
from orderproof.schema import Schema
from orderproof.subject import Naming
from orderproof.tree import Plain, plain

BATCH = 64
"""Documents that go to the engines together."""


class EngineFaultError(Exception):
    """The engines contradict each other over a document: a bug of ours, so nothing of the run may be believed."""

    def __init__(self, document: DocumentName, reason: str) -> None:
        self.document = document
        self.reason = reason
        super().__init__(f"{document.path}#{document.index}: {reason}")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run is bound to: rules, their document type, instant and zone, engines, language.

    ``document_zone`` is that of instants without one; without it such an instant is an input error.
    """

    program: Program
    schema: Schema
    setting: Setting
    document_zone: ZoneInfo | None
    engine: Choice
    lang: str
    details: bool = False
    """Whether the report says what every check said of every subject."""


@dataclass
class _Entry:
    """A document of the run while its findings are gathered; ``passed`` once a check of it passed."""

    name: DocumentName
    sha256: str | None
    readable: bool
    passed: bool = False
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    outcomes: list[tuple[int, CheckOutcome]] = field(default_factory=list)


def check(readings: Iterable[Reading], run: Run) -> Report:
    """Judge every document and every group of the run; raises EngineFaultError when the engines disagree."""
    panel = Panel(run.program, run.setting, run.engine)
    try:
        return check_by(panel, readings, run)
    finally:
        panel.close()


def check_by(panel: Panel, readings: Iterable[Reading], run: Run) -> Report:
    """The same with engines that are ready, for several runs of one program in turn."""
    work = _Work(run, panel)
    for batch in _batches(readings, BATCH):
        work.documents(batch)
    work.judge_groups()
    return work.report()


class _Work:
    """The state of a run."""

    def __init__(self, run: Run, panel: Panel) -> None:
        self.run = run
        self.panel = panel
        self.reader = FactReader(run.schema, run.program.plan, run.document_zone)
        self.speller = Speller(run.schema)
        self.misspelled: set[tuple[tuple[str, ...], str | None]] = set()
        self.groups = Groups(run.program, run.setting, run.lang)
        self.maker = FindingMaker(run.lang, run.setting.zone)
        self.entries: list[_Entry] = []
        self.diagnostics: list[Diagnostic] = []
        self.verdicts: Counter[Verdict] = Counter()
        self.ids: dict[str, DocumentName] = {}
        self.cross_run_complete = True
        self.duplicates = False
        if panel.unavailable is not None:
            message = f"{panel.unavailable}; every document is judged by the reference engine alone"
            self.warn("engine.unavailable", message, None)

    def warn(self, code: str, message: str, path: str | None) -> None:
        self.diagnostics.append(Diagnostic(code, message, path=path, severity=Severity.WARNING))

    # Documents

    def documents(self, readings: list[Reading]) -> None:
        read: list[tuple[Document, Facts, int]] = []
        for reading in readings:
            found = self.read(reading)
            if found is not None:
                read.append(found)
        answers = self.panel.judge([facts for _, facts, _ in read])
        for (document, facts, number), answer in zip(read, answers, strict=True):
            name = self.entries[number].name
            match answer:
                case Fault(reason):
                    raise EngineFaultError(name, reason)
                case Judged(judgement, refusal):
                    if refusal is not None:
                        message = f"{refusal}; document {name.index} is judged by the reference engine alone"
                        self.warn("engine.refused", message, name.path)
                    self.judged(document, facts, judgement, number)

    def read(self, reading: Reading) -> tuple[Document, Facts, int] | None:
        """The facts of a document, or None with its diagnostics."""
        match reading:
            case Unreadable(path, index, sha256, diagnostics):
                self.entries.append(_Entry(DocumentName(path, index, None), sha256, readable=False))
                self.diagnostics += diagnostics
                return None
            case Notice(diagnostic):
                self.diagnostics.append(diagnostic)
                return None
            case Document(path, index, root, sha256):
                name = Naming(reading).name
                values = plain(root)
                assert isinstance(values, dict)
                facts = self.reader.read(values)
                self.entries.append(_Entry(name, sha256, readable=isinstance(facts, Facts)))
                if isinstance(facts, Facts):
                    self.spelled(values, reading)
                    return reading, facts, len(self.entries) - 1
                self.diagnostics += located(facts, reading)
                return None

    def spelled(self, values: dict[str, Plain], document: Document) -> None:
        """Warn of fields that are likely mistyped, of each once a run: what no check reads passes every check."""
        for problem in self.speller.mistyped(values):
            place = (tuple(step for step in problem.pointer if isinstance(step, str)), problem.help)
            if place not in self.misspelled:
                self.misspelled.add(place)
                self.diagnostics += (replace(each, severity=Severity.WARNING) for each in located((problem,), document))

    def judged(self, document: Document, facts: Facts, judgement: Judgement, number: int) -> None:
        """Findings of one document's own checks; its members of groups are put aside."""
        joins = self.first_of_its_id(number)
        naming = Naming(document)
        explainer: Explainer | None = None
        for checked in self.run.program.checks:
            verdicts = judgement.verdicts[checked.number]
            if not verdicts:
                self.count(number, checked, Verdict.NOT_APPLICABLE, SubjectName(checked.entity, ""))
            for subject, given in zip(facts.subjects[checked.entity], verdicts, strict=True):
                verdict = Verdict(given)
                if verdict is Verdict.NOT_APPLICABLE or (verdict is Verdict.PASS and checked.grouping is None):
                    self.count(number, checked, verdict, self.named(naming, subject))
                    continue
                if explainer is None:
                    explainer = Explainer(self.run.program, self.run.setting, facts, judgement, naming)
                pointer = place_of(checked, subject)
                place = Place(number, naming.name, pointer, naming.span(pointer))
                if checked.grouping is None:
                    self.found(
                        checked, verdict, self.maker.of_document(checked, verdict, subject, place, explainer), number
                    )
                else:
                    self.member(checked, verdict, subject, place, explainer, joins=joins)

    def first_of_its_id(self, number: int) -> bool:
        """Whether no document before it has its id; a second one is reported, and joins no group."""
        name = self.entries[number].name
        if name.id is None:
            return True
        first = self.ids.setdefault(name.id, name)
        if first is name:
            return True
        where = f"{first.path} (document {first.index})" if first.path != name.path or first.index else first.path
        self.diagnostics.append(
            Diagnostic(
                "document.duplicate-id",
                f"document {name.index} has the id `{name.id}`, which stands already in {where}",
                path=name.path,
                help="keep one of them: this one is checked by itself, and compared with no other document",
            )
        )
        self.duplicates = True
        return False

    def member(
        self, checked: Check, verdict: Verdict, subject: Subject, place: Place, explainer: Explainer, *, joins: bool
    ) -> None:
        belongs = True if verdict is Verdict.PASS else UNKNOWN
        alone = self.groups.add(checked, belongs, subject, place, explainer, joins=joins)
        if alone is not None:
            self.cross_run_complete = False
            made = self.maker.of_keyless if joins else self.maker.of_repeated
            self.found(checked, Verdict.UNDETERMINED, made(checked, alone), place.document)

    # Groups

    def judge_groups(self) -> None:
        """Judge what all documents brought; a finding stands once in each document of its group."""
        for group in self.groups.judged():
            numbers = dict.fromkeys(member.place.document for member in group.members)
            match group.verdict:
                case Verdict.PASS | Verdict.NOT_APPLICABLE:
                    subject = SubjectName(group.check.entity, group.key)
                    for number in numbers:
                        self.count(number, group.check, group.verdict, subject)
                case Verdict.VIOLATION | Verdict.UNDETERMINED:
                    for number, finding in zip(numbers, self.maker.of_group(group), strict=True):
                        self.found(group.check, group.verdict_in(number), finding, number)

    # What was found

    def count(self, number: int, checked: Check, verdict: Verdict, subject: SubjectName | None) -> None:
        self.verdicts[verdict] += 1
        entry = self.entries[number]
        entry.passed = entry.passed or verdict is Verdict.PASS
        if subject is not None and self.run.details:
            entry.outcomes.append((checked.number, CheckOutcome(checked.id, subject, verdict.name.lower())))

    def named(self, naming: Naming, subject: Subject) -> SubjectName | None:
        """The subject's name where the report needs it; finding it costs more than most checks."""
        return naming.subject(subject[-1]) if self.run.details else None

    def found(self, checked: Check, verdict: Verdict, finding: Finding, number: int) -> None:
        self.count(number, checked, verdict, finding.subject)
        self.entries[number].findings.append((checked.number, finding))

    def report(self) -> Report:
        program = self.run.program
        unreadable = any(not entry.readable for entry in self.entries)
        return Report(
            as_of=self.run.setting.as_of,
            rule_sets=(RuleSetName(program.id, program.version, program.sha256),),
            parameters=program.parameters,
            complete=bool(self.entries) and not unreadable and not self.duplicates,
            cross_run_complete=self.cross_run_complete and not unreadable and not self.duplicates,
            documents=tuple(self.checked(entry) for entry in self.entries),
            checks=CheckCounts(
                passed=self.verdicts[Verdict.PASS],
                violation=self.verdicts[Verdict.VIOLATION],
                undetermined=self.verdicts[Verdict.UNDETERMINED],
                not_applicable=self.verdicts[Verdict.NOT_APPLICABLE],
            ),
            diagnostics=tuple(self.diagnostics),
        )

    def checked(self, entry: _Entry) -> CheckedDocument:
        findings = tuple(finding for _, finding in sorted(entry.findings, key=lambda pair: pair[0]))
        outcomes = tuple(outcome for _, outcome in sorted(entry.outcomes, key=lambda pair: pair[0]))
        type_ = self.run.program.document_type
        return CheckedDocument(entry.name, type_, entry.sha256, _verdict(entry), findings, outcomes)


def _verdict(entry: _Entry) -> DocumentVerdict:
    """A document's verdict, by its findings of error severity; a pass only where a check of it passed."""
    if not entry.readable:
        return DocumentVerdict.UNREADABLE
    errors = {finding.verdict for _, finding in entry.findings if finding.severity is Severity.ERROR}
    found = errors or ({finding.verdict for _, finding in entry.findings} if not entry.passed else set())
    if "violation" in found:
        return DocumentVerdict.VIOLATION
    if "undetermined" in found:
        return DocumentVerdict.UNDETERMINED
    return DocumentVerdict.PASS if entry.passed else DocumentVerdict.NOT_APPLICABLE


_Item = TypeVar("_Item")


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
