"""Checks across documents: members gathered document by document, then judged group by group.

What a check needs of a member is evaluated while its document is at hand and travels with the
member; no document is kept. A group is judged the same way whichever engine said who its members are.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import localcontext
from typing import Literal

from msgspec import Struct

from orderproof.explain import Explanation, Known
from orderproof.facts.record import Subject
from orderproof.finding import DocumentName, SubjectName
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.language.typed import UNKNOWN, Result, Truth, exact_context
from orderproof.language.types import Value
from orderproof.members import store
from orderproof.members.judging import GroupJudge, Tally
from orderproof.members.packing import Brought, Kinds, brought_by, key_values, part_values, ready
from orderproof.members.reference import quantifiers, quantities_of, shared_by
from orderproof.members.store import Members, Record, Store, place
from orderproof.members.supposing import supposing
from orderproof.messages import message_of
from orderproof.ruleset.lower import reads_group
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
    original: Pointer | None = None
    """Where it stands in the partner's own document, where the document was made of one."""


class Member(Struct, frozen=True):
    """What is known of a member: where it is found again (the document's number in the run, the subject's ordinal in
    it), whether it is one (true or unknown), the values of its key, and what it brings.
    """

    document: int
    ordinal: int
    belongs: Truth
    key: tuple[Value, ...]
    parts: tuple[Result, ...]


class Told(Struct, frozen=True):
    """What there is to tell of a subject of a check across documents; ``values`` are those of the message's
    placeholders, where it is a member; ``identity`` is what tells it from all other subjects of its document.
    """

    subject: SubjectName
    place: Place
    explanation: Explanation
    values: tuple[Result | None, ...] = ()
    identity: tuple[str, ...] = ()


class Group(Struct, frozen=True):
    """A judged group: the values of its key as people read them, its members, and the verdict."""

    check: Check
    keys: tuple[str, ...]
    members: tuple[Member, ...]
    verdict: Verdict
    shared: tuple[Result | None, ...]
    """The values of the message's placeholders that speak of the group."""
    own: tuple[t.Expression | None, ...]
    """The placeholders that speak of a member alone."""
    quantities: tuple[str, ...]
    """Of an undetermined group what is known of it as a whole, such as ``count(distinct m.currency …) = 2``."""

    @property
    def key(self) -> str:
        """The key as people read it."""
        return " ".join(self.keys)

    def verdict_in(self, document: int) -> Verdict:
        """What the group's verdict means for a document: no violation where it may hold no member at all."""
        if self.verdict is not Verdict.VIOLATION:
            return self.verdict
        sure = any(member.belongs is True for member in self.members if member.document == document)
        return Verdict.VIOLATION if sure else Verdict.UNDETERMINED


def brought(check: Check, belongs: Truth, subject: Subject, known: Known) -> Brought | None:
    """What a subject brings to its group; None where it is a member of none, since it has no key."""
    grouping = check.grouping
    assert grouping is not None
    evaluator = known.evaluator if belongs is True else supposing(check, subject, known)
    key = ready(evaluator.value(expression, subject) for expression in grouping.keys)
    if None in key:
        return None
    parts = ready(evaluator.value(part, subject) for part in grouping.parts)
    return brought_by(check.number, Kinds.of(grouping), key, subject[-1].ordinal, belongs, parts)


class Groups:
    """Gathers the members of all checks across documents of a Program, then judges their groups.

    The first opinion on a group is a generated function's. Where it is not a pass, where a member may be none, and of
    every hundredth group beside these the evaluator must say the same, or of all groups with ``confirm="all"``.
    Members beyond ``limit`` packed bytes wait in a temporary file, which ends with ``close``.
    """

    def __init__(
        self,
        program: Program,
        setting: Setting,
        lang: str,
        *,
        confirm: Literal["all", "some"] = "some",
        limit: int = store.LIMIT,
    ) -> None:
        self._setting = setting
        self._lang = lang
        self._confirm_all = confirm == "all"
        self._kinds = {check.number: Kinds.of(check.grouping) for check in program.checks if check.grouping is not None}
        self._checks = {check.number: check for check in program.checks if check.grouping is not None}
        self._store = Store(limit)
        self._left_out: frozenset[int] = frozenset()
        self._documents = 0
        self.tally = Tally()
        self.applied: list[Check] = []
        """The checks that applied to a group, once groups are judged."""

    # Gathering

    def add(
        self, check: Check, belongs: Truth, subject: Subject, document: int, known: Known, *, joins: bool = True
    ) -> bool:
        """Put a subject into its group; false where it is a member of none, since it has no key or may not join."""
        member = brought(check, belongs, subject, known)
        if member is None or not joins:
            return False
        self.add_all([(document, [member])])
        return True

    def add_member(
        self,
        check: int,
        key: Sequence[Result | None] | None,
        document: int,
        ordinal: int,
        belongs: Truth,
        parts: Sequence[Result | None],
    ) -> bool:
        """The same of values that are known by now, in which None is unknown as well."""
        own = None if key is None else ready(key)
        member = brought_by(check, self._kinds[check], own, ordinal, belongs, ready(parts))
        if member is not None:
            self.add_all([(document, [member])])
        return member is not None

    def add_all(self, members: Members, first: int = 0) -> None:
        """Put what documents bring into their groups, by their numbers from ``first`` on; they may come in any order."""
        self._store.add(members, first)
        self._documents = max(self._documents, first + 1 + max([number for number, _ in members], default=-1))

    def gathered(self) -> Iterator[tuple[int, Brought]]:
        """All members with the numbers of their documents, ready to be added elsewhere."""
        for _, groups in self._store.groups():
            for records in groups:
                yield from records

    def leave_out(self, documents: Collection[int]) -> list[tuple[Check, Member]]:
        """Take documents out of all groups: they join none. Their members, by document, check and ordinal."""
        self._left_out = frozenset(documents)
        if not self._left_out:
            return []
        found = [
            (self._checks[number], self._member(number, record))
            for number, groups in self._store.groups()
            for records in groups
            for record in records
            if record[0] in self._left_out
        ]
        return sorted(found, key=lambda pair: (pair[1].document, pair[0].number, pair[1].ordinal))

    def close(self) -> None:
        """Be rid of all members."""
        self._store.close()

    # Judging

    def judged(self, *, every: bool = True) -> Iterator[Group]:
        """The groups with their verdicts, by check and then in the order of the first members.

        With ``every`` false only those that are findings; the others are counted in the tally. Raises
        GroupFaultError where two opinions contradict each other.
        """
        self.tally.passed.extend(bytes(self._documents - len(self.tally.passed)))
        judges = {number: self._judge(check) for number, check in self._checks.items()}
        for number, groups in self._store.groups():
            with localcontext(exact_context()):
                judges[number].judge(self._joining(groups) if self._left_out else groups, every=every)
        for number, check in self._checks.items():
            judge = judges[number]
            if judge.applied:
                self.applied.append(check)
            for verdict, records in sorted(judge.kept, key=lambda group: place(group[1][0])):
                yield self._group(check, verdict, records)

    def _judge(self, check: Check) -> GroupJudge:
        kinds, confirm_all = self._kinds[check.number], self._confirm_all
        return GroupJudge(check, kinds, self._setting, self.tally, most=MAX_UNSURE, confirm_all=confirm_all)

    def _joining(self, groups: Iterable[list[Record]]) -> Iterator[list[Record]]:
        """Groups without the members that were left out."""
        for records in groups:
            joining = [record for record in records if record[0] not in self._left_out]
            if joining:
                yield joining

    def _group(self, check: Check, verdict: Verdict, records: list[Record]) -> Group:
        members = self._members(check, records)
        pairs = [(member.belongs, member.parts) for member in members]
        message = message_of(check.messages, self._lang)
        own = (part.expression if isinstance(part, Placeholder) else None for part in message.parts)
        return Group(
            check=check,
            keys=tuple(written(value, self._setting.zone) for value in members[0].key),
            members=members,
            verdict=verdict,
            shared=shared_by(message, self._setting, pairs),
            own=tuple(None if part is None or reads_group(part) else part for part in own),
            quantities=quantities_of(check, self._setting, pairs) if verdict is Verdict.UNDETERMINED else (),
        )

    def _members(self, check: Check, records: list[Record]) -> tuple[Member, ...]:
        return tuple(self._member(check.number, record) for record in records)

    def _member(self, check: int, record: Record) -> Member:
        kinds, (document, member) = self._kinds[check], record
        belongs: Truth = True if member.sure else UNKNOWN
        key = key_values(member.key, kinds, member.parts)
        return Member(document, member.ordinal, belongs, key, part_values(member.parts, kinds))


def _counted(check: Check, parts: Sequence[Result]) -> Iterator[int]:
    """The parts (by number) that a group reads of a member: not what its own filter leaves out."""
    found: set[int] = set()
    for node in quantifiers(check):
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
