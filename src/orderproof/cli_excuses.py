"""What a run is given to accept findings by, opened as options name it."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError

if TYPE_CHECKING:
    from orderproof.baseline import Baseline
    from orderproof.reading.inputs import Found
    from orderproof.ruleset.model import RuleSet
    from orderproof.ruleset.program import Program
    from orderproof.waivers import WaiverFile


class GivenExcuses(Struct, frozen=True):
    """The waivers and the baseline of a run, where it has them, and the files that they are from."""

    files: tuple[str, ...]
    waivers: "WaiverFile | None"
    baseline: "Baseline | None"

    def apart(self, inputs: "Iterable[Found]") -> "Iterator[Found]":
        """The inputs without these files, which are no documents wherever they lie."""
        from orderproof.reading.inputs import Input

        if not self.files:
            yield from inputs
        real = set(map(os.path.realpath, self.files))
        for found in inputs:
            if isinstance(found, Input) and not found.is_standard and os.path.realpath(found.name) in real:
                continue
            yield found


def excuses_of(
    waivers: str | None, baseline: str | None, rule_set: "RuleSet", program: "Program", written: Sequence[Path]
) -> GivenExcuses:
    """The waivers and the baseline of two files; raises OrderproofError where one of them cannot be used, or where a
    report would be ``written`` over it: a run must not accept what it finds itself.
    """
    files = tuple(file for file in (waivers, baseline) if file is not None)
    reports = set(map(os.path.realpath, written))
    for file in files:
        if os.path.realpath(file) in reports:
            message = "the report would be written over this file, which says what is accepted"
            raise OrderproofError([Diagnostic("output.is-input", message, path=file, help="name another file")])
    accepted: WaiverFile | None = None
    known: Baseline | None = None
    if waivers is not None:
        from orderproof.waivers_file import load_waivers  # late: most runs have none

        accepted = load_waivers(Path(waivers), rule_set.checks)
    if baseline is not None:
        from orderproof.baseline import load_baseline  # late: as above

        known = load_baseline(Path(baseline), program, rule_set.checks)
    return GivenExcuses(files, accepted, known)
