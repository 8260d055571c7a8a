"""Mistakes in mappings: each folder of fixtures/bad-mappings holds one, and what is said about it, to the letter."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, render
from orderproof.mapping.catalogue import Catalogue
from orderproof.mapping.load import load_mapping
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.load import INPUTS
from orderproof.ruleset.open import open_rule_set
from orderproof.source import Source
from orderproof.tree import Plain, plain

FOLDER = Path(__file__).parent.parent / "fixtures" / "bad-mappings"
CASES = sorted(folder.name for folder in FOLDER.iterdir())
OPENED = open_rule_set(None, {}, cases=False)


def diagnostics_of(name: str) -> tuple[Diagnostic, ...]:
    try:
        Catalogue(OPENED.path, OPENED.schema).named(name)
    except OrderproofError as error:
        return error.diagnostics
    return ()


def test_there_are_cases() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize("case", CASES)
def test_bad_mapping(case: str, monkeypatch: pytest.MonkeyPatch, record: bool) -> None:
    monkeypatch.chdir(FOLDER / case)
    name = next(name for name in ("mapping.yaml", "mapping.json") if Path(name).exists())
    found = "".join(render(each) + "\n" for each in diagnostics_of(name))
    assert found, "nothing is said about this mapping"
    expected = FOLDER / case / "expected.txt"
    if record:
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")


# What holds of every mapping


def schema_of_mappings() -> Any:
    return json.loads((schemas_folder() / "mapping.schema.json").read_text("utf-8"))


def shipped() -> list[Path]:
    return sorted((rules_folder() / "credit-guarantee" / INPUTS).glob("*.yaml"))


def as_json(value: Plain) -> Any:
    """A value as a JSON Schema sees it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return {key: as_json(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_the_schema_is_one_that_editors_know() -> None:
    schema = schema_of_mappings()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)


def test_the_schema_accepts_every_shipped_mapping() -> None:
    validator = Draft7Validator(schema_of_mappings())
    assert len(shipped()) >= 2
    for path in shipped():
        tree = parse_yaml_one(Source(path.as_posix(), path.read_text("utf-8")), aliases=True)
        assert [error.message for error in validator.iter_errors(as_json(plain(tree)))] == [], path


def test_the_schema_and_the_reader_agree_on_what_is_malformed(tmp_path: Path) -> None:
    """Whatever the schema refuses the reader refuses with the schema's words, and nothing else is malformed."""
    validator = Draft7Validator(schema_of_mappings())
    for case in CASES:
        path = FOLDER / case / "mapping.yaml"
        if not path.exists() or case in ("not-utf-8", "empty-file", "full-width-colon", "duplicate-target"):
            continue
        tree = parse_yaml_one(Source(path.as_posix(), path.read_text("utf-8")), inner=True, aliases=True)
        refused = bool(list(validator.iter_errors(as_json(plain(tree)))))
        try:
            load_mapping(path)
        except OrderproofError:
            assert refused, case
        else:
            assert not refused, case


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_shipped_mapping_names_all_that_its_source_does_not_carry(path: Path) -> None:
    """What a mapping is silent about counts as not carried; a shipped one says each of these things itself."""
    mapping = Catalogue(OPENED.path, OPENED.schema).named(path.as_posix())
    assert mapping is not None
    named = {tuple(text.value.split(".")) for text in load_mapping(path).not_carried}
    assert named == mapping.not_carried


RIGHT = """\
mapping: partner
version: "1"
document: order
title: {en: A partner's orders, zh: 伙伴订单}
source: json
absent: ["", "null"]
times:
  timezone: America/Los_Angeles
  zones: {PST: "-08:00", PDT: "-07:00"}
  forms: ["MMM. d, yyyy, HH:mm:ss z.", "yyyy/M/d"]
  epoch: true
numbers: {point: ",", thousands: "."}
money: {amount: value, currency: unit}
recognise:
  - [result.number]
  - ["list[].number", code]
failure:
  - {at: code, unless: ["0", 200, true], says: [message]}
root: [result, list, $]
fields:
  id: {from: number, note: as it stands}
  drafted_at: {from: [created.stamp, created.text, created], absent: [none]}
  currency: {from: [total, net], as: currency}
  status: {from: state, values: [paid, unpay], ignore_case: true, unknown: keep}
  draft.mode: {constant: online}
  amounts.total: {from: total, as: money}
  shipment.agreed_by: {from: agreed, day_in: Asia/Shanghai}
  payments:
    from: ["pays.pay[]", "pays[]"]
    fields:
      step: {from: step, values: {A: advance, F: full}}
      amount: {from: sum, as: money, currency: currency}
  consignments:
    from: "loads[]"
    fields: {order_ids: "orders[]", id: {from: [no, $], several: first, from_number: true}}
ignored: {"pays[].state": not needed}
not_carried: [submitted_at, buyer, items.sku]
"""


def test_a_right_mapping_has_nothing_said_of_it(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(RIGHT, encoding="utf-8")
    assert [render(each) for each in diagnostics_of(str(path))] == []


TOKENS = ["{", "}", "[", "]", ":", ",", "\n", "  ", '"', "'", "- ", "&a ", "*a", "!", "|", "null", "0", "-1", "#", "$"]
WORDS = ["from", "fields", "rows", "table", "amounts", "payments", "constant", "values", "true", "as", "yyyy", "[]"]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(RIGHT)), st.integers(0, 12), st.sampled_from([*TOKENS, *WORDS, "付", ""])),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_mistyped_ends_in_words(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = RIGHT
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    for each in diagnostics_of(str(path)):
        assert render(each)
        if each.span is not None:
            assert 0 <= each.span.start < each.span.end <= len(text) + 1


ODD = (
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "order", "total\n", "2026-02-30", "\\", "$"])
)
VALUES = st.recursive(ODD, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ODD.map(str), inner, max_size=2))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_value_stands_somewhere_ends_in_words(tmp_path: Path, data: st.DataObject) -> None:
    """Also: the schema refuses exactly what the reader takes for malformed."""
    tree: Any = as_json(plain(parse_yaml_one(Source("mapping.yaml", RIGHT))))
    node = tree
    while True:
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = data.draw(VALUES)
        break
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    found = diagnostics_of(str(path))
    for each in found:
        assert render(each)
    refused = bool(list(Draft7Validator(schema_of_mappings()).iter_errors(tree)))
    try:
        load_mapping(path)
    except OrderproofError:
        assert refused
    else:
        assert not refused


def test_the_examples_of_the_guide_are_right(tmp_path: Path) -> None:
    guide = (rules_folder() / "mappings.md").read_text("utf-8")
    whole, part = (block.partition("```")[0] for block in guide.split("```yaml\n")[1:])
    path = tmp_path / "mapping.yaml"
    path.write_text(whole, encoding="utf-8")
    assert [render(each) for each in diagnostics_of(str(path))] == []
    path.write_text('mapping: part\nversion: "1"\ndocument: order\n' + part, encoding="utf-8")
    assert {each.code for each in diagnostics_of(str(path))} == {"mapping.required"}
