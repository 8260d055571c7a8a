"""Files in the container of the old office formats, as objects are embedded in documents."""

import struct
from collections.abc import Iterator

_END = 0xFFFFFFF9
"""Numbers of sectors from here on are signs, not places."""
_ENTRY = 128
_MINI = 4096
_WHOLE = ("Package", "CONTENTS", "EmbeddedOdf")
_OLD = ("WordDocument", "Workbook", "Book")


def packed_in(content: bytes) -> tuple[str, bytes] | None:
    """The name and the content of the file that an object holds; None where none is found.

    An object that is itself a document of an old format is its own content.
    """
    try:
        streams = dict(_streams(content))
    except (struct.error, IndexError, ValueError):
        return None
    if "\x01Ole10Native" in streams:
        return _native(streams["\x01Ole10Native"])
    for name in _WHOLE:
        if name in streams:
            return "", streams[name]
    return ("", content) if any(name in streams for name in _OLD) else None


def _native(stream: bytes) -> tuple[str, bytes] | None:
    """The file that was put into a document as a package."""
    try:
        at = 6
        end = stream.index(b"\0", at)
        name = stream[at:end].decode("utf-8", "replace")
        at = stream.index(b"\0", end + 1) + 1 + 4
        (length,) = struct.unpack_from("<L", stream, at)
        at += 4 + length
        (size,) = struct.unpack_from("<L", stream, at)
    except (struct.error, ValueError):
        return None
    found = stream[at + 4 : at + 4 + size]
    return (name.replace("\\", "/").rpartition("/")[2], found) if len(found) == size and found else None


def _streams(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The streams of a container, by their names; each sector is followed once."""
    shift, _mini_shift = struct.unpack_from("<2H", content, 30)
    if shift not in (9, 12):
        raise ValueError
    size = 1 << shift
    (directory,) = struct.unpack_from("<L", content, 48)
    table = _table(content, size)
    entries = _chain(content, table, directory, size)
    (mini_start,) = struct.unpack_from("<L", content, 60)
    mini_table = _numbers(_chain(content, table, mini_start, size))
    root = entries[:_ENTRY]
    small = _chain(content, table, struct.unpack_from("<L", root, 116)[0], size)
    for at in range(_ENTRY, len(entries) - _ENTRY + 1, _ENTRY):
        entry = entries[at : at + _ENTRY]
        (name_size,) = struct.unpack_from("<H", entry, 64)
        if entry[66] != 2 or not 2 <= name_size <= 64:
            continue
        name = entry[: name_size - 2].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<2L", entry, 116)
        found = _chain(small, mini_table, start, 64, 0) if length < _MINI else _chain(content, table, start, size)
        yield name, found[:length]


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """Which sector follows each sector."""
    places = [place for place in struct.unpack_from("<109L", content, 76) if place < _END]
    following, seen = struct.unpack_from("<L", content, 68)[0], set[int]()
    while following < _END and following not in seen:
        seen.add(following)
        more = struct.unpack_from(f"<{size // 4}L", content, size * (following + 1))
        places += [place for place in more[:-1] if place < _END]
        following = more[-1]
    if len(places) * size > len(content):
        raise ValueError
    return _numbers(b"".join(content[size * (place + 1) : size * (place + 2)] for place in places))


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}L", content[: len(content) // 4 * 4])


def _chain(content: bytes, table: tuple[int, ...], start: int, size: int, first: int = 1) -> bytes:
    """The bytes of the sectors from one on; ``first`` is how many sectors the head takes."""
    pieces: list[bytes] = []
    while start < _END:
        if start >= len(table) or len(pieces) > len(table):
            raise ValueError
        pieces.append(content[size * (start + first) : size * (start + first + 1)])
        start = table[start]
    return b"".join(pieces)
