"""The stream of a run's readings with mappings at work: only documents of ours leave it, and what is wrong."""

from collections.abc import Iterable, Iterator

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.mapping.apply import Maker, Mapped, Told
from orderproof.mapping.catalogue import Catalogue
from orderproof.mapping.choose import choose, choose_for_own, may_be_partners
from orderproof.mapping.compile import InputMapping
from orderproof.mapping.own import is_mixed, is_own
from orderproof.mapping.own_report import own_report
from orderproof.mapping.plain_table import NAME, unread_headers
from orderproof.mapping.rows import documents_of_table, leave
from orderproof.table import Table


def mapped(readings: Iterable[Reading], catalogue: Catalogue, mapping: InputMapping | None = None) -> Iterator[Mapped]:
    """The documents of readings, each made by ``mapping``, or by the one that recognises it.

    A document of ours that needs no mapping and that none recognises passes as it is, and so does any other that no
    mapping knows. Where a reading
    holds several documents, the indexes of all that follow it in its input move on.
    """
    stage = Stage(catalogue, mapping)
    for reading in readings:
        yield from stage.mapped(reading)


def apply(mapping: InputMapping, reading: Document | Table, told: Told | None = None) -> Iterator[Mapped]:
    """The documents that a mapping makes of a partner's document or table, with what there is to say of it.

    ``told`` is what was told already in the run.
    """
    yield from _applied(
        Maker(mapping, Told() if told is None else told), reading, 0 if isinstance(reading, Table) else reading.index
    )


def _applied(maker: Maker, reading: Document | Table, index: int) -> Iterator[Mapped]:
    is_table = isinstance(reading, Table)
    if is_table is not maker.mapping.is_table:
        wanted, found = ("a table", "a document") if maker.mapping.is_table else ("a document", "a table")
        message = f"the mapping `{maker.mapping.name}` reads {wanted}, and this is {found}"
        help_ = "choose another one with --mapping, or none: then it is recognised"
        wrong = Diagnostic("mapping.kind", message, path=reading.path, help=help_)
        yield Unreadable(reading.path, index, reading.sha256, (wrong,))
        if isinstance(reading, Table):
            leave(reading)
    elif isinstance(reading, Table):
        yield from documents_of_table(maker, reading, index)
    else:
        yield from maker.document(reading, index)


class Stage:
    """The state of a run: what was told, and by how much the indexes of the input at hand have moved on (``moved``)."""

    def __init__(self, catalogue: Catalogue, mapping: InputMapping | None) -> None:
        self.catalogue = catalogue
        self.mapping = mapping
        self.told = Told()
        self.path: str | None = None
        self.moved = 0

    def mapped(self, reading: Reading) -> Iterator[Mapped]:
        if isinstance(reading, Notice):
            yield reading
            return
        if reading.path != self.path:
            self.path, self.moved = reading.path, 0
        match reading:
            case Unreadable(path, index, sha256, diagnostics):
                yield Unreadable(path, index + self.moved, sha256, diagnostics) if self.moved else reading
            case Document():
                yield from self.document(reading)
            case Table():
                yield from self.table(reading)

    def document(self, reading: Document) -> Iterator[Mapped]:
        index = reading.index + self.moved
        mapping = self.mapping
        is_ours = is_own(reading, self.catalogue.schema)
        if mapping is None and is_ours:
            yield self._own(reading, index)
            return
        report = None if is_ours else own_report(reading)
        chosen = report or mapping or choose(self.catalogue.all(), reading, self.catalogue.schema)
        match chosen:
            case None:
                yield reading.numbered(index)
            case Diagnostic():
                yield Unreadable(reading.path, index, reading.sha256, (chosen,))
            case _:
                count = 0
                for made in _applied(Maker(chosen, self.told), reading, index):
                    count += not isinstance(made, Notice)
                    yield made
                self.moved += count - 1

    def _own(self, reading: Document, index: int) -> Document | Unreadable:
        """A document of ours, unless it is a partner's as well; mappings are looked at only where it may be."""
        schema = self.catalogue.schema
        if not is_mixed(reading, schema):
            return reading.numbered(index)
        mappings = self.catalogue.all()
        wrong = choose_for_own(mappings, reading, schema)
        if wrong is not None:
            return Unreadable(reading.path, index, reading.sha256, (wrong,))
        return reading.numbered(index, stands_alone=may_be_partners(mappings, reading, schema))

    def table(self, reading: Table) -> Iterator[Mapped]:
        chosen = self.mapping or choose(self.catalogue.all(), reading, self.catalogue.schema)
        if isinstance(chosen, Diagnostic):
            yield Unreadable(reading.path, self.moved, reading.sha256, (chosen,))
            leave(reading)
            return
        assert chosen is not None  # a table is never a document of ours
        if chosen.name == NAME:
            yield from unread_headers(self.catalogue.schema, reading)
        yield from _applied(Maker(chosen, self.told), reading, self.moved)
