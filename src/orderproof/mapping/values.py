"""How the value of one field is read: its sources, its conversion, its choices, checked against the field's type."""

from collections.abc import Sequence

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, did_you_mean
from orderproof.facts.literal import CONVERTERS, Wrong
from orderproof.mapping import conversions as c
from orderproof.mapping.columns import Columns
from orderproof.mapping.conversions import AnyConvert, Choices, Conversion, Manner
from orderproof.mapping.days import WRITTEN, DayOf
from orderproof.mapping.model import Entry
from orderproof.mapping.paths import ITSELF, parse_path
from orderproof.mapping.sources import InColumn, InMoney, InObject, Origin, Path, Sources
from orderproof.ruleset.model import Text
from orderproof.ruleset.zones import help_with_zone, zone_of
from orderproof.schema import Kind, Leaf
from orderproof.source import Span

_GOES_WITH = {
    "constant": "with a single value, and alone",
    "as": "with a single value, without `values`",
    "values": "with text, or true and false",
    "ignore_case": "with `values`",
    "unknown": "with `values`",
    "from_number": "with text, without `values`",
    "several": "with more than one source",
    "absent": "with a value from the source",
    "currency": "with `as: money`",
    "day_in": "with a day",
    "separator": "with a list of values",
    "fields": "with a list of records",
}
_KINDS = {
    Kind.TEXT: "text",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.TIMESTAMP: "an instant",
    Kind.DATE: "a day",
}
_GIVES = {
    Conversion.TEXT: "text",
    Conversion.DECIMAL: "a number",
    Conversion.INTEGER: "a whole number",
    Conversion.MONEY: "a number",
    Conversion.CURRENCY: "text",
    Conversion.BOOLEAN: "true or false",
    Conversion.INSTANT: "an instant",
    Conversion.DAY: "a day",
}


class Setting(Struct, frozen=True):
    """What all entries of a mapping share."""

    manner: Manner
    absent: frozenset[str]
    columns: Columns | None
    """Those of a table; None where the source is a document."""
    faults: list[Diagnostic]


class ValueCompiler:
    """Compiles how values are read inside one object of the document type, at ``prefix``."""

    def __init__(self, setting: Setting, prefix: Path) -> None:
        self.setting = setting
        self.prefix = prefix
        self.scalars = False
        """Whether a value is read of an item of a list that is no object."""

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.setting.faults.append(Diagnostic(f"mapping.{code}", message, span=span, help=help))

    def allow(self, entry: Entry, *options: str) -> bool:
        """Whether nothing stands in an entry but what goes with it."""
        wrong = [option for option in entry.options if option not in (*options, "note")]
        for option in wrong:
            if option == "from":
                message, needs = "`from` and `constant` exclude each other", "keep one of the two"
                self.fail("option", message, entry.options[option], needs)
            else:
                message = f"`{option}` means nothing here: it goes {_GOES_WITH[option]}"
                self.fail("option", message, entry.options[option], "take it out")
        return not wrong

    def conversion(self, entry: Entry, leaf: Leaf) -> Conversion:
        return c.USUAL[leaf.kind] if entry.conversion is None else Conversion(entry.conversion.value)

    def fits(self, entry: Entry, leaf: Leaf, *more: str) -> bool:
        """Whether an entry says where its value comes from, in a way that fits the target."""
        conversion = self.conversion(entry, leaf)
        if leaf.kind not in c.GIVES[conversion] and entry.conversion is not None:
            message = f"`{conversion}` gives {_GIVES[conversion]}, and `{entry.target.value}` is {_KINDS[leaf.kind]}"
            usual = c.USUAL[leaf.kind]
            self.fail("conversion", message, entry.conversion.span, f"use `as: {usual}`, or leave it out")
            return False
        options = ["from", "absent", *more]
        if entry.values is not None and leaf.kind in (Kind.TEXT, Kind.BOOLEAN) and entry.conversion is None:
            options += ["values", "ignore_case", "unknown"]
        elif conversion is Conversion.TEXT:
            options += ["as", "from_number"]
        elif conversion is Conversion.DAY:
            options += ["as", "day_in"]
        elif conversion is Conversion.MONEY:
            options += ["as", "currency"]
        else:
            options += ["as"]
        if not self.allow(entry, *options):
            return False
        if not entry.sources:
            message = f"nothing says where `{entry.target.value}` comes from"
            self.fail("no-source", message, entry.target.span, "add `from: …`, or `constant: …`")
            return False
        return True

    def sources(self, entry: Entry, path: Path, leaf: Leaf) -> Sources | None:
        """The places that a value comes from, with its conversion; None with faults where that is wrong."""
        convert = self.convert(entry, leaf)
        origins = [self.origin(source, entry.absent) for source in entry.sources]
        found = tuple(self.placed(entry, origin, origins) for origin in origins if origin is not None)
        if convert is None or len(found) < len(origins):
            return None
        is_money = entry.conversion is not None and entry.conversion.value == Conversion.MONEY
        member = self.setting.manner.money.amount if is_money else None
        first = entry.several is not None and entry.several.value == "first"
        name = ".".join((*self.prefix, *path))
        return Sources(name, leaf.kind, found, convert, member=member, first=first)

    def placed(self, entry: Entry, origin: Origin, others: Sequence[Origin | None]) -> Origin:
        """A place among the others that a value may come from: where it is an object, they may read what is in it."""
        manner = self.setting.manner
        if entry.conversion is not None and entry.conversion.value == Conversion.CURRENCY:
            return InMoney(origin, manner.money.currency, manner.absent)
        if not isinstance(origin, InObject) or not origin.path:
            return origin
        length = len(origin.path)
        paths = (other.path for other in others if isinstance(other, InObject))
        inside = (path[length] for path in paths if len(path) > length and path[:length] == origin.path)
        return InObject(origin.path, origin.absent, frozenset(inside))

    def origin(self, source: Text, absent: tuple[str, ...]) -> Origin | None:
        nothing = self.setting.absent | frozenset(absent)
        columns = self.setting.columns
        if columns is not None:
            column = columns.column(source)
            if column is None:
                return None
            columns.read.add(column)
            if not self.prefix:
                columns.shared.add(column)
            return InColumn(column, nothing)
        steps = parse_path(source)
        if isinstance(steps, Diagnostic):
            self.setting.faults.append(steps)
            return None
        keys = tuple(step for step in steps if step is not None)
        if len(keys) < len(steps):
            help_ = (
                "`[]` stands only behind the list that a list is made of; what it holds is mapped among its `fields`"
            )
            self.fail("path", f"`{source.value}` is a list, and one value is needed", source.span, help_)
            return None
        if not keys:
            if not self.prefix:
                self.fail("path", f"`{ITSELF}` is the whole document, and no value", source.span)
                return None
            self.scalars = True
        return InObject(keys, nothing)

    def convert(self, entry: Entry, leaf: Leaf) -> "AnyConvert | None":
        convert = self.converted(entry, leaf)
        is_cell = self.setting.columns is not None and leaf.kind is Kind.TEXT
        return c.whole_text(convert) if is_cell and convert is not None else convert

    def converted(self, entry: Entry, leaf: Leaf) -> "AnyConvert | None":
        manner = self.setting.manner
        if entry.values is not None:
            choices = self.choices(entry, leaf)
            return None if choices is None else c.choice(leaf, choices)
        match self.conversion(entry, leaf):
            case Conversion.TEXT:
                return c.text(leaf, from_number=entry.from_number)
            case Conversion.DECIMAL:
                return c.decimal(leaf, manner, whole=False)
            case Conversion.INTEGER:
                return c.decimal(leaf, manner, whole=True)
            case Conversion.MONEY:
                return c.money(leaf, manner)
            case Conversion.CURRENCY:
                return c.text(leaf, from_number=False)
            case Conversion.BOOLEAN:
                return c.boolean
            case Conversion.INSTANT:
                return c.instant(manner)
            case Conversion.DAY:
                return c.day(manner, self.day_of(entry.day_in))

    def day_of(self, text: Text | None) -> DayOf | None:
        """Which day of an instant is meant."""
        if text is None:
            return None
        zone = zone_of(text.value)
        if zone is None and text.value != WRITTEN:
            help_ = help_with_zone(text.value) if "/" in text.value else f"write `{WRITTEN}`, or an IANA name"
            self.fail("timezone", f"there is no time zone `{text.value}`", text.span, help_)
        return DayOf(zone)

    def choices(self, entry: Entry, leaf: Leaf) -> Choices | None:
        """The values that a source uses, each with one that the target takes."""
        values: dict[str, str | bool] = {}
        seen: set[str] = set()
        right = True
        for key, meant in entry.values or ():
            folded = key.value.casefold() if entry.ignore_case else key.value
            if folded in seen:
                self.fail("value", f"`{key.value}` stands twice in `values`", key.span, "keep one of the two")
                right = False
            seen.add(folded)
            found = CONVERTERS[leaf.kind](meant.value, leaf, None)
            if isinstance(found, Wrong) or not isinstance(meant.value, str | bool):
                message = f"`{entry.target.value}` does not take this value"
                said = found if isinstance(found, Wrong) else Wrong("", "expected text")
                help_ = did_you_mean(str(meant.value), leaf.choices or ()) or said.message
                self.fail("value", message, meant.span, help_)
                right = False
            else:
                values[key.value] = meant.value
        is_open = leaf.kind is Kind.TEXT and leaf.choices is None and leaf.pattern is None
        keep = is_open if entry.unknown is None else entry.unknown.value == "keep"
        if keep and not is_open:
            taken = ", ".join(leaf.choices or ()) or (f"`{leaf.pattern}`" if leaf.pattern else _KINDS[leaf.kind])
            message = f"`{entry.target.value}` takes only {taken}, so a value that is not listed cannot be kept"
            span = entry.unknown.span if entry.unknown is not None else entry.target.span
            self.fail("unknown-keep", message, span, "leave `unknown` out: such a value is an error then")
            return None
        return Choices(values, entry.ignore_case, keep) if right else None

    def given(self, entry: Entry) -> bool:
        if not entry.sources:
            message = f"nothing says where `{entry.target.value}` comes from"
            self.fail("no-source", message, entry.target.span, "add `from: …`")
        return bool(entry.sources)
