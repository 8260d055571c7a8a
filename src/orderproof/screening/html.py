"""A page of HTML: what a reader sees of it, and what stands in it unseen."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import unquote

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.encoding import decoded
from orderproof.screening.gathered import Gathered
from orderproof.screening.html_ends import ended, styles_in
from orderproof.screening.html_layout import Layout
from orderproof.screening.html_links import held_by, is_font, is_outside, is_picture
from orderproof.screening.html_names import numbers_named
from orderproof.screening.html_scripts import loads_more, said_by, writes_more
from orderproof.screening.html_tags import BLOCKS, VOID
from orderproof.screening.picture_size import PAGE, share_of_page, size_of
from orderproof.screening.styles import Sheet, Shown, links_of, shown
from orderproof.screening.text import Extract

_CHARSET = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([\w:-]+)", re.IGNORECASE)
_TEXTS = {
    "alt": "alternative text",
    "title": "title",
    "aria-label": "label",
    "placeholder": "form field",
    "value": "form field",
    "content": "document property",
    "summary": "summary",
    "label": "label",
}
_LINKS = ("href", "action", "cite", "xlink:href")
_SETS = ("srcset", "imagesrcset")
_USERS = ("use", "feimage")
"""The elements of a drawing that show another one."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MANY_DIGITS = re.compile(r"(?:[0-9][^0-9]{0,2}){6}")
_SCRIPT_ELSEWHERE = "a script from elsewhere runs in it, which is not read"
_HEAD = 1024
_STROKE = re.compile("[mM]")
_WORD = 12
"""So many separate strokes are the letters of a label or a number, not a sign."""
_MOST_DEPTH = 2000


def read_html(content: bytes, budget: Budget) -> Extract:
    """What is written in a page of HTML, with what it hides: comments, attributes, scripts and unseen elements."""
    gathered = Gathered(budget)
    declared = _CHARSET.search(content[: 1 << 14])
    text = decoded(content, declared.group(1).decode("ascii", "replace") if declared else "")
    if text is None:
        gathered.gap("format", "it is no text, or one in an unknown encoding")
        return gathered.extract("html")
    if "<!ENTITY" in text:
        gathered.gap("damaged", "it declares entities, which stand for texts of its own")
    page = _Page(gathered, budget)
    try:
        budget.tags(text.count("<"))
        for style in styles_in(text):
            page.sheet.add(style)
        page.feed(ended(text))
        page.close()
        page.finish()
    except SpentError as error:
        gathered.gap("limit", error.reason)
    return gathered.extract("html")


class _Page(HTMLParser):
    """The elements of a page as they open and close."""

    def __init__(self, gathered: Gathered, budget: Budget) -> None:
        super().__init__(convert_charrefs=True)
        self._gathered = gathered
        self._budget = budget
        self.sheet = Sheet()
        self._layout = Layout(gathered)
        self._open: list[tuple[str, Shown]] = [("", Shown())]
        self._strokes = 0
        self._is_elsewhere = False
        """Whether the links of the page begin at another place than its own."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        inner = shown(tag, attributes, self.sheet.of(tag, attributes), self._open[-1][1])
        line = self.getpos()[0]
        if tag in ("tr", "td", "th", "li", "option", "p"):
            self._close_implied(tag)
        self._layout.at(line)
        if tag == "br":
            self._layout.new_line()
        elif tag in BLOCKS:
            self._layout.new_block()
        self._layout.opened(tag, attributes)
        self._attributes(tag, attributes, inner)
        if tag not in VOID:
            if len(self._open) > _MOST_DEPTH:
                raise SpentError("it is nested too deep to be read")
            self._open.append((tag, inner))

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            self._layout.new_line()
            return
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at][0] == tag), 0)
        if at == 0:
            return
        if tag == "svg":
            self._end_drawing()
        for name, _ in reversed(self._open[at:]):
            if name in BLOCKS:
                self._layout.new_block()
            self._layout.closed(name)
        del self._open[at:]

    def _close_implied(self, tag: str) -> None:
        """An element that another of its kind ends, where nobody closed it."""
        ends = {"tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th")}.get(tag, (tag,))
        for at in range(len(self._open) - 1, 0, -1):
            name = self._open[at][0]
            if name in ("table", "ul", "ol", "select", "div") and tag != "p":
                return
            if name in ends:
                self.handle_endtag(name)
                if tag != "tr":
                    return
            elif tag == "p" and name in BLOCKS:
                return

    def handle_data(self, data: str) -> None:
        tag, inner = self._open[-1]
        self._layout.at(self.getpos()[0])
        if tag == "style":
            return
        if tag == "script":
            self._script(data)
        elif tag == "title":
            self._layout.aside(data, "title", "")
        elif inner.is_reversed:
            self._layout.text(data[::-1], inner.hidden)
            self._layout.aside(data, "reversed text", "reversed text")
        elif any(name in ("pre", "textarea", "xmp", "plaintext") for name, _ in self._open):
            self._layout.written(data, inner.hidden)
        else:
            self._layout.text(data, inner.hidden)

    def handle_comment(self, data: str) -> None:
        self._layout.at(self.getpos()[0])
        # What stands in a comment may be a part of a page that was taken out.
        for piece in re.split(r"<[^<>]*>|\n", data):
            self._layout.aside(piece, "comment", "comment")

    def unknown_decl(self, data: str) -> None:
        self._layout.aside(data.removeprefix("CDATA["), "comment", "comment")

    def handle_pi(self, data: str) -> None:
        self._layout.aside(data, "comment", "comment")

    def _script(self, data: str) -> None:
        for piece in said_by(data):
            self._layout.aside(piece, "script", "script")
        if writes_more(data):
            self._gathered.gap("embedded", "a script in it writes on the page, and is not run")
        if loads_more(data):
            self._gathered.gap("embedded", _SCRIPT_ELSEWHERE)

    def _attributes(self, tag: str, attributes: dict[str, str], inner: Shown) -> None:
        for name, value in attributes.items():
            if name == "srcdoc":
                self._gathered.nested("frame.html", value.encode())
            elif name.startswith("on") or (name in _LINKS and value.strip().lower().startswith("javascript:")):
                self._script(value)
            elif name == "style":
                self._linked(links_of(value))
            elif name in ("background", "poster"):
                self._linked([value])
            elif name in _SETS or (tag in _USERS and name in _LINKS):
                self._linked(link for link in value.split() if link.startswith("data:image/svg"))
            elif name in _TEXTS and not (tag == "option" and name == "value"):
                is_seen = name in ("value", "placeholder") and attributes.get("type", "") != "hidden"
                unseen = inner.hidden if is_seen else (inner.hidden or "hidden text")
                if name == "value" and not is_seen and (label := attributes.get("name")):
                    value = f"{label}: {value}"  # noqa: PLW2901 what it is for stands nowhere else
                self._layout.aside(value, _TEXTS[name], unseen)
            elif name in _LINKS and _SCHEME.match(value) and not value.startswith("data:"):
                self._layout.aside(unquote(value), "link", "link")
            elif name.startswith("data-") or (name not in ("style", "src", "data") and _MANY_DIGITS.search(value)):
                self._layout.aside(value, "attribute", "hidden text")
        for text in numbers_named(attributes):
            self._layout.aside(text, "attribute", "hidden text")
        if tag == "path":
            self._strokes += len(_STROKE.findall(attributes.get("d", "")))
        if tag in ("img", "image", "input") and (attributes.get("src") or tag != "input"):
            self._picture(attributes)
        elif tag in ("iframe", "frame", "object", "embed"):
            self._frame(attributes)
        elif tag == "script":
            self._script_at(attributes.get("src") or attributes.get("href") or attributes.get("xlink:href", ""))
        elif tag == "base":
            self._is_elsewhere = is_outside(attributes.get("href", ""))
        elif tag == "link" and attributes.get("rel", "").lower() == "stylesheet":
            self._sheet_at(attributes.get("href", ""))
        elif (
            tag == "meta"
            and attributes.get("http-equiv", "").lower() == "refresh"
            and "url" in attributes.get("content", "")
        ):
            self._gathered.gap("embedded", "it goes on to another page, which is not read")
        elif tag == "a" and (content := held_by(attributes.get("href", ""))) is not None:
            self._gathered.nested("link", content)

    def _script_at(self, source: str) -> None:
        """A script that a link points to, or that the link itself holds."""
        content = held_by(source)
        if content is not None:
            self._script(content.decode("utf-8", "replace"))
        elif source:
            self._gathered.gap("embedded", _SCRIPT_ELSEWHERE)

    def _sheet_at(self, source: str) -> None:
        """A style sheet that a link points to: it may write on the page."""
        content = held_by(source)
        if content is not None:
            self.sheet.add(content.decode("utf-8", "replace"))
        elif source and (self._is_elsewhere or is_outside(source)) and not is_font(source):
            self._gathered.gap("embedded", "a style sheet from elsewhere is used in it, which is not read")

    def _linked(self, links: Iterable[str]) -> None:
        """What a style shows: a picture that is a drawing is read; another one is a picture, as far as one can tell."""
        for link in links:
            content = held_by(link)
            if content is not None and b"<svg" in content[:_HEAD]:
                self._drawing(content)
            elif is_picture(link):
                self._layout.picture(0.0)

    def _drawing(self, content: bytes) -> None:
        """Read a drawing, which may hold text."""
        self._gathered.nested("picture.svg", b"<html>" + content)

    def _picture(self, attributes: dict[str, str]) -> None:
        content = held_by(attributes.get("src") or attributes.get("href") or attributes.get("xlink:href", ""))
        self._layout.new_block()
        if content is not None and b"<svg" in content[:_HEAD]:
            self._drawing(content)
            return
        if content is not None and self._budget.ocr is not None:
            self._gathered.nested("picture", content)
            return
        declared = self.sheet.of("img", attributes)
        width, height = (
            _measure(declared.get(name) or attributes.get(name, ""), most)
            for name, most in (("width", PAGE[0]), ("height", PAGE[1]))
        )
        self._layout.picture(share_of_page(width, height, size_of(content or b"")))

    def _end_drawing(self) -> None:
        """A drawing of so many strokes may show letters."""
        if self._strokes >= _WORD:
            self._layout.picture(0.0)
        self._strokes = 0

    def _frame(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src") or attributes.get("data", "")
        content = held_by(source)
        if content is not None:
            self._layout.new_block()
            self._gathered.nested("frame", content)
        elif source.strip().lower().startswith("javascript:"):
            self._script(unquote(source))
        elif source and not source.startswith(("about:", "#")):
            self._gathered.gap("embedded", "it shows another page or file, which is not read")

    def finish(self) -> None:
        """Add what stands at the end, and what the style sheets write and show on the page."""
        self._layout.new_block()
        for source in self.sheet.imports:
            self._sheet_at(source)
        self._linked(self.sheet.links)
        for written in self.sheet.contents:
            self._layout.aside(written, "style sheet", "")
        self._layout.new_block()


def _measure(value: str, most: float) -> float:
    """What share of a page a width or height is; 0 where it is not said."""
    found = re.match(r"\s*(\d{1,5}(?:\.\d+)?)\s*(%|px|pt|)", value)
    if found is None:
        return 0.0
    number = float(found.group(1))
    whole = {"%": 100.0, "pt": most * 0.75}.get(found.group(2), most)
    return min(1.0, number / whole)
