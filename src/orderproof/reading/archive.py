"""An archive of documents: which of its members are read, and what becomes of the others."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.document import Notice, Unreadable
from orderproof.reading.content import FileContent
from orderproof.reading.formats import READ, Format, foreign_sheet, format_of
from orderproof.reading.inputs import MEMBER_MARK
from orderproof.reading.unread import unknown_format, unreadable, wrong
from orderproof.reading.zip_members import Member, MemberContent, members_of

_MAX_NAMED = 5
_HIDDEN_FOLDER = "__MACOSX"


class DocumentMember(Struct, frozen=True):
    """A member that is read, under its full name."""

    name: str
    format: Format
    content: MemberContent


def document_members(name: str, archive: FileContent) -> Iterator[DocumentMember | Unreadable | Notice]:
    """The members of an archive that are read, by name, and what is told of the others.

    A member that must not be unpacked costs only itself; an archive that is wrong as a whole is one Unreadable.
    Whoever takes a member closes it.
    """
    try:
        members = sorted(members_of(archive.file), key=lambda member: member.name)
    except OSError as error:
        yield unreadable(name, error)
        return
    files = [member for member in members if not member.is_folder or member.fault is not None]
    found = False
    for member in files:
        reading = _member(f"{name}{MEMBER_MARK}{member.name}", member, archive)
        if reading is not None:
            found = True
            yield reading
    if not found:
        yield wrong("document.none", name, "this archive holds no document file", READ)
    yield from _notices(name, [member for member in files if member.fault is None])


def _member(full: str, member: Member, archive: FileContent) -> DocumentMember | Unreadable | None:
    known = format_of(member.name)
    if member.fault is not None and (known is not None or member.fault[0] == "archive.name"):
        return wrong(member.fault[0], full, *member.fault[1:])
    if _is_hidden(member.name):
        return None
    if foreign_sheet(member.name) is not None:
        return unknown_format(full)
    if known is None:
        return None
    if known.packed or known.format is Format.ZIP:
        help_ = "unpack the archive, and give the folder"
        return wrong("archive.nested", full, "what is packed inside an archive is not unpacked once more", help_)
    return DocumentMember(full, known.format, MemberContent(archive, member))


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return _HIDDEN_FOLDER in parts or any(part.startswith(".") for part in parts)


def _notices(name: str, files: list[Member]) -> Iterator[Notice]:
    """What is in the archive and was not read: an order among it would not be checked."""
    hidden = [member.name for member in files if _is_hidden(member.name)]
    others = [
        m.name for m in files if not _is_hidden(m.name) and format_of(m.name) is None and not foreign_sheet(m.name)
    ]
    unsure = [member.name for member in files if not member.is_named_surely]
    if others:
        what = "1 member with another ending is" if len(others) == 1 else f"{len(others):,} with other endings are"
        yield _notice("input.skipped", name, f"{what} not read as documents: {_named(others)}", READ)
    if hidden:
        what = "1 hidden member is" if len(hidden) == 1 else f"{len(hidden):,} hidden members are"
        yield _notice("archive.hidden", name, f"{what} not read: {_named(hidden)}", None)
    if unsure:
        message = (
            f"names of members may be shown wrongly, the archive does not say how they are written: {_named(unsure)}"
        )
        yield _notice("archive.names", name, message, "pack it with names in UTF-8")


def _notice(code: str, name: str, message: str, help: str | None) -> Notice:
    return Notice(Diagnostic(code, message, path=name, help=help, severity=Severity.WARNING))


def _named(names: list[str]) -> str:
    """The first of many names, and how many more there are."""
    shown = ", ".join(names[:_MAX_NAMED])
    return f"{shown} and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else shown
