"""Contracts as workbooks."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from .paper import Block, Job

_DAY = datetime(2026, 2, 3)  # noqa: DTZ001 - a workbook has local times


def small_sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet of texts, to be embedded somewhere."""
    written = io.BytesIO()
    book = _book(written)
    sheet = book.add_worksheet("Bank")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return written.getvalue()


def _book(written: io.BytesIO) -> Any:
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": _DAY, "title": "PI"})
    return book


def write_xlsx(job: Job) -> bytes:
    """One sheet, a block under another; the details where the case wants them."""
    written = io.BytesIO()
    book = _book(written)
    sheet = book.add_worksheet("PI")
    sheet.set_column(0, 5, 24)
    at = 0
    for block in job.blocks:
        if block.special and job.place not in {"float", "merged", "truncated"}:
            _set_apart(job, book, sheet, at, " ".join(block.lines))
            at += 1
        elif block.kind != "break":
            for row in block.rows:
                _row(job, block, sheet, at, row)
                at += 1
        at += 1
    book.close()
    content = written.getvalue()
    return content[: len(content) // 2] if job.place == "truncated" else content


def _row(job: Job, block: Block, sheet: Any, at: int, row: tuple[str, ...]) -> None:
    label, value = row[0], row[-1]
    if block.special and job.place == "float" and value.isdigit():
        sheet.write_string(at, 0, label)
        sheet.write_number(at, 1, float(value))
    elif block.special and job.place == "merged":
        sheet.merge_range(at, 0, at, 1, label)
        sheet.merge_range(at, 2, at, 5, value)
    else:
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(at, column, cell)


def _set_apart(job: Job, book: Any, sheet: Any, at: int, details: str) -> None:
    match job.place:
        case "comment":
            sheet.write_string(at, 0, "See the note")
            sheet.write_comment(at, 0, details, {"author": "Clerk"})
        case "hidden-sheet":
            other = book.add_worksheet("Sheet2")
            other.write_string(3, 1, details)
            other.hide()
        case "hidden-row":
            sheet.write_string(at, 0, details)
            sheet.set_row(at, None, None, {"hidden": True})
        case "header":
            sheet.set_header(f"&C{details}")
        case "white":
            sheet.write_string(at, 0, details, book.add_format({"font_color": "#FFFFFF"}))
        case "textbox":
            sheet.insert_textbox(at, 0, details)
