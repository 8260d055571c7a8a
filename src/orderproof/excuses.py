"""What keeps findings from failing a run: waivers and a baseline, in their accounts of the run."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.finding import Finding
from orderproof.outcome import UNREADABLE, Outcome
from orderproof.report.model import Excused
from orderproof.run import Run

if TYPE_CHECKING:
    from orderproof.baseline import Baseline, BaselineBook
    from orderproof.language.evaluate import Setting
    from orderproof.waivers import WaiverBook, WaiverFile


class Excuses:
    """The accounts of waivers and baseline of one run; they have nothing to say where it has neither."""

    def __init__(self, run: Run) -> None:
        checks = [check.id for check in run.program.checks]
        self._waivers = None if run.waivers is None else _waiver_book(run.waivers, run.setting, checks)
        self._baseline = None if run.baseline is None else _baseline_book(run.baseline, checks)
        self._waived = 0
        self._known = 0

    def meet(self, outcome: Outcome) -> None:
        """Documents were judged, or could not be."""
        if self._waivers is None and self._baseline is None:
            return
        documents = zip(outcome.ids, outcome.flags, strict=True)
        for stretch in outcome.stretches:
            for index, (id_, flags) in enumerate(islice(documents, stretch.count), stretch.index):
                if flags & UNREADABLE:
                    continue
                if self._waivers is not None:
                    self._waivers.meet(stretch.path, index, id_)
                if self._baseline is not None:
                    self._baseline.meet(stretch.path, index, id_)

    def of(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings with what accepts them, where anything does."""
        if self._waivers is None and self._baseline is None:
            return tuple(findings)
        return tuple(map(self._of, findings))

    def _of(self, finding: Finding) -> Finding:
        waived = None if self._waivers is None else self._waivers.waived(finding)
        is_known = self._baseline is not None and self._baseline.knows(finding)
        self._waived += waived is not None
        self._known += is_known and waived is None
        return finding if waived is None and not is_known else replace(finding, waived=waived, is_new=not is_known)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What is to be said of waivers and the baseline when all is judged."""
        if self._waivers is not None:
            yield from self._waivers.diagnostics()
        if self._baseline is not None:
            yield from self._baseline.diagnostics()

    def excused(self, not_judged: Iterable[str], *, interrupted: bool) -> Excused:
        """What it comes to; ``not_judged`` are checks that some source kept from being judged."""
        fixed, unseen = (0, 0) if self._baseline is None else self._baseline.fixed(not_judged, interrupted=interrupted)
        return Excused(self._waived, self._known, fixed, unseen)


def _waiver_book(waivers: "WaiverFile", setting: "Setting", checks: Sequence[str]) -> "WaiverBook":
    from orderproof.waivers import WaiverBook  # late: most runs have none

    return WaiverBook(waivers, setting.as_of, setting.zone, checks)


def _baseline_book(baseline: "Baseline", checks: Sequence[str]) -> "BaselineBook":
    from orderproof.baseline import BaselineBook  # late: as above

    return BaselineBook(baseline, checks)
