"""A Program in the rules engine: what is asserted for a document, and what its firings say."""

from typing import Any, NamedTuple, Protocol, TypeAlias

from msgspec import Struct

from orderproof.engine.atoms import Closure, Settled, closure
from orderproof.engine.target import Kind, Target
from orderproof.facts.record import Subject
from orderproof.language.evaluate import Setting
from orderproof.ruleset.program import UNKNOWN_FACT, Literal, Program, Verdict

MAX_REMEMBERED = 4096
"""Texts that are kept of one kind's atoms: few combinations of them occur, though many could."""
_WORDS = {False: "false", True: "true"}
SEEN, RECEIPT = -1, -2
"""In place of a row: rules that conclude nothing."""


class Native(Protocol):
    """The engine's calls that are used; see durable_rules_engine."""

    def create_ruleset(self, name: str, rules: str) -> int: ...
    def assert_facts(self, handle: int, facts: str) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int) -> str | None: ...
    def delete_state(self, handle: int, session: str) -> None: ...


class Firing(NamedTuple):
    """What a rule's firing says: which atoms must be so (as bits), and the outcome for a row."""

    needed: int
    row: int
    outcome: int


Firings: TypeAlias = dict[str, Firing]
"""The rules of one kind, by their names as the text of a firing begins."""


Given: TypeAlias = tuple[Firings, int, int]
"""A fact that the engine was given: the rules of its kind, the atoms known of it (as bits), and its subject's ordinal."""


class LoadedKind:
    """The atoms of a kind: evaluated for a subject, as bits and as the text that the engine reads."""

    def __init__(self, kind: Kind, atoms: tuple[Closure, ...]) -> None:
        self.name = kind.name
        self.entity = kind.entity
        self.firings: Firings = {_begun(f"seen-{kind.name}"): Firing(0, SEEN, 0)}
        self._evaluate = tuple(atoms[atom] for atom in kind.atoms)
        self._atoms = kind.atoms
        self._properties = tuple(kind.property(atom) for atom in kind.atoms)
        self._told: dict[tuple[bool | None, ...], tuple[int, str]] = {}

    def told(self, subject: Subject, settled: Settled) -> tuple[int, str]:
        """The atoms of a subject: two bits each, and the text that the engine reads; one that is unknown has neither."""
        truths = tuple([evaluate(subject, settled) for evaluate in self._evaluate])
        return self._told.get(truths) or self._tell(truths)

    def _tell(self, truths: tuple[bool | None, ...]) -> tuple[int, str]:
        known, text = 0, ""
        for place, (name, truth) in enumerate(zip(self._properties, truths, strict=True)):
            if truth is not None:
                known |= _bits(place)[truth]
                text += f',"{name}":{_WORDS[truth]}'
        if len(self._told) >= MAX_REMEMBERED:
            self._told.clear()
        self._told[truths] = known, text
        return known, text

    def needed(self, literals: tuple[Literal, ...]) -> int:
        """The bits of a fact that fulfils all literals."""
        needed = 0
        for literal in literals:
            needed |= _bits(self._atoms.index(literal.atom))[literal.truth]
        return needed


def _bits(place: int) -> tuple[int, int]:
    """The bits of an atom that is false, and of one that is true."""
    return 1 << 2 * place, 2 << 2 * place


class Concluding(Struct, frozen=True):
    """A derived fact that a stratum settles: its row, and the values of each of its entries."""

    number: int
    row: int
    entity: str
    values: tuple[tuple[Closure | None, ...], ...]


class Stratum(Struct, frozen=True):
    """What one step asserts, and which derived facts are settled by its receipt."""

    receipt: str
    received: Firings
    kinds: tuple[LoadedKind, ...]
    facts: tuple[Concluding, ...]


class Loaded(Struct, frozen=True):
    """A Program in the engine: its rules behind a handle, what is asserted and what their firings say.

    A row holds the outcomes for all subjects of an entity, ``rows`` says whose and what is not proved: those of
    the checks come first, those of the derived facts behind them.
    """

    native: Native
    handle: int
    strata: tuple[Stratum, ...]
    rows: tuple[tuple[str, int], ...]
    checks: int


def load(native: Native, program: Program, target: Target, setting: Setting) -> Loaded:
    """Load a Program's rules; once a process, since the engine never gives their memory back."""
    atoms = tuple(closure(atom.expression, setting) for atom in program.atoms)
    kinds = {kind.name: LoadedKind(kind, atoms) for stratum in target.strata for kind in stratum}
    for rule, pattern in target.patterns.items():
        said, kind = target.conclusions[rule], kinds[pattern.kind]
        row = said.number if said.of_check else len(program.checks) + said.number
        kind.firings[_begun(rule)] = Firing(kind.needed(pattern.literals), row, int(said.outcome))
    return Loaded(
        native=native,
        handle=native.create_ruleset("orderproof", target.rules),
        strata=tuple(
            Stratum(
                receipt=f"receipt{number}",
                received={_begun(f"receipt-{number}"): Firing(0, RECEIPT, 0)},
                kinds=tuple(kinds[kind.name] for kind in stratum),
                facts=tuple(_concluding(program, number, setting)),
            )
            for number, stratum in enumerate(target.strata)
        ),
        rows=(
            *((check.entity, int(Verdict.UNDETERMINED)) for check in program.checks),
            *((fact.entity, UNKNOWN_FACT) for fact in program.facts),
        ),
        checks=len(program.checks),
    )


def _begun(rule: str) -> str:
    return f'{{"{rule}'


def _concluding(program: Program, stratum: int, setting: Setting) -> list[Concluding]:
    def made(values: tuple[Any, ...]) -> tuple[Closure | None, ...]:
        return tuple(None if value is None else closure(value, setting) for value in values)

    return [
        Concluding(
            fact.number, len(program.checks) + fact.number, fact.entity, tuple(made(e.values) for e in fact.entries)
        )
        for fact in program.facts
        if fact.stratum == stratum
    ]
