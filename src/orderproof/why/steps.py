"""A condition opened into the steps that decide it, each with its truth and the values it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from orderproof.finding import DocumentName, SubjectName
from orderproof.showing import Shown
from orderproof.source import Span
from orderproof.tree import Pointer


class Form(StrEnum):
    """How the truth of a condition comes from what stands below it."""

    PLAIN = "plain"
    ALL_OF = "all of"
    ANY_OF = "any of"
    NOT = "not"
    EACH = "each"
    CHOICE = "choice"


class Branch(StrEnum):
    """The parts of a choice that count."""

    IF = "if"
    THEN = "then"
    ELSE = "else"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its text, its truth (None: unknown), and what it comes from."""

    form: Form
    text: str
    truth: bool | None
    below: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """``a if c else b``: only what is chosen was looked at, nothing where the condition is unknown."""

    text: str
    truth: bool | None
    branches: "tuple[tuple[Branch, Step], ...]"


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that an expression gives (None: unknown); ``name`` is that of the fact's value it becomes."""

    name: str | None
    text: str
    value: Shown | None
    below: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A value of the document, None where it is absent; ``default`` is what then counts instead.

    ``told`` is what it belongs to in words, where no document holds it.
    """

    pointer: Pointer
    value: Shown | None
    span: Span = field(compare=False)
    default: Shown | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list of the document: its length; ``supplied`` ones come from a source beside it."""

    pointer: Pointer
    length: int
    span: Span = field(compare=False)
    supplied: bool


@dataclass(frozen=True, slots=True)
class NotCarried:
    """A path of the document type at which the document's source never says anything."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter, or the run's instant, with its value; None for a key that a table does not have."""

    name: str
    value: Shown | tuple[Shown, ...] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a derived fact (``number`` from 1): its condition, and the values that it gave."""

    number: int
    when: "Step | None"
    values: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived fact: its state, values, and the entries that were tried.

    One that decides nothing where it stands is only named, and so is one that was opened before (``repeated``).
    """

    name: str
    subject: SubjectName
    truth: bool | None
    values: Mapping[str, Shown | None]
    entries: tuple[Entry, ...]
    count: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member of what a quantifier goes over; ``counts`` says whether its filter lets it in (None: unknown)."""

    name: str
    document: DocumentName | None
    span: Span | None = field(compare=False)
    counts: bool | None
    below: "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class More:
    """So many more members, which are not shown."""

    count: int


Step: TypeAlias = Condition | Choice | Computed | ReadValue | ReadList | NotCarried | Named | Fact | Member | More


def distinct(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps without those that repeat an earlier one."""
    kept: list[Step] = []
    for step in steps:
        if step not in kept and not (isinstance(step, Fact) and step.repeated and _names(kept, step)):
            kept.append(step)
    return tuple(kept)


def _names(kept: Sequence[Step], fact: Fact) -> bool:
    return any(isinstance(other, Fact) and (other.name, other.subject) == (fact.name, fact.subject) for other in kept)
