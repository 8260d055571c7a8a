"""Where something stands, as pipelines and code hosts are told it: a file from a folder on, and a region in it."""

import os
import re
from pathlib import PurePath
from urllib.parse import quote

from msgspec import Struct

from orderproof.reading.inputs import MEMBER_MARK, STANDARD
from orderproof.source import Span

OUTSIDE = "_outside_"
"""The folder in which files are told of that are not below the folder from which all are told: nobody learns from a
report what is above that, and no such file is taken for another one inside."""
STANDARD_INPUT = "standard-input"
_ARCHIVE = re.compile(rf"(-|.*?\.zip){re.escape(MEMBER_MARK)}(.+)", re.DOTALL | re.IGNORECASE)
_LONGEST = 4096
"""Characters of a file's path; no system has files with a longer one."""


class Region(Struct, frozen=True):
    """A part of a text by lines and columns in code points, all from 1; the end is not in it.

    In a sheet the lines are rows, and there are no columns.
    """

    line: int
    column: int | None
    end_line: int
    end_column: int | None


class Address(Struct, frozen=True):
    """A file by its path, with ``/``, from a folder on; of an archive the member, of a sheet the cell.

    A region counts in the member, where there is one.
    """

    path: str
    member: str | None = None
    cell: str | None = None
    region: Region | None = None

    @property
    def is_text(self) -> bool:
        """Whether the region is one of the file itself."""
        return self.member is None and self.cell is None


def address_of(name: str, span: Span | None, folder: str) -> Address:
    """The address of a place in an input of a name, as seen from a folder, which is an absolute path or empty."""
    packed = _ARCHIVE.fullmatch(name)
    file, member = (name, None) if packed is None else packed.groups()
    path = STANDARD_INPUT if file == STANDARD else _path(file[:_LONGEST], folder)
    if span is None:
        return Address(path, member)
    source = span.source
    cell, start = source.cell(span.start), source.position(span.start)
    if cell is not None:
        return Address(path, member, cell, Region(start.line, None, start.line, None))
    end = source.position(max(span.start, span.end))
    return Address(path, member, None, Region(start.line, start.column, end.line, end.column))


def _path(name: str, folder: str) -> str:
    """The path of a file from a folder on, without ``.`` and ``..``."""
    is_absolute = PurePath(name).is_absolute()
    base = _steps(folder, [])
    steps = _steps(name, [] if is_absolute else base)
    below = steps[len(base) :]
    is_known = bool(base) or not is_absolute
    if is_known and below and steps[: len(base)] == base and ".." not in steps:
        return "/".join(below)
    return "/".join((OUTSIDE, *(step for step in _steps(name, []) if step != "..")))


def _steps(path: str, start: list[str]) -> list[str]:
    """The steps of a path after others; a ``..`` that leads above the first of all stays."""
    steps = list(start)
    for step in path.replace(os.sep, "/").split("/"):
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return steps


def uri_of(path: str) -> str:
    """A path as a relative reference by RFC 3986; a byte of a name that is no UTF-8 stays that byte."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a character, which an archive's member may have in its name
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/")
