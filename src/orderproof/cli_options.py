"""Options that several commands take, and what their texts mean."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from orderproof.cli_choices import LANGUAGES
from orderproof.cli_completion import files
from orderproof.diagnostic import OrderproofError


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


def _assignments(context: click.Context, _: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters as they are given, name=value, and before them those of the configuration."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{pair!r} is not of the form name=value")
        if name in found:
            raise click.BadParameter(f"{name!r} is given twice")
        found[name] = value
    from orderproof.cli_config import configured_parameters  # late: see below

    return {**configured_parameters(context), **found}


class _ConfigOption(click.Option):
    """The option by which other options get what a configuration says; it is seen to before them."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        # Late: `orderproof --version` answers before what a command needs is loaded.
        from orderproof.cli_config import configure

        # While a shell completes a word, what is wrong is not told.
        with suppress(*((OrderproofError, click.UsageError) if ctx.resilient_parsing else ())):
            configure(ctx, opts)
        return super().handle_parse_result(ctx, opts, args)


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every command takes that a configuration may tell of its options."""
    for option in (
        click.option("--no-config", is_flag=True, expose_value=False, help="Look for no configuration."),
        click.option(
            "--config",
            cls=_ConfigOption,
            is_eager=True,
            expose_value=False,
            metavar="FILE",
            shell_complete=files,
            help="The configuration (default: orderproof.toml, or [tool.orderproof] in pyproject.toml, from the working"
            " directory upwards).",
        ),
    ):
        command = option(command)
    return command


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
        click.option(
            "--rules",
            metavar="PATH",
            shell_complete=files,
            help="A rule set: a file, a folder, or the name of a shipped one.",
        ),
    ):
        command = option(command)
    return config_options(command)


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
