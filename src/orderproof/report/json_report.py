"""The JSON report: the contract that others build on (``schemas/report.schema.json``)."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, display
from orderproof.finding import Because, DocumentName, Finding, Read, Related, SubjectName
from orderproof.language.scope import ParameterValue
from orderproof.language.types import Value
from orderproof.report.instant import write_instant
from orderproof.report.model import CheckedDocument, DocumentVerdict, Options, Report
from orderproof.source import Span
from orderproof.tree import Pointer, write_pointer

FORMAT = "orderproof.report/1"

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def render_json(report: Report, _options: Options) -> str:
    """The report as JSON text. It is the same in every language, and has no character that a terminal acts on."""
    return _inert(json.dumps(_report(report), ensure_ascii=False, indent=2)) + "\n"


def _report(report: Report) -> Json:
    return {
        "format": FORMAT,
        "tool": {"name": "orderproof", "version": __version__},
        "as_of": write_instant(report.as_of),
        "rule_sets": [{"id": r.id, "version": r.version, "sha256": r.sha256} for r in report.rule_sets],
        "parameters": {name: _parameter(value) for name, value in report.parameters.items()},
        "complete": report.complete,
        "cross_run_complete": report.cross_run_complete,
        "summary": {
            "documents": len(report.documents),
            "unreadable": sum(document.verdict is DocumentVerdict.UNREADABLE for document in report.documents),
            "pass": report.checks.passed,
            "violation": report.checks.violation,
            "undetermined": report.checks.undetermined,
            "not_applicable": report.checks.not_applicable,
            "waived": 0,
        },
        "documents": [_document(document) for document in report.documents],
        "findings": [_finding(finding) for document in report.documents for finding in document.findings],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
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


def _document(document: CheckedDocument) -> Json:
    return {
        "path": document.name.path,
        "index": document.name.index,
        "type": document.type,
        "id": document.name.id,
        "sha256": document.sha256,
        "verdict": document.verdict.value,
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "severity": finding.severity.value,
        "clause": finding.clause,
        "message": finding.message,
        "document": _name(finding.document),
        "location": _location(finding.pointer, finding.span),
        "subject": _subject(finding.subject),
        "evidence": _evidence(finding.evidence),
        "missing": list(finding.missing),
        "because": [_because(item) for item in finding.because],
        "related": [_related(item) for item in finding.related],
        "fingerprint": finding.fingerprint,
        "waived": False,
    }


def _name(name: DocumentName) -> Json:
    return {"path": name.path, "index": name.index, "id": name.id}


def _subject(subject: SubjectName) -> Json:
    return {"entity": subject.entity, "key": subject.key}


def _related(related: Related) -> Json:
    return {"document": _name(related.document), "location": _location(related.pointer, related.span)}


def _location(pointer: Pointer, span: Span | None) -> Json:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
    written = "".join(f"/{step}" for step in steps)
    if span is None:
        return {"pointer": written, "line": None, "column": None}
    position = span.position
    return {"pointer": written, "line": position.line, "column": position.column}


def _evidence(reads: Iterable[Read]) -> dict[str, Json]:
    return {write_pointer(read.pointer): read.value for read in reads}


def _because(item: Because) -> Json:
    return {
        "fact": item.fact,
        "subject": _subject(item.subject),
        "state": item.state.value,
        "values": dict(item.values),
        "evidence": _evidence(item.evidence),
        "places": {write_pointer(read.pointer): _place(read.span) for read in item.evidence if read.span is not None},
        "because": [_because(inner) for inner in item.because],
    }


def _place(span: Span) -> Json:
    position = span.position
    return {"line": position.line, "column": position.column}


def _diagnostic(diagnostic: Diagnostic) -> Json:
    span = diagnostic.span
    position = None if span is None else span.position
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": diagnostic.path if span is None else span.source.name,
        "line": None if position is None else position.line,
        "column": None if position is None else position.column,
        "help": diagnostic.help,
    }


_COMMAND = re.compile(r"##(?=\w*\[)")


def _inert(text: str) -> str:
    """JSON text of the same value in which what a terminal or a CI log acts on is written as an escape."""
    unsafe = {ord(character): _escape(character) for character in set(text) if _unsafe(character)}
    return _COMMAND.sub(r"#\\u0023", text.translate(unsafe) if unsafe else text)


def _unsafe(character: str) -> bool:
    return character != "\n" and display(character) != character


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
