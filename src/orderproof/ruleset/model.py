"""A rule set as written: texts with their places, nothing bound or checked."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from orderproof.language.scope import ParameterValue
from orderproof.source import Offsets, Source, Span
from orderproof.tree import Plain


class Text(Struct, frozen=True):
    """A text of a rule file; ``inner`` has the file's offset of every character and of the end."""

    value: str
    span: Span
    inner: Offsets = ()


class Derivation(Struct, frozen=True):
    """One entry of a derived fact."""

    fact: Text
    each: Text
    when: Text | None
    values: tuple[tuple[Text, Text], ...]
    note: Text | None


class Effective(Struct, frozen=True):
    """The days for which a check holds, inclusive; None is no bound."""

    from_: date | None
    until: date | None
    span: Span


class CheckDefinition(Struct, frozen=True):
    """A check as written; titles and messages are pairs of language and text."""

    id: Text
    title: tuple[tuple[Text, Text], ...]
    clause: Text
    severity: Text | None
    each: Text
    when: Text | None
    by: tuple[Text, ...]
    having: Text | None
    require: Text
    where: Text | None
    message: tuple[tuple[Text, Text], ...]
    note: Text | None
    effective: Effective | None
    waivable: bool = True
    """Whether a finding of it may be accepted."""


class Parameter(Struct, frozen=True):
    """A parameter's name and default; ``span`` is the default's."""

    name: Text
    value: ParameterValue
    span: Span


class Case(Struct, frozen=True):
    """A case: what changes in the base document, and what is expected of one check.

    ``expect`` is None for a case that says which verdict (``never``) the check cannot have.
    """

    check: Text
    change: tuple[tuple[Text, Plain], ...]
    others: tuple[tuple[tuple[Text, Plain], ...], ...]
    expect: str | None
    subject: str | None
    as_of: datetime | None
    parameters: Mapping[str, ParameterValue]
    boundary: str | None
    never: str | None
    span: Span


class Cases(Struct, frozen=True):
    """The cases of one file, with their base document."""

    base: Path
    base_text: Text
    as_of: datetime | None
    cases: tuple[Case, ...]


class RuleSet(Struct, frozen=True):
    """A rule set as written, from one file or a folder."""

    name: Text
    version: Text
    document: Text
    fact_schemas: tuple[Text, ...]
    effective_on: Text | None
    parameters: tuple[Parameter, ...]
    derivations: tuple[Derivation, ...]
    checks: tuple[CheckDefinition, ...]
    tests: tuple[Cases, ...]
    sources: tuple[Source, ...]
    sha256: str
    accounts: bytes | None = None
    """What says how accounts are called in contracts."""
