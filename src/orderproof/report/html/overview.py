"""The overview of the page, which stands in it as it is: what the run came to, by verdict, rule and clause."""

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct

from orderproof.diagnostic import Severity
from orderproof.report.html.element import NOTHING, Html, element, joined
from orderproof.report.html.speech import SPEECHES, Speech, both, counted
from orderproof.report.html.standing import standing
from orderproof.report.instant import write_instant
from orderproof.report.model import DocumentVerdict, Ending, Head, RuleInfo
from orderproof.report.quoting import shown
from orderproof.report.summary import summary_lines
from orderproof.report.tally import Tally

_DOCUMENT_VERDICTS = ("violation", "undetermined", "unreadable", "pass", "not_applicable")
_BAR = 1000
"""Units of a bar from its left to its right."""
_RULES = 6
"""Rules with findings that are seen at once; the others unfold."""


class Told(Struct, frozen=True):
    """All that the overview is made of."""

    lang: str
    head: Head
    ending: Ending
    tally: Tally
    diagnostics: int


def title_of(rule: RuleInfo, lang: str) -> str:
    """A rule's title in a language, in the run's where it has none in that."""
    return shown(rule.titles.get(lang) or rule.title)


def header(told: Told) -> Html:
    """What report this is, of which run, and the switch between languages."""
    head = told.head
    sets = ", ".join(f"{shown(each.id)} {shown(each.version)}" for each in head.rule_sets)
    run = {"as_of": write_instant(head.as_of), "rule_sets": sets, "document_type": shown(head.document_type)}
    switch = [
        element("button", speech.page.name, type="button", data_switch=lang, lang=lang, aria_pressed="false")
        for lang, speech in SPEECHES.items()
    ]
    return element(
        "header",
        element(
            "div",
            both("h1", lambda s: s.page.title, told.lang),
            both("p", lambda s: s.page.meta.format(**run), told.lang, class_="meta"),
        ),
        element("div", *switch, class_="switch script", role="group", aria_label="Language / 语言"),
    )


def overview(told: Told) -> Html:
    """The state of the run, then its counts."""
    tables = element("div", _by_rule(told), _by_clause(told), class_="tables")
    return joined(_banner(told), _tiles(told), tables)


def in_words(told: Told) -> Html:
    """The summary as the text report has it."""
    summaries = [summary_lines(told.head, told.ending, each.words, told_above=True) for each in SPEECHES.values()]
    lines = [
        both("li", partial(_of_both, dict(zip(SPEECHES, line, strict=True))), told.lang)
        for line in zip(*summaries, strict=True)
    ]
    return element("section", both("h2", lambda s: s.page.in_words, told.lang), element("ul", *lines, class_="summary"))


def _of_both(texts: Mapping[str, str], speech: Speech) -> str:
    return texts[speech.lang]


def _banner(told: Told) -> Html:
    """Whether the run can be relied on as a whole, before anything that it found."""
    state, said = standing(told.ending)
    heading = both("h2", lambda s: getattr(s.page, state), told.lang)
    lines = [both("p", say, told.lang) for say in said]
    if told.diagnostics:
        link = both("a", partial(_of_messages, told.diagnostics), told.lang, href="#messages")
        lines.append(element("p", link))
    return element("section", heading, *lines, class_=f"banner {state}", role="status")


def _of_messages(count: int, speech: Speech) -> str:
    return speech.page.diagnostics_link.format(count=counted(count))


def _tiles(told: Told) -> Html:
    """Documents by their verdicts with a chart, then findings."""
    ending, lang = told.ending, told.lang
    documents = {name: ending.documents.get(DocumentVerdict(name), 0) for name in _DOCUMENT_VERDICTS}
    legend = [
        element("li", _number(count, name), both("span", partial(_verdict, name), lang))
        for name, count in documents.items()
    ]
    total = sum(documents.values())
    found = ending.findings
    of_severity = {each: sum(n for (severity, _), n in found.items() if severity is each) for each in Severity}
    undecided = sum(n for (_, verdict), n in found.items() if verdict == "undetermined")
    facts = [
        _fact(of_severity[Severity.ERROR], "errors", lang),
        _fact(of_severity[Severity.WARNING], "warnings", lang),
        _fact(undecided, "undecided", lang),
    ]
    if ending.excused.waived:
        facts.append(_fact(ending.excused.waived, "waived", lang))
    if ending.excused.known:
        facts.append(_fact(ending.excused.known, "known", lang))
    return element(
        "div",
        element(
            "section",
            _counted_heading("documents", total, lang),
            _bar(list(documents.items()), total),
            element("ul", *legend, class_="figures"),
        ),
        element(
            "section", _counted_heading("findings", sum(found.values()), lang), element("ul", *facts, class_="figures")
        ),
        class_="tiles",
    )


def _title(rule: RuleInfo, speech: Speech) -> str:
    return title_of(rule, speech.lang)


def _verdict(name: str, speech: Speech) -> str:
    return speech.words.verdicts[name]


def _counted_heading(name: str, count: int, lang: str) -> Html:
    return element("h2", element("b", counted(count)), " ", both("span", lambda s: getattr(s.page, name), lang))


def _number(count: int, kind: str) -> Html:
    return element("b", counted(count), class_=f"number {kind}" if count else "number zero")


def _fact(count: int, name: str, lang: str) -> Html:
    return element("li", _number(count, name), both("span", lambda s: getattr(s.page, name), lang))


def _bar(parts: Sequence[tuple[str, int]], total: int) -> Html:
    """Parts of a whole side by side; a part that is not nothing is seen."""
    if not total:
        return NOTHING
    rects: list[Html] = []
    left = 0
    for name, count in parts:
        width = max(8, count * _BAR // total) if count else 0
        if width:
            rects.append(element("rect", x=str(left), y="0", width=str(width), height="10", class_=name))
        left += width
    return element(
        "svg",
        *rects,
        viewBox=f"0 0 {max(left, _BAR)} 10",
        preserveAspectRatio="none",
        class_="bar",
        aria_hidden="true",
    )


_COLUMNS = ("violation", "undetermined", "pass", "not_applicable")


def _by_rule(told: Told) -> Html:
    """The rules with findings, most first; those without; and those that never applied."""
    tally, lang = told.tally, told.lang
    order = sorted(range(len(tally.rules)), key=lambda n: -_found(tally, n))
    with_findings = [number for number in order if _found(tally, number)]
    never = {tally.numbers[id_] for id_ in told.ending.never_applicable if id_ in tally.numbers}
    without = [number for number in order if not _found(tally, number) and number not in never]
    most = max((_found(tally, number) for number in order), default=0)
    first, others = with_findings[:_RULES], with_findings[_RULES:]
    tables = [_rule_table(told, first, most)] if first else []
    for numbers, say in (
        (others, lambda s: s.page.more_rules.format(count=counted(len(others)))),
        (without, lambda s: s.page.nothing_found.format(count=counted(len(without)))),
    ):
        if numbers:
            tables.append(element("details", both("summary", say, lang), _rule_table(told, numbers, most)))
    if never:
        tables.append(_never(told, sorted(never)))
    return element("section", both("h2", lambda s: s.page.by_rule, lang), *tables, class_="by-rule")


def _found(tally: Tally, number: int) -> int:
    return tally.counts[number]["violation"] + tally.counts[number]["undetermined"]


def _rule_table(told: Told, numbers: Sequence[int], most: int) -> Html:
    lang = told.lang
    heads = [both("th", lambda s: s.page.rule, lang, scope="col")]
    heads.append(both("th", lambda s: s.page.clause, lang, scope="col", class_="clause"))
    heads.append(element("th", class_="bar-cell", aria_hidden="true"))
    heads += (both("th", partial(_verdict, name), lang, scope="col", class_="count") for name in _COLUMNS)
    rows = [_rule_row(told, number, most) for number in numbers]
    return element("table", element("thead", element("tr", *heads)), element("tbody", *rows))


def _rule_row(told: Told, number: int, most: int) -> Html:
    tally, lang = told.tally, told.lang
    rule, counts = tally.rules[number], tally.counts[number]
    name = joined(
        element("span", shown(rule.id), class_="rule-id", data_rule=str(number)),
        both("span", partial(_title, rule), lang, class_="title"),
    )
    bar = (
        _bar([(each, counts[each]) for each in ("violation", "undetermined")], most)
        if _found(tally, number)
        else NOTHING
    )
    known = [counts[each] if tally.detailed or each in ("violation", "undetermined") else None for each in _COLUMNS]
    cells = [
        element("td", "–" if count is None else _number(count, each), class_="count")
        for each, count in zip(_COLUMNS, known, strict=True)
    ]
    notes: list[Html] = []
    if rule.severity is Severity.WARNING:
        notes.append(both("span", lambda s: s.words.severities["warning"], lang, class_="severity"))
    for kind, count in sorted(tally.excused[number].items(), reverse=True):
        notes.append(both("span", partial(_excused, kind, count), lang, class_="severity"))
    return element(
        "tr",
        element("th", name, *notes, scope="row"),
        element("td", shown(rule.clause), class_="clause"),
        element("td", bar, class_="bar-cell"),
        *cells,
    )


def _excused(kind: str, count: int, speech: Speech) -> str:
    return speech.words.count.format(name=getattr(speech.page, kind), count=count)


def _never(told: Told, numbers: Sequence[int]) -> Html:
    rules = [
        element(
            "li",
            element("span", shown(told.tally.rules[number].id), class_="rule-id"),
            " ",
            both("span", partial(_title, told.tally.rules[number]), told.lang, class_="title"),
        )
        for number in numbers
    ]
    return element(
        "div",
        both("h3", lambda s: s.page.never, told.lang),
        both("p", lambda s: s.page.never_more, told.lang),
        element("ul", *rules),
        class_="never",
    )


def _by_clause(told: Told) -> Html:
    """The clauses of the policy, with the findings against each."""
    tally, lang = told.tally, told.lang
    clauses: dict[str, list[int]] = {}
    for number, rule in enumerate(tally.rules):
        sums = clauses.setdefault(rule.clause, [0, 0])
        sums[0] += tally.counts[number]["violation"]
        sums[1] += tally.counts[number]["undetermined"]
    most = max((sum(sums) for sums in clauses.values()), default=0)
    heads = [
        both("th", lambda s: s.page.clause, lang, scope="col"),
        element("th", class_="bar-cell", aria_hidden="true"),
    ]
    heads += (both("th", partial(_verdict, name), lang, scope="col", class_="count") for name in _COLUMNS[:2])
    rows = [
        element(
            "tr",
            element("th", shown(clause), scope="row"),
            element(
                "td", _bar([*zip(_COLUMNS, sums, strict=False)], most) if sum(sums) else NOTHING, class_="bar-cell"
            ),
            *(element("td", _number(n, name), class_="count") for name, n in zip(_COLUMNS, sums, strict=False)),
        )
        for clause, sums in sorted(clauses.items(), key=lambda of: -sum(of[1]))
    ]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows))
    return element("section", both("h2", lambda s: s.page.by_clause, lang), table, class_="by-clause")
