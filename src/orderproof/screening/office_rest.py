"""What the parts of an office document hold that its own reader did not look at: properties, charts, data, files."""

import re
from contextlib import suppress
from urllib.parse import unquote

from orderproof.reading.unread import DamagedError
from orderproof.screening.gathered import Gathered
from orderproof.screening.metafile import METAFILES, add_metafile
from orderproof.screening.ole import packed_in
from orderproof.screening.ooxml import OLE, PICTURE_ENDINGS, XML_ENDINGS, Attributes, PartError, Parts
from orderproof.screening.text import Line, Spot

_PARAGRAPHS = frozenset({"a:p", "w:p", "si", "property", "pt"})
_SAYING = re.compile(
    r"descr|title|alt|string|prompt(?:Title)?|error(?:Title)?|(?:\w*[cC])?aption|description|displayName|comment|tooltip|label"
)
_SILENT = re.compile(
    r"\[content_types\]\.xml|.*/(?:theme|fonts|_xmlsignatures)/.*|_xmlsignatures/.*|customxml/itemprops\d*\.xml"
    r"|.*/(?:styles|styleswitheffects|fonttable|websettings|calcchain|metadata|people|persons/person\d*"
    r"|printersettings/.*|thumbnail[^/]*|layout\d+|colors\d+|quickstyle\d+|style\d+)(?:\.\w+)?"
    r"|.*/printersettings/.*|.*\.(?:odttf|fntdata|ttf)"
)
"""Parts that say how a document looks, and nothing else."""
_LOOKS = frozenset(
    [
        *("theme", "themeoverride", "font", "fonttable", "styles", "styleswitheffects", "websettings", "tablestyles"),
        *(
            "calcchain",
            "metadata",
            "sheetmetadata",
            "people",
            "person",
            "printersettings",
            "thumbnail",
            "customxmlprops",
        ),
        *(
            "diagramlayout",
            "diagramcolors",
            "diagramquickstyle",
            "chartstyle",
            "chartcolorstyle",
            "origin",
            "signature",
        ),
    ]
)
"""The kinds of relations that lead to such parts; what another one leads to is read whatever it is called."""
_LONG_START = 5
"""Digits of the number at which a list begins: no list is so long."""
_COUNTS = frozenset(
    [
        "TotalTime",
        "Pages",
        "Words",
        "Characters",
        "CharactersWithSpaces",
        "Lines",
        "Paragraphs",
        "DocSecurity",
        "ScaleCrop",
        "LinksUpToDate",
        "SharedDoc",
        "HyperlinksChanged",
        "AppVersion",
        "Application",
        "revision",
        "created",
        "modified",
        "lastPrinted",
        "i4",
        "bool",
    ]
)
"""Properties that a program keeps by itself; they are told where they are longer than what it writes."""
_DATA = re.compile(r"customxml/|pivotcache|/activex/")
"""Parts in which any attribute may be a text."""
_PLACEHOLDER = re.compile("%[0-9]")
_KEPT = re.compile(r"(?:[\d.]{0,10}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?|true|false|Microsoft [\w ]+)\Z")


def rest(parts: Parts, gathered: Gathered) -> None:
    """Tell all parts that nobody has read, and all addresses, in the order of the archive; raises SpentError."""
    told = _told(parts)
    for name in parts.names():
        lower = name.lower()
        if lower.endswith(METAFILES):
            _metafile(parts, name, gathered)
        if name not in parts.unread and not lower.endswith(".rels"):
            continue
        if _SILENT.fullmatch(lower) and name not in told:
            continue
        with parts.reading(name):
            if lower.endswith(".rels"):
                _addresses(parts, name, gathered)
            elif lower.endswith(XML_ENDINGS):
                sweep = _Sweep(gathered, _named(lower), tells_all=_DATA.search(lower) is not None)
                parts.parse(name, sweep)
                sweep.end_all()
            elif not lower.endswith(PICTURE_ENDINGS):
                embedded(parts, name, gathered, Spot())


def _told(parts: Parts) -> set[str]:
    """The parts to which something leads that does not only say how the document looks."""
    return {
        relation.target
        for name in parts.names()
        if name.lower().endswith(".rels")
        for relation in parts.related(_owner(name)).values()
        if not relation.is_external and relation.kind.lower() not in _LOOKS
    }


def _owner(name: str) -> str:
    """The part whose relations a part holds; empty for those of the document as a whole."""
    folder, _, file = name.rpartition("/")
    return f"{folder.removesuffix('_rels')}{file.removesuffix('.rels')}" if file != ".rels" else ""


def _metafile(parts: Parts, name: str, gathered: Gathered) -> None:
    """Tell the text of a picture that is made of commands; one that cannot be unpacked stays a picture."""
    with suppress(PartError, DamagedError):
        add_metafile(parts.content(name), gathered, Spot(part="picture"))


def embedded(parts: Parts, name: str, gathered: Gathered, spot: Spot) -> None:
    """Read a part that is a file of its own; raises what reading it raises."""
    content = parts.content(name)
    short = name.rpartition("/")[2]
    if short.lower() == "vbaproject.bin":
        gathered.gap("embedded", "it holds a program (macros), which is not read", spot)
    elif content.startswith(OLE) and short.lower().endswith(".bin"):
        found = packed_in(content)
        if found is None:
            gathered.gap("embedded", f"it holds the object `{short}`, which cannot be read", spot)
        else:
            gathered.nested(found[0] or short, found[1], spot)
    elif content.strip(b"\0"):
        gathered.nested(short, content, spot)


def _addresses(parts: Parts, name: str, gathered: Gathered) -> None:
    """Tell the addresses outside of the document that a part points to."""
    frame = gathered.frame()
    parts.unread.pop(name, None)
    for row, relation in enumerate(parts.related(_owner(name)).values(), start=1):
        if relation.is_external:
            gathered.line(Line(unquote(relation.target), Spot(part="hyperlink"), frame=frame, row=row))


def _named(part: str) -> str:
    """What a part is called in a report."""
    words = {
        "docprops/": "document property",
        "/charts/": "chart",
        "/diagrams/": "diagram",
        "/drawings/": "text box",
        "customxml/": "document data",
        "/comments": "comment",
        "/threadedcomments": "comment",
    }
    return next(
        (word for piece, word in words.items() if piece in f"/{part}" or part.startswith(piece)), f"part `{part}`"
    )


def _is_said(tag: str, value: str) -> bool:
    """Whether the attributes of an element are text: variables, and what stands before the items of a list."""
    return tag == "w:docVar" or (tag == "w:lvlText" and len(_PLACEHOLDER.sub("", value)) > 3)


class _Sweep:
    """All text of a part: a line for each paragraph, else for each element."""

    def __init__(self, gathered: Gathered, part: str, *, tells_all: bool) -> None:
        self._gathered = gathered
        self._spot = Spot(part=part)
        self._frame = gathered.frame()
        self._tells_all = tells_all
        self._row = 0
        self._open = 0
        self._texts: list[str] = []
        self._label = self._first = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _PARAGRAPHS:
            self._open += 1
        if not self._open:
            self._flush("")
        if tag == "w:start":
            self._first = next(iter(attributes.values()), "")
        if tag == "a:blip" and any(attributes.values()):
            self._gathered.picture(self._spot)
        if tag == "property":
            self._label = attributes.get("name", "")
        for key, value in attributes.items():
            name = key.rpartition(" ")[2]
            if value and (self._tells_all or _SAYING.fullmatch(name) or _is_said(tag, value)):
                self._tell(f"{name}: {value}" if self._tells_all else self._numbered(tag, value))

    def end(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._open = max(0, self._open - 1)
        if not self._open:
            self._flush(self._label or ("" if tag in _PARAGRAPHS else tag.rpartition(":")[2]))
            self._label = ""

    def text(self, data: str) -> None:
        self._texts.append(data)

    def end_all(self) -> None:
        self._flush("")

    def _numbered(self, tag: str, value: str) -> str:
        """A text, with the number at which a list begins in it where it is so long that it is none of a list."""
        return _PLACEHOLDER.sub(self._first, value) if tag == "w:lvlText" and len(self._first) >= _LONG_START else value

    def _flush(self, label: str) -> None:
        text = "".join(self._texts).strip()
        self._texts.clear()
        if not text or (label in _COUNTS and _KEPT.match(text)):
            return
        is_named = label and self._spot.part in ("document property", "document data")
        for line in text.split("\n"):
            self._tell(f"{label}: {line}" if is_named else line)

    def _tell(self, text: str) -> None:
        self._row += 1
        self._gathered.line(Line(text, self._spot, frame=self._frame, row=self._row))
