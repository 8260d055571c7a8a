"""Reports: whole outputs, and hostile values in them."""

import json
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FULL,
    HOSTILE,
    NAME,
    ORDER,
    REPORTS,
    SHIPPING,
    assert_harmless,
    at,
    document,
    finding,
    joined,
    lossless,
    read_finding,
    report,
    unlocated,
)
from msgspec.structs import replace
from reports import REPORT

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.facts.mistyped import MISTYPED
from orderproof.finding import Because, DocumentName, FactState, Read, Related, SubjectName
from orderproof.report.formats import FORMATS, STREAMS, TABLE
from orderproof.report.json_report import render_json
from orderproof.report.model import CheckCounts, DocumentVerdict, Gap, Options, Report
from orderproof.report.text_report import DETAILED, render_diagnostics, render_text
from orderproof.report.words import LANGUAGES
from orderproof.source import Source, Span

SCHEMA: Any = REPORT.schema


def block(text: str) -> list[str]:
    """The lines of a text report without the summary's three."""
    return text.split("\n")[:-5]


def test_the_text_report_in_english() -> None:
    assert render_text(FULL, ENGLISH) == (
        """\
violation: orders/march.json, id 180000000000000123
  error, violation: The order totals 1000.00 USD but collects 1000.01.
    rule    price.total-equals-collection, clause 3: The total is what is collected
    at      orders/march.json:3:67  amounts.collection
            3 |   "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
              |                                                                       ^^^^^^^^^
    read    amounts.total = 1000.00 (3:42)
            amounts.collection = 1000.01 (3:67)
  warning: cannot tell: seller.quota_limit is missing
    rule    guarantee.within-quota-limit, clause 4: Quota stays within the seller's limit
    at      orders/march.json:3:13  consignments[0].a/b~c  (consignment seller 1)
            3 |   "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
              |             ^^^^^^^^^^
    read    seller.paused = false
            buyer.email = absent
    missing seller.quota_limit (1:1)
            seller.id
    because receipt_taken is unknown for order 180000000000000123, by = absent, late = true
              receipt.confirmed_at = absent (1:1)
              receipt_deadline holds for order 180000000000000123, at = 2026-04-15T00:00:00Z
                shipment.method = "sea" (4:26)
                shipping holds for order 180000000000000123, at = 2026-03-01T00:00:00Z
                  shipment.shipped_at = 2026-03-01T00:00:00Z (4:47)
              shipping holds for order 180000000000000123, at = 2026-03-01T00:00:00Z (as above)
            clearance does not hold for consignment 0
    also in - orders/四月.json:2:1, id 2
            - orders/may.ndjson #3
            - orders/0.json, id 0
            - orders/1.json, id 1
            - orders/2.json, id 2
            … and at least 2 more

Documents: 3 (pass 1, violation 1, undetermined 0, not applicable 0, unreadable 1)
Verdicts of checks: 1,052 (pass 1,038, violation 1, undetermined 1, not applicable 12)
Not evaluated: unreadable documents (1): orders/broken.json #1
Not evaluated: undetermined verdicts (1), where what is known does not decide
Not evaluated: parts of the checks across documents (a document could not be read, a value by which to compare is missing); where these pass, they pass for the documents that were compared
Incomplete: an input could not be checked, or not fully; the messages on standard error say why.
As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0
"""
    )


def test_the_text_report_in_chinese() -> None:
    assert render_text(FULL, Options("zh")) == (
        """\
违规：orders/march.json，编号 180000000000000123
  错误，违规：The order totals 1000.00 USD but collects 1000.01.
    规则 price.total-equals-collection，条款 3：The total is what is collected
    位置 orders/march.json:3:67  amounts.collection
         3 |   "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
           |                                                                       ^^^^^^^^^
    读取 amounts.total = 1000.00 (3:42)
         amounts.collection = 1000.01 (3:67)
  警告，无法判定：cannot tell: seller.quota_limit is missing
    规则 guarantee.within-quota-limit，条款 4：Quota stays within the seller's limit
    位置 orders/march.json:3:13  consignments[0].a/b~c  （consignment seller 1）
         3 |   "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
           |             ^^^^^^^^^^
    读取 seller.paused = false
         buyer.email = 未提供
    缺失 seller.quota_limit (1:1)
         seller.id
    依据 receipt_taken 未知（order 180000000000000123），by = 未提供，late = true
           receipt.confirmed_at = 未提供 (1:1)
           receipt_deadline 成立（order 180000000000000123），at = 2026-04-15T00:00:00Z
             shipment.method = "sea" (4:26)
             shipping 成立（order 180000000000000123），at = 2026-03-01T00:00:00Z
               shipment.shipped_at = 2026-03-01T00:00:00Z (4:47)
           shipping 成立（order 180000000000000123），at = 2026-03-01T00:00:00Z（同上）
         clearance 不成立（consignment 0）
    关联 - orders/四月.json:2:1，编号 2
         - orders/may.ndjson #3
         - orders/0.json，编号 0
         - orders/1.json，编号 1
         - orders/2.json，编号 2
         …… 至少另有 2 项

单据：3 份（通过 1，违规 1，无法判定 0，不适用 0，无法读取 1）
检查结论：1,052 项（通过 1,038，违规 1，无法判定 1，不适用 12）
未评估：1 份单据无法读取（orders/broken.json #1）
未评估：1 项结论无法判定，已知信息不足以得出结论
未评估：部分跨单据检查（有单据无法读取，缺少用于比对的值）；其“通过”仅对已参与比对的单据有效
不完整：有输入未能检查或未能完整检查，原因见标准错误输出。
基准时间 2026-04-01T00:00:00Z；规则集：credit-guarantee 1.0.0
"""
    )


def test_the_json_report() -> None:
    text = render_json(FULL, ENGLISH)
    assert text == render_json(FULL, Options("zh", colour=True))
    assert text.startswith('{\n  "format": "orderproof.report/1",\n  "tool": {\n')
    assert text.endswith("]\n}\n")
    assert '"orders/四月.json"' in text
    shipping = {
        "fact": "shipping",
        "subject": {"entity": "order", "key": "180000000000000123"},
        "state": "holds",
        "values": {"at": "2026-03-01T00:00:00Z"},
        "evidence": {"shipment.shipped_at": "2026-03-01T00:00:00Z"},
        "places": {"shipment.shipped_at": {"line": 4, "column": 47}},
        "because": [],
    }
    parsed = json.loads(text)
    assert list(parsed) == [name for name in SCHEMA["properties"] if name != "outcomes"]
    assert parsed == {
        "format": "orderproof.report/1",
        "tool": {"name": "orderproof", "version": __version__},
        "as_of": "2026-04-01T00:00:00Z",
        "rule_sets": [{"id": "credit-guarantee", "version": "1.0.0", "sha256": "ab" * 32}],
        "parameters": {
            "auto_confirm_days": {"sea": 45, "land": "30.50"},
            "methods": ["tt", True],
            "large": "1000",
            "since": "2026-01-02",
            "until": "2026-01-02T03:04:05.000600Z",
            "grace": "PT86400.5S",
        },
        "waivers": None,
        "baseline": None,
        "left_out": [],
        "complete": False,
        "cross_run_complete": False,
        "interrupted": False,
        "summary": {
            "documents": 3,
            "unreadable": 1,
            "pass": 1038,
            "violation": 1,
            "undetermined": 1,
            "not_applicable": 12,
            "not_judged": 0,
            "waived": 0,
            "known": 0,
            "fixed": 0,
            "unseen": 0,
        },
        "engines": [],
        "not_judged": [],
        "never_applicable": [],
        "documents": [
            {
                "path": "orders/march.json",
                "index": 0,
                "type": "order",
                "id": "180000000000000123",
                "sha256": "cd" * 32,
                "verdict": "violation",
            },
            {
                "path": "orders/april.json",
                "index": 0,
                "type": "order",
                "id": "4",
                "sha256": "cd" * 32,
                "verdict": "pass",
            },
            {
                "path": "orders/broken.json",
                "index": 1,
                "type": "order",
                "id": None,
                "sha256": None,
                "verdict": "unreadable",
            },
        ],
        "findings": [
            {
                "rule": "price.total-equals-collection",
                "verdict": "violation",
                "severity": "error",
                "clause": "3",
                "message": "The order totals 1000.00 USD but collects 1000.01.",
                "document": {"path": "orders/march.json", "index": 0, "id": "180000000000000123"},
                "location": {"pointer": "/amounts/collection", "line": 3, "column": 67},
                "subject": {"entity": "order", "key": "180000000000000123"},
                "evidence": {"amounts.total": "1000.00", "amounts.collection": "1000.01"},
                "missing": [],
                "because": [],
                "related": [],
                "fingerprint": "1:0123456789abcdef0123456789abcdef",
                "waived": False,
                "known": False,
            },
            {
                "rule": "guarantee.within-quota-limit",
                "verdict": "undetermined",
                "severity": "warning",
                "clause": "4",
                "message": "cannot tell: seller.quota_limit is missing",
                "document": {"path": "orders/march.json", "index": 0, "id": "180000000000000123"},
                "location": {"pointer": "/consignments/0/a~1b~0c", "line": 3, "column": 13},
                "subject": {"entity": "consignment", "key": "seller 1"},
                "evidence": {"seller.quota_limit": None, "seller.paused": False, "buyer.email": None},
                "missing": ["seller.quota_limit", "seller.id"],
                "because": [
                    {
                        "fact": "receipt_taken",
                        "subject": {"entity": "order", "key": "180000000000000123"},
                        "state": "unknown",
                        "values": {"by": None, "late": True},
                        "evidence": {"receipt.confirmed_at": None},
                        "places": {"receipt.confirmed_at": {"line": 1, "column": 1}},
                        "because": [
                            {
                                "fact": "receipt_deadline",
                                "subject": {"entity": "order", "key": "180000000000000123"},
                                "state": "holds",
                                "values": {"at": "2026-04-15T00:00:00Z"},
                                "evidence": {"shipment.method": "sea"},
                                "places": {"shipment.method": {"line": 4, "column": 26}},
                                "because": [shipping],
                            },
                            shipping,
                        ],
                    },
                    {
                        "fact": "clearance",
                        "subject": {"entity": "consignment", "key": "0"},
                        "state": "does_not_hold",
                        "values": {},
                        "evidence": {},
                        "places": {},
                        "because": [],
                    },
                ],
                "related": [
                    {
                        "document": {"path": "orders/四月.json", "index": 0, "id": "2"},
                        "location": {"pointer": "/amounts", "line": 2, "column": 1},
                    },
                    {
                        "document": {"path": "orders/may.ndjson", "index": 3, "id": None},
                        "location": {"pointer": "", "line": None, "column": None},
                    },
                    *(
                        {
                            "document": {"path": f"orders/{n}.json", "index": 0, "id": str(n)},
                            "location": {"pointer": "", "line": None, "column": None},
                        }
                        for n in range(5)
                    ),
                ],
                "fingerprint": "1:0123456789abcdef0123456789abcdef",
                "waived": False,
                "known": False,
            },
        ],
        "diagnostics": [
            {
                "code": "document.json",
                "severity": "error",
                "message": "this is not JSON",
                "path": "orders/march.json",
                "line": 4,
                "column": 26,
                "help": "put a comma before it",
            },
            {
                "code": "input.unreadable",
                "severity": "warning",
                "message": "no such file",
                "path": "orders/none.json",
                "line": None,
                "column": None,
                "help": None,
            },
        ],
    }


def test_the_diagnostics() -> None:
    assert render_diagnostics(FULL) == (
        """\
orders/march.json:4:26: error: this is not JSON [document.json]
  4 |   "shipment": {"method": "sea", "shipped_at": "2026-03-01T00:00:00Z"}
    |                          ^^^^^
  help: put a comma before it
orders/none.json: warning: no such file [input.unreadable]
"""
    )
    assert render_diagnostics(report()) == ""
    long = Diagnostic("document.json", "m" * 1_000_000, path="::error::x\n##[error]", help="h" * 1_000_000)
    assert render_diagnostics(report(diagnostics=(long,))) == (
        "\\x3a:error::x\\x0a#\\x23[error]: error: " + "m" * 1000 + "… (+999,000) [document.json]\n"
        "  help: " + "h" * 1000 + "… (+999,000)\n"
    )


def test_the_formats_are_those_of_the_table() -> None:
    assert list(FORMATS) == [name for name in STREAMS if TABLE[name].text]
    assert FORMATS["text"](FULL, ENGLISH) == render_text(FULL, ENGLISH)
    assert FORMATS["json"](FULL, ENGLISH) == render_json(FULL, ENGLISH)


def test_a_report_without_findings_says_what_was_not_checked() -> None:
    none = CheckCounts(0, 0, 0, 0)
    passed = document(verdict=DocumentVerdict.PASS)
    head = "As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0\n"
    assert render_text(report(passed, checks=CheckCounts(2, 0, 0, 1)), ENGLISH) == (
        "Documents: 1 (pass 1, violation 0, undetermined 0, not applicable 0, unreadable 0)\n"
        "Verdicts of checks: 3 (pass 2, violation 0, undetermined 0, not applicable 1)\n" + head
    )
    assert render_text(report(checks=none), ENGLISH) == (
        "Documents: 0 (pass 0, violation 0, undetermined 0, not applicable 0, unreadable 0)\n"
        "Verdicts of checks: 0 (pass 0, violation 0, undetermined 0, not applicable 0)\n"
        "Nothing was checked: no document was read.\n" + head
    )
    unreadable = tuple(replace(BROKEN, name=DocumentName("o.json", n, None)) for n in range(7))
    assert render_text(report(*unreadable, checks=none), ENGLISH).split("\n")[2:4] == [
        "Nothing was checked: no document was read.",
        "Not evaluated: unreadable documents (7): o.json, o.json #1, o.json #2, o.json #3, o.json #4, … and 2 more",
    ]
    idle = document(verdict=DocumentVerdict.NOT_APPLICABLE)
    assert "Nothing was checked: no check applies to these documents.\n" in render_text(
        report(idle, checks=CheckCounts(0, 0, 0, 9)), ENGLISH
    )


def test_documents_are_told_apart() -> None:
    several = report(
        document(unlocated("m"), name=DocumentName("o.ndjson", 0, None)),
        document(unlocated("m"), name=DocumentName("o.ndjson", 1, "7")),
        document(replace(unlocated("w"), severity=Severity.WARNING), verdict=DocumentVerdict.PASS),
    )
    assert [line for line in render_text(several, ENGLISH).split("\n") if ".json" in line or ".ndjson" in line] == [
        "violation: o.ndjson",
        "violation: o.ndjson #1, id 7",
        "pass, with warnings: orders/march.json, id 180000000000000123",
    ]


def test_the_verdict_is_not_said_twice() -> None:
    """Where the message begins with it, in the report's language; the message of a rule never stands in for it."""
    cases = {
        ("undetermined", "cannot tell: a is missing"): (
            "error: cannot tell: a is missing",
            "错误，无法判定：cannot tell: a",
        ),
        ("undetermined", "无法判定：缺少 a"): ("error, undetermined: 无法判定：缺少 a", "错误：无法判定：缺少 a"),
        ("violation", "cannot tell: b"): ("error, violation: cannot tell: b", "错误，违规：cannot tell: b"),
        ("violation", "无法判定：b"): ("error, violation: 无法判定：b", "错误，违规：无法判定：b"),
    }
    for (verdict, message), heads in cases.items():
        made = report(document(replace(unlocated(message), verdict=verdict)))
        for lang, head in zip(("en", "zh"), heads, strict=True):
            assert block(render_text(made, Options(lang)))[1].startswith(f"  {head}")


def test_a_group_is_named_as_a_group() -> None:
    """Also where its key is the document's id."""
    for key in ("S-20417", NAME.id or ""):
        grouped = finding(subject=SubjectName("order", key), grouped=True)
        for lang, name in (("en", f"(group {key})"), ("zh", f"（组 {key}）")):
            (at_line,) = (
                line for line in block(render_text(report(document(grouped)), Options(lang))) if ":3:67" in line
            )
            assert at_line.endswith(f"amounts.collection  {name}")
    assert render_json(report(document(grouped)), ENGLISH) == render_json(
        report(document(replace(grouped, grouped=False))), ENGLISH
    )


def test_a_line_that_says_nothing_of_the_value_is_not_shown() -> None:
    absent = finding(pointer=("receipt", "confirmed_at"), span=at("{"), excerpt=False, evidence=())
    assert block(render_text(report(document(absent)), ENGLISH))[3:] == [
        "    at      orders/march.json:1:1  receipt.confirmed_at"
    ]
    assert block(render_text(report(document(replace(absent, excerpt=True))), ENGLISH))[4:] == [
        "            1 | {",
        "              | ^",
    ]


def test_documents_that_pass_with_warnings_are_counted() -> None:
    warned = document(replace(unlocated("w"), severity=Severity.WARNING), verdict=DocumentVerdict.PASS)
    plain = document(verdict=DocumentVerdict.PASS)
    made = report(warned, plain, warned, document(finding()))
    assert "Documents: 4 (pass 3, of them with warnings 2, violation 1, undetermined 0," in render_text(made, ENGLISH)
    assert "单据：4 份（通过 3，其中有警告 2，违规 1，无法判定 0，" in render_text(made, Options("zh"))
    for lang in LANGUAGES:
        assert "warnings" not in render_text(report(plain), Options(lang))
        assert "有警告" not in render_text(report(plain), Options(lang))


def test_why_checks_across_documents_are_not_complete() -> None:
    passed = document(verdict=DocumentVerdict.PASS)
    for gap in Gap:
        for lang, words in LANGUAGES.items():
            (line,) = (
                s for s in render_text(report(passed, gaps=(gap,)), Options(lang)).split("\n") if words.gaps[gap] in s
            )
            assert line == words.cross_run.format(reasons=words.gaps[gap])
    for lang, words in LANGUAGES.items():
        assert words.cross_run.partition("{")[0] not in render_text(report(passed), Options(lang))
    assert [len({words.gaps[gap] for gap in Gap}) for words in LANGUAGES.values()] == [len(Gap)] * len(LANGUAGES)


def mistyped(path: str) -> Diagnostic:
    return Diagnostic(MISTYPED, f"`{path}`: this is no field of the document type, so no check reads it")


def test_likely_mistyped_fields_are_named_in_the_summary() -> None:
    passed = document(verdict=DocumentVerdict.PASS)
    two = report(passed, diagnostics=(mistyped("shipement"), FULL.diagnostics[0], mistyped("payments[0].`: paidat")))
    assert "Likely mistyped fields: 2 (shipement, payments[0].`: paidat); no check reads them\n" in render_text(
        two, ENGLISH
    )
    assert "疑似拼写错误的字段：2 个（shipement，payments[0].`: paidat）；没有检查读取这些字段\n" in render_text(
        two, Options("zh")
    )
    many = report(passed, diagnostics=tuple(mistyped(f"a{n}") for n in range(7)))
    assert "Likely mistyped fields: 7 (a0, a1, a2, a3, a4, … and 2 more); no" in render_text(many, ENGLISH)
    assert "mistyped" not in render_text(FULL, ENGLISH)


def test_a_report_for_a_file_holds_the_diagnostics() -> None:
    whole = render_text(FULL, Options("en", diagnostics=True))
    apart = render_text(FULL, ENGLISH)
    told = "the messages on standard error say why"
    at_summary = apart.index("Documents: 3")
    assert whole == (
        apart[:at_summary]
        + render_diagnostics(FULL)
        + "\n"
        + apart[at_summary:].replace(told, "the messages above say why")
    )
    assert told in apart
    assert render_text(report(), Options("en", diagnostics=True)) == render_text(report(), ENGLISH)
    assert "原因见上文信息" in render_text(FULL, Options("zh", diagnostics=True))


VISIBLE = (
    "\\x1b[2J\\x9b31m\\u202eevil\\u2066\\x0d\\x0a::error f=a::b #\\x23[error]x #\\x23vso[task.setvariable]y"
    " [/x] {0} \\ud800\\ue000\\u2028"
)


def test_hostile_text_is_visible_and_does_nothing() -> None:
    name = DocumentName(HOSTILE, 0, HOSTILE)
    source = Source(HOSTILE, f'["{HOSTILE.replace(chr(10), "")}"]')
    span = Span(source, 1, len(source.text) - 1)
    hostile = finding(
        rule=HOSTILE,
        clause=HOSTILE,
        title=HOSTILE,
        message="::error::" + HOSTILE,
        document=name,
        pointer=(HOSTILE,),
        span=span,
        subject=SubjectName(HOSTILE, "::" + HOSTILE),
        evidence=(Read(("::set-output",), HOSTILE, None), Read(("::error",), "::x", span)),
        missing=("##[error]",),
        because=(Because("::error", ORDER, FactState.HOLDS, {"::a": HOSTILE}, (), ()),) * 2,
        related=(Related(name, (), None),),
    )
    line = VISIBLE.replace("\\x0a", "")
    columns = len(f'"{line}"') - 2 * len("\\x23") + 2 * len("#")  # commands are broken up last
    assert block(render_text(report(document(hostile, name=name)), ENGLISH)) == [
        f"violation: {VISIBLE}, id {VISIBLE}",
        f"  error, violation: ::error::{VISIBLE}",
        f"    rule    {VISIBLE}, clause {VISIBLE}: {VISIBLE}",
        f"    at      {VISIBLE}:1:2  {VISIBLE}  ({VISIBLE} ::{VISIBLE})",
        f'            1 | ["{line}"]',
        f"              |  {'^' * columns}",
        f'    read    ::set-output = "{VISIBLE}"',
        '            \\x3a:error = "::x" (1:2)',
        "    missing #\\x23[error]",
        f'    because ::error holds for order 180000000000000123, ::a = "{VISIBLE}"',
        f'            \\x3a:error holds for order 180000000000000123, ::a = "{VISIBLE}"',
        f"    also in - {VISIBLE}, id {VISIBLE}",
    ]


def test_hostile_text_in_json_keeps_its_value() -> None:
    text = render_json(report(document(unlocated(HOSTILE + "\x7f\x85\U000e0041é😀中"))), ENGLISH)
    (written,) = (line for line in text.split("\n") if '"message"' in line)
    assert written == (
        '      "message": "\\u001b[2J\\u009b31m\\u202eevil\\u2066\\r\\n::error f=a::b #\\u0023[error]x'
        ' #\\u0023vso[task.setvariable]y [/x] {0} \\ud800\\ue000\\u2028\\u007f\\u0085\\udb40\\udc41é😀中",'
    )
    assert json.loads(text)["findings"][0]["message"] == HOSTILE + "\x7f\x85\U000e0041é😀中"


def test_values_show_where_they_end() -> None:
    values = ("-12.50", "2026-03-01T08:00:00+08:00", "1 (3:4)", 'a"b', "true", "１２", "12\n", "", "9" * 81)
    reads = tuple(Read((name,), value, None) for name, value in zip("abcdefghi", values, strict=True))
    shown = finding(evidence=reads, span=None, pointer=(), title="")
    assert block(render_text(report(document(shown)), ENGLISH))[3:] == [
        "    read    a = -12.50",
        "            b = 2026-03-01T08:00:00+08:00",
        '            c = "1 (3:4)"',
        '            d = "a\\"b"',
        '            e = "true"',
        '            f = "１２"',
        '            g = "12\\x0a"',
        '            h = ""',
        f'            i = "{"9" * 80}…" (+1)',
    ]


def test_long_text_is_cut_in_text_and_whole_in_json() -> None:
    million = "甲" * 1_000_000
    source = Source(million, f'{{"a": "{million}"}}')
    long = finding(
        message=million,
        title=million,
        evidence=(Read(("a",), million, None),),
        missing=(million,),
        span=Span(source, 6, len(source.text) - 1),
        subject=SubjectName("order", million),
        document=DocumentName(million, 0, million),
    )
    made = report(document(long, name=long.document))
    text = render_text(made, ENGLISH)
    assert max(map(len, text.split("\n"))) < 1500
    assert f'    read    a = "{"甲" * 80}…" (+999,920)\n' in text
    assert f"  error, violation: {'甲' * 1000}… (+999,000)\n" in text
    assert f"    missing {'甲' * 300}… (+999,700)\n" in text
    assert json.loads(render_json(made, ENGLISH))["findings"][0]["evidence"] == {"a": million}


def test_a_finding_of_many_documents_stays_short() -> None:
    names = [DocumentName(f"{n}.json", 0, str(n)) for n in range(DETAILED + 30)]
    related = tuple(Related(name, (), None) for name in names)
    reads = tuple(Read(("items", n, "amount"), "1", None) for n in range(1000))
    facts = tuple(Because(f"f{n}", ORDER, FactState.HOLDS, {}, reads[:50], ()) for n in range(1000))
    found = finding(evidence=reads, missing=("a.b",) * 1000, because=facts, related=related)
    made = report(*(document(replace(found, document=name), name=name) for name in names))
    lines = render_text(made, ENGLISH).split("\n")
    detailed = 2 + 4 + 11 + 11 + 41 + 6 + 1
    assert lines.index("violation: 20.json, id 20") == DETAILED * detailed
    assert lines[5:20] == [
        "              |                                                                       ^^^^^^^^^",
        "    read    items[0].amount = 1",
        *(f"            items[{n}].amount = 1" for n in range(1, 10)),
        "            … and 990 more",
        "    missing a.b",
        "            a.b",
        "            a.b",
    ]
    total = "The order totals 1000.00 USD but collects 1000.01."
    assert lines[DETAILED * detailed + 1 :][:2] == [
        f"  error, violation: {total} [price.total-equals-collection, clause 3] orders/march.json:3:67",
        "",
    ]
    assert len(lines) == DETAILED * detailed + 30 * 3 + 5
    assert lines[-5] == (
        "Without details: further findings of a rule after its first 20 (30); the JSON report has their evidence."
    )
    (in_json,) = json.loads(render_json(report(document(found)), ENGLISH))["findings"]
    assert [len(in_json[part]) for part in ("evidence", "missing", "because", "related")] == [1000, 1000, 1000, 50]


def test_a_deep_chain_is_shown_to_its_end_or_counted() -> None:
    chain = SHIPPING
    for number in range(100):
        chain = Because(f"fact{number}", ORDER, FactState.HOLDS, {}, (), (chain,))
    made = report(document(finding(because=(chain,), evidence=())))
    lines = block(render_text(made, ENGLISH))
    assert lines[6] == "    because fact99 holds"
    assert lines[45] == "            " + "  " * 16 + "fact60 holds"
    assert lines[46:] == ["            … and 62 more"]
    inner = json.loads(render_json(made, ENGLISH))["findings"][0]["because"]
    depth = 0
    while inner:
        depth, inner = depth + 1, inner[0]["because"]
    assert depth == 101


def test_colour_is_never_the_only_signal() -> None:
    coloured = render_text(FULL, Options("en", colour=True))
    assert coloured.startswith("\x1b[1mviolation: orders/march.json, id 180000000000000123\x1b[0m\n")
    assert "  \x1b[31m\x1b[1merror\x1b[0m, violation: The order" in coloured
    assert "  \x1b[33m\x1b[1mwarning\x1b[0m: cannot" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == render_text(FULL, ENGLISH)


def test_labels_of_a_language_are_equally_wide() -> None:
    for words in LANGUAGES.values():
        for label in (words.rule, words.at, words.read, words.missing, words.because, words.related, words.waived):
            assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label) == words.label_width


NOT_ALWAYS = {
    *("interrupted", "engines", "not_judged", "waivers", "baseline", "known", "fixed", "unseen", "never_applicable"),
    "left_out",
    *("cell", "waiver", "outcomes"),
}
"""What reports of the first version lack; and what only sheets, waived findings, and reports with details have."""


def test_the_schema_is_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    parts = [SCHEMA]
    objects = 0
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts += part.values()
            if "properties" in part and part.get("type") == "object":
                objects += 1
                assert part["additionalProperties"] is False
                assert part["required"] == [name for name in part["properties"] if name not in NOT_ALWAYS]
                assert all(inner.get("description") or "$ref" in inner for inner in part["properties"].values())
        elif isinstance(part, list):
            parts += part
    assert objects == 18


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("format",), "orderproof.report/2"),
        (("as_of",), "2026-04-01T00:00:00+00:00"),
        (("rule_sets", 0, "sha256"), "AB" * 32),
        (("parameters", "large"), 1.5),
        (("summary", "waived"), -1),
        (("summary", "known"), None),
        (("never_applicable",), None),
        (("waivers",), "waivers.yaml"),
        (("findings", 0, "known"), "no"),
        (("findings", 0, "waiver"), {"reason": "agreed"}),
        (("interrupted",), None),
        (("engines",), {}),
        (("not_judged",), None),
        (("documents", 0, "verdict"), "passed"),
        (("findings", 0, "verdict"), "pass"),
        (("findings", 0, "severity"), "info"),
        (("findings", 0, "fingerprint"), "x"),
        (("findings", 0, "evidence", "amounts.total"), 1000),
        (("findings", 0, "location", "pointer"), "amounts"),
        (("findings", 0, "location", "line"), 0),
        (("findings", 1, "because", 0, "state"), "true"),
        (("findings", 1, "because", 0, "because", 0, "extra"), 1),
        (("diagnostics", 0, "extra"), 1),
        (("extra",), 1),
    ],
)
def test_the_schema_refuses(path: tuple[str | int, ...], wrong: object) -> None:
    parsed = json.loads(render_json(FULL, ENGLISH))
    REPORT.validate(parsed)
    inner = parsed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    assert [tuple(error.absolute_path) for error in REPORT.iter_errors(parsed)][:1] in ([path], [path[:-1]])


# Any report.


@ANY_REPORT
@given(made=REPORTS, lang=st.sampled_from(sorted(LANGUAGES)))
def test_any_report_is_harmless_text(made: Report, lang: str) -> None:
    text = render_text(made, Options(lang))
    assert_harmless(text)
    assert text.endswith("\n")
    assert_harmless(render_diagnostics(made))
    whole = render_text(made, Options(lang, diagnostics=True))
    assert render_diagnostics(made) in whole
    assert_harmless(whole)
    coloured = render_text(made, Options(lang, colour=True))
    assert_harmless(re.sub(r"\x1b\[[0-9]+m", "", coloured))
    for message in (f.message for d in made.documents for f in d.findings if f.message.isalnum()):
        assert message in text


@ANY_REPORT
@given(made=REPORTS)
def test_any_report_comes_back_from_json(made: Report) -> None:
    text = render_json(made, ENGLISH)
    assert_harmless(text)
    assert text == render_json(made, ENGLISH)
    parsed = json.loads(text)
    REPORT.validate(parsed)
    findings = [f for d in made.documents for f in d.findings]
    assert [read_finding(found) for found in parsed["findings"]] == [lossless(f) for f in findings]
    assert [DocumentName(d["path"], d["index"], d["id"]) for d in parsed["documents"]] == [
        joined(d.name) for d in made.documents
    ]
    assert [(d["message"], d["help"]) for d in parsed["diagnostics"]] == [
        joined((d.message, d.help)) for d in made.diagnostics
    ]
    assert datetime.fromisoformat(parsed["as_of"]) == made.as_of
    assert {name: value for name, value in parsed["parameters"].items() if isinstance(value, bool)} == {
        joined(name): value for name, value in made.parameters.items() if isinstance(value, bool)
    }
    assert {name: Decimal(parsed["parameters"][joined(name)]) for name in numbers(made)} == numbers(made)


def numbers(made: Report) -> dict[str, Decimal]:
    return {name: value for name, value in made.parameters.items() if isinstance(value, Decimal)}
