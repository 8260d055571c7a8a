"""The cases of a rule set, run: changes to a base document, and the verdict that a check must have."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import NoReturn
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from orderproof.check import EngineFaultError, Run, check_by
from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.document import Document
from orderproof.engine.panel import Choice, Panel
from orderproof.facts.record import RecordPlan
from orderproof.language.evaluate import Setting
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.report.model import CheckedDocument, Report
from orderproof.ruleset.compile import compile_rule_set
from orderproof.ruleset.model import Case, Cases, Text
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.parameters import bind_values
from orderproof.schema import Field, Object, RecordList
from orderproof.source import Source, Span
from orderproof.tree import Entry, Mapping, Node, Plain, Scalar, Sequence, plain

GRAVEST_FIRST = ("violation", "undetermined", "pass", "not_applicable")
"""A check of several subjects counts in a case by the gravest of their verdicts."""
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[0-9]+\])*)(?:\.|\Z)")


class Outcome(Struct, frozen=True):
    """A case that ran: what came out instead of what it expects, or None when it came out as expected."""

    case: Case
    failure: Diagnostic | None


class Tested(Struct, frozen=True):
    """The outcomes of all cases, and the engines' limits that showed (such as one that cannot be loaded)."""

    outcomes: tuple[Outcome, ...]
    unavailable: str | None


def run_cases(opened: OpenRuleSet, engine: Choice) -> Tested:
    """Run every case of a rule set; raises OrderproofError where the rule set or a base document is wrong."""
    work = _Cases(opened, engine)
    try:
        outcomes = [
            Outcome(case, work.failure(tests, case)) for tests, case in _cases(opened) if case.expect is not None
        ]
        return Tested(tuple(outcomes), work.unavailable)
    finally:
        work.close()


def _cases(opened: OpenRuleSet) -> Iterator[tuple[Cases, Case]]:
    for tests in opened.rule_set.tests:
        for case in tests.cases:
            yield tests, case


@dataclass
class _Cases:
    """Engines for each instant and set of parameters that cases ask for, and the base documents."""

    opened: OpenRuleSet
    engine: Choice
    ready: dict[tuple[str, str], tuple[Run, Panel]] = field(default_factory=dict)
    bases: dict[str, dict[str, Plain]] = field(default_factory=dict)
    unavailable: str | None = None

    def failure(self, tests: Cases, case: Case) -> Diagnostic | None:
        base = self.base(tests)
        documents = [
            _document(_changed(base, change), number) for number, change in enumerate((case.change, *case.others))
        ]
        run, panel = self.run(tests, case)
        try:
            report = check_by(panel, documents, run)
        except EngineFaultError as error:
            return _failed(case, f"the engines do not agree: {error.reason}")
        first = report.documents[0]
        if not first.outcomes:
            reasons = "; ".join(diagnostic.message for diagnostic in report.diagnostics)
            return _failed(case, f"the changed document cannot be read: {reasons}")
        return _compared(case, first, report)

    def base(self, tests: Cases) -> dict[str, Plain]:
        name = tests.base.as_posix()
        if name not in self.bases:
            self.bases[name] = _read_base(tests)
        return self.bases[name]

    def run(self, tests: Cases, case: Case) -> tuple[Run, Panel]:
        as_of = case.as_of or tests.as_of
        if as_of is None:
            hint = "add `as_of: …` to the case, or to all cases of the file"
            raise OrderproofError([Diagnostic("rules.case", "this case does not say as of when", case.span, help=hint)])
        key = (as_of.isoformat(), repr(sorted(case.parameters.items())))
        if key not in self.ready:
            self.ready[key] = self.started(as_of, case)
        return self.ready[key]

    def started(self, as_of: datetime, case: Case) -> tuple[Run, Panel]:
        opened = self.opened
        parameters = bind_values(opened.rule_set.parameters, opened.parameters, case.parameters)
        program = compile_rule_set(opened.rule_set, opened.schema, parameters)
        # A case may write what otherwise a source of facts supplies.
        program = replace(program, plan=_read_plan(program.plan))
        schema = replace(opened.schema, root=_read_object(opened.schema.root))
        setting = Setting(as_of.astimezone(UTC), ZoneInfo(program.timezone))
        panel = Panel(program, setting, self.engine)
        self.unavailable = self.unavailable or panel.unavailable
        return Run(program, schema, setting, None, self.engine, "en", details=True), panel

    def close(self) -> None:
        for _, panel in self.ready.values():
            panel.close()


def _compared(case: Case, document: CheckedDocument, report: Report) -> Diagnostic | None:
    refused = next((d.message for d in report.diagnostics if d.code == "engine.refused"), None)
    if refused is not None:
        return _failed(case, refused)
    verdicts = {
        outcome.verdict
        for outcome in document.outcomes
        if outcome.rule == case.check.value and case.subject in (None, outcome.subject.key)
    }
    if not verdicts:
        known = sorted({o.subject.key for o in document.outcomes if o.rule == case.check.value})
        return _failed(case, f"there is no subject `{case.subject}`; subjects: {', '.join(known)}")
    found = next(verdict for verdict in GRAVEST_FIRST if verdict in verdicts)
    if found == case.expect:
        return None
    why = next((f.message for f in document.findings if f.rule == case.check.value and f.verdict == found), None)
    return _failed(case, f"expected {case.expect}, found {found}" + (f": {why}" if why else ""))


def _failed(case: Case, message: str) -> Diagnostic:
    return Diagnostic("rules.case-failed", f"`{case.check.value}`: {message}", span=case.span)


# Documents of cases


def _read_base(tests: Cases) -> dict[str, Plain]:
    try:
        text = tests.base.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        message = f"the base document `{tests.base_text.value}` cannot be read"
        raise OrderproofError([Diagnostic("rules.base", message, span=tests.base_text.span)]) from None
    source = Source(tests.base.as_posix(), text)
    value = plain(parse_json(source) if tests.base.suffix.lower() == ".json" else parse_yaml_one(source))
    if not isinstance(value, dict):
        message = "a base document is one document: a mapping"
        raise OrderproofError([Diagnostic("rules.base", message, span=tests.base_text.span)])
    return value


def _changed(base: dict[str, Plain], changes: tuple[tuple[Text, Plain], ...]) -> dict[str, Plain]:
    """A copy of the base document with new values at some paths."""
    document = copy.deepcopy(base)
    for path, value in changes:
        _set(document, path, value)
    return document


def _set(document: dict[str, Plain], path: Text, value: Plain) -> None:
    steps: list[str | int] = []
    at = 0
    for match in _STEP.finditer(path.value):
        if match.start() != at:
            break
        at = match.end()
        steps.append(match.group(1))
        steps += (int(number) for number in re.findall(r"[0-9]+", match.group(2)))
    if at != len(path.value) or not steps or path.value.endswith("."):
        raise OrderproofError([Diagnostic("rules.case-path", f"`{path.value}` is not a path", span=path.span)])
    node: Plain = document
    for step, following in pairwise(steps):
        node = _below(node, step, [] if isinstance(following, int) else {}, path)
    _put(node, steps[-1], copy.deepcopy(value), path)


def _below(node: Plain, step: str | int, fresh: Plain, path: Text) -> Plain:
    """What stands at a step; it is made where there is nothing."""
    match node, step:
        case dict(), str():
            if node.get(step) is None:
                node[step] = fresh
            return node[step]
        case list(), int() if step <= len(node):
            if step == len(node):
                node.append(fresh)
            return node[step]
        case _:
            _nowhere(path)


def _put(node: Plain, step: str | int, value: Plain, path: Text) -> None:
    match node, step:
        case dict(), str() if value is None:
            node.pop(step, None)
        case dict(), str():
            node[step] = value
        case list(), int() if value is None and step < len(node):
            del node[step]
        case list(), int() if step < len(node):
            node[step] = value
        case list(), int() if step == len(node):
            node.append(value)
        case _:
            _nowhere(path)


def _nowhere(path: Text) -> NoReturn:
    message = f"`{path.value}` leads nowhere in the base document"
    hint = "a list is changed at its positions, or one past its end"
    raise OrderproofError([Diagnostic("rules.case-path", message, span=path.span, help=hint)])


def _document(value: dict[str, Plain], number: int) -> Document:
    source = Source("case", "")
    root = _tree(value, Span(source, 0, 1))
    assert isinstance(root, Mapping)
    return Document("case", number, root, "")


def _tree(value: Plain, span: Span) -> Node:
    match value:
        case dict():
            return Mapping(tuple(Entry(key, span, _tree(item, span)) for key, item in value.items()), span)
        case list():
            return Sequence(tuple(_tree(item, span) for item in value), span)
        case _:
            return Scalar(value, span)


# What a source supplies, read from a case


def _read_plan(plan: RecordPlan) -> RecordPlan:
    children = tuple(replace(child, plan=_read_plan(child.plan)) for child in plan.children)
    return replace(plan, children=children, supplied=False)


def _read_object(of: Object) -> Object:
    return replace(of, members={name: _read_field(member) for name, member in of.members.items()})


def _read_field(of: Field) -> Field:
    match of:
        case Object():
            return _read_object(of)
        case RecordList():
            return replace(of, item=_read_object(of.item), supplied=False)
        case _:
            return of
