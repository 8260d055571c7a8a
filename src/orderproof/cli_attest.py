"""The option by which a run leaves a receipt, as far as the command must know of it."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orderproof.cli_completion import files
from orderproof.diagnostic import Diagnostic, OrderproofError

if TYPE_CHECKING:
    from orderproof.attachments import Log
    from orderproof.cli_config import Used
    from orderproof.exit_code import ExitCode
    from orderproof.reading.inputs import Found
    from orderproof.receipt.attest import AttestStream, Given, Witness
    from orderproof.report.model import Ending
    from orderproof.report.stream import Stream
    from orderproof.report.write import FileOutput
    from orderproof.ruleset.open import OpenRuleSet
    from orderproof.ruleset.program import Program

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


def attest_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a command takes that leaves a receipt."""
    return click.option(
        "--attest",
        metavar="FILE",
        shell_complete=files,
        help="Write a receipt, an unsigned in-toto statement: the digests of all that was read and judged by, and the"
        " verdicts; `orderproof verify` checks it again.",
    )(command)


class Attestation:
    """The receipt of a run, where one is wanted; else it does nothing."""

    def __init__(self, file: str | None, paths: tuple[str, ...], changed_since: str | None) -> None:
        self._path = None if file is None else Path(file)
        self._out: FileOutput | None = None
        self._witness: Witness | None = None
        self._stream: AttestStream | None = None
        if file is None:
            return
        if "-" in (file, *paths):
            raise click.UsageError("--attest is of files: standard input cannot be looked at again, and takes none")
        if changed_since is not None:
            raise click.UsageError("--attest is of a whole run: leave --changed-since out")
        from orderproof.receipt import attest

        self._witness = attest.Witness()

    @property
    def files(self) -> list[Path]:
        """The file that it is written to, beside those of reports."""
        return [] if self._path is None else [self._path]

    @property
    def log(self) -> "Log | None":
        """What is to be told of attachments."""
        return None if self._witness is None else self._witness.attachments.add

    def watched(self, inputs: "Iterable[Found]") -> "Iterable[Found]":
        """The inputs of the run, which are looked at before they are read."""
        return inputs if self._witness is None else self._witness.watched(inputs)

    def added(
        self,
        streams: "list[Stream]",
        code: "Callable[[Ending], ExitCode]",
        stack: ExitStack,
        of: "tuple[OpenRuleSet, Program, Used | None]",
    ) -> "list[Stream]":
        """The streams of the run, and before them the one that writes the receipt, where one is wanted: if it cannot be
        written, no report looks whole. ``of`` is by what the run judges.
        """
        if self._path is None or self._witness is None:
            return streams
        from orderproof.receipt.attest import AttestStream
        from orderproof.report.write import FileOutput

        given = _given(click.get_current_context().params, *of)
        for path in (given.mapping, None if given.config is None else given.config[0]):
            if path is not None and os.path.realpath(path) == os.path.realpath(self._path):
                message = "the receipt would be written over this file, by which is judged"
                raise OrderproofError([Diagnostic("output.is-input", message, path=path, help="name another file")])
        self._out = FileOutput(self._path)
        stack.callback(self._out.discard)
        self._stream = AttestStream(self._out, self._witness, given, code)
        return [self._stream, *streams]

    def finished(self, code: "ExitCode") -> "ExitCode":
        """Put the receipt in its place, after all reports of a run that came to its end, with this code."""
        if self._out is not None and self._stream is not None and self._stream.is_whole:
            self._out.finish()
        return code


def _given(params: Mapping[str, Any], opened: "OpenRuleSet", program: "Program", used: "Used | None") -> "Given":
    """What a run of `check` is given, by its parameters; raises OrderproofError for a folder that no receipt names."""
    from orderproof.mapping.load import SUFFIXES
    from orderproof.receipt.attest import Given
    from orderproof.receipt.statement import Options

    mapping, zone = params["mapping"], params["zone"]
    is_file = mapping is not None and os.path.splitext(mapping)[1].lower() in SUFFIXES  # noqa: PTH122  # paths here are texts
    options = Options(
        parameters=dict(sorted(params["parameters"].items())),
        timezone=None if zone is None else zone.key,
        recursive=params["recursive"],
        input_format=params["input_format"],
        mapping=_named(mapping) if is_file else mapping,
        delimiter=params["delimiter"],
        encoding=params["encoding"],
        sheet=params["sheet"],
        attachments_root=None if params["attachments_root"] is None else _named(params["attachments_root"]),
        only=params["only"],
        skip=params["skip"],
        fail_on=params["fail_on"],
        engine=params["engine"],
        allow_empty=params["allow_empty"],
        allow_not_judged=params["allow_not_judged"],
    )
    config = None if used is None else (used.config.file.path, used.config.file.sha256)
    return Given(options, opened, program, mapping if is_file else None, config, params["paths"])


def _named(path: str) -> str:
    from orderproof.receipt.files import name_below

    name = name_below(path, os.getcwd())  # noqa: PTH109  # as below
    if name is None:
        message = "no receipt can name this: it lies outside of the folder in which the program was started"
        help_ = "start the program in a folder above all files"
        raise OrderproofError([Diagnostic("attest.name", message, path=path, help=help_)])
    return name
