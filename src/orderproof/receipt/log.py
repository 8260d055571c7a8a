"""Which attachments a run read, by several processes: each adds lines to one file that nobody else sees."""

import errno
import json
import os
import tempfile
from collections.abc import Iterator

from orderproof.report.encode import encode
from orderproof.report.write import fail

_WHAT = "a temporary file"


class AttachmentLog:
    """The attachments that were read, gathered where every process of the run that is forked can add to it."""

    def __init__(self) -> None:
        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed with this
        except OSError as error:
            fail(_WHAT, error)
        _append_only(self._file.fileno())

    def add(self, folder: str, name: str, sha256: str) -> None:
        """A file was read by its path in a folder, and has this digest."""
        line = memoryview(encode([folder, name, sha256]) + b"\n")
        # A line goes out at once, or it would stand among those of other processes.
        try:
            if self._file.write(line) != len(line):
                fail(_WHAT, OSError(errno.ENOSPC, "there is no room"))
        except OSError as error:
            fail(_WHAT, error)

    def read(self) -> Iterator[tuple[str, str, str]]:
        """All that were added; one may come several times."""
        with os.fdopen(os.dup(self._file.fileno()), "rb") as stream:
            stream.seek(0)
            for line in stream:
                folder, name, sha256 = json.loads(line)
                yield folder, name, sha256

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()  # of a run that was given up, too


def _append_only(descriptor: int) -> None:
    """Let whoever writes to a file write at its end."""
    try:
        import fcntl  # not to be had on Windows, where a run has one process
    except ImportError:
        return
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
