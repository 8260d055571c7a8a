"""Where each character of a YAML text's value stands in the file, whatever the style it is written in."""

from orderproof.source import Offsets, Span

_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


def inner_offsets(text: str, span: Span, style: str | None, value: str) -> Offsets:
    """The file's offset of every character of a scalar's value, and of its end.

    Line folding, indentation and escapes change blanks and escaped characters only: every other
    character of the value stands in the file in the same order.
    """
    at = _body(text, span, style)
    end = span.end - 1 if style in ("'", '"') else span.end
    if end - at == len(value) and text.startswith(value, at):
        return range(at, end + 1)
    offsets: list[int] = []
    while len(offsets) < len(value):
        character = value[len(offsets)]
        if character.isspace():
            offsets.append(min(at, span.end - 1))
            if text[at : at + 1] == character:
                at += 1
            elif style == '"' and text[at : at + 1] == "\\":
                at += _escape_length(text, at)
            continue
        at = _skip_blanks(text, at, span.end, style)
        line = _line(text, at, end)
        if line and value.startswith(line, len(offsets)) and not _has_escape(line, style):
            offsets += range(at, at + len(line))
            at += len(line)
            continue
        offsets.append(min(at, span.end - 1))
        if style == '"' and text[at : at + 1] == "\\":
            at += _escape_length(text, at)
        elif style == "'" and character == "'":
            at += 2
        else:
            at += 1
    offsets.append(min(at, span.end))
    return tuple(offsets)


def _line(text: str, at: int, end: int) -> str:
    """What stands from here to the end of the line: mostly a part of the value as it is."""
    found = text.find("\n", at, end)
    return text[at : end if found < 0 else found]


def _has_escape(line: str, style: str | None) -> bool:
    return (style == '"' and "\\" in line) or (style == "'" and "'" in line)


def _body(text: str, span: Span, style: str | None) -> int:
    """Where the value begins: after a quote, or on the line below a block's header."""
    if style in ("'", '"'):
        return span.start + 1
    if style in ("|", ">"):
        return text.find("\n", span.start) + 1
    return span.start


def _skip_blanks(text: str, at: int, end: int, style: str | None) -> int:
    while at < end:
        if text[at].isspace():
            at += 1
        elif style == '"' and text[at] == "\\" and text[at + 1 : at + 2] in ("\n", "\r"):
            # An escaped line end joins two lines; it stands for nothing itself.
            at += 2
        else:
            break
    return at


def _escape_length(text: str, at: int) -> int:
    return 2 + _ESCAPE_DIGITS.get(text[at + 1 : at + 2], 0)
