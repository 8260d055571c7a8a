"""How a document's subjects are named, and where they stand in it."""

from collections import Counter

from orderproof.document import Document
from orderproof.facts.record import Record
from orderproof.finding import DocumentName, SubjectName
from orderproof.source import Span
from orderproof.tree import Mapping, Node, Plain, Pointer, Scalar, Sequence, find, nearest


class Naming:
    """Names the records of one document: a root by its id, a child by its own, or by its index."""

    __slots__ = ("_document", "_ids", "name")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids: dict[Pointer, Counter[str | None]] = {}
        self.name = DocumentName(document.path, document.index, _own_id(document.values))

    def subject(self, record: Record) -> SubjectName:
        """A record's name; an index stands in where it has no id, or shares it with a sibling."""
        if not record.pointer:
            return SubjectName(record.entity, self.name.id or str(self.name.index))
        own = _id(find(self._document.root, record.pointer))
        index = record.pointer[-1]
        if own is None or self._siblings(record.pointer[:-1])[own] > 1:
            return SubjectName(record.entity, str(index))
        return SubjectName(record.entity, own)

    def _siblings(self, pointer: Pointer) -> Counter[str | None]:
        if pointer not in self._ids:
            items = find(self._document.root, pointer)
            self._ids[pointer] = (
                Counter(_id(item) for item in items.items) if isinstance(items, Sequence) else Counter()
            )
        return self._ids[pointer]

    def node(self, pointer: Pointer) -> Node | None:
        return find(self._document.root, pointer)

    def stands(self, pointer: Pointer) -> bool:
        """Whether a value stands in the document, or at least something above it that is not the whole document."""
        return self.node(pointer[:1]) is not None

    def span(self, pointer: Pointer) -> Span:
        """Where a value stands, the nearest place above it for an absent one; it does not hold the document."""
        return nearest(self._document.root, pointer).span.on_its_line()


def _own_id(values: dict[str, Plain]) -> str | None:
    found = values.get("id")
    return found if isinstance(found, str) and found else None


def _id(node: Node | None) -> str | None:
    """An object's own ``id``, where it is a text that names something."""
    if not isinstance(node, Mapping):
        return None
    found = node.get("id")
    if isinstance(found, Scalar) and isinstance(found.value, str) and found.value:
        return found.value
    return None
