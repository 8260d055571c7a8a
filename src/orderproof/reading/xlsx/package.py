"""The parts of a workbook: which sheets there are, the texts that they share, how their numbers are shown."""

import io
import posixpath
import re
from collections.abc import Mapping
from typing import BinaryIO

from msgspec import Struct

from orderproof.reading.unread import DamagedError
from orderproof.reading.xlsx.dates import Shown, shown_as
from orderproof.reading.xlsx.markup import RELATION_IDS, Attributes, Parser, check_beginning, damaged
from orderproof.reading.xlsx.message import RefusedError
from orderproof.reading.zip_members import Member, member_stream, members_of

_XML_ENDINGS = (".xml", ".rels", ".vml")
_CHUNK = 1 << 20
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT_RELATIONS = "_rels/.rels"


class SheetPart(Struct, frozen=True):
    """A sheet of cells: its name, the part that it is, and whether a reader of the workbook sees it."""

    name: str
    part: str
    is_visible: bool


class Workbook(Struct, frozen=True):
    """What holds for all sheets of a workbook."""

    sheets: tuple[SheetPart, ...]
    texts: tuple[str, ...]
    shown: tuple[Shown | None, ...]
    """By the numbers of cell styles, as what they show numbers."""
    from_1904: bool
    is_calculated: bool
    """Whether the results that are stored with formulas are those of the formulas."""


class Package:
    """The members of a workbook's archive, every one of which was unpacked once and found to be as it should."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(_OLE):
            message = "this is no .xlsx workbook but one with a password, or one in the old format of Excel"
            raise RefusedError("table.encrypted", message, "save it as .xlsx without a password")
        self._file = io.BytesIO(content)
        try:
            self._members = {member.name: member for member in members_of(self._file) if not member.is_folder}
            for member in self._members.values():
                self._check(member)
        except DamagedError as error:
            is_none = error.code == "archive.damaged"
            reason = "this is no .xlsx workbook, or a damaged one" if is_none else error.reason
            raise RefusedError("table.damaged" if is_none else error.code, reason, error.help) from None

    def _check(self, member: Member) -> None:
        if member.fault is not None:
            code, reason, help_ = member.fault
            raise RefusedError(code, f"{reason}: `{member.name}`", help_)
        if member.name.lower().endswith(_XML_ENDINGS):
            check_beginning(member_stream(self._file, member))
        # To its end: what another reader would unpack is no more than what the archive says.
        stream = member_stream(self._file, member)
        while stream.read(_CHUNK):
            pass

    def part(self, name: str) -> BinaryIO:
        member = self._members.get(name)
        if member is None:
            raise damaged(f"the workbook has no part `{name}`")
        return member_stream(self._file, member)

    def has(self, name: str) -> bool:
        return name in self._members

    def related(self, part: str) -> "dict[str, tuple[str, str]]":
        """What a part points to: by the ids of the relations their kinds and the parts; "" is the package itself."""
        folder, _, name = part.rpartition("/")
        relations = posixpath.join(folder, "_rels", f"{name}.rels") if part else _ROOT_RELATIONS
        found: dict[str, tuple[str, str]] = {}

        def relation(attributes: Attributes) -> None:
            if attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = kind, target

        Parser({"Relationship": relation}).parse(self.part(relations))
        return found


def workbook_of(package: Package) -> Workbook:
    """What a package says of its workbook; raises RefusedError where it is none."""
    main = _one(package.related(""), "officeDocument")
    if main is None:
        raise damaged("this archive holds no workbook")
    related = package.related(main)
    sheets: list[SheetPart] = []
    settings = {"date1904": "0", "fullCalcOnLoad": "0"}

    def setting(attributes: Attributes) -> None:
        settings.update((key, attributes[key]) for key in settings if key in attributes)

    def sheet(attributes: Attributes) -> None:
        relation = next((attributes[name] for name in RELATION_IDS if name in attributes), "")
        kind, part = related.get(relation, ("", ""))
        # Other sheets hold charts, dialogues or old macros, and no cells.
        if kind == "worksheet":
            is_visible = attributes.get("state", "visible") == "visible"
            sheets.append(SheetPart(attributes.get("name", ""), part, is_visible))

    Parser({"workbookPr": setting, "calcPr": setting, "sheet": sheet}).parse(package.part(main))
    texts, styles = _one(related, "sharedStrings"), _one(related, "styles")
    return Workbook(
        tuple(sheets),
        _texts(package.part(texts)) if texts and package.has(texts) else (),
        _styles(package.part(styles)) if styles and package.has(styles) else (),
        is_true(settings["date1904"]),
        not is_true(settings["fullCalcOnLoad"]),
    )


def is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _one(related: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for found, part in related.values() if found == kind), None)


def unescaped(text: str) -> str:
    """A text in which characters that XML cannot hold are written as ``_x000D_``."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


class _Texts:
    """The state between the elements of the part that holds the shared texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._is_open = False
        self._phonetic = 0

    def begin(self, _: Attributes) -> None:
        self._parts.clear()

    def end(self) -> None:
        self.texts.append(unescaped("".join(self._parts)))

    def begin_piece(self, _: Attributes) -> None:
        # How a text is pronounced does not belong to it.
        self._is_open = self._phonetic == 0

    def end_piece(self) -> None:
        self._is_open = False

    def begin_phonetic(self, _: Attributes) -> None:
        self._phonetic += 1

    def end_phonetic(self) -> None:
        self._phonetic -= 1

    def data(self, text: str) -> None:
        if self._is_open:
            self._parts.append(text)


def _texts(stream: BinaryIO) -> tuple[str, ...]:
    """The shared texts, in their order."""
    found = _Texts()
    starts = {"si": found.begin, "t": found.begin_piece, "rPh": found.begin_phonetic}
    ends = {"si": found.end, "t": found.end_piece, "rPh": found.end_phonetic}
    Parser(starts, ends, found.data).parse(stream)
    return tuple(found.texts)


def _styles(stream: BinaryIO) -> tuple[Shown | None, ...]:
    """As what the styles of cells show numbers, in their order."""
    declared: dict[int, str] = {}
    numbers: list[int] = []
    in_cells: list[bool] = []

    def number_format(attributes: Attributes) -> None:
        declared[_integer(attributes.get("numFmtId"))] = attributes.get("formatCode", "")

    def style(attributes: Attributes) -> None:
        if in_cells:
            numbers.append(_integer(attributes.get("numFmtId")))

    starts = {"numFmt": number_format, "cellXfs": lambda _: in_cells.append(True), "xf": style}
    Parser(starts, {"cellXfs": in_cells.clear}).parse(stream)
    return tuple(shown_as(number, declared) for number in numbers)


def _integer(text: str | None) -> int:
    """A number of a style; what is no number stands for the general format."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() and len(text) < 10 else 0
