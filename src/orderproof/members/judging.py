"""Groups judged: by the generated function first, and by the evaluator where something depends on it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from orderproof.language.evaluate import GroupMember, Setting
from orderproof.language.typed import UNKNOWN
from orderproof.members.opinion import judge_of, verdict_of
from orderproof.members.packing import Brought, Kinds, key_values, part_values
from orderproof.members.reference import verdict_by
from orderproof.members.store import Record
from orderproof.ruleset.program import Check, Verdict
from orderproof.showing import written

CONFIRMED_EVERY = 100
"""Of groups that surely pass every so-manieth is judged twice."""
FOUND = (Verdict.VIOLATION, Verdict.UNDETERMINED)
"""The verdicts that are findings."""
_VERDICTS = tuple(Verdict)
_PASS, _NOT_APPLICABLE = Verdict.PASS, Verdict.NOT_APPLICABLE


class GroupFaultError(Exception):
    """Two opinions on one group contradict each other: a bug of ours, so nothing of the run may be believed."""

    def __init__(self, check: str, key: str, reason: str) -> None:
        self.check = check
        self.key = key
        self.reason = reason
        super().__init__(f"{check}, group {key}: {reason}")


@dataclass
class Tally:
    """What judging groups came to.

    ``passes``, ``not_applicable`` and ``passed`` are of the groups that were not handed out: a verdict counts once for
    each document of its group, and the byte of a document (by its number) is 1 once one of them passed.
    """

    passes: int = 0
    not_applicable: int = 0
    passed: bytearray = field(default_factory=bytearray)
    sure_passes: int = 0
    """Groups that surely pass, of which only some are judged twice."""
    confirmed: int = 0
    """Groups that were judged twice."""

    def count(self, verdict: Verdict, documents: Collection[int]) -> None:
        """Count a group that is not handed out."""
        if verdict is _PASS:
            self.passes += len(documents)
            for document in documents:
                self.passed[document] = 1
        else:
            self.not_applicable += len(documents)


class GroupJudge:
    """Judges the groups of one check; up to ``most`` members that may be none are tried both ways.

    With ``confirm_all`` each group is judged twice, else those that surely pass now and then.
    """

    def __init__(
        self, check: Check, kinds: Kinds, setting: Setting, tally: Tally, *, most: int, confirm_all: bool
    ) -> None:
        self._check = check
        self._kinds = kinds
        self._setting = setting
        self._tally = tally
        self._most = most
        self._confirm_all = confirm_all
        self._judge = judge_of(check, setting)
        self.kept: list[tuple[Verdict, list[Record]]] = []
        """The groups that are handed out."""
        self.applied = False
        """Whether the check applied to a group."""

    def judge(self, groups: Iterable[list[Record]], *, every: bool) -> None:
        """Judge groups in the exact decimal context; those that are findings are kept, the others are counted.

        With ``every`` all are kept. Raises GroupFaultError where opinions differ.
        """
        tally, first = self._tally, self._judge
        for records in groups:
            members: Sequence[Brought]
            documents: Collection[int]
            if len(records) == 1:
                # What most groups are.
                ((document, member),) = records
                members, documents, sure = (member,), (document,), member.sure
            else:
                members = [member for _, member in records]
                documents = {document for document, _ in records}
                sure = all(member.sure for member in members)
            if first is None:
                verdict = self._second(members)
            else:
                verdict = _VERDICTS[first(members) if sure else verdict_of(first, members, self._most)]
                spared = sure and verdict is _PASS and not self._confirm_all
                tally.sure_passes += spared
                if not spared or tally.sure_passes % CONFIRMED_EVERY == 1:
                    self._confirm(verdict, members)
            if verdict is not _NOT_APPLICABLE:
                self.applied = True
            if every or verdict in FOUND:
                self.kept.append((verdict, records))
            else:
                tally.count(verdict, documents)

    def _confirm(self, verdict: Verdict, members: Sequence[Brought]) -> None:
        self._tally.confirmed += 1
        second = self._second(members)
        if second is not verdict:
            reason = f"the generated function says {verdict.name.lower()}, the evaluator {second.name.lower()}"
            raise GroupFaultError(self._check.id, self._shown(members[0]), reason)

    def _second(self, members: Sequence[Brought]) -> Verdict:
        pairs: list[GroupMember] = [
            (True if member.sure else UNKNOWN, part_values(member.parts, self._kinds)) for member in members
        ]
        return verdict_by(self._check, self._setting, pairs, self._most)

    def _shown(self, member: Brought) -> str:
        key = key_values(member.key, self._kinds, member.parts)
        return " ".join(written(value, self._setting.zone) for value in key)
