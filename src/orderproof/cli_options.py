"""Options that several commands take, and what their texts mean."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

ENGINES = ("auto", "both", "rete", "reference", "compiled", "all")
LANGUAGES = ("en", "zh")


def _instant(_: click.Context, __: click.Parameter, text: str | None) -> datetime:
    """An instant of the command line, now if it is left out."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    from orderproof.facts.literal import CONVERTERS, Wrong
    from orderproof.schema import Kind, Leaf

    instant = CONVERTERS[Kind.TIMESTAMP](text, Leaf(Kind.TIMESTAMP), None)
    if isinstance(instant, Wrong):
        raise click.BadParameter(f"{instant.message}; write it with its zone, such as 2026-03-01T08:30:00+08:00")
    assert isinstance(instant, datetime)
    return instant


def _zone(_: click.Context, __: click.Parameter, name: str | None) -> ZoneInfo | None:
    """A time zone of the command line."""
    if name is None:
        return None
    from orderproof.ruleset.zones import help_with_zone, zone_of

    zone = zone_of(name)
    if zone is None:
        raise click.BadParameter(f"there is no time zone {name!r}; {help_with_zone(name)}")
    return zone


def _assignments(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters as they are given: name=value."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{pair!r} is not of the form name=value")
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice")
        found[name] = value
    return found


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that reads a rule set takes."""
    for option in (
        click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of titles and messages."),
        click.option(
            "--parameter",
            "parameters",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_assignments,
            help="Set a parameter of the rule set; of a table one entry, NAME.KEY=VALUE. May be repeated.",
        ),
        click.option("--rules", metavar="PATH", help="A rule set: a file, a folder, or the name of a shipped one."),
    ):
        command = option(command)
    return command


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that judges documents takes."""
    for option in (
        click.option(
            "--timezone",
            "zone",
            metavar="ZONE",
            callback=_zone,
            help="Zone of instants in documents that carry none; without it they are errors.",
        ),
        click.option(
            "--as-of", metavar="INSTANT", callback=_instant, help="The instant of the run, RFC 3339 (default: now)."
        ),
    ):
        command = option(command)
    return command


def rules_fail_on(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command that judges a rule set takes."""
    return click.option(
        "--fail-on",
        type=click.Choice(("error", "warning")),
        default="error",
        help="With warning, warnings and lacking cases make the exit code 1.",
    )(command)
