"""The command that verifies a receipt: whether all files are as it says, and with --replay all verdicts."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderproof.cli_check import check
from orderproof.cli_completion import files
from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import Diagnostic, IncompleteError, OrderproofError, render

if TYPE_CHECKING:
    from orderproof.exit_code import ExitCode
    from orderproof.receipt.statement import Receipt
    from orderproof.receipt.verify import Difference

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


@click.command()
@click.argument("receipt", metavar="RECEIPT", shell_complete=files)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False),
    default=".",
    metavar="FOLDER",
    help="Where the names in the receipt begin (default: the current folder).",
)
@click.option(
    "--rules",
    type=click.Path(exists=True),
    metavar="PATH",
    shell_complete=files,
    help="Where the rule set lies now, if not where it lay.",
)
@click.option("--replay", is_flag=True, help="Judge once more, and compare the verdicts too.")
def verify(receipt: str, root: str, rules: str | None, replay: bool) -> "ExitCode":
    """Compare a receipt of `check --attest` with the files that it names.

    A receipt is not signed: that it is whole and whose it is must be known by other means.

    Exit codes: 0 all is as it says, 1 something is not, 2 it is no receipt, or cannot be replayed, 3 it cannot be read.
    """
    from orderproof.exit_code import ExitCode
    from orderproof.receipt.statement import read_receipt
    from orderproof.receipt.verify import file_differences, remarks
    from orderproof.report.write import write_standard

    itself = Path(receipt).absolute()
    read = read_receipt(Path(receipt))
    place = None if rules is None else Path(rules).absolute()
    with chdir(root):
        complain(spoken(map(_shown, remarks(read))))
        found = list(file_differences(read, place, itself))
        write_standard(sys.stdout, spoken([*map(_told, found), *_summary(read, found)]))
        if replay and not found:
            found = _replayed(read, place)
            write_standard(sys.stdout, spoken([*map(_told, found), _of_verdicts(found)]))
        elif replay:
            complain("not judged once more: the files are not those of the receipt\n")
    return ExitCode.FINDINGS if found else ExitCode.CLEAN


def _shown(text: str) -> str:
    from orderproof.report.quoting import shown

    return shown(text)


def _told(difference: "Difference") -> str:
    # Our word comes first: a name is never at the beginning of a line.
    return f"{difference.kind}: {_shown(difference.name)}: {_shown(difference.reason)}"


def _summary(receipt: "Receipt", found: "Iterable[Difference]") -> "Iterator[str]":
    own = receipt.own
    kinds = Counter(difference.kind for difference in found)
    differ = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items())) or "all as it says"
    named = len(receipt.subject) + len(receipt.predicate.configuration)
    yield f"Files that the receipt names: {named:,}; {differ}"
    rules = f"{_shown(own.rules.id)} {_shown(own.rules.version)}"
    yield f"It says: {receipt.predicate.result}, exit code {own.exit_code}, as of {_shown(own.as_of)}; rules: {rules}"


def _of_verdicts(found: "Iterable[Difference]") -> str:
    count = sum(1 for _ in found)
    return f"Judged once more: {f'{count:,} differences' if count else 'the same verdicts'}"


def _replayed(receipt: "Receipt", rules: Path | None) -> "list[Difference]":
    """How the verdicts of the same run are others now; raises OrderproofError where it cannot be run."""
    import tempfile  # late: few receipts are replayed

    from orderproof.receipt.again import arguments_of, names_of
    from orderproof.receipt.statement import read_receipt
    from orderproof.receipt.verify import other_engines, rules_of, verdict_differences

    if receipt.own.unread:
        message = f"{len(receipt.own.unread):,} inputs could not be read by that run, so it cannot be run once more"
        raise IncompleteError([Diagnostic("verify.unread", message)])
    place = rules or rules_of(receipt)
    assert place is not None  # its digest was compared
    with tempfile.TemporaryDirectory() as folder:
        names, again = Path(folder, "names"), Path(folder, "again.json")
        names.write_bytes(names_of(receipt))
        _run(list(arguments_of(receipt, place, names, again)))
        if not again.is_file():
            raise IncompleteError([Diagnostic("verify.interrupted", "the run was not brought to its end")])
        now = read_receipt(again)
    remark = other_engines(receipt, now)
    if remark is not None:
        complain(spoken((_shown(remark),)))
    return list(verdict_differences(receipt, now))


def _run(arguments: list[str]) -> None:
    """Check again. What it says is for nobody: its receipt is compared."""
    try:
        with (
            Path(os.devnull).open("w", encoding="utf-8") as nothing,
            redirect_stdout(nothing),
            redirect_stderr(nothing),
        ):
            check.main(arguments, prog_name="orderproof check", standalone_mode=False)
    except (click.ClickException, UnicodeEncodeError) as error:
        # Half a character, which no command line has, is none of click's mistakes.
        reason = error.format_message() if isinstance(error, click.ClickException) else "no argument can be this text"
        message = f"the run of this receipt cannot be said again: {reason}"
        raise OrderproofError([Diagnostic("verify.options", message)]) from None
    except IncompleteError:
        raise
    except OrderproofError as error:
        complain(spoken(render(diagnostic) for diagnostic in error.diagnostics))
        raise OrderproofError(
            [Diagnostic("verify.replay", "the run of this receipt cannot be run once more")]
        ) from None
