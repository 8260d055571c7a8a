"""What judging some documents of a run gave: plain data that can come from another process."""

from collections.abc import Iterable

from msgspec import Struct, field

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Finding
from orderproof.members.packing import Brought
from orderproof.report.model import CheckOutcome, DocumentVerdict, Gap

UNREADABLE = 1
PASSED = 2
ERROR_VIOLATION = 4
ERROR_UNDETERMINED = 8
WARNING_VIOLATION = 16
WARNING_UNDETERMINED = 32
NOT_JUDGED = 64
"""What is known of a document in a byte: that it could not be read, that a check of it passed, what its findings are,
and that a check of error severity could not be judged on its source."""

_FLAGS = {
    (Severity.ERROR, "violation"): ERROR_VIOLATION,
    (Severity.ERROR, "undetermined"): ERROR_UNDETERMINED,
    (Severity.WARNING, "violation"): WARNING_VIOLATION,
    (Severity.WARNING, "undetermined"): WARNING_UNDETERMINED,
}
WARNED = WARNING_VIOLATION | WARNING_UNDETERMINED


def flag_of(severity: Severity, verdict: str) -> int:
    """The flag of a finding."""
    return _FLAGS[severity, verdict]


def flags_of(findings: Iterable[Finding], *, passed: bool, unjudged: bool = False) -> int:
    """The flags of a document that could be read."""
    flags = (PASSED if passed else 0) | (NOT_JUDGED if unjudged else 0)
    for finding in findings:
        flags |= _FLAGS[finding.severity, finding.verdict]
    return flags


def _verdict(flags: int) -> DocumentVerdict:
    """A document's verdict, by its findings of error severity; a pass only where a check of it passed, and none of
    error severity was left without a verdict.
    """
    if flags & UNREADABLE:
        return DocumentVerdict.UNREADABLE
    only_warnings = not flags & (ERROR_VIOLATION | ERROR_UNDETERMINED | PASSED)
    if flags & ERROR_VIOLATION or (only_warnings and flags & WARNING_VIOLATION):
        return DocumentVerdict.VIOLATION
    if flags & (ERROR_UNDETERMINED | NOT_JUDGED) or (only_warnings and flags & WARNING_UNDETERMINED):
        return DocumentVerdict.UNDETERMINED
    return DocumentVerdict.PASS if flags & PASSED else DocumentVerdict.NOT_APPLICABLE


VERDICTS = tuple(map(_verdict, range(128)))
"""The verdict of a document for each combination of flags."""


class Told(Struct, frozen=True, tag="document"):
    """A document of which something is to be told: its number among those of its outcome, and its own findings."""

    number: int
    name: DocumentName
    sha256: str | None
    verdict: DocumentVerdict
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[CheckOutcome, ...] = ()


class Said(Struct, frozen=True, tag="diagnostic"):
    """A diagnostic; of those with the same ``key`` one is enough for a run."""

    diagnostic: Diagnostic
    key: tuple[str, ...] | None = None


class Stretch(Struct):
    """Documents that follow each other in one input and are of one source, by the index of the first."""

    path: str
    index: int
    count: int
    source: str = ""


class Refused(Struct, frozen=True):
    """A document over which an engine gave no judgement, why, and who judged it alone."""

    diagnostic: Diagnostic
    by: tuple[str, ...]


class Fault(Struct, frozen=True):
    """Engines that contradict each other over a document: nothing of the run may be believed."""

    name: DocumentName
    reason: str


class Unjudged(Struct):
    """Checks that could not be judged for want of what a source never says: how often, and for how many documents."""

    documents: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    fields: dict[str, None] = field(default_factory=dict)


class Outcome(Struct):
    """What was found of some documents that follow each other in the run.

    ``flags`` has a byte for each document; ``events`` are what is to be told, in order; ``counts`` how often each
    verdict was given; ``judged`` how many documents each engine judged, ``confirmed_by`` those of them that another one judged the same,
    ``confirmed`` how many more than one judged.
    ``members`` are what
    documents bring to groups, by their numbers in the outcome; ``unjudged`` is by the source. ``applied`` has a bit for
    each check by its number, which is set where the check applied to something, or may have.
    """

    flags: bytearray = field(default_factory=bytearray)
    events: list[Told | Said] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    ids: list[str] = field(default_factory=list)
    members: list[tuple[int, list[Brought]]] = field(default_factory=list)
    gaps: set[Gap] = field(default_factory=set)
    judged: dict[str, int] = field(default_factory=dict)
    confirmed_by: dict[str, int] = field(default_factory=dict)
    confirmed: int = 0
    refused: list[Refused] = field(default_factory=list)
    unjudged: dict[str, Unjudged] = field(default_factory=dict)
    fault: Fault | None = None
    applied: bytes = b""

    def apply(self, checks: int) -> None:
        """Set the bits of more checks."""
        known = checks | int.from_bytes(self.applied, "little")
        self.applied = known.to_bytes((known.bit_length() + 7) // 8, "little")

    def stretch(self, path: str, index: int, source: str = "", count: int = 1) -> None:
        """More documents, from an index of an input on."""
        if self.stretches:
            last = self.stretches[-1]
            if last.path == path and last.index + last.count == index and last.source == source:
                last.count += count
                return
        self.stretches.append(Stretch(path, index, count, source))
