"""Parameters of a run: texts from outside, typed by the default in the rule file, or refused with the reason."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.language.scope import ParameterValue, element_type, scalar_type
from orderproof.language.types import Kind, ScalarType, Value
from orderproof.reading.json_tree import FORBIDDEN, parse_json
from orderproof.reading.number import decimal_or_reason
from orderproof.ruleset.model import Parameter
from orderproof.ruleset.zones import help_with_zone, zone_of
from orderproof.source import Source
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Node, Scalar, Sequence

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?\Z"
_KINDS = {Kind.BOOLEAN: "true or false", Kind.DECIMAL: "a number", Kind.TEXT: "text"}


class Wrong(Struct, frozen=True):
    """Why a value is refused, and what to do."""

    message: str
    help: str | None = None


def wrong_zone(value: ParameterValue) -> Wrong | None:
    """Why a value is no time zone, or None if it is one."""
    if not isinstance(value, str):
        return Wrong("`timezone` is the name of a time zone, as text", "write a name such as `Asia/Shanghai`")
    if zone_of(value) is None:
        return Wrong(f"there is no time zone `{value}`", help_with_zone(value))
    return None


def bind_texts(declared: tuple[Parameter, ...], texts: Mapping[str, str]) -> dict[str, ParameterValue]:
    """All parameters with their values: the defaults, and what these texts (by name, or ``table.key``) set instead.

    Raises OrderproofError with every text that is wrong.
    """
    known = {parameter.name.value: parameter for parameter in declared}
    bound: dict[str, ParameterValue] = {name: parameter.value for name, parameter in known.items()}
    diagnostics: list[Diagnostic] = []
    # A whole table comes before its single keys, so that `t={…}` and `t.x=1` together mean the same in any order.
    for written, text in sorted(texts.items(), key=lambda item: "." in item[0]):
        name, _, key = written.partition(".")
        try:
            parameter = _declared(known, written, name)
            bound[name] = _set(parameter, bound[name], written, key, text)
        except OrderproofError as error:
            diagnostics += error.diagnostics
    if diagnostics:
        raise OrderproofError(diagnostics)
    return bound


def bind_values(
    declared: tuple[Parameter, ...], bound: Mapping[str, ParameterValue], values: Mapping[str, ParameterValue]
) -> dict[str, ParameterValue]:
    """Bound parameters with some replaced by values from a rule file (a case); raises OrderproofError."""
    known = {parameter.name.value: parameter for parameter in declared}
    diagnostics: list[Diagnostic] = []
    for name, value in values.items():
        try:
            _check(_declared(known, name, name), name, value)
        except OrderproofError as error:
            diagnostics += error.diagnostics
    if diagnostics:
        raise OrderproofError(diagnostics)
    return {**bound, **values}


def _fail(code: str, written: str, wrong: Wrong) -> OrderproofError:
    return OrderproofError([Diagnostic(code, wrong.message, path=f"--parameter {written}", help=wrong.help)])


def _declared(known: Mapping[str, Parameter], written: str, name: str) -> Parameter:
    if name not in known:
        hint = did_you_mean(name, known) or f"parameters: {', '.join(known) or 'none'}"
        raise _fail("parameter.unknown", written, Wrong(f"the rule set has no parameter `{name}`", hint))
    return known[name]


def _set(parameter: Parameter, before: ParameterValue, written: str, key: str, text: str) -> ParameterValue:
    default = parameter.value
    value: ParameterValue
    if "." in written:
        if not isinstance(default, Mapping) or not isinstance(before, Mapping):
            wrong = Wrong(f"`{parameter.name.value}` is no table, so it has no `{key}`", "leave the `.` out")
            raise _fail("parameter.type", written, wrong)
        value = {**before, key: _scalar(written, text, element_type(default))}
    elif isinstance(default, Mapping):
        value = _table(written, text)
    elif isinstance(default, tuple):
        value = _list(written, text, element_type(default))
    else:
        value = _scalar(written, text, scalar_type(default))
    _check(parameter, written, value)
    return value


def _scalar(written: str, text: str, type_: ScalarType | None) -> Value:
    if FORBIDDEN.search(text) is not None:
        raise _fail("parameter.type", written, Wrong("the value holds a control character"))
    kind = None if type_ is None else type_.kind
    if kind is Kind.TEXT:
        return text
    if text in ("true", "false") and kind in (None, Kind.BOOLEAN):
        return text == "true"
    if re.match(_NUMBER, text) is not None and kind in (None, Kind.DECIMAL):
        number = decimal_or_reason(text)
        if isinstance(number, str):
            raise _fail("parameter.type", written, Wrong(f"this is {number}"))
        return number
    if kind is None:
        return text
    hint = "write plain digits with at most one point, such as `1000.50`" if kind is Kind.DECIMAL else None
    raise _fail("parameter.type", written, Wrong(f"`{text}` is not {_KINDS[kind]}", hint))


def _list(written: str, text: str, type_: ScalarType | None) -> ParameterValue:
    if text.lstrip().startswith("["):
        node = _json(written, text)
        items = node.items if isinstance(node, Sequence) else ()
        return tuple(_from_json(written, item) for item in items)
    parts = [part.strip() for part in text.split(",")]
    if "" in parts:
        hint = "write `a,b`, or a JSON list; `[]` is the empty list"
        raise _fail("parameter.type", written, Wrong("a value of the list is missing", hint))
    return tuple(_scalar(written, part, type_) for part in parts)


def _table(written: str, text: str) -> ParameterValue:
    node = _json(written, text) if text.lstrip().startswith("{") else None
    if not isinstance(node, MappingNode):
        hint = f'write a JSON object such as `{{"key": …}}`, or set one key: `{written}.key=…`'
        raise _fail("parameter.type", written, Wrong(f"`{written}` is a table", hint))
    return {entry.key: _from_json(written, entry.value) for entry in node.entries}


def _json(written: str, text: str) -> Node:
    return parse_json(Source(f"--parameter {written}", text))


def _from_json(written: str, node: Node) -> Value:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool | str):
        return value
    if value is None:
        wrong = Wrong("lists and tables hold texts, numbers, true and false", "leave out what is nested or null")
        raise _fail("parameter.type", written, wrong)
    number = decimal_or_reason(str(value))
    if isinstance(number, str):
        raise _fail("parameter.type", written, Wrong(f"this is {number}"))
    return number


def _check(parameter: Parameter, written: str, value: ParameterValue) -> None:
    """A value is of the form and type of the default."""
    default, name = parameter.value, parameter.name.value
    if _form(value) != _form(default):
        wrong = Wrong(f"`{name}` is {_form(default)}, not {_form(value)}")
        raise _fail("parameter.type", written, wrong)
    kinds = list(dict.fromkeys(scalar_type(each).kind for each in (*_held(default), *_held(value))))
    if len(kinds) > 1:
        wrong = Wrong(f"`{name}` holds {_KINDS[kinds[0]]}, not {_KINDS[kinds[1]]}")
        raise _fail("parameter.type", written, wrong)
    if name == "timezone" and (zone := wrong_zone(value)) is not None:
        raise _fail("parameter.timezone", written, zone)


def _form(value: ParameterValue) -> str:
    return "a table" if isinstance(value, Mapping) else "a list" if isinstance(value, tuple) else "one value"


def _held(value: ParameterValue) -> Iterator[Value]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value
