"""What stands in a PDF file and on none of its pages: texts of any object, and forms and pages that nothing draws."""

import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.pdf.attempt import attempt
from orderproof.screening.pdf.beside import add_file, add_metadata
from orderproof.screening.pdf.page import PageReader
from orderproof.screening.pdf.values import as_text, number_in_file, text_at, value_of
from orderproof.screening.text import Line, Spot

_MOST_OBJECTS = 50_000
_MOST_DRAWN = 300
_DEEPEST = 16
_PASSED = frozenset(
    [
        *("/ID", "/NM", "/DA", "/CharSet", "/Registry", "/Ordering", "/FontFamily", "/Cert", "/ByteRange", "/Lang"),
        *("/CreationDate", "/ModDate", "/M", "/LastModified", "/O", "/U", "/OE", "/UE", "/Perms", "/Panose"),
        *(
            "/JS",
            "/Names",
            "/Limits",
            "/OutputConditionIdentifier",
            "/OutputCondition",
            "/RegistryName",
            "/CheckSum",
            "/Recipients",
        ),
    ]
)
"""Keys of texts that a program writes for itself."""
_TAG = re.compile(r"<[^<>]*>")
_LEAST = 6
"""Digits of a number, as short as an account is."""
_WRITES = re.compile(r"\b(?:getField|addField|addAnnot|spawn\w*|importDataObject|submitForm)\b")
_MAKES = re.compile(r"\b(?:fromCharCode|unescape|eval|atob|decodeURI\w*)\b")


def add_rest(gathered: Gathered, budget: Budget, reader: PdfReader, pages: PageReader) -> None:
    """Add the texts of all objects that were not told, and what draws text and is drawn by nothing; raises SpentError.

    Of an object all its texts are told where one has the digits of a number or an address: the label may be another.
    """
    told = "".join("".join(line.text.split()) for line in gathered.lines)
    drawn = 0
    for found in _objects(reader):
        if isinstance(found, StreamObject) and value_of(found, "/Type") == "/Metadata":
            add_metadata(gathered, found, told)
        if isinstance(found, StreamObject) and _is_file(found) and number_in_file(found) not in pages.drawn:
            add_file(gathered, budget, "file that nothing refers to", found, Spot())
        if drawn < _MOST_DRAWN and _draws(found) and number_in_file(found) not in pages.drawn:
            drawn += 1
            attempt(gathered, "a part that no page draws", lambda: pages.read_apart(found))  # noqa: B023
        for holder in _holders(found, 0):
            _add_texts(gathered, holder, told)


def _objects(reader: PdfReader) -> Iterator[Any]:
    """The objects of the file, as far as they can be read; a broken one that a page needs is told with the page."""
    places = [(number, version) for version, table in reader.xref.items() for number in table]
    places += [(number, 0) for number in reader.xref_objStm]
    for number, version in places[:_MOST_OBJECTS]:
        try:
            found = reader.get_object(IndirectObject(number, version, reader))
        except Exception:  # noqa: BLE001, S112
            continue  # pypdf raises anything at bytes that are no object
        if found is not None:
            yield found


def _is_file(found: StreamObject) -> bool:
    return bool(value_of(found, "/Type") == "/EmbeddedFile")


def _draws(found: Any) -> bool:
    """Whether an object holds a drawing of its own: a form, a pattern, or a page."""
    if isinstance(found, StreamObject):
        return bool(value_of(found, "/Subtype") == "/Form" or value_of(found, "/PatternType") == 1)
    return bool(value_of(found, "/Type") in ("/Page", "/Template") and "/Contents" in found)


def _holders(found: Any, depth: int) -> Iterator[DictionaryObject]:
    """A dictionary and those that stand in it, not those that it refers to."""
    if isinstance(found, DictionaryObject):
        yield found
        inner: Collection[Any] = [found.raw_get(key) for key in found]
    elif isinstance(found, ArrayObject):
        inner = list(ArrayObject.__iter__(found))
    else:
        return
    if depth < _DEEPEST:
        for value in inner:
            if isinstance(value, (DictionaryObject, ArrayObject)):
                yield from _holders(value, depth + 1)


def _add_texts(gathered: Gathered, holder: DictionaryObject, told: str) -> None:
    texts = list(_texts(holder))
    script = text_at(holder, "/JS")
    if script:
        texts.append(script)
        if _WRITES.search(script) and (_MAKES.search(script) or _counts(script)):
            gathered.gap("embedded", "a script in it writes on its pages, and is not run")
    texts = [text for text in texts if text.strip()]
    if not _tells(texts, told):
        return
    frame, row = gathered.frame(), 0
    for text in texts:
        for line in text.splitlines():
            row += 1
            part = "script" if text is script else "text of no page"
            gathered.line(Line(line, Spot(part=part), "hidden text", frame, row))


def _texts(holder: DictionaryObject) -> Iterator[str]:
    for key in holder:
        if key in _PASSED or (key == "/Contents" and value_of(holder, "/Type") == "/Sig"):
            continue
        value = holder.raw_get(key)
        values: Sequence[Any] = list(ArrayObject.__iter__(value)) if isinstance(value, ArrayObject) else [value]
        for each in values:
            if isinstance(each, (str, bytes)) and not str(each).startswith("/"):
                yield unescape(_TAG.sub(" ", as_text(each)))


def _tells(texts: Sequence[str], told: str) -> bool:
    """Whether a text is more than a name or a date, and stands nowhere else."""
    new = [text for text in texts if "".join(text.split()) not in told]
    return any(_counts(text) or "@" in text for text in new)


def _counts(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _LEAST
