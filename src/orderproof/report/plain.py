"""What reports for programs say, as plain values: each thing has one form in all of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from orderproof import __version__
from orderproof.diagnostic import Diagnostic
from orderproof.finding import Because, DocumentName, Finding, Read, Related, SubjectName, Waived
from orderproof.language.scope import ParameterValue
from orderproof.language.types import Value
from orderproof.report.encode import Json
from orderproof.report.instant import write_instant
from orderproof.report.model import (
    CheckedDocument,
    CheckOutcome,
    DocumentVerdict,
    Ending,
    EngineCount,
    FileName,
    Head,
    NotJudged,
)
from orderproof.source import Span
from orderproof.tree import Pointer, write_pointer


def plain_head(head: Head) -> dict[str, Json]:
    return {
        "tool": {"name": "orderproof", "version": __version__},
        "as_of": write_instant(head.as_of),
        "rule_sets": [{"id": r.id, "version": r.version, "sha256": r.sha256} for r in head.rule_sets],
        "parameters": plain_parameters(head.parameters),
        "waivers": _file(head.waivers),
        "baseline": _file(head.baseline),
        "left_out": list(head.left_out),
    }


def plain_parameters(parameters: Mapping[str, ParameterValue]) -> dict[str, Json]:
    return {name: _parameter(value) for name, value in parameters.items()}


def _file(of: FileName | None) -> Json:
    return None if of is None else {"path": of.path, "sha256": of.sha256}


def plain_ending(ending: Ending) -> dict[str, Json]:
    checks = ending.checks
    return {
        "complete": ending.complete and not ending.interrupted,
        "cross_run_complete": ending.cross_run_complete,
        "interrupted": ending.interrupted,
        "summary": {
            "documents": sum(ending.documents.values()),
            "unreadable": ending.documents.get(DocumentVerdict.UNREADABLE, 0),
            "pass": checks.passed,
            "violation": checks.violation,
            "undetermined": checks.undetermined,
            "not_applicable": checks.not_applicable,
            "not_judged": checks.not_judged,
            "waived": ending.excused.waived,
            "known": ending.excused.known,
            "fixed": ending.excused.fixed,
            "unseen": ending.excused.unseen,
        },
        "engines": [_engine(engine) for engine in ending.engines],
        "not_judged": [_not_judged(each) for each in ending.not_judged],
        "never_applicable": list(ending.never_applicable),
    }


def _engine(engine: EngineCount) -> Json:
    return {"name": engine.name, "judged": engine.judged, "confirmed": engine.confirmed}


def _not_judged(of: NotJudged) -> Json:
    return {
        "source": of.source,
        "rules": list(of.rules),
        "fields": list(of.fields),
        "documents": of.documents,
        "count": of.count,
    }


def _parameter(value: ParameterValue) -> Json:
    match value:
        case tuple():
            return [_scalar(item) for item in value]
        case Mapping():
            return {key: _scalar(item) for key, item in value.items()}
        case _:
            return _scalar(value)


def _scalar(value: Value) -> Json:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return write_instant(value)
        case date():
            return value.isoformat()
        case timedelta():
            return f"PT{Decimal(value // timedelta(microseconds=1)).scaleb(-6).normalize():f}S"
        case _:
            return value


def plain_document(document: CheckedDocument) -> dict[str, Json]:
    return {
        "path": document.name.path,
        "index": document.name.index,
        "type": document.type,
        "id": document.name.id,
        "sha256": document.sha256,
        "verdict": document.verdict.value,
    }


def plain_name(name: DocumentName) -> Json:
    return {"path": name.path, "index": name.index, "id": name.id}


def plain_finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "severity": finding.severity.value,
        "clause": finding.clause,
        "message": finding.message,
        "document": plain_name(finding.document),
        "location": _location(finding.pointer if finding.original is None else finding.original, finding.span),
        "subject": _subject(finding.subject),
        "evidence": _evidence(finding.evidence),
        "missing": list(finding.missing),
        "because": [_because(item) for item in finding.because],
        "related": [_related(item) for item in finding.related],
        "fingerprint": finding.fingerprint,
        **_waived(finding.waived),
        "known": not finding.is_new,
    }


def _waived(waived: Waived | None) -> dict[str, Json]:
    if waived is None:
        return {"waived": False}
    granted = None if waived.granted is None else waived.granted.isoformat()
    waiver: Json = {
        "reason": waived.reason,
        "owner": waived.owner,
        "granted": granted,
        "expires": waived.expires.isoformat(),
        "place": waived.place,
    }
    return {"waived": True, "waiver": waiver}


def plain_outcome(name: DocumentName, outcome: CheckOutcome) -> dict[str, Json]:
    return {
        "document": plain_name(name),
        "rule": outcome.rule,
        "subject": _subject(outcome.subject),
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "missing": list(outcome.missing),
    }


def _subject(subject: SubjectName) -> Json:
    return {"entity": subject.entity, "key": subject.key}


def _related(related: Related) -> Json:
    pointer = related.pointer if related.original is None else related.original
    return {"document": plain_name(related.document), "location": _location(pointer, related.span)}


def _location(pointer: Pointer, span: Span | None) -> Json:
    """A place in the file as it lies there: in the partner's own document where ours was made of one."""
    if span is None:
        return {"pointer": _json_pointer(pointer), "line": None, "column": None}
    return {"pointer": _json_pointer(pointer), **_place(span)}


# A run has few pointers and many findings: writing each anew would take half the time of a report.


@lru_cache(4096)
def _json_pointer(pointer: Pointer) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in pointer)


_path = lru_cache(4096)(write_pointer)


def _evidence(reads: Iterable[Read]) -> dict[str, Json]:
    return {_path(read.pointer): read.value for read in reads}


def _because(item: Because) -> Json:
    evidence: dict[str, Json] = {}
    places: dict[str, Json] = {}
    for read in item.evidence:
        path = _path(read.pointer)
        evidence[path] = read.value
        if read.span is not None:
            places[path] = _place(read.span)
    return {
        "fact": item.fact,
        "subject": _subject(item.subject),
        "state": item.state.value,
        "values": dict(item.values),
        "evidence": evidence,
        "places": places,
        "because": [_because(inner) for inner in item.because],
    }


def _place(span: Span) -> dict[str, Json]:
    """Line and column; in a sheet the cell too."""
    position = span.position
    place: dict[str, Json] = {"line": position.line, "column": position.column}
    cell = span.source.cell(span.start)
    if cell is not None:
        place["cell"] = cell
    return place


def plain_diagnostic(diagnostic: Diagnostic) -> dict[str, Json]:
    span = diagnostic.span
    place: dict[str, Json] = {"line": None, "column": None} if span is None else _place(span)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": diagnostic.path if span is None else span.source.name,
        **place,
        "help": diagnostic.help,
    }
