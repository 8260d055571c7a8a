"""The report for people: findings by document with their evidence, then the summary; and the diagnostics."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity, display, render, snippet
from orderproof.finding import Because, DocumentName, Finding, Read
from orderproof.report.brief import says_verdict
from orderproof.report.colour import Paint, Tone, painter
from orderproof.report.model import Across, CheckedDocument, DocumentVerdict, Ending, Head, Options, Report
from orderproof.report.quoting import inert, shown, value
from orderproof.report.replay import replay
from orderproof.report.summary import summary_lines
from orderproof.report.words import LANGUAGES, Words
from orderproof.report.write import Output, TextOutput, encoded
from orderproof.source import Span
from orderproof.tree import Pointer, write_pointer

DETAILED = 20
"""Of each rule the first so many findings are shown with their evidence, the others on a line each."""

_READS = 10
_CHAIN = 40
_RELATED = 5
_MESSAGE_LENGTH = 1000
_INDENTS = 16


class _Page(Struct, frozen=True):
    """What every part of a report needs: words and colour."""

    words: Words
    paint: Paint


class TextStream:
    """A report for people. Every line of it begins with our own words or blanks, never with text of a document."""

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._page = _Page(LANGUAGES[options.lang], painter(colour=options.colour))
        self._diagnostics = options.diagnostics
        self._head: Head | None = None
        self._seen: Counter[str] = Counter()
        self._across = False
        self._close_by = False

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        if document.findings:
            self._block(_document(self._page, document.name, document.verdict, document.findings, self._seen))

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        if self._diagnostics:
            self._write(_diagnostic(diagnostic))
            self._close_by = True

    def across(self, across: Across) -> None:
        if not across.findings:
            return
        if not self._across:
            self._across = True
            self._block([self._page.paint(self._page.words.across, Tone.HEADING)])
        self._block(_document(self._page, across.name, across.verdict, across.findings, self._seen))

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        self._apart()
        words = self._page.words
        brief = sum(max(0, count - DETAILED) for count in self._seen.values())
        if brief:
            self._write([words.without_details.format(count=brief, limit=DETAILED)])
        self._write(summary_lines(self._head, ending, words, told_above=self._diagnostics))

    def _block(self, lines: Iterable[str]) -> None:
        self._apart()
        self._write((*lines, ""))

    def _apart(self) -> None:
        """Diagnostics stand close by each other, and apart from all else."""
        if self._close_by:
            self._write([""])
            self._close_by = False

    def _write(self, lines: Iterable[str]) -> None:
        self._out.write(encoded("".join(f"{inert(line)}\n" for line in lines)))


def render_text(report: Report, options: Options) -> str:
    """The report as text."""
    out = TextOutput()
    replay(report, TextStream(out, options))
    return out.text


def render_diagnostics(report: Report) -> str:
    """The diagnostics as text, one after the other; empty where there are none."""
    return "".join(map(render_diagnostic, report.diagnostics))


def render_diagnostic(diagnostic: Diagnostic) -> str:
    """A diagnostic as text, with a line end."""
    return "".join(f"{inert(line)}\n" for line in _diagnostic(diagnostic))


def _diagnostic(d: Diagnostic) -> list[str]:
    shortened = replace(d, message=_cut(d.message), path=d.path and _cut(d.path), help=d.help and _cut(d.help))
    first, *more = render(shortened).split("\n")
    if d.span is not None:
        place = display(d.place or "")
        first = _cut(place) + first.removeprefix(place)
    return [first, *more]


def _cut(text: str) -> str:
    more = len(text) - _MESSAGE_LENGTH
    return text if more <= 0 else f"{text[:_MESSAGE_LENGTH]}… (+{more:,})"


def _document(
    page: _Page, of: DocumentName, verdict: DocumentVerdict, findings: Iterable[Finding], seen: Counter[str]
) -> Iterator[str]:
    words = page.words
    said = words.verdicts[verdict]
    if verdict in (DocumentVerdict.PASS, DocumentVerdict.NOT_APPLICABLE):
        said = words.only_warnings.format(verdict=said)
    name = shown(of.path, _MESSAGE_LENGTH) + _index(of)
    if of.id is not None:
        name += words.heading_id.format(id=shown(of.id))
    yield page.paint(words.heading.format(verdict=said, document=name), Tone.HEADING)
    unread: set[tuple[str, Pointer]] = set()
    for finding in findings:
        seen[finding.rule] += 1
        told = (finding.message, finding.pointer) in unread
        if finding.verdict == "undetermined" and any(read.told for read in finding.evidence):
            # Checks of one attachment that cannot be read all say why, and one of them with all evidence.
            unread.add((finding.message, finding.pointer))
        if told or seen[finding.rule] > DETAILED:
            yield _brief(page, finding)
        else:
            yield from _finding(page, finding)


def _index(name: DocumentName) -> str:
    """A document's number in its input; that of the first is 0, and not said: few inputs have a second one."""
    return f" #{name.index}" if name.index else ""


def _tone(finding: Finding) -> Tone:
    return Tone.ERROR if finding.severity is Severity.ERROR else Tone.WARNING


def _head(page: _Page, finding: Finding) -> str:
    """Severity, verdict and message; the verdict is not said twice where the message begins with it."""
    words = page.words
    said = says_verdict(finding, words)
    excuse = "waived" if finding.waived is not None else "known"
    severity = page.paint(words.severities[finding.severity], _tone(finding))
    return (words.undecided_head if said else words.head).format(
        severity=severity if finding.counts else words.excused.format(severity=severity, excuse=words.excuses[excuse]),
        verdict=words.verdicts[finding.verdict],
        message=shown(finding.message, _MESSAGE_LENGTH),
    )


def _waived(page: _Page, finding: Finding) -> Iterator[str]:
    """What accepts a finding: why, who answers for it, until when."""
    waived = finding.waived
    if waived is not None:
        words = page.words.waived_by
        yield words.format(reason=shown(waived.reason), owner=shown(waived.owner), expires=waived.expires)


def _brief(page: _Page, finding: Finding) -> str:
    place = _place(finding.span, None) if finding.span else _pointer(finding)
    head, rule, clause = _head(page, finding), shown(finding.rule), shown(finding.clause)
    return "  " + page.words.short_head.format(head=head, rule=rule, clause=clause, place=place).rstrip()


def _finding(page: _Page, finding: Finding) -> Iterator[str]:
    words = page.words
    yield f"  {_head(page, finding)}"
    rule = words.rule_line.format(rule=shown(finding.rule), clause=shown(finding.clause))
    title = words.rule_title.format(title=shown(finding.title)) if finding.title else ""
    yield from _row(page, words.rule, [rule + title])
    yield from _row(page, words.waived, _waived(page, finding))
    yield from _row(page, words.at, _at(page, finding))
    absent = {write_pointer(read.pointer): read for read in finding.evidence if read.value is None}
    reads = [r for r in finding.evidence if r.value is not None or write_pointer(r.pointer) not in finding.missing]
    yield from _row(page, words.read, _reads(page, finding, reads))
    yield from _row(page, words.missing, _missing(page, finding, absent))
    yield from _row(page, words.because, _capped(page, list(_chain(page, finding)), _CHAIN))
    yield from _row(page, words.related, _related(page, finding))


def _row(page: _Page, label: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines beside a label, none where there are no lines."""
    for number, line in enumerate(lines):
        yield f"    {' ' * page.words.label_width if number else page.paint(label, Tone.LABEL)}{line}"


def _capped(page: _Page, lines: Sequence[str], limit: int) -> list[str]:
    if len(lines) <= limit:
        return list(lines)
    return [*lines[:limit], page.words.more.format(count=len(lines) - limit)]


def _place(span: Span, within: str | None) -> str:
    """Line and column, or the cell of a sheet, after the name of the input where it is not the one ``within`` which
    we are.
    """
    position = span.position
    cell = span.source.cell(span.start)
    sign, place = (":", f"{position.line}:{position.column}") if cell is None else ("!", shown(cell))
    return place if span.source.name == within else f"{shown(span.source.name, _MESSAGE_LENGTH)}{sign}{place}"


def _pointer(finding: Finding) -> str:
    return shown(write_pointer(finding.pointer))


def _at(page: _Page, finding: Finding) -> Iterator[str]:
    parts = [_place(finding.span, None)] if finding.span else []
    if finding.pointer:
        parts.append(_pointer(finding))
    entity, key = shown(finding.subject.entity), shown(finding.subject.key)
    if finding.grouped:
        parts.append(page.words.group.format(key=key))
    elif finding.subject.key != finding.document.id:
        parts.append(page.words.subject.format(entity=entity, key=key))
    if parts:
        yield "  ".join(parts)
    if finding.span and finding.excerpt:
        line, carets = snippet(finding.span)
        yield line
        yield page.paint(carets, _tone(finding))


def _reads(page: _Page, finding: Finding, reads: Sequence[Read]) -> list[str]:
    lines = [line for read in reads[:_READS] for line in _read(page, finding, read)]
    if len(reads) > _READS:
        lines.append(page.words.more.format(count=len(reads) - _READS))
    return lines


def _read(page: _Page, finding: Finding, read: Read) -> Iterator[str]:
    """A value on its line; what is told in words may show a place below these."""
    if read.told:
        told, *below = str(read.value).split("\n")
        yield f"{shown(write_pointer(read.pointer))}: {shown(told)}"
        yield from (f"    {shown(line)}" for line in below)
        return
    text = page.words.absent if read.value is None else value(read.value)
    place = f" ({_place(read.span, finding.document.path)})" if read.span else ""
    yield f"{shown(write_pointer(read.pointer))} = {text}{place}"


def _missing(page: _Page, finding: Finding, absent: dict[str, Read]) -> Iterator[str]:
    """The absent values; a finding of a large group does not name them all, hence "at least"."""
    for path in finding.missing[:_READS]:
        read = absent.get(path)
        place = f" ({_place(read.span, finding.document.path)})" if read and read.span else ""
        yield f"{shown(path)}{place}"
    if len(finding.missing) > _READS:
        yield page.words.more_at_least.format(count=len(finding.missing) - _READS)


def _chain(page: _Page, finding: Finding) -> Iterator[str]:
    """The derived facts as an indented tree; a part that was already shown is not shown again."""
    known: dict[tuple[str, str, str], Because] = {}
    stack: list[tuple[int, Because | str]] = [(0, item) for item in reversed(finding.because)]
    while stack:
        depth, item = stack.pop()
        indent = "  " * min(depth, _INDENTS)
        if isinstance(item, str):
            yield indent + item
            continue
        key = (item.fact, item.subject.entity, item.subject.key)
        inside = bool(item.evidence or item.because)
        repeated = inside and known.get(key) == item
        yield indent + _fact(page, finding, item) + (page.words.see_above if repeated else "")
        if not repeated:
            known[key] = item
            stack += ((depth + 1, inner) for inner in reversed(item.because))
            stack += ((depth + 1, line) for line in reversed(_reads(page, finding, item.evidence)))


def _fact(page: _Page, finding: Finding, item: Because) -> str:
    words = page.words
    line = words.fact.format(fact=shown(item.fact), state=words.states[item.state])
    if item.subject != finding.subject:
        line += words.fact_subject.format(entity=shown(item.subject.entity), key=shown(item.subject.key))
    for name, held in item.values.items():
        line += f"{words.comma}{shown(name)} = {words.absent if held is None else value(held)}"
    return line


def _related(page: _Page, finding: Finding) -> Iterator[str]:
    """The other documents; a finding of a large group does not name them all, hence "at least"."""
    for related in finding.related[:_RELATED]:
        name = related.document
        place = _place(related.span, None) if related.span else shown(name.path, _MESSAGE_LENGTH)
        number = "" if name.id is None else page.words.heading_id.format(id=shown(name.id))
        yield f"- {place}{_index(name)}{number}"
    if len(finding.related) > _RELATED:
        yield page.words.more_at_least.format(count=len(finding.related) - _RELATED)
