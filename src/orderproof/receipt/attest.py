"""The receipt of a run while it goes on: what it reads is watched, and written down when it is judged."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.document import Unreadable
from orderproof.exit_code import ExitCode
from orderproof.finding import DocumentName, Finding
from orderproof.reading.inputs import Found as FoundInput
from orderproof.reading.inputs import Input
from orderproof.reading.pattern import is_pattern
from orderproof.reading.unread import changed_input
from orderproof.receipt.files import Stamp, Unread, link_in, name_below, read_below, stamp_at
from orderproof.receipt.limits import limits
from orderproof.receipt.log import AttachmentLog
from orderproof.receipt.sources import resources_of
from orderproof.receipt.statement import (
    MAX_RECEIPT,
    PREDICATE,
    STATEMENT,
    Engine,
    Found,
    Options,
    Own,
    Predicate,
    Resource,
    Result,
    RulesPlace,
    Tool,
)
from orderproof.report.encode import Json, encode, indented
from orderproof.report.instant import write_instant
from orderproof.report.model import Across, CheckedDocument, Ending, Head
from orderproof.report.plain import plain_ending, plain_head
from orderproof.report.write import Aside, Output
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.program import Program
from orderproof.screening.attachment import parts_of as attached_parts
from orderproof.screening.text import Gap

_WHERE = "start the program in a folder above all files, and name them by their own names"


class Given(Struct, frozen=True):
    """What a run is given, as far as its receipt says it: options, and the files that they name."""

    options: Options
    opened: OpenRuleSet
    program: Program
    mapping: str | None = None
    config: tuple[str, str] | None = None
    """The path and the digest of the configuration."""
    paths: tuple[str, ...] = ()
    """The arguments, among which are folders and patterns in which documents are looked for."""


class Witness:
    """The files of a run, as they were before they were read, and which attachments were read."""

    def __init__(self) -> None:
        self.root = os.getcwd()  # noqa: PTH109  # paths here are texts
        self._seen = Aside()
        self._folder = ""
        self.unread: list[str] = []
        self.attachments = AttachmentLog()

    def watched(self, inputs: Iterable[FoundInput]) -> Iterator[FoundInput]:
        """The inputs of a run; raises OrderproofError for one that no receipt can name."""
        for found in inputs:
            if isinstance(found, Input):
                stamp = stamp_at(found.name)
                seen: list[Json] = [found.name, self._name(found.name), None if stamp is None else list(stamp)]
                self._seen.write(encode(seen) + b"\n")
            elif isinstance(found, Unreadable):
                self.unread.append(_below(found.path, self.root))
            yield found

    def _name(self, path: str) -> str:
        name = _below(path, self.root)
        folder = name.rpartition("/")[0]
        if os.path.islink(path) or (folder != self._folder and link_in(folder)):  # noqa: PTH114  # as above
            raise _nameless(path, "a link stands in its path")
        self._folder = folder
        return name

    def files(self) -> Iterator[tuple[str, str, str]]:
        """The kind, the name and the digest of every file that was judged: documents in the run's order, attachments
        by name. Raises IncompleteError where one is not what it was any more.
        """
        attached = self._attached()
        for line in self._seen.lines():
            path, name, stamp = json.loads(line)
            read = read_below(self.root, name)
            if isinstance(read, Unread):
                if stamp_at(path) != _stamp(stamp):
                    raise changed_input(path)
                # It could not be opened before either: the run has said so.
                self.unread.append(name)
                continue
            if read.stamp != _stamp(stamp) or attached.pop(name, read.sha256) != read.sha256:
                raise changed_input(path)
            yield "document", name, read.sha256
        yield from (("attachment", name, attached[name]) for name in sorted(attached))

    def _attached(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for folder, inner, sha256 in self.attachments.read():
            parts = attached_parts(inner)
            assert not isinstance(parts, Gap)  # it was opened by this path
            inside = "/".join(parts)
            path = f"{folder}/{inside}" if folder not in ("", ".") else inside
            name = _below(path, self.root)
            if found.setdefault(name, sha256) != sha256:
                raise changed_input(path)
        return found

    def searched(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The folders and patterns among arguments."""
        return tuple(
            _below(path, self.root)
            for path in dict.fromkeys(paths)
            if os.path.isdir(path) or (is_pattern(path) and not os.path.lexists(path))  # noqa: PTH112  # as above
        )


def _stamp(of: list[int] | None) -> Stamp | None:
    return None if of is None else Stamp(*of)


def _below(path: str, root: str) -> str:
    name = name_below(path, root)
    if name is None:
        raise _nameless(path, "it lies outside of the folder in which the program was started, or `..` is in its path")
    return name


def _nameless(path: str, why: str) -> OrderproofError:
    return OrderproofError([Diagnostic("attest.name", f"no receipt can name this: {why}", path=path, help=_WHERE)])


class _Tests:
    """What became of each check, by its id."""

    def __init__(self, program: Program) -> None:
        self._checks = program.checks
        self._failed: set[str] = set()
        self._warned: set[str] = set()

    def add(self, finding: Finding) -> None:
        fails = finding.severity is Severity.ERROR and finding.counts
        (self._failed if fails else self._warned).add(finding.rule)

    def result(self, ending: Ending, code: ExitCode) -> Result:
        """Passed is only a run that is clean in every respect; failed is also one whose findings were to fail nothing."""
        if code is not ExitCode.CLEAN or not ending.complete or self._failed:
            return "FAILED"
        checked = ending.checks.passed + ending.checks.violation + ending.checks.undetermined
        doubtful = self._warned or ending.not_judged or ending.mistyped_count or not ending.cross_run_complete
        return "WARNED" if doubtful or not checked else "PASSED"

    def names(self, ending: Ending) -> Iterator[tuple[str, ...]]:
        """Those that passed, that warned, and that failed; one that applied to nothing is in none, nor is one that
        may have missed documents.
        """
        missed = {rule for each in ending.not_judged for rule in each.rules}
        if not ending.cross_run_complete:
            missed |= {check.id for check in self._checks if check.grouping is not None}
        warned = (self._warned | missed) - self._failed
        silent = self._failed | warned | set(ending.never_applicable)
        ids = [check.id for check in self._checks]
        yield tuple(id_ for id_ in ids if ending.complete and id_ not in silent)
        yield tuple(id_ for id_ in ids if id_ in warned)
        yield tuple(id_ for id_ in ids if id_ in self._failed)


class AttestStream:
    """Writes the receipt of a run at its end. It is the same in every language, for any number of processes."""

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, witness: Witness, given: Given, code: Callable[[Ending], ExitCode]) -> None:
        self._out = out
        self._witness = witness
        self._root = witness.root
        self._given = given
        self._code = code
        self._tests = _Tests(given.program)
        self._findings = hashlib.sha256()
        self._count = 0
        self._size = 0
        self.is_whole = False
        self._resources: tuple[Resource, ...] = ()
        self._searched = witness.searched(given.paths)
        self._head: Head | None = None

    def head(self, head: Head) -> None:
        self._head = head
        self._resources = self._sources()

    def document(self, document: CheckedDocument) -> None:
        # Of one that could not even be opened the receipt has the name; others have findings, or why they are unread.
        if document.findings or (document.verdict == "unreadable" and document.sha256 is not None):
            self._told(document.name, document.verdict, document.findings)

    def diagnostic(self, _: Diagnostic) -> None:
        """What is wrong is in the verdicts."""

    def across(self, across: Across) -> None:
        if across.findings:
            self._told(across.name, across.verdict, across.findings)

    def end(self, ending: Ending) -> None:
        if ending.interrupted:
            return
        self._write(f'{{\n  "_type": "{STATEMENT}",\n  "subject": ['.encode())
        comma = b"\n    "
        for kind, name, sha256 in self._witness.files():
            subject: Json = {"name": name, "digest": {"sha256": sha256}, "annotations": {"orderproof.kind": kind}}
            self._write(comma + encode(subject))
            comma = b",\n    "
        if self._sources() != self._resources:
            raise changed_input(self._given.opened.path.as_posix())
        predicate = indented(msgspec.to_builtins(self._predicate(ending)), 1)
        self._write(f'\n  ],\n  "predicateType": "{PREDICATE}",\n  "predicate": '.encode() + predicate + b"\n}\n")
        self.is_whole = True

    def _sources(self) -> tuple[Resource, ...]:
        assert self._head is not None
        given = self._given
        return tuple(resources_of(given.opened, given.program, self._head, given.mapping, given.config))

    def _told(self, name: DocumentName, verdict: str, findings: Iterable[Finding]) -> None:
        """Add to the digest what was found; no language is in it, and no path that a receipt would not say."""
        told: list[Any] = [name_below(name.path, self._root) or name.path, name.index, str(verdict)]
        for finding in findings:
            self._tests.add(finding)
            self._count += 1
            place = [str(part) for part in finding.pointer]
            told.append(
                [
                    *(finding.rule, finding.verdict, str(finding.severity), finding.counts, finding.waived is not None),
                    *(finding.subject.entity, finding.subject.key, place, list(finding.missing)),
                ]
            )
        self._findings.update(encode(told) + b"\n")

    def _predicate(self, ending: Ending) -> Predicate:
        assert self._head is not None
        code = self._code(ending)
        passed, warned, failed = self._tests.names(ending)
        plain: Any = plain_ending(ending)
        rules = next(each for each in self._resources if each.annotations.kind == "rules")
        under = rules.annotations.under
        program = self._given.program
        assert under != "rules"
        own = Own(
            tool=Tool("orderproof", __version__),
            as_of=write_instant(self._head.as_of),
            rules=RulesPlace(program.id, program.version, rules.name, under),
            options=self._given.options,
            parameters=plain_head(self._head)["parameters"],  # type: ignore[arg-type]  # an object, by its schema
            limits=limits(),
            searched=self._searched,
            unread=tuple(sorted(self._witness.unread)),
            exit_code=int(code),
            complete=ending.complete,
            cross_run_complete=ending.cross_run_complete,
            summary=plain["summary"],
            engines=tuple(Engine(each.name, each.judged, each.confirmed) for each in ending.engines),
            never_applicable=ending.never_applicable,
            findings=Found(self._count, self._findings.hexdigest()),
        )
        return Predicate(self._tests.result(ending, code), self._resources, passed, warned, failed, own)

    def _write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_RECEIPT:
            message = f"the receipt would be larger than {MAX_RECEIPT >> 20} MiB, and nobody would read it"
            raise OrderproofError([Diagnostic("attest.too-large", message, help="check fewer files in a run")])
        self._out.write(data)
