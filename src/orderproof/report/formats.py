"""The formats of reports."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from orderproof.report.json_report import JsonStream
from orderproof.report.model import Options, Report
from orderproof.report.ndjson_report import NdjsonStream
from orderproof.report.replay import replay
from orderproof.report.stream import Stream
from orderproof.report.text_report import TextStream
from orderproof.report.write import Output, TextOutput

Maker: TypeAlias = Callable[[Output, Options], Stream]
"""Makes a report that goes to an output while its run goes on; it ends with a line end."""
Renderer: TypeAlias = Callable[[Report, Options], str]
"""The whole text of a report that is whole."""

STREAMS: Mapping[str, Maker] = {
    "text": TextStream,
    "json": JsonStream,
    "ndjson": NdjsonStream,
}


def _render(make: Maker, report: Report, options: Options) -> str:
    out = TextOutput()
    replay(report, make(out, options))
    return out.text


FORMATS: Mapping[str, Renderer] = {name: partial(_render, make) for name, make in STREAMS.items()}
