"""What the schema asks of values beyond their types, as one function over records; the values' own converters decide."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from orderproof.facts.attributes import NO_LIST, attribute
from orderproof.facts.literal import CONVERTERS, Wrong
from orderproof.schema import Field, Kind, Leaf, Object, RecordList, ScalarList

_MAX_PROVED = 1000
Within: TypeAlias = Callable[[Any], bool]


def is_limited(field: Field) -> bool:
    """Whether the schema says more of a field, or of what stands below it, than its types do."""
    match field:
        case Leaf():
            limits = (field.pattern, field.min_length, field.max_length, field.minimum, field.maximum)
            return any(limit is not None for limit in limits)
        case ScalarList():
            return field.min_items is not None or field.max_items is not None or is_limited(field.element)
        case RecordList(supplied=True):
            return False
        case RecordList():
            return field.min_items is not None or field.max_items is not None or is_limited(field.item)
        case Object():
            return any(map(is_limited, field.members.values()))


def within_limits(root: Object) -> Within:
    """A function that says whether a root's record, and all below it, keeps the limits of the schema."""
    writer = _Writer()
    lines = list(writer.object(root, "record", "    "))
    if not lines:
        return _everything
    text = "\n".join(["def within(record):", *lines, "    return True", ""])
    names: dict[str, Any] = {"__builtins__": {}, "len": len, "NO_LIST": NO_LIST, **writer.names}
    exec(compile(text, "<the limits of a document type>", "exec"), names)  # noqa: S102 - it holds names of fields only
    found: Within = names["within"]
    return found


def _everything(_: Any) -> bool:
    return True


class _Writer:
    """Writes the function; ``names`` has what it calls."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def object(self, of: Object, record: str, indentation: str) -> Iterator[str]:
        for name, field in of.members.items():
            if not is_limited(field):
                continue
            text = f"{record}.{attribute(name)}"
            match field:
                case Leaf():
                    yield from self.leaf(field, text, indentation)
                case Object():
                    yield from self.object(field, text, indentation)
                case ScalarList() | RecordList():
                    yield from self.list(field, text, indentation)

    def list(self, field: ScalarList | RecordList, text: str, indentation: str) -> Iterator[str]:
        there = f"{text} is not {'NO_LIST' if isinstance(field, RecordList) else 'None'}"
        for bound, limit in (("<", field.min_items), (">", field.max_items)):
            if limit is not None:
                yield from _refused(f"{there} and len({text}) {bound} {limit}", indentation)
        inside = field.item if isinstance(field, RecordList) else field.element
        if is_limited(inside):
            each = f"each{len(indentation) // 4}"
            yield f"{indentation}for {each} in {text} or ():"
            if isinstance(inside, Object):
                yield from self.object(inside, each, f"{indentation}    ")
            else:
                yield from self.leaf(inside, each, f"{indentation}    ")

    def leaf(self, leaf: Leaf, text: str, indentation: str) -> Iterator[str]:
        if leaf.kind is Kind.TEXT and leaf.pattern is None:
            for bound, limit in (("<", leaf.min_length), (">", leaf.max_length)):
                if limit is not None:
                    yield from _refused(f"{text} is not None and len({text}) {bound} {limit}", indentation)
            return
        number = len(self.names) // 2
        proved: set[Any] = {None}
        self.names |= {f"PROVED_{number}": proved, f"prove_{number}": _prover(leaf, proved)}
        yield from _refused(f"{text} not in PROVED_{number} and not prove_{number}({text})", indentation)


def _prover(leaf: Leaf, proved: set[Any]) -> Within:
    """Says whether a value is in order, and remembers some that are."""
    converter = CONVERTERS[leaf.kind]

    def prove(value: Any) -> bool:
        if isinstance(converter(value, leaf, None), Wrong):
            return False
        if len(proved) < _MAX_PROVED:
            proved.add(value)
        return True

    return prove


def _refused(test: str, indentation: str) -> Iterator[str]:
    yield f"{indentation}if {test}:"
    yield f"{indentation}    return False"
