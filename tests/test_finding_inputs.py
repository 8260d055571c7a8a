"""How inputs are named beside paths: without sub-folders, by a list, with a format; and inputs read once more."""

import gzip
import hashlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tables import told, values_of
from workbooks import Book, Sheet, archive, rows_of

from orderproof.diagnostic import OrderproofError, Severity, render
from orderproof.document import Document, Line, Notice, Reading, Unreadable
from orderproof.intake import Intake, Mappings
from orderproof.reading import names_file
from orderproof.reading.inputs import Format, Found, Input, find_inputs
from orderproof.reading.names_file import listed_names
from orderproof.reading.reader import read_documents, read_standard
from orderproof.reading.table import TableOptions
from orderproof.reading.unread import MIN_SUSPECT
from orderproof.reading.whole import MAX_FILE
from orderproof.ruleset.open import open_rule_set
from orderproof.table import Table

TABLE = rows_of([["id", "currency"], ["1", "USD"], ["2", "EUR"]])

HEADER = "id,drafted_at,currency\n"
DRAFTED = "2026-03-01T00:00:00Z"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, content: str | bytes = "{}") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def named(inputs: Iterator[Found]) -> list[str]:
    """Names of inputs, and diagnostics of what is none."""
    found: list[str] = []
    for entry in inputs:
        match entry:
            case Input():
                found.append(entry.name)
            case Unreadable():
                found += map(render, entry.diagnostics)
            case Notice(diagnostic):
                assert diagnostic.severity is Severity.WARNING
                found.append(render(diagnostic))
    return found


# Folders


def test_folders_in_a_folder_may_be_left_out() -> None:
    for name in ("o/a.json", "o/b/c.json", "o/d/e.json", "o/.f/g.json", "o/x.txt"):
        put(name)
    skipped, left_out = named(find_inputs(["o"], recursive=False))[1:]
    assert named(find_inputs(["o"], recursive=False))[:1] == ["o/a.json"]
    assert "input.skipped" in skipped
    assert left_out == (
        "o: warning: 2 folders in it are not looked into: b, d [input.not-entered]\n"
        "  help: --recursive reads what stands in folders too"
    )
    assert named(find_inputs(["o/b"], recursive=False)) == ["o/b/c.json"]


def test_folders_that_a_pattern_matches_are_named() -> None:
    for name in ("o/a/b.json", "o/a/c/d.json"):
        put(name)
    assert named(find_inputs(["o/*"], recursive=False)) == [
        "o/a/b.json",
        (
            "o/*: warning: 1 folder in it is not looked into: c [input.not-entered]\n"
            "  help: --recursive reads what stands in folders too"
        ),
    ]
    assert named(find_inputs(["o/**/*.json"], recursive=False)) == ["o/a/b.json", "o/a/c/d.json"]


def test_a_folder_of_nothing_but_folders_is_empty() -> None:
    put("o/a/b.json")
    empty, left_out = named(find_inputs(["o"], recursive=False))
    assert "this folder holds no document file" in empty
    assert "1 folder in it is not looked into: a" in left_out


def test_spreadsheets_that_are_not_read_are_no_other_files() -> None:
    for name in ("o/a.json", "o/b.xls", "o/c.ods"):
        put(name)
    assert named(find_inputs(["o", "o/b.xls"])) == [
        "o/a.json",
        (
            "o/b.xls: error: the old format of Excel is not read [input.foreign-sheet]\n"
            "  help: save it as .xlsx, or as .csv in UTF-8"
        ),
        (
            "o/c.ods: error: the format of OpenDocument is not read [input.foreign-sheet]\n"
            "  help: save it as .xlsx, or as .csv in UTF-8"
        ),
    ]


# A format that is given


def test_a_format_is_that_of_every_file() -> None:
    for name in ("o/a.txt", "o/b.json", "c", "d.gz"):
        put(name)
    assert list(find_inputs(["o", "c", "d.gz", "-"], format=Format.NDJSON)) == [
        Input("o/a.txt", Format.NDJSON),
        Input("o/b.json", Format.NDJSON),
        Input("c", Format.NDJSON),
        Input("d.gz", Format.NDJSON, packed=True),
        Input("-", Format.NDJSON),
    ]


def test_a_file_of_the_name_of_standard_input() -> None:
    put("-", "id: '1'")
    assert list(find_inputs(["?", "./-"], format=Format.YAML)) == [Input("./-", Format.YAML)]
    assert list(find_inputs(["-", "./-"], format=Format.YAML)) == [Input("-", Format.YAML), Input("./-", Format.YAML)]


# Lists


def test_a_list_names_inputs() -> None:
    put("list", "a.json\r\n\n  \n b c.json\n# d.json\nö.json")
    assert list(listed_names("list")) == ["a.json", " b c.json", "# d.json", "ö.json"]


def test_a_list_may_end_names_with_nul() -> None:
    put("list", "a.json\0\0b\nc.json\0d.json")
    assert list(listed_names("list", null=True)) == ["a.json", "b\nc.json", "d.json"]


def test_a_list_may_be_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(listed_names("-", standard_input=io.BytesIO(b"a\nb\n"))) == ["a", "b"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"c\nd")))
    assert list(listed_names("-")) == ["c", "d"]
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(OrderproofError, match="there is no standard input"):
        listed_names("-")


def test_names_need_not_be_text() -> None:
    name = os.fsdecode(b"\xff.json")
    put(name)
    put("list", b"\xff.json\n")
    assert list(find_inputs(listed_names("list"))) == [Input(name, Format.JSON)]


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_list_that_is_none(name: str) -> None:
    with pytest.raises(OrderproofError) as error:
        listed_names(name)
    assert [d.code for d in error.value.diagnostics] == ["input.list"]


def test_a_name_has_an_end() -> None:
    put("list", "x" * names_file.MAX_NAME + "\n")
    assert [len(name) for name in listed_names("list")] == [names_file.MAX_NAME]
    put("list", "a\n" + "x" * (2 * names_file.MAX_NAME) + "\n")
    with pytest.raises(OrderproofError, match="longer than 64 KiB"):
        list(listed_names("list"))


# gzip


def outcome(readings: list[Reading]) -> list[object]:
    """Of each document its index and id, of what is none its index and codes."""
    found: list[object] = []
    for reading in readings:
        match reading:
            case Document():
                found.append((reading.index, reading.values["id"]))
            case Unreadable():
                found.append((reading.index, [diagnostic.code for diagnostic in reading.diagnostics]))
            case Table():
                found.append(values_of(reading))
            case Notice(diagnostic):
                found.append(diagnostic.code)
    return found


def read(*paths: str) -> list[object]:
    return outcome(list(read_documents(find_inputs(paths))))


def lines(count: int) -> bytes:
    return b"".join(b'{"id": "%d", "x": "%d"}\n' % (number, number**5) for number in range(count))


def test_compressed_texts_are_read() -> None:
    put("a.json.gz", gzip.compress(b'{"id": "1"}'))
    put("b.yaml.gz", gzip.compress(b"id: '2'"))
    put("c.ndjson.gz", gzip.compress(b'{"id": "3"}\n') + gzip.compress(b'{"id": "4"}\n') + b"\0\0\0")
    put("d.csv.gz", gzip.compress(b"id\n5\n"))
    assert read(".") == [(0, "1"), (0, "2"), (0, "3"), (1, "4"), [("5",)]]


def test_the_digest_of_a_compressed_text_is_that_of_the_file() -> None:
    packed = gzip.compress(b'{"id": "1"}')
    put("a.json.gz", packed)
    (document,) = read_documents(find_inputs(["a.json.gz"]))
    assert isinstance(document, Document)
    assert document.sha256 == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize("cut", [1, 8, 40])
def test_what_stands_before_a_cut_stays(cut: int) -> None:
    put("a.ndjson.gz", gzip.compress(lines(50_000))[:-cut])
    *documents, last = read("a.ndjson.gz")
    assert documents[:2] == [(0, "0"), (1, "1")]
    assert len(documents) > 40_000
    assert last == (len(documents), ["input.damaged"])


def test_what_stands_before_damage_stays() -> None:
    packed = bytearray(gzip.compress(lines(80_000)))
    packed[-5:] = b"abcde"
    put("a.ndjson.gz", bytes(packed))
    *documents, last = read("a.ndjson.gz")
    assert len(documents) == 80_000
    assert last == (80_000, ["input.damaged"])
    put("b.ndjson.gz", gzip.compress(lines(10)) + b"more")
    assert read("b.ndjson.gz") == [*((n, str(n)) for n in range(10)), (10, ["input.damaged"])]


@pytest.mark.parametrize("name", ["a.json.gz", "a.yaml.gz", "a.csv.gz", "a.ndjson.gz"])
def test_damaged_whole_texts(name: str) -> None:
    packed = gzip.compress(b'{"id": "1"}')
    for content in (packed[:-1], b"", packed[:5], b"{}", packed[:-8] + b"00000000"):
        put(name, content)
        readings = list(read_documents(find_inputs([name])))
        # An empty file is what gzip makes of nothing at all.
        assert any(code in told(readings) for code in ("input.damaged", "document.none")), content


def test_a_damaged_compressed_table_ends_where_it_is_damaged() -> None:
    put("a.csv.gz", gzip.compress(b"id\n" + b"".join(b"%d\n" % n**4 for n in range(100_000)))[:-20])
    (table,) = read_documents(find_inputs(["a.csv.gz"]))
    assert isinstance(table, Table)
    *rows, last = told([table]).rstrip().split("\n")
    assert len(rows) > 80_000
    assert "the gzip data are cut off" in "\n".join(rows[-3:])
    assert "mend the mistake" in last


def test_the_limits_of_what_is_unpacked() -> None:
    bomb = gzip.compress(b'{"id": "1"}' + b" " * (4 << 20))
    put("a.json.gz", bomb)
    assert read("a.json.gz") == [(0, ["input.ratio"])]
    put("a.ndjson.gz", gzip.compress(b'{"id": "1"}\n' + b" " * (4 << 20)))
    assert read("a.ndjson.gz") == [(0, "1"), (1, ["input.ratio"])]
    text = b'{"id": "1"}'
    fits = text + b" " * (MIN_SUSPECT - len(text))
    put("b.json.gz", gzip.compress(fits))
    assert read("b.json.gz") == [(0, "1")]
    put("b.json.gz", gzip.compress(fits + b" "))
    assert read("b.json.gz") == [(0, ["input.ratio"])]


def test_the_limit_of_a_compressed_text() -> None:
    noise = b'{"id": "1", "x": ["' + b'", "'.join([os.urandom(450_000).hex().encode()] * 80) + b'"]}'
    assert len(noise) > MAX_FILE
    # Stored without compression, so that no ratio is met before.
    put("a.json.gz", gzip.compress(noise, compresslevel=0))
    assert read("a.json.gz") == [(0, ["input.too-large"])]


# Standard input


def standard(content: bytes, format: Format | None = None) -> list[object]:
    return outcome(list(read_documents(find_inputs(["-"], format=format), io.BytesIO(content))))


def test_standard_input_is_looked_at() -> None:
    assert standard(Book([Sheet(TABLE)]).bytes()) == [[("1", "USD"), ("2", "EUR")]]
    assert standard(archive({"a.json": '{"id": "1"}', "b.csv": "id\n2\n"})) == [(0, "1"), [("2",)]]
    assert standard(gzip.compress(b'{"id": "1"}\n{"id": "2"}\n')) == [(0, "1"), (1, "2")]
    assert standard(b"PK\x03\x04 but no archive") == [(0, ["archive.damaged"])]


def test_standard_input_is_never_taken_for_a_table() -> None:
    assert standard(b"id,currency\n1,USD\n") == [(0, ["document.type"])]
    assert standard(b"id,currency\n1,USD\n", Format.CSV) == [[("1", "USD")]]
    assert standard(b"id\tcurrency\n1\tUSD\n", Format.TSV) == [[("1", "USD")]]


def test_a_format_of_standard_input_is_believed() -> None:
    assert standard(b'{"id": "1"}\n', Format.NDJSON) == [(0, "1")]
    assert standard(b"id: '1'", Format.JSON) == [(0, ["document.json"])]
    assert standard(b'{"id": "1"}', Format.XLSX) == [(0, ["table.damaged"])]
    assert standard(b'{"id": "1"}', Format.ZIP) == [(0, ["archive.damaged"])]
    assert standard(gzip.compress(b"id\n1\n"), Format.CSV) == [[("1",)]]


def test_lines_of_standard_input_are_read_as_they_come() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        pipe.write(b'{"id": "1"}\n{"id": ')
        documents = read_documents([Input("-", Format.NDJSON)], stream)
        first = next(documents)
        pipe.write(b'"2"}\n')
        second = next(documents)
        pipe.close()
        assert outcome([first, second, *documents]) == [(0, "1"), (1, "2")]


def test_lines_of_standard_input_have_no_limit() -> None:
    line = b'{"id": "1", "x": "' + b"x" * (1 << 20 >> 1) + b'"}\n'
    found = standard(line * 200)
    assert len(line) * 200 > MAX_FILE
    assert found == [(index, "1") for index in range(200)]


# Once more


class Read:
    """What a run reads of a path, and reads once more."""

    def __init__(self, path: str, known: Format | None = None) -> None:
        opened = open_rule_set(None, {}, cases=False)
        mappings = Mappings(opened.path, opened.schema)
        self.intake = Intake(find_inputs([path], format=known), mappings, None, TableOptions())

    def read(self) -> Iterator[Reading]:
        for portion in self.intake.portions():
            for _, _, readings in self.intake.inputs(portion):
                for reading in readings:
                    yield from self.intake.read(reading) if isinstance(reading, Line) else (reading,)

    def again(self, path: str, *indexes: int) -> list[Reading]:
        return list(self.intake.again({path: frozenset(indexes)}))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b'[{"id": "0"}, {"id": "1"}, {"id": "2"}]'),
        ("a.yaml", b"id: '0'\n---\nid: '1'\n---\nid: '2'\n"),
        ("a.ndjson", b'{"id": "0"}\n{"id": "1"}\n{"id": "2"}\n'),
        ("a.ndjson.gz", gzip.compress(b'{"id": "0"}\n{"id": "1"}\n{"id": "2"}\n', mtime=0)),
    ],
)
@pytest.mark.parametrize("is_standard", [False, True])
def test_documents_are_read_again(
    name: str, content: bytes, is_standard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(name, content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    path = "-" if is_standard else name
    run = Read(path)
    assert outcome(list(run.read())) == [(0, "0"), (1, "1"), (2, "2")]
    for _ in range(2):
        assert outcome(run.again(path, 2, 0)) == [(0, "0"), (2, "2")]
    assert run.again("other", 0) == []


@pytest.mark.parametrize("is_standard", [False, True])
def test_members_are_read_again(is_standard: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    content = archive(
        {"a.json": '{"id": "0"}', "b.ndjson": '{"id": "1"}\n{"id": "2"}\n', "c.csv": f"{HEADER}3,{DRAFTED},USD\n"}
    )
    put("x.zip", content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    path = "-" if is_standard else "x.zip"
    run = Read(path)
    assert outcome(list(run.read())) == [(0, "0"), (0, "1"), (1, "2"), (0, "3")]
    assert outcome(run.again(f"{path}!b.ndjson", 1)) == [(1, "2")]
    assert outcome(run.again(f"{path}!c.csv", 0)) == [(0, "3")]
    assert outcome(run.again(f"{path}!a.json", 0, 1)) == [(0, "0")]


def test_a_name_that_looks_like_a_members_is_read_again() -> None:
    line = '{"id": "0"}\n'
    put("a", line)
    put("a!b.ndjson", line)
    put("a!b!.zip", archive({"c!d.ndjson": line}))
    for name, document in (("a!b.ndjson", "a!b.ndjson"), ("a!b!.zip", "a!b!.zip!c!d.ndjson")):
        run = Read(name)
        assert outcome(list(run.read())) == [(0, "0")]
        assert outcome(run.again(document, 0)) == [(0, "0")]


@pytest.mark.parametrize("is_standard", [False, True])
def test_tables_are_read_again(is_standard: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content, known in (
        ("a.csv", f"{HEADER}1,{DRAFTED},USD\n".encode(), Format.CSV),
        ("a.xlsx", Book([Sheet(rows_of([HEADER.strip().split(","), ["1", DRAFTED, "USD"]]))]).bytes(), None),
    ):
        put(name, content)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        path = "-" if is_standard else name
        run = Read(path, known)
        assert outcome(list(run.read())) == [(0, "1")]
        assert outcome(run.again(path, 0)) == [(0, "1")]


def test_a_large_standard_input_is_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a stream goes to a file that has no name, and comes back from there."""
    line = b'{"id": "1", "x": "' + b"x" * (1 << 20) + b'"}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line * 20)))
    run = Read("-", Format.NDJSON)
    count = sum(1 for _ in run.read())
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert any("deleted" in str(link.readlink()) for link in links)
    assert count == 20
    assert len(run.again("-", 19)) == 1


def test_there_may_be_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert outcome(list(Read("-").read())) == [(0, ["input.unreadable"])]
    assert outcome(list(read_standard(Input("-", None), None))) == [(0, ["input.unreadable"])]
