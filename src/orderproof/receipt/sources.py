"""What a run judged by: the files of its rules, schemas and mappings, and those that say what is accepted."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.mapping.load import SUFFIXES
from orderproof.receipt.files import Unread, name_below, read_below
from orderproof.receipt.statement import Digest, Resource, ResourceNotes, Under
from orderproof.report.model import FileName, Head
from orderproof.ruleset.load import ACCOUNTS, INPUTS, SCHEMA_SUFFIX
from orderproof.ruleset.model import RuleSet
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.program import Program


def resources_of(
    opened: OpenRuleSet, program: Program, head: Head, mapping: str | None, config: tuple[str, str] | None
) -> Iterator[Resource]:
    """The configuration of a run, each file with its digest; raises OrderproofError for one that no receipt can name.

    ``mapping`` is the file of the one that was asked for, ``config`` the path and the digest of a configuration.
    """
    name, under = place_of_rules(opened.path)
    yield Resource(name, Digest(program.sha256), ResourceNotes("rules", under))
    folder = opened.path if opened.path.is_dir() else opened.path.parent
    if opened.rule_set.accounts is not None:
        digest = Digest(hashlib.sha256(opened.rule_set.accounts).hexdigest())
        yield Resource(ACCOUNTS, digest, ResourceNotes("accounts", "rules"))
    yield from _schemas(opened.rule_set, folder)
    yield from _mappings(folder)
    if mapping is not None:
        yield Resource(_named(mapping), _digest(Path(mapping)), ResourceNotes("mapping", "root"))
    if head.waivers is not None:
        yield _given(head.waivers, "waivers")
    if head.baseline is not None:
        yield _given(head.baseline, "baseline")
    if config is not None:
        path, sha256 = config
        known = name_below(path, os.getcwd())  # noqa: PTH109  # a text, as everywhere here
        where: Under = "elsewhere" if known is None else "root"
        yield Resource(known or Path(path).name, Digest(sha256), ResourceNotes("config", where))


def place_of_rules(path: Path) -> tuple[str, Under]:
    """The name of a rule set, and where it begins."""
    shipped = rules_folder()
    if path.resolve().parent == shipped.resolve():
        return path.name, "shipped"
    name = name_below(path.as_posix(), os.getcwd())  # noqa: PTH109  # as above
    return (path.name, "elsewhere") if name is None else (name, "root")


def schema_file(name: str, folder: Path) -> tuple[Path, Under]:
    """The file of a document type or of a schema of facts: beside the rules before the shipped one."""
    beside = folder / f"{name}{SCHEMA_SUFFIX}"
    if beside.is_file() and b'"x-entity"' in beside.read_bytes():
        return beside, "rules"
    return schemas_folder() / beside.name, "shipped"


def mapping_files(folder: Path) -> Iterator[Path]:
    """The mappings of a rule set in a folder."""
    inner = folder / INPUTS
    for file in sorted(inner.iterdir()) if inner.is_dir() else ():
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file():
            yield file


def _schemas(rule_set: RuleSet, folder: Path) -> Iterator[Resource]:
    for each in (rule_set.document, *rule_set.fact_schemas):
        file, under = schema_file(each.value, folder)
        yield Resource(file.name, _digest(file), ResourceNotes("schema", under))


def _mappings(folder: Path) -> Iterator[Resource]:
    """All mappings of the rule set: by which of them a document is read is seen when it is read."""
    for file in mapping_files(folder):
        yield Resource(f"{INPUTS}/{file.name}", _digest(file), ResourceNotes("mapping", "rules"))


def _given(file: FileName, kind: str) -> Resource:
    digest = Digest(file.sha256)
    return Resource(_named(file.path), digest, ResourceNotes("waivers" if kind == "waivers" else "baseline", "root"))


def _named(path: str) -> str:
    root = os.getcwd()  # noqa: PTH109  # as above
    name = name_below(path, root)
    if name is None or isinstance(read_below(root, name), Unread):
        message = "no receipt can name this: it lies outside of the folder of the run, or a link stands in its path"
        help_ = "start the program in a folder above all files, and name them by their own names"
        raise OrderproofError([Diagnostic("attest.name", message, path=path, help=help_)])
    return name


def _digest(file: Path) -> Digest:
    try:
        return Digest(hashlib.sha256(file.read_bytes()).hexdigest())
    except OSError as error:
        reason = (error.strerror or "the system gives no reason").lower()
        message = f"this cannot be read: {reason}"
        raise OrderproofError([Diagnostic("attest.unreadable", message, path=file.as_posix())]) from None
