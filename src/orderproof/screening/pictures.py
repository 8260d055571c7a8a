"""Pictures that may show an account: a page that is one, or one where bank details are announced."""

from collections.abc import Iterator, Sequence

from orderproof.screening.layout import Cell, Layout
from orderproof.screening.mention import Mention
from orderproof.screening.text import Extract, Gap, Picture
from orderproof.screening.vocabulary import Search


def unread_pictures(extract: Extract, layout: Layout, search: Search, mentions: Sequence[Mention]) -> Iterator[Gap]:
    """Why pictures leave it open whether a file mentions an account."""
    is_found = any(mention.cls == "account" for mention in mentions)
    for picture in extract.pictures:
        if picture.alone and (picture.share >= search.picture_share or not extract.lines):
            yield Gap("picture", f"{_page(picture)} is a picture, and its text cannot be read", picture.spot)
        elif not is_found and _is_announced(picture, extract, layout, search):
            reason = "bank details are announced where a picture stands, and its text cannot be read"
            yield Gap("picture", reason, picture.spot)


def _page(picture: Picture) -> str:
    return f"page {picture.spot.page}" if picture.spot.page is not None else "it"


def _is_announced(picture: Picture, extract: Extract, layout: Layout, search: Search) -> bool:
    """Whether the lines before a picture, or the one after it, announce bank details that do not follow as text."""
    first, last = picture.after - search.picture_lines, picture.after + 1
    near = {id(line) for line in extract.lines[max(0, first) : last]}
    cells = [cell for cell in layout.cells if id(cell.line) in near]
    return any(_announces(cell) for cell in cells)


def _announces(cell: Cell) -> bool:
    return any(hit.label.role == "announcement" for hit in cell.hits)
