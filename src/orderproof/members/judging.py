"""Groups judged: by the generated function first, and by the evaluator where something depends on it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from orderproof.language.evaluate import GroupMember, Setting
from orderproof.language.typed import UNKNOWN
from orderproof.members.opinion import judge_of, verdict_of
from orderproof.members.packing import Kinds, key_values, part_values
from orderproof.members.reference import verdict_by
from orderproof.members.store import DOCUMENT, KEY, ORDINAL, PARTS, SURE, Record
from orderproof.ruleset.program import Check, Verdict
from orderproof.showing import written

CONFIRMED_EVERY = 100
"""Of groups that surely pass every so-manieth is judged twice."""
FOUND = (Verdict.VIOLATION, Verdict.UNDETERMINED)
"""The verdicts that are findings."""
_VERDICTS = tuple(Verdict)
_place = itemgetter(DOCUMENT, ORDINAL)


class GroupFaultError(Exception):
    """Two opinions on one group contradict each other: a bug of ours, so nothing of the run may be believed."""

    def __init__(self, check: str, key: str, reason: str) -> None:
        self.check = check
        self.key = key
        self.reason = reason
        super().__init__(f"{check}, group {key}: {reason}")


@dataclass
class Tally:
    """What judging groups came to: how many there were and how many of them were judged twice.

    ``verdicts`` and ``passed`` are of the groups that were not handed out: a verdict counts once for each document of
    its group, and the byte of a document (by its number) is 1 once one of them passed.
    """

    groups: int = 0
    confirmed: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    passed: bytearray = field(default_factory=bytearray)
    unconfirmed: int = 0
    """Groups that surely pass, of which only some are judged twice."""

    def count(self, verdict: Verdict, members: Sequence[Record]) -> None:
        """Count a group that is not handed out."""
        documents = {member[DOCUMENT] for member in members}
        self.verdicts[verdict] += len(documents)
        if verdict is Verdict.PASS:
            for document in documents:
                self.passed[document] = 1


class GroupJudge:
    """Judges the groups of one check; up to ``most`` members that may be none are tried both ways."""

    def __init__(self, check: Check, kinds: Kinds, setting: Setting, tally: Tally, *, most: int) -> None:
        self._check = check
        self._kinds = kinds
        self._setting = setting
        self._tally = tally
        self._most = most
        self._judge = judge_of(check, setting)

    def verdict(self, members: Sequence[Record], *, confirm_all: bool) -> Verdict:
        """The verdict on a group in the exact decimal context; raises GroupFaultError where opinions differ."""
        self._tally.groups += 1
        if self._judge is None:
            return self._second(members)
        sure = members[0][SURE] if len(members) == 1 else all(member[SURE] for member in members)
        said = self._judge(members) if sure else verdict_of(self._judge, members, self._most)
        verdict = _VERDICTS[said]
        if verdict is Verdict.PASS and sure and not confirm_all:
            self._tally.unconfirmed += 1
            if self._tally.unconfirmed % CONFIRMED_EVERY != 1:
                return verdict
        self._tally.confirmed += 1
        second = self._second(members)
        if second is not verdict:
            reason = f"the generated function says {verdict.name.lower()}, the evaluator {second.name.lower()}"
            raise GroupFaultError(self._check.id, self._shown(members[0]), reason)
        return verdict

    def _second(self, members: Sequence[Record]) -> Verdict:
        pairs: list[GroupMember] = [
            (True if member[SURE] else UNKNOWN, part_values(member[PARTS:], self._kinds)) for member in members
        ]
        return verdict_by(self._check, self._setting, pairs, self._most)

    def _shown(self, member: Record) -> str:
        key = key_values(member[KEY], self._kinds, member[PARTS:])
        return " ".join(written(value, self._setting.zone) for value in key)


def together(records: list[Record], left_out: frozenset[int]) -> Iterator[list[Record]]:
    """The members of each key, in the order of documents and in each of subjects."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        if record[DOCUMENT] not in left_out:
            groups.setdefault(record[KEY], []).append(record)
    for members in groups.values():
        if len(members) > 1:
            members.sort(key=_place)
        yield members
