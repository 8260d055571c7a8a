"""The reports of one run: one on standard output, others in files."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.report.formats import STREAMS
from orderproof.report.model import Across, CheckedDocument, Ending, Head, Options
from orderproof.report.stream import Stream
from orderproof.report.write import FileOutput, StandardOutput


class Reports:
    """A stream that is all reports of a run; raises OrderproofError where one cannot be written.

    Files come first, so that what standard output says of a run is only said when they are written. A run that ends
    without ``end``, or is interrupted, leaves no file.
    """

    def __init__(self, format_: str, options: Options, stream: TextIO | None) -> None:
        self._out = StandardOutput(stream)
        self._options = options
        self._files: list[FileOutput] = []
        self._of_files: list[Stream] = []
        self._standard = STREAMS[format_](self._out, options)

    def add_file(self, format_: str, path: Path) -> None:
        """One more report, in a file; it has no colour, and says itself what standard error says."""
        file = FileOutput(path)
        self._files.append(file)
        self._of_files.append(STREAMS[format_](file, replace(self._options, colour=False, diagnostics=True)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    @property
    def wants_every_document(self) -> bool:
        return any(stream.wants_every_document for stream in self._streams)

    @property
    def wants_details(self) -> bool:
        return any(stream.wants_details for stream in self._streams)

    @property
    def _streams(self) -> Sequence[Stream]:
        return (*self._of_files, self._standard)

    def head(self, head: Head) -> None:
        for stream in self._streams:
            stream.head(head)

    def document(self, document: CheckedDocument) -> None:
        for stream in self._streams:
            stream.document(document)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        for stream in self._streams:
            stream.diagnostic(diagnostic)

    def across(self, across: Across) -> None:
        for stream in self._streams:
            stream.across(across)

    def end(self, ending: Ending) -> None:
        if ending.interrupted:
            self.discard()
        for stream in self._of_files:
            stream.end(ending)
        for file in self._files:
            file.finish()
        self._standard.end(ending)
        self._out.flush()

    def flush(self) -> None:
        """Let out what waits for more, where nothing more may come for a while."""
        self._out.flush()

    def discard(self) -> None:
        """Leave no file that is not finished; nothing more goes into one."""
        for file in self._files:
            file.discard()
        self._files.clear()
        self._of_files.clear()
