"""The inputs of a run, from which documents are read, and some of them once more."""

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, cast

from orderproof.document import Document, Reading
from orderproof.reading.inputs import Found, Input
from orderproof.reading.reader import read_documents, read_input


class Shelf:
    """Inputs in their order. A file is read from where it lies each time; only standard input is kept."""

    def __init__(self, inputs: Iterable[Found]) -> None:
        self._inputs = inputs
        self._read: list[Input] = []
        self._standard = b""

    def read(self) -> Iterator[Reading]:
        """Every document in turn, and what could not be read."""
        for found in self._inputs:
            if isinstance(found, Input):
                self._read.append(found)
                if found.format is None and sys.stdin is not None:
                    yield from read_input(found, cast("BinaryIO", _Copied(sys.stdin.buffer, self)))
                    continue
            yield from read_documents([found])

    def again(self, wanted: Mapping[str, frozenset[int]]) -> Iterator[Document]:
        """The documents of these paths and indexes once more, in their order; one that is gone is left out."""
        for found in self._read:
            indexes = wanted.get(found.name)
            if indexes is not None:
                standard = io.BytesIO(self._standard) if found.format is None else None
                for reading in read_input(found, standard, indexes):
                    if isinstance(reading, Document) and reading.index in indexes:
                        yield reading

    def keep(self, content: bytes) -> None:
        """Keep what standard input held: it cannot be read twice."""
        self._standard = content


class _Copied:
    """Standard input, which leaves a copy of what is read on the shelf."""

    def __init__(self, stream: BinaryIO, shelf: Shelf) -> None:
        self._stream = stream
        self._shelf = shelf

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._shelf.keep(content)
        return content
