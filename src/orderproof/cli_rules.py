"""The commands about rules: why one has its verdict, which there are, and whether they do what is meant."""

import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from orderproof.cli_choices import ENGINES, LANGUAGES
from orderproof.cli_completion import checks, checks_or_files, files
from orderproof.cli_inputs import attachments_option, find, input_options, table_options
from orderproof.cli_options import config_options, rules_fail_on, rules_options, run_options
from orderproof.cli_speak import spoken
from orderproof.diagnostic import OrderproofError

if TYPE_CHECKING:
    from orderproof.exit_code import ExitCode, FailOn

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=checks_or_files)
@click.argument("rule", required=False, metavar="RULE")
@rules_options
@run_options
@input_options
@attachments_option
@click.option("--subject", metavar="KEY", help="Only this subject: its key in reports, or the value of a group.")
def explain(
    paths: tuple[str, ...],
    rule: str | None,
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
    subject: str | None,
) -> "ExitCode":
    """Explain the verdict of a rule, whatever it is.

    Every part of the rule is shown with its truth and the values it reads, for each document and subject.

    Exit codes: 0 explained, 2 wrong use, 3 a document could not be read, or not compared with others.
    """
    if rule is None or not (paths or files_from):
        raise click.UsageError("documents come first, the rule last; `orderproof rules list` names all rules")
    from orderproof.attachments import attachments_for
    from orderproof.check import Run
    from orderproof.exit_code import code_of_explanation
    from orderproof.language.evaluate import Setting
    from orderproof.mapping.catalogue import Catalogue
    from orderproof.mapping.stream import mapped
    from orderproof.reading.reader import read_documents
    from orderproof.report.text_report import render_diagnostics
    from orderproof.ruleset.open import compile_opened, open_rule_set
    from orderproof.why.text import render_why
    from orderproof.why.verdicts import explain_rule, known_rule

    opened = open_rule_set(rules, parameters, cases=False)
    program = compile_opened(opened, (known_rule(opened.rule_set, rule, paths),))
    setting = Setting(as_of, ZoneInfo(program.timezone))
    attachments = attachments_for(opened.rule_set, program.plan, lang, attachments_root)
    run = Run(program, opened.schema, setting, zone, "both", lang, details=True, attachments=attachments)
    catalogue = Catalogue(opened.path, opened.schema)
    chosen = None if mapping is None else catalogue.named(mapping)
    inputs = find(paths, files_from, null=null, recursive=recursive, input_format=input_format)
    readings = read_documents(inputs, options=table_options(chosen, delimiter, encoding, sheet))
    try:
        why = explain_rule(tuple(mapped(readings, catalogue, chosen)), run, opened.rule_set, subject)
    finally:
        if attachments is not None:
            attachments.close()
    _tell(render_diagnostics(why.report))
    _print(render_why(why, lang))
    return code_of_explanation(why.report)


@click.group()
def rules() -> None:
    """List, show, lint and test the rules of a rule set."""


@rules.command("list")
@rules_options
def list_(rules: str | None, parameters: dict[str, str], lang: str) -> None:
    """List all checks with severity, clause and title, all derived facts, and all parameters with their values."""
    from orderproof.rulebook.describe import list_facts, list_rules
    from orderproof.rulebook.text import render_list
    from orderproof.ruleset.open import compile_opened, open_rule_set

    opened = open_rule_set(rules, parameters, cases=False)
    program = compile_opened(opened)
    name = f"{program.id} {program.version}"
    _print(render_list(list_rules(opened.rule_set), list_facts(program), opened.parameters, name, lang))


@rules.command()
@click.argument("names", nargs=-1, metavar="NAME...", shell_complete=checks)
@click.option("--compiled", is_flag=True, help="Show the Python code that is generated from them; without NAME of all.")
@rules_options
def show(names: tuple[str, ...], compiled: bool, rules: str | None, parameters: dict[str, str], lang: str) -> None:
    """Show checks with what they rest on and their cases, and derived facts with the checks that rest on them.

    NAME is a check's id, a derived fact, or a pattern such as 'price.*'.
    """
    if not names and not compiled:
        raise click.UsageError("Missing argument 'NAME...'.")
    from orderproof.rulebook.describe import RuleText, describe
    from orderproof.rulebook.text import render_described
    from orderproof.ruleset.open import compile_opened, open_rule_set

    opened = open_rule_set(rules, parameters)
    program = compile_opened(opened)
    described = describe(opened, program, names)
    if not compiled:
        _print(render_described(described, lang))
        return
    from orderproof.engine.generate.function import generate
    from orderproof.engine.generate.part import part_of

    chosen = {each.id if isinstance(each, RuleText) else each.fact.name for each in described}
    # A `#` of a text may stand there as its escape, which means the same in Python.
    _print(spoken((generate(part_of(program, chosen) if names else program).rstrip("\n"),)))


@rules.command()
@config_options
@click.option(
    "--rules",
    "names",
    multiple=True,
    metavar="PATH",
    shell_complete=files,
    help="A rule set: a file, a folder, or the name of a shipped one; or an input mapping. May be repeated.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the summary.")
@rules_fail_on
def lint(names: tuple[str, ...], lang: str, fail_on: "FailOn") -> "ExitCode":
    """Say what is wrong with rule sets and the input mappings in their folder `inputs`.

    Exit codes: 0 nothing, or warnings only, 1 warnings with --fail-on warning, 2 errors.
    """
    from orderproof.exit_code import code_of_lint, gravest
    from orderproof.rulebook.lint import lint_named
    from orderproof.rulebook.outcome_text import render_lint

    codes: list[ExitCode] = []
    for name in names or (None,):
        linted = lint_named(name)
        _print(render_lint(linted, lang))
        codes.append(code_of_lint(linted.diagnostics, fail_on))
    return gravest(codes)


@rules.command()
@rules_options
@click.option("--engine", type=click.Choice(ENGINES), default="both", help="Who judges; both must agree.")
@click.option(
    "--only",
    multiple=True,
    metavar="RULE",
    shell_complete=checks,
    help="Only these checks: ids or patterns such as price.*, commas between.",
)
@rules_fail_on
def test(
    rules: str | None,
    parameters: dict[str, str],
    lang: str,
    engine: Any,
    only: tuple[str, ...],
    fail_on: "FailOn",
) -> "ExitCode":
    """Run the cases of a rule set.

    Exit codes: 0 all as expected, 1 a case failed (with --fail-on warning also: a case is doubtful, or a check lacks
    one), 2 the rule set is wrong, 3 no case, or an engine that was asked for could not run.
    """
    from orderproof.exit_code import code_of_cases
    from orderproof.rulebook.account_cases import run_account_cases
    from orderproof.rulebook.case_table import of_checks, tabulate
    from orderproof.rulebook.cases import run_cases
    from orderproof.rulebook.outcome_text import render_cases, render_warnings
    from orderproof.ruleset.lint import without_errors
    from orderproof.ruleset.lint_cases import case_warnings
    from orderproof.ruleset.load import ACCOUNTS
    from orderproof.ruleset.open import compile_opened, open_rule_set

    opened = without_errors(open_rule_set(rules, parameters))
    program = compile_opened(opened, only)
    chosen = of_checks(opened, program)
    tested = run_cases(chosen, engine)
    table = tabulate(opened.rule_set, program, tested)
    words = opened.rule_set.accounts
    accounts = None if words is None or only else run_account_cases(words, (opened.path / ACCOUNTS).as_posix())
    warnings = case_warnings(chosen)
    _tell(render_warnings(warnings))
    _print(render_cases(table, accounts, engine, tested.unavailable, lang))
    return code_of_cases(
        failed=len(table.wrong) + (0 if accounts is None else len(accounts.failed)),
        total=table.total,
        unavailable=tested.unavailable is not None,
        doubtful=len(warnings) + table.lacking,
        fail_on=fail_on,
    )


def _print(text: str) -> None:
    from orderproof.report.write import write_standard

    write_standard(sys.stdout, text)


def _tell(text: str) -> None:
    from orderproof.report.write import write_standard

    # Where nobody can hear it, the exit code still says it.
    with suppress(OrderproofError):
        write_standard(sys.stderr, text)
