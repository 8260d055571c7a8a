"""The generated function: every derived fact settled in turn, then every check judged, for the record of one document."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from orderproof.engine.generate.attributes import attributes_of
from orderproof.engine.generate.conditions import WIDTH
from orderproof.engine.generate.lines import Block, Line, branches, rendered
from orderproof.engine.generate.logic import ExpressionWriter
from orderproof.engine.generate.names import Constants, Names, comment
from orderproof.engine.generate.part import asked_of
from orderproof.engine.generate.reads import reads_of
from orderproof.engine.generate.scope import NOTHING, FactNames, RecordInScope, Scope
from orderproof.language import typed as t
from orderproof.ruleset.program import Check, DerivedFact, EntryOfFact, Program

HELPERS = frozenset({"calendar_day", "duration", "exact_sum", "given", "rounded", "sum_of_durations", "whole_match"})
GIVEN = frozenset(
    {"AS_OF", "DOES_NOT_HOLD", "EPOCH", "EPOCH_IN", "HALF_UP", "MINOR_UNITS", "NO_LIST", "UNKNOWN_FACT", "UTC", "ZONE"}
    | {"PASS", "VIOLATION", "UNDETERMINED", "NOT_APPLICABLE"}
)
"""Constants that generated code finds defined."""
_OWN = frozenset({"judge", "members", "verdict", "zone", "date", "datetime", "timedelta"})


def generate(program: Program, *, conclusions: bool = False) -> str:
    """The text of a Python module with the function ``judge``, the same for the same Program.

    It takes the record of a document's root and gives the verdict of each check, a number for a check of the root, else
    a tuple of them. With ``conclusions`` comes for each derived fact in the same form which entry concluded it; without
    come the members of checks across documents: the check's number, the subject's, its key (None where that is
    unknown), and the parts that it brings.
    """
    constants = Constants(GIVEN)
    writer = _FunctionWriter(program, constants, conclusions=conclusions)
    writer.write()
    checks, facts = len(program.checks), len(program.facts)
    lines: list[Line] = [
        f'"""{_plain(program.id)} {_plain(program.version)}: checks {checks:,}, derived facts {facts:,}."""'
    ]
    defined = constants.lines()
    if defined:
        lines += ["", *defined]
    lines += ["", "", Block(f"def judge({writer.record.name}):", writer.scope.page.lines)]
    return "\n".join(rendered(lines)) + "\n"


def _plain(text: str) -> str:
    """A text inside the module's own words."""
    return comment(text)[2:].replace("\\", "/").replace('"', "'")


class _FunctionWriter:
    """Writes the body of the function."""

    def __init__(self, program: Program, constants: Constants, *, conclusions: bool) -> None:
        self.program = program
        self.conclusions = conclusions
        self.root = program.plan.entity
        names = Names(HELPERS | _OWN)
        self.attributes = attributes_of(program)
        self.scope = Scope(names, constants, self.attributes)
        self.expressions = ExpressionWriter(self.scope)
        record = RecordInScope(names.local(self.root, f"the_{self.root}"), self.root, root=True)
        self.scope.frame = [record]
        self.record = record
        self.read_facts: tuple[t.FactHolds | t.FactValue, ...] = ()
        self.results = {check.number: names.local(check.id) for check in program.checks}
        self.entries = {
            fact.number: names.local(f"{fact.name}_entry") if conclusions else None for fact in program.facts
        }

    def write(self) -> None:
        page = self.scope.page
        second = "of each derived fact the entry that concluded it" if self.conclusions else "the members of groups"
        page.write(f'"""The verdict of each check on a document, or those on its subjects; {second}."""')
        read = reads_of(0, self._expressions())
        self.read_facts = tuple(node for node in read if isinstance(node, t.FactHolds | t.FactValue))
        self.scope.read(self.record, tuple(node for node in read if not isinstance(node, t.FactHolds | t.FactValue)))
        if self._grouped():
            page.write("members = []")
        for fact in self.program.facts:
            page.write("", comment(f"{fact.name}, of each {fact.entity}"))
            self._fact(fact)
        for entity in dict.fromkeys(check.entity for check in self.program.checks):
            self._checks(entity, [check for check in self.program.checks if check.entity == entity])
        page.write("", *self._returned())

    def _grouped(self) -> bool:
        return not self.conclusions and any(check.grouping is not None for check in self.program.checks)

    def _expressions(self) -> Iterator[t.Expression | None]:
        for fact in self.program.facts:
            for entry in fact.entries:
                yield from _parts(entry)
        for check in self.program.checks:
            yield from self._asked(check)

    def _asked(self, check: Check) -> tuple[t.Expression, ...]:
        """What a check asks of a subject alone."""
        return (check.when,) if self.conclusions and check.grouping is not None else asked_of(check)

    # Records

    @contextmanager
    def _each(self, entity: str, expressions: Iterable[t.Expression | None]) -> Iterator[RecordInScope]:
        """A loop over the records of an entity, what expressions read of them and of their ancestors in locals."""
        chain = [entity]
        while (parent := self.program.parents[chain[0]]) is not None:
            chain.insert(0, parent)
        with self._loop(chain, 1, tuple(expressions)) as record:
            yield record

    @contextmanager
    def _loop(
        self, chain: Sequence[str], variable: int, expressions: tuple[t.Expression | None, ...]
    ) -> Iterator[RecordInScope]:
        """The loop over the records of one entity of the chain, and those inside it."""
        entity = chain[variable]
        listed = self.scope.path(self.scope.record(variable - 1), self.attributes.paths[entity])
        with self.scope.names.scope():
            record = RecordInScope(self.scope.names.local(entity, f"each_{entity}"), entity, root=False)
            with self.scope.page.aside() as body, self.scope.inside(record):
                self.scope.read(record, reads_of(variable, expressions))
                if variable == len(chain) - 1:
                    yield record
                else:
                    with self._loop(chain, variable + 1, expressions) as found:
                        yield found
            self.scope.page.write(Block(f"for {record.name} in {listed}:", body))

    # Derived facts

    def _fact(self, fact: DerivedFact) -> None:
        local, entry = self.scope.names.local, self.entries[fact.number]
        if fact.entity == self.root:
            state = local(fact.name)
            values = tuple(local(f"{fact.name}_{value}", f"{fact.name}_value_{value}") for value in fact.value_names)
            names = FactNames(fact.entity, state, entry, values, sure=False)
            with self.scope.names.scope():
                sure = self._entries(fact, names)
            self._settled(fact, names, sure=sure)
            return
        kept = self.attributes.facts[fact.number]
        if entry is not None:
            self.scope.page.write(f"{entry} = []")
        with self._each(fact.entity, [each for each_entry in fact.entries for each in _parts(each_entry)]) as record:
            attributes = (kept.state, *kept.values)
            own = [local(f"{record.name}_{name}", f"{record.name}_{name}_here") for name in attributes]
            entry_here = None if entry is None else local(f"{record.name}_{entry}", f"{record.name}_{entry}_here")
            sure = self._entries(fact, FactNames(fact.entity, own[0], entry_here, tuple(own[1:]), sure=False))
            self.scope.page.write(
                *(f"{record.name}.{name} = {value}" for name, value in zip(attributes, own, strict=True))
            )
            if entry is not None:
                self.scope.page.write(f"{entry}.append({entry_here})")
        self._settled(fact, FactNames(fact.entity, kept.state, entry, kept.values, sure=False), sure=sure)

    def _settled(self, fact: DerivedFact, names: FactNames, *, sure: bool) -> None:
        """From here on the fact can be read."""
        self.scope.facts[fact.number] = FactNames(names.entity, names.state, names.entry, names.values, sure)
        if fact.entity == self.root:
            self.scope.read(self.record, tuple(node for node in self.read_facts if node.fact == fact.number))

    def _entries(self, fact: DerivedFact, names: FactNames) -> bool:
        """Try the entries in turn; whether the state is never unknown."""
        page = self.scope.page
        if names.values:
            page.write(f"{' = '.join(names.values)} = None")
        sure = True
        for number, entry in enumerate(fact.entries):
            with page.aside() as body:
                known = self._entry(entry, number, names)
            sure = sure and known
            begun = [] if known else [_state(names, "None", "UNKNOWN_FACT")]
            if number == 0:
                page.write(*begun, *body)
            else:
                page.write(Block(f"if {names.state} is False:", [*begun, *body]))
        return sure

    def _entry(self, entry: EntryOfFact, number: int, names: FactNames) -> bool:
        page = self.scope.page
        condition = self.expressions.truth(entry.when)
        with page.aside() as concluded, self.scope.assuming(condition.true):
            page.write(_state(names, "True", str(number)))
            for name, value in zip(names.values, entry.values, strict=True):
                found = NOTHING if value is None else self.expressions.value(value)
                if found != NOTHING:
                    page.write(f"{name} = {found.text}")
        page.write(*branches(condition, concluded, [_state(names, "False", "DOES_NOT_HOLD")]))
        return condition.sure

    # Checks

    def _checks(self, entity: str, checks: list[Check]) -> None:
        page = self.scope.page
        if entity == self.root:
            for check in checks:
                page.write("", comment(_title(check)))
                with self.scope.names.scope():
                    self._verdict(check, self.results[check.number], "0")
            return
        page.write("", comment(f"The checks of each {entity}"))
        page.write(*(f"{self.results[check.number]} = []" for check in checks))
        with self._each(entity, [each for check in checks for each in self._asked(check)]):
            for check in checks:
                page.write("", comment(_title(check)))
                with self.scope.names.scope():
                    self._verdict(check, "verdict", f"len({self.results[check.number]})")
                page.write(f"{self.results[check.number]}.append(verdict)")

    def _verdict(self, check: Check, name: str, ordinal: str) -> None:
        """Undetermined unless something else is proved."""
        page = self.scope.page
        page.write(f"{name} = UNDETERMINED")
        applies = self.expressions.truth(check.when)
        with page.aside() as applied, self.scope.assuming(applies.true):
            if check.grouping is not None:
                page.write(f"{name} = PASS")
                if not self.conclusions:
                    self._member(check, ordinal)
            else:
                required = self.expressions.truth(check.require)
                page.write(*branches(required, [f"{name} = PASS"], [f"{name} = VIOLATION"]))
        page.write(*branches(applies, applied, [f"{name} = NOT_APPLICABLE"]))

    def _member(self, check: Check, ordinal: str) -> None:
        """What a subject brings to its group; where its key is unknown, nothing but itself."""
        assert check.grouping is not None
        keys = [self.expressions.value(key) for key in check.grouping.keys]
        parts = [self.expressions.value(part) for part in check.grouping.parts]
        unknown = " or ".join(f"{operand.text} is None" for operand in keys if operand.unknown)
        key = f"{f'None if {unknown} else ' if unknown else ''}{_tuple(operand.text for operand in keys)}"
        brought = _tuple(operand.text for operand in parts)
        line = f"members.append(({check.number}, {ordinal}, {key}, {brought}))"
        if len(line) > WIDTH:
            inside = ",\n    ".join((str(check.number), ordinal, key, brought))
            line = f"members.append((\n    {inside},\n))"
        self.scope.page.write(line)

    # What comes out

    def _returned(self) -> list[Line]:
        checks = [(check.entity, self.results[check.number]) for check in self.program.checks]
        second = "members" if self._grouped() else "()"
        if self.conclusions:
            second = self._listed([(fact.entity, str(self.entries[fact.number])) for fact in self.program.facts])
        return [f"return {self._listed(checks)}, {second}"]

    def _listed(self, items: list[tuple[str, str]]) -> str:
        parts = [name if entity == self.root else f"tuple({name})" for entity, name in items]
        return "(" + "".join(f"\n    {part}," for part in parts) + ("\n)" if parts else ")")


def _state(names: FactNames, state: str, entry: str) -> str:
    if names.entry is None:
        return f"{names.state} = {state}"
    return f"{names.state}, {names.entry} = {state}, {entry}"


def _tuple(texts: Iterable[str]) -> str:
    listed = list(texts)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def _parts(entry: EntryOfFact) -> tuple[t.Expression | None, ...]:
    return (entry.when, *entry.values)


def _title(check: Check) -> str:
    title = check.titles.get("en") or next(iter(check.titles.values()), "")
    members = "; which subjects are members" if check.grouping is not None else ""
    return f"{check.id} ({check.clause}): {title}{members}"
