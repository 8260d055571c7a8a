"""Colour for reports on a terminal."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Tone(StrEnum):
    """What a coloured part of a report is."""

    ERROR = "error"
    WARNING = "warning"
    HEADING = "heading"
    LABEL = "label"


Paint: TypeAlias = Callable[[str, Tone], str]

_LOOKS: dict[Tone, tuple[str | None, bool]] = {
    Tone.ERROR: ("red", True),
    Tone.WARNING: ("yellow", True),
    Tone.HEADING: (None, True),
    Tone.LABEL: ("cyan", False),
}


def painter(*, colour: bool) -> Paint:
    """Paints parts of a line with ANSI codes, or leaves them as they are."""
    if not colour:
        return lambda text, _tone: text
    from click import style  # late: most reports have no colour

    def paint(text: str, tone: Tone) -> str:
        foreground, bold = _LOOKS[tone]
        return style(text, fg=foreground, bold=bold or None)

    return paint
