"""Contracts as PDF documents: laid out line by line, with the built-in fonts where they have the letters.

Chinese is set in fonts that a reader must have itself; other letters beyond Latin-1 in a subset of DejaVu Sans.
"""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .paper import Block, Job
from .pictures import FONT, logo, png

_WIDTH, _HEIGHT = A4
_LEFT, _TOP, _BOTTOM, _STEP = 56.0, _HEIGHT - 60, 60.0, 15.0
_WIDE = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@dataclass
class Sheet:
    """Where the next line is written."""

    job: Job
    canvas: Canvas
    y: float = _TOP

    def down(self, steps: float = 1) -> None:
        self.y -= _STEP * steps
        if self.y < _BOTTOM:
            self.turn()

    def turn(self) -> None:
        self.canvas.showPage()
        self.y = _TOP

    def write(self, x: float, text: str, size: float = 9.5) -> None:
        if _ARABIC.search(text):
            text = _visual(text)
            x = _WIDTH - _LEFT - sum(pdfmetrics.stringWidth(part, font, size) for font, part in self.runs(text))
        for font, part in self.runs(text):
            self.canvas.setFont(font, size)
            self.canvas.drawString(x, self.y, part)
            x += pdfmetrics.stringWidth(part, font, size)

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        asian = "MSung-Light" if self.job.language == "zht" else "STSong-Light"
        for at, part in enumerate(_WIDE.split(text)):
            if at % 2:
                yield asian, part
            elif part:
                yield ("Helvetica" if _is_latin(part) else "DejaVu"), part


def _is_latin(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _visual(text: str) -> str:
    """Words of a line as they stand on paper from left to right: right-to-left runs reversed, numbers kept."""
    runs = re.findall(r"[\u0660-\u0669\u06f0-\u06f9]+|[A-Za-z0-9][A-Za-z0-9 .,%&/-]*[A-Za-z0-9.%]|[A-Za-z0-9]|.", text)
    return "".join(
        run if unicodedata.bidirectional(run[0]) in {"L", "EN", "AN"} else run[::-1] for run in reversed(runs)
    )


def _register() -> None:
    for name in ("STSong-Light", "MSung-Light"):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    pdfmetrics.registerFont(TTFont("DejaVu", FONT))


def write_pdf(job: Job) -> bytes:
    """Pages as the case has them, or the wreck of some."""
    if job.place == "empty":
        return b""
    if job.place == "garbage":
        return b"%PDF-1.5\n" + bytes(job.rng.randrange(256) for _ in range(900))
    _register()
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=1, pageCompression=1, encrypt=_encryption(job))
    canvas.setTitle("Contract")
    sheet = Sheet(job, canvas)
    if job.place == "scanned":
        _scan(sheet, [line for block in job.blocks for line in block.lines])
    else:
        _pages(sheet)
    canvas.showPage()
    canvas.save()
    content = written.getvalue()
    if job.place == "attached":
        return _attached(job, content)
    return content[: len(content) * 2 // 5] if job.place == "truncated" else content


def _encryption(job: Job) -> Any:
    if job.place == "encrypted":
        return pdfencrypt.StandardEncryption("needed", "owner", strength=128)
    if job.place == "owner":
        return pdfencrypt.StandardEncryption("", "owner", canModify=0, strength=128)
    return None


def _attached(job: Job, content: bytes) -> bytes:
    from pypdf import PdfWriter  # late: for one file

    writer = PdfWriter(io.BytesIO(content))
    writer.add_attachment("bank.txt", _details(job).encode())
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _details(job: Job) -> str:
    return "\n".join(line for block in job.blocks if block.special for line in block.lines)


def _pages(sheet: Sheet) -> None:
    job = sheet.job
    if job.place == "logo":
        sheet.canvas.drawImage(ImageReader(io.BytesIO(logo())), _WIDTH - 110, _HEIGHT - 100, 48, 48)
    if job.place == "property":
        sheet.canvas.setSubject(_details(job))
    for block in job.blocks:
        if block.special and job.place in _APART:
            _APART[job.place](sheet, block)
        elif not (block.special and job.place in {"property", "attached", "scanned-annex"}):
            _block(sheet, block)
    if job.place == "scanned-annex":
        sheet.turn()
        _scan(sheet, _details(job).split("\n"))


def _scan(sheet: Sheet, lines: list[str]) -> None:
    image = ImageReader(io.BytesIO(png(lines, 900, 1270)))
    sheet.canvas.drawImage(image, 0, 0, _WIDTH, _HEIGHT)


def _block(sheet: Sheet, block: Block) -> None:
    match block.kind:
        case "title":
            sheet.write(_WIDTH / 2 - 70, block.rows[0][0], 14)
            sheet.down(2)
        case "heading":
            sheet.down(0.4)
            sheet.write(_LEFT, block.rows[0][0], 10.5)
            sheet.down()
        case "break":
            sheet.turn()
        case "para":
            for line in _wrapped(block.rows[0][0]):
                sheet.write(_LEFT, line)
                sheet.down()
        case _:
            _table(sheet, block)


def _table(sheet: Sheet, block: Block) -> None:
    columns = max(len(row) for row in block.rows)
    step = (_WIDTH - 2 * _LEFT) / columns
    size = 8.0 if columns > 2 else 9.5
    for row in block.rows:
        for at, cell in enumerate(row):
            sheet.write(_LEFT + at * (step if columns > 2 else 165), cell, size)
        sheet.down()
    sheet.down(0.5)


def _wrapped(text: str) -> Iterator[str]:
    """Lines of a width that fits, broken at blanks, or anywhere in Chinese."""
    line, width = "", 0.0
    for part in re.findall(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+", text):
        wide = sum(1.9 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in part)
        if width + wide > 98 and line:
            yield line
            line, width = "", 0.0
        line, width = line + part, width + wide
    if line:
        yield line


def _picture(sheet: Sheet, block: Block) -> None:
    _block(sheet, block)
    image = ImageReader(io.BytesIO(png(sheet.job.shown)))
    sheet.down(5)
    sheet.canvas.drawImage(image, _LEFT, sheet.y, 460, 50)
    sheet.down()


def _white(sheet: Sheet, block: Block) -> None:
    sheet.canvas.setFillColorRGB(1, 1, 1)
    _block(sheet, block)
    sheet.canvas.setFillColorRGB(0, 0, 0)


def _tiny(sheet: Sheet, block: Block) -> None:
    sheet.write(_LEFT, block.lines[0], 0.8)
    sheet.down()


def _invisible(sheet: Sheet, block: Block) -> None:
    text = sheet.canvas.beginText(_LEFT, sheet.y)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 9)
    text.textLine(block.lines[0])
    text.setTextRenderMode(0)
    sheet.canvas.drawText(text)
    sheet.down()


def _outside(sheet: Sheet, block: Block) -> None:
    sheet.write(_WIDTH + 40, block.lines[0])


def _rotated(sheet: Sheet, block: Block) -> None:
    sheet.canvas.saveState()
    sheet.canvas.translate(_WIDTH - 30, 200)
    sheet.canvas.rotate(90)
    sheet.canvas.setFont("Helvetica", 9)
    sheet.canvas.drawString(0, 0, block.lines[0])
    sheet.canvas.restoreState()


def _note(sheet: Sheet, block: Block) -> None:
    sheet.canvas.textAnnotation(block.lines[0], (_LEFT, sheet.y, _LEFT + 20, sheet.y + 20))


def _backwards(sheet: Sheet, block: Block) -> None:
    """The cells of a table from the last to the first, each at its place."""
    top = sheet.y
    for at, row in reversed(list(enumerate(block.rows))):
        for column, cell in reversed(list(enumerate(row))):
            sheet.y = top - at * _STEP
            sheet.write(_LEFT + 200 * column, cell)
    sheet.y = top
    sheet.down(len(block.rows))


def _letters(sheet: Sheet, block: Block) -> None:
    x = _LEFT
    for letter in block.lines[0]:
        sheet.write(x, letter)
        x += pdfmetrics.stringWidth(letter, "Helvetica", 9.5)
    sheet.down()


_APART: dict[str, Callable[[Sheet, Block], None]] = {
    "white": _white,
    "tiny": _tiny,
    "invisible": _invisible,
    "outside": _outside,
    "rotated": _rotated,
    "note": _note,
    "backwards": _backwards,
    "letters": _letters,
    "picture": _picture,
}
