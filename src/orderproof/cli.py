"""The command line: options are read, a run is built and called, its report printed, one exit code returned."""

import gc
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from zoneinfo import ZoneInfo

import click

from orderproof import __version__
from orderproof.cli_options import ENGINES, rules_options, run_options
from orderproof.cli_rules import explain, rules
from orderproof.diagnostic import IncompleteError, OrderproofError, display, render

if TYPE_CHECKING:
    from orderproof.exit_code import ExitCode, FailOn
    from orderproof.reading.inputs import Found
    from orderproof.report.model import Options, Report

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.

_FORMATS = ("text", "json")
_ENDINGS = {".json": "json", ".txt": "text"}
_COMPLETION = "_ORDERPROOF_COMPLETE"
"""Set where a shell asks for the ends of a word."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave it with its exit code."""
    # A run makes many values and few cycles: looking for these as often as usual costs a fifth of its time.
    gc.set_threshold(50_000, 20, 50)
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = 130
    except BaseException as error:  # noqa: BLE001
        # What `run` itself needs is missing, or the report of a bug failed: Python would say 1, which means findings.
        code = 70
        with suppress(Exception):
            sys.stderr.write(f"internal error: {type(error).__name__}: {display(str(error))}\n")
    _leave(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a call; this is the only place that turns an outcome into one."""
    from orderproof.exit_code import ExitCode  # late: see above

    try:
        result = _invoked(arguments)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        _complain(_usage(error))
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted: nothing that was printed so far is a report\n")
        return ExitCode.INTERRUPTED
    except OrderproofError as error:
        _complain(_lines(render(diagnostic) for diagnostic in error.diagnostics))
        return ExitCode.INCOMPLETE if isinstance(error, IncompleteError) else ExitCode.USAGE
    except Exception as error:  # noqa: BLE001
        # The one net under everything: what comes here is a bug of ours, and no report was printed.
        return _outcome_of(error)
    return int(result or ExitCode.CLEAN)


def _invoked(arguments: Sequence[str]) -> Any:
    """What the command returns. Not through click's own ``main``: it takes a broken pipe of ours for findings."""
    if _COMPLETION in os.environ:
        try:
            cli.main(args=list(arguments), prog_name="orderproof", standalone_mode=False)
        except SystemExit as done:
            return done.code
    with cli.make_context("orderproof", list(arguments)) as context:
        return cli.invoke(context)


def _outcome_of(error: Exception) -> int:
    """The code of an unexpected error, which is told: a bug, unless click could not print the help."""
    import traceback

    from orderproof.exit_code import ExitCode  # late: see above

    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    if isinstance(error, OSError) and frame.f_globals.get("__name__") == "click.utils":
        _complain(f"error: cannot write standard output: {(error.strerror or 'it fails').lower()} [output.failed]\n")
        return ExitCode.USAGE
    _complain(_bug_report(error))
    return ExitCode.BUG


def _leave(code: int) -> None:
    """End the process; what standard output still holds must get out, or the code must say that it did not."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        code = code if code in (70, 130) else 2
        _to_nowhere(1)
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except (OSError, ValueError):
        _to_nowhere(2)
    sys.exit(code)


def _to_nowhere(descriptor: int) -> None:
    """Python tries once more at the end to write what it could not, and would change the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _lines(texts: Iterable[str]) -> str:
    """Messages for standard error, in which no CI system sees a command."""
    from orderproof.report.quoting import inert  # late: only for messages

    return "".join(f"{inert(line)}\n" for text in texts for line in text.split("\n"))


def _usage(error: click.ClickException) -> str:
    """What click says of wrong options, safe to print."""
    shown = io.StringIO()
    error.show(shown)
    return _lines(display(line) for line in shown.getvalue().rstrip("\n").split("\n"))


def _complain(text: str) -> None:
    from orderproof.report.write import write_standard  # late: only for messages

    try:
        write_standard(sys.stderr, text)
    except OrderproofError:
        # Nobody can hear it; the exit code still says it.
        return


def _bug_report(error: Exception) -> str:
    """What went wrong, minimal, with what a developer needs."""
    import traceback

    # Not imported: it may be what cannot be imported.
    fault = getattr(sys.modules.get("orderproof.check"), "EngineFaultError", ())
    if isinstance(error, fault):
        place = f"{error.document.path} (document {error.document.index}, id {error.document.id})"
        what = f"the engines do not agree on {display(place)}: {display(error.reason)}"
    else:
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        what = f"{type(error).__name__}: {display(str(error))} ({places})"
    bug = "This is a bug of orderproof, so no verdict is printed. Please report it with the document and the rule set."
    return _lines((f"internal error: {what}", bug))


# Commands


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="orderproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Check order documents against a written policy, and prove every pass.

    Exit codes: 0 all checked and nothing found, 1 findings, 2 wrong use or a bad rule set, 3 an input could not be
    checked or nothing was, 70 a bug of ours, 130 interrupted.
    """


cli.add_command(explain)
cli.add_command(rules)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@rules_options
@run_options
@click.option(
    "--only",
    multiple=True,
    metavar="RULE",
    help="Only these checks: ids, or patterns such as price.*; several with commas.",
)
@click.option("--skip", multiple=True, metavar="RULE", help="All checks but these.")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    help="The severity from which findings make the exit code 1.",
)
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="text", help="Format of the report.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT:]FILE",
    help="Write a report to a file as well, whole or not at all; its format is named, or that of its ending, or --format.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="both",
    help="Who judges: both (rete and reference) and all must agree.",
)
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Colour in text reports.")
@click.option("--allow-empty", is_flag=True, help="That there was nothing to check is no failure.")
def check(
    paths: tuple[str, ...],
    rules: str | None,
    parameters: dict[str, str],
    lang: str,
    as_of: datetime,
    zone: ZoneInfo | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_on: "FailOn",
    format_: str,
    outputs: tuple[str, ...],
    engine: Any,
    color: str,
    allow_empty: bool,
) -> "ExitCode":
    """Check documents: files, folders, globs, or - for standard input."""
    from orderproof.check import Run
    from orderproof.check import check as check_documents
    from orderproof.exit_code import code_of
    from orderproof.language.evaluate import Setting
    from orderproof.reading.inputs import find_inputs
    from orderproof.reading.shelf import Shelf
    from orderproof.report.model import Options
    from orderproof.report.text_report import render_diagnostics
    from orderproof.ruleset.open import compile_opened, open_rule_set

    destinations = [_destination(output, format_) for output in outputs]
    opened = open_rule_set(rules, parameters, cases=False)
    _spare_rules(opened.path, destinations)
    program = compile_opened(opened, only, skip)
    setting = Setting(as_of, ZoneInfo(program.timezone))
    inputs = _spared(find_inputs(paths), destinations)
    shelf = Shelf(_not_empty(inputs) if allow_empty else inputs)
    run = Run(program, opened.schema, setting, zone, engine, lang)
    report = check_documents(shelf.read(), run, shelf.again)
    _complain(render_diagnostics(report))
    options = Options(lang, _coloured(color, sys.stdout))
    code = code_of(report, fail_on, allow_empty=allow_empty)
    _publish(report, format_, options, destinations)
    return code


def _not_empty(inputs: Iterable["Found"]) -> Iterator["Found"]:
    """The inputs without those that may hold nothing, which are told instead."""
    from msgspec.structs import replace

    from orderproof.diagnostic import Severity
    from orderproof.document import Unreadable
    from orderproof.reading.inputs import EMPTY

    for found in inputs:
        if not isinstance(found, Unreadable) or found.diagnostics[0].code not in EMPTY:
            yield found
        else:
            _complain(_lines(render(replace(each, severity=Severity.WARNING)) for each in found.diagnostics))


def _destination(output: str, default: str) -> tuple[str, Path]:
    """The format and the file of an --output: a format before a colon, else what the file's ending says."""
    prefix, sign, name = output.partition(":")
    if sign and prefix in _FORMATS:
        format_ = prefix
    elif sign and re.fullmatch("[A-Za-z]{2,}", prefix):
        hint = f"formats: {', '.join(_FORMATS)}; a file of this name is written as ./{output}"
        raise click.BadParameter(f"there is no format {prefix!r} ({hint})", param_hint="'--output'")
    else:
        name = output
        format_ = _ENDINGS.get(Path(name).suffix.lower(), default)
    if name == "-":
        message = "standard output has the report of --format; name a file here"
        raise click.BadParameter(message, param_hint="'--output'")
    return format_, Path(name)


def _spare_rules(rules: Path, destinations: list[tuple[str, Path]]) -> None:
    """No report may overwrite a file of the rule set, nor another report."""
    from orderproof.diagnostic import Diagnostic

    ours = Path(os.path.realpath(rules if rules.is_dir() else rules.parent))
    seen: set[str] = set()
    for _, path in destinations:
        real = Path(os.path.realpath(path))
        if real.is_file() and (real == Path(os.path.realpath(rules)) or (rules.is_dir() and ours in real.parents)):
            message = "the report would be written over a file of the rule set"
            raise OrderproofError([Diagnostic("output.is-input", message, path=str(path), help="name another file")])
        if str(real) in seen:
            message = "two reports would be written to this file"
            raise OrderproofError([Diagnostic("output.twice", message, path=str(path), help="name a file for each")])
        seen.add(str(real))


def _spared(inputs: Iterable["Found"], destinations: list[tuple[str, Path]]) -> Iterator["Found"]:
    """The inputs, none of which a report may overwrite."""
    from orderproof.diagnostic import Diagnostic
    from orderproof.reading.inputs import Input

    written = {os.path.realpath(path) for _, path in destinations}
    for found in inputs:
        if isinstance(found, Input) and found.format is not None and os.path.realpath(found.name) in written:
            message = "the report would be written over this input"
            raise OrderproofError([Diagnostic("output.is-input", message, path=found.name, help="name another file")])
        yield found


def _publish(report: "Report", format_: str, options: "Options", destinations: list[tuple[str, Path]]) -> None:
    """Files first, so that what standard output says of a run is only said when they are written."""
    from msgspec.structs import replace

    from orderproof.report.formats import FORMATS
    from orderproof.report.write import write_standard, write_whole

    for name, path in destinations:
        write_whole(path, FORMATS[name](report, replace(options, colour=False, diagnostics=True)))
    write_standard(sys.stdout, FORMATS[format_](report, options))


def _coloured(choice: str, stream: TextIO | None) -> bool:
    """Whether to print in colour: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
