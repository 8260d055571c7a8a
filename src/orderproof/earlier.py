"""A report of an earlier run in JSON, read again as far as its findings must be known."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from orderproof.accepted_values import Shown, Values, joined
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.finding import DocumentName
from orderproof.report.json_report import FORMAT
from orderproof.report.model import RuleSetName

AGAIN = "make it again: `orderproof check … --output json:FILE`"
"""What to do about a report that is of no use."""


class OtherDocument(Struct, frozen=True):
    """Another document's part in a finding."""

    document: DocumentName


class EarlierBecause(Struct, frozen=True):
    """A derived fact that a finding rests on."""

    evidence: dict[str, Shown]
    because: tuple["EarlierBecause", ...]


class EarlierFinding(Struct, frozen=True):
    """What a report says of a finding; reports of earlier versions of the program say no less."""

    rule: str
    verdict: Literal["violation", "undetermined"]
    severity: Severity
    document: DocumentName
    related: tuple[OtherDocument, ...]
    fingerprint: str
    waived: bool
    evidence: dict[str, Shown]
    because: tuple[EarlierBecause, ...]

    @property
    def values(self) -> Values | None:
        """What it rests on, as that of a finding of the run is told."""
        return joined((self.evidence, *_below(self.because)))


def _below(because: Iterable[EarlierBecause]) -> Iterator[dict[str, Shown]]:
    for fact in because:
        yield fact.evidence
        yield from _below(fact.because)


class EarlierReport(Struct, frozen=True):
    """A report, without what nobody asks for again."""

    format: str
    complete: bool
    rule_sets: tuple[RuleSetName, ...]
    findings: tuple[EarlierFinding, ...]
    parameters: dict[str, Any] | None = None
    interrupted: bool = False


def read_earlier(path: Path, area: str) -> tuple[bytes, EarlierReport]:
    """The bytes of a report and what it says; raises OrderproofError, with codes of an area, where it is none."""
    name = path.as_posix()
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise OrderproofError([Diagnostic(f"{area}.unreadable", reason, path=name)]) from None
    report = _report(content)
    if report is None or report.format != FORMAT:
        hint = f"give a report in json, as it was written; if there is none, {AGAIN}"
        raise OrderproofError([Diagnostic(f"{area}.form", "this is no report of a run", path=name, help=hint)])
    return content, report


def _report(content: bytes) -> EarlierReport | None:
    try:
        return msgspec.json.decode(content, type=EarlierReport)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        # Half of a character may stand in it, from an escape in a document.
        return msgspec.convert(json.loads(content), EarlierReport)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None
