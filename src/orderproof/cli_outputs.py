"""Where reports go: none over what the run reads, nor over another."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.report.formats import TABLE, format_of

if TYPE_CHECKING:
    from orderproof.reading.inputs import Found


def destination_of(output: str, default: str) -> tuple[str, Path]:
    """The format and the file of an --output: a format before a colon, else what the file's ending says."""
    prefix, sign, name = output.partition(":")
    if sign and prefix in TABLE:
        format_ = prefix
    elif sign and re.fullmatch("[A-Za-z]{2,}", prefix):
        hint = f"formats: {', '.join(TABLE)}; a file of this name is written as ./{output}"
        raise click.BadParameter(f"there is no format {prefix!r} ({hint})", param_hint="'--output'")
    else:
        name = output
        format_ = format_of(Path(name).name) or default
    if name == "-":
        message = "standard output has the report of --format; name a file here"
        raise click.BadParameter(message, param_hint="'--output'")
    return format_, Path(name)


def spare_rules(rules: Path, written: list[Path]) -> None:
    """No report may overwrite a file of the rule set, nor another report."""
    ours = Path(os.path.realpath(rules if rules.is_dir() else rules.parent))
    seen: set[str] = set()
    for path in written:
        real = Path(os.path.realpath(path))
        if real.is_file() and (real == Path(os.path.realpath(rules)) or (rules.is_dir() and ours in real.parents)):
            message = "the report would be written over a file of the rule set"
            raise OrderproofError([Diagnostic("output.is-input", message, path=str(path), help="name another file")])
        if str(real) in seen:
            message = "two reports would be written to this file"
            raise OrderproofError([Diagnostic("output.twice", message, path=str(path), help="name a file for each")])
        seen.add(str(real))


def spared(inputs: Iterable["Found"], written: list[Path]) -> Iterator["Found"]:
    """The inputs, none of which a report may overwrite."""
    from orderproof.reading.inputs import Input

    real = set(map(os.path.realpath, written))
    for found in inputs:
        if isinstance(found, Input) and found.format is not None and os.path.realpath(found.name) in real:
            message = "the report would be written over this input"
            raise OrderproofError([Diagnostic("output.is-input", message, path=found.name, help="name another file")])
        yield found


def is_coloured(choice: str, stream: TextIO | None) -> bool:
    """Whether to print in colour: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
