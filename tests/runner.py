"""How GitHub's runner reads a log: which lines are commands, and what they say.

Written anew from what the runner does (`ActionCommand`): both forms of commands, and their escapes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COMMANDS = {
    *("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher"),
    *("set-output", "save-state", "set-env", "add-path", "stop-commands", "echo", "internal-set-repo-path"),
}
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
# Characters that a comparison by culture takes for nothing.
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\x00"))


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def _read(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for written, meant in escapes:
        text = text.replace(written, meant)
    return text


def _properties(text: str, sign: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(sign) if part)
    return {pair[0].lower(): _read(pair[1], escapes) for pair in pairs if len(pair) == 2 and all(pair)}


def command_in(line: str) -> Command | None:
    """The command that a line is."""
    bare = line.translate(_NOTHING).lstrip()
    if bare.startswith("::") and "::" in bare[2:]:
        info, _, data = bare[2:].partition("::")
        name, _, properties = info.partition(" ")
        if name in COMMANDS:
            return Command(name, _properties(properties.strip(), ",", _PROPERTY), _read(data, _DATA))
    start = line.find("##[")
    end = line.find("]", start)
    if start >= 0 and end >= 0:
        name, _, properties = line[start + 3 : end].partition(" ")
        if name in COMMANDS:
            return Command(name, _properties(properties, ";", _OLD), _read(line[end + 1 :], _OLD))
    return None


def commands(log: str) -> Iterator[Command]:
    """The commands of a log. A line ends wherever a reader may see an end."""
    for line in log.splitlines():
        found = command_in(line)
        if found is not None:
            yield found
