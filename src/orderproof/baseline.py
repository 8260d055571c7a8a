"""A baseline: the findings of an earlier report, which are known and do not fail a run."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from orderproof.accepted_values import Values, difference
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.earlier import AGAIN, EarlierFinding, EarlierReport, read_earlier
from orderproof.finding import DocumentName, Finding
from orderproof.report.model import FileName
from orderproof.report.plain import plain_parameters
from orderproof.ruleset.model import CheckDefinition
from orderproof.ruleset.program import Program

_MAX_NAMED = 3


class Baseline(Struct, frozen=True):
    """The findings of an earlier report that nothing waived, by checks that can be waived; and what is to be said of it."""

    name: FileName
    findings: tuple[EarlierFinding, ...]
    warnings: tuple[Diagnostic, ...]


def load_baseline(path: Path, program: Program, checks: Iterable[CheckDefinition]) -> Baseline:
    """The baseline of a file, for a run of a Program of a rule set with these checks; raises OrderproofError where it
    is none.
    """
    name = path.as_posix()
    content, report = read_earlier(path, "baseline")
    if report.interrupted:
        message = "the run of this report was interrupted, so it does not tell all that was known"
        raise OrderproofError([Diagnostic("baseline.interrupted", message, path=name, help=AGAIN)])
    ids = [each.id for each in report.rule_sets]
    if ids != [program.id]:
        of = ", ".join(f"`{id_}`" for id_ in ids) or "no rule set"
        message = f"this report is of {of}, the run is of `{program.id}`"
        raise OrderproofError([Diagnostic("baseline.rule-set", message, path=name, help="name a report of the same")])
    strict = {check.id.value for check in checks if not check.waivable}
    waivable = [finding for finding in report.findings if finding.rule not in strict]
    warnings = list(_warnings(name, report, program))
    if count := len(report.findings) - len(waivable):
        some = "1 finding of this report counts" if count == 1 else f"{count:,} findings of this report count"
        message = f"{some} all the same: {'its check says' if count == 1 else 'their checks say'} `waivable: false`"
        hint = "mend the documents; the rule set allows no exception"
        warnings.append(_warning("baseline.not-waivable", message, name, hint))
    known = tuple(finding for finding in waivable if not finding.waived)
    return Baseline(FileName(name, hashlib.sha256(content).hexdigest()), known, tuple(warnings))


def _warnings(name: str, report: EarlierReport, program: Program) -> Iterator[Diagnostic]:
    """Why what a report knows may not be what the run would know."""
    if not report.complete:
        yield _warning(
            "baseline.incomplete", "this report is incomplete: what its run could not read is not known from it", name
        )
    if report.rule_sets[0].sha256 != program.sha256:
        message = f"this report is of another state of the rules (version {report.rule_sets[0].version})"
        yield _warning("baseline.rules-changed", message, name)
    now = json.loads(json.dumps(plain_parameters(program.parameters)))
    then = now if report.parameters is None else report.parameters
    if then != now:
        differing = sorted(key for key in {*now, *then} if then.get(key) != now.get(key))
        more = f" and {len(differing) - _MAX_NAMED:,} more" if len(differing) > _MAX_NAMED else ""
        names = ", ".join(f"`{key}`" for key in differing[:_MAX_NAMED])
        yield _warning("baseline.parameters", f"this report is of other values of parameters: {names}{more}", name)


def _warning(code: str, message: str, name: str, help: str = AGAIN) -> Diagnostic:
    return Diagnostic(code, message, path=name, help=help, severity=Severity.WARNING)


class BaselineBook:
    """What a run has found of its baseline so far; each finding of it is known once.

    A finding is known where its fingerprint and its verdict are, it was no less grave, and rested on the same values.
    ``checks`` are those of the run.
    """

    def __init__(self, baseline: Baseline, checks: Iterable[str]) -> None:
        self._name = baseline.name.path
        self._findings = baseline.findings
        self._checks = frozenset(checks)
        self._left: defaultdict[tuple[str, str, str, Severity], list[Values | None]] = defaultdict(list)
        self._changed: list[str] = []
        self._here: Counter[tuple[str, str]] = Counter()
        for each in baseline.findings:
            self._left[each.rule, each.fingerprint, each.verdict, each.severity].append(each.values)
        self._ids = {id_ for each in baseline.findings for id_ in map(_identity, _documents(each))}
        self._met: set[str | tuple[str, int]] = set()

    def meet(self, path: str, index: int, id: str) -> None:
        """A document was judged; its id is empty where it has none."""
        identity = id or (path, index)
        if identity in self._ids:
            self._met.add(identity)

    def knows(self, finding: Finding) -> bool:
        """Whether a finding is one of the baseline; that one is no other finding's any more."""
        self._here[finding.rule, finding.fingerprint] += 1
        graver = (Severity.ERROR,) if finding.severity is Severity.ERROR else (Severity.WARNING, Severity.ERROR)
        keys = [(finding.rule, finding.fingerprint, finding.verdict, severity) for severity in graver]
        left = [values for values in map(self._left.get, keys) if values]
        if not left:
            return False
        reason = None
        for values in left:
            for number, each in enumerate(values):
                other = difference(each, finding)
                if other is None:
                    del values[number]
                    return True
                reason = reason or other
        document = finding.document.id or f"{finding.document.path}#{finding.document.index}"
        self._changed.append(f"`{finding.rule}` of {document} is not the finding of this report: {reason}")
        return False

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What is to be said of findings that the baseline has with other values."""
        if not self._changed:
            return
        count = len(self._changed) - 1
        more = f"; nor {'is' if count == 1 else 'are'} {count:,} more" if count else ""
        hint = "what is not counts; mend it, or waive it"
        yield _warning("baseline.values", f"{self._changed[0]}{more}", self._name, hint)

    def fixed(self, not_judged: Iterable[str], *, interrupted: bool) -> tuple[int, int]:
        """How many of its findings are no more, and of how many that cannot be told.

        It is known only of checks of the run that were judged, on documents that were judged, too, and all that took
        part. ``not_judged`` are checks that some documents did not allow to judge.
        """
        judged = self._checks - set(not_judged)
        here = self._here.copy()
        fixed = unseen = 0
        for each in self._findings:
            key = each.rule, each.fingerprint
            if here[key]:
                # It is there still, perhaps with another verdict.
                here[key] -= 1
            elif not interrupted and each.rule in judged and self._met.issuperset(map(_identity, _documents(each))):
                fixed += 1
            else:
                unseen += 1
        return fixed, unseen


def _documents(finding: EarlierFinding) -> Iterable[DocumentName]:
    return (finding.document, *(each.document for each in finding.related))


def _identity(name: DocumentName) -> str | tuple[str, int]:
    """What a document is known by in another run: its id, else its place."""
    return name.id or (name.path, name.index)
