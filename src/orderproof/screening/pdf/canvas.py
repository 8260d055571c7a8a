"""What a page has drawn: runs of glyphs, pictures, and the areas that were filled, in the order of drawing."""

from msgspec import Struct

from orderproof.screening.pdf.colour import WHITE, Colour, alike
from orderproof.screening.pdf.matrix import Box, area, holds
from orderproof.screening.pdf.outlines import Outlines

_MOST_AREAS = 2000
_TINY = 2.0
"""Points; what is smaller is not read on paper or screen."""
_FAINT = 0.06
_EDGE = 2.0


class Run(Struct, frozen=True):
    """Glyphs drawn in one go, one behind the other in a direction.

    ``along`` is where they begin in their direction, ``end`` where they end, ``across`` their base line, all in points;
    ``angle`` is their direction in degrees, ``x`` and ``y`` the middle of them on the page. ``size`` is their height.
    ``order`` counts what is drawn on the page.
    """

    glyphs: tuple[str, ...]
    angle: int
    along: float
    end: float
    across: float
    size: float
    x: float
    y: float
    order: int
    hidden: str = ""


class Drawn(Struct, frozen=True):
    """A picture on a page, by its box; ``source`` gives its points, if anything does."""

    box: Box
    order: int
    source: object = None


class _Area(Struct, frozen=True):
    box: Box
    colour: Colour
    order: int
    is_exact: bool


class Canvas:
    """The page while it is drawn; ``box`` is its visible part."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.runs: list[Run] = []
        self.pictures: list[Drawn] = []
        self.curves = 0
        self.outlines = Outlines()
        self._areas: list[_Area] = []
        self._order = 0

    def next_order(self) -> int:
        """The number of what is drawn next."""
        self._order += 1
        return self._order

    def fill(self, box: Box, colour: Colour, *, is_exact: bool) -> None:
        """An area was filled; ``is_exact`` where it is the whole box, not a shape in it. Lines are no areas."""
        if box[2] - box[0] > 3 and box[3] - box[1] > 1 and len(self._areas) < _MOST_AREAS:
            self._areas.append(_Area(box, colour, self.next_order(), is_exact))

    def picture(self, box: Box, source: object, *, is_opaque: bool) -> None:
        """A picture was drawn."""
        self.pictures.append(Drawn(box, self.next_order(), source))
        self.outlines.picture(box, source)
        if area(box) > 0 and len(self._areas) < _MOST_AREAS:
            self._areas.append(_Area(box, None, self._order, is_opaque))

    def hidden(self, run: Run, colours: tuple[Colour, ...], alpha: float, clip: Box) -> str:
        """Why a person does not see a run; empty where it is seen. It is told when all of the page is drawn."""
        if not holds(self.box, run.x, run.y, _EDGE):
            return "outside the page"
        if run.size < _TINY:
            return "tiny text"
        if alpha < _FAINT:
            return "transparent text"
        if not holds(clip, run.x, run.y + run.size * 0.3, max(_EDGE, run.size / 2)):
            return "clipped text"
        return self._by_colour(run, colours)

    def _by_colour(self, run: Run, colours: tuple[Colour, ...]) -> str:
        """Whether a run has the colour of what lies under it, or something lies on it."""
        x, y = run.x, run.y + run.size * 0.3
        under: Colour = WHITE
        for filled in self._areas:
            if filled.order > run.order:
                if filled.is_exact and holds(filled.box, x, y) and _covers(filled.box, run):
                    return "covered text"
            elif holds(filled.box, x, y):
                under = filled.colour
        if all(alike(colour, under) for colour in colours):
            return "white text" if alike(under, WHITE) else "text in the colour of its background"
        return ""


def _covers(box: Box, run: Run) -> bool:
    """Whether an area is as high as the letters of a run."""
    return box[3] - box[1] >= run.size * 0.6
