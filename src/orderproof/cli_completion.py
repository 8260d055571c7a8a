"""Completion in shells: the scripts, and what the words of options may end in."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from orderproof.diagnostic import OrderproofError, display
from orderproof.report.formats import TABLE

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What completes is imported when a shell asks: `orderproof --version` answers before the rest is loaded.

SHELLS = ("bash", "zsh", "fish", "powershell")
VARIABLE = "_ORDERPROOF_COMPLETE"
"""Set where a shell asks for the ends of a word."""
_PROGRAM = "orderproof"
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = $commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    }
    $before = $env:%(complete_var)s, $env:COMP_WORDS, $env:COMP_CWORD
    try {
        $env:%(complete_var)s = 'powershell_complete'
        $env:COMP_WORDS = $words -join "`n"
        $env:COMP_CWORD = $wordToComplete
        $found = & %(prog_name)s 2>$null
    } finally {
        $env:%(complete_var)s, $env:COMP_WORDS, $env:COMP_CWORD = $before
    }
    foreach ($line in $found) {
        $type, $value, $help = $line -split "`t", 3
        if ($type -eq 'plain') {
            $tip = if ($help) { $help } else { $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $tip)
        } elseif ($type) {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
        }
    }
}
"""
"""The words before the one that is completed go out one on a line: they are split already, and keep their `\\\\`."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands, options, rules and files in a shell.

    bash: eval "$(orderproof completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc; fish: orderproof completion
    fish > ~/.config/fish/completions/orderproof.fish; PowerShell: orderproof completion powershell | Out-String |
    Invoke-Expression in $PROFILE.
    """
    from click.shell_completion import get_completion_class

    from orderproof.report.write import write_standard

    teach_powershell()
    made = get_completion_class(shell)
    assert made is not None
    completes = made(click.get_current_context().find_root().command, {}, _PROGRAM, VARIABLE)
    # Not its `source`: for bash that looks which one is here, and the script may be for another place.
    write_standard(sys.stdout, completes.source_template % completes.source_vars())


def teach_powershell() -> None:
    """Have click complete for PowerShell, in any version of click and with backslashes in words."""
    from click.shell_completion import ShellComplete, add_completion_class

    class PowerShell(ShellComplete):
        """What the script above asks, and reads."""

        name = "powershell"
        source_template = _POWERSHELL

        def get_completion_args(self) -> tuple[list[str], str]:
            return os.environ["COMP_WORDS"].split("\n")[1:], os.environ.get("COMP_CWORD", "")

        def format_completion(self, item: "CompletionItem[str]") -> str:
            return f"{item.type}\t{item.value}\t{item.help or ''}"

    add_completion_class(PowerShell)


# What words may end in


def files(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """Names of files, which the shell knows itself."""
    return list(_items((), file=incomplete))


def reports(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """A format before a colon, or a file."""
    formats = (f"{name}:" for name in TABLE)
    return list(_items((name for name in formats if name.startswith(incomplete)), file=incomplete))


def checks(context: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """Ids of the rule set's checks, several with commas between."""
    return list(_items(_checks(context, incomplete)))


def checks_or_files(context: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
    """Files, or an id behind them."""
    return list(_items(_checks(context, incomplete), file=incomplete))


def _checks(context: click.Context, incomplete: str) -> Iterator[str]:
    from orderproof.ruleset.open import open_rule_set

    before, comma, last = incomplete.rpartition(",")
    try:
        opened = open_rule_set(context.params.get("rules"), cases=False)
    except OrderproofError:
        # Whoever runs the command is told what is wrong with it.
        return
    for check in opened.rule_set.checks:
        if check.id.value.startswith(last):
            yield before + comma + check.id.value


def _items(texts: Iterable[str], file: str | None = None) -> "Iterator[CompletionItem[str]]":
    from click.shell_completion import CompletionItem

    if file is not None:
        # First, for bash forgets what came before it.
        yield CompletionItem(file, type="file")
    yield from (CompletionItem(display(text)) for text in texts)
