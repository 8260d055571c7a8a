"""What formulas show that join texts of other cells, or show them: a stored result may be missing, old, or a lie."""

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?:\"(?P<text>(?:[^\"]|\"\")*)\"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<place>(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7})(?![\w(.:])"
    r"|(?P<joins>(?:_xlfn\.)?CONCAT(?:ENATE)?)\s*\(|(?P<shows>TEXT|T|TRIM|UPPER|LOWER|CLEAN|VALUE)\s*\(|(?P<sign>[&(),+=]))",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"&|\b(?:CHAR|UNICHAR|REPT|INDIRECT|OFFSET|INDEX|[XVH]?LOOKUP|CHOOSE|MID|LEFT|RIGHT|SUBSTITUTE|REPLACE|CONCAT\w*|TEXTJOIN|TEXTSPLIT|"
    r"(?:HEX|OCT|BIN)2DEC|DECIMAL|BASE|FIXED|LET|LAMBDA|WEBSERVICE)\s*\(",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[=+\s]*(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7}\s*", re.IGNORECASE)
_ANY_PLACE = re.compile(r"(?<![\w.])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![\w(.])|\[", re.IGNORECASE)
_MOST = 4096
_STRING = re.compile(r'"(?:[^"]|"")*"')
_DEEPEST = 20


def makes_text(formula: str) -> bool:
    """Whether a formula may show a text that stands in no cell, or in another one."""
    return _PLACE.fullmatch(formula) is not None or _MADE.search(_STRING.sub('""', formula)) is not None


def is_constant(formula: str) -> bool:
    """Whether a formula is made of no cells, so that its result cannot be blank because they are."""
    return _ANY_PLACE.search(_STRING.sub('""', formula)) is None


def joined_text(formula: str, cell: Callable[[str], str]) -> str | None:
    """What a formula shows that does nothing but join texts, numbers and cells; None for any other.

    ``cell`` tells what a place such as ``B7`` or ``Sheet2!B7`` shows.
    """
    if len(formula) > _MOST:
        return None
    found: list[str] = []
    closes: list[str] = []
    at, is_skipped = 0, 0
    while at < len(formula.rstrip()):
        token = _TOKEN.match(formula, at)
        if token is None or len(closes) > _DEEPEST:
            return None
        at = token.end()
        if token["sign"] is not None:
            is_skipped = _after_sign(token["sign"], closes, is_skipped)
        elif token["joins"] is not None or token["shows"] is not None:
            closes.append("joins" if token["joins"] is not None else "shows")
        elif not is_skipped:
            found.append(_shown(token, cell))
    return "".join(found) if not closes else None


def _after_sign(sign: str, closes: list[str], is_skipped: int) -> int:
    """How deep what follows lies in what is not shown, such as the format of a text."""
    if sign == "(":
        closes.append("joins")
    elif sign == ")" and closes:
        closes.pop()
        return is_skipped if len(closes) >= is_skipped else 0
    elif sign == "," and closes and closes[-1] == "shows" and not is_skipped:
        return len(closes)
    return is_skipped


def _shown(token: re.Match[str], cell: Callable[[str], str]) -> str:
    if token["text"] is not None:
        return token["text"].replace('""', '"')
    if token["number"] is not None:
        return token["number"]
    return cell(token["place"].replace("$", "").replace("'", ""))
