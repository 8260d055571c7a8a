"""A report that is whole, told as if its run went on."""

from collections import Counter

from orderproof.diagnostic import Diagnostic
from orderproof.facts.mistyped import MISTYPED
from orderproof.report.model import NAMED, DocumentVerdict, Ending, Head, Report
from orderproof.report.stream import Stream


def replay(report: Report, stream: Stream) -> None:
    """Tell a stream all that a report holds. Each document is told with all its findings and its final verdict."""
    stream.head(head_of(report))
    for document in report.documents:
        stream.document(document)
    for diagnostic in report.diagnostics:
        stream.diagnostic(diagnostic)
    stream.end(ending_of(report))


def head_of(report: Report) -> Head:
    """What was known of the run before anything was judged."""
    return Head(
        as_of=report.as_of,
        rule_sets=report.rule_sets,
        parameters=report.parameters,
        document_type=report.document_type,
        rules=report.rules,
        waivers=report.waivers,
        baseline=report.baseline,
        left_out=report.left_out,
    )


def ending_of(report: Report) -> Ending:
    """What the report says in all."""
    documents = report.documents
    unreadable = [d.name for d in documents if d.verdict is DocumentVerdict.UNREADABLE]
    mistyped = [mistyped_field(diagnostic) for diagnostic in report.diagnostics if diagnostic.code == MISTYPED]
    return Ending(
        complete=report.complete,
        interrupted=report.interrupted,
        gaps=report.gaps,
        documents=Counter(document.verdict for document in documents),
        warned=sum(document.verdict is DocumentVerdict.PASS and bool(document.findings) for document in documents),
        checks=report.checks,
        findings=Counter((finding.severity, finding.verdict) for d in documents for finding in d.findings),
        not_counting=Counter((f.severity, f.verdict) for d in documents for f in d.findings if not f.counts),
        unreadable=tuple(unreadable[:NAMED]),
        mistyped=tuple(mistyped[:NAMED]),
        mistyped_count=len(mistyped),
        engines=report.engines,
        confirmed=report.confirmed,
        not_judged=report.not_judged,
        excused=report.excused,
        never_applicable=report.never_applicable,
    )


def mistyped_field(diagnostic: Diagnostic) -> str:
    """The field that is likely mistyped: the path that a diagnostic of a document begins with, in backticks."""
    path, sign, _ = diagnostic.message.removeprefix("`").rpartition("`: ")
    return path if sign else diagnostic.message
