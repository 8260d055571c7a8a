"""What is wrong with a text that is not YAML, in plain words."""

import re

import yaml

from orderproof.diagnostic import Diagnostic
from orderproof.source import Source, Span

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that YAML has no place for, and line ends that YAML 1.1 knows and 1.2 does not: where they end a
line, a reader of the other version sees other keys."""
_HAS_QUOTES = "close the bracket that is open; quote a value with `,`, `: ` or quotes inside it"
_IN_BRACKETS = "did not find expected ',' or"
_NEAR = 400
"""Characters before and behind a mistake among which its cause is looked for."""
_BEGINS = "a value that begins with `{opening}` needs quotes"
_QUOTED = r""""(?:[^"\\]|\\.)*"|'[^']*'"""
_WIDE_COLON = r"(?m)(?:^[ -]*|[{,]\s*)[A-Za-z_.]+\s*(?P<sign>：)"
_WIDE_COMMA = r"(?P<sign>，)(?:\s*[A-Za-z_.]+\s*)?\Z"
_PLAIN_WORDS = {
    "mapping values are not allowed in this context": (
        "`: ` may not stand here",
        "look at the indentation; quote the whole value, or put it on the lines below a `>`",
    ),
    "could not find expected ':'": (
        "a `:` is missing after the key that begins above",
        "write `key: value`, with a blank after the `:`; look at the indentation",
    ),
    "did not find expected ',' or '}'": ("expected `,` or `}`", _HAS_QUOTES),
    "did not find expected ',' or ']'": ("expected `,` or `]`", _HAS_QUOTES),
    "did not find expected key": (
        "expected a key",
        "look at the indentation, and quote a value that goes on after a quote",
    ),
    "did not find expected '-' indicator": ("expected `- ` as in the lines above", "look at the indentation"),
    "did not find expected node content": ("expected a value", "write a value, or close what is open"),
    "found character that cannot start any token": (
        "this character begins nothing",
        "indent by spaces, not tabs; quote a value that begins with `@`, `` ` `` or `%`",
    ),
    "found unexpected end of stream": ("the text ends inside quotes or brackets", "close what is open"),
    "found unexpected document indicator": ("a document ends inside quotes", "close the quotes"),
    "found unknown escape character": ("this escape is not known", "use single quotes, or double the backslash"),
    "did not find expected hexdecimal number": (
        "this escape is not complete",
        "use single quotes, or double the backslash",
    ),
    "found invalid Unicode character escape code": (
        "this escape stands for no character",
        "write the character itself",
    ),
    "did not find expected <document start>": (
        "expected the end of the document",
        "look at the quotes and the indentation; a next document begins with a line `---`",
    ),
    "block sequence entries are not allowed in this context": (
        "a `- ` may not stand here",
        "put the list on the lines below the key",
    ),
    "block mapping entries are not allowed in this context": (
        "a key may not stand here",
        "put the keys on lines of their own",
    ),
    "mapping keys are not allowed in this context": (
        "a `? ` may not stand here",
        "quote a text that begins with `? `",
    ),
    "found undefined tag handle": ("a `!` begins a tag", "quote a text that begins with `!`"),
    "did not find expected whitespace or line break": (
        "a blank is missing after what begins with `!` or `%`",
        "quote a text that begins with `!` or `%`",
    ),
    "did not find URI escaped octet": ("a `!` begins a tag", "quote a text that begins with `!`"),
    "did not find expected alphabetic or numeric character": (
        "a name is missing after `&` or `*`",
        "quote a text that begins with `&` or `*`",
    ),
    "did not find expected comment or line break": (
        "nothing may follow a `|` or `>` on its line",
        "quote a text that begins with `|` or `>`",
    ),
    "found a tab character": ("a tab stands where the indentation is", "indent by spaces"),
}


def explain_character(source: Source) -> Diagnostic | None:
    """The first character of a text that no YAML file may hold, if there is one."""
    bad = _UNREADABLE.search(source.text)
    if bad is None:
        return None
    code = ord(bad.group())
    quoted = f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    line_end = code in (0x85, 0x2028, 0x2029)
    help_ = f"write it as `{quoted}` in double quotes, or as an ordinary line end" if line_end else "take it out"
    message = f"the character U+{code:04X} may not stand in a YAML file"
    return Diagnostic("document.character", message, span=Span(source, bad.start(), bad.end()), help=help_)


def explain_mistake(source: Source, error: yaml.YAMLError) -> Diagnostic:
    """A mistake that ended the reading of a text, at its place."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    start = min(0 if mark is None else mark.index, max(0, len(source.text) - 1))
    span = Span(source, start, start + 1)
    if "maximum nesting depth" in problem:
        help_ = "lists and mappings stand in each other at most 64 deep"
        return Diagnostic("document.too-deep", "values are nested far too deep", span=span, help=help_)
    wide = _full_width(source, start, problem)
    if wide is not None:
        return wide
    for known, (message, help_) in _PLAIN_WORDS.items():
        if known in problem:
            cause = _cause(source.text, start, problem)
            return Diagnostic("document.yaml", message, span=span, help=cause or help_)
    help_ = "look at the quotes and the indentation here and in the line above"
    return Diagnostic("document.yaml", f"this is not YAML: {problem}", span=span, help=help_)


def _full_width(source: Source, at: int, problem: str) -> Diagnostic | None:
    """A full-width colon or comma for which YAML takes a key or an entry for a part of the text before it."""
    text, first = source.text, max(0, at - _NEAR)
    line = text.rfind("\n", first, at) + 1 or first
    in_brackets = _IN_BRACKETS in problem
    if in_brackets:
        start, end = line, at + (text[at : at + 1] == "，")
    else:
        start, end = (
            text.rfind("\n", first, max(first, line - 1)) + 1 or first,
            max(at, text.find("\n", at, at + _NEAR)),
        )
    # Inside quotes such signs are the text's own.
    part = re.sub(_QUOTED, lambda quoted: " " * len(quoted.group()), text[start:end])
    found = re.search(_WIDE_COLON, part) or (re.search(_WIDE_COMMA, part) if in_brackets else None)
    if found is None:
        return None
    sign, place = found["sign"], start + found.start("sign")
    message = f"`{sign}` is full-width, so YAML reads it as a part of the text"
    help_ = f"write it half-width, a blank after it: `{':' if sign == '：' else ','} `"
    return Diagnostic("document.yaml", message, span=Span(source, place, place + 1), help=help_)


def _cause(text: str, at: int, problem: str) -> str | None:
    """What most likely led to a bracket that does not close, a missing key, or a `>` that begins nothing."""
    before = text[max(0, at - _NEAR) : at].rstrip(" ")
    in_brackets = _IN_BRACKETS in problem
    if "did not find expected comment or line break" in problem and before[:-1].rstrip(" ").endswith(("'", '"')):
        return "quote a value that goes on after a quote"
    if not in_brackets and "did not find expected key" not in problem:
        return None
    for opening, closing in (("{", "}"), ("[", "]")):
        if in_brackets and text[at : at + 1] == opening:
            around = "`{…}`" if problem.rstrip("'").endswith("}") else "`[…]`"
            return f"inside {around} a key or value that holds `{opening}` needs quotes, as one with `,` does"
        if before.endswith(closing):
            return _BEGINS.format(opening=opening)
    return None
