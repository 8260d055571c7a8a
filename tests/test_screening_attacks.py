"""Attacks A9 to A11 by the names of contracts, and A16 by what nobody sees in them: outcome, code, time and memory."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from measured import checked, is_cheap, measured, screened, verdicts
from pdf_files import drawn
from program import injected
from reportlab.pdfgen.canvas import Canvas
from test_screening_attachments import REFUSED
from word_files import paragraph, run, word_file

LABELLED = "Bank account no.: 9928123456785196"
CLEAN = b"SALES CONTRACT\nFloor lamps, 400 pieces.\n"

pytest.importorskip("resource")

# A9 names that lead elsewhere, A10 names that make the system ask another computer

SPY = """
import os, sys
def heard(what, arguments):
    if any("files.example" in str(argument) or "passwd" in str(argument) for argument in arguments):
        os.write(2, f"HEARD {what} {arguments}\\n".encode())
for name in ("stat", "lstat", "open", "scandir", "listdir", "readlink"):
    def spy(*arguments, _real=getattr(os, name), _name=name, **named):
        heard(_name, arguments)
        return _real(*arguments, **named)
    if getattr(os, name) in os.supports_dir_fd:
        os.supports_dir_fd.add(spy)
    setattr(os, name, spy)
sys.addaudithook(lambda event, arguments: heard(event, arguments) if event in ("open", "socket.connect") else None)
"""


def test_a9_a10_names_that_lead_elsewhere_are_refused_before_the_system_hears_of_them(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_bytes(CLEAN)
    names = [name for name in REFUSED if "\0" not in name]  # no document may hold that character
    found = checked(tmp_path, "clean.txt", *names, environment=injected(tmp_path, "sitecustomize", SPY))
    assert (found.code, verdicts(found)) == (1, ["undetermined"] * len(names))
    assert "HEARD" not in found.err
    is_cheap(found, 20)


def test_a10_the_spy_hears(tmp_path: Path) -> None:
    """So that silence means something."""
    found = checked(tmp_path, "passwd.txt", environment=injected(tmp_path, "sitecustomize", SPY))
    assert "HEARD stat" in found.err


# A11 what is no file of the folder


def _fifo(folder: Path) -> str:
    os.mkfifo(folder / "fifo.txt")
    return "fifo.txt"


def _folder(folder: Path) -> str:
    (folder / "folder.txt").mkdir()
    return "folder.txt"


def _link(folder: Path) -> str:
    (folder / "link.txt").symlink_to("clean.txt")
    return "link.txt"


def _link_to_device(folder: Path) -> str:
    (folder / "zero.txt").symlink_to("/dev/zero")
    return "zero.txt"


def _loop(folder: Path) -> str:
    (folder / "loop.txt").symlink_to("loop.txt")
    return "loop.txt"


def _linked_folder(folder: Path) -> str:
    (folder / "more").symlink_to(".", target_is_directory=True)
    return "more/clean.txt"


def _too_large(folder: Path) -> str:
    with (folder / "large.txt").open("wb") as file:
        file.truncate(1 << 40)
    return "large.txt"


def test_a11_only_files_of_the_folder_are_read_and_nothing_waits(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_bytes(CLEAN)
    makes = (_fifo, _folder, _link, _link_to_device, _loop, _linked_folder, _too_large)
    names = [make(tmp_path) for make in makes]
    found = checked(tmp_path, "clean.txt", *names)
    assert (found.code, verdicts(found)) == (1, ["undetermined"] * len(names))
    is_cheap(found, 20)
    # Who names a link at the command line means what it leads to; all else is no file there either.
    named = measured(
        tmp_path, "screen", "--format", "json", "fifo.txt", "folder.txt", "/dev/zero", "zero.txt", "loop.txt"
    )
    assert named.code == 3
    assert all(not file["read"] for file in named.files.values())
    is_cheap(named, 20)


SWAPS: Mapping[str, str] = {
    "a link": "os.symlink('secret.txt', 'papers.txt')",
    "a pipe": "os.mkfifo('papers.txt')",
    "a folder": "os.mkdir('papers.txt')",
}
SWAP = """
import os
look = os.stat
def and_swap(path, *arguments, **named):
    status = look(path, *arguments, **named)
    if path == "papers.txt" and "dir_fd" in named:
        os.rename("papers.txt", "aside.txt")
        {swap}
    return status
and_swap.__name__ = "stat"
os.supports_dir_fd.add(and_swap)
os.stat = and_swap
"""


@pytest.mark.parametrize("swap", SWAPS)
def test_a11_a_file_that_is_swapped_between_look_and_open_is_not_read(swap: str, tmp_path: Path) -> None:
    (tmp_path / "papers.txt").write_bytes(CLEAN)
    (tmp_path / "secret.txt").write_bytes(LABELLED.encode())
    environment = injected(tmp_path, "sitecustomize", SWAP.format(swap=SWAPS[swap]))
    found = checked(tmp_path, "papers.txt", environment=environment)
    assert (tmp_path / "aside.txt").exists()
    assert (found.code, verdicts(found)) == (1, ["undetermined"])
    is_cheap(found, 20)


# A16 text that nobody sees


def _unseen(draw: Callable[[Canvas], None]) -> bytes:
    def page(canvas: Canvas) -> None:
        canvas.drawString(20, 200, "Pay to the account on the order page only.")
        draw(canvas)

    return drawn(page)


def _invisible(canvas: Canvas) -> None:
    canvas.drawString(20, 100, LABELLED, mode=3)


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(20, 100, LABELLED)


def _white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(20, 100, LABELLED)


def _word(content: str) -> bytes:
    return word_file(paragraph(run("Pay to the account on the order page only.")) + content)


PROBE = {
    "invisible.pdf": (_unseen(_invisible), "invisible text"),
    "tiny.pdf": (_unseen(_tiny), "tiny text"),
    "white.pdf": (_unseen(_white), "white text"),
    "hidden.docx": (_word(paragraph(run(LABELLED, "<w:vanish/>"))), "hidden text"),
    "deleted.docx": (
        _word(paragraph(f"<w:del><w:r><w:delText>{LABELLED}</w:delText></w:r></w:del>")),
        "deleted text",
    ),
    "white.docx": (_word(paragraph(run(LABELLED, '<w:color w:val="FFFFFF"/>'))), "white text"),
}


def test_a16_what_nobody_sees_is_found_and_named(tmp_path: Path) -> None:
    found = screened(tmp_path, {name: content for name, (content, _) in PROBE.items()})
    assert found.code == 1
    told = {
        name: (file["class"], [mention["hidden"] for mention in file["mentions"] if mention["class"] == "account"])
        for name, file in found.files.items()
    }
    assert told == {name: ("account", [why]) for name, (_, why) in PROBE.items()}
    is_cheap(found, 20)
    verdict = checked(tmp_path, *PROBE)
    assert (verdict.code, verdicts(verdict)) == (1, ["violation"] * len(PROBE))
