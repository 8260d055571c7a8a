"""Ends for what a page of HTML begins and never ends, so that a parser does not search the rest of it again and again."""

import re

_STYLE = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)
_ENDS = (("<![", "]]>"), ("<!--", "-->"), ("<", ">"))


def ended(text: str) -> str:
    """A page in which the last comment, section and tag end, as a browser has them do at the end of the page."""
    for begin, end in _ENDS:
        if text.rfind(begin) > text.rfind(end):
            text += end
    return text


def styles_in(text: str) -> list[str]:
    """The style sheets of a page, but for one that does not end."""
    ends = [match.end() for match in _STYLE_END.finditer(text)]
    return _STYLE.findall(text, 0, ends[-1]) if ends else []
