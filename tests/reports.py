"""Reports in tests: read, and held against their schema."""

import json
from typing import Any

import jsonschema

from orderproof.data import schemas_folder


def validator(name: str) -> jsonschema.Draft202012Validator:
    """What holds a value against a shipped schema."""
    schema = json.loads((schemas_folder() / f"{name}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


REPORT = validator("report")
RECORD = validator("report-ndjson")


def validated(report_text: str) -> dict[str, Any]:
    """A JSON report, which has the form that its schema says."""
    report: dict[str, Any] = json.loads(report_text)
    REPORT.validate(report)
    return report


def records(text: str) -> list[dict[str, Any]]:
    """The records of a report, each of which has the form that its schema says."""
    assert text.endswith("\n")
    found: list[dict[str, Any]] = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
    for each in found:
        RECORD.validate(each)
    return found
