"""Which contracts are meant where they are screened without an order: files, all of a folder, a pattern, standard input."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from orderproof.document import Unreadable
from orderproof.reading.folder import Entry, Kind, entries
from orderproof.reading.pattern import is_pattern, matches
from orderproof.screening.text import Gap

STANDARD = "-"
"""The name of standard input."""


class ContractFile(Struct, frozen=True):
    """A file by its name, and why nothing of it can be read where that is known already."""

    path: str
    gap: Gap | None = None


def find_contracts(names: Iterable[str]) -> Iterator[ContractFile]:
    """The files that names mean, each once: in the order of the names, and inside a folder by name.

    Of a folder every file is one, whatever its ending; what is hidden in it is left out.
    """
    seen: set[str] = set()
    for name in names:
        for found in _of(name.replace(os.sep, "/")):
            if found.path not in seen:
                seen.add(found.path)
                yield found


def _of(name: str) -> Iterator[ContractFile]:
    if name == STANDARD or "\0" in name:
        yield ContractFile(name)
    elif Path(name).is_dir():
        yield from _listed(name, [(name, Kind.FOLDER)], [], "no file is in this folder")
    elif is_pattern(name) and not os.path.lexists(name):
        wrong: list[Unreadable] = []
        yield from _listed(name, matches(name, _every, wrong), wrong, "no file matches this pattern")
    else:
        yield ContractFile(name)


def _listed(name: str, listed: list[Entry], wrong: list[Unreadable], nothing: str) -> Iterator[ContractFile]:
    """The files of these entries and of the folders among them, then what could not be looked into."""
    pending = listed[::-1]
    is_empty = True
    gap: Gap | None
    while pending:
        path, kind = pending.pop()
        if kind is Kind.FOLDER:
            try:
                pending.extend(reversed(entries(path, _every)))
                continue
            except OSError as error:
                gap = Gap("missing", f"it cannot be opened: {(error.strerror or 'the system gives no reason').lower()}")
        else:
            gap = Gap("refused", "a link to a folder is not followed") if kind is Kind.LINKED_FOLDER else None
        is_empty = False
        # A file of a folder may have the name that stands for standard input.
        yield ContractFile(f"./{path}" if path == STANDARD else path, gap)
    for unread in wrong:
        is_empty = False
        yield ContractFile(unread.path, Gap("refused", unread.diagnostics[0].message))
    if is_empty:
        yield ContractFile(name, Gap("missing", nothing))


def _every(_: str) -> bool:
    return True
