"""What a run found, complete and ready to be rendered."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.language.scope import ParameterValue


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


class CheckedDocument(Struct, frozen=True):
    """A document of the run and its verdict; ``findings`` are all of it, also of warning severity.

    ``outcomes`` are those of every check, where the run was asked for them.
    """

    name: DocumentName
    type: str
    sha256: str | None
    verdict: DocumentVerdict
    findings: tuple[Finding, ...]
    outcomes: tuple[CheckOutcome, ...] = ()


class CheckCounts(Struct, frozen=True):
    """How many verdicts the checks gave over all subjects of the run."""

    passed: int
    violation: int
    undetermined: int
    not_applicable: int


class Report(Struct, frozen=True):
    """The outcome of a run. ``complete`` is false when an input could not be checked; ``gaps`` say why a check
    across documents did not see every member.

    ``documents`` are in the order of the input; ``diagnostics`` say what was wrong with inputs or engines.
    """

    as_of: datetime
    rule_sets: tuple[RuleSetName, ...]
    parameters: Mapping[str, ParameterValue]
    complete: bool
    gaps: tuple[Gap, ...]
    documents: tuple[CheckedDocument, ...]
    checks: CheckCounts
    diagnostics: tuple[Diagnostic, ...]

    @property
    def cross_run_complete(self) -> bool:
        """Whether every check across documents saw every member."""
        return not self.gaps


class Options(Struct, frozen=True):
    """How a report is shown: the language of its fixed words, a key of ``words.LANGUAGES``, and whether in colour.

    With ``diagnostics`` a report for people holds them too, where nobody sees standard error beside it.
    """

    lang: str = "en"
    colour: bool = False
    diagnostics: bool = False
