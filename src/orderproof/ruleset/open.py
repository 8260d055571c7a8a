"""A rule set made ready: found, loaded, its document type with it, its parameters bound.

``open_rule_set(name, parameters)`` takes what ``--rules`` and ``--parameter`` give: a path or the name
of a shipped rule set (None: the default one), and texts by parameter name or by ``table.key``.
``compile_opened`` makes the Program of all checks, or of those that ``only`` and ``skip`` leave: ids, patterns such
as ``price.*``, or several of them with commas between. Both raise OrderproofError with everything that is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.language.scope import ParameterValue
from orderproof.reading.json_tree import parse_json
from orderproof.ruleset.compile import compile_rule_set
from orderproof.ruleset.load import SCHEMA_SUFFIX, find_rule_set, load_rule_set
from orderproof.ruleset.model import RuleSet, Text
from orderproof.ruleset.parameters import bind_texts
from orderproof.ruleset.program import Program
from orderproof.ruleset.vocabulary import entity_places
from orderproof.schema import Schema, load_schema, overlay
from orderproof.source import Source

DEFAULT = "credit-guarantee"


class OpenRuleSet(Struct, frozen=True):
    """A rule set with its document type (the fields of fact schemas included) and all parameters bound."""

    rule_set: RuleSet
    schema: Schema
    parameters: Mapping[str, ParameterValue]
    path: Path


def open_rule_set(
    name: str | None = None, parameters: Mapping[str, str] | None = None, *, cases: bool = True
) -> OpenRuleSet:
    """The rule set of a path or a name, with these parameters; without ``cases`` where only rules are run."""
    path = find_rule_set(name, DEFAULT)
    rule_set = load_rule_set(path, cases=cases)
    schema = document_schema(rule_set, path if path.is_dir() else path.parent)
    return OpenRuleSet(rule_set, schema, bind_texts(rule_set.parameters, parameters or {}), path)


def compile_opened(opened: OpenRuleSet, only: Iterable[str] = (), skip: Iterable[str] = ()) -> Program:
    """The Program of an opened rule set, of the selected checks."""
    selected = select_checks(opened.rule_set, tuple(only), tuple(skip))
    return compile_rule_set(opened.rule_set, opened.schema, opened.parameters, selected)


def select_checks(rule_set: RuleSet, only: tuple[str, ...], skip: tuple[str, ...]) -> frozenset[str] | None:
    """The ids of the checks that the patterns leave; None for all. A pattern that no check matches is an error."""
    known = [check.id.value for check in rule_set.checks]
    diagnostics: list[Diagnostic] = []
    only, skip = patterns_of(only), patterns_of(skip)
    for option, patterns in (("--only", only), ("--skip", skip)):
        for pattern in patterns:
            if not pattern:
                diagnostics.append(nameless(option))
            elif not any(fnmatchcase(id_, pattern) for id_ in known):
                hint = did_you_mean(pattern, known) or _some(known)
                message = f"no check is called `{pattern}`"
                diagnostics.append(Diagnostic("rules.unknown-check", message, path=f"{option} {pattern}", help=hint))
    if diagnostics:
        raise OrderproofError(diagnostics)
    if not only and not skip:
        return None
    chosen = frozenset(
        id_
        for id_ in known
        if (not only or any(fnmatchcase(id_, pattern) for pattern in only))
        and not any(fnmatchcase(id_, pattern) for pattern in skip)
    )
    if not chosen:
        raise OrderproofError([Diagnostic("rules.nothing-selected", "these options leave no check", path="--skip")])
    return chosen


def patterns_of(written: Iterable[str]) -> tuple[str, ...]:
    """The patterns of texts such as ``price.*,payment.*``; one that is empty stays, so that it is refused."""
    return tuple(pattern.strip() for text in written for pattern in text.split(","))


def nameless(where: str | None) -> Diagnostic:
    """That a text of names holds an empty one."""
    hint = "names and patterns stand with a `,` between them, such as `a.b,c.*`"
    return Diagnostic("rules.unknown-check", "a name is missing", path=where, help=hint)


def _some(known: list[str]) -> str:
    """The help where no check is near: how ids look, and that patterns are read."""
    area = known[0].partition(".")[0]
    return f"ids are like `{known[0]}`; patterns such as `{area}.*` are read too"


def document_schema(rule_set: RuleSet, folder: Path) -> Schema:
    """The document type of a rule set, with the lists that its fact schemas supply."""
    files = _schema_files(folder)
    schema = _schema(rule_set.document, "document type", files)
    for name in rule_set.fact_schemas:
        facts = _schema(name, "schema of facts", files)
        if facts.entity != schema.entity:
            message = f"the facts of `{name.value}` are of each {facts.entity}, the document is one {schema.entity}"
            raise OrderproofError([Diagnostic("rules.facts", message, span=name.span)])
        before = entity_places(schema)
        for entity, place in entity_places(facts).items():
            known = before.get(entity)
            if known is not None and (known.parent, known.path) != (place.parent, place.path):
                message = f"`{name.value}` describes the entity `{entity}`, which stands elsewhere already"
                raise OrderproofError([Diagnostic("rules.facts", message, span=name.span)])
        schema = overlay(schema, facts)
    return schema


def _schema(name: Text, what: str, files: Mapping[str, Path]) -> Schema:
    file = files.get(name.value)
    if file is None:
        known = sorted(files)
        hint = did_you_mean(name.value, known) or f"there are: {', '.join(known)}"
        raise OrderproofError(
            [Diagnostic("rules.unknown-schema", f"there is no {what} `{name.value}`", span=name.span, help=hint)]
        )
    try:
        text = _content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "the file is not UTF-8"
        raise OrderproofError([Diagnostic("schema.unreadable", message, path=file.as_posix())]) from None
    return load_schema(parse_json(Source(file.as_posix(), text)), name.value)


def _schema_files(folder: Path) -> dict[str, Path]:
    """The document types and fact schemas by name: those beside the rule files before the shipped ones."""
    return {**dict(_described(schemas_folder())), **dict(_described(folder))}


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise OrderproofError([Diagnostic("schema.unreadable", reason.lower(), path=file.as_posix())]) from None


def _described(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob(f"*{SCHEMA_SUFFIX}")):
        # Schemas of reports and rule files describe no entities; no rule can be written over them.
        if not file.name.startswith(".") and file.is_file() and b'"x-entity"' in _content(file):
            yield file.name.removesuffix(SCHEMA_SUFFIX), file
