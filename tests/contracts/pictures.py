"""Pictures with words in them, and without: scans, stamps, logos."""

import io
from collections.abc import Sequence

FONT = "DejaVuSans.ttf"
"""Looked for where the system keeps its fonts."""


def png(lines: Sequence[str], width: int = 620, height: int = 0) -> bytes:
    """Lines in black on white, in one bit a point."""
    from PIL import Image, ImageDraw, ImageFont  # late: only the generator draws

    height = height or 24 + 22 * len(lines)
    image = Image.new("1", (width, height), 1)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 14)
    for at, line in enumerate(lines):
        draw.text((30, 12 + 22 * at), line, fill=0, font=font)
    return _bytes(image)


def logo() -> bytes:
    """A round mark, and no words."""
    from PIL import Image, ImageDraw  # late: only the generator draws

    image = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(image).ellipse((6, 6, 58, 58), outline=(180, 20, 20), width=5)
    return _bytes(image)


def _bytes(image: object) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)  # type: ignore[attr-defined]
    return written.getvalue()
