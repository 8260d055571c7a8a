"""XML as workbooks hold it: without a document type, in pieces, never recursed into."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

from orderproof.reading.xlsx.message import RefusedError

CHUNK = 1 << 16

_WIDE = frozenset(("UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE"))
"""The encodings of more than one byte a character that the parser knows."""
_SHOWN = 40
_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The names that the two editions of the format have for elements of spreadsheets."""
_RELATIONS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
RELATION_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
"""The names of the attribute by which a sheet points to its part."""

Attributes = dict[str, str]
OnStart = Mapping[str, Callable[[Attributes], object]]
OnEnd = Mapping[str, Callable[[], object]]


class Parser:
    """A parser that calls, for the elements of a spreadsheet or of relations, what is given for their names."""

    def __init__(self, start: OnStart, end: OnEnd | None = None, text: Callable[[str], object] | None = None) -> None:
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = _refuse_doctype
        self._expat.XmlDeclHandler = check_declaration
        starts = _in_full(start)
        ends = _in_full(end or {})

        def started(tag: str, attributes: Attributes) -> None:
            call = starts.get(tag)
            if call is not None:
                call(attributes)

        def ended(tag: str) -> None:
            call = ends.get(tag)
            if call is not None:
                call()

        self._expat.StartElementHandler = started
        if end is not None:
            self._expat.EndElementHandler = ended
        if text is not None:
            self._expat.CharacterDataHandler = text

    def pieces(self, stream: BinaryIO) -> Iterator[None]:
        """Parse a part, and yield after each piece of it."""
        try:
            while chunk := stream.read(CHUNK):
                self._expat.Parse(chunk, False)
                yield
            self._expat.Parse(b"", True)
        except expat.ExpatError:
            raise damaged("a part of the workbook is no XML") from None
        yield

    def parse(self, stream: BinaryIO) -> None:
        for _ in self.pieces(stream):
            pass


def _in_full(calls: "Mapping[str, Callable[..., object]]") -> "dict[str, Callable[..., object]]":
    return {f"{space} {name}": call for name, call in calls.items() for space in (*_SPREADSHEET, *_RELATIONS)}


def check_beginning(stream: BinaryIO) -> None:
    """Refuse a part that begins with a document type or in an unknown encoding; other faults show later.

    A document type may stand before the first element only, and nobody knows what stands in an unknown encoding.
    """
    begun = False

    def start(_: str, __: Attributes) -> None:
        nonlocal begun
        begun = True

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = check_declaration
    parser.StartElementHandler = start
    try:
        while not begun and (chunk := stream.read(CHUNK)):
            parser.Parse(chunk, False)
    except expat.ExpatError:
        return


def check_declaration(_: str, encoding: str | None, __: int) -> None:
    """Refuse a part in an encoding that its parser does not know, before the parser fails at it in ways of its own."""
    if encoding is None or encoding.upper() in _WIDE:
        return
    try:
        is_known = len(bytes(range(256)).decode(encoding, "replace")) == 256
    except (LookupError, ValueError):
        is_known = False
    if not is_known:
        raise damaged(f"a part of the workbook is in the encoding `{encoding[:_SHOWN]}`, which no XML reader knows")


def _refuse_doctype(*_: object) -> None:
    message = "a part of the workbook declares a document type, which no spreadsheet program writes"
    raise RefusedError("table.doctype", message, "do not trust this file; get it from its sender anew")


def damaged(message: str) -> RefusedError:
    return RefusedError("table.damaged", message, "open it in a spreadsheet program and save it anew, or as .csv")
