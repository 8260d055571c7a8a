"""Pictures that may show an account: a page that is one, and one where bank details are announced and do not follow."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.labels import Hit
from orderproof.screening.layout import Cell, Layout, is_filled
from orderproof.screening.mention import Mention
from orderproof.screening.text import Extract, Gap, Picture
from orderproof.screening.vocabulary import Search

_SMALL = 0.05
"""The share of a page that a logo, a seal or a signature covers at most."""
_PART = 0.1
"""The share of a part of a page that was cut into pictures."""
_LITTLE_TEXT = 200
"""Letters and digits of a title and a few names; a contract has ten times as many."""
_BESIDE_THE_TEXT = frozenset(
    {"sheet name", "document property", "defined name", "hyperlink", "link", "alternative text"}
)
_LEADING, _TRAILING = 40, 16
"""Letters before and behind words that are a heading, such as `3.2 Bank details of the Seller`."""
_ANSWERS = 3
_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]?")
_COLON = re.compile(r"[:：][\W_]*\Z")
_NUMBER_SIGN = re.compile(r"no\W{0,3}(?=[:：.#]|\Z)")


class _Announcements(Struct, frozen=True):
    """The numbers of the lines that announce bank details: by words for them, and by labels with nothing behind them.

    ``first`` is the first that is still open behind it: nothing follows it in its line, nor in the next ones.
    """

    lines: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    labels: frozenset[int] = frozenset()
    first: int | None = None


def unread_pictures(extract: Extract, layout: Layout, search: Search, mentions: Sequence[Mention]) -> Iterator[Gap]:
    """Why pictures leave it open whether a file mentions an account; once, where several at a place do."""
    told: set[Gap] = set()
    announced = _Announcements()
    if extract.pictures and not any(mention.cls == "account" for mention in mentions):
        announced = _announcements(extract, layout, is_told=any(mention.reason == "own" for mention in mentions))
    has_little_text = _letters(extract) < _LITTLE_TEXT
    for picture in _whole(extract.pictures):
        reason = _why_a_page(picture, search, has_little_text=has_little_text)
        if not reason and _is_announced(picture, announced, search):
            reason = "bank details are announced where a picture stands, and its text cannot be read"
        gap = Gap("picture", reason, picture.spot)
        if reason and gap not in told:
            told.add(gap)
            yield gap


def _why_a_page(picture: Picture, search: Search, *, has_little_text: bool) -> str:
    """Why a picture may be all that a page says; empty where it is not."""
    is_small = 0 < picture.share <= _SMALL
    page = f"page {picture.spot.page}" if picture.spot.page is not None else "a page of it"
    if picture.is_drawn:
        return ""
    if picture.alone and (not is_small or (has_little_text and picture.spot.page is None)):
        return f"{page} is a picture, and its text cannot be read"
    if picture.share >= search.picture_share:
        return f"most of {page} is a picture, and its text cannot be read"
    if has_little_text and not is_small:
        return "it is little more than a picture, and its text cannot be read"
    return ""


def _whole(pictures: Sequence[Picture]) -> Iterator[Picture]:
    """The pictures; big ones with no text between them count together, as parts of a page that was cut.

    Where pages are known, their reader has put such parts together by their places.
    """
    before: Picture | None = None
    for picture in pictures:
        is_part = picture.share >= _PART and picture.spot.page is None
        if before is not None and is_part and picture.after == before.after:
            before = replace(before, share=min(1.0, before.share + picture.share))
            continue
        if before is not None:
            yield before
        before = picture if is_part else None
        if not is_part:
            yield picture
    if before is not None:
        yield before


def _letters(extract: Extract) -> int:
    """The letters and digits that a reader of the file sees in its text."""
    seen = (line.text for line in extract.lines if not line.hidden and line.spot.part not in _BESIDE_THE_TEXT)
    return sum(sum(map(str.isalnum, text)) for text in seen)


def _is_announced(picture: Picture, announced: _Announcements, search: Search) -> bool:
    """Whether a picture may show what is announced: any one near it, and anywhere after it one that is no decoration."""
    is_seal = 0 < picture.share <= _SMALL and not picture.is_drawn
    near = frozenset(range(picture.after - search.picture_lines, picture.after + 1))
    if near & announced.lines or frozenset((picture.after - 1, picture.after)) & announced.labels:
        return True
    is_after = announced.first is not None and announced.first < picture.after
    return not is_seal and ((is_after and not picture.is_head) or bool(near & announced.refused))


def _announcements(extract: Extract, layout: Layout, *, is_told: bool) -> _Announcements:
    """The announcements of a file; where the order's own account is told, it may be what they announce."""
    places = {id(line): at for at, line in enumerate(extract.lines)}
    lines: set[int] = set()
    refused: set[int] = set()
    labels: set[int] = set()
    opened: list[int] = []
    for cell in layout.cells:
        at = places.get(id(cell.line))
        if at is None or is_filled(cell.view):
            continue
        hits = [hit for hit in cell.hits if _announces(cell, hit, layout)]
        if hits and _is_refused(cell):
            refused.add(at)
        elif hits:
            lines.add(at)
            opened += [at] if _trails(cell, hits[-1]) and not _is_answered(cell, layout) else []
        elif any(_is_empty_label(cell, hit, layout) for hit in cell.hits):
            labels.add(at)
            opened += [at] if _COLON.search(cell.view) is not None and not _is_answered(cell, layout) else []
    first = None if is_told else min(opened, default=None)
    return _Announcements(frozenset(lines), frozenset(refused), frozenset(labels), first)


def _announces(cell: Cell, hit: Hit, layout: Layout) -> bool:
    """Whether words announce bank details; those that point to a picture, where others speak of an account."""
    if hit.label.role != "announcement" or hit.label.kind != "picture":
        return hit.label.role == "announcement"
    before = layout.cells[cell.order - 1].hits if cell.order else ()
    return any(_is_of_payment(other) for other in cell.hits) or any(
        other.label.role == "announcement" and other.label.kind != "picture" for other in before
    )


def _is_of_payment(hit: Hit) -> bool:
    label = hit.label
    return label.role in ("account", "context", "payment") or (label.role == "announcement" and label.kind != "picture")


def _trails(cell: Cell, hit: Hit) -> bool:
    """Whether an announcement is a heading, or the end of a line that ends with a colon; not that of a sentence."""
    rest = _BRACKETS.sub(" ", cell.view[hit.end :])
    is_heading = sum(map(str.isalnum, cell.view[: hit.start])) <= _LEADING or _COLON.search(cell.view) is not None
    return is_heading and sum(map(str.isalnum, rest)) <= _TRAILING


def _is_empty_label(cell: Cell, hit: Hit, layout: Layout) -> bool:
    """Whether words that name an account or tell where to pay stand at the end of a line, with nothing beside them."""
    label = hit.label
    if label.role != "account" and label.aspect != "instruction":
        return False
    return cell.ends_with(hit) and layout.right_of(cell) is None


def _is_refused(cell: Cell) -> bool:
    """Whether a line says that there are no bank details, or that the platform has them; what is in brackets does not."""
    view = _BRACKETS.sub(lambda match: " " * len(match.group()), cell.view)
    return any(
        hit.label.role == "negation"
        and view[hit.start : hit.end].strip() != ""
        and _NUMBER_SIGN.match(cell.view, hit.start) is None
        for hit in cell.hits
    )


def _is_answered(cell: Cell, layout: Layout) -> bool:
    """Whether the next lines send the payer to the platform."""
    following = layout.cells[cell.order + 1 : cell.order + 1 + _ANSWERS]
    return any(
        hit.label.role == "negation" and hit.label.kind == "platform" for other in following for hit in other.hits
    )
