"""Classes of records that JSON is decoded into, made at run time from the fields that are to stand in them."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, defstruct

from orderproof.facts.attributes import attribute
from orderproof.facts.key_order import KeyOrder


class FieldOfClass(Struct, frozen=True):
    """A field of a class: its key in documents, its type, and what stands for its absence."""

    attribute: str
    key: str
    type: Any
    absent: Any
    required: bool = False


def record_class(
    fields: Iterable[FieldOfClass], order: KeyOrder, more: Iterable[FieldOfClass] = (), *, frozen: bool
) -> type[Struct]:
    """A class whose fields are in the order of documents, so that they are found at once and written back alike.

    ``more`` are attributes that no document fills and that are no part of it.
    """
    ordered = order.sorted({each.key: each for each in fields})
    every = [*ordered, *more]
    return defstruct(
        "Part" if frozen else "Record",
        [(e.attribute, e.type) if e.required else (e.attribute, e.type, e.absent) for e in every],
        namespace={"__read__": tuple(each.attribute for each in ordered)},
        rename={each.attribute: each.key for each in every},
        omit_defaults=True,
        forbid_unknown_fields=True,
        kw_only=True,
        frozen=frozen,
        gc=False,
    )


def free_attribute(wished: str, taken: set[str]) -> str:
    """An attribute that is not taken yet; it is from now on."""
    name, number = attribute(wished), 2
    while name in taken:
        name, number = f"{wished}_{number}", number + 1
    taken.add(name)
    return name
