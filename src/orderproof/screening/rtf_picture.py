"""How big a picture in a document of RTF is, as its words say."""

_PAGE = (595.0 * 20, 842.0 * 20)
"""A page of A4 in twentieths of a point."""
_POINT = 15
"""A point of a screen in the same."""
_WORDS = ("picwgoal", "pichgoal", "picscalex", "picscaley", "picw", "pich")


class PictureSize:
    """The size of one picture, word by word."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def word(self, word: str, number: int) -> None:
        """A word with its number; others than those for a size say nothing."""
        if word in _WORDS:
            self._said[word] = number

    def share(self) -> float:
        """The share of a page that the picture covers; 0 where nothing is said of its size."""
        return self._side("w", "x", _PAGE[0]) * self._side("h", "y", _PAGE[1])

    def _side(self, side: str, axis: str, page: float) -> float:
        goal = self._said.get(f"pic{side}goal") or self._said.get(f"pic{side}", 0) * _POINT
        return min(1.0, max(0.0, goal * self._said.get(f"picscale{axis}", 100) / 100 / page))
