"""The command line: options are read, a run is built and called, its report printed, one exit code returned."""

import gc

# A run makes many values and few cycles: looking for these as often as usual costs a fifth of its time. What is imported
# below makes many, too; all that one order needs is loaded before they are looked at once.
gc.set_threshold(100_000, 20, 50)

import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from orderproof import __version__
from orderproof.cli_completion import VARIABLE, teach_powershell
from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import IncompleteError, OrderproofError, display, render

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and leave it with its exit code."""
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
        complain(_usage(error))
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted: nothing that was printed so far is a report\n")
        return ExitCode.INTERRUPTED
    except OrderproofError as error:
        complain(spoken(render(diagnostic) for diagnostic in error.diagnostics))
        return ExitCode.INCOMPLETE if isinstance(error, IncompleteError) else ExitCode.USAGE
    except Exception as error:  # noqa: BLE001
        # The one net under everything: what comes here is a bug of ours, and no report was printed.
        return _outcome_of(error)
    return int(result or ExitCode.CLEAN)


def _invoked(arguments: Sequence[str]) -> Any:
    """What the command returns. Not through click's own ``main``: it takes a broken pipe of ours for findings."""
    if VARIABLE in os.environ:
        teach_powershell()
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
        complain(f"error: cannot write standard output: {(error.strerror or 'it fails').lower()} [output.failed]\n")
        return ExitCode.USAGE
    complain(_bug_report(error))
    return ExitCode.BUG


def _leave(code: int) -> NoReturn:
    """End the process; what standard output still holds must get out, or the code must say that it did not."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        code = code if code in (70, 130) else 2
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.flush()
    # Python would take all values of the run apart, one by one, and try once more to write what it could not.
    os._exit(code)


def _usage(error: click.ClickException) -> str:
    """What click says of wrong options, safe to print."""
    shown = io.StringIO()
    error.show(shown)
    return spoken(display(line) for line in shown.getvalue().rstrip("\n").split("\n"))


def _bug_report(error: Exception) -> str:
    """What went wrong, minimal, with what a developer needs."""
    import traceback

    # Not imported: it may be what cannot be imported.
    fault = getattr(sys.modules.get("orderproof.judge"), "EngineFaultError", ())
    if isinstance(error, fault):
        name = error.document
        place = "a group" if name is None else f"{name.path} (document {name.index}, id {name.id})"
        what = f"the engines do not agree on {display(place)}: {display(error.reason)}"
    else:
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        what = f"{type(error).__name__}: {display(str(error))} ({places})"
    bug = "This is a bug of orderproof, so nothing that was printed may be believed. Please report it with the document and the rule set."
    return spoken((f"internal error: {what}", bug))


# Commands


_MODULES: Mapping[str, str] = {
    "check": "cli_check",
    "completion": "cli_completion",
    "convert": "cli_convert",
    "explain": "cli_rules",
    "rules": "cli_rules",
    "screen": "cli_screen",
    "verify": "cli_verify",
    "waive": "cli_waive",
}
"""The commands, each with the module that has it by its name."""


class _Commands(Mapping[str, click.Command]):
    """The commands by their names; the options of one take time to make, so it is imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(import_module(f"orderproof.{_MODULES[name]}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@click.group(commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="orderproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Check order documents against a written policy, and prove every pass.

    Exit codes: 0 all checked and nothing found, 1 findings, 2 wrong use or a bad rule set, 3 an input could not be
    checked or nothing was, 70 a bug of ours, 130 interrupted.
    """
