"""What holds inside a group of RTF."""

_TINY = 4
"""Half points."""


class State:
    """What holds inside a group, and ends with it.

    ``around`` is the line in which a part of its own began, ``before`` its last words, which may be what the part is for.
    """

    def __init__(self) -> None:
        self.part = ""
        self.skips = False
        self.takes = ""
        self.codec = "cp1252"
        self.fallback = 1
        self.is_vanished = self.is_deleted = self.is_white = False
        self.size = 24
        self.around: list[tuple[str, str, str]] = []
        self.before = ""

    def hidden(self) -> str:
        """Why a person does not see the text; empty where it is seen."""
        if self.is_deleted:
            return "deleted text"
        if self.is_vanished:
            return "hidden text"
        if self.is_white:
            return "white text"
        return "tiny text" if self.size <= _TINY else ""
