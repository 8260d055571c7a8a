"""The report as Markdown, for a pull request or the summary of a workflow: counts, and the gravest findings."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.finding import Finding
from orderproof.report.brief import message_of, where
from orderproof.report.capped import Few, Rank, turns
from orderproof.report.model import Across, CheckedDocument, DocumentVerdict, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.quoting import inert, shown, tame
from orderproof.report.shortfall import shortfalls
from orderproof.report.summary import summary_lines
from orderproof.report.words import LANGUAGES
from orderproof.report.write import Output

MAX_SIZE = 60_000
"""Bytes of a report: a comment on GitHub takes 65,536 characters, the summary of a step 1 MiB."""
FINDINGS = 50
_OF_EACH = 5
"""Findings of a rank of one document that come before those of others."""
RULES = 50
MESSAGES = 20
_TICKS = re.compile("`+")
_LONGEST_TICKS = 8
"""Ticks in a row that stand in a text as they are; GitHub knows no code between more than 80."""


class _Kept(Struct):
    """A rule's findings: its clause and title, and how many of each rank."""

    clause: str
    title: str
    counts: Counter[Rank]


class MarkdownStream:
    """The report as Markdown. Whatever comes from outside stands between ticks, where no markup, no link and no mention
    is read; that the run is not whole comes first, and what is left out is counted.
    """

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._words = LANGUAGES[options.lang]
        self._own = OWN_WORDS[options.lang]
        self._head: Head | None = None
        self._rules: dict[str, _Kept] = {}
        self._findings: dict[Rank, Few] = {rank: Few(FINDINGS) for rank in Rank}
        self._counts: Counter[Rank] = Counter()
        self._messages: list[str] = []
        self._said = 0

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        self._add(document.findings)

    def across(self, across: Across) -> None:
        self._add(across.findings)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._said += 1
        if len(self._messages) < MESSAGES:
            severity = self._words.severities[diagnostic.severity]
            place = f"{code(diagnostic.place)} " if diagnostic.place else ""
            help_ = f" ({self._own.help.format(help=code(diagnostic.help))})" if diagnostic.help else ""
            said = f"{code(diagnostic.message)}{help_} {code(diagnostic.code)}"
            self._messages.append(f"- **{severity}** {place}{said}")

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding, turn in turns(findings, _OF_EACH):
            rank = turn.rank
            self._counts[rank] += 1
            if finding.rule not in self._rules:
                self._rules[finding.rule] = _Kept(finding.clause, finding.title, Counter())
            self._rules[finding.rule].counts[rank] += 1
            if self._findings[rank].takes(late=turn.late):
                self._findings[rank].add(self._finding(finding), late=turn.late)

    def _finding(self, finding: Finding) -> str:
        severity, verdict = self._words.severities[finding.severity], self._words.verdicts[finding.verdict]
        lines = [f"- **{severity}{self._words.comma}{verdict}** {code(message_of(finding))}"]
        clause = f" {self._own.clause} {code(finding.clause)}" if finding.clause else ""
        lines.append(f"  {code(finding.rule)}{clause} {code(where(finding))}")
        if finding.waived is not None:
            owner, expires, reason = finding.waived.owner, finding.waived.expires, finding.waived.reason
            lines.append("  " + self._own.waived.format(owner=code(owner), expires=expires, reason=code(reason)))
        elif not finding.is_new:
            lines.append(f"  {self._own.known}")
        return "\n".join(lines)

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        lines = summary_lines(self._head, ending, self._words, told_above=True)
        summary = _written("\n".join((f"\n### {self._own.summary}\n", "```text", *lines, "```")))
        cut = _written(f"\n{self._own.cut}")
        left = MAX_SIZE - len(summary) - len(cut)
        for block in self._blocks(ending):
            text = _written(block)
            left -= len(text)
            if left < 0:
                self._out.write(cut)
                break
            self._out.write(text)
        self._out.write(summary)

    def _blocks(self, ending: Ending) -> Iterator[str]:
        """The parts of which each is there whole or not at all."""
        yield f"## {self._own.title}\n"
        for shortfall in shortfalls(ending, self._options):
            yield f"> **{self._own.not_whole}** {code(shortfall.text)}\n"
        yield from self._documents(ending)
        yield from self._of_rules()
        yield from self._of_findings()
        yield from self._of_messages()

    def _documents(self, ending: Ending) -> Iterator[str]:
        yield f"| {self._own.documents} | |\n|:--|--:|"
        for verdict in DocumentVerdict:
            yield f"| {self._words.verdicts[verdict]} | {ending.documents.get(verdict, 0):,} |"

    def _of_rules(self) -> Iterator[str]:
        if not self._rules:
            return
        own = self._own
        yield f"\n### {own.rules}\n"
        columns = (own.rule, own.clause, own.errors, own.warnings, own.excused)
        yield f"| {' | '.join(columns)} |\n|:--|:--|--:|--:|--:|"
        gravest = sorted(self._rules.items(), key=lambda item: [-item[1].counts[rank] for rank in Rank])
        for rule, kept in gravest[:RULES]:
            title = f" {code(kept.title, in_table=True)}" if kept.title else ""
            counts = " | ".join(f"{kept.counts[rank]:,}" for rank in Rank)
            yield f"| {code(rule, in_table=True)}{title} | {code(kept.clause, in_table=True)} | {counts} |"
        if len(gravest) > RULES:
            yield f"\n{own.more_rules.format(count=len(gravest) - RULES)}"

    def _of_findings(self) -> Iterator[str]:
        gravest = [text for rank in Rank for text in self._findings[rank].texts][:FINDINGS]
        if not gravest:
            return
        total = self._counts.total()
        told = self._own.gravest.format(count=len(gravest), total=total)
        yield f"\n### {self._own.findings}\n\n{told}\n"
        yield from gravest
        left = dict(self._counts)
        rest = len(gravest)
        for rank in Rank:
            taken = min(rest, left.get(rank, 0))
            left[rank] = left.get(rank, 0) - taken
            rest -= taken
        if total > len(gravest):
            yield "\n" + self._own.more_findings.format(
                count=total - len(gravest),
                errors=left[Rank.ERROR],
                warnings=left[Rank.WARNING],
                excused=left[Rank.EXCUSED],
            )

    def _of_messages(self) -> Iterator[str]:
        if not self._messages:
            return
        yield f"\n### {self._own.messages}\n"
        yield from self._messages
        if self._said > len(self._messages):
            yield "\n" + self._own.more_messages.format(count=self._said - len(self._messages))


def _written(block: str) -> bytes:
    return "".join(f"{inert(line)}\n" for line in block.split("\n")).encode()


def code(text: str, *, in_table: bool = False) -> str:
    """A text from outside as code: nothing in it is read as anything else. In a table a bar would end the cell."""
    said = tame(shown(text, 500)) or "-"
    if in_table:
        said = said.replace("|", r"\x7c")
    longest = max(map(len, _TICKS.findall(said)), default=0)
    if longest > _LONGEST_TICKS:
        said, longest = said.replace("`", r"\x60"), 0
    ticks = "`" * (longest + 1)
    pad = " " if said[0] in "` " or said[-1] in "` " else ""
    return f"{ticks}{pad}{said}{pad}{ticks}"
