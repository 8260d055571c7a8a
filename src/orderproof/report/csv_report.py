"""The report as a table for spreadsheets: a line a finding (RFC 4180, UTF-8 with the mark that Excel asks for).

No text in it is taken for a formula: one that could be, at the beginning of a cell or after a semicolon, at which some
spreadsheets part cells, has ``'`` before it. What was not checked has a line, too, and so has each message that says
why, so that no table looks clean that is not. The names of the columns, and their fixed words, are the same in every language.
"""

import csv
import re

from orderproof.diagnostic import Diagnostic, display
from orderproof.finding import DocumentName, Finding
from orderproof.report.brief import all_reads
from orderproof.report.model import Across, CheckedDocument, DocumentVerdict, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.places import cell_of, status_of, told_read
from orderproof.report.quoting import inert
from orderproof.report.shortfall import Shortfall, allowed, shortfalls
from orderproof.report.write import Output, encoded
from orderproof.source import Span
from orderproof.tree import write_pointer

COLUMNS = (
    "verdict",
    "severity",
    "status",
    "rule",
    "clause",
    "title",
    "message",
    "document",
    "index",
    "id",
    "path",
    "line",
    "column",
    "cell",
    "entity",
    "subject",
    "evidence",
    "missing",
    "related",
    "fingerprint",
    "waiver_reason",
    "waiver_owner",
    "waiver_expires",
)
"""The columns. ``verdict`` is that of a finding, or ``unreadable``, ``not_judged``, ``nothing_checked``, ``incomplete``
or ``interrupted``, or ``message`` where a line is what was said of an input, ``rule`` then the code of that; ``status``,
which only findings have, is ``new``, ``waived`` or ``known``.
"""

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
LENGTH = 32_000
"""Characters of a cell that are written: a spreadsheet takes few more."""

_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
_FORMULA = re.compile(rf"^(?=\s*[{_SIGNS}])|(?<=;)(?=[\s\"]*[{_SIGNS}])")

_Row = dict[str, str | int]


class CsvStream:
    """A report as a table. One that is not whole says so in its last line."""

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._own = OWN_WORDS[options.lang]
        self._writer = csv.writer(_Lines(out), lineterminator="\r\n")

    def head(self, _: Head) -> None:
        self._out.write(encoded(MARK))
        self._writer.writerow(COLUMNS)

    def document(self, document: CheckedDocument) -> None:
        if document.verdict is DocumentVerdict.UNREADABLE:
            self._row({"verdict": "unreadable", "severity": "error", **_document(document.name)})
        for finding in document.findings:
            self._row(_finding(finding))

    def across(self, across: Across) -> None:
        for finding in across.findings:
            self._row(_finding(finding))

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        help_ = f"; {self._own.help.format(help=diagnostic.help)}" if diagnostic.help else ""
        row: _Row = {
            "verdict": "message",
            "severity": diagnostic.severity.value,
            "rule": diagnostic.code,
            "message": f"{diagnostic.message}{help_}",
            "document": diagnostic.path or "",
        }
        if diagnostic.span is not None:
            row |= {"document": diagnostic.span.source.name, **_spot(diagnostic.span)}
        self._row(row)

    def end(self, ending: Ending) -> None:
        for each in shortfalls(ending, self._options):
            self._short(each, "error")
        for each in allowed(ending, self._options):
            self._short(each, "warning")

    def _short(self, of: Shortfall, severity: str) -> None:
        verdict = of.code.removeprefix("run.").replace("-", "_")
        self._row({"verdict": verdict, "severity": severity, "message": of.text})

    def _row(self, row: _Row) -> None:
        self._writer.writerow(
            [guarded(held) if isinstance(held := row.get(name, ""), str) else held for name in COLUMNS]
        )


class _Lines:
    """What the writer of lines writes to."""

    def __init__(self, out: Output) -> None:
        self._out = out

    def write(self, line: str) -> None:
        self._out.write(encoded(line))


def guarded(text: str) -> str:
    """A text as a cell: visible, cut, and no formula."""
    visible = display(text[:LENGTH])
    more = len(visible) - LENGTH + max(0, len(text) - LENGTH)
    return inert(_FORMULA.sub("'", visible if more <= 0 else f"{visible[:LENGTH]}… (+{more:,})"))


def _document(name: DocumentName) -> _Row:
    return {"document": name.path, "index": name.index, "id": name.id or ""}


def _spot(span: Span) -> _Row:
    position = span.position
    return {"line": position.line, "column": position.column, "cell": cell_of(span) or ""}


def _finding(finding: Finding) -> _Row:
    row: _Row = {
        "verdict": finding.verdict,
        "severity": finding.severity.value,
        "status": status_of(finding),
        "rule": finding.rule,
        "clause": finding.clause,
        "title": finding.title,
        "message": finding.message,
        **_document(finding.document),
        "path": write_pointer(finding.pointer),
        "entity": finding.subject.entity,
        "subject": finding.subject.key,
        "evidence": "; ".join(told_read(read) for read in all_reads(finding)),
        "missing": "; ".join(finding.missing),
        "related": "; ".join(_related(each.document) for each in finding.related),
        "fingerprint": finding.fingerprint,
    }
    if finding.span is not None:
        row |= _spot(finding.span)
    if finding.waived is not None:
        waived = finding.waived
        row |= {
            "waiver_reason": waived.reason,
            "waiver_owner": waived.owner,
            "waiver_expires": waived.expires.isoformat(),
        }
    return row


def _related(name: DocumentName) -> str:
    return name.path + (f" #{name.index}" if name.index else "") + (f" ({name.id})" if name.id else "")
