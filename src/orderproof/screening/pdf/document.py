"""A PDF file as a whole: whether it can be read, its pages, and what is written beside them."""

import io
import re

from msgspec.structs import replace
from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError
from pypdf.generic import DictionaryObject

from orderproof.screening.budget import MAX_DEPTH, Budget, SpentError
from orderproof.screening.gathered import Gathered
from orderproof.screening.pdf.attempt import DEEP, attempt
from orderproof.screening.pdf.beside import (
    add_alternatives,
    add_attachments,
    add_form,
    add_outline,
    add_properties,
)
from orderproof.screening.pdf.complaints import Complaints, complaints
from orderproof.screening.pdf.layers import Layers
from orderproof.screening.pdf.page import PageReader
from orderproof.screening.pdf.rest import add_rest
from orderproof.screening.pdf.values import dictionary_at
from orderproof.screening.text import Extract, Spot

_TAIL = 2048
_ENDING = re.compile(rb"startxref\s+\d+\s*%%EOF")
_LINEAR = b"/Linearized"
_MOST_VERSIONS = 3
_LIMITS = Configuration(
    zlib_maximum_output_length=32 << 20,
    lzw_maximum_output_length=32 << 20,
    run_length_maximum_output_length=32 << 20,
    array_based_stream_maximum_output_length=32 << 20,
    stream_decoding_work_maximum_length=128 << 20,
    stream_parsing_work_maximum_count=1_000_000,
    image_maximum_buffer_size=64 << 20,
    page_tree_maximum_entries=5000,
    page_tree_maximum_page_entries=50_000,
    disable_legacy_handling=True,
)
"""What pypdf may take for one file: a contract needs a hundredth of it, and a process has 400 MB."""


def read_document(content: bytes, budget: Budget) -> Extract:
    """What is written in a PDF file; see ``read_pdf``."""
    gathered = Gathered(budget)
    with apply_configuration(_LIMITS), complaints() as heard:
        reader = None
        if DEEP.search(content):
            gathered.gap("limit", "it is nested too deep to be read")
        else:
            reader = _opened(content, gathered)
        if reader is not None:
            try:
                _read(reader, gathered, budget, heard)
                _add_earlier(content, gathered)
            except SpentError as error:
                gathered.gap("limit", error.reason)
            if not _ENDING.search(content[-_TAIL:]):
                gathered.gap("damaged", "its end is missing: it is cut off")
    return gathered.extract("pdf")


def _opened(content: bytes, gathered: Gathered) -> PdfReader | None:
    """The file opened for everyone; None where it cannot be, and then there is a gap."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            gathered.gap("encrypted", "it is encrypted, and needs a password")
            return None
        _ = reader.root_object
    except (FileNotDecryptedError, DependencyError, NotImplementedError):
        gathered.gap("encrypted", "it is encrypted in a way that cannot be read")
    except (LimitReachedError, MemoryError, RecursionError):
        gathered.gap("limit", "reading it takes more than a file may take")
    except Exception as error:  # noqa: BLE001 pypdf raises anything
        gathered.failed(error, "it is damaged: it is not a PDF file that can be opened")
    else:
        return reader
    return None


def _read(reader: PdfReader, gathered: Gathered, budget: Budget, heard: Complaints) -> None:
    """Add all of an open file, each part by itself; raises SpentError."""
    root = reader.root_object
    pages: list[PageObject] = []
    layers: list[Layers] = []
    attempt(gathered, "the list of its pages", lambda: pages.extend(_pages(reader)))
    attempt(gathered, "its layers", lambda: layers.append(Layers(root)))
    if not pages and not gathered.gaps:
        gathered.gap("empty", "it has no pages")
    page_reader = PageReader(gathered, budget, layers[0] if layers else Layers(DictionaryObject()))
    for number, page in enumerate(pages, 1):
        heard.clear()
        attempt(gathered, f"page {number}", lambda: page_reader.read(page, number), Spot(page=number))  # noqa: B023
        if heard.losses:
            gathered.gap("damaged", f"something of page {number} is missing or damaged", Spot(page=number))
    info = dictionary_at(reader.trailer, "/Info")
    attempt(gathered, "its properties", lambda: add_properties(gathered, info, root))
    attempt(gathered, "its outline", lambda: add_outline(gathered, root))
    attempt(gathered, "its alternative texts", lambda: add_alternatives(gathered, root))
    attempt(gathered, "its form", lambda: add_form(gathered, root))
    read = page_reader.drawn
    attempt(gathered, "its attached files", lambda: add_attachments(gathered, budget, root, pages, read))
    attempt(gathered, "what stands on none of its pages", lambda: add_rest(gathered, budget, reader, page_reader))


def _add_earlier(content: bytes, gathered: Gathered) -> None:
    """Add what stood in earlier versions, to which later ones were appended, and stands there no more."""
    ends = [match.end() for match in _ENDING.finditer(content)][:-1]
    if _LINEAR in content[:_TAIL]:
        ends = ends[1:]  # the first end of such a file is a part of its only version
    if not ends:
        return
    shown = "".join("".join(line.text.split()) for line in gathered.lines)
    for end in ends[-_MOST_VERSIONS:]:
        earlier = Gathered(Budget(lambda *_: Extract("pdf"), depth=MAX_DEPTH))
        reader = _opened(content[:end], earlier)
        if reader is not None:
            _read(reader, earlier, Budget(lambda *_: Extract("pdf"), depth=MAX_DEPTH), Complaints())
        frame = gathered.frame()
        for line in earlier.lines:
            compact = "".join(line.text.split())
            if compact and compact not in shown:
                shown += compact
                spot = replace(line.spot, part="earlier version" + (f", {line.spot.part}" if line.spot.part else ""))
                gathered.line(replace(line, spot=spot, hidden="deleted text", frame=frame + line.frame))
        for _ in range(max((line.frame for line in earlier.lines), default=0)):
            gathered.frame()


def _pages(reader: PdfReader) -> list[PageObject]:
    """The pages that the tree of pages holds, whatever it says of their number."""
    try:
        reader.get_page(0)  # it lists the pages
    except IndexError:
        return []
    return list(reader.flattened_pages or ())
