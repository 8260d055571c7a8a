"""The formats of reports."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from orderproof.report.json_report import render_json
from orderproof.report.model import Options, Report
from orderproof.report.text_report import render_text

Renderer: TypeAlias = Callable[[Report, Options], str]
"""The whole text of a report; it ends with a line end."""

FORMATS: Mapping[str, Renderer] = {
    "text": render_text,
    "json": render_json,
}
