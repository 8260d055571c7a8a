"""The keys that a mapping knows of a partner's JSON, and what in it looks like one of them that was written otherwise."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.mapping.model import Entry, MappingFile
from orderproof.mapping.paths import Step, parse_path
from orderproof.ruleset.model import Text
from orderproof.tree import Plain, Pointer

_NEAR = 0.8
"""How alike two keys must be: a letter or two apart, as for the fields of a document of ours."""


class Keys(Struct):
    """What is known of an object of the source, and of the items of a list: its keys, those that are read marked.

    With ``is_wrapper`` an object is there only for the list in it.
    """

    members: dict[str, "Keys"] = {}
    items: "Keys | None" = None
    is_read: bool = False
    is_wrapper: bool = False
    meant: dict[str, str | None] = {}
    """Keys that were looked at, each with the one that it looks like."""

    def lists(self) -> Iterator[str]:
        """The keys under which lists are read."""
        return (name for name, inner in self.members.items() if inner.items is not None)

    def at(self, steps: Iterable[Step], *, is_read: bool) -> "Keys":
        """What is known at a path, which is known from now on."""
        here = above = self
        for step in steps:
            if step is None:
                # What stands around a list in an object of the document is there for it.
                above.is_wrapper = above.is_wrapper or above is not self
                here.items = here.items or Keys()
                here = here.items
            else:
                above, here = here, here.members.setdefault(step, Keys())
            here.is_read = here.is_read or is_read
        return here

    def like(self, key: str) -> str | None:
        """The key that is read and that another one looks like."""
        if key not in self.meant:
            read = {name.casefold(): name for name, inner in self.members.items() if inner.is_read}
            found = get_close_matches(key.casefold().replace("-", "_"), read, n=1, cutoff=_NEAR)
            self.meant[key] = read[found[0]] if found else None
        return self.meant[key]


class Unread(Struct, frozen=True):
    """A key that nothing reads: the one that it looks like, or None for a list beside one that is read."""

    pointer: Pointer
    path: tuple[Step, ...]
    meant: str | None


def keys_of(file: MappingFile) -> Keys:
    """The keys of a document as the source writes it."""
    keys = Keys()
    _add(keys, file.fields)
    for text in file.ignored:
        _known(keys, text, is_read=False)
    return keys


def keys_of_envelope(file: MappingFile) -> Keys:
    """The keys of what stands around documents."""
    keys = Keys(is_wrapper=True)
    for text in file.root:
        steps = parse_path(text)
        if not isinstance(steps, Diagnostic) and steps:
            keys.at((*steps, None), is_read=True)
    for failure in file.failures:
        for text in (failure.at, *failure.says):
            _known(keys, text, is_read=True)
    return keys


def _add(keys: Keys, entries: Iterable[Entry]) -> None:
    for entry in entries:
        for source in entry.sources:
            inner = _known(keys, source, is_read=True)
            if inner is not None and entry.fields is not None:
                _add(inner, entry.fields)


def _known(keys: Keys, text: Text, *, is_read: bool) -> Keys | None:
    steps = parse_path(text)
    return None if isinstance(steps, Diagnostic) else keys.at(steps, is_read=is_read)


def unread(keys: Keys, value: Plain, base: Pointer, absent: frozenset[str]) -> Iterator[Unread]:
    """What in an object is neither read nor ignored, and is likely meant to be read; ``absent`` say nothing."""
    stack: list[tuple[Plain, Keys, Pointer, tuple[Step, ...]]] = [(value, keys, base, ())]
    while stack:
        value, keys, pointer, path = stack.pop()
        if isinstance(value, list) and keys.items is not None:
            stack += ((item, keys.items, (*pointer, number), (*path, None)) for number, item in enumerate(value))
        elif isinstance(value, dict) and keys.members:
            is_wrapper = keys.is_wrapper and any(isinstance(value.get(name), list) for name in keys.lists())
            for key, inner in value.items():
                known = keys.members.get(key)
                if known is not None:
                    stack.append((inner, known, (*pointer, key), (*path, key)))
                elif inner is not None and not (isinstance(inner, str) and inner in absent):
                    meant = keys.like(key)
                    if meant is not None and value.get(meant) is None:
                        yield Unread((*pointer, key), (*path, key), meant)
                    elif is_wrapper and isinstance(inner, list) and inner:
                        yield Unread((*pointer, key), (*path, key), None)
