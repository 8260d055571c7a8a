"""Annotations: what they draw on a page, and what is written in them."""

import re
from typing import Any

from msgspec import Struct
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from orderproof.screening.pdf.matrix import Box, Matrix, moved_box, product
from orderproof.screening.pdf.values import (
    array_at,
    as_text,
    box_of,
    dictionary_at,
    matrix_of,
    number_of,
    text_at,
    value_of,
)

_UNSEEN = 0b100010
"""The flags of an annotation that is hidden or not shown on a screen."""
_TAGS = re.compile(r"<[^>]*>")
_DEEPEST = 16


class Annotation(Struct, frozen=True):
    """One annotation: what it looks like, where, and its texts with the part of the file that each is."""

    look: StreamObject | None
    box: Box | None
    hidden: str
    texts: tuple[tuple[str, str], ...]

    def placed(self, matrix: Matrix) -> Matrix:
        """The matrix that lays its look into its box."""
        inner = box_of(array_at(self.look, "/BBox"))
        if inner is None or self.box is None:
            return matrix
        inner = moved_box(inner, matrix_of(array_at(self.look, "/Matrix")))
        wide, high = inner[2] - inner[0], inner[3] - inner[1]
        if wide <= 0 or high <= 0:
            return matrix
        x, y = (self.box[2] - self.box[0]) / wide, (self.box[3] - self.box[1]) / high
        fit = (x, 0.0, 0.0, y, self.box[0] - inner[0] * x, self.box[1] - inner[1] * y)
        return product(fit, matrix)


def annotations_of(page: DictionaryObject) -> list[Annotation]:
    """The annotations of a page."""
    return [_annotation(found) for found in array_at(page, "/Annots") if isinstance(found, DictionaryObject)]


def _annotation(source: DictionaryObject) -> Annotation:
    flags = int(number_of(value_of(source, "/F")) or 0)
    hidden = "hidden annotation" if flags & _UNSEEN else ""
    return Annotation(_look(source), box_of(array_at(source, "/Rect")), hidden, tuple(_texts(source)))


def _look(source: DictionaryObject) -> StreamObject | None:
    found = value_of(dictionary_at(source, "/AP"), "/N")
    if isinstance(found, StreamObject):
        return found
    state = value_of(source, "/AS")
    chosen = value_of(found, state) if isinstance(state, str) else None
    return chosen if isinstance(chosen, StreamObject) else None


def _texts(source: DictionaryObject) -> list[tuple[str, str]]:
    kind = value_of(source, "/Subtype")
    texts = []
    if kind == "/Widget":
        texts += [("form field", text) for text in _values(source)]
    else:
        part = "text box" if kind == "/FreeText" else "comment"
        written = text_at(source, "/Contents")
        rich = _TAGS.sub(" ", text_at(source, "/RC"))
        texts += [(part, text) for text in (written, rich if not written else "", text_at(source, "/Subj"))]
    texts.append(("link", _link(dictionary_at(source, "/A"))))
    return [(part, text) for part, text in texts if text.strip()]


def _values(field: DictionaryObject) -> list[str]:
    """The values of a form field, with its name where it has one: its own or those of what it belongs to."""
    name = ""
    at: Any = field
    for _ in range(_DEEPEST):
        if not isinstance(at, DictionaryObject):
            break
        name = name or text_at(at, "/TU") or text_at(at, "/T")
        if "/V" in at or "/DV" in at:
            values = _written(at, "/V") or _written(at, "/DV")
            return [f"{name}: {value}" if name else value for value in values]
        at = value_of(at, "/Parent")
    return []


def _written(field: DictionaryObject, key: str) -> list[str]:
    found = value_of(field, key)
    if isinstance(found, ArrayObject):
        items = [item.get_object() for item in found]
        return [as_text(item) for item in items if isinstance(item, (str, bytes)) and item]
    text = text_at(field, key)
    return [text] if text and not text.startswith("/") else []


def _link(action: DictionaryObject) -> str:
    return text_at(action, "/URI")
