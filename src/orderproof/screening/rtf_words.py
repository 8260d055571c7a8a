"""The words of RTF that a reader of contracts needs, and the pieces that RTF is made of."""

import re
from collections.abc import Iterator

from msgspec import Struct

_PIECE = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)

CODE_PAGES = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
}
"""By the number of the character set that a font is for."""
CHARACTERS = {
    "tab": "\t",
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "zwbo": "\u200b",
    "zwnbo": "\u2060",
}
SYMBOLS = {"~": "\u00a0", "-": "\u00ad", "_": "-", "\\": "\\", "{": "{", "}": "}"}
PARTS = {
    "header": "header",
    "headerl": "header",
    "headerr": "header",
    "headerf": "header",
    "footer": "footer",
    "footerl": "footer",
    "footerr": "footer",
    "footerf": "footer",
    "footnote": "footnote",
    "annotation": "comment",
    "atnid": "comment",
    "atnauthor": "comment",
    "shptxt": "text box",
    "info": "document property",
    "userprops": "document property",
    "doccomm": "document property",
    "fldinst": "field",
    "ffdeftext": "form field",
    "ffl": "form field",
    "ffhelptext": "form field",
    "bkmkstart": "bookmark",
    "wgrffmtfilter": "",
    "sp": "drawing property",
    "sn": "",
    "sv": "drawing property",
    "datafield": "",
    "listtext": "",
    "leveltext": "list number",
    "pntext": "",
}
"""What destinations are called whose text is read; empty where it belongs to what is around it."""
SKIPPED = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "datastore",
        "xmlnstbl",
        "mmathPr",
        "revtbl",
        "filetbl",
        "blipuid",
        "picprop",
    ]
)


class Piece(Struct, frozen=True):
    """A piece of RTF: ``kind`` is ``word``, ``byte``, ``symbol``, ``open``, ``close`` or ``text``."""

    kind: str
    text: bytes = b""
    number: int | None = None
    end: int = 0


def pieces_of(content: bytes, start: int = 0) -> Iterator[Piece]:
    """The pieces from a place on; raw bytes among them are not looked at."""
    at = start
    while at < len(content):
        match = _PIECE.match(content, at)
        if match is None:
            return
        at = match.end()
        word, number, byte, symbol, brace, text = match.groups()
        if word is not None:
            value = None if number is None else int(number)
            if word == b"bin" and value:
                at = min(len(content), at + max(0, value))
            yield Piece("word", word, value, at)
        elif byte is not None:
            yield Piece("byte", bytes.fromhex(byte.decode()), end=at)
        elif symbol is not None:
            yield Piece("symbol", symbol, end=at)
        elif brace is not None:
            yield Piece("open" if brace == b"{" else "close", end=at)
        elif text is not None:
            yield Piece("text", text, end=at)
