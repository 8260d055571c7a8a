"""The command that waives findings of a report: it adds entries to a file of waivers."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderproof.cli_options import config_options
from orderproof.cli_speak import complain, spoken
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, did_you_mean, display, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orderproof.earlier import EarlierFinding, EarlierReport
    from orderproof.exit_code import ExitCode
    from orderproof.waivers import Waiver

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.


def _day(_: click.Context, __: click.Parameter, text: str | None) -> date:
    """A day of the command line, today if it is left out."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise click.BadParameter(f"{text!r} is not a day; write year-month-day, such as 2026-12-31")
    return found


def _said(_: click.Context, __: click.Parameter, text: str) -> str:
    if not text.strip():
        raise click.BadParameter("say it: whoever reads the report must know it")
    return text


@click.command()
@config_options
@click.argument("report", metavar="REPORT.json")
@click.argument("fingerprints", nargs=-1, required=True, metavar="FINGERPRINT...")
@click.option("--reason", required=True, callback=_said, metavar="TEXT", help="Why they are accepted.")
@click.option("--owner", required=True, callback=_said, metavar="NAME", help="Who answers for it.")
@click.option("--expires", required=True, callback=_day, metavar="DAY", help="The last day on which it holds.")
@click.option("--granted", callback=_day, metavar="DAY", help="The first day on which it holds (default: today).")
@click.option(
    "--waivers", default="waivers.yaml", show_default=True, metavar="FILE", help="The file, made where there is none."
)
@click.option("--rules", metavar="PATH", help="The rule set of the report, which may say what cannot be waived.")
def waive(
    report: str,
    fingerprints: tuple[str, ...],
    reason: str,
    owner: str,
    expires: date,
    granted: date,
    waivers: str,
    rules: str | None,
) -> "ExitCode":
    """Accept findings of a report: write each into a file of waivers, at its end."""
    from orderproof.earlier import read_earlier
    from orderproof.exit_code import ExitCode
    from orderproof.report.write import write_standard
    from orderproof.waivers_append import Grant, append_waivers, waivers_of

    if expires < granted:
        raise click.BadParameter(f"{expires} lies before the first day, {granted}", param_hint="'--expires'")
    _, earlier = read_earlier(Path(report), "waive")
    findings = list(_named(earlier.findings, fingerprints, report))
    written = waivers_of(findings, Grant(reason, owner, granted, expires), Path(waivers))
    if rules is not None:
        _allowed(rules, earlier, report, written)
    file = append_waivers(Path(waivers), written)
    lines = [
        display(f"{waiver.place}: {waiver.rule}, {_what(waiver)}: waived until {waiver.expires}")
        for waiver in file.waivers
    ]
    write_standard(sys.stdout, spoken(lines))
    return ExitCode.CLEAN


def _what(waiver: "Waiver") -> str:
    document = waiver.document or waiver.path or ""
    return document if waiver.verdict == "violation" else f"{document}, {waiver.verdict}"


def _named(
    findings: "Sequence[EarlierFinding]", fingerprints: tuple[str, ...], report: str
) -> "Iterator[EarlierFinding]":
    """The findings of these fingerprints; raises OrderproofError for one that the report does not have."""
    known = {finding.fingerprint: finding for finding in findings}
    wrong = [
        Diagnostic(
            "waive.unknown-fingerprint",
            f"the report has no finding `{each}`",
            path=report,
            help=did_you_mean(each, known) or "copy `fingerprint` from a finding of the report",
        )
        for each in dict.fromkeys(fingerprints)
        if each not in known
    ]
    if wrong:
        raise OrderproofError(wrong)
    yield from (finding for finding in findings if finding.fingerprint in fingerprints)


def _allowed(rules: str, earlier: "EarlierReport", report: str, waivers: "Sequence[Waiver]") -> None:
    """Raise OrderproofError for a report of another rule set, and for a check that it does not have or that cannot be
    waived; of another state of the rules say so.
    """
    from orderproof.earlier import AGAIN
    from orderproof.ruleset.load import find_rule_set, load_rule_set
    from orderproof.ruleset.open import DEFAULT
    from orderproof.waivers_file import let_waive

    rule_set = load_rule_set(find_rule_set(rules, DEFAULT), cases=False)
    others = [each for each in earlier.rule_sets if each.sha256 != rule_set.sha256]
    if any(each.id != rule_set.name.value for each in others):
        message = f"this report is of `{others[0].id}`, the rule set is `{rule_set.name.value}`"
        raise OrderproofError(
            [Diagnostic("waive.rule-set", message, path=report, help="name the rule set of the report with --rules")]
        )
    let_waive(waivers, rule_set.checks)
    if others:
        message = f"this report is of another state of the rules (version {others[0].version})"
        said = Diagnostic("waive.rules-changed", message, path=report, help=AGAIN, severity=Severity.WARNING)
        complain(spoken((render(said),)))
