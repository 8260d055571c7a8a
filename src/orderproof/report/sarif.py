"""The report as SARIF 2.1.0, for code hosts and editors: a result a finding, a notification for what went wrong."""

from collections import Counter
from collections.abc import Iterable

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.addresses import address_of
from orderproof.report.brief import MESSAGE_LENGTH
from orderproof.report.capped import Capped, Rank, Turn, turns
from orderproof.report.encode import Json, encode, indented
from orderproof.report.model import Across, CheckedDocument, DocumentVerdict, Ending, Head, Options
from orderproof.report.pipeline_words import LANGUAGES as OWN_WORDS
from orderproof.report.plain import plain_ending, plain_head
from orderproof.report.quoting import shown
from orderproof.report.sarif_places import location, message, related_places, within
from orderproof.report.sarif_rules import UNREADABLE, Rules
from orderproof.report.shortfall import allowed, more_here, shortfalls
from orderproof.report.words import LANGUAGES
from orderproof.report.write import Aside, Output

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
"""Results of a run that GitHub takes; of more it takes none."""
MAX_SIZE = 64 << 20
"""Bytes of results, which compressed are well below the 10 MB that GitHub takes."""
MAX_NOTIFICATIONS = 1_000


class SarifStream:
    """The report as SARIF: the gravest results first, and of no document so many that others have no room.

    An undetermined verdict is a failed result of its rule's level, and its properties say so: by the standard another
    kind has no level, and code hosts show no result without one. So is a document that could not be read, by a rule
    of our own: what was found in it before must not be taken for mended. A run that did not evaluate everything says
    that it was not successful.
    """

    wants_every_document = False
    wants_details = False

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._options = options
        self._folder = options.folder
        self._words = LANGUAGES[options.lang]
        self._own = OWN_WORDS[options.lang]
        self._head: Head | None = None
        self._rules = Rules((), self._own)
        self._results = Capped(MAX_RESULTS, MAX_SIZE)
        self._seen: Counter[str] = Counter()
        self._notifications = Aside()
        self._notified: Counter[Severity] = Counter()

    def head(self, head: Head) -> None:
        self._head = head
        self._rules = Rules(head.rules, self._own)

    def document(self, document: CheckedDocument) -> None:
        turn = Turn(Rank.ERROR)
        if document.verdict is DocumentVerdict.UNREADABLE and self._results.takes(turn):
            self._results.add(turn, encode(self._unreadable(document)))
        self._add(document.findings)

    def across(self, across: Across) -> None:
        self._add(across.findings)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._notified[diagnostic.severity] += 1
        if self._notified.total() <= MAX_NOTIFICATIONS:
            self._notifications.write(encode(self._notification(diagnostic)) + b"\n")

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        write = self._out.write
        write(f'{{\n"$schema": "{SCHEMA}",\n"version": "2.1.0",\n"runs": [\n{{\n'.encode())
        write(b'"tool": ' + indented(self._tool()) + b",\n")
        write(b'"automationDetails": ' + encode({"id": f"orderproof/{self._category()}/"}) + b",\n")
        write(b'"columnKind": "unicodeCodePoints",\n"results": [')
        self._list(self._results.lines())
        write(b'],\n"invocations": [\n{"executionSuccessful": ')
        write(b"false" if shortfalls(ending, self._options) else b"true")
        write(b',\n"toolExecutionNotifications": [')
        own = (encode(notification) for notification in self._of_the_run(ending))
        self._list(own, self._notifications.lines())
        self._notifications.close()
        write(b']}\n],\n"properties": ' + indented(self._properties(ending)) + b"\n}\n]\n}\n")

    def _list(self, *parts: Iterable[bytes]) -> None:
        is_first = True
        for part in parts:
            for line in part:
                self._out.write((b"\n" if is_first else b",\n") + line.removesuffix(b"\n"))
                is_first = False
        if not is_first:
            self._out.write(b"\n")

    def _tool(self) -> Json:
        return {"driver": {"name": "orderproof", "semanticVersion": __version__, "rules": self._rules.descriptors()}}

    def _category(self) -> str:
        assert self._head is not None
        return "+".join(shown(each.id) for each in self._head.rule_sets)

    def _properties(self, ending: Ending) -> Json:
        assert self._head is not None
        known = plain_head(self._head)
        of_head = ("as_of", "rule_sets", "parameters", "waivers", "baseline")
        told: dict[str, Json] = {name: known[name] for name in of_head if known[name] is not None}
        ended = plain_ending(ending)
        return told | {name: ended[name] for name in ("complete", "cross_run_complete", "interrupted", "summary")}

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding, turn in turns(findings):
            if self._results.takes(turn):
                self._results.add(turn, encode(self._result(finding)))

    def _result(self, finding: Finding) -> Json:
        rule = self._rules.number_of(finding)
        address = address_of(finding.document.path, finding.span, self._folder)
        pointer = finding.pointer if finding.original is None else finding.original
        properties: dict[str, Json] = {
            "verdict": finding.verdict,
            "clause": shown(finding.clause),
            "documentId": None if finding.document.id is None else shown(finding.document.id),
            "documentIndex": finding.document.index,
            "entity": shown(finding.subject.entity),
            "subject": shown(finding.subject.key),
            "missing": [shown(path) for path in finding.missing],
        }
        result: dict[str, Json] = {
            "ruleId": self._rules.id_of(rule),
            "ruleIndex": rule,
            "kind": "fail",
            "level": finding.severity.value,
            "message": message(finding.message, MESSAGE_LENGTH, finding.title or finding.rule),
            "locations": [location(address, within(finding.document.path, pointer, address))],
            "partialFingerprints": self._fingerprints(finding.fingerprint),
            "properties": properties,
        }
        related = related_places(finding, self._folder, self._words)
        if related:
            result["relatedLocations"] = related
        justification = None if finding.waived is None else shown(finding.waived.reason)
        result |= self._standing(justification, is_new=finding.is_new)
        if finding.waived is not None:
            properties["waived"] = {
                "owner": shown(finding.waived.owner),
                "expires": finding.waived.expires.isoformat(),
                "place": shown(finding.waived.place),
            }
        return result

    def _standing(self, justification: str | None, *, is_new: bool) -> dict[str, Json]:
        """What is said of a result where there is a baseline, or are waivers: by the standard of all of a run, or of none."""
        assert self._head is not None
        standing: dict[str, Json] = {}
        if self._head.baseline is not None:
            standing["baselineState"] = "new" if is_new else "unchanged"
        if justification is not None:
            standing["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
        elif self._head.waivers is not None:
            standing["suppressions"] = []
        return standing

    def _unreadable(self, document: CheckedDocument) -> Json:
        address = address_of(document.name.path, None, self._folder)
        rule = self._rules.unreadable()
        text = f"{document.name.path}: {self._own.unreadable}"
        known = f"{UNREADABLE}\0{document.name.path}#{document.name.index}"
        return {
            "ruleId": UNREADABLE,
            "ruleIndex": rule,
            "kind": "fail",
            "level": "error",
            "message": message(text, MESSAGE_LENGTH),
            "locations": [location(address, within(document.name.path, (), address))],
            "partialFingerprints": self._fingerprints(f"1:{digest_of(known)}"),
            "properties": {"verdict": document.verdict.value, "documentIndex": document.name.index},
            **self._standing(None, is_new=True),
        }

    def _fingerprints(self, fingerprint: str) -> Json:
        """Ours, and the one by which GitHub knows results again: it shows two that are alike as one."""
        version, _, digest = fingerprint.rpartition(":")
        self._seen[fingerprint] += 1
        return {f"orderproof/v{version or 1}": digest, "primaryLocationLineHash": f"{digest}:{self._seen[fingerprint]}"}

    def _notification(self, diagnostic: Diagnostic) -> Json:
        text = diagnostic.message
        if diagnostic.help is not None:
            text += f"; {self._own.help.format(help=diagnostic.help)}"
        notification: dict[str, Json] = {
            "descriptor": {"id": diagnostic.code},
            "level": diagnostic.severity.value,
            "message": message(text, MESSAGE_LENGTH, diagnostic.code),
        }
        name = diagnostic.path if diagnostic.span is None else diagnostic.span.source.name
        if name is not None:
            address = address_of(name, diagnostic.span, self._folder)
            notification["locations"] = [location(address, within(name, (), address))]
        return notification

    def _of_the_run(self, ending: Ending) -> Iterable[Json]:
        """What is wrong with the run as a whole, and how much of it is not here."""
        for shortfall in shortfalls(ending, self._options):
            yield _own(shortfall.code, "error", shortfall.text)
        for shortfall in allowed(ending, self._options):
            yield _own(shortfall.code, "note", shortfall.text)
        if ending.gaps:
            reasons = self._words.comma.join(self._words.gaps[gap] for gap in ending.gaps)
            yield _own("run.gaps", "warning", self._words.cross_run.format(reasons=reasons))
        if never := ending.never_applicable:
            names = self._words.comma.join(never)
            yield _own(
                "run.never-applicable", "note", self._words.never_applicable.format(count=len(never), names=names)
            )
        assert self._head is not None
        if left_out := self._head.left_out:
            names = self._words.comma.join(map(shown, left_out))
            yield _own("run.left-out", "note", self._words.left_out.format(count=len(left_out), names=names))
        left = self._results.left
        if left.total():
            text = more_here(left, MAX_RESULTS, MAX_SIZE, self._own)
            yield _own("report.more-results", "error" if left[Rank.ERROR] else "warning", text)
        more = self._notified.total() - MAX_NOTIFICATIONS
        if more > 0:
            yield _own("report.more-messages", "error", self._own.more_said.format(count=more))


def _own(code: str, level: str, text: str) -> Json:
    return {"descriptor": {"id": code}, "level": level, "message": message(text, MESSAGE_LENGTH)}


def digest_of(text: str) -> str:
    """A digest as those in fingerprints."""
    import hashlib  # late: only for documents that could not be read

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
