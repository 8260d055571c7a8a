"""A run gathered into one report, for who wants it whole."""

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.model import Across, CheckedDocument, Ending, Head, Report


class Collector:
    """A stream that keeps everything it is told."""

    wants_every_document = True
    wants_details = True

    def __init__(self) -> None:
        self._head: Head | None = None
        self._ending = Ending()
        self._documents: list[CheckedDocument] = []
        self._diagnostics: list[Diagnostic] = []

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        self._documents.append(document)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._diagnostics.append(diagnostic)

    def across(self, across: Across) -> None:
        own = self._documents[across.number]
        self._documents[across.number] = replace(
            own,
            verdict=across.verdict,
            findings=tuple(sorted((*own.findings, *across.findings), key=_is_warning)),
            outcomes=(*own.outcomes, *across.outcomes),
        )

    def end(self, ending: Ending) -> None:
        self._ending = ending

    @property
    def report(self) -> Report:
        """The report of a run that has ended."""
        assert self._head is not None
        head, ending = self._head, self._ending
        return Report(
            as_of=head.as_of,
            rule_sets=head.rule_sets,
            parameters=head.parameters,
            complete=ending.complete,
            gaps=ending.gaps,
            documents=tuple(self._documents),
            checks=ending.checks,
            diagnostics=tuple(self._diagnostics),
            document_type=head.document_type,
            interrupted=ending.interrupted,
            engines=ending.engines,
            confirmed=ending.confirmed,
            not_judged=ending.not_judged,
            rules=head.rules,
            waivers=head.waivers,
            baseline=head.baseline,
            left_out=head.left_out,
            excused=ending.excused,
            never_applicable=ending.never_applicable,
        )


def _is_warning(finding: Finding) -> bool:
    return finding.severity is not Severity.ERROR
