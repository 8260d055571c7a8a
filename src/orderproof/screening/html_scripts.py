"""What the scripts of a page of HTML say themselves, and which of them write what they do not say."""

import re
from collections.abc import Iterator

_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|\b([0-9]{6,})n?\b", re.DOTALL)
_JOINED = re.compile(r"([\"'`])\s*\+\s*[\"'`]")
_ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{2,6})\}?|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_WRITES = re.compile(
    r"\.(?:innerHTML|outerHTML|textContent|innerText|nodeValue|value|placeholder)\s*\+?=|\bdocument\.writ|"
    r"\b(?:insertAdjacent\w+|createTextNode|fillText|strokeText|drawImage|setAttribute|append|replaceWith)\s*\("
)
_MAKES = re.compile(
    r"\b(?:atob|fromCharCode|fromCodePoint|unescape|decodeURI\w*|eval|Function|fetch|XMLHttpRequest|TextDecoder)\b"
    r"|\[(?:\s*[\"'`]?[0-9]{1,6}[\"'`]?\s*,){2,}"
)
"""Words that make texts of others, and lists of digits, of which texts may be made."""
_IMPORTS = re.compile(r"\bimport\b[^;\n]{0,200}?[\"'`](?:[a-z][a-z0-9+.-]*:)?//|\bimportScripts\s*\(", re.IGNORECASE)
_CREATES = re.compile(r"\bcreateElement\w*\s*\(")
_POINTS = re.compile(r"\.src\s*=|[\"'`]src[\"'`]\s*,")
_TAG = re.compile(r"<[^<>]*>")
_NUMBER = re.compile(r"(?:[0-9][ .\-]?){6,}(?![0-9A-Za-z])")
"""A number as long as an account is, no part of a name that holds digits and letters."""


def said_by(script: str) -> Iterator[str]:
    """The texts and long numbers in a script, those joined that it only joins."""
    for match in _STRING.finditer(_JOINED.sub("", script)):
        written = next(group for group in (*match.groups(), "") if group is not None)
        yield from _TAG.split(without_escapes(written))


def writes_more(script: str) -> bool:
    """Whether a script writes on the page what it works out, or a number that it holds: where, only running it tells."""
    is_made = _MAKES.search(script) is not None
    return _WRITES.search(script) is not None and (is_made or any(map(_NUMBER.search, said_by(script))))


def loads_more(script: str) -> bool:
    """Whether a script has another one run that stands elsewhere, or shows a page or a picture from there."""
    return _IMPORTS.search(script) is not None or (
        _CREATES.search(script) is not None and _POINTS.search(script) is not None
    )


def without_escapes(text: str) -> str:
    """A string of a script as it is shown."""
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return {"n": "\n", "t": "\t", "r": "", "\n": ""}.get(match.group(3), match.group(3))
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else ""
