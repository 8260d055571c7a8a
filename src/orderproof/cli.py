"""The command line: options are read, a run is built and called, its report printed, one exit code returned."""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from zoneinfo import ZoneInfo

import click

from orderproof import __version__
from orderproof.diagnostic import OrderproofError, did_you_mean, render

if TYPE_CHECKING:
    from orderproof.exit_code import ExitCode, FailOn
    from orderproof.report.model import Options, Report

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.

_ENGINES = ("both", "rete", "reference")
_FORMATS = ("text", "json")
_LANGUAGES = ("en", "zh")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave it with its exit code."""
    code = run(sys.argv[1:] if arguments is None else arguments)
    _leave(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a call; this is the only place that turns an outcome into one."""
    from orderproof.exit_code import ExitCode  # late: see above

    try:
        result = cli.main(args=list(arguments), prog_name="orderproof", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted: nothing that was printed so far is a report\n")
        return ExitCode.INTERRUPTED
    except OrderproofError as error:
        _complain("".join(f"{render(diagnostic)}\n" for diagnostic in error.diagnostics))
        return ExitCode.USAGE
    except Exception as error:  # noqa: BLE001
        # The one net under everything: what comes here is a bug of ours, and no report was printed.
        _complain(_bug_report(error))
        return ExitCode.BUG
    return int(result or ExitCode.CLEAN)


def _leave(code: int) -> None:
    """End the process; what standard output still holds must get out, or the code must say that it did not."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        code = code or 2
        # Python would try once more at the end, and change the exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


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

    from orderproof.check import EngineFaultError
    from orderproof.diagnostic import display

    if isinstance(error, EngineFaultError):
        place = f"{error.document.path} (document {error.document.index}, id {error.document.id})"
        what = f"the engines do not agree on {display(place)}: {display(error.reason)}"
    else:
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        what = f"{type(error).__name__}: {display(str(error))} ({places})"
    return (
        f"internal error: {what}\n"
        "This is a bug of orderproof, so no verdict is printed. Please report it with the document and the rule set.\n"
    )


# Options


def _instant(_: click.Context, __: click.Parameter, text: str | None) -> datetime:
    """An instant of the command line, now if it is left out."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise click.BadParameter(f"{text!r} is not an instant with a zone, such as 2026-03-01T08:30:00+08:00")
    return instant.astimezone(UTC)


def _zone(_: click.Context, __: click.Parameter, name: str | None) -> ZoneInfo | None:
    """A time zone of the command line."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        hint = did_you_mean(name, sorted(available_timezones()))
        raise click.BadParameter(f"there is no time zone {name!r}" + (f"; {hint}" if hint else "")) from None


def _assignments(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters as they are given: name=value."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{pair!r} is not of the form name=value")
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice")
        found[name] = value
    return found


def _rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that reads a rule set takes."""
    for option in (
        click.option("--lang", type=click.Choice(_LANGUAGES), default="en", help="Language of titles and messages."),
        click.option(
            "--parameter",
            "parameters",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_assignments,
            help="Set a parameter of the rule set; of a table one entry, NAME.KEY=VALUE. May be repeated.",
        ),
        click.option("--rules", metavar="PATH", help="A rule set: a file, a folder, or the name of a shipped one."),
    ):
        command = option(command)
    return command


def _run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that judges documents takes."""
    for option in (
        click.option(
            "--timezone",
            "zone",
            metavar="ZONE",
            callback=_zone,
            help="Zone of instants in documents that carry none; without it they are errors.",
        ),
        click.option(
            "--as-of", metavar="INSTANT", callback=_instant, help="The instant of the run, RFC 3339 (default: now)."
        ),
    ):
        command = option(command)
    return command


# Commands


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="orderproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Check order documents against a written policy, and prove every pass.

    Exit codes: 0 all checked and nothing found, 1 findings, 2 wrong use or a bad rule set, 3 an input could not be
    checked or nothing was, 70 a bug of ours, 130 interrupted.
    """


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_rules_options
@_run_options
@click.option("--only", multiple=True, metavar="RULE", help="Only these checks: an id, or a pattern such as price.*")
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
    help="Write a report to a file, whole or not at all. May be repeated, a format each.",
)
@click.option("--engine", type=click.Choice(_ENGINES), default="both", help="Who judges; both must agree.")
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
    from orderproof.inputs import find_inputs
    from orderproof.language.evaluate import Setting
    from orderproof.reader import read_documents
    from orderproof.report.model import Options
    from orderproof.report.text_report import render_diagnostics
    from orderproof.ruleset.open import compile_opened, open_rule_set

    destinations = [_destination(output, format_) for output in outputs]
    opened = open_rule_set(rules, parameters)
    program = compile_opened(opened, only, skip)
    setting = Setting(as_of, ZoneInfo(program.timezone))
    report = check_documents(
        read_documents(find_inputs(paths)), Run(program, opened.schema, setting, zone, engine, lang)
    )
    _complain(render_diagnostics(report))
    options = Options(lang, _coloured(color, sys.stdout))
    _publish(report, format_, options, destinations)
    return code_of(report, fail_on, allow_empty=allow_empty)


def _destination(output: str, default: str) -> tuple[str, Path]:
    """The format and the file of an --output."""
    format_, sign, name = output.partition(":")
    if sign and format_ in _FORMATS:
        return format_, Path(name)
    return default, Path(output)


def _publish(report: "Report", format_: str, options: "Options", destinations: list[tuple[str, Path]]) -> None:
    """Files first, so that what standard output says of a run is only said when they are written."""
    from dataclasses import replace

    from orderproof.report.formats import FORMATS
    from orderproof.report.write import write_standard, write_whole

    for name, path in destinations:
        write_whole(path, FORMATS[name](report, replace(options, colour=False)))
    if format_ not in {name for name, _ in destinations}:
        write_standard(sys.stdout, FORMATS[format_](report, options))


def _coloured(choice: str, stream: TextIO) -> bool:
    """Whether to print in colour: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
