"""Checks across documents: members gathered document by document, then judged group by group.

What a check needs of a member is evaluated while its document is at hand and travels with the
member; no document is kept. A group is judged the same way whichever engine said who its members are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from orderproof.explain import Explainer, Explanation
from orderproof.facts.record import Subject
from orderproof.finding import DocumentName, SubjectName
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.messages import message_of
from orderproof.ruleset.lower import children, reads_group
from orderproof.ruleset.program import Check, Placeholder, Program, Verdict
from orderproof.showing import written
from orderproof.source import Span
from orderproof.tree import Pointer

MAX_UNSURE = 10
"""Members of unknown membership for which every way of it is tried; a group with more is undetermined."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: its document (by its number in the run) and the place in it."""

    document: int
    name: DocumentName
    pointer: Pointer
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """What travels of a subject: whether it is a member (true or unknown), what it brings, and its explanation.

    ``own`` has the values of the message's placeholders that speak of this subject alone.
    """

    subject: SubjectName
    place: Place
    belongs: Truth
    parts: tuple[Result, ...]
    own: tuple[Result | None, ...]
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Group:
    """A judged group: the key as people read it, its members, and the verdict."""

    check: Check
    key: str
    members: tuple[Member, ...]
    verdict: Verdict
    texts: tuple[tuple[Result | None, ...], ...]
    """For each member the values of the message's placeholders."""


@dataclass
class _Gathered:
    shown: str
    members: list[Member] = field(default_factory=list)


class Groups:
    """Gathers the members of all checks across documents of a Program."""

    def __init__(self, program: Program, setting: Setting, lang: str) -> None:
        self._setting = setting
        self._lang = lang
        self._checks = tuple(check for check in program.checks if check.grouping is not None)
        self._gathered: dict[int, dict[tuple[Result, ...], _Gathered]] = {check.number: {} for check in self._checks}

    def add(self, check: Check, belongs: Truth, subject: Subject, place: Place, explainer: Explainer) -> Member | None:
        """Put a subject into its group; a member that has no key comes back, since nobody can tell where it belongs."""
        grouping = check.grouping
        assert grouping is not None
        evaluator = explainer.evaluator
        key = tuple(evaluator.value(expression, subject) for expression in grouping.keys)
        parts = tuple(evaluator.value(part, subject) for part in grouping.parts)
        counted = () if UNKNOWN in key else tuple(grouping.parts[number] for number in _counted(check, parts))
        member = Member(
            subject=explainer.naming.subject(subject[-1]),
            place=place,
            belongs=belongs,
            parts=parts,
            own=tuple(self._own(check, evaluator, subject)),
            explanation=explainer.explain((check.when, *grouping.keys, *counted), subject),
        )
        if UNKNOWN in key:
            return member
        gathered = self._gathered[check.number].get(key)
        if gathered is None:
            shown = " ".join(written(value, self._setting.zone) for value in key if value is not UNKNOWN)
            gathered = self._gathered[check.number].setdefault(key, _Gathered(shown))
        gathered.members.append(member)
        return None

    def _own(self, check: Check, evaluator: Evaluator, subject: Subject) -> Iterator[Result | None]:
        for part in message_of(check.messages, self._lang).parts:
            alone = isinstance(part, Placeholder) and not reads_group(part.expression)
            yield evaluator.value(part.expression, subject) if isinstance(part, Placeholder) and alone else None

    def judged(self) -> Iterator[Group]:
        """Every group with its verdict, by check and then in the order of the first members."""
        for check in self._checks:
            for gathered in self._gathered[check.number].values():
                members = gathered.members
                verdict = self._verdict(check, members)
                texts = tuple(self._texts(check, members))
                yield Group(check, gathered.shown, tuple(members), verdict, texts)

    def _verdict(self, check: Check, members: Sequence[Member]) -> Verdict:
        """The verdict with all members; one of unknown membership leaves it undetermined unless it changes nothing."""
        unsure = [member for member in members if member.belongs is UNKNOWN]
        if len(unsure) > MAX_UNSURE:
            return Verdict.UNDETERMINED
        verdicts: set[Verdict] = set()
        for choice in product((True, False), repeat=len(unsure)):
            left_out = {id(member) for member, chosen in zip(unsure, choice, strict=True) if not chosen}
            verdicts.add(self._certain(check, [member for member in members if id(member) not in left_out]))
        return verdicts.pop() if len(verdicts) == 1 else Verdict.UNDETERMINED

    def _certain(self, check: Check, members: Sequence[Member]) -> Verdict:
        grouping = check.grouping
        assert grouping is not None
        if not members:
            return Verdict.NOT_APPLICABLE
        evaluator = self._evaluator(members)
        applies = True if grouping.having is None else evaluator.truth(grouping.having, ())
        if applies is False:
            return Verdict.NOT_APPLICABLE
        required = evaluator.truth(check.require, ())
        if applies is UNKNOWN or required is UNKNOWN:
            return Verdict.UNDETERMINED
        return Verdict.PASS if required else Verdict.VIOLATION

    def _evaluator(self, members: Sequence[Member]) -> Evaluator:
        return Evaluator(self._setting, _NoFacts(), [member.parts for member in members])

    def _texts(self, check: Check, members: Sequence[Member]) -> Iterator[tuple[Result | None, ...]]:
        evaluator = self._evaluator(members)
        shared = [
            evaluator.value(part.expression, ())
            if isinstance(part, Placeholder) and reads_group(part.expression)
            else None
            for part in message_of(check.messages, self._lang).parts
        ]
        for member in members:
            yield tuple(own if common is None else common for own, common in zip(member.own, shared, strict=True))


def _counted(check: Check, parts: Sequence[Result]) -> Iterator[int]:
    """The parts (by number) that a group reads of a member: not what its own filter leaves out."""
    assert check.grouping is not None
    stack = [check.require] if check.grouping.having is None else [check.require, check.grouping.having]
    found: set[int] = set()
    while stack:
        node = stack.pop()
        stack += children(node)
        if isinstance(node, t.QuantifyGroup):
            if node.filter is not None:
                found.add(node.filter)
            if node.element is not None and (node.filter is None or parts[node.filter] is not False):
                found.add(node.element)
    yield from sorted(found)


class _NoFacts:
    """Expressions over a group read what members brought, never a document's facts."""

    def holds(self, fact: int, row: object) -> Truth:
        raise AssertionError((fact, row))

    def value(self, fact: int, value: int, row: object) -> Result:
        raise AssertionError((fact, value, row))
