"""From a value of a partner's document to a value of the order: exact, of the target's type, or why it is neither.

A conversion is made once for its field. It gives the value as a document would hold it, None where the value says
nothing, or Wrong.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from orderproof.diagnostic import did_you_mean
from orderproof.facts.literal import CONVERTERS, Wrong, shape
from orderproof.mapping.days import DayOf, read_day
from orderproof.mapping.signs import signs_help
from orderproof.mapping.times import Times, read_instant
from orderproof.reading.table import SHORTENED, SHORTENED_HELP, is_shortened
from orderproof.schema import Kind, Leaf
from orderproof.tree import Plain

Converted: TypeAlias = "Plain | Wrong"
Convert: TypeAlias = Callable[[Plain], Converted]
AnyConvert: TypeAlias = "Callable[[Plain], Plain | Wrong | Unlisted]"
LOST_DIGITS = "table.lost-digits"


class Conversion(StrEnum):
    """The conversions by their names in mapping files."""

    TEXT = "text"
    DECIMAL = "decimal"
    INTEGER = "integer"
    MONEY = "money"
    CURRENCY = "currency"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"


GIVES: Mapping[Conversion, tuple[Kind, ...]] = {
    Conversion.TEXT: (Kind.TEXT,),
    Conversion.DECIMAL: (Kind.DECIMAL,),
    Conversion.INTEGER: (Kind.INTEGER, Kind.DECIMAL),
    Conversion.MONEY: (Kind.DECIMAL,),
    Conversion.CURRENCY: (Kind.TEXT,),
    Conversion.BOOLEAN: (Kind.BOOLEAN,),
    Conversion.INSTANT: (Kind.TIMESTAMP,),
    Conversion.DAY: (Kind.DATE,),
}
"""The kinds of targets that each conversion fits."""
USUAL: Mapping[Kind, Conversion] = {
    Kind.TEXT: Conversion.TEXT,
    Kind.DECIMAL: Conversion.DECIMAL,
    Kind.INTEGER: Conversion.INTEGER,
    Kind.BOOLEAN: Conversion.BOOLEAN,
    Kind.TIMESTAMP: Conversion.INSTANT,
    Kind.DATE: Conversion.DAY,
}
"""The conversion of a target for which a mapping names none."""


class MoneyShape(Struct, frozen=True):
    """The members of an object that is an amount of money."""

    amount: str = "amount"
    currency: str = "currency"


class Manner(Struct, frozen=True):
    """How a source writes values, whatever the field."""

    times: Times = Times()
    money: MoneyShape = MoneyShape()
    point: str = "."
    thousands: str | None = None
    absent: frozenset[str] = frozenset()
    """Texts that say nothing."""
    is_written: bool = True
    """Whether somebody wrote the mapping, and could declare more in it."""


class Choices(Struct, frozen=True):
    """The values of a source that a field knows, with what each means; others are kept, or an error."""

    values: Mapping[str, str | bool]
    ignore_case: bool
    keep: bool


def text(leaf: Leaf, *, from_number: bool) -> Convert:
    """A text as it stands; with ``from_number`` also the digits of a number."""
    check = CONVERTERS[Kind.TEXT]

    def convert(value: Plain) -> Converted:
        if from_number and isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = _digits(value)
        found = check(value, leaf, None)
        if not isinstance(found, Wrong):
            return value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            help_ = "write it as text: what is stored as a number loses leading zeros, and digits beyond the 15th"
            return Wrong(found.code, found.message, help_)
        return found

    return convert


def whole_text(convert: AnyConvert) -> AnyConvert:
    """What a conversion makes of a text of a table, but of none that a spreadsheet shortened: two such are alike whose
    numbers are not.
    """
    wrong = Wrong(LOST_DIGITS, SHORTENED, SHORTENED_HELP)
    return lambda value: wrong if isinstance(value, str) and is_shortened(value) else convert(value)


def _digits(value: int | Decimal) -> str:
    """A number as people write it; a whole one without a point."""
    return (
        str(int(value))
        if value == int(value)
        else format(value.normalize() if isinstance(value, Decimal) else value, "f")
    )


def decimal(leaf: Leaf, manner: Manner, *, whole: bool) -> Convert:
    """A number, exact; a text of digits with the source's own signs."""
    check = CONVERTERS[Kind.DECIMAL]
    plain = _plain_number(manner)

    def convert(value: Plain) -> Converted:
        given = value
        if plain is not None and isinstance(value, str):
            given = plain(value)
            if given is None:
                return _no_number(value, manner)
        found = check(given, leaf, None)
        if isinstance(found, Wrong):
            return _undeclared(value, found, manner) if given is value else _no_number(value, manner)
        if whole and isinstance(found, Decimal | int) and found != int(found):
            return Wrong(
                "document.number", f"expected a whole number, found {shape(value)}", "write digits without a point"
            )
        return given

    return convert


def _plain_number(manner: Manner) -> Callable[[str], str | None] | None:
    """What turns a text with declared signs into a plain number; None where there is nothing to turn."""
    point, thousands = manner.point, manner.thousands
    if point == "." and thousands is None:
        return None
    digits = "[0-9]+" if thousands is None else f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+"
    form = re.compile(rf"(-?)({digits})(?:{re.escape(point)}([0-9]+))?\Z")

    def plain(value: str) -> str | None:
        match = form.match(value)
        if match is None:
            return None
        sign, whole, fraction = match.groups()
        if thousands is not None:
            whole = whole.replace(thousands, "")
        return f"{sign}{whole}.{fraction}" if fraction else sign + whole

    return plain


def _undeclared(value: Plain, wrong: Wrong, manner: Manner) -> Wrong:
    """What is wrong with a value, with the signs that the mapping may have to declare for it."""
    help_ = signs_help(value) if isinstance(value, str) and manner.is_written else None
    return wrong if help_ is None else Wrong(wrong.code, wrong.message, help_)


def _no_number(value: Plain, manner: Manner) -> Wrong:
    thousands = "" if manner.thousands is None else f", with `{manner.thousands}` between thousands"
    help_ = f"this source writes digits with at most one `{manner.point}`{thousands}, as the mapping's `numbers` says"
    return Wrong("document.number", f"expected a number, found {shape(value)}", help_)


def money(leaf: Leaf, manner: Manner) -> Convert:
    """The amount of money, of an object with its currency or alone."""
    amount = decimal(leaf, manner, whole=False)
    members = manner.money

    def convert(value: Plain) -> Converted:
        if not isinstance(value, dict):
            return amount(value)
        inner = said_of(value, members.amount, manner.absent)
        if inner is not None:
            return amount(inner)
        others = [
            key
            for key, each in value.items()
            if key not in (members.amount, members.currency) and said_of(value, key, manner.absent) is not None
        ]
        if not others:
            return None
        message = f"expected an object with `{members.amount}`, found one with `{others[0]}`"
        return Wrong("document.type", message, did_you_mean(members.amount, others))

    return convert


def said_of(value: Plain, member: str, absent: frozenset[str]) -> Plain:
    """What an object says in one of its members; None where it says nothing, or the value is no object."""
    said = value.get(member) if isinstance(value, dict) else None
    return None if isinstance(said, str) and said in absent else said


def boolean(value: Plain) -> Converted:
    """True or false as such."""
    if isinstance(value, bool):
        return value
    help_ = "the mapping may list the texts that mean it under `values`"
    return Wrong("document.type", f"expected true or false, found {shape(value)}", help_)


def instant(manner: Manner) -> Convert:
    """An instant in one of the source's forms."""
    times = manner.times
    return lambda value: read_instant(value, times)


def day(manner: Manner, day_of: DayOf | None) -> Convert:
    """A day in one of the source's forms."""
    times = manner.times
    return lambda value: read_day(value, times, day_of)


class Unlisted(Struct, frozen=True):
    """A value that a field's choices do not list, and that is kept as it stands."""

    value: str


def choice(leaf: Leaf, choices: Choices) -> AnyConvert:
    """What a listed value means; one that is not listed is kept and told, or is wrong."""
    known = {_folded(key) if choices.ignore_case else key: meant for key, meant in choices.values.items()}

    def convert(value: Plain) -> "Plain | Wrong | Unlisted":
        if isinstance(value, bool) and leaf.kind is Kind.BOOLEAN:
            return value
        written = _written(value)
        if written is None:
            return Wrong("document.type", f"expected one of {_listed(choices)}, found {shape(value)}")
        meant = known.get(_folded(written) if choices.ignore_case else written)
        if meant is not None:
            return meant
        if not choices.keep:
            help_ = did_you_mean(written, choices.values) or "the mapping may list it under `values`"
            return Wrong("document.choice", f"expected one of {_listed(choices)}, found {shape(value)}", help_)
        found = CONVERTERS[leaf.kind](written, leaf, None)
        return found if isinstance(found, Wrong) else Unlisted(written)

    return convert


def _written(value: Plain) -> str | None:
    """A scalar as a mapping lists it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | Decimal():
            return _digits(value)
        case _:
            return None


def _folded(written: str) -> str:
    return written.casefold()


_MAX_LISTED = 20


def _listed(choices: Choices) -> str:
    shown = list(choices.values)
    more = f" and {len(shown) - _MAX_LISTED:,} more" if len(shown) > _MAX_LISTED else ""
    return ", ".join(shown[:_MAX_LISTED]) + more
