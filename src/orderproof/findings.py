"""From verdicts to findings: a document's own, and those of a group in every document that it touches."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from orderproof.diagnostic import Severity
from orderproof.explain import MAX_READS, Explainer, Explanation
from orderproof.facts.record import Subject
from orderproof.finding import Because, Finding, Related, SubjectName
from orderproof.groups import Group, Place, Told
from orderproof.language.typed import UNKNOWN, Expression
from orderproof.messages import filled, in_language, message_of, repeated, undetermined
from orderproof.ruleset.lower import fields_asked
from orderproof.ruleset.program import Check, Placeholder, Verdict
from orderproof.subject import MARK, Naming, exact
from orderproof.tree import Pointer
from orderproof.undecided import joined

MAX_RELATED = 20
"""Other places that one finding of a group names."""
_NAMES = {Verdict.VIOLATION: "violation", Verdict.UNDETERMINED: "undetermined"}


def gravest_first(found: tuple[int, Finding]) -> tuple[bool, int]:
    """Sorts findings with the numbers of their checks: errors, then warnings; of each the rule set's first checks first."""
    number, finding = found
    return finding.severity is not Severity.ERROR, number


def place_of(check: Check, subject: Subject) -> Pointer:
    """Where a reader should look for a check of a subject."""
    return (*subject[check.where.variable].pointer, *check.where.path)


def place_in(check: Check, subject: Subject, document: int, naming: Naming) -> Place:
    """The same in a document of the run."""
    pointer = place_of(check, subject)
    span, stands, original = naming.span(pointer), naming.stands(pointer), naming.original(pointer)
    return Place(document, naming.name, pointer, span, stands, original)


def _pointed(check: Check, subject: Subject, place: Place, explanation: Explanation, explainer: Explainer) -> Place:
    """The rule's own place, unless it is a list inside which a value decided, or it is one of several values that
    the rule asks for and another one decided.
    """
    if place.pointer in explanation.decisive or not explanation.decisive:
        return place
    naming = explainer.naming
    depth = len(place.pointer) if isinstance(naming.value(place.pointer), list) else None
    inside = (each for each in explanation.decisive if depth is not None and each[:depth] == place.pointer)
    pointer = next(inside, None)
    if pointer is None:
        asked = {(*subject[variable].pointer, *path) for variable, path in fields_asked(check.require, len(subject))}
        if place.pointer not in asked:
            return place
        pointer = explanation.decisive[0]
    span, stands, original = naming.span(pointer), naming.stands(pointer), naming.original(pointer)
    return replace(place, pointer=pointer, span=span, excerpt=stands, original=original)


class FindingMaker(Struct):
    """Makes the findings of one document or of all groups in a run's language, each with a fingerprint of its own."""

    lang: str
    zone: ZoneInfo
    seen: Counter[str] = field(default_factory=Counter)

    @staticmethod
    def asked(check: Check, verdict: Verdict, subject: Subject, explainer: Explainer) -> tuple[Expression, ...]:
        """The conditions of a check that its verdict on a subject rests on."""
        if verdict is Verdict.UNDETERMINED and explainer.evaluator.value(check.when, subject) is UNKNOWN:
            return (check.when,)
        return check.when, check.require

    def of_document(
        self,
        check: Check,
        verdict: Verdict,
        subject: Subject,
        place: Place,
        explainer: Explainer,
        explanation: Explanation,
    ) -> Finding:
        """The finding of a check in one document, explained."""
        if verdict is Verdict.UNDETERMINED:
            message = undetermined(explanation, self.lang)
        else:
            template = message_of(check.messages, self.lang)
            values = [
                explainer.evaluator.value(part.expression, subject) if isinstance(part, Placeholder) else None
                for part in template.parts
            ]
            message = filled(template, values, self.lang, self.zone)
            place = _pointed(check, subject, place, explanation, explainer)
        naming = explainer.naming
        keys = [naming.identity(record) for record in subject]
        return self._finding(check, verdict, message, place, naming.subject(subject[-1]), keys, explanation)

    def of_keyless(self, check: Check, told: Told) -> Finding:
        """The finding of a member that belongs to no group, because its key is unknown."""
        return self._alone(check, told, undetermined(told.explanation, self.lang))

    def of_repeated(self, check: Check, told: Told) -> Finding:
        """The finding of a member that joins no group, because its document's id has stood before."""
        return self._alone(check, told, repeated(self.lang))

    def _alone(self, check: Check, told: Told, message: str) -> Finding:
        # No key of a group is written so, not an empty one either.
        keys = [MARK, *told.identity]
        return self._finding(check, Verdict.UNDETERMINED, message, told.place, told.subject, keys, told.explanation)

    def of_group(self, group: Group, told: Sequence[Told]) -> Iterator[Finding]:
        """The findings of a group: one in each document that holds members; ``told`` are in the members' order."""
        documents: dict[int, list[int]] = {}
        for number, member in enumerate(group.members):
            documents.setdefault(member.document, []).append(number)
        for numbers in documents.values():
            yield self._in_document(group, told, numbers)

    def _in_document(self, group: Group, told: Sequence[Told], numbers: Sequence[int]) -> Finding:
        check, first = group.check, told[numbers[0]]
        here = [told[number] for number in numbers]
        inside = frozenset(numbers)
        others = [member for number, member in enumerate(told[: len(inside) + MAX_RELATED]) if number not in inside]
        explanation = _together(here)
        verdict = group.verdict_in(first.place.document)
        if verdict is Verdict.UNDETERMINED:
            if not explanation.missing:
                explanation = _blaming(explanation, group, told, inside)
            message = undetermined(explanation, self.lang)
        else:
            message = filled(message_of(check.messages, self.lang), first.values, self.lang, self.zone)
        related = tuple(
            Related(member.place.name, member.place.pointer, member.place.span, member.place.original)
            for member in islice(chain(here[1:], others), MAX_RELATED)
        )
        subject = SubjectName(first.subject.entity, group.key)
        finding = self._finding(check, verdict, message, first.place, subject, [*map(exact, group.keys)], explanation)
        return replace(finding, related=related, grouped=True)

    def _finding(
        self,
        check: Check,
        verdict: Verdict,
        message: str,
        place: Place,
        subject: SubjectName,
        keys: Sequence[str],
        explanation: Explanation,
    ) -> Finding:
        name = place.name
        document = f"{MARK}{exact(name.path)}#{name.index}" if name.id is None else exact(name.id)
        return Finding(
            rule=check.id,
            verdict=_NAMES[verdict],
            severity=check.severity,
            clause=check.clause,
            title=in_language(check.titles, self.lang),
            message=message,
            document=name,
            pointer=place.pointer,
            span=place.span,
            subject=subject,
            evidence=explanation.evidence,
            missing=explanation.missing,
            because=explanation.because,
            related=(),
            fingerprint=self._fingerprint([check.id, document, subject.entity, *keys]),
            excerpt=place.excerpt,
            original=place.original,
        )

    def _fingerprint(self, identity: Sequence[str]) -> str:
        """A digest of what a finding is about: not of lines or values, and another one where all that is alike."""
        known = "\0".join(identity)
        self.seen[known] += 1
        digest = hashlib.sha256(f"{known}\0{self.seen[known]}".encode("utf-8", "surrogatepass"))
        return f"1:{digest.hexdigest()[:32]}"


def _together(members: Sequence[Told]) -> Explanation:
    """The explanations of one document's members of a group as one."""
    if len(members) == 1:
        return members[0].explanation
    because: list[Because] = []
    for member in members:
        because += (told for told in member.explanation.because if told not in because)
    reads = {read.pointer: read for member in members for read in member.explanation.evidence}
    return Explanation(
        evidence=tuple(reads.values())[:MAX_READS],
        missing=tuple(dict.fromkeys(path for member in members for path in member.explanation.missing)),
        because=tuple(because),
        supplied=frozenset().union(*(member.explanation.supplied for member in members)),
        blame=joined(member.explanation.blame for member in members),
    )


def _blaming(explanation: Explanation, group: Group, told: Sequence[Told], inside: frozenset[int]) -> Explanation:
    """Where nothing is missing here: what other documents of the group lack, or what the rule leaves open."""
    lacking = (
        f"{member.place.name.path}#{member.place.name.index}: {path}"
        for number, member in enumerate(told)
        if number not in inside
        for path in member.explanation.missing
    )
    missing = tuple(islice(lacking, MAX_RELATED))
    return replace(explanation, missing=missing, open=explanation.open or group.quantities)
