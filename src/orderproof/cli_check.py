"""The command that checks documents: options are read, a run is built and called, its findings told as they come."""

import gc
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from orderproof.cli_attest import Attestation, attest_option
from orderproof.cli_choices import ENGINES
from orderproof.cli_complaints import Complaints, progress_of
from orderproof.cli_completion import checks, files, reports
from orderproof.cli_inputs import attachments_option, find, input_options, table_options
from orderproof.cli_options import rules_options, run_options
from orderproof.cli_outputs import destination_of, is_coloured, spare_rules, spared
from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import render
from orderproof.report.formats import TEXT_FORMATS

if TYPE_CHECKING:
    from orderproof.check import Watch
    from orderproof.exit_code import ExitCode, FailOn
    from orderproof.intake import Intake
    from orderproof.judge import Judge
    from orderproof.outcome import Outcome
    from orderproof.portion import Portion
    from orderproof.reading.inputs import Found
    from orderproof.report.model import Ending
    from orderproof.report.progress import Progress
    from orderproof.run import Run

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


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
    destinations = [destination_of(output, format_) for output in outputs]
    opened = open_rule_set(rules, parameters, cases=False)
    written = [*(path for _, path in destinations), *attestation.files]
    spare_rules(opened.path, written)
    program = compile_opened(opened, only, skip)
    excuses = excuses_of(None if no_waivers else waivers, baseline, opened.rule_set, program, written)
    mappings = Mappings(opened.path, opened.schema)
    chosen = None if mapping is None else mappings.opened().named(mapping)
    found = find(paths, files_from, null=null, recursive=recursive, input_format=input_format)
    apart = excuses.apart(spared(_not_empty(found) if allow_empty else found, written))
    inputs = attestation.watched(apart_from(used, apart))
    others = (mapping, used.config.file.path if used else None, *excuses.files)
    narrowed = changed_only(
        inputs, changed_since, paths, partial(surroundings, opened, program.plan, others, attachments_root)
    )
    allow_empty = allow_empty or narrowed.nothing_changed
    intake = Intake(
        narrowed.found, mappings, chosen, table_options(chosen, delimiter, encoding, sheet), attachments_root
    )
    options = Options(
        lang,
        is_coloured(color, sys.stdout),
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
        progress = progress_of(lang, quiet=quiet)
        # Standard input is read by one process, which keeps it.
        jobs = 1 if STANDARD in paths else jobs or _cores()
        watch = _watch(progress, intake)
        portions = intake.portions(cut=jobs > 1 or progress is not None)
        outcomes = with_gap(_outcomes(run, judge, intake, portions, jobs, paths, stack), narrowed)
        _look_for_no_cycles(stack)

        def code(ending: "Ending") -> "ExitCode":
            return code_of(ending, fail_on, allow_empty=allow_empty, allow_not_judged=allow_not_judged)

        streams = attestation.added([Complaints(progress), reports], code, stack, (opened, program, used))
        return attestation.finished(conduct(outcomes, judge, streams, intake.again, code, watch))


def _look_for_no_cycles(stack: ExitStack) -> None:
    """From here on a run looks for cycles itself, and what was loaded up to here holds none that end."""
    gc.freeze()
    gc.disable()
    stack.callback(gc.unfreeze)
    stack.callback(gc.enable)
    stack.callback(gc.freeze)  # else Python would look through all of the run's values once more before it leaves


def _outcomes(
    run: "Run",
    judge: "Judge",
    intake: "Intake",
    portions: Iterator["Portion"],
    jobs: int,
    paths: Collection[str],
    stack: ExitStack,
) -> Iterator["Outcome"]:
    """The outcomes of all portions in their order: of several by several processes, where they are wanted."""
    from orderproof.judge import Judge as Another
    from orderproof.labour import Labour
    from orderproof.reading.inputs import STANDARD

    first = list(islice(portions, 2))
    if jobs > 1 and len(first) > 1:
        from orderproof.crew import Crew, can_work_in_several

        if can_work_in_several:
            crew = Crew(jobs, lambda: Labour(Another(run), intake), intake.finished)
            stack.callback(crew.close)
            return crew.outcomes(chain(first, portions))
    # What comes from standard input may be long in coming: nothing of it waits for more.
    return Labour(judge, intake).all(chain(first, portions), intake.finished, ahead=STANDARD not in paths)


def _watch(progress: "Progress | None", intake: "Intake") -> "Watch | None":
    """What shows how far the run is, where somebody wants to know."""
    if progress is None:
        return None
    intake.measure()
    return lambda documents, findings: progress.update(documents, findings, intake.bytes_done, intake.bytes_in_all)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
