"""Texts, pages and RTF as they are read for screening, and the formats that are told from each other."""

import base64
import io
import struct
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderproof.screening.extract import extract
from orderproof.screening.text import Extract

SAMPLES = {
    "gb18030": "采购合同\n卖方：青岛机械有限公司\n银行账号：６２９９００８２\n",
    "big5hkscs": "採購合約\n賣方：東莞市電子有限公司\n帳號：１２３４\n開戶銀行\n",
    "cp1251": "Расчётный счёт получателя № 40702840500001294436, «Банк»",
    "koi8-r": "Расчётный счёт получателя",
    "cp1252": "Número de cuenta: 123; bénéficiaire, n° de compte Société à Paris, Begünstigter",
    "cp1254": "Hesap numarası: 12, Alıcı: İstanbul Şubesi, banka şube kodu",
    "cp1256": "رقم الحساب البنكي: 1234 المستفيد اسم البنك",
    "utf-8-sig": "Số tài khoản: 12",
    "utf-16": "账号：62",
    "utf-16-le": "采购合同\r\n账号：62",
    "utf-16-be": "Расчётный счёт 4070",
    "utf-32": "账号：62",
    "hz": "账号: 62",
}


def texts(found: Extract) -> list[str]:
    return [line.text for line in found.lines]


def codes(found: Extract) -> list[str]:
    return [gap.code for gap in found.gaps]


@pytest.mark.parametrize("codec", SAMPLES)
def test_a_text_is_read_in_its_encoding(codec: str) -> None:
    text = SAMPLES[codec]
    assert "".join(texts(extract("contract.txt", text.encode(codec)))) == "".join(text.split("\n")).replace("\r", "")


def test_vietnamese_with_accents_of_their_own_is_read() -> None:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    marked = ""
    for char in "Số tài khoản, ngân hàng thụ hưởng, chủ tài khoản":
        parts = unicodedata.normalize("NFD", char)
        marked += unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        marked += "".join(part for part in parts if part in tones)
    assert texts(extract("a.txt", marked.encode("cp1258"))) == [marked]


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=60).map(str.strip))
def test_digits_and_latin_letters_are_the_same_whatever_stands_around_them(text: str) -> None:
    content = text.encode() + b"\r\n\xd5\xcb\xba\xc5\r\n"
    found = extract("a.txt", content)
    if found.format == "text":
        written = "".join(texts(found))
        assert all(char in written for char in text if char.isalnum())


def test_a_line_has_cells_with_their_columns() -> None:
    found = extract("a.txt", "账号     6222 0212\nBank | Sample\n\fnext\t12\n".encode())
    assert [(line.text, line.spot.page, line.spot.line, line.left, line.right) for line in found.lines] == [
        ("账号", 1, 1, 0, 4),
        ("6222 0212", 1, 1, 9, 18),
        ("Bank", 1, 2, 0, 4),
        ("Sample", 1, 2, 7, 13),
        ("next", 2, 1, 0, 4),
        ("12", 2, 1, 8, 10),
    ]


def test_groups_of_digits_set_wide_apart_are_one_number() -> None:
    assert texts(extract("a.txt", b"No.    6222    0212    3456    7890")) == ["No.", "6222    0212    3456    7890"]
    assert texts(extract("a.txt", b"120    500")) == ["120", "500"]


def test_what_a_page_hides_is_told_and_what_it_shows_is_one_line() -> None:
    page = b"""<html><style>.x{display:none} i::after{content:"Written 123"}</style>
<p>Account No. <span>62</span><b>22</b><span class=x>9999</span> end</p><div style="color:#fff">white</div>
<div style="color:#fff;background:#000">seen</div><p style="font-size:1px">tiny</p>
<p style="position:absolute;left:-9999px">away</p><p><bdo dir=rtl>4321</bdo></p><input type=hidden value=777>
<script>document.write("62" + "22\\u0033")</script><!-- was --><a href="mailto:a@example.com">m&shy;ail</a>"""
    assert [(line.text, line.hidden, line.spot.part, line.spot.line) for line in extract("x", page).lines] == [
        ("Account No. 6222 end", "", "", 2),
        ("Account No. 62229999 end", "hidden text", "", 2),
        ("white", "white text", "", 2),
        ("seen", "", "", 3),
        ("tiny", "tiny text", "", 3),
        ("away", "outside the page", "", 4),
        ("1234", "", "", 4),
        ("4321", "reversed text", "reversed text", 4),
        ("m\u00adail", "", "", 5),
        ("777", "hidden text", "form field", 5),
        ("62223", "script", "script", 5),
        ("was", "comment", "comment", 5),
        ("mailto:a@example.com", "link", "link", 5),
        ("Written 123", "", "style sheet", 5),
    ]


def test_a_table_of_a_page_is_a_frame() -> None:
    page = b"<html>before<table><tr><td rowspan=2>A<td>B<tr><td>C<td colspan=2>D<br>E</table>after"
    assert [(line.text, line.frame, line.row, line.left, line.right) for line in extract("x", page).lines] == [
        ("before", 0, 1, 0, 1),
        ("A", 1, 1, 0, 1),
        ("B", 1, 1, 1, 2),
        ("C", 1, 2, 1, 2),
        ("D", 1, 2, 2, 4),
        ("E", 1, 2, 2, 4),
        ("after", 0, 2, 0, 1),
    ]


def test_a_page_tells_its_encoding_pictures_and_frames() -> None:
    page = '<html><meta charset="gb2312"><p>账号<img src=a.png width=100% height=50%><iframe src="b.html"></iframe>'
    found = extract("x.html", page.encode("gb18030"))
    assert texts(found) == ["账号"]
    assert [(picture.after, picture.share) for picture in found.pictures] == [(1, 0.5)]
    assert codes(found) == ["embedded"]


def test_a_file_within_a_page_is_read_three_deep_and_no_further() -> None:
    content = b"innermost"
    for _ in range(3):
        inner = base64.b64encode(content).decode()
        content = f'<html><p>page<iframe src="data:text/html;base64,{inner}"></iframe>'.encode()
    found = extract("x.html", content)
    assert [(line.text, line.spot.part) for line in found.lines] == [
        ("page", ""),
        ("page", "embedded file `frame`"),
        ("page", "embedded file `frame`, embedded file `frame`"),
    ]
    assert codes(found) == ["embedded"]


def test_rtf_is_read_with_what_it_hides() -> None:
    document = rb"""{\rtf1\ansi\ansicpg936{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}{\colortbl;\red255\green255\blue255;}
{\info{\title Sale}{\author Who}}{\header head\par}\'d5\'cb\'ba\'c5 \u36134? 62\-22{\*\bkmkstart b}{\b 33}\par
Seen {\v hid 99}more\par {\cf1 white}\par{\fs2 tiny}\par{\deleted gone}\par{\f1 \'d1\'f7\'b8\'f2}\par
\trowd\intbl Account\cell 6222\line second\cell\row\pard after{\footnote foot}ward\par}"""
    assert [(line.text, line.hidden, line.spot.part, line.left) for line in extract("x", document).lines] == [
        ("Sale", "", "document property", 0),
        ("Who", "", "document property", 0),
        ("head", "", "header", 0),
        ("b", "", "bookmark", 0),
        ("账号 账 62\u00ad2233", "", "", 0),
        ("Seen more", "", "", 0),
        ("Seen hid 99more", "hidden text", "", 0),
        ("white", "white text", "", 0),
        ("tiny", "tiny text", "", 0),
        ("gone", "deleted text", "", 0),
        ("Счёт", "", "", 0),
        ("Account", "", "", 0),
        ("6222", "", "", 1),
        ("second", "", "", 1),
        ("after foot", "", "footnote", 0),
        ("afterward", "", "", 0),
    ]


def test_rtf_that_breaks_off_or_holds_an_object_is_not_read_whole() -> None:
    assert codes(extract("x", rb"{\rtf1 text")) == ["damaged"]
    assert codes(extract("x", rb"{\rtf1 text{\object{\*\objdata 0105d0cf11e0a1b11ae1}}}")) == ["embedded"]
    assert codes(extract("x", rb"{\rtf1 " + b"{" * 2000)) == ["limit"]


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, content in members.items():
            written.writestr(name.replace("__", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "format_", "gaps"),
    [
        (b"", "", ["empty"]),
        (b" \n\n", "text", ["empty"]),
        (bytes(range(256)) * 4, "text", ["format"]),
        (b"PK\x03\x04 broken", "", ["damaged"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "", ["format"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "", ["encrypted"]),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13), "image", ["picture"]),
        (b"Rar!\x1a\x07", "", ["format"]),
        (b"7z\xbc\xaf\x27\x1c", "", ["format"]),
        (archive(mimetype=b"application/vnd.oasis.opendocument.text", content__xml=b"<x/>"), "", ["format"]),
    ],
)
def test_what_is_not_read_is_told(content: bytes, format_: str, gaps: list[str]) -> None:
    found = extract("contract.pdf.txt", content)
    assert (found.format, codes(found), found.lines) == (format_, gaps, ())


def test_the_name_decides_nothing_that_the_content_tells() -> None:
    assert extract("contract.pdf", b"<html><p>text").format == "html"
    assert extract("contract.docx", rb"{\rtf1 text}").format == "rtf"
    assert extract("contract.xlsx", b"plain").format == "text"


def test_the_files_of_an_archive_are_read() -> None:
    found = extract("all.zip", archive(a__txt=b"one", b__html=b"<html><p>two"))
    assert [(line.text, line.spot.part) for line in found.lines] == [
        ("one", "embedded file `a.txt`"),
        ("two", "embedded file `b.html`"),
    ]


def test_a_message_is_read_with_its_attachments() -> None:
    message = b"""From: a@example.com
Subject: contract
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain

see the file
--B
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="c.txt"
Content-Transfer-Encoding: base64

QWNjb3VudCAxMjM=
--B--
"""
    assert texts(extract("a.eml", message))[-2:] == ["see the file", "Account 123"]


@given(st.binary(max_size=300), st.sampled_from([b"", b"<html>", b"{\\rtf1 ", b"PK\x03\x04", b"\xff\xfe", b"BM"]))
def test_no_bytes_are_too_odd(content: bytes, start: bytes) -> None:
    found = extract("x", start + content)
    assert found.lines or found.gaps or found.pictures
