"""How the text of a Word document looks: what of it a person does not see, and why."""

import re

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.ooxml import Attributes, attribute

_TINY = 4
"""Half points: text of two points and less is a line to the eye."""
_HEX = re.compile("[0-9A-Fa-f]{6}")
_LIGHT = 0xF3
"""From this share of red, green and blue on, a colour is white to the eye."""
_WHITE_THEMES = frozenset({"background1", "light1", "bg1", "lt1"})
_OFF = frozenset({"0", "false", "off", "none"})
_PROPERTIES = frozenset(
    {"w:vanish", "w:webHidden", "w:specVanish", "w:color", "w:sz", "w:shd", "w:highlight", "w:rFonts"}
)


class Look(Struct, frozen=True):
    """What of the properties of text decides whether and as what it is seen; None and empty where they do not say."""

    is_hidden: bool | None = None
    color: str = ""
    size: int | None = None
    fill: str = ""
    font: str = ""

    def over(self, below: "Look") -> "Look":
        """What both looks say together: this one where it says something, else the one that it is based on."""
        return Look(
            below.is_hidden if self.is_hidden is None else self.is_hidden,
            self.color or below.color,
            below.size if self.size is None else self.size,
            self.fill or below.fill,
            self.font or below.font,
        )

    @property
    def reason(self) -> str:
        """Why the text is not seen; empty where it is."""
        if self.is_hidden:
            return "hidden text"
        if self.size is not None and self.size <= _TINY:
            return "tiny text"
        if self.color and self.color == (self.fill or "FFFFFF"):
            return "white text" if self.color == "FFFFFF" else "text in the colour of its background"
        return ""


NO_LOOK = Look()


def changed(look: Look, tag: str, attributes: Attributes) -> Look:
    """A look after one more property."""
    if tag not in _PROPERTIES:
        return look
    value = attribute(attributes, "val")
    match tag:
        case "w:color":
            return replace(look, color=colour(value, attribute(attributes, "themeColor")))
        case "w:sz":
            return replace(look, size=int(value)) if value.isascii() and value.isdecimal() and len(value) < 6 else look
        case "w:shd":
            return replace(look, fill=colour(attribute(attributes, "fill"), attribute(attributes, "themeFill")))
        case "w:rFonts":
            return replace(look, font=attribute(attributes, "ascii") or attribute(attributes, "hAnsi") or look.font)
        case "w:highlight":
            return replace(look, fill={"white": "FFFFFF", "none": ""}.get(value, value))
        case _:
            return replace(look, is_hidden=value not in _OFF)


def colour(value: str, theme: str) -> str:
    """A colour, all that is white to the eye as one; empty where it is left to the program."""
    if _HEX.fullmatch(value):
        parts = bytes.fromhex(value)
        return "FFFFFF" if min(parts) >= _LIGHT else value.upper()
    return "FFFFFF" if theme in _WHITE_THEMES else ""


class Styles:
    """The styles of a Word document, told as its part is parsed."""

    def __init__(self) -> None:
        self._looks: dict[str, Look] = {}
        self._bases: dict[str, str] = {}
        self._known: dict[str, Look] = {}
        self._style: str | None = None
        self._default = NO_LOOK
        self._in_default = False
        self._first = ""
        self._in_properties = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "w:style":
            self._style = attribute(attributes, "styleId")
            self._looks[self._style] = NO_LOOK
            if attribute(attributes, "type") == "paragraph" and attribute(attributes, "default") in ("1", "true"):
                self._first = self._style
        elif tag == "w:rPrDefault":
            self._in_default = True
        elif tag == "w:rPr":
            self._in_properties += 1
        elif tag == "w:tblStylePr":
            # What holds for a part of a table only, such as white letters in its dark first row.
            self._style = None
        elif tag == "w:basedOn" and self._style is not None:
            self._bases[self._style] = attribute(attributes, "val")
        elif self._in_properties and tag in _PROPERTIES:
            if self._in_default:
                self._default = changed(self._default, tag, attributes)
            elif self._style is not None:
                self._looks[self._style] = changed(self._looks[self._style], tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "w:rPr":
            self._in_properties -= 1
        elif tag == "w:rPrDefault":
            self._in_default = False
        elif tag == "w:style":
            self._style = None

    def text(self, data: str) -> None:
        """No text stands in styles."""

    def paragraph(self, style: str) -> Look:
        """How text looks in a paragraph of a style; "" is the style of most."""
        return self.run(style or self._first).over(self._default)

    def run(self, style: str) -> Look:
        """What a style and those that it is based on say."""
        known = self._known.get(style)
        if known is None:
            known, seen, name = NO_LOOK, set[str](), style
            while name in self._looks and name not in seen:
                seen.add(name)
                known = known.over(self._looks[name])
                name = self._bases.get(name, "")
            self._known[style] = known
        return known
