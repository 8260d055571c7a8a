"""What is gathered of one file while it is read."""

from msgspec.structs import replace

from orderproof.screening.budget import Budget
from orderproof.screening.faults import own_fault
from orderproof.screening.text import Extract, Gap, Line, Picture, Spot

_MOST_GAPS = 200


class Gathered:
    """The lines, pictures and gaps of a file so far, in reading order; every line is taken from the budget.

    Where the budget is spent, a reader returns what it has gathered with a gap of the code ``limit``.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.lines: list[Line] = []
        self.pictures: list[Picture] = []
        self.gaps: list[Gap] = []
        self._frames = 0

    def frame(self) -> int:
        """A number for what is laid out together, that no other frame of this file has."""
        self._frames += 1
        return self._frames - 1

    def line(self, line: Line) -> None:
        """Add a line unless it is blank; raises SpentError."""
        if line.text.strip():
            self._budget.line(line.text)
            self.lines.append(line)

    def picture(self, spot: Spot, share: float = 0.0, *, is_head: bool = False) -> None:
        """Add a picture that stands behind the lines so far."""
        self.pictures.append(Picture(spot, len(self.lines), min(max(share, 0.0), 1.0), is_head=is_head))

    def gap(self, code: str, reason: str, spot: Spot | None = None) -> None:
        """Add what could not be read; a file with very many gaps is unread in any case, and the others are left out."""
        self._add(Gap(code, reason, spot or Spot()))

    def failed(self, error: Exception, reason: str, spot: Spot | None = None) -> None:
        """Add what an error left unread: ``reason`` says how the file is damaged, unless the fault is the program's."""
        self._add(own_fault(error) or Gap("damaged", reason, spot or Spot()))

    def _add(self, gap: Gap) -> None:
        if len(self.gaps) < _MOST_GAPS and gap not in self.gaps:
            self.gaps.append(gap)

    def nested(self, name: str, content: bytes, spot: Spot | None = None) -> None:
        """Read an embedded file, and add all of it, or that it lies too deep; raises SpentError."""
        inner = self._budget.nested(name, content, spot)
        if inner is None:
            self.gap("embedded", f"it holds `{name}` in a file within a file, too deep to be read", spot)
            return
        base, before = self._frames, len(self.lines)
        for line in inner.lines:
            self.lines.append(replace(line, frame=line.frame + base))
            self._frames = max(self._frames, base + line.frame + 1)
        self.pictures += [replace(picture, after=picture.after + before) for picture in inner.pictures]
        for gap in inner.gaps:
            self._add(gap)

    def extract(self, format_: str) -> Extract:
        """All that was collected."""
        return Extract(format_, tuple(self.lines), tuple(self.pictures), tuple(self.gaps))
