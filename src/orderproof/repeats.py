"""Ids of documents that stand more than once in a run, found with twelve bytes a document."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

_BUCKETS = 256


class Repeats:
    """Notes the id of every document, as a hash of 64 bits with the document's number.

    Two ids with one hash cannot do harm: what comes out are candidates, whose documents are read again and
    told apart by the ids themselves. Equal ids have equal hashes, so none is missed. The hash is the process's
    own: note all ids of a run in one process.
    """

    def __init__(self) -> None:
        self._hashes = [array("q") for _ in range(_BUCKETS)]
        self._documents = [array("I") for _ in range(_BUCKETS)]

    def add(self, id_: str, document: int) -> None:
        """Note the id of a document, by the document's number in the run."""
        hashed = hash(id_)
        self._hashes[hashed % _BUCKETS].append(hashed)
        self._documents[hashed % _BUCKETS].append(document)

    def candidates(self) -> list[list[int]]:
        """The documents whose ids may be equal: two or more together, in the order of their numbers."""
        found: list[list[int]] = []
        for hashes, documents in zip(self._hashes, self._documents, strict=True):
            if len(set(hashes)) < len(hashes):
                found += _together(hashes, documents)
        return sorted(found)


def _together(hashes: Iterable[int], documents: Iterable[int]) -> list[list[int]]:
    alike: dict[int, list[int]] = {}
    for hashed, document in zip(hashes, documents, strict=True):
        alike.setdefault(hashed, []).append(document)
    return [sorted(each) for each in alike.values() if len(each) > 1]


def repeated(candidates: Iterable[Sequence[int]], ids: Mapping[int, str | None]) -> dict[int, int]:
    """Each document whose id has stood before, with the first that has it; ``ids`` are those of the candidates."""
    again: dict[int, int] = {}
    for documents in candidates:
        first: dict[str, int] = {}
        for document in documents:
            id_ = ids.get(document)
            if id_ is not None and first.setdefault(id_, document) != document:
                again[document] = first[id_]
    return dict(sorted(again.items()))
