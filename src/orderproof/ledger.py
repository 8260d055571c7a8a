"""What a run has found so far: its documents, what was said of each, and what kept it from being complete."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.report.model import (
    CheckCounts,
    CheckedDocument,
    CheckOutcome,
    DocumentVerdict,
    Gap,
    Report,
    RuleSetName,
)
from orderproof.ruleset.program import Check, Program, Verdict


@dataclass
class Entry:
    """A document of the run while its findings are gathered; ``passed`` once a check of it passed."""

    name: DocumentName
    sha256: str | None
    readable: bool
    passed: bool = False
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    outcomes: list[tuple[int, CheckOutcome]] = field(default_factory=list)


class Ledger:
    """The entries of a run, by the number of each document. With ``details`` also what every check said is kept."""

    def __init__(self, *, details: bool) -> None:
        self.details = details
        self.entries: list[Entry] = []
        self.diagnostics: list[Diagnostic] = []
        self.gaps: set[Gap] = set()
        self._verdicts: Counter[Verdict] = Counter()

    def enter(self, name: DocumentName, sha256: str | None, *, readable: bool) -> int:
        """The number of a document that is new to the run."""
        self.entries.append(Entry(name, sha256, readable))
        return len(self.entries) - 1

    def count(self, number: int, check: Check, verdict: Verdict, subject: SubjectName | None) -> None:
        """Count a verdict; the subject is only needed where details are kept."""
        self._verdicts[verdict] += 1
        entry = self.entries[number]
        entry.passed = entry.passed or verdict is Verdict.PASS
        if subject is not None and self.details:
            entry.outcomes.append((check.number, CheckOutcome(check.id, subject, verdict.name.lower())))

    def found(self, number: int, check: Check, verdict: Verdict, finding: Finding) -> None:
        """Count a verdict that is a finding, and keep the finding."""
        self.count(number, check, verdict, finding.subject)
        self.entries[number].findings.append((check.number, finding))

    def report(self, program: Program, as_of: datetime) -> Report:
        """The report of a run that has ended."""
        if any(not entry.readable for entry in self.entries):
            self.gaps.add(Gap.UNREADABLE)
        return Report(
            as_of=as_of,
            rule_sets=(RuleSetName(program.id, program.version, program.sha256),),
            parameters=program.parameters,
            complete=self.gaps <= {Gap.NO_KEY},
            gaps=tuple(gap for gap in Gap if gap in self.gaps),
            documents=tuple(_checked(entry, program.document_type) for entry in self.entries),
            checks=CheckCounts(
                passed=self._verdicts[Verdict.PASS],
                violation=self._verdicts[Verdict.VIOLATION],
                undetermined=self._verdicts[Verdict.UNDETERMINED],
                not_applicable=self._verdicts[Verdict.NOT_APPLICABLE],
            ),
            diagnostics=tuple(self.diagnostics),
        )


def _checked(entry: Entry, type_: str) -> CheckedDocument:
    findings = tuple(finding for _, finding in sorted(entry.findings, key=_gravest_first))
    outcomes = tuple(outcome for _, outcome in sorted(entry.outcomes, key=lambda pair: pair[0]))
    return CheckedDocument(entry.name, type_, entry.sha256, _verdict(entry), findings, outcomes)


def _gravest_first(found: tuple[int, Finding]) -> tuple[bool, int]:
    """Errors, then warnings; of each those of the rule set's first checks first."""
    number, finding = found
    return finding.severity is not Severity.ERROR, number


def _verdict(entry: Entry) -> DocumentVerdict:
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
