"""What the checks say of one document by itself: counted, told as findings, or put aside for groups."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from orderproof.diagnostic import Severity
from orderproof.document import Document
from orderproof.engine.compiled import Pattern
from orderproof.engine.judgement import Judgement
from orderproof.explain import Explainer, Known
from orderproof.facts.record import Facts, Subject
from orderproof.finding import Finding, SubjectName
from orderproof.findings import FindingMaker, gravest_first, place_in
from orderproof.groups import Told as ToldMember
from orderproof.groups import asked_of, brought
from orderproof.language.typed import UNKNOWN
from orderproof.members.packing import Brought
from orderproof.messages import does_not_apply, no_subject, not_carried
from orderproof.outcome import PASSED, VERDICTS, Outcome, Said, Told, Unjudged, flags_of
from orderproof.policies import Policy
from orderproof.report.model import CheckOutcome, Gap, outcome_of
from orderproof.ruleset.program import Check, Verdict
from orderproof.run import Run
from orderproof.subject import Naming
from orderproof.tree import write_pointer

if TYPE_CHECKING:
    from orderproof.fast import Kind


class Waiting(Struct, frozen=True):
    """A document whose facts are read and wait for their verdicts.

    ``said`` is what its line was judged to be; where its ``kind`` is given, only its findings are still to be told.
    """

    number: int
    document: Document
    facts: Facts
    confirm: bool
    said: Pattern | None = None
    kind: "Kind | None" = None


class OwnChecks:
    """What the checks say of one document."""

    def __init__(
        self, result: Outcome, events: list[Told | Said], policy: Policy, of: Waiting, judgement: Judgement
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
        self._findings: list[tuple[int, Finding]] = []
        self._outcomes: list[CheckOutcome] = []
        self._members: list[Brought] = []
        self._applied = 0

    def tell(self, run: Run) -> None:
        """Count the verdicts; put the findings, and the document where something is to be told of it, in order."""
        maker = FindingMaker(run.lang, run.setting.zone)
        if self._of.kind is None:
            self._all(run, maker)
        else:
            self._found(self._of.kind, run, maker)
        self._told(run)

    def _found(self, kind: "Kind", run: Run, maker: FindingMaker) -> None:
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
                self._count(Verdict.NOT_APPLICABLE)
                if run.details:
                    reason = no_subject(checked.entity, run.lang)
                    none = SubjectName(checked.entity, "")
                    self._outcomes.append(CheckOutcome(checked.id, none, "not_applicable", reason))
            for subject, given in zip(self._of.facts.subjects[checked.entity], verdicts, strict=True):
                self._verdict(checked, Verdict(given), subject, run, maker)

    def _told(self, run: Run) -> None:
        findings = tuple(finding for _, finding in sorted(self._findings, key=gravest_first))
        if self._members:
            self._result.members.append((self._of.number, self._members))
        self._result.apply(self._applied)
        flags = flags_of(findings, passed=self._passed, unjudged=self._lacks_a_verdict)
        self._result.flags[self._of.number] = flags
        if findings or run.every_document or self._outcomes:
            document, outcomes = self._of.document, tuple(self._outcomes)
            name, sha256 = self._naming.name, document.sha256
            self._events.append(Told(self._of.number, name, sha256, VERDICTS[flags], findings, outcomes))

    def _verdict(self, checked: Check, verdict: Verdict, subject: Subject, run: Run, maker: FindingMaker) -> None:
        if verdict is Verdict.NOT_APPLICABLE or (verdict is Verdict.PASS and checked.grouping is None):
            self._without_finding(checked, verdict, subject, run)
            return
        if checked.grouping is not None and self._joins(checked, verdict, subject, self._known_for(run)):
            return
        self._applied |= 1 << checked.number
        explainer = self._explainer_for(run)
        if checked.grouping is None:
            asked = maker.asked(checked, verdict, subject, explainer)
        else:
            self._result.gaps.add(Gap.NO_KEY)
            verdict = Verdict.UNDETERMINED
            asked = asked_of(checked, None)
        if verdict is Verdict.UNDETERMINED and self._policy.program.uncarried:
            blame = explainer.blame(asked, subject)
            if blame.only_uncarried:
                self._unjudged(checked, blame.uncarried, self._naming.subject(subject[-1]), run)
                return
        place = place_in(checked, subject, self._of.number, self._naming)
        explanation = explainer.explain(asked, subject)
        if checked.grouping is None:
            finding = maker.of_document(checked, verdict, subject, place, explainer, explanation)
        else:
            identity = tuple(map(self._naming.identity, subject))
            told = ToldMember(self._naming.subject(subject[-1]), place, explanation, identity=identity)
            finding = maker.of_keyless(checked, told)
        self._count(verdict)
        if run.details:
            self._outcomes.append(outcome_of(finding))
        self._findings.append((checked.number, finding))

    def _without_finding(self, checked: Check, verdict: Verdict, subject: Subject, run: Run) -> None:
        """A check that passes, or does not apply to a subject."""
        self._count(verdict)
        if verdict is Verdict.PASS:
            self._applied |= 1 << checked.number
        if run.details:
            reason = ""
            if run.reasons and verdict is Verdict.NOT_APPLICABLE:
                reason = does_not_apply(self._explainer_for(run).explain((checked.when,), subject), run.lang)
            of = self._naming.subject(subject[-1])
            self._outcomes.append(CheckOutcome(checked.id, of, verdict.name.lower(), reason))

    def _known_for(self, run: Run) -> Known:
        self._known = self._known or Known(self._policy.program, run.setting, self._of.facts, self._judgement)
        return self._known

    def _explainer_for(self, run: Run) -> Explainer:
        self._explainer = self._explainer or Explainer(self._known_for(run), self._naming)
        return self._explainer

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
        self._applied |= 1 << checked.number
        if run.details:
            missing = tuple(fields)
            reason = not_carried(missing, run.lang)
            self._outcomes.append(CheckOutcome(checked.id, subject, "not_judged", reason, missing))

    def _joins(self, checked: Check, verdict: Verdict, subject: Subject, known: Known) -> bool:
        """Whether a subject is a member of a group, or may be; it is put aside for it."""
        member = brought(checked, True if verdict is Verdict.PASS else UNKNOWN, subject, known)
        if member is not None:
            self._members.append(member)
        return member is not None

    def _count(self, verdict: Verdict) -> None:
        self._result.counts[verdict] += 1
        self._passed = self._passed or verdict is Verdict.PASS
