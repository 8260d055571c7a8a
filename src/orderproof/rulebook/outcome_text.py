"""What lint says of a rule set or a mapping, and what its cases show, for people."""

from collections.abc import Iterable, Iterator, Sequence

from orderproof.diagnostic import Diagnostic, Severity, render
from orderproof.report.quoting import shown
from orderproof.report.words import LANGUAGES, Words
from orderproof.rulebook.account_cases import AccountsTested
from orderproof.rulebook.case_table import VERDICTS, CaseRow, CaseTable
from orderproof.rulebook.lines import table, text_of
from orderproof.rulebook.lint import Linted
from orderproof.rulebook.words import RULES_WORDS, RulesWords


def render_lint(linted: Linted, lang: str) -> str:
    """What lint found in a rule set or a mapping, and how much of it is an error."""
    words, diagnostics = RULES_WORDS[lang], linted.diagnostics
    name = shown(linted.name)
    if linted.is_mapping:
        name = words.lint_mapping.format(name=name)
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    form = words.lint_errors if errors else words.lint_warnings if diagnostics else words.lint_clean
    last = form.format(rule_set=name, errors=errors, warnings=len(diagnostics) - errors)
    return text_of([*_diagnostics(diagnostics), last])


def render_warnings(warnings: Sequence[Diagnostic]) -> str:
    """What is doubtful in cases that are run all the same."""
    return text_of(_diagnostics(warnings))


def render_cases(
    cases: CaseTable, accounts: AccountsTested | None, engine: str, unavailable: str | None, lang: str
) -> str:
    """The table of checks and their cases, the cases that failed, and the totals with the engines that ran."""
    words, common = RULES_WORDS[lang], LANGUAGES[lang]
    first, boundary, lacks = words.table
    rows = [(first, *(common.verdicts[verdict] for verdict in VERDICTS), boundary, lacks)]
    rows += (_row(row, words, common) for row in cases.rows)
    lines = [*table(rows), ""]
    wrong = (*cases.wrong, *(() if accounts is None else accounts.failed))
    if wrong:
        lines += [words.failed, *_diagnostics(wrong), ""]
    failed = len(cases.failed)
    lines.append(words.total.format(total=cases.total, passed=cases.total - failed, failed=failed))
    if accounts is not None and accounts.total:
        failed = len(accounts.failed)
        lines.append(words.accounts.format(total=accounts.total, passed=accounts.total - failed, failed=failed))
    if cases.never:
        lines.append(words.reasons.format(never=cases.never, refuted=len(cases.refuted)))
    if not cases.total:
        lines.append(words.none_ran)
    elif unavailable is None:
        lines.append(words.engines[engine])
    else:
        text = words.fewer_engines if engine == "all" else words.one_engine
        lines.append(text.format(reason=shown(unavailable)))
    return text_of(lines)


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
