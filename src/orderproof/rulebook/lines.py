"""Lines for people: safe to print, and in columns."""

from collections.abc import Iterable, Iterator, Sequence

from orderproof.diagnostic import columns
from orderproof.report.layout import padded
from orderproof.report.quoting import inert


def text_of(lines: Iterable[str]) -> str:
    """A text of lines, in which no CI system sees a command."""
    return "".join(f"{inert(line.rstrip())}\n" for line in lines)


def table(rows: Sequence[Sequence[str]], gap: str = "  ") -> Iterator[str]:
    """Rows whose columns stand below each other; the last one is as long as it is."""
    widths = [max(columns(row[number]) for row in rows) for number in range(len(rows[0]) - 1)]
    for row in rows:
        yield gap.join([*(padded(cell, width) for cell, width in zip(row, widths, strict=False)), row[-1]])
