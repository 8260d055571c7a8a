"""The JSON report: the contract that others build on (``schemas/report.schema.json``)."""

from collections.abc import Iterable, Iterator
from itertools import islice

from orderproof.diagnostic import Diagnostic
from orderproof.finding import DocumentName
from orderproof.report.encode import Json, encode, indented
from orderproof.report.model import Across, CheckedDocument, CheckOutcome, Ending, Head, Options, Report
from orderproof.report.plain import (
    plain_diagnostic,
    plain_document,
    plain_ending,
    plain_finding,
    plain_head,
    plain_outcome,
)
from orderproof.report.replay import replay
from orderproof.report.write import Aside, Output, TextOutput

FORMAT = "orderproof.report/1"

_DOCUMENT_LINES = 8
_VERDICT_LINE = 6
"""A document takes so many lines, of which this one, from 0, says its verdict."""


class JsonStream:
    """The report as JSON. It is the same in every language, and has no character that a terminal acts on.

    Its beginning is known last, so the lists in it are put aside until then, and nothing is written before.
    """

    wants_every_document = True

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self.wants_details = options.details
        self._head: Head | None = None
        self._documents = Aside()
        self._findings = Aside()
        self._diagnostics = Aside()
        self._verdicts = Aside()
        self._outcomes = Aside()

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        _add(self._documents, plain_document(document))
        for finding in document.findings:
            _add(self._findings, plain_finding(finding))
        self._add_outcomes(document.name, document.outcomes)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        _add(self._diagnostics, plain_diagnostic(diagnostic))

    def across(self, across: Across) -> None:
        for finding in across.findings:
            _add(self._findings, plain_finding(finding))
        if across.verdict is not across.was:
            self._verdicts.write(f"{across.number} {across.verdict.value}\n".encode())
        self._add_outcomes(across.name, across.outcomes)

    def _add_outcomes(self, name: DocumentName, outcomes: Iterable[CheckOutcome]) -> None:
        """What checks said, each on a line: there may be very many."""
        for outcome in outcomes if self.wants_details else ():
            start = b"\n    " if self._outcomes.empty else b",\n    "
            self._outcomes.write(start + encode(plain_outcome(name, outcome)))

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        opening = indented({"format": FORMAT, **plain_head(self._head), **plain_ending(ending)})
        self._out.write(opening.removesuffix(b"\n}"))
        documents = self._documents.portions() if self._verdicts.empty else self._revised()
        self._list("documents", self._documents, documents)
        self._list("findings", self._findings, self._findings.portions())
        self._list("diagnostics", self._diagnostics, self._diagnostics.portions())
        if self.wants_details:
            self._list("outcomes", self._outcomes, self._outcomes.portions())
        self._out.write(b"\n}\n")

    def _list(self, name: str, items: Aside, portions: Iterable[bytes]) -> None:
        self._out.write(f',\n  "{name}": ['.encode())
        for portion in portions:
            self._out.write(portion)
        self._out.write(b"]" if items.empty else b"\n  ]")
        items.close()

    def _revised(self) -> Iterator[bytes]:
        """The documents, with the verdicts that became others after they were written."""
        lines = self._documents.lines()
        at = 0
        for line in self._verdicts.lines():
            number, verdict = line.split()
            # the first of all lines ends the one with which the list begins
            place = 1 + int(number) * _DOCUMENT_LINES + _VERDICT_LINE
            assert place >= at
            yield from _joined(islice(lines, place - at))
            yield next(lines).partition(b":")[0] + b": " + encode(verdict.decode()) + b"\n"
            at = place + 1
        yield from _joined(lines)
        self._verdicts.close()


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    while portion := b"".join(islice(lines, 1024)):
        yield portion


def _add(items: Aside, item: Json) -> None:
    items.write((b"\n    " if items.empty else b",\n    ") + indented(item, 2))


def render_json(report: Report, options: Options) -> str:
    """The report as JSON text."""
    out = TextOutput()
    replay(report, JsonStream(out, options))
    return out.text
