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
    NOT_CHANGED = "not_changed"


class RuleSetName(Struct, frozen=True):
    """A rule set of the run, with the digest of its files."""

    id: str
    version: str
    sha256: str


class RuleInfo(Struct, frozen=True):
    """A rule of the run, whether it found anything or not; ``title`` and ``message`` are in the run's language,
    ``titles`` in each that the rule set has, ``note`` as its author wrote it.

    ``message`` has its placeholders in braces, as the rule set has them.
    """

    id: str
    title: str
    clause: str
    severity: Severity
    message: str = ""
    note: str = ""
    titles: Mapping[str, str] = {}  # of a frozen struct: every value has its own


class CheckOutcome(Struct, frozen=True):
    """What one check said of one subject, also where it passed or did not apply; a group's subject is its key.

    ``verdict`` is ``pass``, ``violation``, ``undetermined``, ``not_applicable``, ``not_judged`` (the source does not
    carry what it asks for), or ``error`` (the document could not be read). ``reason`` says why in a sentence, in the
    run's language; it is empty for a pass. ``missing`` names the paths of absent values that kept it from being decided.
    """

    rule: str
    subject: SubjectName
    verdict: str
    reason: str = ""
    missing: tuple[str, ...] = ()


def outcome_of(finding: Finding) -> CheckOutcome:
    """What a check said where a finding came of it."""
    return CheckOutcome(finding.rule, finding.subject, finding.verdict, finding.message, finding.missing)


class FileName(Struct, frozen=True):
    """A file that a run was given beside its documents, with the digest of its bytes."""

    path: str
    sha256: str


class Head(Struct, frozen=True):
    """What is known of a run before anything is judged; ``rules`` are in the rule set's order.

    ``waivers`` and ``baseline`` are the files by which findings do not count, where there are such; ``left_out`` are the
    checks of the rule set that the run was asked not to judge.
    """

    as_of: datetime
    rule_sets: tuple[RuleSetName, ...]
    parameters: Mapping[str, ParameterValue]
    document_type: str
    rules: tuple[RuleInfo, ...] = ()
    waivers: FileName | None = None
    baseline: FileName | None = None
    left_out: tuple[str, ...] = ()


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


class Excused(Struct, frozen=True):
    """How many findings cannot fail the run: ``waived``, and of the others those ``known`` from the baseline.

    ``fixed`` are findings of the baseline that are no more, though their document and check were judged; ``unseen``
    those of which the run cannot tell, because one of the two was not.
    """

    waived: int = 0
    known: int = 0
    fixed: int = 0
    unseen: int = 0


class Ending(Struct, frozen=True):
    """The end of a run. ``complete`` is false when an input could not be checked; ``gaps`` say why a check across
    documents did not see every member.

    ``documents`` counts final verdicts, ``warned`` the passed documents with a finding, ``findings`` those of a severity
    and a verdict, ``confirmed`` the documents that more than one engine judged. ``unreadable`` and ``mistyped`` name
    the first ``NAMED``. ``not_counting`` are those of ``findings`` that cannot fail the run, ``excused`` says why.
    ``never_applicable`` are the checks that applied to nothing, in their order; none is named of an interrupted run.
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
    not_counting: Mapping[tuple[Severity, str], int] = {}  # see above
    excused: Excused = Excused()
    never_applicable: tuple[str, ...] = ()

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
    rules: tuple[RuleInfo, ...] = ()
    waivers: FileName | None = None
    baseline: FileName | None = None
    left_out: tuple[str, ...] = ()
    excused: Excused = Excused()
    never_applicable: tuple[str, ...] = ()

    @property
    def cross_run_complete(self) -> bool:
        """Whether every check across documents saw every member."""
        return not self.gaps and not self.interrupted


class Options(Struct, frozen=True):
    """How a report is shown: the language of its fixed words, a key of ``words.LANGUAGES``, and whether in colour.

    With ``diagnostics`` a report for people holds them too, where nobody sees standard error beside it. With
    ``every_document`` a report of records has one for each document, not only for what was found. With ``details``
    reports for programs have the outcome of every check for every subject. ``folder`` is the absolute path of the
    folder from which pipelines know the files. What is allowed is no failure, so that no report for pipelines says so.
    A report that holds everything has at most ``most`` findings of each rule, where that is said.
    """

    lang: str = "en"
    colour: bool = False
    diagnostics: bool = False
    every_document: bool = False
    details: bool = False
    folder: str = ""
    allow_empty: bool = False
    allow_not_judged: bool = False
    most: int | None = None
