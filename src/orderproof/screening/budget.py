"""What one file may cost in all, with every file that is embedded in it."""

import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.text import Extract, Line, Spot

_DIGIT = re.compile(r"\d")
MAX_DEPTH = 2
"""How deep files may lie in files: what is embedded in a file that is embedded in a file is read, and no further."""


class SpentError(Exception):
    """What a file may cost is spent; ``reason`` says of what there is too much, as a gap of the code ``limit`` does."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Limits(Struct, frozen=True):
    """The most that is taken from a file and from all that is embedded in it, together.

    A contract of 300 full pages has under a million characters, a tenth of them digits, in 20,000 lines, or in 80,000
    cells where all of it are tables. What these limits let pass takes a fourth of the time that a process has, and no
    more memory than it has.
    """

    pages: int = 500
    cells: int = 2_000_000
    tags: int = 400_000
    lines: int = 100_000
    text: int = 4 << 20
    digits: int = 500_000
    unpacked: int = 50 << 20
    files: int = 200


class Spent:
    """What was taken so far; one for a file and for all that is embedded in it."""

    def __init__(self) -> None:
        self.pages = self.cells = self.tags = self.lines = self.text = self.digits = self.unpacked = self.files = 0


class Budget:
    """What a reader may still take of a file, and how it has another file read that is embedded in it.

    ``read`` reads a file by its name, its content and the budget that is left. ``depth`` is 0 for the file itself.
    ``ocr`` reads the lines of a picture from its bytes, in any format of pictures, or is None where nothing can. What is
    given for it may raise anything at a picture; asked for here it finds nothing then, and ``picture`` says what it was.
    """

    def __init__(
        self,
        read: "Callable[[str, bytes, Budget], Extract]",
        ocr: Callable[[bytes], tuple[Line, ...]] | None = None,
        depth: int = 0,
        limits: Limits | None = None,
        spent: Spent | None = None,
    ) -> None:
        self._read = read
        self._ocr = ocr
        self.ocr = None if ocr is None else self._lines
        self.depth = depth
        self.limits = Limits() if limits is None else limits
        self._spent = Spent() if spent is None else spent

    def picture(self, content: bytes) -> tuple[Line, ...] | None:
        """The lines of a picture; None where nothing reads pictures. Raises what reading it raises."""
        return None if self._ocr is None else self._ocr(content)

    def _lines(self, content: bytes) -> tuple[Line, ...]:
        try:
            return self.picture(content) or ()
        except Exception:  # noqa: BLE001  # a picture that cannot be read costs itself, and is told as unread
            return ()

    def page(self) -> None:
        """Take one page; raises SpentError."""
        self._spent.pages += 1
        _hold(self._spent.pages, self.limits.pages, "pages")

    def cells(self, count: int) -> None:
        """Take cells of a sheet; raises SpentError."""
        self._spent.cells += count
        _hold(self._spent.cells, self.limits.cells, "cells")

    def tags(self, count: int) -> None:
        """Take what is marked up in a page; raises SpentError."""
        self._spent.tags += count
        _hold(self._spent.tags, self.limits.tags, "tags")

    def line(self, text: str) -> None:
        """Take one line with its text; raises SpentError. Digits count by themselves: to weigh numbers takes longest."""
        self._spent.lines += 1
        self._spent.text += len(text)
        self._spent.digits += len(_DIGIT.findall(text))
        _hold(self._spent.lines, self.limits.lines, "lines")
        _hold(self._spent.text, self.limits.text, "characters of text")
        _hold(self._spent.digits, self.limits.digits, "digits")

    def unpacked(self, size: int) -> None:
        """Take bytes that came out of a compressed part; raises SpentError."""
        self._spent.unpacked += size
        _hold(self._spent.unpacked, self.limits.unpacked, "unpacked bytes")

    def nested(self, name: str, content: bytes, spot: Spot | None = None) -> Extract | None:
        """What is written in an embedded file, its spots named after it; None where files lie too deep to be read.

        ``spot`` is where it is embedded: the page, line, paragraph or cell of what itself has none. Raises SpentError.
        """
        if self.depth >= MAX_DEPTH:
            return None
        self._spent.files += 1
        _hold(self._spent.files, self.limits.files, "embedded files")
        inner = Budget(self._read, self._ocr, self.depth + 1, self.limits, self._spent)
        return embedded(name, self._read(name, content, inner), spot or Spot())


def _hold(count: int, most: int, what: str) -> None:
    if count > most:
        raise SpentError(f"it holds more than {most:,} {what}")


def embedded(name: str, inner: Extract, outer: Spot) -> Extract:
    """What was read of an embedded file, with spots that say in which file it stands."""

    def placed(spot: Spot) -> Spot:
        part = f"embedded file `{name}`" + (f", {spot.part}" if spot.part else "")
        if outer.part:
            part = f"{outer.part}, {part}"
        if spot.page or spot.line or spot.paragraph or spot.cell:
            return replace(spot, part=part)
        return replace(outer, part=part)

    return Extract(
        inner.format,
        tuple(replace(line, spot=placed(line.spot)) for line in inner.lines),
        tuple(replace(picture, spot=placed(picture.spot)) for picture in inner.pictures),
        tuple(replace(gap, spot=placed(gap.spot)) for gap in inner.gaps),
    )
