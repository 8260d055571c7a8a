"""What an author of rules wants to know before they run: all errors, and what is surely not meant."""

from collections.abc import Iterator

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.language import syntax as s
from orderproof.language import typed as t
from orderproof.language.parser import parse
from orderproof.language.template import Hole, split_message
from orderproof.language.text import ExpressionText
from orderproof.ruleset.compile import compile_rule_set
from orderproof.ruleset.lint_cases import checks_without_case, lint_cases
from orderproof.ruleset.lint_texts import lint_texts
from orderproof.ruleset.lower import children, facts_read
from orderproof.ruleset.model import RuleSet, Text
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.program import Check, DerivedFact, Placeholder, Program, Verdict
from orderproof.source import Span


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
    found += lint_texts(rule_set)
    found += lint_cases(opened, program)
    found += checks_without_case(opened)
    names = [source.name for source in rule_set.sources]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: _file_order(names, each)))


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
