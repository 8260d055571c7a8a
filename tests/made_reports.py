"""Reports in tests: made of small parts, of any parts, and read back."""

import re
import resource
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic, Severity
from orderproof.facts.mistyped import MISTYPED
from orderproof.finding import Because, DocumentName, FactState, Finding, Read, Related, SubjectName, Waived
from orderproof.report.model import (
    CheckCounts,
    CheckedDocument,
    CheckOutcome,
    DocumentVerdict,
    EngineCount,
    Excused,
    FileName,
    Gap,
    NotJudged,
    Options,
    Report,
    RuleSetName,
)
from orderproof.source import Source, Span
from orderproof.tree import Pointer

ENGLISH = Options("en")


MARCH = Source(
    "orders/march.json",
    """{
  "id": "180000000000000123",
  "remark": "三月装船", "amounts": {"total": "1000.00", "collection": "1000.01"},
  "shipment": {"method": "sea", "shipped_at": "2026-03-01T00:00:00Z"}
}
""",
)
NAME = DocumentName("orders/march.json", 0, "180000000000000123")
ORDER = SubjectName("order", "180000000000000123")


def at(text: str, source: Source = MARCH) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def finding(**changes: Any) -> Finding:
    plain = Finding(
        rule="price.total-equals-collection",
        verdict="violation",
        severity=Severity.ERROR,
        clause="3",
        title="The total is what is collected",
        message="The order totals 1000.00 USD but collects 1000.01.",
        document=NAME,
        pointer=("amounts", "collection"),
        span=at('"1000.01"'),
        subject=ORDER,
        evidence=(
            Read(("amounts", "total"), "1000.00", at('"1000.00"')),
            Read(("amounts", "collection"), "1000.01", at('"1000.01"')),
        ),
        missing=(),
        because=(),
        related=(),
        fingerprint="1:" + "0123456789abcdef" * 2,
    )
    return replace(plain, **changes)


def document(*findings: Finding, name: DocumentName = NAME, **changes: Any) -> CheckedDocument:
    return replace(CheckedDocument(name, "order", "cd" * 32, DocumentVerdict.VIOLATION, findings), **changes)


def report(*documents: CheckedDocument, **changes: Any) -> Report:
    plain = Report(
        as_of=datetime(2026, 4, 1, tzinfo=UTC),
        rule_sets=(RuleSetName("credit-guarantee", "1.0.0", "ab" * 32),),
        parameters={},
        complete=True,
        gaps=(),
        documents=documents,
        checks=CheckCounts(38, 1, 0, 12),
        diagnostics=(),
    )
    return replace(plain, **changes)


def unlocated(message: str) -> Finding:
    """A finding of nothing but its message."""
    return finding(message=message, evidence=(), span=None, pointer=(), title="")


SHIPPING = Because(
    "shipping",
    ORDER,
    FactState.HOLDS,
    {"at": "2026-03-01T00:00:00Z"},
    (Read(("shipment", "shipped_at"), "2026-03-01T00:00:00Z", at('"2026-03-01T00:00:00Z"')),),
    (),
)
DEADLINE = Because(
    "receipt_deadline",
    ORDER,
    FactState.HOLDS,
    {"at": "2026-04-15T00:00:00Z"},
    (Read(("shipment", "method"), "sea", at('"sea"')),),
    (SHIPPING,),
)
TAKEN = Because(
    "receipt_taken",
    ORDER,
    FactState.UNKNOWN,
    {"by": None, "late": True},
    (Read(("receipt", "confirmed_at"), None, at("{")),),
    (DEADLINE, SHIPPING),
)
CLEARANCE = Because("clearance", SubjectName("consignment", "0"), FactState.DOES_NOT_HOLD, {}, (), ())

UNDETERMINED = finding(
    rule="guarantee.within-quota-limit",
    verdict="undetermined",
    severity=Severity.WARNING,
    clause="4",
    title="Quota stays within the seller's limit",
    message="cannot tell: seller.quota_limit is missing",
    pointer=("consignments", 0, "a/b~c"),
    span=at('"三月装船"'),
    subject=SubjectName("consignment", "seller 1"),
    evidence=(
        Read(("seller", "quota_limit"), None, at("{")),
        Read(("seller", "paused"), False, None),
        Read(("buyer", "email"), None, None),
    ),
    missing=("seller.quota_limit", "seller.id"),
    because=(TAKEN, CLEARANCE),
    related=(
        Related(DocumentName("orders/四月.json", 0, "2"), ("amounts",), at("x", Source("orders/四月.json", "\nx"))),
        Related(DocumentName("orders/may.ndjson", 3, None), (), None),
        *(Related(DocumentName(f"orders/{n}.json", 0, str(n)), (), None) for n in range(5)),
    ),
)
BROKEN = CheckedDocument(
    DocumentName("orders/broken.json", 1, None), "order", None, DocumentVerdict.UNREADABLE, findings=()
)
FULL = report(
    document(finding(), UNDETERMINED),
    document(name=DocumentName("orders/april.json", 0, "4"), verdict=DocumentVerdict.PASS),
    BROKEN,
    complete=False,
    gaps=(Gap.UNREADABLE, Gap.NO_KEY),
    checks=CheckCounts(1038, 1, 1, 12),
    parameters={
        "auto_confirm_days": {"sea": 45, "land": Decimal("30.50")},
        "methods": ("tt", True),
        "large": Decimal("1E+3"),
        "since": date(2026, 1, 2),
        "until": datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC),
        "grace": timedelta(days=1, microseconds=500000),
    },
    diagnostics=(
        Diagnostic("document.json", "this is not JSON", span=at('"sea"'), help="put a comma before it"),
        Diagnostic("input.unreadable", "no such file", path="orders/none.json", severity=Severity.WARNING),
    ),
)


HOSTILE = (
    "\x1b[2J\x9b31m\u202eevil\u2066\r\n::error f=a::b ##[error]x ##vso[task.setvariable]y [/x] {0} \ud800\ue000\u2028"
)


# Any report.

TEXTS = st.one_of(
    st.sampled_from(("::error", "##[error]", "a##vso[b", HOSTILE, "\x1b[31m", "\u3000::x", "1.50", "三月")),
    st.text(st.characters(), max_size=12),
)
POINTERS = st.lists(st.one_of(st.sampled_from(("a", "b/c", "d~e", "::f")), st.integers(0, 9)), max_size=3).map(tuple)
VALUES = st.one_of(st.none(), st.booleans(), TEXTS)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    source = Source(draw(TEXTS), draw(st.text(st.characters(), max_size=40)) + draw(TEXTS))
    start = draw(st.integers(0, len(source.text)))
    return Span(source, start, draw(st.integers(start, len(source.text))))


SPANS = st.none() | spans()
DOCUMENTS = st.builds(DocumentName, TEXTS, st.integers(0, 3), st.none() | TEXTS)
SUBJECTS = st.builds(SubjectName, TEXTS, TEXTS)


def tuples(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


READS = tuples(st.builds(Read, POINTERS, VALUES, SPANS))
REASONS = st.recursive(
    st.just(()),
    lambda inner: tuples(
        st.builds(
            Because,
            TEXTS.filter(bool),
            SUBJECTS,
            st.sampled_from(FactState),
            st.dictionaries(TEXTS, VALUES, max_size=2),
            READS,
            inner,
        )
    ),
    max_leaves=6,
)
FINDINGS = st.builds(
    Finding,
    rule=TEXTS.filter(bool),
    verdict=st.sampled_from(("violation", "undetermined")),
    severity=st.sampled_from(Severity),
    clause=TEXTS,
    title=TEXTS,
    message=TEXTS,
    document=DOCUMENTS,
    pointer=POINTERS,
    span=SPANS,
    subject=SUBJECTS,
    evidence=READS,
    missing=tuples(TEXTS),
    because=REASONS,
    related=tuples(st.builds(Related, DOCUMENTS, POINTERS, SPANS)),
    fingerprint=st.just("ab" * 16),
    excerpt=st.booleans(),
    grouped=st.booleans(),
    waived=st.none() | st.builds(Waived, TEXTS, TEXTS, st.none() | st.dates(), st.dates(), TEXTS),
    is_new=st.booleans(),
)
OUTCOMES = st.builds(
    CheckOutcome,
    TEXTS.filter(bool),
    SUBJECTS,
    st.sampled_from(("pass", "violation", "undetermined", "not_applicable", "not_judged", "error")),
    TEXTS,
    tuples(TEXTS),
)
FILES = st.none() | st.builds(FileName, TEXTS, st.just("ef" * 32))
SCALARS = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=4),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
)
REPORTS = st.builds(
    Report,
    as_of=st.datetimes(timezones=st.just(UTC)),
    rule_sets=tuples(st.builds(RuleSetName, TEXTS.filter(bool), TEXTS, st.just("ab" * 32))),
    parameters=st.dictionaries(
        TEXTS, st.one_of(SCALARS, tuples(SCALARS), st.dictionaries(TEXTS, SCALARS, max_size=2)), max_size=2
    ),
    complete=st.booleans(),
    gaps=tuples(st.sampled_from(Gap)),
    documents=tuples(
        st.builds(
            CheckedDocument,
            DOCUMENTS,
            TEXTS,
            st.none() | st.just("cd" * 32),
            st.sampled_from(DocumentVerdict),
            tuples(FINDINGS),
            tuples(OUTCOMES),
        )
    ),
    checks=st.builds(CheckCounts, *[st.integers(0, 3)] * 5),
    diagnostics=tuples(
        st.builds(
            Diagnostic,
            st.sampled_from(("document.json", MISTYPED)),
            TEXTS,
            SPANS,
            st.none() | TEXTS,
            st.none() | TEXTS,
            st.sampled_from(Severity),
        )
    ),
    engines=tuples(st.builds(EngineCount, TEXTS.filter(bool), st.integers(0, 3), st.integers(0, 3))),
    not_judged=tuples(st.builds(NotJudged, TEXTS, tuples(TEXTS), tuples(TEXTS), st.integers(0, 3), st.integers(0, 3))),
    waivers=FILES,
    baseline=FILES,
    left_out=tuples(TEXTS),
    excused=st.builds(Excused, *[st.integers(0, 3)] * 4),
    never_applicable=tuples(TEXTS),
)
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ANY_REPORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_harmless(text: str) -> None:
    assert {c for c in text if c != "\n" and unicodedata.category(c) in UNPRINTABLE} == set()
    assert not re.search(r"##\w*\[", text)
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))


# Where reports go to.


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond 4 KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Read back.


def joined(value: Any) -> Any:
    """A value as JSON can hold it: two surrogates that are a pair are one character."""
    match value:
        case str() if not isinstance(value, FactState | Severity):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        case tuple():
            return tuple(joined(item) for item in value)
        case dict():
            return {joined(key): joined(item) for key, item in value.items()}
        case DocumentName():
            return DocumentName(joined(value.path), value.index, joined(value.id))
        case SubjectName():
            return SubjectName(joined(value.entity), joined(value.key))
        case _:
            return value


def place(span: Span | None) -> tuple[int | None, int | None]:
    if span is None:
        return None, None
    before = span.source.text[: span.start]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def written(pointer: Pointer) -> str:
    return re.sub(r"^\.", "", "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in pointer))


def lossless(of: Finding) -> tuple[Any, ...]:
    """What of a finding a reader of the JSON report has."""

    def reason(item: Because) -> tuple[Any, ...]:
        reads = {written(r.pointer): joined(r.value) for r in item.evidence}
        places = {written(r.pointer): place(r.span) for r in item.evidence if r.span}
        inner = tuple(reason(i) for i in item.because)
        return joined(item.fact), joined(item.subject), item.state, joined(dict(item.values)), reads, places, inner

    return (
        *joined((of.rule, of.verdict, of.severity, of.clause, of.message, of.document)),
        (tuple(map(str, of.pointer)), *place(of.span)),
        joined(of.subject),
        {written(r.pointer): joined(r.value) for r in of.evidence},
        joined(of.missing),
        tuple(reason(item) for item in of.because),
        tuple((joined(r.document), tuple(map(str, r.pointer)), *place(r.span)) for r in of.related),
        of.fingerprint,
        None if of.waived is None else joined((of.waived.reason, of.waived.owner, of.waived.place)),
        None if of.waived is None else (of.waived.granted, of.waived.expires),
        of.is_new,
    )


def read_finding(of: dict[str, Any]) -> tuple[Any, ...]:
    """The same from the JSON report."""

    def name(item: dict[str, Any]) -> DocumentName:
        return DocumentName(item["path"], item["index"], item["id"])

    def location(item: dict[str, Any]) -> tuple[Any, ...]:
        steps = item["pointer"].split("/")[1:]
        decoded = tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
        return decoded, item["line"], item["column"]

    def waived(of: dict[str, Any]) -> tuple[Any, Any]:
        assert of["waived"] is ("waiver" in of)
        if not of["waived"]:
            return None, None
        waiver = of["waiver"]
        granted = None if waiver["granted"] is None else date.fromisoformat(waiver["granted"])
        texts = (waiver["reason"], waiver["owner"], waiver["place"])
        return texts, (granted, date.fromisoformat(waiver["expires"]))

    def reason(item: dict[str, Any]) -> tuple[Any, ...]:
        places = {path: (where["line"], where["column"]) for path, where in item["places"].items()}
        inner = tuple(reason(i) for i in item["because"])
        subject = SubjectName(**item["subject"])
        return item["fact"], subject, item["state"], item["values"], item["evidence"], places, inner

    return (
        *(of["rule"], of["verdict"], of["severity"], of["clause"], of["message"], name(of["document"])),
        location(of["location"]),
        SubjectName(**of["subject"]),
        of["evidence"],
        tuple(of["missing"]),
        tuple(reason(item) for item in of["because"]),
        tuple((name(r["document"]), *location(r["location"])) for r in of["related"]),
        of["fingerprint"],
        *waived(of),
        not of["known"],
    )
