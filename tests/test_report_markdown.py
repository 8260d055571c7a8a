"""The report as Markdown: whole outputs, and hostile texts in it, read by markdown-it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hostile_report import ATTACKS, HOSTILE_REPORTS
from hypothesis import given
from hypothesis import strategies as st
from made_reports import ANY_REPORT, BROKEN, ENGLISH, FULL, REPORTS, TEXTS, UNDETERMINED, document, finding, report
from markdown_it import MarkdownIt
from markdown_it.token import Token

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import DocumentName, Waived
from orderproof.report import markdown
from orderproof.report.formats import FORMATS
from orderproof.report.markdown import FINDINGS, MAX_SIZE, MESSAGES, RULES, code
from orderproof.report.model import CheckCounts, NotJudged, Options, Report
from orderproof.report.quoting import shown, tame

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence"),
    *("blockquote_open", "blockquote_close", "bullet_list_open", "bullet_list_close"),
    *("list_item_open", "list_item_close", "text", "code_inline", "strong_open", "strong_close", "softbreak"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
}
"""What a report is made of: no link, no picture, no markup, no emphasis but ours."""
WARNING = finding(severity=Severity.WARNING)


def tokens(text: str) -> Iterator[Token]:
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def codes(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "code_inline"]


def plain(text: str) -> str:
    """What a reader sees outside of code: our own words."""
    return "".join(token.content for token in tokens(text) if token.type == "text")


# What it says


def test_a_whole_report() -> None:
    assert FORMATS["markdown"](FULL, ENGLISH) == (
        """\
## Order checks

> **Not everything was evaluated.** `Incomplete: an input could not be checked, or not fully; the messages in this report say why.`

| Documents | |
|:--|--:|
| unreadable | 1 |
| violation | 1 |
| undetermined | 0 |
| not applicable | 0 |
| pass | 1 |

### Rules with findings

| Rule | Clause | Errors | Warnings | Waived or known |
|:--|:--|--:|--:|--:|
| `price.total-equals-collection` `The total is what is collected` | `3` | 1 | 0 | 0 |
| `guarantee.within-quota-limit` `Quota stays within the seller's limit` | `4` | 0 | 1 | 0 |

### Findings

The first 2 of 2 findings, the gravest first.

- **error, violation** `The order totals 1000.00 USD but collects 1000.01.`
  `price.total-equals-collection` Clause `3` `orders/march.json:3:67  amounts.collection`
- **warning, undetermined** `cannot tell: seller.quota_limit is missing`
  `guarantee.within-quota-limit` Clause `4` `orders/march.json:3:13  consignments[0].a/b~c`

### Messages

- **error** `orders/march.json:4:26` `this is not JSON` (help: `put a comma before it`) `document.json`
- **warning** `orders/none.json` `no such file` `input.unreadable`

### Summary

```text
Documents: 3 (pass 1, violation 1, undetermined 0, not applicable 0, unreadable 1)
Verdicts of checks: 1,052 (pass 1,038, violation 1, undetermined 1, not applicable 12)
Not evaluated: unreadable documents (1): orders/broken.json #1
Not evaluated: undetermined verdicts (1), where what is known does not decide
Not evaluated: parts of the checks across documents (a document could not be read, a value by which to compare is missing); where these pass, they pass for the documents that were compared
Incomplete: an input could not be checked, or not fully; the messages above say why.
As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0
```
"""
    )


def test_a_report_in_chinese() -> None:
    text = FORMATS["markdown"](report(document(finding()), complete=False), Options("zh"))
    assert text.startswith("## 单据检查\n\n> **未能全部评估。** `不完整：")
    assert "- **错误，违规** `The order totals 1000.00 USD but collects 1000.01.`\n" in text
    assert "共 1 项发现，此处列出前 1 项，最严重者在前。" in text


def test_a_report_without_findings_has_no_list() -> None:
    text = FORMATS["markdown"](report(document()), ENGLISH)
    assert [line for line in text.split("\n") if line.startswith("#")] == ["## Order checks", "### Summary"]
    assert "Not everything" not in text


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        ({"interrupted": True}, {}, "Interrupted: "),
        ({"complete": False}, {}, "Incomplete: "),
        ({"checks": CheckCounts(0, 0, 0, 0)}, {}, "Nothing was checked: "),
        ({"checks": CheckCounts(0, 0, 0, 0)}, {"allow_empty": True}, None),
        ({"not_judged": (NotJudged("api", ("a",), ("buyer",), 2, 3),)}, {}, "Not judged: api does not carry buyer"),
        ({"not_judged": (NotJudged("api", ("a",), ("buyer",), 2, 3),)}, {"allow_not_judged": True}, None),
    ],
)
def test_what_was_not_evaluated_is_told_first(
    changes: dict[str, Any], options: dict[str, Any], expected: str | None
) -> None:
    text = FORMATS["markdown"](report(document(finding()), **changes), Options(**options))
    first = text.split("\n")[2]
    if expected is None:
        assert first.startswith("| Documents")
    else:
        assert first.startswith(f"> **Not everything was evaluated.** `{expected}")


def test_what_is_waived_or_known_says_so_and_comes_last() -> None:
    waived = Waived("agreed", "@chen", None, date(2026, 5, 1), "waivers.yaml:3:5")
    text = FORMATS["markdown"](report(document(finding(waived=waived), finding(is_new=False), WARNING)), ENGLISH)
    listed = text.partition("### Findings")[2].partition("###")[0]
    assert [line for line in listed.split("\n") if line.startswith(("- ", "  w", "  k"))] == [
        "- **warning, violation** `The order totals 1000.00 USD but collects 1000.01.`",
        "- **error, violation** `The order totals 1000.00 USD but collects 1000.01.`",
        "  waived by `@chen` until 2026-05-01: `agreed`",
        "- **error, violation** `The order totals 1000.00 USD but collects 1000.01.`",
        "  known from the baseline",
    ]
    assert "| 0 | 1 | 2 |" in text


def test_what_is_left_out_is_counted() -> None:
    warnings = [replaced(number) for number in range(RULES + 2)]
    said = (Diagnostic("document.json", "this is not JSON"),) * (MESSAGES + 3)
    text = FORMATS["markdown"](report(document(*warnings, *[finding()] * 3), diagnostics=said), ENGLISH)
    assert f"\nThe first {FINDINGS} of 55 findings, the gravest first.\n" in text
    assert "\n… and 5 more findings: errors 0, warnings 5, waived or known 0\n" in text
    assert "\n… and 3 more rules with findings\n" in text
    assert "\n… and 3 more messages\n" in text
    assert text.count("\n- **error, violation**") == 3


def replaced(number: int) -> Any:
    return finding(rule=f"rule.{number}", severity=Severity.WARNING)


def test_it_is_cut_where_it_would_be_too_long_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MAX_SIZE", 3_000)
    text = FORMATS["markdown"](report(document(*[finding()] * 40), complete=False), ENGLISH)
    assert len(text.encode()) <= 3_000
    cut = text.index("\n**This summary is cut here:** ")
    assert text.index("Not everything") < text.index("- **error") < cut < text.index("### Summary")
    assert text.endswith("As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0\n```\n")


# What it must not say


@given(TEXTS | st.text(st.sampled_from("`|\\<>[]()*_@#&; \n"), max_size=20), st.booleans())
def test_a_text_between_ticks_is_nothing_but_a_text(text: str, in_table: bool) -> None:
    written = code(text, in_table=in_table)
    (said,) = (
        codes(f"| a | b |\n|---|---|\n| x {written} y | {written} |\n")[:1] if in_table else codes(f"- a {written} b")
    )
    expected = tame(shown(text)) or "-"
    # Blanks at both ends are taken for a margin, and all else is as it is.
    assert said.strip() == (expected.replace("|", r"\x7c") if in_table else expected).strip()


def test_more_ticks_than_a_reader_counts() -> None:
    for count in (1, 8, 9, 80, 81, 400):
        text = f"a{'`' * count}<b>"
        (said,) = codes(code(text))
        assert said in (text, text.replace("`", r"\x60"))
        assert max(map(len, re.findall("`+", code(text)))) <= 9


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_is_harmless(attack: str) -> None:
    text = FORMATS["markdown"](HOSTILE_REPORTS[attack], ENGLISH)
    assert len(text.encode()) <= MAX_SIZE
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)
    found = list(tokens(text))
    assert {token.type for token in found} <= OURS
    assert not re.search(r"[@<>&|~_\[\]\\]|https?:", plain(text))
    assert [token.tag for token in found if token.type == "heading_open"] == ["h2", "h3", "h3", "h3", "h3"]
    assert sum(token.type == "list_item_open" for token in found) == 5
    assert [len(token.content.split("\n")) for token in found if token.type == "fence"] == [
        text.partition("```text\n")[2].count("\n")
    ]


@ANY_REPORT
@given(REPORTS, st.sampled_from(("en", "zh")))
def test_any_report_is_made_of_our_parts(of: Report, lang: str) -> None:
    text = FORMATS["markdown"](of, Options(lang))
    found = list(tokens(text))
    assert {token.type for token in found} <= OURS
    told = sum(len(each.findings) for each in of.documents) + len(of.diagnostics)
    assert sum(token.type == "list_item_open" for token in found) == told


def test_long_names_do_not_break_it() -> None:
    long = DocumentName("`" * 5_000, 0, None)
    text = FORMATS["markdown"](report(document(finding(document=long, span=None), name=long), BROKEN), ENGLISH)
    assert {token.type for token in tokens(text)} <= OURS
    assert FORMATS["markdown"](report(document(UNDETERMINED)), ENGLISH).count("\n- ") == 1
