"""The formats of reports: one table, which the command line reads too."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from orderproof.report.model import Options, Report
    from orderproof.report.stream import Stream
    from orderproof.report.write import Output

# The command line needs the names when it starts; what writes a format is imported when a report is made in it.


class Format(Struct, frozen=True):
    """A format: the module here and the class in it that write it, a Stream made of an Output and Options; the endings
    of files that are taken for it; whether it is text that standard output can take, and whether it is for programs and
    holds everything.
    """

    module: str
    writer: str
    endings: tuple[str, ...] = ()
    text: bool = True
    is_whole: bool = False


TABLE: Mapping[str, Format] = {
    "text": Format("text_report", "TextStream", (".txt",)),
    "json": Format("json_report", "JsonStream", (".json",), is_whole=True),
    "ndjson": Format("ndjson_report", "NdjsonStream", (".ndjson", ".jsonl"), is_whole=True),
    "sarif": Format("sarif", "SarifStream", (".sarif", ".sarif.json")),
    "junit": Format("junit", "JunitStream", (".xml",)),
    "github": Format("github", "GithubStream"),
    "gitlab": Format("gitlab", "GitlabStream"),
    "markdown": Format("markdown", "MarkdownStream", (".md",)),
    "csv": Format("csv_report", "CsvStream", (".csv",)),
    "html": Format("html.stream", "HtmlStream", (".html", ".htm")),
    "xlsx": Format("xlsx_report", "XlsxStream", (".xlsx",), text=False),
}
TEXT_FORMATS = tuple(name for name, each in TABLE.items() if each.text)
"""Those that standard output can take."""
_ENDINGS = sorted(((e, name) for name, each in TABLE.items() for e in each.endings), key=lambda of: -len(of[0]))


def format_of(file: str) -> str | None:
    """The format that the ending of a file's name says; None where it says none."""
    return next((name for ending, name in _ENDINGS if file.lower().endswith(ending)), None)


Maker: TypeAlias = "Callable[[Output, Options], Stream]"
"""Makes a report that goes to an output while its run goes on; text ends with a line end."""
Renderer: TypeAlias = "Callable[[Report, Options], str]"
"""The whole text of a report that is whole."""


def _made(of: Format, out: "Output", options: "Options") -> "Stream":
    maker: Maker = getattr(import_module(f"orderproof.report.{of.module}"), of.writer)
    made = maker(out, options)
    if options.most is None or not of.is_whole:
        return made
    from orderproof.report.limited import Limited  # late: see above

    return Limited(made, options.most)


STREAMS: Mapping[str, Maker] = {name: partial(_made, each) for name, each in TABLE.items()}


def _render(make: Maker, report: "Report", options: "Options") -> str:
    from orderproof.report.replay import replay  # late: see above
    from orderproof.report.write import TextOutput

    out = TextOutput()
    replay(report, make(out, options))
    return out.text


FORMATS: Mapping[str, Renderer] = {name: partial(_render, STREAMS[name]) for name in TEXT_FORMATS}
