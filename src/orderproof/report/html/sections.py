"""Sections of the page that are read from top to bottom: first findings, messages about inputs, and the run itself."""

from collections.abc import Sequence

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, snippet
from orderproof.finding import Finding
from orderproof.report.encode import Json, encode
from orderproof.report.html.element import NOTHING, Html, element, joined
from orderproof.report.html.found import MESSAGE_LENGTH
from orderproof.report.html.speech import both, counted
from orderproof.report.model import Head
from orderproof.report.places import NAME_LENGTH, input_of, place_of
from orderproof.report.plain import plain_head
from orderproof.report.quoting import shown
from orderproof.source import Span

_PARAMETER_LENGTH = 500


def first_findings(findings: Sequence[Finding], count: int, lang: str) -> Html:
    """The first findings, for who reads the page without scripts."""
    heading = both("h2", lambda s: s.page.findings, lang)
    if not findings:
        return joined(heading, both("p", lambda s: s.page.no_findings, lang))
    total = counted(count)
    note = both("p", lambda s: s.page.no_script.format(count=counted(len(findings)), total=total), lang)
    return joined(heading, note, element("ol", *(_finding(each, lang) for each in findings), class_="first"))


def _finding(finding: Finding, lang: str) -> Html:
    place = input_of(finding.document) if finding.span is None else place_of(finding.span)
    return element(
        "li",
        element(
            "p",
            both("b", lambda s: s.words.verdicts[finding.verdict], lang, class_=f"badge {finding.verdict}"),
            " ",
            both("span", lambda s: s.words.severities[finding.severity], lang, class_="severity"),
            " ",
            shown(finding.message, MESSAGE_LENGTH),
        ),
        element("p", f"{shown(finding.rule)} · {shown(finding.clause)} · ", element("bdi", place), class_="where"),
        _excerpt(finding.span) if finding.span is not None and finding.excerpt else NOTHING,
    )


def _excerpt(span: Span) -> Html:
    line, carets = snippet(span)
    return element("pre", line, Html("\n"), carets)


def diagnostics(said: Sequence[Diagnostic], count: int, lang: str) -> Html:
    """What was wrong with inputs: the first of so many messages."""
    items = [_diagnostic(each, lang) for each in said]
    left = count - len(said)
    more = both("p", lambda s: s.page.diagnostics_left.format(count=counted(left)), lang) if left else NOTHING
    return element(
        "section",
        both("h2", lambda s: s.page.diagnostics, lang),
        both("p", lambda s: s.page.diagnostics_more, lang, class_="note"),
        element("ul", *items),
        more,
        class_="diagnostics",
        id="messages",
        tabindex="-1",
    )


def _diagnostic(said: Diagnostic, lang: str) -> Html:
    place = shown(said.path or "", NAME_LENGTH) if said.span is None else place_of(said.span)
    help_ = NOTHING
    if said.help:
        label = both("b", lambda s: s.page.help, lang)
        help_ = element("p", label, " ", shown(said.help, MESSAGE_LENGTH), class_="help", lang="en")
    return element(
        "li",
        element("p", element("bdi", place, class_="place"), " ", element("code", said.code), class_="where"),
        element(
            "p",
            both("span", lambda s: s.words.severities[said.severity], lang, class_=f"severity {said.severity}"),
            " ",
            element("span", shown(said.message, MESSAGE_LENGTH), lang="en"),
        ),
        NOTHING if said.span is None else _excerpt(said.span),
        help_,
    )


def this_run(head: Head, lang: str) -> Html:
    """What the run was bound to: rule sets and other files with their digests, parameters, and who made this."""
    files = [_file("rule_set", f"{each.id} {each.version}", each.sha256, lang) for each in head.rule_sets]
    for name, file in (("waivers", head.waivers), ("baseline", head.baseline)):
        if file is not None:
            files.append(_file(name, file.path, file.sha256, lang))
    parameters = plain_head(head)["parameters"]
    assert isinstance(parameters, dict)
    rows = [
        element("tr", element("th", shown(name), scope="row"), element("td", element("code", _parameter(value))))
        for name, value in parameters.items()
    ]
    table = element("table", element("tbody", *rows), class_="parameters")
    folded = element("details", both("summary", lambda s: s.page.parameters, lang), table) if rows else NOTHING
    return element(
        "section",
        both("h2", lambda s: s.page.run, lang),
        element("ul", *files),
        folded,
        both("p", lambda s: s.page.made_by.format(version=__version__), lang, class_="note"),
        class_="run",
    )


def _file(kind: str, name: str, sha256: str, lang: str) -> Html:
    label = both("b", lambda s: getattr(s.page, kind), lang)
    return element("li", label, " ", shown(name, NAME_LENGTH), " ", element("code", f"sha256:{sha256}"))


def _parameter(value: Json) -> str:
    return shown(encode(value).decode(), _PARAMETER_LENGTH)
