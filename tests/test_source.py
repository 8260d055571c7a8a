"""Places in texts and in rows of sheets."""

from hypothesis import given
from hypothesis import strategies as st

from orderproof.diagnostic import Diagnostic, render, snippet
from orderproof.source import Position, SheetSource, Source, Span, column_letters

ROW = SheetSource("orders.xlsx", "Sheet1", 7, (2, 3, 5, 27), ("1001", "", "two\nlines", "宁波"))


def test_a_row_of_a_sheet_is_shown_with_its_cells_side_by_side() -> None:
    assert ROW.text == "1001 |  | two\nlines | 宁波"
    assert [ROW.cell(span.start) for span in ROW.spans()] == [
        "Sheet1!B7",
        "Sheet1!C7",
        "Sheet1!E7",
        "Sheet1!AA7",
    ]
    assert [span.position for span in ROW.spans()] == [Position(7, column) for column in (2, 3, 5, 27)]
    assert [ROW.text[span.start : span.end] for span in ROW.spans()] == ["1001", "", "two\nlines", "宁波"]


def test_a_diagnostic_of_a_cell_names_the_cell() -> None:
    assert render(Diagnostic("x", "here", span=ROW.spans()[3])) == (
        "orders.xlsx!Sheet1!AA7: error: here [x]\n"
        "  7 | 1001 |  | two\\x0alines | 宁波\n"
        "    |                          ^^^^"
    )
    assert snippet(ROW.spans()[1])[1] == "  |        ^"


def test_a_row_is_its_own_line() -> None:
    span = ROW.spans()[2]
    assert span.on_its_line() is span
    assert Source("a", "x\ny").cell(0) is None


@given(st.lists(st.text("ab |\n", max_size=4), min_size=1, max_size=6), st.data())
def test_every_offset_is_in_the_cell_whose_text_or_mark_it_is_in(texts: list[str], data: st.DataObject) -> None:
    columns = tuple(sorted(data.draw(st.sets(st.integers(1, 16_384), min_size=len(texts), max_size=len(texts)))))
    source = SheetSource("a.xlsx", "S", 3, columns, texts)
    for column, span in zip(columns, source.spans(), strict=True):
        for offset in (span.start, span.end):
            assert source.position(offset) == Position(3, column)
            assert source.cell(offset) == f"S!{column_letters(column)}3"


@given(st.integers(1, 16_384))
def test_the_letters_of_columns_are_numbers_without_zero(number: int) -> None:
    value = 0
    for letter in column_letters(number):
        value = 26 * value + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    assert value == number


def test_the_last_column_of_a_sheet() -> None:
    assert column_letters(16_384) == "XFD"


@given(st.text("ab\n\r", max_size=20), st.integers(0, 25))
def test_before_is_where_the_carets_stand(text: str, offset: int) -> None:
    source = Source("a", text)
    span = Span(source, offset, offset + 1)
    before = source.before(span.start)
    assert before == span.position.column - 1
    assert 0 <= before <= len(text)
