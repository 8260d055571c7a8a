"""Files are cut into portions that hold every line of them once, whatever stands on the lines."""

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from orderproof import intake, portion
from orderproof.diagnostic import IncompleteError
from orderproof.document import Line, Unreadable
from orderproof.portion import Lines, portions
from orderproof.reading.inputs import find_inputs
from orderproof.reading.lines import Begun, raw_lines
from orderproof.reading.table import TableOptions
from orderproof.ruleset.open import open_rule_set

LINES = st.lists(
    st.sampled_from(
        [b"{}", b"", b" ", b"\t\r", b"x" * 30, b" " * 30, b" " * 30 + b"{}", b"{}" + b" " * 40, b"\xef\xbb\xbf"]
    ),
    max_size=12,
)


def lines_of(path: Path) -> list[tuple[int, int, bytes]]:
    """Index, number and bytes of every document when the file is read from beginning to end."""
    with path.open("rb") as stream:
        return [
            (line.index, line.number, line.content) for line in raw_lines(str(path), stream) if isinstance(line, Line)
        ]


def lines_of_portions(path: Path) -> list[tuple[int, int, bytes]]:
    """The same of its portions, one after the other."""
    found: list[tuple[int, int, bytes]] = []
    content = path.read_bytes()
    for part in portions(find_inputs([str(path)]), lambda _: True):
        if isinstance(part, Lines):
            stream = BytesIO(content[part.offset : part.offset + part.length])
            for line in raw_lines(part.name, stream, Begun(part.line - 1, part.index)):
                assert not isinstance(line, Unreadable)
                found.append((line.index, line.number, line.content))
    return found


@settings(max_examples=300)
@given(lines=LINES, ends=st.booleans(), size=st.sampled_from([7, 16, 1000]))
def test_portions_hold_what_the_file_holds(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], ends: bool, size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "portions.ndjson"
    path.write_bytes(b"\n".join(lines) + (b"\n" if ends else b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portion, "LINES", size)
        assert lines_of_portions(path) == lines_of(path)


def test_a_line_that_begins_with_more_blanks_than_a_portion_has_bytes_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "orders.ndjson"
    path.write_bytes(b"{}\n" + b" " * (3 * portion.LINES) + b"{}\n{}\n")
    assert [index for index, _, _ in lines_of_portions(path)] == [0, 1, 2]


@pytest.mark.parametrize("held", [True, False])
def test_a_file_that_lost_its_end_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: bool) -> None:
    """Fewer bytes than there were when it was cut are fewer documents: none of them may be taken for all."""
    path = tmp_path / "orders.ndjson"
    path.write_bytes(b"{}\n" * 3)
    if not held:
        monkeypatch.setattr(intake, "_IN_MEMORY", 1)
    (part,) = portions(find_inputs([str(path)]), lambda _: True)
    assert isinstance(part, Lines)
    opened = open_rule_set(None, {}, cases=False)
    reads = intake.Intake((), intake.Mappings(opened.path, opened.schema), None, TableOptions())
    for longer in (0, 3):
        ((_, _, readings),) = reads.inputs(replace(part, length=part.length + longer))
        with nullcontext() if not longer else pytest.raises(IncompleteError, match="changed"):
            assert len(list(readings)) == 3
