"""A report with so many findings of each rule; how many more there were is said at its end."""

from collections import Counter

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.model import Across, CheckedDocument, Ending, Head
from orderproof.report.stream import Stream


class Limited:
    """Tells a stream of the first so many findings of each rule, and of everything else: verdicts and counts are those
    of the run.
    """

    def __init__(self, stream: Stream, most: int) -> None:
        self._stream = stream
        self._most = most
        self._found: Counter[str] = Counter()

    @property
    def wants_every_document(self) -> bool:
        return self._stream.wants_every_document

    @property
    def wants_details(self) -> bool:
        return self._stream.wants_details

    def head(self, head: Head) -> None:
        self._stream.head(head)

    def document(self, document: CheckedDocument) -> None:
        self._stream.document(replace(document, findings=self._first(document.findings)))

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._stream.diagnostic(diagnostic)

    def across(self, across: Across) -> None:
        self._stream.across(replace(across, findings=self._first(across.findings)))

    def end(self, ending: Ending) -> None:
        for rule, count in sorted(self._found.items()):
            more = count - self._most
            if more > 0:
                told = f"{more:,} more finding{' of' if more == 1 else 's of'} `{rule}` {'is' if more == 1 else 'are'} not told"
                help_ = f"the counts are of all of them; --max-findings {count} tells each"
                self._stream.diagnostic(Diagnostic("run.more", told, help=help_, severity=Severity.WARNING))
        self._stream.end(ending)

    def _first(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        kept: list[Finding] = []
        for finding in findings:
            self._found[finding.rule] += 1
            if self._found[finding.rule] <= self._most:
                kept.append(finding)
        return tuple(kept)
