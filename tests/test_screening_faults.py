"""A fault of our own does not look like a damaged file: it is told as one, costs its file only, and is never a pass."""

import json
import re
import zlib
from pathlib import Path

import pytest
from pdf_files import one_page
from program import injected, program
from word_files import paragraph, run, word_file
from workbooks import archive

from orderproof.screening.attachment import parts_of
from orderproof.screening.budget import Budget
from orderproof.screening.check_digits import letter_checks, number_checks
from orderproof.screening.docx import read_docx
from orderproof.screening.extract import extract
from orderproof.screening.faults import fault_of, own_fault
from orderproof.screening.image import read_image
from orderproof.screening.mention import Own, Screened
from orderproof.screening.request import Request
from orderproof.screening.text import Extract, Line
from orderproof.screening.worker import answer

ORDER = {"id": "A", "status": "to_be_audited", "drafted_at": "2026-03-16T09:10:00+08:00", "currency": "USD"}
TOLD = re.compile(
    r"its reader has a fault \(\w+ in [\w.]+, line [1-9]\d*\); report this, and have a person read the file"
)


def caught(call: "object", *arguments: object) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011  # of whatever class
        call(*arguments)  # type: ignore[operator]
    assert isinstance(raised.value, Exception)
    return raised.value


def no_module() -> None:
    import no_such_module  # type: ignore[import-not-found]  # noqa: F401


def no_name() -> None:
    no_such_name  # type: ignore[name-defined]  # noqa: B018, F821


@pytest.mark.parametrize(
    ("error", "module"),
    [
        (caught(parts_of, None), "orderproof.screening.attachment"),
        (caught(no_module), __name__),
        (caught(no_name), __name__),
    ],
    ids=["our code is the last that ran", "a module that is missing", "a name that is missing"],
)
def test_what_bytes_cannot_cause_is_a_fault_of_ours(error: Exception, module: str) -> None:
    gap = own_fault(error)
    assert gap is not None
    assert (gap, gap.code) == (fault_of(error), "internal")
    assert TOLD.fullmatch(gap.reason)
    assert f"({type(error).__name__} in {module}, line" in gap.reason


@pytest.mark.parametrize(
    "error",
    [caught(zlib.decompress, b"x"), caught(b"\xff".decode, "utf-8"), caught(json.loads, "{"), caught(int, "x")],
    ids=["zlib", "an encoding", "a library in Python", "a library in C that others call"],
)
def test_what_libraries_raise_at_bytes_is_the_fault_of_these(error: Exception) -> None:
    assert own_fault(error) is None


def test_a_library_that_is_missing_damages_no_file(tmp_path: Path) -> None:
    (tmp_path / "contract.pdf").write_bytes(one_page(b""))
    (tmp_path / "contract.txt").write_text("SALES CONTRACT\nFloor lamps.\n", "utf-8")
    (tmp_path / "a.json").write_text(json.dumps({**ORDER, "attachments": [{"path": "contract.pdf"}]}), "utf-8")
    environment = injected(tmp_path, "pypdf", "raise ImportError('no pypdf')")
    ended = program("screen", "contract.pdf", "contract.txt", folder=tmp_path, environment=environment)
    assert ended.code == 3
    assert "its reader has a fault (ImportError in pypdf, line 1); report this" in ended.out
    assert "damaged" not in ended.out
    assert "no account is in it" in ended.out
    ended = program("check", "a.json", "--only", "contract.*", folder=tmp_path, environment=environment)
    assert (ended.code, "cannot tell" in ended.out, "(ImportError in pypdf" in ended.out) == (1, True, True)


def test_a_worker_that_cannot_begin_damages_no_file(tmp_path: Path) -> None:
    (tmp_path / "contract.txt").write_text("SALES CONTRACT\n", "utf-8")
    environment = injected(tmp_path, "resource", "raise RuntimeError('no limits')")
    ended = program("screen", "contract.txt", folder=tmp_path, environment=environment)
    assert ended.code == 3
    assert "reading it ended the reader: it failed (code 1); report this" in ended.out


def test_a_fault_of_the_detection_costs_its_file() -> None:
    def faulty(_: Extract, __: Own) -> Screened:
        parts_of(None)  # type: ignore[arg-type]
        return Screened("")

    told = json.loads(answer(Request("", "a.txt", Own()), b"text", faulty))
    ((code, reason),) = [(gap["code"], gap["reason"]) for gap in told["gaps"]]
    assert (told["format"], code) == ("text", "internal")
    assert TOLD.fullmatch(reason)


def test_very_many_gaps_are_a_few() -> None:
    found = extract("a.zip", archive({f"../{at}.txt": "x" for at in range(1000)}))
    assert {gap.code for gap in found.gaps} == {"embedded"}
    assert len(found.gaps) == 200


def test_a_number_of_no_county_is_no_citizens() -> None:
    number = "219015195008160610"
    assert (number_checks(number), letter_checks(number)) == ((), ())


def fails(_: bytes) -> tuple[Line, ...]:
    raise ValueError("it has too many points")


def test_a_picture_that_cannot_be_read_costs_itself() -> None:
    picture = '<w:r><w:drawing><wp:inline><a:blip r:embed="rId1"/></wp:inline></w:drawing></w:r>'
    content = word_file(
        paragraph(run("body"), picture), {"rId1": ("image", "media/a.png")}, {"word/media/a.png": b"\x89PNG\r\n\x1a\n"}
    )
    found = read_docx(content, Budget(lambda *_: Extract(""), fails))
    assert ([line.text for line in found.lines], len(found.pictures), found.gaps) == (["body"], 1, ())
    (gap,) = read_image(b"\x89PNG\r\n\x1a\n", Budget(lambda *_: Extract(""), fails)).gaps
    assert (gap.code, gap.reason) == ("picture", "it is a picture that cannot be read: it has too many points")
