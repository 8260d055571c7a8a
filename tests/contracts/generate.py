"""Writes fixtures/contracts anew, the same bytes each time: ``python -m tests.contracts.generate [FOLDER]``."""

import hashlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .docx_files import write_docx
from .paper import HERE, OWN, Job, jobs
from .pictures import png
from .text_files import write_html, write_rtf, write_txt
from .xlsx_files import write_xlsx

FOLDER = HERE.parents[1] / "fixtures" / "contracts"
_VERDICTS = {"account": "violation", "warning": "warning", "none": "pass", "unreadable": "undetermined"}


def _write_pdf(job: Job) -> bytes:
    from .pdf_files import write_pdf  # late: fonts are read, which are not needed to write the other formats

    return write_pdf(job)


def _write_png(job: Job) -> bytes:
    return png([line for block in job.blocks for line in block.lines], 900, 1270)


WRITERS: dict[str, Callable[[Job], bytes]] = {
    "pdf": _write_pdf,
    "docx": write_docx,
    "xlsx": write_xlsx,
    "html": write_html,
    "rtf": write_rtf,
    "txt": write_txt,
    "png": _write_png,
}


def name_of(index: int, job: Job) -> str:
    """A name that says what the file is to a person, and not what is found in it."""
    stem = re.sub(r"[^a-z]+", "-", job.case["case"].lower()).strip("-") or "case"
    return f"{index:03d}-{job.language}-{stem}.{job.format}"


def label(job: Job, path: str, content: bytes) -> dict[str, Any]:
    """The line of truth.jsonl of a file."""
    kind = job.case["kind"]
    cls = {"trap": "none", "warning": "warning", "unreadable": "unreadable"}.get(kind, "account")
    return {
        "path": path,
        "cls": cls,
        "verdict": _VERDICTS[cls],
        "also_accept": job.case.get("also", []),
        "verdict_with_ocr": "violation" if job.case.get("ocr") else None,
        "language": job.language,
        "format": job.format,
        "variant": job.variant,
        "case": job.case["case"],
        "kind_of_case": kind,
        "accounts": list(job.accounts),
        "place": job.place,
        "order": {"collection_account": {"number": OWN}} if job.case.get("order") == "own" else {},
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def main(folder: Path = FOLDER) -> None:
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    for old in files.iterdir():
        old.unlink()
    lines = []
    for index, job in enumerate(jobs(), start=1):
        content = WRITERS[job.format](job)
        name = name_of(index, job)
        (files / name).write_bytes(content)
        lines.append(json.dumps(label(job, f"files/{name}", content), ensure_ascii=False))
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
