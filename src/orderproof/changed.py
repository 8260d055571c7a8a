"""Which documents of a run changed in git, and what else changed that makes others count.

Only what git proves unchanged is left out: a file that it keeps, that is in the index as it was at the merge base and
in the folder as it is in the index. Whatever else is there may have changed: untracked and ignored files, links,
submodules, files that git was told not to look at.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from orderproof.config_file import MENTION, OWN
from orderproof.document import Notice
from orderproof.reading.formats import format_of
from orderproof.reading.inputs import EMPTY, Found, Input

if TYPE_CHECKING:
    from orderproof.git import Repository

_MAX_NAMED = 3


class Surroundings(Struct, frozen=True):
    """What verdicts rest on beside the documents: ``sources`` are files, and folders with all that is below them,
    ``shipped`` those that came with the program, ``configs`` files in which a configuration is looked for; with
    ``attachments`` files beside documents and below, or below ``root``.
    """

    sources: tuple[str, ...]
    shipped: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    attachments: bool = False
    root: str | None = None


class Narrowed(Struct, frozen=True):
    """What is left to check of inputs, how many were left out, and why some stayed that did not change.

    ``has_left_nothing`` where HEAD is in the revision itself: only what is not committed can have changed.
    """

    found: Iterable[Found]
    left_out: int
    base: str
    reasons: tuple[str, ...] = ()
    has_left_nothing: bool = False

    @property
    def checked(self) -> int:
        return sum(isinstance(each, Input) for each in self.found)

    @property
    def nothing_changed(self) -> bool:
        """Whether inputs were left out and none stayed, so that there is nothing to check and nothing wrong with that."""
        return self.left_out > 0 and self.checked == 0


def narrowed(found: Iterable[Found], revision: str, paths: Sequence[str], around: Surroundings) -> Narrowed:
    """The inputs that changed since HEAD left a revision, and those that a change beside them concerns.

    ``paths`` are those that the inputs were found by. Raises OrderproofError where git cannot tell.
    """
    from orderproof.git import Repository  # late: few runs ask git

    inputs = tuple(found)
    repository = Repository()
    base, has_left_nothing = repository.merge_base(revision)
    state = _State(repository, base)
    whys = [*map(state.why_all, around.sources), *(state.why_all(each, kept=True) for each in around.shipped)]
    whys += map(state.why_config, around.configs)
    reasons = tuple(dict.fromkeys(why for why in whys if why is not None))
    if reasons:
        return Narrowed(inputs, 0, base, reasons, has_left_nothing)
    keys = [None if (name := _name(each)) is None else state.key(name) for each in inputs]
    left = {key for key in keys if key is not None and state.is_unchanged(key)}
    if around.attachments and left:
        concern = state.beside({key for key in keys if key is not None}, paths, around.root)
        concerned = {key for key in left if key.rpartition("/")[0] in concern.folders}
        reasons = concern.reasons if concerned else ()
        left -= concerned
    kept = tuple(each for each, key in zip(inputs, keys, strict=True) if key is None or key not in left)
    count = sum(isinstance(each, Input) and key in left for each, key in zip(inputs, keys, strict=True))
    return Narrowed(kept, count, base, reasons, has_left_nothing)


def _name(found: Found) -> str | None:
    """The file of an input, or of what was said of one; None where it is none, or no single one."""
    if isinstance(found, Input):
        return None if found.is_standard else found.name
    if isinstance(found, Notice) or found.diagnostics[0].code in EMPTY:
        return None
    return found.path


class _Concern(Struct, frozen=True):
    """The folders whose documents a change beside them concerns, with the first names of what changed."""

    folders: frozenset[str]
    reasons: tuple[str, ...]


class _State:
    """What git says of each file, by its path from the repository's folder."""

    def __init__(self, repository: "Repository", base: str) -> None:
        self._repository = repository
        self._root = repository.root
        self._base = base
        entries = list(repository.index())
        differing = frozenset(repository.changed(base))
        doubtful = {entry.path for entry in entries if not entry.is_plain}
        self._changed = doubtful | differing
        self._unchanged = {entry.path for entry in entries} - self._changed
        self._modules = {entry.path for entry in entries if entry.is_module}
        self._links = {entry.path for entry in entries if entry.is_link} - differing
        self._folders: dict[str, str | None] = {}

    def key(self, name: str) -> str | None:
        """The path of a file from the repository's folder; None where it lies elsewhere, is a link, or is found through
        one that may have led elsewhere.
        """
        folder, last = os.path.split(name)
        if folder not in self._folders:
            self._folders[folder] = None if self._changed_link(folder) is not None else os.path.realpath(folder)
        known = self._folders[folder]
        if known is None:
            return None
        real = os.path.join(known, last)  # noqa: PTH118  # a name that is a link stays one
        return None if os.path.islink(real) else self._inside(real)  # noqa: PTH114

    def is_unchanged(self, key: str) -> bool:
        return key in self._unchanged

    def why_all(self, source: str, *, kept: bool = False) -> str | None:
        """Why all documents count: what changed of something that verdicts rest on; only of what git keeps if ``kept``.

        Of what lies outside of the repository git cannot tell whether it changed.
        """
        real = os.path.realpath(source)
        key = self._inside(real)
        elsewhere = self._changed_link(source) or (None if key is None else self._other_repository(key))
        if elsewhere is not None:
            return None if kept else self._why(elsewhere)
        if key is None:
            return None if kept else f"{source} lies outside of the repository"
        prefix = f"{key}/" if key else ""
        is_folder = os.path.isdir(real)  # noqa: PTH112
        others = self._repository.others([key]) if is_folder and not kept else ()
        below = (each for each in (*sorted(self._changed), *others) if each == key or each.startswith(prefix))
        changed = next(below, None)
        if changed is None and not kept and not is_folder and os.path.lexists(real) and key not in self._unchanged:
            changed = key
        return None if changed is None else self._why(changed)

    def why_config(self, file: str) -> str | None:
        """Why all documents count, where a file that may be the configuration was it, perhaps, and is not as it was."""
        key = self._inside(os.path.realpath(file))
        if key is None or key not in self._changed:
            return None
        if PurePosixPath(key).name == OWN:
            return self._why(key)
        before = self._repository.content(self._base, key)
        return self._why(key) if before is None or MENTION in before else None

    def _changed_link(self, path: str) -> str | None:
        """The first link on the way to a path that may have led elsewhere: one in the repository that git does not prove
        unchanged.
        """
        at = os.sep if os.path.isabs(path) else os.path.realpath(".")  # noqa: PTH117
        for part in path.replace(os.sep, "/").split("/"):
            step = os.path.join(at, part)  # noqa: PTH118
            key = self._inside(step) if part not in ("", ".", "..") and os.path.islink(step) else None  # noqa: PTH114
            if key is not None and key not in self._links:
                return key
            at = os.path.realpath(step)
        return None

    def _other_repository(self, key: str) -> str | None:
        """The submodule, or other repository, that holds a path, of which git says nothing here."""
        parts = key.split("/") if key else []
        folders = ("/".join(parts[: count + 1]) for count in range(len(parts)))
        return next((each for each in folders if each in self._modules or self._holds_git(each)), None)

    def _holds_git(self, key: str) -> bool:
        return os.path.lexists(os.path.join(self._root, key, ".git"))  # noqa: PTH118

    def beside(self, keys: AbstractSet[str], paths: Sequence[str], root: str | None) -> _Concern:
        """What changed that is no document, and the folders whose documents may name it as an attachment."""
        folders = {key.rpartition("/")[0] for key in keys}
        if root is not None:
            return self._below_root(root, folders)
        given = [self._inside(os.path.realpath(path)) for path in paths]
        concerned: set[str] = set()
        named: list[str] = []
        for path in sorted({*self._changed, *self._repository.others(_topmost(folders))}):
            if path in keys or self._was_document(path, given):
                continue
            above = {str(each) if str(each) != "." else "" for each in PurePosixPath(path).parents} & folders
            if not above <= concerned:
                named.append(path)
            concerned |= above
        return _Concern(frozenset(concerned), tuple(self._told(named)))

    def _was_document(self, path: str, given: Iterable[str | None]) -> bool:
        """Whether a file is gone that was an input, by its name and the paths of the run."""
        below = any(each is not None and (each in ("", path) or path.startswith(f"{each}/")) for each in given)
        gone = not os.path.lexists(os.path.join(self._root, path))  # noqa: PTH118
        return below and gone and format_of(path) is not None

    def _below_root(self, root: str, folders: Iterable[str]) -> _Concern:
        key = self._inside(os.path.realpath(root))
        everywhere = frozenset(folders)
        elsewhere = self._changed_link(root) or (None if key is None else self._other_repository(key))
        if elsewhere is not None:
            return _Concern(everywhere, tuple(self._told([elsewhere])))
        if key is None:
            return _Concern(everywhere, ("attachments lie outside of the repository",))
        prefix = f"{key}/" if key else ""
        changed = [
            each for each in sorted({*self._changed, *self._repository.others([key])}) if each.startswith(prefix)
        ]
        return _Concern(everywhere if changed else frozenset(), tuple(self._told(changed)))

    def _inside(self, real: str) -> str | None:
        if real == self._root:
            return ""
        top = self._root.rstrip(os.sep) + os.sep
        return real[len(top) :].replace(os.sep, "/") if real.startswith(top) else None

    def _shown(self, key: str) -> str:
        """A path as one from the working directory."""
        return os.path.relpath(os.path.join(self._root, key)).replace(os.sep, "/")  # noqa: PTH118

    def _why(self, key: str) -> str:
        if key in self._modules or self._holds_git(key):
            return f"{self._shown(key)} is another repository"
        return f"{self._shown(key)} {'changed' if key in self._changed else 'is not kept by git'}"

    def _told(self, keys: Sequence[str]) -> Iterator[str]:
        for key in keys[:_MAX_NAMED]:
            yield f"{self._why(key)}, and documents may name it as an attachment"
        if len(keys) > _MAX_NAMED:
            yield f"{len(keys) - _MAX_NAMED:,} more files beside documents changed"


def _topmost(folders: Iterable[str]) -> list[str]:
    """Those of folders that lie in no other one of them."""
    found: list[str] = []
    for folder in sorted(folders):
        if not any(each in ("", folder) or folder.startswith(f"{each}/") for each in found):
            found.append(folder)
    return found
