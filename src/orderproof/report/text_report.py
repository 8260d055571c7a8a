"""The report for people: findings by document with their evidence, then the summary; and the diagnostics."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Severity, render, snippet
from orderproof.finding import Because, DocumentName, Finding, Read
from orderproof.report.colour import Paint, Tone, painter
from orderproof.report.model import CheckedDocument, DocumentVerdict, Options, Report
from orderproof.report.quoting import inert, shown, value
from orderproof.report.summary import summary_lines
from orderproof.report.words import LANGUAGES, Words
from orderproof.source import Span
from orderproof.tree import write_pointer

DETAILED = 20
"""Of each rule the first so many findings are shown with their evidence, the others on a line each."""

_READS = 10
_CHAIN = 40
_RELATED = 5
_MESSAGE_LENGTH = 1000
_INDENTS = 16


class _Page(Struct, frozen=True):
    """What every part of a report needs: words, colour, and which inputs hold several documents."""

    words: Words
    paint: Paint
    several: frozenset[str]


def render_text(report: Report, options: Options) -> str:
    """The report as text. Every line of it begins with our own words or blanks, never with text of a document."""
    paths = Counter(document.name.path for document in report.documents)
    several = frozenset(path for path, count in paths.items() if count > 1)
    page = _Page(LANGUAGES[options.lang], painter(colour=options.colour), several)
    seen: Counter[str] = Counter()
    lines: list[str] = []
    for document in report.documents:
        if document.findings:
            lines += _document(page, document, seen)
            lines.append("")
    brief = sum(max(0, count - DETAILED) for count in seen.values())
    if brief:
        lines.append(page.words.without_details.format(count=brief, limit=DETAILED))
    if options.diagnostics and report.diagnostics:
        lines += (*_diagnostics(report), "")
    lines += summary_lines(report, page.words, told_above=options.diagnostics)
    return "".join(f"{inert(line)}\n" for line in lines)


def render_diagnostics(report: Report) -> str:
    """The diagnostics as text, one after the other; empty where there are none."""
    return "".join(f"{inert(line)}\n" for line in _diagnostics(report))


def _diagnostics(report: Report) -> Iterator[str]:
    shortened = (
        replace(d, message=_cut(d.message), path=d.path and _cut(d.path), help=d.help and _cut(d.help))
        for d in report.diagnostics
    )
    return (line for d in shortened for line in render(d).split("\n"))


def _cut(text: str) -> str:
    more = len(text) - _MESSAGE_LENGTH
    return text if more <= 0 else f"{text[:_MESSAGE_LENGTH]}… (+{more:,})"


def _document(page: _Page, document: CheckedDocument, seen: Counter[str]) -> Iterator[str]:
    words = page.words
    verdict = words.verdicts[document.verdict]
    if document.verdict in (DocumentVerdict.PASS, DocumentVerdict.NOT_APPLICABLE):
        verdict = words.only_warnings.format(verdict=verdict)
    name = shown(document.name.path, _MESSAGE_LENGTH) + _index(page, document.name)
    if document.name.id is not None:
        name += words.heading_id.format(id=shown(document.name.id))
    yield page.paint(words.heading.format(verdict=verdict, document=name), Tone.HEADING)
    for finding in document.findings:
        seen[finding.rule] += 1
        if seen[finding.rule] > DETAILED:
            yield _brief(page, finding)
        else:
            yield from _finding(page, finding)


def _index(page: _Page, name: DocumentName) -> str:
    return f" #{name.index}" if name.index or name.path in page.several else ""


def _tone(finding: Finding) -> Tone:
    return Tone.ERROR if finding.severity is Severity.ERROR else Tone.WARNING


def _head(page: _Page, finding: Finding) -> str:
    """Severity, verdict and message; the verdict is not said twice where the message begins with it."""
    words = page.words
    said = finding.verdict == "undetermined" and finding.message.startswith(words.undecided)
    return (words.undecided_head if said else words.head).format(
        severity=page.paint(words.severities[finding.severity], _tone(finding)),
        verdict=words.verdicts[finding.verdict],
        message=shown(finding.message, _MESSAGE_LENGTH),
    )


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
    """Line and column, after the name of the input where it is not the one ``within`` which we are."""
    position = span.position
    place = f"{position.line}:{position.column}"
    return place if span.source.name == within else f"{shown(span.source.name, _MESSAGE_LENGTH)}:{place}"


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
    lines = [_read(page, finding, read) for read in reads[:_READS]]
    if len(reads) > _READS:
        lines.append(page.words.more.format(count=len(reads) - _READS))
    return lines


def _read(page: _Page, finding: Finding, read: Read) -> str:
    text = page.words.absent if read.value is None else value(read.value)
    place = f" ({_place(read.span, finding.document.path)})" if read.span else ""
    return f"{shown(write_pointer(read.pointer))} = {text}{place}"


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
        yield f"- {place}{_index(page, name)}{number}"
    if len(finding.related) > _RELATED:
        yield page.words.more_at_least.format(count=len(finding.related) - _RELATED)
