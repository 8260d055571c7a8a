"""Elements of a page, in which no text can be taken for markup."""

from html import escape

from msgspec import Struct

from orderproof.diagnostic import display


class Html(Struct, frozen=True):
    """Markup that is finished."""

    text: str


NOTHING = Html("")
_VOID = frozenset(("meta",))


def element(name: str, /, *content: str | Html, **attributes: str) -> Html:
    """An element. In the names of its attributes ``_`` stands for ``-``, and one at the end for nothing."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"' for key, value in attributes.items())
    inner = joined(*content).text
    return Html(f"<{name}{said}>" if name in _VOID else f"<{name}{said}>{inner}</{name}>")


def joined(*content: str | Html) -> Html:
    """Texts and elements one after the other."""
    return Html("".join(each.text if isinstance(each, Html) else escaped(each) for each in content))


def escaped(text: str) -> str:
    """A text in which neither a browser, nor a terminal, nor a CI system that prints the page sees anything but text."""
    return escape(display(text)).replace("##", "#&#35;")
