"""Workbooks: every case of ``fixtures/workbooks`` is read as recorded, and hostile ones are refused."""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import told, values_of
from test_tables import options_of
from workbooks import Book, Sheet, archive, changed, number, row, rows_of, text

from orderproof.diagnostic import Diagnostic
from orderproof.document import Notice, Reading, Unreadable
from orderproof.reading.inputs import find_inputs
from orderproof.reading.reader import read_documents
from orderproof.reading.whole import MAX_FILE
from orderproof.reading.xlsx import scan as scan_module
from orderproof.reading.xlsx.dates import shown_as
from orderproof.reading.xlsx.message import End, Message, Refusal, SheetRow
from orderproof.reading.xlsx.process import Worker
from orderproof.reading.xlsx.table import read_xlsx
from orderproof.reading.xlsx.worker import messages
from orderproof.table import BrokenRow, Row, Table, Value

CASES = Path(__file__).parent.parent / "fixtures" / "workbooks"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
HEADERS = row(1, text("A1", "id"), text("B1", "amounts.total"))


def test_there_are_cases() -> None:
    assert len(NAMES) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_workbook(name: str, monkeypatch: pytest.MonkeyPatch, record: bool) -> None:
    folder = CASES / name
    monkeypatch.chdir(folder)
    (table,) = sorted({entry.name for entry in folder.iterdir()} - {"expected.txt", "options.txt"})
    output = told(read_documents(find_inputs([table]), options=options_of(folder)))
    expected = folder / "expected.txt"
    if record:
        expected.write_text(output, encoding="utf-8", newline="\n")
    assert output == expected.read_text(encoding="utf-8")


def read(content: bytes, sheet: str | None = None) -> list[Reading]:
    return list(read_xlsx("a.xlsx", content, sheet))


def diagnostics_of(readings: list[Reading]) -> list[Diagnostic]:
    """All that is told, in its order."""
    found: list[Diagnostic] = []
    for reading in readings:
        match reading:
            case Unreadable():
                found += reading.diagnostics
            case Notice(diagnostic):
                found.append(diagnostic)
            case Table():
                for each in reading.rows:
                    if isinstance(each, BrokenRow):
                        found += each.diagnostics
                    elif isinstance(each, Diagnostic):
                        found.append(each)
            case _:
                raise AssertionError(reading)
    return found


def places(content: bytes) -> list[tuple[str, str | None]]:
    """The codes of all that is told, with the places."""
    return [(diagnostic.code, diagnostic.place) for diagnostic in diagnostics_of(read(content))]


def book(rows: str, **sheet: str) -> bytes:
    return Book([Sheet(HEADERS + rows, **sheet)]).bytes()


# What is refused as a whole


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """Workbooks that must not be read, with the code that says why."""
    good = Book([Sheet(HEADERS)])
    part = "xl/worksheets/sheet1.xml"
    sheet = good.members()[part]
    far = text("A1", "id") + "</row>" + row(1_048_576, text("XFD1048576", "x")).removesuffix("</row>")
    yield "far-corner", Book([Sheet(row(1, far))]).bytes(), "table.too-sparse"
    yield "beyond-the-columns", Book([Sheet(row(1, text("AAAAAA1", "x")))]).bytes(), "table.damaged"
    yield "behind-the-last-column", Book([Sheet(row(1, text("XFE1", "x")))]).bytes(), "table.damaged"
    yield "behind-the-last-row", Book([Sheet(row(1_048_577, text("A1048577", "x")))]).bytes(), "table.damaged"
    yield "no-reference", Book([Sheet(row(1, text("7", "x")))]).bytes(), "table.damaged"
    yield "cell-of-another-row", Book([Sheet(row(1, text("A2", "x")))]).bytes(), "table.damaged"
    yield "cell-twice", Book([Sheet(row(1, text("A1", "x"), text("A1", "y")))]).bytes(), "table.damaged"
    yield "row-twice", Book([Sheet(row(1, text("A1", "x")) + row(1, text("B1", "y")))]).bytes(), "table.damaged"
    yield "row-of-no-number", Book([Sheet(HEADERS + '<row r="x"/>')]).bytes(), "table.damaged"
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    for name, declaration in {
        "doctype-internal": f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>',
        "doctype-external": '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "doctype-parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>',
    }.items():
        body = sheet.decode().replace("<worksheet", f"{declaration}<worksheet", 1)
        yield name, Book([], parts={**parts(good), part: body}).bytes(), "table.doctype"
        wide = body.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
        yield f"{name}-utf-16", Book([], parts={**parts(good), part: wide}).bytes(), "table.doctype"
    other = "<!DOCTYPE x><x/>"
    yield "doctype-elsewhere", Book(good.sheets, parts={"docProps/core.xml": other}).bytes(), "table.doctype"
    yield "not-xml", Book(good.sheets, parts={part: "<worksheet"}).bytes(), "table.damaged"
    yield "no-sheet-part", Book(good.sheets, parts={part: None}).bytes(), "table.damaged"
    yield "no-workbook", Book(good.sheets, parts={"xl/workbook.xml": None}).bytes(), "table.damaged"
    yield "no-relations", Book(good.sheets, parts={"_rels/.rels": None}).bytes(), "table.damaged"
    yield "an-archive", archive({"a.json": "{}"}), "table.damaged"
    yield "nothing", b"", "table.damaged"
    yield "a-text", b"id,amounts.total\n", "table.damaged"
    yield "old-or-encrypted", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, "table.encrypted"
    flagged = changed(changed(good.bytes(), "local", {6: ("H", 1)}), "central", {8: ("H", 1)})
    yield "encrypted-member", flagged, "archive.encrypted"
    lying = changed(changed(good.bytes(), "local", {22: ("L", 9)}), "central", {24: ("L", 9)})
    yield "lying-size", lying, "table.damaged"
    yield "huge-size", changed(good.bytes(), "central", {24: ("L", 1 << 30)}), "archive.too-large"
    yield "bomb", Book(good.sheets, parts={"xl/media/x.xml": b"<x>" + b" " * (8 << 20)}).bytes(), "archive.ratio"
    many = {f"xl/media/{n}.bin": b"" for n in range(65_000)}
    yield "many-members", Book(good.sheets, parts=many).bytes(), "archive.too-many"
    yield "climbing-name", Book(good.sheets, parts={"../x.xml": b"<x/>"}).bytes(), "archive.name"
    yield "two-directories", good.bytes() + good.bytes(), "table.damaged"


def parts(of: Book) -> dict[str, str | bytes | None]:
    return dict(of.members())


@pytest.mark.parametrize(("name", "content", "code"), [pytest.param(*case, id=case[0]) for case in hostile()])
def test_hostile_workbooks(name: str, content: bytes, code: str) -> None:
    started = time.monotonic()
    (unreadable,) = read(content)
    assert isinstance(unreadable, Unreadable), name
    assert [diagnostic.code for diagnostic in unreadable.diagnostics] == [code]
    assert time.monotonic() - started < 20


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name() -> None:
    content = io.BytesIO(Book([Sheet(HEADERS)]).bytes())
    with zipfile.ZipFile(content, "a") as packed:
        packed.writestr("xl/worksheets/Sheet1.xml", "<x/>")
    assert [code for code, _ in places(content.getvalue())] == ["archive.duplicate"]


def test_a_document_type_in_a_comment_is_none() -> None:
    part = "xl/worksheets/sheet1.xml"
    good = Book([Sheet(rows_of([["id"], ["1"]]))])
    body = good.members()[part].decode().replace("<worksheet", "<!-- <!DOCTYPE x> --><worksheet", 1)
    (table,) = read(Book(good.sheets, parts={part: body}).bytes())
    assert isinstance(table, Table)
    assert values_of(table) == [("1",)]


def test_a_dimension_that_lies_is_not_believed() -> None:
    (table,) = read(book(row(2, text("A2", "1")), before='<dimension ref="A1:XFD1048576"/>'))
    assert isinstance(table, Table)
    assert values_of(table) == [("1", None)]


def test_the_limit_of_a_sparse_sheet() -> None:
    last = scan_module.MIN_SPREAD // 2
    fits = HEADERS + row(last, text(f"A{last}", "1"))
    (table,) = read(Book([Sheet(fits)]).bytes())
    assert isinstance(table, Table)
    assert values_of(table) == [("1", None)]
    over = HEADERS + row(last + 1, text(f"A{last + 1}", "1"))
    assert places(Book([Sheet(over)]).bytes()) == [("table.too-sparse", f"a.xlsx!Sheet1!B{last + 1}")]


def test_the_limit_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_module, "MAX_CELLS", 4)
    told_of = list(messages(book(row(2, text("A2", "1"), text("B2", "1"))), None))
    assert isinstance(told_of[-1], End)
    told_of = list(messages(book(row(2, text("A2", "1"), text("B2", "1")) + row(3, text("A3", "1"))), None))
    assert isinstance(told_of[-1], Refusal)
    assert told_of[-1].code == "table.too-large"


def test_the_limit_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Path("a.xlsx").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    (unreadable,) = read_documents(find_inputs(["a.xlsx"]))
    assert isinstance(unreadable, Unreadable)
    assert unreadable.diagnostics[0].code == "input.too-large"


# The worker


PYTHON = (sys.executable, "-c")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os; os.abort()", "the reader of workbooks was killed by SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the reader of workbooks was killed by SIGKILL"),
        ("raise MemoryError", "the reader of workbooks failed (code 1)"),
        ("import sys; sys.stdin.buffer.read(10); sys.exit(3)", "the reader of workbooks failed (code 3)"),
        ("import time; time.sleep(60)", "the reader of workbooks was not ready after 1 seconds"),
        ("print('nonsense')", "the reader of workbooks told something that nobody understands"),
        ("", "the reader of workbooks told something that nobody understands"),
        ('print(\'{"type": "end", "rows": 0}\')', "the reader of workbooks told something that nobody understands"),
        ("print('[' * 100000)", "the reader of workbooks told something that nobody understands"),
        (
            'print(\'{"type": "opening", "sheet": "x"}\')',
            "the reader of workbooks told something that nobody understands",
        ),
    ],
)
def test_a_worker_that_fails_costs_its_workbook_only(code: str, message: str) -> None:
    (unreadable,) = read_xlsx("a.xlsx", b"x" * 1_000_000, None, Worker((*PYTHON, code), 1))
    assert isinstance(unreadable, Unreadable)
    assert [d.message for d in unreadable.diagnostics] == [message]
    assert [d.code for d in unreadable.diagnostics] == ["table.reader-failed"]


def test_a_workbook_that_kills_the_other_reader_costs_only_itself() -> None:
    """Without a look at the size of the sheet first, its reader ends the process that it is in."""
    code = (
        "import orderproof.reading.xlsx.scan as scan; scan.MIN_SPREAD = 10**15\n"
        "from orderproof.reading.xlsx.worker import main; main()"
    )
    sparse = HEADERS + row(1_048_576, text("XFD1048576", "x"))
    (unreadable,) = read_xlsx("a.xlsx", Book([Sheet(sparse)]).bytes(), None, Worker((*PYTHON, code), 60))
    assert isinstance(unreadable, Unreadable)
    assert [d.code for d in unreadable.diagnostics] == ["table.reader-failed"]


def test_a_worker_that_cannot_be_started() -> None:
    (unreadable,) = read_xlsx("a.xlsx", b"", None, Worker(("/no-such-program",)))
    assert isinstance(unreadable, Unreadable)
    assert "cannot be started: no such file" in unreadable.diagnostics[0].message


def tells(*lines: str) -> Worker:
    """A worker that tells this, whatever it is given."""
    return Worker((*PYTHON, f"print({chr(10).join(lines)!r})"), 30)


OPENING = '{"type":"opening","sheet":"S"}'
FIRST = '{"type":"row","number":1,"columns":[1,2],"kinds":"ss","texts":["id","x"]}'


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"row","number":1,"columns":[1],"kinds":"s","texts":["1"]}',
        '{"type":"row","number":2,"columns":[1,1],"kinds":"ss","texts":["1","2"]}',
        '{"type":"row","number":2,"columns":[2,1],"kinds":"ss","texts":["1","2"]}',
        '{"type":"row","number":2,"columns":[0],"kinds":"s","texts":["1"]}',
        '{"type":"row","number":2,"columns":[16385],"kinds":"s","texts":["1"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"ss","texts":["1"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"s","texts":[]}',
        '{"type":"row","number":2,"columns":[],"kinds":"","texts":[]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"q","texts":["1"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"x","texts":["1"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"n","texts":["1e9"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"n","texts":["NaN"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"n","texts":["٣"]}',
        '{"type":"row","number":2,"columns":[1],"kinds":"s","texts":[1]}',
        '{"type":"end","rows":3}',
        OPENING,
        "",
        "{",
    ],
)
def test_nonsense_of_a_worker_is_never_a_row(line: str) -> None:
    table, *more = read_xlsx("a.xlsx", b"", None, tells(OPENING, FIRST, line, '{"type":"end","rows":2}'))
    assert not more
    assert isinstance(table, Table)
    *rows, last = table.rows
    assert not rows
    assert isinstance(last, BrokenRow)
    assert last.last
    assert [d.code for d in last.diagnostics] == ["table.reader-failed"]


def test_rows_of_a_worker_that_does_not_say_the_end_are_not_all() -> None:
    second = '{"type":"row","number":2,"columns":[1],"kinds":"n","texts":["5"]}'
    (table,) = read_xlsx("a.xlsx", b"", None, tells(OPENING, FIRST, second))
    assert isinstance(table, Table)
    first, last = table.rows
    assert isinstance(first, Row)
    assert first.values == (5, None)
    assert isinstance(last, BrokenRow)
    assert last.last


def test_the_worker_finds_no_module_of_the_partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("json.py", "msgspec.py", "python_calamine.py", "zipfile.py"):
        Path(name).write_text("raise SystemExit(0)")
    Path("a.xlsx").write_bytes(book(row(2, text("A2", "1"))))
    (table,) = read_documents(find_inputs(["a.xlsx"]))
    assert isinstance(table, Table)
    assert values_of(table) == [("1", None)]


def test_the_worker_has_limits() -> None:
    code = (
        "import sys, resource; sys.argv = ['', '']\n"
        "from orderproof.reading.xlsx import worker\n"
        "import io; worker.messages = lambda *_: iter(())\n"
        "worker.main(); print([resource.getrlimit(k)[0] for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU)])"
    )
    ended = subprocess.run([*PYTHON, code], input=b"", capture_output=True, check=True)
    assert json.loads(ended.stdout) == [3 << 30, 120]


# Values


def one_value(cell: str, formats: tuple[str, ...] = (), of: str = "") -> Value | str:
    """What a cell B2 is read as, or the code of what is wrong with it."""
    content = Book([Sheet(HEADERS + row(2, text("A2", "1"), cell))], formats=formats, settings=of).bytes()
    found = [m for m in messages(content, None) if isinstance(m, SheetRow | Refusal)][-1]
    if isinstance(found, Refusal):
        return found.code
    if found.faults:
        return found.faults[0].code
    if len(found.columns) == 1:
        return None
    kind, value = found.kinds[1], found.texts[1]
    return {"s": value, "n": Decimal(value) if kind == "n" else None, "b": value == "1"}[kind]


@pytest.mark.parametrize(
    ("lexeme", "expected"),
    [
        ("5", "5"),
        ("2450.1", "2450.1"),
        ("2450.0999999999999", "2450.1"),
        ("5.0999999999999996", "5.1"),
        ("1.1000000000000001", "1.1"),
        ("-0.01", "-0.01"),
        ("1E3", "1000"),
        ("1.5E-2", "0.015"),
        ("1e+2", "100"),
        ("-0", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("+7", "7"),
        ("999999999999999", "999999999999999"),
        ("99999999999999.9", "99999999999999.9"),
        ("123456.789012345", "123456.789012345"),
    ],
)
def test_numbers_are_those_that_were_entered(lexeme: str, expected: str) -> None:
    value = one_value(number("B2", lexeme))
    assert isinstance(value, Decimal)
    assert str(value) == expected


@pytest.mark.parametrize(
    ("lexeme", "code"),
    [
        ("1000000000000000", "table.lost-digits"),
        ("1.23456789012345E+19", "table.lost-digits"),
        ("0.30000000000000004", "table.lost-digits"),
        ("1.0000000000000002", "table.lost-digits"),
        ("1234.5678901234567", "table.lost-digits"),
        ("1E-40", "table.lost-digits"),
        ("1E400", "table.number"),
        ("1E200", "table.lost-digits"),
        ("1E300", "table.number"),
        (" 7 ", "table.number"),
        ("1E99999999", "table.number"),
        ("NaN", "table.number"),
        ("INF", "table.number"),
        ("-Infinity", "table.number"),
        ("1_0", "table.number"),
        ("٣", "table.number"),
        ("0x10", "table.number"),
        ("1,5", "table.number"),
        ("1" * 50, "table.number"),
        ("abc", "table.number"),
    ],
)
def test_numbers_that_are_none_or_lost_digits(lexeme: str, code: str) -> None:
    assert one_value(number("B2", lexeme)) == code


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 8))
@settings(max_examples=60)
def test_every_number_of_15_digits_is_read_exactly(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    for lexeme in (repr(float(value)), f"{float(value):.17g}"):
        assert one_value(number("B2", lexeme)) == value


MARCH_1900 = datetime.fromisoformat("1900-03-01")
DAY, MOMENT, TIME = "yyyy\\-mm\\-dd", "yyyy/m/d\\ h:mm:ss.000", 'h"时"mm"分"'


@pytest.mark.parametrize(
    ("lexeme", "style", "expected"),
    [
        ("46082", 1, "2026-03-01"),
        ("46082.354166666664", 1, "2026-03-01T08:30:00"),
        ("46082", 2, "2026-03-01T00:00:00"),
        ("46082.354166666664", 2, "2026-03-01T08:30:00"),
        ("46082.3541722222", 2, "2026-03-01T08:30:00.480"),
        ("46082.999999999", 2, "2026-03-02T00:00:00"),
        ("0.35416666666666669", 3, "08:30:00"),
        ("46082.5", 3, "2026-03-01T12:00:00"),
        ("1", 1, "1900-01-01"),
        ("59", 1, "1900-02-28"),
        ("60", 1, "table.date"),
        ("61", 1, "1900-03-01"),
        ("0", 1, "table.date"),
        ("-1", 1, "table.date"),
        ("2958465", 1, "9999-12-31"),
        ("2958466", 1, "table.date"),
        ("46082", 4, "table.date"),
        ("1E200", 1, "table.date"),
    ],
)
def test_dates(lexeme: str, style: int, expected: str) -> None:
    assert one_value(number("B2", lexeme, style), (DAY, MOMENT, TIME, "[h]:mm")) == expected


def test_dates_from_1904() -> None:
    assert one_value(number("B2", "0", 1), (DAY,), of='date1904="1"') == "1904-01-01"
    assert one_value(number("B2", "44620.5", 1), (DAY,), of='date1904="true"') == "2026-03-01T12:00:00"


@given(st.integers(0, 255_606_105_599_999).map(lambda count: MARCH_1900 + count * timedelta(milliseconds=1)))
@settings(max_examples=60)
def test_every_moment_is_read_to_the_millisecond(moment: datetime) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["id", "at"])
        sheet.write_datetime(1, 1, moment, made.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}))
    (found,) = [m for m in messages(content.getvalue(), None) if isinstance(m, SheetRow) and m.number == 2]
    assert not found.faults
    assert datetime.fromisoformat(found.texts[-1]) - moment == timedelta(0)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("General", None),
        ("0.00", None),
        ("#,##0.00_);[Red](#,##0.00)", None),
        ("0.00E+00", None),
        ('0" days"', None),
        ('"yyyy"0', None),
        ("0\\d", None),
        ("@", None),
        (";;;@", None),
        ("[$¥-804]#,##0.00", None),
        ("yyyy-mm-dd", "date"),
        ("m/d/yy", "date"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "date"),
        ('yyyy"年"m"月"d"日"', "date"),
        ("mmm", "date"),
        ("ge.m.d", "date"),
        ("yyyy-mm-dd h:mm", "datetime"),
        ("d/m/yyyy h:mm AM/PM", "datetime"),
        ("h:mm", "time"),
        ("mm:ss.0", "time"),
        ('上午/下午h"时"mm"分"', "time"),
        ("[h]:mm:ss", "elapsed"),
        ("[Red]yyyy", "date"),
    ],
)
def test_formats_of_dates(code: str, shown: str | None) -> None:
    assert shown_as(164, {164: code}) == shown


def test_texts_are_kept_as_they_are() -> None:
    shared = (
        "<si><t>  leading, no mark</t></si>"
        "<si><r><t>two </t></r><r><rPr><b/></rPr><t>pieces</t></r><rPh sb='0' eb='1'><t>tu</t></rPh></si>"
        "<si><t>a_x000D_b _x005F_x000D_ _x00</t></si>"
        "<si><t>&lt;b&gt; &amp; &#x1F600;</t></si>"
        "<si><t/></si>"
        "<si><t> </t></si>"
    )
    cells = [f'<c r="B{n + 2}" t="s"><v>{n}</v></c>' for n in range(6)]
    rows = "".join(row(n + 2, text(f"A{n + 2}", "1"), cell) for n, cell in enumerate(cells))
    (table,) = read(Book([Sheet(HEADERS + rows)], shared=[shared]).bytes())
    assert isinstance(table, Table)
    assert [row[1] for row in values_of(table)] == [
        "  leading, no mark",
        "two pieces",
        "a\rb _x000D_ _x00",
        "<b> & 😀",
        None,
        " ",
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)


@given(st.lists(TEXTS, min_size=1, max_size=5))
@settings(max_examples=60)
def test_every_text_is_read_as_it_was_written(texts: list[str]) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, [f"h{n}" for n in range(len(texts))])
        for column, value in enumerate(texts):
            sheet.write_string(1, column, value)
    found = [m for m in messages(content.getvalue(), None) if isinstance(m, SheetRow) and m.number == 2]
    assert [m.faults for m in found if m.faults] == []
    assert [value for m in found for value in m.texts] == [value for value in texts if value]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', "table.error-cell"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "table.error-cell"),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', Decimal(2)),
        ('<c r="B2"><f>1+1</f></c>', "table.formula"),
        ('<c r="B2"><f>1+1</f><v></v></c>', "table.formula"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="B2" t="str"><f>"x"</f></c>', "table.formula"),
        ('<c r="B2"/>', None),
        ('<c r="B2"><v></v></c>', None),
        ('<c r="B2" t="b"><v>1</v></c>', True),
        ('<c r="B2" t="b"><v>0</v></c>', False),
        ('<c r="B2" t="b"><v>2</v></c>', "table.cell"),
        ('<c r="B2" t="s"><v>99</v></c>', "table.cell"),
        ('<c r="B2" t="s"><v>-1</v></c>', "table.cell"),
        ('<c r="B2" t="s"><v>x</v></c>', "table.cell"),
        ('<c r="B2" t="z"><v>1</v></c>', "table.cell"),
        ('<c r="B2"><v>1</v><v>2</v></c>', "table.cell"),
        ('<c r="B2"><v>1</v><is><t>2</t></is></c>', "table.cell"),
        ('<c r="B2" t="inlineStr"><is><t>a_x0007_b</t></is></c>', "document.character"),
        ('<c r="B2" t="inlineStr"><is><t>a_xD800_b</t></is></c>', "document.character"),
    ],
)
def test_cells_of_every_kind(cell: str, expected: Value) -> None:
    found = one_value(cell)
    # Where another reader refuses the whole workbook, no row is read either.
    assert found == expected or (found in ("table.damaged", "table.doubt") and isinstance(expected, str))


def test_formulas_that_were_never_calculated() -> None:
    made = Book(
        [Sheet(HEADERS + row(2, text("A2", "1"), '<c r="B2"><f>1+1</f><v>0</v></c>'))],
        calculation='<calcPr calcId="1" fullCalcOnLoad="1"/>',
    )
    assert places(made.bytes()) == [("table.formula", "a.xlsx!Sheet1!B2")]


def test_another_reader_is_asked_about_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two programs read different things, nobody knows what a partner means."""
    content = book(row(2, text("A2", "1"), number("B2", "5")) + row(3, text("A3", "2"), number("B3", "6")))
    other = book(
        row(2, text("A2", "1"), number("B2", "7")) + row(3, text("A3", "2"), number("B3", "6"), text("C3", "x"))
    )
    second = sys.modules["orderproof.reading.xlsx.worker"]
    rows: Callable[..., object] = second.second_rows
    monkeypatch.setattr(second, "second_rows", lambda _, sheet: rows(other, sheet))
    found = [m for m in messages(content, None) if isinstance(m, SheetRow)]
    assert [[(f.column, f.code) for f in m.faults] for m in found] == [[], [(2, "table.doubt")], [(3, "table.doubt")]]
    fewer = book(row(2, text("A2", "1"), number("B2", "5")))
    monkeypatch.setattr(second, "second_rows", lambda _, sheet: rows(fewer, sheet))
    found = [m for m in messages(content, None) if isinstance(m, SheetRow)]
    assert [len(m.faults) for m in found] == [0, 0, 2]
    more = book(
        row(2, text("A2", "1"), number("B2", "5"))
        + row(3, text("A3", "2"), number("B3", "6"))
        + row(4, text("A4", "x"))
    )
    monkeypatch.setattr(second, "second_rows", lambda _, sheet: rows(more, sheet))
    assert isinstance(list(messages(content, None))[-1], Refusal)


# Laws


@given(st.binary(max_size=200), st.integers(0, 5000), st.integers(0, 255))
@settings(max_examples=100)
def test_no_bytes_make_the_reader_fail(noise: bytes, at: int, byte: int) -> None:
    content = bytearray(book(row(2, text("A2", "1"), number("B2", "5"))))
    content[at % len(content)] = byte
    for damaged in (bytes(content), noise, bytes(content[: at % len(content)]) + noise):
        found: list[Message] = list(messages(damaged, None))
        assert isinstance(found[-1], Refusal | End)


@given(st.text(st.sampled_from('<>/"= crvftis1A2Brow'), max_size=40))
@settings(max_examples=100)
def test_no_xml_makes_the_reader_fail(xml: str) -> None:
    found = list(messages(Book([Sheet(HEADERS + xml)]).bytes(), None))
    assert isinstance(found[-1], Refusal | End)
