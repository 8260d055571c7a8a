"""Rule sets from files: read with places, given their form, nothing checked beyond it."""

import hashlib
import os
import re
from pathlib import Path
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from orderproof.data import rules_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.model import (
    Cases,
    CheckDefinition,
    Derivation,
    Parameter,
    RuleSet,
    Text,
)
from orderproof.ruleset.parts import read_cases, read_check, read_derivation
from orderproof.ruleset.shape import Malformed, Shape
from orderproof.source import Source, Span
from orderproof.tree import Mapping as MappingNode
from orderproof.tree import Node, Scalar, find

SUFFIXES = (".yaml", ".yml", ".json")
SCHEMA_SUFFIX = ".schema.json"
_RULES = re.compile(
    rb"""^(?:rule_set|parameters|derive|checks|tests)\s*:|"(?:rule_set|derive|checks|tests)"\s*:""", re.MULTILINE
)
INPUTS = "inputs"
"""The folder in a rule set's folder that holds input mappings; they are no part of the rules."""
ACCOUNTS = "accounts.yaml"
"""The file in a rule set's folder that says what accounts are called in contracts; no rule stands in it."""
HEAD = ("rule_set", "version", "document", "facts", "effective_on")


_ONLY_CASES = re.compile(
    rb"(?:#[^\n]*\n|\n)*tests:\n  base: (?P<base>[A-Za-z0-9._/-]+)\n(?:(?:[ #][^\n]*)?(?:\n|\Z))*\Z"
)
"""A YAML file of one key, `tests`, in block style with its base first: every line below it is indented, a comment or
blank, so nothing else can stand in it."""

_NAMED_BASE = rb"\bbase:[ \t]*[\"']?([^\"'#,{}\s]+)"

_OF_RULES = ("rule_set", "derive", "checks", "tests")
"""Keys of which a document has none."""
_COPIES = ("~", ".bak", ".orig", ".swp", ".tmp", ".rej")
_ENDINGS = f"rule files end in {', '.join(SUFFIXES)}; rename it, or take it out of the folder"


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


def load_rule_set(path: Path, *, cases: bool = True) -> RuleSet:
    """The rule set of a file or a folder; raises OrderproofError with everything that is wrong with its form.

    Without ``cases``, files that hold nothing but cases are only digested: a run of the rules does not need them.
    """
    loader = _Loader(in_folder=path.is_dir())
    digest = hashlib.sha256()
    trees: list[tuple[Path, Node]] = []
    bases: set[str] = set()
    accounts: bytes | None = None
    for file in _files(path):
        content = _read(file)
        relative = file.name if path.is_file() else file.relative_to(path).as_posix()
        digest.update(f"{relative}\0{len(content)}\0".encode())
        digest.update(content)
        if relative == ACCOUNTS and path.is_dir():
            accounts = _no_rules_in(file, content)
            continue
        only_cases = None if cases else _ONLY_CASES.match(content)
        if only_cases is not None:
            bases.add(_beside(file, only_cases.group("base").decode()))
            continue
        tree = loader.tree(file, content)
        if tree is not None:
            trees.append((file, tree))
        else:
            # What a file that cannot be read may name as its base is not reproached with being no rule file.
            bases |= {_beside(file, name.decode(errors="replace")) for name in re.findall(_NAMED_BASE, content)}
    # What cases have as their base is a document, whatever its name; every other file is a rule file.
    bases |= {base for file, tree in trees if (base := _base(file, tree)) is not None}
    for file, tree in trees:
        if os.path.normpath(file) not in bases or _has_rules(tree):
            loader.file(file, tree)
    return loader.finish(path, digest.hexdigest(), accounts)


def _base(file: Path, tree: Node) -> str | None:
    base = find(tree, ("tests", "base"))
    text = base.value if isinstance(base, Scalar) else None
    return _beside(file, text) if isinstance(text, str) else None


def _has_rules(tree: Node) -> bool:
    """Whether a file that cases name as their base is a rule file all the same: its rules are not lost for that."""
    return isinstance(tree, MappingNode) and any(entry.key in _OF_RULES for entry in tree.entries)


def _beside(file: Path, name: str) -> str:
    return os.path.normpath(file.parent / name)


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise OrderproofError([Diagnostic("rules.not-found", f"there is no rule set at `{path}`", path=str(path))])
    files: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=_unreadable):
        for name in folders:
            if (Path(folder) / name).is_symlink():
                _refuse("rules.link", Path(folder) / name, "a link to a folder is not followed", "put the folder here")
        if Path(folder) == path and INPUTS in folders:
            folders.remove(INPUTS)
            _no_rules(path / INPUTS)
        for name in names:
            if _is_rule_file(name):
                files.append(Path(folder) / name)
            elif _is_meant(name):
                _refuse("rules.ending", Path(folder) / name, "this looks like a rule file and is not read", _ENDINGS)
    files.sort()
    if not files:
        message = f"the folder holds no rule file ({', '.join(SUFFIXES)})"
        raise OrderproofError([Diagnostic("rules.empty", message, path=path.as_posix())])
    return tuple(files)


def _no_rules(folder: Path) -> None:
    """A rule file among the input mappings would be lost in silence: they are no part of the rules."""
    for file in sorted(folder.rglob("*")):
        if _is_rule_file(file.name) and file.is_file() and _RULES.search(_read(file)):
            message = "this looks like a rule file, and stands among input mappings, where no rule is read"
            _refuse("rules.misplaced", file, message, f"move it out of `{INPUTS}`")


def _no_rules_in(file: Path, content: bytes) -> bytes:
    """The vocabulary of accounts; rules that have its name would be lost in silence."""
    if _RULES.search(content):
        message = "this looks like a rule file, and has the name of the vocabulary of accounts"
        _refuse("rules.misplaced", file, message, "give it another name")
    return content


def _is_rule_file(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.lower().endswith(SCHEMA_SUFFIX) and not name.startswith(".")


def _is_meant(name: str) -> bool:
    """Whether a file that is not read has an ending like one that is; copies that editors leave are not meant."""
    lower = name.lower()
    if name.startswith(".") or lower.endswith((*_COPIES, *SUFFIXES)):
        return False
    from difflib import get_close_matches  # late: a folder rarely holds anything else

    endings = Path(lower).suffixes
    return any(ending in SUFFIXES for ending in endings) or bool(
        get_close_matches(lower[lower.rfind(".") :], SUFFIXES, cutoff=0.7)
    )


def _refuse(code: str, path: Path, message: str, help: str) -> NoReturn:
    """What stands in a rule set's folder and is left out must not be left out in silence."""
    raise OrderproofError([Diagnostic(code, message, path=path.as_posix(), help=help)])


def _unreadable(error: OSError) -> None:
    """A folder that cannot be listed must not shrink the rule set in silence."""
    reason = error.strerror or "it cannot be read"
    raise OrderproofError([Diagnostic("rules.unreadable", reason.lower(), path=str(error.filename))])


def _read(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        _refuse("rules.unreadable", file, "this is no file", "take it out of the folder")
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise OrderproofError([Diagnostic("rules.unreadable", reason.lower(), path=file.as_posix())]) from None


class _Loader(Struct):
    """Gathers the parts of a rule set over its files, and all that is wrong with them."""

    in_folder: bool
    diagnostics: list[Diagnostic] = []
    sources: list[Source] = []
    heads: list[tuple[Span, Shape]] = []
    parameters: list[Parameter] = []
    derivations: list[Derivation] = []
    checks: list[CheckDefinition] = []
    tests: list[Cases] = []

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
            from orderproof.ruleset.misshapen import STRAY  # late: only for mistakes

            # Of an empty file and of one of several documents YAML alone cannot say why it is here.
            stray = STRAY if self.in_folder else None
            self.diagnostics += (
                replace(each, help=stray) if each.code == "document.yaml" and each.help is None else each
                for each in error.diagnostics
            )
            return None

    def file(self, path: Path, tree: Node) -> None:
        self.sources.append(tree.span.source)
        try:
            self.parts(path, Shape(tree))
        except Malformed as error:
            from orderproof.ruleset.misshapen import explain_shape  # late: only for mistakes

            self.diagnostics += explain_shape(tree, error.node, in_folder=self.in_folder)
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
        derivations = [read_derivation(item) for item in top.items("derive")]
        checks = [read_check(item) for item in top.items("checks")]
        tests = [read_cases(path, top.member("tests"))] if top.has("tests") else []
        self.parameters += parameters
        self.derivations += derivations
        self.checks += checks
        self.tests += tests

    def fail(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span=span, help=help))

    def finish(self, path: Path, sha256: str, accounts: bytes | None) -> RuleSet:
        head = self.head(path)
        self.once("parameter", [parameter.name for parameter in self.parameters])
        self.once("check", [check.id for check in self.checks])
        for check in self.checks:
            self.languages(check)
            for what, text in (
                ("clause", check.clause),
                *(("title", t) for _, t in check.title),
                *(("message", t) for _, t in check.message),
            ):
                if not text.value.strip():
                    self.fail(
                        "rules.blank", f"this {what} says nothing", text.span, "a reader needs it to act on a finding"
                    )
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
            accounts=accounts,
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
