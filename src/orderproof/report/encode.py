"""JSON texts that no terminal and no CI system acts on."""

import json
import re
from typing import TypeAlias

import msgspec

from orderproof.diagnostic import UNSEEN, display

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_COMMAND = re.compile(r"##(?=\w*\[)")


def encode(value: Json) -> bytes:
    """A value as JSON on one line, in which whatever is not plain to see is written as an escape."""
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:  # half of a character, which an escape in a document can make
        return _inert(json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()
    # Nearly every text is plain to see; looking at each character takes longer than all that was done before.
    if data.isascii():
        if b"\x7f" not in data and b"##" not in data:
            return data
    elif (text := data.decode()).isprintable() and "##" not in text and UNSEEN.search(text) is None:
        return data
    return _inert(data.decode()).encode()


def indented(value: Json, depth: int = 0) -> bytes:
    """The same on many lines, of which all but the first are so many steps further in."""
    try:
        data = msgspec.json.format(encode(value), indent=2)
    except msgspec.DecodeError:  # half of a character, as above
        data = _inert(json.dumps(value, ensure_ascii=False, indent=2)).encode()
    return data.replace(b"\n", b"\n" + b"  " * depth) if depth else data


def _inert(text: str) -> str:
    """JSON text of the same value in which what a terminal or a CI log acts on is written as an escape."""
    unsafe = {ord(character): _escape(character) for character in set(text) if _unsafe(character)}
    return _COMMAND.sub(r"#\\u0023", text.translate(unsafe) if unsafe else text)


def _unsafe(character: str) -> bool:
    return character != "\n" and display(character) != character


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
