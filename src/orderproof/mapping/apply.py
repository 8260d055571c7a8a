"""A mapping at work on a partner's document: one document of ours for each that it holds, or what is wrong with it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Notice, Unreadable
from orderproof.facts.literal import shape
from orderproof.facts.read import MORE
from orderproof.mapping.compile import ID, InputMapping
from orderproof.mapping.held import held
from orderproof.mapping.keys import Unread, unread
from orderproof.mapping.original import Original, OriginalDocument, Trail, tree
from orderproof.mapping.paths import write_path
from orderproof.mapping.sources import EMPTY_HELP, MISSING, Work
from orderproof.mapping.unseen import unseen
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Plain, Pointer, write_pointer

MAX_TOLD = 20
"""Problems of one document that are told one by one; of more only the number is."""
MAX_VALUES = 50
"""Values of one field that no list knows and that a run tells of."""
Mapped: TypeAlias = Document | Unreadable | Notice


class Told:
    """What was told already in a run: values that no list knows, by the mapping, the field and the value."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, ...]] = set()
        self._counts: Counter[tuple[str, ...]] = Counter()

    def is_new(self, key: tuple[str, ...]) -> bool:
        """Whether this is the first time; of a field with too many values no more are taken for new."""
        if key in self._keys or self._counts[key[:-1]] > MAX_VALUES:
            return False
        self._keys.add(key)
        self._counts[key[:-1]] += 1
        return True

    def is_last(self, key: tuple[str, ...]) -> bool:
        """Whether nothing more is told of its field."""
        return self._counts[key[:-1]] > MAX_VALUES


class Named(Struct, frozen=True):
    """The name of a document that is to be made: its input, its index there, the digest, and its line if known."""

    path: str
    index: int
    sha256: str
    line: int | None


class Maker:
    """Makes documents by one mapping; what it tells of values that no list knows it tells once."""

    def __init__(self, mapping: InputMapping, told: Told) -> None:
        self.mapping = mapping
        self.told = told

    def document(self, given: Document, index: int) -> Iterator[Mapped]:
        """The documents that a partner's document holds, from ``index`` on; at least one, or what is wrong."""
        found = held(self.mapping, given)
        if isinstance(found, Diagnostic):
            yield Unreadable(given.path, index, given.sha256, (found,))
            return
        original = OriginalDocument(given)
        ids: dict[str, Pointer] = {}
        if found[0][1] != ():
            yield from self.unread(unread(self.mapping.envelope, given.values, (), self.mapping.absent), original)
        for number, (value, base) in enumerate(found, index):
            named = Named(given.path, number, given.sha256, given.line if len(found) == 1 else None)
            if not isinstance(value, dict):
                message = f"`{write_pointer(base)}`: expected a document, an object, and found {shape(value)}"
                yield unreadable(named, Diagnostic("document.type", message, span=original.span(base)))
                continue
            yield from self.unread(unread(self.mapping.keys, value, base, self.mapping.absent), original)
            for made in self.one(value, base, original, named):
                yield _alone(made, base, ids, original) if isinstance(made, Document) else made

    def one(self, source: object, base: Pointer, original: Original, named: Named) -> Iterator[Mapped]:
        """The document that a source at a place makes, or what is wrong with it."""
        work = Work()
        values = self.mapping.records.record(source, base, (), work)
        yield from self.unlisted(work, original)
        if work.count:
            yield unreadable(named, *located(work, original))
            return
        id_ = values.get(ID)
        hidden = unseen(id_) if isinstance(id_, str) else None
        if hidden is not None:
            work.blame(dict(work.trail).get((ID,), base), hidden)
            yield unreadable(named, *located(work, original))
            return
        ordered = {key: values[key] for key in self.mapping.order if key in values}
        places = _Places(ordered, work, base, original)
        yield Document(
            named.path,
            named.index,
            places.root,
            named.sha256,
            ordered,
            named.line,
            self.mapping.provenance,
            places.original_of,
        )

    def unlisted(self, work: Work, original: Original) -> Iterator[Notice]:
        """That values were kept which the mapping does not know, each once."""
        for name, value, pointer in work.unlisted:
            key: tuple[str, ...] = (self.mapping.name, name, value)
            if self.told.is_new(key):
                known = f"the mapping `{self.mapping.name}` does not know"
                message = f"`{original.label(pointer)}`: {known} {shape(value)}"
                help_ = f"it is kept as it stands in `{name}`; list it under `values` there once its meaning is known"
                if not value:
                    help_ = EMPTY_HELP
                if self.told.is_last(key):
                    message = f"`{original.label(pointer)}`: {known} more than {MAX_VALUES} values of `{name}`"
                    help_ = "all are kept as they stand, and no more of them are told"
                    key = (self.mapping.name, name)
                span = original.span(pointer)
                warning = Diagnostic("mapping.unknown-value", message, span=span, help=help_, severity=Severity.WARNING)
                yield Notice(warning, key)

    def unread(self, found: Iterable[Unread], original: Original) -> Iterator[Notice]:
        """That a source says something under keys that nothing reads, each once."""
        for each in found:
            key: tuple[str, ...] = (self.mapping.name, "unread", write_path(each.path))
            if not self.told.is_new(key):
                continue
            message = f"`{original.label(each.pointer)}`: the mapping `{self.mapping.name}` does not read this"
            if each.meant is None:
                message += " list, and reads one beside it"
            help_ = "map it, or list it under `ignored` with the reason"
            if each.meant is not None:
                help_ = f"did you mean `{each.meant}`? else {help_}"
            span = original.key_span(each.pointer)
            if self.told.is_last(key):
                message = f"the mapping `{self.mapping.name}` does not read more than {MAX_VALUES} such keys"
                key = key[:-1]
            yield Notice(Diagnostic("mapping.mistyped", message, span, help=help_, severity=Severity.WARNING), key)


class _Places:
    """The places of a document that was made, worked out when they are asked for."""

    __slots__ = ("_base", "_original", "_trail", "_values", "_work")

    def __init__(self, values: dict[str, Plain], work: Work, base: Pointer, original: Original) -> None:
        self._values = values
        self._work = work
        self._base = base
        self._original = original
        self._trail: Trail | None = None

    def trail(self) -> Trail:
        if self._trail is None:
            self._trail = Trail(self._work.trail, self._base)
        return self._trail

    def original_of(self, pointer: Pointer) -> Pointer:
        return self.trail().original(pointer)

    def root(self) -> MappingNode:
        made = tree(self._values, self.trail(), self._original)
        assert isinstance(made, MappingNode)
        return made


def unreadable(named: Named, *diagnostics: Diagnostic) -> Unreadable:
    """A document that could not be made, and why."""
    return Unreadable(named.path, named.index, named.sha256, diagnostics)


def located(work: Work, original: Original) -> Iterator[Diagnostic]:
    """Problems as diagnostics, in the order of their places; each names its place in the partner's own words."""
    placed = [(original.span(problem.pointer), problem) for problem in work.problems]
    placed.sort(key=lambda pair: (pair[0].position.line, pair[0].position.column))
    for span, problem in placed[:MAX_TOLD]:
        label = "" if problem.code == MISSING else original.label(problem.pointer)
        message = f"`{label}`: {problem.message}" if label else problem.message
        yield Diagnostic(problem.code, message, span=span, help=problem.help)
    count = work.count - MAX_TOLD
    if count > 0:
        message = f"{count:,} more value{' is' if count == 1 else 's are'} not what the mapping expects"
        yield Diagnostic(MORE, message, span=placed[MAX_TOLD][0], help="mend these first and run it again")


def _alone(made: Document, base: Pointer, ids: dict[str, Pointer], original: Original) -> Document | Unreadable:
    """The document, unless one of the same id stands before it in its envelope."""
    id_ = made.values.get(ID)
    if not isinstance(id_, str):
        return made
    first = ids.setdefault(id_, base)
    if first == base:
        return made
    message = f"the id `{id_}` stands in this envelope for the second time"
    help_ = f"it stands first in `{write_pointer(first)}`; keep one of them"
    span = original.span(made.original((ID,)))
    wrong = Diagnostic("document.duplicate-id", message, span=span, help=help_)
    return Unreadable(made.path, made.index, made.sha256, (wrong,))
