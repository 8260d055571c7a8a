"""What the program says on standard error: safe to print, and never a command to a CI system."""

import sys
from collections.abc import Iterable

from orderproof.diagnostic import OrderproofError

# What a message needs is imported when there is one: most runs have none.


def spoken(texts: Iterable[str]) -> str:
    """Messages for standard error, in which no CI system sees a command."""
    from orderproof.report.quoting import inert

    return "".join(f"{inert(line)}\n" for text in texts for line in text.split("\n"))


def complain(text: str) -> None:
    """Write to standard error; where nobody can hear it, the exit code still says it."""
    from orderproof.report.write import write_standard

    try:
        write_standard(sys.stderr, text)
    except OrderproofError:
        return
