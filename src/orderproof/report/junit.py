"""The report as JUnit XML, for pipelines that show tests: a suite a document, a case a check of a subject."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, display
from orderproof.finding import DocumentName, Finding, SubjectName
from orderproof.report.addresses import address_of
from orderproof.report.brief import MESSAGE_LENGTH, excuse_of, headline, message_of, told
from orderproof.report.instant import write_instant
from orderproof.report.model import Across, CheckedDocument, CheckOutcome, DocumentVerdict, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.places import input_of
from orderproof.report.quoting import inert, shown
from orderproof.report.shortfall import allowed, shortfalls
from orderproof.report.text_report import render_diagnostic
from orderproof.report.words import LANGUAGES
from orderproof.report.write import Aside, Output

MAX_MESSAGES = 1_000
_STATES = {
    "pass": "passed",
    "violation": "failure",
    "undetermined": "error",
    "error": "error",
    "unreadable": "error",
    "not_applicable": "skipped",
    "not_judged": "skipped",
}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class _Case(Struct, frozen=True):
    """A case: its name, what became of it, and the elements in it, as XML."""

    name: str
    state: str
    file: str
    line: int | None = None
    inside: str = ""


class _Suite(Struct, frozen=True):
    """A document's suite, as it is put aside until what is across documents is known."""

    name: str
    verdict: str
    properties: dict[str, str]
    cases: list[_Case]


class _More(Struct, frozen=True):
    """What checks across documents add to the suite of a number."""

    number: int
    verdict: str
    cases: list[_Case]


class JunitStream:
    """The report as JUnit XML. A violation is a failure, of warnings too: there are no warnings in this format, and
    the exit code says what fails a run. An undetermined verdict and a document that could not be read are errors. What
    does not apply, what a source does not carry, and what is waived or known is skipped, with the reason.

    The first suite is the run's: what it did not evaluate is an error there, skipped where that was allowed, and the
    messages are its output.
    """

    wants_every_document = True
    wants_details = True

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._folder = options.folder
        self._words = LANGUAGES[options.lang]
        self._own = OWN_WORDS[options.lang]
        self._head: Head | None = None
        self._suites = Aside()
        self._more = Aside()
        self._messages = Aside()
        self._said = 0
        self._counts: Counter[str] = Counter()

    def head(self, head: Head) -> None:
        self._head = head

    def document(self, document: CheckedDocument) -> None:
        known = {"id": document.name.id, "sha256": document.sha256, "type": document.type}
        cases = self._cases(document.name, document.findings, document.outcomes)
        suite = _Suite(
            name=input_of(document.name),
            verdict=document.verdict.value,
            properties={name: shown(text) for name, text in known.items() if text},
            cases=cases,
        )
        self._put(self._suites, suite, cases)

    def across(self, across: Across) -> None:
        cases = self._cases(across.name, across.findings, across.outcomes)
        self._put(self._more, _More(across.number, across.verdict.value, cases), cases)

    def _put(self, aside: Aside, item: Struct, cases: Iterable[_Case]) -> None:
        aside.write(msgspec.json.encode(item) + b"\n")
        self._counts.update(case.state for case in cases)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._said += 1
        if self._said <= MAX_MESSAGES:
            self._messages.write(render_diagnostic(diagnostic).translate(_ENTITIES).encode())

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        suites = Aside()
        for suite in self._whole():
            suites.write(_suite(suite).encode())
        run = self._run(self._head, ending)
        self._counts.update(case.state for case in run.cases)
        self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="orderproof"{_counts(self._counts)}>\n')
        self._write(_suite(run).removesuffix("</testsuite>\n"))
        if self._said:
            self._write("<system-err>")
            for line in self._messages.lines():
                self._out.write(line)
            more = self._said - MAX_MESSAGES
            told_of = f"{self._own.more_said.format(count=more)}\n" if more > 0 else ""
            self._write(f"{told_of}</system-err>\n")
        self._write("</testsuite>\n")
        for portion in suites.portions():
            self._out.write(portion)
        self._write("</testsuites>\n")
        for aside in (suites, self._messages):
            aside.close()

    def _write(self, text: str) -> None:
        self._out.write(text.encode())

    def _whole(self) -> Iterator[_Suite]:
        """The suites with what checks across documents add to them, which comes in the order of the documents."""
        reads_suite = msgspec.json.Decoder(_Suite).decode
        reads_more = msgspec.json.Decoder(_More).decode
        added = map(reads_more, self._more.lines())
        more = next(added, None)
        for number, line in enumerate(self._suites.lines()):
            suite = reads_suite(line)
            verdict, cases = suite.verdict, list(suite.cases)
            while more is not None and more.number == number:
                verdict = more.verdict
                cases += more.cases
                more = next(added, None)
            if not cases:
                cases.append(self._of_verdict(verdict))
            yield _Suite(suite.name, verdict, suite.properties, cases)
        self._suites.close()
        self._more.close()

    def _of_verdict(self, verdict: str) -> _Case:
        """The one case of a document of which nothing else is told."""
        state = _STATES[verdict]
        self._counts[state] += 1
        said = self._own.verdict.format(verdict=self._words.verdicts[verdict])
        reason = self._own.unreadable if verdict == DocumentVerdict.UNREADABLE else said
        return _Case("document", state, "", None, _inside(state, verdict, _xml(reason)))

    def _cases(self, name: DocumentName, findings: Iterable[Finding], outcomes: Iterable[CheckOutcome]) -> list[_Case]:
        """A case for each outcome, with its finding where it has one, and for each finding without an outcome."""
        left: defaultdict[tuple[str, SubjectName, str], deque[Finding]] = defaultdict(deque)
        for finding in findings:
            left[finding.rule, finding.subject, finding.verdict].append(finding)
        file = address_of(name.path, None, self._folder).path
        cases: list[_Case] = []
        for outcome in outcomes:
            found = left.get((outcome.rule, outcome.subject, outcome.verdict))
            if found:
                cases.append(self._of_finding(file, name, found.popleft()))
            else:
                state = _STATES.get(outcome.verdict, "error")
                reason = _xml(
                    shown(outcome.reason, MESSAGE_LENGTH) or self._words.verdicts.get(outcome.verdict, outcome.verdict)
                )
                inside = _inside(state, outcome.verdict, reason)
                cases.append(_Case(_name(outcome.rule, outcome.subject, name), state, "", None, inside))
        return cases + [self._of_finding(file, name, each) for rest in left.values() for each in rest]

    def _of_finding(self, file: str, name: DocumentName, finding: Finding) -> _Case:
        address = address_of(name.path, finding.span, self._folder)
        line = address.region.line if address.region is not None and address.is_text else None
        body = "\n".join(_xml(line) for line in (headline(finding, self._words), *told(finding, self._words)))
        said = _xml(message_of(finding))
        state = _STATES[finding.verdict]
        excuse = excuse_of(finding, self._own)
        if excuse is not None:
            state, said = "skipped", self._own.excused_finding.format(excuse=_xml(excuse), finding=said)
        inside = _inside(state, f"{finding.verdict}.{finding.severity.value}", said, body)
        return _Case(_name(finding.rule, finding.subject, name), state, _xml(file), line, inside)

    def _run(self, head: Head, ending: Ending) -> _Suite:
        properties = {"version": __version__, "as_of": write_instant(head.as_of), "document_type": head.document_type}
        for number, each in enumerate(head.rule_sets, 1):
            properties[f"rule_set.{number}"] = f"{shown(each.id)} {shown(each.version)} sha256:{each.sha256}"
        for name, file in (("waivers", head.waivers), ("baseline", head.baseline)):
            if file is not None:
                properties[name] = f"{shown(file.path)} sha256:{file.sha256}"
        cases = [_of_run(each.code, "error", each.text) for each in shortfalls(ending, self._options)]
        cases += [_of_run(each.code, "skipped", each.text) for each in allowed(ending, self._options)]
        is_whole = not cases
        if is_whole:
            cases.append(_of_run("run.whole", "passed", ""))
        if ending.gaps:
            reasons = self._words.comma.join(self._words.gaps[gap] for gap in ending.gaps)
            cases.append(_of_run("run.gaps", "skipped", self._words.cross_run.format(reasons=reasons)))
        if left_out := head.left_out:
            names = self._words.comma.join(map(shown, left_out))
            said = self._words.left_out.format(count=len(left_out), names=names)
            cases.append(_of_run("run.left-out", "skipped", said))
        told_of = {name: shown(text) for name, text in properties.items() if text}
        return _Suite("orderproof", "complete" if is_whole else "incomplete", told_of, cases)


def _of_run(name: str, state: str, wrong: str) -> _Case:
    return _Case(name, state, "", None, _inside(state, "run", _xml(shown(wrong, MESSAGE_LENGTH))))


def _name(rule: str, subject: SubjectName, document: DocumentName) -> str:
    """The name of a case: the check's, and the subject's where that is not the document itself."""
    name = shown(rule)
    return name if subject.key == document.id else f"{name} ({shown(subject.entity)} {shown(subject.key)})"


def _inside(state: str, kind: str, message: str, body: str = "") -> str:
    """The element that says what became of a case, of texts that are XML already."""
    if state == "passed":
        return ""
    type_ = f' type="{kind}"' if state in ("failure", "error") else ""
    return f'<{state} message="{message}"{type_}>{body}</{state}>' if body else f'<{state} message="{message}"{type_}/>'


def _suite(suite: _Suite) -> str:
    """A suite as XML. Cases of one name are told apart by a number."""
    name = _xml(suite.name)
    counts = _counts(Counter(case.state for case in suite.cases))
    lines = [f'<testsuite name="{name}"{counts}>', "<properties>"]
    known = {**suite.properties, "verdict": suite.verdict}
    lines += (f'<property name="{key}" value="{_xml(value)}"/>' for key, value in known.items())
    lines.append("</properties>")
    seen: Counter[str] = Counter()
    for case in suite.cases:
        seen[case.name] += 1
        number = f" #{seen[case.name]}" if seen[case.name] > 1 else ""
        file = f' file="{case.file}"' if case.file else ""
        line = f' line="{case.line}"' if case.line is not None else ""
        start = f'<testcase classname="{name}" name="{_xml(case.name)}{number}"{file}{line}'
        lines.append(f"{start}>{case.inside}</testcase>" if case.inside else f"{start}/>")
    lines.append("</testsuite>")
    return "".join(f"{inert(line)}\n" for each in lines for line in each.split("\n"))


def _counts(states: Counter[str]) -> str:
    told_of = {
        "tests": states.total(),
        "failures": states["failure"],
        "errors": states["error"],
        "skipped": states["skipped"],
    }
    return "".join(f' {name}="{count}"' for name, count in told_of.items())


def _xml(text: str) -> str:
    """A text on one line as XML: control characters, which no XML may hold, are shown as codes."""
    return display(text).translate(_ENTITIES)
