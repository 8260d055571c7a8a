"""All that is written in a file of any format that is read."""

import codecs
import io
import re
from base64 import b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from orderproof.reading.unread import DamagedError
from orderproof.reading.zip_members import Member, member_stream, members_of
from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.faults import own_fault
from orderproof.screening.gathered import Gathered
from orderproof.screening.ooxml import gap_code
from orderproof.screening.text import Extract, Gap

if TYPE_CHECKING:
    from email.message import Message

Reader: TypeAlias = Callable[[bytes, Budget], Extract]

_HEAD = 1024
_HEADS = 1 << 14
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_MOST_TYPES = 1 << 20
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div|p)(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_COMMENTS = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*<!--.*?-->)*+", re.DOTALL)
_PAGES = (".html", ".htm", ".xhtml")
_TAGS = re.compile(rb"</?(?:html|body|table|tr|td|div|span|br|p|font|b|a)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_MANY_TAGS = 8
_MIME = re.compile(
    rb"(?:(?!MIME-Version:)[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*MIME-Version:", re.IGNORECASE
)
# What a program of e-mail shows of the heads; the others are the traces of its way, with hashes and numbers of all kinds.
_SHOWN_HEADS = (
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Date",
    "Subject",
    "Organization",
    "Comments",
    "Keywords",
)
_ELSEWHERE = ("message/external-body", "message/partial")
_PADDED = re.compile("[^=]+=*")
_ASCII = "0123456789 Account"
_FOREIGN = (
    (b"Rar!", "it is a .rar archive; unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "it is a .7z archive; unpack it"),
    (b"\x1f\x8b\x08", "it is compressed by gzip; unpack it"),
    (b"%!PS", "it is in PostScript; save it as .pdf"),
)
_OLD_OFFICE = "it is in an old format of Office; save it as .docx, .xlsx or .pdf"


def extract(name: str, content: bytes, depth: int = 0) -> Extract:
    """What is written in a file, by its content and not by the ending of its name; it raises nothing.

    ``depth`` is how deep the file already lies in others.
    """
    from orderproof.screening.image import ocr_of  # late: it looks for a big library

    found = _read(name, content, Budget(_read, ocr_of(), depth))
    if not found.lines and not found.pictures and not found.gaps:
        return replace(found, gaps=(Gap("empty", "no text can be read in it"),))
    return found


def _read(name: str, content: bytes, budget: Budget) -> Extract:
    """What is written in a file within a budget; whatever a reader raises is a gap."""
    format_, reader = _sniffed(name, content)
    try:
        return reader(content, budget)
    except SpentError as error:
        return _gap("limit", error.reason, format_)
    except MemoryError:
        return _gap("limit", "reading it takes more memory than a file may take", format_)
    except RecursionError:
        return _gap("limit", "it is nested too deep to be read", format_)
    except Exception as error:  # noqa: BLE001
        # The libraries below the readers may fail in any way at hostile bytes; none of it is a reading.
        own = own_fault(error)
        damaged = "its reader fails at it: it is damaged, or made to be read by nobody"
        return _gap("damaged", damaged, format_) if own is None else Extract(format_, gaps=(own,))


def _gap(code: str, reason: str, format_: str = "") -> Extract:
    return Extract(format_, gaps=(Gap(code, reason),))


def _unread(code: str, reason: str, format_: str = "") -> tuple[str, Reader]:
    return format_, lambda _, __: _gap(code, reason, format_)


def _sniffed(name: str, content: bytes) -> tuple[str, Reader]:
    """The format of a file and its reader."""
    head = content[:_HEAD]
    if not content:
        return _unread("empty", "it is empty")
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            return _unread("encrypted", "it is encrypted, and needs a password")
        return _unread("format", _OLD_OFFICE)
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    for start, reason in _FOREIGN:
        if content.startswith(start):
            return _unread("format", reason)
    if content.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image", _image
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf", _rtf
    is_html = _is_html(content)
    if b"%PDF" in head and (name.lower().endswith(".pdf") or not is_html):
        return "pdf", _pdf
    # A browser shows whatever has such a name as a page.
    if is_html or (name.lower().endswith(_PAGES) and b"<" in content):
        return "html", _html
    if _is_mail(name, content[:_HEADS]):
        return "text", _mail
    return "text", _text


def _is_html(content: bytes) -> bool:
    """Whether it is HTML: by how it begins, or by many of its tags."""
    from orderproof.screening.encoding import decoded

    begin = _COMMENTS.match(content)
    at = begin.end() if begin is not None else 0
    start = content[at : at + (1 << 16)]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        start = (decoded(start[: len(start) & ~3]) or "").encode()
    start = start.removeprefix(b"\xef\xbb\xbf")
    return _HTML.match(start) is not None or sum(1 for _ in _TAGS.finditer(start)) >= _MANY_TAGS


def _is_mail(name: str, head: bytes) -> bool:
    is_named = name.lower().endswith((".eml", ".mht", ".mhtml"))
    return is_named or _MIME.match(head) is not None


def _archive(content: bytes) -> tuple[str, Reader]:
    """The reader of a zip archive, which may be a document of Office."""
    try:
        members = {member.name: member for member in members_of(io.BytesIO(content))}
        types = members.get(_TYPES)
        if types is not None:
            return _office(content, types, members)
    except DamagedError as error:
        return _unread(gap_code(error.code), error.reason)
    if "mimetype" in members and "content.xml" in members:
        return _unread("format", "it is in a format of OpenDocument; save it as .docx, .xlsx or .pdf")
    return "zip", _members


def _office(content: bytes, types: Member, members: dict[str, Member]) -> tuple[str, Reader]:
    if types.fault is not None:
        return _unread(gap_code(types.fault[0]), types.fault[1])
    main = member_stream(io.BytesIO(content), types).read(_MOST_TYPES)
    if b"\0" in main:
        main = main.replace(b"\0", b"")
    if b"wordprocessingml" in main or b"ms-word" in main or "word/document.xml" in members:
        return "docx", _docx
    if b"sheet.binary" in main or "xl/workbook.bin" in members:
        return _unread("format", "it is an .xlsb workbook; save it as .xlsx")
    if b"spreadsheetml" in main or b"ms-excel" in main or "xl/workbook.xml" in members:
        return "xlsx", _xlsx
    return _unread("format", "it is in a format of Office that is not read; save it as .docx, .xlsx or .pdf")


def _members(content: bytes, budget: Budget) -> Extract:
    """What is written in the files of an archive."""
    gathered = Gathered(budget)
    file = io.BytesIO(content)
    try:
        for member in members_of(file):
            if member.fault is not None:
                gathered.gap("embedded", f"{member.fault[1]}: `{member.name}`")
            elif not member.is_folder:
                budget.unpacked(member.size)
                gathered.nested(member.name, member_stream(file, member).read())
    except SpentError as error:
        gathered.gap("limit", error.reason)
    except DamagedError as error:
        gathered.gap(gap_code(error.code), error.reason)
    return gathered.extract("zip")


def _mail(content: bytes, budget: Budget) -> Extract:
    """What is written in a message of e-mail: the heads that are shown, its texts and its attachments."""
    from email import message_from_bytes, policy  # late: only for e-mail

    from orderproof.screening.plain import add_text

    gathered = Gathered(budget)
    message = message_from_bytes(content, policy=policy.default)
    if not message.keys():
        return _text(content, budget)
    try:
        for number, part in enumerate(message.walk(), 1):
            shown = [f"{key}: {value}" for key in _SHOWN_HEADS for value in part.get_all(key, ())]
            around = [text for text in (part.preamble, part.epilogue) if text]
            add_text("\n".join((*shown, *around)), gathered)
            payload = _unpacked(part)
            if isinstance(payload, bytes) and payload:
                ending = ".html" if part.get_content_subtype() == "html" else ".txt"
                name = part.get_filename() or f"part {number}{ending}"
                gathered.nested(name, payload)
                if (shown_as := _shown_as(payload, part.get_content_charset())) is not None:
                    gathered.nested(name, shown_as)
            if part.get_content_maintype() == "message" and _packing(part) in ("base64", "quoted-printable"):
                gathered.gap("damaged", "a message in it is packed, which no mail may be, and is not read")
            if part.get_content_type() in _ELSEWHERE:
                gathered.gap("embedded", "a part of it is only pointed to, and is not in it")
    except SpentError as error:
        gathered.gap("limit", error.reason)
    return gathered.extract("text")


def _packing(part: "Message") -> str:
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower()


def _unpacked(part: "Message") -> object:
    """What a part of a message holds; text in base64 goes on behind a padding, where the library ends."""
    written = part.get_payload()
    pieces = _PADDED.findall(written) if isinstance(written, str) and _packing(part) == "base64" else []
    try:
        return b"".join(b64decode(f"{piece}===") for piece in pieces) or part.get_payload(decode=True)
    except ValueError:
        return part.get_payload(decode=True)


def _shown_as(payload: bytes, charset: str | None) -> bytes | None:
    """A text as a program of e-mail shows it whose encoding does not have ASCII as it is; None for any other."""
    from orderproof.screening.encoding import decoded

    try:
        codec = codecs.lookup(charset or "ascii")
        if codec.name != "utf-7" and (not codec._is_text_encoding or _ASCII.encode(codec.name) == _ASCII.encode()):  # noqa: SLF001
            return None
        text = payload.decode(codec.name, "replace")
    except (LookupError, ValueError):
        return None
    return text.encode("utf-8", "replace") if text != decoded(payload) else None


# Each reader is imported when a file of its format is read: the libraries below some take long to load.


def _pdf(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.pdf import read_pdf

    return read_pdf(content, budget)


def _docx(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.docx import read_docx

    return read_docx(content, budget)


def _xlsx(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.sheets import read_xlsx

    return read_xlsx(content, budget)


def _html(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.html import read_html

    return read_html(content, budget)


def _rtf(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.rtf import read_rtf

    return read_rtf(content, budget)


def _image(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.image import read_image

    return read_image(content, budget)


def _text(content: bytes, budget: Budget) -> Extract:
    from orderproof.screening.plain import read_text

    return read_text(content, budget)
