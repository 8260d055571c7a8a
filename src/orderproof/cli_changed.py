"""The option by which only those documents are checked that changed in git, and what is said of it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import display

if TYPE_CHECKING:
    from orderproof.changed import Narrowed, Surroundings
    from orderproof.facts.record import RecordPlan
    from orderproof.outcome import Outcome
    from orderproof.reading.inputs import Found
    from orderproof.ruleset.open import OpenRuleSet

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


def changed_only(
    found: Iterable["Found"], revision: str | None, paths: tuple[str, ...], around: "Callable[[], Surroundings]"
) -> "Narrowed":
    """The inputs that changed since a revision, which is told; all of them where none is given.

    Raises OrderproofError where git cannot tell.
    """
    from orderproof.changed import Narrowed, narrowed

    if revision is None:
        return Narrowed(found, 0, "")
    kept = narrowed(found, revision, paths, around())
    complain(spoken(map(display, _told(kept, revision))))
    return kept


def with_gap(outcomes: Iterator["Outcome"], narrowed: "Narrowed") -> Iterator["Outcome"]:
    """The outcomes of a run that may have left out documents, with which others were to be compared."""
    from orderproof.outcome import Outcome
    from orderproof.report.model import Gap

    return chain((Outcome(gaps={Gap.NOT_CHANGED}),), outcomes) if narrowed.left_out else outcomes


def surroundings(
    opened: "OpenRuleSet", plan: "RecordPlan", files: Iterable[str | None], attachments_root: str | None
) -> "Surroundings":
    """What verdicts rest on beside documents: the rule set, these files, and attachments where rules read them."""
    from orderproof.attachments import asks_for_attachments
    from orderproof.changed import Surroundings
    from orderproof.cli_config import places_looked_at
    from orderproof.data import rules_folder

    rules = tuple(map(str, _of_rules(opened)))
    shipped = opened.path.resolve().is_relative_to(rules_folder().resolve())
    named = tuple(file for file in files if file is not None)
    return Surroundings(
        named if shipped else (*rules, *named),
        rules if shipped else (),
        places_looked_at(),
        opened.rule_set.accounts is not None and asks_for_attachments(plan),
        attachments_root,
    )


def _of_rules(opened: "OpenRuleSet") -> Iterator[Path]:
    """Where the files of a rule set are or may be: its folder, or what is looked for beside its file."""
    from orderproof.ruleset.load import INPUTS, SCHEMA_SUFFIX

    yield opened.path
    if not opened.path.is_dir():
        folder = opened.path.parent
        yield folder / INPUTS
        for name in (opened.rule_set.document, *opened.rule_set.fact_schemas):
            yield folder / f"{name.value}{SCHEMA_SUFFIX}"


def _told(kept: "Narrowed", revision: str) -> Iterator[str]:
    since = f"since {revision} (merge base {kept.base[:12]})"
    checked, of = kept.checked, kept.checked + kept.left_out
    if not of:
        return
    if not checked:
        yield f"no document changed {since}: all {of:,} input files are left out, and nothing is checked"
    elif kept.left_out:
        yield f"documents that changed {since}: {checked:,} of {of:,} input files are checked"
        yield "  checks across documents compare only what is in these"
    else:
        yield f"documents that changed {since}: all {of:,} input files are checked"
    if kept.left_out and kept.has_left_nothing:
        yield f"  HEAD is in {revision} itself: no commit counts as a change; to check a branch like this, leave --changed-since out"
    yield from (f"  {reason}" for reason in kept.reasons)
