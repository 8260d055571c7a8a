"""Waivers: findings that somebody accepts, for a reason and until a day; and what a run makes of them."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.accepted_values import Values, difference
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding, Waived
from orderproof.reading.inputs import STANDARD
from orderproof.report.model import FileName
from orderproof.source import Span
from orderproof.waivers_bound import Bound, excess

SOON = timedelta(days=30)
"""A waiver that ends within so many days is told of."""


class Waiver(Struct, frozen=True):
    """An accepted finding: its check and verdict, and its document by id or by path and index, its fingerprint, or both.

    The path begins at the folder of the file of waivers.
    """

    rule: str
    document: str | None
    path: str | None
    index: int
    fingerprint: str | None
    verdict: str
    reason: str
    owner: str
    granted: date | None
    expires: date
    bound: Bound | None
    values: Values | None
    """What its finding may rest on, and on nothing else; None where it does not say so."""
    span: Span | None
    """Where it stands; None where it is not written yet."""

    @property
    def place(self) -> str:
        """The same as its file, line and column."""
        if self.span is None:
            return ""
        position = self.span.position
        return f"{self.span.source.name}:{position.line}:{position.column}"

    @property
    def target(self) -> tuple[object, ...]:
        """What it is about; of waivers with the same target the one that holds longest matters."""
        return (
            self.rule,
            self.verdict,
            self.document,
            self.path,
            self.index,
            self.fingerprint,
            self.bound,
            self.values,
        )

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day: its first and its last one are days on which it does."""
        return (self.granted is None or self.granted <= day) and day <= self.expires

    def excess(self, finding: Finding) -> tuple[str, str] | None:
        """Why a finding is beyond what it accepts, a code and a sentence; None where it is not."""
        reason = None if self.values is None else difference(self.values, finding)
        if reason is not None:
            return "waivers.values", f"the finding is not the one that the waiver accepts: {reason}"
        beyond = None if self.bound is None else excess(self.bound, finding)
        return None if beyond is None else ("waivers.bound", beyond)


class WaiverFile(Struct, frozen=True):
    """The waivers of a file, in its order."""

    name: FileName
    waivers: tuple[Waiver, ...]


_Key: TypeAlias = tuple[str, str, str, str | int]


class _Names:
    """Names files from the root, so that one has one name however it was given; ``..`` leads where the system is led."""

    def __init__(self, file: str) -> None:
        self._base = os.path.dirname(file)  # noqa: PTH120  # names, which may be no file's
        self._folders: dict[str, str] = {}

    def whole(self, path: str) -> str:
        """A path that begins at the working directory."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)  # noqa: PTH118

    def of(self, waiver: Waiver) -> tuple[str, int] | None:
        """The place of a waiver's document, whose path begins at the file of waivers."""
        return None if waiver.path is None else (self.whole(os.path.join(self._base, waiver.path)), waiver.index)  # noqa: PTH118


def _key_of(waiver: Waiver, place: tuple[str, int] | None) -> _Key:
    """By what a waiver is found: one of what it says of its findings."""
    if waiver.fingerprint is not None:
        return waiver.rule, waiver.verdict, "fingerprint", waiver.fingerprint
    if waiver.document is not None:
        return waiver.rule, waiver.verdict, "document", waiver.document
    assert place is not None
    return waiver.rule, waiver.verdict, *place


class WaiverBook:
    """What a run has made of its waivers so far: a finding is accepted by the one that holds longest.

    ``day`` is the run's, ``checks`` are those that it judges by.
    """

    def __init__(self, file: WaiverFile, as_of: datetime, zone: ZoneInfo, checks: Iterable[str]) -> None:
        self._day = as_of.astimezone(zone).date()
        self._checks = frozenset(checks)
        self._waivers = file.waivers
        self._told = [number for number, _ in _longest(file.waivers)]
        self._found: dict[_Key, list[int]] = {}
        self._names = _Names(file.name.path)
        self._places = tuple(map(self._names.of, file.waivers))
        for number, waiver in enumerate(file.waivers):
            self._found.setdefault(_key_of(waiver, self._places[number]), []).append(number)
        self._documents = {each.document for each in file.waivers if each.document is not None}
        self._paths = {place for place in self._places if place is not None}
        self._met: set[str | tuple[str, int]] = set()
        self._matched: Counter[int] = Counter()
        self._used: Counter[int] = Counter()
        self._beyond: dict[int, tuple[str, str]] = {}

    def meet(self, path: str, index: int, id: str) -> None:
        """A document was judged; its id is empty where it has none."""
        if id in self._documents:
            self._met.add(id)
        if self._paths and path != STANDARD and (place := (self._names.whole(path), index)) in self._paths:
            self._met.add(place)

    def waived(self, finding: Finding) -> Waived | None:
        """What accepts a finding, if anything does."""
        holding: list[int] = []
        beyond: dict[int, tuple[str, str]] = {}
        for number in self._about(finding):
            waiver = self._waivers[number]
            self._matched[number] += 1
            if not waiver.holds_on(self._day):
                continue
            reason = waiver.excess(finding)
            if reason is None:
                holding.append(number)
            else:
                beyond[number] = reason
        if not holding:
            self._beyond = beyond | self._beyond
            return None
        chosen = max(holding, key=lambda number: (self._waivers[number].expires, -number))
        self._used[chosen] += 1
        waiver = self._waivers[chosen]
        return Waived(waiver.reason, waiver.owner, waiver.granted, waiver.expires, waiver.place)

    def _about(self, finding: Finding) -> Iterator[int]:
        """The waivers that are about a finding, by their numbers."""
        name = finding.document
        # What comes on standard input has no name that would be its own the next time.
        is_named = self._paths and name.path != STANDARD
        place = (self._names.whole(name.path), name.index) if is_named else None
        of = finding.rule, finding.verdict
        keys: list[_Key] = [(*of, "fingerprint", finding.fingerprint)]
        if name.id is not None:
            keys.append((*of, "document", name.id))
        if place is not None:
            keys.append((*of, *place))
        for key in keys:
            for number in self._found.get(key, ()):
                document, at = self._waivers[number].document, self._places[number]
                if document in (None, name.id) and at in (None, place):
                    yield number

    # What is to be said of them

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What is wrong with the waivers of a run that has ended, or will be soon, in their order."""
        elsewhere: list[Waiver] = []
        for number in self._told:
            waiver = self._waivers[number]
            if waiver.expires < self._day:
                yield self._expired(number, waiver)
                continue
            if waiver.expires - self._day <= SOON:
                yield self._ending(waiver)
            if not waiver.holds_on(self._day):
                message = f"this waiver holds from {waiver.granted} on only"
                yield _said("waivers.not-yet", message, waiver, f"the run is as of {self._day}")
            elif number in self._beyond:
                yield _said(*self._beyond[number], waiver, "the finding counts; mend it, or waive it anew")
            elif not self._used[number] and waiver.rule in self._checks:
                if self._has_met(number):
                    if not self._matched[number]:
                        yield self._unused(waiver)
                else:
                    elsewhere.append(waiver)
        if elsewhere:
            yield _elsewhere(elsewhere)

    def _expired(self, number: int, waiver: Waiver) -> Diagnostic:
        count = self._matched[number]
        hint = "take it out, or waive the finding anew" if count else "take it out: it accepts nothing any more"
        return _said("waivers.expired", f"this waiver expired: its last day was {waiver.expires}", waiver, hint)

    def _ending(self, waiver: Waiver) -> Diagnostic:
        days = (waiver.expires - self._day).days
        left = "today is its last day" if not days else "1 day is left" if days == 1 else f"{days} days are left"
        hint = "mend what it accepts, or waive it anew in time"
        return _said("waivers.expires-soon", f"this waiver expires soon: {left} ({waiver.expires})", waiver, hint)

    @staticmethod
    def _unused(waiver: Waiver) -> Diagnostic:
        verdict = "no violation" if waiver.verdict == "violation" else "no undetermined verdict"
        message = f"this waiver accepts nothing: there is {verdict} of `{waiver.rule}` as it describes it"
        return _said("waivers.unused", message, waiver, "take it out if what it accepts is mended")

    def _has_met(self, number: int) -> bool:
        """Whether a waiver's document was judged; of one that names none that is not known."""
        document, place = self._waivers[number].document, self._places[number]
        if document is not None:
            return document in self._met
        return place is None or place in self._met


def _longest(waivers: tuple[Waiver, ...]) -> Iterator[tuple[int, Waiver]]:
    """Of the waivers of one target the one that holds longest, by their numbers: the others matter no more."""
    longest: dict[tuple[object, ...], int] = {}
    for number, waiver in enumerate(waivers):
        before = longest.setdefault(waiver.target, number)
        if waivers[before].expires < waiver.expires:
            longest[waiver.target] = number
    yield from ((number, waivers[number]) for number in sorted(longest.values()))


def _said(code: str, message: str, waiver: Waiver, help: str) -> Diagnostic:
    return Diagnostic(code, message, span=waiver.span, help=help, severity=Severity.WARNING)


def _elsewhere(waivers: list[Waiver]) -> Diagnostic:
    """That documents of waivers were not met, said once: a run may well be about others."""
    if len(waivers) == 1:
        message = "this waiver is about a document that this run did not judge"
    else:
        message = f"this and {len(waivers) - 1:,} more waivers are about documents that this run did not judge"
    return _said("waivers.elsewhere", message, waivers[0], "take out what is about documents that are no more")
