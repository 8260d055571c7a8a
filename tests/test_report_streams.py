"""Reports while their run goes on: whole outputs, what is held, and that all formats say the same."""

import io
import json
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_reports import (
    ANY_REPORT,
    BROKEN,
    ENGLISH,
    FINDINGS,
    FULL,
    OUTCOMES,
    REPORTS,
    UNDETERMINED,
    assert_harmless,
    document,
    finding,
    full_disk,
    unlocated,
)
from msgspec import Struct
from msgspec.structs import replace
from reports import RECORD, REPORT, records

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.finding import DocumentName
from orderproof.report.collect import Collector
from orderproof.report.formats import FORMATS, STREAMS
from orderproof.report.json_report import render_json
from orderproof.report.model import (
    Across,
    CheckCounts,
    CheckedDocument,
    DocumentVerdict,
    Ending,
    EngineCount,
    Gap,
    Head,
    NotJudged,
    Options,
    Report,
)
from orderproof.report.ndjson_report import NdjsonStream
from orderproof.report.replay import head_of, replay
from orderproof.report.stream import Stream
from orderproof.report.words import LANGUAGES
from orderproof.report.write import StandardOutput, TextOutput


class Told(Struct, frozen=True):
    """What a run tells, in order."""

    head: Head
    documents: tuple[CheckedDocument | Diagnostic, ...]
    across: tuple[Across, ...]
    ending: Ending

    def to(self, stream: Stream) -> None:
        stream.head(self.head)
        for each in self.documents:
            match each:
                case CheckedDocument():
                    if each.findings or each.verdict is DocumentVerdict.UNREADABLE or stream.wants_every_document:
                        stream.document(each)
                case Diagnostic():
                    stream.diagnostic(each)
        for found in self.across:
            stream.across(found)
        stream.end(self.ending)

    def text(self, format_: str, options: Options = ENGLISH) -> str:
        out = TextOutput()
        self.to(STREAMS[format_](out, options))
        return out.text


MARCH = document(finding())
APRIL = document(name=DocumentName("orders/april.json", 0, "4"), verdict=DocumentVerdict.PASS)
MAY = document(
    replace(unlocated("Paid late."), rule="payment.in-time", severity=Severity.WARNING),
    name=DocumentName("orders/may.ndjson", 3, "5"),
    verdict=DocumentVerdict.PASS,
)
MISSING = Diagnostic("input.unreadable", "no such file", path="orders/none.json")
SHARED = replace(
    unlocated("The account is of several orders."), rule="account.unique", clause="2", document=APRIL.name, grouped=True
)
RUN = Told(
    head_of(replace(FULL, parameters={"days": 3}, document_type="order")),
    (MARCH, MISSING, APRIL, BROKEN, MAY),
    (
        Across(APRIL.name, 1, DocumentVerdict.VIOLATION, DocumentVerdict.PASS, (SHARED,)),
        Across(MAY.name, 3, DocumentVerdict.PASS, DocumentVerdict.PASS, (replace(SHARED, severity=Severity.WARNING),)),
    ),
    Ending(
        complete=False,
        gaps=(Gap.UNREADABLE,),
        documents={DocumentVerdict.VIOLATION: 2, DocumentVerdict.PASS: 1, DocumentVerdict.UNREADABLE: 1},
        warned=1,
        checks=CheckCounts(20, 2, 0, 5, 1200),
        findings={(Severity.ERROR, "violation"): 2, (Severity.WARNING, "violation"): 2},
        unreadable=(BROKEN.name,),
        mistyped=("shipement",),
        mistyped_count=1,
        engines=(EngineCount("compiled", 3, 2), EngineCount("rete", 2, 2), EngineCount("reference", 1, 0)),
        confirmed=2,
        not_judged=(NotJudged("platform-api", ("a", "b", "c", "d", "e", "f"), ("consignments", "buyer"), 400, 1200),),
    ),
)


def test_the_text_report_of_a_run() -> None:
    assert RUN.text("text") == (
        """\
violation: orders/march.json, id 180000000000000123
  error, violation: The order totals 1000.00 USD but collects 1000.01.
    rule    price.total-equals-collection, clause 3: The total is what is collected
    at      orders/march.json:3:67  amounts.collection
            3 |   "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
              |                                                                       ^^^^^^^^^
    read    amounts.total = 1000.00 (3:42)
            amounts.collection = 1000.01 (3:67)

pass, with warnings: orders/may.ndjson #3, id 5
  warning, violation: Paid late.
    rule    payment.in-time, clause 3

Findings across documents:

violation: orders/april.json, id 4
  error, violation: The account is of several orders.
    rule    account.unique, clause 2
    at      (group 180000000000000123)

pass, with warnings: orders/may.ndjson #3, id 5
  warning, violation: The account is of several orders.
    rule    account.unique, clause 2
    at      (group 180000000000000123)

Documents: 4 (pass 1, of them with warnings 1, violation 2, undetermined 0, not applicable 0, unreadable 1)
Verdicts of checks: 1,227 (pass 20, violation 2, undetermined 0, not applicable 5, not judged 1,200)
Judged by compiled; documents confirmed by rete: 2; documents judged by reference alone: 1
Not evaluated: unreadable documents (1): orders/broken.json #1
Not evaluated: verdicts not judged on this source (1,200): platform-api does not carry consignments, buyer; documents 400; rules a, b, c, d, e, … and 1 more
Not evaluated: parts of the checks across documents (a document could not be read); where these pass, they pass for the documents that were compared
Likely mistyped fields: 1 (shipement); no check reads them
Incomplete: an input could not be checked, or not fully; the messages on standard error say why.
As of 2026-04-01T00:00:00Z; rules: credit-guarantee 1.0.0
"""
    )


def test_the_text_report_of_a_run_in_chinese() -> None:
    lines = RUN.text("text", Options("zh")).split("\n")
    assert lines[lines.index("跨单据检查的发现：") :] == [
        "跨单据检查的发现：",
        "",
        "违规：orders/april.json，编号 4",
        "  错误，违规：The account is of several orders.",
        "    规则 account.unique，条款 2",
        "    位置 （组 180000000000000123）",
        "",
        "通过（有警告）：orders/may.ndjson #3，编号 5",
        "  警告，违规：The account is of several orders.",
        "    规则 account.unique，条款 2",
        "    位置 （组 180000000000000123）",
        "",
        "单据：4 份（通过 1，其中有警告 1，违规 2，无法判定 0，不适用 0，无法读取 1）",
        "检查结论：1,227 项（通过 20，违规 2，无法判定 0，不适用 5，来源所限未判定 1,200）",
        "判定引擎：compiled；经 rete 复核一致的单据 2 份；仅由 reference 判定的单据 1 份",
        "未评估：1 份单据无法读取（orders/broken.json #1）",
        "未评估：1,200 项结论因来源所限未判定：platform-api 不提供 consignments，buyer；单据 400 份；规则 a，b，c，d，e，…… 另有 1 项",
        "未评估：部分跨单据检查（有单据无法读取）；其“通过”仅对已参与比对的单据有效",
        "疑似拼写错误的字段：1 个（shipement）；没有检查读取这些字段",
        "不完整：有输入未能检查或未能完整检查，原因见标准错误输出。",
        "基准时间 2026-04-01T00:00:00Z；规则集：credit-guarantee 1.0.0",
        "",
    ]


def test_a_report_for_a_file_tells_diagnostics_where_they_come() -> None:
    told = replace(RUN, documents=(MISSING, MARCH, MISSING, MISSING, MAY, MISSING), across=())
    lines = told.text("text", Options(diagnostics=True)).split("\n")
    line = "orders/none.json: error: no such file [input.unreadable]"
    at = [number for number, each in enumerate(lines) if each == line]
    assert at == [0, 11, 12, 18]
    assert [lines[number + 1] for number in at] == ["", line, "", ""]
    assert [lines[number - 1] for number in at[1:]] == ["", line, ""]
    assert "the messages above say why" in lines[-3]


SUMMARY = {
    "documents": 4,
    "unreadable": 1,
    "pass": 20,
    "violation": 2,
    "undetermined": 0,
    "not_applicable": 5,
    "not_judged": 1200,
    "waived": 0,
    "known": 0,
    "fixed": 0,
    "unseen": 0,
}
ENGINES = [
    {"name": "compiled", "judged": 3, "confirmed": 2},
    {"name": "rete", "judged": 2, "confirmed": 2},
    {"name": "reference", "judged": 1, "confirmed": 0},
]
NOT_JUDGED = [
    {
        "source": "platform-api",
        "rules": ["a", "b", "c", "d", "e", "f"],
        "fields": ["consignments", "buyer"],
        "documents": 400,
        "count": 1200,
    }
]
FINAL = {
    "complete": False,
    "cross_run_complete": False,
    "interrupted": False,
    "summary": SUMMARY,
    "engines": ENGINES,
    "not_judged": NOT_JUDGED,
    "never_applicable": [],
}


def test_the_json_report_of_a_run() -> None:
    text = RUN.text("json")
    parsed = json.loads(text)
    REPORT.validate(parsed)
    assert {name: parsed[name] for name in FINAL} == FINAL
    assert [(d["path"], d["verdict"]) for d in parsed["documents"]] == [
        ("orders/march.json", "violation"),
        ("orders/april.json", "violation"),
        ("orders/broken.json", "unreadable"),
        ("orders/may.ndjson", "pass"),
    ]
    assert [(f["rule"], f["document"]["path"]) for f in parsed["findings"]] == [
        ("price.total-equals-collection", "orders/march.json"),
        ("payment.in-time", "orders/march.json"),
        ("account.unique", "orders/april.json"),
        ("account.unique", "orders/april.json"),
    ]
    assert [d["code"] for d in parsed["diagnostics"]] == ["input.unreadable"]
    # It is laid out as any JSON of two blanks is.
    assert text == json.dumps(parsed, ensure_ascii=False, indent=2) + "\n"


def test_the_report_of_records() -> None:
    text = RUN.text("ndjson")
    found = records(text)
    assert [each["record"] for each in found] == [
        *("head", "finding", "diagnostic", "finding", "finding", "verdict", "finding", "end"),
    ]
    assert found[0] == {
        "record": "head",
        "format": "orderproof.report-ndjson/1",
        "tool": {"name": "orderproof", "version": __version__},
        "as_of": "2026-04-01T00:00:00Z",
        "rule_sets": [{"id": "credit-guarantee", "version": "1.0.0", "sha256": "ab" * 32}],
        "parameters": {"days": 3},
        "waivers": None,
        "baseline": None,
        "left_out": [],
        "document_type": "order",
    }
    assert found[5] == {
        "record": "verdict",
        "document": {"path": "orders/april.json", "index": 0, "id": "4"},
        "verdict": "violation",
        "was": "pass",
    }
    assert found[-1] == {"record": "end", **FINAL}
    assert text.startswith('{"record":"head","format":"orderproof.report-ndjson/1",')
    assert [next(iter(json.loads(line))) for line in text.split("\n")[:-1]] == ["record"] * len(found)


def test_a_record_of_every_document_where_it_is_asked_for() -> None:
    found = records(RUN.text("ndjson", Options(every_document=True)))
    documents = [each for each in found if each["record"] == "document"]
    assert [(each["path"], each["verdict"]) for each in documents] == [
        ("orders/march.json", "violation"),
        ("orders/april.json", "pass"),
        ("orders/broken.json", "unreadable"),
        ("orders/may.ndjson", "pass"),
    ]
    assert [each for each in found if each not in documents] == records(RUN.text("ndjson"))
    assert {name: STREAMS[name](TextOutput(), ENGLISH).wants_every_document for name in ("text", "json", "ndjson")} == {
        "text": False,
        "json": True,
        "ndjson": False,
    }


@pytest.mark.parametrize("format_", FORMATS)
def test_more_documents_than_it_asked_for_do_no_harm(format_: str) -> None:
    out = TextOutput()
    stream = STREAMS[format_](out, ENGLISH)
    stream.head(RUN.head)
    for each in RUN.documents:
        stream.diagnostic(each) if isinstance(each, Diagnostic) else stream.document(each)
    for found in RUN.across:
        stream.across(found)
    stream.end(RUN.ending)
    assert out.text == RUN.text(format_)


def test_an_interrupted_run_says_so() -> None:
    told = replace(RUN, across=(), ending=Ending(interrupted=True, documents={DocumentVerdict.VIOLATION: 1}))
    whole = replace(told, ending=replace(told.ending, interrupted=False, complete=True))
    parsed = json.loads(told.text("json"))
    REPORT.validate(parsed)
    assert (parsed["complete"], parsed["cross_run_complete"], parsed["interrupted"]) == (False, False, True)
    assert len(parsed["documents"]) == 4
    *_, end = records(told.text("ndjson"))
    assert (end["record"], end["complete"], end["interrupted"]) == ("end", False, True)
    for lang, words in LANGUAGES.items():
        lines = told.text("text", Options(lang)).split("\n")
        assert lines[-3] == words.interrupted
        assert words.interrupted not in whole.text("text", Options(lang))
        assert words.incomplete not in lines
    assert (replace(told.ending, complete=True).cross_run_complete, whole.ending.cross_run_complete) == (False, True)


def test_whole_is_only_what_has_its_end() -> None:
    for format_, options in (("text", ENGLISH), ("json", ENGLISH), ("ndjson", ENGLISH)):
        out = TextOutput()
        stream = STREAMS[format_](out, options)
        replay(FULL, Ended(stream))
        assert not out.text.endswith("]\n}\n")
        assert '"record":"end"' not in out.text
        assert "As of " not in out.text


class Ended:
    """A run that ends before its end is told."""

    def __init__(self, stream: Stream) -> None:
        self.wants_every_document = True
        self.wants_details = False
        self.head, self.document = stream.head, stream.document
        self.diagnostic, self.across = stream.diagnostic, stream.across

    def end(self, ending: Ending) -> None:
        pass


def test_the_first_findings_are_out_at_once() -> None:
    for format_ in ("text", "ndjson"):
        raw = io.BytesIO()
        out = StandardOutput(io.TextIOWrapper(raw, write_through=True), clock=lambda: 0.0)
        stream = STREAMS[format_](out, ENGLISH)
        stream.head(RUN.head)
        stream.document(MARCH)
        out.flush()
        assert b"The order totals 1000.00 USD but collects 1000.01." in raw.getvalue()


def test_engines_are_named_only_where_they_are_known() -> None:
    def line(*engines: EngineCount) -> list[str]:
        text = replace(RUN, ending=replace(RUN.ending, engines=engines)).text("text")
        return [each for each in text.split("\n") if each.startswith("Judged by ")]

    assert line() == []
    assert line(EngineCount("rete", 0, 0)) == []
    assert line(EngineCount("compiled", 1_000_000, 1034), EngineCount("rete", 1034, 1034)) == [
        "Judged by compiled; documents confirmed by rete: 1,034"
    ]
    assert line(EngineCount("rete", 2, 2), EngineCount("reference", 3, 2)) == [
        "Judged by reference; documents confirmed by rete: 2"
    ]


# Nothing is held


def many(count: int, *, across: bool) -> Iterator[CheckedDocument | Across]:
    """A long run in which every fourth document has a finding."""
    for number in range(count):
        name = DocumentName("many.ndjson", number, str(number))
        found = (replace(finding(), document=name),) if number % 4 == 0 else ()
        verdict = DocumentVerdict.VIOLATION if found else DocumentVerdict.PASS
        yield CheckedDocument(name, "order", "cd" * 32, verdict, found)
    for number in range(1, count if across else 0, 4):
        name = DocumentName("many.ndjson", number, str(number))
        yield Across(
            name, number, DocumentVerdict.UNDETERMINED, DocumentVerdict.PASS, (replace(SHARED, document=name),)
        )


class Counted:
    """An output that only counts."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)


def tell(stream: Stream, run: Iterable[CheckedDocument | Across]) -> None:
    stream.head(RUN.head)
    for each in run:
        stream.across(each) if isinstance(each, Across) else stream.document(each)
    stream.end(RUN.ending)


SHORT = ("github", "markdown")
"""Formats that tell of the first findings only."""


MOST = {"sarif": 5 << 18, "gitlab": 5 << 18, "xlsx": 2 << 20, **dict.fromkeys(("json", "junit", "html"), 5 << 19)}
"""Bytes of formats whose parts are in memory up to a MiB each before they are put aside."""


@pytest.mark.parametrize("format_", STREAMS)
def test_memory_does_not_grow_with_the_run(format_: str) -> None:
    tell(STREAMS[format_](Counted(), Options(every_document=True)), many(10, across=True))  # what is loaded once
    count = 4_000 if format_ == "xlsx" else 10_000
    out = Counted()
    tracemalloc.start()
    tell(STREAMS[format_](out, Options(every_document=True)), many(count, across=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.size > (500 if format_ in SHORT else 50 * count)
    # A hundred bytes that were kept of each document would be beyond it.
    assert peak < MOST.get(format_, 1 << 20)


def test_verdicts_are_revised_in_long_runs() -> None:
    out = TextOutput()
    before = set(Path(tempfile.gettempdir()).iterdir())
    tell(STREAMS["json"](out, ENGLISH), many(20_000, across=True))
    assert set(Path(tempfile.gettempdir()).iterdir()) <= before
    parsed = json.loads(out.text)
    assert [each["verdict"] for each in parsed["documents"]] == ["violation", "undetermined", "pass", "pass"] * 5_000
    assert [each["index"] for each in parsed["documents"]] == list(range(20_000))
    assert [each["document"]["index"] for each in parsed["findings"]] == [
        *range(0, 20_000, 4),
        *range(1, 20_000, 4),
    ]
    assert out.text == json.dumps(parsed, ensure_ascii=False, indent=2) + "\n"


def test_a_full_disk_under_what_is_put_aside() -> None:
    with full_disk(), pytest.raises(OrderproofError) as error:
        tell(STREAMS["json"](Counted(), ENGLISH), many(20_000, across=False))
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.message, diagnostic.help) == (
        "output.failed",
        "cannot write a temporary file: file too large",
        "make room, or write elsewhere",
    )


def test_a_finding_is_written_fast() -> None:
    """Ten times what was measured, for a machine that has much to do."""
    out = Counted()
    stream = NdjsonStream(out, ENGLISH)
    told = document(*[finding()] * 1000)
    stream.document(told)
    best = min(timed(lambda: stream.document(told)) for _ in range(5))
    assert best < 1000 * 80e-6


def timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# Any run: all formats say the same

VERDICTS = st.sampled_from([v for v in DocumentVerdict if v is not DocumentVerdict.UNREADABLE])


@st.composite
def runs(draw: st.DrawFn) -> Told:
    made: Report = draw(REPORTS)
    head = head_of(made)
    documents = list(made.documents)
    chosen = draw(st.sets(st.integers(0, len(documents) - 1))) if documents else set()
    across = tuple(
        Across(
            documents[number].name,
            number,
            draw(VERDICTS),
            documents[number].verdict,
            tuple(draw(st.lists(FINDINGS, max_size=2))),
            tuple(draw(st.lists(OUTCOMES, max_size=2))),
        )
        for number in sorted(chosen)
    )
    ending = Ending(
        complete=made.complete,
        interrupted=draw(st.booleans()),
        gaps=made.gaps,
        documents=draw(st.dictionaries(st.sampled_from(DocumentVerdict), st.integers(0, 9))),
        checks=draw(st.builds(CheckCounts, *[st.integers(0, 3)] * 5)),
        engines=made.engines,
        not_judged=made.not_judged,
        excused=made.excused,
        never_applicable=made.never_applicable,
    )
    mixed = draw(st.permutations([*range(len(made.diagnostics)), *[-1] * len(documents)]))
    rest = iter(documents)
    told = tuple(next(rest) if number < 0 else made.diagnostics[number] for number in mixed)
    return Told(head, told, across, ending)


@ANY_REPORT
@given(told=runs())
def test_all_formats_say_the_same(told: Told) -> None:
    text = told.text("json", Options("zh", details=True))
    lines = told.text("ndjson", Options("zh", every_document=True, details=True))
    assert_harmless(text)
    assert_harmless(lines)
    every = Options(every_document=True, details=True)
    assert (text, lines) == (told.text("json", every), told.text("ndjson", every))
    parsed, found = json.loads(text), records(lines)
    REPORT.validate(parsed)
    head, end = found[0], found[-1]

    def of(kind: str) -> list[dict[str, Any]]:
        return [{name: each[name] for name in each if name != "record"} for each in found if each["record"] == kind]

    assert (of("finding"), of("diagnostic")) == (parsed["findings"], parsed["diagnostics"])
    assert of("outcome") == parsed["outcomes"]
    brief = json.loads(told.text("json"))
    assert brief == {name: value for name, value in parsed.items() if name != "outcomes"}
    assert {name: parsed[name] for name in head if name in parsed and name != "format"} == {
        name: head[name] for name in ("tool", "as_of", "rule_sets", "parameters", "waivers", "baseline", "left_out")
    }
    assert {name: end[name] for name in end if name != "record"} == {name: parsed[name] for name in FINAL}
    # Who reads the records knows every document's final verdict.
    documents = [each for each in told.documents if isinstance(each, CheckedDocument)]
    final = [each.verdict.value for each in documents]
    for across in told.across:
        final[across.number] = across.verdict.value
    assert [each["verdict"] for each in parsed["documents"]] == final
    assert [each["verdict"] for each in of("document")] == [each.verdict.value for each in documents]
    changed = [(each.verdict.value, each.was.value) for each in told.across if each.verdict is not each.was]
    assert [(each["verdict"], each["was"]) for each in of("verdict")] == changed


@ANY_REPORT
@given(told=runs(), lang=st.sampled_from(sorted(LANGUAGES)))
def test_any_run_is_harmless_text(told: Told, lang: str) -> None:
    text = told.text("text", Options(lang, diagnostics=True))
    assert_harmless(text)
    assert (LANGUAGES[lang].interrupted in text.split("\n")) == told.ending.interrupted


@ANY_REPORT
@given(made=REPORTS)
def test_a_report_that_is_replayed_and_gathered_is_the_same(made: Report) -> None:
    gathered = Collector()
    replay(made, gathered)
    assert gathered.report == made
    assert {name: render(gathered.report, ENGLISH) for name, render in FORMATS.items()} == {
        name: render(made, ENGLISH) for name, render in FORMATS.items()
    }


def test_what_is_found_across_documents_is_gathered_into_them() -> None:
    gathered = Collector()
    warned = replace(UNDETERMINED, rule="own.warning")
    told = replace(RUN, documents=(document(finding(), warned), *RUN.documents[1:]))
    told = replace(
        told,
        across=(
            Across(MARCH.name, 0, DocumentVerdict.VIOLATION, DocumentVerdict.VIOLATION, (SHARED,)),
            *told.across,
        ),
    )
    told.to(gathered)
    report = gathered.report
    assert [(d.verdict.value, [f.rule for f in d.findings]) for d in report.documents] == [
        ("violation", ["price.total-equals-collection", "account.unique", "own.warning"]),
        ("violation", ["account.unique"]),
        ("unreadable", []),
        ("pass", ["payment.in-time", "account.unique"]),
    ]
    assert (report.diagnostics, report.engines, report.not_judged) == (
        (MISSING,),
        RUN.ending.engines,
        RUN.ending.not_judged,
    )
    assert json.loads(render_json(report, ENGLISH))["documents"] == json.loads(told.text("json"))["documents"]


# The schema of records


def test_the_schema_of_records_is_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(RECORD.schema)
    schema: Any = RECORD.schema
    objects = [part for part in parts(schema) if "properties" in part and part.get("type") == "object"]
    for part in objects:
        assert part["additionalProperties"] is False
        assert part["required"] == [name for name in part["properties"] if name not in ("cell", "waiver")]
        assert all(inner.get("description") or "$ref" in inner for inner in part["properties"].values())
    assert len(objects) == 20
    assert [each["$ref"].removeprefix("#/$defs/") for each in schema["oneOf"]] == [
        name for name in schema["$defs"] if name.endswith("_record")
    ]


def parts(of: Any) -> Iterator[dict[str, Any]]:
    stack = [of]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            yield part
            stack += part.values()
        elif isinstance(part, list):
            stack += part


def test_both_schemas_describe_the_same_things() -> None:
    ours: Any = RECORD.schema
    theirs: Any = REPORT.schema
    shared = {name: of for name, of in ours["$defs"].items() if not name.endswith("_record")}
    assert shared == {name: theirs["$defs"][name] for name in shared}
    for kind in ("finding", "document", "diagnostic"):
        record = dict(ours["$defs"][f"{kind}_record"]["properties"])
        del record["record"]
        assert record == theirs["$defs"][kind]["properties"]


@pytest.mark.parametrize(
    ("number", "path", "wrong"),
    [
        (0, ("format",), "orderproof.report/1"),
        (0, ("record",), "end"),
        (1, ("verdict",), "pass"),
        (1, ("extra",), 1),
        (2, ("line",), 0),
        (5, ("was",), "unknown"),
        (5, ("document", "type"), "order"),
        (7, ("interrupted",), None),
        (7, ("summary", "not_judged"), -1),
        (7, ("engines", 0, "confirmed"), "2"),
        (7, ("not_judged", 0, "fields"), "buyer"),
    ],
)
def test_the_schema_of_records_refuses(number: int, path: Sequence[str | int], wrong: object) -> None:
    record = records(RUN.text("ndjson"))[number]
    inner: Any = record
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    assert not RECORD.is_valid(record)
