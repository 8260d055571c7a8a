"""Lists of inputs: a file, or standard input, that names them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.reading.inputs import STANDARD

MAX_NAME = 64 << 10
"""Bytes of one name; no system has longer ones."""


def listed_names(file: str, *, null: bool = False, standard_input: BinaryIO | None = None) -> Iterator[str]:
    """The names in a list, one on a line, or with a NUL behind each; ``-`` is standard input.

    Empty names are passed over, everything else is a name as it stands, also with blanks or a ``#`` in it. Raises
    OrderproofError, before the first name, where there is no such list, and at a name longer than any can be.
    """
    try:
        stream = _opened(file, standard_input)
    except OSError as error:
        raise _wrong(file, f"this list cannot be read: {(error.strerror or 'it fails').lower()}", None) from None
    return _names(file, stream, b"\0" if null else b"\n", closes=file != STANDARD)


def _opened(file: str, standard_input: BinaryIO | None) -> BinaryIO:
    if file != STANDARD:
        return Path(file).open("rb")  # closed when the names are at their end
    stream = standard_input or (None if sys.stdin is None else sys.stdin.buffer)
    if stream is None:
        raise _wrong(file, "there is no standard input", None)
    return stream


def _names(file: str, stream: BinaryIO, end: bytes, *, closes: bool) -> Iterator[str]:
    rest = b""
    try:
        while chunk := stream.read(MAX_NAME):
            *names, rest = (rest + chunk).split(end)
            for name in names:
                yield from _name(name, end)
            if len(rest) > MAX_NAME:
                help_ = "a name ends with a line end, with --null with a NUL"
                raise _wrong(file, f"a name in this list is longer than {MAX_NAME >> 10} KiB", help_)
        yield from _name(rest, end)
    except OSError as error:
        raise _wrong(file, f"this list cannot be read: {(error.strerror or 'it fails').lower()}", None) from None
    finally:
        if closes:
            stream.close()


def _name(written: bytes, end: bytes) -> Iterator[str]:
    name = written.removesuffix(b"\r") if end == b"\n" else written
    if name == STANDARD.encode():
        yield f"./{STANDARD}"  # a file of this name: what a list holds is never standard input
    elif name.strip():
        yield os.fsdecode(name)


def _wrong(file: str, message: str, help: str | None) -> OrderproofError:
    return OrderproofError([Diagnostic("input.list", message, path=file, help=help)])
