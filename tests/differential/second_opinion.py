"""Groups judged once more, another way: each group becomes one record whose children bring the parts as their fields."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from msgspec.structs import replace

from orderproof.check import Run
from orderproof.document import Document
from orderproof.engine.atoms import Closure, Settled, closure
from orderproof.engine.reference import settled
from orderproof.facts.record import Facts, Record, Subject
from orderproof.groups import MAX_UNSURE
from orderproof.language import typed as t
from orderproof.language.evaluate import Setting
from orderproof.language.relations import facts_known
from orderproof.language.text import ExpressionText, Written
from orderproof.language.typed import UNKNOWN
from orderproof.language.types import BOOLEAN, RecordType
from orderproof.ruleset.program import Check
from orderproof.source import Source
from orderproof.tree import Scalar

Said = Counter[tuple[str, str, str]]
"""By document, check and verdict: how often."""
_SPAN = Written(ExpressionText("", Source("", "")), 0, 0)
_MEMBERS = t.Children(0, 0, "member", ("members",), _SPAN)


@dataclass
class _Group:
    """Documents that a group touches (whether one surely holds a member), its certain members' parts and those of members that may be none."""

    documents: dict[str, bool] = field(default_factory=dict)
    sure: list[tuple[Any, ...]] = field(default_factory=list)
    unsure: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What must be said of groups; where ``lenient`` (document, check) a group may be undetermined as well."""

    said: Said
    lenient: frozenset[tuple[str, str]]


def of_groups(run: Run, read: Sequence[tuple[Document, Facts]]) -> Opinion:
    """What the checks across documents must say of each of these documents of one run."""
    said: Said = Counter()
    lenient: set[tuple[str, str]] = set()
    knowns = [_settled(run, facts) for _, facts in read]
    joining = list(_first_of_each_id(read))
    for check in run.program.checks:
        if check.grouping is None:
            continue
        gathering = _Gathering(run, check, said)
        for (document, facts), known, joins in zip(read, knowns, joining, strict=True):
            if not facts.subjects[check.entity]:
                said[document.path, check.id, "not_applicable"] += 1
            for subject in facts.subjects[check.entity]:
                gathering.add(document.path, facts, subject, known, joins=joins)
        for group in gathering.groups.values():
            verdict = _verdict(check, group, run.setting)
            for path, sure in group.documents.items():
                # A violation is none of a document that may hold no member at all.
                said[path, check.id, "undetermined" if verdict == "violation" and not sure else verdict] += 1
            if len(group.unsure) > MAX_UNSURE:
                lenient.update((path, check.id) for path in group.documents)
    return Opinion(said, frozenset(lenient))


class _Gathering:
    """Gathers the members of one check."""

    def __init__(self, run: Run, check: Check, said: Said) -> None:
        assert check.grouping is not None
        self.run = run
        self.check = check
        self.said = said
        self.applies = closure(check.when, run.setting)
        self.keys = [closure(key, run.setting) for key in check.grouping.keys]
        self.parts = [closure(part, run.setting) for part in check.grouping.parts]
        self.groups: dict[tuple[Any, ...], _Group] = {}

    def add(self, path: str, facts: Facts, subject: Subject, known: Settled, *, joins: bool) -> None:
        belongs = self.applies(subject, known)
        if belongs is False:
            self.said[path, self.check.id, "not_applicable"] += 1
            return
        if belongs is None:
            known = _supposing(self.run, self.check, facts, subject, known)
        key = tuple(each(subject, known) for each in self.keys)
        if None in key or not joins:
            self.said[path, self.check.id, "undetermined"] += 1
            return
        group = self.groups.setdefault(key, _Group())
        group.documents[path] = group.documents.get(path, False) or belongs is True
        (group.sure if belongs else group.unsure).append(tuple(part(subject, known) for part in self.parts))


def _supposing(run: Run, check: Check, facts: Facts, subject: Subject, known: Settled) -> Settled:
    """The settled facts where a subject of unknown membership is a member: then what its `when` asks of facts holds."""
    supposed = Settled(len(run.program.facts))
    supposed.holds = [list(row) for row in known.holds]
    supposed.values = [list(row) for row in known.values]
    asked = sorted({(fact, subject[variable].ordinal) for variable, fact in facts_known(check.when, True)})
    unsettled = [(fact, ordinal) for fact, ordinal in asked if known.holds[fact][ordinal] is None]
    for fact, ordinal in unsettled:
        supposed.holds[fact][ordinal] = True
    for fact, ordinal in unsettled:
        derived = run.program.facts[fact]
        owner = facts.subjects[derived.entity][ordinal]
        possible = [
            tuple(None if value is None else closure(value, run.setting)(owner, supposed) for value in entry.values)
            for entry in derived.entries
            if closure(entry.when, run.setting)(owner, supposed) is not False
        ]
        columns = zip(*possible, strict=True) if possible else ((None,) for _ in derived.value_names)
        supposed.values[fact][ordinal] = tuple(column[0] if len(set(column)) == 1 else None for column in columns)
    return supposed


def _verdict(check: Check, group: _Group, setting: Setting) -> str:
    """The verdict that comes out whichever of the members of unknown membership belong; of many, some ways are tried."""
    assert check.grouping is not None
    having = closure(_ordinary(check.grouping.having or t.Constant(True, BOOLEAN, _SPAN)), setting)
    require = closure(_ordinary(check.require), setting)
    verdicts: set[str] = set()
    most = len(group.unsure)
    for size in range(most + 1) if most <= MAX_UNSURE else (0, 1, most - 1, most):
        for some in combinations(group.unsure, size):
            verdicts.add(_of_members([*group.sure, *some], having, require))
            if len(verdicts) > 1:
                return "undetermined"
    return verdicts.pop()


def _of_members(members: Sequence[tuple[Any, ...]], having: Closure, require: Closure) -> str:
    if not members:
        return "not_applicable"
    rows = tuple(Record("member", number, parts, (), ()) for number, parts in enumerate(members))
    frame = (Record("group", 0, (), (rows,), ()),)
    nothing = Settled(0)
    applies, required = having(frame, nothing), require(frame, nothing)
    if applies is False:
        return "not_applicable"
    if applies is None or required is None:
        return "undetermined"
    return "pass" if required else "violation"


def _ordinary(node: Any) -> Any:
    """An expression over a group as one over a record with children."""
    if isinstance(node, t.QuantifyGroup):
        whole = t.Whole(1, RecordType("member"), _SPAN)
        element = whole if node.element is None else _part(node.element)
        chosen = None if node.filter is None else _part(node.filter)
        return t.Quantify(node.quantifier, _MEMBERS, element, chosen, node.distinct, node.type, _SPAN)
    if isinstance(node, tuple):
        return tuple(_ordinary(each) for each in node)
    if isinstance(node, t.Typed):
        names = [name for name in node.__struct_fields__ if name not in ("written", "type")]
        return replace(node, **{name: _ordinary(getattr(node, name)) for name in names})
    return node


def _part(number: int) -> t.Field:
    return t.Field(1, number, ("part",), BOOLEAN, _SPAN)


def _settled(run: Run, facts: Facts) -> Settled:
    """The concluded facts of a document as closures read them."""
    _, conclusions = settled(run.program, run.setting, facts)
    known = Settled(len(run.program.facts))
    for fact in run.program.facts:
        for subject in facts.subjects[fact.entity]:
            truth = conclusions.holds(fact.number, subject[-1])
            found = [conclusions.value(fact.number, at, subject[-1]) for at in range(len(fact.value_names))]
            known.holds[fact.number].append(None if truth is UNKNOWN else truth)
            known.values[fact.number].append(tuple(None if each is UNKNOWN else each for each in found))
    return known


def _first_of_each_id(read: Sequence[tuple[Document, Facts]]) -> Iterator[bool]:
    seen: set[str] = set()
    for document, _ in read:
        found = document.root.get("id")
        own = found.value if isinstance(found, Scalar) and isinstance(found.value, str) else ""
        yield own not in seen
        if own:
            seen.add(own)
