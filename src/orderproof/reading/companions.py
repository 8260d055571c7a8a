"""Files that are no orders but attachments: in a folder or a pattern they stand among the orders that name them.

Every file of an input is read as orders, whatever an order says of it, so that none hides from the check behind the
name of an attachment. Only what is no table of orders, nor an archive with one, is told as what it is.
"""

import posixpath
from collections.abc import Callable, Iterator
from typing import TypeGuard

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Document, Line, Notice, Raw, Reading, Unreadable
from orderproof.reading.formats import Format
from orderproof.reading.inputs import Input, find_inputs
from orderproof.tree import Plain

Read = Callable[[Input], Iterator[Reading]]
"""Reads the documents of an input once more, as those of the run."""

_NO_ORDERS = frozenset(
    (
        "document.none",
        "mapping.unknown-table",
        "table.delimiter",
        "table.duplicate-header",
        "table.header",
        "table.no-header",
        "table.sheet",
        "table.too-sparse",
        "table.too-wide",
    )
)
"""What is said of a table or an archive in which no order was recognised."""
_TABLES = frozenset((Format.CSV, Format.TSV, Format.XLSX, Format.ZIP))
_ORDERS = frozenset((Format.JSON, Format.NDJSON, Format.YAML))
"""How an order is written that can name attachments: a table has no list of them."""
_MOST_HELD = 1000
"""Readings of an input that are put aside; a table of orders may have any number of empty rows."""
_HELP = "keep attachments outside of what is checked, with --attachments-root, so that they are not read as orders"


class Companions:
    """Tells the attachments of a run's orders from inputs that could not be read.

    ``root`` is where the paths of attachments begin, None for the folder of each order. What orders name is found out
    when a file is in question, and once for each folder.
    """

    def __init__(self, read: Read, root: str | None) -> None:
        self._read = read
        self._root = root
        self._inputs: dict[str, dict[str, list[Input]]] = {}
        self._named: dict[tuple[str, str], frozenset[str]] = {}

    def told(self, found: Input, readings: Iterator[Raw]) -> Iterator[Raw]:
        """The readings of an input; of an attachment without any order only that it is one."""
        if not found.among or found.format not in _TABLES:
            yield from readings
            return
        held: list[Unreadable | Notice] = []
        for reading in readings:
            if len(held) < _MOST_HELD and (isinstance(reading, Notice) or _is_no_order(reading)):
                held.append(reading)
                continue
            yield from held
            yield reading
            yield from readings
            return
        wrong = next((each for each in held if isinstance(each, Unreadable)), None)
        if wrong is not None and self._names(found):
            yield Notice(_remark(found, wrong.diagnostics[0]))
        else:
            yield from held

    def _names(self, found: Input) -> bool:
        """Whether an order of the folder or pattern that gave a file names it as its attachment."""
        name = posixpath.normpath(found.name)
        folders = self._inputs.get(found.among)
        if folders is None:
            folders = self._inputs[found.among] = _by_folder(found.among)
        return any(
            name in self._named_by(found.among, folder, inputs)
            for folder, inputs in folders.items()
            if self._root is not None or _is_in(name, folder)
        )

    def _named_by(self, among: str, folder: str, inputs: list[Input]) -> frozenset[str]:
        """The files that the orders of a folder name."""
        known = self._named.get((among, folder))
        if known is None:
            start = folder if self._root is None else self._root.replace("\\", "/")
            paths = (path for each in inputs for reading in self._read(each) for path in _paths(reading))
            known = frozenset(posixpath.normpath(posixpath.join(start, path)) for path in paths)
            self._named[among, folder] = known
        return known


def may_name(line: Line) -> bool:
    """Whether a line may be an order with attachments, as far as that is known without reading it."""
    return b"attachments" in line.content


def _is_no_order(reading: Raw) -> TypeGuard[Unreadable]:
    return isinstance(reading, Unreadable) and all(each.code in _NO_ORDERS for each in reading.diagnostics)


def _remark(found: Input, wrong: Diagnostic) -> Diagnostic:
    message = f"an order names this file as its attachment, and no order could be read in it: {wrong.message}"
    return replace(
        wrong,
        code="input.attachment",
        message=message,
        span=None,
        path=found.name,
        help=_HELP,
        severity=Severity.WARNING,
    )


def _by_folder(among: str) -> dict[str, list[Input]]:
    """The inputs in which orders may stand, by their folders."""
    folders: dict[str, list[Input]] = {}
    for found in find_inputs((among,)):
        if isinstance(found, Input) and found.format in _ORDERS:
            folders.setdefault(posixpath.dirname(posixpath.normpath(found.name)), []).append(found)
    return folders


def _is_in(name: str, folder: str) -> bool:
    return not folder or name.startswith(folder if folder.endswith("/") else f"{folder}/")


def _paths(reading: Reading) -> Iterator[str]:
    """The paths of a document's attachments, those that lead out of their folder left out."""
    attachments = reading.values.get("attachments") if isinstance(reading, Document) else None
    for each in attachments if isinstance(attachments, list) else ():
        path = _path(each)
        if path and ".." not in path.split("/") and not path.startswith("/"):
            yield path


def _path(attachment: Plain) -> str:
    path = attachment.get("path") if isinstance(attachment, dict) else None
    return path.replace("\\", "/") if isinstance(path, str) else ""
