"""One run of random documents: judged by both engines, reported in every form, held to the laws."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import jsonschema

from orderproof.check import EngineFaultError, Run, check_by
from orderproof.data import schemas_folder
from orderproof.diagnostic import Severity
from orderproof.document import Document
from orderproof.engine.panel import Panel
from orderproof.engine.reference import settled, verdict
from orderproof.facts.read import FactReader
from orderproof.facts.record import Facts, Subject
from orderproof.language.evaluate import Evaluator
from orderproof.language.typed import UNKNOWN
from orderproof.reading.json_tree import parse_json
from orderproof.report.formats import FORMATS
from orderproof.report.model import CheckedDocument, DocumentVerdict, Options, Report
from orderproof.report.words import LANGUAGES
from orderproof.ruleset.program import UNKNOWN_FACT, Check, Program, Proof, Verdict
from orderproof.source import Source
from orderproof.tree import Mapping, plain

from .second_opinion import of_groups

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((schemas_folder() / "report.schema.json").read_text(encoding="utf-8"))
)


_FOUND = ("violation", "undetermined")


class LawBrokenError(Exception):
    """Something that must never be: ``law`` names it, ``detail`` says where."""

    def __init__(self, law: str, detail: str) -> None:
        self.law = law
        self.detail = detail
        super().__init__(f"{law}: {detail}")


@dataclass(frozen=True, slots=True)
class Judged:
    """The report of a run, and how many of its undetermined findings name nothing that is missing."""

    report: Report
    unexplained: int


def document(text: str, number: int) -> Document:
    """The document of a JSON text; its path names it in every order of the run."""
    name = f"document-{number}.json"
    root = parse_json(Source(name, text))
    assert isinstance(root, Mapping)
    return Document(name, 0, root, hashlib.sha256(text.encode()).hexdigest())


def judge(panel: Panel, run: Run, texts: Sequence[str], *, validate: bool) -> Judged:
    """Judge documents as one run; raises LawBrokenError where anything is wrong."""
    documents = [document(text, number) for number, text in enumerate(texts)]
    report = reported(panel, run, documents)
    render(report, validate=validate)
    adds_up(report)
    read = [(each, facts) for each in documents if (facts := facts_of(run, each)) is not None]
    for each, facts in read:
        proved(run, facts, each.path)
    groups_agree(run, read, report)
    if len(texts) > 1 and report.complete:
        same_in_any_order(panel, run, documents, report)
    return Judged(report, sum(_unexplained(checked) for checked in report.documents))


def reported(panel: Panel, run: Run, documents: Sequence[Document]) -> Report:
    try:
        report = check_by(panel, documents, run)
    except EngineFaultError as error:
        raise LawBrokenError("the engines agree", str(error)) from error
    for diagnostic in report.diagnostics:
        if diagnostic.code.startswith("engine."):
            raise LawBrokenError("the rules engine judges every document", diagnostic.message)
    return report


def render(report: Report, *, validate: bool) -> None:
    """Every format in every language; the JSON report is that of its schema."""
    for name, renderer in FORMATS.items():
        for lang in LANGUAGES:
            text = renderer(report, Options(lang))
            if not text.endswith("\n"):
                raise LawBrokenError("a report ends with a line end", f"{name} in {lang}")
            if name == "json" and lang == "en":
                parsed = json.loads(text)
                wrong = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(parsed)) if validate else None
                if wrong is not None:
                    raise LawBrokenError("a JSON report follows its schema", f"{wrong.json_path}: {wrong.message}")


def adds_up(report: Report) -> None:
    """What the report counts is what it tells; a document that has a finding of error severity never passes."""
    checks, findings = report.checks, [finding for each in report.documents for finding in each.findings]
    told = Counter(outcome.verdict for each in report.documents for outcome in each.outcomes)
    counted = {
        "pass": checks.passed,
        "violation": checks.violation,
        "undetermined": checks.undetermined,
        "not_applicable": checks.not_applicable,
    }
    if any(told[verdict] != count for verdict, count in counted.items()):
        raise LawBrokenError("a report adds up", f"{told} != {counted}")
    if Counter(finding.verdict for finding in findings) != Counter({v: told[v] for v in _FOUND if told[v]}):
        raise LawBrokenError("a report adds up", f"{len(findings)} findings, {told}")
    # Of documents with one id, findings are of one thing: that id is reported as standing twice.
    named = [(f.fingerprint, f.document.path, f.document.index) for f in findings]
    if len(set(named)) != len(findings):
        raise LawBrokenError("every finding has a fingerprint of its own", f"{len(findings)} findings")
    for each in report.documents:
        grave = {finding.verdict for finding in each.findings if finding.severity is Severity.ERROR}
        allowed = ("violation",) if "violation" in grave else _FOUND if grave else tuple(DocumentVerdict)
        passes = any(outcome.verdict == "pass" for outcome in each.outcomes)
        if each.verdict not in allowed or (each.verdict is DocumentVerdict.PASS and not passes):
            raise LawBrokenError("a document is no better than its findings", f"{each.name.path}: {each.verdict}")


def facts_of(run: Run, of: Document) -> Facts | None:
    """The facts of a document; None where it has mistakes."""
    values = plain(of.root)
    assert isinstance(values, dict)
    facts = FactReader(run.schema, run.program.plan, run.document_zone).read(values)
    return facts if isinstance(facts, Facts) else None


# Proofs


def proved(run: Run, facts: Facts, name: str) -> None:
    """What the plain evaluator says of each check and fact is what its proofs say, read by the plain evaluator."""
    program = run.program
    evaluator, conclusions = settled(program, run.setting, facts)
    atoms: dict[tuple[int, int], bool | None] = {}

    def holds(proof: Proof, subject: Subject) -> bool:
        return any(
            all(_atom(program, evaluator, atoms, literal.atom, subject) is literal.truth for literal in clause)
            for clause in proof.formula
        )

    states = conclusions.states()
    for fact in program.facts:
        for subject in facts.subjects[fact.entity]:
            outcomes = {proof.outcome for proof in fact.proofs if holds(proof, subject)}
            state = states[fact.number][subject[-1].ordinal]
            if outcomes != (set() if state == UNKNOWN_FACT else {state}):
                raise LawBrokenError("a fact's proofs are its meaning", f"{name}: {fact.name} {outcomes} != {state}")
    for check in program.checks:
        for subject in facts.subjects[check.entity]:
            said = verdict(check, evaluator, subject)
            outcomes = {proof.outcome for proof in check.proofs if holds(proof, subject)}
            if outcomes != (set() if said is Verdict.UNDETERMINED else {said}):
                raise LawBrokenError("a verdict is proved", f"{name}: {check.id} {outcomes} != {said.name}")
            if not _founded(check, said, evaluator, subject):
                raise LawBrokenError("a verdict rests on both conditions", f"{name}: {check.id} {said.name}")


def _atom(
    program: Program, evaluator: Evaluator, known: dict[tuple[int, int], bool | None], atom: int, subject: Subject
) -> bool | None:
    key = (atom, subject[-1].ordinal)
    if key not in known:
        truth = evaluator.truth(program.atoms[atom].expression, subject)
        known[key] = None if truth is UNKNOWN else truth
    return known[key]


def _founded(check: Check, said: Verdict, evaluator: Evaluator, subject: Subject) -> bool:
    applies = evaluator.truth(check.when, subject)
    if check.grouping is not None:
        return applies is {Verdict.PASS: True, Verdict.NOT_APPLICABLE: False}.get(said, UNKNOWN)
    required = evaluator.truth(check.require, subject)
    match said:
        case Verdict.PASS:
            return applies is True and required is True
        case Verdict.VIOLATION:
            return applies is True and required is False
        case Verdict.NOT_APPLICABLE:
            return applies is False
        case Verdict.UNDETERMINED:
            return applies is UNKNOWN or (applies is True and required is UNKNOWN)


def groups_agree(run: Run, read: Sequence[tuple[Document, Facts]], report: Report) -> None:
    """Every check across documents says what a second opinion says."""
    grouped = {check.id for check in run.program.checks if check.grouping is not None}
    told = Counter(
        (each.name.path, outcome.rule, outcome.verdict)
        for each in report.documents
        for outcome in each.outcomes
        if outcome.rule in grouped
    )
    opinion = of_groups(run, read)
    more, less = told - opinion.said, opinion.said - told
    allowed = all((path, rule) in opinion.lenient and verdict == "undetermined" for path, rule, verdict in more)
    if not allowed or more.total() != less.total():
        raise LawBrokenError("groups are judged alike", f"said {more}, expected {less}")


# Orders of documents and of checks


def same_in_any_order(panel: Panel, run: Run, documents: Sequence[Document], before: Report) -> None:
    """The order of documents changes no verdict, of groups neither."""
    same_outcomes(before, reported(panel, run, documents[::-1]), "the order of documents changes nothing", run.program)


def same_outcomes(before: Report, after: Report, law: str, program: Program) -> None:
    """Two reports say the same of every document, whatever the order of documents and checks."""
    grouped = frozenset(check.id for check in program.checks if check.grouping is not None)
    told = {each.name.path: _said(each, grouped) for each in after.documents}
    for each in before.documents:
        one, other = _said(each, grouped), told[each.name.path]
        if one != other:
            raise LawBrokenError(law, f"{each.name.path}: {sorted((one - other) + (other - one))}")
    if before.checks != after.checks or before.cross_run_complete != after.cross_run_complete:
        raise LawBrokenError(law, f"{before.checks} != {after.checks}")


def _said(each: CheckedDocument, grouped: frozenset[str]) -> Counter[tuple[str, str, str]]:
    """What was said of a document; a group's key is written as its first member writes it, so it is left out."""
    outcomes = Counter(
        (
            outcome.rule,
            "" if outcome.rule in grouped else f"{outcome.subject.entity} {outcome.subject.key}",
            outcome.verdict,
        )
        for outcome in each.outcomes
    )
    findings = Counter((finding.rule, "finding", finding.verdict) for finding in each.findings)
    return outcomes + findings + Counter([("", "", each.verdict.value)])


def _unexplained(checked: CheckedDocument) -> int:
    return sum(finding.verdict == "undetermined" and not finding.missing for finding in checked.findings)


# Values that are filled in


def definite(run: Run, facts: Facts) -> Iterator[tuple[tuple[str, int], Verdict]]:
    """The verdicts that are not undetermined, by check and subject, groups left out."""
    evaluator, _ = settled(run.program, run.setting, facts)
    for check in run.program.checks:
        if check.grouping is None:
            for subject in facts.subjects[check.entity]:
                said = verdict(check, evaluator, subject)
                if said is not Verdict.UNDETERMINED:
                    yield (check.id, subject[-1].ordinal), said


def stays_when_filled(run: Run, bare: str, fill: Callable[[str], str]) -> None:
    """A verdict that is known stays so when absent values are filled in (rules without presence tests and defaults)."""
    before = facts_of(run, document(bare, 0))
    if before is None:
        return
    after = facts_of(run, document(fill(bare), 0))
    if after is None:
        raise LawBrokenError("a document that is filled in stays readable", bare)
    later = dict(definite(run, after))
    for key, said in definite(run, before):
        if later.get(key) is not said:
            raise LawBrokenError(
                "what is known stays when more is known", f"{key} was {said.name}, is {later.get(key)}"
            )
