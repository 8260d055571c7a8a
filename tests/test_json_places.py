"""Places found along the way are those of the tree that knows them all."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderproof.diagnostic import OrderproofError
from orderproof.reading.json_places import JsonPlaces
from orderproof.reading.json_tree import parse_json
from orderproof.source import Source
from orderproof.tree import Pointer, nearest

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.floats(allow_nan=False, allow_infinity=False)
)
KEYS = st.text(max_size=4)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)


def pointers(value: Any, above: Pointer = ()) -> list[Pointer]:
    """Every pointer into a value, and beside each one that leads nowhere."""
    found = [above, (*above, "nowhere"), (*above, 7)]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += pointers(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += pointers(inner, (*above, index))
    return found


@given(
    DOCUMENTS,
    st.sampled_from([None, 1]),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", "\t:")]),
    st.booleans(),
    st.sampled_from(["", " ", "\n\t"]),
)
def test_every_place_is_that_of_the_tree(
    document: dict[str, Any], indent: int | None, marks: tuple[str, str], ascii_: bool, around: str
) -> None:
    text = around + json.dumps(document, indent=indent, separators=marks, ensure_ascii=ascii_) + around
    source = Source("o.json", text)
    try:
        root = parse_json(source)
    except OrderproofError:
        # A text that documents may not hold, such as a control character, has no tree and is never looked into.
        return
    places = JsonPlaces(source)
    for pointer in pointers(document):
        assert places.nearest(pointer) == nearest(root, pointer).span


def test_blanks_and_escapes_make_up_for_nothing() -> None:
    for text in ('{"a":1,"b":{"c":[1,"2"]}}', '{"\\u0061" :1,"b":{ "c":[1 ,"2"] } }', '{"é":"ü","b":{"c":["ö", 2]}}'):
        source = Source("o.json", text)
        root, places = parse_json(source), JsonPlaces(source)
        for pointer in (("a",), ("é",), ("b",), ("b", "c"), ("b", "c", 0), ("b", "c", 1), ("b", "c", 2)):
            assert places.nearest(pointer) == nearest(root, pointer).span
