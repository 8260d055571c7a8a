"""The report as annotations of a workflow on GitHub: commands that its runner reads from the log."""

from collections import Counter
from collections.abc import Iterable

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.addresses import Address, address_of
from orderproof.report.brief import MESSAGE_LENGTH, message_of, told
from orderproof.report.capped import Few, Rank, turns
from orderproof.report.model import Across, CheckedDocument, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.quoting import inert, shown, tame
from orderproof.report.shortfall import shortfalls
from orderproof.report.summary import summary_lines
from orderproof.report.words import LANGUAGES
from orderproof.report.write import Output

ANNOTATIONS = 10
"""Annotations of a level that the runner takes of a step; it drops more, and says nothing."""
_OF_EACH = 2
"""Of a document so many of a level come before those of others."""
_MESSAGES = 3
"""Errors that say why an input was not checked, and go before findings."""
_LEVELS = {Rank.ERROR: "error", Rank.WARNING: "warning"}


class GithubStream:
    """The report as annotations: the first so many errors and warnings, of a document more than two only where there is
    room, then a line that counts all others, and the summary. What is waived or known is only counted. What the run did
    not evaluate is the first of all, then comes why.

    It comes as a whole at the end, which is known only then.
    """

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._folder = options.folder
        self._words = LANGUAGES[options.lang]
        self._own = OWN_WORDS[options.lang]
        self._head: Head | None = None
        self._told: dict[Rank, Few] = {rank: Few(ANNOTATIONS) for rank in _LEVELS}
        self._messages: list[str] = []
        self._count: Counter[Rank] = Counter()

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        self._findings(document.findings)

    def across(self, across: Across) -> None:
        self._findings(across.findings)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        rank = Rank.ERROR if diagnostic.severity is Severity.ERROR else Rank.WARNING
        is_first = rank is Rank.ERROR and len(self._messages) < _MESSAGES
        self._count[rank] += 1
        if not (is_first or self._told[rank].takes(late=True)):
            return
        name = diagnostic.path if diagnostic.span is None else diagnostic.span.source.name
        address = None if name is None else address_of(name, diagnostic.span, self._folder)
        lines = [shown(diagnostic.message, MESSAGE_LENGTH)]
        if name is not None:
            lines.append(shown(name, MESSAGE_LENGTH))
        if diagnostic.help:
            lines.append(self._own.help.format(help=shown(diagnostic.help, MESSAGE_LENGTH)))
        command = _command(_LEVELS[rank], address, shown(diagnostic.code), lines)
        if is_first:
            self._messages.append(command)
        else:
            self._told[rank].add(command, late=True)

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        wrong = [_command("error", None, each.code, [each.text]) for each in shortfalls(ending, self._options)]
        self._count[Rank.ERROR] += len(wrong)
        of_errors = [*wrong, *self._messages, *self._told[Rank.ERROR].texts][:ANNOTATIONS]
        of_warnings = self._told[Rank.WARNING].texts
        lines = of_errors + of_warnings
        errors, warnings = self._count[Rank.ERROR] - len(of_errors), self._count[Rank.WARNING] - len(of_warnings)
        excused = self._count[Rank.EXCUSED]
        if errors or warnings or excused:
            lines.append(self._own.more_annotations.format(errors=errors, warnings=warnings, excused=excused))
        lines += (inert(line) for line in summary_lines(self._head, ending, self._words, told_above=True))
        self._out.write("".join(f"{line}\n" for line in lines).encode())

    def _findings(self, findings: Iterable[Finding]) -> None:
        for finding, turn in turns(findings, _OF_EACH):
            rank = turn.rank
            self._count[rank] += 1
            if rank in self._told and self._told[rank].takes(late=turn.late):
                address = address_of(finding.document.path, finding.span, self._folder)
                title = self._own.annotation_title.format(
                    verdict=self._words.verdicts[finding.verdict],
                    rule=shown(finding.rule),
                    clause=shown(finding.clause),
                )
                lines = [message_of(finding), *told(finding, self._words)]
                self._told[rank].add(_command(_LEVELS[rank], address, title, lines), late=turn.late)


def _command(level: str, address: Address | None, title: str, lines: Iterable[str]) -> str:
    """An annotation. Its texts are escaped as the runner reads them; a region is only told of the file itself."""
    properties: dict[str, str] = {}
    if address is not None:
        properties["file"] = shown(address.path, len(address.path))
    if address is not None and address.is_text and address.region is not None:
        region = address.region
        properties |= {"line": str(region.line), "endLine": str(region.end_line)}
        # columns of several lines mean nothing to it
        if region.line == region.end_line and region.column is not None and region.end_column is not None:
            properties |= {"col": str(region.column), "endColumn": str(max(region.column, region.end_column - 1))}
    properties["title"] = title
    told_of = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
    return f"::{level} {told_of}::{_data(tame(chr(10).join(lines)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(tame(text)).replace(":", "%3A").replace(",", "%2C")
