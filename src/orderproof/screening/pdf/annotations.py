"""Annotations: what they draw on a page, and what is written in them."""

import re
from html import unescape
from typing import Any

from msgspec import Struct
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from orderproof.screening.pdf.canvas import Run
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
_CAPTIONS = ("/CA", "/RC", "/AC")
_FILMS = frozenset({"/RichMedia", "/Screen", "/Movie", "/3D"})
_WRITTEN = 10.0
"""Points that letters are high where a viewer chooses it."""
_DEEPEST = 16


class Annotation(Struct, frozen=True):
    """One annotation: what it looks like, where, and its texts with the part of the file that each is.

    ``values`` are the texts that it shows itself.
    """

    kind: str
    look: StreamObject | None
    box: Box | None
    hidden: str
    values: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]

    @property
    def is_film(self) -> bool:
        """Whether it shows what is no text: a film, a model, what another program plays."""
        return self.kind in _FILMS

    def runs(self, matrix: Matrix) -> list[Run]:
        """Its texts where a viewer writes them that makes its look: from the top of its box, or in the middle of it."""
        if self.look is not None or self.box is None or self.kind not in ("/Widget", "/FreeText"):
            return []
        left, bottom, right, top = moved_box(self.box, matrix)
        lines = [line.strip() for text in self.values for line in text.splitlines() if line.strip()]
        size = min(_WRITTEN, (top - bottom) / max(1, len(lines)))
        first = (top + bottom) / 2 + size * (0.6 * (len(lines) - 1) - 0.3)
        return [
            Run(tuple(line), 0, left, right, height, size, (left + right) / 2, height, 0, self.hidden)
            for line, height in ((line, first - 1.2 * size * at) for at, line in enumerate(lines))
        ]

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
    kind = value_of(source, "/Subtype")
    values = _values(source)[1] if kind == "/Widget" else [text_at(source, "/Contents")]
    return Annotation(
        kind if isinstance(kind, str) else "",
        _look(source),
        box_of(array_at(source, "/Rect")),
        hidden,
        tuple(values),
        tuple(_texts(source)),
    )


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
        look = dictionary_at(source, "/MK")
        name, values = _values(source)
        values = [f"{name}: {value}" if name else value for value in values]
        texts += [("form field", text) for text in (*values, *(text_at(look, key) for key in _CAPTIONS))]
    else:
        part = "text box" if kind == "/FreeText" else "comment"
        written = text_at(source, "/Contents")
        rich = unescape(_TAGS.sub(" ", text_at(source, "/RC")))
        is_other = "".join(rich.split()) not in "".join(written.split())
        texts += [(part, text) for text in (written, rich if is_other else "", text_at(source, "/Subj"))]
        texts.append((part, text_at(source, "/OverlayText")))
    texts.append(("link", _link(dictionary_at(source, "/A"))))
    return [(part, text) for part, text in texts if text.strip()]


def _values(field: DictionaryObject) -> tuple[str, list[str]]:
    """The name of a form field, if it has one, and its values: its own or those of what it belongs to."""
    name = ""
    at: Any = field
    for _ in range(_DEEPEST):
        if not isinstance(at, DictionaryObject):
            break
        name = name or text_at(at, "/TU") or text_at(at, "/T")
        if "/V" in at or "/DV" in at:
            values = _chosen(at, _written(at, "/V") or _written(at, "/DV"))
            rich = unescape(_TAGS.sub(" ", text_at(at, "/RV"))).strip()
            values += [rich] if "".join(rich.split()) not in "".join("".join(values).split()) else []
            return name, values
        at = value_of(at, "/Parent")
    return name, []


def _chosen(field: DictionaryObject, values: list[str]) -> list[str]:
    """The values of a field as it shows them: a list may show other words for what was chosen."""
    shown: dict[str, str] = {}
    for option in array_at(field, "/Opt"):
        if isinstance(option, ArrayObject) and len(option) == 2:
            value, words = (
                as_text(item.get_object()) for item in option if isinstance(item.get_object(), (str, bytes))
            )
            shown[value] = words
    return [shown.get(value, value) for value in values]


def _written(field: DictionaryObject, key: str) -> list[str]:
    found = value_of(field, key)
    if isinstance(found, ArrayObject):
        items = [item.get_object() for item in found]
        return [as_text(item) for item in items if isinstance(item, (str, bytes)) and item]
    text = text_at(field, key)
    return [text] if text and not text.startswith("/") else []


def _link(action: DictionaryObject) -> str:
    return text_at(action, "/URI")
