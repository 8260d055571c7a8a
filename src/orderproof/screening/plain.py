"""Plain text: its lines, and the cells in which a reader sees them."""

import csv
import re
import unicodedata
from collections.abc import Iterator

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.encoding import decoded
from orderproof.screening.gathered import Gathered
from orderproof.screening.text import Extract, Line, Spot
from orderproof.screening.xml_text import NoXmlError, add_xml, is_xml

_ENDS = re.compile("\r\n|[\n\r\f\v\x85\u2028\u2029]")
_BETWEEN = re.compile("(?: *(?:\t|[|\u2502\u2503\u2551\uff5c])[ \t]*)+|\u3000{2,}| {3,}")
_DIGITS = re.compile("[0-9]{2,6}")
_SPACES = re.compile(" {3,5}")
_TAB = 8
_ENCRYPTED = re.compile(r"^[> \t]*-----BEGIN (?:PGP MESSAGE|PKCS7|CMS|ENCRYPTED)", re.MULTILINE)
_PACKED = re.compile(r"^begin(?:-base64)? [0-7]{3,4} \S[^\n]*\n", re.MULTILINE)
"""The first line of a file that is packed as text by uuencode, which programs of e-mail unpack."""


def read_text(content: bytes, budget: Budget) -> Extract:
    """What is written in a plain text of any encoding, or in a file of XML."""
    if is_xml(content):
        gathered = Gathered(budget)
        try:
            add_xml(content, gathered)
        except SpentError as error:
            gathered.gap("limit", error.reason)
            return gathered.extract("text")
        except NoXmlError:
            pass  # it is a text that looks like XML, and is read as one
        else:
            return gathered.extract("text")
    text = decoded(content)
    gathered = Gathered(budget)
    if text is None:
        gathered.gap("format", "it is no text, or one in an unknown encoding")
        return gathered.extract("text")
    try:
        add_text(text, gathered)
    except SpentError as error:
        gathered.gap("limit", error.reason)
    return gathered.extract("text")


def add_text(text: str, gathered: Gathered) -> None:
    """Add the lines of a text, with the pages that form feeds make; raises SpentError."""
    if _ENCRYPTED.search(text):
        gathered.gap("encrypted", "a part of it is encrypted; get it decrypted")
    if _PACKED.search(text):
        gathered.gap("embedded", "it holds a file that is packed as text (uuencode), which is not read; unpack it")
    if (fields := _fields(text)) is not None:
        _add_table(fields, gathered)
        return
    frame = gathered.frame()
    page = 1 if "\f" in text else None
    number = row = 1
    at = 0
    for end in [*_ENDS.finditer(text), None]:
        written = text[at : end.start()] if end else text[at:]
        for cell, left, right in cells(written):
            gathered.line(Line(cell, Spot(page=page, line=number), frame=frame, row=row, left=left, right=right))
        if end is None:
            return
        at = end.end()
        row += 1
        number += 1
        if end.group() == "\f" and page is not None:
            page += 1
            number = 1


def _fields(text: str) -> list[list[str]] | None:
    """The rows of a text that is a table with semicolons between its fields; None for any other text."""
    lines = [line for line in text.splitlines() if line.strip()]
    counts = {line.count(";") for line in lines}
    if len(lines) < 2 or min(counts) < 1 or (len(counts) > 1 and '"' not in text):
        return None
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=";", strict=True))
    except csv.Error:
        return None
    return rows if len({len(row) for row in rows if row}) == 1 else None


def _add_table(rows: list[list[str]], gathered: Gathered) -> None:
    frame = gathered.frame()
    for number, row in enumerate(rows, start=1):
        for column, field in enumerate(row):
            spot = Spot(line=number)
            for line in field.splitlines():
                gathered.line(Line(line.strip(), spot, "", frame, number, float(column), column + 1.0))


def cells(written: str) -> Iterator[tuple[str, float, float]]:
    """The cells of a line with the columns of characters from which and to which they go.

    Tabs, three spaces or a bar separate them; groups of digits that stand in a row, as numbers are printed, are one.
    """
    pieces = _pieces(written)
    at = 0
    while at < len(pieces):
        start, end = pieces[at]
        after = at + 1
        while after < len(pieces) and _is_one_number(written, pieces[after - 1], pieces[after]):
            after += 1
        if after - at >= 3:
            end = pieces[after - 1][1]
        else:
            after = at + 1
        left = _width(written[:start])
        yield written[start:end], left, left + max(1, _width(written[start:end]))
        at = after


def _pieces(written: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for end, following in [*((match.start(), match.end()) for match in _BETWEEN.finditer(written)), (len(written), 0)]:
        piece = written[start:end]
        if piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            found.append((first, first + len(piece.strip())))
        start = following
    return found


def _is_one_number(written: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    return (
        _DIGITS.fullmatch(written, *before) is not None
        and _SPACES.fullmatch(written, before[1], after[0]) is not None
        and _DIGITS.fullmatch(written, *after) is not None
    )


def _width(text: str) -> int:
    """How many columns a text takes where a Chinese character takes two."""
    if text.isascii() and "\t" not in text:
        return len(text)
    width = 0
    for char in text:
        if char == "\t":
            width += _TAB - width % _TAB
        elif unicodedata.east_asian_width(char) in "WF":
            width += 2
        elif not unicodedata.combining(char):
            width += 1
    return width
