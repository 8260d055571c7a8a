"""Which inputs are found, and what becomes of the bytes in them."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from orderproof.diagnostic import render
from orderproof.document import Document, Notice, Reading, Unreadable
from orderproof.reading import content as content_module
from orderproof.reading import inputs
from orderproof.reading.inputs import Format, Input, find_inputs
from orderproof.reading.lines import MAX_LINE
from orderproof.reading.reader import read_documents
from orderproof.reading.whole import MAX_FILE
from orderproof.tree import plain


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, content: str | bytes = "{}") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def found(*paths: str) -> list[str]:
    """Names of inputs, and codes of what is none."""
    return [_told(entry) for entry in find_inputs(paths)]


def _told(entry: Input | Unreadable | Notice) -> str:
    match entry:
        case Input(name, _):
            return name
        case Unreadable(path, _, _, diagnostics):
            return f"{diagnostics[0].code} {path}"
        case Notice(diagnostic):
            return f"{diagnostic.code} {diagnostic.path}: {diagnostic.message}"


def message(path: str) -> str:
    (entry,) = find_inputs([path])
    assert isinstance(entry, Unreadable)
    return render(entry.diagnostics[0])


def documents(readings: Iterable[Reading]) -> list[Document | Unreadable]:
    """The readings that are documents or would be; these inputs give no notice and no table."""
    found = list(readings)
    wanted = [reading for reading in found if isinstance(reading, Document | Unreadable)]
    assert len(wanted) == len(found)
    return wanted


def read(*paths: str, standard_input: bytes = b"") -> list[Document | Unreadable]:
    return documents(read_documents(find_inputs(paths), io.BytesIO(standard_input)))


def outcome(readings: list[Document | Unreadable]) -> list[tuple[int, object]]:
    """Of each reading its index, and its value or the codes of its diagnostics."""
    return [
        (r.index, plain(r.root) if isinstance(r, Document) else [diagnostic.code for diagnostic in r.diagnostics])
        for r in readings
    ]


def content(name: str, content: str | bytes) -> list[tuple[int, object]]:
    put(name, content)
    return outcome(read(name))


# Which inputs


def test_formats_follow_the_name() -> None:
    names = {
        "a.json": Format.JSON,
        "b.yaml": Format.YAML,
        "c.yml": Format.YAML,
        "d.ndjson": Format.NDJSON,
        "e.jsonl": Format.NDJSON,
        "F.JSON": Format.JSON,
        "g.csv": Format.CSV,
        "h.tsv": Format.TSV,
        "i.xlsx": Format.XLSX,
        "j.xlsm": Format.XLSX,
        "k.zip": Format.ZIP,
    }
    for name in names:
        put(name)
    assert list(find_inputs(names)) == [Input(name, known) for name, known in names.items()]
    assert list(find_inputs(["-"])) == [Input("-", None)]


def test_texts_may_be_compressed() -> None:
    names = {"a.json.gz": Format.JSON, "b.NDJSON.GZ": Format.NDJSON, "c.csv.gz": Format.CSV, "d.yml.gz": Format.YAML}
    for name in names:
        put(name)
    assert list(find_inputs(names)) == [Input(name, known, packed=True) for name, known in names.items()]


def test_a_folder_is_walked_by_name() -> None:
    for name in (
        "o/b.json",
        "o/a/z.yaml",
        "o/a/sub/y.ndjson",
        "o/c.jsonl",
        "o/readme.md",
        "o/.hidden/x.json",
        "o/.x.json",
    ):
        put(name)
    expected = ["o/a/sub/y.ndjson", "o/a/z.yaml", "o/b.json", "o/c.jsonl"]
    skipped = "1 file with another ending is not read as documents: readme.md"
    assert found("o") == [*expected, f"input.skipped o: {skipped}"]
    assert found("o/") == [*expected, f"input.skipped o/: {skipped}"]
    assert found("./o") == [*(f"./{name}" for name in expected), f"input.skipped ./o: {skipped}"]
    assert found("o/.hidden") == ["o/.hidden/x.json"]


def test_the_current_folder_and_an_absolute_one(folder: Path) -> None:
    put("o/b.json")
    assert found(".") == ["./o/b.json"]
    assert found(str(folder)) == [f"{folder.as_posix()}/o/b.json"]


def test_a_file_is_read_once() -> None:
    put("o/a.json")
    put("o/b.json")
    assert found("o/b.json", "o", "./o/a.json", "o//b.json", "-", "-", "./-") == [
        "o/b.json",
        "o/a.json",
        "-",
        "input.not-found ./-",
    ]
    # What `..` leads to depends on links, so these may be two files.
    assert found("o/a.json", "o/../o/a.json") == ["o/a.json", "o/../o/a.json"]


def test_links() -> None:
    put("real/a.json")
    put("o/b.json")
    Path("o/folder").symlink_to(Path("real").absolute(), target_is_directory=True)
    Path("o/folder.json").symlink_to(Path("real").absolute(), target_is_directory=True)
    Path("o/loop").symlink_to(Path("o").absolute(), target_is_directory=True)
    Path("o/file.json").symlink_to(Path("real/a.json").absolute())
    Path("o/lost.json").symlink_to("nowhere.json")
    links = ["input.link o/folder", "input.link o/folder.json"]
    assert found("o") == ["o/b.json", "o/file.json", *links, "input.link o/loop", "input.not-found o/lost.json"]
    assert sorted(found("o/**/*.json")) == sorted(
        ["o/b.json", "o/file.json", *links, "input.link o/loop", "input.not-found o/lost.json"]
    )
    assert found("o/folder") == ["o/folder/a.json"]
    assert message("o/lost.json") == (
        "o/lost.json: error: this link leads to nothing [input.not-found]\n  help: mend the link, or take it out"
    )


def test_a_circle_of_links_is_a_diagnostic() -> None:
    Path("a.json").symlink_to("b.json")
    Path("b.json").symlink_to("a.json")
    assert found("a.json") == ["input.unreadable a.json"]
    assert found(".") == ["input.unreadable ./a.json", "input.unreadable ./b.json"]


def test_patterns() -> None:
    for name in (
        "o/1.json",
        "o/2.yaml",
        "o/a/3.json",
        "o/a/b/4.json",
        "o/.h/5.json",
        "o/x.txt",
        "p/6.json",
        "o/.7.json",
    ):
        put(name)
    assert found("o/*.json") == ["o/1.json"]
    assert found("o/?.*") == [
        "o/1.json",
        "o/2.yaml",
        "input.skipped o/?.*: 1 file with another ending is not read as documents: x.txt",
    ]
    assert found("o/[12].*") == ["o/1.json", "o/2.yaml"]
    assert found("**/*.json") == ["o/1.json", "o/a/3.json", "o/a/b/4.json", "p/6.json"]
    assert found("o/**") == [
        "o/1.json",
        "o/2.yaml",
        "o/a/3.json",
        "o/a/b/4.json",
        "input.skipped o/**: 1 file with another ending is not read as documents: x.txt",
    ]
    assert found("o/**/**/b/*") == ["o/a/b/4.json"]
    assert found("*/6.json") == ["p/6.json"]
    assert found("[p]") == ["p/6.json"]
    assert found("o/.*.json") == ["o/.7.json"]
    assert found("./o/*.json") == ["./o/1.json"]
    assert found("o/*.txt") == [
        "input.no-match o/*.txt",
        "input.skipped o/*.txt: 1 file with another ending is not read as documents: x.txt",
    ]
    assert found("q/*.json") == ["input.no-match q/*.json"]


def test_an_absolute_pattern(folder: Path) -> None:
    put("o/1.json")
    assert found(f"{folder.as_posix()}/o/*.json") == [f"{folder.as_posix()}/o/1.json"]


def test_a_name_that_looks_like_a_pattern_is_a_name() -> None:
    put("o[1].json")
    put("o1.json")
    assert found("o[1].json") == ["o[1].json"]


def test_what_is_not_there_has_a_near_name() -> None:
    put("orders/march.json")
    assert message("orders/mrach.json") == (
        "orders/mrach.json: error: there is no such file or folder [input.not-found]\n"
        "  help: did you mean `orders/march.json`?"
    )
    assert (
        message("ordres")
        == "ordres: error: there is no such file or folder [input.not-found]\n  help: did you mean `orders`?"
    )
    assert message("x/y.json").endswith("help: there is no folder `x` either")
    assert message("") == "error: there is no such file or folder [input.not-found]"
    assert found("a\0b.json", "orders/march.json/x.json", "/no-such-file") == [
        "input.not-found a\0b.json",
        "input.not-found orders/march.json/x.json",
        "input.not-found /no-such-file",
    ]
    assert found("x" * 300) == [f"input.unreadable {'x' * 300}"]


def test_a_folder_without_documents_is_a_diagnostic() -> None:
    put("o/readme.md")
    Path("e").mkdir()
    assert found("o", "e") == [
        "input.empty o",
        "input.skipped o: 1 file with another ending is not read as documents: readme.md",
        "input.empty e",
    ]


def test_the_first_of_many_skipped_files_are_named() -> None:
    put("o/a.json")
    for number in range(7):
        put(f"o/{number}.pdf")
    assert found("o") == [
        "o/a.json",
        "input.skipped o: 7 files with other endings are not read as documents: 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf and 2 more",
    ]


def test_an_unknown_suffix_is_never_guessed() -> None:
    put("o/order.xml")
    put("o/order")
    for name in ("o/order.gz", "o/order.xlsx.gz", "o/orders.zip.gz"):
        put(name)
    names = ["o/order.xml", "o/order", "o/order.gz", "o/order.xlsx.gz", "o/orders.zip.gz"]
    assert found(*names) == [f"input.unknown-format {name}" for name in names]


def test_pipes_and_devices_are_not_waited_for() -> None:
    os.mkfifo("pipe.json")
    put("a.json")
    assert found("pipe.json", "/dev/null") == ["input.not-a-file pipe.json", "input.not-a-file /dev/null"]
    assert found(".") == ["./a.json", "input.not-a-file ./pipe.json"]
    assert "this is a pipe, not a file" in message("pipe.json")


def test_a_file_that_changes_before_it_is_opened() -> None:
    os.mkfifo("pipe.json")
    Path("folder.json").mkdir()
    swapped = [Input("pipe.json", Format.JSON), Input("folder.json", Format.JSON), Input("gone.ndjson", Format.NDJSON)]
    assert outcome(documents(read_documents(swapped))) == [
        (0, ["input.not-a-file"]),
        (0, ["input.not-a-file"]),
        (0, ["input.unreadable"]),
    ]


def test_a_folder_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    put("o/a.json")
    put("o/b/c.json")
    scan = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert found("o") == ["o/a.json", "input.unreadable o/b"]
    assert found("o/b/*") == ["input.unreadable o/b"]
    assert found("o/**/a.json") == ["o/a.json", "input.unreadable o/b"]
    assert message("o/b") == "o/b: error: this cannot be read: permission denied [input.unreadable]"


def test_unreadable_inputs_pass_through_in_order() -> None:
    put("a.json", '{"id": "1"}')
    assert outcome(read("a.json", "b.json")) == [(0, {"id": "1"}), (0, ["input.not-found"])]


# JSON


def test_json_one_and_several() -> None:
    assert content("a.json", '{"id": "1"}') == [(0, {"id": "1"})]
    assert content("a.json", ' [{"id": "1"},\n {"id": "2"}] \n') == [(0, {"id": "1"}), (1, {"id": "2"})]
    assert content("a.json", b'\xef\xbb\xbf{"id": "1"}') == [(0, {"id": "1"})]


@pytest.mark.parametrize("text", ["", " \n", "[]", " [ ] ", "\ufeff"])
def test_no_document_is_said(text: str) -> None:
    assert content("a.json", text) == [(0, ["document.none"])]


def test_a_json_list_keeps_what_stands_before_a_mistake() -> None:
    assert content("a.json", '[{"id": "1"}, 5, {"id": }, {"id": "4"}]') == [
        (0, {"id": "1"}),
        (1, ["document.type"]),
        (2, ["document.json", "document.rest"]),
    ]
    assert content("a.json", '[{"id": "1"}] x') == [(0, {"id": "1"}), (1, ["document.json", "document.rest"])]
    assert content("a.json", '{"id": "1"} x') == [(0, ["document.json"])]


def test_digests_are_those_of_the_bytes() -> None:
    text = b'\xef\xbb\xbf[{"id": "1"}, {"id": "2"}]\r\n'
    put("a.json", text)
    assert [r.sha256 for r in read("a.json")] == [hashlib.sha256(text).hexdigest()] * 2
    lines = [b'\xef\xbb\xbf{"id": "1"}\r', b"", b'{"id": ', b'{"id": "3"}']
    put("a.ndjson", b"\n".join(lines))
    expected = [hashlib.sha256(line).hexdigest() for line in lines if line]
    assert [r.sha256 for r in read("a.ndjson")] == expected
    assert [r.sha256 for r in read("-", standard_input=b"\n".join(lines))] == expected


# YAML


def test_yaml_streams_and_lists() -> None:
    assert content("a.yaml", "id: '1'\n---\nid: '2'\n") == [(0, {"id": "1"}), (1, {"id": "2"})]
    assert content("a.yaml", "- id: '1'\n- id: '2'\n---\n- id: '3'\n") == [
        (0, {"id": "1"}),
        (1, {"id": "2"}),
        (2, {"id": "3"}),
    ]
    assert content("a.yaml", "---\nid: '1'\n...\n---\nid: '2'\n...\n") == [(0, {"id": "1"}), (1, {"id": "2"})]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "[]\n", "---\n", "---\n# nothing\n...\n"])
def test_no_yaml_document_is_said(text: str) -> None:
    assert content("a.yaml", text) == [(0, ["document.none"])]


def test_nothing_in_a_yaml_stream_is_left_out() -> None:
    assert content("a.yaml", "id: '1'\n---\n---\n[]\n---\n5\n---\n~\n---\nid: '2'\n") == [
        (0, {"id": "1"}),
        (1, ["document.none"]),
        (2, ["document.none"]),
        (3, ["document.type"]),
        (4, ["document.type"]),
        (5, {"id": "2"}),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: '1'\n---\nid: [\n---\nid: '3'\n", [(0, {"id": "1"}), (1, ["document.yaml", "document.rest"])]),
        ("id: [\n---\nid: '3'\n", [(0, ["document.yaml", "document.rest"])]),
        ("# several\n- id: '1'\n- id: *a\n- id: '3'\n", [(0, {"id": "1"}), (1, ["document.alias", "document.rest"])]),
        ("- id: *a\n- id: '3'\n", [(0, ["document.alias", "document.rest"])]),
        ("id: *a\n", [(0, ["document.alias"])]),
        ("id: '1'\nid: '2'\n---\nid: '3'\n", [(0, ["document.duplicate-key", "document.rest"])]),
    ],
)
def test_a_mistake_ends_a_yaml_stream(text: str, expected: list[object]) -> None:
    assert content("a.yaml", text) == expected


# A document on each line


def test_a_broken_line_costs_itself_only() -> None:
    text = '{"id": "1"}\n\n  \r\n{"id": }\n{"id": "3"}\r\n[]\n{"id": "4"}'
    assert content("a.ndjson", text) == [
        (0, {"id": "1"}),
        (1, ["document.json"]),
        (2, {"id": "3"}),
        (3, ["document.none"]),
        (4, {"id": "4"}),
    ]


def test_lines_end_at_line_feeds_only() -> None:
    text = '{"a": "\u2028\u2029\u0085"}\n{"b": 1,\n'
    assert content("a.ndjson", text) == [(0, {"a": "\u2028\u2029\u0085"}), (1, ["document.json"])]
    for separator in ("\u2028", "\u0085", "\x0b", "\x0c", "\x1c", "\r"):
        assert content("a.ndjson", f'{{"a": 1}}{separator}{{"a": 2}}\n') == [(0, ["document.json"])]


def test_places_count_the_lines_of_the_file() -> None:
    put("a.ndjson", '\n{"id": "1"}\n\n{"id": "2", "x": }\n')
    good, bad = read("a.ndjson")
    assert isinstance(good, Document)
    assert good.root.span.position.line == 2
    assert good.root.span.source.line(2) == '{"id": "1"}'
    assert isinstance(bad, Unreadable)
    assert render(bad.diagnostics[0]) == (
        "a.ndjson:4:18: error: expected a value, found `}` [document.json]\n"
        '  4 | {"id": "2", "x": }\n'
        "    |                  ^\n"
        "  help: a value is missing before it"
    )


def test_no_line_is_said() -> None:
    for text in ("", "\n", "\ufeff\n\n"):
        assert content("a.ndjson", text) == [(0, ["document.none"])]


def test_a_mark_begins_the_first_line_only() -> None:
    assert content("a.ndjson", '\ufeff{"id": "1"}\n\ufeff{"id": "2"}\n') == [(0, {"id": "1"}), (1, ["document.json"])]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.ndjson"])
def test_other_encodings_are_refused_once(name: str, encoding: str) -> None:
    assert content(name, '{"id": "1"}\n{"id": "2"}\n'.encode(encoding)) == [(0, ["document.encoding"])]


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.ndjson"])
def test_bytes_that_are_not_utf_8(name: str) -> None:
    for text in ('{"id": "é"}'.encode("latin-1"), '{"id": "宁波"}'.encode("gb18030"), b'{"id": "\xed\xa0\x80"}'):
        assert content(name, text) == [(0, ["document.encoding"])]
    assert content(name, b'{"id": "0\0"}') == [(0, ["document.character"])]


# Limits, at the last value that passes and the first that does not


def test_the_limit_of_a_line() -> None:
    start, end = b'{"id": "1"', b"}"
    fits = start + b" " * (MAX_LINE - len(start) - len(end)) + end
    put(
        "a.ndjson",
        fits + b"\n" + fits + b"\r\n" + fits[:-1] + b" }\n" + b" " * (MAX_LINE + 1) + b'{"id": "3"}\n' + fits,
    )
    readings = read("a.ndjson")
    assert outcome(readings) == [
        (0, {"id": "1"}),
        (1, ["input.line-too-long"]),
        (2, ["input.line-too-long"]),
        (3, ["input.line-too-long"]),
        (4, {"id": "1"}),
    ]
    assert isinstance(readings[2], Unreadable)
    assert readings[2].diagnostics[0].span is not None
    assert readings[2].diagnostics[0].span.position.line == 3
    assert "8 MiB" in readings[2].diagnostics[0].message
    assert readings[2].sha256 == hashlib.sha256(fits[:-1] + b" }").hexdigest()
    assert readings[3].sha256 == hashlib.sha256(b" " * (MAX_LINE + 1) + b'{"id": "3"}').hexdigest()


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "-"])
def test_the_limit_of_a_file(name: str) -> None:
    text = b'{"id": "1"}'
    fits = text + b" " * (MAX_FILE - len(text))
    for body, expected in ((fits, {"id": "1"}), (fits + b" ", ["input.too-large"])):
        if name != "-":
            put(name, body)
        readings = read(name, standard_input=body)
        assert outcome(readings) == [(0, expected)]
    assert isinstance(readings[0], Unreadable)
    assert "64 MiB" in readings[0].diagnostics[0].message


def test_lines_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of lines is read as far as its documents are asked for."""
    put("a.ndjson", b'{"id": "1"}\n' * 200_000)
    opened = content_module.opened
    streams: list[io.BufferedReader] = []

    def watched(name: str) -> object:
        stream = opened(name)
        assert isinstance(stream, io.BufferedReader)
        streams.append(stream)
        return stream

    monkeypatch.setattr("orderproof.reading.reader.opened", watched)
    readings: Iterator[Reading] = read_documents(find_inputs(["a.ndjson"]))
    first = next(readings)
    assert isinstance(first, Document)
    assert first.index == 0
    assert streams[0].tell() == len(b'{"id": "1"}\n')
    assert sum(1 for _ in readings) == 199_999
    assert streams[0].closed


# Standard input


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id": "1"}', [(0, {"id": "1"})]),
        ('\ufeff \n{"id": "1"}', [(0, {"id": "1"})]),
        ('[{"id": "1"}, {"id": "2"}]', [(0, {"id": "1"}), (1, {"id": "2"})]),
        ('{"id": "1"}\n\n{"id": "2"}\n', [(0, {"id": "1"}), (1, {"id": "2"})]),
        ('{"id": "1"}\n{"id": \n{"id": "3"}\n', [(0, {"id": "1"}), (1, ["document.json"]), (2, {"id": "3"})]),
        ('{\n"a": {\n"b": 1}\n}\n', [(0, {"a": {"b": 1}})]),
        ('{"a": {}\n, "b": 1}', [(0, {"a": {}, "b": 1})]),
        ("id: '1'\n", [(0, {"id": "1"})]),
        ("- id: '1'\n", [(0, {"id": "1"})]),
        ("---\n{id: '1'}\n", [(0, {"id": "1"})]),
        ("", [(0, ["document.none"])]),
        ("{id: 1}", [(0, ["document.json"])]),
    ],
)
def test_standard_input(text: str, expected: list[object]) -> None:
    readings = read("-", standard_input=text.encode())
    assert outcome(readings) == expected
    assert {r.path for r in readings} == {"-"}


def test_there_may_be_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert outcome(documents(read_documents(find_inputs(["-"])))) == [(0, ["input.unreadable"])]


class Failing(io.BytesIO):
    """A stream that breaks where its bytes end."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(size) or self.read()

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line:
            raise OSError(5, "Input/output error")
        return line


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.json", [(0, ["input.unreadable"])]),
        ("a.yaml", [(0, ["input.unreadable"])]),
        ("a.ndjson", [(0, {"id": "1"}), (1, ["input.unreadable"])]),
        ("-", [(0, ["input.unreadable"])]),
    ],
)
def test_a_disk_that_breaks(name: str, expected: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    text = b'{"id": "1"}\n'

    def failing(descriptor: int, mode: str, buffering: int) -> Failing:
        os.close(descriptor)
        return Failing(text)

    monkeypatch.setattr(os, "fdopen", failing)
    if name != "-":
        put_by_descriptor(name, text)
    assert outcome(documents(read_documents(find_inputs([name]), Failing(text)))) == expected


def put_by_descriptor(name: str, text: bytes) -> None:
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, text)
    os.close(descriptor)


def test_every_suffix_is_named_in_the_help() -> None:
    put("order.xml")
    for suffix in inputs.SUFFIXES:
        assert suffix in message("order.xml")
