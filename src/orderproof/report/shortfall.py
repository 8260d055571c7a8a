"""What keeps a run from having evaluated everything, for reports that a pipeline takes for its outcome."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from orderproof.report.capped import Rank
from orderproof.report.model import DocumentVerdict, Ending, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.pipeline_words import PipelineWords
from orderproof.report.quoting import shown
from orderproof.report.words import LANGUAGES


class Shortfall(Struct, frozen=True):
    """Something that was not evaluated: a code that stays the same, and a sentence in the run's language."""

    code: str
    text: str


def shortfalls(ending: Ending, options: Options) -> tuple[Shortfall, ...]:
    """All that a run fell short of, the gravest first; none of what whoever started it allowed."""
    return tuple(found for found, is_allowed in _shortfalls(ending, options) if not is_allowed)


def allowed(ending: Ending, options: Options) -> tuple[Shortfall, ...]:
    """What a run fell short of and whoever started it allowed: no failure, and yet nobody may take it for checked."""
    return tuple(found for found, is_allowed in _shortfalls(ending, options) if is_allowed)


def _shortfalls(ending: Ending, options: Options) -> Iterator[tuple[Shortfall, bool]]:
    """Each with whether it is allowed."""
    words, own = LANGUAGES[options.lang], OWN_WORDS[options.lang]
    if ending.interrupted:
        yield Shortfall("run.interrupted", words.interrupted), False
    elif not ending.complete:
        yield Shortfall("run.incomplete", own.incomplete), False
    checks = ending.checks
    if not (checks.passed or checks.violation or checks.undetermined):
        text = words.nothing_applied if _any_read(ending) else words.nothing_read
        yield Shortfall("run.nothing-checked", text), options.allow_empty
    for each in ending.not_judged:
        fields = words.comma.join(shown(name) for name in each.fields[:5])
        text = own.not_judged.format(source=shown(each.source), fields=fields, count=each.count)
        yield Shortfall("run.not-judged", text), options.allow_not_judged


def more_here(left: Mapping[Rank, int], most: int, size: int, words: PipelineWords) -> str:
    """How many findings a report has not, which holds at most so many and so many bytes."""
    errors, warnings, excused = (left.get(rank, 0) for rank in Rank)
    total = errors + warnings + excused
    counts = {"count": total, "errors": errors, "warnings": warnings, "excused": excused}
    return words.more_here.format(**counts, most=most, size=size >> 20)


def _any_read(ending: Ending) -> bool:
    return any(count for verdict, count in ending.documents.items() if verdict is not DocumentVerdict.UNREADABLE)
