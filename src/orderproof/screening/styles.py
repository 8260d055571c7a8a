"""How a page of HTML shows its elements: what of them a person does not see, and why."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARATION = re.compile(r"(?:[^;\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[\"'])+", re.DOTALL)
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_ADDRESS = r"(?:\"([^\"]*)\"|'([^']*)'|([^\"'()\s]+))"
_LINK = re.compile(rf"url\(\s*{_ADDRESS}", re.IGNORECASE)
_IMPORT = re.compile(rf"@import\s+(?:url\(\s*)?{_ADDRESS}", re.IGNORECASE)
_WRITING = frozenset({"content", "counter-reset", "counter-set", "counter-increment"})
_NUMBER = re.compile("[0-9]{5,}")
_SIMPLE = re.compile(r"([.#]?)([\w-]+)")
_LENGTH = re.compile(r"(-?[\d.]+)\s*(px|pt|em|rem|%|cm|mm|in|vw|vh)?")
_CHANNEL = re.compile(r"[\d.]+%?")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 37.8, "mm": 3.78, "vw": 8.0, "vh": 8.0}
_NAMES = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "black": (0, 0, 0),
    "navy": (0, 0, 128),
    "blue": (0, 0, 255),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "gray": (128, 128, 128),
    "yellow": (255, 255, 0),
}
_TINY = 2.7
"""Pixels: two points."""
_OUTSIDE = -900.0
_NEAR = 24
"""How far colours are apart, in each of three parts of 255, that a person tells from each other."""

Colour = tuple[int, int, int]
Declarations = dict[str, str]


class Shown(Struct, frozen=True):
    """How an element is shown, which its children take from it: ``hidden`` is empty where it is seen."""

    hidden: str = ""
    colour: Colour = (0, 0, 0)
    ground: Colour = (255, 255, 255)
    size: float = 16.0
    is_reversed: bool = False


class Sheet:
    """The rules of a page's style sheets, by the last simple selector of each: a class, an id or a tag."""

    def __init__(self) -> None:
        self._rules: dict[str, Declarations] = {}
        self.contents: list[str] = []
        self.links: list[str] = []
        self.imports: list[str] = []

    def add(self, text: str) -> None:
        """Add a style sheet; what it writes on the page itself goes to ``contents``, what it shows to ``links``.

        The other sheets that it uses go to ``imports``.
        """
        text = _COMMENT.sub("", text)
        self.imports += ["".join(found) for found in _IMPORT.findall(text)]
        self.links += links_of(_IMPORT.sub("", text))
        for selectors, body in _RULE.findall(text):
            declared = declarations(body)
            for name, value in declared.items():
                if name in _WRITING or name.startswith("--"):
                    self.contents += [written for written in _written(value, name) if written.strip()]
            if "::" in selectors or ":before" in selectors or ":after" in selectors:
                continue
            for selector in selectors.split(","):
                last = re.split(r"[\s>+~]+", selector.strip())[-1]
                names = [mark + name for mark, name in _SIMPLE.findall(last)]
                if names and ":" not in last:
                    self._rules.setdefault(names[-1].lower(), {}).update(declared)

    def of(self, tag: str, attributes: Mapping[str, str]) -> Declarations:
        """All that is declared for an element, its own style last."""
        names = [tag]
        names += ["." + name.lower() for name in attributes.get("class", "").split()]
        names += ["#" + attributes["id"].lower()] if "id" in attributes else []
        found: Declarations = {}
        for name in names:
            found.update(self._rules.get(name, {}))
        found.update(declarations(attributes.get("style", "")))
        return found


def links_of(text: str) -> list[str]:
    """The links of a style or a style sheet: pictures and fonts."""
    return ["".join(found) for found in _LINK.findall(text)]


def declarations(text: str) -> Declarations:
    """The declarations of a style, in lower case."""
    found: Declarations = {}
    for part in _DECLARATION.findall(text):
        name, colon, value = part.partition(":")
        if colon:
            # What a sheet writes on the page keeps its letters.
            name = name.strip().lower()
            value = value.strip()
            is_kept = name in _WRITING or name.startswith("--")
            found[name] = value if is_kept else value.lower().replace("!important", "").strip()
    return found


def _written(value: str, name: str) -> list[str]:
    """What a declaration writes: its strings, one behind the other, as they are shown, and the numbers it counts from."""
    strings = [_ESCAPE.sub(_unescaped, one or other) for one, other in _STRING.findall(value)]
    numbers = _NUMBER.findall(_STRING.sub(" ", value)) if name != "content" else []
    return ["".join(strings), *numbers]


def _unescaped(match: re.Match[str]) -> str:
    if match.group(1) is None:
        return match.group(2).strip("\n")
    number = int(match.group(1), 16)
    return chr(number) if 0 < number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else ""


def shown(tag: str, attributes: Mapping[str, str], declared: Declarations, around: Shown) -> Shown:
    """How an element is shown inside another."""
    colour = _colour(declared.get("color", attributes.get("color", "")), around.colour)
    ground_text = declared.get("background-color", declared.get("background", attributes.get("bgcolor", "")))
    ground = _colour(ground_text, around.ground) if "transparent" not in ground_text else around.ground
    size = _size(declared.get("font-size", ""), around.size)
    turned = attributes.get("dir", "").lower() == "rtl" if tag == "bdo" else around.is_reversed
    if "override" in declared.get("unicode-bidi", "") and declared.get("direction") == "rtl":
        turned = True
    inner = replace(around, colour=colour, ground=ground, size=size, is_reversed=turned)
    hidden = around.hidden or _why_hidden(tag, attributes, declared) or _why_unseen(declared, inner)
    return replace(inner, hidden=hidden)


def _why_hidden(tag: str, attributes: Mapping[str, str], declared: Declarations) -> str:
    """Why an element is not there for a person, by what is declared for it."""
    if "hidden" in attributes or tag in ("template", "noscript", "datalist"):
        return "hidden text"
    if declared.get("display") == "none" or declared.get("visibility") in ("hidden", "collapse"):
        return "hidden text"
    if any(_is_zero(declared.get(name)) for name in ("opacity", "zoom")):
        return "hidden text"
    clipped = declared.get("clip", "") + declared.get("clip-path", "") + declared.get("transform", "")
    if re.search(r"rect\(\s*[01](?:px)?[\s,]+[01]|inset\(\s*(?:50|100)%|scale[xy]?\(\s*0\s*[,)]", clipped):
        return "hidden text"
    if declared.get("overflow") == "hidden" and any(_is_zero(declared.get(name)) for name in ("height", "width")):
        return "hidden text"
    for name in ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top"):
        if _pixels(declared.get(name, ""), 16.0, 0.0) < _OUTSIDE:
            return "outside the page"
    return ""


def _why_unseen(declared: Declarations, inner: Shown) -> str:
    if inner.size < _TINY:
        return "tiny text"
    colour = declared.get("color", "")
    if colour == "transparent" or re.match(r"(?:rgba|hsla)\(.*[,/]\s*0(?:\.0+)?%?\s*\)", colour):
        return "hidden text"
    if all(abs(one - other) < _NEAR for one, other in zip(inner.colour, inner.ground, strict=True)):
        return "white text" if min(inner.colour) > 255 - _NEAR else "text in the colour of its ground"
    return ""


def _is_zero(value: str | None) -> bool:
    found = _LENGTH.fullmatch(value) if value else None
    return found is not None and _number(found.group(1)) == 0


def _pixels(value: str, size: float, otherwise: float) -> float:
    found = _LENGTH.fullmatch(value.strip())
    if found is None:
        return otherwise
    number, unit = _number(found.group(1)), found.group(2) or ""
    if unit in ("em", "rem"):
        return number * size
    if unit == "%":
        return number * size / 100
    return number * _PIXELS[unit]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _size(value: str, around: float) -> float:
    return _pixels(value, around, around) if value else around


def _colour(value: str, otherwise: Colour) -> Colour:
    value = value.strip().lower()
    if value in _NAMES:
        return _NAMES[value]
    found = re.search(r"#([0-9a-f]{3,8})\b", value)
    if found is not None:
        digits = found.group(1)
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        return _three(int(digits[at : at + 2] or "0", 16) for at in (0, 2, 4))
    if value.startswith("rgb"):
        parts = _CHANNEL.findall(value)[:3]
        if len(parts) == 3:
            return _three(
                int(_number(part[:-1]) * 2.55) if part.endswith("%") else int(_number(part)) for part in parts
            )
    return next((colour for name, colour in _NAMES.items() if name in value.split()), otherwise)


def _three(parts: Iterable[int]) -> Colour:
    red, green, blue = parts
    return red, green, blue
