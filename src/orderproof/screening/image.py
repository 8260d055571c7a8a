"""Pictures: what is written in them, where a reader of pictures is installed."""

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from typing import Any

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.gathered import Gathered
from orderproof.screening.text import Extract, Line, Spot

_NO_OCR = "it is a picture, and OCR is not installed: install orderproof[ocr]"
_MOST_BYTES = 64 << 20
"""Bytes of the points of a picture, unpacked; a page at 400 points an inch in colour has 46 MB."""
_LONGEST, _SHORTER = 2000, 1414
"""Points on the longer and on the shorter side that are read: those of a page at 170 an inch."""
_SEEN = 960
"""Points on the longer side among which lines of text are looked for; memory goes with their square."""
_SURE = 0.5
"""How sure the reader of pictures must be of a line."""


def ocr_of() -> Callable[[bytes], tuple[Line, ...]] | None:
    """What reads the lines of a picture; None where none is installed."""
    return _lines if find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None else None


def read_image(content: bytes, budget: Budget) -> Extract:
    """What is written in a picture, or that it cannot be read."""
    gathered = Gathered(budget)
    try:
        found = budget.picture(content)
        if found is None:
            gathered.gap("picture", _NO_OCR)
        for line in found or ():
            gathered.line(line)
    except SpentError as error:
        gathered.gap("limit", error.reason)
    except (OSError, ValueError) as error:
        gathered.gap("picture", f"it is a picture that cannot be read: {error}")
    if not gathered.lines and not gathered.gaps:
        gathered.gap("picture", "it is a picture in which no text was found")
    return gathered.extract("image")


def _lines(content: bytes) -> tuple[Line, ...]:
    """The lines of a picture, in rows by what overlaps; raises OSError or ValueError for one that is not read."""
    found = _engine()(_on_paper(content))
    if found.boxes is None:
        return ()
    pieces = [
        (
            float(min(y for _, y in box)),
            float(max(y for _, y in box)),
            float(min(x for x, _ in box)),
            float(max(x for x, _ in box)),
            str(text),
        )
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= _SURE
    ]
    return _rows(sorted(pieces))


def _on_paper(content: bytes) -> Any:
    """A picture on a white sheet, slender and no larger than is read; raises OSError or ValueError."""
    from PIL import Image  # late: it comes with the reader of pictures

    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (_LONGEST, _LONGEST))  # some formats need not be unpacked whole
        if picture.width * picture.height * len(picture.getbands()) > _MOST_BYTES:
            raise ValueError("it has too many points")
        if getattr(picture, "n_frames", 1) > 1:
            raise ValueError("it has several pages; save it as .pdf")
        is_upright = picture.height >= picture.width
        picture.thumbnail((_SHORTER, _LONGEST) if is_upright else (_LONGEST, _SHORTER))
        width, height = picture.size
        size = (width, max(height, _slender(width))) if is_upright else (max(width, _slender(height)), height)
        paper = Image.new("RGB", size, "white")
        paper.paste(picture, mask=picture.convert("RGBA") if picture.has_transparency_data else None)
        return paper


def _slender(side: int) -> int:
    return side * _LONGEST // _SHORTER


def _rows(pieces: list[tuple[float, float, float, float, str]]) -> tuple[Line, ...]:
    """Pieces of text by top, bottom, left and right: those stand in one row that overlap by half of their height."""
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for piece in pieces:
        top, bottom = piece[:2]
        if rows:
            first = rows[-1][0]
            shared = min(bottom, first[1]) - max(top, first[0])
            if shared > 0.5 * min(bottom - top, first[1] - first[0]):
                rows[-1].append(piece)
                continue
        rows.append([piece])
    return tuple(
        Line(text, Spot(line=number), row=number, left=left, right=right)
        for number, row in enumerate(rows, 1)
        for _, _, left, right, text in sorted(row, key=lambda piece: piece[2])
    )


@cache
def _engine() -> Callable[[Any], Any]:
    _make_room()
    from rapidocr import RapidOCR  # late: it loads its models

    # One thread and one line at a time: what more of them hold is memory that the process may not take.
    engine: Callable[[Any], Any] = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": _SEEN,
            "Cls.cls_batch_num": 1,
            "Rec.rec_batch_num": 1,
        }
    )
    return engine


def _make_room() -> None:
    """Take as much memory as the process may have at most, of which its models fill a part from now on."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
