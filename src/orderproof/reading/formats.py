"""How the documents of an input are written, and what a file's name says of it."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath

from msgspec import Struct


class Format(StrEnum):
    """How the documents of an input are written."""

    JSON = "json"
    YAML = "yaml"
    NDJSON = "ndjson"
    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    ZIP = "zip"


SUFFIXES: Mapping[str, Format] = {
    ".json": Format.JSON,
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".ndjson": Format.NDJSON,
    ".jsonl": Format.NDJSON,
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".zip": Format.ZIP,
}
"""The formats of files by the ends of their names, upper case or lower."""

PACKED_SUFFIX = ".gz"
"""What may stand behind the ending of a text."""

READ = f"files whose names end in {', '.join(SUFFIXES)} are read, and texts that end in {PACKED_SUFFIX} behind it"

FOREIGN: Mapping[str, str] = {
    ".xls": "the old format of Excel",
    ".xlsb": "the binary format of Excel",
    ".ods": "the format of OpenDocument",
    ".et": "the format of WPS",
    ".numbers": "the format of Numbers",
}
"""Spreadsheets that are not read: orders may stand in them, so nobody passes them over as some other file."""


class Known(Struct, frozen=True):
    """A format, and whether its bytes are compressed with gzip."""

    format: Format
    packed: bool = False


def format_of(name: str) -> Known | None:
    """What the end of a name says; None where it says nothing that is read."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix != PACKED_SUFFIX:
        known = SUFFIXES.get(suffix)
        return None if known is None else Known(known)
    inner = SUFFIXES.get(PurePosixPath(path.stem).suffix.lower())
    # A workbook and an archive are compressed as they are.
    return None if inner is None or inner in (Format.XLSX, Format.ZIP) else Known(inner, packed=True)


def foreign_sheet(name: str) -> str | None:
    """What a spreadsheet is that is not read, by its name; None for any other file."""
    return FOREIGN.get(PurePosixPath(name).suffix.lower())
