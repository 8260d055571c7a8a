"""From the entries of a mapping to steps: every target, source and conversion checked against the document type."""

from collections.abc import Sequence

from orderproof.diagnostic import Diagnostic
from orderproof.facts.literal import CONVERTERS, Wrong
from orderproof.mapping import conversions as c
from orderproof.mapping.conversions import Conversion, Convert
from orderproof.mapping.model import ROWS, Entry
from orderproof.mapping.paths import parse_path
from orderproof.mapping.sources import InObject, Path, Sources
from orderproof.mapping.steps import (
    CURRENCY,
    Records,
    Step,
    constant_step,
    currency_step,
    leaf_step,
    money_step,
    records_step,
    routed_money_step,
    rows_step,
    scalars_step,
    split_step,
)
from orderproof.mapping.targets import resolve
from orderproof.mapping.values import Setting, ValueCompiler
from orderproof.ruleset.model import Text
from orderproof.schema import Kind, Leaf, Object, RecordList, ScalarList
from orderproof.source import Span


class EntryCompiler:
    """Compiles the entries of one object of the document type: its root, or the records of a list."""

    def __init__(self, setting: Setting, owner: Object, prefix: Path, mapped: set[Path]) -> None:
        self.owner = owner
        self.prefix = prefix
        self.mapped = mapped
        self.values = ValueCompiler(setting, prefix)
        self.steps: list[Step] = []
        self.constants: list[Step] = []
        self.given_by: dict[str, tuple[str, ...]] = {}
        self.routed: dict[Path, list[tuple[Path, Sources]]] = {}
        self.routes: dict[Path, Convert] = {}

    def compile(self, entries: Sequence[Entry], span: Span) -> Records:
        """The steps of entries; ``span`` is where they stand as a whole."""
        for entry in entries:
            self.entry(entry)
        for route, fields in self.routed.items():
            self.steps.append(routed_money_step(fields, route, self.routes[route], self.values.setting.manner))
        for name in sorted(self.owner.required - set(self.given_by)):
            path = ".".join((*self.prefix, name))
            message = f"`{path}` is required, and nothing is mapped to it"
            help_ = f"add `{name}: …` with the source of its value, or a constant"
            self.values.fail("required", message, span, help_)
        required = tuple(
            (name, _any_of(self.given_by[name])) for name in sorted(self.owner.required & set(self.given_by))
        )
        return Records(tuple(self.steps), tuple(self.constants), required, self.values.scalars)

    def entry(self, entry: Entry) -> None:
        found = resolve(self.owner, entry.target)
        if isinstance(found, Diagnostic):
            self.values.setting.faults.append(found)
            return
        path, field = found
        if not isinstance(field, Object) and not self.claim(path, entry.target):
            return
        match field:
            case Leaf():
                self.leaf(entry, path, field)
            case ScalarList():
                self.scalar_list(entry, path, field)
            case RecordList():
                self.record_list(entry, path, field)
            case Object(members):
                message = f"`{entry.target.value}` is an object"
                example = f"{entry.target.value}.{next(iter(members), '…')}"
                self.values.fail("target", message, entry.target.span, f"map each of its fields, such as `{example}`")

    def claim(self, path: Path, text: Text) -> bool:
        """Take a target for this entry; false where another one has it."""
        if (*self.prefix, *path) in self.mapped:
            self.values.fail("twice", f"`{text.value}` is mapped twice", text.span, "keep one of the two")
            return False
        self.mapped.add((*self.prefix, *path))
        return True

    # Single values

    def leaf(self, entry: Entry, path: Path, leaf: Leaf) -> None:
        if len(path) == 1:
            self.given_by[path[0]] = tuple(source.value for source in entry.sources)
        if entry.constant is not None:
            self.constant(entry, path, leaf)
            return
        if not self.values.fits(entry, leaf, *(("several",) if len(entry.sources) > 1 else ())):
            return
        sources = self.values.sources(entry, path, leaf)
        if sources is None:
            return
        manner = self.values.setting.manner
        if entry.currency is not None:
            self.route(entry.currency, path, sources)
        elif not self.prefix and path == (CURRENCY,):
            self.steps.insert(0, currency_step(leaf_step(path, sources)))
        elif self.values.conversion(entry, leaf) is Conversion.MONEY:
            self.steps.append(money_step(path, sources, manner))
        else:
            self.steps.append(leaf_step(path, sources))

    def constant(self, entry: Entry, path: Path, leaf: Leaf) -> None:
        assert entry.constant is not None
        if not self.values.allow(entry, "constant"):
            return
        value = entry.constant.value
        found = CONVERTERS[leaf.kind](value, leaf, None)
        if isinstance(found, Wrong):
            self.values.fail("value", f"`{entry.target.value}`: {found.message}", entry.constant.span, found.help)
            return
        if not self.prefix and path == (CURRENCY,):
            self.steps.insert(0, currency_step(constant_step(path, value)))
        else:
            self.constants.append(constant_step(path, value))

    def route(self, route: Text, path: Path, sources: Sources) -> None:
        """Money that may be in another currency than the document's: which field takes that currency."""
        found = resolve(self.owner, route)
        if isinstance(found, Diagnostic):
            self.values.setting.faults.append(found)
            return
        target, field = found
        if not isinstance(field, Leaf) or field.kind is not Kind.TEXT:
            self.values.fail("target", f"`{route.value}` takes no currency", route.span, "name a field that holds text")
            return
        if target not in self.routed and not self.claim(target, route):
            return
        self.routed.setdefault(target, []).append((path, sources))
        self.routes[target] = c.text(field, from_number=False)

    # Lists

    def record_list(self, entry: Entry, path: Path, field: RecordList) -> None:
        if not self.values.allow(entry, "from", "fields") or not self.values.given(entry):
            return
        if entry.fields is None:
            help_ = "add `fields:` with what each of its records holds"
            self.values.fail("target", f"`{entry.target.value}` is a list of records", entry.target.span, help_)
            return
        prefix = (*self.prefix, *path)
        inner = EntryCompiler(self.values.setting, field.item, prefix, self.mapped)
        records = inner.compile(entry.fields, entry.target.span)
        if self.values.setting.columns is None:
            lists = self.lists(entry)
            if lists is not None:
                self.steps.append(records_step(path, lists, records))
        elif self.prefix:
            self.values.fail("target", f"`{entry.target.value}` is a list inside a list", entry.target.span, _NO_DEEPER)
        elif [source.value for source in entry.sources] != [ROWS]:
            message = "a list of records is made of the rows of a table"
            self.values.fail("path", message, entry.sources[0].span, f"write `from: {ROWS}`")
        else:
            self.steps.append(rows_step(path, records))

    def scalar_list(self, entry: Entry, path: Path, field: ScalarList) -> None:
        split = self.values.setting.columns is not None or entry.separator is not None
        if not self.values.fits(entry, field.element, *(("separator",) if split else ())):
            return
        if not split:
            convert = self.values.convert(entry, field.element)
            lists = self.lists(entry)
            if convert is not None and lists is not None:
                nothing = self.values.setting.absent | frozenset(entry.absent)
                name = ".".join((*self.prefix, *path))
                sources = Sources(name, field.element.kind, (InObject((), nothing),), convert)
                self.steps.append(scalars_step(path, lists, sources))
            return
        convert = self.values.convert(entry, field.element)
        whole = self.values.sources(entry, path, Leaf(Kind.TEXT))
        if convert is not None and whole is not None:
            plain = c.text(Leaf(Kind.TEXT), from_number=entry.from_number)
            sources = Sources(whole.name, Kind.TEXT, whole.origins, plain)
            self.steps.append(
                split_step(path, sources, None if entry.separator is None else entry.separator.value, convert)
            )

    def lists(self, entry: Entry) -> tuple[InObject, ...] | None:
        """The places at which a list of the source stands."""
        found: list[InObject] = []
        for source in entry.sources:
            steps = parse_path(source)
            if isinstance(steps, Diagnostic):
                self.values.setting.faults.append(steps)
                return None
            keys = tuple(step for step in steps if step is not None)
            if not keys or steps != (*keys, None):
                message = f"`{source.value}` is no list"
                self.values.fail("path", message, source.span, f"write `{source.value}[]` where it is one")
                return None
            found.append(InObject(keys, self.values.setting.absent | frozenset(entry.absent)))
        return tuple(found)


def _any_of(sources: Sequence[str]) -> str:
    """Sources as a message names them, the first of many."""
    named = " or ".join(f"`{source}`" for source in sources[:_MAX_NAMED])
    return f"{named} or {len(sources) - _MAX_NAMED} more" if len(sources) > _MAX_NAMED else named


_MAX_NAMED = 3
_NO_DEEPER = "a row of a table can hold no list of records; read this source as JSON"
