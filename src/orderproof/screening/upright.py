"""Writing from top to bottom: lines of one character each, as they stand in narrow cells and beside stamps."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from orderproof.screening.text import Line

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")
_FEWEST_HAN = 2


def upright(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, with those of one Chinese character or digit each under one another put together as one."""
    run: list[Line] = []
    for line in lines:
        if _is_character(line) and (not run or _is_under(run[-1], line)):
            run.append(line)
            continue
        yield from _put_together(run)
        run = [line] if _is_character(line) else []
        if not run:
            yield line
    yield from _put_together(run)


def _is_character(line: Line) -> bool:
    text = line.text.strip()
    return len(text) == 1 and (text.isdigit() or _HAN.match(text) is not None)


def _is_under(above: Line, line: Line) -> bool:
    place = (above.frame, above.left, above.hidden)
    return place == (line.frame, line.left, line.hidden) and line.row - above.row in (0, 1)


def _put_together(run: Sequence[Line]) -> Sequence[Line]:
    """One line of several characters; digits alone are left as they are, for they may be numbers of rows."""
    text = "".join(line.text.strip() for line in run)
    return [replace(run[0], text=text)] if len(_HAN.findall(text)) >= _FEWEST_HAN else run
