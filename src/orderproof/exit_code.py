"""Exit codes, and which outcome has which: set here and nowhere else."""

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from orderproof.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from orderproof.report.model import Ending, Report

# Every call needs the codes; what a run found is imported with the run.

FailOn: TypeAlias = Literal["error", "warning", "never"]
FAIL_ON: tuple[FailOn, ...] = ("error", "warning", "never")


class ExitCode(IntEnum):
    """What the program says to the shell."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    BUG = 70
    INTERRUPTED = 130


_GRAVEST_FIRST = (
    ExitCode.BUG,
    ExitCode.INTERRUPTED,
    ExitCode.USAGE,
    ExitCode.INCOMPLETE,
    ExitCode.FINDINGS,
    ExitCode.CLEAN,
)


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """The code that wins where several apply."""
    found = set(codes)
    return next((code for code in _GRAVEST_FIRST if code in found), ExitCode.CLEAN)


def code_of(
    of: "Ending | Report", fail_on: FailOn, *, allow_empty: bool = False, allow_not_judged: bool = False
) -> ExitCode:
    """The code of a run by its end: incomplete before findings, and nothing checked is no success."""
    from orderproof.report.model import Ending  # late: see above
    from orderproof.report.replay import ending_of

    ending = of if isinstance(of, Ending) else ending_of(of)
    codes: list[ExitCode] = [ExitCode.INTERRUPTED] if ending.interrupted else []
    checked = ending.checks
    nothing = not (checked.passed or checked.violation or checked.undetermined)
    if any(ending.documents.values()) and not ending.complete:
        codes.append(ExitCode.INCOMPLETE)
    if nothing and not allow_empty:
        codes.append(ExitCode.INCOMPLETE)
    if checked.not_judged and not allow_not_judged:
        # Clean means that everything was evaluated.
        codes.append(ExitCode.INCOMPLETE)
    counted = {"error": (Severity.ERROR,), "warning": (Severity.ERROR, Severity.WARNING), "never": ()}[fail_on]
    # What is waived, or known from a baseline, is told and does not fail a run.
    left = ((of, count - ending.not_counting.get(of, 0)) for of, count in ending.findings.items())
    if any(count > 0 for (severity, _), count in left if severity in counted):
        codes.append(ExitCode.FINDINGS)
    if fail_on == "warning" and ending.mistyped_count:
        # What is likely mistyped switched a check off: whoever asks for warnings asks for this one.
        codes.append(ExitCode.FINDINGS)
    return gravest(codes)


def code_of_explanation(report: "Report") -> ExitCode:
    """The code of an explanation: whatever the verdicts are, unless an input could not be read or compared."""
    return ExitCode.CLEAN if report.complete else ExitCode.INCOMPLETE


def code_of_screening(classes: Iterable[str], *, complete: bool, fail_on: FailOn) -> ExitCode:
    """The code of contracts that were screened, by the gravest class of each; what is unread hides accounts."""
    found = set(classes)
    codes = [] if complete else [ExitCode.INCOMPLETE]
    counted = {"error": {"account"}, "warning": {"account", "account_like"}, "never": set()}[fail_on]
    if found & counted:
        codes.append(ExitCode.FINDINGS)
    return gravest(codes)


def code_of_lint(diagnostics: Iterable[Diagnostic], fail_on: FailOn) -> ExitCode:
    """The code of a linted rule set: an error makes it unusable; a warning counts where it is asked for."""
    severities = {diagnostic.severity for diagnostic in diagnostics}
    if Severity.ERROR in severities:
        return ExitCode.USAGE
    return ExitCode.FINDINGS if severities and fail_on == "warning" else ExitCode.CLEAN


def code_of_cases(*, failed: int, total: int, unavailable: bool, doubtful: int, fail_on: FailOn) -> ExitCode:
    """The code of cases that were run: without a case, or without an engine that was asked for, nothing is shown.

    ``doubtful`` are warnings about cases and checks that lack some, which count where they are asked for.
    """
    codes = [ExitCode.FINDINGS] if failed or (doubtful and fail_on == "warning") else []
    if not total or unavailable:
        codes.append(ExitCode.INCOMPLETE)
    return gravest(codes)
