"""What there is to say of why a rule has its verdicts, complete and ready to be rendered."""

from msgspec import Struct

from orderproof.finding import DocumentName, SubjectName
from orderproof.report.model import Report
from orderproof.ruleset.program import Check
from orderproof.source import Span
from orderproof.why.steps import Step

NOT_JUDGED = "not_judged"
"""The verdict of what is undetermined only for want of what its source does not carry; there is no finding of it."""


class Judged(Struct, frozen=True):
    """A subject and what the rule says of it.

    ``when`` is None where the rule always applies; ``require`` is None where the rule does not get so far.
    ``message`` and ``missing`` are those of the finding, if there is one.
    """

    subject: SubjectName
    span: Span
    verdict: str
    when: Step | None
    require: Step | None
    message: str
    missing: tuple[str, ...]


class Joining(Struct, frozen=True):
    """A subject of a rule across documents: whether it is a member, its key, and the group that it joins.

    ``group`` is None for what joins none; ``compared`` is false in a document whose id was seen before. What has no
    key is ``not_judged`` where its source does not carry it.
    """

    subject: SubjectName
    span: Span
    belongs: bool | None
    when: Step | None
    keys: tuple[Step, ...]
    group: int | None
    compared: bool
    message: str
    not_judged: bool = False


class GroupWhy(Struct, frozen=True):
    """A group with the verdict that all its members share; ``unsure`` of them may not belong to it."""

    number: int
    key: str
    verdict: str
    members: tuple[tuple[DocumentName, SubjectName, Span, bool], ...]
    unsure: int
    having: Step | None
    require: Step | None
    message: str


class DocumentWhy(Struct, frozen=True):
    """A document and its subjects; None of them where it could not be read.

    ``unseen``: its source does not carry the rule's subjects, so that nobody knows of them.
    """

    name: DocumentName
    subjects: tuple[Judged | Joining, ...] | None
    unseen: bool = False


class Why(Struct, frozen=True):
    """A rule explained over the documents of a run."""

    check: Check
    report: Report
    documents: tuple[DocumentWhy, ...]
    groups: tuple[GroupWhy, ...]
