"""What git knows of the files of a folder, asked so that nothing in the folder or its repository is run.

No shell, no hook, no file system monitor, no filter, no external diff, no download; names come with a NUL behind each.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError

_SECONDS = 300
_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.untrackedCache": "false",
    "core.trustctime": "true",
    "core.checkStat": "default",
    "core.quotePath": "false",
    "diff.external": "",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
_FILTERS = r"^filter\..*\.(clean|smudge|process|required)$"
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_REGULAR = ("100644", "100755")
_LINK = "120000"
_MODULE = "160000"
_SHALLOW = "in a pipeline the checkout is often cut off: fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0)"


class Entry(Struct, frozen=True):
    """A file in the index, by its path from the repository's folder; ``is_plain`` is a file that git looks at,
    ``is_link`` a link that it looks at, ``is_module`` the folder of a submodule.
    """

    path: str
    is_plain: bool
    is_link: bool
    is_module: bool


class Repository:
    """The repository of the working directory; every method raises OrderproofError where git fails."""

    def __init__(self) -> None:
        self._git = _executable()
        self._overrides: Mapping[str, str] = _OFF
        if self._run(".", "config", "--get", "core.hooksPath").stdout.strip() != os.fsencode(os.devnull):
            raise _wrong("this git takes no settings from its surroundings", "git 2.31 or newer is needed")
        top = self._asked(".", "rev-parse", "--show-toplevel").removesuffix(b"\n")
        self.root = os.path.realpath(os.fsdecode(top))
        self._overrides = {**_OFF, **dict.fromkeys(self._filters(), "")}

    def merge_base(self, revision: str) -> tuple[str, bool]:
        """The commit at which HEAD left a revision, and whether HEAD is that commit: then it has not left it."""
        if revision.startswith("-") or not revision:
            raise _wrong(f"`{revision}` is no revision", None)
        help_ = f"name a branch, a tag or a commit; {_SHALLOW}"
        commit = self._commit(revision, f"git knows no revision `{revision}`", help_)
        head = self._commit("HEAD", "there is no commit yet", "commit something first")
        ended = self._run(self.root, "merge-base", "--end-of-options", commit, head)
        found = ended.stdout.decode("ascii", "replace").split()
        if ended.returncode or not found:
            raise _wrong(f"git knows no commit that HEAD and `{revision}` have in common", _SHALLOW)
        return found[0], found[0] == head

    def index(self) -> Iterator[Entry]:
        """The files that git keeps."""
        for record in self._names("ls-files", "-z", "-v", "--stage", "--full-name"):
            tag, mode, _, rest = record.split(" ", 3)
            stage, _, path = rest.partition("\t")
            # A small letter is a file that git was told to take for unchanged, S one that need not be there.
            is_sure = tag == "H" and stage == "0"
            yield Entry(path, is_sure and mode in _REGULAR, is_sure and mode == _LINK, mode == _MODULE)

    def changed(self, base: str) -> Iterator[str]:
        """The paths that differ between a commit, the index and the folder."""
        options = ("-z", "--name-only", "--no-renames", "--no-ext-diff", "--ignore-submodules=all")
        yield from self._names("diff-index", "--cached", *options, base, "--")
        yield from self._names("diff-files", *options, "--")

    def others(self, folders: Iterable[str]) -> Iterator[str]:
        """What git does not keep in folders, ignored or not; a repository in them is one name with a `/` behind it."""
        paths = [f":(top,literal){folder}" for folder in folders]
        yield from self._names("ls-files", "-z", "--others", "--full-name", "--", *paths)

    def content(self, commit: str, path: str) -> bytes | None:
        """A file of a commit; None where it has none, or it is not here."""
        ended = self._run(self.root, "cat-file", "blob", f"{commit}:{path}")
        return None if ended.returncode else ended.stdout

    def _commit(self, revision: str, message: str, help: str) -> str:
        ended = self._run(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        commit = ended.stdout.decode("ascii", "replace").strip()
        if ended.returncode or not commit.isalnum():
            raise _wrong(message, help)
        return commit

    def _filters(self) -> Iterator[str]:
        ended = self._run(".", "config", "-z", "--name-only", "--get-regexp", _FILTERS)
        return (os.fsdecode(name) for name in ended.stdout.split(b"\0") if name)

    def _names(self, *arguments: str) -> Iterator[str]:
        return (os.fsdecode(name) for name in self._asked(self.root, *arguments).split(b"\0") if name)

    def _asked(self, folder: str, *arguments: str) -> bytes:
        ended = self._run(folder, *arguments)
        if ended.returncode:
            said = next(iter(ended.stderr.decode("utf-8", "replace").strip().splitlines()), "it fails")
            help_ = "--changed-since needs a git repository: run it in one, or leave it out"
            raise _wrong(f"git cannot tell what changed: {said.removeprefix('fatal: ')}", help_)
        return ended.stdout

    def _run(self, folder: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        command = [self._git, "--no-pager", *arguments]
        try:
            return subprocess.run(  # noqa: S603  # a program by its whole path, no shell
                command,
                cwd=folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, ValueError) as error:
            said = (getattr(error, "strerror", None) or str(error)).lower()
            raise _wrong(f"git cannot be run: {said}", None) from None
        except subprocess.TimeoutExpired:
            raise _wrong(f"git did not answer within {_SECONDS} seconds", None) from None

    @property
    def _environment(self) -> dict[str, str]:
        """What git sees: of its own variables only ours, so that none points it elsewhere."""
        mine = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
        numbered = enumerate(self._overrides.items())
        pairs = {
            f"GIT_CONFIG_{part}_{n}": text
            for n, pair in numbered
            for part, text in zip(("KEY", "VALUE"), pair, strict=True)
        }
        return {**mine, **_QUIET, **pairs, "GIT_CONFIG_COUNT": str(len(self._overrides))}


def _executable() -> str:
    """The whole path of git, which no folder that is checked may hold."""
    folders = [each for each in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(each)]  # noqa: PTH117
    found = shutil.which("git", path=os.pathsep.join(folders))
    # Windows looks into the working directory first.
    if found is None or Path(found).resolve().parent == Path.cwd().resolve():
        raise _wrong("there is no git here", "--changed-since needs it: install it, or leave the option out")
    return found


def _wrong(message: str, help: str | None) -> OrderproofError:
    return OrderproofError([Diagnostic("changed.git", message, path="--changed-since", help=help)])
