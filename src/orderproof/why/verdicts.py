"""Why a rule has its verdict: every part of it with its truth and values, for each document and subject.

The verdicts are those of ``check``; what stands beside them is opened by the plain evaluator. Where the two do not
fit together EngineFaultError is raised, so that nothing is explained that ``check`` does not say.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from orderproof.check import EngineFaultError, Run, check
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.document import Document, Notice, Reading
from orderproof.engine.judgement import Judgement
from orderproof.engine.reference import Conclusions, settled, verdict
from orderproof.explain import Explainer, Known
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, Subject
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.groups import Group, Groups, Member, asked_of
from orderproof.language.evaluate import Evaluator
from orderproof.language.typed import UNKNOWN
from orderproof.members.supposing import supposing
from orderproof.reading.inputs import holds_none
from orderproof.report.model import CheckedDocument, CheckOutcome, DocumentVerdict, Report
from orderproof.ruleset.model import RuleSet
from orderproof.ruleset.program import Check, Program, Verdict
from orderproof.ruleset.uncarried import without
from orderproof.source import Span
from orderproof.subject import Naming
from orderproof.why.opening import GroupMember, Opener
from orderproof.why.reasons import NOT_JUDGED, DocumentWhy, GroupWhy, Joining, Judged, Why
from orderproof.why.steps import Step
from orderproof.why.wording import Wording, always


def explain_rule(readings: Sequence[Reading], run: Run, rule_set: RuleSet, subject: str | None = None) -> Why:
    """Explain the one check of a run's Program; of one subject (or group) where its key is given.

    Raises OrderproofError where no subject has that key.
    """
    report = check(readings, run)
    documents_read = [reading for reading in readings if not isinstance(reading, Notice) and not holds_none(reading)]
    (checked,) = run.program.checks
    work = _Work(run, checked, Wording(rule_set))
    known = [
        None if document.verdict is DocumentVerdict.UNREADABLE else work.known(number, reading)
        for number, (reading, document) in enumerate(zip(documents_read, report.documents, strict=True))
    ]
    if checked.grouping is None:
        documents = tuple(work.document(of, document) for of, document in zip(known, report.documents, strict=True))
        why = Why(checked, report, documents, ())
    else:
        why = work.joined(known, report)
    return why if subject is None else _of_subject(why, subject)


def known_rule(rule_set: RuleSet, rule: str, before: Sequence[str] = ()) -> str:
    """The id of a check that there is; raises OrderproofError for another one, and says so if it stands ``before``."""
    known = [check.id.value for check in rule_set.checks]
    if rule in known:
        return rule
    hint = did_you_mean(rule, known) or "`orderproof rules list` names all checks"
    if any(each in known for each in before):
        hint = "the rule is the last argument, after the documents"
    elif _is_file(rule):
        hint = "the rule comes last, after the documents; `orderproof rules list` names all rules"
    raise OrderproofError([Diagnostic("rules.unknown-check", f"no check is called `{rule}`", path=rule, help=hint)])


def _is_file(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # a name too long, or one that no file can have
        return False


class _Known(Struct, frozen=True):
    """A document with all that is known of it, and the check as it is for its source."""

    number: int
    name: DocumentName
    facts: Facts
    explainer: Explainer
    check: Check

    @property
    def unseen(self) -> bool:
        """Whether its source does not carry the check's subjects."""
        return self.check.number in self.explainer.program.unseen

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return () if self.unseen else self.facts.subjects[self.check.entity]


class _Joined(Struct, frozen=True):
    """A member of a group, by its position in its document; its opener knows what of it was opened already."""

    known: _Known
    subject: Subject
    position: int
    opener: Opener


class _Told(Struct, frozen=True):
    """What ``check`` says of a document and is not explained yet, in its order."""

    outcomes: Iterator[CheckOutcome]
    findings: Iterator[Finding]


@dataclass
class _Work:
    """What is the same for all documents, and the members of groups so far."""

    run: Run
    check: Check
    wording: Wording
    members: dict[tuple[int, int], _Joined] = field(default_factory=dict)
    programs: dict[frozenset[tuple[str, ...]], Program] = field(default_factory=dict)

    def known(self, number: int, reading: Reading) -> _Known:
        assert isinstance(reading, Document)
        uncarried = frozenset[tuple[str, ...]]() if reading.source is None else reading.source.not_carried
        if uncarried not in self.programs:
            self.programs[uncarried] = without(self.run.program, uncarried)
        program, setting = self.programs[uncarried], self.run.setting
        facts = FactReader(self.run.schema, program.plan, self.run.document_zone).read(reading.values)
        assert isinstance(facts, Facts)
        if self.run.attachments is not None:
            facts = self.run.attachments.added(program.plan, reading, facts)
        naming = Naming(reading)
        _, conclusions = settled(program, setting, facts)
        explainer = Explainer(Known(program, setting, facts, Judgement((), conclusions.states())), naming)
        (checked,) = program.checks
        return _Known(number, naming.name, facts, explainer, checked)

    def opener(self, known: _Known) -> Opener:
        return Opener(known.explainer, self.wording, known.explainer.evaluator)

    @staticmethod
    def when(known: _Known, opener: Opener, subject: Subject) -> Step | None:
        return None if always(known.check.when) else opener.condition(known.check.when, subject)

    def named(self, known: _Known, subject: Subject) -> tuple[SubjectName, Span]:
        naming = known.explainer.naming
        return naming.subject(subject[-1]), naming.span(subject[-1].pointer)

    # Checks of one document

    def document(self, known: _Known | None, document: CheckedDocument) -> DocumentWhy:
        if known is None:
            return DocumentWhy(document.name, None)
        return DocumentWhy(document.name, tuple(self.judged(known, document)), known.unseen)

    def judged(self, known: _Known, document: CheckedDocument) -> Iterator[Judged]:
        outcomes = iter(document.outcomes)
        findings = iter(document.findings)
        if not known.subjects:
            self.without_subject(known, next(outcomes).verdict)
        for subject, outcome in zip(known.subjects, outcomes, strict=True):
            given = verdict(known.check, known.explainer.evaluator, subject)
            applies = known.explainer.evaluator.truth(known.check.when, subject)
            asked = (known.check.when, known.check.require) if applies is True else (known.check.when,)
            only = given is Verdict.UNDETERMINED and known.explainer.explain(asked, subject).only_uncarried
            self.same(known, outcome.verdict, given, not_judged=only)
            found = given in (Verdict.VIOLATION, Verdict.UNDETERMINED) and not only
            finding = next(findings) if found else None
            opener = self.opener(known)
            name, span = self.named(known, subject)
            yield Judged(
                subject=name,
                span=span,
                verdict=outcome.verdict,
                when=self.when(known, opener, subject),
                require=opener.condition(known.check.require, subject) if applies is True else None,
                message="" if finding is None else finding.message,
                missing=() if finding is None else finding.missing,
            )

    def without_subject(self, known: _Known, told: str) -> None:
        given = Verdict.UNDETERMINED if known.unseen else Verdict.NOT_APPLICABLE
        self.same(known, told, given, not_judged=known.unseen)

    def same(self, known: _Known, told: str, given: Verdict, *, not_judged: bool = False) -> None:
        if told != (NOT_JUDGED if not_judged else given.name.lower()):
            reason = f"check says {told} of {self.check.id}, what explains it says {given.name.lower()}"
            raise EngineFaultError(known.name, reason)

    # Checks across documents

    def joined(self, known: Sequence[_Known | None], report: Report) -> Why:
        groups = Groups(self.run.program, self.run.setting, self.run.lang)
        told = [_Told(iter(document.outcomes), iter(document.findings)) for document in report.documents]
        seen: set[str] = set()
        subjects: list[list[Joining]] = []
        for of in known:
            subjects.append([])
            if of is None:
                continue
            compared = of.name.id is None or of.name.id not in seen
            seen |= set() if of.name.id is None else {of.name.id}
            if not of.subjects:
                self.without_subject(of, next(told[of.number].outcomes).verdict)
            for subject in of.subjects:
                subjects[-1].append(self.joining(groups, of, subject, told[of.number], compared=compared))
        explained: list[GroupWhy] = []
        numbers: dict[tuple[int, int], int] = {}
        for number, group in enumerate(groups.judged()):
            members = [(self.members[member.document, member.ordinal], member) for member in group.members]
            numbers |= {(member.document, member.ordinal): number for member in group.members}
            messages: list[str] = []
            not_judged = False
            for of in {joined.known.number: joined.known for joined, _ in members}.values():
                said, given = next(told[of.number].outcomes).verdict, group.verdict_in(of.number)
                not_judged = given is Verdict.UNDETERMINED and said == NOT_JUDGED
                self.same(of, said, given, not_judged=not_judged)
                if group.verdict in (Verdict.VIOLATION, Verdict.UNDETERMINED) and not not_judged:
                    messages.append(next(told[of.number].findings).message)
            why = self.group(number, group, members, messages[0] if messages else "")
            explained.append(replace(why, verdict=NOT_JUDGED) if not_judged else why)
        for rest, document in zip(told, report.documents, strict=True):
            if next(rest.outcomes, None) is not None:
                raise EngineFaultError(document.name, f"check says more of {self.check.id} than can be explained")
        # Which group a subject is in is known only now, that all are gathered.
        for member, joined in self.members.items():
            at = subjects[joined.known.number]
            at[joined.position] = replace(at[joined.position], group=numbers[member])
        documents = tuple(
            DocumentWhy(document.name, None if of is None else tuple(here), of is not None and of.unseen)
            for of, document, here in zip(known, report.documents, subjects, strict=True)
        )
        return Why(self.check, report, documents, tuple(explained))

    def joining(self, groups: Groups, known: _Known, subject: Subject, told: "_Told", *, compared: bool) -> Joining:
        """A subject on its way to a group, which it has put itself into."""
        checked, explainer = known.check, known.explainer
        assert checked.grouping is not None
        opener = self.opener(known)
        name, span = self.named(known, subject)
        belongs = explainer.evaluator.truth(checked.when, subject)
        when = self.when(known, opener, subject)
        joining = Joining(name, span, None if belongs is UNKNOWN else belongs, when, (), None, compared, "")
        if belongs is False:
            self.same(known, next(told.outcomes).verdict, Verdict.NOT_APPLICABLE)
            return joining
        if belongs is UNKNOWN:
            opener = dataclasses.replace(opener, evaluator=supposing(checked, subject, explainer.known))
        keys = tuple(step for key in checked.grouping.keys for step in opener.side(key, subject))
        joining = replace(joining, keys=keys)
        if not groups.add(checked, belongs, subject, known.number, explainer.known, joins=compared):
            only = compared and explainer.explain(asked_of(checked, None), subject).only_uncarried
            self.same(known, next(told.outcomes).verdict, Verdict.UNDETERMINED, not_judged=only)
            return replace(joining, message="" if only else next(told.findings).message, not_judged=only)
        position = subject[-1].ordinal
        self.members[known.number, position] = _Joined(known, subject, position, opener)
        return joining

    def group(self, number: int, group: Group, members: Sequence[tuple[_Joined, Member]], message: str) -> GroupWhy:
        grouping = self.check.grouping
        assert grouping is not None
        brought: list[GroupMember] = []
        named: list[tuple[DocumentName, SubjectName, Span, bool]] = []
        for joined, member in members:
            name, span = self.named(joined.known, joined.subject)
            own = joined.known.check.grouping
            assert own is not None
            parts = tuple(zip(own.parts, member.parts, strict=True))
            label = f"{name.entity} {name.key}"
            named.append((joined.known.name, name, span, member.belongs is True))
            brought.append(
                GroupMember(joined.known.name, label, span, joined.opener, joined.subject, member.belongs, parts)
            )
        sides = [(member.belongs, member.parts) for _, member in members]
        evaluator = Evaluator(self.run.setting, Conclusions(), sides)
        opener = Opener(members[0][0].known.explainer, self.wording, evaluator, tuple(brought))
        having = None if grouping.having is None else opener.condition(grouping.having, ())
        asked = grouping.having is None or evaluator.truth(grouping.having, ()) is not False
        return GroupWhy(
            number=number,
            key=group.key,
            verdict=group.verdict.name.lower(),
            members=tuple(named),
            unsure=sum(member.belongs is not True for _, member in members),
            having=having,
            require=opener.condition(self.check.require, ()) if asked else None,
            message=message,
        )


def _of_subject(why: Why, key: str) -> Why:
    """The part of an explanation that is about one subject, or about one group."""
    groups = {group.number for group in why.groups if group.key == key}
    documents: list[DocumentWhy] = []
    known: list[str] = [group.key for group in why.groups]
    for document in why.documents:
        kept: list[Judged | Joining] = []
        for subject in document.subjects or ():
            known.append(subject.subject.key)
            in_group = isinstance(subject, Joining) and subject.group in groups
            if subject.subject.key == key or in_group:
                kept.append(subject)
        if kept:
            documents.append(replace(document, subjects=tuple(kept)))
    if not documents:
        message = f"`{why.check.id}` has no subject `{key}` in these documents"
        named = ", ".join(list(dict.fromkeys(known))[:20])
        hint = did_you_mean(key, known) or (f"subjects: {named}" if named else "it has no subjects there")
        raise OrderproofError([Diagnostic("explain.unknown-subject", message, path="--subject", help=hint)])
    joined = {
        subject.group for document in documents for subject in document.subjects or () if isinstance(subject, Joining)
    }
    return replace(
        why, documents=tuple(documents), groups=tuple(group for group in why.groups if group.number in joined)
    )
