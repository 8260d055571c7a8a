"""Processes that end with the one that started them, however that ends, and touch nothing of its standard streams."""

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Have the system end this process with its parent, given by its number, even while it is at something long.

    What the parent does when it is asked to end is not this process's to do.

    Where the system cannot, a process still ends when it finds nobody at the other end of its channel.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        from ctypes import CDLL  # late: only in a worker

        CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            # It ended before the system was told.
            os._exit(1)


def leave_standard_streams() -> None:
    """Read nothing of the parent's input, and write nothing into its report, whatever a library does."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
