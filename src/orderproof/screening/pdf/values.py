"""Values of a PDF file as what they must be; anything else is nothing."""

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from orderproof.screening.pdf.matrix import IDENTITY, Box, Matrix


def value_of(holder: Any, key: str) -> Any:
    """The value at a key of a dictionary, references followed; None where there is none."""
    if not isinstance(holder, DictionaryObject):
        return None
    found = holder.raw_get(key) if key in holder else None
    return found.get_object() if found is not None else None


def dictionary_at(holder: Any, key: str) -> DictionaryObject:
    """The dictionary at a key; an empty one where there is none."""
    found = value_of(holder, key)
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def array_at(holder: Any, key: str) -> list[Any]:
    """The items of the array at a key, references followed."""
    found = value_of(holder, key)
    return [item.get_object() for item in found] if isinstance(found, ArrayObject) else []


def number_in_file(value: Any) -> int:
    """The number by which a file refers to an object; 0 for one that stands within another."""
    reference = getattr(value, "indirect_reference", None)
    return int(getattr(reference, "idnum", 0))


def text_at(holder: Any, key: str) -> str:
    """The text at a key; text in a stream too."""
    found = value_of(holder, key)
    if isinstance(found, StreamObject):
        return as_text(found.get_data())
    if isinstance(found, (str, bytes)):
        return as_text(found)
    return ""


def as_text(value: str | bytes) -> str:
    """A text string in any of the encodings that PDF knows."""
    if isinstance(value, str):
        return value
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    try:
        return value.decode("utf-8-sig")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def number_of(value: Any) -> float | None:
    """A number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def numbers_of(values: Any, count: int) -> tuple[float, ...] | None:
    """So many numbers of an array; None where it does not hold them."""
    numbers = [number_of(value) for value in list(values or ())[:count]]
    found = tuple(number for number in numbers if number is not None)
    return found if len(found) == count else None


def matrix_of(values: Any) -> Matrix:
    """A matrix of six numbers; one that moves nothing where they are not six."""
    found = numbers_of(values, 6)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if found else IDENTITY


def box_of(values: Any) -> Box | None:
    """A box of two opposite corners."""
    found = numbers_of(values, 4)
    if found is None:
        return None
    x, y, x2, y2 = found
    return (min(x, x2), min(y, y2), max(x, x2), max(y, y2))
