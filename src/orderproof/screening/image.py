"""Pictures: what is written in them, where a reader of pictures is installed."""

import io
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

from orderproof.screening.budget import Budget, SpentError
from orderproof.screening.gathered import Gathered
from orderproof.screening.text import Extract, Line, Spot

_NO_OCR = "it is a picture, and OCR is not installed: install orderproof[ocr]"
_MOST_PIXELS = 40_000_000
_SURE = 0.5
"""How sure the reader of pictures must be of a line."""


def ocr_of() -> Callable[[bytes], tuple[Line, ...]] | None:
    """What reads the lines of a picture; None where none is installed."""
    return _lines if find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None else None


def read_image(content: bytes, budget: Budget) -> Extract:
    """What is written in a picture, or that it cannot be read."""
    gathered = Gathered(budget)
    if budget.ocr is None:
        gathered.gap("picture", _NO_OCR)
        return gathered.extract("image")
    try:
        for line in budget.ocr(content):
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
    from PIL import Image  # late: it comes with the reader of pictures

    with Image.open(io.BytesIO(content)) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise ValueError("it has too many points")
        if getattr(picture, "n_frames", 1) > 1:
            raise ValueError("it has several pages; save it as .pdf")
        picture.load()
    found = _engine()(content)
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
def _engine() -> Callable[[bytes], Any]:
    from rapidocr import RapidOCR  # late: it loads its models

    # One thread each: what threads hold of their own is memory that the process may not take.
    engine: Callable[[bytes], Any] = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    return engine
