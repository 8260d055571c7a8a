"""Rule sets from files: read with places, given their form, nothing checked beyond it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orderproof.data import rules_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.json_tree import parse_json
from orderproof.ruleset.model import (
    Case,
    Cases,
    CheckDefinition,
    Derivation,
    Effective,
    Parameter,
    RuleSet,
    Text,
)
from orderproof.ruleset.shape import Malformed, Shape, explain_shape
from orderproof.source import Source, Span
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Node, Plain, plain
from orderproof.yaml_tree import parse_yaml_one

SUFFIXES = (".yaml", ".yml", ".json")
HEAD = ("rule_set", "version", "document", "facts", "effective_on")


def find_rule_set(name: str | None, default: str) -> Path:
    """The path of a rule set: a file or folder, or a shipped one by its name."""
    shipped = rules_folder()
    if name is None:
        return shipped / default
    path = Path(name)
    if path.exists():
        return path
    if (
        (shipped / name).is_dir()
        and name.isascii()
        and "/" not in name
        and "\\" not in name
        and name not in (".", "..")
    ):
        return shipped / name
    known = sorted(folder.name for folder in shipped.iterdir() if folder.is_dir())
    hint = did_you_mean(name, known) or f"shipped rule sets: {', '.join(known)}"
    raise OrderproofError([Diagnostic("rules.not-found", f"there is no rule set `{name}`", path=name, help=hint)])


def load_rule_set(path: Path) -> RuleSet:
    """The rule set of a file or a folder; raises OrderproofError with everything that is wrong with its form."""
    loader = _Loader()
    digest = hashlib.sha256()
    for file in _files(path):
        content = _read(file)
        relative = file.name if path.is_file() else file.relative_to(path).as_posix()
        digest.update(f"{relative}\0{len(content)}\0".encode())
        digest.update(content)
        loader.file(file, content)
    return loader.finish(path, digest.hexdigest())


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise OrderproofError([Diagnostic("rules.not-found", f"there is no rule set at `{path}`", path=str(path))])
    files = tuple(sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in SUFFIXES))
    if not files:
        message = f"the folder holds no rule file ({', '.join(SUFFIXES)})"
        raise OrderproofError([Diagnostic("rules.empty", message, path=path.as_posix())])
    return files


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise OrderproofError([Diagnostic("rules.unreadable", reason.lower(), path=file.as_posix())]) from None


@dataclass
class _Loader:
    """Gathers the parts of a rule set over its files, and all that is wrong with them."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    heads: list[tuple[Text, Shape]] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    derivations: list[Derivation] = field(default_factory=list)
    checks: list[CheckDefinition] = field(default_factory=list)
    tests: list[Cases] = field(default_factory=list)

    def file(self, path: Path, content: bytes) -> None:
        name = path.as_posix()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.diagnostics.append(Diagnostic("rules.encoding", f"the file is not UTF-8 (in line {line})", path=name))
            return
        source = Source(name, text)
        try:
            tree = parse_json(source) if path.suffix == ".json" else parse_yaml_one(source, inner=True, aliases=True)
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return
        if _is_document(path, tree):
            return
        self.sources.append(source)
        try:
            self.parts(path, Shape(tree))
        except Malformed:
            self.diagnostics += explain_shape(tree)

    def parts(self, path: Path, top: Shape) -> None:
        top.only(*HEAD, "parameters", "derive", "checks", "tests")
        head = [name for name in HEAD if top.has(name)]
        if head:
            self.heads.append((top.text(head[0]), top))
            for name in ("rule_set", "version", "document", "effective_on"):
                if top.has(name):
                    top.text(name)
            if top.has("facts"):
                top.texts("facts")
        # Everything is read before anything is kept, so that a malformed file is explained once and whole.
        parameters = [Parameter(name, value.parameter()) for name, value in top.members("parameters")]
        derivations = [_derivation(item) for item in top.items("derive")]
        checks = [_check(item) for item in top.items("checks")]
        tests = [_cases(path, top.member("tests"))] if top.has("tests") else []
        self.parameters += parameters
        self.derivations += derivations
        self.checks += checks
        self.tests += tests

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span=span, help=help))

    def finish(self, path: Path, sha256: str) -> RuleSet:
        head = self.head(path)
        self.once("parameter", [parameter.name for parameter in self.parameters])
        self.once("check", [check.id for check in self.checks])
        for check in self.checks:
            self.languages(check)
        if head is not None and not self.checks and not self.diagnostics:
            self.fail("rules.empty", "the rule set holds no check", head.text("rule_set").span, "add a `checks:` list")
        if self.diagnostics or head is None:
            raise OrderproofError(self.diagnostics)
        return RuleSet(
            name=head.text("rule_set"),
            version=head.text("version"),
            document=head.text("document"),
            fact_schemas=head.texts("facts") if head.has("facts") else (),
            effective_on=head.optional("effective_on"),
            parameters=tuple(self.parameters),
            derivations=tuple(self.derivations),
            checks=tuple(self.checks),
            tests=tuple(self.tests),
            sources=tuple(self.sources),
            sha256=sha256,
        )

    def head(self, path: Path) -> Shape | None:
        if not self.heads:
            if not self.diagnostics:
                message = "no file says which rule set this is"
                hint = "add `rule_set:`, `version:` and `document:` to one file"
                self.diagnostics.append(Diagnostic("rules.no-head", message, path=path.as_posix(), help=hint))
            return None
        for second, _ in self.heads[1:]:
            place = self.heads[0][0].span
            first = f"{place.source.name}:{place.position.line}"
            self.fail(
                "rules.two-heads", "a second file says which rule set this is", second.span, f"the first is {first}"
            )
        head = self.heads[0][1]
        for name in ("rule_set", "version", "document"):
            if not head.has(name):
                self.fail("rules.missing-key", f"the head of a rule set needs `{name}`", self.heads[0][0].span)
        return head

    def once(self, what: str, names: list[Text]) -> None:
        seen: dict[str, Text] = {}
        for name in names:
            first = seen.setdefault(name.value, name)
            if first is not name:
                place = f"{first.span.source.name}:{first.span.position.line}:{first.span.position.column}"
                self.fail(
                    f"rules.duplicate-{what}",
                    f"the {what} `{name.value}` is defined twice",
                    name.span,
                    f"it is defined first in {place}",
                )

    def languages(self, check: CheckDefinition) -> None:
        titles = {language.value for language, _ in check.title}
        messages = {language.value for language, _ in check.message}
        if titles != messages:
            lacking = "message" if titles > messages else "title"
            self.fail(
                "rules.language",
                f"the title and the message of `{check.id.value}` are not in the same languages",
                check.id.span,
                f"add the {lacking} in `zh`, or take the other away",
            )


def _is_document(path: Path, tree: Node) -> bool:
    """A folder `tests` holds base documents beside files of cases."""
    return path.parent.name == "tests" and isinstance(tree, MappingNode) and tree.get("tests") is None


def _derivation(shape: Shape) -> Derivation:
    shape.only("fact", "each", "when", "values", "note")
    return Derivation(
        fact=shape.name("fact"),
        each=shape.text("each"),
        when=shape.optional_expression("when"),
        values=tuple((name, value.expression()) for name, value in shape.members("values")),
        note=shape.optional("note"),
    )


def _check(shape: Shape) -> CheckDefinition:
    shape.only(
        "id",
        "title",
        "clause",
        "severity",
        "each",
        "when",
        "by",
        "having",
        "require",
        "where",
        "message",
        "note",
        "effective",
    )
    return CheckDefinition(
        id=shape.id("id"),
        title=_languages(shape.member("title")),
        clause=shape.text("clause"),
        severity=shape.choice("severity", ("error", "warning")),
        each=shape.text("each"),
        when=shape.optional_expression("when"),
        by=_keys(shape),
        having=shape.optional_expression("having"),
        require=shape.member("require").expression(),
        where=shape.optional("where"),
        message=_languages(shape.member("message")),
        note=shape.optional("note"),
        effective=_effective(shape.member("effective")) if shape.has("effective") else None,
    )


def _languages(shape: Shape) -> tuple[tuple[Text, Text], ...]:
    shape.only("en", "zh")
    shape.text("en")
    return tuple((name, value.as_text()) for name, value in shape.own_members())


def _keys(shape: Shape) -> tuple[Text, ...]:
    if not shape.has("by"):
        return ()
    return shape.texts("by") if shape.member("by").is_list() else (shape.text("by"),)


def _effective(shape: Shape) -> Effective:
    shape.only("from", "until")
    first, last = (shape.day(name) if shape.has(name) else None for name in ("from", "until"))
    if first is None and last is None:
        raise Malformed
    return Effective(first, last, shape.node.span)


def _cases(path: Path, shape: Shape) -> Cases:
    shape.only("base", "as_of", "cases")
    base = shape.text("base")
    return Cases(
        base=path.parent / base.value,
        base_text=base,
        as_of=_instant(shape, "as_of"),
        cases=tuple(_case(item) for item in shape.member("cases").own_items()),
    )


def _instant(shape: Shape, name: str) -> datetime | None:
    if not shape.has(name):
        return None
    text = shape.text(name)
    try:
        instant = datetime.fromisoformat(text.value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        hint = "write it as RFC 3339, such as `2026-03-01T08:30:00+08:00`"
        raise OrderproofError(
            [Diagnostic("rules.instant", f"`{text.value}` is not an instant", span=text.span, help=hint)]
        )
    return instant


def _case(shape: Shape) -> Case:
    shape.only(
        "check", "change", "and", "expect", "subject", "as_of", "parameters", "boundary", "note", "never", "because"
    )
    verdicts = ("pass", "violation", "undetermined", "not_applicable")
    expect = shape.choice("expect", verdicts)
    never = shape.choice("never", verdicts)
    check = shape.text("check")
    shape.optional("note")
    if (expect is None) is (never is None):
        message = "a case says what to `expect`, or which verdict there is `never`"
        raise OrderproofError([Diagnostic("rules.case", message, span=check.span)])
    if never is not None and not shape.has("because"):
        message = f"say why `{check.value}` is never {never.value}"
        raise OrderproofError([Diagnostic("rules.case", message, span=never.span, help="add `because: …`")])
    subject, boundary, because = (shape.optional(name) for name in ("subject", "boundary", "because"))
    return Case(
        check=check,
        change=_changes(shape.member("change")) if shape.has("change") else (),
        others=tuple(_changes(item) for item in shape.items("and")),
        expect=None if expect is None else expect.value,
        subject=None if subject is None else subject.value,
        as_of=_instant(shape, "as_of"),
        parameters={name.value: value.parameter() for name, value in shape.members("parameters")},
        boundary=None if boundary is None else boundary.value,
        never=None if never is None or because is None else f"{never.value}: {because.value}",
        span=check.span,
    )


def _changes(shape: Shape) -> tuple[tuple[Text, Plain], ...]:
    return tuple((name, plain(value.node)) for name, value in shape.own_members())
