"""Rules for people: the list of them, and some of them in full."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from orderproof.diagnostic import Severity
from orderproof.language.scope import ParameterValue
from orderproof.messages import in_language
from orderproof.report.instant import write_instant
from orderproof.report.layout import WIDTH, padded, wrapped
from orderproof.report.quoting import shown, value
from orderproof.report.words import LANGUAGES, Words
from orderproof.rulebook.describe import (
    Basis,
    CaseText,
    EntryText,
    FactDescription,
    FactLine,
    FactText,
    Outline,
    RuleLine,
    RuleText,
)
from orderproof.rulebook.lines import table, text_of
from orderproof.rulebook.words import RULES_WORDS, RulesWords
from orderproof.tree import Plain
from orderproof.why.steps import Form

_TEXT = 4500


# All rules


def render_list(
    rules: Sequence[RuleLine],
    facts: Sequence[FactLine],
    parameters: Mapping[str, ParameterValue],
    rule_set: str,
    lang: str,
) -> str:
    """The tables of all checks, derived facts and parameters, and how many they are."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    checks = [words.columns]
    for rule in rules:
        severity = common.severities[rule.severity]
        checks.append((shown(rule.id), severity, shown(rule.clause), shown(in_language(rule.titles, lang))))
    concluded = [words.fact_columns]
    concluded += ((shown(fact.name), shown(fact.entity), common.comma.join(fact.values) or "-") for fact in facts)
    set_ = [words.parameter_columns, *((shown(name), _parameter(held)) for name, held in parameters.items())]
    lines = [*table(checks), ""]
    for rows in (concluded, set_):
        lines += [*table(rows), ""] if len(rows) > 1 else []
    errors = sum(rule.severity is Severity.ERROR for rule in rules)
    numbers = {"count": len(rules), "errors": errors, "warnings": len(rules) - errors, "facts": len(facts)}
    lines.append(words.counts.format(**numbers, parameters=len(parameters), rule_set=shown(rule_set)))
    return text_of(lines)


# One rule, or several


def render_described(described: Sequence[RuleText | FactDescription], lang: str) -> str:
    """Checks and facts in full, a line between them."""
    texts = [render_rule(each, lang) if isinstance(each, RuleText) else render_fact(each, lang) for each in described]
    return f"\n{'-' * WIDTH}\n\n".join(texts)


def render_rule(rule: RuleText, lang: str) -> str:
    """A rule in full: what it asks, what it rests on, what it reads, and its cases."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    lines = [f"{shown(rule.id)}{words.colon}{shown(in_language(rule.titles, lang))}"]
    lines += _rule(rule, words, common, lang)
    lines += _basis(rule.basis, words)
    lines += ["", words.cases.format(count=sum(case.expect is not None for case in rule.cases))]
    if not rule.cases:
        lines.append(f"  {words.no_case}")
    for case in rule.cases:
        lines += _case(case, words, common)
    return text_of(lines)


def render_fact(described: FactDescription, lang: str) -> str:
    """A derived fact in full: how it is concluded, what it rests on, and the checks that rest on it."""
    words = RULES_WORDS[lang]
    lines = [*_fact(described.fact, words, 0), *_basis(described.basis, words)]
    lines += ["", words.checks.format(count=len(described.checks)), *(f"  {shown(rule)}" for rule in described.checks)]
    return text_of(lines)


def _basis(basis: Basis, words: RulesWords) -> Iterator[str]:
    read = [f"{shown(name)} = {_parameter(held)}" for name, held in basis.parameters]
    read += [words.as_of] if basis.as_of else []
    if read:
        yield from ("", words.parameters)
        yield from (f"  {line}" for each in read for line in _hanging(each, 2))
    if basis.facts:
        yield from ("", words.facts)
        for fact in basis.facts:
            yield from _fact(fact, words, 1)
    if basis.fields:
        yield from ("", words.fields)
        yield from (
            f"  {line}" for line in table([(shown(each.path), shown(each.description)) for each in basis.fields])
        )


def _rule(rule: RuleText, words: RulesWords, common: Words, lang: str) -> Iterator[str]:
    yield from _labelled(words, words.clause, shown(rule.clause))
    yield from _labelled(words, words.severity, common.severities[rule.severity])
    if rule.effective is not None:
        days = ((words.from_, rule.effective.from_), (words.until, rule.effective.until))
        text = " ".join(form.format(day=day.isoformat()) for form, day in days if day is not None)
        yield from _labelled(words, words.effective, text)
    entity = shown(rule.entity)
    yield from _labelled(words, words.for_each, words.group_of.format(entity=entity) if rule.by else entity)
    if rule.by:
        yield from _labelled(words, words.by, ", ".join(shown(key) for key in rule.by))
    if rule.when is None:
        yield f"  {words.applies_always}"
    else:
        yield f"  {words.member if rule.by else words.applies}"
        yield from _outline(rule.when, words, 2)
    if rule.having is not None:
        yield f"  {words.having}"
        yield from _outline(rule.having, words, 2)
    yield f"  {words.requires}"
    yield from _outline(rule.require, words, 2)
    yield from _labelled(words, words.where, shown(rule.where))
    yield from _labelled(words, words.message, shown(in_language(rule.messages, lang), _TEXT))
    if rule.note:
        yield from _labelled(words, words.note, shown(rule.note, _TEXT))


def _labelled(words: RulesWords, label: str, text: str) -> Iterator[str]:
    for number, line in enumerate(wrapped(text, WIDTH - words.label_width - 2)):
        yield f"  {padded('' if number else label, words.label_width)}{line}"


def _hanging(text: str, indent: int) -> Iterator[str]:
    """A text over several lines, the further ones a step further in."""
    for number, line in enumerate(wrapped(text, max(40, WIDTH - indent))):
        yield f"{'    ' if number else ''}{line}"


def _outline(outline: Outline, words: RulesWords, depth: int) -> Iterator[str]:
    indent = "  " * min(depth, 16)
    text = shown(outline.text, _TEXT) if outline.form is Form.PLAIN else words.forms[outline.form]
    for line in _hanging(text, len(indent)):
        yield f"{indent}{line}"
    for below in outline.below:
        yield from _outline(below, words, depth + 1)


def _fact(fact: FactText, words: RulesWords, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield indent + words.fact.format(fact=shown(fact.name), entity=shown(fact.entity))
    several = len(fact.entries) > 1
    for number, entry in enumerate(fact.entries, start=1):
        if several:
            yield f"{indent}  " + words.entry.format(number=number, count=len(fact.entries))
        yield from _entry(entry, words, depth + 1 + several)


def _entry(entry: EntryText, words: RulesWords, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if entry.when is None:
        yield f"{indent}{words.always}"
    else:
        yield f"{indent}{words.when}"
        yield from _outline(entry.when, words, depth + 1)
    parts = [f"{shown(name)} = {shown(text, _TEXT)}" for name, text in entry.values]
    parts += [f"{words.note}{words.colon}{shown(entry.note, _TEXT)}"] if entry.note else []
    yield from (f"{indent}{line}" for part in parts for line in _hanging(part, len(indent)))


def _case(case: CaseText, words: RulesWords, common: Words) -> Iterator[str]:
    if case.never is not None:
        verdict = words.never.format(verdict=common.verdicts[case.never])
        text = f"{verdict}{words.colon}{shown(case.boundary or '', _TEXT)}"
    else:
        verdict = common.verdicts[case.expect or ""]
        parts = [*_changes(case, words, common.comma)]
        if case.subject is not None:
            parts.append(words.case_subject.format(subject=shown(case.subject)))
        if case.as_of is not None:
            parts.append(words.case_as_of.format(as_of=write_instant(case.as_of)))
        for name, held in case.parameters.items():
            parts.append(words.case_parameter.format(name=shown(name), value=_parameter(held)))
        if case.boundary is not None:
            parts.append(words.boundary.format(what=shown(case.boundary)))
        text = f"{verdict}{words.colon}{words.semicolon.join(parts)}"
    yield from (f"  {line}" for line in _hanging(text, 2))


def _changes(case: CaseText, words: RulesWords, comma: str) -> Iterator[str]:
    for number, change in enumerate(case.changes):
        before = words.another if number else ""
        if not change:
            yield f"{before}{words.no_change}" if number else words.unchanged
            continue
        parts = [
            words.taken_away.format(path=shown(path)) if held is None else f"{shown(path)} = {_plain(held)}"
            for path, held in change
        ]
        yield before + comma.join(parts)


def _plain(held: Plain) -> str:
    if isinstance(held, str | bool):
        return value(held)
    if isinstance(held, int | Decimal):
        return value(format(held, "f") if isinstance(held, Decimal) else str(held))
    return shown(json.dumps(held, ensure_ascii=False, default=str))


def _parameter(held: ParameterValue) -> str:
    if isinstance(held, Mapping):
        return "{" + ", ".join(f"{shown(key)}: {_parameter(each)}" for key, each in held.items()) + "}"
    if isinstance(held, tuple):
        return "[" + ", ".join(_parameter(each) for each in held) + "]"
    if isinstance(held, str | bool):
        return value(held)
    return value(format(held, "f") if isinstance(held, Decimal) else str(held))
