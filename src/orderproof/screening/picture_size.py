"""How big a picture is, by the first bytes of its file and what is said of it; nothing of it is decoded."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 200
LITTLE_TEXT = 60
"""So few letters and digits are a page number, a title or a watermark."""
_MUCH = 1 / 3
PAGE = (794.0, 1123.0)
"""Points of a page of A4 on a screen."""
_FULL_WIDTH = 0.9
_HIGH = 2 / 3
"""How high a picture is by its width, as photographs are."""


def stands_alone(letters: int, share: float) -> bool:
    """Whether a page is a picture: it shows no letter or digit, or so few beside pictures over much of it."""
    return letters == 0 or (share >= _MUCH and letters < LITTLE_TEXT)


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a picture in PNG, GIF or JPEG; None for what is none, and where it is broken."""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg(content) if content.startswith(_JPEG) else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if at + 9 > len(content) or content[at] != 0xFF:
            return None
        if content[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def share_of_page(width: float, height: float, points: tuple[int, int] | None) -> float:
    """The share of a page that a picture covers; 0 where it is not known.

    ``width`` and ``height`` are shares of those of a page, 0 where nobody says them. A picture as wide as a page whose
    height is not known may be as high, too.
    """
    if points is not None and points[0] and points[1]:
        high = points[1] / points[0] * PAGE[0] / PAGE[1]
        width = width or (height / high if height else min(1.0, points[0] / PAGE[0]))
        height = height or width * high
    elif width >= _FULL_WIDTH:
        height = height or 1.0
    else:
        high = _HIGH * PAGE[0] / PAGE[1]
        width = width or height / high
        height = height or width * high
    return min(1.0, width) * min(1.0, height)
