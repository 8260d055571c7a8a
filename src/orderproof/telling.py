"""What there is to tell of groups: their documents are read once more, since none was kept."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from orderproof.document import Document, Reading
from orderproof.explain import Explainer, Known
from orderproof.facts.record import Subject
from orderproof.findings import place_in
from orderproof.groups import Group, Member, Told, asked_of
from orderproof.language.typed import Result
from orderproof.members.supposing import supposing
from orderproof.reading.unread import changed_input
from orderproof.ruleset.program import Check
from orderproof.subject import Naming

Again: TypeAlias = Callable[[Mapping[str, frozenset[int]]], Iterable[Document]]
"""Reads some documents of a run once more: those of each path with these indexes, in the run's order."""
MemberKey: TypeAlias = tuple[int, int, int]
"""A member of a group: the number of the check, that of the document in the run, the subject's ordinal."""
NameOf: TypeAlias = Callable[[int], tuple[str, int]]
"""The input and the index in it of a document, by its number in the run."""


class Kept:
    """The documents of a small run, kept in memory to be told of again."""

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def all(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        for reading in readings:
            if isinstance(reading, Document):
                self.documents.append(reading)
            yield reading

    def again(self, wanted: Mapping[str, frozenset[int]]) -> Iterator[Document]:
        return (each for each in self.documents if each.index in wanted.get(each.path, ()))


def read_again(numbers: Collection[int], again: Again, name_of: NameOf) -> Iterator[tuple[int, Document]]:
    """Documents of the run with their numbers, read once more, in the run's order; some may not be there any more."""
    found: dict[tuple[str, int], list[int]] = {}
    indexes: dict[str, set[int]] = {}
    for number in numbers:
        path, index = name_of(number)
        found.setdefault((path, index), []).append(number)
        indexes.setdefault(path, set()).add(index)
    for document in again({path: frozenset(wanted) for path, wanted in indexes.items()}):
        for number in found.get((document.path, document.index), ()):
            yield number, document


class _Asked(Struct, frozen=True):
    """A member that something is to be told of, and its group if it has one."""

    check: Check
    member: Member
    group: Group | None


class Teller(Struct, frozen=True):
    """Explains members from documents that are read again; these must bring what they brought when they were judged."""

    known_of: Callable[[Document], Known | None]
    name_of: NameOf

    def tell(self, groups: Sequence[Group], again: Again) -> dict[MemberKey, Told]:
        """What there is to tell of the members of groups, from their documents, read once more."""
        return self._tell([_Asked(group.check, member, group) for group in groups for member in group.members], again)

    def tell_alone(self, members: Iterable[tuple[Check, Member]], again: Again) -> dict[MemberKey, Told]:
        """The same of members that join no group: what is read of them is told whole."""
        return self._tell([_Asked(check, member, None) for check, member in members], again)

    def _tell(self, asked: Sequence[_Asked], again: Again) -> dict[MemberKey, Told]:
        wanted: dict[int, list[_Asked]] = {}
        for each in asked:
            wanted.setdefault(each.member.document, []).append(each)
        told: dict[MemberKey, Told] = {}
        for number, document in read_again(wanted, again, self.name_of):
            known = self.known_of(document)
            if known is not None and number in wanted:
                told.update(_told(document, known, number, wanted.pop(number)))
        for number in wanted:
            raise changed_input(self.name_of(number)[0])
        return told


def _told(document: Document, known: Known, number: int, members: Sequence[_Asked]) -> Iterator[tuple[MemberKey, Told]]:
    naming = Naming(document)
    explainer = Explainer(known, naming)
    for asked in members:
        # What the document's source does not carry is unknown in the checks of its own program.
        check, member = known.program.checks[asked.check.number], asked.member
        subject = _same(check, member, known)
        if subject is None:
            raise changed_input(document.path)
        conditions = asked_of(check, None if asked.group is None else member)
        explanation = explainer.explain(conditions, subject)
        place = place_in(check, subject, number, naming)
        values = () if asked.group is None else _values(asked.group, member, subject, known)
        identity = tuple(map(naming.identity, subject))
        told = Told(naming.subject(subject[-1]), place, explanation, values, identity)
        yield (check.number, number, member.ordinal), told


def _same(check: Check, member: Member, known: Known) -> Subject | None:
    """The subject that a member was, if it still brings the same."""
    grouping = check.grouping
    assert grouping is not None
    subjects = known.facts.subjects[check.entity]
    if member.ordinal >= len(subjects):
        return None
    subject = subjects[member.ordinal]
    if known.evaluator.truth(check.when, subject) is not member.belongs:
        return None
    evaluator = known.evaluator if member.belongs is True else supposing(check, subject, known)
    key = tuple(evaluator.value(expression, subject) for expression in grouping.keys)
    parts = tuple(evaluator.value(part, subject) for part in grouping.parts)
    return subject if key == member.key and parts == member.parts else None


def _values(group: Group, member: Member, subject: Subject, known: Known) -> tuple[Result | None, ...]:
    """The values of the message's placeholders, those of the group and those of a member of it."""
    evaluator = known.evaluator if member.belongs is True else supposing(group.check, subject, known)
    return tuple(
        shared if own is None else evaluator.value(own, subject)
        for shared, own in zip(group.shared, group.own, strict=True)
    )
