"""How a document's subjects are named, and where they stand in it."""

import re
from collections import Counter

from orderproof.document import Document
from orderproof.facts.record import Record
from orderproof.finding import DocumentName, SubjectName
from orderproof.source import Span
from orderproof.tree import Plain, Pointer, value_at

MARK = "\\."
"""What `exact` gives for no text: what follows is another kind of name than stands there otherwise."""
_DIGITS = re.compile(r"[0-9]+\Z")


class Naming:
    """Names the records of one document: a root by its id, a child by its own, or by its index."""

    __slots__ = ("_document", "_ids", "_spans", "name")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids: dict[Pointer, Counter[str | None]] = {}
        self._spans: dict[Pointer, Span] = {}
        self.name = DocumentName(document.path, document.index, _own_id(document.values))

    def subject(self, record: Record) -> SubjectName:
        """A record's name; an index stands in where it has no id, or shares it with a sibling."""
        return SubjectName(record.entity, self._key(record)[0])

    def identity(self, record: Record) -> str:
        """The same for a fingerprint, where an id of digits is not taken for an index."""
        key, is_own = self._key(record)
        return f"{MARK}{key}" if is_own and _DIGITS.match(key) else exact(key)

    def _key(self, record: Record) -> tuple[str, bool]:
        """A record's id, or the index that stands in, and whether it is an id of a child's own."""
        if not record.pointer:
            return self.name.id or str(self.name.index), False
        own = _own_id(self.value(record.pointer))
        if own is None or self._siblings(record.pointer[:-1])[own] > 1:
            return str(record.pointer[-1]), False
        return own, True

    def _siblings(self, pointer: Pointer) -> Counter[str | None]:
        if pointer not in self._ids:
            items = self.value(pointer)
            self._ids[pointer] = Counter(map(_own_id, items)) if isinstance(items, list) else Counter()
        return self._ids[pointer]

    def value(self, pointer: Pointer) -> Plain:
        """What stands at a pointer; None also where nothing does."""
        return value_at(self._document.values, pointer)

    def stands(self, pointer: Pointer) -> bool:
        """Whether a value stands in the document, or at least something above it that is not the whole document."""
        return not pointer or pointer[0] in self._document.values

    def original(self, pointer: Pointer) -> Pointer | None:
        """Where a value stands in the partner's own document; None where the document is its own."""
        return None if self._document.source is None else self._document.original(pointer)

    def span(self, pointer: Pointer) -> Span:
        """Where a value stands, the nearest place above it for an absent one; it does not hold the document."""
        found = self._spans.get(pointer)
        if found is None:
            found = self._spans.setdefault(pointer, self._document.span(pointer).on_its_line())
        return found


def exact(text: str) -> str:
    """A text without a NUL, so that some that are joined by it can be told apart again."""
    return text.replace("\\", "\\\\").replace("\0", "\\0")


def _own_id(value: Plain) -> str | None:
    """An object's own ``id``, where it is a text that names something."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found else None
