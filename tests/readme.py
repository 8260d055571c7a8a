"""The commands of the README: `python tests/readme.py N` prints its N-th set-up command."""

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The texts of the README's code blocks of a language, in order."""
    return [text for name, text in _BLOCK.findall(README.read_text("utf-8")) if name == language]


def set_up_command(number: int) -> str:
    """The N-th (from 1) of the commands that set everything up, on one line."""
    return " ".join(line.rstrip("\\").strip() for line in blocks("sh")[number - 1].strip().splitlines())


def sessions() -> list[tuple[str, str]]:
    """The commands of the README's sessions with the output that is shown for each."""
    found: list[tuple[str, str]] = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


if __name__ == "__main__":
    sys.stdout.write(set_up_command(int(sys.argv[1])) + "\n")
