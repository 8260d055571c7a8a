"""Whether a run can be relied on as a whole: what a report says before anything that was found."""

from collections.abc import Sequence
from functools import partial

from orderproof.report.html.speech import Saying, Speech, counted
from orderproof.report.model import DocumentVerdict, Ending, Gap


def standing(ending: Ending) -> tuple[str, Sequence[Saying]]:
    """``complete``, ``partly``, ``incomplete``, ``interrupted`` or ``nothing`` (words of the page), and what there is to
    say of it.
    """
    checks = ending.checks
    nothing = not checks.passed + checks.violation + checks.undetermined
    said: list[Saying] = []
    if ending.interrupted:
        state = "interrupted"
        said.append(lambda s: s.page.interrupted_more)
    elif not ending.complete:
        state = "incomplete"
        said.append(lambda s: s.page.incomplete_more)
    elif nothing:
        state = "nothing"
    elif checks.undetermined or checks.not_judged or ending.gaps:
        state = "partly"
        said.append(lambda s: s.page.partly_more)
    else:
        state = "complete"
        said.append(lambda s: s.page.complete_more)
    return state, (*said, *_reasons(ending))


def _reasons(ending: Ending) -> list[Saying]:
    checks = ending.checks
    unreadable = ending.documents.get(DocumentVerdict.UNREADABLE, 0)
    said: list[Saying] = []
    if unreadable:
        said.append(lambda s: s.page.unreadable.format(count=counted(unreadable)))
    said += (partial(_gap, gap) for gap in ending.gaps)
    if checks.undetermined:
        said.append(lambda s: s.page.not_decided.format(count=counted(checks.undetermined)))
    if checks.not_judged:
        said.append(lambda s: s.page.not_judged.format(count=counted(checks.not_judged)))
    return said


def _gap(gap: Gap, speech: Speech) -> str:
    return speech.page.gap.format(reason=speech.words.gaps[gap])
