"""What there is to tell of groups: their documents are read once more, since none was kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, IncompleteError
from orderproof.document import Document, Reading
from orderproof.engine.judgement import Judgement
from orderproof.engine.reference import settled
from orderproof.explain import Explainer, Known
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts
from orderproof.findings import place_in
from orderproof.groups import Group, Member, Told, asked_of
from orderproof.language.evaluate import Setting
from orderproof.ledger import Ledger
from orderproof.ruleset.program import Check, Program
from orderproof.subject import Naming

Again: TypeAlias = Callable[[Mapping[str, frozenset[int]]], Iterable[Document]]
"""Reads some documents of a run once more: those of each path with these indexes, in the run's order."""
MemberKey: TypeAlias = tuple[int, int, int]
"""A member of a group: the number of the check, that of the document in the run, the subject's ordinal."""


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


class Teller(Struct, frozen=True):
    """Explains members of groups from documents that are read again; these must be the ones that were judged."""

    program: Program
    setting: Setting
    reader: FactReader
    ledger: Ledger

    def tell(self, groups: list[Group], again: Again) -> dict[MemberKey, Told]:
        """What there is to tell of the members of groups, from their documents, read once more."""
        wanted: dict[int, list[tuple[Check, Member]]] = {}
        for group in groups:
            for member in group.members:
                wanted.setdefault(member.document, []).append((group.check, member))
        numbers = {
            (self.ledger.entries[number].name.path, self.ledger.entries[number].name.index): number for number in wanted
        }
        indexes: dict[str, set[int]] = {}
        for path, index in numbers:
            indexes.setdefault(path, set()).add(index)
        told: dict[MemberKey, Told] = {}
        for document in again({path: frozenset(found) for path, found in indexes.items()}):
            number = numbers[document.path, document.index]
            facts = self.reader.read(document.values)
            if document.sha256 == self.ledger.entries[number].sha256 and isinstance(facts, Facts):
                told |= self._told(document, facts, number, wanted.pop(number))
        for number in wanted:
            # What the run judged is gone, so nothing can be shown of it, and nothing said of it now would be true.
            name = self.ledger.entries[number].name
            raise IncompleteError(
                [Diagnostic("input.changed", "this input changed while it was checked", path=name.path)]
            )
        return told

    def _told(
        self, document: Document, facts: Facts, number: int, members: list[tuple[Check, Member]]
    ) -> dict[MemberKey, Told]:
        _, conclusions = settled(self.program, self.setting, facts)
        naming = Naming(document)
        known = Known(self.program, self.setting, facts, Judgement((), conclusions.states()))
        explainer = Explainer(known, naming)
        told: dict[MemberKey, Told] = {}
        for checked, member in members:
            subject = facts.subjects[checked.entity][member.ordinal]
            explanation = explainer.explain(asked_of(checked, member), subject)
            place = place_in(checked, subject, number, naming)
            told[checked.number, number, member.ordinal] = Told(naming.subject(subject[-1]), place, explanation)
        return told
