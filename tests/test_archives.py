"""Archives of documents: which members are read, and what becomes of those that must not be."""

import hashlib
import io
import os
import stat
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import told, values_of
from workbooks import Book, Sheet, archive, changed, rows_of

from orderproof.document import Document, Reading, Unreadable
from orderproof.reading.inputs import find_inputs
from orderproof.reading.reader import read_documents
from orderproof.reading.unread import MAX_RATIO, MIN_SUSPECT
from orderproof.reading.zip_members import MAX_MEMBERS, MAX_TOTAL, members_of
from orderproof.table import Row, Table


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def readings(content: bytes) -> list[Reading]:
    Path("a.zip").write_bytes(content)
    return list(read_documents(find_inputs(["a.zip"])))


def read(content: bytes) -> list[object]:
    """Of each document its path and id, of what is none its path and codes."""
    found: list[object] = []
    for reading in readings(content):
        match reading:
            case Document():
                found.append((reading.path, reading.values["id"]))
            case Unreadable():
                found.append((reading.path, [diagnostic.code for diagnostic in reading.diagnostics]))
            case Table():
                found.append((reading.path, values_of(reading)))
            case _:
                found.append(f"{reading.diagnostic.code}: {reading.diagnostic.message}")
    return found


def test_members_are_read_by_name() -> None:
    book = Book([Sheet(rows_of([["id"], ["5"]]))]).bytes()
    members: dict[str, bytes | str] = {
        "c/2.yaml": "id: '2'",
        "b.ndjson": '{"id": "1"}\n{"id": "x"}\n',
        "a.json": '{"id": "0"}',
        "d.csv": "id\n4\n",
        "e.xlsx": book,
        "c/": "",
    }
    assert read(archive(members)) == [
        ("a.zip!a.json", "0"),
        ("a.zip!b.ndjson", "1"),
        ("a.zip!b.ndjson", "x"),
        ("a.zip!c/2.yaml", "2"),
        ("a.zip!d.csv", [("4",)]),
        ("a.zip!e.xlsx", [("5",)]),
    ]


def test_digests_and_places_are_those_of_the_member() -> None:
    text = b'{"id": \n}'
    (reading,) = readings(archive({"x/a.json": text, "x/b.txt": ""}))[:1]
    assert isinstance(reading, Unreadable)
    assert reading.sha256 == hashlib.sha256(text).hexdigest()
    assert reading.diagnostics[0].place == "a.zip!x/a.json:2:1"


def test_a_cell_of_a_sheet_in_an_archive_has_a_place() -> None:
    book = Book([Sheet(rows_of([["id", "x"], ["5", "6"]]), name="订单")]).bytes()
    (table,) = readings(archive({"x/a.xlsx": book}))
    assert isinstance(table, Table)
    (row,) = table.rows
    assert isinstance(row, Row)
    span = row.span(1)
    assert f"{span.source.name}!{span.source.cell(span.start)}" == "a.zip!x/a.xlsx!订单!B2"


def test_what_is_not_read_is_told() -> None:
    members = {
        "a.json": '{"id": "0"}',
        "readme.md": "",
        "scan.pdf": "",
        "__MACOSX/._a.json": "x",
        ".hidden/b.json": "x",
        "c.xls": "",
    }
    assert read(archive(members)) == [
        ("a.zip!a.json", "0"),
        ("a.zip!c.xls", ["input.foreign-sheet"]),
        "input.skipped: 2 with other endings are not read as documents: readme.md, scan.pdf",
        "archive.hidden: 2 hidden members are not read: .hidden/b.json, __MACOSX/._a.json",
    ]


def test_an_archive_without_documents() -> None:
    assert read(archive({})) == [("a.zip", ["document.none"])]
    assert read(archive({"readme.md": ""})) == [
        ("a.zip", ["document.none"]),
        "input.skipped: 1 member with another ending is not read as documents: readme.md",
    ]


def test_a_broken_member_costs_only_itself() -> None:
    members = {
        "a.json": '{"id": "0"}',
        "b.json": '{"id": ',
        "c.json": '{"id": "2"}',
        "d.xlsx": "none",
        "e.csv": "a,a\n",
    }
    assert read(archive(members)) == [
        ("a.zip!a.json", "0"),
        ("a.zip!b.json", ["document.json"]),
        ("a.zip!c.json", "2"),
        ("a.zip!d.xlsx", ["table.damaged"]),
        ("a.zip!e.csv", ["table.duplicate-header"]),
    ]


def test_nothing_is_unpacked_twice() -> None:
    inner = archive({"a.json": '{"id": "0"}'})
    assert read(archive({"a.zip": inner, "b.json.gz": b"x", "c.json": '{"id": "2"}'})) == [
        ("a.zip!a.zip", ["archive.nested"]),
        ("a.zip!b.json.gz", ["archive.nested"]),
        ("a.zip!c.json", "2"),
    ]


@pytest.mark.parametrize(
    "name",
    ["../a.json", "x/../../a.json", "/a.json", "C:/a.json", "c:a.json", "x\\a.json", "a\n.json", "x/..", "\x7f.json"],
)
def test_names_that_lead_out(name: str) -> None:
    found = read(archive({name: '{"id": "0"}', "b.json": '{"id": "1"}'}))
    assert sorted(found, key=str) == sorted([(f"a.zip!{name}", ["archive.name"]), ("a.zip!b.json", "1")], key=str)


def test_a_name_with_nul() -> None:
    content = archive({"abc.json": '{"id": "0"}', "b.json": '{"id": "1"}'}).replace(b"abc.json", b"a\0c.json")
    assert read(content) == [("a.zip!a\0c.json", ["archive.name"]), ("a.zip!b.json", "1")]


def test_names_in_an_unmarked_encoding() -> None:
    content = archive({"xx.json": '{"id": "0"}', "yyyyyy.json": '{"id": "1"}'})
    content = content.replace(b"yyyyyy", "宁波".encode())
    assert read(content) == [("a.zip!xx.json", "0"), ("a.zip!宁波.json", "1")]
    names = read(content.replace("宁波".encode(), "宁波订".encode("gb18030")))
    assert ("a.zip!xx.json", "0") in names
    assert isinstance(names[-1], str)
    assert names[-1].startswith("archive.names: names of members may be shown wrongly")


def test_a_link_is_not_followed() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        link = zipfile.ZipInfo("a.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("b.json", '{"id": "1"}')
    assert read(content.getvalue()) == [("a.zip!a.json", ["archive.link"]), ("a.zip!b.json", "1")]


def one(content: str | bytes = '{"id": "0"}', method: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive({"a.json": content, "b.json": '{"id": "1"}'}, method)


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2001])
def test_an_encrypted_member(flag: int) -> None:
    content = changed(changed(one(), "local", {6: ("H", flag)}), "central", {8: ("H", flag)})
    assert read(content) == [("a.zip!a.json", ["archive.encrypted"]), ("a.zip!b.json", "1")]


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_other_methods(method: int) -> None:
    content = changed(changed(one(), "local", {8: ("H", method)}), "central", {10: ("H", method)})
    assert read(content) == [("a.zip!a.json", ["archive.method"]), ("a.zip!b.json", "1")]


# Bytes that are not what the directory says


def test_sizes_that_lie() -> None:
    text = '{"id": "0"}' + " " * 1000
    true = one(text)
    for size in (len(text) - 1, len(text) + 1, 11, 0, 5000):
        content = changed(changed(true, "local", {22: ("L", size)}), "central", {24: ("L", size)})
        assert read(content) == [("a.zip!a.json", ["archive.damaged"]), ("a.zip!b.json", "1")], size


def test_a_size_that_lies_with_a_checksum_that_agrees() -> None:
    """The bytes as far as they are declared are in order; what another reader would unpack behind them is not."""
    text = '{"id": "0"}' + " " * 1000
    crc = zlib.crc32(text[:11].encode())
    content = changed(one(text), "central", {16: ("L", crc), 24: ("L", 11)})
    assert read(content) == [("a.zip!a.json", ["archive.damaged"]), ("a.zip!b.json", "1")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_checksum_that_does_not_agree(method: int) -> None:
    content = changed(one(method=method), "central", {16: ("L", 1)})
    assert read(content) == [("a.zip!a.json", ["archive.damaged"]), ("a.zip!b.json", "1")]


def test_lines_that_were_read_before_damage_stay() -> None:
    lines = b"".join(b'{"id": "%d", "x": "%d"}\n' % (number, number**5) for number in range(20_000))
    content = bytearray(archive({"a.ndjson": lines}))
    content[len(content) // 2] ^= 0xFF
    *documents, last = read(bytes(content))
    assert documents[:2] == [("a.zip!a.ndjson", "0"), ("a.zip!a.ndjson", "1")]
    assert isinstance(last, tuple)
    assert isinstance(last[1], list)
    assert "archive.damaged" in last[1] or "document.json" in last[1]


@pytest.mark.parametrize("size", [0, 3, 21, 30, 60])
def test_an_archive_that_is_cut_off(size: int) -> None:
    assert read(one()[:size]) == [("a.zip", ["archive.damaged"])]


def test_a_second_directory_is_not_chosen_from() -> None:
    """Readers that look from the front and from the back would find different members."""
    first, second = one(), archive({"z.json": '{"id": "9"}'})
    for content in (first + second, b"#!/bin/sh\n" + first, first + b"more", second[:-2] + b"\x05\x00hello" + first):
        assert read(content) == [("a.zip", ["archive.damaged"])]


def test_a_comment_may_stand_behind_an_archive() -> None:
    content = io.BytesIO(one())
    with zipfile.ZipFile(content, "a") as packed:
        packed.comment = b"from our partner"
    assert read(content.getvalue()) == [("a.zip!a.json", "0"), ("a.zip!b.json", "1")]


def test_a_large_archive_format_of_a_small_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some programs write the directory for archives beyond 4 GiB always."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    content = one()
    assert b"PK\x06\x06" in content
    assert read(content) == [("a.zip!a.json", "0"), ("a.zip!b.json", "1")]
    assert read(content.replace(b"PK\x06\x06", b"PK\x06\x08")) == [("a.zip", ["archive.damaged"])]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.json", "A.JSON"])
def test_two_members_of_one_name(second: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.json", '{"id": "0"}')
        packed.writestr(second, '{"id": "1"}')
    assert read(content.getvalue()) == [("a.zip", ["archive.duplicate"])]


def test_another_name_in_the_directory() -> None:
    content = one()
    at = content.index(b"PK\x01\x02")
    assert read(content[:at] + content[at:].replace(b"a.json", b"c.json")) == [("a.zip", ["archive.damaged"])]


def test_members_that_share_bytes() -> None:
    text = b'{"id": "0"}'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.json", text)
        inner = packed.getinfo("a.json")
        packed.writestr("b.json", text)
        # The first member goes on over the header of the second.
        inner.compress_size += 40
        inner.file_size += 40
    assert read(content.getvalue()) == [("a.zip", ["archive.overlap"])]


def test_members_at_one_place() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.json", '{"id": "0"}')
        twin = zipfile.ZipInfo("a.json")
        for name in ("compress_size", "file_size", "CRC", "header_offset", "compress_type"):
            setattr(twin, name, getattr(packed.getinfo("a.json"), name))
        packed.filelist.append(twin)
    assert read(content.getvalue()) == [("a.zip", ["archive.overlap"])]


# Limits


def test_the_limit_of_members() -> None:
    fits = {f"{number:04}.json": '{"id": "0"}' for number in range(MAX_MEMBERS)}
    assert len(read(archive(fits))) == MAX_MEMBERS
    assert read(archive({**fits, "x.json": "{}"})) == [("a.zip", ["archive.too-many"])]


def test_very_many_members_are_not_listed() -> None:
    many = archive({f"{number}": "" for number in range(65_000)}, zipfile.ZIP_STORED)
    assert read(many) == [("a.zip", ["archive.too-many"])]
    # Also where the end of the directory says that there are few.
    end = many.rindex(b"PK\x05\x06")
    lying = many[: end + 8] + b"\x01\x00\x01\x00" + many[end + 12 :]
    assert read(lying) == [("a.zip", ["archive.too-many"])]


def test_the_limit_of_the_ratio() -> None:
    text = b'{"id": "0"}'
    fits = text + b" " * (MIN_SUSPECT - len(text))
    assert read(archive({"a.json": fits})) == [("a.zip!a.json", "0")]
    assert read(archive({"a.json": fits + b" ", "b.json": text})) == [
        ("a.zip!a.json", ["archive.ratio"]),
        ("a.zip!b.json", "0"),
    ]
    noise = os.urandom(3 * MIN_SUSPECT // MAX_RATIO // 2).hex().encode()
    assert read(archive({"a.json": b'{"id": "0", "x": "' + noise + b'"}' + b" " * (2 * MIN_SUSPECT)})) == [
        ("a.zip!a.json", "0")
    ]


def test_the_limit_of_all_bytes() -> None:
    member = os.urandom(1 << 20) * 64
    half = {f"{n}.bin": member for n in range(MAX_TOTAL // len(member))}
    whole = archive(half, zipfile.ZIP_STORED)
    assert sum(m.size for m in members_of(io.BytesIO(whole))) == MAX_TOTAL
    over = archive({**half, "x.json": "{}"}, zipfile.ZIP_STORED)
    assert read(over) == [("a.zip", ["archive.too-large"])]


# Laws


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(0, 255))
def test_no_bytes_make_the_reader_fail(noise: bytes, at: int, byte: int) -> None:
    content = bytearray(archive({"a.json": '{"id": "0"}', "b.csv": "id\n1\n"}))
    content[at % len(content)] = byte
    for damaged in (bytes(content), noise, bytes(content[: at % len(content)]) + noise):
        Path("x.zip").write_bytes(damaged)
        told(read_documents(find_inputs(["x.zip"])))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_folder_that_holds_bytes_is_told(method: int) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as made:
        made.writestr("a.json", '{"id": "1"}')
        made.writestr(zipfile.ZipInfo("b.json/"), '{"id": "2"}', method)
        made.writestr("c/", "")
    assert read(content.getvalue()) == [("a.zip!a.json", "1"), ("a.zip!b.json/", ["archive.name"])]


def test_a_folder_whose_bytes_the_directory_denies_is_told() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("a.json", '{"id": "1"}')
        made.writestr(zipfile.ZipInfo("b/"), '{"id": "2"}')
        made.infolist()[1].file_size = 0
    assert read(content.getvalue()) == [("a.zip!a.json", "1"), ("a.zip!b/", ["archive.name"])]


def test_a_folder_that_is_packed_to_nothing_is_none() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.json", '{"id": "1"}')
        made.writestr(zipfile.ZipInfo("b/"), b"", zipfile.ZIP_DEFLATED)
    assert read(content.getvalue()) == [("a.zip!a.json", "1")]
