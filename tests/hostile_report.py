"""Reports and documents in which every text from outside attacks whoever shows it, one kind of attack at a time."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from program import HEAD

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.facts.mistyped import MISTYPED
from orderproof.finding import Because, DocumentName, FactState, Finding, Read, Related, SubjectName
from orderproof.report.model import (
    CheckCounts,
    CheckedDocument,
    CheckOutcome,
    DocumentVerdict,
    EngineCount,
    Gap,
    NotJudged,
    Report,
    RuleInfo,
    RuleSetName,
)
from orderproof.source import Source, Span

LONG = 1_000_000
MARKER = "hostile-marker"
"""What an attack would leave where it succeeded, for those that run; it stands in the texts of the scripts."""

ATTACKS: Mapping[str, str] = {
    "escapes": "\x1b[2J\x1b[31m\x1b]0;title\x07\x1b]8;;https://evil.example/\x1b\\link\x1b]8;;\x1b\\\x9b1m\x08\x7f",
    "lines": "first\r\nsecond\rthird\nfourth\u2028fifth\u2029sixth\x0bseventh\x0ceighth\x85ninth",
    "commands": "::error file=a,line=1::x\n::stop-commands::y\r\n  ::set-env name=P::1\n##[error]z\n##vso[task.complete]",
    "template": "{0} {message} {{1}} ${{ secrets.X }} %s %(x)s {% x %} [text](1) [text](https://evil.example/) \\[x\\](2)",
    "markup": f"<script>document.title='{MARKER}'</script><img src=x onerror=\"document.title='{MARKER}'\"><b>&amp;</b>",
    "breakout": f"\"'></td></script><script>document.title='{MARKER}'</script><!-- ]]> --> ]]><![CDATA[ </pre></textarea>",
    "scheme": "javascript:document.title='x' file:///etc/passwd //evil.example/x \\\\evil\\share https://evil.example/?a=1",
    "markdown": "| a | b |\n|---|---|\n# head\n* _x_ **y** `z` ``` ~~w~~ @octocat #1 GH-1 !user ![i](https://evil.example/i) <a>",
    "mentions": "@octocat @org/team #12 owner/repo#3 !4 &5 %6 ~label $7 0123456789abcdef0123456789abcdef01234567 :smile:",
    "formula": "=cmd|' /C calc'!A0",
    "formula-plus": '+1+HYPERLINK("https://evil.example/","x")',
    "formula-at": "@SUM(1+1)*cmd",
    "formula-tab": "\t=1+1",
    "formula-wide": "＝1+1",
    "bidi": "\u202eevil\u2066reversed\u2069\u200b\u200d\ufeff\u061c\u00ad\U000e0041",
    "controls": "".join(map(chr, range(32))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
    "nul": "\x00before\x00after",
    "surrogates": "\ud800 \udfff \udc00\ud800 \ud83d",
    "noncharacters": "\ufffe \uffff \ufdd0 \U0001ffff \U0010ffff \ue000",
    "path": "../../etc/passwd%2e%2e/a b#c?d=e:f[0]\\g%zz ö",
    "drive": "C:\\Users\\x\\order.json",
    "slash": "/etc/../order.json",
    "empty": "",
    "blank": " \u3000 ",
    "long": "a" * LONG,
    "long-markup": "<i>" * (LONG // 3),
    "long-lines": "x\n::error::y\n" * (LONG // 13),
    "wide": "三月装船" * 200,
}
"""Texts as partners could write them, by what they try."""


def hostile_report(text: str) -> Report:
    """A report in which every text that comes from outside, or from a rule's author, is this one."""
    name = DocumentName(text, 0, text)
    source = Source(text, f"{text}\n{text} {text}")
    span = Span(source, 0, len(source.text))
    subject = SubjectName(text, text)
    read = Read((text, 3, text), text, span)
    inner = Because(text, subject, FactState.HOLDS, {text: text}, (read,), ())
    chain = Because(text, subject, FactState.UNKNOWN, {text: text, "none": None}, (read,), (inner,))
    related = Related(DocumentName(text, 1, text), (text,), Span(source, 1, 2))
    found = Finding(
        rule="first",
        verdict="violation",
        severity=Severity.ERROR,
        clause=text,
        title=text,
        message=text,
        document=name,
        pointer=(text, 0, text),
        span=span,
        subject=subject,
        evidence=(read, Read((text,), None, None), Read(("told",), text, None, told=True)),
        missing=(text, text),
        because=(chain,),
        related=(related, related),
        fingerprint="1:" + "0123456789abcdef" * 2,
    )
    plain = {name: getattr(found, name) for name in found.__struct_fields__}
    undetermined = Finding(**{**plain, "rule": text or "second", "verdict": "undetermined", "span": None})
    warning = Finding(**{**plain, "severity": Severity.WARNING, "fingerprint": "1:" + "fedcba9876543210" * 2})
    outcomes = (CheckOutcome("first", subject, "violation"), CheckOutcome("passing", subject, "pass"))
    return Report(
        as_of=datetime(2026, 4, 1, tzinfo=UTC),
        rule_sets=(RuleSetName(text, text, "ab" * 32),),
        parameters={text: {text: text}},
        complete=False,
        gaps=(Gap.UNREADABLE,),
        documents=(
            CheckedDocument(name, text, "cd" * 32, DocumentVerdict.VIOLATION, (found, undetermined, warning), outcomes),
            CheckedDocument(DocumentName(text, 1, text), text, "cd" * 32, DocumentVerdict.PASS, ()),
            CheckedDocument(DocumentName(text, 2, None), text, None, DocumentVerdict.UNREADABLE, ()),
        ),
        checks=CheckCounts(1, 2, 1, 1, 1),
        diagnostics=(
            Diagnostic("document.json", text, span=span, help=text),
            Diagnostic(MISTYPED, f"`{text}`: {text}", path=text, help=text, severity=Severity.WARNING),
        ),
        document_type=text,
        engines=(EngineCount(text or "engine", 2, 1),),
        confirmed=1,
        not_judged=(NotJudged(text, (text,), (text,), 1, 1),),
        rules=(
            RuleInfo("first", text, text, Severity.ERROR, text, text, {"en": text, "zh": text}),
            RuleInfo("passing", text, text, Severity.WARNING, text, text, {"en": text}),
            RuleInfo(text or "second", text, text, Severity.ERROR, text, "", {"en": text}),
        ),
    )


HOSTILE_REPORTS: Mapping[str, Report] = {name: hostile_report(text) for name, text in ATTACKS.items()}


def write_hostile_documents(folder: Path) -> tuple[str, ...]:
    """Orders with violations (by ``program.RULES``) whose ids, values and file names attack; the names of the files.

    Of the attacks only those that a document may hold: its reader refuses half characters.
    """
    lines = []
    for name, text in ATTACKS.items():
        if name.startswith("long") or "surrogates" in name:
            continue
        amounts = '"amounts": {"total": "5.00", "collection": "5.01"}'
        payments = f'"payments": [{{"id": {json.dumps(text)}, "method": {json.dumps(text)}}}]'
        lines.append(f'{{"id": {json.dumps(name + text)}, {HEAD}, {amounts}, {payments}}}\n')
    names = {
        "orders.ndjson": "".join(lines),
        "::error file=a,line=1::x.json": lines[0],
        "a\n::warning::b.json": lines[1],
        "<img src=x onerror=alert(1)>.json": lines[2],
        "=1+1 %20#a?b[c].json": lines[3],
        "@team `x` |y|.json": "not an order \x1b[31m\n::error::x\n",
        "\u202egpj.json": "{",
    }
    for name, text in names.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return tuple(names)
