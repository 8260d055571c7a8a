"""The generated function: every derived fact settled in turn, then every check judged, for the records of one document."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from orderproof.engine.generate.lines import Block, Line, branches, rendered
from orderproof.engine.generate.logic import ExpressionWriter
from orderproof.engine.generate.names import Constants, Names, comment, literal
from orderproof.engine.generate.reads import reads_of
from orderproof.engine.generate.scope import NOTHING, FactNames, RecordInScope, Scope
from orderproof.facts.record import RecordPlan
from orderproof.language import typed as t
from orderproof.ruleset.program import Check, DerivedFact, EntryOfFact, Program, Verdict

HELPERS = frozenset({"calendar_day", "duration", "exact_sum", "rounded", "sum_of_durations", "whole_match"})
GIVEN = frozenset(
    {"AS_OF", "DOES_NOT_HOLD", "MINOR_UNITS", "UNKNOWN_FACT", "UTC", "ZONE", *(verdict.name for verdict in Verdict)}
)
"""Constants that generated code finds defined."""
_OWN = frozenset({"judge", "subjects", "verdict", "_", "date", "datetime", "timedelta"})


def generate(program: Program) -> str:
    """The text of a Python module with the function ``judge``, the same for the same Program."""
    constants = Constants(GIVEN)
    writer = _FunctionWriter(program, constants)
    writer.write()
    checks, facts = len(program.checks), len(program.facts)
    lines: list[Line] = [
        f'"""{_plain(program.id)} {_plain(program.version)}: checks {checks:,}, derived facts {facts:,}."""'
    ]
    defined = constants.lines()
    if defined:
        lines += ["", *defined]
    lines += ["", "", Block("def judge(subjects):", writer.scope.page.lines)]
    return "\n".join(rendered(lines)) + "\n"


def _plain(text: str) -> str:
    """A text inside the module's own words."""
    return comment(text)[2:].replace("\\", "/").replace('"', "'")


class _FunctionWriter:
    """Writes the body of the function."""

    def __init__(self, program: Program, constants: Constants) -> None:
        self.program = program
        self.root = program.plan.entity
        names = Names(HELPERS | _OWN)
        self.scope = Scope(names, constants, dict(_widths(program.plan)))
        self.expressions = ExpressionWriter(self.scope)
        record = RecordInScope(names.local(self.root, f"the_{self.root}"), self.root, root=True)
        self.scope.frame = [record]
        self.record = record
        self.read_facts: tuple[t.FactHolds | t.FactValue, ...] = ()
        self.results = {check.number: names.local(check.id) for check in program.checks}
        self.fact_names = {fact.number: self._named(fact) for fact in program.facts}

    def _named(self, fact: DerivedFact) -> FactNames:
        local = self.scope.names.local
        state, entry = local(fact.name), local(f"{fact.name}_entry")
        values = tuple(local(f"{fact.name}_{value}", f"{fact.name}_value_{value}") for value in fact.value_names)
        return FactNames(fact.entity, state, entry, values, sure=False)

    def write(self) -> None:
        page = self.scope.page
        page.write(
            '"""The verdicts of each check and the states of each derived fact, for the subjects of a document."""',
            f"[[{self.record.name}]] = subjects[{literal(self.root)}]",
        )
        read = reads_of(0, self._expressions())
        self.read_facts = tuple(node for node in read if isinstance(node, t.FactHolds | t.FactValue))
        self.scope.read(self.record, tuple(node for node in read if not isinstance(node, t.FactHolds | t.FactValue)))
        for fact in self.program.facts:
            page.write("", comment(f"{fact.name}, of each {fact.entity}"))
            self._fact(fact)
        for entity in dict.fromkeys(check.entity for check in self.program.checks):
            self._checks(entity, [check for check in self.program.checks if check.entity == entity])
        page.write("", *self._returned())

    def _expressions(self) -> Iterator[t.Expression | None]:
        for fact in self.program.facts:
            for entry in fact.entries:
                yield from _parts(entry)
        for check in self.program.checks:
            yield from _asked(check)

    # Records

    @contextmanager
    def _each(self, entity: str, expressions: Iterable[t.Expression | None]) -> Iterator[RecordInScope]:
        """A loop over the records of an entity, what expressions read of them and of their ancestors in locals."""
        chain = [entity]
        while (parent := self.program.parents[chain[0]]) is not None:
            chain.insert(0, parent)
        known = tuple(expressions)
        with self.scope.names.scope():
            records = [
                RecordInScope(self.scope.names.local(name, f"each_{name}"), name, root=False) for name in chain[1:]
            ]
            frame = ", ".join(("_", *(record.name for record in records)))
            with self.scope.page.aside() as body, self.scope.inside(*records):
                for variable, record in enumerate(records, 1):
                    self.scope.read(record, reads_of(variable, known))
                yield records[-1]
            self.scope.page.write(Block(f"for {frame} in subjects[{literal(entity)}]:", body))

    # Derived facts

    def _fact(self, fact: DerivedFact) -> None:
        names = self.fact_names[fact.number]
        if fact.entity == self.root:
            with self.scope.names.scope():
                sure = self._entries(fact, names)
        else:
            lists = (names.state, names.entry, *names.values)
            self.scope.page.write(*(f"{name} = []" for name in lists))
            expressions = [each for entry in fact.entries for each in _parts(entry)]
            with self._each(fact.entity, expressions) as record:
                local = self.scope.names.local
                own = [local(f"{record.name}_{name}", f"{record.name}_{name}_here") for name in lists]
                sure = self._entries(fact, FactNames(fact.entity, own[0], own[1], tuple(own[2:]), sure=False))
                self.scope.page.write(*(f"{name}.append({one})" for name, one in zip(lists, own, strict=True)))
        self._settled(fact, names, sure=sure)

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
            begun = [] if known else [f"{names.state}, {names.entry} = None, UNKNOWN_FACT"]
            if number == 0:
                page.write(*begun, *body)
            else:
                page.write(Block(f"if {names.state} is False:", [*begun, *body]))
        return sure

    def _entry(self, entry: EntryOfFact, number: int, names: FactNames) -> bool:
        page = self.scope.page
        condition = self.expressions.truth(entry.when)
        with page.aside() as concluded:
            page.write(f"{names.state}, {names.entry} = True, {number}")
            for name, value in zip(names.values, entry.values, strict=True):
                found = NOTHING if value is None else self.expressions.value(value)
                if found != NOTHING:
                    page.write(f"{name} = {found.text}")
        page.write(*branches(condition, concluded, [f"{names.state}, {names.entry} = False, DOES_NOT_HOLD"]))
        return condition.sure

    # Checks

    def _checks(self, entity: str, checks: list[Check]) -> None:
        page = self.scope.page
        if entity == self.root:
            for check in checks:
                page.write("", comment(_title(check)))
                with self.scope.names.scope():
                    self._verdict(check, self.results[check.number])
            return
        page.write("", comment(f"The checks of each {entity}"))
        page.write(*(f"{self.results[check.number]} = []" for check in checks))
        with self._each(entity, [each for check in checks for each in _asked(check)]):
            for check in checks:
                page.write("", comment(_title(check)))
                with self.scope.names.scope():
                    self._verdict(check, "verdict")
                page.write(f"{self.results[check.number]}.append(verdict)")

    def _verdict(self, check: Check, name: str) -> None:
        """Undetermined unless something else is proved."""
        page = self.scope.page
        page.write(f"{name} = UNDETERMINED")
        applies = self.expressions.truth(check.when)
        with page.aside() as applied:
            if check.grouping is not None:
                page.write(f"{name} = PASS")
            else:
                required = self.expressions.truth(check.require)
                page.write(*branches(required, [f"{name} = PASS"], [f"{name} = VIOLATION"]))
        page.write(*branches(applies, applied, [f"{name} = NOT_APPLICABLE"]))

    # What comes out

    def _returned(self) -> list[Line]:
        facts = [(fact.entity, self.fact_names[fact.number].entry) for fact in self.program.facts]
        checks = [(check.entity, self.results[check.number]) for check in self.program.checks]
        return [f"return {self._tuple(checks)}, {self._tuple(facts)}"]

    def _tuple(self, items: list[tuple[str, str]]) -> str:
        parts = [f"({name},)" if entity == self.root else f"tuple({name})" for entity, name in items]
        return "(" + "".join(f"\n    {part}," for part in parts) + ("\n)" if parts else ")")


def _parts(entry: EntryOfFact) -> tuple[t.Expression | None, ...]:
    return (entry.when, *entry.values)


def _asked(check: Check) -> tuple[t.Expression, ...]:
    """The conditions of a check that are asked of a subject alone."""
    return (check.when,) if check.grouping is not None else (check.when, check.require)


def _title(check: Check) -> str:
    title = check.titles.get("en") or next(iter(check.titles.values()), "")
    members = "; which subjects are members" if check.grouping is not None else ""
    return f"{check.id} ({check.clause}): {title}{members}"


def _widths(plan: RecordPlan) -> Iterator[tuple[str, int]]:
    yield plan.entity, len(plan.slots)
    for child in plan.children:
        yield from _widths(child.plan)
