"""The archive that an office document is: its parts, how they are related, and their XML, never recursed into."""

import io
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol
from xml.parsers import expat

from msgspec import Struct

from orderproof.reading.unread import DamagedError
from orderproof.reading.xlsx.markup import check_beginning, check_declaration
from orderproof.reading.xlsx.message import RefusedError
from orderproof.reading.zip_members import Member, member_stream, members_of
from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.gathered import Gathered

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files in the container of the old office formats begin; encrypted documents are in one too."""
XML_ENDINGS = (".xml", ".rels", ".vml", ".xhtml", ".svg")
PICTURE_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".ico"),
    *(".emf", ".wmf", ".emz", ".wmz", ".pct", ".pict", ".svg", ".wdp", ".heic"),
)

_CHUNK = 1 << 16
_MAX_NAMES = 20_000
_MAX_DEPTH = 2000
_LIMITS = frozenset({"archive.too-large", "archive.too-many", "archive.ratio", "table.too-large"})
_SPACES = tuple(
    (re.compile(pattern), prefix)
    for pattern, prefix in (
        (r"/wordprocessingml/(?:2006/)?main\Z", "w"),
        (r"/markup-compatibility/", "mc"),
        (r"/drawingml/(?:2006/)?main\Z", "a"),
        (r"/drawingml/(?:2006/)?wordprocessingDrawing\Z", "wp"),
        (r"/drawingml/(?:2006/)?spreadsheetDrawing\Z", "xdr"),
        (r"urn:schemas-microsoft-com:vml\Z", "v"),
    )
)
"""The names of namespaces in both editions of the formats, and how they are told here."""

Attributes = dict[str, str]


class Handler(Protocol):
    """What is told of the elements of a part: short names such as ``w:p``, or the bare name in other namespaces."""

    def start(self, tag: str, attributes: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, data: str) -> None: ...


class Relation(Struct, frozen=True):
    """What a part points to: of what kind, the part or the address, and whether that is outside of the archive."""

    kind: str
    target: str
    is_external: bool


class PartError(Exception):
    """A part that is not to be read; ``code`` and ``reason`` are those of a gap."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def gap_code(code: str) -> str:
    """The code of a gap for what is wrong with an archive or a member of it."""
    return "encrypted" if code == "archive.encrypted" else "limit" if code in _LIMITS else "damaged"


class Parts:
    """The parts of an office document; raises PartError for an archive of which nothing is to be read.

    What is wrong with a single part costs that part: it is told to ``gathered``.
    """

    def __init__(self, content: bytes, budget: Budget, gathered: Gathered) -> None:
        if content.startswith(OLE):
            raise PartError("encrypted", "it is encrypted, and needs a password")
        self._file = io.BytesIO(content)
        self._budget = budget
        self._gathered = gathered
        self._relations: dict[str, dict[str, Relation]] = {}
        try:
            members = members_of(self._file)
        except DamagedError as error:
            raise PartError(gap_code(error.code), error.reason) from None
        self._members = {member.name: member for member in members if not member.is_folder}
        self.unread = dict.fromkeys(self._members)
        """The names of the parts that nobody has read yet, in the order of the archive."""
        for member in self._members.values():
            with self.reading(member.name):
                self._check(member)

    def _check(self, member: Member) -> None:
        """Tell of a part that is not to be read, and take it out, so that it is told once."""
        try:
            if member.fault is not None:
                if member.fault[0] == "archive.ratio" and member.name.lower().endswith(PICTURE_ENDINGS):
                    # A white picture packs that well, and its bytes are never unpacked here.
                    return
                raise _fault(member)
            if member.name.lower().endswith(XML_ENDINGS):
                check_beginning(member_stream(self._file, member))
        except (PartError, RefusedError, DamagedError):
            self.unread.pop(member.name, None)
            raise

    def has(self, name: str) -> bool:
        return name in self._members

    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Read a part within: what is wrong with it becomes a gap, and what was read of it stays."""
        try:
            yield
        except PartError as error:
            self._gathered.gap(error.code, error.reason)
        except DamagedError as error:
            self._gathered.gap(gap_code(error.code), f"its part `{name}` cannot be read: {error.reason}")
        except RefusedError as error:
            self._gathered.gap(gap_code(error.code), f"its part `{name}` is not read: {error.message}")

    def stream(self, name: str) -> BinaryIO:
        """The bytes of a part that is read now; raises PartError."""
        member = self._members.get(name)
        self.unread.pop(name, None)
        if member is None:
            raise PartError("damaged", f"it has no part `{name}`")
        if member.fault is not None:
            raise _fault(member)
        return member_stream(self._file, member)

    def content(self, name: str) -> bytes:
        """All bytes of a part; raises PartError, DamagedError or SpentError."""
        stream = self.stream(name)
        pieces: list[bytes] = []
        while piece := stream.read(_CHUNK):
            self._budget.unpacked(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def parse(self, name: str, handler: Handler) -> None:
        """Tell a handler of a part; raises PartError, DamagedError or SpentError where it cannot be read further."""
        stream = self.stream(name)
        parser = _parser(handler)
        try:
            while chunk := stream.read(_CHUNK):
                self._budget.unpacked(len(chunk))
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise PartError("damaged", f"its part `{name}` is no XML, or damaged") from None

    def related(self, part: str) -> dict[str, Relation]:
        """What a part points to, by the ids of the relations; "" is the document as a whole."""
        if part not in self._relations:
            folder, _, name = part.rpartition("/")
            path = posixpath.join(folder, "_rels", f"{name}.rels") if part else "_rels/.rels"
            found = _Relations(folder)
            self._relations[part] = found.found
            if self.has(path):
                with self.reading(path):
                    self.parse(path, found)
        return self._relations[part]


def attribute(attributes: Attributes, name: str) -> str:
    """The value of an attribute of any namespace; empty where there is none."""
    if name in attributes:
        return attributes[name]
    ending = f" {name}"
    return next((value for key, value in attributes.items() if key.endswith(ending)), "")


def limited(gathered: Gathered, read: Callable[[], None]) -> None:
    """Read until nothing is left, or until the budget is spent, which becomes a gap."""
    try:
        read()
    except SpentError as error:
        gathered.gap("limit", error.reason)
    except PartError as error:
        gathered.gap(error.code, error.reason)


class _Relations:
    """What the part of relations says."""

    def __init__(self, folder: str) -> None:
        self.found: dict[str, Relation] = {}
        self._folder = folder

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        is_external = attributes.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        self.found[attributes.get("Id", "")] = Relation(kind, target, is_external)

    def end(self, tag: str) -> None:
        """Nothing stands within a relation."""

    def text(self, data: str) -> None:
        """Nothing stands within a relation."""


def _fault(member: Member) -> PartError:
    code, reason, _ = member.fault or ("", "", "")
    return PartError(gap_code(code), f"its part `{member.name}` cannot be read: {reason}")


def _parser(handler: Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.XmlDeclHandler = check_declaration
    names: dict[str, str] = {}
    depth = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        name = names.get(tag)
        if name is None:
            if len(names) >= _MAX_NAMES:
                raise PartError("limit", f"a part of it has more than {_MAX_NAMES:,} names of elements")
            name = names[tag] = _short(tag)
        if depth > _MAX_DEPTH:
            raise PartError("limit", f"a part of it nests more than {_MAX_DEPTH:,} elements")
        handler.start(name, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(names[tag])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    return parser


def _short(tag: str) -> str:
    space, _, local = tag.rpartition(" ")
    return next((f"{prefix}:{local}" for pattern, prefix in _SPACES if pattern.search(space)), local)


def _refuse(*_: object) -> None:
    raise PartError("damaged", "a part of it declares a document type, which no office program writes")
