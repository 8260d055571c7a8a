"""Drawn strings become runs of glyphs with their places."""

from collections.abc import Sequence
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any

from orderproof.screening.pdf.canvas import Run
from orderproof.screening.pdf.fonts import Font
from orderproof.screening.pdf.matrix import Matrix, moved, product
from orderproof.screening.pdf.state import State, TextPlace
from orderproof.screening.pdf.values import number_of

_APART = 0.18
"""What moves the next glyph by more of the size begins a new run; how far runs stand apart is judged later."""
_SPREAD, _CLOSED = 0.5, -0.1
_BLANKS = 3
_LEVEL = 2


class Pen:
    """Draws the strings of one operator, behind one another; all is told in text space until a run ends."""

    def __init__(self, state: State, font: Font, place: TextPlace, order: int) -> None:
        self._state, self._font, self._place, self._order = state, font, place, order
        self._matrix = product(place.matrix, state.matrix)
        self._from = self._at = 0.0
        self._glyphs: list[tuple[str, float]] = []
        self.runs: list[Run] = []

    def show(self, pieces: Sequence[Any]) -> None:
        """Draw strings, moved by the numbers between them."""
        for piece in pieces:
            if isinstance(piece, bytes):
                self._string(piece)
            elif (shift := number_of(piece)) is not None:
                if abs(shift) > _APART * 1000:
                    self._end_run()
                self._at -= shift / 1000 * self._state.size * self._stretch
        self._end_run()
        if self._font.is_vertical:
            self._place.forward(0.0, -self._at)
        else:
            self._place.forward(self._at)

    @property
    def _stretch(self) -> float:
        return 1.0 if self._font.is_vertical else self._state.stretch

    def _string(self, drawn: bytes) -> None:
        state, stretch = self._state, self._stretch
        size, between = state.size, state.letter_space
        height = 1.0 if self._font.is_vertical else None
        word_space = state.word_space if self._font.is_one_byte else 0.0
        is_spread = between > _SPREAD * abs(size) or between < _CLOSED * abs(size)
        blanks = 0
        for letters, width in self._font.glyphs(drawn):
            if letters == " ":
                blanks += 1
                step = (width if height is None else height) * size + between + word_space
            else:
                if blanks >= _BLANKS or is_spread:
                    self._end_run()
                blanks = 0
                step = (width if height is None else height) * size + between
            if not self._glyphs:
                self._from = self._at
            self._at += step * stretch
            self._glyphs.append((letters, self._at))

    def _end_run(self) -> None:
        """Place the glyphs so far as a run, without the blanks at their ends."""
        glyphs, self._glyphs = self._glyphs, []
        while glyphs and glyphs[-1][0] in (" ", ""):
            glyphs.pop()
        first, start = 0, self._from
        while first < len(glyphs) and glyphs[first][0] in (" ", ""):
            start = glyphs[first][1]
            first += 1
        if first < len(glyphs):
            self.runs.append(self._run(tuple(letters for letters, _ in glyphs[first:]), start, glyphs[-1][1]))

    def _run(self, glyphs: tuple[str, ...], start: float, end: float) -> Run:
        state, matrix = self._state, self._matrix
        begin, stop = self._point(start, matrix), self._point(end, matrix)
        down = self._font.is_vertical
        sign = -1.0 if down or state.size * state.stretch < 0 else 1.0
        heading = (matrix[2] * sign, matrix[3] * sign) if down else (matrix[0] * sign, matrix[1] * sign)
        angle = round(degrees(atan2(heading[1], heading[0]))) % 360
        angle = 0 if angle <= _LEVEL or angle >= 360 - _LEVEL else angle
        across, along = sin(radians(angle)), cos(radians(angle))
        high = abs(state.size) * hypot(matrix[2], matrix[3]) * self._font.scale
        wide = abs(state.size * state.stretch) * hypot(matrix[0], matrix[1]) * self._font.scale
        ends = (begin[0] * along + begin[1] * across, stop[0] * along + stop[1] * across)
        return Run(
            glyphs,
            angle,
            min(ends),
            max(ends),
            begin[1] * along - begin[0] * across,
            min(high, 2 * wide),
            (begin[0] + stop[0]) / 2,
            (begin[1] + stop[1]) / 2,
            self._order,
        )

    def _point(self, at: float, matrix: Matrix) -> tuple[float, float]:
        if self._font.is_vertical:
            return moved(self._state.rise, -at, matrix)
        return moved(at, self._state.rise, matrix)
