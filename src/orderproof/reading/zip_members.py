"""What a zip archive holds, checked before a byte of it is unpacked, and the bytes of its members."""

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from orderproof.reading.content import CHUNK, FileContent, Tell, digest_of, told
from orderproof.reading.unread import MAX_RATIO, MIN_SUSPECT, DamagedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 2000
MAX_TOTAL = 256 << 20

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF_8 = 0x800
_DAMAGED = "get the file whole, or pack it anew"
_DRIVE = re.compile("[A-Za-z]:")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


class Member(Struct, frozen=True):
    """A member of an archive: its name, and where its bytes are and how many."""

    name: str
    method: int
    start: int
    packed_size: int
    size: int
    crc: int
    fault: tuple[str, str, str] | None
    """Code, reason and help where it is not to be read; it costs only itself."""
    is_named_surely: bool = True
    """Whether it is known which characters the name is made of."""

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def members_of(file: BinaryIO) -> tuple[Member, ...]:
    """The members of an archive, in its own order; raises DamagedError for one that must not be unpacked.

    That is one of more members or bytes than are read, one in which members share bytes or names, and one whose
    directory is not the only one that a reader could find.
    """
    directory = _directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        raise _damaged() from None
    places = [_place(file, info) for info in listed]
    _check_apart(listed, places, directory)
    _check_names(listed)
    total = sum(info.file_size for info in listed)
    if total > MAX_TOTAL:
        message = f"unpacked, the archive is larger than {MAX_TOTAL >> 20} MiB, the most that is read"
        raise DamagedError("archive.too-large", message, "split it")
    return tuple(_member(file, info, place) for info, place in zip(listed, places, strict=True))


def _damaged() -> DamagedError:
    return DamagedError("archive.damaged", "this is no zip archive, or a damaged one", _DAMAGED)


def _directory(file: BinaryIO) -> int:
    """Where the directory starts. It must end where the end of the archive begins, and have few enough entries."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise _damaged()
    count, length, start, comment = map(int, _END.unpack_from(tail, at)[4:])
    end = size - len(tail) + at
    if end + _END.size + comment != size:
        raise _damaged()
    if at >= _LOCATOR_64.size and tail[at - _LOCATOR_64.size :].startswith(b"PK\x06\x07"):
        end = int(_LOCATOR_64.unpack_from(tail, at - _LOCATOR_64.size)[2])
        file.seek(end)
        record = file.read(_END_64.size)
        if len(record) < _END_64.size or not record.startswith(b"PK\x06\x06"):
            raise _damaged()
        count, length, start = map(int, _END_64.unpack(record)[7:])
    if start + length != end:
        # Bytes before the archive, or between directory and end: another reader may find another directory.
        raise _damaged()
    if count > MAX_MEMBERS or _entries(file, start, end) > MAX_MEMBERS:
        raise DamagedError(
            "archive.too-many", f"the archive has more than {MAX_MEMBERS:,} members, the most that is read", "split it"
        )
    return start


def _entries(file: BinaryIO, start: int, end: int) -> int:
    """How many entries the directory has, counted no further than needed."""
    count = 0
    while start < end and count <= MAX_MEMBERS:
        file.seek(start)
        header = file.read(_CENTRAL.size)
        if len(header) < _CENTRAL.size or not header.startswith(b"PK\x01\x02"):
            raise _damaged()
        name, extra, comment = map(int, _CENTRAL.unpack(header)[12:15])
        start += _CENTRAL.size + name + extra + comment
        count += 1
    return count


def _place(file: BinaryIO, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Where a member's header starts, and where its bytes do."""
    file.seek(info.header_offset)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise _damaged()
    *_, name_size, extra_size = _LOCAL.unpack(header)
    name = file.read(name_size)
    if name != _name_bytes(info):
        message = f"the member `{info.filename}` has another name where it is listed than where it stands"
        raise DamagedError("archive.damaged", message, _DAMAGED)
    return info.header_offset, info.header_offset + _LOCAL.size + name_size + extra_size


def _name_bytes(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF_8 else "cp437")


def _check_apart(listed: Sequence[zipfile.ZipInfo], places: Sequence[tuple[int, int]], directory: int) -> None:
    """No byte may belong to two members: that is how a small archive becomes a huge one."""
    spans = sorted((head, start + info.compress_size) for info, (head, start) in zip(listed, places, strict=True))
    if any(end > following for (_, end), (following, _) in pairwise([*spans, (directory, directory)])):
        raise DamagedError("archive.overlap", "members of the archive share the same bytes", "pack it anew")


def _check_names(listed: Sequence[zipfile.ZipInfo]) -> None:
    """No two members may have one name, also where upper and lower case are the same."""
    seen: set[str] = set()
    for info in listed:
        name = info.filename.casefold()
        if name in seen:
            message = f"the archive has two members of the name `{info.filename}`"
            raise DamagedError("archive.duplicate", message, "take one of them out")
        seen.add(name)


def _member(file: BinaryIO, info: zipfile.ZipInfo, place: tuple[int, int]) -> Member:
    name, is_sure = _name(info)
    start = place[1]
    if not name.endswith("/"):
        fault = _fault(info, name)
    elif _holds(file, info, start):
        fault = "archive.name", "this member is named as a folder is, and holds bytes", "pack it anew"
    else:
        fault = None
    return Member(name, info.compress_type, start, info.compress_size, info.file_size, info.CRC, fault, is_sure)


def _holds(file: BinaryIO, info: zipfile.ZipInfo, start: int) -> bool:
    """Whether a folder has bytes, by what the archive says of it or by what is there: some are packed to nothing."""
    if info.file_size or not info.compress_size:
        return info.file_size > 0
    if info.compress_type == zipfile.ZIP_STORED:
        return True
    file.seek(start)
    inflate = zlib.decompressobj(-15)
    try:
        content = inflate.decompress(file.read(min(info.compress_size, CHUNK)), 1)
    except zlib.error:
        return True
    return bool(content) or not inflate.eof or info.compress_size > CHUNK or bool(inflate.unused_data)


def _name(info: zipfile.ZipInfo) -> tuple[str, bool]:
    """A member's name; without a mark it is UTF-8 where it can be, as most programs write it, else it is not known."""
    written = _name_bytes(info)
    if info.flag_bits & _UTF_8 or written.isascii():
        return info.orig_filename, True
    try:
        return written.decode("utf-8"), True
    except UnicodeDecodeError:
        return info.orig_filename, False


def _fault(info: zipfile.ZipInfo, name: str) -> tuple[str, str, str] | None:
    if _CONTROL.search(name) or "\\" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "archive.name", "the name of this member leads out of the archive or is none", "pack it anew"
    if info.flag_bits & _ENCRYPTED:
        return "archive.encrypted", "this member is encrypted", "pack it without a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        help_ = "pack it with the method `deflate`, which every program knows"
        return "archive.method", f"this member is compressed by a method that is not read ({info.compress_type})", help_
    if stat.S_ISLNK(info.external_attr >> 16):
        return "archive.link", "this member is a link", "pack what it leads to"
    if info.file_size > MIN_SUSPECT and info.file_size > MAX_RATIO * info.compress_size:
        message = f"unpacked, this member is more than {MAX_RATIO} times as large as packed"
        return "archive.ratio", message, "give it unpacked, if it is meant to be so"
    return None


class MemberContent:
    """The bytes of a member that has no fault, in an archive that it shares."""

    packed = False

    def __init__(self, archive: FileContent, member: Member) -> None:
        archive.share()
        self._archive = archive
        self._member = member

    def stream(self, tell: Tell | None = None) -> BinaryIO:
        inflated = member_stream(self._archive.file, self._member)
        return inflated if tell is None else told(inflated, tell)

    def sha256(self) -> str:
        return digest_of(self.stream())

    def close(self) -> None:
        self._archive.close()


def member_stream(file: BinaryIO, member: Member) -> BinaryIO:
    """The bytes of a member that has no fault."""
    return io.BufferedReader(_Inflated(file, member), CHUNK)


class _Inflated(io.RawIOBase):
    """The bytes of a member: exactly those that the archive's directory promises, or a DamagedError."""

    def __init__(self, file: BinaryIO, member: Member) -> None:
        self._file = file
        self._member = member
        self._at = member.start
        self._left = member.packed_size
        self._inflate = zlib.decompressobj(-15) if member.method == zipfile.ZIP_DEFLATED else None
        self._size = 0
        self._crc = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        size = len(memoryview(buffer))
        content = self._stored(size) if self._inflate is None else self._unpacked(size, self._inflate)
        self._size += len(content)
        self._crc = zlib.crc32(content, self._crc)
        member = self._member
        if self._size > member.size or (not content and (self._size < member.size or self._crc != member.crc)):
            raise _untrue()
        memoryview(buffer)[: len(content)] = content
        return len(content)

    def _stored(self, size: int) -> bytes:
        self._file.seek(self._at)
        content = self._file.read(min(size, self._left))
        self._at += len(content)
        self._left -= len(content)
        return content

    def _unpacked(self, size: int, inflate: "zlib._Decompress") -> bytes:
        content = b""
        while not content and not inflate.eof:
            packed = inflate.unconsumed_tail or self._stored(CHUNK)
            try:
                content = inflate.decompress(packed, size)
            except zlib.error:
                raise _untrue() from None
            if not content and not packed and not inflate.eof:
                raise _untrue()
        if not content and (self._left or inflate.unused_data):
            raise _untrue()
        return content


def _untrue() -> DamagedError:
    """What is unpacked is not what the archive's directory says, by accident or to deceive."""
    message = "the compressed data are damaged, or not what the archive says of them; nothing was read from there on"
    return DamagedError("archive.damaged", message, _DAMAGED)
