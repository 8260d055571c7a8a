"""The file of a configuration: `orderproof.toml`, or the table `tool.orderproof` of a pyproject.toml; found and parsed.

It is looked for from the working directory upwards, never from where documents lie.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.source import Source, Span

OWN = "orderproof.toml"
PROJECT = "pyproject.toml"
_TABLE = "tool.orderproof"
_MAX_BYTES = 1 << 20
MENTION = b"orderproof"
"""What a pyproject.toml with our table holds somewhere; others are not parsed."""
_STICKY = stat.S_ISVTX | stat.S_IWOTH
_AT = r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z"


class Number(str):
    """A number with a point as it is written, so that it stays exact."""

    __slots__ = ()


class ConfigFile(Struct, frozen=True):
    """A file with a configuration, as it was read once; ``path`` is relative to the working directory where it can be."""

    path: str
    folder: str
    source: Source
    sha256: str
    table: Mapping[str, Any]

    @property
    def in_project(self) -> bool:
        """Whether it is a table in a file of many tools."""
        return os.path.basename(self.path) == PROJECT  # noqa: PTH119  # as below

    def place(self, *keys: str) -> Span:
        """Where a key stands: its line, found by its name since a parsed file has no places; else where the table does."""
        text = self.source.text
        found = next((span for names, span in _lines(self.source) if names == self._whole(keys)), None)
        if found is None and keys:
            return self.place(*keys[:-1])
        return found or Span(self.source, 0, max(1, text.find("\n")))

    def _whole(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return (*_TABLE.split("."), *keys) if self.in_project else keys


def find_config() -> ConfigFile | None:
    """The configuration of the closest folder that has one, from the working directory upwards; nothing is merged.

    The search ends with the folder of a repository, and before the home folder, the root of the file system, and any
    folder in which everybody may put files. Raises OrderproofError where the file that counts cannot be used.
    """
    return next((found for found in map(_in_folder, _folders()) if found is not None), None)


def places_of_config(found: ConfigFile | None) -> Iterator[str]:
    """The files that were looked for until one was found, there or not."""
    for folder in _folders():
        yield from (str(folder / name) for name in (OWN, PROJECT))
        if found is not None and os.path.realpath(found.folder or ".") == os.path.realpath(folder):
            return


def _folders() -> Iterator[Path]:
    """The folders in which a configuration is looked for, from the working directory upwards."""
    try:
        folder = Path.cwd()
    except OSError:
        return
    for each in (folder, *folder.parents):
        if _is_shared(each) or (each != folder and each in (each.parent, _home())):
            return
        yield each
        if (each / ".git").exists():
            return


def read_config(name: str) -> ConfigFile:
    """The configuration in a file that is named; raises OrderproofError where it has none."""
    content = _content(Path(name))
    parsed = _parsed(name, content)
    if parsed is None:
        message = f"this file has no table `[{_TABLE}]`"
        raise OrderproofError([Diagnostic("config.none", message, path=_shown(name), help="add it, or name another")])
    return parsed


def _in_folder(folder: Path) -> ConfigFile | None:
    found: list[ConfigFile] = []
    for path in (folder / OWN, folder / PROJECT):
        if not os.path.lexists(path):
            continue
        content = _content(path)
        if path.name == OWN or MENTION in content:
            parsed = _parsed(str(path), content)
            found += [] if parsed is None else [parsed]
    if len(found) > 1:
        message = f"a second configuration stands beside it, in {PROJECT}"
        help_ = f"keep one of them: take out the table `[{_TABLE}]`, or name the file that counts with --config"
        raise OrderproofError([Diagnostic("config.twice", message, path=found[0].path, help=help_)])
    return found[0] if found else None


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _is_shared(folder: Path) -> bool:
    """Whether everybody may put files into a folder, such as that of temporary files."""
    try:
        return folder.stat().st_mode & _STICKY == _STICKY
    except OSError:
        return True


def _content(path: Path) -> bytes:
    try:
        # A pipe must not make the program wait.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _unreadable(path, "it is no file")
            content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, (error.strerror or "the system gives no reason").lower()) from None
    except ValueError:
        raise _unreadable(path, "no file can have this name") from None
    if len(content) > _MAX_BYTES:
        raise _unreadable(path, f"it is larger than {_MAX_BYTES >> 10} KiB")
    return content


def _unreadable(path: Path, why: str) -> OrderproofError:
    message = f"this configuration cannot be read: {why}"
    return OrderproofError([Diagnostic("config.unreadable", message, path=_shown(str(path)))])


def _parsed(name: str, content: bytes) -> ConfigFile | None:
    """What a file says; None where it has no table of ours."""
    import tomllib  # late: most runs have no configuration

    shown = _shown(name)
    try:
        source = Source(shown, content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise _unreadable(Path(name), "it is not UTF-8") from None
    try:
        table: Any = tomllib.loads(source.text, parse_float=Number)
    except ValueError as error:
        raise _wrong_toml(source, str(error)) from None
    except RecursionError:
        raise _wrong_toml(source, "it is nested too deep") from None
    if Path(name).name == PROJECT:
        for key in _TABLE.split("."):
            table = table.get(key) if isinstance(table, dict) else None
        if table is None:
            return None
        if not isinstance(table, dict):
            message = f"`{_TABLE}` is a table"
            raise OrderproofError([Diagnostic("config.type", message, path=shown, help=f"write `[{_TABLE}]`")])
    folder = os.path.dirname(shown)  # noqa: PTH120  # a Path would make a folder of no name
    return ConfigFile(shown, folder, source, hashlib.sha256(content).hexdigest(), table)


def _wrong_toml(source: Source, said: str) -> OrderproofError:
    at = re.search(_AT, said)
    message = said if at is None else said[: at.start()]
    offset = len(source.text.rstrip())
    if at is not None and at[1] is not None:
        lines = source.text.split("\n")
        offset = sum(len(line) + 1 for line in lines[: int(at[1]) - 1]) + int(at[2]) - 1
    offset = max(0, min(offset, len(source.text) - 1))
    wrong = Diagnostic("config.toml", f"this is not TOML: {_first_small(message)}", Span(source, offset, offset + 1))
    return OrderproofError([wrong])


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _shown(name: str) -> str:
    """A path from the working directory; no report says where on a machine that is."""
    try:
        return os.path.relpath(name).replace(os.sep, "/")
    except (OSError, ValueError):
        return name


_HEADER = r"\[\[?([^\]\n]+)\]"
_KEY = r"""((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*="""
_PART = r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'"""


def _lines(source: Source) -> Iterator[tuple[tuple[str, ...], Span]]:
    """The keys that lines of a TOML file begin with, from the root; a line of a longer text may look like one."""
    inside: tuple[str, ...] = ()
    offset = 0
    for line in source.text.split("\n"):
        bare = line.lstrip(" \t")
        start = offset + len(line) - len(bare)
        if header := re.match(_HEADER, bare):
            inside = _names(header[1])
            yield inside, Span(source, start, start + header.end())
        elif key := re.match(_KEY, bare):
            yield (*inside, *_names(key[1])), Span(source, start, start + len(key[1]))
        offset += len(line) + 1


def _names(written: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, written))
