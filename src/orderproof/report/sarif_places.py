"""Texts and places as SARIF writes them."""

import re
from collections.abc import Iterator

from orderproof.finding import Because, Finding, Read
from orderproof.report.addresses import Address, address_of, uri_of
from orderproof.report.brief import all_facts, fact_of, other_of, read_of
from orderproof.report.encode import Json
from orderproof.report.quoting import shown
from orderproof.report.words import Words
from orderproof.tree import Pointer, write_pointer

_PLACES = 50
"""Related places of one result; GitHub shows fewer."""
_NAME_LENGTH = 1000
_MARK = 20
"""Characters that say how much is left out, with some to spare."""
_AMBIGUOUS = re.compile(r"\]\(|\\[\[\]]")
_LINK = re.compile(r"\\*[\[\]]")


def message(text: str, limit: int, instead: str = "") -> Json:
    """A message of at most so many characters of a text from outside, or of another where it is empty: without
    placeholders and links.
    """
    return {"text": fitted(text if text.strip() else instead, limit)}


def fitted(text: str, limit: int) -> str:
    """A text, escaped, of which so much is left out that it has not many more characters than the limit."""
    said, taken = escaped(shown(text, limit)), limit
    while len(said) > limit + _MARK and taken > 1:
        taken //= 2
        said = escaped(shown(text, taken))
    return said or "-"


def escaped(text: str) -> str:
    r"""A text with what SARIF reads something into escaped: braces are placeholders, brackets begin links.

    Brackets are only escaped where there could be a link, or an escape already; a ``\`` before one is then shown as a
    code, so that it is not taken for an escape of ours.
    """
    text = text.replace("{", "{{").replace("}", "}}")
    if not _AMBIGUOUS.search(text):
        return text
    return _LINK.sub(lambda found: "\\x5c" * (len(found[0]) - 1) + "\\" + found[0][-1], text)


def location(address: Address, logical: Json, id_: int | None = None, said: Json = None) -> Json:
    """A place, with what is said of it."""
    region: dict[str, Json] = {"startLine": 1}
    if address.region is not None:
        region = {"startLine": address.region.line, "endLine": address.region.end_line}
        if address.region.column is not None:
            region |= {"startColumn": address.region.column, "endColumn": address.region.end_column}
    place: dict[str, Json] = {
        "physicalLocation": {"artifactLocation": {"uri": uri_of(address.path)}, "region": region},
        "logicalLocations": [logical],
    }
    if id_ is not None:
        place["id"] = id_
    if said is not None:
        place["message"] = said
    return place


def within(name: str, pointer: Pointer, address: Address) -> Json:
    """A place inside a file: the member of an archive, the cell of a sheet, the value of a document."""
    inside = write_pointer(pointer)
    parts = [name[:_NAME_LENGTH], *(part for part in (address.cell, inside) if part)]
    return {
        "name": shown(address.cell or inside or address.member or name),
        "fullyQualifiedName": shown("#".join(parts), 2 * _NAME_LENGTH),
        "kind": "value" if inside or address.cell else "object",
    }


def related_places(finding: Finding, folder: str, words: Words) -> list[Json]:
    """The places of what a finding rests on, and of its other documents, each with what is there."""
    places: list[Json] = []
    for said, name, pointer, address in _places(finding, folder, words):
        if len(places) == _PLACES:
            break
        text = message(said, _NAME_LENGTH)
        places.append(location(address, within(name, pointer, address), len(places) + 1, text))
    return places


def _places(finding: Finding, folder: str, words: Words) -> Iterator[tuple[str, str, Pointer, Address]]:
    path = finding.document.path
    reads: list[tuple[Read, Because | None]] = [(read, None) for read in finding.evidence]
    reads += ((read, fact) for fact in all_facts(finding.because) for read in fact.evidence)
    for read, fact in reads:
        if read.span is not None:
            why = "" if fact is None else f" ({fact_of(fact, words)})"
            yield read_of(read, words) + why, path, read.pointer, address_of(path, read.span, folder)
    for other in finding.related:
        name = other.document.path
        pointer = other.pointer if other.original is None else other.original
        yield other_of(other, words), name, pointer, address_of(name, other.span, folder)
