"""The command that screens contracts alone, without an order."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderproof.cli_choices import LANGUAGES
from orderproof.cli_completion import files as complete_files
from orderproof.cli_options import config_options
from orderproof.diagnostic import Diagnostic, OrderproofError

if TYPE_CHECKING:
    from orderproof.exit_code import ExitCode, FailOn
    from orderproof.report.contracts import ScreenedFile
    from orderproof.screening.attachment import Attached
    from orderproof.screening.contract_files import ContractFile
    from orderproof.screening.process import Screener
    from orderproof.screening.text import Gap
    from orderproof.screening.vocabulary import Spoken

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.

_FORMATS = ("text", "json")
_ENDINGS = {".json": "json", ".txt": "text"}


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", shell_complete=complete_files)
@config_options
@click.option("--rules", metavar="PATH", help="A rule set with a vocabulary of accounts: a folder, or a shipped one.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the reasons.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="text", help="Format of the report.")
@click.option(
    "--output",
    metavar="FILE",
    help="Write the report to a file as well, whole or not at all: as JSON or text by its ending, else as --format.",
)
@click.option("--reveal", is_flag=True, help="Show the accounts in full, in text at a terminal only.")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    help="With warning, what is like an account makes the exit code 1, too; with never, not even an account.",
)
def screen(
    files: tuple[str, ...],
    rules: str | None,
    lang: str,
    format_: str,
    output: str | None,
    reveal: bool,
    fail_on: "FailOn",
) -> "ExitCode":
    """Say which accounts stand in contracts, each in its line, and what of them could not be read.

    A FILE may be a folder, of which every file is looked at, a pattern, or - for standard input.

    Exit codes: 0 no account, 1 an account (with --fail-on warning also what is like one), 2 wrong use or a bad
    vocabulary, 3 a file could not be read whole.
    """
    from orderproof.exit_code import code_of_screening
    from orderproof.report.contracts import render_file, render_summary
    from orderproof.report.write import FileOutput, encoded, write_standard
    from orderproof.screening.contract_files import find_contracts
    from orderproof.screening.process import Screener
    from orderproof.screening.vocabulary import load_vocabulary

    if not files:
        raise click.UsageError("Missing argument 'FILE...': name the contracts.")
    if reveal and (output is not None or format_ != "text" or sys.stdout is None or not sys.stdout.isatty()):
        raise click.UsageError("--reveal is for an officer at a terminal: with the text format, and without --output")
    name, content = _vocabulary(rules)
    spoken = load_vocabulary(content, name).spoken
    told: list[ScreenedFile] = []
    with ExitStack() as stack:
        screener = Screener(content)
        stack.callback(screener.close)
        file = None if output is None else FileOutput(Path(output))
        if file is not None:
            stack.callback(file.discard)
        for found in _screened(_spared(find_contracts(files), output), screener):
            told.append(found)
            if format_ == "text":
                write_standard(sys.stdout, render_file(found, spoken, lang, reveal=reveal))
        if file is not None and output is not None:
            format_of_file = _ENDINGS.get(Path(output).suffix.lower(), format_)
            file.write(encoded(_report(told, spoken, lang, format_of_file)))
            file.finish()
    if format_ == "json":
        write_standard(sys.stdout, _report(told, spoken, lang, format_))
    else:
        write_standard(sys.stdout, "\n" + render_summary(told, lang))
    return code_of_screening(
        (file.gravest for file in told), complete=all(file.screened.is_read for file in told), fail_on=fail_on
    )


def _report(told: "list[ScreenedFile]", spoken: "Spoken", lang: str, format_: str) -> str:
    """The report as a whole."""
    from orderproof.report.contracts import plain_screening, render_file, render_summary
    from orderproof.report.encode import indented

    if format_ == "json":
        return indented(plain_screening(told, spoken, lang)).decode() + "\n"
    return "".join((*(render_file(file, spoken, lang) for file in told), "\n", render_summary(told, lang)))


def _spared(files: "Iterable[ContractFile]", output: str | None) -> "Iterator[ContractFile]":
    """The contracts, none of which the report may overwrite."""
    written = None if output is None else os.path.realpath(output)
    for file in files:
        if written is not None and file.gap is None and os.path.realpath(file.path) == written:
            message = "the report would be written over this contract"
            raise OrderproofError([Diagnostic("output.is-input", message, path=file.path, help="name another file")])
        yield file


def _screened(files: "Iterable[ContractFile]", screener: "Screener") -> "Iterator[ScreenedFile]":
    """What is known of each file; one that cannot be read is known by that."""
    from orderproof.report.contracts import ScreenedFile
    from orderproof.screening.mention import Own, Screened
    from orderproof.screening.text import Gap

    for file in files:
        found = file.gap or _content(file.path)
        if isinstance(found, Gap):
            yield ScreenedFile(file.path, None, Screened("", (), (found,)))
        else:
            yield ScreenedFile(file.path, found.sha256, screener.screen(file.path, found.content, Own()))


def _content(path: str) -> "Attached | Gap":
    """The bytes of a file that the user names: any path is meant."""
    from orderproof.document import Unreadable
    from orderproof.reading.content import opened, standard_file
    from orderproof.screening.attachment import content_in, content_of
    from orderproof.screening.contract_files import STANDARD
    from orderproof.screening.text import Gap

    try:
        if path == STANDARD:
            return content_in(standard_file())
        found = opened(path)
        if isinstance(found, Unreadable):
            return Gap("refused", found.diagnostics[0].message)
        with found:
            return content_of(found.fileno())
    except FileNotFoundError:
        return Gap("missing", "there is no such file")
    except (OSError, ValueError) as error:
        reason = (error.strerror or "") if isinstance(error, OSError) else "no file can have this name"
        return Gap("missing", f"it cannot be opened: {reason.lower() or 'the system gives no reason'}")


def _vocabulary(rules: str | None) -> tuple[str, bytes]:
    """The vocabulary of accounts of a rule set, under its name."""
    from orderproof.ruleset.load import ACCOUNTS, find_rule_set
    from orderproof.ruleset.open import DEFAULT

    folder = find_rule_set(rules, DEFAULT)
    path = folder / ACCOUNTS if folder.is_dir() else folder
    try:
        return path.as_posix(), path.read_bytes()
    except OSError:
        message = f"this rule set has no vocabulary of accounts, `{ACCOUNTS}`"
        hint = "name a rule set that has one, or none for the shipped one"
        raise OrderproofError([Diagnostic("rules.no-accounts", message, path=folder.as_posix(), help=hint)]) from None
