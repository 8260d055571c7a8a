"""Accounts in HTML, RTF and plain text where a browser or an office program shows them, and a parser may not."""

import base64

import pytest
from screened import NUMBER, verdict

DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg"><text>Account No.: <tspan>{NUMBER[:7]}</tspan><tspan>{NUMBER[7:]}</tspan></text></svg>'


def packed(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


def page(body: str, head: str = "") -> str:
    text = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Contract</title>{head}</head><body>'
        "<h1>Sales contract</h1><p>Seller: Hangzhou Example Trading. Goods: 500 kettles, as per the list.</p>"
        f"{body}</body></html>"
    )
    return verdict("a.html", text.encode())


def styled(rules: str) -> str:
    return page("<p>Account No.: <b class=a></b></p>", f"<style>{rules}</style>")


@pytest.mark.parametrize(
    "rules",
    [
        f'.a::before{{content:"{NUMBER}"}}',
        f'.a::before{{content:"{NUMBER[:8]}" "{NUMBER[8:]}"}}',
        '.a::before{content:"' + "".join(f"\\{ord(digit):06x}" for digit in NUMBER) + '"}',
        '.a::before{content:"' + "".join(f"\\{ord(digit):x} " for digit in NUMBER) + '"}',
        f':root{{--n:"{NUMBER}"}}.a::before{{content:var(--n)}}',
        f'@media screen{{.a::after{{content:"; {NUMBER}"}}}}',
        "@import url('data:text/css;base64," + packed(f".a::before{{content:'{NUMBER}'}}") + "');",
    ],
)
def test_what_style_sheets_write_is_read_as_it_is_shown(rules: str) -> None:
    assert styled(rules) == NUMBER


def test_numbers_from_which_a_style_sheet_counts_are_told() -> None:
    assert styled(".a{counter-reset:n 801234567}.a::before{content:counter(n)}") == "801234567"


def test_drawings_and_pages_in_links_are_read() -> None:
    drawing = f"data:image/svg+xml;base64,{packed(DRAWING)}"
    sheet = packed(f".a::before{{content:'{NUMBER}'}}")
    bodies = (
        f'<img src="{drawing}">',
        f'<div style="background:url({drawing})"></div>',
        f"<style>.x{{background-image:url('{drawing}')}}</style>",
        f'<p>Account No.: <b class=a></b></p><link rel=stylesheet href="data:text/css;base64,{sheet}">',
        f'<a href="data:text/html,<p>Account No.: {NUMBER}</p>">bank</a>',
        f"<iframe src=\"javascript:'<p>Account No.: {NUMBER}</p>'\"></iframe>",
        f'<input type=hidden name="account no" value="{NUMBER}">',
    )
    assert [page(body) for body in bodies] == [NUMBER] * len(bodies)


@pytest.mark.parametrize(
    "script",
    [
        f'n.textContent=atob("{packed(NUMBER)}")',
        f"n.textContent=[{','.join(NUMBER)}].join('')",
        f"n.innerHTML=String.fromCharCode({','.join(str(ord(digit)) for digit in NUMBER)})",
    ],
)
def test_a_script_that_works_out_what_it_writes_is_a_gap(script: str) -> None:
    assert page(f"<p>Account No.: <b id=n></b></p><script>{script}</script>") == "embedded"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<script src="https://example.com/a.js"></script>', "embedded"),
        ('<link rel=stylesheet href="//example.com/a.css">', "embedded"),
        ('<meta http-equiv=refresh content="0;url=https://example.com">', "embedded"),
        ('<link rel=stylesheet href="https://fonts.example.com/css?family=Sans">', "pass"),
        ('<script>window.id="UA-123456789"; var load = 1684481234567;</script>', "pass"),
        ("<style>.x::before{content:'\\2022'} .y{width:800px;background:url(#g)}</style>", "pass"),
        (
            f"<body onload=\"n.textContent='{NUMBER}'\"><p>Terms</p><p>FOB</p><p>Account No.: <b id=n></b></p>",
            "embedded",
        ),
    ],
)
def test_what_comes_from_elsewhere_or_runs_is_a_gap_and_the_rest_is_not(body: str, expected: str) -> None:
    assert page(body) == expected


def test_entities_of_its_own_are_a_gap() -> None:
    text = f'<!DOCTYPE html [<!ENTITY n "{NUMBER}">]><html><body><p>Account No.: &n;</p></body></html>'
    assert verdict("a.html", text.encode()) == "damaged"


def test_a_page_is_read_in_the_encoding_that_it_has() -> None:
    text = f'<html><head><meta charset="%s"></head><body><p>银行账号：{NUMBER}</p></body></html>'
    read = [verdict("a.html", (text % says).encode(has)) for says, has in (("gbk", "utf-8"), ("utf-8", "gbk"))]
    assert read == [NUMBER] * 2


@pytest.mark.parametrize(
    "content",
    [
        f"SALES CONTRACT\nAccount No.: {chr(0).join(NUMBER)}".encode(),
        f"销售合同 第七号\n卖方：杭州示例贸易有限公司\n账号：{NUMBER}\n".encode("iso2022_jp_2"),
        f"عقد بيع\nالبائع: شركة المثال للتجارة\nرقم الحساب: {NUMBER}\n".encode("iso8859-6"),
        f"Beneficiary;Account No.;SWIFT\nHangzhou;{NUMBER};BKCHCNBJ910\n".encode(),
        f'Beneficiary;Account No.;SWIFT\n"Hangzhou; Ltd.";{NUMBER};BKCHCNBJ910\n'.encode(),
    ],
)
def test_a_plain_text_is_read_with_its_zeros_letters_and_fields(content: bytes) -> None:
    assert verdict("a.txt", content) == NUMBER


def test_semicolons_of_prose_are_no_fields() -> None:
    text = b"The goods are kettles; they are new.\nThe price is FOB; it is firm.\nPayment; see the order page.\n"
    assert verdict("a.txt", text) == "pass"


def rtf(body: str) -> str:
    return verdict("a.rtf", f"{{\\rtf1\\ansi\\pard SALES CONTRACT of kettles\\par\n{body}\\par}}".encode())


def test_fields_and_notes_of_rtf_follow_the_words_before_them() -> None:
    field = "{\\field{\\*\\fldinst %s}{\\fldrslt }}"
    form = f"FORMTEXT{{\\*\\formfield{{\\*\\ffdeftext {NUMBER}}}}}"
    bodies = (
        "Account No.: " + field % f'QUOTE "{NUMBER}"',
        "Account No.: " + field % form,
        f"Account No.: {{\\footnote {NUMBER}}}",
    )
    assert [rtf(body) for body in bodies] == [NUMBER] * 3
    assert rtf("Account No.: " + field % 'INCLUDETEXT "https://example.com/a.rtf"') == "embedded"
    assert rtf("Bank details:\\par" + field % 'INCLUDEPICTURE "https://example.com/a.png"') == "picture"


RUNS = "".join(f"<w:r><w:t>{digit}</w:t></w:r>" for digit in NUMBER)
LETTER = f"<w:p><w:r><w:t>Account No.:</w:t><w:tab/></w:r>{RUNS}</w:p>"


def sheet(*rows: str) -> str:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = "\n".join(f"<Row>{row}</Row>" for row in rows)
    return f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet><Table>{lines}</Table></Worksheet></Workbook>'


def cell(text: str, place: str = "") -> str:
    return f'<Cell {place}>\n<Data ss:Type="String">{text}</Data></Cell>'


@pytest.mark.parametrize(
    "content",
    [
        f'<w:wordDocument xmlns:w="urn:w"><w:body>{LETTER}</w:body></w:wordDocument>',
        f'<pkg:package xmlns:pkg="urn:p"><w:document xmlns:w="urn:w"><w:body>{LETTER}</w:body></w:document></pkg:package>',
        sheet(cell("Account No.") + cell(NUMBER)),
        sheet(cell("Beneficiary") + cell("Account No."), cell("Hangzhou") + cell(NUMBER)),
        sheet(cell("No.") + cell("Account No.", 'ss:Index="4"'), cell("x") + cell(NUMBER, 'ss:Index="4"')),
        f'<Invoice xmlns="urn:i"><Payee><BankAccountNo>{NUMBER}</BankAccountNo></Payee></Invoice>',
        f'<Invoice xmlns="urn:i"><Payee bankAccountNo="{NUMBER}"/></Invoice>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><text>Account No.: <tspan>{NUMBER[:7]}</tspan>{NUMBER[7:]}</text></svg>',
    ],
)
def test_documents_sheets_and_data_in_xml_are_read(content: str) -> None:
    declared = f'<?xml version="1.0" encoding="%s"?>{content}'
    found = [verdict("a.xml", (declared % name).encode(name)) for name in ("utf-8", "utf-16")]
    assert [*found, verdict("a.xls", content.encode())] == [NUMBER] * 3


def test_xml_that_is_none_is_read_as_text() -> None:
    text = f'<?xml version="1.0"?>%s<a>\nAccount No.: {NUMBER}\n'
    assert [verdict("a.xml", (text % kind).encode()) for kind in ("", '<!DOCTYPE a [<!ENTITY b "c">]>')] == [NUMBER] * 2
