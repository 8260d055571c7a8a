"""The report for GitLab's Code Quality: an array of issues."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.addresses import Address, address_of
from orderproof.report.brief import MESSAGE_LENGTH, excuse_of, message_of, says_verdict, where
from orderproof.report.capped import Capped, Rank, Turn, turns
from orderproof.report.encode import Json, encode
from orderproof.report.model import Across, CheckedDocument, DocumentVerdict, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.quoting import shown
from orderproof.report.shortfall import allowed, more_here, shortfalls
from orderproof.report.words import LANGUAGES
from orderproof.report.write import Output

MAX_ISSUES = 25_000
MAX_SIZE = 64 << 20
MAX_MESSAGES = 1_000
"""Diagnostics that are issues; of more it is only told how many."""
_SEVERITIES = {
    (Severity.ERROR, "violation"): "critical",
    (Severity.ERROR, "undetermined"): "major",
    (Severity.WARNING, "violation"): "minor",
    (Severity.WARNING, "undetermined"): "info",
}
_NOWHERE = "orderproof"
"""The path of an issue that is of no file; the format has none without a path."""


class GitlabStream:
    """The report as Code Quality issues, the gravest first, and of no document so many that others have no room. What is waived or known is of severity `info` and says so;
    an input that could not be read, and a run that is not whole, is a `blocker`: the format has no other word for it.
    """

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._folder = options.folder
        self._words = LANGUAGES[options.lang]
        self._own = OWN_WORDS[options.lang]
        self._issues = Capped(MAX_ISSUES, MAX_SIZE)
        self._seen: Counter[str] = Counter()
        self._said = 0

    def head(self, _: Head) -> None:
        """Nothing of it is an issue."""

    def document(self, document: CheckedDocument) -> None:
        turn = Turn(Rank.ERROR)
        if document.verdict is DocumentVerdict.UNREADABLE and self._issues.takes(turn):
            path = document.name.path
            name = f"{path}#{document.name.index}"
            text = f"{shown(name)}: {self._own.unreadable}"
            address = address_of(path, None, self._folder)
            self._add(turn, "orderproof.unreadable-document", "blocker", text, address, name)
        self._findings(document.findings)

    def across(self, across: Across) -> None:
        self._findings(across.findings)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._said += 1
        turn = Turn(Rank.ERROR if diagnostic.severity is Severity.ERROR else Rank.WARNING)
        if self._said > MAX_MESSAGES or not self._issues.takes(turn):
            return
        name = diagnostic.path if diagnostic.span is None else diagnostic.span.source.name
        address = Address(_NOWHERE) if name is None else address_of(name, diagnostic.span, self._folder)
        help_ = f"; {self._own.help.format(help=shown(diagnostic.help))}" if diagnostic.help else ""
        severity = "blocker" if turn.rank is Rank.ERROR else "minor"
        text = f"{shown(diagnostic.message, MESSAGE_LENGTH) or diagnostic.code}{help_}"
        self._add(turn, diagnostic.code, severity, text, address, f"{name}\0{diagnostic.message}")

    def end(self, ending: Ending) -> None:
        self._out.write(b"[")
        is_first = True
        for line in self._issues.lines():
            self._out.write((b"\n" if is_first else b",\n") + line)
            is_first = False
        for issue in self._of_the_run(ending):
            self._out.write((b"\n" if is_first else b",\n") + encode(issue))
            is_first = False
        self._out.write(b"]\n" if is_first else b"\n]\n")

    def _findings(self, findings: Iterable[Finding]) -> None:
        for finding, turn in turns(findings):
            if self._issues.takes(turn):
                address = address_of(finding.document.path, finding.span, self._folder)
                severity = "info" if turn.rank is Rank.EXCUSED else _SEVERITIES[finding.severity, finding.verdict]
                self._add(turn, finding.rule, severity, self._description(finding), address, finding.fingerprint)

    def _description(self, finding: Finding) -> str:
        text = message_of(finding)
        if not says_verdict(finding, self._words):
            text = self._own.of_verdict.format(verdict=self._words.verdicts[finding.verdict], finding=text)
        if finding.clause:
            text = self._own.of_clause.format(finding=text, clause=shown(finding.clause))
        if finding.span is not None and finding.span.source.cell(finding.span.start) is not None:
            text += f" ({where(finding)})"
        excuse = excuse_of(finding, self._own)
        return text if excuse is None else self._own.excused_finding.format(excuse=excuse, finding=text)

    def _add(self, turn: Turn, check: str, severity: str, text: str, address: Address, known: str) -> None:
        self._issues.add(turn, encode(self._issue(check, severity, text, address, known)))

    def _issue(self, check: str, severity: str, text: str, address: Address, known: str) -> Json:
        """An issue. GitLab shows two with one fingerprint as one, so the second of what is alike has another one."""
        self._seen[known] += 1
        identity = f"{check}\0{known}\0{self._seen[known]}".encode("utf-8", "surrogatepass")
        region = address.region
        lines: dict[str, Json] = {"begin": 1 if region is None else region.line}
        if region is not None:
            lines["end"] = region.end_line
        return {
            "description": text,
            "check_name": shown(check) or "-",
            "fingerprint": hashlib.sha256(identity).hexdigest()[:32],
            "severity": severity,
            "location": {"path": shown(address.path, len(address.path)), "lines": lines},
        }

    def _of_the_run(self, ending: Ending) -> Iterable[Json]:
        address = Address(_NOWHERE)
        for shortfall in shortfalls(ending, self._options):
            yield self._issue(shortfall.code, "blocker", shortfall.text, address, "")
        for shortfall in allowed(ending, self._options):
            yield self._issue(shortfall.code, "info", shortfall.text, address, "")
        left = self._issues.left
        if left.total():
            text = more_here(left, MAX_ISSUES, MAX_SIZE, self._own)
            yield self._issue("report.more-findings", "critical" if left[Rank.ERROR] else "minor", text, address, "")
        if self._said > MAX_MESSAGES:
            text = self._own.more_said.format(count=self._said - MAX_MESSAGES)
            yield self._issue("report.more-messages", "blocker", text, address, "")
