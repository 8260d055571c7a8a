"""Where the documents of a partner's answer stand: inside its envelope, in a list there, or the whole is one."""

from collections.abc import Iterable

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document
from orderproof.mapping.compile import Envelope, InputMapping
from orderproof.mapping.original import OriginalDocument
from orderproof.mapping.paths import Misfit, Step, follow, write_path
from orderproof.tree import Plain, Pointer

Root = tuple[str, ...]


def held(mapping: InputMapping, given: Document) -> list[tuple[Plain, Pointer]] | Diagnostic:
    """The objects of which documents are made, with their places; or why there are none.

    They stand at one root: what stands at another one would be lost, so it is an error.
    """
    for failure in mapping.failures:
        said = _failure(failure, mapping, given)
        if said is not None:
            return said
    original = OriginalDocument(given)
    found = _at_roots(mapping, given)
    if not found:
        paths = ", ".join(f"`{write_path(path)}`" for path in mapping.root)
        message = f"no document stands where the mapping `{mapping.name}` looks for one"
        return Diagnostic("mapping.no-document", message, span=original.span(()), help=f"it looks at {paths}")
    (path, value), *others = found
    for other, second in others:
        if second != value:
            message = (
                f"something stands in `{write_path(path)}` and in `{write_path(other)}`, and documents in one only"
            )
            help_ = "give what stands in the second a file of its own, or take its path out of the mapping's `root`"
            if not other:
                message = f"this says what a document says, and holds something in `{write_path(path)}` too"
            return Diagnostic("mapping.contradiction", message, span=original.key_span(other), help=help_)
    if not isinstance(value, list):
        return [(value, path)]
    if not value:
        return Diagnostic("document.none", "this list holds no document", span=original.span(path))
    return [(item, (*path, index)) for index, item in enumerate(value)]


def _at_roots(mapping: InputMapping, given: Document) -> list[tuple[Root, Plain]]:
    """The roots at which something stands, with it; of several none that holds nothing.

    A root in which another one is found is an envelope, unless it says itself what a document says. A list on the way
    to a root may hold what stands there elsewhere.
    """
    there: dict[Root, Plain] = {}
    lists: dict[Root, Plain] = {}
    for path in mapping.root:
        value = follow(given.values, path, mapping.absent)
        if isinstance(value, Misfit):
            if isinstance(value.value, list) and value.value:
                lists[path[: len(value.pointer)]] = value.value
        elif value is not None:
            there[path] = value
    is_envelope = any(path[0] in given.values for path in mapping.root if path)
    found = [
        (path, value)
        for path, value in there.items()
        if not (_is_around(path, there) or (not path and is_envelope)) or _is_document(value, mapping)
    ]
    filled = [(path, value) for path, value in found if value not in ([], {})]
    return [*filled, *lists.items()] if filled else found[:1]


def _is_around(path: Root, roots: Iterable[Root]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in roots)


def _is_document(value: Plain, mapping: InputMapping) -> bool:
    """Whether an object has an id and another value that is read from documents, as no envelope has."""
    if not isinstance(value, dict):
        return False
    ids = [path for path in mapping.id_paths if path and _says(follow(value, path, mapping.absent))]
    return bool(ids) and any(
        key in value and key not in {path[0] for path in ids} and _says(value[key]) for key in mapping.keys.members
    )


def _says(value: object) -> bool:
    return value is not None and not isinstance(value, Misfit)


def _failure(failure: Envelope, mapping: InputMapping, given: Document) -> Diagnostic | None:
    """What an envelope says that holds no document but the reason for that."""
    found = _at(given.values, failure.at)
    if found is None or (isinstance(found, str) and found in mapping.absent) or _scalar(found) in failure.unless:
        return None
    told = [text for text in (_scalar(_at(given.values, path)) for path in failure.says) if text]
    says = "; ".join(f"`{text}`" for text in dict.fromkeys(told))
    message = f"the source says that it failed: {says}" if says else "the source says that it failed"
    label = write_path(failure.at)
    span = OriginalDocument(given).span(tuple(0 if step is None else step for step in failure.at))
    help_ = f"`{label}` says so; fetch the document once more"
    return Diagnostic("mapping.failure", message, span=span, help=help_)


def _at(value: Plain, steps: tuple[Step, ...]) -> Plain:
    for step in steps:
        if step is None:
            value = value[0] if isinstance(value, list) and value else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _scalar(value: Plain) -> str | None:
    match value:
        case None | dict() | list():
            return None
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
