"""The run: outcomes of documents in, findings out as they come, then those of checks across documents, then the end."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from orderproof.chunk import Placed
from orderproof.diagnostic import Diagnostic
from orderproof.document import Document, Reading
from orderproof.engine.panel import Panel
from orderproof.finding import Finding, SubjectName
from orderproof.findings import FindingMaker, gravest_first
from orderproof.groups import Group, Groups, Told
from orderproof.interrupts import Interrupts
from orderproof.judge import EngineFaultError, Judge
from orderproof.ledger import Ledger
from orderproof.members.judging import FOUND, GroupFaultError
from orderproof.members.reference import blame_of_members
from orderproof.messages import no_group, not_carried
from orderproof.outcome import Outcome
from orderproof.reading.unread import changed_input
from orderproof.repeats import Repeats, repeated
from orderproof.report.collect import Collector
from orderproof.report.model import CheckOutcome, Ending, Gap, Head, Report, RuleSetName, outcome_of
from orderproof.report.rules import rules_of
from orderproof.report.stream import Stream
from orderproof.ruleset.program import Check, Verdict
from orderproof.run import Run
from orderproof.subject import Naming
from orderproof.telling import Again, Kept, Teller, read_again

__all__ = ["EngineFaultError", "Run", "check", "check_by", "conduct"]

Concluded = TypeVar("Concluded")
Watch: TypeAlias = Callable[[int, int], None]
"""Is told how many documents there were so far, and how many findings."""


def check(readings: Iterable[Reading], run: Run, again: Again | None = None) -> Report:
    """Judge every document and every group of a small run; raises EngineFaultError when the engines disagree.

    Without ``again`` all documents are kept, to be told of once more.
    """
    judge = Judge(replace(run, every_document=True))
    try:
        return _report(judge, readings, again)
    finally:
        judge.close()


def check_by(panel: Panel, readings: Iterable[Reading], run: Run) -> Report:
    """The same with engines that are ready, for several runs of one program in turn."""
    return _report(Judge(replace(run, every_document=True), panel), readings, None)


def _report(judge: Judge, readings: Iterable[Reading], again: Again | None) -> Report:
    kept = Kept()
    collector = Collector()
    placed = (Placed(reading, 0) for reading in (readings if again is not None else kept.all(readings)))
    conduct(judge.judged(placed), judge, [collector], again or kept.again, lambda ending: ending)
    return collector.report


def conduct(
    outcomes: Iterable[Outcome],
    judge: Judge,
    streams: Sequence[Stream],
    again: Again,
    concluded: Callable[[Ending], Concluded],
    watch: Watch | None = None,
) -> Concluded:
    """Take in the outcomes of a run in their order, and tell the streams; what is concluded from what the run comes to.

    That is found before the streams are told of the end: whatever fails, no report looks whole.

    An interrupt ends it early, which the streams are told; it comes between outcomes, so that none is taken in or
    told in part. Raises EngineFaultError when engines disagree.
    """
    with Interrupts() as interrupts:
        work = _Work(judge, streams, interrupts)
        try:
            for outcome in outcomes:
                with interrupts.held():
                    work.take(outcome)
                    if watch is not None:
                        watch(work.ledger.documents, work.ledger.findings)
            work.across(again)
            ending = work.ledger.ending()
        except KeyboardInterrupt:
            ending = work.ledger.ending(interrupted=True)
        finally:
            work.close()
        conclusion = concluded(ending)
        work.ledger.close(ending)
    return conclusion


class _Across(Struct):
    """What checks across documents found of a document."""

    id: str | None
    findings: list[tuple[int, Finding]]
    outcomes: list[CheckOutcome]


class _Work:
    """The state of a run."""

    def __init__(self, judge: Judge, streams: Sequence[Stream], interrupts: Interrupts) -> None:
        run = judge.run
        program = run.program
        self.run = run
        self.judge = judge
        self.interrupts = interrupts
        self.ledger = Ledger(streams, run)
        confirm: Literal["all", "some"] = "some" if run.engine in ("auto", "compiled") else "all"
        self.groups = Groups(program, run.setting, run.lang, confirm=confirm)
        self.repeats = Repeats()
        self.maker = FindingMaker(run.lang, run.setting.zone)
        self.found: dict[int, _Across] = {}
        names = (RuleSetName(program.id, program.version, program.sha256),)
        head = Head(
            as_of=run.setting.as_of,
            rule_sets=names,
            parameters=program.parameters,
            document_type=program.document_type,
            rules=rules_of(program.checks, run.lang),
            waivers=None if run.waivers is None else run.waivers.name,
            baseline=None if run.baseline is None else run.baseline.name,
            left_out=program.left_out,
        )
        for stream in streams:
            stream.head(head)
        for warning in () if run.baseline is None else run.baseline.warnings:
            self.ledger.say(warning)

    def take(self, outcome: Outcome) -> None:
        if outcome.fault is not None:
            raise EngineFaultError(outcome.fault.name, outcome.fault.reason)
        first = self.ledger.take(outcome)
        self.repeats.add(outcome.ids)
        self.groups.add_all(outcome.members, first)

    def across(self, again: Again) -> None:
        """Judge what all documents brought, and tell it, document by document."""
        with self.interrupts.held():
            self.ledger.told_of_the_rest()
        teller = Teller(self.judge.known_again, self.ledger.places.at)
        self._repeated(teller, again)
        try:
            groups = list(self.groups.judged(every=self.run.details))
        except GroupFaultError as error:
            raise EngineFaultError(None, str(error)) from error
        told = teller.tell([group for group in groups if group.verdict in FOUND], again)
        for group in groups:
            self._group(group, told)
        tally = self.groups.tally
        self.ledger.count(Verdict.PASS, tally.passes)
        self.ledger.count(Verdict.NOT_APPLICABLE, tally.not_applicable)
        for checked in self.groups.applied:
            self.ledger.applied(checked)
        unnamed = self.ledger.all_passed(tally.passed)
        if self.run.reasons:
            # What checks across documents said is told with the names of all documents.
            unnamed.update(number for number, found in self.found.items() if found.id is None)
        for number, document in self._read_again(unnamed, again):
            self._of(number, Naming(document).name.id)
        for number in sorted(self.found):
            found = self.found[number]
            findings = (finding for _, finding in sorted(found.findings, key=gravest_first))
            with self.interrupts.held():
                self.ledger.across(number, found.id, findings, found.outcomes)
        with self.interrupts.held():
            self.ledger.told_of_excuses()

    def _read_again(self, numbers: Collection[int], again: Again) -> Iterator[tuple[int, Document]]:
        """Documents once more, each of them; raises IncompleteError where one is not there any more."""
        missing = set(numbers)
        for number, document in read_again(numbers, again, self.ledger.places.at) if missing else ():
            missing.discard(number)
            yield number, document
        if missing:
            raise changed_input(self.ledger.places.at(min(missing))[0])

    def _repeated(self, teller: Teller, again: Again) -> None:
        """Tell of documents whose id has stood before; they join no group."""
        candidates = self.repeats.candidates()
        if not candidates:
            return
        numbers = {number for each in candidates for number in each}
        seen: dict[int, tuple[str | None, Document]] = {}
        for number, document in self._read_again(numbers, again):
            seen[number] = (Naming(document).name.id, document)
        for each in candidates:
            if len({hash(seen[number][0]) for number in each}) > 1:
                # Their ids had one hash, whatever they were: now they have not.
                raise changed_input(self.ledger.places.at(each[0])[0])
        first_of = repeated(candidates, {number: id_ for number, (id_, _) in seen.items()})
        for number, first in first_of.items():
            id_, document = seen[number]
            before = seen[first][1]
            said = Diagnostic(
                "document.duplicate-id",
                f"the id `{id_}` stands already in {before.path}:{before.line}",
                span=document.span(("id",)).on_its_line(),
                help="keep one of them: this one is checked by itself, and compared with no other document",
            )
            with self.interrupts.held():
                self.ledger.gaps.add(Gap.REPEATED)
                self.ledger.say(said)
        left = self.groups.leave_out(first_of.keys())
        alone = teller.tell_alone(left, again)
        for checked, member in left:
            told = alone[checked.number, member.document, member.ordinal]
            finding = self.maker.of_repeated(checked, told)
            self.ledger.count(Verdict.UNDETERMINED, 1)
            self.ledger.applied(checked)
            self._found(member.document, checked, finding)

    def _group(self, group: Group, told: Mapping[tuple[int, int, int], Told]) -> None:
        """A group's verdict in each document that holds members of it."""
        numbers = dict.fromkeys(member.document for member in group.members)
        if group.verdict in FOUND:
            members = [told[group.check.number, member.document, member.ordinal] for member in group.members]
            if group.verdict is Verdict.UNDETERMINED and self._is_unjudged(group, members):
                return
            for number, finding in zip(numbers, self.maker.of_group(group, members), strict=True):
                self.ledger.count(group.verdict_in(number), 1)
                self._found(number, group.check, finding)
        else:
            self.ledger.count(group.verdict, len(numbers))
            for number in numbers:
                if group.verdict is Verdict.PASS:
                    self.ledger.passed(number)
                subject = SubjectName(group.check.entity, group.key)
                reason = no_group(self.run.lang) if group.verdict is Verdict.NOT_APPLICABLE else ""
                outcome = CheckOutcome(group.check.id, subject, group.verdict.name.lower(), reason)
                self._of(number, None).outcomes.append(outcome)

    def _is_unjudged(self, group: Group, told: Sequence[Told]) -> bool:
        """Whether a group is undetermined only for what sources do not carry; then it is counted, and no finding."""
        blames = [each.explanation.blame for each in told]
        if not any(blame.uncarried for blame in blames):
            return False
        members = [(member.belongs, member.parts) for member in group.members]
        blame = blame_of_members(group.check, self.run.setting, list(zip(members, blames, strict=True)))
        if blame.only_uncarried:
            ids = {member.document: each.place.name.id for member, each in zip(group.members, told, strict=True)}
            for number, id_ in ids.items():
                if self.ledger.not_judged(number, group.check, blame.uncarried):
                    self._of(number, id_)
                if self.run.details:
                    subject = SubjectName(group.check.entity, group.key)
                    reason = not_carried(blame.uncarried, self.run.lang)
                    outcome = CheckOutcome(group.check.id, subject, "not_judged", reason, blame.uncarried)
                    self._of(number, None).outcomes.append(outcome)
        return blame.only_uncarried

    def _found(self, number: int, checked: Check, finding: Finding) -> None:
        across = self._of(number, finding.document.id)
        across.findings.append((checked.number, finding))
        if self.run.details:
            across.outcomes.append(outcome_of(finding))

    def _of(self, number: int, id_: str | None) -> _Across:
        across = self.found.setdefault(number, _Across(id_, [], []))
        across.id = across.id or id_
        return across

    def close(self) -> None:
        self.groups.close()
