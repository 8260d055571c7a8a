"""What is written in a PDF file beside its pages: properties, headings, alternative texts, forms, attached files."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from orderproof.screening.budget import Budget
from orderproof.screening.gathered import Gathered
from orderproof.screening.pdf.values import array_at, as_text, dictionary_at, number_in_file, text_at, value_of
from orderproof.screening.text import Line, Spot

_MOST = 20_000
_DEEPEST = 64
_TAG = re.compile(r"<[^>]*>")
_QUOTED = re.compile(r"[\"']([^\"'<>]+)[\"']")
_NAMED = re.compile(r"<(/?)(?:[\w.-]+:)?([\w.-]+)([^>]*)>")
_DATE = re.compile(r"(?:D:)?\d{4}-?\d\d.{0,30}|(?:uuid|xmp\.[a-z]+|https?|adobe):.*|W5M0\w+|\W*", re.DOTALL)
_NUMBER = re.compile(r"(?:\d\D{0,2}){6}")
_DATED = ("/CreationDate", "/ModDate", "/Trapped")


def add_properties(gathered: Gathered, info: DictionaryObject, root: DictionaryObject) -> None:
    """Add the properties of the file: those of its own dictionary, then those of its metadata that are others."""
    written = {key: text_at(info, key) for key in info if key not in _DATED}
    _add(gathered, "document property", [f"{key[1:]}: {text}" for key, text in written.items() if text.strip()])
    metadata = value_of(root, "/Metadata")
    if isinstance(metadata, StreamObject):
        add_metadata(gathered, metadata, " ".join(written.values()))


def add_metadata(gathered: Gathered, metadata: StreamObject, known: str) -> None:
    """Add the texts of properties in XML that are not known: those between its tags, and those within them."""
    source = as_text(metadata.get_data())
    pieces = [*_TAG.split(source), *(piece for tag in _TAG.findall(source) for piece in _QUOTED.findall(tag))]
    texts = [unescape(piece).strip() for piece in pieces]
    bare = "".join(known.split())
    texts = [text for text in texts if "".join(text.split()) not in bare]
    _add(gathered, "document property", [text for text in texts if text and not _DATE.fullmatch(text)])


def add_outline(gathered: Gathered, root: DictionaryObject) -> None:
    """Add the headings of the outline."""
    entries = _chain(value_of(dictionary_at(root, "/Outlines"), "/First"))
    _add(gathered, "outline", [text_at(entry, "/Title") for entry in entries])


def _chain(first: Any) -> Iterator[DictionaryObject]:
    """The entries of an outline, those within one after it."""
    waiting, seen = [first], set[int]()
    while waiting and len(seen) < _MOST:
        entry = waiting.pop()
        if not isinstance(entry, DictionaryObject) or id(entry) in seen:
            continue
        seen.add(id(entry))
        yield entry
        waiting += [value_of(entry, "/Next"), value_of(entry, "/First")]


def add_alternatives(gathered: Gathered, root: DictionaryObject) -> None:
    """Add the texts that the structure of the file gives for its pictures and signs, unless they are written anyway."""
    shown = "".join("".join(line.text.split()) for line in gathered.lines)
    texts = [
        text
        for element in _elements(value_of(root, "/StructTreeRoot"))
        for text in (text_at(element, key) for key in ("/Alt", "/ActualText", "/E", "/T"))
        if text.strip() and "".join(text.split()) not in shown
    ]
    _add(gathered, "alternative text", texts)


def _elements(tree: Any) -> Iterator[DictionaryObject]:
    waiting, seen = [tree], set[int]()
    while waiting and len(seen) < _MOST:
        element = waiting.pop()
        if isinstance(element, ArrayObject):
            waiting += [item.get_object() for item in reversed(element)]
        elif isinstance(element, DictionaryObject) and id(element) not in seen:
            seen.add(id(element))
            yield element
            waiting.append(value_of(element, "/K"))


def add_form(gathered: Gathered, root: DictionaryObject) -> None:
    """Add the data of a form that is described in XML; pages may show nothing of it."""
    found = value_of(dictionary_at(root, "/AcroForm"), "/XFA")
    streams = [found] if isinstance(found, StreamObject) else array_at(dictionary_at(root, "/AcroForm"), "/XFA")
    for stream in streams:
        if isinstance(stream, StreamObject):
            _add(gathered, "form data", list(_form_texts(stream.get_data().decode("utf-8", "replace"))))


def _form_texts(source: str) -> Iterator[str]:
    """The texts of a form in XML, each with the name of its element, and those in its attributes that have digits."""
    at, name = 0, ""
    for tag in _NAMED.finditer(source):
        text = unescape(_TAG.sub(" ", source[at : tag.start()])).strip()
        if text:
            yield f"{name}: {text}" if name and tag[1] and name == tag[2] else text
        yield from (value for value in map(unescape, _QUOTED.findall(tag[3])) if _NUMBER.search(value))
        at, name = tag.end(), "" if tag[1] else tag[2]
    if source[at:].strip():
        yield unescape(source[at:]).strip()


def _add(gathered: Gathered, part: str, texts: list[str]) -> None:
    frame = gathered.frame()
    for row, text in enumerate(texts, 1):
        gathered.line(Line(text, Spot(part=part), frame=frame, row=row))


def add_attachments(
    gathered: Gathered, budget: Budget, root: DictionaryObject, pages: list[Any], read: set[int]
) -> None:
    """Read the files that are attached to the file, to its pages or to anything in it; raises SpentError.

    ``read`` gets the numbers that they have in the file.
    """
    names = dictionary_at(dictionary_at(root, "/Names"), "/EmbeddedFiles")
    found: list[tuple[int | None, Any]] = [(None, spec) for spec in _named(names)]
    found += [(None, spec) for spec in array_at(root, "/AF")]
    for number, page in enumerate(pages, 1):
        notes = array_at(page, "/Annots")
        found += [(number, spec) for spec in array_at(page, "/AF")]
        found += [(number, value_of(note, "/FS")) for note in notes]
        contents = [dictionary_at(note, "/RichMediaContent") for note in notes]
        found += [(number, spec) for content in contents for spec in _named(dictionary_at(content, "/Assets"))]
    seen = set[int]()
    for place, spec in found:
        name = text_at(spec, "/UF") or text_at(spec, "/F") or "attachment"
        for stream in _contents(spec):
            if id(stream) not in seen:
                seen.add(id(stream))
                read.add(number_in_file(stream))
                add_file(gathered, budget, name, stream, Spot(page=place))
                about = value_of(spec, "/CI")
                texts = [name, text_at(spec, "/Desc"), *(text_at(about, key) for key in dictionary_at(spec, "/CI"))]
                _add(gathered, "attachment", [text for text in texts if _NUMBER.search(text)])


def add_file(gathered: Gathered, budget: Budget, name: str, stream: StreamObject, spot: Spot) -> None:
    """Read one attached file; raises SpentError."""
    content = stream.get_data()
    budget.unpacked(len(content))
    gathered.nested(name, content, spot)


def _named(tree: DictionaryObject) -> Iterator[Any]:
    """The values of a tree of names."""
    waiting, seen = [(tree, 0)], set[int]()
    while waiting and len(seen) < _MOST:
        node, depth = waiting.pop()
        if not isinstance(node, DictionaryObject) or id(node) in seen or depth > _DEEPEST:
            continue
        seen.add(id(node))
        yield from array_at(node, "/Names")[1::2]
        waiting += [(kid, depth + 1) for kid in array_at(node, "/Kids")]


def _contents(spec: Any) -> list[StreamObject]:
    """The streams of an attached file: the same for different systems, or not."""
    files = dictionary_at(spec, "/EF")
    return [found for key in files if isinstance(found := value_of(files, key), StreamObject)]
