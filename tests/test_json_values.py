"""The fast way to a document's values takes only what the careful one takes, and says the same of it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orderproof.diagnostic import OrderproofError
from orderproof.reading.json_tree import MAX_DEPTH, MAX_KEY, parse_json
from orderproof.reading.json_values import json_object
from orderproof.source import Source
from orderproof.tree import Plain, plain

LEAVES = st.none() | st.booleans() | st.integers(-(10**70), 10**70) | st.text(max_size=8) | st.floats()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
OBJECTS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4)
SPOILS = st.sampled_from(
    [
        '"',
        "\\",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "0",
        "1e9",
        "-",
        ".",
        "NaN",
        "null",
        " ",
        "\t",
        "\n",
        "\u00a0",
        "\x00",
        "\ufeff",
        "\\u0000",
        "\\ud800",
        "１",
        "_",
        "+",
        "//",
    ]
)


def careful(text: str) -> "Plain | None":
    try:
        return plain(parse_json(Source("t", text)))
    except OrderproofError:
        return None


def typed(value: Any) -> Any:
    """A value in which 1, 1.0 and true are told apart."""
    match value:
        case dict():
            return {key: typed(inner) for key, inner in value.items()}
        case list():
            return [typed(inner) for inner in value]
        case Decimal():
            return ("decimal", str(value))
        case _:
            return (type(value).__name__, value)


def agrees(text: str) -> None:
    fast = json_object(text)
    if fast is not None:
        assert typed(fast) == typed(careful(text))


@given(OBJECTS, st.booleans(), st.sampled_from([None, 1]))
def test_values_are_the_same(value: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    agrees(json.dumps(value, ensure_ascii=ascii_only, indent=indent))


@given(OBJECTS, st.data())
@example({"a": 1}, None)
def test_spoiled_texts_are_never_taken_where_the_careful_way_refuses(value: dict[str, Any], data: Any) -> None:
    text = json.dumps(value)
    if data is not None:
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(text)))
            text = text[:at] + data.draw(SPOILS) + text[at + data.draw(st.integers(0, 2)) :]
    agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '{"a": {"b": 1, "\\u0062": 2}}',
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": 01}',
        '{"a": 1_0}',
        '{"a": １}',
        '{"a": +1}',
        '{"a": .5}',
        '{"a": 1e65}',
        '{"a": ' + "9" * 65 + "}",
        '{"a": 0.' + "1" * 39 + "}",
        '{"a": "\\u0000"}',
        '{"a": "\\ud800"}',
        '{"a": "\t"}',
        '{"a": 1} x',
        '\ufeff{"a": 1}',
        '\u00a0{"a": 1}',
        "[1]",
        "1",
        "",
        '{"' + "k" * (MAX_KEY + 1) + '": 1}',
        '{"' + "k" * 1000 + '\\"' + "k" * 1000 + '": 1}',
        '{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
    ],
)
def test_what_the_careful_way_refuses_is_left_to_it(text: str) -> None:
    assert json_object(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            '{"a": 1.10, "b": "1.10", "c": [true, null], "d": {}}',
            {"a": Decimal("1.10"), "b": "1.10", "c": [True, None], "d": {}},
        ),
        (' \t\r\n{"一": "二"}\r\n', {"一": "二"}),
        ('{"a": ' + "9" * 64 + "}", {"a": int("9" * 64)}),
    ],
)
def test_what_is_taken(text: str, value: object) -> None:
    assert json_object(text) == value


def test_the_deepest_document_is_taken() -> None:
    text = '{"a":' * (MAX_DEPTH - 1) + "{}" + "}" * (MAX_DEPTH - 1)
    assert json_object(text) == careful(text) is not None
