"""The second opinion on a group, by the plain evaluator; what is told of a group rests on it too."""

from collections.abc import Iterator, Sequence
from itertools import product

from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, GroupMember, Setting
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.ruleset.lower import children, reads_group
from orderproof.ruleset.program import Check, Message, Placeholder, Verdict
from orderproof.showing import written
from orderproof.undecided import Blame, blame_of_group


def verdict_by(check: Check, setting: Setting, members: Sequence[GroupMember], most: int) -> Verdict:
    """The verdict with all members; one of unknown membership leaves it undetermined unless it changes nothing.

    Up to ``most`` of these every way of their membership is tried, where it cannot be told without that.
    """
    sure = [member for member in members if member[0] is True]
    unsure = [member for member in members if member[0] is UNKNOWN]
    if not unsure:
        return _certain(check, setting, members)
    verdict = _certain(check, setting, members)
    if verdict is Verdict.NOT_APPLICABLE or (verdict is not Verdict.UNDETERMINED and sure):
        # What is so with membership unknown is so either way; with no member at all a check does not apply.
        return verdict
    if len(unsure) > most:
        return Verdict.UNDETERMINED
    ways: list[list[GroupMember]] = [
        [(True, parts) for (_, parts), chosen in zip(unsure, choice, strict=True) if chosen]
        for choice in product((True, False), repeat=len(unsure))
    ]
    verdicts = {_certain(check, setting, [*sure, *way]) for way in ways}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.UNDETERMINED


def _certain(check: Check, setting: Setting, members: Sequence[GroupMember]) -> Verdict:
    """The verdict that is proved of these members, whichever of the unknown ones belong."""
    grouping = check.grouping
    assert grouping is not None
    if not members:
        return Verdict.NOT_APPLICABLE
    evaluator = _evaluator(setting, members)
    applies = True if grouping.having is None else evaluator.truth(grouping.having, ())
    if applies is False:
        return Verdict.NOT_APPLICABLE
    required = evaluator.truth(check.require, ())
    if applies is UNKNOWN or required is UNKNOWN:
        return Verdict.UNDETERMINED
    return Verdict.PASS if required else Verdict.VIOLATION


def blame_of_members(check: Check, setting: Setting, members: Sequence[tuple[GroupMember, Blame]]) -> Blame:
    """What keeps an undetermined group from being decided; beside each member stands what keeps its parts unknown."""
    return blame_of_group(check, _evaluator(setting, [member for member, _ in members]), members)


def quantities_of(check: Check, setting: Setting, members: Sequence[GroupMember]) -> tuple[str, ...]:
    """What is known of a group as a whole, such as ``count(distinct m.currency …) = 2``."""
    evaluator = _evaluator(setting, members)
    told: dict[str, str] = {}
    for node in quantifiers(check):
        value = evaluator.value(node, ())
        text = " ".join(node.span.source.text[node.span.start : node.span.end].split())
        if value is not UNKNOWN:
            told.setdefault(text, f"{text} = {written(value, setting.zone)}")
    return tuple(told.values())


def shared_by(message: Message, setting: Setting, members: Sequence[GroupMember]) -> tuple[Result | None, ...]:
    """The values of a message's placeholders that speak of the group; None for all that does not."""
    evaluator = _evaluator(setting, [member for member in members if member[0] is True] or members)
    return tuple(
        evaluator.value(part.expression, ()) if isinstance(part, Placeholder) and reads_group(part.expression) else None
        for part in message.parts
    )


def quantifiers(check: Check) -> Iterator[t.QuantifyGroup]:
    """The quantifiers over the group in a check's conditions, in the order in which they are written."""
    assert check.grouping is not None
    stack = [check.require] if check.grouping.having is None else [check.require, check.grouping.having]
    while stack:
        node = stack.pop()
        stack += reversed(children(node))
        if isinstance(node, t.QuantifyGroup):
            yield node


def _evaluator(setting: Setting, members: Sequence[GroupMember]) -> Evaluator:
    return Evaluator(setting, _NoFacts(), members)


class _NoFacts:
    """Expressions over a group read what members brought, never a document's facts."""

    def holds(self, fact: int, row: object) -> Truth:
        raise AssertionError((fact, row))

    def value(self, fact: int, value: int, row: object) -> Result:
        raise AssertionError((fact, value, row))
