"""The command that screens contracts alone, without an order."""

import sys
from collections.abc import Iterable, Iterator
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
    from orderproof.screening.process import Screener
    from orderproof.screening.text import Gap

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", shell_complete=complete_files)
@config_options
@click.option("--rules", metavar="PATH", help="A rule set with a vocabulary of accounts: a folder, or a shipped one.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the reasons.")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", help="Format of the report.")
@click.option("--reveal", is_flag=True, help="Show the accounts in full, in text at a terminal only.")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning")),
    default="error",
    help="With warning, what is like an account makes the exit code 1, too.",
)
def screen(
    files: tuple[str, ...], rules: str | None, lang: str, format_: str, reveal: bool, fail_on: "FailOn"
) -> "ExitCode":
    """Say which accounts stand in contracts, each in its line, and what of them could not be read.

    Exit codes: 0 no account, 1 an account (with --fail-on warning also what is like one), 2 wrong use or a bad
    vocabulary, 3 a file could not be read whole.
    """
    from orderproof.exit_code import code_of_screening
    from orderproof.report.contracts import plain_screening, render_file, render_summary
    from orderproof.report.encode import indented
    from orderproof.report.write import write_standard
    from orderproof.screening.process import Screener
    from orderproof.screening.vocabulary import load_vocabulary

    if not files:
        raise click.UsageError("Missing argument 'FILE...': name the contracts.")
    if reveal and (format_ != "text" or sys.stdout is None or not sys.stdout.isatty()):
        raise click.UsageError("--reveal is for an officer at a terminal, with the text format")
    name, content = _vocabulary(rules)
    reasons = load_vocabulary(content, name).reasons
    screener = Screener(content)
    told: list[ScreenedFile] = []
    try:
        for file in _screened(files, screener):
            told.append(file)
            if format_ == "text":
                write_standard(sys.stdout, render_file(file, reasons, lang, reveal=reveal))
    finally:
        screener.close()
    if format_ == "json":
        write_standard(sys.stdout, indented(plain_screening(told, reasons, lang)).decode() + "\n")
    else:
        write_standard(sys.stdout, "\n" + render_summary(told, lang))
    return code_of_screening(
        (file.gravest for file in told), complete=all(file.screened.is_read for file in told), fail_on=fail_on
    )


def _screened(files: Iterable[str], screener: "Screener") -> "Iterator[ScreenedFile]":
    """What is known of each file; one that cannot be read is known by that."""
    from orderproof.report.contracts import ScreenedFile
    from orderproof.screening.mention import Own, Screened
    from orderproof.screening.text import Gap

    for path in dict.fromkeys(files):
        found = _content(path)
        if isinstance(found, Gap):
            yield ScreenedFile(path, None, Screened("", (), (found,)))
        else:
            yield ScreenedFile(path, found.sha256, screener.screen(path, found.content, Own()))


def _content(path: str) -> "Attached | Gap":
    """The bytes of a file that the user names: any path is meant."""
    from orderproof.document import Unreadable
    from orderproof.reading.content import opened
    from orderproof.screening.attachment import content_of
    from orderproof.screening.text import Gap

    try:
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
