"""What is written in a file of XML: documents and sheets that office programs save so, and data with names."""

import re
from base64 import b64decode
from xml.parsers import expat

from orderproof.screening.gathered import Gathered
from orderproof.screening.picture_size import share_of_page, size_of
from orderproof.screening.text import Line, Spot

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|[A-Za-z_][\w.-]*(?::[\w.-]+)?\s[^<>]*\bxmlns\b)")
_PARAGRAPHS = frozenset({"p", "h", "text", "Data"})
_TABLES = frozenset({"Table", "tbl", "table"})
_ROWS = frozenset({"Row", "tr", "table-row"})
_CELLS = frozenset({"Cell", "tc", "table-cell"})
_BREAKS = {"br": "\n", "tab": "\t", "line-break": "\n", "s": " "}
_PACKED = frozenset({"binaryData", "binData", "binary-data"})
"""What holds a file in base64."""
_WORDS = re.compile(r"[_.\-]+|(?<=[a-z])(?=[A-Z])")
_LEAST = 6
"""Digits of a number, as short as an account is."""
_DEEPEST = 2000


class NoXmlError(Exception):
    """A file that is not well formed, or declares a document type."""


def is_xml(content: bytes) -> bool:
    """Whether a file begins like XML."""
    return _BEGINNING.match(content[:1024]) is not None or content[:4] in (
        b"<\0?\0",
        b"\0<\0?",
        b"\xff\xfe<\0",
        b"\xfe\xff\0<",
    )


def add_xml(content: bytes, gathered: Gathered) -> None:
    """Add what is written in a file of XML: a line a paragraph, cell or value; raises NoXmlError and SpentError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    reading = _Reading(gathered, parser)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.ProcessingInstructionHandler = reading.instruct
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise NoXmlError from None


def _refuse(*_: object) -> None:
    raise NoXmlError


class _Reading:
    """The elements as they begin and end."""

    def __init__(self, gathered: Gathered, parser: expat.XMLParserType) -> None:
        self._gathered, self._parser = gathered, parser
        self._frame = gathered.frame()
        self._row = 0
        self._names: list[str] = []
        self._paragraphs = 0
        self._texts: list[str] = []
        self._tables: list[list[int]] = []

    def instruct(self, target: str, data: str) -> None:
        """What a browser shows of a file with a style sheet of this kind, the style sheet makes."""
        if target == "xml-stylesheet" and "xsl" in data.lower():
            self._gathered.gap("embedded", "a style sheet makes what is shown of it, and is not run")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if len(self._names) >= _DEEPEST:
            raise NoXmlError
        if not self._paragraphs:
            self._flush()
        self._names.append(name)
        self._paragraphs += name in _PARAGRAPHS
        if self._paragraphs and name in _BREAKS:
            self._texts.append(_BREAKS[name])
        if name in _TABLES:
            self._tables.append([self._gathered.frame(), 0, 0])
        elif self._tables and name in _ROWS:
            self._tables[-1][1:] = [self._tables[-1][1] + 1, 0]
        elif self._tables and name in _CELLS:
            self._begin_cell(attributes)
        for key, value in attributes.items():
            if sum(map(str.isdigit, value)) >= _LEAST and "://" not in value:
                self._tell(f"{_words(key.rpartition(' ')[2])}: {value}", "attribute")

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name in _PARAGRAPHS:
            self._paragraphs -= 1
        if not self._paragraphs:
            self._flush()
        if name in _TABLES and self._tables:
            self._tables.pop()
        self._names.pop()

    def text(self, data: str) -> None:
        self._texts.append(data)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        index = next((value for key, value in attributes.items() if key.endswith("Index")), "")
        table = self._tables[-1]
        table[2] = int(index) if index.isascii() and index.isdecimal() and len(index) < 6 else table[2] + 1

    def _flush(self) -> None:
        """Tell the text so far; a bare number with the names of its element and of what that is a part of."""
        text = "".join(self._texts).strip()
        self._texts.clear()
        if text and self._names[-1] in _PACKED:
            self._unpack(text)
            return
        if text and not self._tables and self._names[-1] not in _PARAGRAPHS and not any(map(str.isalpha, text)):
            text = f"{' '.join(map(_words, self._names[-2:]))}: {text}"
        self._tell(text, "")

    def _unpack(self, packed: str) -> None:
        """Read a file that stands in the text, as pictures and objects do."""
        spot = Spot(line=self._parser.CurrentLineNumber)
        try:
            content = b64decode(f"{packed}===")
        except ValueError:
            self._gathered.gap("damaged", "a file in it is damaged, and cannot be read", spot)
            return
        size = size_of(content)
        if size is not None:
            self._gathered.picture(spot, share_of_page(0.0, 0.0, size))
        else:
            self._gathered.nested("object", content, spot)

    def _tell(self, text: str, part: str) -> None:
        spot = Spot(part=part, line=self._parser.CurrentLineNumber)
        for line in text.split("\n"):
            if self._tables and self._tables[-1][2]:
                frame, row, column = self._tables[-1]
                self._gathered.line(Line(line.strip(), spot, "", frame, row, float(column), column + 1.0))
            else:
                self._row += 1
                self._gathered.line(Line(line.strip(), spot, "", self._frame, self._row))


def _words(name: str) -> str:
    return _WORDS.sub(" ", name)
