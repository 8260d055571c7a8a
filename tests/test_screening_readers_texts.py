"""Accounts in HTML, RTF and plain text where a browser or an office program shows them, and a parser may not."""

import base64
import struct

import pytest
from screened import NUMBER, verdict
from workbooks import archive

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
        f'<img src="a.png" srcset="{drawing} 1x, b.png 2x">',
        f'<svg><image xlink:href="{drawing}"/></svg>',
        f'<svg><use href="{drawing}#a"/></svg>',
        f'<table><tr><td background="{drawing}">Ningbo</td></tr></table>',
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


@pytest.mark.parametrize(
    ("body", "head", "expected"),
    [
        (
            f'<script src="data:text/javascript;base64,{packed(f"n.textContent=atob({packed(NUMBER)!r})")}"></script>',
            "",
            "embedded",
        ),
        ('<script src="ftp://example.com/a.js"></script>', "", "embedded"),
        ('<script src="a.js"></script>', "", "embedded"),
        ('<svg><script href="https://example.com/a.js"></script></svg>', "", "embedded"),
        ('<script type=module>import "https://example.com/a.js"</script>', "", "embedded"),
        ("<script>s=document.createElement('script');s.src=u;document.head.appendChild(s)</script>", "", "embedded"),
        ('<link rel=stylesheet href="a.css">', '<base href="https://example.com/">', "embedded"),
        ("", "<style>@import 'https://example.com/a.css';</style>", "embedded"),
        ("", "<style>@import url(https://example.com/a.css);</style>", "embedded"),
        ("", "<style>@import url(https://fonts.example.com/css);</style>", "pass"),
        ('<p>Bank details:</p><div style="background:url(https://example.com/p?id=5)"></div>', "", "picture"),
        ("<style>@font-face{src:url(https://example.com/a.woff2)}</style>", "", "pass"),
        ("<script>document.createElement('div')</script>", "", "pass"),
        ('<p>Bank details:</p><table><tr><td background="a.png"></td></tr></table>', "", "picture"),
    ],
)
def test_what_a_page_has_run_or_shown_from_elsewhere_is_a_gap(body: str, head: str, expected: str) -> None:
    terms = "".join(
        f"<p>{at}. Each party keeps the terms of this contract secret, also after its end.</p>" for at in range(9)
    )
    assert page(terms + body, head) == expected


def test_a_page_is_one_behind_any_comment_and_by_its_name() -> None:
    torn = "<i></i>".join(NUMBER)
    comment = f"<!-- {'x ' * 40_000} -->"
    assert verdict("a.doc", f"{comment}<html><body><p>Account No.: {torn}</p></body></html>".encode()) == NUMBER
    assert verdict("a.html", f"<section>Account No.: {torn}</section>".encode()) == NUMBER
    assert (
        verdict("a.html", f"<html><!-- {'x ' * 40_000} --><!ENTITY n '5'><p>Contract</p></html>".encode()) == "damaged"
    )


def test_what_a_style_sheet_makes_of_xml_is_a_gap() -> None:
    sheet = '<?xml-stylesheet type="text/xsl" href="a.xsl"?>'
    text = '<?xml version="1.0"?>{}<contract><p>Sales contract of 500 kettles</p></contract>'
    assert verdict("a.xml", text.format(sheet).encode()) == "embedded"
    assert verdict("a.xml", text.format("").encode()) == "pass"


def mail(kind: str, content: bytes, packing: str = "7bit") -> str:
    heads = f"Subject: Contract\nMIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: {packing}\n\n"
    return verdict("a.eml", heads.encode() + content)


def test_a_mail_is_read_in_an_encoding_that_only_it_names() -> None:
    text = f"Sales contract of lamps. Beneficiary account no.: {NUMBER}\nThank you"
    sevens = f"+{base64.b64encode(NUMBER.encode('utf-16-be')).decode().rstrip('=')}-"
    assert mail("text/plain; charset=cp037", base64.encodebytes(text.encode("cp037")), "base64") == NUMBER
    assert mail("text/plain; charset=utf-7", text.replace(NUMBER, sevens).encode()) == NUMBER
    assert mail("text/plain; charset=utf-16le", base64.encodebytes(text.encode("utf-16-le")), "base64") == NUMBER
    assert mail("text/plain; charset=nobody-knows", text.encode()) == NUMBER


def test_what_a_text_holds_encrypted_packed_or_elsewhere_is_a_gap() -> None:
    armoured = b"Sales contract\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA1rZUY7pBVFAQ\n-----END PGP MESSAGE-----\n"
    assert verdict("a.txt", armoured) == "encrypted"
    assert mail("text/plain", b"See the contract\nbegin 644 a.txt\n#0V%T\n`\nend\n") == "embedded"
    assert (
        mail('message/external-body; access-type=URL; URL="https://example.com/a"', b"Content-Type: text/plain\n\n")
        == "embedded"
    )
    assert mail("text/plain", b"Sales contract. The seller will begin 644 lamps in May.\n") == "pass"


def test_what_mail_packs_in_ways_of_its_own_is_read_or_a_gap() -> None:
    first, second = b"Sales contract of lamp", f"\nAccount No.: {NUMBER}\n".encode()
    assert base64.b64encode(first).endswith(b"=")
    assert mail("text/plain", base64.b64encode(first) + b"\n" + base64.b64encode(second), "base64") == NUMBER
    inner = b"Subject: Contract\n\n" + second
    assert mail("message/rfc822", inner) == NUMBER
    assert mail("message/rfc822", base64.encodebytes(inner), "base64") == "damaged"


def test_files_in_a_document_of_xml_are_read() -> None:
    flat = (
        '<?xml version="1.0"?><p:package xmlns:p="package"><p:part><w:p xmlns:w="w"><w:t>Sales contract. Bank details:'
        "</w:t></w:p></p:part><p:part><p:binaryData>{}</p:binaryData></p:part></p:package>"
    )
    picture = b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 600, 800)
    told = [
        verdict("a.xml", flat.format(base64.encodebytes(content).decode()).encode())
        for content in (picture, archive({"a.txt": f"Account No.: {NUMBER}".encode()}))
    ]
    assert [*told, verdict("a.xml", flat.format("é").encode())] == ["picture", NUMBER, "damaged"]


def test_a_sheet_in_xml_is_no_page_although_its_elements_are_called_so() -> None:
    cells = "".join(
        f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("Kettles", "500", "FOB")
    )
    row = f"<table:table-row>{cells}</table:table-row>"
    space = 'xmlns:o="office" xmlns:table="table" xmlns:text="text"'
    picture = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 600, 800)).decode()
    sheet = (
        f"<o:document {space}><table:table>{row * 4}</table:table><o:binary-data>{picture}</o:binary-data></o:document>"
    )
    assert verdict("a.fods", sheet.encode()) == "picture"


def test_the_numbers_of_a_list_in_rtf_are_read() -> None:
    level = r"{\*\listtable{\list{\listlevel{\leveltext %s;}{\levelnumbers;}}\listid1}}"
    document = r"{\rtf1\ansi%s\pard Sales contract of 500 kettles\par\ls1 Terms\par}"
    assert verdict("a.rtf", (document % (level % rf"\'1eAccount No. {NUMBER}")).encode()) == NUMBER
    assert verdict("a.rtf", (document % (level % r"\'02\'00.")).encode()) == "pass"
