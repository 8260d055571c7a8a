"""Judging documents one after the other. What it gives is plain data; it keeps no document."""

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from orderproof.chunk import Chunk, Placed, Read
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document
from orderproof.engine.panel import Panel, in_words
from orderproof.explain import Known
from orderproof.finding import DocumentName
from orderproof.outcome import Outcome, Said
from orderproof.policies import Policies
from orderproof.run import Run

CHUNK = 256
"""Documents that are judged together; the first of a run are fewer, so that their findings come at once."""
_FIRST_CHUNK = 16
_LOOK_AFTER = 16
_LOOK_AFTER_MOST = 256
_FEW_CYCLES = 1000
"""Chunks after which values in cycles are looked for; twice as many each time that no more than few values were found.
What runs makes hardly any, and Python would look far more often."""


class EngineFaultError(Exception):
    """The engines contradict each other: a bug of ours, so nothing of the run may be believed.

    ``document`` is the one over which they do, None where it is a group of several.
    """

    def __init__(self, document: DocumentName | None, reason: str) -> None:
        self.document = document
        self.reason = reason
        super().__init__(reason if document is None else f"{document.path}#{document.index}: {reason}")


class Judge:
    """Judges the documents of a run, by one Program for each kind of source. ``panel`` serves where it is given."""

    def __init__(self, run: Run, panel: Panel | None = None) -> None:
        self.run = run
        self._policies = Policies(run, panel)
        self._chunks = 0
        self._look_after = _LOOK_AFTER

    def judged(
        self, readings: Iterable[Placed], read: Read | None = None, *, one_by_one: bool = False, ahead: bool = False
    ) -> Iterator[Outcome]:
        """The outcomes of readings, in order, of some documents each; ``read`` makes documents of lines.

        With ``ahead`` the next ones are begun before some are told, so that nobody waits for an engine that is slower;
        not so where a reading may be long in coming.
        """
        begun: deque[Chunk] = deque()
        for chunk in self._chunks_of(readings, read, one_by_one=one_by_one):
            chunk.begin()
            begun.append(chunk)
            if len(begun) > ahead:
                yield self._outcome(begun.popleft())
        yield from map(self._outcome, begun)

    def _chunks_of(self, readings: Iterable[Placed], read: Read | None, *, one_by_one: bool) -> Iterator[Chunk]:
        waiting = iter(readings)
        size = 1 if one_by_one else _FIRST_CHUNK
        while batch := list(islice(waiting, size)):
            size = size if one_by_one else min(2 * size, CHUNK)
            yield Chunk(self._policies, batch, read)

    def _outcome(self, chunk: Chunk) -> Outcome:
        outcome = chunk.outcome()
        self._chunks += 1
        if self._chunks >= self._look_after:
            self._look_for_cycles()
        outcome.events[:0] = self._unavailable()
        return outcome

    def _look_for_cycles(self) -> None:
        few = gc.collect() <= _FEW_CYCLES
        self._look_after = min(2 * self._look_after, _LOOK_AFTER_MOST) if few else _LOOK_AFTER
        self._chunks = 0

    def _unavailable(self) -> Iterator[Said]:
        """That an engine is not to be had, for which others judge alone."""
        for policy in self._policies.made():
            panel = policy.ready
            reason = None if panel is None else panel.unavailable
            if panel is not None and reason is not None:
                instead = f"every document is judged by {in_words(panel.names)} alone"
                if panel.confirms_some:
                    instead = "the reference engine confirms in its place"
                message = f"{reason}; {instead}"
                warning = Diagnostic("engine.unavailable", message, severity=Severity.WARNING)
                yield Said(warning, (warning.code, reason))

    def known_again(self, document: Document) -> Known | None:
        """What is known of a document that was judged before and is read once more; None where it is another now."""
        return self._policies.known_again(document)

    def close(self) -> None:
        self._policies.close()
        if self.run.attachments is not None:
            self.run.attachments.close()
