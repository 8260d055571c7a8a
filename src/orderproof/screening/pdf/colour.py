"""Colours as red, green and blue from 0 to 1; None where nobody can tell, such as a pattern."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from pypdf.generic import ArrayObject, DictionaryObject

from orderproof.screening.pdf.values import dictionary_at, number_of, value_of

Colour: TypeAlias = tuple[float, float, float] | None

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
_MOST_FORMS = 100
_ALIKE = 0.1
"""Colours that differ less in each part are not told apart by a reader."""


def gray(level: float) -> Colour:
    """A gray, 1 is white."""
    return (level, level, level)


def colour_of(space: str, operands: Sequence[Any]) -> Colour:
    """The colour that numbers name in a colour space: `gray`, `rgb`, `cmyk`, `tint`, `lab`, or by their count."""
    numbers = [number for number in map(number_of, operands) if number is not None]
    if len(numbers) != len(operands) or not numbers:
        return None
    if space == "tint":
        return gray(1.0 - max(numbers))
    if space == "lab":
        return gray(numbers[0] / 100)
    if space == "none":
        return None
    if len(numbers) == 1:
        return gray(numbers[0])
    if len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    if len(numbers) == 4:
        cyan, magenta, yellow, black = numbers
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return None


def space_of(name: Any, resources: DictionaryObject) -> str:
    """How the numbers of a colour space are read."""
    space = value_of(value_of(resources, "/ColorSpace"), name) if isinstance(name, str) else None
    kind: Any = name if space is None else space
    if isinstance(kind, ArrayObject) and kind:
        kind = kind[0].get_object()
    if kind in ("/Separation", "/DeviceN"):
        return "tint"
    if kind == "/Lab":
        return "lab"
    return "none" if kind in ("/Indexed", "/Pattern") else "plain"


def alike(one: Colour, other: Colour) -> bool:
    """Whether a reader cannot tell two colours apart."""
    if one is None or other is None:
        return False
    return all(abs(part - other_part) < _ALIKE for part, other_part in zip(one, other, strict=True))


def shows_picture(resources: DictionaryObject, operands: Sequence[Any]) -> bool:
    """Whether the pattern that is named is drawn with a picture."""
    patterns = value_of(resources, "/Pattern")
    pattern = value_of(patterns, operands[-1]) if operands and isinstance(operands[-1], str) else None
    return draws_picture(pattern)


def draws_picture(source: Any) -> bool:
    """Whether a pattern or a form, or a form that it draws, has a picture; one that draws very many forms may have."""
    waiting, seen = [source], set[int]()
    while waiting:
        drawn = dictionary_at(dictionary_at(waiting.pop(), "/Resources"), "/XObject")
        for each in (value_of(drawn, name) for name in drawn):
            if value_of(each, "/Subtype") == "/Image" or len(seen) >= _MOST_FORMS:
                return True
            if id(each) not in seen:
                seen.add(id(each))
                waiting.append(each)
    return False
