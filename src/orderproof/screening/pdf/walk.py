"""The walk over a page: what all the content streams of it share."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from pypdf.generic import StreamObject

from orderproof.screening.pdf.attempt import TooMuchError
from orderproof.screening.pdf.canvas import Canvas, Run
from orderproof.screening.pdf.fonts import Font
from orderproof.screening.pdf.layers import Layers
from orderproof.screening.pdf.state import State

_MOST_FORMS = 2000
_DEEPEST = 12
_MOST_RUNS = 50_000
_MOST_CODES = 500_000
"""A page that is full of small print has a fiftieth of that; each code costs memory while it is drawn."""


class Walk:
    """What is drawn on a canvas; ``fonts`` tells the font that an object is, ``layers`` what is switched off.

    ``told`` are the texts that stand for what is drawn, where the page says so, and ``drawn`` the forms that were.
    """

    def __init__(self, canvas: Canvas, fonts: Callable[[Any], Font], layers: Layers) -> None:
        self.canvas, self.fonts, self.layers = canvas, fonts, layers
        self._forms = self._codes = 0
        self._waiting: list[tuple[Run, State]] = []
        self.told: list[str] = []
        self.drawn: list[StreamObject] = []

    def enter(self, form: StreamObject, depth: int) -> None:
        """Enter a form that lies so deep in others; raises TooMuchError."""
        self.drawn.append(form)
        self._forms += 1
        if self._forms > _MOST_FORMS or depth >= _DEEPEST:
            raise TooMuchError

    def take(self, codes: int) -> None:
        """Draw so many bytes of strings; raises TooMuchError."""
        self._codes += codes
        if self._codes > _MOST_CODES:
            raise TooMuchError

    def shown(self, runs: list[Run], state: State, hidden: str) -> None:
        """Keep runs until all is drawn; raises TooMuchError."""
        why = hidden or ("invisible text" if state.is_unseen else "")
        self._waiting += [(replace(run, hidden=why) if why else run, state) for run in runs]
        if len(self._waiting) > _MOST_RUNS:
            raise TooMuchError

    def runs(self) -> list[Run]:
        """What was drawn, with why it is hidden if it is; asked for when all is drawn."""
        found = []
        for run, state in self._waiting:
            why = run.hidden or self.canvas.hidden(run, state.colours, state.alpha, state.clip)
            found.append(replace(run, hidden=why) if why else run)
        return found
