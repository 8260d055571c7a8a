"""The command that checks documents: options are read, a run is built and called, its findings told as they come."""

import gc
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from zoneinfo import ZoneInfo

import click

from orderproof.cli_attest import Attestation, attest_option
from orderproof.cli_choices import ENGINES
from orderproof.cli_completion import checks, files, reports
from orderproof.cli_inputs import attachments_option, find, input_options, table_options
from orderproof.cli_options import rules_options, run_options
from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import Diagnostic, OrderproofError, display, render
from orderproof.report.formats import TABLE, TEXT_FORMATS, format_of

if TYPE_CHECKING:
    from orderproof.check import Watch
    from orderproof.exit_code import ExitCode, FailOn
    from orderproof.intake import Intake
    from orderproof.judge import Judge
    from orderproof.outcome import Outcome
    from orderproof.portion import Portion
    from orderproof.reading.inputs import Found
    from orderproof.report.model import Across, CheckedDocument, Ending, Head
    from orderproof.report.progress import Progress
    from orderproof.run import Run

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.

_MAX_ALIKE = 20
"""Messages of one code about one input that are printed on standard error."""


def _in_any_order(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Arguments in one order, so that the one in which they are said changes nothing; a list keeps its own.

    Files come first: what is named itself is not taken for what stands in a folder that is named, too.
    """
    return tuple(sorted(paths, key=lambda path: (not os.path.isfile(path), path)))  # noqa: PTH113  # names may be patterns


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]", shell_complete=files, callback=_in_any_order)
@rules_options
@run_options
@input_options
@attachments_option
@attest_option
@click.option(
    "--only",
    multiple=True,
    metavar="RULE",
    shell_complete=checks,
    help="Only these checks: ids, or patterns such as price.*; several with commas.",
)
@click.option("--skip", multiple=True, metavar="RULE", shell_complete=checks, help="All checks but these.")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    help="The severity from which findings make the exit code 1.",
)
@click.option("--format", "format_", type=click.Choice(TEXT_FORMATS), default="text", help="Format of the report.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT:]FILE",
    shell_complete=reports,
    help="Write a report to a file as well, whole or not at all; its format is named, or that of its ending, or --format.",
)
@click.option(
    "--every-document/--no-every-document",
    default=False,
    help="In ndjson a record for each document, not only for what is found.",
)
@click.option(
    "--details/--no-details",
    default=False,
    help="In json and ndjson what every check says of every subject, and why; this takes longer.",
)
@click.option(
    "--max-findings",
    type=click.IntRange(0),
    metavar="N",
    help="In json and ndjson at most so many findings of each rule, and how many more there are (default: all; a"
    " baseline needs all).",
)
@click.option(
    "--waivers",
    metavar="FILE",
    shell_complete=files,
    help="Findings that are accepted, each for a reason and until a day; they do not fail.",
)
@click.option("--no-waivers", is_flag=True, help="Without waivers, whatever names them.")
@click.option(
    "--baseline",
    metavar="FILE",
    shell_complete=files,
    help="An earlier report in json: only findings that it does not have can fail.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    help="Who judges (default: auto): compiled, and rete confirms the first 1,000 documents, all with findings and every"
    " hundredth; both (rete and reference) or all must agree on every one.",
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that judge (default: one a core).")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Colour in text reports.")
@click.option(
    "--reveal", is_flag=True, help="Show the accounts in contracts in full, in a text report at a terminal only."
)
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only documents that changed in git since HEAD left this branch, tag or commit, or are not kept by git.",
)
@click.option("--quiet", is_flag=True, help="No progress on standard error, nor which configuration is used.")
@click.option("--verbose", is_flag=True, help="Say on standard error what the configuration says.")
@click.option("--allow-empty/--no-allow-empty", default=False, help="That there was nothing to check is no failure.")
@click.option(
    "--allow-not-judged/--no-allow-not-judged",
    default=False,
    help="That a source does not carry what some checks read is no failure.",
)
def check(
    paths: tuple[str, ...],
    rules: str | None,
    parameters: dict[str, str],
    lang: str,
    as_of: datetime,
    zone: ZoneInfo | None,
    recursive: bool,
    files_from: str | None,
    null: bool,
    input_format: str | None,
    mapping: str | None,
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
    attachments_root: str | None,
    attest: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_on: "FailOn",
    format_: str,
    outputs: tuple[str, ...],
    every_document: bool,
    details: bool,
    max_findings: int | None,
    waivers: str | None,
    no_waivers: bool,
    baseline: str | None,
    engine: Any,
    jobs: int | None,
    color: str,
    reveal: bool,
    changed_since: str | None,
    quiet: bool,
    verbose: bool,
    allow_empty: bool,
    allow_not_judged: bool,
) -> "ExitCode":
    """Check documents: files, folders, globs, or - for standard input."""
    from orderproof.attachments import attachments_for
    from orderproof.check import conduct
    from orderproof.cli_changed import changed_only, surroundings, with_gap
    from orderproof.cli_config import apart_from, tell_config
    from orderproof.cli_excuses import excuses_of
    from orderproof.exit_code import code_of
    from orderproof.intake import Intake, Mappings
    from orderproof.judge import Judge
    from orderproof.language.evaluate import Setting
    from orderproof.reading.inputs import STANDARD
    from orderproof.report.model import Options
    from orderproof.report.publish import Reports
    from orderproof.ruleset.open import compile_opened, open_rule_set
    from orderproof.run import Run

    if reveal and (outputs or format_ != "text" or sys.stdout is None or not sys.stdout.isatty()):
        raise click.UsageError("--reveal is for an officer at a terminal: with the text format, and without --output")
    attestation = Attestation(attest, paths, changed_since)
    used = tell_config(quiet=quiet, verbose=verbose)
    destinations = [_destination(output, format_) for output in outputs]
    opened = open_rule_set(rules, parameters, cases=False)
    written = [*(path for _, path in destinations), *attestation.files]
    _spare_rules(opened.path, written)
    program = compile_opened(opened, only, skip)
    excuses = excuses_of(None if no_waivers else waivers, baseline, opened.rule_set, program, written)
    mappings = Mappings(opened.path, opened.schema)
    chosen = None if mapping is None else mappings.opened().named(mapping)
    found = find(paths, files_from, null=null, recursive=recursive, input_format=input_format)
    spared = excuses.apart(_spared(_not_empty(found) if allow_empty else found, written))
    inputs = attestation.watched(apart_from(used, spared))
    others = (mapping, used.config.file.path if used else None, *excuses.files)
    narrowed = changed_only(inputs, changed_since, paths, surroundings(opened, program.plan, others, attachments_root))
    allow_empty = allow_empty or narrowed.nothing_changed
    intake = Intake(
        narrowed.found, mappings, chosen, table_options(chosen, delimiter, encoding, sheet), attachments_root
    )
    options = Options(
        lang,
        _coloured(color, sys.stdout),
        every_document=every_document,
        details=details,
        folder=str(Path.cwd()),
        allow_empty=allow_empty,
        allow_not_judged=allow_not_judged,
        most=max_findings,
    )
    with ExitStack() as stack:
        reports = stack.enter_context(Reports(format_, options, sys.stdout))
        for name, path in destinations:
            reports.add_file(name, path)
        attachments = attachments_for(
            opened.rule_set, program.plan, lang, attachments_root, reveal=reveal, log=attestation.log
        )
        run = Run(
            program,
            opened.schema,
            Setting(as_of, ZoneInfo(program.timezone)),
            zone,
            engine,
            lang,
            details=reports.wants_details,
            reasons=reports.wants_details,
            every_document=reports.wants_every_document,
            waivers=excuses.waivers,
            baseline=excuses.baseline,
            attachments=attachments,
        )
        judge = Judge(run)
        stack.callback(judge.close)
        progress = _progress(lang, quiet=quiet)
        # Standard input is read by one process, which keeps it.
        in_one = jobs == 1 or STANDARD in paths
        watch = _watch(progress, intake)
        portions = intake.portions(cut=not in_one or progress is not None)
        outcomes = with_gap(_outcomes(run, judge, intake, portions, 1 if in_one else jobs or _cores(), stack), narrowed)
        _look_for_no_cycles(stack)

        def code(ending: "Ending") -> "ExitCode":
            return code_of(ending, fail_on, allow_empty=allow_empty, allow_not_judged=allow_not_judged)

        streams = attestation.added([_Complaints(progress), reports], code, stack, (opened, program, used))
        return attestation.finished(conduct(outcomes, judge, streams, intake.again, code, watch))


def _look_for_no_cycles(stack: ExitStack) -> None:
    """From here on a run looks for cycles itself, and what was loaded up to here holds none that end."""
    gc.freeze()
    gc.disable()
    stack.callback(gc.unfreeze)
    stack.callback(gc.enable)


def _outcomes(
    run: "Run", judge: "Judge", intake: "Intake", portions: Iterator["Portion"], jobs: int, stack: ExitStack
) -> Iterator["Outcome"]:
    """The outcomes of all portions in their order: of several by several processes, where they are wanted."""
    from orderproof.judge import Judge as Another
    from orderproof.labour import Labour, Mark, Task

    first = list(islice(portions, 2))
    if jobs > 1 and len(first) > 1:
        from orderproof.crew import Crew, can_work_in_several

        if can_work_in_several:
            crew = Crew(jobs, lambda: Labour(Another(run), intake), intake.finished)
            stack.callback(crew.close)
            return crew.outcomes(chain(first, portions))
    labour, mark = Labour(judge, intake), Mark([0])

    def alone() -> Iterator["Outcome"]:
        for portion in chain(first, portions):
            yield from labour(Task(portion), mark)
            intake.finished(portion)

    return alone()


def _watch(progress: "Progress | None", intake: "Intake") -> "Watch | None":
    """What shows how far the run is, where somebody wants to know."""
    if progress is None:
        return None
    intake.measure()
    return lambda documents, findings: progress.update(documents, findings, intake.bytes_done, intake.bytes_in_all)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Complaints:
    """Diagnostics on standard error, as they come; of many alike about one input the first, and how many more."""

    wants_every_document = False
    wants_details = False

    def __init__(self, progress: "Progress | None") -> None:
        self._progress = progress
        self._alike: Counter[tuple[str, str | None]] = Counter()

    def head(self, _: "Head") -> None:
        """Nothing of it is a complaint."""

    def document(self, _: "CheckedDocument") -> None:
        """A report tells of it, and what is shown in its place must give way."""
        self._clear()

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        from orderproof.report.text_report import render_diagnostic

        self._clear()
        path = diagnostic.path if diagnostic.span is None else diagnostic.span.source.name
        self._alike[diagnostic.code, path] += 1
        if self._alike[diagnostic.code, path] <= _MAX_ALIKE:
            complain(render_diagnostic(diagnostic))

    def across(self, _: "Across") -> None:
        """A report tells of it."""
        self._clear()

    def end(self, ending: "Ending") -> None:
        """The run is over."""
        self._clear()
        for (code, path), count in self._alike.items():
            if count > _MAX_ALIKE:
                more = f"{count - _MAX_ALIKE:,} more messages like these; a report in json or ndjson has all of them"
                complain(spoken((f"{display(path)}: {more} [{code}]" if path else f"{more} [{code}]",)))
        if ending.interrupted:
            complain("interrupted: the report is incomplete\n")

    def _clear(self) -> None:
        if self._progress is not None:
            self._progress.clear()


def _progress(lang: str, *, quiet: bool) -> "Progress | None":
    from orderproof.report.progress import Progress, wants_progress

    if sys.stderr is None or not wants_progress(sys.stderr, os.environ, quiet=quiet):
        return None
    from time import monotonic

    return Progress(sys.stderr, monotonic, lang)


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
            complain(spoken(render(replace(each, severity=Severity.WARNING)) for each in found.diagnostics))


def _destination(output: str, default: str) -> tuple[str, Path]:
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


def _spare_rules(rules: Path, written: list[Path]) -> None:
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


def _spared(inputs: Iterable["Found"], written: list[Path]) -> Iterator["Found"]:
    """The inputs, none of which a report may overwrite."""
    from orderproof.reading.inputs import Input

    real = set(map(os.path.realpath, written))
    for found in inputs:
        if isinstance(found, Input) and found.format is not None and os.path.realpath(found.name) in real:
            message = "the report would be written over this input"
            raise OrderproofError([Diagnostic("output.is-input", message, path=found.name, help="name another file")])
        yield found


def _coloured(choice: str, stream: TextIO | None) -> bool:
    """Whether to print in colour: the option, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
