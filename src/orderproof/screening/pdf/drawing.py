"""The walk over what draws a page: every string, picture and filled area, and those of the forms that it draws."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from pypdf.errors import PdfReadError
from pypdf.generic import ContentStream, DictionaryObject, StreamObject

from orderproof.screening.pdf.attempt import DEEP, TooMuchError
from orderproof.screening.pdf.colour import BLACK, colour_of, draws_picture, shows_picture, space_of
from orderproof.screening.pdf.matrix import UNIT, Matrix, moved, moved_box, product, shared
from orderproof.screening.pdf.pen import Pen
from orderproof.screening.pdf.state import Path, State, TextPlace
from orderproof.screening.pdf.values import array_at, as_text, box_of, dictionary_at, matrix_of, number_of, value_of
from orderproof.screening.pdf.walk import Walk

_MOST_KEPT = 200
_FONT_AND_SIZE = 2
_PATTERNS = ("none", "picture")
"""The spaces of patterns: of others, and of those that show a picture."""


def draw(walk: Walk, stream: Any, resources: DictionaryObject, matrix: Matrix) -> None:
    """Draw the content of a page; raises what pypdf raises, and TooMuchError."""
    _Drawing(walk, resources, State(matrix, walk.canvas.box), "", 0).run(stream)


def draw_form(walk: Walk, form: StreamObject, matrix: Matrix, hidden: str) -> None:
    """Draw a form by itself, such as the look of an annotation; raises what pypdf raises, and TooMuchError."""
    _form(walk, form, DictionaryObject(), State(matrix, walk.canvas.box), hidden, 0)


def _form(walk: Walk, form: StreamObject, outer: DictionaryObject, state: State, hidden: str, depth: int) -> None:
    walk.enter(form, depth)
    matrix = product(matrix_of(array_at(form, "/Matrix")), state.matrix)
    box = box_of(array_at(form, "/BBox"))
    clip = shared(state.clip, moved_box(box, matrix)) if box else state.clip
    resources = dictionary_at(form, "/Resources") or outer
    _Drawing(walk, resources, replace(state, matrix=matrix, clip=clip), hidden, depth + 1).run(form)


class _Drawing:
    """One content stream while it is drawn."""

    def __init__(self, walk: Walk, resources: DictionaryObject, state: State, hidden: str, depth: int) -> None:
        self._walk, self._resources, self._depth = walk, resources, depth
        self._state, self._kept = state, [state]
        self._place, self._path = TextPlace(), Path()
        self._clips = False
        self._hidden, self._marks = hidden, [hidden]

    def run(self, stream: Any) -> None:
        """Draw it, as far as it can be read; raises what pypdf raises where it cannot."""
        content = ContentStream(stream, None, "bytes")
        if DEEP.search(content.get_data()):
            raise TooMuchError
        failure: Exception | None = None
        try:
            operations = content.operations
        except Exception as error:  # noqa: BLE001 pypdf raises anything
            operations, failure = content._operations, error  # noqa: SLF001 what was read before it failed
        for operands, operator in operations:
            if operator == b"INLINE IMAGE":
                self.inline(operands)
                continue
            handler = _OPERATORS.get(operator)
            if handler is not None:
                try:
                    handler(self, operands)
                except (IndexError, TypeError, ValueError, AttributeError) as error:
                    # An operator without its operands draws nothing, as in any viewer; but a text must not get lost.
                    if operands and operator in _OF_TEXT:
                        failure = failure or PdfReadError(f"{operator.decode()} fails: {error}")
        if failure is not None:
            raise failure

    def set(self, **values: Any) -> None:
        self._state = replace(self._state, **values)

    def keep(self, _: list[Any]) -> None:
        if len(self._kept) < _MOST_KEPT:
            self._kept.append(self._state)

    def restore(self, _: list[Any]) -> None:
        if len(self._kept) > 1:
            self._state = self._kept.pop()

    def move(self, operands: list[Any]) -> None:
        self.set(matrix=product(matrix_of(operands), self._state.matrix))

    def extended(self, operands: list[Any]) -> None:
        """The graphics state of a resource: how opaque things are, in the form of which picture, and a font."""
        given = dictionary_at(dictionary_at(self._resources, "/ExtGState"), operands[0])
        fill, stroke = number_of(value_of(given, "/ca")), number_of(value_of(given, "/CA"))
        if fill is not None:
            self.set(fill_alpha=fill)
        if stroke is not None:
            self.set(stroke_alpha=stroke)
        mask = value_of(dictionary_at(given, "/SMask"), "/G")
        if draws_picture(mask) and not self._hidden:
            box = box_of(array_at(mask, "/BBox"))
            shown = moved_box(box, self._state.matrix) if box else self._state.clip
            self._walk.canvas.picture(shared(shown, self._state.clip), None, is_opaque=False)
        font = array_at(given, "/Font")
        if len(font) == _FONT_AND_SIZE:
            self.set(font=self._walk.fonts(font[0]), size=number_of(font[1]) or 0.0)

    # Text.

    def begin_text(self, _: list[Any]) -> None:
        self._place.begin()

    def font(self, operands: list[Any]) -> None:
        source = value_of(dictionary_at(self._resources, "/Font"), operands[0])
        self.set(font=self._walk.fonts(source), size=number_of(operands[1]) or 0.0)

    def text_number(self, name: str, operands: list[Any], scale: float = 1.0) -> None:
        value = number_of(operands[0])
        if value is not None:
            self.set(**{name: value * scale})

    def mode(self, operands: list[Any]) -> None:
        self.set(mode=int(number_of(operands[0]) or 0))

    def text_move(self, operands: list[Any]) -> None:
        self._place.next_line(number_of(operands[0]) or 0.0, number_of(operands[1]) or 0.0)

    def text_move_leading(self, operands: list[Any]) -> None:
        self.set(leading=-(number_of(operands[1]) or 0.0))
        self.text_move(operands)

    def text_matrix(self, operands: list[Any]) -> None:
        self._place.begin(matrix_of(operands))

    def next_line(self, _: list[Any]) -> None:
        self._place.next_line(0.0, -self._state.leading)

    def show(self, operands: list[Any]) -> None:
        self.show_pieces(operands[:1])

    def show_spaced(self, operands: list[Any]) -> None:
        self.show_pieces(operands[0])

    def show_next(self, operands: list[Any]) -> None:
        self.next_line([])
        self.show_pieces(operands[-1:])

    def show_next_spaced(self, operands: list[Any]) -> None:
        self.set(word_space=number_of(operands[0]) or 0.0, letter_space=number_of(operands[1]) or 0.0)
        self.show_next(operands)

    def show_pieces(self, pieces: list[Any]) -> None:
        if self._state.font is not None and self._state.size:
            self._walk.take(sum(len(piece) for piece in pieces if isinstance(piece, bytes)))
            pen = Pen(self._state, self._state.font, self._place, self._walk.canvas.next_order())
            pen.show(pieces)
            self._walk.shown(pen.runs, self._state, self._hidden)

    # Colours.

    def colour(self, name: str, space: str, operands: list[Any]) -> None:
        self.set(**{name: colour_of(space, operands), f"{name}_space": space})

    def space(self, name: str, operands: list[Any]) -> None:
        space = space_of(operands[0], self._resources)
        self.set(**{name: None if space == "none" else BLACK, f"{name}_space": space})

    def colour_in_space(self, name: str, operands: list[Any]) -> None:
        space = self._state.fill_space if name == "fill" else self._state.stroke_space
        self.set(**{name: colour_of(space, operands)})
        if name == "fill" and space in _PATTERNS:
            self.set(fill_space=_PATTERNS[shows_picture(self._resources, operands)])

    # Paths and pictures.

    def rectangle(self, operands: list[Any]) -> None:
        x, y, width, height = (number_of(value) or 0.0 for value in operands[:4])
        matrix = self._state.matrix
        is_upright = (matrix[1] == 0 == matrix[2]) or (matrix[0] == 0 == matrix[3])
        self._path.rectangle(moved_box((x, y, x + width, y + height), matrix), is_upright=is_upright)

    def points(self, operands: list[Any]) -> list[tuple[float, float]]:
        numbers = [number_of(value) or 0.0 for value in operands]
        return [moved(x, y, self._state.matrix) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]

    def start_path(self, operands: list[Any]) -> None:
        self._path.start(self.points(operands)[0])

    def line(self, operands: list[Any]) -> None:
        self._path.line(self.points(operands)[0])

    def curve(self, operands: list[Any]) -> None:
        self._walk.canvas.curves += 1
        self._path.curve(self.points(operands))

    def clip(self, _: list[Any]) -> None:
        self._clips = True

    def end_path(self, _: list[Any], *, fills: bool = False) -> None:
        parts = self._path.parts()
        if fills and self._state.fill_alpha > 0.5:
            for box, is_exact in parts:
                self._walk.canvas.fill(shared(box, self._state.clip), self._state.fill, is_exact=is_exact)
                if self._state.fill_space == _PATTERNS[1] and not self._hidden:
                    self._walk.canvas.picture(shared(box, self._state.clip), None, is_opaque=False)
        if parts:
            boxes = [box for box, _ in parts]
            around = (
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[2] for box in boxes),
                max(box[3] for box in boxes),
            )
            if self._clips:
                self.set(clip=shared(self._state.clip, around))
            elif not all(is_exact for _, is_exact in parts) and not self._hidden:
                self._walk.canvas.outlines.add(boxes)
        self._path, self._clips = Path(), False

    def fill(self, operands: list[Any]) -> None:
        self.end_path(operands, fills=True)

    def shade(self, _: list[Any]) -> None:
        self._walk.canvas.fill(self._state.clip, None, is_exact=False)

    def external(self, operands: list[Any]) -> None:
        found = value_of(dictionary_at(self._resources, "/XObject"), operands[0])
        if not isinstance(found, StreamObject):
            return
        hidden = self._hidden or ("switched off" if self._walk.layers.is_off(value_of(found, "/OC")) else "")
        if value_of(found, "/Subtype") == "/Form":
            _form(self._walk, found, self._resources, self._state, hidden, self._depth)
        elif value_of(found, "/Subtype") == "/Image" and not hidden:
            is_opaque = not any(key in found for key in ("/SMask", "/Mask", "/ImageMask"))
            self.picture(found, is_opaque=is_opaque)

    def picture(self, source: object, *, is_opaque: bool) -> None:
        box = shared(moved_box(UNIT, self._state.matrix), self._state.clip)
        self._walk.canvas.picture(box, source, is_opaque=is_opaque and self._state.fill_alpha > 0.5)

    def inline(self, operands: Any) -> None:
        if not self._hidden:
            self.picture(operands, is_opaque=False)

    # Marked content.

    def mark(self, operands: list[Any]) -> None:
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = value_of(dictionary_at(self._resources, "/Properties"), properties)
        self._marks.append(self._hidden)
        if operands and operands[0] == "/OC" and self._walk.layers.is_off(properties):
            self._hidden = self._hidden or "switched off"
        for key in ("/ActualText", "/Alt", "/E"):
            told = value_of(properties, key)
            if isinstance(told, (str, bytes)):
                self._walk.told.append(as_text(told))

    def end_mark(self, _: list[Any]) -> None:
        if len(self._marks) > 1:
            self._hidden = self._marks.pop()


_OF_TEXT = (b"Tf", b"Tj", b"TJ", b"'", b'"', b"Do")
_OPERATORS: dict[bytes, Callable[[_Drawing, list[Any]], None]] = {
    b"q": _Drawing.keep,
    b"Q": _Drawing.restore,
    b"cm": _Drawing.move,
    b"gs": _Drawing.extended,
    b"BT": _Drawing.begin_text,
    b"Tf": _Drawing.font,
    b"Tr": _Drawing.mode,
    b"Tc": lambda drawing, operands: drawing.text_number("letter_space", operands),
    b"Tw": lambda drawing, operands: drawing.text_number("word_space", operands),
    b"Tz": lambda drawing, operands: drawing.text_number("stretch", operands, 0.01),
    b"TL": lambda drawing, operands: drawing.text_number("leading", operands),
    b"Ts": lambda drawing, operands: drawing.text_number("rise", operands),
    b"Td": _Drawing.text_move,
    b"TD": _Drawing.text_move_leading,
    b"Tm": _Drawing.text_matrix,
    b"T*": _Drawing.next_line,
    b"Tj": _Drawing.show,
    b"TJ": _Drawing.show_spaced,
    b"'": _Drawing.show_next,
    b'"': _Drawing.show_next_spaced,
    b"g": lambda drawing, operands: drawing.colour("fill", "plain", operands),
    b"rg": lambda drawing, operands: drawing.colour("fill", "plain", operands),
    b"k": lambda drawing, operands: drawing.colour("fill", "plain", operands),
    b"G": lambda drawing, operands: drawing.colour("stroke", "plain", operands),
    b"RG": lambda drawing, operands: drawing.colour("stroke", "plain", operands),
    b"K": lambda drawing, operands: drawing.colour("stroke", "plain", operands),
    b"cs": lambda drawing, operands: drawing.space("fill", operands),
    b"CS": lambda drawing, operands: drawing.space("stroke", operands),
    b"sc": lambda drawing, operands: drawing.colour_in_space("fill", operands),
    b"scn": lambda drawing, operands: drawing.colour_in_space("fill", operands),
    b"SC": lambda drawing, operands: drawing.colour_in_space("stroke", operands),
    b"SCN": lambda drawing, operands: drawing.colour_in_space("stroke", operands),
    b"re": _Drawing.rectangle,
    b"m": _Drawing.start_path,
    b"l": _Drawing.line,
    b"c": _Drawing.curve,
    b"v": _Drawing.curve,
    b"y": _Drawing.curve,
    b"W": _Drawing.clip,
    b"W*": _Drawing.clip,
    b"n": _Drawing.end_path,
    b"S": _Drawing.end_path,
    b"s": _Drawing.end_path,
    b"f": _Drawing.fill,
    b"F": _Drawing.fill,
    b"f*": _Drawing.fill,
    b"B": _Drawing.fill,
    b"B*": _Drawing.fill,
    b"b": _Drawing.fill,
    b"b*": _Drawing.fill,
    b"sh": _Drawing.shade,
    b"Do": _Drawing.external,
    b"BDC": _Drawing.mark,
    b"BMC": _Drawing.mark,
    b"EMC": _Drawing.end_mark,
}
