"""Rule sets from files: read with places, given their form, nothing checked beyond it."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from orderproof.data import rules_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.facts.literal import CONVERTERS
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
from orderproof.schema import Kind, Leaf
from orderproof.source import Source, Span
from orderproof.tree import Node, Plain, Scalar, find, plain
from orderproof.yaml_tree import parse_yaml_one

SUFFIXES = (".yaml", ".yml", ".json")
SCHEMA_SUFFIX = ".schema.json"
HEAD = ("rule_set", "version", "document", "facts", "effective_on")


def find_rule_set(name: str | None, default: str) -> Path:
    """The path of a rule set: a file or folder, or a shipped one by its name."""
    shipped = rules_folder()
    if name is None:
        return shipped / default
    path = Path(name)
    if name and _exists(path):
        return path
    known = sorted(folder.name for folder in shipped.iterdir() if folder.is_dir())
    if name in known:
        return shipped / name
    hint = did_you_mean(name, known) or f"shipped rule sets: {', '.join(known)}"
    raise OrderproofError([Diagnostic("rules.not-found", f"there is no rule set `{name}`", path=name, help=hint)])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or one that no file can have
        return False


def load_rule_set(path: Path) -> RuleSet:
    """The rule set of a file or a folder; raises OrderproofError with everything that is wrong with its form."""
    loader = _Loader()
    digest = hashlib.sha256()
    trees: list[tuple[Path, Node]] = []
    for file in _files(path):
        content = _read(file)
        relative = file.name if path.is_file() else file.relative_to(path).as_posix()
        digest.update(f"{relative}\0{len(content)}\0".encode())
        digest.update(content)
        tree = loader.tree(file, content)
        if tree is not None:
            trees.append((file, tree))
    # What cases have as their base is a document, whatever its name; every other file is a rule file.
    bases = {base for file, tree in trees if (base := _base(file, tree)) is not None}
    for file, tree in trees:
        if os.path.normpath(file) not in bases:
            loader.file(file, tree)
    return loader.finish(path, digest.hexdigest())


def _base(file: Path, tree: Node) -> str | None:
    base = find(tree, ("tests", "base"))
    text = base.value if isinstance(base, Scalar) else None
    return os.path.normpath(file.parent / text) if isinstance(text, str) else None


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise OrderproofError([Diagnostic("rules.not-found", f"there is no rule set at `{path}`", path=str(path))])
    files: list[Path] = []
    for folder, _, names in os.walk(path, onerror=_unreadable):
        files += (Path(folder) / name for name in names if _is_rule_file(name))
    files.sort()
    if not files:
        message = f"the folder holds no rule file ({', '.join(SUFFIXES)})"
        raise OrderproofError([Diagnostic("rules.empty", message, path=path.as_posix())])
    return tuple(files)


def _is_rule_file(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.lower().endswith(SCHEMA_SUFFIX)


def _unreadable(error: OSError) -> None:
    """A folder that cannot be listed must not shrink the rule set in silence."""
    reason = error.strerror or "it cannot be read"
    raise OrderproofError([Diagnostic("rules.unreadable", reason.lower(), path=str(error.filename))])


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
    heads: list[tuple[Span, Shape]] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    derivations: list[Derivation] = field(default_factory=list)
    checks: list[CheckDefinition] = field(default_factory=list)
    tests: list[Cases] = field(default_factory=list)

    def tree(self, path: Path, content: bytes) -> Node | None:
        """The tree of a file; None with a diagnostic if it is no YAML or JSON."""
        name = path.as_posix()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            hint = "save it as UTF-8; an editor or Excel may have used another encoding"
            message = f"the file is not UTF-8 (in line {line})"
            self.diagnostics.append(Diagnostic("rules.encoding", message, path=name, help=hint))
            return None
        source = Source(name, text)
        try:
            if path.suffix.lower() == ".json":
                return parse_json(source)
            return parse_yaml_one(source, inner=True, aliases=True)
        except OrderproofError as error:
            self.diagnostics += error.diagnostics
            return None

    def file(self, path: Path, tree: Node) -> None:
        self.sources.append(tree.span.source)
        try:
            self.parts(path, Shape(tree))
        except Malformed as error:
            self.diagnostics += explain_shape(tree, error.node)
        except OrderproofError as error:
            self.diagnostics += error.diagnostics

    def parts(self, path: Path, top: Shape) -> None:
        top.only(*HEAD, "parameters", "derive", "checks", "tests")
        head = [entry.key_span for entry in top.mapping().entries if entry.key in HEAD]
        if head:
            self.heads.append((head[0], top))
            for name in ("rule_set", "version", "document", "effective_on"):
                if top.has(name):
                    top.text(name)
            if top.has("facts"):
                top.texts("facts")
        # Everything is read before anything is kept, so that a malformed file is explained once and whole.
        parameters = [Parameter(name, value.parameter(), value.node.span) for name, value in top.members("parameters")]
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
        self.diagnostics.sort(key=self.file_order)
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

    def file_order(self, diagnostic: Diagnostic) -> tuple[str, int]:
        span = diagnostic.span
        return (diagnostic.path or "", 0) if span is None else (span.source.name, span.start)

    def head(self, path: Path) -> Shape | None:
        if not self.heads:
            if not self.diagnostics:
                message = "no file says which rule set this is"
                hint = "add `rule_set:`, `version:` and `document:` to one file"
                self.diagnostics.append(Diagnostic("rules.no-head", message, path=path.as_posix(), help=hint))
            return None
        for second, _ in self.heads[1:]:
            place = self.heads[0][0]
            first = f"{place.source.name}:{place.position.line}"
            hint = f"the first is {first}; keep `{'`, `'.join(HEAD)}` in one file"
            self.fail("rules.two-heads", "a second file says which rule set this is", second, hint)
        head = self.heads[0][1]
        for name in ("rule_set", "version", "document"):
            if not head.has(name):
                message = f"the head of a rule set needs `{name}`"
                self.fail("rules.missing-key", message, self.heads[0][0], f"add `{name}: …`")
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
            lacking, other = ("message", "title") if titles > messages else ("title", "message")
            extra = next(name for name, _ in (*check.title, *check.message) if name.value == "zh")
            self.fail(
                "rules.language",
                f"`{check.id.value}` has a {other} in `zh`, but no {lacking} in it",
                extra.span,
                f"add the {lacking} in `zh`, or take the {other} away",
            )


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
        raise Malformed(shape.node)
    if first is not None and last is not None and last < first:
        message = f"`until` ({last}) lies before `from` ({first}), so the check would never hold"
        raise OrderproofError([Diagnostic("rules.day", message, span=shape.text("until").span, help="exchange them")])
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
    instant = CONVERTERS[Kind.TIMESTAMP](text.value, Leaf(Kind.TIMESTAMP), None)
    if isinstance(instant, datetime):
        return instant
    hint = "write it as RFC 3339, such as `2026-03-01T08:30:00+08:00`"
    message = f"`{text.value}` is not an instant with a zone"
    raise OrderproofError([Diagnostic("rules.instant", message, span=text.span, help=hint)])


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
        message = "a case says what to `expect`, or which verdict there is `never`: one of the two"
        hint = "add `expect: violation`, or another verdict" if expect is None else "leave one of them out"
        raise OrderproofError([Diagnostic("rules.case", message, span=check.span, help=hint)])
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
