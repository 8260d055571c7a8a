"""What stands in a folder, and what of it is a document file."""

import os
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from orderproof.document import Unreadable
from orderproof.reading.unread import linked, unreadable


class Kind(StrEnum):
    """What an entry of a folder is to us."""

    FOLDER = "folder"
    LINKED_FOLDER = "linked folder"
    FILE = "document file"
    OTHER = "other file"


Entry: TypeAlias = tuple[str, Kind]
IsDocument: TypeAlias = Callable[[str], bool]
"""Whether a file of this name is read."""


def entries(folder: str, is_document: IsDocument, *, hidden: bool = False) -> list[Entry]:
    """What stands in a folder, by name."""
    prefix = folder if folder == "" or folder.endswith("/") else f"{folder}/"
    with os.scandir(folder or ".") as listed:
        return sorted(
            (prefix + entry.name, _kind(entry, is_document))
            for entry in listed
            if hidden or not entry.name.startswith(".")
        )


def _kind(entry: "os.DirEntry[str]", is_document: IsDocument) -> Kind:
    if entry.is_symlink():
        if Path(entry.path).is_dir():
            return Kind.LINKED_FOLDER
    elif entry.is_dir():
        return Kind.FOLDER
    return Kind.FILE if is_document(entry.name) else Kind.OTHER


def below(folder: str, is_document: IsDocument, wrong: list[Unreadable]) -> Iterator[Entry]:
    """A folder and all folders below it."""
    pending = [folder]
    while pending:
        name = pending.pop()
        yield name, Kind.FOLDER
        try:
            found = entries(name, is_document)
        except OSError as error:
            wrong.append(unreadable(name or ".", error))
            continue
        pending.extend(entry for entry, kind in found if kind is Kind.FOLDER)
        wrong.extend(linked(entry) for entry, kind in found if kind is Kind.LINKED_FOLDER)


def joined(folder: str, name: str) -> str:
    return folder + name if folder == "" or folder.endswith("/") else f"{folder}/{name}"
