"""A mapping as written: texts with their places, nothing bound or checked."""

from collections.abc import Mapping

from msgspec import Struct

from orderproof.ruleset.model import Text
from orderproof.source import Span
from orderproof.tree import Scalar

ROWS = "rows"
"""The source of a list of which every row of a table makes one item."""


class Entry(Struct, frozen=True):
    """Where the value of a field comes from and how it is read; a list of records has ``fields`` of its own.

    ``options`` are the keys that stand in it, with their places.
    """

    target: Text
    options: Mapping[str, Span]
    sources: tuple[Text, ...] = ()
    constant: Scalar | None = None
    conversion: Text | None = None
    values: tuple[tuple[Text, Scalar], ...] | None = None
    ignore_case: bool = False
    unknown: Text | None = None
    from_number: bool = False
    several: Text | None = None
    absent: tuple[str, ...] = ()
    currency: Text | None = None
    day_in: Text | None = None
    separator: Text | None = None
    fields: "tuple[Entry, ...] | None" = None


class TimesBlock(Struct, frozen=True):
    """How the source writes instants and days."""

    timezone: Text | None = None
    zones: tuple[tuple[Text, Text], ...] = ()
    forms: tuple[Text, ...] = ()
    epoch: bool = False


class NumbersBlock(Struct, frozen=True):
    """How the source writes numbers in text."""

    point: str = "."
    thousands: str | None = None
    span: Span | None = None


class Failure(Struct, frozen=True):
    """What in an envelope says that no document is in it: a path, the values that say the contrary, what is told."""

    at: Text
    unless: tuple[str, ...]
    says: tuple[Text, ...]


class TableDefaults(Struct, frozen=True):
    """How a table is read where nothing else says it."""

    delimiter: Text | None = None
    encoding: Text | None = None
    sheet: Text | None = None


class MappingFile(Struct, frozen=True):
    """A mapping as written."""

    name: Text
    version: Text
    document: Text
    source: Text
    fields: tuple[Entry, ...]
    span: Span
    title: tuple[tuple[Text, Text], ...] = ()
    table: TableDefaults = TableDefaults()
    columns: tuple[tuple[Text, tuple[Text, ...]], ...] | None = None
    group_by: tuple[Text, ...] = ()
    absent: tuple[str, ...] = ()
    times: TimesBlock = TimesBlock()
    numbers: NumbersBlock = NumbersBlock()
    money: tuple[str, str] | None = None
    recognise: tuple[tuple[Text, ...], ...] = ()
    failures: tuple[Failure, ...] = ()
    root: tuple[Text, ...] = ()
    ignored: tuple[Text, ...] = ()
    not_carried: tuple[Text, ...] = ()
    keys: Mapping[str, Span] = {}
    """The keys that stand in the file, with their places."""
    is_written: bool = True
    """Whether somebody wrote it; else it was made of a table's headers."""
