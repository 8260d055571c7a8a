"""A report while its run goes on: what a run tells of, step by step."""

from typing import Protocol

from orderproof.diagnostic import Diagnostic
from orderproof.report.model import Across, CheckedDocument, Ending, Head


class Stream(Protocol):
    """Something that is told of a run: its head, then documents and diagnostics in the run's order, then what was
    found across documents, in the order of the documents, each once; at last its end. Diagnostics may come until then.

    Of a document whose own checks found nothing it needs to be told only where it wants every document; of one that
    could not be read, and of one with outcomes, always. Across documents it is told of each document with a finding,
    and of each whose verdict changed by a check that passes.
    """

    @property
    def wants_every_document(self) -> bool: ...

    @property
    def wants_details(self) -> bool:
        """Whether it needs the outcome of every check for every subject; where none does, there may be none."""
        ...

    def head(self, head: Head) -> None: ...

    def document(self, document: CheckedDocument) -> None: ...

    def diagnostic(self, diagnostic: Diagnostic) -> None: ...

    def across(self, across: Across) -> None: ...

    def end(self, ending: Ending) -> None: ...
