"""A page of HTML: what a reader sees of it, and what stands in it unseen."""

import base64
import binascii
import re
from html.parser import HTMLParser
from urllib.parse import unquote, unquote_to_bytes

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.encoding import decoded
from orderproof.screening.gathered import Gathered
from orderproof.screening.html_layout import Layout
from orderproof.screening.styles import Sheet, Shown, shown
from orderproof.screening.text import Extract

_CHARSET = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([\w:-]+)", re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
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
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MANY_DIGITS = re.compile(r"(?:[0-9][^0-9]{0,2}){6}")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|\b([0-9]{6,})n?\b", re.DOTALL)
_JOINED = re.compile(r"([\"'`])\s*\+\s*[\"'`]")
_ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{2,6})\}?|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PAGE_WIDTH, _PAGE_HEIGHT = 600.0, 800.0
_MOST_DEPTH = 2000


def read_html(content: bytes, budget: Budget) -> Extract:
    """What is written in a page of HTML, with what it hides: comments, attributes, scripts and unseen elements."""
    gathered = Gathered(budget)
    declared = _CHARSET.search(content[: 1 << 14])
    text = decoded(content, declared.group(1).decode("ascii", "replace") if declared else "")
    if text is None:
        gathered.gap("format", "it is no text, or one in an unknown encoding")
        return gathered.extract("html")
    page = _Page(gathered, budget)
    try:
        for style in _STYLE.findall(text):
            page.sheet.add(style)
        page.feed(text)
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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        inner = shown(tag, attributes, self.sheet.of(tag, attributes), self._open[-1][1])
        line = self.getpos()[0]
        if tag in ("tr", "td", "th", "li", "option", "p"):
            self._close_implied(tag)
        self._layout.at(line)
        if tag == "br":
            self._layout.new_line()
        elif tag in _BLOCKS:
            self._layout.new_block()
        self._layout.opened(tag, attributes)
        self._attributes(tag, attributes, inner)
        if tag not in _VOID:
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
        for name, _ in reversed(self._open[at:]):
            if name in _BLOCKS:
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
            elif tag == "p" and name in _BLOCKS:
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
        for match in _STRING.finditer(_JOINED.sub("", data)):
            written = _ESCAPE.sub(_unescaped, next(group for group in (*match.groups(), "") if group is not None))
            for piece in re.split(r"<[^<>]*>", written):
                self._layout.aside(piece, "script", "script")

    def _attributes(self, tag: str, attributes: dict[str, str], inner: Shown) -> None:
        for name, value in attributes.items():
            if name == "srcdoc":
                self._gathered.nested("frame.html", value.encode())
            elif name in _TEXTS and not (tag == "option" and name == "value"):
                is_seen = name in ("value", "placeholder") and attributes.get("type", "") != "hidden"
                unseen = inner.hidden if is_seen else (inner.hidden or "hidden text")
                self._layout.aside(value, _TEXTS[name], unseen)
            elif name in _LINKS and _SCHEME.match(value) and not value.startswith("data:"):
                self._layout.aside(unquote(value), "link", "link")
            elif name.startswith("data-") or (name not in ("style", "src", "data") and _MANY_DIGITS.search(value)):
                self._layout.aside(value, "attribute", "hidden text")
        if tag in ("img", "image", "input") and (attributes.get("src") or tag != "input"):
            self._picture(attributes)
        elif tag in ("iframe", "frame", "object", "embed"):
            self._frame(attributes)

    def _picture(self, attributes: dict[str, str]) -> None:
        content = _data(attributes.get("src") or attributes.get("href", ""))
        self._layout.new_block()
        if content is not None and self._budget.ocr is not None:
            self._gathered.nested("picture", content)
            return
        declared = self.sheet.of("img", attributes)
        width = _measure(declared.get("width") or attributes.get("width", ""), _PAGE_WIDTH)
        height = _measure(declared.get("height") or attributes.get("height", ""), _PAGE_HEIGHT)
        self._layout.picture(width * height)

    def _frame(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src") or attributes.get("data", "")
        content = _data(source)
        if content is not None:
            self._layout.new_block()
            self._gathered.nested("frame", content)
        elif source and not source.startswith(("about:", "javascript:", "#")):
            self._gathered.gap("embedded", "it shows another page or file, which is not read")

    def finish(self) -> None:
        """Add what stands at the end, and what the style sheets write on the page."""
        self._layout.new_block()
        for written in self.sheet.contents:
            self._layout.aside(_ESCAPE.sub(_unescaped, written), "style sheet", "")
        self._layout.new_block()


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return {"n": "\n", "t": "\t", "r": "", "\n": ""}.get(match.group(3), match.group(3))
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else ""


def _data(source: str) -> bytes | None:
    """The bytes that a link itself holds; None for another link."""
    head, comma, body = source.strip().partition(",")
    if not comma or not head.lower().startswith("data:"):
        return None
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote(body) + "===")
    except (binascii.Error, ValueError):
        return b""


def _measure(value: str, most: float) -> float:
    """What share of a page a width or height is; 0 where it is not said."""
    found = re.match(r"\s*(\d{1,5}(?:\.\d+)?)\s*(%|px|pt|)", value)
    if found is None:
        return 0.0
    number = float(found.group(1))
    return min(1.0, number / 100 if found.group(2) == "%" else number / most)
