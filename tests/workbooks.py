"""Workbooks and archives for tests, written member by member, also such as no program would write."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def text(reference: str, value: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(reference: str, lexeme: str, style: int = 0, type: str | None = None) -> str:
    kind = "" if type is None else f' t="{type}"'
    return f'<c r="{reference}" s="{style}"{kind}><v>{lexeme}</v></c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def letters(column: int) -> str:
    """The letters of a column from 1, by counting."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + found
    return found


def rows_of(table: Sequence[Sequence[str]]) -> str:
    """Rows of texts from A1 on; an empty text is a blank cell."""
    return "".join(
        row(at, *(text(f"{letters(column)}{at}", value) for column, value in enumerate(values, start=1) if value))
        for at, values in enumerate(table, start=1)
    )


@dataclass(frozen=True)
class Sheet:
    """A sheet by the XML of its rows; ``before`` and ``after`` stand around them."""

    rows: str
    name: str = "Sheet1"
    before: str = ""
    after: str = ""
    state: str = ""

    @property
    def xml(self) -> str:
        return (
            f'{_HEAD}<worksheet xmlns="{_MAIN}">{self.before}<sheetData>{self.rows}</sheetData>{self.after}</worksheet>'
        )


@dataclass(frozen=True)
class Book:
    """A workbook; ``formats`` are the codes of the styles from 1 on, ``parts`` replace or add members."""

    sheets: Sequence[Sheet]
    formats: Sequence[str] = ()
    shared: Sequence[str] = ()
    settings: str = ""
    calculation: str = ""
    parts: Mapping[str, str | bytes | None] = field(default_factory=dict)

    def members(self) -> dict[str, bytes]:
        found: dict[str, str | bytes | None] = {
            "[Content_Types].xml": self._types(),
            "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": self._workbook(),
            "xl/_rels/workbook.xml.rels": _relations(
                {
                    **{f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(self.sheets) + 1)},
                    "rIdS": ("styles", "styles.xml"),
                    "rIdT": ("sharedStrings", "/xl/sharedStrings.xml"),
                }
            ),
            "xl/styles.xml": self._styles(),
            "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{"".join(self.shared)}</sst>',
            **{f"xl/worksheets/sheet{n}.xml": sheet.xml for n, sheet in enumerate(self.sheets, start=1)},
            **self.parts,
        }
        return {
            name: content.encode() if isinstance(content, str) else content
            for name, content in found.items()
            if content is not None
        }

    def bytes(self) -> bytes:
        return archive(self.members())

    def _types(self) -> str:
        types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        sheets = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>'
            for n in range(1, len(self.sheets) + 1)
        )
        return (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>{sheets}</Types>'
        )

    def _workbook(self) -> str:
        sheets = "".join(
            f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"'
            f"{f' state={quoteattr(sheet.state)}' if sheet.state else ''}/>"
            for n, sheet in enumerate(self.sheets, start=1)
        )
        return (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr {self.settings}/>'
            f"<sheets>{sheets}</sheets>{self.calculation}</workbook>"
        )

    def _styles(self) -> str:
        formats = "".join(
            f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(self.formats)
        )
        styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(self.formats)))
        return (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts>{formats}</numFmts>'
            f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>'
        )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for id_, (kind, target) in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def archive(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive in good order."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name, member in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 0, 0, 0)), member, method)
    return content.getvalue()


def changed(content: bytes, at: str, changes: Mapping[int, tuple[str, int]]) -> bytes:
    """An archive of which the headers of the first member say something else.

    ``at`` is ``local`` or ``central``; ``changes`` are, by their offsets in the header, a struct's format and a value.
    """
    start = content.index({"local": b"PK\x03\x04", "central": b"PK\x01\x02"}[at])
    altered = bytearray(content)
    for offset, (format_, value) in changes.items():
        struct.pack_into(f"<{format_}", altered, start + offset, value)
    return bytes(altered)
