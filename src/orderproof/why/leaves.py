"""What was read for one leaf of an expression: a value of the document with its place, a list, a parameter."""

from collections.abc import Sequence

from orderproof.explain import Explainer
from orderproof.facts.record import Record
from orderproof.language import typed as t
from orderproof.language.evaluate import Frame
from orderproof.language.types import Value
from orderproof.showing import Shown, shown, written
from orderproof.why.steps import Named, ReadList, ReadValue


def read_field(explainer: Explainer, node: t.Field, frame: Frame) -> ReadValue:
    """A leaf of the document, and what counts where it is absent."""
    record: Record = frame[node.variable]
    found = record.values[node.slot]
    assert not isinstance(found, tuple)
    zone = explainer.setting.zone
    pointer = (*record.pointer, *node.path)
    default = None if node.default is None or found is not None else shown(node.default, zone)
    value = None if found is None else shown(found, zone)
    return ReadValue(pointer, value, explainer.naming.span(pointer), default, record.told)


def read_presence(explainer: Explainer, node: t.Presence, frame: Frame) -> ReadValue:
    """What is present, shown as it is written."""
    record: Record = frame[node.variable]
    pointer = (*record.pointer, *node.path)
    naming = explainer.naming
    found = naming.value(pointer) if record.values[node.slot] is True else None
    value: Shown | None
    match found:
        case None:
            value = None
        case list() | dict():
            value = "present"
        case _:
            value = found if isinstance(found, str | bool) else str(found)
    return ReadValue(pointer, value, naming.span(pointer))


def read_list(
    explainer: Explainer, record: Record, path: tuple[str, ...], length: int, *, supplied: bool = False
) -> ReadList:
    """A list of which only the length counts."""
    pointer = (*record.pointer, *path)
    return ReadList(pointer, length, explainer.naming.span(pointer), supplied)


def read_scalars(explainer: Explainer, node: t.ListField, frame: Frame) -> ReadList | ReadValue:
    """A list of scalars with all that it holds."""
    record: Record = frame[node.variable]
    found = record.values[node.slot]
    if not isinstance(found, tuple) or not found:
        return read_list(explainer, record, node.path, 0)
    pointer = (*record.pointer, *node.path)
    text = ", ".join(written(value, explainer.setting.zone) for value in found)
    return ReadValue(pointer, text, explainer.naming.span(pointer))


def list_parameter(explainer: Explainer, name: str, values: Sequence[Value]) -> Named:
    """A list of the parameters, or the keys of a table."""
    return Named(f"parameters.{name}", tuple(shown(value, explainer.setting.zone) for value in values))
