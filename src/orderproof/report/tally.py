"""How often each rule gave each verdict in a run, for reports that tell of rules."""

from collections import Counter
from collections.abc import Iterable

from orderproof.finding import Finding
from orderproof.report.model import Across, CheckedDocument, CheckOutcome, Head, RuleInfo

FOUND = ("violation", "undetermined")
"""The verdicts of findings: they are counted by these, the others by what every check said."""


class Tally:
    """Counts by rule, over all subjects. ``rules`` are those of the run in its order, then any other that found something.

    ``excused`` counts findings that are ``waived`` or ``known``, which are in ``counts``, too. Whether a
    rule ever passed is known only where the run told what every check said.
    """

    def __init__(self, head: Head) -> None:
        self.rules: list[RuleInfo] = list(head.rules)
        self.numbers: dict[str, int] = {rule.id: number for number, rule in enumerate(self.rules)}
        self.counts: list[Counter[str]] = [Counter() for _ in self.rules]
        self.excused: list[Counter[str]] = [Counter() for _ in self.rules]
        self.detailed = False

    def add(self, of: CheckedDocument | Across) -> None:
        """Count what was found of a document, and what every check said of it."""
        for finding in of.findings:
            number = self.number(finding)
            self.counts[number][finding.verdict] += 1
            if not finding.counts:
                self.excused[number]["known" if finding.waived is None else "waived"] += 1
        self._add_outcomes(of.outcomes)

    def number(self, finding: Finding) -> int:
        """The number of a finding's rule among ``rules``."""
        if finding.rule not in self.numbers:
            self.numbers[finding.rule] = len(self.rules)
            self.rules.append(RuleInfo(finding.rule, finding.title, finding.clause, finding.severity))
            self.counts.append(Counter())
            self.excused.append(Counter())
        return self.numbers[finding.rule]

    def _add_outcomes(self, outcomes: Iterable[CheckOutcome]) -> None:
        for outcome in outcomes:
            self.detailed = True
            number = self.numbers.get(outcome.rule)
            if number is not None and outcome.verdict not in FOUND:
                self.counts[number][outcome.verdict] += 1
