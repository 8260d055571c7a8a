"""What a run tells: its head, its documents and what was found of them, its end; and all of it as one report."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.language.scope import ParameterValue

NAMED = 5
"""Of what there may be many, the end of a run names the first so many."""


class DocumentVerdict(StrEnum):
    """What a run says of a document as a whole, by its findings of error severity."""

    UNREADABLE = "unreadable"
    VIOLATION = "violation"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"
    PASS = "pass"


class Gap(StrEnum):
    """Why a check across documents did not see every member."""

    UNREADABLE = "unreadable"
    NO_DOCUMENT = "no_document"
    NO_KEY = "no_key"
    REPEATED = "repeated"
    NOT_CARRIED = "not_carried"


class RuleSetName(Struct, frozen=True):
    """A rule set of the run, with the digest of its files."""

    id: str
    version: str
    sha256: str


class CheckOutcome(Struct, frozen=True):
    """What one check said of one subject, also where it passed or did not apply; a group's subject is its key."""

    rule: str
    subject: SubjectName
    verdict: str


class Head(Struct, frozen=True):
    """What is known of a run before anything is judged."""

    as_of: datetime
    rule_sets: tuple[RuleSetName, ...]
    parameters: Mapping[str, ParameterValue]
    document_type: str


class CheckedDocument(Struct, frozen=True):
    """A document of the run and its verdict; ``findings`` are of all severities, gravest first.

    A stream is told of its own checks only, a report has those across documents too. ``outcomes`` are those of every
    check, where the run was asked for them.
    """

    name: DocumentName
    type: str
    sha256: str | None
    verdict: DocumentVerdict
    findings: tuple[Finding, ...]
    outcomes: tuple[CheckOutcome, ...] = ()


class Across(Struct, frozen=True):
    """What checks across documents found of a document, the ``number``-th of the run from 0, gravest first.

    ``verdict`` is the document's final one, ``was`` the one that its own checks gave it.
    """

    name: DocumentName
    number: int
    verdict: DocumentVerdict
    was: DocumentVerdict
    findings: tuple[Finding, ...]
    outcomes: tuple[CheckOutcome, ...] = ()


class CheckCounts(Struct, frozen=True):
    """How many verdicts the checks gave over all subjects of the run.

    ``not_judged`` are undetermined only because a source does not carry a field; ``undetermined`` has none of them.
    """

    passed: int
    violation: int
    undetermined: int
    not_applicable: int
    not_judged: int = 0


class EngineCount(Struct, frozen=True):
    """How many documents an engine judged; ``confirmed`` are those of them that another engine judged the same."""

    name: str
    judged: int
    confirmed: int


class NotJudged(Struct, frozen=True):
    """Checks that a source left undetermined for want of fields that it does not carry: ``count`` verdicts of them."""

    source: str
    rules: tuple[str, ...]
    fields: tuple[str, ...]
    documents: int
    count: int


class Ending(Struct, frozen=True):
    """The end of a run. ``complete`` is false when an input could not be checked; ``gaps`` say why a check across
    documents did not see every member.

    ``documents`` counts final verdicts, ``warned`` the passed documents with a finding, ``findings`` those of a severity
    and a verdict, ``confirmed`` the documents that more than one engine judged. ``unreadable`` and ``mistyped`` name
    the first ``NAMED``.
    """

    complete: bool = False
    interrupted: bool = False
    gaps: tuple[Gap, ...] = ()
    documents: Mapping[DocumentVerdict, int] = {}  # of a frozen struct: every value has its own
    warned: int = 0
    checks: CheckCounts = CheckCounts(0, 0, 0, 0)
    findings: Mapping[tuple[Severity, str], int] = {}  # see above
    unreadable: tuple[DocumentName, ...] = ()
    mistyped: tuple[str, ...] = ()
    mistyped_count: int = 0
    engines: tuple[EngineCount, ...] = ()
    confirmed: int = 0
    not_judged: tuple[NotJudged, ...] = ()

    @property
    def cross_run_complete(self) -> bool:
        """Whether every check across documents saw every member."""
        return not self.gaps and not self.interrupted


class Report(Struct, frozen=True):
    """The outcome of a run as one value; what has a meaning in ``Head`` or ``Ending`` has the same one here.

    ``documents`` are in the order of the input, with their final verdicts and the findings across documents;
    ``diagnostics`` say what was wrong with inputs or engines.
    """

    as_of: datetime
    rule_sets: tuple[RuleSetName, ...]
    parameters: Mapping[str, ParameterValue]
    complete: bool
    gaps: tuple[Gap, ...]
    documents: tuple[CheckedDocument, ...]
    checks: CheckCounts
    diagnostics: tuple[Diagnostic, ...]
    document_type: str = ""
    interrupted: bool = False
    engines: tuple[EngineCount, ...] = ()
    confirmed: int = 0
    not_judged: tuple[NotJudged, ...] = ()

    @property
    def cross_run_complete(self) -> bool:
        """Whether every check across documents saw every member."""
        return not self.gaps and not self.interrupted


class Options(Struct, frozen=True):
    """How a report is shown: the language of its fixed words, a key of ``words.LANGUAGES``, and whether in colour.

    With ``diagnostics`` a report for people holds them too, where nobody sees standard error beside it. With
    ``every_document`` a report of records has one for each document, not only for what was found.
    """

    lang: str = "en"
    colour: bool = False
    diagnostics: bool = False
    every_document: bool = False
