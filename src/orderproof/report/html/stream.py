"""The report as a page: one file that needs nothing beside it, with what a reader filters, sorts and searches."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import asdict

from orderproof import __version__
from orderproof.diagnostic import Diagnostic, Severity
from orderproof.finding import Finding
from orderproof.report.encode import Json
from orderproof.report.html.blocks import block, inert_json
from orderproof.report.html.element import Html, element, joined
from orderproof.report.html.found import MESSAGE_LENGTH
from orderproof.report.html.kept import DETAILS, GRAVEST_FIRST, Kept
from orderproof.report.html.overview import Told, header, in_words, overview, title_of
from orderproof.report.html.sections import diagnostics, first_findings, this_run
from orderproof.report.html.speech import SPEECHES, both
from orderproof.report.model import Across, CheckedDocument, Ending, Head, Options
from orderproof.report.quoting import shown
from orderproof.report.write import Output

FIRST = 25
"""Findings that are to be read without scripts."""
DIAGNOSTICS = 200
"""Messages about inputs that the page holds, errors first."""

_HERE = Path(__file__).parent


class HtmlStream:
    """A report as a page. What it says is known last, so all of it is put aside until then."""

    wants_every_document = True
    wants_details = True

    def __init__(self, out: Output, options: Options) -> None:
        self._out = out
        self._lang = options.lang
        self._head: Head | None = None
        self._kept: Kept | None = None
        self._first: list[Finding] = []
        self._diagnostics: dict[Severity, list[Diagnostic]] = {severity: [] for severity in Severity}
        self._diagnostic_count = 0

    def head(self, head: Head) -> None:
        self._head = head
        self._kept = Kept(head)

    def document(self, document: CheckedDocument) -> None:
        assert self._kept is not None
        self._kept.document(document)
        self._first += document.findings[: FIRST - len(self._first)]

    def across(self, across: Across) -> None:
        assert self._kept is not None
        self._kept.across(across)
        self._first += across.findings[: FIRST - len(self._first)]

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self._diagnostic_count += 1
        kept = self._diagnostics[diagnostic.severity]
        if len(kept) < DIAGNOSTICS:
            kept.append(diagnostic)

    def end(self, ending: Ending) -> None:
        assert self._head is not None
        assert self._kept is not None
        told = Told(self._lang, self._head, ending, self._kept.tally, self._diagnostic_count)
        style, script = _part("report.css"), _part("report.js")
        self._out.write(_opening(told, style, script))
        for part in self._body(told):
            self._out.write(part.text.encode() + b"\n")
        self._out.write(block("data", inert_json(self._data(ending))))
        self._kept.write(self._out)
        self._out.write(b"<script>%s</script>\n</body>\n</html>\n" % script)

    def _body(self, told: Told) -> Iterator[Html]:
        assert self._kept is not None
        skip = both("a", lambda s: s.page.skip, self._lang, href="#findings", class_="skip")
        first = first_findings(self._first, self._kept.findings, self._lang)
        yield joined(skip, header(told))
        yield Html("<main>")
        yield overview(told)
        yield element("div", first, id="findings", tabindex="-1")
        yield element("div", id="documents")
        if self._diagnostic_count:
            said = [each for severity in Severity for each in self._diagnostics[severity]][:DIAGNOSTICS]
            yield diagnostics(said, self._diagnostic_count, self._lang)
        yield in_words(told)
        yield this_run(told.head, self._lang)
        yield Html("</main>")

    def _data(self, ending: Ending) -> Json:
        kept = self._kept
        assert kept is not None
        never = {*ending.never_applicable}
        rules: list[Json] = [
            [
                shown(rule.id),
                rule.severity.value,
                shown(rule.clause),
                [title_of(rule, lang) for lang in SPEECHES],
                shown(rule.note, MESSAGE_LENGTH),
                rule.id in never,
            ]
            for rule in kept.tally.rules
        ]
        return {
            "lang": self._lang,
            "words": {
                lang: {
                    **asdict(speech.page),
                    "verdicts": dict(speech.words.verdicts),
                    "severities": dict(speech.words.severities),
                    "states": {state.value: word for state, word in speech.words.states.items()},
                }
                for lang, speech in SPEECHES.items()
            },
            "rules": rules,
            "signs": GRAVEST_FIRST,
            "details": DETAILS,
            "documents_in_all": sum(ending.documents.values()),
            "findings": kept.findings,
            "held": kept.held,
            "detailed": kept.tally.detailed,
            "reasons": kept.reasons,
            "blocks": {"documents": kept.documents.count, "changes": kept.changes.count, "rows": kept.rows.count},
        }


def _part(name: str) -> bytes:
    return (_HERE / name).read_bytes()


def _opening(told: Told, style: bytes, script: bytes) -> bytes:
    """Everything up to the body. The page may load nothing, and run nothing but its own script."""
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    language = "zh-Hans" if told.lang == "zh" else told.lang
    metas = joined(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"orderproof {__version__}"),
        element("title", SPEECHES[told.lang].page.title),
    )
    start = f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{metas.text}\n<style>'
    return start.encode() + style + b"</style>\n</head>\n<body>\n"


def _digest(part: bytes) -> str:
    return f"sha256-{b64encode(hashlib.sha256(part).digest()).decode()}"
