"""Tables: every case of ``fixtures/tables`` is read as recorded, and what holds for all tables."""

import csv
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import only_table, told, values_of

from orderproof.diagnostic import Diagnostic, render
from orderproof.document import Unreadable
from orderproof.reading.content import FileContent
from orderproof.reading.csv_table import read_csv
from orderproof.reading.formats import Format
from orderproof.reading.inputs import find_inputs
from orderproof.reading.lines import MAX_LINE
from orderproof.reading.reader import read_documents
from orderproof.reading.table import DELIMITERS, TableOptions
from orderproof.table import BrokenRow, Row, Table

CASES = Path(__file__).parent.parent / "fixtures" / "tables"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
_MIB = 1 << 20


def options_of(folder: Path) -> TableOptions:
    """What a case declares: `name: value` on each line."""
    file = folder / "options.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    found = dict(line.split(": ", 1) for line in lines)
    delimiter = found.get("delimiter")
    return TableOptions(None if delimiter is None else DELIMITERS[delimiter], found.get("encoding"), found.get("sheet"))


def test_there_are_cases() -> None:
    assert len(NAMES) >= 55


@pytest.mark.parametrize("name", NAMES)
def test_table(name: str, monkeypatch: pytest.MonkeyPatch, record: bool) -> None:
    folder = CASES / name
    monkeypatch.chdir(folder)
    (table,) = sorted({entry.name for entry in folder.iterdir()} - {"expected.txt", "options.txt"})
    output = told(read_documents(find_inputs([table]), options=options_of(folder)))
    expected = folder / "expected.txt"
    if record:
        expected.write_text(output, encoding="utf-8", newline="\n")
    assert output == expected.read_text(encoding="utf-8")


def read(content: bytes | str, **options: str) -> Table | Unreadable:
    body = content.encode() if isinstance(content, str) else content
    (reading,) = read_csv("a.csv", FileContent(io.BytesIO(body)), Format.CSV, TableOptions(**options))
    assert isinstance(reading, Table | Unreadable)
    return reading


def rows(content: bytes | str, **options: str) -> list[Row | BrokenRow | Diagnostic]:
    table = read(content, **options)
    assert isinstance(table, Table)
    return list(table.rows)


def test_the_digest_is_that_of_the_bytes() -> None:
    body = b"\xef\xbb\xbfid,x\r\n1,2\r\n"
    table = read(body)
    assert isinstance(table, Table)
    assert table.sha256 == hashlib.sha256(body).hexdigest()
    assert (table.path, table.sheet) == ("a.csv", None)


def test_places_are_those_of_the_file() -> None:
    table = read('id,"two\nlines",c\n1,"a ""b""",\n\n2,"x\ny",z\n')
    assert isinstance(table, Table)
    assert [(c.value, c.span.position.line, c.span.position.column) for c in table.headers] == [
        ("id", 1, 1),
        ("two\nlines", 1, 4),
        ("c", 2, 8),
    ]
    first, second = table.rows
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.number, second.number) == (3, 5)
    assert [cell.span.position.column for cell in first.cells] == [1, 3, 13]
    assert first.span(1).source.text[first.span(1).start : first.span(1).end] == '"a ""b"""'
    assert first.span(0).source.cell(0) is None
    assert (second.span(2).position.line, second.span(2).position.column) == (6, 4)
    assert render(Diagnostic("x", "here", span=second.span(2))) == 'a.csv:6:4: error: here [x]\n  6 | y",z\n    |    ^'


# Laws

FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
PIECES = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(
    ["\n", "\r\n", "\t", '"', '""', ",", ";", " "]
)
CLEAN = st.lists(PIECES, max_size=8).map("".join)


@given(st.data(), st.sampled_from(sorted(DELIMITERS.values())), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(data: st.DataObject, delimiter: str, end: str) -> None:
    width = data.draw(st.integers(1, 4))
    table = data.draw(st.lists(st.lists(CLEAN, min_size=width, max_size=width).map(tuple), min_size=1, max_size=5))
    table = [row for row in table if any(row)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow([f"h{column}" for column in range(width)])
    writer.writerows(table)
    found = read(out.getvalue().encode(), delimiter=delimiter)
    assert isinstance(found, Table)
    assert table == [row.values for row in found.rows if isinstance(row, Row)]


@given(st.text(st.sampled_from('ab,"\n\r 1'), max_size=30))
def test_what_is_accepted_is_what_the_standard_reader_makes_of_it(text: str) -> None:
    """Ours refuses more, such as a row of another length, but never reads anything else."""
    try:
        expected = [row for row in csv.reader(io.StringIO(f"x,y\n{text}", newline=""), strict=True) if any(row)][1:]
    except csv.Error:
        expected = None
    found = rows(f"x,y\n{text}")
    if expected is None:
        assert any(isinstance(row, BrokenRow) for row in found)
        return
    whole = [row.values for row in found if isinstance(row, Row)]
    if all(isinstance(row, Row) for row in found):
        assert whole == [tuple(row) for row in expected]
    else:
        assert all(list(row) in expected for row in whole)


@given(FIELDS)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    found = read(text)
    assert told([found])


# Limits and streams


def test_the_limit_of_a_line() -> None:
    fits = "x" * (_MIB - 2)
    line = ",".join([fits] * 8)
    header = ",".join("abcdefgh")
    assert len(line) < MAX_LINE
    (row,) = rows(f"{header}\n{line}\n")
    assert isinstance(row, Row)
    (broken,) = rows(f"{header}\n{line}{'x' * 20}\n1,2,3,4,5,6,7,8\n")
    assert isinstance(broken, BrokenRow)
    assert broken.last
    assert broken.diagnostics[0].code == "input.line-too-long"


def test_the_limit_of_a_field_costs_its_row_only() -> None:
    fits = "x" * _MIB
    for field, codes in ((fits, []), (fits + "x", ["document.too-large"])):
        first, second = rows(f"id,x\n1,{field}\n2,y\n")
        assert isinstance(second, Row)
        if codes:
            assert isinstance(first, BrokenRow)
            assert [diagnostic.code for diagnostic in first.diagnostics] == codes
            assert [cell.value for cell in first.known.values()] == ["1"]
        else:
            assert isinstance(first, Row)


def test_an_open_quote_is_not_followed_for_ever() -> None:
    content = 'id,x\n1,"' + "a\n" * (MAX_LINE // 2 + 10) + '"\n2,y\n'
    (broken,) = rows(content)
    assert isinstance(broken, BrokenRow)
    assert broken.number == 2
    assert "for more than 8 MiB" in broken.diagnostics[0].message


def test_the_limit_of_columns() -> None:
    fits = ",".join(map(str, range(16_384)))
    assert isinstance(read(f"{fits}\n"), Table)
    wide = read(f"{fits},x\n")
    assert isinstance(wide, Unreadable)
    assert wide.diagnostics[0].code == "table.too-wide"


def test_many_fields_of_several_lines_are_read_in_time() -> None:
    field = '"\n"'
    (row,) = rows(f"{','.join(map(str, range(16_000)))}\n{','.join([field] * 16_000)}\n")
    assert isinstance(row, Row)
    assert set(row.values) == {"\n"}


def test_rows_are_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_bytes(b"id,x\n" + b"1,2\n" * 500_000)
    table = only_table(read_documents(find_inputs(["a.csv"])))
    assert isinstance(next(table.rows), Row)
    descriptors = Path("/proc/self/fd")
    ours = [link for link in descriptors.iterdir() if link.exists() and link.resolve() == Path("a.csv").resolve()]
    assert len(ours) == 1
    at = int(Path(f"/proc/self/fdinfo/{ours[0].name}").read_text().split()[1])
    assert at < 2 * _MIB
    assert sum(1 for _ in table.rows) == 499_999
    assert not ours[0].exists()


def test_a_table_that_changes_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"id,x\n" + (b"1," + b"2" * 97 + b"\n") * 20_000)
    table = only_table(read_documents(find_inputs([file.as_posix()])))
    next(table.rows)
    with file.open("r+b") as stream:
        stream.seek(1_500_000)
        stream.write(b"\n9,9\n")
    *_, last = table.rows
    assert isinstance(last, BrokenRow)
    assert last.last
    assert last.diagnostics[0].code == "input.changed"


def test_several_tables_can_be_open_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(f"id\n{name}\n")
    tables = list(read_documents(find_inputs(["a.csv", "b.csv"])))
    assert all(isinstance(table, Table) for table in tables)
    assert [values_of(table) for table in tables if isinstance(table, Table)] == [[("a.csv",)], [("b.csv",)]]
