"""What a configuration says: the options of a check where the command line does not say them. Strict, with places.

It names files and says how a run is made; nothing that it names is run.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from orderproof.config_file import ConfigFile, Number
from orderproof.data import rules_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean

Value: TypeAlias = str | bool | int | tuple[str, ...]
PARAMETERS = "parameters"
"""The one key that is a table: values of the rule set's parameters."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_FORMAT = re.compile(r"([A-Za-z]{2,}):(.*)\Z", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Form(StrEnum):
    """What the value of a key is."""

    TEXT = "a text"
    SWITCH = "true or false"
    NUMBER = "a whole number"
    TEXTS = "a list of texts"


class Names(StrEnum):
    """What a text names, if it names something in the file system."""

    NOTHING = "nothing"
    PATH = "path"
    RULES = "rules"
    MAPPING = "mapping"
    REPORT = "report"


class Key(Struct, frozen=True):
    """A key of a configuration; ``choices`` are all the texts it may have, where these are few, or the formats of reports."""

    form: Form = Form.TEXT
    choices: tuple[str, ...] = ()
    names: Names = Names.NOTHING


class Config(Struct, frozen=True):
    """A configuration as options would have it: paths from the working directory, parameters by their names or by
    ``name.key``, each as text.
    """

    file: ConfigFile
    values: Mapping[str, Value]
    parameters: Mapping[str, str]


class _WrongError(Exception):
    """What is wrong with one value."""

    def __init__(self, code: str, message: str, help: str | None = None, keys: tuple[str, ...] = ()) -> None:
        self.keys = keys
        self.code = code
        self.message = message
        self.help = help
        super().__init__(message)


def understand(file: ConfigFile, keys: Mapping[str, Key], refused: Mapping[str, str]) -> Config:
    """The configuration in a file; raises OrderproofError with all that is wrong in it.

    ``refused`` are options that a configuration does not set, each with the reason.
    """
    values: dict[str, Value] = {}
    parameters: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    for name, written in file.table.items():
        try:
            if name == PARAMETERS:
                parameters = dict(_parameters(written))
            else:
                values[name] = _value(file, name, written, keys, refused)
        except _WrongError as wrong:
            diagnostics.append(
                Diagnostic(f"config.{wrong.code}", wrong.message, file.place(name, *wrong.keys), help=wrong.help)
            )
    if diagnostics:
        raise OrderproofError(diagnostics)
    return Config(file, values, parameters)


def _value(file: ConfigFile, name: str, written: Any, keys: Mapping[str, Key], refused: Mapping[str, str]) -> Value:
    if name in refused:
        raise _WrongError("refused", f"a configuration does not say `{name}`: {refused[name]}")
    if name not in keys:
        known = (*keys, PARAMETERS)
        raise _WrongError("unknown-key", f"there is no key `{name}`", did_you_mean(name, known) or _all(known))
    key = keys[name]
    match key.form, written:
        case (Form.SWITCH, bool()):
            return bool(written)
        case (Form.NUMBER, int()) if not isinstance(written, bool):
            return written
        case (Form.TEXT, str()) if not isinstance(written, Number):
            return _text(file, name, written, key)
        case (Form.TEXTS, list()):
            if all(isinstance(each, str) and not isinstance(each, Number) for each in written):
                return tuple(_text(file, name, each, key) for each in written)
    kind = "one of other things" if key.form is Form.TEXTS and isinstance(written, list) else _kind(written)
    raise _WrongError("type", f"`{name}` is {key.form}, not {kind}")


def _text(file: ConfigFile, name: str, text: str, key: Key) -> str:
    if not text:
        raise _WrongError("value", f"`{name}` is empty", "leave the key out, or say what is meant")
    if _CONTROL.search(text) is not None:
        raise _WrongError("value", f"a control character stands in `{name}`")
    if key.choices and key.names is not Names.REPORT and text not in key.choices:
        raise _WrongError("value", f"`{name}` is not `{text}`", did_you_mean(text, key.choices) or _all(key.choices))
    match key.names:
        case Names.PATH:
            return _below(file, text)
        case Names.RULES:
            return _rules(file, text)
        case Names.MAPPING:
            return _mapping(file, text)
        case Names.REPORT:
            return _report(file, name, text, key.choices)
        case _:
            return text


def _below(file: ConfigFile, path: str) -> str:
    """A path that is relative to the configuration, from the working directory."""
    try:
        return os.path.relpath(os.path.join(file.folder, path)).replace(os.sep, "/")  # noqa: PTH118  # stays a text
    except (OSError, ValueError):
        # There is no way from one drive to another.
        return os.path.join(file.folder, path)  # noqa: PTH118


def _rules(file: ConfigFile, name: str) -> str:
    """A rule set beside the configuration, or a shipped one: what lies in the working directory is neither."""
    path = _below(file, name)
    if os.path.lexists(path):
        return path
    known = sorted(folder.name for folder in rules_folder().iterdir() if folder.is_dir())
    if name in known:
        return str(rules_folder() / name)
    help_ = did_you_mean(name, known) or f"shipped rule sets: {', '.join(known)}; paths begin at the configuration"
    raise _WrongError("value", f"there is no rule set `{name}`", help_)


def _mapping(file: ConfigFile, name: str) -> str:
    from orderproof.mapping.load import SUFFIXES  # late: it loads what reads mappings

    return _below(file, name) if Path(name).suffix.lower() in SUFFIXES else name


def _report(file: ConfigFile, key: str, written: str, formats: tuple[str, ...]) -> str:
    """A report lies in the folder of the configuration or below, so that none that came from elsewhere can write
    anything but there.
    """
    found = _FORMAT.match(written)
    format_, name = (found[1], found[2]) if found else ("", written)
    if format_ and format_ not in formats:
        raise _WrongError("value", f"there is no format `{format_}`", did_you_mean(format_, formats) or _all(formats))
    folder = os.path.realpath(file.folder or ".")
    real = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118  # an absolute one must be seen
    parts = Path(os.path.relpath(real, folder)).parts if real.startswith(folder.rstrip(os.sep) + os.sep) else ()
    if not name or not parts or any(part.startswith(".") for part in parts):
        help_ = "name a file there that is not hidden; --output writes anywhere"
        raise _WrongError("output", f"a report of `{key}` lies in the folder of the configuration or below", help_)
    if real == os.path.realpath(file.path):
        raise _WrongError("output", f"`{key}` would write a report over the configuration", "name another file")
    path = _below(file, name)
    return f"{format_}:{path}" if format_ else f"./{path}" if ":" in path else path


# Parameters


def _parameters(written: Any) -> Iterator[tuple[str, str]]:
    """The parameters as texts, one for each, of a table one for each of its keys."""
    if not isinstance(written, dict):
        raise _WrongError("type", f"`{PARAMETERS}` is a table, not {_kind(written)}")
    for name, value in written.items():
        if not _NAME.match(name):
            raise _WrongError("value", f"no parameter is called `{name}`", None, (name,))
        if not isinstance(value, dict):
            yield name, _parameter((name,), value)
            continue
        for key, held in value.items():
            if not key or "=" in key or isinstance(held, list | dict):
                raise _WrongError("value", f"`{name}` has an entry `{key}` that no parameter has", None, (name, key))
            yield f"{name}.{key}", _parameter((name, key), held)


def _parameter(keys: tuple[str, ...], value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_item(keys, each) for each in value)}]"
    message = f"the parameter `{'.'.join(keys)}` is not {_kind(value)}"
    raise _WrongError("type", message, "days and instants are written as texts", keys)


def _item(keys: tuple[str, ...], value: Any) -> str:
    if isinstance(value, list | dict):
        raise _WrongError("type", f"the parameter `{'.'.join(keys)}` holds {_kind(value)} in a list", None, keys)
    text = _parameter(keys, value)
    return json.dumps(text) if isinstance(value, str) and not isinstance(value, Number) else text


# Words


def _kind(value: Any) -> str:
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (Number, "a number with a point"),
        (str, "a text"),
        (int, "a number"),
        (list, "a list"),
        (dict, "a table"),
        ((date, datetime, time), "a day or a time"),
    )
    return next(words for type_, words in kinds if isinstance(value, type_))


def _all(known: tuple[str, ...]) -> str:
    return f"known: {', '.join(known)}"
