"""The documents of a run: its inputs read in portions, mapped where they are a partner's, some of them once more."""

import io
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias, cast

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document, Line, Notice, Raw, Reading, Unreadable
from orderproof.mapping.own import is_mixed, is_own
from orderproof.portion import Known, Lines, Portion, identity_at, identity_of, portions, size_of, size_of_input
from orderproof.reading.companions import Companions, may_name
from orderproof.reading.content import standard_file
from orderproof.reading.formats import Format
from orderproof.reading.inputs import MEMBER_MARK, Found, Input
from orderproof.reading.lines import Begun, raw_lines, read_line, read_lines
from orderproof.reading.reader import Wanted, read_file_raw, read_standard_raw
from orderproof.reading.unread import changed_input
from orderproof.schema import Schema
from orderproof.table import Table, TableOptions

if TYPE_CHECKING:
    from orderproof.mapping.catalogue import Catalogue
    from orderproof.mapping.compile import InputMapping
    from orderproof.mapping.stream import Stage

# Mappings are loaded when something is to be mapped: most documents are ours as they are.

_FIRST_LINE = 1 << 16
_IN_MEMORY = 16 << 20

Readings: TypeAlias = tuple[str, int, Iterator[Raw]]
"""The name of an input, its position in the run, and its readings."""


class Mappings:
    """The mappings that lie beside a rule set, opened when one of them is needed."""

    def __init__(self, rules: Path, schema: Schema) -> None:
        self._rules = rules
        self.schema = schema
        self._opened: Catalogue | None = None

    def opened(self) -> "Catalogue":
        if self._opened is None:
            from orderproof.mapping.catalogue import Catalogue  # late: see above

            self._opened = Catalogue(self._rules, self.schema)
        return self._opened


class _Stage:
    """Lets documents of ours pass as they are, and whatever is no partner's; mappings see the rest."""

    def __init__(self, catalogue: Mappings, mapping: "InputMapping | None") -> None:
        self._catalogue = catalogue
        self._mapping = mapping
        self._stage: Stage | None = None

    def mapped(self, reading: Reading) -> Iterator[Document | Unreadable | Notice]:
        if self._stage is None:
            if self._mapping is None and self._passes(reading):
                assert not isinstance(reading, Table)
                yield reading
                return
            from orderproof.mapping.stream import Stage  # late: see above

            self._stage = Stage(self._catalogue.opened(), self._mapping)
        yield from self._stage.mapped(reading)

    def _passes(self, reading: Reading) -> bool:
        if isinstance(reading, Document):
            return is_own(reading, self._catalogue.schema) and not is_mixed(reading, self._catalogue.schema)
        return isinstance(reading, Unreadable | Notice)


class Intake:
    """Inputs in their order; a file is read from where it lies each time, only standard input is kept.

    Partners' documents are made into documents by ``mapping``, or by the one of the catalogue that recognises them.
    ``attachments_root`` is where the paths of attachments begin, None for the folder of each document.
    """

    def __init__(
        self,
        inputs: Iterable[Found],
        catalogue: "Mappings",
        mapping: "InputMapping | None",
        options: TableOptions,
        attachments_root: str | None = None,
    ) -> None:
        self._found = inputs
        self._companions = Companions(self._orders, attachments_root)
        self._catalogue = catalogue
        self._mapping = mapping
        self._options = options
        self._inputs: list[Input] = []
        self._standard: BinaryIO | None = None
        self.bytes_done = 0
        self.bytes_in_all: int | None = None

    # Portions

    def measure(self) -> None:
        """Know how many bytes there are in all, unless some come from standard input; all inputs are looked up."""
        known = list(self._found)
        self._found = known
        inputs = [found for found in known if isinstance(found, Input)]
        if not any(found.is_standard for found in inputs):
            self.bytes_in_all = sum(map(size_of_input, inputs))

    def finished(self, portion: Portion) -> None:
        """Count the bytes of a portion that was judged."""
        self.bytes_done += size_of(portion)

    def portions(self, *, cut: bool = True) -> Iterator[Portion]:
        """The portions of the inputs, in their order; of a file with a document on each line there are many if ``cut``."""
        return portions(self._noted(), self._is_plain if cut else lambda _: False)

    def _noted(self) -> Iterator[Found]:
        for found in self._found:
            if isinstance(found, Input):
                self._inputs.append(found)
            yield found

    def _is_plain(self, found: Input) -> bool:
        """Whether an input has a document of ours on each line, so that every line of it is one document."""
        if found.format is not Format.NDJSON or found.packed or found.is_standard or self._mapping is not None:
            return False
        try:
            with open(found.name, "rb") as stream:  # noqa: PTH123  # a Path of no name is the current folder
                first = stream.readline(_FIRST_LINE)
        except (OSError, ValueError):
            return False
        for reading in read_lines(found.name, io.BytesIO(first)):
            if isinstance(reading, Document) and not is_own(reading, self._catalogue.schema):
                from orderproof.mapping.choose import choose  # late: see above

                return choose(self._catalogue.opened().all(), reading, self._catalogue.schema) is None
        return True

    # Readings

    def inputs(self, portion: Portion) -> Iterator[Readings]:
        """The inputs of a portion, each with its readings; nothing of an input is read before they are asked for."""
        match portion:
            case Known(reading):
                yield "", 0, iter((reading,))
            case Lines(name=name, position=position):
                yield name, position, self._lines(portion)
            case _:
                for number, found in enumerate(portion.inputs, portion.position):
                    yield found.name, number, self._whole(found)

    def _whole(self, found: Input) -> Iterator[Raw]:
        """The readings of an input; raises IncompleteError at the end where its file is another one by then."""
        before = None if found.is_standard else identity_at(found.name)
        yield from self._companions.told(found, self._readings(found))
        if before is not None and identity_at(found.name) != before:
            raise changed_input(found.name)

    def _readings(self, found: Input) -> Iterator[Raw]:
        stage = _Stage(self._catalogue, self._mapping)
        for reading in self._read(found, None):
            if not isinstance(reading, Line):
                yield from stage.mapped(reading)
            elif self._mapping is None:
                yield reading
            else:
                yield from stage.mapped(read_line(reading))

    def _read(self, found: Input, wanted: Wanted | None) -> Iterator[Raw]:
        if not found.is_standard:
            return read_file_raw(found, self._options, wanted)
        if self._standard is None:
            self._standard = standard_file()
        return read_standard_raw(found, self._standard, self._options, wanted)

    def _lines(self, lines: Lines) -> Iterator[Raw]:
        with _part(lines) as stream:
            yield from raw_lines(lines.name, stream, Begun(lines.line - 1, lines.index))

    def read(self, line: Line) -> Iterator[Reading]:
        """The document on a line that was handed out as it is, and what is said of it."""
        reading = read_line(line)
        made = list(_Stage(self._catalogue, None).mapped(reading))
        yield from made if sum(not isinstance(each, Notice) for each in made) <= 1 else (_several(reading),)

    def _orders(self, found: Input) -> Iterator[Reading]:
        """The orders of an input that may name attachments."""
        stage = _Stage(self._catalogue, self._mapping)
        for reading in self._read(found, None):
            if not isinstance(reading, Line):
                yield from stage.mapped(reading)
            elif may_name(reading):
                yield from stage.mapped(read_line(reading))

    def again(self, wanted: Mapping[str, frozenset[int]]) -> Iterator[Document]:
        """The documents of these paths and indexes once more, in the run's order; one that is gone is left out."""
        holders = {holder for name in wanted for holder in _holders(name)}
        for found in self._inputs:
            if found.name in holders:
                for reading in self._wanted(found, wanted):
                    if isinstance(reading, Document) and reading.index in wanted.get(reading.path, ()):
                        yield reading

    def _wanted(self, found: Input, wanted: Mapping[str, frozenset[int]]) -> Iterator[Reading]:
        """An input once more, of lines the wanted ones: what a mapping makes of others may have any index."""
        stage = _Stage(self._catalogue, self._mapping)
        # Every line is one document where no mapping was asked for.
        asked = wanted if self._mapping is None else dict.fromkeys(wanted)
        last = max(wanted.get(found.name, ()), default=None)
        for reading in self._read(found, asked):
            if not isinstance(reading, Line):
                yield from stage.mapped(reading)
            elif self._mapping is not None:
                yield from stage.mapped(read_line(reading))
            elif reading.index in wanted.get(reading.path, ()):
                yield from self.read(reading)
                if reading.index == last and reading.path == found.name:
                    return


def _holders(name: str) -> Iterator[str]:
    """The names that the input of a document of this name may have: the same, or that of an archive."""
    yield name
    at = name.find(MEMBER_MARK)
    while at >= 0:
        yield name[:at]
        at = name.find(MEMBER_MARK, at + 1)


def _part(lines: Lines) -> BinaryIO:
    """A portion of a file that must not have changed."""
    try:
        stream = open(lines.name, "rb")  # noqa: PTH123, SIM115  # as above
        if identity_of(stream.fileno()) == lines.identity:
            stream.seek(lines.offset)
            if lines.length > _IN_MEMORY:
                return cast("BinaryIO", _Window(stream, lines))
            with stream:
                content = stream.read(lines.length)
                # It may have changed since it was opened, and then fewer documents may have come of it.
                if len(content) == lines.length and identity_of(stream.fileno()) == lines.identity:
                    return io.BytesIO(content)
        stream.close()
    except OSError:
        # What cannot be read any more has changed.
        pass
    raise changed_input(lines.name)


class _Window:
    """A part of a file that holds a line too long for memory."""

    def __init__(self, stream: BufferedReader, lines: Lines) -> None:
        self._stream = stream
        self._lines = lines
        self._left = lines.length

    def readline(self, limit: int) -> bytes:
        line = self._stream.readline(min(limit, self._left))
        self._left -= len(line)
        if not line and (self._left or identity_of(self._stream.fileno()) != self._lines.identity):
            raise changed_input(self._lines.name)
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _several(reading: Reading) -> Unreadable:
    assert isinstance(reading, Document)
    message = "several documents stand on this line, where all others are one each"
    help_ = "give each document a line of its own, or say with --mapping how all lines are read"
    wrong = Diagnostic("document.several", message, span=reading.root.span, help=help_)
    return Unreadable(reading.path, reading.index, reading.sha256, (wrong,))
