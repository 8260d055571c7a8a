"""The state of drawing, as the operators of a page set it."""

from msgspec import Struct

from orderproof.screening.pdf.colour import BLACK, Colour
from orderproof.screening.pdf.fonts import Font
from orderproof.screening.pdf.matrix import IDENTITY, Box, Matrix


class State(Struct, frozen=True):
    """What ``q`` keeps and ``Q`` restores."""

    matrix: Matrix
    clip: Box
    fill: Colour = BLACK
    stroke: Colour = BLACK
    fill_space: str = "plain"
    stroke_space: str = "plain"
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    font: Font | None = None
    size: float = 0.0
    letter_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0

    @property
    def colours(self) -> tuple[Colour, ...]:
        """The colours that its glyphs are drawn with."""
        return {0: (self.fill,), 1: (self.stroke,)}.get(self.mode % 4, (self.fill, self.stroke))

    @property
    def alpha(self) -> float:
        """How opaque its glyphs are."""
        return {0: self.fill_alpha, 1: self.stroke_alpha}.get(self.mode % 4, max(self.fill_alpha, self.stroke_alpha))

    @property
    def is_unseen(self) -> bool:
        """Whether its glyphs are not painted at all."""
        return self.mode in (3, 7)


class Path:
    """The path that is being made: the boxes of its parts, whether each is an upright box, and how many strokes."""

    def __init__(self) -> None:
        self.boxes: list[tuple[Box, bool]] = []
        self._points: list[tuple[float, float]] = []
        self._is_straight = True

    def rectangle(self, box: Box, *, is_upright: bool) -> None:
        """A whole rectangle."""
        self.boxes.append((box, is_upright))

    def start(self, point: tuple[float, float]) -> None:
        """A new part begins."""
        self._finish()
        self._points = [point]

    def line(self, point: tuple[float, float]) -> None:
        """A straight stroke."""
        self._points.append(point)

    def curve(self, points: list[tuple[float, float]]) -> None:
        """A bent stroke."""
        self._points += points
        self._is_straight = False

    def parts(self) -> list[tuple[Box, bool]]:
        """The parts of the whole path."""
        self._finish()
        return self.boxes

    def _finish(self) -> None:
        if len(self._points) > 2:
            xs, ys = [x for x, _ in self._points], [y for _, y in self._points]
            box = (min(xs), min(ys), max(xs), max(ys))
            corners = all(
                min(abs(x - box[0]), abs(x - box[2])) < 0.1 and min(abs(y - box[1]), abs(y - box[3])) < 0.1
                for x, y in self._points
            )
            self.boxes.append((box, self._is_straight and corners and len(self._points) in (4, 5)))
        self._points, self._is_straight = [], True


class TextPlace:
    """Where the next glyph stands: the text matrix and the matrix of its line."""

    def __init__(self) -> None:
        self.matrix = self.line = IDENTITY

    def begin(self, matrix: Matrix = IDENTITY) -> None:
        """Stand at the beginning of a line."""
        self.matrix = self.line = matrix

    def next_line(self, x: float, y: float) -> None:
        """Go to a line that begins so far from where this one does."""
        a, b, c, d, e, f = self.line
        self.begin((a, b, c, d, a * x + c * y + e, b * x + d * y + f))

    def forward(self, x: float, y: float = 0.0) -> None:
        """Go on along the line."""
        a, b, c, d, e, f = self.matrix
        self.matrix = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)
