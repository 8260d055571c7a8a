"""What is asked of the process that reads files."""

from msgspec import Struct

from orderproof.screening.mention import Own

MAX_ANSWER = 32 << 20
"""Bytes of all that is told of one file."""


class Request(Struct, frozen=True):
    """A file to be read: its content follows as a message of its own. Without ``own`` only what is written is asked.

    The answer begins with ``token``, which nobody knows before, so that none is taken for that of another file.
    """

    token: str
    name: str
    own: Own | None = None
