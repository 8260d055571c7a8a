"""A finding in a few lines of plain text, for reports that have a text for each, and sentences of it for reports that
tell of each place apart. All that comes from outside is safe to print; each line begins with our own words.
"""

from collections.abc import Iterable, Iterator

from orderproof.finding import Because, Finding, Read, Related
from orderproof.report.pipeline_words import PipelineWords
from orderproof.report.places import input_of, path_of, place_of
from orderproof.report.quoting import shown, value
from orderproof.report.words import Words
from orderproof.tree import write_pointer

MESSAGE_LENGTH = 1000
"""Characters of a message that are shown."""
_READS = 10
_FACTS = 20
_MISSING = 10
_RELATED = 5


def headline(finding: Finding, words: Words) -> str:
    """Severity, verdict and message in a line; the verdict is not said twice where the message begins with it."""
    severity, verdict = words.severities[finding.severity], words.verdicts[finding.verdict]
    head = words.undecided_head if says_verdict(finding, words) else words.head
    return head.format(severity=severity, verdict=verdict, message=message_of(finding))


def says_verdict(finding: Finding, words: Words) -> bool:
    """Whether a finding's message begins with its verdict."""
    return finding.verdict == "undetermined" and finding.message.startswith(words.undecided)


def message_of(finding: Finding) -> str:
    """A finding's message; what stands in its place where it is empty."""
    return shown(finding.message, MESSAGE_LENGTH) or shown(finding.title) or shown(finding.rule)


def excuse_of(finding: Finding, words: PipelineWords) -> str | None:
    """Why a finding cannot fail the run; None where it can."""
    waived = finding.waived
    if waived is not None:
        return words.waived.format(owner=shown(waived.owner), expires=waived.expires, reason=shown(waived.reason))
    return None if finding.is_new else words.known


def told(finding: Finding, words: Words) -> Iterator[str]:
    """All but the headline: the rule, the place, what was read, what is missing, why, and where else."""
    rule = words.rule_line.format(rule=shown(finding.rule), clause=shown(finding.clause))
    title = words.rule_title.format(title=shown(finding.title)) if finding.title else ""
    yield f"{words.rule}{rule}{title}"
    yield f"{words.at}{where(finding)}"
    reads = [read for read in finding.evidence if read.value is not None]
    yield from _listed(words, words.read, [read_of(read, words) for read in reads[:_READS]], len(reads))
    missing = [shown(path) for path in finding.missing[:_MISSING]]
    yield from _listed(words, words.missing, missing, len(finding.missing))
    facts = [fact_of(fact, words) for fact in all_facts(finding.because)]
    yield from _listed(words, words.because, facts[:_FACTS], len(facts))
    related = [other_of(each, words) for each in finding.related[:_RELATED]]
    yield from _listed(words, words.related, related, len(finding.related))


def _listed(words: Words, label: str, items: Iterable[str], count: int) -> Iterator[str]:
    """Items, each on a line behind its label, and how many there are beyond them."""
    named = 0
    for item in items:
        named += 1
        yield f"{label}{item}"
    if count > named:
        yield f"{label}{words.more.format(count=count - named)}"


def where(finding: Finding) -> str:
    """The place of a finding in its document, as people read it."""
    place = place_of(finding.span) if finding.span else input_of(finding.document)
    return f"{place}  {path_of(finding.pointer)}" if finding.pointer else place


def read_of(read: Read, words: Words) -> str:
    """A value that was read."""
    path = shown(write_pointer(read.pointer))
    if read.told:
        return f"{path}: {shown(str(read.value))}"
    return f"{path} = {words.absent if read.value is None else value(read.value)}"


def fact_of(fact: Because, words: Words) -> str:
    """A derived fact, its state and its values."""
    line = words.fact.format(fact=shown(fact.fact), state=words.states[fact.state])
    for name, held in fact.values.items():
        line += f"{words.comma}{shown(name)} = {words.absent if held is None else value(held)}"
    return line


def all_facts(because: Iterable[Because]) -> list[Because]:
    """The facts that something rests on, each before those it rests on itself, none twice."""
    facts: list[Because] = []
    seen: set[tuple[str, str, str]] = set()
    stack = list(because)[::-1]
    while stack:
        fact = stack.pop()
        known = (fact.fact, fact.subject.entity, fact.subject.key)
        if known not in seen:
            seen.add(known)
            facts.append(fact)
            stack += fact.because[::-1]
    return facts


def all_reads(finding: Finding) -> tuple[Read, ...]:
    """The values that a finding rests on: its own, then those that its facts rest on, each once."""
    chain = (read for fact in all_facts(finding.because) for read in fact.evidence)
    reads = {(read.pointer, read.told): read for read in chain if read.value is not None}
    own = {(read.pointer, read.told) for read in finding.evidence}
    return (*finding.evidence, *(read for key, read in reads.items() if key not in own))


def other_of(related: Related, words: Words) -> str:
    """Another document of the same finding."""
    place = place_of(related.span) if related.span else input_of(related.document)
    id_ = related.document.id
    return place if id_ is None else f"{place}{words.heading_id.format(id=shown(id_))}"
