"""The compiled form of a rule set: what engines run and what explanations read."""

from collections.abc import Mapping
from enum import IntEnum
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Severity
from orderproof.facts.record import RecordPlan
from orderproof.language.typed import Expression
from orderproof.language.types import ScalarType, Value
from orderproof.source import Span

ParameterValue: TypeAlias = Value | tuple[Value, ...] | Mapping[str, Value]


class Verdict(IntEnum):
    """What a check says of a subject. For a check across documents the engines say instead whether the
    subject is a member: PASS it is, NOT_APPLICABLE it is not, UNDETERMINED unknown.
    """

    PASS = 0
    VIOLATION = 1
    UNDETERMINED = 2
    NOT_APPLICABLE = 3


DOES_NOT_HOLD = -1
UNKNOWN_FACT = -2
"""States of a derived fact beside the number (from 0) of the entry that concluded it."""


class Literal(Struct, frozen=True):
    """An atom (by its number in ``Program.atoms``) that must be true, or must be false."""

    atom: int
    truth: bool


Formula: TypeAlias = tuple[tuple[Literal, ...], ...]
"""A disjunction of conjunctions: no conjunction is "never", an empty conjunction is "always"."""


class Atom(Struct, frozen=True):
    """An atomic condition over the subjects of an entity, evaluated to true, false or unknown.

    ``stratum`` is the first at which every derived fact that it reads is settled.
    """

    entity: str
    expression: Expression
    stratum: int


class Proof(Struct, frozen=True):
    """When ``formula`` is proved for a subject, ``outcome`` is so.

    For a fact the outcome is the number of the concluding entry or DOES_NOT_HOLD; for a check it is a Verdict.
    """

    outcome: int
    formula: Formula


class EntryOfFact(Struct, frozen=True):
    """One way to conclude a derived fact: its condition, and its values in the fact's order (None: no such value)."""

    when: Expression
    values: tuple[Expression | None, ...]
    span: Span


class DerivedFact(Struct, frozen=True):
    """A derived fact of an entity; it is settled in ``stratum`` and can be read from the next one on."""

    name: str
    number: int
    entity: str
    value_names: tuple[str, ...]
    value_types: tuple[ScalarType, ...]
    entries: tuple[EntryOfFact, ...]
    stratum: int
    proofs: tuple[Proof, ...]
    span: Span


class Placeholder(Struct, frozen=True):
    """An expression inside a message; its text as written, for the reader of a rule."""

    expression: Expression
    text: str


class Message(Struct, frozen=True):
    """A message in one language: texts and placeholders in order."""

    parts: tuple[str | Placeholder, ...]


class Place(Struct, frozen=True):
    """Where a reader should look: a path from a variable of the subject's frame (its own place, if the path is empty)."""

    variable: int
    path: tuple[str, ...]


class Grouping(Struct, frozen=True):
    """How a check joins documents: the key's expressions, and the parts that each member brings.

    ``having`` and the check's ``require`` and messages are expressions over parts (``QuantifyGroup``).
    """

    keys: tuple[Expression, ...]
    parts: tuple[Expression, ...]
    having: Expression | None


class Check(Struct, frozen=True):
    """A check: its subjects are the records of ``entity``; ``when`` already holds what ``each: <fact>`` and
    ``effective`` ask. ``proofs`` are over PASS, VIOLATION and NOT_APPLICABLE (membership for a grouped check).
    """

    id: str
    number: int
    entity: str
    severity: Severity
    clause: str
    titles: Mapping[str, str]
    messages: Mapping[str, Message]
    note: str
    when: Expression
    require: Expression
    where: Place
    grouping: Grouping | None
    stratum: int
    proofs: tuple[Proof, ...]
    span: Span


class Program(Struct, frozen=True):
    """A rule set made ready to run with bound parameters.

    ``strata`` counts the steps: facts and checks of stratum 0 read no derived fact; what is in stratum n reads
    facts of strata below n only. ``atoms`` is shared by all proofs. ``facts`` is in the order of their numbers.
    ``uncarried`` are the paths of the document type that are unknown in all documents it is for, ``unseen`` the
    numbers of the checks whose subjects stand below these: there may be some that no document shows. ``left_out`` are
    the ids of the rule set's checks that were not selected.
    """

    id: str
    version: str
    sha256: str
    document_type: str
    parameters: Mapping[str, ParameterValue]
    timezone: str
    plan: RecordPlan
    parents: Mapping[str, str | None]
    atoms: tuple[Atom, ...]
    facts: tuple[DerivedFact, ...]
    checks: tuple[Check, ...]
    strata: int
    nesting: int
    uncarried: frozenset[tuple[str, ...]] = frozenset()
    unseen: frozenset[int] = frozenset()
    left_out: tuple[str, ...] = ()
