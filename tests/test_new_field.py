"""An analyst adds a field to the schema and uses it in a rule: data, no code."""

import json
from pathlib import Path

import pytest

from orderproof.cli import run
from orderproof.data import schemas_folder

RULES = """\
rule_set: with-incoterm
version: "1"
document: order
parameters: {timezone: Asia/Shanghai}
checks:
  - id: terms.insured
    title: {en: CIF orders are insured}
    clause: "x"
    each: order
    when: order.terms.incoterm == "CIF"
    require: order.terms.insured_for > order.amounts.total
    message: {en: "Insure order {order.id} for more than {order.terms.insured_for}."}
"""
ORDER = {
    "id": "900000000000000001",
    "drafted_at": "2026-03-01T00:00:00Z",
    "currency": "USD",
    "amounts": {"total": "100.00"},
    "terms": {"incoterm": "CIF", "insured_for": "110.00"},
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    schema = json.loads((schemas_folder() / "order.schema.json").read_text("utf-8"))
    schema["properties"]["terms"] = {
        "type": "object",
        "properties": {
            "incoterm": {"type": "string", "enum": ["FOB", "CIF"]},
            "insured_for": {"$ref": "#/$defs/money"},
        },
    }
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "order.schema.json").write_text(json.dumps(schema), "utf-8")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    return folder


def _checked(tmp_path: Path, rules: Path, order: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    document = tmp_path / "order.json"
    document.write_text(json.dumps(order), "utf-8")
    code = run(["check", str(document), "--rules", str(rules), "--format", "json", "--as-of", "2026-03-02T00:00:00Z"])
    report = json.loads(capsys.readouterr().out)
    return code, [finding["message"] for finding in report["findings"]]


def test_a_new_field_is_read_and_judged(tmp_path: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(tmp_path, rules, ORDER, capsys) == (0, [])
    short = ORDER | {"terms": {"incoterm": "CIF", "insured_for": "100.00"}}
    assert _checked(tmp_path, rules, short, capsys) == (
        1,
        ["Insure order 900000000000000001 for more than 100.00."],
    )
    absent = ORDER | {"terms": {"incoterm": "CIF"}}
    assert _checked(tmp_path, rules, absent, capsys) == (1, ["cannot tell: terms.insured_for is missing"])


def test_a_new_field_has_its_type(tmp_path: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "order.json"
    document.write_text(json.dumps(ORDER | {"terms": {"incoterm": "CFR", "insured_for": True}}), "utf-8")
    assert run(["check", str(document), "--rules", str(rules)]) == 3
    complaints = capsys.readouterr().err
    assert "`terms.incoterm`: expected one of FOB, CIF, found the text `CFR`" in complaints
    assert "`terms.insured_for`: expected a number, found `true`" in complaints


@pytest.mark.parametrize(("given", "code"), [("3", 0), ("3.0", 0), ("1.5", 3), ("2.999", 3), ('"3"', 3), ("true", 3)])
def test_a_whole_number_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, code: int) -> None:
    (tmp_path / "box.schema.json").write_text(
        '{"type": "object", "x-entity": "box", "properties": {"id": {"type": "string"}, "layers": {"type": "integer"}}}',
        "utf-8",
    )
    (tmp_path / "rules.yaml").write_text(
        "rule_set: boxes\nversion: '1'\ndocument: box\nchecks:\n  - id: box.three\n    title: {en: t}\n    clause: c\n"
        "    each: box\n    require: box.layers == 3\n    message: {en: m}\n",
        "utf-8",
    )
    (tmp_path / "box.json").write_text(f'{{"id": "1", "layers": {given}}}', "utf-8")
    assert run(["check", str(tmp_path / "box.json"), "--rules", str(tmp_path / "rules.yaml")]) == code
    assert ("expected a whole number" in capsys.readouterr().err) is (code == 3)
