"""What an author of rules wants to know before they run: all errors, and what is surely not meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity, did_you_mean
from orderproof.facts.read import FactReader
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.parser import parse
from orderproof.language.template import Hole, split_message
from orderproof.language.text import ExpressionText
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.compile import compile_rule_set
from orderproof.ruleset.lower import children, facts_read
from orderproof.ruleset.model import Case, Cases, RuleSet, Text
from orderproof.ruleset.open import DEFAULT, OpenRuleSet, open_rule_set
from orderproof.ruleset.parameters import bind_values
from orderproof.ruleset.program import Check, DerivedFact, Placeholder, Program, Verdict
from orderproof.schema import Field, Leaf, Object, RecordList, ScalarList, Schema
from orderproof.source import Source, Span
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import nearest, plain

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])?(?:\.[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])?)*\Z")
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]+)\])?")


def lint(opened: OpenRuleSet) -> tuple[Diagnostic, ...]:
    """Errors and warnings about an opened rule set, in the order of its files; nothing is raised."""
    rule_set = opened.rule_set
    found: list[Diagnostic] = []
    program: Program | None = None
    try:
        program = compile_rule_set(rule_set, opened.schema, opened.parameters)
    except OrderproofError as error:
        found += error.diagnostics
    else:
        found += _unread_facts(program)
        for check in program.checks:
            found += _constant_conditions(check)
    found += _unread_parameters(rule_set)
    found += _languages(rule_set)
    found += _cases(opened, program)
    names = [source.name for source in rule_set.sources]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: _file_order(names, each)))


@dataclass(frozen=True, slots=True)
class Linted:
    """What there is to say of a rule set, under the name by which people know it."""

    rule_set: str
    diagnostics: tuple[Diagnostic, ...]


def lint_rule_set(name: str | None) -> Linted:
    """The same for a rule set as ``--rules`` names it (None: the default one), also where it cannot be opened."""
    try:
        opened = open_rule_set(name)
    except OrderproofError as error:
        return Linted(DEFAULT if name is None else name, error.diagnostics)
    known = f"{opened.rule_set.name.value} {opened.rule_set.version.value}"
    return Linted(known if name is None else f"{name} ({known})", lint(opened))


def without_errors(opened: OpenRuleSet) -> OpenRuleSet:
    """The rule set itself; raises OrderproofError with the errors that lint finds in it or its cases."""
    errors = [each for each in lint(opened) if each.severity is Severity.ERROR]
    if errors:
        raise OrderproofError(errors)
    return opened


def _file_order(names: list[str], diagnostic: Diagnostic) -> tuple[int, int]:
    span = diagnostic.span
    if span is None or span.source.name not in names:
        return (len(names), 0 if span is None else span.start)
    return (names.index(span.source.name), span.start)


def _warning(code: str, message: str, span: Span, help: str | None = None) -> Diagnostic:
    return Diagnostic(code, message, span=span, help=help, severity=Severity.WARNING)


# What nothing reads


def _unread_parameters(rule_set: RuleSet) -> Iterator[Diagnostic]:
    read = {"timezone"}
    for text in _expressions(rule_set):
        try:
            tree = parse(text)
        except OrderproofError:
            return  # what a broken expression reads is not known
        for part, _ in s.all_parts(tree):
            match part:
                case s.Attribute(s.Name("parameters"), name):
                    read.add(name)
                case _:
                    pass
    for parameter in rule_set.parameters:
        if parameter.name.value not in read:
            message = f"nothing reads the parameter `{parameter.name.value}`"
            yield _warning("lint.unread-parameter", message, parameter.name.span, "take it out, or use it in a rule")


def _expressions(rule_set: RuleSet) -> Iterator[ExpressionText]:
    texts: list[Text | None] = [rule_set.effective_on]
    for derivation in rule_set.derivations:
        texts += (derivation.when, *(text for _, text in derivation.values))
    for check in rule_set.checks:
        texts += (check.when, *check.by, check.having, check.require)
        for _, message in check.message:
            try:
                pieces = split_message(_text(message))
            except OrderproofError:
                continue
            yield from (piece.text for piece in pieces if isinstance(piece, Hole))
    yield from (_text(text) for text in texts if text is not None)


def _text(text: Text) -> ExpressionText:
    return ExpressionText(text.value, text.span.source, text.inner)


def _unread_facts(program: Program) -> Iterator[Diagnostic]:
    read: set[int] = set()
    items: tuple[DerivedFact | Check, ...] = (*program.facts, *program.checks)
    for item in items:
        for expression in _spoken(item):
            read |= facts_read(expression)
    for fact in program.facts:
        if fact.number not in read:
            message = f"nothing reads the fact `{fact.name}`"
            yield _warning("lint.unread-fact", message, fact.span, "take it out, or use it in a rule")


def _spoken(item: DerivedFact | Check) -> Iterator[t.Expression]:
    """All expressions of a fact or check."""
    if isinstance(item, DerivedFact):
        for entry in item.entries:
            yield entry.when
            yield from (value for value in entry.values if value is not None)
        return
    yield from (item.when, item.require)
    if item.grouping is not None:
        yield from (*item.grouping.keys, *item.grouping.parts)
    for message in item.messages.values():
        yield from (part.expression for part in message.parts if isinstance(part, Placeholder))


# Conditions that are the same for every document


def _constant_conditions(check: Check) -> Iterator[Diagnostic]:
    proofs = {proof.outcome: proof.formula for proof in check.proofs}
    if () in proofs[Verdict.NOT_APPLICABLE] or not proofs[Verdict.PASS] + proofs.get(Verdict.VIOLATION, ()):
        message = f"`{check.id}` never applies: its condition is true of no document"
        yield _warning("lint.never-applies", message, check.when.span, "mend `when`, or take the check out")
    elif check.grouping is None and not proofs[Verdict.VIOLATION]:
        message = f"`{check.id}` can never be violated"
        yield _warning("lint.never-violated", message, check.require.span, "a check that cannot fail checks nothing")
    else:
        for what, expression in (("when", check.when), ("require", check.require)):
            if not isinstance(expression, t.Constant) and _reads_nothing(expression):
                message = f"the `{what}` of `{check.id}` reads nothing, so it is the same for every document"
                yield _warning("lint.constant", message, expression.span, "name a field or a fact of the document")


def _reads_nothing(expression: t.Expression) -> bool:
    stack = [expression]
    while stack:
        node = stack.pop()
        match node:
            case t.Constant() | t.UnknownValue():
                pass
            case t.Member(_, t.ListItems()) | t.Not() | t.And() | t.Or() | t.Choose() | t.Compare() | t.Arithmetic():
                stack += children(node)
            case t.Negate() | t.Call():
                stack += children(node)
            case _:
                return False
    return True


# Languages


def _languages(rule_set: RuleSet) -> Iterator[Diagnostic]:
    translated = [check for check in rule_set.checks if len(check.title) > 1]
    if not translated:
        return
    for check in rule_set.checks:
        if len(check.title) == 1:
            message = f"`{check.id.value}` has no `zh`, other checks have"
            yield _warning("lint.language", message, check.id.span, "add title and message in `zh`")


# Cases


def _cases(opened: OpenRuleSet, program: Program | None) -> Iterator[Diagnostic]:
    rule_set = opened.rule_set
    known = [check.id.value for check in rule_set.checks]
    with_case: set[str] = set()
    bases = {tests.base.as_posix(): tests for tests in reversed(rule_set.tests)}
    for tests in bases.values():
        yield from _base(tests, opened, program)
    for tests in rule_set.tests:
        for case in tests.cases:
            with_case.add(case.check.value)
            if case.check.value not in known:
                hint = did_you_mean(case.check.value, known)
                message = f"no check is called `{case.check.value}`"
                yield Diagnostic("rules.unknown-check", message, span=case.check.span, help=hint)
            yield from _case(case, opened)
    if not rule_set.tests:
        message = "the rule set has no cases, so nothing shows that its checks do what is meant"
        yield _warning("lint.no-case", message, rule_set.name.span, "add `tests:` with a base document and cases")
        return
    for check in rule_set.checks:
        if check.id.value not in with_case:
            message = f"`{check.id.value}` has no case"
            yield _warning(
                "lint.no-case", message, check.id.span, "add a case with `expect: violation`, and one that passes"
            )


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
            yield _warning("lint.unknown-path", message, path.span, hint)
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
    if not isinstance(root, MappingNode) or not isinstance(value, dict):
        yield Diagnostic("rules.base", "a base document is one document: a mapping", span=root.span)
        return
    if program is not None:
        facts = FactReader(opened.schema, program.plan, None).read(value)
        for problem in facts if isinstance(facts, tuple) else ():
            span = nearest(root, problem.pointer).span
            yield Diagnostic(problem.code, problem.message, span=span, help=problem.help)
