"""The process that reads files that others made: a file in, what it mentions out, over one channel."""

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from msgspec import json

from orderproof.engine.channel import Channel, EndedError
from orderproof.lifeline import end_with, leave_standard_streams
from orderproof.screening.extract import extract
from orderproof.screening.mention import Own, Screened
from orderproof.screening.request import MAX_ANSWER, Request
from orderproof.screening.text import Extract, Gap

MAX_MEMORY = 288 << 20
"""Bytes of data; with the reader of pictures, which holds its models, more."""
MAX_MEMORY_WITH_OCR = 1536 << 20
_DECODE = json.Decoder(Request).decode

Detector = Callable[[Extract, Own], Screened]


def main() -> None:
    """Serve who started it; standard input is the channel."""
    end_with(os.getppid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = Channel(socket.socket(fileno=os.dup(0)))
    leave_standard_streams()
    _limit()
    # Where the other end is gone there is nobody to tell.
    with suppress(EndedError, OSError):
        _serve(channel, _detector(channel.recv_bytes()))


def _limit() -> None:
    """Keep a hostile file from taking the machine; where the system has no such limits, only time is limited."""
    try:
        import resource
    except ImportError:
        return
    from orderproof.screening.image import ocr_of

    memory = MAX_MEMORY if ocr_of() is None else MAX_MEMORY_WITH_OCR
    limits = (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, max(memory, 1 << 30)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        # A system may have a lower limit already, or none that can be set.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _detector(vocabulary: bytes) -> Detector | None:
    """What finds mentions; None without a vocabulary."""
    if not vocabulary:
        return None
    from orderproof.screening.detect import detect
    from orderproof.screening.vocabulary import load_vocabulary

    words = load_vocabulary(vocabulary)
    return lambda found, own: detect(found, words, own)


def _serve(channel: Channel, detector: Detector | None) -> None:
    while True:
        request = _DECODE(channel.recv_bytes())
        channel.send_bytes(request.token.encode() + answer(request, channel.recv_bytes(), detector))


def answer(request: Request, content: bytes, detector: Detector | None) -> bytes:
    """What is told of a file, as JSON: its mentions, or without a detector what is written in it."""
    found = extract(request.name, content)
    del content
    told: Extract | Screened = found
    try:
        if request.own is not None and detector is not None:
            told = detector(found, request.own)
        said = json.encode(told)
    except MemoryError:
        said = b""
        told = Screened(found.format, (), (Gap("limit", "reading it takes more memory than a file may take"),))
    if said and len(said) + len(request.token) <= MAX_ANSWER:
        return said
    if not said:
        return json.encode(told)
    return json.encode(Screened(found.format, (), (Gap("limit", "more is found in it than can be told"),)))
