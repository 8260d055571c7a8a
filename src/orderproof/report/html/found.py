"""A finding as the page's script takes it: short lists, all texts safe to show."""

from collections.abc import Iterator

from orderproof.diagnostic import columns, snippet
from orderproof.finding import Because, Finding, Read
from orderproof.report.encode import Json
from orderproof.report.places import input_of, path_of, place_of, spot_of, subject_of
from orderproof.report.quoting import shown, value
from orderproof.source import Span
from orderproof.tree import write_pointer

MESSAGE_LENGTH = 2000
"""Characters of a message that are shown."""

_READS = 40
_CHAIN = 100
_RELATED = 40
_MISSING = 40
_VERDICTS = {"violation": 0, "undetermined": 1}


def row_of(finding: Finding, rule: int, document: int) -> list[Json]:
    """What the table shows: rule, verdict, severity (0 error), document, message, spot, path, and status
    (0 counts, 1 waived, 2 known).
    """
    return [
        rule,
        _VERDICTS[finding.verdict],
        0 if finding.severity == "error" else 1,
        document,
        shown(finding.message, MESSAGE_LENGTH),
        "" if finding.span is None else spot_of(finding.span),
        path_of(finding.pointer) if finding.pointer else "",
        1 if finding.waived is not None else 0 if finding.is_new else 2,
    ]


def details_of(finding: Finding) -> dict[str, Json]:
    """What an opened finding shows beside its row; what it has not is left out."""
    absent = set(finding.missing)
    reads = [r for r in finding.evidence if r.value is not None or write_pointer(r.pointer) not in absent]
    subject = subject_of(finding)
    chain = list(_chain(finding))
    details: dict[str, Json] = {
        "fingerprint": shown(finding.fingerprint),
        "place": "" if finding.span is None else place_of(finding.span),
        "subject": None if subject is None else [shown(subject.entity), shown(subject.key)],
        "grouped": finding.grouped,
        "excerpt": excerpt_of(finding.span) if finding.span is not None and finding.excerpt else None,
        "read": [_read(finding, read) for read in reads[:_READS]],
        "read_more": max(0, len(reads) - _READS),
        "missing": [shown(path) for path in finding.missing[:_MISSING]],
        "missing_more": max(0, len(finding.missing) - _MISSING),
        "because": [*chain[:_CHAIN]],
        "because_more": max(0, len(chain) - _CHAIN),
        "related": [_related(finding, number) for number in range(min(len(finding.related), _RELATED))],
        "related_more": max(0, len(finding.related) - _RELATED),
        "waiver": _waiver(finding),
    }
    return {key: held for key, held in details.items() if held}


def excerpt_of(span: Span) -> list[Json]:
    """The number of the line at which a span starts, its parts before, in and after the span, and how wide that is."""
    line, carets = snippet(span)
    number, _, text = line.partition(" | ")
    marks = carets.partition(" | ")[2]
    width = len(marks.lstrip(" "))
    before, after = _at_column(text, len(marks) - width), _at_column(text, len(marks))
    return [number, text[:before], text[before:after], text[after:], width]


def _at_column(text: str, width: int) -> int:
    """How many characters of a text take so many columns of a terminal."""
    if text.isascii():
        return min(width, len(text))
    seen = 0
    for number, character in enumerate(text):
        if seen >= width:
            return number
        seen += columns(character)
    return len(text)


def _read(finding: Finding, read: Read) -> Json:
    """A path, its value (None where it is absent), where that stands, and whether it is told in words."""
    path = shown(write_pointer(read.pointer))
    if read.told:
        return [path, shown(str(read.value), MESSAGE_LENGTH), "", True]
    place = place_of(read.span, finding.document.path) if read.span else ""
    return [path, None if read.value is None else value(read.value), place, False]


def _chain(finding: Finding) -> Iterator[Json]:
    """The derived facts as lines with their depths; a part that was already shown is not shown again.

    A fact is its depth, name, state, other subject, values, and whether it was shown; a value that was read is its
    depth, then as elsewhere.
    """
    known: dict[tuple[str, str, str], Because] = {}
    stack: list[tuple[int, Because | Read]] = [(0, item) for item in reversed(finding.because)]
    while stack:
        depth, item = stack.pop()
        if isinstance(item, Read):
            yield [depth, _read(finding, item)]
            continue
        key = (item.fact, item.subject.entity, item.subject.key)
        repeated = bool(item.evidence or item.because) and known.get(key) == item
        yield [depth, _fact(finding, item), repeated]
        if not repeated:
            known[key] = item
            stack += ((depth + 1, inner) for inner in reversed(item.because))
            stack += ((depth + 1, read) for read in reversed(item.evidence[:_READS]))


def _fact(finding: Finding, item: Because) -> Json:
    subject: Json = None
    if item.subject != finding.subject:
        subject = [shown(item.subject.entity), shown(item.subject.key)]
    values: list[Json] = [[shown(name), None if held is None else value(held)] for name, held in item.values.items()]
    return [shown(item.fact), item.state.value, subject, values]


def _related(finding: Finding, number: int) -> Json:
    related = finding.related[number]
    place = place_of(related.span) if related.span else ""
    return [place or input_of(related.document), "" if related.document.id is None else shown(related.document.id)]


def _waiver(finding: Finding) -> Json:
    waived = finding.waived
    if waived is None:
        return None
    return [shown(waived.reason, MESSAGE_LENGTH), shown(waived.owner), waived.expires.isoformat(), shown(waived.place)]
