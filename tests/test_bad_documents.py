"""Every bad document of ``fixtures/bad-documents`` gives exactly the diagnostics beside it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, render
from orderproof.document import Document, Unreadable
from orderproof.facts.problems import located
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, RecordPlan
from orderproof.reading.inputs import find_inputs
from orderproof.reading.json_tree import parse_json
from orderproof.reading.reader import read_documents
from orderproof.schema import load_schema
from orderproof.source import Source
from orderproof.tree import plain

CASES = Path(__file__).parent.parent / "fixtures" / "bad-documents"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def diagnostics_of(name: str, zone: ZoneInfo | None) -> list[Diagnostic]:
    """All that is wrong with an input, up to the types of its documents' fields."""
    text = (schemas_folder() / "order.schema.json").read_text(encoding="utf-8")
    schema = load_schema(parse_json(Source("order.schema.json", text)), "order")
    reader = FactReader(schema, RecordPlan("order", (), ()), zone)
    found: list[Diagnostic] = []
    for reading in read_documents(find_inputs([name])):
        match reading:
            case Unreadable():
                found += reading.diagnostics
            case Document():
                value = plain(reading.root)
                assert isinstance(value, dict)
                facts = reader.read(value)
                if not isinstance(facts, Facts):
                    found += located(facts, reading)
    return found


def test_there_are_cases() -> None:
    assert len(NAMES) >= 65


@pytest.mark.parametrize("name", NAMES)
def test_bad_document(name: str, monkeypatch: pytest.MonkeyPatch, record: bool) -> None:
    folder = CASES / name
    monkeypatch.chdir(folder)
    (document,) = sorted({entry.name for entry in folder.iterdir()} - {"expected.txt", "zone.txt"})
    zone = folder / "zone.txt"
    found = diagnostics_of(document, ZoneInfo(zone.read_text().strip()) if zone.exists() else None)
    assert found
    output = "".join(f"{render(diagnostic)}\n" for diagnostic in found)
    expected = folder / "expected.txt"
    if record:
        expected.write_text(output, encoding="utf-8", newline="\n")
    assert output == expected.read_text(encoding="utf-8")
