"""Ids of documents that stand more than once in a run: eight bytes a document, and as many when they are looked for."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

from orderproof.often import often

_NONE = -1
"""Stands for a document without an id: no hash of Python's is -1."""


class Repeats:
    """Notes the id of every document of a run in turn, as a hash of 64 bits.

    Two ids with one hash cannot do harm: what comes out are candidates, whose documents are read again and
    told apart by the ids themselves. Equal ids have equal hashes, so none is missed. The hash is the process's
    own: note all ids of a run in one process.
    """

    def __init__(self) -> None:
        self._hashes = array("q")

    def add(self, ids: Iterable[str]) -> None:
        """Note the ids of the next documents; an empty one is none."""
        self._hashes.extend([hash(id_) if id_ else _NONE for id_ in ids])

    def candidates(self) -> list[list[int]]:
        """The documents whose ids may be equal: two or more together, in the order of their numbers."""
        alike = set(often(self._hashes)) - {_NONE}
        if not alike:
            return []
        together: dict[int, list[int]] = {}
        for document, hashed in enumerate(self._hashes):
            if hashed in alike:
                together.setdefault(hashed, []).append(document)
        return list(together.values())


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
