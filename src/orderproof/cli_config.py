"""How a configuration becomes the options of a command."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from msgspec import Struct

from orderproof.cli_choices import DELIMITERS, ENGINES, FORMATS, LANGUAGES
from orderproof.cli_speak import complain, spoken
from orderproof.config import Config, Form, Key, Names, Value, understand
from orderproof.config_file import ConfigFile, find_config, places_of_config, read_config
from orderproof.diagnostic import Diagnostic, OrderproofError, display
from orderproof.exit_code import FAIL_ON
from orderproof.reading.inputs import Found, Input
from orderproof.reading.pattern import is_pattern
from orderproof.report.formats import TABLE, TEXT_FORMATS

_SWITCH = Key(Form.SWITCH)
KEYS: Mapping[str, Key] = {
    "rules": Key(names=Names.RULES),
    "lang": Key(choices=LANGUAGES),
    "timezone": Key(),
    "recursive": _SWITCH,
    "input-format": Key(choices=FORMATS),
    "mapping": Key(names=Names.MAPPING),
    "delimiter": Key(choices=DELIMITERS),
    "encoding": Key(),
    "sheet": Key(),
    "attachments-root": Key(names=Names.PATH),
    "only": Key(Form.TEXTS),
    "skip": Key(Form.TEXTS),
    "fail-on": Key(choices=FAIL_ON),
    "format": Key(choices=TEXT_FORMATS),
    "output": Key(Form.TEXTS, tuple(TABLE), Names.REPORT),
    "every-document": _SWITCH,
    "details": _SWITCH,
    "max-findings": Key(Form.NUMBER),
    "waivers": Key(names=Names.PATH),
    "baseline": Key(names=Names.PATH),
    "engine": Key(choices=ENGINES),
    "jobs": Key(Form.NUMBER),
    "allow-empty": _SWITCH,
    "allow-not-judged": _SWITCH,
}
"""The keys of a configuration: options of `check`, by the same names. `parameters` is one more."""

_OF_A_RUN = "it belongs to one run; say it on the command line"
_OF_A_TERMINAL = "it belongs to whoever looks at the run; say it on the command line"
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("as-of", "changed-since", "files-from", "null", "attest", "paths"), _OF_A_RUN),
    **dict.fromkeys(("color", "quiet", "reveal", "verbose"), _OF_A_TERMINAL),
    **dict.fromkeys(("config", "no-config"), "it says which configuration is read"),
    "no-waivers": "leave the key `waivers` out",
    "parameter": "write a table `parameters`",
}
"""Options of `check` that no configuration sets, and why."""

_SHARED = ("rules", "lang", "timezone", "recursive", "input-format", "mapping", "delimiter", "encoding", "sheet")
SHARED = frozenset((*_SHARED, "attachments-root"))
"""The keys that count for every command with such an option: what is read, by which rules, in which language."""
_OF_ONE: Mapping[str, frozenset[str]] = {"check": frozenset(KEYS), "waive": frozenset(("waivers",))}
"""The keys that count for some commands beside these."""

_USED = "orderproof.config"
_PLACES = "orderproof.config-places"


def configure(context: click.Context, given: Mapping[str, Any]) -> None:
    """Take a configuration for what the command line leaves open; ``given`` is what it says, as it is written."""
    # What is not given may be a mark of click's own.
    config_name, given_paths = given.get("config"), given.get("paths")
    name = config_name if isinstance(config_name, str) else None
    paths = given_paths if isinstance(given_paths, list | tuple) else ()
    if given.get("no_config") is True:
        if name is not None:
            raise click.UsageError("--config and --no-config contradict each other")
        return
    file = find_config() if name is None else read_config(name)
    context.meta[_PLACES] = tuple(places_of_config(file)) if name is None else ()
    if file is None:
        return
    if name is None:
        _spare_documents(file, paths)
    config = understand(file, KEYS, REFUSED)
    context.default_map = dict(_defaults(context, config))
    context.meta[_USED] = Used(config, was_found=name is None)


class Used(Struct, frozen=True):
    """The configuration that a command uses, and whether it was found and not named."""

    config: Config
    was_found: bool

    def told(self, *, quiet: bool, verbose: bool) -> Iterator[str]:
        """That it is used, unless whoever asks knows it, and what it says."""
        file = self.config.file
        if verbose or (self.was_found and not quiet):
            yield f"configuration: {file.path}"
        if verbose:
            yield f"  sha256: {file.sha256}"
            for name, value in self.config.values.items():
                yield f"  {name}: {', '.join(value) if isinstance(value, tuple) else _written(value)}"
            for name, text in self.config.parameters.items():
                yield f"  parameter {name}: {text}"


def configured_parameters(context: click.Context) -> Mapping[str, str]:
    """The parameters that the configuration of a command sets."""
    used = context.meta.get(_USED)
    return used.config.parameters if isinstance(used, Used) else {}


def places_looked_at() -> tuple[str, ...]:
    """The files in which the command at work looked for a configuration; none where one was named, or none wanted."""
    places: tuple[str, ...] = click.get_current_context().meta.get(_PLACES, ())
    return places


def tell_config(*, quiet: bool, verbose: bool) -> Used | None:
    """The configuration that the command at work uses, which is told."""
    used = config_in_use()
    if used is not None:
        complain(spoken(map(display, used.told(quiet=quiet, verbose=verbose))))
    return used


def config_in_use() -> Used | None:
    """The configuration that the command at work uses."""
    used = click.get_current_context().meta.get(_USED)
    return used if isinstance(used, Used) else None


def apart_from(used: Used | None, inputs: Iterable[Found]) -> Iterator[Found]:
    """The inputs, none of which lies in the folder of a configuration that nobody named."""
    file = used.config.file if used is not None and used.was_found else None
    folder = None if file is None else os.path.realpath(file.folder or ".")
    for found in inputs:
        if (
            file is not None
            and isinstance(found, Input)
            and not found.is_standard
            and _real_folder(found.name) == folder
        ):
            raise _among_documents(file)
        yield found


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _defaults(context: click.Context, config: Config) -> Iterator[tuple[str, Value]]:
    """What the command's options are by default, each by the name of its parameter; raises OrderproofError."""
    options = {option: each for each in context.command.params for option in (*each.opts, *each.secondary_opts)}
    diagnostics: list[Diagnostic] = []
    for key, said in config.values.items():
        param = options.get(f"--{key}")
        if param is None or key not in SHARED | _OF_ONE.get(context.command.name or "", frozenset()):
            continue
        value = (said,) if isinstance(said, str) and param.multiple else said
        try:
            param.process_value(context, value)
        except click.BadParameter as wrong:
            message = f"`{key}` cannot be this: {wrong.message}"
            diagnostics.append(Diagnostic("config.value", message, config.file.place(key)))
        else:
            assert param.name is not None
            yield param.name, value
    if diagnostics:
        raise OrderproofError(diagnostics)


def spare_listed(used: Used | None, names: Iterable[str]) -> Iterator[str]:
    """Names of documents, among none of which a configuration lies that nobody named."""
    for name in names:
        if used is not None and used.was_found:
            _spare_documents(used.config.file, (name,))
        yield name


def _spare_documents(file: ConfigFile, paths: Iterable[str]) -> None:
    """A configuration that was found and lies among the documents may be a partner's, and is not believed."""
    folder = os.path.realpath(file.folder or ".")
    for path in paths:
        if is_pattern(path) and not os.path.lexists(path):
            path = path[: min(path.find(each) for each in "*?[" if each in path)]  # noqa: PLW2901
            path = os.path.dirname(path) or "."  # noqa: PLW2901, PTH120
        if os.path.isdir(path):  # noqa: PTH112
            real = os.path.realpath(path)
            if folder == real or folder.startswith(real.rstrip(os.sep) + os.sep):
                raise _among_documents(file)
        elif os.path.lexists(path) and _real_folder(path) == folder:
            raise _among_documents(file)


def _real_folder(path: str) -> str:
    return os.path.realpath(os.path.dirname(path) or ".")  # noqa: PTH120


def _among_documents(file: ConfigFile) -> OrderproofError:
    message = "this configuration lies among the documents, so it may be theirs and not yours"
    help_ = f"if it is yours, say `--config {file.path}`; else `--no-config`"
    return OrderproofError([Diagnostic("config.among-documents", message, path=file.path, help=help_)])
