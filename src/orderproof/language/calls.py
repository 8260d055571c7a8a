"""The table of functions: what each takes and gives, checked where it is called."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from msgspec.structs import replace

from orderproof.diagnostic import did_you_mean
from orderproof.language import resolve as meant
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.instead import METHODS
from orderproof.language.parser import QUANTIFIERS
from orderproof.language.quantifiers import count_list
from orderproof.language.relations import comparable, kind_of
from orderproof.language.scope import Scope
from orderproof.language.types import (
    BOOLEAN,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    TEXT,
    Kind,
    ListType,
    ScalarType,
    Value,
    with_article,
)

if TYPE_CHECKING:
    from orderproof.language.typecheck import Checker

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
MAX_PATTERN = 1024
MAX_ROUNDING = 12


def check_call(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    """The typed form of a function's call."""
    if node.function not in FUNCTIONS:
        if node.function in QUANTIFIERS:
            checker.fail(
                node,
                "expression.quantifier",
                f"`{node.function}` ranges over a list",
                f"write `{node.function}(… for x in list)`",
            )
        checker.text.fail(
            "expression.unknown-function",
            f"there is no function `{node.function}`",
            node.start,
            node.start + len(node.function),
            _help_to_call(checker, node),
        )
    count, check = FUNCTIONS[node.function]
    if len(node.arguments) != count:
        checker.fail(
            node,
            "expression.arguments",
            f"`{node.function}` takes {count} argument{'s' if count > 1 else ''}, found {len(node.arguments)}",
        )
    return check(checker, node, scope)


def _help_to_call(checker: "Checker", node: s.Apply) -> str:
    """What to write instead of a function that there is not; a path before its name is its first argument."""
    functions = f"functions: {', '.join(FUNCTIONS)}"
    of, _, name = node.function.rpartition(".")
    near = did_you_mean(node.function, (*FUNCTIONS, *QUANTIFIERS))
    if not of:
        return near or functions
    if of == "parameters" and isinstance(checker.vocabulary.parameters.get(name), Mapping):
        instead = f"`parameters.{name}[…]`"
    elif of == "parameters":
        instead = f"`parameters.{name}`, without brackets"
    elif name in FUNCTIONS and name != "date":
        instead = f"`{name}({of}{', …' if FUNCTIONS[name][0] > 1 else ''})`"
    elif name in METHODS:
        instead = METHODS[name].format(of=of)
    else:
        return f"fields have no functions of their own; {functions}"
    return f"write {instead}; {functions}"


def _argument(checker: "Checker", node: s.Apply, number: int, scope: Scope, *kinds: Kind) -> t.Expression:
    written = node.arguments[number]
    found = checker.scalar(written, scope)
    kind = found.type.kind if isinstance(found.type, ScalarType) else None
    if kind not in kinds:
        if isinstance(found, t.UnknownValue):
            return replace(found, type=ScalarType(kinds[0]))
        wanted = [kind for kind in kinds if kind is not Kind.INTEGER or Kind.DECIMAL not in kinds]
        expected = " or ".join(with_article(kind) for kind in wanted)
        _wrong_argument(checker, node, number, expected, with_article(found.type))
    return found


def _wrong_argument(checker: "Checker", node: s.Apply, number: int, expected: str, found: str) -> NoReturn:
    checker.fail(
        node.arguments[number],
        "expression.argument-type",
        f"`{node.function}` takes {expected} here, found {found}",
    )


def _call(checker: "Checker", node: s.Apply, arguments: tuple[t.Expression, ...], type_: ScalarType) -> t.Call:
    return t.Call(node.function, arguments, type_, checker.at(node))


def _default(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    found = checker.scalar(node.arguments[0], scope)
    if not isinstance(found, t.Field):
        checker.fail(
            node.arguments[0],
            "expression.default",
            "only a field of the document has a default",
            "what is computed is unknown for a reason: default the fields that it reads",
        )
    if found.default is not None:
        checker.fail(node.arguments[0], "expression.default", "this field has a default already", "write one `default`")
    constant = checker.scalar(node.arguments[1], scope)
    if not comparable(found.type, constant.type):
        checker.fail(
            node.arguments[1],
            "expression.unlike-types",
            f"the field is {with_article(found.type)}, its default {with_article(constant.type)}",
            "the default is of the field's type; numbers are written without quotes",
        )
    value = _constant(checker, node.arguments[1], constant)
    if found.type.choices is not None and isinstance(value, str) and value not in found.type.choices and value != "":
        checker.check_choice(node.arguments[1], value, found.type.choices)
    type_ = found.type
    if type_.choices is not None and isinstance(value, str) and value not in type_.choices:
        type_ = ScalarType(type_.kind, (*type_.choices, value))
    return replace(found, default=value, type=type_, written=checker.at(node))


def _constant(checker: "Checker", node: s.Syntax, found: t.Expression) -> Value:
    """The constant that ``default`` puts in the place of an absent value."""
    if isinstance(found, t.Negate) and isinstance(found.operand, t.Constant):
        value = found.operand.value
        assert isinstance(value, int | Decimal)
        # A minus sign before a Decimal would round it to 28 digits.
        return value.copy_negate() if isinstance(value, Decimal) else -value
    if not isinstance(found, t.Constant | t.Parameter):
        checker.fail(
            node,
            "expression.default",
            "the second part of `default` is a constant",
            "write a literal or a parameter",
        )
    return found.value


def _duration(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    return _call(checker, node, (_argument(checker, node, 0, scope, Kind.DECIMAL, Kind.INTEGER),), DURATION)


def _date(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    found = _argument(checker, node, 0, scope, Kind.TIMESTAMP, Kind.TEXT)
    if kind_of(found) is Kind.TIMESTAMP:
        if not checker.vocabulary.timezone:
            checker.fail(
                node,
                "expression.no-timezone",
                "the rule set does not say in which zone a calendar day begins",
                "add `timezone: …` to its parameters, such as `timezone: Asia/Shanghai`",
            )
        return _call(checker, node, (found,), DATE)
    if not isinstance(found, t.Constant | t.Parameter):
        checker.fail(
            node.arguments[0],
            "expression.argument-type",
            "`date` takes an instant, or a constant text",
            "give the field the type `date` in the schema",
        )
    assert isinstance(found.value, str)
    day = _day(found.value)
    if day is None:
        checker.fail(
            node.arguments[0],
            "expression.day",
            f"`{found.value}` is not a day of the calendar",
            "write year-month-day, such as `2026-03-01`",
        )
    return t.Constant(day, DATE, checker.at(node))


def _day(text: str) -> date | None:
    if _DAY.match(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text_to_text(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    return _call(checker, node, (_argument(checker, node, 0, scope, Kind.TEXT),), TEXT)


def _matches(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    import re2  # late: loading a native library costs start-up time

    text = _argument(checker, node, 0, scope, Kind.TEXT)
    written = node.arguments[1]
    pattern: t.Expression
    if isinstance(written, s.Text):
        pattern = t.Constant(written.value, TEXT, checker.at(written))
    else:
        pattern = _argument(checker, node, 1, scope, Kind.TEXT)
    if isinstance(pattern, t.Parameter):
        pattern = t.Constant(pattern.value, TEXT, pattern.written)
    if not isinstance(pattern, t.Constant) or not isinstance(pattern.value, str):
        checker.fail(node.arguments[1], "expression.pattern", "the pattern of `matches` is a constant text")
    if len(pattern.value) > MAX_PATTERN:
        checker.fail(
            node.arguments[1],
            "expression.pattern",
            f"this pattern has {len(pattern.value):,} characters; at most {MAX_PATTERN:,} are allowed",
        )
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern.value, options=options)
    except re2.error as error:
        reason = error.args[0]
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        checker.fail(
            node.arguments[1],
            "expression.pattern",
            f"this is not a pattern: {reason}",
            "see RE2's syntax; it has no look-around and no back references",
        )
    return _call(checker, node, (text, pattern), BOOLEAN)


def _length(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    found = checker.resolver.resolve(node.arguments[0], scope)
    if (isinstance(found, meant.PathMeant) and isinstance(found.type, ListType)) or (
        isinstance(found, meant.ParameterMeant) and isinstance(found.value, tuple)
    ):
        return count_list(checker, node, node.arguments[0], scope)
    return _call(checker, node, (_argument(checker, node, 0, scope, Kind.TEXT),), INTEGER)


def _abs(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    found = _argument(checker, node, 0, scope, Kind.DECIMAL, Kind.INTEGER)
    assert isinstance(found.type, ScalarType)
    return _call(checker, node, (found,), found.type)


def _round(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    digits = node.arguments[1]
    if not isinstance(digits, s.Number) or not isinstance(digits.value, int) or digits.value > MAX_ROUNDING:
        checker.fail(
            digits,
            "expression.rounding",
            f"the digits of `round` are a whole number from 0 to {MAX_ROUNDING}",
            "write it out, such as `round(x, 2)`",
        )
    number = checker.number(node.arguments[0], scope, dividing=True)
    constant = t.Constant(digits.value, INTEGER, checker.at(digits))
    return _call(checker, node, (number, constant), DECIMAL)


def _minor_unit(checker: "Checker", node: s.Apply, scope: Scope) -> t.Expression:
    return _call(checker, node, (_argument(checker, node, 0, scope, Kind.TEXT),), DECIMAL)


Check = Callable[["Checker", s.Apply, Scope], t.Expression]
FUNCTIONS: dict[str, tuple[int, Check]] = {
    "default": (2, _default),
    "days": (1, _duration),
    "hours": (1, _duration),
    "date": (1, _date),
    "lower": (1, _text_to_text),
    "compact": (1, _text_to_text),
    "matches": (2, _matches),
    "length": (1, _length),
    "abs": (1, _abs),
    "round": (2, _round),
    "minor_unit": (1, _minor_unit),
}
