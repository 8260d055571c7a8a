"""The accounts of a run: what its outcomes add up to. What is to be told goes on to the reports at once."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.engine.panel import in_words
from orderproof.excuses import Excuses
from orderproof.facts.mistyped import MISTYPED
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.messages import unread
from orderproof.outcome import (
    NOT_JUDGED,
    PASSED,
    UNREADABLE,
    VERDICTS,
    WARNED,
    Outcome,
    Refused,
    Said,
    Told,
    Unjudged,
    flag_of,
)
from orderproof.report.model import (
    NAMED,
    Across,
    CheckCounts,
    CheckedDocument,
    CheckOutcome,
    DocumentVerdict,
    Ending,
    EngineCount,
    Gap,
    NotJudged,
)
from orderproof.report.replay import mistyped_field
from orderproof.report.stream import Stream
from orderproof.ruleset.program import Check, Verdict
from orderproof.run import Run

MAX_SAID = 100
"""Things of one code that are said once a run and told; beyond, it is only counted how often there were more."""
MAX_REFUSALS = 10
"""Documents of a run of which it is told one by one that an engine refused them; the others are only counted."""


class Places:
    """Where each document of a run stands, by its number: of documents that follow each other the first is kept."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._first: list[tuple[str, int, str]] = []

    def add(self, number: int, path: str, index: int, source: str) -> None:
        """From this number on documents stand here, one after the other."""
        if self._numbers:
            before, start, same = self._first[-1]
            if before == path and same == source and start + number - self._numbers[-1] == index:
                return
        self._numbers.append(number)
        self._first.append((path, index, source))

    def at(self, number: int) -> tuple[str, int]:
        """The input of a document, and its index in it."""
        place = bisect_right(self._numbers, number) - 1
        path, index, _ = self._first[place]
        return path, index + number - self._numbers[place]

    def source_of(self, number: int) -> str:
        """The source by whose mapping a document was made; empty where it is its own."""
        return self._first[bisect_right(self._numbers, number) - 1][2]


class Ledger:
    """What is known of a run so far; documents have numbers from 0."""

    def __init__(self, streams: Sequence[Stream], run: Run) -> None:
        self._streams = streams
        self._run = run
        self._type = run.program.document_type
        self._excuses = Excuses(run)
        self._not_counting: Counter[tuple[Severity, str]] = Counter()
        self._applied = 0
        self._flags = bytearray()
        self._verdicts = [0, 0, 0, 0]
        self._findings: Counter[tuple[Severity, str]] = Counter()
        self._said: set[tuple[str, ...]] = set()
        self._kinds: Counter[str] = Counter()
        self._unsaid: Counter[str] = Counter()
        self._mistyped: list[str] = []
        self._unreadable: list[DocumentName] = []
        self._judged: Counter[str] = Counter()
        self._confirmed_by: Counter[str] = Counter()
        self._confirmed = 0
        self._refusals: list[Refused] = []
        self._refusal_count = 0
        self._unjudged: dict[str, Unjudged] = {}
        self._own: dict[int, DocumentVerdict] = {}
        self.gaps: set[Gap] = set()
        self.places = Places()

    @property
    def documents(self) -> int:
        return len(self._flags)

    @property
    def findings(self) -> int:
        return self._findings.total()

    # What comes in

    def take(self, outcome: Outcome) -> int:
        """Add an outcome, and tell what it tells; the number of its first document."""
        first = len(self._flags)
        self._flags += outcome.flags
        self.gaps |= outcome.gaps
        self._applied |= int.from_bytes(outcome.applied, "little")
        self._excuses.meet(outcome)
        for verdict, count in enumerate(outcome.counts):
            self._verdicts[verdict] += count
        number = first
        for stretch in outcome.stretches:
            self.places.add(number, stretch.path, stretch.index, stretch.source)
            number += stretch.count
        self._judged.update(outcome.judged)
        self._confirmed_by.update(outcome.confirmed_by)
        self._confirmed += outcome.confirmed
        for event in outcome.events:
            if isinstance(event, Said):
                self.say(event.diagnostic, event.key)
            else:
                self._tell(event)
        for refused in outcome.refused:
            self._refuse(refused)
        self._leave_unjudged(outcome)
        return first

    def _tell(self, told: Told) -> None:
        if told.verdict is DocumentVerdict.UNREADABLE and len(self._unreadable) < NAMED:
            self._unreadable.append(told.name)
        findings = self._entered(told.findings)
        outcomes = told.outcomes
        if told.verdict is DocumentVerdict.UNREADABLE and self._run.reasons:
            outcomes = self._unread()
        document = CheckedDocument(told.name, self._type, told.sha256, told.verdict, findings, outcomes)
        for stream in self._streams:
            always = findings or outcomes or told.verdict is DocumentVerdict.UNREADABLE
            if always or stream.wants_every_document:
                stream.document(document)

    def _entered(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with what keeps them from counting, counted."""
        found = self._excuses.of(findings)
        for finding in found:
            self._findings[finding.severity, finding.verdict] += 1
            if not finding.counts:
                self._not_counting[finding.severity, finding.verdict] += 1
        return found

    def _unread(self) -> tuple[CheckOutcome, ...]:
        """What every check says of a document that could not be read."""
        reason = unread(self._run.lang)
        checks = self._run.program.checks
        return tuple(CheckOutcome(check.id, SubjectName(check.entity, ""), "error", reason) for check in checks)

    def say(self, diagnostic: Diagnostic, key: tuple[str, ...] | None = None) -> None:
        """Tell a diagnostic; of those with one key only the first."""
        if key is not None:
            if key in self._said:
                return
            if self._kinds[diagnostic.code] >= MAX_SAID:
                self._unsaid[diagnostic.code] += 1
                return
            self._kinds[diagnostic.code] += 1
            if diagnostic.code == MISTYPED and len(self._mistyped) < NAMED:
                self._mistyped.append(mistyped_field(diagnostic))
            self._said.add(key)
        for stream in self._streams:
            stream.diagnostic(diagnostic)

    def _refuse(self, refused: Refused) -> None:
        self._refusal_count += 1
        if self._refusal_count <= MAX_REFUSALS:
            self.say(refused.diagnostic)
        else:
            self._refusals = [refused]

    def _leave_unjudged(self, outcome: Outcome) -> None:
        for source, unjudged in outcome.unjudged.items():
            all_of_it = self._unjudged.setdefault(source, Unjudged())
            all_of_it.documents += unjudged.documents
            all_of_it.fields |= unjudged.fields
            for rule, count in unjudged.rules.items():
                all_of_it.rules[rule] = all_of_it.rules.get(rule, 0) + count

    # Across documents

    def applied(self, check: Check) -> None:
        """A check across documents applied to something."""
        self._applied |= 1 << check.number

    def count(self, verdict: Verdict, documents: int) -> None:
        """Count a verdict of a group, once for each of its documents."""
        self._verdicts[verdict] += documents

    def not_judged(self, number: int, check: Check, fields: Iterable[str]) -> bool:
        """Count a group that could not be judged for want of what sources do not carry, for one of its documents.

        Whether that changes the document's verdict.
        """
        rule = check.id
        unjudged = self._unjudged.setdefault(self.places.source_of(number), Unjudged())
        unjudged.rules[rule] = unjudged.rules.get(rule, 0) + 1
        unjudged.fields |= dict.fromkeys(fields)
        return check.severity is Severity.ERROR and self._mark(number, NOT_JUDGED)

    def passed(self, number: int) -> bool:
        """A check across documents passed for a document; whether that changes its verdict."""
        return self._mark(number, PASSED)

    def all_passed(self, passed: Iterable[int]) -> set[int]:
        """The same of all documents for which one stands in ``passed``, by their numbers; those whose verdict changes."""
        news = [
            number
            for number, (was, now) in enumerate(zip(self._flags, passed, strict=False))
            if now and not was & PASSED
        ]
        return {number for number in news if self.passed(number)}

    def _mark(self, number: int, flag: int) -> bool:
        was = VERDICTS[self._flags[number]]
        self._flags[number] |= flag
        changes = VERDICTS[self._flags[number]] is not was
        if changes:
            self._own.setdefault(number, was)
        return changes

    def across(
        self, number: int, id: str | None, findings: Iterable[Finding], outcomes: Sequence[CheckOutcome] = ()
    ) -> None:
        """Tell what checks across documents found of a document."""
        found = self._entered(findings)
        was = self._own.get(number, VERDICTS[self._flags[number]])
        for finding in found:
            self._flags[number] |= flag_of(finding.severity, finding.verdict)
        path, index = self.places.at(number)
        name = DocumentName(path, index, id)
        told = Across(name, number, VERDICTS[self._flags[number]], was, found, tuple(outcomes))
        for stream in self._streams:
            stream.across(told)

    # The end

    def told_of_excuses(self) -> None:
        """Say what is to be said of waivers and the baseline, now that all is judged."""
        for diagnostic in self._excuses.diagnostics():
            self.say(diagnostic)

    def told_of_the_rest(self) -> None:
        """Say how many documents more an engine refused, and how often more there was something to say."""
        for code, times in self._unsaid.items():
            message = f"{times:,} more of {code} {'is' if times == 1 else 'are'} not told"
            help_ = "mend those that were told, and run it again"
            self.say(Diagnostic("run.more", message, help=help_, severity=Severity.WARNING))
        count = self._refusal_count - MAX_REFUSALS
        if count > 0:
            documents = "1 more document is" if count == 1 else f"{count:,} more documents are"
            by = in_words(self._refusals[0].by)
            message = f"{documents} judged by {by} alone, for reasons like these"
            self.say(Diagnostic("engine.refused", message, severity=Severity.WARNING))

    def ending(self, *, interrupted: bool = False) -> Ending:
        """What the run comes to."""
        flags = Counter(self._flags)
        verdicts: Counter[DocumentVerdict] = Counter()
        warned = 0
        for flag, count in flags.items():
            verdicts[VERDICTS[flag]] += count
            if VERDICTS[flag] is DocumentVerdict.PASS and flag & WARNED:
                warned += count
        if any(flag & UNREADABLE for flag in flags):
            self.gaps.add(Gap.UNREADABLE)
        passed, violation, undetermined, not_applicable = self._verdicts
        not_judged = tuple(
            NotJudged(source, tuple(u.rules), tuple(u.fields), u.documents, sum(u.rules.values()))
            for source, u in sorted(self._unjudged.items())
        )
        unjudged = {rule for each in not_judged for rule in each.rules}
        return Ending(
            complete=self.gaps <= {Gap.NO_KEY, Gap.NOT_CARRIED, Gap.NOT_CHANGED} and not interrupted,
            interrupted=interrupted,
            gaps=tuple(gap for gap in Gap if gap in self.gaps),
            documents=verdicts,
            warned=warned,
            checks=CheckCounts(passed, violation, undetermined, not_applicable, sum(n.count for n in not_judged)),
            findings=dict(self._findings),
            unreadable=tuple(self._unreadable),
            mistyped=tuple(self._mistyped),
            mistyped_count=self._kinds[MISTYPED],
            engines=tuple(
                EngineCount(name, count, self._confirmed_by[name]) for name, count in sorted(self._judged.items())
            ),
            confirmed=self._confirmed,
            not_judged=not_judged,
            not_counting=dict(self._not_counting),
            excused=self._excuses.excused(unjudged, interrupted=interrupted),
            never_applicable=() if interrupted else self._never_applicable(),
        )

    def _never_applicable(self) -> tuple[str, ...]:
        """The checks that applied to nothing; where no document was judged that says nothing."""
        if all(flag & UNREADABLE for flag in self._flags):
            return ()
        return tuple(check.id for check in self._run.program.checks if not self._applied >> check.number & 1)

    def close(self, ending: Ending) -> None:
        """Tell the streams that the run has ended."""
        for stream in self._streams:
            stream.end(ending)
