"""What a run says on standard error while it goes on: what is wrong with its inputs, and how far it is."""

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import Diagnostic, display

if TYPE_CHECKING:
    from orderproof.report.model import Across, CheckedDocument, Ending, Head
    from orderproof.report.progress import Progress

_MAX_ALIKE = 20
"""Messages of one code about one input that are printed."""


class Complaints:
    """Diagnostics on standard error, as they come; of many alike about one input the first, and how many more."""

    wants_every_document = False
    wants_details = False

    def __init__(self, progress: "Progress | None") -> None:
        self._progress = progress
        self._alike: Counter[tuple[str, str | None]] = Counter()

    def head(self, _: "Head") -> None:
        """Nothing of it is a complaint."""

    def document(self, _: "CheckedDocument") -> None:
        """A report tells of it, and what is shown in its place must give way."""
        self._clear()

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        from orderproof.report.text_report import render_diagnostic

        self._clear()
        path = diagnostic.path if diagnostic.span is None else diagnostic.span.source.name
        self._alike[diagnostic.code, path] += 1
        if self._alike[diagnostic.code, path] <= _MAX_ALIKE:
            complain(render_diagnostic(diagnostic))

    def across(self, _: "Across") -> None:
        """A report tells of it."""
        self._clear()

    def end(self, ending: "Ending") -> None:
        """The run is over."""
        self._clear()
        for (code, path), count in self._alike.items():
            if count > _MAX_ALIKE:
                more = f"{count - _MAX_ALIKE:,} more messages like these; a report in json or ndjson has all of them"
                complain(spoken((f"{display(path)}: {more} [{code}]" if path else f"{more} [{code}]",)))
        if ending.interrupted:
            complain("interrupted: the report is incomplete\n")

    def _clear(self) -> None:
        if self._progress is not None:
            self._progress.clear()


def progress_of(lang: str, *, quiet: bool) -> "Progress | None":
    from orderproof.report.progress import Progress, wants_progress

    if sys.stderr is None or not wants_progress(sys.stderr, os.environ, quiet=quiet):
        return None
    from time import monotonic

    return Progress(sys.stderr, monotonic, lang)
