"""The store of members: packed into a few buffers by their keys, and past a limit moved to a temporary file.

Members of one key lie in one share of a check, so groups are made share by share, and what does not fit into
memory at once never has to. A member has no object of its own while it waits.
"""

import errno
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

from msgspec import msgpack

from orderproof.diagnostic import Diagnostic, IncompleteError
from orderproof.members.packing import Brought, Packed

LIMIT = 64 * 2**20
"""Packed bytes that stay in memory: about a million members."""
SHARES = 256
"""Parts of a check's members that are grouped one after the other."""
_OFTEN = 1024
"""Members after which the limit is looked at again."""

Record: TypeAlias = tuple[Any, ...]
"""A stored member: key, document, ordinal, whether it surely belongs, and its packed parts."""
KEY, DOCUMENT, ORDINAL, SURE, PARTS = range(5)
"""Where what stands in a record; parts are the rest of it."""

_LIST = b"\xdd"
"""In msgpack a list of so many items follows, the number in four bytes."""
_records = msgpack.Decoder(list[tuple])  # type: ignore[type-arg]


class Share:
    """Members of a check whose keys fall together: packed records one behind the other, and blocks of the file."""

    __slots__ = ("blocks", "count", "memory")

    def __init__(self) -> None:
        self.memory = bytearray()
        self.blocks: list[tuple[int, int]] = []
        self.count = 0


class Store:
    """Holds the members of checks, by the check's number; close it to be rid of the file at once."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._often = max(1, min(_OFTEN, limit // 64))
        self._left = self._often
        self._shares: dict[int, list[Share]] = {}
        self._file: IO[bytes] | None = None
        self._encode = msgpack.Encoder().encode_into

    def add(self, document: int, member: Brought) -> None:
        """Keep a member; raises IncompleteError where the file cannot take more."""
        shares = self._shares.get(member.check)
        if shares is None:
            shares = self._shares.setdefault(member.check, [Share() for _ in range(SHARES)])
        # The hash has a secret of the process, so documents cannot be made to fall into one share.
        share = shares[hash(member.key) % SHARES]
        record = (member.key, document, member.ordinal, member.sure, *member.parts)
        self._encode(record, share.memory, -1)
        share.count += 1
        self._left -= 1
        if not self._left:
            self._left = self._often
            self._keep_the_limit()

    def shares(self, check: int) -> Iterator[list[Record]]:
        """The members of a check, share by share, in each as they came."""
        for share in self._shares.get(check, ()):
            if share.count:
                blocks = [self._block(*block) for block in share.blocks]
                data = b"".join((_LIST, share.count.to_bytes(4, "big"), *blocks, share.memory))
                yield _records.decode(data)

    def members(self, check: int) -> Iterator[tuple[int, Brought]]:
        """The same one by one: the number of the document, and what was added."""
        for records in self.shares(check):
            for key, document, ordinal, sure, *parts in records:
                packed: list[Packed] = parts
                yield document, Brought(check, key, ordinal, sure, tuple(packed))

    def close(self) -> None:
        self._shares.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    # The file

    def _keep_the_limit(self) -> None:
        all_shares = [share for shares in self._shares.values() for share in shares]
        if sum(len(share.memory) for share in all_shares) <= self._limit:
            return
        try:
            self._move([share for share in all_shares if share.memory])
        except OSError as error:
            raise _without_space(error) from error

    def _move(self, shares: list[Share]) -> None:
        if self._file is None:
            from tempfile import TemporaryFile  # late: only what does not fit into memory needs it

            # It has no name where the system allows that, and is its owner's alone; it ends with the process.
            self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the store
        offset = self._file.seek(0, 2)
        for share in shares:
            self._file.write(share.memory)
            share.blocks.append((offset, len(share.memory)))
            offset += len(share.memory)
            share.memory = bytearray()
        self._file.flush()

    def _block(self, offset: int, length: int) -> bytes:
        assert self._file is not None
        self._file.seek(offset)
        data = self._file.read(length)
        if len(data) != length:
            raise _without_space(OSError(errno.EIO, "less can be read than was written"))
        return data


def _without_space(error: OSError) -> IncompleteError:
    message = f"what checks across documents compare cannot be kept in a temporary file: {error.strerror}"
    hint = "free space in the folder for temporary files, or name another one in TMPDIR"
    return IncompleteError([Diagnostic("groups.storage", message, help=hint)])
