"""Checks across documents: members gathered document by document, then judged group by group.

What a check needs of a member is evaluated while its document is at hand and travels with the
member; no document is kept. A group is judged the same way whichever engine said who its members are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from orderproof.explain import Explanation, Known
from orderproof.facts.record import Record, Subject
from orderproof.finding import DocumentName, SubjectName
from orderproof.language import typed as t
from orderproof.language.evaluate import Evaluator, Setting
from orderproof.language.relations import facts_known
from orderproof.language.typed import UNKNOWN, Result, Truth
from orderproof.messages import message_of
from orderproof.ruleset.lower import children, reads_group
from orderproof.ruleset.program import Check, Placeholder, Program, Verdict
from orderproof.showing import written
from orderproof.source import Span
from orderproof.tree import Pointer

MAX_UNSURE = 8
"""Members of unknown membership for which every way of it is tried, where it cannot be told without that."""


class Place(Struct, frozen=True):
    """Where a member stands: its document (by its number in the run) and the place in it.

    ``excerpt`` is false where the line there says nothing of it: only the document itself is near.
    """

    document: int
    name: DocumentName
    pointer: Pointer
    span: Span
    excerpt: bool = True


class Member(Struct, frozen=True):
    """What travels of a subject: where it is found again (the document's number in the run, the subject's ordinal in
    it), whether it is a member (true or unknown), and what it brings.

    ``own`` has the values of the message's placeholders that speak of this subject alone.
    """

    document: int
    ordinal: int
    belongs: Truth
    parts: tuple[Result, ...]
    own: tuple[Result | None, ...]


class Told(Struct, frozen=True):
    """What there is to tell of a subject of a check across documents."""

    subject: SubjectName
    place: Place
    explanation: Explanation


class Group(Struct, frozen=True):
    """A judged group: the key as people read it, its members, and the verdict."""

    check: Check
    key: str
    members: tuple[Member, ...]
    verdict: Verdict
    texts: tuple[tuple[Result | None, ...], ...]
    """For each member the values of the message's placeholders."""
    quantities: tuple[str, ...]
    """Of an undetermined group what is known of it as a whole, such as ``count(distinct m.currency …) = 2``."""

    def verdict_in(self, document: int) -> Verdict:
        """What the group's verdict means for a document: no violation where it may hold no member at all."""
        if self.verdict is not Verdict.VIOLATION:
            return self.verdict
        sure = any(member.belongs is True for member in self.members if member.document == document)
        return Verdict.VIOLATION if sure else Verdict.UNDETERMINED


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

    def add(
        self, check: Check, belongs: Truth, subject: Subject, document: int, known: Known, *, joins: bool = True
    ) -> bool:
        """Put a subject into its group; false where it is a member of none, since it has no key or may not join."""
        grouping = check.grouping
        assert grouping is not None
        evaluator = known.evaluator if belongs is True else supposing(check, subject, known)
        key = tuple(evaluator.value(expression, subject) for expression in grouping.keys)
        if UNKNOWN in key or not joins:
            return False
        parts = tuple(evaluator.value(part, subject) for part in grouping.parts)
        own = tuple(self._own(check, evaluator, subject))
        gathered = self._gathered[check.number].get(key)
        if gathered is None:
            shown = " ".join(written(value, self._setting.zone) for value in key if value is not UNKNOWN)
            gathered = self._gathered[check.number].setdefault(key, _Gathered(shown))
        gathered.members.append(Member(document, subject[-1].ordinal, belongs, parts, own))
        return True

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
                known = tuple(self._quantities(check, members)) if verdict is Verdict.UNDETERMINED else ()
                yield Group(check, gathered.shown, tuple(members), verdict, texts, known)

    def _verdict(self, check: Check, members: Sequence[Member]) -> Verdict:
        """The verdict with all members; one of unknown membership leaves it undetermined unless it changes nothing."""
        sure = [member for member in members if member.belongs is True]
        unsure = [member for member in members if member.belongs is UNKNOWN]
        if not unsure:
            return self._certain(check, members)
        verdict = self._certain(check, members)
        if verdict is Verdict.NOT_APPLICABLE or (verdict is not Verdict.UNDETERMINED and sure):
            # What is so with membership unknown is so either way; with no member at all a check does not apply.
            return verdict
        if len(unsure) > MAX_UNSURE:
            return Verdict.UNDETERMINED
        ways = [
            [member for member, chosen in zip(unsure, choice, strict=True) if chosen]
            for choice in product((True, False), repeat=len(unsure))
        ]
        verdicts = {self._certain(check, [*sure, *(replace(member, belongs=True) for member in way)]) for way in ways}
        return verdicts.pop() if len(verdicts) == 1 else Verdict.UNDETERMINED

    def _certain(self, check: Check, members: Sequence[Member]) -> Verdict:
        """The verdict that is proved of these members, whichever of the unknown ones belong."""
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
        return Evaluator(self._setting, _NoFacts(), [(member.belongs, member.parts) for member in members])

    def _quantities(self, check: Check, members: Sequence[Member]) -> Iterator[str]:
        evaluator = self._evaluator(members)
        told: set[str] = set()
        for node in _quantifiers(check):
            value = evaluator.value(node, ())
            text = " ".join(node.span.source.text[node.span.start : node.span.end].split())
            if value is not UNKNOWN and text not in told:
                told.add(text)
                yield f"{text} = {written(value, self._setting.zone)}"

    def _texts(self, check: Check, members: Sequence[Member]) -> Iterator[tuple[Result | None, ...]]:
        evaluator = self._evaluator([member for member in members if member.belongs is True] or members)
        shared = [
            evaluator.value(part.expression, ())
            if isinstance(part, Placeholder) and reads_group(part.expression)
            else None
            for part in message_of(check.messages, self._lang).parts
        ]
        for member in members:
            yield tuple(own if common is None else common for own, common in zip(member.own, shared, strict=True))


def _quantifiers(check: Check) -> Iterator[t.QuantifyGroup]:
    """The quantifiers over the group in a check's conditions, in the order in which they are written."""
    assert check.grouping is not None
    stack = [check.require] if check.grouping.having is None else [check.require, check.grouping.having]
    while stack:
        node = stack.pop()
        stack += reversed(children(node))
        if isinstance(node, t.QuantifyGroup):
            yield node


def _counted(check: Check, parts: Sequence[Result]) -> Iterator[int]:
    """The parts (by number) that a group reads of a member: not what its own filter leaves out."""
    found: set[int] = set()
    for node in _quantifiers(check):
        if node.filter is not None:
            found.add(node.filter)
        if node.element is not None and (node.filter is None or parts[node.filter] is not False):
            found.add(node.element)
    yield from sorted(found)


def asked_of(check: Check, member: Member | None) -> tuple[t.Expression, ...]:
    """The conditions and values that a check across documents reads of a subject: of a member what its group counts."""
    grouping = check.grouping
    assert grouping is not None
    counted = () if member is None else _counted(check, member.parts)
    return (check.when, *grouping.keys, *(grouping.parts[number] for number in counted))


def supposing(check: Check, subject: Subject, known: Known) -> Evaluator:
    """An evaluator for a subject of unknown membership that takes it for a member: what `when` asks of facts holds."""
    facts = frozenset((fact, subject[variable].ordinal) for variable, fact in facts_known(check.when, True))
    return Evaluator(known.setting, _Supposed(known, facts))


class _Supposed:
    """The facts of a document, with some that are unknown taken for holding."""

    def __init__(self, known: Known, facts: frozenset[tuple[int, int]]) -> None:
        self._known = known
        self._facts = facts
        self._evaluator = Evaluator(known.setting, self)

    def holds(self, fact: int, row: Record) -> Truth:
        state = self._known.conclusions.holds(fact, row)
        return True if state is UNKNOWN and (fact, row.ordinal) in self._facts else state

    def value(self, fact: int, value: int, row: Record) -> Result:
        conclusions = self._known.conclusions
        if conclusions.holds(fact, row) is not UNKNOWN or (fact, row.ordinal) not in self._facts:
            return conclusions.value(fact, value, row)
        derived = self._known.program.facts[fact]
        subject = self._known.facts.subjects[derived.entity][row.ordinal]
        # Whichever entry would conclude it: the value is known if all that may do so give the same.
        possible = [e for e in derived.entries if self._evaluator.truth(e.when, subject) is not False]
        values = {
            UNKNOWN if (given := entry.values[value]) is None else self._evaluator.value(given, subject)
            for entry in possible
        }
        return values.pop() if len(values) == 1 else UNKNOWN


class _NoFacts:
    """Expressions over a group read what members brought, never a document's facts."""

    def holds(self, fact: int, row: object) -> Truth:
        raise AssertionError((fact, row))

    def value(self, fact: int, value: int, row: object) -> Result:
        raise AssertionError((fact, value, row))
