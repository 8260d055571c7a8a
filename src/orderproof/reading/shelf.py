"""The inputs of a run, from which documents are read, and some of them once more."""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.reading.content import standard_file
from orderproof.reading.inputs import MEMBER_MARK, Found, Input
from orderproof.reading.reader import Wanted, read_file, read_standard
from orderproof.reading.table import TableOptions

_UNDECLARED = TableOptions()


class Shelf:
    """Inputs in their order. A file is read from where it lies each time; only standard input is kept."""

    def __init__(self, inputs: Iterable[Found], options: TableOptions = _UNDECLARED) -> None:
        self._inputs = inputs
        self._options = options
        self._read: list[Input] = []
        self._standard: BinaryIO | None = None

    def read(self) -> Iterator[Reading]:
        """Every document and table in turn, and what could not be read."""
        for found in self._inputs:
            if isinstance(found, Unreadable | Notice):
                yield found
            else:
                self._read.append(found)
                yield from self._readings(found, None)

    def read_again(self, wanted: Wanted) -> Iterator[Reading]:
        """The readings of these files and members once more, in their order.

        Of documents on lines only those of the wanted indexes; else a mapping, or who asks, picks them.
        """
        for found in self._read:
            if any(name == found.name or name.startswith(found.name + MEMBER_MARK) for name in wanted):
                yield from self._readings(found, wanted)

    def again(self, wanted: Mapping[str, frozenset[int]]) -> Iterator[Document]:
        """The documents of these paths and indexes once more, in their order; one that is gone is left out."""
        for reading in self.read_again(wanted):
            if isinstance(reading, Document) and reading.index in wanted.get(reading.path, ()):
                yield reading

    def _readings(self, found: Input, wanted: Wanted | None) -> Iterator[Reading]:
        if not found.is_standard:
            yield from read_file(found, self._options, wanted)
            return
        if self._standard is None:
            self._standard = standard_file()
        yield from read_standard(found, self._standard, self._options, wanted)
