"""The run: documents and a rule set in, a report out."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.engine.judgement import Judgement
from orderproof.engine.panel import Choice, Fault, Judged, Panel, in_words
from orderproof.explain import Explainer, Known
from orderproof.facts.mistyped import Speller
from orderproof.facts.problems import located
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, Subject
from orderproof.finding import DocumentName, SubjectName
from orderproof.findings import FindingMaker, place_in
from orderproof.groups import Groups, Place, Told, asked_of
from orderproof.language.evaluate import Setting
from orderproof.language.typed import UNKNOWN
from orderproof.ledger import Ledger
from orderproof.reading.inputs import holds_none
from orderproof.report.model import Gap, Report
from orderproof.ruleset.program import Check, Program, Verdict
from orderproof.schema import Schema
from orderproof.subject import Naming
from orderproof.telling import Again, Kept, Teller
from orderproof.tree import Plain, Pointer

BATCH = 64
"""Documents that go to the engines together."""
MAX_MISSPELLED = 100
"""Fields of a run that are told to be likely mistyped."""
MAX_REFUSALS = 10
"""Documents of a run of which it is told one by one that an engine refused them; the others are only counted."""


FOUND = (Verdict.VIOLATION, Verdict.UNDETERMINED)
"""The verdicts that are findings."""
_ID: Pointer = ("id",)


class EngineFaultError(Exception):
    """The engines contradict each other over a document: a bug of ours, so nothing of the run may be believed."""

    def __init__(self, document: DocumentName, reason: str) -> None:
        self.document = document
        self.reason = reason
        super().__init__(f"{document.path}#{document.index}: {reason}")


class Run(Struct, frozen=True):
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


def check(readings: Iterable[Reading], run: Run, again: Again | None = None) -> Report:
    """Judge every document and every group of the run; raises EngineFaultError when the engines disagree.

    No document is kept: those of a group with a finding are read ``again``. Without it all are kept for that.
    """
    panel = Panel(run.program, run.setting, run.engine)
    try:
        return check_by(panel, readings, run, again)
    finally:
        panel.close()


def check_by(panel: Panel, readings: Iterable[Reading], run: Run, again: Again | None = None) -> Report:
    """The same with engines that are ready, for several runs of one program in turn."""
    kept = Kept()
    work = _Work(run, panel)
    for batch in _batches(readings if again is not None else kept.all(readings), BATCH):
        work.documents(batch)
    work.judge_groups(again or kept.again)
    work.told_of_refusals()
    return work.ledger.report(run.program, run.setting.as_of)


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
        self.ledger = Ledger(details=run.details)
        self.teller = Teller(run.program, run.setting, self.reader, self.ledger)
        self.ids: dict[str, tuple[str, int]] = {}
        self.refusals = 0
        self.stepped_in: tuple[str, ...] = ()
        if panel.unavailable is not None:
            message = f"{panel.unavailable}; every document is judged by {in_words(panel.names)} alone"
            self.ledger.diagnostics.append(Diagnostic("engine.unavailable", message, severity=Severity.WARNING))

    def told_of_refusals(self) -> None:
        """Say how many documents more an engine refused, if any."""
        count = self.refusals - MAX_REFUSALS
        if count > 0:
            documents = "1 more document is" if count == 1 else f"{count:,} more documents are"
            message = f"{documents} judged by {in_words(self.stepped_in)} alone, for reasons like these"
            self.ledger.diagnostics.append(Diagnostic("engine.refused", message, severity=Severity.WARNING))

    # Documents

    def documents(self, readings: list[Reading]) -> None:
        read: list[tuple[Document, Facts, int]] = []
        for reading in readings:
            found = self.read(reading)
            if found is not None:
                read.append(found)
        answers = self.panel.judge([facts for _, facts, _ in read])
        for (document, facts, number), answer in zip(read, answers, strict=True):
            name = self.ledger.entries[number].name
            match answer:
                case Fault(reason):
                    raise EngineFaultError(name, reason)
                case Judged(judgement, by, refusal):
                    if refusal is not None:
                        self.refused(document, refusal, by)
                    self.judged(document, facts, judgement, number)

    def refused(self, document: Document, reason: str, by: tuple[str, ...]) -> None:
        self.refusals += 1
        self.stepped_in = by
        if self.refusals <= MAX_REFUSALS:
            message = f"{reason}; this document is judged by {in_words(by)} alone"
            place = Naming(document).span(_ID)
            self.ledger.diagnostics.append(Diagnostic("engine.refused", message, span=place, severity=Severity.WARNING))

    def read(self, reading: Reading) -> tuple[Document, Facts, int] | None:
        """The facts of a document, or None with its diagnostics."""
        match reading:
            case Unreadable(diagnostics=diagnostics) if holds_none(reading):
                self.ledger.gaps.add(Gap.NO_DOCUMENT)
                self.ledger.diagnostics += diagnostics
                return None
            case Unreadable(path, index, sha256, diagnostics):
                self.ledger.enter(DocumentName(path, index, None), sha256, readable=False)
                self.ledger.diagnostics += diagnostics
                return None
            case Notice(diagnostic):
                self.ledger.diagnostics.append(diagnostic)
                return None
            case Document():
                name = Naming(reading).name
                facts = self.reader.read(reading.values)
                number = self.ledger.enter(name, reading.sha256, readable=isinstance(facts, Facts))
                if isinstance(facts, Facts):
                    self.spelled(reading.values, reading)
                    return reading, facts, number
                self.ledger.diagnostics += located(facts, reading)
                return None

    def spelled(self, values: dict[str, Plain], document: Document) -> None:
        """Warn of fields that are likely mistyped, of each once a run: what no check reads passes every check."""
        for problem in self.speller.mistyped(values):
            place = (tuple(step for step in problem.pointer if isinstance(step, str)), problem.help)
            if place not in self.misspelled and len(self.misspelled) < MAX_MISSPELLED:
                self.misspelled.add(place)
                self.ledger.diagnostics += (
                    replace(each, severity=Severity.WARNING) for each in located((problem,), document)
                )

    def judged(self, document: Document, facts: Facts, judgement: Judgement, number: int) -> None:
        """Findings of one document's own checks; its members of groups are put aside."""
        naming = Naming(document)
        joins = self.first_of_its_id(document, naming)
        known: Known | None = None
        explainer: Explainer | None = None
        for checked in self.run.program.checks:
            verdicts = judgement.verdicts[checked.number]
            if not verdicts:
                self.ledger.count(number, checked, Verdict.NOT_APPLICABLE, SubjectName(checked.entity, ""))
            for subject, given in zip(facts.subjects[checked.entity], verdicts, strict=True):
                verdict = Verdict(given)
                if verdict is Verdict.NOT_APPLICABLE or (verdict is Verdict.PASS and checked.grouping is None):
                    named = naming.subject(subject[-1]) if self.run.details else None
                    self.ledger.count(number, checked, verdict, named)
                    continue
                known = known or Known(self.run.program, self.run.setting, facts, judgement)
                if checked.grouping is not None:
                    belongs = True if verdict is Verdict.PASS else UNKNOWN
                    if self.groups.add(checked, belongs, subject, number, known, joins=joins):
                        continue
                explainer = explainer or Explainer(known, naming)
                place = place_in(checked, subject, number, naming)
                if checked.grouping is None:
                    finding = self.maker.of_document(checked, verdict, subject, place, explainer)
                    self.ledger.found(number, checked, verdict, finding)
                else:
                    self.alone(checked, subject, place, explainer, joins=joins)

    def first_of_its_id(self, document: Document, naming: Naming) -> bool:
        """Whether no document before it has its id; a second one is reported, and joins no group."""
        id_ = naming.name.id
        if id_ is None:
            return True
        if id_ not in self.ids:
            self.ids[id_] = (document.path, document.line)
            return True
        path, line = self.ids[id_]
        self.ledger.diagnostics.append(
            Diagnostic(
                "document.duplicate-id",
                f"the id `{id_}` stands already in {path}:{line}",
                span=naming.span(_ID),
                help="keep one of them: this one is checked by itself, and compared with no other document",
            )
        )
        self.ledger.gaps.add(Gap.REPEATED)
        return False

    def alone(self, checked: Check, subject: Subject, place: Place, explainer: Explainer, *, joins: bool) -> None:
        """The finding of a subject that is a member of no group: it has no key, or its document may not join."""
        self.ledger.gaps.add(Gap.NO_KEY if joins else Gap.REPEATED)
        explanation = explainer.explain(asked_of(checked, None), subject)
        told = Told(explainer.naming.subject(subject[-1]), place, explanation)
        made = self.maker.of_keyless if joins else self.maker.of_repeated
        self.ledger.found(place.document, checked, Verdict.UNDETERMINED, made(checked, told))

    # Groups

    def judge_groups(self, again: Again) -> None:
        """Judge what all documents brought; a finding stands once in each document of its group."""
        groups = list(self.groups.judged())
        told = self.teller.tell([group for group in groups if group.verdict in FOUND], again)
        for group in groups:
            numbers = dict.fromkeys(member.document for member in group.members)
            if group.verdict in FOUND:
                members = [told[group.check.number, member.document, member.ordinal] for member in group.members]
                for number, finding in zip(numbers, self.maker.of_group(group, members), strict=True):
                    self.ledger.found(number, group.check, group.verdict_in(number), finding)
            else:
                subject = SubjectName(group.check.entity, group.key)
                for number in numbers:
                    self.ledger.count(number, group.check, group.verdict, subject)


_Item = TypeVar("_Item")


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch
