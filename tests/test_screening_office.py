"""Word documents and workbooks: every place where text can stand is read, and hostile ones cost only themselves."""

import io
import zipfile

import pytest
import xlsxwriter
from word_files import paragraph, part, relations, run, word_file, word_members
from workbooks import Book, Sheet, archive, number, row, text

from orderproof.screening.budget import Budget, Limits
from orderproof.screening.docx import read_docx
from orderproof.screening.extract import extract
from orderproof.screening.sheets import read_xlsx
from orderproof.screening.text import Extract

NUMBER = "99001234567890123"


def docx(content: bytes) -> Extract:
    return extract("contract.docx", content)


def told(found: Extract) -> list[tuple[str, str, str]]:
    """Texts with their parts and why they are not seen."""
    return [(line.text, line.spot.part, line.hidden) for line in found.lines]


def body(*content: str) -> list[tuple[str, str, str]]:
    found = docx(word_file("".join(content)))
    assert found.gaps == ()
    return told(found)


def test_runs_of_a_paragraph_are_one_text() -> None:
    assert body(paragraph(run("A/C 9900"), run("1234"), run("567890123"))) == [(f"A/C {NUMBER}", "", "")]


def test_breaks_tabs_and_hyphens() -> None:
    signs = (
        "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t><w:softHyphen/></w:r>"
    )
    assert body(f"<w:p>{signs}</w:p>") == [("a", "", ""), ("b\t1-2\u00ad", "", "")]


def test_paragraphs_are_counted() -> None:
    found = docx(word_file(paragraph() + paragraph(run("one")) + paragraph(run("two"))))
    assert [(line.text, line.spot.paragraph, line.row) for line in found.lines] == [("one", 2, 1), ("two", 3, 2)]


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def test_cells_of_a_table_say_where_they_stand() -> None:
    inner = f"<w:tbl><w:tr>{cell(paragraph(run('in')))}</w:tr></w:tbl>"
    first = cell(paragraph(run("BANK")), '<w:gridSpan w:val="2"/>') + cell(paragraph(run("A/C")))
    second = cell(paragraph(run("x"))) + cell(paragraph(run("y")) + inner) + cell(paragraph(run(NUMBER)))
    found = docx(word_file(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>"))
    assert [(line.text, line.frame, line.row, line.left, line.right, line.spot.cell) for line in found.lines] == [
        ("BANK", 1, 1, 0, 2, "table 1!A1"),
        ("A/C", 1, 1, 2, 3, "table 1!C1"),
        ("x", 1, 2, 0, 1, "table 1!A2"),
        ("y", 1, 2, 1, 2, "table 1!B2"),
        ("in", 2, 1, 0, 1, "table 2!A1"),
        (NUMBER, 1, 2, 2, 3, "table 1!C2"),
    ]


@pytest.mark.parametrize(
    ("look", "hidden"),
    [
        ("<w:vanish/>", "hidden text"),
        ('<w:vanish w:val="0"/>', ""),
        ('<w:rStyle w:val="Quiet"/>', "hidden text"),
        ('<w:color w:val="FFFFFF"/>', "white text"),
        ('<w:color w:val="FEFEFE"/>', "white text"),
        ('<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>', ""),
        ('<w:sz w:val="4"/>', "tiny text"),
        ('<w:sz w:val="5"/>', ""),
    ],
)
def test_what_a_person_does_not_see_is_read_and_flagged(look: str, hidden: str) -> None:
    styles = part("styles", '<w:style w:type="character" w:styleId="Loud"><w:rPr><w:vanish/></w:rPr></w:style>'
                  '<w:style w:type="character" w:styleId="Quiet"><w:basedOn w:val="Loud"/></w:style>')  # fmt: skip
    content = word_file(paragraph(run(NUMBER, look)), {"rId1": ("styles", "styles.xml")}, {"word/styles.xml": styles})
    assert told(docx(content)) == [(NUMBER, "", hidden)]


def test_a_hidden_number_stands_behind_its_label() -> None:
    found = body(paragraph(run("Invoice 12345, A/C: "), run(NUMBER, "<w:vanish/>"), run(" thank you")))
    assert found == [("Invoice 12345, A/C:  thank you", "", ""), (f", A/C: {NUMBER}", "", "hidden text")]


def test_tracked_changes() -> None:
    inserted = f"<w:ins>{run(NUMBER)}</w:ins>"
    deleted = "<w:del><w:r><w:delText>998877665544</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('gone')}</w:moveFrom>"
    assert body(paragraph(run("A/C "), inserted), paragraph(deleted), paragraph(moved)) == [
        (f"A/C {NUMBER}", "", ""),
        ("998877665544", "", "deleted text"),
        ("gone", "", "deleted text"),
    ]


def box(content: str) -> str:
    return f"<w:txbxContent>{content}</w:txbxContent>"


def test_a_text_box_is_told_once_and_behind_its_paragraph() -> None:
    choice = f"<mc:Choice><w:drawing>{box(paragraph(run('A/C ' + NUMBER)))}</w:drawing></mc:Choice>"
    fallback = (
        f"<mc:Fallback><w:pict><v:textbox>{box(paragraph(run('A/C ' + NUMBER)))}</v:textbox></w:pict></mc:Fallback>"
    )
    both = f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"
    assert body(paragraph(run("See"), both), paragraph(run("end"))) == [
        ("See", "", ""),
        (f"A/C {NUMBER}", "text box", ""),
        ("end", "", ""),
    ]


def test_what_only_the_fallback_says_is_told() -> None:
    both = f"<mc:AlternateContent><mc:Choice>{run('a')}</mc:Choice><mc:Fallback>{run('b')}</mc:Fallback></mc:AlternateContent>"
    assert body(paragraph(both)) == [("ab", "", "")]


def test_what_stands_in_attributes_and_fields() -> None:
    alt = f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A/C {NUMBER}"/></wp:inline></w:drawing></w:r>'
    code = f'<w:r><w:instrText> QUOTE "{NUMBER}" </w:instrText></w:r>'
    page = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    symbols = '<w:r><w:sym w:font="Symbol" w:char="F039"/><w:sym w:font="Symbol" w:char="F038"/></w:r>'
    assert body(paragraph(alt), paragraph(code), paragraph(page), paragraph(symbols)) == [
        (f"A/C {NUMBER}", "alternative text", ""),
        (f' QUOTE "{NUMBER}" ', "field code", ""),
        ("98", "", ""),
    ]


def note(kind: str) -> str:
    return f'<w:{kind} w:id="2">{paragraph(run(kind))}</w:{kind}>'


def test_parts_beside_the_body() -> None:
    related = {
        "rId1": ("header", "header1.xml"),
        "rId2": ("footer", "footer1.xml"),
        "rId3": ("footnotes", "footnotes.xml"),
        "rId4": ("endnotes", "endnotes.xml"),
        "rId5": ("comments", "comments.xml"),
        "rId6": ("hyperlink", "https://pay.example/990011"),
    }
    parts = {
        "word/header1.xml": part("hdr", paragraph(run("head"))),
        "word/footer1.xml": part("ftr", paragraph(run("foot"))),
        "word/footnotes.xml": part("footnotes", note("footnote")),
        "word/endnotes.xml": part("endnotes", note("endnote")),
        "word/comments.xml": part("comments", note("comment")),
        "docProps/custom.xml": '<Properties><property name="Bank"><lpwstr>A/C 99</lpwstr></property></Properties>',
        "customXml/item1.xml": '<b:bank xmlns:b="urn:b" account="990022"><b:name>Bank</b:name></b:bank>',
        "word/charts/chart1.xml": f'<c xmlns:a="{_A}"><a:p><a:r><a:t>99</a:t></a:r><a:r><a:t>00</a:t></a:r></a:p></c>',
    }
    found = docx(word_file(paragraph(run("body")), related, parts))
    assert found.gaps == ()
    assert told(found) == [
        ("body", "", ""),
        ("head", "header", ""),
        ("foot", "footer", ""),
        ("footnote", "footnote", ""),
        ("endnote", "endnote", ""),
        ("comment", "comment", ""),
        ("https://pay.example/990011", "hyperlink", ""),
        ("Bank: A/C 99", "document property", ""),
        ("account: 990022", "document data", ""),
        ("name: Bank", "document data", ""),
        ("9900", "chart", ""),
    ]


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def test_embedded_files_are_read_where_they_stand() -> None:
    related = {"rId1": ("aFChunk", "chunk.txt"), "rId2": ("package", "embeddings/book.xlsx")}
    parts: dict[str, str | bytes] = {
        "word/chunk.txt": f"A/C {NUMBER}",
        "word/embeddings/book.xlsx": Book([Sheet(row(1, text("A1", "inner")))]).bytes(),
    }
    ole = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="rId2"/></w:object></w:r>'
    content = word_file('<w:altChunk r:id="rId1"/>' + paragraph(run("then"), ole), related, parts)
    found = docx(content)
    assert found.gaps == ()
    assert (f"A/C {NUMBER}", "embedded file `chunk.txt`", "") in told(found)
    assert ("inner", "embedded file `book.xlsx`", "") in told(found)


def test_an_object_that_cannot_be_read_is_a_gap() -> None:
    parts: dict[str, str | bytes] = {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}
    found = docx(word_file(paragraph(run("body")), {"rId1": ("oleObject", "embeddings/oleObject1.bin")}, parts))
    assert [gap.code for gap in found.gaps] == ["embedded"]
    assert told(found) == [("body", "", "")]


def picture(width: int, height: int) -> str:
    size = f'<wp:extent cx="{width * 12700}" cy="{height * 12700}"/>'
    return f'<w:r><w:drawing><wp:inline>{size}<a:blip r:embed="rId1"/></wp:inline></w:drawing></w:r>'


def test_pictures_say_what_share_of_the_page_they_cover() -> None:
    size = '<w:sectPr><w:pgSz w:w="10000" w:h="20000"/></w:sectPr>'
    content = word_file(paragraph(run("text"), picture(250, 500)) + size, {"rId1": ("image", "media/a.png")},
                        {"word/media/a.png": b"\x89PNG"})  # fmt: skip
    (found,) = read_docx(content, Budget(extract_nothing)).pictures
    assert (found.after, found.share, found.alone, found.spot.paragraph) == (1, 0.25, False, 1)
    (found,) = read_docx(word_file(paragraph(picture(250, 500)), {"rId1": ("image", "media/a.png")}),
                         Budget(extract_nothing)).pictures  # fmt: skip
    assert found.alone


def extract_nothing(name: str, content: bytes, budget: Budget) -> Extract:
    return Extract("none")


DOCTYPES = [
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<!DOCTYPE a SYSTEM "file:///x">',
    '<!DOCTYPE a [<!ENTITY % b SYSTEM "x"> %b;]>',
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/header1.xml", "word/theme/theme1.xml"])
def test_a_document_type_is_never_read(doctype: str, encoding: str, name: str) -> None:
    content = f"{doctype}<w:hdr>x</w:hdr>".encode(encoding)
    found = docx(word_file(paragraph(run("body")), {"rId1": ("header", "header1.xml")}, {name: content}))
    assert {gap.code for gap in found.gaps} == {"damaged"}
    assert told(found) == [("body", "", "")]


def test_a_document_type_in_a_comment_is_none() -> None:
    header = "<!-- <!DOCTYPE a> -->" + part("hdr", paragraph(run("head"))).partition("\n")[2]
    found = docx(word_file(paragraph(run("a")), {"rId1": ("header", "header1.xml")}, {"word/header1.xml": header}))
    assert (found.gaps, told(found)) == ((), [("a", "", ""), ("head", "header", "")])


@pytest.mark.parametrize("encoding", ["none-such", "gbk"])
def test_an_encoding_that_xml_does_not_have(encoding: str) -> None:
    header = f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'
    found = docx(word_file(paragraph(run("body")), {"rId1": ("header", "header1.xml")}, {"word/header1.xml": header}))
    assert {gap.code for gap in found.gaps} == {"damaged"}
    assert told(found) == [("body", "", "")]


def test_a_part_that_breaks_off_keeps_what_was_read() -> None:
    members = word_members(paragraph(run("one")) + paragraph(run("two")))
    members["word/document.xml"] = members["word/document.xml"][:-40]
    found = docx(archive(members))
    assert [gap.code for gap in found.gaps] == ["damaged"]
    assert told(found)[0] == ("one", "", "")


def test_a_bomb_costs_its_own_verdict() -> None:
    members = word_members(paragraph(run("body")))
    members["word/header1.xml"] = b"<a>" + b" " * (3 << 20) + b"</a>"
    found = docx(archive(members))
    assert [gap.code for gap in found.gaps] == ["limit"]
    assert told(found) == [("body", "", "")]


def test_limits_hold_at_their_number() -> None:
    content = word_file(paragraph(run("one")) + paragraph(run("two")))
    assert read_docx(content, Budget(extract_nothing, limits=Limits(lines=2))).gaps == ()
    (gap,) = read_docx(content, Budget(extract_nothing, limits=Limits(lines=1))).gaps
    assert (gap.code, gap.reason) == ("limit", "it holds more than 1 lines")
    (gap,) = read_docx(content, Budget(extract_nothing, limits=Limits(unpacked=100))).gaps
    assert gap.code == "limit"


def test_deep_and_many_named_elements_are_limits() -> None:
    for hostile in ("<a>" * 3000 + "</a>" * 3000, "".join(f"<n{n}/>" for n in range(20_001))):
        found = docx(word_file(hostile))
        assert [gap.code for gap in found.gaps] == ["limit"]


def workbook(options: "dict[str, object] | None" = None) -> tuple[io.BytesIO, xlsxwriter.Workbook]:
    file = io.BytesIO()
    return file, xlsxwriter.Workbook(file, {"in_memory": True, **(options or {})})


def test_cells_of_all_sheets_with_what_hides_them() -> None:
    file, book = workbook()
    first, second = book.add_worksheet("PI"), book.add_worksheet("Bank")
    second.very_hidden()
    first.merge_range("A1:C1", "BANK DETAILS")
    first.write("A2", "A/C")
    first.write_number("B2", 997346769728317)
    first.write("A3", "in a row")
    first.set_row(2, None, None, {"hidden": True})
    first.write("E2", "in a column")
    first.set_column("E:E", None, None, {"hidden": True})
    first.write("A4", "white", book.add_format({"font_color": "#FFFFFF"}))
    first.write("A5", "white on blue", book.add_format({"font_color": "#FFFFFF", "bg_color": "#000080"}))
    first.write("A6", 42, book.add_format({"num_format": ";;;"}))
    first.write_rich_string("A7", "rich ", book.add_format({"bold": True}), NUMBER)
    first.write("A8", 1234567.5, book.add_format({"num_format": "#,##0.00"}))
    first.write("A9", 567, book.add_format({"num_format": '"9900"0000'}))
    second.write("B7", NUMBER)
    book.close()
    found = read_xlsx(file.getvalue(), Budget(extract_nothing))
    assert found.gaps == ()
    cells = [(line.spot.cell, line.text, line.hidden, line.left, line.right) for line in found.lines if line.spot.cell]
    assert cells == [
        ("PI!A1", "BANK DETAILS", "", 1, 4),
        ("PI!A2", "A/C", "", 1, 2),
        ("PI!B2", "997346769728317", "", 2, 3),
        ("PI!E2", "in a column", "hidden column", 5, 6),
        ("PI!A3", "in a row", "hidden row", 1, 2),
        ("PI!A4", "white", "white text", 1, 2),
        ("PI!A5", "white on blue", "", 1, 2),
        ("PI!A6", "42", "hidden text", 1, 2),
        ("PI!A7", f"rich {NUMBER}", "", 1, 2),
        ("PI!A8", "1,234,567.50", "", 1, 2),
        ("PI!A9", "99000567", "", 1, 2),
        ("Bank!B7", NUMBER, "hidden sheet", 2, 3),
    ]


def test_what_stands_beside_the_cells() -> None:
    file, book = workbook()
    sheet = book.add_worksheet("PI")
    sheet.write("A1", "x")
    sheet.write_comment("B3", f"A/C {NUMBER}", {"author": ""})
    sheet.set_header("&L&12A/C 9901&RPage &P")
    sheet.set_footer("&Cpay to 9902")
    sheet.insert_textbox("C5", "box 9903")
    sheet.data_validation("D1", {"validate": "any", "input_title": "Bank", "input_message": "9904"})
    sheet.write_url("A2", "https://pay.example/9905", string="here")
    sheet.write_formula("A4", '="9906"&"12"', None, "")
    book.define_name("Account", '="9907"')
    book.set_properties({"comments": "A/C 9908"})
    book.set_custom_property("Bank", "9909")
    book.close()
    found = {text: part for text, part, _ in told(read_xlsx(file.getvalue(), Budget(extract_nothing)))}
    assert (
        found.items()
        >= {
            f"A/C {NUMBER}": "comment",
            "A/C 9901": "header",
            "pay to 9902": "footer",
            "box 9903": "text box",
            "Bank": "data validation",
            "9904": "data validation",
            "https://pay.example/9905": "hyperlink",
            "990612": "",
            'Account: "9907"': "defined name",
            "description: A/C 9908": "document property",
            "Bank: 9909": "document property",
        }.items()
    )


def test_a_text_of_no_cell_is_told() -> None:
    book = Book([Sheet(row(1, text("A1", "x")))], shared=(f"<si><t>{NUMBER}</t></si>",))
    assert (NUMBER, "text of no cell", "hidden text") in told(extract("a.xlsx", book.bytes()))


def test_a_value_in_the_last_corner_costs_nothing() -> None:
    content = Book([Sheet(row(1, text("A1", "x")) + row(1_048_576, text("XFD1048576", NUMBER)))]).bytes()
    found = extract("a.xlsx", content)
    assert (found.gaps, found.lines[-1].spot.cell) == ((), "Sheet1!XFD1048576")


def test_cells_have_a_limit() -> None:
    content = Book([Sheet(row(1, number("A1", "1"), number("B1", "2")))]).bytes()
    assert read_xlsx(content, Budget(extract_nothing, limits=Limits(cells=2))).gaps == ()
    (gap,) = read_xlsx(content, Budget(extract_nothing, limits=Limits(cells=1))).gaps
    assert (gap.code, gap.reason) == ("limit", "it holds more than 1 cells")


def test_an_archive_that_must_not_be_unpacked_is_a_gap() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as found:
        for at in range(2001):
            found.writestr(f"word/{at}.xml", "<a/>")
    assert [gap.code for gap in read_docx(file.getvalue(), Budget(extract_nothing)).gaps] == ["limit"]
    content = word_file(paragraph(run("body")))
    for broken in (b"", content[:200], content + content, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)):
        for read in (read_docx, read_xlsx):
            gaps = read(broken, Budget(extract_nothing)).gaps
            assert [gap.code for gap in gaps] in (["damaged"], ["encrypted"])


def test_parts_without_relations_are_read_too() -> None:
    members = word_members(paragraph(run("body")))
    members["word/_rels/document.xml.rels"] = relations({}).encode()
    members["word/header9.xml"] = part("hdr", paragraph(run("A/C 99"), run("00"))).encode()
    assert ("A/C 9900", "part `word/header9.xml`", "") in told(docx(archive(members)))
