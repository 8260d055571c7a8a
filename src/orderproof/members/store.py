"""The store of members: packed as they come, and put together by their keys in the end; past a limit in a temporary file.

A member has no object of its own while it waits. Most have a key that no other has, which is known by the hashes
of all keys; the others are parted into shares, those of one key in one, so what does not fit into memory at once never
has to.
"""

import errno
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, TypeAlias

from orderproof.diagnostic import Diagnostic, IncompleteError
from orderproof.members.packing import Brought
from orderproof.often import often
from orderproof.wire import Wire

LIMIT = 64 * 2**20
"""Packed bytes that stay in memory: about a million members."""
AT_ONCE = 1 << 16
"""Members of shared keys of which there are objects at once, more or less; so many are a share."""
HASHED = 1 << 21
"""Members whose hashes are kept; where there are more, all are parted into shares."""
ALIKE = 1 << 17
"""Keys of several members that are looked for; where there are more, all members are parted as well."""
_SMALL = 64
"""Bytes of a packed member, more or less."""

Members: TypeAlias = list[tuple[int, list[Brought]]]
"""What documents brought, by their numbers."""
Record: TypeAlias = tuple[int, Brought]
"""A member: the number of its document in the run, and what it brought."""
_Page: TypeAlias = bytes | tuple[int, int]
"""Packed members, or where in the file they begin and how long they are."""

_batches = Wire(tuple[int, Members])
_records = Wire(list[Record])


class _Share:
    """Members of a check whose keys fall together."""

    __slots__ = ("pages", "unpacked")

    def __init__(self) -> None:
        self.pages: list[_Page] = []
        self.unpacked: list[Record] = []


class Store:
    """Holds the members of checks; close it to be rid of the file at once."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._at_once = max(1, min(AT_ONCE, limit // _SMALL))
        self._count = 0
        self._hashes = array("q")
        self._batches: list[_Page] = []
        self._shares: dict[int, list[_Share]] = {}
        self._size = 0
        self._file: IO[bytes] | None = None

    def add(self, members: Members, first: int = 0) -> None:
        """Keep members of documents, whose numbers are counted from ``first``.

        Raises IncompleteError where the file cannot take more.
        """
        if not members:
            return
        hashes = [_hashed(member) for _, brought in members for member in brought]
        self._count += len(hashes)
        if self._count <= HASHED:
            self._hashes.extend(hashes)
        self._keep(self._batches, _batches.packed((first, members)))

    def groups(self) -> Iterator[tuple[int, Iterable[list[Record]]]]:
        """All members, those of one check and key together: some groups of a check at once, in any order.

        The members of each group are in the order of documents, and in each of subjects. Raises IncompleteError where
        the file cannot be read, or take more.
        """
        alike = set(islice(often(self._hashes), ALIKE + 1)) if self._count <= HASHED else None
        if alike is not None and len(alike) > ALIKE:
            alike = None
        count = 1 + self._count // self._at_once
        self._forget_shares()
        unpacked = 0
        for batch in self._batches:
            first, members = _batches.unpacked(self._content(batch))
            alone: dict[int, list[list[Record]]] = {}
            for number, brought in members:
                document = first + number
                for member in brought:
                    hashed = _hashed(member)
                    if alike is not None and hashed not in alike:
                        alone.setdefault(member.check, []).append([(document, member)])
                        continue
                    shares = self._shares.get(member.check)
                    if shares is None:
                        shares = self._shares[member.check] = [_Share() for _ in range(count)]
                    shares[hashed % count].unpacked.append((document, member))
                    unpacked += 1
            yield from alone.items()
            if unpacked >= self._at_once:
                self._pack()
                unpacked = 0
        for check, shares in self._shares.items():
            for share in shares:
                records = [record for page in share.pages for record in _records.unpacked(self._content(page))]
                yield check, _together(records + share.unpacked)

    def close(self) -> None:
        self._batches.clear()
        self._shares.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _pack(self) -> None:
        for share in self._all_shares():
            if share.unpacked:
                self._keep(share.pages, _records.packed(share.unpacked))
                share.unpacked.clear()

    def _forget_shares(self) -> None:
        for share in self._all_shares():
            self._size -= sum(len(page) for page in share.pages if isinstance(page, bytes))
        self._shares.clear()

    def _all_shares(self) -> Iterator[_Share]:
        for shares in self._shares.values():
            yield from shares

    # Pages

    def _keep(self, pages: list[_Page], content: bytes) -> None:
        pages.append(content)
        self._size += len(content)
        if self._size > self._limit:
            try:
                self._move()
            except OSError as error:
                raise _not_kept(error) from error

    def _content(self, page: _Page) -> bytes:
        if isinstance(page, bytes):
            return page
        assert self._file is not None
        offset, length = page
        try:
            self._file.seek(offset)
            content = self._file.read(length)
        except OSError as error:
            raise _not_kept(error) from error
        if len(content) != length:
            raise _not_kept(OSError(errno.EIO, "less can be read than was written"))
        return content

    def _move(self) -> None:
        """All pages to the file."""
        if self._file is None:
            from tempfile import TemporaryFile  # late: only what does not fit into memory needs it

            # It has no name where the system allows that, and is its owner's alone; it ends with the process.
            self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the store
        offset = self._file.seek(0, 2)
        for pages in (self._batches, *(share.pages for share in self._all_shares())):
            for number, page in enumerate(pages):
                if isinstance(page, bytes):
                    self._file.write(page)
                    pages[number] = offset, len(page)
                    offset += len(page)
        self._file.flush()
        self._size = 0


def _together(records: Iterable[Record]) -> Iterator[list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record[1].key, []).append(record)
    for group in groups.values():
        group.sort(key=place)
        yield group


def place(record: Record) -> tuple[int, int]:
    """Where a member stands in the run."""
    document, member = record
    return document, member.ordinal


def _hashed(member: Brought) -> int:
    """A hash of 64 bits of a member's check and key; it has a secret of the process, so nobody can make all be alike."""
    return hash(member.key) ^ member.check


def _not_kept(error: OSError) -> IncompleteError:
    message = f"what checks across documents compare cannot be kept in a temporary file: {error.strerror}"
    hint = "free space in the folder for temporary files, or name another one in TMPDIR"
    return IncompleteError([Diagnostic("groups.storage", message, help=hint)])
