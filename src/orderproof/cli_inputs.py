"""Options of commands that read any kind of input, and what they mean."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from orderproof.cli_choices import DELIMITERS, FORMATS
from orderproof.cli_completion import files

if TYPE_CHECKING:
    from orderproof.mapping.compile import InputMapping
    from orderproof.reading.inputs import Found
    from orderproof.table import TableOptions


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command takes that reads any kind of input."""
    for option in (
        click.option("--sheet", metavar="NAME", help="The sheet of workbooks."),
        click.option("--encoding", metavar="NAME", help="The encoding of CSV files (default: UTF-8)."),
        click.option("--delimiter", type=click.Choice(DELIMITERS), help="What stands between the fields of CSV files."),
        click.option(
            "--mapping",
            metavar="NAME|FILE|none",
            shell_complete=files,
            help="The mapping to read all inputs by, none to read them as they are; else a mapping recognises them.",
        ),
        click.option(
            "--input-format",
            type=click.Choice(FORMATS),
            help="How all inputs are written, whatever their names say; also that of standard input.",
        ),
        click.option(
            "-0", "--null", is_flag=True, help="The names of --files-from end with a NUL each, not a line end."
        ),
        click.option(
            "--files-from",
            metavar="FILE",
            shell_complete=files,
            help="Read the names of inputs from a file, or - for standard input.",
        ),
        click.option(
            "--recursive/--no-recursive",
            default=True,
            help="Whether folders in folders are entered (default: they are).",
        ),
    ):
        command = option(command)
    return command


def attachments_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command takes that reads the attachments of documents."""
    return click.option(
        "--attachments-root",
        type=click.Path(exists=True, file_okay=False),
        metavar="FOLDER",
        help="Where the paths of attachments begin (default: the folder of each document).",
    )(command)


def find(
    paths: tuple[str, ...], files_from: str | None, *, null: bool, recursive: bool, input_format: str | None
) -> Iterator["Found"]:
    """The inputs that arguments and a list name; raises click's UsageError where these cannot be meant."""
    from orderproof.cli_config import config_in_use, spare_listed
    from orderproof.reading.formats import Format  # late: `orderproof --version` answers before the rest is loaded
    from orderproof.reading.inputs import STANDARD, find_inputs

    if not paths and files_from is None:
        raise click.UsageError(
            "Missing argument 'PATH...': name files or folders, or a list of them with --files-from."
        )
    if files_from == STANDARD and STANDARD in paths:
        raise click.UsageError("standard input cannot be the list of --files-from and an input too")
    names: Iterable[str] = paths
    if files_from is not None:
        from orderproof.reading.names_file import listed_names  # late: few runs have a list

        names = chain(paths, spare_listed(config_in_use(), listed_names(files_from, null=null)))
    return find_inputs(names, recursive=recursive, format=None if input_format is None else Format(input_format))


def table_options(
    mapping: "InputMapping | None", delimiter: str | None, encoding: str | None, sheet: str | None
) -> "TableOptions":
    """What is declared of tables: on the command line, else by the mapping."""
    from orderproof.table import DELIMITERS as BY_NAME
    from orderproof.table import TableOptions

    given = TableOptions() if mapping is None else mapping.table
    return TableOptions(
        given.delimiter if delimiter is None else BY_NAME[delimiter],
        given.encoding if encoding is None else encoding,
        given.sheet if sheet is None else sheet,
    )
