"""What the page keeps of a run, of which it shows only so much; the rest is counted."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from orderproof.finding import Finding
from orderproof.report.encode import Json
from orderproof.report.html.blocks import Blocks
from orderproof.report.html.found import MESSAGE_LENGTH, details_of, row_of
from orderproof.report.model import Across, CheckedDocument, CheckOutcome, Head
from orderproof.report.places import input_of
from orderproof.report.quoting import shown
from orderproof.report.tally import Tally
from orderproof.report.write import Output

FINDINGS = 25_000
"""Findings that the page holds, and beyond them those of ``OF_EACH_RULE`` and ``OF_EACH_DOCUMENT``."""
OF_EACH_DOCUMENT = 3
MORE = 10_000
"""Of each document the first so many findings stand in the page, too, but of all these no more than so many."""
OF_EACH_RULE = 100
"""The first so many findings of a rule stand in the page, however many there are of others."""
DOCUMENTS = 5_000
"""Documents that the page lists, and beyond them those with a finding that it holds."""

_IN_A_BLOCK = 1_000
DETAILS = 200
"""Findings, and documents, of which a block tells in detail; the page's script knows it."""
_REASONS = 5_000

_NONE = "-"
GRAVEST_FIRST = f"veujpn{_NONE}"
"""The signs of statuses."""
STATUSES = {
    "violation": "v",
    "error": "e",
    "undetermined": "u",
    "not_judged": "j",
    "pass": "p",
    "not_applicable": "n",
}


class Kept:
    """What the page holds of findings and documents, and how many there are of all.

    Documents have places in the order in which they are listed: first those that are told in their order, then those
    of which only checks across documents found something.
    """

    def __init__(self, head: Head) -> None:
        self.tally = Tally(head)
        self.documents = Blocks("documents", _IN_A_BLOCK)
        self.changes = Blocks("changes", _IN_A_BLOCK)
        self.rows = Blocks("rows", _IN_A_BLOCK)
        self.details = Blocks("details", DETAILS)
        self.outcomes = Blocks("outcomes", DETAILS)
        self.findings = 0
        self.held = 0
        self._told = 0
        self._listed = array("Q")
        self._later = 0
        self._held_of: dict[int, int] = {}
        self._reasons: dict[str, int] = {}

    @property
    def listed(self) -> int:
        """How many documents the page lists."""
        return len(self._listed) + self._later

    def document(self, document: CheckedDocument) -> None:
        self._told += 1
        wanted = self._wanted(document)
        if wanted or len(self._listed) < DOCUMENTS:
            place = len(self._listed)
            self._listed.append(self._told - 1)
            self._list(place, self._told - 1, document)
            self._hold(place, wanted)

    def across(self, across: Across) -> None:
        wanted = self._wanted(across)
        place = bisect_left(self._listed, across.number)
        if place < len(self._listed) and self._listed[place] == across.number:
            said = self._statuses(place, across.outcomes)
            name = across.name.id
            self.changes.add([place, None if name is None else shown(name), across.verdict.value, *said])
            self._hold(place, wanted)
        elif wanted:
            place = self.listed
            self._later += 1
            self._list(place, across.number, across)
            self._hold(place, wanted)

    def _wanted(self, of: CheckedDocument | Across) -> list[tuple[int, Finding]]:
        """The findings of a document that the page holds, with their rules."""
        self.tally.add(of)
        self.findings += len(of.findings)
        return [
            (rule, finding)
            for place, finding in enumerate(of.findings)
            if self._is_wanted(rule := self.tally.number(finding), place)
        ]

    def _list(self, place: int, number: int, of: CheckedDocument | Across) -> None:
        """List a document: number, input, id, verdict, statuses, and the block that says more."""
        name = None if of.name.id is None else shown(of.name.id)
        self.documents.add([number, input_of(of.name), name, of.verdict.value, *self._statuses(place, of.outcomes)])

    def _hold(self, place: int, wanted: Sequence[tuple[int, Finding]]) -> None:
        for rule, finding in wanted:
            self.rows.add(row_of(finding, rule, place))
            self.details.add(details_of(finding))

    def _is_wanted(self, rule: int, place: int) -> bool:
        held = self._held_of.get(rule, 0)
        is_first = place < OF_EACH_DOCUMENT and self.held < FINDINGS + MORE
        wanted = self.held < FINDINGS or held < OF_EACH_RULE or is_first
        if wanted:
            self.held += 1
            self._held_of[rule] = held + 1
        return wanted

    def _statuses(self, place: int, outcomes: Sequence[CheckOutcome]) -> tuple[str, Json]:
        """A sign for each rule, the gravest that a check of it said of a document, and the block that says more."""
        said: list[Json] = []
        signs = [_NONE] * (len(self.tally.rules) if outcomes else 0)
        for outcome in outcomes:
            rule, sign = self.tally.numbers.get(outcome.rule), STATUSES.get(outcome.verdict)
            if rule is None or sign is None:
                continue
            subject = (shown(outcome.subject.entity), shown(outcome.subject.key))
            said.append([rule, sign, *subject, self._reason(outcome.reason)])
            signs[rule] = min(signs[rule], sign, key=GRAVEST_FIRST.index)
        return "".join(signs), self.outcomes.add([place, said]) if said else None

    def _reason(self, reason: str) -> Json:
        """A reason by its number among those that are said often; in itself where there are too many."""
        if not reason:
            return -1
        if reason not in self._reasons:
            if len(self._reasons) >= _REASONS:
                return shown(reason, MESSAGE_LENGTH)
            self._reasons[reason] = len(self._reasons)
        return self._reasons[reason]

    @property
    def reasons(self) -> list[Json]:
        """The reasons by their numbers."""
        return [shown(reason, MESSAGE_LENGTH) for reason in self._reasons]

    def write(self, out: Output) -> None:
        """Write all that is held; nothing more may come."""
        for blocks in (self.documents, self.changes, self.rows, self.details, self.outcomes):
            blocks.write(out)
