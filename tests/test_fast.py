"""The fast reader takes nothing that the reader with places refuses, and reads what it takes alike."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fast_lines import mutated, same, slowly
from hypothesis import given, settings
from hypothesis import strategies as st

from orderproof.facts.fast import MAX_BUILDS, MAX_LINE, FastReader
from orderproof.facts.from_record import FactsOfRecords
from orderproof.facts.read import FactReader
from orderproof.facts.record import Access, ChildPlan, Facts, RecordPlan, Slot
from orderproof.facts.unknown_fields import MAX_UNKNOWN
from orderproof.reading.json_tree import parse_json
from orderproof.schema import Schema, load_schema
from orderproof.source import Source

TEXT = {"type": "string"}
NUMBER = {"type": ["string", "number"], "format": "decimal"}
INSTANT = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
PART = {
    "type": "object",
    "x-entity": "part",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "class": {"type": "string", "enum": ["a", "b b", "é"]},
        "at": INSTANT,
        "size": {**NUMBER, "minimum": 0, "maximum": 1000},
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "bits": {"type": "array", "items": {"type": "object", "x-entity": "bit", "properties": {"on": DAY}}},
    },
}
DEAL: Mapping[str, Any] = {
    "type": "object",
    "x-entity": "deal",
    "required": ["id", "made_at"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 20},
        "made_at": INSTANT,
        "flag": {"type": "boolean"},
        "count": {"type": "integer", "minimum": -5, "maximum": 100},
        "plain": {"type": "integer"},
        "price": NUMBER,
        "unread": NUMBER,
        "unread_at": INSTANT,
        "day": DAY,
        "words": {"type": "array", "items": TEXT, "maxItems": 3},
        "days": {"type": "array", "items": DAY},
        "numbers": {"type": "array", "items": NUMBER},
        "money": {
            "type": "object",
            "required": ["total"],
            "properties": {"total": NUMBER, "tax": NUMBER, "deep": {"type": "object", "properties": {"x": TEXT}}},
        },
        "aside": {"type": "object", "properties": {"note": TEXT, "when": DAY}},
        "parts": {"type": "array", "minItems": 1, "items": PART},
        "extras": {"type": "array", "items": {"type": "object", "x-entity": "extra", "properties": {"a": TEXT}}},
        "screened": {
            "type": "array",
            "x-supplied": True,
            "items": {"type": "object", "x-entity": "screening", "properties": {"hit": TEXT}},
        },
    },
}
SCHEMA: Schema = load_schema(parse_json(Source("deal", json.dumps(DEAL))), "deal")


def slots(values: str, presences: str = "") -> tuple[Slot, ...]:
    return (
        *(Slot(tuple(each.split(".")), Access.VALUE) for each in values.split()),
        *(Slot(tuple(each.split(".")), Access.PRESENCE) for each in presences.split()),
    )


BITS = RecordPlan("bit", slots("on"), ())
PARTS = RecordPlan("part", slots("name class at size", "code bits"), (ChildPlan(("bits",), BITS),))
SCREENED = RecordPlan("screening", slots("hit"), (), supplied=True)
PLAN = RecordPlan(
    "deal",
    slots(
        "id made_at flag count price day words days money.total money.tax numbers",
        "flag money money.deep aside unread unread_at extras parts words screened",
    ),
    (ChildPlan(("parts",), PARTS), ChildPlan(("screened",), SCREENED)),
)
READER = FactReader(SCHEMA, PLAN, ZoneInfo("Asia/Shanghai"))
GOOD: Mapping[str, Any] = {
    "id": "D1",
    "made_at": "2026-01-02T03:04:05+08:00",
    "flag": True,
    "count": 7,
    "plain": 12,
    "price": "-12.50",
    "unread": "7.00",
    "unread_at": "2026-01-02T03:04:05.5Z",
    "day": "2026-02-28",
    "words": ["a", "", "c"],
    "days": ["2026-01-01"],
    "money": {"total": "0", "tax": 1.5, "deep": {"x": "y"}, "more": [1]},
    "aside": {"note": "n", "when": "2026-01-01"},
    "parts": [
        {"name": "p", "class": "b b", "at": "2026-01-01T00:00:00Z", "size": "1", "code": "ABC", "bits": [{}]},
        {"name": "q", "bits": [{"on": "2026-01-01"}, {}], "colour": "red"},
    ],
    "extras": [{"a": "b"}],
    "partner": {"a": 1, "b": [{"c": None}, "x", 2.5, [True]], "c:d": {"e": {}}},
}


def learned(*documents: Mapping[str, Any]) -> FastReader:
    """A reader that knows the good document, and others."""
    reader = FastReader(SCHEMA, PLAN, {"part": ("heavy", "size_2")})
    for document in (GOOD, *documents):
        values = slowly(written(document))
        assert values is not None
        for _ in range(64):
            reader.learn(values)
    return reader


def written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


FAST = learned()


def test_a_document_like_the_learned_one_is_taken() -> None:
    assert same(written(GOOD), FAST, READER)
    assert FAST.id_of(FAST.decode(written(GOOD))) == "D1"


def test_nothing_is_taken_before_anything_is_learned() -> None:
    assert FastReader(SCHEMA, PLAN, {}).decode(written(GOOD)) is None


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name not in names}


TAKEN: Mapping[str, bytes] = {
    "blanks": json.dumps(GOOD, ensure_ascii=False, indent=1).encode() + b"\r",
    "another order of keys": written(dict(reversed(list(GOOD.items())))),
    "little": written({"id": "x", "made_at": "2026-01-02T03:04:05Z"}),
    "empty objects and lists": written({**GOOD, "aside": {}, "extras": [], "partner": {}, "words": []}),
    "null where nobody looks": written({**GOOD, "plain": None, "partner": None}),
    "other scalars in unknown fields": written({**GOOD, "partner": {"a": "x", "b": [], "c:d": False}}),
    "escapes of what is no ASCII": json.dumps({**GOOD, "id": "中文"}).encode(),
    "escapes that say nothing else": written({**GOOD, "id": 'a"\\\n\t'}),
    "other characters": written({**GOOD, "id": "é😀\u2028"}),
    "what stands for numbers in texts": written({**GOOD, "words": ["NaN", "1e5", "+5"]}),
    "a zone of zero": written(
        {**GOOD, "made_at": "2026-01-02T03:04:05+00:00", "unread_at": "2026-01-02T03:04:05-00:00"}
    ),
    "a bare number": written({**GOOD, "price": 12, "unread": -0.5}),
    "thirty-eight digits": written({**GOOD, "price": "9" * 38}),
    "the end of a day": written({**GOOD, "made_at": "2026-12-31T23:59:59.999999-23:59"}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_in_order_is_taken(name: str) -> None:
    assert same(TAKEN[name], FAST, READER)


def put(name: str, value: str) -> bytes:
    """The good document with another text for the value of a field of its root."""
    return written({**GOOD, name: "@@"}).replace(b'"@@"', value.encode("utf-8", "surrogatepass"))


REFUSED: Mapping[str, bytes] = {
    "a key twice": written(GOOD)[:-1] + b',"id":"D1"}',
    "a key twice, further in": put("money", '{"total":"1","total":"1"}'),
    "an unknown key twice": put("partner", '{"a":1,"a":1}'),
    "a key twice among blanks": written(GOOD)[:-1] + b' , "id" : "D1" }',
    "a key twice, once by an escape": written(GOOD)[:-1] + b',"\\u0069d":"D1"}',
    "a new field": written({**GOOD, "another": 1}),
    "a new field further in": written({**GOOD, "partner": {"a": 1, "z": 1}}),
    "NaN": put("price", "NaN"),
    "NaN as text": put("price", '"NaN"'),
    "Infinity as text": put("unread", '"-Infinity"'),
    "full-width digits": put("price", '"１２"'),
    "an underscore": put("price", '"1_0"'),
    "a blank before a number": put("unread", '" 1"'),
    "a blank behind a number": put("price", '"1 "'),
    "a plus": put("price", '"+5"'),
    "a point at the end": put("price", '"1."'),
    "a point at the beginning": put("unread", '".5"'),
    "leading zeros": put("price", '"007"'),
    "an exponent": put("price", '"1E+5"'),
    "an exponent of a bare number": put("price", "1e5"),
    "a bare number of 39 digits": put("price", "9" * 39),
    "a number of 39 digits": put("unread", '"' + "9" * 39 + '"'),
    "an unknown number of 39 digits": put("partner", '{"a":' + "9" * 39 + "}"),
    "an unknown number with an exponent": put("partner", '{"a":1e99}'),
    "no number": put("price", '""'),
    "a list of numbers": put("numbers", '["1"]'),
    "a supplied list": put("screened", "[]"),
    "null": put("price", "null"),
    "null for an object": put("money", "null"),
    "a blank for T": put("made_at", '"2026-01-02 03:04:05Z"'),
    "no zone": put("made_at", '"2026-01-02T03:04:05"'),
    "a zone without a colon": put("made_at", '"2026-01-02T03:04:05+0800"'),
    "a zone that is none": put("made_at", '"2026-01-02T03:04:05+24:00"'),
    "nanoseconds": put("made_at", '"2026-01-02T03:04:05.1234567Z"'),
    "a second 60": put("unread_at", '"2026-01-02T03:04:60Z"'),
    "an hour 24": put("unread_at", '"2026-01-02T24:00:00Z"'),
    "a day that is none": put("made_at", '"2026-02-29T00:00:00Z"'),
    "the first year": put("made_at", '"0001-01-01T00:00:00+08:00"'),
    "the last year": put("made_at", '"9999-12-31T23:59:59-08:00"'),
    "a date that is none": put("day", '"2026-02-30"'),
    "a date with a time": put("day", '"2026-02-28T00:00:00Z"'),
    "a number for a whole one": put("count", "2.5"),
    "text for a whole number": put("count", '"2"'),
    "a whole number that is too small": put("count", "-6"),
    "a whole number that is too large": put("count", "101"),
    "an empty id": put("id", '""'),
    "a long id": put("id", '"' + "x" * 21 + '"'),
    "too many words": put("words", '["a","b","c","d"]'),
    "a word that is none": put("words", "[1]"),
    "no parts": put("parts", "[]"),
    "a part without a name": put("parts", "[{}]"),
    "a part with an empty name": put("parts", '[{"name":""}]'),
    "a class that is none": put("parts", '[{"name":"x","class":"c"}]'),
    "a size below": put("parts", '[{"name":"x","size":"-1"}]'),
    "a size above": put("parts", '[{"name":"x","size":"1000.01"}]'),
    "a code of small letters": put("parts", '[{"name":"x","code":"abc"}]'),
    "a code and a line end": put("parts", '[{"name":"x","code":"ABC\\n"}]'),
    "an object that lacks a field": put("money", '{"tax":"1"}'),
    "a field that is required": written(without("made_at")),
    "a control character": put("id", '"a\x01b"'),
    "an escaped control character": put("id", '"a\\u0001b"'),
    "a backspace": put("id", '"a\\bb"'),
    "half a character": put("id", '"\\ud83d"'),
    "half a character in bytes": put("id", '"\ud83d"'),
    "no UTF-8": written(GOOD).replace(b"D1", b"\xff"),
    "no UTF-8 where nobody looks": written(GOOD).replace(b"red", b"\xc0\x80"),
    "a byte order mark": b"\xef\xbb\xbf" + written(GOOD),
    "more behind it": written(GOOD) + b"{}",
    "a cut": written(GOOD)[:-1],
    "a comma too many": written(GOOD)[:-1] + b",}",
    "a list": b"[]",
    "nothing": b"",
    "a derived attribute": put("parts", '[{"name":"x","derived: heavy":1}]'),
    "a field like a derived attribute": put("parts", '[{"name":"x","heavy":true}]'),
    "a long line": written(GOOD) + b" " * MAX_LINE,
    "deep nesting": put("partner", "[" * 5000 + "]" * 5000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not_be_in_order_is_left_to_the_other_reader(name: str) -> None:
    assert not same(REFUSED[name], FAST, READER)


def test_lines_together_are_read_as_they_are_alone() -> None:
    lines = [*TAKEN.values(), *REFUSED.values()]
    alone = [FAST.decode(line) for line in lines]
    assert list(FAST.records(lines)) == alone
    assert list(FAST.records(list(TAKEN.values()))) == alone[: len(TAKEN)]
    assert list(FAST.records([])) == []


def test_an_attribute_of_a_derived_fact_can_be_set_and_is_no_part_of_the_record() -> None:
    part = FAST.decode(written(GOOD)).parts[0]
    part.heavy = True
    assert (part.heavy, "heavy" in type(part).__read__) == (True, False)


# Learning


def test_an_absent_object_stands_there_with_all_that_would_be_required_in_it() -> None:
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}}
    parts = {"type": "array", "minItems": 1, "items": {"type": "object", "x-entity": "part", "properties": {"on": DAY}}}
    inside = {"type": "object", "required": ["named", "parts"], "properties": {"named": named, "parts": parts}}
    deal = {"type": "object", "x-entity": "deal", "properties": {"id": TEXT, "inside": inside}}
    plan = RecordPlan(
        "deal",
        slots("inside.named.name", "inside inside.named inside.parts"),
        (ChildPlan(("inside", "parts"), RecordPlan("part", slots("on"), ())),),
    )
    schema = load_schema(parse_json(Source("deal", json.dumps(deal))), "deal")
    fast, reader = FastReader(schema, plan, {}), FactReader(schema, plan, None)
    fast.learn({"id": "1"})
    for line in (b'{"id":"1"}', b'{"inside":{"named":{"name":"n"},"parts":[{"on":"2026-01-01"}]}}'):
        assert same(line, fast, reader)
        facts = reader.read(json.loads(line))
        assert FactsOfRecords(schema, plan).of(fast.decode(line)) == facts
    for line in (b'{"inside":{}}', b'{"inside":{"named":{"name":"n"},"parts":[]}}'):
        assert not same(line, fast, reader)


def test_a_field_that_is_likely_mistyped_is_never_learned() -> None:
    odd = {**GOOD, "flagg": True}
    assert not same(written(odd), learned(odd), READER)


def test_keys_that_are_hard_to_write_are_never_learned() -> None:
    for key in ('a"b', "a\\b", "a\u200bb", "derived: heavy"):
        odd = {**GOOD, "parts": [{"name": "x", key: 1}]}
        assert not same(written(odd), learned(odd), READER)


def test_names_that_the_class_itself_has_can_be_learned() -> None:
    odd = {**GOOD, "unknown_0": 1, "__init__": {"__struct_fields__": 1, "__read__": []}, "class": 1, "": 2}
    assert same(written(odd), learned(odd), READER)


def test_unknown_fields_are_learned_up_to_a_limit() -> None:
    many = {**GOOD, "partner": {f"f{number}": number for number in range(MAX_UNKNOWN + 1)}}
    reader = learned(many)
    assert not same(written(many), reader, READER)
    assert same(written(GOOD), reader, READER)


def test_the_classes_are_made_anew_a_limited_number_of_times() -> None:
    reader = FastReader(SCHEMA, PLAN, {})
    made = sum(reader.learn({**GOOD, f"f{number}": 1}) for number in range(1500))
    assert 5 < made < 40
    for number in range(MAX_BUILDS * 64):
        if not number % 64:
            values = {**GOOD, "partner": {f"g{number}": 1}}
        made += reader.learn(values)
    assert made == MAX_BUILDS


def test_an_order_of_keys_that_contradicts_another_is_read_too() -> None:
    one, other = {**GOOD, "partner": {"a": 1, "b": [2]}}, {**GOOD, "partner": {"b": [2], "a": 1}}
    reader = learned(one, other)
    assert same(written(one), reader, READER)
    assert same(written(other), reader, READER)


# The law


def test_lines_with_anything_changed_in_them() -> None:
    random = Random(7)
    lines = list(TAKEN.values())
    taken = sum(same(mutated(random, random.choice(lines), lines), FAST, READER) for _ in range(4000))
    assert taken > 400


NUMBERS = st.sampled_from(["0", "-0", "1", "12.50", "-3", 4, 5.25, "1e5", "٣", " 1", "", None, True, "9" * 38, 10**38])
INSTANTS = st.datetimes().map(lambda each: each.isoformat()) | st.sampled_from(["x", None, 1])
ZONED = st.tuples(INSTANTS, st.sampled_from(["Z", "z", "+00:00", "-08:00", "+05:30", "", "+8"]))
TEXTS = st.text(max_size=4) | st.none() | st.integers()
DAYS = st.dates().map(lambda each: each.isoformat()) | TEXTS
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "number": NUMBERS,
    "instant": ZONED.map(lambda pair: f"{pair[0]}{pair[1]}" if isinstance(pair[0], str) else pair[0]),
    "text": TEXTS,
    "day": DAYS,
    "flag": st.booleans() | st.none(),
    "whole": st.integers(-10, 110) | NUMBERS,
}


def objects(**fields: Any) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={name: VALUES.get(each, each) for name, each in fields.items()})


PART_VALUES = objects(
    name="text",
    at="instant",
    size="number",
    code=st.sampled_from(["ABC", "DEF", "abc", None]),
    bits=st.lists(objects(on="day"), max_size=2),
    **{"class": st.sampled_from(["a", "é", "c"])},
)
DEAL_VALUES = objects(
    flag="flag",
    count="whole",
    plain="whole",
    price="number",
    unread="number",
    unread_at="instant",
    day="day",
    words=st.lists(TEXTS, max_size=4),
    money=objects(total="number", tax="number", deep=objects(x="text")),
    aside=objects(note="text", when="day"),
    parts=st.lists(PART_VALUES, max_size=2),
    partner=st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner)),
)


@settings(max_examples=300, deadline=None)
@given(DEAL_VALUES, st.booleans())
def test_a_document_is_read_alike_also_after_it_was_learned(document: dict[str, Any], ascii_only: bool) -> None:
    whole = {"id": "x", "made_at": "2026-01-02T03:04:05Z", **document}
    line = json.dumps(whole, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    same(line, FAST, READER)
    values = slowly(line)
    if values is not None and isinstance(READER.read(values), Facts):
        reader = FastReader(SCHEMA, PLAN, {})
        reader.learn(values)
        same(line, reader, READER)


# The workload of the benchmark


def test_the_workload_of_the_benchmark_is_a_rule_set(tmp_path: Path) -> None:
    from orderproof.ruleset.open import compile_opened, open_rule_set

    path = Path(__file__).parent / "benchmarks" / "workload.yaml"
    checks = [check.id for check in compile_opened(open_rule_set(str(path))).checks]
    assert checks == [*(f"p{number:02}" for number in range(1, 21)), "s21", "s22", "j23", "j24", "x25"]
