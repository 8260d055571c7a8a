"""The links of a page of HTML: what they hold themselves, and where others lead."""

import base64
import re
from urllib.parse import unquote, unquote_to_bytes

_OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|avif)(?:[?#]|\Z)", re.IGNORECASE)
_FONT = re.compile(r"font|\.(?:woff2?|ttf|otf|eot)(?:[?#]|\Z)", re.IGNORECASE)


def is_outside(link: str) -> bool:
    """Whether a link leads to another place than that of the page."""
    return _OUTSIDE.match(link) is not None


def is_font(link: str) -> bool:
    """Whether a link leads to a font, or to a sheet that only names fonts, as far as one can tell."""
    return _FONT.search(link) is not None


def is_picture(link: str) -> bool:
    """Whether a link in a style leads to a picture, as far as one can tell."""
    if link.lower().startswith("data:image") or _PICTURE.search(link):
        return True
    return is_outside(link) and not is_font(link)


def held_by(source: str) -> bytes | None:
    """The bytes that a link itself holds; None for another link."""
    head, comma, body = source.strip().partition(",")
    if not comma or not head.lower().startswith("data:"):
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote(body) + "===")
    except ValueError:
        return b""
