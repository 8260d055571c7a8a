"""Findings: what is wrong with a document, or cannot be told, and the evidence for it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from orderproof.diagnostic import Severity
from orderproof.source import Span
from orderproof.tree import Pointer


class FactState(StrEnum):
    """The three states of a derived fact."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does_not_hold"
    UNKNOWN = "unknown"


class Read(Struct, frozen=True):
    """A value of the document that was read; ``value`` is as reports show it, None for an absent one.

    ``span`` is where it stands; the nearest place above it for an absent one. One that is ``told`` stands in no
    document: the value is what it is, in words.
    """

    pointer: Pointer
    value: str | bool | None
    span: Span | None
    told: bool = False


class SubjectName(Struct, frozen=True):
    """A subject as people name it: its entity, and its id, or its index where it has none of its own."""

    entity: str
    key: str


class Because(Struct, frozen=True):
    """A derived fact that a verdict rests on: its state, what it rests on itself, down to the document."""

    fact: str
    subject: SubjectName
    state: FactState
    values: Mapping[str, str | bool | None]
    evidence: tuple[Read, ...]
    because: tuple["Because", ...]


class DocumentName(Struct, frozen=True):
    """A document of the run: the input's name, its index in it from 0, and its id."""

    path: str
    index: int
    id: str | None


class Related(Struct, frozen=True):
    """Another document's part in the same finding; ``original`` is as in the finding."""

    document: DocumentName
    pointer: Pointer
    span: Span | None
    original: Pointer | None = None


class Waived(Struct, frozen=True):
    """The waiver that accepts a finding: why, who answers for it, its first day if it has one, and its last.

    ``place`` is where it stands, a file with line and column.
    """

    reason: str
    owner: str
    granted: date | None
    expires: date
    place: str


class Finding(Struct, frozen=True):
    """A violation or an undetermined verdict of one subject in one document.

    ``verdict`` is ``violation`` or ``undetermined``; ``missing`` names the paths whose absence kept it
    from being decided; ``fingerprint`` does not change when lines move. ``excerpt`` is false where the line at
    ``span`` says nothing of the value, because nothing of it stands in the document. The subject of a ``grouped``
    one is a group, by its key. ``original`` is where the value stands in the partner's own document, where the document
    was made of one. ``waived`` is what accepts it; ``is_new`` is false where it stands in the run's baseline already.
    """

    rule: str
    verdict: str
    severity: Severity
    clause: str
    title: str
    message: str
    document: DocumentName
    pointer: Pointer
    span: Span | None
    subject: SubjectName
    evidence: tuple[Read, ...]
    missing: tuple[str, ...]
    because: tuple[Because, ...]
    related: tuple[Related, ...]
    fingerprint: str
    excerpt: bool = True
    grouped: bool = False
    original: Pointer | None = None
    waived: Waived | None = None
    is_new: bool = True

    @property
    def counts(self) -> bool:
        """Whether it can fail a run: one that is waived or known cannot."""
        return self.waived is None and self.is_new
