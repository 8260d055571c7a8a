"""What is wrong with the cases of a rule set before they run, and what in them is surely not meant."""

import re
from collections.abc import Iterator

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, did_you_mean
from orderproof.facts.read import FactReader
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.model import Case, Cases, Text
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.parameters import bind_values
from orderproof.ruleset.program import Program
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema
from orderproof.source import Source
from orderproof.tree import Mapping, nearest, plain

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])?(?:\.[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])?)*\Z")
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]+)\])?")


def lint_cases(opened: OpenRuleSet, program: Program | None) -> Iterator[Diagnostic]:
    """Errors and warnings about cases and their base documents; without a Program the bases' values are not read."""
    bases = {tests.base.as_posix(): tests for tests in reversed(opened.rule_set.tests)}
    for tests in bases.values():
        yield from _base(tests, opened, program)
    known = [check.id.value for check in opened.rule_set.checks]
    for tests in opened.rule_set.tests:
        for case in tests.cases:
            if case.check.value not in known:
                hint = did_you_mean(case.check.value, known)
                message = f"no check is called `{case.check.value}`"
                yield Diagnostic("rules.unknown-check", message, span=case.check.span, help=hint)
            yield from _case(case, opened)


def case_warnings(opened: OpenRuleSet) -> tuple[Diagnostic, ...]:
    """What in the cases of a rule set is surely not meant, in the order of its files."""
    cases = (case for tests in opened.rule_set.tests for case in tests.cases)
    return tuple(each for case in cases for each in _case(case, opened) if each.severity is Severity.WARNING)


def checks_without_case(opened: OpenRuleSet) -> Iterator[Diagnostic]:
    """A warning for each check of which no case speaks, or one for all."""
    rule_set = opened.rule_set
    if not rule_set.tests:
        message = "the rule set has no cases, so nothing shows that its checks do what is meant"
        help_ = "add `tests:` with a base document and cases"
        yield Diagnostic("lint.no-case", message, rule_set.name.span, help=help_, severity=Severity.WARNING)
        return
    with_case = {case.check.value for tests in rule_set.tests for case in tests.cases}
    for check in rule_set.checks:
        if check.id.value not in with_case:
            message = f"`{check.id.value}` has no case"
            help_ = "add a case with `expect: violation`, and one that passes"
            yield Diagnostic("lint.no-case", message, check.id.span, help=help_, severity=Severity.WARNING)


def _case(case: Case, opened: OpenRuleSet) -> Iterator[Diagnostic]:
    try:
        bind_values(opened.rule_set.parameters, opened.parameters, case.parameters)
    except OrderproofError as error:
        for each in error.diagnostics:
            yield Diagnostic(each.code, each.message, span=case.span, help=each.help)
    for changes in (case.change, *case.others):
        for path, _ in changes:
            yield from _changed_path(path, opened.schema)


def _changed_path(path: Text, schema: Schema) -> Iterator[Diagnostic]:
    """A case may change what the schema does not know (documents keep it), but it is hardly meant."""
    if _PATH.match(path.value) is None:
        hint = "write names joined by `.`, and positions from 0 such as `payments[0].method`"
        yield Diagnostic("rules.case-path", f"`{path.value}` is not a path", span=path.span, help=hint)
        return
    at: Field | None = schema.root
    for match in _STEP.finditer(path.value):
        name, index = match.groups()
        members = at.members if isinstance(at, Object) else at.item.members if isinstance(at, RecordList) else {}
        field = members.get(name)
        if field is None:
            message = f"`{path.value}` names `{name}`, which the document type does not have"
            hint = did_you_mean(name, members) or (f"fields: {', '.join(members)}" if members else "it has no fields")
            yield Diagnostic("lint.unknown-path", message, path.span, help=hint, severity=Severity.WARNING)
            return
        more = match.end() < len(path.value)
        if isinstance(field, RecordList | ScalarList) is not (index is not None) and (more or index is not None):
            wrong = "is a list: write a position, such as `[0]`" if index is None else "is no list"
            yield Diagnostic("rules.case-path", f"`{name}` of `{path.value}` {wrong}", span=path.span)
            return
        at = None if isinstance(field, Leaf | ScalarList) else field


def _base(tests: Cases, opened: OpenRuleSet, program: Program | None) -> Iterator[Diagnostic]:
    """What is wrong with a base document: it must be there, be readable, and fit the document type."""
    try:
        text = tests.base.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "it is not UTF-8"
        message = f"the base document `{tests.base_text.value}` cannot be read: {reason or 'it cannot be opened'}"
        hint = "name a file beside this one"
        yield Diagnostic("rules.base", message, span=tests.base_text.span, help=hint)
        return
    source = Source(tests.base.as_posix(), text)
    try:
        root = parse_json(source) if tests.base.suffix.lower() == ".json" else parse_yaml_one(source)
    except OrderproofError as error:
        yield from error.diagnostics
        return
    value = plain(root)
    if not isinstance(root, Mapping) or not isinstance(value, dict):
        yield Diagnostic("rules.base", "a base document is one document: a mapping", span=root.span)
        return
    if program is not None:
        facts = FactReader(opened.schema, program.plan, None).read(value)
        for problem in facts if isinstance(facts, tuple) else ():
            span = nearest(root, problem.pointer).span
            yield Diagnostic(problem.code, problem.message, span=span, help=problem.help)
