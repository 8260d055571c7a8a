"""The fields of a document type as a mapping names them, and which of them a mapping leaves unsaid."""

from collections.abc import Iterator

from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.mapping.sources import Path
from orderproof.ruleset.model import Text
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList


def resolve(owner: Object, text: Text, *, through_lists: bool = False) -> tuple[Path, Field] | Diagnostic:
    """The field at a path inside an object; lists are gone through only where nothing of one record is meant."""
    path = tuple(text.value.split("."))
    inside: Field = owner
    for number, name in enumerate(path):
        if isinstance(inside, RecordList) and through_lists:
            inside = inside.item
        if isinstance(inside, RecordList):
            owning = ".".join(path[:number])
            help_ = f"map it below `{owning}`, among its `fields`"
            return Diagnostic("mapping.target", f"`{owning}` is a list", span=text.span, help=help_)
        found = inside.members.get(name) if isinstance(inside, Object) else None
        if found is None:
            message = f"the document type has no field `{text.value}`"
            return Diagnostic("mapping.unknown-field", message, span=text.span, help=_near(owner, path, number, inside))
        if isinstance(found, RecordList) and found.supplied:
            message = f"`{text.value}` never comes from a document"
            help_ = "a source beside it supplies this list; take it out"
            return Diagnostic("mapping.target", message, span=text.span, help=help_)
        inside = found
    return path, inside


def _near(owner: Object, path: Path, number: int, inside: Field) -> str | None:
    """The field that is most likely meant: one of a like name beside it, or one of its name elsewhere."""
    if isinstance(inside, Object):
        meant = did_you_mean(path[number], inside.members)
        if meant is not None:
            prefix = ".".join(path[:number])
            return meant.replace("`", f"`{prefix}.", 1) if prefix else meant
    elsewhere = [".".join(each) for each, _ in leaves(owner) if each[-1] == path[-1]]
    if elsewhere:
        return f"did you mean `{'` or `'.join(elsewhere[:3])}`?"
    meant = did_you_mean(".".join(path), [".".join(each) for each, _ in leaves(owner)])
    return meant or (f"fields there: {', '.join(inside.members)}" if isinstance(inside, Object) else None)


def leaves(owner: Object, prefix: Path = ()) -> Iterator[tuple[Path, Leaf | ScalarList]]:
    """The fields inside an object that hold values, with their paths; those of records have the path of their list."""
    for name, field in owner.members.items():
        match field:
            case Leaf() | ScalarList():
                yield (*prefix, name), field
            case Object():
                yield from leaves(field, (*prefix, name))
            case RecordList(supplied=False):
                yield from leaves(field.item, (*prefix, name))
            case _:
                pass


def unsaid(owner: Object, mapped: frozenset[Path], prefix: Path = ()) -> Iterator[Path]:
    """What a mapping of these fields never says: of an object or a list of which it says nothing, that one alone."""
    for name, field in owner.members.items():
        path = (*prefix, name)
        match field:
            case Object():
                yield from unsaid(field, mapped, path) if _says_of(path, mapped) else (path,)
            case RecordList(supplied=False):
                yield from unsaid(field.item, mapped, path) if _says_of(path, mapped) else (path,)
            case Leaf() | ScalarList() if path not in mapped:
                yield path
            case _:
                pass


def _says_of(path: Path, mapped: frozenset[Path]) -> bool:
    return any(each[: len(path)] == path for each in mapped)
