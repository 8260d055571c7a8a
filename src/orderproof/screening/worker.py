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
from orderproof.screening.faults import fault_of, internal
from orderproof.screening.mention import Own, Screened
from orderproof.screening.request import MAX_ANSWER, Request
from orderproof.screening.text import Extract, Gap

MAX_MEMORY = 288 << 20
"""Bytes of data; the libraries that are mapped into the process come on top, and all of it stays below 400 MB."""
MAX_MEMORY_WITH_OCR = 560 << 20
"""As soon as the reader of pictures is loaded, which sets aside much that it never fills."""
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

    most_memory = MAX_MEMORY if ocr_of() is None else MAX_MEMORY_WITH_OCR
    limits = (
        (resource.RLIMIT_DATA, MAX_MEMORY, most_memory),
        (resource.RLIMIT_AS, 4 * most_memory, 4 * most_memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for kind, now, most in limits:
        # A system may have a lower limit already, or none that can be set.
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (now, most))


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


def _screened(found: Extract, own: Own, detector: Detector | None) -> Screened:
    """What a file mentions; without a vocabulary nobody knows."""
    if detector is None:
        return Screened(found.format, (), (internal("its reader has no words for accounts"),))
    return detector(found, own)


def answer(request: Request, content: bytes, detector: Detector | None) -> bytes:
    """What is told of a file, as JSON: its mentions, or without a detector what is written in it; it raises nothing."""
    format_ = ""
    try:
        found = extract(request.name, content)
        del content
        format_ = found.format
        told = found if request.own is None else _screened(found, request.own, detector)
        said = json.encode(told)
        if len(said) + len(request.token) <= MAX_ANSWER:
            return said
        gap = Gap("limit", "more is found in it than can be told")
    except MemoryError:
        gap = Gap("limit", "reading it takes more memory than a file may take")
    except Exception as error:  # noqa: BLE001
        # What fails behind the readers is a fault of ours; it costs this file, and says so.
        gap = fault_of(error)
    return json.encode(Screened(format_, (), (gap,)))
