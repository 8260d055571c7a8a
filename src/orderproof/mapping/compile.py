"""From a mapping as written to one that works: checked against the document type, every field a step."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.document import Provenance
from orderproof.mapping.columns import Column, Columns
from orderproof.mapping.conversions import Manner, MoneyShape
from orderproof.mapping.entries import EntryCompiler
from orderproof.mapping.keys import Keys, keys_of, keys_of_envelope
from orderproof.mapping.model import ROWS, Entry, MappingFile
from orderproof.mapping.paths import Step, parse_path
from orderproof.mapping.sources import Path
from orderproof.mapping.steps import Records
from orderproof.mapping.targets import resolve, unsaid
from orderproof.mapping.times import Times, time_form
from orderproof.mapping.values import Setting
from orderproof.reading.table import DELIMITERS, TableOptions, codec_of, help_with_encoding
from orderproof.ruleset.model import Text
from orderproof.ruleset.zones import help_with_zone, zone_of
from orderproof.schema import Schema
from orderproof.source import Span

_OFFSET = re.compile(r"[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")
ID = "id"
"""The field that tells documents of one type from each other."""
_ONLY = {"json": ("money", "failure", "root"), "table": ("table", "columns", "group_by")}
"""The keys that go with one kind of source alone."""


class Envelope(Struct, frozen=True):
    """What says that no document stands in an envelope: a path, the values that say the contrary, what is told."""

    at: tuple[Step, ...]
    unless: frozenset[str]
    says: tuple[tuple[Step, ...], ...]


class InputMapping(Struct, frozen=True):
    """A mapping that works: how documents are found in a source, and the steps that make each.

    ``recognised_by`` has lists of paths, or of columns of a table, of one of which all must be there.
    """

    name: str
    version: str
    document: str
    titles: Mapping[str, str]
    is_table: bool
    table: TableOptions
    records: Records
    order: tuple[str, ...]
    """The fields of a document in the order in which they are mapped."""
    required: tuple[tuple[str, tuple[str, ...]], ...]
    """Fields that every document must have, with the sources that give them."""
    provenance: Provenance
    recognised_by: tuple[tuple[tuple[Step, ...], ...], ...]
    root: tuple[Path, ...]
    id_paths: tuple[Path, ...]
    """The places of a document's id in a source that is no table."""
    keys: Keys
    """What is known of a document in a source that is no table."""
    envelope: Keys
    failures: tuple[Envelope, ...]
    absent: frozenset[str]
    columns: tuple[Column, ...]
    reads: frozenset[str]
    """The columns that fields are read from."""
    shared: frozenset[str]
    """The columns that say something of a whole document, not of one of its rows."""
    group_by: tuple[str, ...]

    @property
    def not_carried(self) -> frozenset[tuple[str, ...]]:
        """Paths of the document type of which this source never says anything."""
        return self.provenance.not_carried


def compile_mapping(file: MappingFile, schema: Schema) -> InputMapping:
    """The mapping that a file describes; raises OrderproofError with everything that is wrong with it."""
    compiler = _Compiler(file, schema)
    mapping = compiler.mapping()
    if compiler.faults:
        raise OrderproofError(sorted(compiler.faults, key=lambda fault: fault.span.start if fault.span else 0))
    return mapping


class _Compiler:
    def __init__(self, file: MappingFile, schema: Schema) -> None:
        self.file = file
        self.schema = schema
        self.faults: list[Diagnostic] = []
        self.is_table = file.source.value == "table"
        self.columns = Columns(file, self.faults) if self.is_table else None

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.faults.append(Diagnostic(f"mapping.{code}", message, span=span, help=help))

    def mapping(self) -> InputMapping:
        file = self.file
        self.check_kind()
        mapped: set[Path] = set()
        setting = Setting(self.manner(), frozenset(file.absent), self.columns, self.faults)
        compiler = EntryCompiler(setting, self.schema.root, (), mapped)
        records = compiler.compile(file.fields, file.keys["fields"])
        group_by = tuple(self.column_names(file.group_by))
        recognised_by = tuple(tuple(self.places(each)) for each in file.recognise)
        failures = tuple(self.failures())
        root = tuple(self.root())
        self.check_ignored()
        self.check_not_carried(frozenset(mapped))
        if self.columns is not None:
            self.columns.check_used(file)
        not_carried = frozenset(unsaid(self.schema.root, frozenset(mapped)))
        return InputMapping(
            name=file.name.value,
            version=file.version.value,
            document=file.document.value,
            titles={language.value: text.value for language, text in file.title},
            is_table=self.is_table,
            table=self.table(),
            records=records,
            order=tuple(dict.fromkeys(entry.target.value.partition(".")[0] for entry in file.fields)),
            required=tuple((name, compiler.given_by.get(name, ())) for name in sorted(self.schema.root.required)),
            provenance=Provenance(file.name.value, file.version.value, not_carried),
            recognised_by=recognised_by,
            root=root or ((),),
            id_paths=() if self.is_table else tuple(self.id_paths()),
            keys=Keys() if self.is_table else keys_of(file),
            envelope=Keys() if self.is_table else keys_of_envelope(file),
            failures=failures,
            absent=frozenset(file.absent),
            columns=() if self.columns is None else tuple(self.columns.known.values()),
            reads=frozenset() if self.columns is None else frozenset(self.columns.read),
            shared=frozenset() if self.columns is None else frozenset(self.columns.shared),
            group_by=group_by,
        )

    def check_kind(self) -> None:
        """What goes with the other kind of source says nothing here."""
        kind, other = ("table", "json") if self.is_table else ("json", "table")
        for key in _ONLY[other]:
            if key in self.file.keys:
                message = f"`{key}` goes with `source: {other}`, and this is `source: {kind}`"
                self.fail("option", message, self.file.keys[key], "take it out")

    # How values are written

    def manner(self) -> Manner:
        numbers = self.file.numbers
        if numbers.point == numbers.thousands and numbers.span is not None:
            message = f"`{numbers.point}` cannot be both `point` and `thousands`"
            self.fail("numbers", message, numbers.span, "without `point` it is `.`")
        money = MoneyShape() if self.file.money is None else MoneyShape(*self.file.money)
        absent = frozenset(self.file.absent)
        return Manner(self.times(), money, numbers.point, numbers.thousands, absent, self.file.is_written)

    def times(self) -> Times:
        block = self.file.times
        zone = None
        if block.timezone is not None:
            name = block.timezone.value
            zone = zone_of(name)
            if zone is None:
                self.fail("timezone", f"there is no time zone `{name}`", block.timezone.span, help_with_zone(name))
        zones = {short.value: offset.value for short, offset in block.zones}
        for short, offset in block.zones:
            if _OFFSET.match(offset.value) is None:
                message = f"`{offset.value}` is no offset of the zone `{short.value}`"
                self.fail("zone", message, offset.span, "write it as `+08:00` or `-07:00`, in quotes, up to `±23:59`")
        forms = []
        for text in block.forms:
            form = time_form(text.value)
            if isinstance(form, tuple):
                at, reason = form
                start = text.inner[at] if text.inner else text.span.start
                self.fail(
                    "form", f"`{text.value}` is no form of dates: {reason}", Span(text.span.source, start, start + 1)
                )
            else:
                forms.append(form)
                if "zone" in form.pattern.groupindex and not zones:
                    message = f"`{text.value}` has the name of a zone, `z`, and no zone is named"
                    self.fail("form", message, text.span, 'add `zones:` with their offsets, such as `{PST: "-08:00"}`')
        return Times(zone, zones, tuple(forms), block.epoch)

    # Where documents are

    def table(self) -> TableOptions:
        """How tables are read where nothing else says it."""
        block = self.file.table
        delimiter, encoding = block.delimiter, block.encoding
        if delimiter is not None and delimiter.value not in DELIMITERS:
            help_ = f"write one of {', '.join(f'`{name}`' for name in DELIMITERS)}"
            self.fail("table", f"`{delimiter.value}` is no delimiter", delimiter.span, help_)
        if encoding is not None and codec_of(encoding.value) is None:
            help_ = help_with_encoding(encoding.value)
            self.fail("table", f"there is no encoding `{encoding.value}` that is read", encoding.span, help_)
        return TableOptions(
            None if delimiter is None else DELIMITERS.get(delimiter.value),
            None if encoding is None else encoding.value,
            None if block.sheet is None else block.sheet.value,
        )

    def column_names(self, texts: tuple[Text, ...]) -> Iterator[str]:
        for text in texts:
            name = None if self.columns is None else self.columns.column(text)
            if name is not None:
                yield name

    def places(self, texts: tuple[Text, ...]) -> Iterator[tuple[Step, ...]]:
        """Paths of a document, or columns of a table as paths of one step."""
        if self.columns is not None:
            yield from ((name,) for name in self.column_names(texts))
            return
        for text in texts:
            steps = parse_path(text)
            if isinstance(steps, Diagnostic):
                self.faults.append(steps)
            else:
                yield steps

    def failures(self) -> Iterator[Envelope]:
        if self.columns is not None:
            return
        for failure in self.file.failures:
            at = tuple(self.places((failure.at,)))
            if at:
                yield Envelope(at[0], frozenset(failure.unless), tuple(self.places(failure.says)))

    def root(self) -> Iterator[Path]:
        if self.columns is not None:
            return
        for text, steps in zip(self.file.root, self.places(self.file.root), strict=False):
            keys = tuple(step for step in steps if step is not None)
            if len(keys) < len(steps):
                help_ = "write the path of the list itself: each of its items is a document"
                self.fail("path", f"`{text.value}` goes into a list", text.span, help_)
            yield keys

    def id_paths(self) -> Iterator[Path]:
        for entry in self.file.fields:
            if entry.target.value == ID:
                for steps in map(parse_path, entry.sources):
                    if not isinstance(steps, Diagnostic):
                        yield tuple(step for step in steps if step is not None)

    # What is left out

    def check_ignored(self) -> None:
        """What is left out on purpose is not read at the same time."""
        read = frozenset(_read(self.file.fields, ""))
        for text in self.file.ignored:
            if self.columns is not None:
                self.columns.column(text)
            elif isinstance(found := parse_path(text), Diagnostic):
                self.faults.append(found)
            if text.value in read:
                message = f"`{text.value}` is ignored and read at the same time"
                self.fail("ignored", message, text.span, "keep one of the two")

    def check_not_carried(self, mapped: frozenset[Path]) -> None:
        """What the source never says is a field of the document type, and not mapped."""
        for text in self.file.not_carried:
            found = resolve(self.schema.root, text, through_lists=True)
            if isinstance(found, Diagnostic):
                self.faults.append(found)
                continue
            path, _ = found
            says = sorted(each for each in mapped if each[: len(path)] == path)
            if says:
                message = f"`{text.value}` is said to be not carried, and `{'.'.join(says[0])}` is mapped"
                self.fail("not-carried", message, text.span, "keep one of the two")


def _read(entries: Iterable[Entry], prefix: str) -> Iterator[str]:
    """The sources that entries read, as a mapping writes them from the document on."""
    for entry in entries:
        for source in entry.sources:
            yield prefix + source.value
            if entry.fields is not None and source.value != ROWS:
                yield from _read(entry.fields, f"{prefix}{source.value}.")
        if entry.fields is not None and [source.value for source in entry.sources] == [ROWS]:
            yield from _read(entry.fields, prefix)
