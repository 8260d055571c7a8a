"""Rules for people: the list of them, one of them in full, what lint says, and what their cases show."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from orderproof.diagnostic import Diagnostic, Severity, columns, render
from orderproof.language.scope import ParameterValue
from orderproof.messages import in_language
from orderproof.report.instant import write_instant
from orderproof.report.layout import WIDTH, padded, wrapped
from orderproof.report.quoting import inert, shown, value
from orderproof.report.words import LANGUAGES, Words
from orderproof.rulebook.case_table import VERDICTS, CaseRow, CaseTable
from orderproof.rulebook.describe import CaseText, EntryText, FactText, Outline, RuleLine, RuleText
from orderproof.rulebook.words import RULES_WORDS, RulesWords
from orderproof.tree import Plain
from orderproof.why.steps import Form

_TEXT = 4500


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{inert(line.rstrip())}\n" for line in lines)


def _table(rows: Sequence[Sequence[str]], gap: str = "  ") -> Iterator[str]:
    """Rows whose columns stand below each other; the last one is as long as it is."""
    widths = [max(columns(row[number]) for row in rows) for number in range(len(rows[0]) - 1)]
    for row in rows:
        yield gap.join([*(padded(cell, width) for cell, width in zip(row, widths, strict=False)), row[-1]])


# All rules


def render_list(rules: Sequence[RuleLine], rule_set: str, lang: str) -> str:
    """The table of all checks, and how many they are."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    rows = [words.columns]
    for rule in rules:
        severity = common.severities[rule.severity]
        rows.append((shown(rule.id), severity, shown(rule.clause), shown(in_language(rule.titles, lang))))
    errors = sum(rule.severity is Severity.ERROR for rule in rules)
    counts = words.counts.format(
        count=len(rules), errors=errors, warnings=len(rules) - errors, rule_set=shown(rule_set)
    )
    return _text([*_table(rows), "", counts])


# One rule


def render_rule(rule: RuleText, lang: str) -> str:
    """A rule in full: what it asks, what it rests on, what it reads, and its cases."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    lines = [f"{shown(rule.id)}{words.colon}{shown(in_language(rule.titles, lang))}"]
    lines += _rule(rule, words, common, lang)
    read = [f"{shown(name)} = {_parameter(held)}" for name, held in rule.parameters]
    read += [words.as_of] if rule.as_of else []
    if read:
        lines += ["", words.parameters, *(f"  {line}" for each in read for line in _hanging(each, 2))]
    if rule.facts:
        lines += ["", words.facts]
        for fact in rule.facts:
            lines += _fact(fact, words)
    if rule.fields:
        lines += ["", words.fields]
        rows = [(shown(field.path), shown(field.description)) for field in rule.fields]
        lines += (f"  {line}" for line in _table(rows))
    lines += ["", words.cases.format(count=sum(case.expect is not None for case in rule.cases))]
    if not rule.cases:
        lines.append(f"  {words.no_case}")
    for case in rule.cases:
        lines += _case(case, words, common)
    return _text(lines)


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


def _fact(fact: FactText, words: RulesWords) -> Iterator[str]:
    yield "  " + words.fact.format(fact=shown(fact.name), entity=shown(fact.entity))
    for number, entry in enumerate(fact.entries, start=1):
        depth = 2
        if len(fact.entries) > 1:
            yield "    " + words.entry.format(number=number, count=len(fact.entries))
            depth = 3
        yield from _entry(entry, words, depth)


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


# Lint and cases


def render_lint(diagnostics: Sequence[Diagnostic], rule_set: str, lang: str) -> str:
    """What lint found in a rule set, and how much of it is an error."""
    words = RULES_WORDS[lang]
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    form = words.lint_errors if errors else words.lint_warnings if diagnostics else words.lint_clean
    last = form.format(rule_set=shown(rule_set), errors=errors, warnings=len(diagnostics) - errors)
    return _text([*_diagnostics(diagnostics), last])


def render_cases(table: CaseTable, engine: str, unavailable: str | None, lang: str) -> str:
    """The table of checks and their cases, the cases that failed, and the totals with the engines that ran."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    first, boundary, lacks = words.table
    rows = [(first, *(common.verdicts[verdict] for verdict in VERDICTS), boundary, lacks)]
    rows += (_row(row, words, common) for row in table.rows)
    lines = [*_table(rows), ""]
    if table.wrong:
        lines += [words.failed, *_diagnostics(table.wrong), ""]
    failed = len(table.failed)
    lines.append(words.total.format(total=table.total, passed=table.total - failed, failed=failed))
    if table.never:
        lines.append(words.reasons.format(never=table.never, refuted=len(table.refuted)))
    if not table.total:
        lines.append(words.none_ran)
    elif unavailable is None:
        lines.append(words.engines[engine])
    else:
        lines.append(words.one_engine.format(reason=shown(unavailable)))
    return _text(lines)


def _diagnostics(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    yield from (line for each in diagnostics for line in render(each).split("\n"))


def _row(row: CaseRow, words: RulesWords, common: Words) -> tuple[str, ...]:
    cells = [
        words.never_short if verdict in row.never and not count else str(count)
        for verdict, count in zip(VERDICTS, row.counts, strict=True)
    ]
    lacks = [common.verdicts[verdict] for verdict in row.lacks]
    lacks += [words.lacks_boundary] if row.lacks_boundary else []
    return (shown(row.rule), *cells, str(row.boundaries), common.comma.join(lacks) or words.nothing_lacks)
