"""Patterns of names: ``*``, ``?``, ``[…]`` within one part of a path, and ``**`` for any folders."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from orderproof.document import Unreadable
from orderproof.reading.folder import Entry, IsDocument, Kind, below, entries, joined
from orderproof.reading.unread import linked, unreadable


def is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")


def matches(pattern: str, is_document: IsDocument, wrong: list[Unreadable]) -> list[Entry]:
    """The entries that a pattern matches, by name; ``wrong`` gets what could not be looked into."""
    parts: list[str] = []
    for part in pattern.split("/"):
        # Two `**` in a row match what one does.
        if part and not (part == "**" and parts[-1:] == ["**"]):
            parts.append(part)
    matched: set[Entry] = {("/" if pattern.startswith("/") else "", Kind.FOLDER)}
    for place, part in enumerate(parts):
        matched = set(_step(matched, part, is_document, is_last=place == len(parts) - 1, wrong=wrong))
    return sorted(matched)


def _step(
    folders: Iterable[Entry], part: str, is_document: IsDocument, *, is_last: bool, wrong: list[Unreadable]
) -> Iterator[Entry]:
    """What one part of a pattern matches inside the folders that the parts before it matched."""
    for folder, kind in folders:
        if kind is Kind.LINKED_FOLDER:
            wrong.append(linked(folder))
        if kind is not Kind.FOLDER:
            continue
        if part == "**":
            yield from below(folder, is_document, wrong) if not is_last else ((folder, Kind.FOLDER),)
        elif not is_pattern(part):
            name = joined(folder, part)
            if Path(name).is_dir():
                # A folder that the pattern names letter by letter is meant, also behind a link.
                yield name, Kind.FOLDER
            elif Path(name).exists():
                yield name, Kind.FILE if is_document(name) else Kind.OTHER
        else:
            try:
                found = entries(folder, is_document, hidden=part.startswith("."))
            except OSError as error:
                wrong.append(unreadable(folder or ".", error))
                continue
            yield from (entry for entry in found if fnmatchcase(entry[0].rpartition("/")[2], part))
