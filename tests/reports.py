"""Reports in tests: read, and held against their schema."""

import json
from typing import Any

import jsonschema

from orderproof.data import schemas_folder

_SCHEMA = json.loads((schemas_folder() / "report.schema.json").read_text(encoding="utf-8"))
_VALIDATOR = jsonschema.Draft202012Validator(_SCHEMA, format_checker=jsonschema.FormatChecker())


def validated(report_text: str) -> dict[str, Any]:
    """A JSON report, which has the form that its schema says."""
    report: dict[str, Any] = json.loads(report_text)
    _VALIDATOR.validate(report)
    return report
