"""The report of records, one on a line (``schemas/report-ndjson.schema.json``): each is out as soon as it is known."""

from collections.abc import Iterable

from orderproof.diagnostic import Diagnostic
from orderproof.finding import DocumentName
from orderproof.report.encode import Json, encode
from orderproof.report.model import Across, CheckedDocument, CheckOutcome, Ending, Head, Options
from orderproof.report.plain import (
    plain_diagnostic,
    plain_document,
    plain_ending,
    plain_finding,
    plain_head,
    plain_name,
    plain_outcome,
)
from orderproof.report.write import Output

FORMAT = "orderproof.report-ndjson/1"


class NdjsonStream:
    """A report of records. One without its ``end`` is not whole."""

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self.wants_every_document = options.every_document
        self.wants_details = options.details

    def head(self, head: Head) -> None:
        self._record("head", {"format": FORMAT, **plain_head(head), "document_type": head.document_type})

    def document(self, document: CheckedDocument) -> None:
        for finding in document.findings:
            self._record("finding", plain_finding(finding))
        if self.wants_every_document:
            self._record("document", plain_document(document))
        self._outcomes(document.name, document.outcomes)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._record("diagnostic", plain_diagnostic(diagnostic))

    def across(self, across: Across) -> None:
        for finding in across.findings:
            self._record("finding", plain_finding(finding))
        if across.verdict is not across.was:
            document = plain_name(across.name)
            self._record("verdict", {"document": document, "verdict": across.verdict.value, "was": across.was.value})
        self._outcomes(across.name, across.outcomes)

    def _outcomes(self, name: DocumentName, outcomes: Iterable[CheckOutcome]) -> None:
        for outcome in outcomes if self.wants_details else ():
            self._record("outcome", plain_outcome(name, outcome))

    def end(self, ending: Ending) -> None:
        self._record("end", plain_ending(ending))

    def _record(self, kind: str, fields: dict[str, Json]) -> None:
        self._out.write(encode({"record": kind, **fields}) + b"\n")
